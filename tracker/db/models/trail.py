"""What is only ever added: versions of exams as they were, what was taken back, and the chained audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db.base import STRICT, Base, Flag, Moment

#: Tables whose rows are never changed or removed; triggers of the revisions that made them refuse it.
APPEND_ONLY = ("exam_version", "audit_event", "exam_verification", "confirmation_withdrawal")


class ExamVersionRow(Base):
    """An exam in full as it was from this moment on. A withdrawal is a version too."""

    __tablename__ = "exam_version"
    __table_args__ = (CheckConstraint("version >= 1", name="version_counts"), STRICT)

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    #: The exam and the lesions it observes, as canonical JSON.
    content: Mapped[str] = mapped_column(Text)
    withdrawn: Mapped[bool] = mapped_column(Flag)
    reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class ExamVerificationRow(Base):
    """A second person looked at an exam as it was at a version, and found it right."""

    __tablename__ = "exam_verification"
    __table_args__ = (UniqueConstraint("exam_id", "exam_version"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    exam_version: Mapped[int]
    verified_at: Mapped[datetime] = mapped_column(Moment)
    verified_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    remark: Mapped[str | None] = mapped_column(Text)


class ConfirmationWithdrawalRow(Base):
    """A confirmed response was taken back, for a reason; the confirmation itself stays as it was."""

    __tablename__ = "confirmation_withdrawal"
    __table_args__ = (STRICT,)

    confirmation_id: Mapped[int] = mapped_column(ForeignKey("confirmation.id"), primary_key=True, autoincrement=False)
    withdrawn_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text)


class AuditEventRow(Base):
    """Who changed what, when and why. Each event carries the hash of the one before it in its chain."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("chain", "seq"), CheckConstraint("seq >= 1", name="seq_counts"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: "system", or "patient:12".
    chain: Mapped[str] = mapped_column(Text)
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(Text)
    entity: Mapped[str] = mapped_column(Text)
    entity_id: Mapped[int | None]
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class AuditHeadRow(Base):
    """Where each chain ends, so that a cut tail shows."""

    __tablename__ = "audit_head"
    __table_args__ = (STRICT,)

    chain: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Text)
