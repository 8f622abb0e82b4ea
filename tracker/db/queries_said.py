"""What people said of exams and responses after they were stored: confirmations and verifications, by patient."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer

from tracker.db import mapping
from tracker.db.models import (
    ConfirmationRow,
    ConfirmationWithdrawalRow,
    CourseRow,
    ExamRow,
    ExamVerificationRow,
    PlanRow,
    UserRow,
)
from tracker.db.whose import Kind, Whose, bound, kind_of, only
from tracker.domain.record import Confirmation, Verification


@cache
def _confirmations_query(kind: Kind) -> Select[ConfirmationRow, int, int, str]:
    query = (
        select(ConfirmationRow, CourseRow.patient_id, CourseRow.number, UserRow.name)
        .join(PlanRow, PlanRow.id == ConfirmationRow.plan_id)
        .join(CourseRow, CourseRow.id == PlanRow.course_id)
        .join(UserRow, UserRow.id == ConfirmationRow.confirmed_by)
        .outerjoin(ConfirmationWithdrawalRow, ConfirmationWithdrawalRow.confirmation_id == ConfirmationRow.id)
        .where(CourseRow.withdrawn_at.is_(None), ConfirmationWithdrawalRow.confirmation_id.is_(None))
        .order_by(ConfirmationRow.id)
        # The timeline as it was is kept for those who check; a record is read without it.
        .options(defer(ConfirmationRow.timeline, raiseload=True))
    )
    return only(query, CourseRow.patient_id, kind)


def confirmations_of(session: Session, whose: Whose) -> dict[int, list[Confirmation]]:
    """The confirmed responses of each patient that were not taken back, oldest first."""
    confirmations: dict[int, list[Confirmation]] = defaultdict(list)
    rows = session.execute(_confirmations_query(kind_of(whose)), bound(whose))
    for row, key, course_number, confirmed_by in rows:
        confirmations[key].append(mapping.confirmation_from_row(row, course_number, confirmed_by))
    return confirmations


@cache
def _verifications_query(kind: Kind) -> Select[ExamVerificationRow, int, str]:
    query = (
        select(ExamVerificationRow, ExamRow.patient_id, UserRow.name)
        .join(ExamRow, ExamRow.id == ExamVerificationRow.exam_id)
        .join(UserRow, UserRow.id == ExamVerificationRow.verified_by)
        .where(ExamRow.withdrawn_at.is_(None))
        .order_by(ExamVerificationRow.id)
    )
    return only(query, ExamRow.patient_id, kind)


def verifications_of(session: Session, whose: Whose) -> dict[int, list[Verification]]:
    """The verifications of the exams of each patient, oldest first."""
    verifications: dict[int, list[Verification]] = defaultdict(list)
    for row, key, verified_by in session.execute(_verifications_query(kind_of(whose)), bound(whose)):
        verifications[key].append(mapping.verification_from_row(row, verified_by))
    return verifications
