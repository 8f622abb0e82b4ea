"""What the generator makes: synthetic patients as drafts, ready for the services. Frozen, pure, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.drafts import CourseDraft, ExamDraft, MarkerDraft, PatientDraft, TreatmentDraft, VolumeDraft
from tracker.domain.vocabulary import Response


@dataclass(frozen=True, slots=True)
class SyntheticCourse:
    """A course and the exams that follow its baseline, in order of date.

    ``baseline_on`` names the exam of the course before that is this course's baseline too; the draft then
    carries no exam of its own, because the key of a stored exam is known only when it is stored.
    """

    draft: CourseDraft
    follow_ups: tuple[ExamDraft, ...] = ()
    baseline_on: date | None = None


@dataclass(frozen=True, slots=True)
class SyntheticCorrection:
    """A scan that was first entered wrongly: ``draft`` replaces the exam of that date, with the reason."""

    performed_on: date
    draft: ExamDraft
    reason: str


@dataclass(frozen=True, slots=True)
class SyntheticConfirmation:
    """A response confirmed for one time point as it was first entered, before any correction."""

    course_number: int
    time_point_on: date
    response: Response
    remark: str | None = None
    #: The clinician who confirms; None: whoever fills the demo.
    by: str | None = None


@dataclass(frozen=True, slots=True)
class SyntheticQuestion:
    """A question for the coming meeting, its place on the list, who asks it, and the outcome where one was agreed ahead."""

    position: int
    text: str
    asked_by: str
    outcome: str | None = None
    owner: str | None = None
    due_days: int | None = None
    #: Why the case is postponed to another meeting.
    postponed: str | None = None


@dataclass(frozen=True, slots=True)
class SyntheticSymptoms:
    """Red-flag symptoms as told on a day."""

    told_on: date
    symptoms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SyntheticPatient:
    """One invented patient. ``case``, ``teaches`` and ``notes`` are filled for the planted teaching cases only."""

    draft: PatientDraft
    courses: tuple[SyntheticCourse, ...]
    treatments: tuple[TreatmentDraft, ...] = ()
    markers: tuple[MarkerDraft, ...] = ()
    symptoms: tuple[SyntheticSymptoms, ...] = ()
    corrections: tuple[SyntheticCorrection, ...] = ()
    confirmations: tuple[SyntheticConfirmation, ...] = ()
    volumes: tuple[VolumeDraft, ...] = ()
    #: What the coming meeting is asked of this patient.
    question: SyntheticQuestion | None = None
    #: A meeting discussed the scans before the last one, which is new since then.
    met_before_last: bool = False
    #: Short name of the planted case, such as "ablation zone"; None for a generated patient.
    case: str | None = None
    #: One sentence: what the case teaches.
    teaches: str = ""
    #: Ids of the notes the case should bring up.
    notes: tuple[str, ...] = ()

    @property
    def identifier(self) -> str:
        return self.draft.identifier

    @property
    def exams(self) -> tuple[ExamDraft, ...]:
        """All exams in order of date, each once, as they were first entered."""
        found = []
        for course in self.courses:
            if course.draft.baseline is not None:
                found.append(course.draft.baseline)
            found.extend(course.follow_ups)
        return tuple(sorted(found, key=lambda exam: exam.performed_on))


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was stored: counts, and the internal patient key by identifier."""

    patients: int
    courses: int
    exams: int
    treatments: int
    markers: int
    symptoms: int
    corrections: int
    patient_ids: dict[str, int]
