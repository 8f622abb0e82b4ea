"""Where no lesion has a size: what the reports count, in words that are never joined by a line."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import CountKind, LesionRole
from tracker.pictures.criteria import WITHOUT_TARGETS
from tracker.pictures.shapes import EdgeLabel, Label, Mark, Panel, Shape, TextLine, TextTable, TimeAxis, Tone, ValueAxis
from tracker.pictures.tracks import Track
from tracker.pictures.words import count_of, join_words, say_date, say_response

_ROWS = (CountKind.INNUMERABLE, CountKind.MULTIPLE, CountKind.AT_LEAST, CountKind.EXACT)
_ALWAYS = (CountKind.INNUMERABLE, CountKind.AT_LEAST, CountKind.EXACT)
_ROW_HEIGHT = 38
_NAMES = {CountKind.AT_LEAST: "at least n", CountKind.EXACT: "exact n"}


def derive_count_panel(record: PatientRecord, axis: TimeAxis) -> Panel | None:
    """The count as each report states it; None where none states one."""
    stated = [(exam, exam.liver_count) for exam in record.exams if exam.liver_count is not None]
    if not stated:
        return None
    named = {count.kind for _, count in stated}
    kinds = [kind for kind in _ROWS if kind in named or kind in _ALWAYS]
    marks, labels = [], []
    if kinds[-1] not in named:
        text = (TextLine("Not joined by a line: words are not measurements."),)
        labels.append(Label(axis.start, len(kinds) - 0.5, text, dx=8, across="left"))
    for exam, count in stated:
        at = kinds.index(count.kind) + 0.5
        words = _say_count(count.kind, count.value)
        marks.append(
            Mark(
                exam.performed_on,
                at,
                Shape.SQUARE,
                Tone.SERIES,
                f"{say_date(exam.performed_on, year=True)}: {words}",
                size=10,
            )
        )
        right = axis.fraction(exam.performed_on) < 0.85
        text = (TextLine(words, strong=True),)
        labels.append(
            Label(exam.performed_on, at, text, dx=12, across="left")
            if right
            else Label(exam.performed_on, at, text, dx=-12, across="right")
        )
    said = "; ".join(
        f"{say_date(exam.performed_on, year=True)} {_say_count(count.kind, count.value)}" for exam, count in stated
    )
    return Panel(
        key="counts",
        title="Count as stated",
        subtitle="in the report",
        height=_ROW_HEIGHT * len(kinds),
        axis=ValueAxis(len(kinds), 0),
        sentence=f"Number of liver lesions as the reports state it: {said}. Words are not measurements.",
        table=TextTable(
            "Number of liver lesions as stated",
            ("Date", "Count"),
            tuple(
                (say_date(exam.performed_on, year=True), _say_count(count.kind, count.value)) for exam, count in stated
            ),
        ),
        marks=tuple(marks),
        labels=tuple(labels),
        edge_labels=tuple(
            EdgeLabel((at + 0.5) * _ROW_HEIGHT, (TextLine(_NAMES.get(kind, str(kind))),))
            for at, kind in enumerate(kinds)
        ),
    )


def derive_words_panel(axis: TimeAxis, height: int) -> Panel:
    """The place where the sum chart would stand. On screen what can be said without a sum lies over its one sentence."""
    said = "No target has a size, so there is no sum of targets."
    return Panel(
        key="words",
        title="Sum of targets",
        subtitle="none measured",
        height=height,
        axis=ValueAxis(0, 1),
        sentence=said,
        labels=(Label(axis.start, 0.5, (TextLine(said),), dx=8, across="left"),),
        table=TextTable("Sum of targets", ("Sum",), (("none",),)),
    )


@dataclass(frozen=True, slots=True)
class WithoutSum:
    """What can be said, what cannot, and what would help, where no course has a sum of targets."""

    can: tuple[str, ...]
    cannot: tuple[str, ...]
    helps: tuple[str, ...]
    #: A question that would bring targets; empty where none would help.
    question: str = ""


def derive_without_sum(record: PatientRecord, tracks: tuple[Track, ...]) -> WithoutSum:
    """The three columns of a board without a sum; for the running course."""
    course = tracks[-1]
    rows = course.rows
    can = [f"{count_of(len(rows), 'scan')} in course {course.number}."]
    new = any(row.new_lesions for row in rows)
    can.append("A new lesion was stated." if new else "No new lesion beyond doubt was stated.")
    response = rows[-1].overall_response if len(rows) > 1 else None
    if response in WITHOUT_TARGETS:
        can.append(
            f"Non-target response: {say_response(response)} (no complete response, and no unequivocal progression stated)."
        )
    elif response is not None:
        can.append(f"Response of the last scan: {say_response(response)}. {response.meaning}")
    baseline = say_date(rows[0].date, year=True)
    if course.face.lines is None:
        needs = f"{course.face.title} classifies uptake against a reference region, which this record does not hold."
        helps = "A new course on one of these scans, judged by sizes, gives responses from what is measured."
        return WithoutSum(tuple(can), (needs,), (helps,))
    if not course.course.timeline.with_role(LesionRole.TARGET) and not course.course.timeline.with_role(
        LesionRole.NON_TARGET
    ):
        return WithoutSum(
            can=tuple(can),
            cannot=(f"No sum and no percentage: nothing was there to follow on {baseline}.",),
            helps=("A lesion that comes later is entered as new: equivocal or unequivocal, as the report says.",),
        )
    cannot = ["No sum, no percentage, no PR or SD: no target has a size at the baseline."]
    words = {
        str(exam.liver_count)
        for exam in record.exams
        if exam.liver_count is not None and exam.liver_count.value is None
    }
    if words:
        cannot.append(f"“{join_words(sorted(words))}” in one report and a number in another is no measured change.")
    then = f", then measured at all {len(rows)} scans" if len(rows) > 1 else ""
    question = (
        f"Can two measurable lesions be named on {baseline}"
        f"{f' and measured at all {len(rows)} scans' if len(rows) > 1 else ''}?"
    )
    helps = f"Two measurable lesions (10 mm or more, to be found again at every scan), named by radiology on the scan of {baseline}{then}."
    return WithoutSum(tuple(can), tuple(cannot), (helps,), question)


def _say_count(kind: CountKind, value: int | None) -> str:
    return str(kind) if value is None else f"at least {value}" if kind is CountKind.AT_LEAST else str(value)
