"""One row of the cohort: a course of a patient in a few numbers, and how it is derived."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.domain.derivation import CourseAssessment
from tracker.domain.endpoints.course_path import derive_path, write_path
from tracker.domain.lengths import percent_change
from tracker.domain.record import Course, PatientRecord
from tracker.domain.vocabulary import LesionRole, Primary, Response


class CohortRow(NamedTuple):
    """One course of one patient. ``best_um`` and ``baseline_um`` are exact; the percentage is for display."""

    patient_id: int
    identifier: str
    synthetic: bool
    primary: Primary
    course: int
    treatment: str
    start: date
    scans: int
    baseline_um: int | None
    #: Smallest complete sum after the baseline and before or at the first PD; None where none follows.
    best_um: int | None
    best_response: Response | None
    progression: date | None
    last_scan: date
    has_targets: bool = True
    #: By which published rules the course is judged: responses of different ones are never counted together.
    criterion: str = "recist-1.1"
    #: Its scans and times as one line of text, by ``course_path.write_path``.
    path: str = ""

    @property
    def best_change(self) -> Decimal | None:
        """Best change of the sum of targets in percent, one decimal."""
        if self.baseline_um is None or self.best_um is None:
            return None
        return percent_change(self.best_um, self.baseline_um)


def derive_row(record: PatientRecord, found: CourseAssessment) -> CohortRow:
    """What the cohort shows of one assessed course."""
    rows = found.assessment.time_points
    judged = [row for row in rows[1:] if not row.after_progression and row.sum is not None and not row.provisional]
    best = min((row.sum.um for row in judged if row.sum is not None), default=None)
    has_targets = bool(found.timeline.with_role(LesionRole.TARGET))
    return CohortRow(
        patient_id=record.patient.id,
        identifier=record.patient.identifier,
        synthetic=record.patient.synthetic,
        primary=record.patient.primary,
        course=found.course.number,
        treatment=_treatment(record, found.course),
        start=rows[0].date,
        scans=len(rows),
        baseline_um=None if rows[0].sum is None or not has_targets else rows[0].sum.um,
        best_um=best,
        best_response=found.assessment.best_overall_response if len(rows) > 1 else None,
        progression=found.assessment.progression_date,
        last_scan=rows[-1].date,
        has_targets=has_targets,
        criterion=found.course.plan.criterion,
        path=write_path(derive_path(record, found)),
    )


def _treatment(record: PatientRecord, course: Course) -> str:
    """The systemic treatment the course began with, else the course's own name."""
    later = min((other.start for other in record.courses if other.number > course.number), default=date.max)
    begun = [
        one
        for one in record.treatments
        if course.start <= one.start < later and not one.planned and not one.kind.is_local
    ]
    return min(begun, key=lambda one: one.start).name if begun else course.name
