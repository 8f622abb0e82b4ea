"""One invented patient for each criterion a course can be judged by, stored through the services, with every kind of answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.support.builders import lesion, measured, mm, patient_draft, seen
from tracker.db.engine import Database
from tracker.domain.drafts import CourseDraft, ExamDraft, TreatmentDraft
from tracker.domain.lesions import Observation
from tracker.domain.record import RecordedObservation
from tracker.domain.vocabulary import CourseKind, LesionRole, Modality, Segment, State, TreatmentKind
from tracker.services import courses, exams, patients
from tracker.services.actors import Actor

BEGIN = date(2026, 1, 5)
#: Every six weeks.
DATES = tuple(BEGIN + timedelta(weeks=6 * at) for at in range(5))


def _dense(label: str, size: int, hu: int) -> RecordedObservation:
    return RecordedObservation(label, Observation(State.MEASURED, longest=mm(size), attenuation_hu=Decimal(hu)))


def _hot(label: str, size: int, sul: str) -> RecordedObservation:
    return RecordedObservation(label, Observation(State.MEASURED, longest=mm(size), sul_peak=Decimal(sul)))


_NEW = RecordedObservation("L3", Observation(State.UNEQUIVOCAL, longest=mm(9)))

#: What each scan sees. RECIST 1.1 and iRECIST: stable, growth, smaller again, growth, more growth.
SCANS: dict[str, tuple[tuple[RecordedObservation, ...], ...]] = {
    "recist-1.1": tuple((measured("L1", size), seen("L2", State.PRESENT)) for size in (60, 62, 76, 40, 62)),
    # iUPD, void (iPR), iUPD, iCPD by a new lesion
    "irecist": (
        *((measured("L1", size), seen("L2", State.PRESENT)) for size in (60, 74, 40, 56)),
        (measured("L1", 57), seen("L2", State.PRESENT), _NEW),
    ),
    # PR by attenuation alone, PR by size alone, no attenuation, growth
    "choi": (
        (_dense("L1", 60, 80), seen("L2", State.PRESENT)),
        (_dense("L1", 63, 40), seen("L2", State.PRESENT)),
        (_dense("L1", 52, 78), seen("L2", State.PRESENT)),
        (measured("L1", 56), seen("L2", State.PRESENT)),
        (_dense("L1", 70, 79), seen("L2", State.PRESENT)),
    ),
    "modified-choi": (
        (_dense("L1", 60, 80), seen("L2", State.PRESENT)),
        (_dense("L1", 54, 60), seen("L2", State.PRESENT)),
        (_dense("L1", 52, 78), seen("L2", State.PRESENT)),
        (measured("L1", 50), seen("L2", State.PRESENT)),
        (_dense("L1", 70, 79), seen("L2", State.PRESENT)),
    ),
    # The record has no reference uptake: every answer is NE.
    "percist-1.0": tuple(
        (_hot("L1", 60, sul), seen("L2", State.PRESENT)) for sul in ("9.1", "5.0", "3.1", "4.8", "8.8")
    ),
}


def store_course(
    db: Database, actor: Actor, criterion: str, scans: int = 5, *, every: timedelta = timedelta(weeks=6)
) -> int:
    """The patient of a criterion with its first ``scans`` scans; returns the patient's key."""
    pet = criterion == "percist-1.0"
    patient_id = patients.register_patient(db, actor, patient_draft(f"BY-{criterion}", synthetic=True)).patient_id
    drafts = [
        ExamDraft(BEGIN + every * at, Modality.PET_CT if pet else Modality.CT, observations=observations)
        for at, observations in enumerate(SCANS[criterion][:scans])
    ]
    first = replace(drafts[0], lesions=(lesion("L1", Segment.VII), lesion("L2", Segment.II)))
    treatment = TreatmentDraft("nivolumab", TreatmentKind.IMMUNOTHERAPY, BEGIN)
    roles = {"L1": LesionRole.TARGET, "L2": LesionRole.NON_TARGET}
    course = CourseDraft(
        CourseKind.SYSTEMIC, "nivolumab", BEGIN, roles, baseline=first, treatment=treatment, criterion=criterion
    )
    courses.start_course(db, actor, patient_id, course)
    for draft in drafts[1:]:
        added = tuple(lesion("L3", Segment.V) for one in draft.observations if one.label == "L3")
        exams.record_exam(db, actor, patient_id, replace(draft, lesions=added))
    return patient_id
