"""The record of one patient as domain objects: what the database holds, without the database.

A row becomes one of these once (``tracker.db.mapping``); charts, tables, notes and exports are functions of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.timeline import Settings
from tracker.domain.tumour import PrimaryTumour, RoughDate
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    CountKind,
    CourseKind,
    Enhancement,
    LesionRole,
    Modality,
    Primary,
    Provenance,
    ReportStatus,
    Residual,
    Response,
    Segment,
    Sex,
    Site,
    SiteStatement,
    Statement,
    TreatmentKind,
    Vessel,
    VesselRelation,
)
from tracker.domain.volumes import LiverVolume


@dataclass(frozen=True, slots=True)
class StatedCount:
    """A number of liver lesions as the report states it; ``value`` is None for 'multiple' and 'innumerable'."""

    kind: CountKind
    value: int | None = None

    def __str__(self) -> str:
        if self.value is None:
            return str(self.kind)
        return f"≥{self.value}" if self.kind is CountKind.AT_LEAST else str(self.value)


@dataclass(frozen=True, slots=True)
class Patient:
    """Who the record is about. ``identifier`` is the site's own; a name is optional and never leaves the pages."""

    id: int
    identifier: str
    authority: str
    version: int
    name: str | None = None
    birth_year: int | None = None
    sex: Sex = Sex.UNKNOWN
    primary: Primary = Primary.UNKNOWN
    primary_detail: str | None = None
    #: Marked SYNTHETIC wherever it is shown.
    synthetic: bool = False
    #: Biomarkers such as {"RAS": "KRAS G12D", "HER2": "unknown"}.
    biomarkers: Mapping[str, str] = field(default_factory=dict)
    ecog: int | None = None
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
class RecordedLesion:
    """A lesion under its stable label, whatever its role in a course."""

    id: int
    label: str
    tracking_uid: str
    organ: str
    segments: tuple[Segment, ...] = ()
    appearance: Appearance | None = None
    #: For a new lesion seen in retrospect: the date of the scan that first shows it.
    first_seen: date | None = None

    @property
    def place(self) -> str:
        """Where it is, in short: "VIII" in the liver, else the organ."""
        segments = "/".join(str(segment) for segment in self.segments)
        if self.organ == "liver":
            return segments or "liver"
        return f"{self.organ} {segments}".strip()


@dataclass(frozen=True, slots=True)
class VesselContact:
    """How near a lesion lies to one vessel or duct; the distance where the report gives it."""

    vessel: Vessel
    relation: VesselRelation
    distance: Length | None = None

    def __str__(self) -> str:
        return f"{self.vessel}: {self.relation}" + (f" ({self.distance})" if self.distance is not None else "")


@dataclass(frozen=True, slots=True)
class RecordedObservation:
    """One lesion at one exam, with where the value came from."""

    label: str
    observation: Observation
    provenance: Provenance = Provenance.TYPED
    #: As typed, the sentence of the report, or the field of the file.
    source_text: str | None = None
    #: "<", ">=" or "approx" of a size as the report states it.
    qualifier: str | None = None
    comment: str | None = None
    #: Of a value taken from a report: its span in the exam's ``report_text``, in Unicode code points.
    source_start: int | None = None
    source_end: int | None = None
    #: How the lesion looks and takes up contrast on this exam.
    appearance: Appearance | None = None
    enhancement: Enhancement | None = None
    vessels: tuple[VesselContact, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A finding of the checks that stood when the exam was stored: kept as typed for a reason, or left open.

    ``rule``, ``place`` and ``text`` are those of :class:`tracker.domain.plausibility.Finding`. An empty reason means that
    nobody answered: the exam is stored, and the finding is to verify.
    """

    rule: str
    place: str
    text: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.text} ({self.reason or 'not answered'})"


@dataclass(frozen=True, slots=True)
class SiteFinding:
    """What an exam says of disease at one site outside the liver: how many, and the largest size, where it tells."""

    said: SiteStatement
    count: StatedCount | None = None
    size: Length | None = None

    def __str__(self) -> str:
        more = [str(part) for part in (self.count, self.size) if part is not None]
        return f"{self.said} ({', '.join(more)})" if more else str(self.said)


@dataclass(frozen=True, slots=True)
class Exam:
    """One imaging examination ("scan" on the pages, "study" in DICOM)."""

    id: int
    performed_on: date
    modality: Modality
    version: int
    ordinal: int = 1
    authority: str | None = None
    accession: str | None = None
    reported_on: date | None = None
    entered_at: datetime | None = None
    entered_by: str | None = None
    phase: str | None = None
    slice_thickness: Length | None = None
    status: ReportStatus = ReportStatus.FINAL
    liver_count: StatedCount | None = None
    #: What the report says of new disease, by place ("liver", "lymph nodes", "chest", "bone").
    statements: Mapping[str, Statement] = field(default_factory=dict)
    remark: str | None = None
    report_text: str | None = None
    reported_response: str | None = None
    uptake_minutes: int | None = None
    observations: tuple[RecordedObservation, ...] = ()
    #: What was asked of the entry and kept as typed, with the reason given.
    accepted: tuple[AcceptedFinding, ...] = ()
    #: What the exam says of the liver around the lesions; a sign without an answer was not asked.
    background: Mapping[BackgroundSign, Statement] = field(default_factory=dict)
    #: What it says of disease outside the liver, by site.
    extrahepatic: Mapping[Site, SiteFinding] = field(default_factory=dict)

    def observation(self, label: str) -> RecordedObservation | None:
        """What the exam says of the lesion; None where it was not mentioned."""
        return next((seen for seen in self.observations if seen.label == label), None)


@dataclass(frozen=True, slots=True)
class Treatment:
    """A treatment with its dates; ``stop`` None means it goes on, ``planned`` that it has not begun."""

    id: int
    name: str
    kind: TreatmentKind
    start: date
    stop: date | None = None
    planned: bool = False
    cycles: int | None = None
    #: Labels of the lesions treated, for local treatments.
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
class RecordedTimePoint:
    """Exams judged together in a plan, in order."""

    order: int
    exam_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a course is judged: criterion, settings, roles of lesions, time points (the first is the baseline)."""

    id: int
    criterion: str
    settings: Settings
    roles: Mapping[str, LesionRole]
    time_points: tuple[RecordedTimePoint, ...]
    #: Whether the targets were chosen after later scans had been seen.
    targets_chosen_afterwards: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """A line of treatment with its own baseline, targets and nadir. A new course never erases an old one."""

    id: int
    number: int
    kind: CourseKind
    name: str
    start: date
    stop: date | None
    plan: Plan


@dataclass(frozen=True, slots=True)
class MarkerResult:
    """A laboratory value: CEA, CA19-9, bilirubin and so on, with its unit and upper limit of normal."""

    id: int
    name: str
    taken_on: date
    value: Decimal
    unit: str
    upper_limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SymptomReport:
    """Red-flag symptoms as told on a day."""

    id: int
    told_on: date
    symptoms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A named clinician's response for one time point, beside what was computed then. It overwrites nothing."""

    id: int
    plan_id: int
    course_number: int
    time_point_on: date
    response: Response
    confirmed_by: str
    confirmed_at: datetime
    engine_version: str
    #: What the engine made of the time point then, the sum of targets it rested on, and the patient's version it read.
    computed: Response | None = None
    sum: Length | None = None
    patient_version: int | None = None
    remark: str | None = None

    def stands(self, computed: Response | None) -> bool:
        """Whether it still speaks of what is computed now: the same as then, or what was confirmed."""
        return computed in (self.computed, self.response)


@dataclass(frozen=True, slots=True)
class Verification:
    """Somebody looked again at one version of an exam, with its report, and found it right."""

    id: int
    exam_id: int
    exam_version: int
    verified_by: str
    verified_at: datetime
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """Everything the record holds of one patient, at one version."""

    patient: Patient
    lesions: tuple[RecordedLesion, ...] = ()
    exams: tuple[Exam, ...] = ()
    courses: tuple[Course, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    markers: tuple[MarkerResult, ...] = ()
    symptoms: tuple[SymptomReport, ...] = ()
    #: Oldest first; the last one of a time point counts.
    confirmations: tuple[Confirmation, ...] = ()
    #: Oldest first; the one of an exam's present version counts.
    verifications: tuple[Verification, ...] = ()
    #: Oldest first.
    volumes: tuple[LiverVolume, ...] = ()

    def exam(self, exam_id: int) -> Exam:
        """KeyError where the exam is not in the record (or was withdrawn)."""
        for exam in self.exams:
            if exam.id == exam_id:
                return exam
        raise KeyError(exam_id)

    def lesion(self, label: str) -> RecordedLesion:
        """KeyError where there is no lesion of that label."""
        for lesion in self.lesions:
            if lesion.label == label:
                return lesion
        raise KeyError(label)

    @property
    def current_course(self) -> Course | None:
        """The course that was started last."""
        return self.courses[-1] if self.courses else None
