"""Notes of the education room beside a record: which were shown at which version, and which a person put aside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db.base import STRICT, Base, Moment, one_live

#: Written by statement and without an audit event: a log, which no part of the record rests on.
LOGS = ("note_shown",)


class NoteDismissalRow(Base):
    """A note that a person put aside for a patient, for a reason, as long as the data it rests on stay the same."""

    __tablename__ = "note_dismissal"
    __table_args__ = (
        one_live("uq_note_dismissal_live", "patient_id", "note_id", "data_key"),
        CheckConstraint("note_id <> ''", name="note_given"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    note_id: Mapped[str] = mapped_column(Text)
    data_key: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    dismissed_at: Mapped[datetime] = mapped_column(Moment)
    dismissed_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class NoteShownRow(Base):
    """A note was shown beside a version of a patient's record, for the first time at ``shown_at``."""

    __tablename__ = "note_shown"
    __table_args__ = ({**STRICT, "sqlite_with_rowid": False},)

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), primary_key=True, autoincrement=False)
    patient_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note_id: Mapped[str] = mapped_column(Text, primary_key=True)
    data_key: Mapped[str] = mapped_column(Text)
    shown_at: Mapped[datetime] = mapped_column(Moment)
