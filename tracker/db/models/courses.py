"""How the record is judged: courses, plans, roles, time points; and what people decided on it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db.base import STRICT, Base, CalendarDate, Flag, Moment, one_live, one_of, where
from tracker.domain.vocabulary import CourseKind, LesionRole


class CourseRow(Base):
    """A line of treatment, or surveillance, with its own baseline, targets and nadir."""

    __tablename__ = "course"
    __table_args__ = (
        one_live("uq_course_patient_id_number_live", "patient_id", "number"),
        one_of("kind", CourseKind.words()),
        CheckConstraint("number >= 1", name="number_counts"),
        CheckConstraint("stop_on >= start_on", name="stops_after_start"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    start_on: Mapped[date] = mapped_column(CalendarDate)
    stop_on: Mapped[date | None] = mapped_column(CalendarDate)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class PlanRow(Base):
    """How a course is judged: by which criterion, under which settings."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("course_id", "criterion"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    criterion: Mapped[str] = mapped_column(Text)
    settings: Mapped[str] = mapped_column(Text)
    targets_chosen_afterwards: Mapped[bool] = mapped_column(Flag)


class PlanRoleRow(Base):
    """What a lesion does in a plan."""

    __tablename__ = "plan_role"
    __table_args__ = (one_of("role", LesionRole.words()), Index(None, "lesion_id"), STRICT)

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    lesion_id: Mapped[int] = mapped_column(ForeignKey("lesion.id"), primary_key=True)
    role: Mapped[str] = mapped_column(Text)


class TimePointRow(Base):
    """Exams judged together in a plan. Its place in the plan is the date of its earliest exam."""

    __tablename__ = "time_point"
    __table_args__ = (Index(None, "plan_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))


class TimePointExamRow(Base):
    """An exam of a time point; one exam may close a course and open the next."""

    __tablename__ = "time_point_exam"
    __table_args__ = (Index(None, "exam_id"), STRICT)

    time_point_id: Mapped[int] = mapped_column(ForeignKey("time_point.id"), primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)


class MeetingRow(Base):
    """A tumour board on a date."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("site_id", "held_on", "name"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    held_on: Mapped[date] = mapped_column(CalendarDate)
    name: Mapped[str] = mapped_column(Text)


class DecisionRow(Base):
    """What a meeting was asked about a patient and what it decided, with the patient's version it saw."""

    __tablename__ = "decision"
    __table_args__ = (Index(None, "meeting_id"), Index(None, "patient_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    patient_version: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date | None] = mapped_column(CalendarDate)
    #: The timeline and its assessment as they were, as JSON, and the engine that computed it.
    timeline: Mapped[str] = mapped_column(Text)
    assessment: Mapped[str] = mapped_column(Text)
    engine_version: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_by: Mapped[str | None] = mapped_column(Text)
    #: Place on the list of the meeting; questions without one follow in the order they were asked.
    position: Mapped[int | None]
    postponed_at: Mapped[datetime | None] = mapped_column(Moment)
    postponed_reason: Mapped[str | None] = mapped_column(Text)


class DecisionDraftRow(Base):
    """What a user has written into a decision and not yet saved. Not a part of the record."""

    __tablename__ = "decision_draft"
    __table_args__ = (
        Index("uq_decision_draft_alone", "user_id", "patient_id", unique=True, **where("meeting_id IS NULL")),
        Index(
            "uq_decision_draft_meeting",
            "user_id",
            "patient_id",
            "meeting_id",
            unique=True,
            **where("meeting_id IS NOT NULL"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    content: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class ConfirmationRow(Base):
    """A named clinician's response for one time point, beside what was computed then."""

    __tablename__ = "confirmation"
    __table_args__ = (Index(None, "plan_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    time_point_on: Mapped[date] = mapped_column(CalendarDate)
    response: Mapped[str] = mapped_column(Text)
    remark: Mapped[str | None] = mapped_column(Text)
    timeline: Mapped[str] = mapped_column(Text)
    assessment: Mapped[str] = mapped_column(Text)
    engine_version: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
