"""What the schedule reads of a record: small, frozen, and without anything that depends on the day, so that it can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.derivation import CourseAssessment, assess_course
from tracker.domain.record import Patient, PatientRecord, Treatment
from tracker.domain.second_person import CATEGORY, Awaiting, awaits_verification
from tracker.domain.vocabulary import Modality, ReportStatus, Response
from tracker.domain.waiting import PROGRESSION, Waiting, find_waiting


@dataclass(frozen=True, slots=True)
class SeenExam:
    """A stored scan, without what it says."""

    id: int
    performed_on: date
    modality: Modality
    version: int = 1
    status: ReportStatus = ReportStatus.FINAL
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScanToVerify:
    """A stored scan that waits for a second person, and why in words; ``cells`` counts the values in question."""

    performed_on: date
    modality: Modality
    entered_at: datetime | None
    cells: int
    why: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A response that a named clinician confirmed."""

    time_point_on: date
    response: Response
    at: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """One patient as the schedule sees them, at one version of the record.

    ``response`` is the computed one of the newest time point of the course that was started last; ``before`` the one of the
    time point before it. Both are None at a baseline.
    """

    patient: Patient
    exams: tuple[SeenExam, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    course_number: int | None = None
    is_baseline: bool = False
    response: Response | None = None
    before: Response | None = None
    criterion: str = ""
    waiting: Waiting | None = None
    to_verify: tuple[ScanToVerify, ...] = ()
    confirmed: tuple[Confirmed, ...] = ()

    @property
    def last(self) -> SeenExam | None:
        """The newest scan."""
        return self.exams[-1] if self.exams else None

    @property
    def has_baseline(self) -> bool:
        return self.course_number is not None

    @property
    def category(self) -> str:
        """The newest response in words, against the one before it."""
        if self.course_number is None:
            return "no course has a baseline"
        if self.is_baseline:
            return f"baseline of course {self.course_number}"
        if self.before is None:
            return f"first response of course {self.course_number}: {self.response or 'none'}"
        if self.before is self.response:
            return f"{self.response} as before"
        return f"category changed: {self.before} to {self.response or 'none'}"

    @property
    def calls_for_meeting(self) -> bool:
        """Whether the newest response is one that a meeting should see: another category than before, or progression."""
        changed = self.before is not None and self.response is not None and self.before is not self.response
        return changed or self.response in PROGRESSION


def derive_followed(record: PatientRecord, courses: Sequence[CourseAssessment] | None = None) -> Followed:
    """What the schedule needs of a record; ``courses`` are its assessed courses, derived here where they are not given."""
    judged = _assess_last(record) if courses is None else tuple(courses)
    exams = sorted(record.exams, key=lambda exam: (exam.performed_on, exam.id))
    rows = judged[-1].assessment.time_points if judged else ()
    response, before = _responses(rows)
    return Followed(
        patient=record.patient,
        exams=tuple(
            SeenExam(exam.id, exam.performed_on, exam.modality, exam.version, exam.status, exam.entered_at)
            for exam in exams
        ),
        treatments=record.treatments,
        course_number=judged[-1].course.number if judged else None,
        is_baseline=len(rows) == 1,
        response=response,
        before=before,
        criterion=judged[-1].assessment.criteria if judged else "",
        waiting=find_waiting(rows, judged[-1].timeline.settings) if judged else None,
        to_verify=tuple(_say_awaiting(one) for one in awaits_verification(record, judged)),
        confirmed=tuple(Confirmed(one.time_point_on, one.response, one.confirmed_at) for one in record.confirmations),
    )


def _assess_last(record: PatientRecord) -> tuple[CourseAssessment, ...]:
    """The course started last, and the one before it where it has no more than a baseline: its last scan may close the other."""
    begun = [course for course in record.courses if course.plan.time_points]
    wanted = begun[-2:] if begun and len(begun[-1].plan.time_points) == 1 else begun[-1:]
    return tuple(assess_course(record, course) for course in wanted)


def _responses(rows: Sequence[TimePointAssessment]) -> tuple[Response | None, Response | None]:
    """Of the newest row and of the row before it; the baseline has none."""
    if len(rows) < 2:
        return None, None
    return rows[-1].overall_response, rows[-2].overall_response


def _say_awaiting(awaiting: Awaiting) -> ScanToVerify:
    exam = awaiting.exam
    cells = [reason for reason in awaiting.reasons if reason.place != CATEGORY]
    said = [reason.text for reason in awaiting.reasons if reason.place == CATEGORY]
    said += [f"{reason.place}: {reason.text}" for reason in cells]
    return ScanToVerify(exam.performed_on, exam.modality, exam.entered_at, len(cells), "; ".join(said))
