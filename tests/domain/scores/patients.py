"""Patients of whom everything a score asks for is recorded, so that a test can take one thing away or change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import (
    Exam,
    LiverVolume,
    MarkerResult,
    Patient,
    PatientRecord,
    RecordedLesion,
    RecordedObservation,
    SiteFinding,
    Treatment,
)
from tracker.domain.tumour import PrimaryTumour, RoughDate
from tracker.domain.vocabulary import (
    BackgroundSign,
    Modality,
    Primary,
    Site,
    SiteStatement,
    State,
    Statement,
    TreatmentKind,
)

SCAN, OPERATION, TODAY = date(2026, 9, 1), date(2026, 9, 20), date(2026, 11, 24)
FREE = {site: SiteFinding(SiteStatement.NONE) for site in Site}


def exam(number: int, on: date, sizes: Mapping[str, object], **more: Any) -> Exam:
    """Sizes in mm, or a State."""
    seen = tuple(
        RecordedObservation(label, Observation(what) if isinstance(what, State) else Observation(State.MEASURED, Length.from_mm(str(what))))
        for label, what in sizes.items()
    )  # fmt: skip
    return Exam(number, on, Modality.CT, 1, observations=seen, **more)


def patient(*exams: Exam, sizes: Mapping[str, object] | None = None, **more: Any) -> PatientRecord:
    """One scan of a person without any point of Fong's score, all facts recorded; ``more`` are fields of the record."""
    shown = exams or (
        exam(
            1,
            SCAN,
            sizes or {"L1": 28},
            extrahepatic=FREE,
            background={BackgroundSign.ASCITES: Statement.NONE, BackgroundSign.SPLENOMEGALY: Statement.NONE},
        ),
    )
    labels = dict.fromkeys(one.label for each in shown for one in each.observations)
    lesions = tuple(RecordedLesion(at, label, f"2.25.{at}", "liver") for at, label in enumerate(labels))
    who = Patient(
        1,
        "P-001",
        "local",
        1,
        primary=Primary.COLORECTAL,
        ecog=1,
        asa=2,
        tumour=PrimaryTumour(n_stage="pN0", diagnosed_on=RoughDate(date(2024, 3, 5))),
        metastases_on=RoughDate(date(2026, 8, 20)),
    )
    fields = {
        "markers": (
            MarkerResult(1, "CEA", date(2026, 8, 30), Decimal("12.4"), "µg/L", Decimal(5)),
            MarkerResult(2, "INR", date(2026, 11, 2), Decimal("1.1"), ""),
        ),
        "volumes": (LiverVolume(1, date(2026, 9, 5), Decimal(450), Decimal(1500)),),
        **more,
    }
    return PatientRecord(who, lesions, shown, **fields)


def with_patient(record: PatientRecord, **changes: Any) -> PatientRecord:
    return replace(record, patient=replace(record.patient, **changes))


def with_tumour(record: PatientRecord, **changes: Any) -> PatientRecord:
    return with_patient(record, tumour=replace(record.patient.tumour, **changes))


def with_cea(record: PatientRecord, value: str, unit: str = "µg/L", on: date = date(2026, 8, 30)) -> PatientRecord:
    others = tuple(one for one in record.markers if one.name != "CEA")
    return replace(record, markers=(*others, MarkerResult(9, "CEA", on, Decimal(value), unit, Decimal(5))))


def resection(on: date = OPERATION, *lesions: str, planned: bool = False) -> Treatment:
    return Treatment(1, "right hepatectomy", TreatmentKind.RESECTION, on, on, planned, lesions=lesions or ("L1",))


def chemotherapy(start: date, stop: date | None = None) -> Treatment:
    return Treatment(2, "FOLFOX", TreatmentKind.SYSTEMIC, start, stop)
