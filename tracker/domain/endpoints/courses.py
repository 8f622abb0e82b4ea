"""The endpoints of a patient's courses: each by its own baseline, nadir and start; the next treatment cuts the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.domain.derivation import CourseAssessment
from tracker.domain.endpoints.summary import Endpoints, derive_endpoints, rules_of
from tracker.domain.record import Course, PatientRecord
from tracker.domain.vocabulary import CourseKind


def derive_endpoints_of_courses(
    record: PatientRecord, courses: Sequence[CourseAssessment], planned_interval_days: int | None = None
) -> tuple[Endpoints, ...]:
    """The endpoints of each of ``courses``, in their order, under each plan's own settings.

    ``planned_interval_days`` is how often scans were planned; None where nobody knows.
    """
    return tuple(
        derive_endpoints(
            course.timeline,
            course.assessment,
            rules_of(course.timeline, planned_interval_days),
            next_treatment=next_treatment(record, course.course),
        )
        for course in courses
    )


def next_treatment(record: PatientRecord, course: Course) -> date | None:
    """When the next course that treats began; follow-up without treatment is none. Its start is on no earlier timeline."""
    later = [
        other.start
        for other in record.courses
        if other.number > course.number and other.kind is not CourseKind.SURVEILLANCE
    ]
    return min(later, default=None)
