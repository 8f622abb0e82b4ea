"""Records to the table that the importer reads: one row a lesion an exam, formulas made harmless.

Reading the table back into an empty database gives the same courses, time points and responses. What the table has no
column for stays behind: names and facts of patients, treatments, markers, symptoms, volumes, report texts, looks of lesions,
the liver around them, disease outside it by site, names and settings of courses (``services.exports`` says so).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from tracker.domain.lengths import Length, format_mm
from tracker.domain.lesions import Observation
from tracker.domain.record import Course, Exam, PatientRecord, RecordedObservation, StatedCount
from tracker.domain.vocabulary import CountKind, State
from tracker.exchange.codes import WATCHED
from tracker.exchange.columns import COLUMNS, NAMES
from tracker.exchange.guard import guard
from tracker.exchange.values import NO_REASON, Opens

_NUMBERS = frozenset(column.name for column in COLUMNS if column.number)

TableRow = dict[str, str]


def write_table(records: Iterable[PatientRecord]) -> str:
    """The table as CSV text (comma, decimal point, UTF-8 without a byte-order mark)."""
    out = io.StringIO()
    writer = csv.DictWriter(out, NAMES, lineterminator="\r\n")
    writer.writeheader()
    for record in records:
        for row in table_rows(record):
            writer.writerow({name: cell if name in _NUMBERS else guard(cell) for name, cell in row.items()})
    return out.getvalue()


def table_rows(record: PatientRecord) -> Iterator[TableRow]:
    """The rows of one patient, as texts without guards, exams in the order of their dates."""
    first_shown: set[str] = set()
    for exam in record.exams:
        opened = next((course for course in record.courses if _opens_with(course, exam)), None)
        course = opened or next((one for one in reversed(record.courses) if _holds(one, exam)), None)
        head = _exam_cells(record, exam, opened)
        if exam.remark or not exam.observations:
            yield head | {"comment": exam.remark or ""}
        for recorded in exam.observations:
            lesion = record.lesion(recorded.label)
            cells = {
                "lesion_id": recorded.label,
                "organ": lesion.organ,
                "segment": "/".join(str(segment) for segment in lesion.segments),
                "role": _role(course, recorded, at_opening=opened is not None),
            }
            lesion_first = None if recorded.label in first_shown else lesion.first_seen
            first_shown.add(recorded.label)
            yield head | cells | _observation_cells(recorded, lesion_first)


def _opens_with(course: Course, exam: Exam) -> bool:
    points = course.plan.time_points
    return bool(points) and points[0].exam_ids[0] == exam.id


def _holds(course: Course, exam: Exam) -> bool:
    return any(exam.id in point.exam_ids for point in course.plan.time_points)


def _exam_cells(record: PatientRecord, exam: Exam, opened: Course | None) -> TableRow:
    accession = exam.accession or (f"#{exam.ordinal}" if exam.ordinal > 1 else "")
    return {
        "patient_id": record.patient.identifier,
        "authority": record.patient.authority,
        "exam_date": exam.performed_on.isoformat(),
        "modality": str(exam.modality),
        "accession": accession,
        "report_status": str(exam.status),
        "liver_lesion_count": write_count(exam.liver_count),
        "baseline": _baseline_word(record, exam, opened),
        "phase": exam.phase or "",
        "slice_mm": _mm(exam.slice_thickness),
    }


def _baseline_word(record: PatientRecord, exam: Exam, opened: Course | None) -> str:
    """'only' where the exam opens its course and is no time point of the one before."""
    if opened is None:
        return ""
    former = [course for course in record.courses if course.number < opened.number]
    closes = any(_holds(course, exam) for course in former)
    return str(Opens.YES if closes or not former else Opens.ONLY)


def _role(course: Course | None, recorded: RecordedObservation, *, at_opening: bool) -> str:
    role = None if course is None else course.plan.roles.get(recorded.label)
    if role is not None:
        return str(role)
    return WATCHED if at_opening else ""


def _observation_cells(recorded: RecordedObservation, lesion_first: date | None) -> TableRow:
    seen = recorded.observation
    return {
        "state": str(seen.state),
        "long_axis_mm": _mm(seen.longest),
        "short_axis_mm": _mm(seen.short),
        "suv_max": _number(seen.suv_max),
        "sul_peak": _number(seen.sul_peak),
        "hu": _number(seen.attenuation_hu),
        "state_detail": write_detail(seen, lesion_first),
        "qualifier": recorded.qualifier or "",
        "comment": recorded.comment or "",
    }


def write_detail(seen: Observation, lesion_first: date | None = None) -> str:
    """What ``read_detail`` reads back."""
    items: list[str] = []
    match seen.state:
        case State.MERGED:
            items.append(f"into {seen.into}")
        case State.SPLIT:
            items.append("+".join(format_mm(part.um) for part in seen.parts))
        case State.TREATED:
            items.append(" ".join(word for word in (seen.by, seen.treated_on and seen.treated_on.isoformat()) if word))
        case State.NOT_EVALUABLE:
            items.append(seen.reason or NO_REASON)
        case State.RECURRENCE:
            items.append(str(seen.certainty or ""))
    first_seen = seen.first_seen or lesion_first
    items.append(f"first seen {first_seen}" if first_seen else "")
    items.append("grown" if seen.grown else "")
    items.append("provisional" if seen.provisional else "")
    items.append("as target" if seen.measured_as_target else "")
    return "; ".join(item for item in items if item)


def write_count(count: StatedCount | None) -> str:
    """What ``read_count`` reads back."""
    if count is None:
        return ""
    if count.value is None:
        return str(count.kind)
    return f">={count.value}" if count.kind is CountKind.AT_LEAST else str(count.value)


def _mm(length: Length | None) -> str:
    return "" if length is None else format_mm(length.um)


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
