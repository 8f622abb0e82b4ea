"""The worklist: every patient once, in the group that says how urgent it is, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.db.engine import Database
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.record import Exam, PatientRecord
from tracker.domain.vocabulary import Primary, Response, Sex, Term
from tracker.domain.waiting import Waiting, find_waiting
from tracker.domain.wording import format_date
from tracker.pictures.words import say_modality, say_response
from tracker.services import patients
from tracker.services.actors import Actor
from tracker.services.due import Due, derive_due

#: The window before a due date in which a patient stands among those due.
DUE_WITHIN = timedelta(days=14)
#: A scan this young stands among the recent ones.
RECENT = timedelta(days=28)

Assess = Callable[[PatientRecord], tuple[CourseAssessment, ...]]


class Group(Term):
    """The groups of the worklist in the order of urgency."""

    OVERDUE = "Overdue", "past the due date and its grace"
    TO_COMPLETE = "To complete", "no scan, or no course with a baseline yet"
    DUE = "Due", "due within 14 days, or within the days of grace"
    RECENT = "Recent", "scanned in the last 28 days"
    LATER = "Later", "nothing to do before the next scan"


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One patient on the worklist. ``days_since`` counts from the last scan; ``days_late`` is negative while time is left."""

    patient_id: int
    identifier: str
    name: str | None
    birth_year: int | None
    sex: Sex
    primary: Primary
    synthetic: bool
    group: Group
    why: str
    last_scan: date | None = None
    modality: str = ""
    days_since: int | None = None
    response: Response | None = None
    #: By which published rules; empty where there is no response.
    criterion: str = ""
    is_baseline: bool = False
    due: date | None = None
    days_late: int | None = None


@dataclass(frozen=True, slots=True)
class Worklist:
    """All rows in order of urgency."""

    rows: tuple[WorklistRow, ...]

    def group(self, group: Group) -> tuple[WorklistRow, ...]:
        return tuple(row for row in self.rows if row.group is group)

    @property
    def synthetic(self) -> bool:
        """Whether any patient is a demo patient."""
        return any(row.synthetic for row in self.rows)


def list_worklist(db: Database, actor: Actor, today: date, assess: Assess = assess_record) -> Worklist:
    """The worklist of ``today``, in a fixed number of queries. ``assess`` may be one that remembers."""
    return derive_worklist(patients.load_all_records(db, actor), today, assess)


def derive_worklist(records: Iterable[PatientRecord], today: date, assess: Assess = assess_record) -> Worklist:
    """The worklist of the records given."""
    rows = [_row(record, assess(record), today) for record in records]
    order = {group: at for at, group in enumerate(Group)}

    def urgency(row: WorklistRow) -> tuple[int, int, str]:
        if row.group is Group.RECENT:
            return order[row.group], row.days_since or 0, row.identifier
        return order[row.group], -(row.days_late if row.days_late is not None else 9999), row.identifier

    return Worklist(tuple(sorted(rows, key=urgency)))


def _row(record: PatientRecord, courses: tuple[CourseAssessment, ...], today: date) -> WorklistRow:
    patient = record.patient
    last = max(record.exams, key=lambda exam: (exam.performed_on, exam.id), default=None)
    due = derive_due(record, today, _find_waiting(courses))
    group = _group(record, last, due, today)
    response, is_baseline, changed = _latest(courses)
    return WorklistRow(
        patient_id=patient.id,
        identifier=patient.identifier,
        name=patient.name,
        birth_year=patient.birth_year,
        sex=patient.sex,
        primary=patient.primary,
        synthetic=patient.synthetic,
        group=group,
        why=_why(record, group, due, today, changed),
        last_scan=None if last is None else last.performed_on,
        modality="" if last is None else say_modality(last.modality),
        days_since=None if last is None else (today - last.performed_on).days,
        response=response,
        criterion=courses[-1].assessment.criteria if courses else "",
        is_baseline=is_baseline,
        due=None if due is None else due.on,
        days_late=None if due is None else due.days_late(today),
    )


def _group(record: PatientRecord, last: Exam | None, due: Due | None, today: date) -> Group:
    if last is None or due is None or not any(course.plan.time_points for course in record.courses):
        return Group.TO_COMPLETE
    if due.is_overdue(today):
        return Group.OVERDUE
    if due.on - DUE_WITHIN <= today:
        return Group.DUE
    return Group.RECENT if today - last.performed_on <= RECENT else Group.LATER


def _find_waiting(courses: tuple[CourseAssessment, ...]) -> Waiting | None:
    """The progression of the running course that waits for its confirmation."""
    if not courses:
        return None
    return find_waiting(courses[-1].assessment.time_points, courses[-1].timeline.settings)


def _latest(courses: tuple[CourseAssessment, ...]) -> tuple[Response | None, bool, str]:
    """Response of the newest row of the running course, whether it is a baseline, and the change of category in words."""
    if not courses:
        return None, False, ""
    rows = courses[-1].assessment.time_points
    last = rows[-1].overall_response
    if len(rows) == 1:
        return None, True, f"baseline of course {courses[-1].course.number}"
    before = rows[-2].overall_response
    if before is None:
        return last, False, f"first response of course {courses[-1].course.number}: {say_response(last)}"
    if before is last:
        return last, False, f"{say_response(last)} as before"
    return last, False, f"category changed: {say_response(before)} to {say_response(last)}"


def _why(record: PatientRecord, group: Group, due: Due | None, today: date, changed: str) -> str:
    if not record.exams:
        return "registered, no scan entered yet"
    if group is Group.TO_COMPLETE or due is None:
        return "scans are entered, but no course has a baseline: no response can be computed"
    when = format_date(due.on, year=due.on.year != today.year)
    if group is Group.RECENT:
        return f"{changed}; next due {when}, {due.rule}"
    return f"{due.why}, {'was due' if due.on < today else 'due'} {when}"
