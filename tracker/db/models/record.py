"""What was seen and done: lesions, exams, observations, treatments, markers, symptoms.

Lengths are whole micrometres (``…_um``), dates have no zone, moments are UTC. A row that was withdrawn keeps its place
with ``withdrawn_at``; uniqueness counts only rows that were not.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db.base import STRICT, Base, CalendarDate, Exact, Flag, Moment, one_live, one_of
from tracker.domain.vocabulary import (
    Appearance,
    Certainty,
    CountKind,
    Enhancement,
    Modality,
    Provenance,
    ReportStatus,
    Residual,
    State,
    TreatmentKind,
)

QUALIFIERS = ("<", ">=", "approx")


class LesionRow(Base):
    """A lesion under its label; the label is the patient's own, the tracking UID the world's."""

    __tablename__ = "lesion"
    __table_args__ = (
        UniqueConstraint("tracking_uid"),
        one_live("uq_lesion_patient_id_label_live", "patient_id", "label"),
        one_of("appearance", Appearance.words()),
        CheckConstraint("label <> ''", name="label_given"),
        CheckConstraint("organ <> ''", name="organ_given"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    label: Mapped[str] = mapped_column(Text)
    tracking_uid: Mapped[str] = mapped_column(Text)
    organ: Mapped[str] = mapped_column(Text)
    #: Couinaud segments in the order given, joined by "/".
    segments: Mapped[str] = mapped_column(Text)
    appearance: Mapped[str | None] = mapped_column(Text)
    first_seen: Mapped[date | None] = mapped_column(CalendarDate)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class ExamRow(Base):
    """An imaging examination. Its key is (authority, accession), else (patient, date, modality, ordinal)."""

    __tablename__ = "exam"
    __table_args__ = (
        one_live("uq_exam_accession_live", "authority", "accession", also="accession IS NOT NULL"),
        one_live(
            "uq_exam_date_modality_live", "patient_id", "performed_on", "modality", "ordinal", also="accession IS NULL"
        ),
        UniqueConstraint("token"),
        Index(None, "patient_id", "performed_on"),
        one_of("modality", Modality.words()),
        one_of("status", ReportStatus.words()),
        one_of("count_kind", CountKind.words()),
        CheckConstraint("(accession IS NULL) OR (authority IS NOT NULL)", name="accession_has_authority"),
        CheckConstraint("version >= 1", name="version_counts"),
        CheckConstraint("ordinal >= 1", name="ordinal_counts"),
        CheckConstraint("slice_um > 0", name="slice_positive"),
        CheckConstraint("(count_value IS NULL) OR (count_value >= 0)", name="count_not_negative"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    version: Mapped[int]
    performed_on: Mapped[date] = mapped_column(CalendarDate)
    modality: Mapped[str] = mapped_column(Text)
    ordinal: Mapped[int]
    authority: Mapped[str | None] = mapped_column(Text)
    accession: Mapped[str | None] = mapped_column(Text)
    reported_on: Mapped[date | None] = mapped_column(CalendarDate)
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    phase: Mapped[str | None] = mapped_column(Text)
    slice_um: Mapped[int | None]
    status: Mapped[str] = mapped_column(Text)
    count_kind: Mapped[str | None] = mapped_column(Text)
    count_value: Mapped[int | None]
    statements: Mapped[str] = mapped_column(Text)
    remark: Mapped[str | None] = mapped_column(Text)
    report_text: Mapped[str | None] = mapped_column(Text)
    reported_response: Mapped[str | None] = mapped_column(Text)
    uptake_minutes: Mapped[int | None]
    #: Given by the page that sent the entry, so that a double click stores it once.
    token: Mapped[str | None] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    #: Findings that were accepted with a reason: a JSON list of objects (rule, place, text, reason).
    accepted: Mapped[str] = mapped_column(Text, server_default="[]", default="[]")
    #: JSON objects: what is said of the liver by sign, and of disease outside it by site.
    background: Mapped[str] = mapped_column(Text, server_default="{}", default="{}")
    extrahepatic: Mapped[str] = mapped_column(Text, server_default="{}", default="{}")


class ObservationRow(Base):
    """One lesion at one exam. No row means that the exam did not mention it."""

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("exam_id", "lesion_id"),
        Index(None, "lesion_id"),
        one_of("state", State.words()),
        one_of("certainty", Certainty.words()),
        one_of("provenance", Provenance.words()),
        one_of("qualifier", QUALIFIERS),
        one_of("appearance", Appearance.words()),
        one_of("enhancement", Enhancement.words()),
        CheckConstraint("longest_um BETWEEN 1000 AND 300000", name="longest_possible"),
        CheckConstraint("short_um BETWEEN 1000 AND 300000", name="short_possible"),
        CheckConstraint("short_um <= longest_um", name="short_not_longer"),
        CheckConstraint(f"(state <> '{State.NOT_EVALUABLE}') OR (reason IS NOT NULL)", name="not_evaluable_has_reason"),
        CheckConstraint(f"(state = '{State.MERGED}') = (into_lesion_id IS NOT NULL)", name="merged_into_one"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    lesion_id: Mapped[int] = mapped_column(ForeignKey("lesion.id"))
    #: Place in the exam as it was entered.
    position: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    longest_um: Mapped[int | None]
    short_um: Mapped[int | None]
    into_lesion_id: Mapped[int | None] = mapped_column(ForeignKey("lesion.id"))
    #: Longest diameters of the parts of a split lesion in µm, joined by "/".
    parts_um: Mapped[str | None] = mapped_column(Text)
    treated_by: Mapped[str | None] = mapped_column(Text)
    treated_on: Mapped[date | None] = mapped_column(CalendarDate)
    reason: Mapped[str | None] = mapped_column(Text)
    certainty: Mapped[str | None] = mapped_column(Text)
    grown: Mapped[bool] = mapped_column(Flag)
    provisional: Mapped[bool] = mapped_column(Flag)
    first_seen: Mapped[date | None] = mapped_column(CalendarDate)
    measured_as_target: Mapped[bool] = mapped_column(Flag)
    sul_peak: Mapped[Decimal | None] = mapped_column(Exact)
    suv_max: Mapped[Decimal | None] = mapped_column(Exact)
    tlg: Mapped[Decimal | None] = mapped_column(Exact)
    mtv_ml: Mapped[Decimal | None] = mapped_column(Exact)
    attenuation_hu: Mapped[Decimal | None] = mapped_column(Exact)
    provenance: Mapped[str] = mapped_column(Text)
    source_text: Mapped[str | None] = mapped_column(Text)
    qualifier: Mapped[str | None] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)
    #: Where the value stands in the exam's report text, in code points.
    source_start: Mapped[int | None]
    source_end: Mapped[int | None]
    appearance: Mapped[str | None] = mapped_column(Text)
    enhancement: Mapped[str | None] = mapped_column(Text)
    #: A JSON list of objects (vessel, relation, distance in µm).
    vessels: Mapped[str] = mapped_column(Text, server_default="[]", default="[]")


class TreatmentRow(Base):
    """A treatment with its dates."""

    __tablename__ = "treatment"
    __table_args__ = (
        one_live("uq_treatment_live", "patient_id", "kind", "name", "start_on"),
        one_of("kind", TreatmentKind.words()),
        CheckConstraint("stop_on >= start_on", name="stops_after_start"),
        CheckConstraint("cycles >= 0", name="cycles_not_negative"),
        CheckConstraint("fractions >= 1", name="fractions_count"),
        one_of("residual", Residual.words()),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    start_on: Mapped[date] = mapped_column(CalendarDate)
    stop_on: Mapped[date | None] = mapped_column(CalendarDate)
    planned: Mapped[bool] = mapped_column(Flag)
    cycles: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    stop_reason: Mapped[str | None] = mapped_column(Text)
    dose_gy: Mapped[Decimal | None] = mapped_column(Exact)
    fractions: Mapped[int | None]
    residual: Mapped[str | None] = mapped_column(Text)


class TreatmentLesionRow(Base):
    """A lesion that a local treatment treated, and the margin that was reached around it."""

    __tablename__ = "treatment_lesion"
    __table_args__ = (
        Index(None, "lesion_id"),
        CheckConstraint("margin_um BETWEEN 0 AND 100000", name="margin_possible"),
        STRICT,
    )

    treatment_id: Mapped[int] = mapped_column(ForeignKey("treatment.id"), primary_key=True)
    lesion_id: Mapped[int] = mapped_column(ForeignKey("lesion.id"), primary_key=True)
    margin_um: Mapped[int | None]


class MarkerResultRow(Base):
    """A laboratory value."""

    __tablename__ = "marker_result"
    __table_args__ = (one_live("uq_marker_result_live", "patient_id", "name", "taken_on"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    name: Mapped[str] = mapped_column(Text)
    taken_on: Mapped[date] = mapped_column(CalendarDate)
    value: Mapped[Decimal] = mapped_column(Exact)
    unit: Mapped[str] = mapped_column(Text)
    upper_limit: Mapped[Decimal | None] = mapped_column(Exact)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class SymptomReportRow(Base):
    """Red-flag symptoms as told on a day; a JSON list of words."""

    __tablename__ = "symptom_report"
    __table_args__ = (one_live("uq_symptom_report_live", "patient_id", "told_on"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    told_on: Mapped[date] = mapped_column(CalendarDate)
    symptoms: Mapped[str] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class LiverVolumeRow(Base):
    """How much liver a resection would leave, in mL; ``resection`` is empty where none is named."""

    __tablename__ = "liver_volume"
    __table_args__ = (one_live("uq_liver_volume_live", "patient_id", "measured_on", "resection"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    measured_on: Mapped[date] = mapped_column(CalendarDate)
    remnant_ml: Mapped[Decimal] = mapped_column(Exact)
    total_ml: Mapped[Decimal | None] = mapped_column(Exact)
    method: Mapped[str | None] = mapped_column(Text)
    resection: Mapped[str] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
