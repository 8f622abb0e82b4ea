"""Corrections and withdrawals of exams: at the version the user saw, for a reason, with the version before kept."""

from __future__ import annotations

import dataclasses
from datetime import date

from sqlalchemy import select

from tracker.db import history, mapping_exams, queries
from tracker.db.models import CourseRow, ExamRow
from tracker.domain.drafts import ExamDraft
from tracker.domain.record import Exam, PatientRecord
from tracker.errors import ConflictError, InputError, NotFoundError, Problem
from tracker.services import exam_entry, exam_store, time_points
from tracker.services.checks import check_reason, tidy
from tracker.services.exam_content import Difference, as_draft, as_problems, differences, exam_content
from tracker.services.exam_entry import ExamReceipt
from tracker.services.time_points import PlanTimes
from tracker.services.transactions import Change, bump, lock_patient


def store_correction(
    change: Change, exam_id: int, draft: ExamDraft, *, expected_version: int, reason: str
) -> ExamReceipt:
    """``exams.correct_exam`` inside a change that is open."""
    row, record = find_version(change, exam_id, expected_version, draft)
    patient = lock_patient(change, row.patient_id)
    reason = reason.strip()
    problems = list(check_reason(reason))
    try:
        draft, stored = exam_entry.prepare(change, record, draft, row)
    except InputError as error:
        raise InputError((*problems, *error.problems)) from None
    assert stored is not None, "the exam that is corrected is stored"
    plans = time_points.load_plans(change, row.patient_id)
    problems += _check_correction(change, plans, record, draft, row)
    if problems:
        raise InputError(dict.fromkeys(problems))
    _refuse_taken_key(change, row, draft)
    lesions = {lesion.label: lesion for lesion in record.lesions}
    if not differences(draft, stored, lesions) and not any(lesion.role for lesion in draft.lesions):
        return ExamReceipt(row.id, row.version, row.patient_id, patient.version, already_stored=True)
    before = exam_content(stored, record.lesions)
    _write(change, plans, row, stored, draft)
    after = exam_store.finish_exam(change, row.id, reason=reason)
    version = bump(change, patient)
    chain = history.patient_chain(row.patient_id)
    change.audit(chain, "exam.correct", "exam", row.id, before=before, after=after, reason=reason)
    return ExamReceipt(row.id, row.version, row.patient_id, version, already_stored=False)


def store_withdrawal(change: Change, exam_id: int, *, expected_version: int, reason: str) -> ExamReceipt:
    """``exams.withdraw_exam`` inside a change that is open."""
    row, record = find_version(change, exam_id, expected_version, None)
    patient = lock_patient(change, row.patient_id)
    reason = reason.strip()
    problems = list(check_reason(reason))
    plans = time_points.load_plans(change, row.patient_id)
    ending = [times for times in plans if times.baseline_exams == (row.id,)]
    for times in ending:
        if len(times.time_points) > 1:
            what = f"is the baseline of course {times.course.number}, which later exams are judged against"
            problems.append(Problem("exam", f"{what}; correct it, or withdraw the later exams first"))
    stored = record.exam(exam_id)
    problems += exam_entry.check_merges(record, None, stored)
    if problems:
        raise InputError(problems)
    before = exam_content(stored, record.lesions)
    for times in plans:
        time_points.leave(change, times, row.id)
    for times in ending:
        _withdraw_course(times.course, plans, change)
    row.version += 1
    row.withdrawn_at = change.at
    change.session.flush()
    exam_store.withdraw_unseen_lesions(change, row.patient_id)
    gone = dataclasses.replace(stored, version=row.version)
    exam_store.store_version(change, gone, exam_content(gone, record.lesions), withdrawn=True, reason=reason)
    version = bump(change, patient)
    after = {"withdrawn courses": [times.course.number for times in ending]}
    chain = history.patient_chain(row.patient_id)
    change.audit(chain, "exam.withdraw", "exam", row.id, before=before, after=after, reason=reason)
    return ExamReceipt(row.id, row.version, row.patient_id, version, already_stored=False)


def _withdraw_course(course: CourseRow, plans: tuple[PlanTimes, ...], change: Change) -> None:
    """Take a course out of the record; the course it had ended goes on."""
    course.withdrawn_at = change.at
    for times in plans:
        if times.course.number == course.number - 1 and times.course.stop_on == course.start_on:
            times.course.stop_on = None


def find_version(
    change: Change, exam_id: int, expected_version: int, draft: ExamDraft | None
) -> tuple[ExamRow, PatientRecord]:
    """The exam at the version the user saw, with its patient locked. Raises NotFoundError, ConflictError."""
    patient_id = change.session.scalar(select(ExamRow.patient_id).where(ExamRow.id == exam_id))
    if patient_id is None:
        raise NotFoundError(f"There is no exam number {exam_id}. Nothing was stored.")
    lock_patient(change, patient_id)
    row = change.session.get_one(ExamRow, exam_id, populate_existing=True)
    if row.withdrawn_at is not None:
        raise NotFoundError(f"Exam number {exam_id} was withdrawn. Nothing was stored.")
    record = queries.load_patient_record(change.session, patient_id)
    if row.version == expected_version:
        return row, record
    found: tuple[Difference, ...] = ()
    if draft is not None:
        found = differences(tidy(draft), record.exam(exam_id), {lesion.label: lesion for lesion in record.lesions})
    raise ConflictError(
        f"Somebody changed this exam while you were working: it is at version {row.version}, you saw "
        f"{expected_version}. Nothing of yours was stored.",
        *as_problems(found),
    )


def _check_correction(
    change: Change, plans: tuple[PlanTimes, ...], record: PatientRecord, draft: ExamDraft, row: ExamRow
) -> list[Problem]:
    """What the plans say: those that judge the exam now, or those it joins by its new date or kind.

    A corrected baseline must still be one: before the exams judged against it, with a size for every target.
    """
    problems: list[Problem] = []
    baselines = [times for times in plans if row.id in times.baseline_exams]
    for times in baselines:
        number = times.course.number
        later = [exams[0][1] for _, exams in times.time_points[1:]]
        if later and draft.performed_on >= min(later):
            text = f"this is the baseline of course {number}, whose next exam is of {min(later)}"
            problems.append(Problem("performed on", text))
        if not time_points.joins_a_plan(draft):
            text = f"this is the baseline of course {number}, and {draft.modality} without diameters enters no sum"
            problems.append(Problem("modality", text))
        problems += exam_entry.check_plan(times, record, draft, row.id)
    moves = not baselines and _moves(record.exam(row.id), draft)
    others = exam_entry.plans_to_join(change, row.patient_id, draft) if moves else plans
    for times in others:
        if times not in baselines and (moves or _judges(times, row.id)):
            problems += exam_entry.check_plan(times, record, draft, None if moves else row.id)
    return problems


def _moves(stored: Exam, draft: ExamDraft) -> bool:
    """Whether the correction changes which plan judges the exam: its date, or whether it can be judged at all."""
    was: tuple[date, bool] = (stored.performed_on, time_points.joins_a_plan(as_draft(stored)))
    return was != (draft.performed_on, time_points.joins_a_plan(draft))


def _judges(times: PlanTimes, exam_id: int) -> bool:
    return any(exam_id == other for _, exams in times.time_points for other, _ in exams)


def _refuse_taken_key(change: Change, row: ExamRow, draft: ExamDraft) -> None:
    """Raise ConflictError where the correction gives the exam the key of another one."""
    other = exam_store.find_exam(change, row.patient_id, draft)
    if other is not None and other.id != row.id:
        raise ConflictError(
            f"Another {other.modality} of {other.performed_on} is stored under the same number, or the same date and "
            f"ordinal. Nothing was stored."
        )


def _write(change: Change, plans: tuple[PlanTimes, ...], row: ExamRow, stored: Exam, draft: ExamDraft) -> None:
    """Write the corrected exam, and put it where it belongs now."""
    is_baseline = any(row.id in times.baseline_exams for times in plans)
    moves = not is_baseline and _moves(stored, draft)
    mapping_exams.fill_exam(row, draft)
    row.version += 1
    ids = exam_store.store_lesions(change, row.patient_id, draft.lesions)
    exam_store.store_observations(change, row.id, draft, ids)
    if moves:
        for times in plans:
            time_points.leave(change, times, row.id)
        exam_entry.join_plans(change, exam_entry.plans_to_join(change, row.patient_id, draft), row, draft)
    else:
        for times in plans:
            if _judges(times, row.id):
                exam_entry.set_roles(change, times, row.patient_id, draft)
    exam_store.withdraw_unseen_lesions(change, row.patient_id)
