"""Courses: start a line of treatment with its baseline, its treatment and the role of every lesion followed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from tracker.db import history, queries
from tracker.db.canonical import canonical_json, to_plain
from tracker.db.engine import Database
from tracker.db.models import CourseRow, PlanRoleRow, PlanRow, TreatmentRow
from tracker.domain.assess import CRITERIA
from tracker.domain.criteria.refused import find_refusal
from tracker.domain.drafts import CourseDraft, ExamDraft, TreatmentDraft
from tracker.domain.record import Course, Exam, PatientRecord
from tracker.domain.vocabulary import CourseKind, LesionRole
from tracker.errors import ConflictError, InputError, Problem
from tracker.services import exam_entry, exam_store, time_points
from tracker.services.actors import Actor
from tracker.services.checks import check_date, check_text, check_treatment, check_whole, check_word, named, tidy
from tracker.services.conflicts import refuse_differences
from tracker.services.course_findings import find_in_course
from tracker.services.exam_content import as_draft
from tracker.services.plan_checks import check_baseline
from tracker.services.transactions import Change, bump, change, lock_patient
from tracker.services.treatments import end_ongoing, known_treatment, write_treatment

#: How far ahead a course may be planned when its baseline is entered.
AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class CourseSaved:
    """A course that is in the record, and its baseline exam. ``findings`` are what a person should know of it."""

    course_id: int
    exam_id: int
    patient_version: int
    already_stored: bool = False
    findings: tuple[Problem, ...] = ()


def start_course(
    db: Database,
    actor: Actor,
    patient_id: int,
    draft: CourseDraft,
    *,
    expected_version: int | None = None,
    today: date | None = None,
) -> CourseSaved:
    """Start a course: its baseline exam, its treatment, its roles. The course before it ends.

    A systemic course with a treatment of its own ends the systemic treatments that were going on, unless the draft says
    that they are kept.

    ``expected_version`` is the patient's. Exams later than the baseline, which an earlier course had, are judged in the new
    course from now on. The same content again is already stored.
    Raises InputError with every problem, ConflictError, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_course(opened, patient_id, draft, expected_version=expected_version)


def store_course(
    change: Change, patient_id: int, draft: CourseDraft, *, expected_version: int | None = None
) -> CourseSaved:
    """``start_course`` inside a change that is open."""
    draft = tidy(draft)
    patient = lock_patient(change, patient_id)
    record = queries.load_patient_record(change.session, patient_id)
    known = _known_course(record, draft)
    if known is None:
        lock_patient(change, patient_id, expected_version)
    baseline, stored = _prepare(change, record, draft)
    findings = find_in_course(record, draft, baseline, _roles(draft, baseline))
    if known is not None:
        _refuse_other_course(known, draft, baseline, stored, record)
        assert stored is not None, "a course that is stored has its baseline"
        if draft.treatment is not None and known_treatment(record, draft.treatment) is None:
            raise ConflictError(
                f"Course {known.number} ({known.name}) is stored already, without the treatment {draft.treatment.name} "
                f"from {draft.treatment.start}: record the treatment itself. Nothing was stored."
            )
        return CourseSaved(known.id, stored.id, patient.version, already_stored=True, findings=findings)
    exam_id = exam_store.write_exam(change, patient_id, baseline).id if stored is None else stored.id
    course, plan = _write_course(change, record, draft, baseline)
    ids = exam_store.lesion_ids(change, patient_id)
    for label, role in _roles(draft, baseline).items():
        change.session.add(PlanRoleRow(plan_id=plan.id, lesion_id=ids[label], role=str(role)))
    if draft.treatment is not None:
        _give(change, record, draft.treatment, ids, course.id)
    ended = end_ongoing(change, record, draft)
    _take_exams(change, patient_id, plan, exam_id, baseline.performed_on)
    content = {"course": to_plain(draft), "baseline exam": exam_id}
    if stored is None:
        content |= exam_store.finish_exam(change, exam_id)
    version = bump(change, patient)
    before = None
    if ended:
        before = {"treatments": [to_plain(treatment) for treatment in ended]}
        content["treatments"] = [to_plain(dataclasses.replace(treatment, stop=draft.start)) for treatment in ended]
    chain = history.patient_chain(patient_id)
    change.audit(chain, "course.start", "course", course.id, before=before, after=content)
    return CourseSaved(course.id, exam_id, version, findings=findings)


def _prepare(change: Change, record: PatientRecord, draft: CourseDraft) -> tuple[ExamDraft, Exam | None]:
    """The baseline as a draft, and the exam where it is stored already. Raises InputError with every problem."""
    problems = list(_check_course(record, draft, change.today))
    baseline: ExamDraft | None = None
    stored: Exam | None = None
    if draft.baseline is not None:
        try:
            baseline, stored = exam_entry.prepare(change, record, draft.baseline)
        except InputError as error:
            problems += error.problems
    elif draft.baseline_exam_id is not None:
        stored = next((exam for exam in record.exams if exam.id == draft.baseline_exam_id), None)
        if stored is None:
            problems.append(
                Problem("baseline", f"exam number {draft.baseline_exam_id} is not in this patient's record")
            )
        else:
            baseline = as_draft(stored)
    if baseline is not None:
        problems += _check_with_baseline(record, draft, baseline, change.today)
    if problems or baseline is None:
        raise InputError(dict.fromkeys(problems))
    if stored is not None:
        exam_entry.refuse_other_content(baseline, stored, record)
    return baseline, stored


def _check_course(record: PatientRecord, draft: CourseDraft, today: date) -> Iterator[Problem]:
    yield from check_text("course", draft.name, needed=True)
    yield from check_word("kind of course", draft.kind, CourseKind)
    yield from check_date("course start", draft.start, today=today + AHEAD)
    if (draft.baseline is None) == (draft.baseline_exam_id is None):
        yield Problem("baseline", "is either a new exam or one that is stored already: give one of the two")
    if draft.criterion not in CRITERIA:
        refused = find_refusal(draft.criterion)
        yield Problem("criterion", refused or f"'{draft.criterion}' is not known; right is {', '.join(CRITERIA)}")
    for place, number, most in (
        ("days of stable disease", draft.settings.minimum_sd_days, 730),
        ("days to confirmation", draft.settings.confirmation_days, 730),
        ("time points between", draft.settings.max_between, 20),
        ("size of a new node", draft.settings.nodes_new_from_mm, 100),
        ("days of a time point", draft.settings.time_point_days, 60),
    ):
        yield from check_whole(place, number, 0, most)
    for label, role in draft.roles.items():
        yield from check_word(f"{label}, role", role, LesionRole)


def _check_with_baseline(
    record: PatientRecord, draft: CourseDraft, baseline: ExamDraft, today: date
) -> Iterator[Problem]:
    lesions = {lesion.label: lesion for lesion in record.lesions}
    labels = {*lesions, *(lesion.label for lesion in baseline.lesions)}
    for label in draft.roles:
        if label not in labels:
            yield Problem(label or "role", f"has a role but is not a lesion of this patient; {named(labels)}")
    if not time_points.joins_a_plan(baseline):
        yield Problem("baseline", f"this {baseline.modality} has nothing that enters a sum; a baseline needs diameters")
    yield from check_baseline(baseline, _roles(draft, baseline), lesions)
    if draft.treatment is not None:
        yield from check_treatment(draft.treatment, labels, today=today + AHEAD)
    known = _known_course(record, draft)
    for course in record.courses:
        if known is not None or not course.plan.time_points:
            continue
        begun = record.exam(course.plan.time_points[0].exam_ids[0]).performed_on
        if begun >= baseline.performed_on:
            yield Problem(
                "baseline",
                f"is of {baseline.performed_on}, but course {course.number} has its baseline on {begun}; "
                f"courses are entered in their order",
            )


def _roles(draft: CourseDraft, baseline: ExamDraft) -> dict[str, LesionRole]:
    """The course's roles, and those that only a lesion of the baseline states."""
    stated = {lesion.label: lesion.role for lesion in baseline.lesions if lesion.role is not None}
    return {**stated, **draft.roles}


def _known_course(record: PatientRecord, draft: CourseDraft) -> Course | None:
    """The course that is stored under the same kind, name and start."""
    key = (draft.kind, draft.name, draft.start)
    return next((course for course in record.courses if (course.kind, course.name, course.start) == key), None)


def _refuse_other_course(
    known: Course, draft: CourseDraft, baseline: ExamDraft, stored: Exam | None, record: PatientRecord
) -> None:
    """Raise ConflictError where the stored course has another baseline, criterion, settings or roles."""
    first = known.plan.time_points[0].exam_ids if known.plan.time_points else ()
    mine_roles = _roles(draft, baseline)
    their_roles = {label: role for label, role in known.plan.roles.items() if role is not LesionRole.NEW}
    pairs: list[tuple[str, object, object]] = [
        ("criterion", draft.criterion, known.plan.criterion),
        ("settings", canonical_json(draft.settings), canonical_json(known.plan.settings)),
    ]
    if stored is None or stored.id not in first:
        theirs = ", ".join(str(record.exam(exam_id).performed_on) for exam_id in first)
        pairs.append(("baseline", str(baseline.performed_on), f"{theirs}, another exam"))
    for label in dict.fromkeys([*mine_roles, *their_roles]):
        pairs.append((f"{label}, role", mine_roles.get(label, "none"), their_roles.get(label, "none")))
    refuse_differences(f"Course {known.number} ({known.name})", pairs)


def _write_course(
    change: Change, record: PatientRecord, draft: CourseDraft, baseline: ExamDraft
) -> tuple[CourseRow, PlanRow]:
    before = select(CourseRow).where(CourseRow.patient_id == record.patient.id, CourseRow.withdrawn_at.is_(None))
    number = 1
    for other in change.session.scalars(before):
        number = max(number, other.number + 1)
        if other.stop_on is None:
            other.stop_on = max(draft.start, other.start_on)
    course = CourseRow(
        patient_id=record.patient.id, number=number, kind=str(draft.kind), name=draft.name, start_on=draft.start
    )
    change.session.add(course)
    change.session.flush()
    seen_later = any(exam.performed_on > baseline.performed_on for exam in record.exams)
    plan = PlanRow(
        course_id=course.id,
        criterion=draft.criterion,
        settings=canonical_json(dataclasses.asdict(draft.settings)),
        targets_chosen_afterwards=seen_later,
    )
    change.session.add(plan)
    change.session.flush()
    return course, plan


def _give(change: Change, record: PatientRecord, draft: TreatmentDraft, ids: Mapping[str, int], course_id: int) -> None:
    """Write the course's treatment, or count one that is recorded already as the course's."""
    known = known_treatment(record, draft)
    if known is None:
        write_treatment(change, record.patient.id, draft, ids, course_id=course_id)
    else:
        change.session.get_one(TreatmentRow, known).course_id = course_id


def _take_exams(change: Change, patient_id: int, plan: PlanRow, baseline_id: int, day: date) -> None:
    """Make the baseline the plan's first time point, and take over the exams that followed it in earlier courses."""
    plans = time_points.load_plans(change, patient_id)
    new = next(times for times in plans if times.plan.id == plan.id)
    time_points.join(change, new, baseline_id, day)
    later = {
        exam_id: performed_on
        for times in plans
        for _, exams_there in times.time_points
        for exam_id, performed_on in exams_there
        if performed_on > day
    }
    for times in plans:
        for exam_id in later:
            time_points.leave(change, times, exam_id)
    for exam_id, performed_on in sorted(later.items(), key=lambda item: item[1]):
        new = next(times for times in time_points.load_plans(change, patient_id) if times.plan.id == plan.id)
        time_points.join(change, new, exam_id, performed_on)
