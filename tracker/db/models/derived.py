"""What was worked out from the record and is kept only to be read faster. Never the truth; it may be emptied at any time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db.base import STRICT, Base, CalendarDate, Flag

#: The only tables that are written without an audit event and without a user.
DERIVED = ("course_summary",)


class CourseSummaryRow(Base):
    """What the cohort shows of one plan of a course, as one engine derived it from one version of a patient's record.

    The key says what the row rests on: what is derived of another version or by another engine is another row. The rows of
    one key without course and plan are stored together or not at all. Where no course has a baseline, one row with course
    and plan 0 says so.
    """

    __tablename__ = "course_summary"
    __table_args__ = (
        CheckConstraint("course = 0 OR (start_on IS NOT NULL AND last_scan_on IS NOT NULL)", name="course_has_dates"),
        {**STRICT, "sqlite_with_rowid": False},
    )

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id", ondelete="CASCADE"), primary_key=True)
    patient_version: Mapped[int] = mapped_column(primary_key=True)
    engine: Mapped[str] = mapped_column(Text, primary_key=True)
    course: Mapped[int] = mapped_column(primary_key=True)
    #: Not a foreign key: a plan that is gone or was changed is found when the row is read.
    plan_id: Mapped[int] = mapped_column(primary_key=True)
    #: Criterion and settings of the plan.
    plan_hash: Mapped[str] = mapped_column(Text)
    identifier: Mapped[str] = mapped_column(Text)
    treatment: Mapped[str] = mapped_column(Text)
    start_on: Mapped[date | None] = mapped_column(CalendarDate)
    scans: Mapped[int]
    baseline_um: Mapped[int | None]
    best_um: Mapped[int | None]
    best_response: Mapped[str | None] = mapped_column(Text)
    progression_on: Mapped[date | None] = mapped_column(CalendarDate)
    last_scan_on: Mapped[date | None] = mapped_column(CalendarDate)
    has_targets: Mapped[bool] = mapped_column(Flag)
    #: The scans and times of the course, as ``tracker.domain.endpoints.course_path`` writes them.
    path: Mapped[str] = mapped_column(Text, server_default="")
