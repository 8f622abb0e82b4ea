"""Exams: record one, correct it with a reason, withdraw it. Each is one transaction with one audit event."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.db import history, mapping, queries
from tracker.db.engine import Database
from tracker.db.models import ExamRow, PlanRoleRow, SiteRow
from tracker.domain.drafts import ExamDraft
from tracker.domain.record import Exam, PatientRecord, RecordedLesion
from tracker.domain.vocabulary import LesionRole
from tracker.errors import ConflictError, InputError, NotFoundError, Problem
from tracker.services import exam_store, time_points
from tracker.services.actors import Actor
from tracker.services.checks import PAGE, check_text, tidy
from tracker.services.exam_checks import check_exam, check_header
from tracker.services.plan_checks import check_baseline, check_states
from tracker.services.time_points import PlanTimes
from tracker.services.transactions import Change, bump, change, lock_patient


@dataclass(frozen=True, slots=True)
class ExamReceipt:
    """An exam that is in the record; ``already_stored`` where nothing had to change."""

    exam_id: int
    exam_version: int
    patient_id: int
    patient_version: int
    already_stored: bool


def record_exam(
    db: Database,
    actor: Actor,
    patient_id: int,
    draft: ExamDraft,
    *,
    token: str | None = None,
    today: date | None = None,
) -> ExamReceipt:
    """Record an exam with its observations and the lesions it shows for the first time.

    The exam joins its course (see ``time_points``). The same content again, or the same ``token``, is already stored.
    Raises InputError with every problem, ConflictError where the exam is stored with other content, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_exam(opened, patient_id, draft, token=token)


def correct_exam(
    db: Database,
    actor: Actor,
    exam_id: int,
    draft: ExamDraft,
    *,
    expected_version: int,
    reason: str,
    today: date | None = None,
) -> ExamReceipt:
    """Replace the content of an exam, for a reason. The version before is kept, and every response derives anew.

    Raises ConflictError with both contents where the exam is no longer at ``expected_version``; else as ``record_exam``.
    """
    with change(db, actor, today=today) as opened:
        return _correct(opened, exam_id, draft, expected_version, reason)


def withdraw_exam(
    db: Database, actor: Actor, exam_id: int, *, expected_version: int, reason: str, today: date | None = None
) -> ExamReceipt:
    """Take an exam out of the record, for a reason; its row and its versions stay.

    A baseline that later exams are judged against cannot be withdrawn; one that stands alone takes its course with it.
    """
    with change(db, actor, today=today) as opened:
        return _withdraw(opened, exam_id, expected_version, reason)


def store_exam(change: Change, patient_id: int, draft: ExamDraft, *, token: str | None = None) -> ExamReceipt:
    """``record_exam`` inside a change that is open."""
    patient = lock_patient(change, patient_id)
    record = queries.load_patient_record(change.session, patient_id)
    sent = _find_sent(change, patient_id, token)
    draft, stored = prepare(change, record, draft, sent)
    if stored is not None:
        refuse_other_content(draft, stored, record)
        return ExamReceipt(stored.id, stored.version, patient_id, patient.version, already_stored=True)
    plans = _plans_to_join(change, patient_id, draft)
    problems = [problem for times in plans for problem in _check_plan(times, record, draft)]
    if problems:
        raise InputError(problems)
    exam = write_exam(change, patient_id, draft, token=token)
    _join(change, plans, exam, draft)
    after = finish_exam(change, patient_id, exam.id)
    version = bump(change, patient)
    change.audit(history.patient_chain(patient_id), "exam.record", "exam", exam.id, after=after)
    return ExamReceipt(exam.id, exam.version, patient_id, version, already_stored=False)


def prepare(
    change: Change, record: PatientRecord, draft: ExamDraft, stored: ExamRow | None = None
) -> tuple[ExamDraft, Exam | None]:
    """A draft made ready to store, and the exam that is stored under its key already (or as ``stored``).

    Raises InputError with every problem of the draft.
    """
    draft = tidy(draft)
    if draft.accession is not None and draft.authority is None:
        draft = dataclasses.replace(draft, authority=site_authority(change))
    if stored is None and not tuple(check_header(draft, change.today)):
        stored = exam_store.find_exam(change, record.patient.id, draft)
    if stored is not None and stored.patient_id != record.patient.id:
        raise ConflictError(
            f"The accession number {draft.accession} belongs to an exam of another patient. Nothing was stored."
        )
    lesions = {lesion.label: lesion for lesion in record.lesions}
    exam = None if stored is None else record.exam(stored.id)
    own = frozenset() if exam is None else frozenset(seen.label for seen in exam.observations)
    draft = exam_store.give_labels(draft, frozenset(lesions), own)
    problems = check_exam(draft, lesions, change.today, own=own)
    if problems:
        raise InputError(problems)
    return draft, exam


def refuse_other_content(draft: ExamDraft, stored: Exam, record: PatientRecord) -> None:
    """Raise ConflictError where the stored exam says anything else than the draft."""
    lesions = {lesion.label: lesion for lesion in record.lesions}
    found = exam_store.differences(draft, stored, lesions)
    if found:
        mine, theirs = exam_store.as_problems(found)
        places = ", ".join(difference.place for difference in found)
        raise ConflictError(
            f"The {stored.modality} of {stored.performed_on} is stored already with another content ({places}). Nothing "
            f"was stored: correct the stored exam, or give this one ordinal {stored.ordinal + 1} if it is a second exam.",
            mine,
            theirs,
        )


def write_exam(change: Change, patient_id: int, draft: ExamDraft, *, token: str | None = None) -> ExamRow:
    """Write the rows of a new exam: itself, its new lesions, its observations."""
    row = ExamRow(patient_id=patient_id, version=1, entered_at=change.at, entered_by=change.actor.user_id, token=token)
    mapping.fill_exam(row, draft)
    change.session.add(row)
    change.session.flush()
    ids = exam_store.store_lesions(change, patient_id, draft.lesions)
    exam_store.store_observations(change, row.id, draft, ids)
    return row


def finish_exam(change: Change, patient_id: int, exam_id: int, *, reason: str | None = None) -> dict[str, object]:
    """Keep the exam's version as it is now, and return its content for the audit."""
    record = queries.load_patient_record(change.session, patient_id)
    exam = record.exam(exam_id)
    content = exam_store.exam_content(exam, record)
    exam_store.store_version(change, exam, content, reason=reason)
    return content


def site_authority(change: Change) -> str | None:
    """Who issues accession numbers where a draft does not say."""
    return change.session.scalar(select(SiteRow.authority).order_by(SiteRow.id).limit(1))


def _find_sent(change: Change, patient_id: int, token: str | None) -> ExamRow | None:
    """The exam that was stored with the same token: the entry was sent twice."""
    if token is None:
        return None
    row = change.session.scalars(select(ExamRow).where(ExamRow.token == token)).one_or_none()
    if row is not None and (row.patient_id != patient_id or row.withdrawn_at is not None):
        raise ConflictError("This entry was sent before and does not belong here. Nothing was stored: enter it anew.")
    return row


def _plans_to_join(change: Change, patient_id: int, draft: ExamDraft) -> tuple[PlanTimes, ...]:
    if not time_points.joins_a_plan(draft):
        return ()
    return time_points.plans_for(time_points.load_plans(change, patient_id), draft.performed_on)


def _check_plan(times: PlanTimes, record: PatientRecord, draft: ExamDraft) -> tuple[Problem, ...]:
    """What an exam that joins a plan may not say, given the roles there."""
    return check_states(draft, _roles_after(times, record, draft))


def _roles_after(times: PlanTimes, record: PatientRecord, draft: ExamDraft) -> dict[str, LesionRole]:
    course = next(course for course in record.courses if course.plan.id == times.plan.id)
    given = {lesion.label: lesion.role or LesionRole.NEW for lesion in draft.lesions}
    return given | dict(course.plan.roles)


def _join(change: Change, plans: tuple[PlanTimes, ...], exam: ExamRow, draft: ExamDraft) -> None:
    ids = exam_store.lesion_ids(change, exam.patient_id)
    for times in plans:
        time_points.join(change, times, exam.id, exam.performed_on)
        for lesion in draft.lesions:
            time_points.set_role(change, times.plan.id, ids[lesion.label], lesion.role or LesionRole.NEW)


def _find_version(
    change: Change, exam_id: int, expected_version: int, draft: ExamDraft | None
) -> tuple[ExamRow, PatientRecord]:
    """The exam at the version the user saw, with its patient locked. Raises NotFoundError, ConflictError."""
    patient_id = change.session.scalar(select(ExamRow.patient_id).where(ExamRow.id == exam_id))
    if patient_id is None:
        raise NotFoundError(f"There is no exam number {exam_id}.")
    lock_patient(change, patient_id)
    row = change.session.get_one(ExamRow, exam_id, populate_existing=True)
    if row.withdrawn_at is not None:
        raise NotFoundError(f"Exam number {exam_id} was withdrawn. Nothing was stored.")
    record = queries.load_patient_record(change.session, patient_id)
    if row.version != expected_version:
        found: tuple[exam_store.Difference, ...] = ()
        if draft is not None:
            lesions: Mapping[str, RecordedLesion] = {lesion.label: lesion for lesion in record.lesions}
            found = exam_store.differences(tidy(draft), record.exam(exam_id), lesions)
        mine, theirs = exam_store.as_problems(found)
        raise ConflictError(
            f"Somebody changed this exam while you were working: it is at version {row.version}, you saw "
            f"{expected_version}. Nothing of yours was stored.",
            mine,
            theirs,
        )
    return row, record


def _correct(change: Change, exam_id: int, draft: ExamDraft, expected_version: int, reason: str) -> ExamReceipt:
    row, record = _find_version(change, exam_id, expected_version, draft)
    patient = lock_patient(change, row.patient_id)
    reasons = tuple(check_text("reason", reason.strip(), limit=PAGE, needed=True))
    try:
        draft, stored = prepare(change, record, draft, row)
    except InputError as error:
        raise InputError((*reasons, *error.problems)) from None
    assert stored is not None, "the exam that is corrected is stored"
    plans = time_points.load_plans(change, row.patient_id)
    problems = (*reasons, *_check_correction(plans, record, draft, row))
    if problems:
        raise InputError(problems)
    other = exam_store.find_exam(change, row.patient_id, draft)
    if other is not None and other.id != row.id:
        raise ConflictError(
            f"Another {other.modality} of {other.performed_on} is stored under the same number or date. Nothing was stored."
        )
    lesions = {lesion.label: lesion for lesion in record.lesions}
    if not exam_store.differences(draft, stored, lesions) and not any(lesion.role for lesion in draft.lesions):
        return ExamReceipt(row.id, row.version, row.patient_id, patient.version, already_stored=True)
    before = exam_store.exam_content(stored, record)
    moved = (stored.performed_on, time_points.joins_a_plan(exam_store.as_draft(stored))) != (
        draft.performed_on,
        time_points.joins_a_plan(draft),
    )
    mapping.fill_exam(row, draft)
    row.version += 1
    ids = exam_store.store_lesions(change, row.patient_id, draft.lesions)
    exam_store.store_observations(change, row.id, draft, ids)
    _rejoin(change, plans, row, draft, moved=moved)
    exam_store.withdraw_unseen_lesions(change, row.patient_id)
    after = finish_exam(change, row.patient_id, row.id, reason=reason.strip())
    version = bump(change, patient)
    chain = history.patient_chain(row.patient_id)
    change.audit(chain, "exam.correct", "exam", row.id, before=before, after=after, reason=reason.strip())
    return ExamReceipt(row.id, row.version, row.patient_id, version, already_stored=False)


def _check_correction(
    plans: tuple[PlanTimes, ...], record: PatientRecord, draft: ExamDraft, row: ExamRow
) -> tuple[Problem, ...]:
    """A corrected baseline must still be one: before the exams judged against it, with a size for every target."""
    problems: list[Problem] = []
    for times in plans:
        roles = _roles_after(times, record, draft)
        if row.id in times.baseline_exams:
            described = {lesion.label: lesion.role for lesion in draft.lesions if lesion.role is not None}
            problems += check_baseline(draft, roles | described, {lesion.label: lesion for lesion in record.lesions})
            later = [exams[0][1] for _, exams in times.time_points[1:]]
            if later and type(draft.performed_on) is date and draft.performed_on >= min(later):
                problems.append(
                    Problem(
                        "performed on",
                        f"this is the baseline of course {times.course.number}, whose next exam is of {min(later)}",
                    )
                )
            if not time_points.joins_a_plan(draft):
                problems.append(
                    Problem(
                        "modality",
                        f"this is the baseline of course {times.course.number}; {draft.modality} enters no sum",
                    )
                )
        elif any(row.id == exam_id for _, exams in times.time_points for exam_id, _ in exams):
            problems += check_states(draft, roles)
    return tuple(dict.fromkeys(problems))


def _rejoin(change: Change, plans: tuple[PlanTimes, ...], row: ExamRow, draft: ExamDraft, *, moved: bool) -> None:
    """Put a corrected exam where it belongs now, and give the lesions it describes their roles."""
    is_baseline = any(row.id in times.baseline_exams for times in plans)
    if moved and not is_baseline:
        for times in plans:
            time_points.leave(change, times, row.id)
        plans = _plans_to_join(change, row.patient_id, draft)
        _join(change, plans, row, draft)
    ids = exam_store.lesion_ids(change, row.patient_id)
    for times in time_points.load_plans(change, row.patient_id):
        if not any(row.id == exam_id for _, exams in times.time_points for exam_id, _ in exams):
            continue
        for lesion in draft.lesions:
            time_points.set_role(change, times.plan.id, ids[lesion.label], lesion.role or LesionRole.NEW)
            if lesion.role is not None:
                change.session.get_one(PlanRoleRow, (times.plan.id, ids[lesion.label])).role = str(lesion.role)
    change.session.flush()


def _withdraw(change: Change, exam_id: int, expected_version: int, reason: str) -> ExamReceipt:
    row, record = _find_version(change, exam_id, expected_version, None)
    patient = lock_patient(change, row.patient_id)
    problems = list(check_text("reason", reason.strip(), limit=PAGE, needed=True))
    plans = time_points.load_plans(change, row.patient_id)
    ending = [times for times in plans if times.baseline_exams == (row.id,)]
    for times in ending:
        if len(times.time_points) > 1:
            problems.append(
                Problem(
                    "exam",
                    f"is the baseline of course {times.course.number}, which later exams are judged against; correct it instead",
                )
            )
    if problems:
        raise InputError(problems)
    stored = record.exam(exam_id)
    before = exam_store.exam_content(stored, record)
    for times in plans:
        time_points.leave(change, times, row.id)
    for times in ending:
        times.course.withdrawn_at = change.at
    row.version += 1
    row.withdrawn_at = change.at
    change.session.flush()
    exam_store.withdraw_unseen_lesions(change, row.patient_id)
    gone = dataclasses.replace(stored, version=row.version)
    exam_store.store_version(change, gone, before, withdrawn=True, reason=reason.strip())
    version = bump(change, patient)
    chain = history.patient_chain(row.patient_id)
    change.audit(chain, "exam.withdraw", "exam", row.id, before=before, reason=reason.strip())
    return ExamReceipt(row.id, row.version, row.patient_id, version, already_stored=False)
