"""What the entry table or the plain form sends, read into a draft of an exam. Pure; every value is checked again here.

The browser shows a preview of the same grammar, but nothing it says is trusted: texts are read by ``read_cell``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from dashboards.components.entry_look import has_look, read_background, read_extrahepatic, with_look
from dashboards.components.entry_sources import read_report, with_report, with_source
from tracker.domain.cells import CellReading, read_cell, write_cell
from tracker.domain.drafts import ExamDraft, LesionDraft
from tracker.domain.lengths import Length
from tracker.domain.record import Exam, RecordedObservation, StatedCount
from tracker.domain.vocabulary import (
    LIVER,
    LYMPH_NODE,
    CountKind,
    LesionRole,
    Modality,
    Provenance,
    Segment,
    State,
    Statement,
)
from tracker.errors import InputError, Problem
from tracker.exchange.codes import read_segments

#: A year before it is one of two digits typed for four.
_FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A lesion of the table, as far as reading its box needs it."""

    label: str
    node: bool
    role: LesionRole | None

    @property
    def is_new(self) -> bool:
        return self.role is LesionRole.NEW or self.role is None


@dataclass(frozen=True, slots=True)
class EntryReading:
    """A draft as far as it can be read; what is wrong; what is asked; which boxes are still empty."""

    draft: ExamDraft | None
    problems: tuple[Problem, ...]
    questions: tuple[Problem, ...]
    empty: tuple[str, ...]


def read_entry(content: Mapping[str, Any], rows: tuple[EntryRow, ...], stored: Exam | None = None) -> EntryReading:
    """Read the content of an entry. ``stored`` is the exam that is corrected: what is not changed stays as it is.

    Without a date and a modality there is no draft.
    """
    exam = _mapping(content.get("exam"))
    problems: list[Problem] = []
    header = _read_header(exam, problems)
    observations: list[RecordedObservation] = []
    questions: list[Problem] = []
    empty: list[str] = []
    entries = _mapping(content.get("rows"))
    report = read_report(content)
    for row in rows:
        entry = _mapping(entries.get(row.label))
        reading = _read_box(row, _text(entry, "text"), rows, new=row.is_new)
        if reading.question:
            questions.append(Problem(row.label, reading.question))
        elif reading.problem:
            problems.append(Problem(row.label, reading.problem))
        elif reading.observation is None:
            empty.append(row.label)
        else:
            recorded = _recorded(row, entry, reading, stored, report, problems)
            was_silent = stored is not None and stored.observation(row.label) is None
            if not (was_silent and recorded.observation.state is State.NOT_MENTIONED and not has_look(entry)):
                observations.append(recorded)
    problems.extend(_merged_into_absent(observations))
    lesions = list(_read_new_lesions(content, observations, problems, questions))
    draft = None
    if header is not None:
        draft = replace(header, observations=tuple(observations), lesions=tuple(lesions))
        if stored is not None:
            draft = _with_untouched(draft, stored)
        draft = with_report(draft, report, stored)
    return EntryReading(draft, tuple(problems), tuple(questions), tuple(empty))


def typed_day(content: Mapping[str, Any]) -> date | None:
    """The date of the scan, where one can be read."""
    return _date(_mapping(content.get("exam")), "performed_on", "performed", [])


def refuse_incomplete(reading: EntryReading) -> ExamDraft:
    """The draft, ready for the service. InputError where anything is wrong, asked or empty: an empty box is never saved."""
    problems = [
        *reading.problems,
        *(Problem(one.place, f"{one.text} Answer it first.") for one in reading.questions),
        *(Problem(label, "is empty: type nm if the report does not mention it") for label in reading.empty),
    ]
    if reading.draft is None and not problems:
        problems.append(Problem("performed", "the date and the modality are missing"))
    if problems or reading.draft is None:
        raise InputError(problems)
    return reading.draft


def _read_header(exam: Mapping[str, Any], problems: list[Problem]) -> ExamDraft | None:
    performed_on = _date(exam, "performed_on", "performed", problems)
    modality = _term(exam, "modality", Modality, "modality", problems)
    if performed_on is None or modality is None:
        return None
    statements = {
        place: statement
        for place, word in _mapping(exam.get("statements")).items()
        if word and (statement := _term({"word": word}, "word", Statement, f"new disease, {place}", problems))
    }
    return ExamDraft(
        performed_on=performed_on,
        modality=modality,
        phase=_text(exam, "phase") or None,
        slice_thickness=_length(exam, "slice", "slice", problems),
        reported_on=_date(exam, "reported_on", "reported", problems),
        liver_count=_count(exam, problems),
        statements=statements,
        background=read_background(exam, problems),
        extrahepatic=read_extrahepatic(exam, problems),
        remark=_text(exam, "remark") or None,
        uptake_minutes=_whole(exam, "uptake_minutes", "uptake minutes", problems) if modality.has_pet else None,
    )


def _read_box(row: EntryRow, text: str, rows: tuple[EntryRow, ...], *, new: bool) -> CellReading:
    others = frozenset(other.label for other in rows if other.label != row.label)
    reading = read_cell(text, node=row.node, labels=others, new=new)
    seen = reading.observation
    if seen is not None and seen.state is State.UNEQUIVOCAL_PROGRESSION and row.role is not LesionRole.NON_TARGET:
        role = row.role or "watched"
        return CellReading(problem=f"up is said of non-targets only; {row.label} is {role}.")
    return reading


def _merged_into_absent(observations: list[RecordedObservation]) -> Iterator[Problem]:
    """A lesion that another merged into is there: it carries the size of both."""
    absent = {one.label for one in observations if one.observation.state is State.ABSENT}
    for one in observations:
        if one.observation.state is State.MERGED and one.observation.into in absent:
            into = one.observation.into
            yield Problem(one.label, f"{into} carries the size of both and is absent: one of the two is wrong.")


def _recorded(
    row: EntryRow,
    entry: Mapping[str, Any],
    reading: CellReading,
    stored: Exam | None,
    report: str | None,
    problems: list[Problem],
) -> RecordedObservation:
    """The observation of one row; the stored one where neither its text nor its uptake was changed."""
    assert reading.observation is not None
    suv = _decimal(entry, "suv", f"{row.label}, SUVmax", problems)
    was = stored.observation(row.label) if stored is not None else None
    if was is not None:
        same_text = _text(entry, "text") == write_cell(was.observation, node=row.node, qualifier=was.qualifier)
        if same_text and suv == was.observation.suv_max:
            return with_look(was, entry, problems)
    observation = replace(reading.observation, suv_max=suv)
    recorded = RecordedObservation(
        label=row.label,
        observation=observation,
        provenance=Provenance.TYPED,
        source_text=_text(entry, "text"),
        qualifier=reading.qualifier,
        comment=_text(entry, "kept") or None,
    )
    return with_source(with_look(recorded, entry, problems), entry, report)


def _read_new_lesions(
    content: Mapping[str, Any],
    observations: list[RecordedObservation],
    problems: list[Problem],
    questions: list[Problem],
) -> Iterator[LesionDraft]:
    """The rows added with +: each gives a lesion and its first observation."""
    added = content.get("added")
    for entry in added if isinstance(added, list) else []:
        if not isinstance(entry, Mapping):
            continue
        label, organ = _text(entry, "label"), _text(entry, "organ") or LIVER
        typed = f"{_text(entry, 'certainty')} {_text(entry, 'text')}".strip()
        if not _text(entry, "certainty"):
            problems.append(Problem(label, "equivocal or unequivocal, as the report states?"))
            continue
        reading = read_cell(typed, node=organ == LYMPH_NODE, labels=frozenset(), new=True)
        if reading.question:
            questions.append(Problem(label, reading.question))
            continue
        if reading.observation is None or reading.problem:
            problems.append(Problem(label, reading.problem or "says nothing yet"))
            continue
        first_seen = _date(entry, "first_seen", f"{label}, seen in retrospect", problems)
        recorded = RecordedObservation(
            label=label,
            observation=replace(reading.observation, first_seen=first_seen),
            provenance=Provenance.TYPED,
            source_text=typed,
            qualifier=reading.qualifier,
        )
        observations.append(with_source(with_look(recorded, entry, problems), entry, read_report(content)))
        yield LesionDraft(label, organ, _segments(entry, organ, label, problems), first_seen=first_seen)


def _with_untouched(draft: ExamDraft, stored: Exam) -> ExamDraft:
    """What the table does not show of a stored exam stays as it is stored."""
    same_key = (draft.performed_on, draft.modality) == (stored.performed_on, stored.modality)
    return replace(
        draft,
        authority=stored.authority,
        accession=stored.accession,
        ordinal=stored.ordinal if same_key else 1,
        status=stored.status,
        report_text=stored.report_text,
        reported_response=stored.reported_response,
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""


def _date(values: Mapping[str, Any], name: str, place: str, problems: list[Problem]) -> date | None:
    text = _text(values, name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(place, f"'{text}' is not a date; right is a date such as 2026-11-18"))
        return None
    if day.year < _FIRST_YEAR:
        problems.append(Problem(place, f"the year {day.year} is not possible; right is a date such as 2026-11-18"))
        return None
    return day


def _term(values: Mapping[str, Any], name: str, kind: type[Any], place: str, problems: list[Problem]) -> Any:
    text = _text(values, name)
    if not text:
        return None
    try:
        return kind(text)
    except ValueError:
        problems.append(Problem(place, f"'{text}' is not known; right is one of {', '.join(kind.words())}"))
        return None


def _decimal(values: Mapping[str, Any], name: str, place: str, problems: list[Problem]) -> Decimal | None:
    text = _text(values, name).replace(",", ".")
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        problems.append(Problem(place, f"'{text}' is not a number; right is one such as 6.4"))
        return None
    return number


def _whole(values: Mapping[str, Any], name: str, place: str, problems: list[Problem]) -> int | None:
    text = _text(values, name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        problems.append(Problem(place, f"'{text}' is not a whole number"))
        return None
    return int(text)


def _length(values: Mapping[str, Any], name: str, place: str, problems: list[Problem]) -> Length | None:
    text = _text(values, name).replace(",", ".").removesuffix("mm").strip()
    if not text:
        return None
    try:
        return Length.from_mm(text)
    except ValueError as wrong:
        problems.append(Problem(place, str(wrong)))
        return None


def _count(exam: Mapping[str, Any], problems: list[Problem]) -> StatedCount | None:
    kind = _term(exam, "count_kind", CountKind, "count as stated", problems)
    if kind is None:
        return None
    if kind not in (CountKind.EXACT, CountKind.AT_LEAST):
        return StatedCount(kind)
    number = _whole(exam, "count", "count as stated", problems)
    if number is None and _text(exam, "count") == "":
        problems.append(Problem("count as stated", f"'{kind}' needs the number"))
    return StatedCount(kind, number)


def _segments(entry: Mapping[str, Any], organ: str, label: str, problems: list[Problem]) -> tuple[Segment, ...]:
    text = _text(entry, "segments")
    if organ != LIVER or not text:
        return ()
    try:
        return read_segments(text)
    except ValueError as wrong:
        problems.append(Problem(label, f"{wrong}."))
        return ()
