"""Import of a file: read, laid beside the record, stored as a whole in one transaction, or not at all.

The same file again changes nothing: exams are known by their natural keys, and what is known with the same content is
left as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from tracker.db import history, queries
from tracker.db.engine import Database
from tracker.db.models import ImportBatchRow
from tracker.domain.drafts import CourseDraft, PatientDraft
from tracker.domain.record import PatientRecord, RecordedLesion
from tracker.domain.vocabulary import CourseKind, LesionRole
from tracker.domain.wording import count_of, label_order
from tracker.errors import ConflictError, InputError, Problem
from tracker.exchange.grouping import TablePatient
from tracker.exchange.planning import PatientPlan, Step, plan_patient
from tracker.exchange.tabular import TableOptions, TableReading, read_table
from tracker.services import courses, exam_store, exams, merging, patients, time_points
from tracker.services.actors import Actor
from tracker.services.exam_checks import check_exam
from tracker.services.transactions import Change, change, find_site

FORMATS = ("auto", "table")
#: Places of a service's problems that stand in a column of the table.
_COLUMNS = {
    "performed on": "exam_date",
    "accession": "accession",
    "authority": "authority",
    "phase": "phase",
    "slice thickness": "slice_mm",
    "number of liver lesions": "liver_lesion_count",
    "remark": "comment",
}


@dataclass(slots=True)
class ImportReport:
    """What became of one file. ``stored`` is true where the record changed; with ``problems`` nothing was stored."""

    file: str
    sha256: str
    dry_run: bool = False
    stored: bool = False
    rows: int = 0
    patients_new: int = 0
    exams_new: int = 0
    exams_known: int = 0
    courses_new: int = 0
    #: One sentence a change, in order: what was stored, or would be.
    changes: list[str] = field(default_factory=list)
    remarks: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def summary(self) -> str:
        """One sentence on what happened to the record."""
        if self.problems:
            return f"nothing was stored: {count_of(len(self.problems), 'problem')}"
        if not self.changes:
            return f"already stored: {count_of(self.exams_known, 'exam')} as in the file; nothing was changed"
        new = ", ".join(
            count_of(number, what)
            for number, what in (
                (self.patients_new, "patient"),
                (self.courses_new, "course"),
                (self.exams_new, "exam"),
            )
            if number
        )
        known = f"; {count_of(self.exams_known, 'exam')} already stored" if self.exams_known else ""
        return f"{'would store' if self.dry_run else 'stored'}: {new}{known}"

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON."""
        return asdict(self) | {"summary": self.summary}


class _RollBack(Exception):  # noqa: N818 - no error: the way out of a transaction
    """Leaves the transaction without a trace: a dry run, or a file with problems."""


def import_table(
    db: Database, actor: Actor, data: bytes, name: str, options: TableOptions | None = None, *, dry_run: bool = False
) -> ImportReport:
    """Import a table (CSV or workbook). Problems are in the report; then, or with ``dry_run``, nothing is stored.

    A dry run does all the work and rolls it back, so that it says what would really happen.
    Raises DatabaseError where the database cannot be used.
    """
    report = ImportReport(name, hashlib.sha256(data).hexdigest(), dry_run)
    with db.read() as session:
        site = find_site(session)
    reading = read_table(data, name, replace(options or TableOptions(), authority=site.authority))
    try:
        with change(db, actor) as opened:
            _import(opened, reading, report)
            if report.problems or dry_run or not report.changes:
                raise _RollBack
            _note_batch(opened, reading, report)
    except _RollBack:
        return report
    report.stored = True
    return report


def _import(opened: Change, reading: TableReading, report: ImportReport) -> None:
    shown = reading.shown or {}
    problems = list(reading.problems)
    remarks = list(reading.remarks)
    report.rows = reading.rows
    named_by_reader = {_row(problem) for problem in reading.problems}
    plans: list[PatientPlan] = []
    spelt: dict[tuple[str, str], str] = {}
    for table in reading.patients:
        record = _find_record(opened, table.authority, table.identifier)
        problems += _check_merged(opened, table)
        plan = plan_patient(table, record, shown)
        plans.append(plan)
        if record is None:
            problems += _check_spelling(opened, table.authority, table.identifier, plan.first_row, spelt)
        problems += plan.problems
        remarks += plan.remarks
        named = named_by_reader | {_row(problem) for problem in plan.problems}
        found = _check_steps(opened, plan, record, shown)
        problems += [problem for problem in found if _row(problem) not in named]
        report.exams_known += plan.exams_known
    if not problems:
        for plan in plans:
            problems += _carry_out(opened, plan, report, shown)
    report.problems = tuple(sorted(dict.fromkeys(problems), key=_row))
    report.remarks = tuple(sorted(dict.fromkeys(remarks), key=_row))


def _row(problem: Problem) -> int:
    """The first row a problem names, so that a person can walk down the file."""
    match = re.search(r"\d+", problem.place)
    return int(match[0]) if match else 0


def _find_record(opened: Change, authority: str, identifier: str) -> PatientRecord | None:
    patient_id = queries.find_patient(opened.session, authority, identifier)
    return None if patient_id is None else queries.load_patient_record(opened.session, patient_id)


def _check_merged(opened: Change, table: TablePatient) -> Iterator[Problem]:
    """Labels that a merge renamed are never taken for those of the record that was kept."""
    renamed = merging.renamed_under(opened, table.authority, table.identifier)
    for label in sorted(table.lesions.keys() & renamed.keys(), key=label_order):
        text = f"since the records were merged, '{label}' of {table.identifier} is '{renamed[label]}': write it so, under the kept patient's identifier"
        yield Problem(f"row {table.lesions[label].line}", text)


def _check_spelling(
    opened: Change, authority: str, identifier: str, row: int, spelt: dict[tuple[str, str], str]
) -> Iterator[Problem]:
    """A new patient's identifier is no other spelling of one that is registered, or that the file named before.

    ``spelt`` are the new identifiers of the file so far; this one is added.
    """
    near = queries.find_near_identifier(opened.session, authority, identifier)
    earlier = spelt.setdefault((authority, queries.fold_identifier(identifier)), identifier)
    if near is not None:
        yield Problem(f"row {row}", patients.say_near(identifier, near))
    elif earlier != identifier:
        text = f"'{identifier}' and '{earlier}' differ only by capitals or spaces: write one patient's identifier alike"
        yield Problem(f"row {row}", text)


def _check_steps(
    opened: Change, plan: PatientPlan, record: PatientRecord | None, shown: Mapping[str, str]
) -> Iterator[Problem]:
    """What the record itself would refuse, for all exams at once and before any is stored."""
    known = {lesion.label: lesion for lesion in record.lesions} if record else {}
    labels = known | {
        one.label: RecordedLesion(0, one.label, "", one.organ, one.segments)
        for step in plan.steps
        for one in step.draft.lesions
    }
    for step in plan.steps:
        if step.stored_id is None:
            own = {one.label for one in step.draft.lesions}
            others = {label: lesion for label, lesion in labels.items() if label not in own}
            yield from _placed(check_exam(step.draft, others, opened.today), step, shown)


def _placed(problems: tuple[Problem, ...], step: Step, shown: Mapping[str, str]) -> Iterator[Problem]:
    """Problems of a draft at the rows and columns they came from."""
    for problem in problems:
        label, _, rest = problem.place.partition(", ")
        line = step.rows.get(label, step.rows[""])
        if problem.place in _COLUMNS:
            column = _COLUMNS[problem.place]
            yield Problem(f"row {line}, column {shown.get(column, column)}", problem.text)
        else:
            text = f"{label}: {problem.text}" if not rest else f"{label} ({rest}): {problem.text}"
            yield Problem(f"row {line}", text)


def _carry_out(opened: Change, plan: PatientPlan, report: ImportReport, shown: Mapping[str, str]) -> Iterator[Problem]:
    """Store one patient's exams and courses. A problem that only the record could find ends the patient, not the search."""
    patient_id = plan.patient_id
    if patient_id is None:
        draft = PatientDraft(plan.identifier, plan.authority)
        try:
            patient_id = patients.store_patient(opened, draft).patient_id
        except (InputError, ConflictError) as refusal:
            yield Problem(f"row {plan.first_row}", str(refusal))
            return
        report.patients_new += 1
        report.changes.append(f"patient {plan.identifier} ({plan.authority})")
    for step in plan.steps:
        try:
            _store_step(opened, patient_id, plan, step, report)
        except InputError as refusal:
            yield from _placed(refusal.problems, step, shown)
            return
        except ConflictError as refusal:
            yield Problem(f"row {step.rows['']}", str(refusal))
            return


def _store_step(opened: Change, patient_id: int, plan: PatientPlan, step: Step, report: ImportReport) -> None:
    """One exam, and the course it opens."""
    what = f"{step.draft.modality} of {step.draft.performed_on}, patient {plan.identifier}"
    exam_id = step.stored_id
    opening = step.opening
    alone = opening is not None and not opening.closes_former
    if exam_id is None:
        if opening is None:
            _hold_roles(opened, patient_id, step)
        if not alone:
            exam_id = exams.store_exam(opened, patient_id, step.draft).exam_id
        report.exams_new += 1
        report.changes.append(f"exam: {what}, {count_of(len(step.draft.observations), 'lesion')}")
    if opening is None:
        return
    course = CourseDraft(
        kind=CourseKind.SYSTEMIC if opening.roles else CourseKind.SURVEILLANCE,
        name=f"Course from {step.draft.performed_on}",
        start=step.draft.performed_on,
        roles=opening.roles,
        baseline=step.draft if exam_id is None else None,
        baseline_exam_id=exam_id,
    )
    courses.store_course(opened, patient_id, course)
    report.courses_new += 1
    roles = "; ".join(
        f"{role} {', '.join(label for label, one in opening.roles.items() if one is role)}"
        for role in LesionRole
        if role in opening.roles.values()
    )
    report.changes.append(f"course: baseline {what}: {roles or 'no lesion followed'}")


def _hold_roles(opened: Change, patient_id: int, step: Step) -> None:
    """Give lesions that were known before their role in the course this exam belongs to."""
    if not step.roles:
        return
    ids = exam_store.lesion_ids(opened, patient_id)
    for times in time_points.plans_for(time_points.load_plans(opened, patient_id), step.draft.performed_on):
        for label, role in step.roles.items():
            if label in ids:
                time_points.set_role(opened, times.plan.id, ids[label], role)


def _note_batch(opened: Change, reading: TableReading, report: ImportReport) -> None:
    """Remember the file, and tell the system's chain of it."""
    batch = ImportBatchRow(
        site_id=find_site(opened.session).id,
        file_name=report.file,
        file_sha256=report.sha256,
        format="table",
        imported_at=opened.at,
        imported_by=opened.actor.user_id,
        rows_read=reading.rows,
        patients_new=report.patients_new,
        exams_new=report.exams_new,
        exams_known=report.exams_known,
    )
    opened.session.add(batch)
    opened.session.flush()
    after = {"sha256": report.sha256, "rows": reading.rows, "exams new": report.exams_new}
    opened.audit(history.SYSTEM, "file.import", "import_batch", batch.id, after=after)
