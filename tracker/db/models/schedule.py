"""What is due: planned scans, the intervals a site changed, and who looks after a patient."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db.base import STRICT, Base, CalendarDate, Moment, one_live, one_of
from tracker.domain.vocabulary import Modality


class PlannedScanRow(Base):
    """A scan that is booked; later the date it was performed, and what is known of its report."""

    __tablename__ = "planned_scan"
    __table_args__ = (
        one_live("uq_planned_scan_live", "patient_id", "planned_on"),
        one_of("modality", Modality.words()),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    planned_on: Mapped[date] = mapped_column(CalendarDate)
    modality: Mapped[str | None] = mapped_column(Text)
    performed_on: Mapped[date | None] = mapped_column(CalendarDate)
    report_note: Mapped[str | None] = mapped_column(Text)
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class FollowUpIntervalRow(Base):
    """How often a site scans in one context, where it differs from what the program ships."""

    __tablename__ = "follow_up_interval"
    __table_args__ = (
        CheckConstraint("weeks >= 1", name="weeks_count"),
        CheckConstraint("grace_days >= 0", name="grace_not_negative"),
        STRICT,
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    context: Mapped[str] = mapped_column(Text, primary_key=True)
    weeks: Mapped[int]
    grace_days: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class PatientOwnerRow(Base):
    """Who looks after a patient's follow-up."""

    __tablename__ = "patient_owner"
    __table_args__ = (STRICT,)

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    since: Mapped[datetime] = mapped_column(Moment)
    set_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
