"""Exams: record one, correct it with a reason, withdraw it. Each is one transaction with one audit event."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tracker.db import history, queries
from tracker.db.engine import Database
from tracker.db.models import ExamRow
from tracker.domain.drafts import ExamDraft
from tracker.errors import ConflictError, InputError
from tracker.services import corrections, exam_entry, exam_store, inbox
from tracker.services.actors import Actor
from tracker.services.exam_entry import ExamReceipt, site_authority
from tracker.services.transactions import Change, bump, change, lock_patient

__all__ = ["ExamReceipt", "correct_exam", "record_exam", "site_authority", "store_exam", "withdraw_exam"]


def record_exam(
    db: Database,
    actor: Actor,
    patient_id: int,
    draft: ExamDraft,
    *,
    token: str | None = None,
    today: date | None = None,
    inbox_item: int | None = None,
) -> ExamReceipt:
    """Record an exam with its observations and the lesions it shows for the first time.

    The exam joins its course (see ``time_points``). The same content again, or the same ``token``, is already stored.
    ``inbox_item`` is the report it was entered from: it is marked as taken in the same transaction.
    Raises InputError with every problem, ConflictError where the exam is stored with another content, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        receipt = store_exam(opened, patient_id, draft, token=token)
        if inbox_item is not None:
            inbox.take_item(opened, inbox_item, patient_id, receipt.exam_id)
        return receipt


def correct_exam(
    db: Database,
    actor: Actor,
    exam_id: int,
    draft: ExamDraft,
    *,
    expected_version: int,
    reason: str,
    today: date | None = None,
    inbox_item: int | None = None,
) -> ExamReceipt:
    """Replace the content of an exam, for a reason. The version before is kept, and every response derives anew.

    ``inbox_item`` is the report that brought the correction: it is marked as taken in the same transaction.

    Raises ConflictError with both contents where the exam is no longer at ``expected_version``; else as ``record_exam``.
    """
    with change(db, actor, today=today) as opened:
        receipt = corrections.store_correction(opened, exam_id, draft, expected_version=expected_version, reason=reason)
        if inbox_item is not None:
            inbox.take_item(opened, inbox_item, receipt.patient_id, exam_id)
        return receipt


def withdraw_exam(
    db: Database, actor: Actor, exam_id: int, *, expected_version: int, reason: str, today: date | None = None
) -> ExamReceipt:
    """Take an exam out of the record, for a reason; its row and its versions stay, and so do its lesions' rows.

    A baseline that later exams are judged against is not withdrawn (InputError); one that stands alone takes its course
    with it. The report it was entered from waits in the inbox again. Raises ConflictError where the exam is no longer at
    ``expected_version``, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        receipt = corrections.store_withdrawal(opened, exam_id, expected_version=expected_version, reason=reason)
        inbox.release_items(opened, exam_id, reason.strip())
        return receipt


def store_exam(change: Change, patient_id: int, draft: ExamDraft, *, token: str | None = None) -> ExamReceipt:
    """``record_exam`` inside a change that is open."""
    patient = lock_patient(change, patient_id)
    record = queries.load_patient_record(change.session, patient_id)
    draft, stored = exam_entry.prepare(change, record, draft, _find_sent(change, patient_id, token))
    if stored is not None:
        exam_entry.refuse_other_content(draft, stored, record)
        return ExamReceipt(stored.id, stored.version, patient_id, patient.version, already_stored=True)
    plans = exam_entry.plans_to_join(change, patient_id, draft)
    problems = [problem for times in plans for problem in exam_entry.check_plan(times, record, draft)]
    if problems:
        raise InputError(dict.fromkeys(problems))
    exam = exam_store.write_exam(change, patient_id, draft, token=token)
    exam_entry.join_plans(change, plans, exam, draft)
    after = exam_store.finish_exam(change, exam.id)
    version = bump(change, patient)
    change.audit(history.patient_chain(patient_id), "exam.record", "exam", exam.id, after=after)
    return ExamReceipt(exam.id, exam.version, patient_id, version, already_stored=False)


def _find_sent(change: Change, patient_id: int, token: str | None) -> ExamRow | None:
    """The exam that was stored with the same token: the entry was sent twice."""
    if token is None:
        return None
    row = change.session.scalars(select(ExamRow).where(ExamRow.token == token)).one_or_none()
    if row is not None and (row.patient_id != patient_id or row.withdrawn_at is not None):
        raise ConflictError("This entry was sent before and does not belong here. Nothing was stored: enter it anew.")
    return row
