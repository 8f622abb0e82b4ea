"""Where and for whom the record is kept: sites, users, patients and their identifiers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db.base import STRICT, Base, CalendarDate, Flag, Moment, one_of, where
from tracker.domain.vocabulary import Primary, Sex


class SiteRow(Base):
    """A place that keeps records; its authority issues the identifiers of its patients and exams."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("authority"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(Text)


class UserRow(Base):
    """Who acts: a person, or one of the built-in actors (the system, the demo, the one local user)."""

    __tablename__ = "user_account"
    __table_args__ = (
        UniqueConstraint("login"),
        one_of("kind", ("person", "system", "demo", "local")),
        CheckConstraint("login <> ''", name="login_given"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Flag)


class MembershipRow(Base):
    """What a user may do at a site."""

    __tablename__ = "membership"
    __table_args__ = (one_of("role", ("nurse", "clinician", "coordinator", "reader", "admin", "system")), STRICT)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    role: Mapped[str] = mapped_column(Text)


class PatientRow(Base):
    """A patient. ``version`` counts every change of anything in the record."""

    __tablename__ = "patient"
    __table_args__ = (
        one_of("sex", Sex.words()),
        one_of("primary_tumour", Primary.words()),
        CheckConstraint("version >= 1", name="version_counts"),
        CheckConstraint("birth_year BETWEEN 1850 AND 2200", name="birth_year_plausible"),
        CheckConstraint("ecog BETWEEN 0 AND 4", name="ecog_scale"),
        CheckConstraint("asa BETWEEN 1 AND 5", name="asa_scale"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    version: Mapped[int]
    name: Mapped[str | None] = mapped_column(Text)
    birth_year: Mapped[int | None]
    sex: Mapped[str] = mapped_column(Text)
    primary_tumour: Mapped[str] = mapped_column(Text)
    primary_detail: Mapped[str | None] = mapped_column(Text)
    synthetic: Mapped[bool] = mapped_column(Flag)
    biomarkers: Mapped[str] = mapped_column(Text)
    ecog: Mapped[int | None]
    registered_at: Mapped[datetime] = mapped_column(Moment)
    registered_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: The patient whose record this one became a part of; such a patient is neither listed nor matched.
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    #: The primary tumour. A rough date is as much of an ISO 8601 date as is known: "2024", "2024-03" or "2024-03-05".
    histology: Mapped[str | None] = mapped_column(Text)
    t_stage: Mapped[str | None] = mapped_column(Text)
    n_stage: Mapped[str | None] = mapped_column(Text)
    primary_in_place: Mapped[bool | None] = mapped_column(Flag)
    primary_diagnosed: Mapped[str | None] = mapped_column(Text)
    primary_resected: Mapped[str | None] = mapped_column(Text)
    metastases_found: Mapped[str | None] = mapped_column(Text)
    asa: Mapped[int | None]
    comorbidity: Mapped[str | None] = mapped_column(Text)
    ecog_on: Mapped[date | None] = mapped_column(CalendarDate)
    #: JSON: the date of a biomarker by its name.
    biomarkers_on: Mapped[str] = mapped_column(Text, server_default="{}", default="{}")
    died_on: Mapped[date | None] = mapped_column(CalendarDate)
    last_alive_on: Mapped[date | None] = mapped_column(CalendarDate)


class PatientIdentifierRow(Base):
    """One identifier of a patient. The first of a patient is the one shown."""

    __tablename__ = "patient_identifier"
    __table_args__ = (
        UniqueConstraint("authority", "value"),
        CheckConstraint("value <> ''", name="value_given"),
        Index(None, "patient_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    authority: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)


class DraftRow(Base):
    """What a user has typed and not yet saved, so that a closed browser loses nothing. Not a part of the record."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("uq_draft_new_exam", "user_id", "patient_id", unique=True, **where("exam_id IS NULL")),
        Index("uq_draft_correction", "user_id", "patient_id", "exam_id", unique=True, **where("exam_id IS NOT NULL")),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    #: The exam that is being corrected; none for a new one.
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exam.id"))
    #: Version of the exam (or of the patient, for a new exam) that the user saw.
    base_version: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class ImportBatchRow(Base):
    """A file that was imported, known by its SHA-256."""

    __tablename__ = "import_batch"
    __table_args__ = (Index(None, "file_sha256"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    rows_read: Mapped[int]
    patients_new: Mapped[int]
    exams_new: Mapped[int]
    exams_known: Mapped[int]
