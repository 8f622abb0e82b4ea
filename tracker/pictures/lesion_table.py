"""The lesion by date table: what exactly was measured, on the same columns as the charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tracker.domain.derivation import CourseAssessment
from tracker.domain.ledger import derive_ledger
from tracker.domain.lesions import Observation
from tracker.domain.record import PatientRecord, RecordedLesion
from tracker.domain.vocabulary import LYMPH_NODE, LesionRole, State
from tracker.domain.waiting import PROGRESSION
from tracker.pictures.badges import Badge, BadgeKind, badges_at
from tracker.pictures.cells import History, TableCell, Tint, derive_cell, size_um, stated_in_part, with_sentence
from tracker.pictures.columns import Column, row_of
from tracker.pictures.criteria import face_of
from tracker.pictures.shapes import TextTable, TimeAxis
from tracker.pictures.table_sums import NO_TARGETS, count_cell, counts_say_more, liver_sum_cell, reported_cell, sum_cell
from tracker.pictures.words import count_of, say_date, say_response

#: Up to this many lesions have a row each; beyond, the smallest non-targets fold.
MOST_ROWS = 10
#: Cells stand under their scan while neighbours are this far apart on a plot of full width.
_ROOM = 74.0
_FULL_PLOT = 964.0
#: More columns than this do not fit; the oldest that carry nothing special are left to the full table.
MOST_COLUMNS = 13

#: States that a rule of the response speaks of: such a lesion has its row, however small it is.
_NEVER_FOLDED = frozenset(
    {
        State.UNEQUIVOCAL_PROGRESSION,
        State.UNEQUIVOCAL,
        State.EQUIVOCAL,
        State.RECURRENCE,
        State.MERGED,
        State.SPLIT,
        State.TREATED,
    }
)


@dataclass(frozen=True, slots=True)
class HeadCell:
    """The head of a column: date, modality, where it stands (0 to 1 along the plot) and whether a course ends before it."""

    column: int
    date: str
    full_date: str
    modality: str
    place: float
    begins_course: bool = False
    #: The year, at the first column of each where there are several.
    year: str = ""


@dataclass(frozen=True, slots=True)
class LesionRow:
    """One lesion: label, place and role, one cell a column."""

    label: str
    place: str
    role: str
    cells: tuple[TableCell, ...]
    #: Followed by its short axis, unlike the others.
    is_node: bool = False


@dataclass(frozen=True, slots=True)
class LesionTable:
    """The table as it stands under the chart. ``under_scans``: cells stand under their dates, else in equal columns."""

    head: tuple[HeadCell, ...]
    rows: tuple[LesionRow, ...]
    folded: str
    left_out: str
    sums: tuple[TableCell, ...]
    liver: tuple[TableCell, ...]
    counts: tuple[TableCell, ...]
    badges: tuple[tuple[Badge, ...], ...]
    under_scans: bool
    full: TextTable
    #: The radiologists' own words of the response, where no course has a sum; else empty.
    reported: tuple[TableCell, ...] = ()
    #: By what the responses of the running course are computed; empty where there is no course.
    criterion: str = ""

    @property
    def has_targets(self) -> bool:
        """Whether any scan of any course has a target: without one no sum is "none", there is nothing to sum."""
        return any(cell.text not in ("", NO_TARGETS) for cell in self.sums)

    @property
    def has_sizes(self) -> bool:
        """Whether any lesion of the liver has a size at any scan."""
        return any(cell.text not in ("", "none") for cell in self.liver)

    @property
    def row_count(self) -> int:
        """Rows under the head: lesions, what is folded, the stated counts, sum, liver sum and response."""
        return len(self.rows) + bool(self.folded or self.left_out) + bool(self.counts) + bool(self.reported) + 3


def derive_lesion_table(
    record: PatientRecord, courses: Sequence[CourseAssessment], columns: Sequence[Column], axis: TimeAxis
) -> LesionTable:
    """All rows and columns that fit one screen; ``full`` holds every one."""
    shown = _shown_columns(courses, columns)
    places, under_scans = _places([columns[at] for at in shown], axis)
    rows = tuple(_lesion_row(record, courses, columns, lesion) for lesion in record.lesions)
    kept = _kept_rows(record, courses, rows)
    folded = len(rows) - len(kept)
    ledger = {entry.exam_id: entry for entry in derive_ledger(record)}
    liver = tuple(liver_sum_cell(ledger, column) for column in columns)
    sums = tuple(sum_cell(courses, column) for column in columns)
    counts = tuple(count_cell(column) for column in columns)
    reported = tuple(reported_cell(column) for column in columns)
    without_sum = not any(row.sum is not None for course in courses for row in course.assessment.time_points)
    badges = tuple(badges_at(record, courses, column) for column in columns)
    years = [columns[at].on.year for at in shown]
    year_begins = [len(set(years)) > 1 and year not in years[:at] for at, year in enumerate(years)]

    def pick(cells: tuple[TableCell, ...]) -> tuple[TableCell, ...]:
        return tuple(cells[at] for at in shown)

    head = tuple(
        HeadCell(
            at,
            say_date(columns[at].on),
            say_date(columns[at].on, year=True),
            columns[at].modality,
            place,
            any(judged.row == 0 and judged.course > 0 for judged in columns[at].judged),
            str(columns[at].on.year) if begins else "",
        )
        for at, place, begins in zip(shown, places, year_begins, strict=True)
    )
    return LesionTable(
        head=head,
        rows=tuple(
            LesionRow(row.label, row.place, row.role, pick(row.cells), row.is_node) for row in rows if row.label in kept
        ),
        folded=f"and {folded} more" if folded else "",
        left_out=f"{count_of(len(columns) - len(shown), 'scan')} more in the full table"
        if len(shown) < len(columns)
        else "",
        sums=pick(sums),
        liver=pick(liver),
        counts=pick(counts) if counts_say_more(columns) else (),
        badges=tuple(badges[at] for at in shown),
        under_scans=under_scans,
        full=_full_table(columns, rows, sums, liver, counts, badges),
        reported=pick(reported) if without_sum and any(cell.text for cell in reported) else (),
        criterion=face_of(courses[-1].assessment.criteria).name if courses else "",
    )


def _shown_columns(courses: Sequence[CourseAssessment], columns: Sequence[Column]) -> tuple[int, ...]:
    """Baselines, nadirs, first PDs and the newest scans come first where not all fit."""
    if len(columns) <= MOST_COLUMNS:
        return tuple(range(len(columns)))
    nadirs = {
        (course_at, row.nadir_date) for course_at, course in enumerate(courses) for row in course.assessment.time_points
    }

    def weight(at: int) -> tuple[int, int]:
        judged = columns[at].judged
        special = any(one.row == 0 or (one.course, columns[at].on) in nadirs for one in judged)
        special = special or any(row_of(courses, one).overall_response in PROGRESSION for one in judged)
        return (0 if at >= len(columns) - 4 else 1 if special else 2, -at)

    return tuple(sorted(sorted(range(len(columns)), key=weight)[:MOST_COLUMNS]))


def _places(columns: Sequence[Column], axis: TimeAxis) -> tuple[tuple[float, ...], bool]:
    """Where the columns stand along the plot, and whether that is under their scans."""
    true_places = tuple(axis.fraction(column.on) for column in columns)
    if all((right - left) * _FULL_PLOT >= _ROOM for left, right in pairwise(true_places)):
        return true_places, True
    count = len(columns)
    return tuple((at + 0.5) / count for at in range(count)), False


def _lesion_row(
    record: PatientRecord, courses: Sequence[CourseAssessment], columns: Sequence[Column], lesion: RecordedLesion
) -> LesionRow:
    history = History(node=lesion.organ == LYMPH_NODE)
    cells = []
    for column in columns:
        begins = any(judged.row == 0 for judged in column.judged)
        closes = any(judged.row > 0 for judged in column.judged)
        if begins and not closes:
            history.begin_course()
        seen = _seen(courses, column, lesion.label)
        cell = derive_cell(seen, history, stated_in_part(column.exams, lesion.label, seen, node=history.node))
        if begins and closes:  # its tint is that of the course it closes; the next course begins from its size
            history.begin_course()
            derive_cell(seen, history)
        if _carries_another(column, lesion.label):  # the size of two is no growth of the one
            cell = replace(cell, tint=Tint.NONE)
        cells.append(with_sentence(cell, column.exams, lesion.label))
    place = f"{lesion.place}, short axis" if history.node else lesion.place
    return LesionRow(lesion.label, place, _role(courses, lesion.label), tuple(cells), history.node)


def _seen(courses: Sequence[CourseAssessment], column: Column, label: str) -> Observation | None:
    """What the scan says of the lesion: as the course's time point has it, else as the exam does, a size before a word."""
    for judged in reversed(column.judged):
        seen = courses[judged.course].timeline.time_points[judged.row].observations.get(label)
        if seen is not None:
            return seen
    stored = (exam.observation(label) for exam in column.exams)
    said = [one.observation for one in stored if one is not None]
    return next((one for one in said if one.has_size), said[0] if said else None)


def _carries_another(column: Column, label: str) -> bool:
    """Whether another lesion has merged into this one, as the scan says."""
    return any(
        one.observation.state is State.MERGED and one.observation.into == label
        for exam in column.exams
        for one in exam.observations
    )


def _role(courses: Sequence[CourseAssessment], label: str) -> str:
    """The role in the running course; a lesion that has none there is watched."""
    if not courses:
        return ""
    role = next((lesion.role for lesion in courses[-1].timeline.lesions if lesion.label == label), None)
    return "watched" if role is None else str(role)


def _kept_rows(record: PatientRecord, courses: Sequence[CourseAssessment], rows: Sequence[LesionRow]) -> frozenset[str]:
    """Targets and lesions that a rule names always, however many; then the largest, by the greatest size ever seen."""
    if len(rows) <= MOST_ROWS:
        return frozenset(row.label for row in rows)
    largest: dict[str, int] = {}
    for exam in record.exams:
        for seen in exam.observations:
            size = size_um(seen.observation, node=record.lesion(seen.label).organ == LYMPH_NODE) or 0
            largest[seen.label] = max(size, largest.get(seen.label, 0))
    named = {
        seen.label for exam in record.exams for seen in exam.observations if seen.observation.state in _NEVER_FOLDED
    }
    always = {row.label for row in rows if row.role in (LesionRole.TARGET, LesionRole.NEW) or row.label in named}
    always |= {label for course in courses for label in _progressing(course)}
    order = sorted(rows, key=lambda row: (row.label not in always, -largest.get(row.label, 0)))
    return frozenset(row.label for row in order[: max(MOST_ROWS - 1, len(always))])


def _progressing(course: CourseAssessment) -> frozenset[str]:
    """The non-targets that made a progression in the course."""
    return frozenset(label for judged in course.assessment.time_points for label in judged.progressing)


def _computed_words(badge: Badge) -> str:
    if badge.kind is BadgeKind.OUTSIDE:
        return "no course"
    return badge.text if badge.beside is None else f"{say_response(badge.beside)}, confirmed {badge.text}"


def _full_table(
    columns: Sequence[Column],
    rows: Sequence[LesionRow],
    sums: Sequence[TableCell],
    liver: Sequence[TableCell],
    counts: Sequence[TableCell],
    badges: Sequence[tuple[Badge, ...]],
) -> TextTable:
    """Every lesion at every scan in words."""
    header = ("Lesion", *(f"{say_date(column.on, year=True)}, {column.modality}" for column in columns))

    def words(cell: TableCell) -> str:
        return f"{cell.text} {cell.arrow}".strip()

    body = [
        (f"{row.label}, {row.place}{', ' + row.role if row.role else ''}", *(words(cell) for cell in row.cells))
        for row in rows
    ]
    body.append(("Sum of targets, mm", *(words(cell) for cell in sums)))
    body.append(("Liver sum, mm (count), context only", *(words(cell) for cell in liver)))
    if any(cell.text for cell in counts):
        body.append(("Number of liver lesions as stated", *(words(cell) for cell in counts)))
    body.append(
        (
            "Response (computed)",
            *(" | ".join(_computed_words(badge) for badge in cell) for cell in badges),
        )
    )
    return TextTable("Lesions by date: diameter in mm", header, tuple(body))
