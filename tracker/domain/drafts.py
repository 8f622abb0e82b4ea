"""Drafts: what a nurse, a file or a report proposes, before a service checks and stores it.

A draft has no keys and no version. The same shapes come from the entry page, the plain form, the table and the demo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tracker.domain.lengths import Length
from tracker.domain.record import AcceptedFinding, RecordedObservation, SiteFinding, StatedCount
from tracker.domain.timeline import Settings
from tracker.domain.tumour import PrimaryTumour, RoughDate
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    CourseKind,
    LesionRole,
    Modality,
    Primary,
    ReportStatus,
    Residual,
    Segment,
    Sex,
    Site,
    Statement,
    TreatmentKind,
)


@dataclass(frozen=True, slots=True)
class PatientDraft:
    """A patient to register. ``identifier`` is the site's own and is needed."""

    identifier: str
    authority: str | None = None
    name: str | None = None
    birth_year: int | None = None
    sex: Sex = Sex.UNKNOWN
    primary: Primary = Primary.UNKNOWN
    primary_detail: str | None = None
    biomarkers: Mapping[str, str] = field(default_factory=dict)
    ecog: int | None = None
    synthetic: bool = False
    #: The primary's histology, stage and dates.
    tumour: PrimaryTumour = PrimaryTumour()
    #: When metastases in the liver were found.
    metastases_on: RoughDate | None = None
    #: ASA physical status, 1 to 5.
    asa: int | None = None
    comorbidity: str | None = None
    ecog_on: date | None = None
    #: When a biomarker was reported, by its name.
    biomarkers_on: Mapping[str, date] = field(default_factory=dict)
    died_on: date | None = None
    last_alive_on: date | None = None


@dataclass(frozen=True, slots=True)
class LesionDraft:
    """A lesion seen for the first time. Without a label the service gives the next free one (L1, L2 …)."""

    label: str
    organ: str = "liver"
    segments: tuple[Segment, ...] = ()
    role: LesionRole | None = None
    appearance: Appearance | None = None
    first_seen: date | None = None


@dataclass(frozen=True, slots=True)
class ExamDraft:
    """An exam with its observations and the lesions it shows for the first time."""

    performed_on: date
    modality: Modality
    authority: str | None = None
    accession: str | None = None
    #: 1 for the first exam of that date and modality; told apart where there is no accession number.
    ordinal: int = 1
    reported_on: date | None = None
    phase: str | None = None
    slice_thickness: Length | None = None
    status: ReportStatus = ReportStatus.FINAL
    liver_count: StatedCount | None = None
    statements: Mapping[str, Statement] = field(default_factory=dict)
    remark: str | None = None
    report_text: str | None = None
    reported_response: str | None = None
    uptake_minutes: int | None = None
    observations: tuple[RecordedObservation, ...] = ()
    lesions: tuple[LesionDraft, ...] = ()
    #: What the checks asked and a person kept as typed, with the reason; an empty reason where nobody answered.
    accepted: tuple[AcceptedFinding, ...] = ()
    #: What the exam says of the liver around the lesions; a sign without an answer was not asked.
    background: Mapping[BackgroundSign, Statement] = field(default_factory=dict)
    #: What it says of disease outside the liver, by site.
    extrahepatic: Mapping[Site, SiteFinding] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """One report as a file brought it, before anybody looked at it: prose, and what its envelope says beside it.

    ``place`` names the file and the part of it. ``authority`` and ``identifier`` are the patient's as sent; nothing is
    ever matched by name. ``performed_on`` is None where the envelope only tells when the report was made.
    """

    place: str
    #: hl7, text or pdf.
    kind: str
    report_text: str
    #: Sender and control id of a message, which together are sent once.
    sender: str | None = None
    control_id: str | None = None
    authority: str | None = None
    identifier: str | None = None
    #: All identifiers of the patient as sent, as pairs of authority and value; the first is the pair above.
    identifiers: tuple[tuple[str | None, str], ...] = ()
    accession_authority: str | None = None
    accession: str | None = None
    modality: Modality | None = None
    performed_on: date | None = None
    reported_on: date | None = None
    status: ReportStatus = ReportStatus.FINAL
    #: The sender takes the report back: it was filed in error, or its examination was cancelled.
    cancelled: bool = False
    #: What could not be read, or was read with a doubt, in sentences for a person.
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TreatmentDraft:
    """A treatment to record."""

    name: str
    kind: TreatmentKind
    start: date
    stop: date | None = None
    planned: bool = False
    cycles: int | None = None
    lesions: tuple[str, ...] = ()
    stop_reason: str | None = None
    #: Radiotherapy: total dose, and in how many fractions.
    dose_gy: Decimal | None = None
    fractions: int | None = None
    #: Resection: what it left behind.
    residual: Residual | None = None
    #: Ablation: the smallest margin around each lesion, by its label.
    margins: Mapping[str, Length] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """A course to start: its treatment, its baseline exam and the role of every lesion followed.

    The baseline is either a new exam (``baseline``) or one already stored (``baseline_exam_id``), never both.
    """

    kind: CourseKind
    name: str
    start: date
    roles: Mapping[str, LesionRole]
    baseline: ExamDraft | None = None
    baseline_exam_id: int | None = None
    treatment: TreatmentDraft | None = None
    criterion: str = "recist-1.1"
    settings: Settings = Settings()
    #: Systemic treatments that are going on are not ended by this course.
    keeps_treatments: bool = False


@dataclass(frozen=True, slots=True)
class MarkerDraft:
    """A laboratory value to record."""

    name: str
    taken_on: date
    value: Decimal
    unit: str
    upper_limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class VolumeDraft:
    """A measured future liver remnant to record. Volumes in millilitres."""

    measured_on: date
    remnant_ml: Decimal
    total_ml: Decimal | None = None
    #: How it was measured, such as "CT volumetry, tumour left out".
    method: str | None = None
    #: The operation that would leave this remnant, such as "right hepatectomy".
    resection: str | None = None
