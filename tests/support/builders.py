"""Small drafts for tests, and databases filled with them. Every value can be given; what is not given is plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.db.engine import Database
from tracker.domain.drafts import CourseDraft, ExamDraft, LesionDraft, MarkerDraft, PatientDraft, TreatmentDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import RecordedObservation
from tracker.domain.vocabulary import CourseKind, LesionRole, Modality, Primary, Response, Segment, State, TreatmentKind
from tracker.services import courses, exams, markers, patients, symptoms, treatments
from tracker.services.actors import Actor, local_actor

BASELINE = date(2026, 1, 5)
START = date(2026, 1, 12)
FOLLOW_UPS = (date(2026, 3, 2), date(2026, 5, 4), date(2026, 7, 6))


def mm(size: float | str) -> Length:
    """A length in mm."""
    return Length.from_mm(size)


def patient_draft(identifier: str = "P-001", **given: Any) -> PatientDraft:
    """A patient with colorectal metastases."""
    return PatientDraft(**{"identifier": identifier, "primary": Primary.COLORECTAL, **given})


def measured(label: str, longest: float | str | None = None, short: float | str | None = None) -> RecordedObservation:
    """A size in mm."""
    sizes = [None if size is None else mm(size) for size in (longest, short)]
    return RecordedObservation(label, Observation(State.MEASURED, longest=sizes[0], short=sizes[1]))


def seen(label: str, state: State, **given: Any) -> RecordedObservation:
    """A state; further fields of the observation may be given."""
    return RecordedObservation(label, Observation(state, **given))


def lesion(label: str, *segments: Segment, **given: Any) -> LesionDraft:
    """A liver lesion, or one elsewhere by ``organ``."""
    return LesionDraft(**{"label": label, "segments": segments, **given})


def exam_draft(
    performed_on: date, *observations: RecordedObservation, lesions: tuple[LesionDraft, ...] = (), **given: Any
) -> ExamDraft:
    """A CT with its observations."""
    fields = {"modality": Modality.CT, "observations": observations, "lesions": lesions, **given}
    return ExamDraft(performed_on, **fields)


def baseline_draft(performed_on: date = BASELINE, **given: Any) -> ExamDraft:
    """A CT with two liver targets of 32 and 20 mm, and a non-target."""
    return exam_draft(
        performed_on,
        measured("L1", 32),
        measured("L2", 20),
        seen("L3", State.PRESENT),
        lesions=(lesion("L1", Segment.VII), lesion("L2", Segment.IVA, Segment.IVB), lesion("L3", Segment.II)),
        **given,
    )


ROLES: Mapping[str, LesionRole] = {
    "L1": LesionRole.TARGET,
    "L2": LesionRole.TARGET,
    "L3": LesionRole.NON_TARGET,
}


def course_draft(baseline: ExamDraft | None = None, **given: Any) -> CourseDraft:
    """FOLFIRI with the roles of ``baseline_draft``."""
    fields: dict[str, Any] = {
        "kind": CourseKind.SYSTEMIC,
        "name": "FOLFIRI",
        "start": START,
        "roles": ROLES,
        "baseline": baseline if baseline is not None or "baseline_exam_id" in given else baseline_draft(),
        "treatment": TreatmentDraft("FOLFIRI", TreatmentKind.SYSTEMIC, START),
    }
    return CourseDraft(**{**fields, **given})


def follow_up_draft(performed_on: date, first: float = 25, second: float = 15, **given: Any) -> ExamDraft:
    """A CT that measures both targets and sees the non-target."""
    return exam_draft(performed_on, measured("L1", first), measured("L2", second), seen("L3", State.PRESENT), **given)


@dataclass(frozen=True)
class Filled:
    """A patient with one course: baseline and follow-ups, by their keys."""

    patient_id: int
    course_id: int
    baseline_id: int
    follow_up_ids: tuple[int, ...]


def fill_patient(db: Database, actor: Actor, identifier: str = "P-001", follow_ups: int = 2) -> Filled:
    """A patient with a course of treatment, its baseline and a few follow-ups: 52, 40, 36, 33 mm."""
    patient_id = patients.register_patient(db, actor, patient_draft(identifier)).patient_id
    course = courses.start_course(db, actor, patient_id, course_draft())
    sizes = ((25, 15), (23, 13), (21, 12))
    receipts = [
        exams.record_exam(db, actor, patient_id, follow_up_draft(day, *size))
        for day, size in zip(FOLLOW_UPS[:follow_ups], sizes, strict=False)
    ]
    return Filled(patient_id, course.course_id, course.exam_id, tuple(receipt.exam_id for receipt in receipts))


def fill_database(db: Database, count: int = 3) -> tuple[Filled, ...]:
    """A few patients with every kind of row: corrected and withdrawn exams, a treated lesion, markers, symptoms, a
    confirmation, drafts, a summary."""
    from tracker.services import cohort, confirmations, drafts

    actor = local_actor(db)
    filled = tuple(fill_patient(db, actor, f"P-{number:03}") for number in range(1, count + 1))
    for one in filled:
        first, last = one.follow_up_ids
        corrected = follow_up_draft(FOLLOW_UPS[0], 26, 15)
        exams.correct_exam(db, actor, first, corrected, expected_version=1, reason="typed 25 for 26")
        exams.withdraw_exam(db, actor, last, expected_version=1, reason="report of another patient")
        ablation = TreatmentDraft(
            "MWA of L2", TreatmentKind.ABLATION, date(2026, 8, 3), date(2026, 8, 3), lesions=("L2",)
        )
        treatments.record_treatment(db, actor, one.patient_id, ablation)
        cea = MarkerDraft("CEA", date(2026, 3, 2), Decimal("12.40"), "µg/L", Decimal(5))
        markers.record_marker(db, actor, one.patient_id, cea)
        symptoms.record_symptoms(db, actor, one.patient_id, date(2026, 3, 2), ["fatigue"])
        version = patients.patient_version(db, one.patient_id)
        seen = (one.patient_id, 1, FOLLOW_UPS[0], Response.SD)
        confirmations.confirm_response(db, actor, *seen, expected_version=version)
        drafts.save_draft(db, actor, one.patient_id, None, 7, {"L1": "23"})
    cohort.load_cohort(db, actor)
    return filled
