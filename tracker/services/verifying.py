"""A second person looks again at a scan with its report, and says that it is right.

Asked only where ``tracker.domain.second_person`` says so. What is not right is corrected the usual way, with a reason. On a
machine with one built-in user there is no second person: that user may verify, and the remark says so.
"""

from __future__ import annotations

import dataclasses

from sqlalchemy import select

from tracker.db import history
from tracker.db.engine import Database
from tracker.db.models import ExamVerificationRow, ExamVersionRow, UserRow
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import ExamDraft
from tracker.domain.record import AcceptedFinding, Exam
from tracker.domain.second_person import ToVerify, is_verified, needs_verification
from tracker.errors import InputError, Problem
from tracker.services import corrections
from tracker.services.actors import Actor
from tracker.services.checks import LINE, check_text, tidy_text
from tracker.services.exam_content import as_draft
from tracker.services.exam_entry import ExamReceipt
from tracker.services.transactions import Change, bump, change, lock_patient

#: Said in the remark where nobody else could look: the user of a machine without login, or of the demo.
SAME_USER = "verified by the user who entered it; this machine has no other"
_BUILT_IN = ("local", "demo")
_VERIFIED = "verified by a second person"


def verify_exam(
    db: Database, actor: Actor, exam_id: int, *, expected_version: int, remark: str | None = None
) -> ExamReceipt:
    """Record that ``actor`` looked at the scan as it stands at ``expected_version`` and found it right.

    Values that were stored to verify are verified from then on: that is a new version of the exam with the same values, and
    every response derives anew. A version that was verified already stays so.
    Raises InputError where nothing is to verify or where the actor entered that version, ConflictError, NotFoundError.
    """
    with change(db, actor) as opened:
        return store_verification(opened, exam_id, expected_version=expected_version, remark=remark)


def store_verification(
    change: Change, exam_id: int, *, expected_version: int, remark: str | None = None
) -> ExamReceipt:
    """``verify_exam`` inside a change that is open."""
    row, record = corrections.find_version(change, exam_id, expected_version, None)
    patient = lock_patient(change, row.patient_id)
    exam = record.exam(exam_id)
    if is_verified(record, exam):
        return ExamReceipt(exam_id, row.version, row.patient_id, patient.version, already_stored=True)
    reasons = needs_verification(record, assess_record(record), exam)
    remark = tidy_text(remark) or None if remark is not None else None
    is_same = _entered_by(change, exam) == change.actor.user_id
    problems = _check(change, reasons, remark, is_same=is_same)
    if problems:
        raise InputError(problems)
    if is_same:
        remark = f"{remark} ({SAME_USER})" if remark else SAME_USER
    settled = _settle(exam)
    if settled is not None:
        corrections.store_correction(change, exam_id, settled, expected_version=expected_version, reason=_VERIFIED)
    verified = ExamVerificationRow(
        exam_id=exam_id,
        exam_version=row.version,
        verified_at=change.at,
        verified_by=change.actor.user_id,
        remark=remark,
    )
    change.session.add(verified)
    change.session.flush()
    version = bump(change, patient)
    after = {
        "exam version": row.version,
        "looked at version": expected_version,
        "reasons": [f"{one.place}: {one.text}" for one in reasons],
        "second person": not is_same,
        "remark": remark,
    }
    change.audit(history.patient_chain(row.patient_id), "exam.verify", "exam", exam_id, after=after)
    return ExamReceipt(exam_id, row.version, row.patient_id, version, already_stored=False)


def _check(change: Change, reasons: tuple[ToVerify, ...], remark: str | None, *, is_same: bool) -> tuple[Problem, ...]:
    problems = list(check_text("remark", remark, limit=LINE))
    if not reasons:
        problems.append(
            Problem("scan", "has nothing to verify: no value is in question, and the category is as before")
        )
    elif is_same and not _is_alone(change):
        problems.append(Problem("scan", "was entered by you; somebody else looks at it with its report"))
    return tuple(problems)


def _entered_by(change: Change, exam: Exam) -> int | None:
    """Who made the present version: entered the scan, or corrected it last."""
    query = select(ExamVersionRow.recorded_by).where(
        ExamVersionRow.exam_id == exam.id, ExamVersionRow.version == exam.version
    )
    return change.session.scalar(query)


def _is_alone(change: Change) -> bool:
    """Whether the actor is the built-in user of a machine without login."""
    kind = change.session.scalar(select(UserRow.kind).where(UserRow.id == change.actor.user_id))
    return kind in _BUILT_IN


def _settle(exam: Exam) -> ExamDraft | None:
    """The scan with the same values, none of them in question any more; None where none was."""
    is_open = any(said.observation.provisional for said in exam.observations)
    if not is_open and all(one.reason for one in exam.accepted):
        return None
    observations = tuple(
        dataclasses.replace(said, observation=dataclasses.replace(said.observation, provisional=False))
        for said in exam.observations
    )
    return dataclasses.replace(as_draft(exam), observations=observations, accepted=tuple(map(_answered, exam.accepted)))


def _answered(finding: AcceptedFinding) -> AcceptedFinding:
    return finding if finding.reason else dataclasses.replace(finding, reason=_VERIFIED)
