"""The cohort: best change and best response of every course, for local audit. No evidence of any treatment's effect."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.db.engine import Database
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.lengths import percent_change
from tracker.domain.record import Course, PatientRecord
from tracker.domain.vocabulary import LesionRole, Primary, Response
from tracker.exchange.guard import guard
from tracker.services import patients
from tracker.services.actors import Actor

Assess = Callable[[PatientRecord], tuple[CourseAssessment, ...]]

#: The order of the table of responses.
RESPONSES = (
    Response.CR,
    Response.PR,
    Response.SD,
    Response.NON_CR_NON_PD,
    Response.NED,
    Response.PD,
    Response.NE,
)


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One course of one patient. ``best_change_um`` and ``baseline_um`` are exact; the percentage is for display."""

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

    @property
    def best_change(self) -> Decimal | None:
        """Best change of the sum of targets in percent, one decimal."""
        if self.baseline_um is None or self.best_um is None:
            return None
        return percent_change(self.best_um, self.baseline_um)


@dataclass(frozen=True, slots=True)
class Cohort:
    """The rows of a selection, with how many patients and scans they stand for."""

    rows: tuple[CohortRow, ...]

    @property
    def scans(self) -> int:
        return sum(row.scans for row in self.rows)

    @property
    def patients(self) -> int:
        return len({row.patient_id for row in self.rows})

    @property
    def synthetic(self) -> bool:
        return any(row.synthetic for row in self.rows)

    @property
    def responses(self) -> tuple[tuple[Response, int], ...]:
        """How many courses have each best response; those with one scan only have none and are not counted."""
        counts = Counter(row.best_response for row in self.rows)
        return tuple((response, counts[response]) for response in RESPONSES if counts[response] or response in _ALWAYS)

    @property
    def judged(self) -> int:
        """Courses with a best response."""
        return sum(1 for row in self.rows if row.best_response is not None)

    @property
    def responders(self) -> int:
        """Courses with targets whose best response is CR or PR."""
        return sum(1 for row in self._that_can_respond if row.best_response in (Response.CR, Response.PR))

    @property
    def could_respond(self) -> int:
        """Courses with targets and a best response: those a rate of response can be counted of."""
        return len(self._that_can_respond)

    @property
    def counted_again(self) -> int:
        """Of the courses a rate is counted of, how many are a second or later one of a patient counted already."""
        return self.could_respond - len({row.patient_id for row in self._that_can_respond})

    @property
    def _that_can_respond(self) -> tuple[CohortRow, ...]:
        return tuple(row for row in self.rows if row.has_targets and row.best_response is not None)

    def only(self, primary: Primary | None = None, treatment: str | None = None, course: int | None = None) -> Cohort:
        """The rows of one primary, one treatment, one number of course; None leaves all."""
        return Cohort(
            tuple(
                row
                for row in self.rows
                if (primary is None or row.primary is primary)
                and (treatment is None or row.treatment == treatment)
                and (course is None or row.course == course)
            )
        )


_ALWAYS = (Response.CR, Response.PR, Response.SD, Response.PD)


def load_cohort(db: Database, actor: Actor, assess: Assess = assess_record) -> Cohort:
    """All courses of all patients, in a fixed number of queries. ``assess`` may be one that remembers."""
    return derive_cohort(patients.load_all_records(db, actor), assess)


def derive_cohort(records: Iterable[PatientRecord], assess: Assess = assess_record) -> Cohort:
    """One row a course with a baseline, by patient and course."""
    return Cohort(tuple(_row(record, course) for record in records for course in assess(record)))


def wilson_interval(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927): honest for small groups and near 0 or 1. ValueError for an empty group."""
    if of <= 0 or not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of} is no share")
    z = 1.959964
    share, square = hits / of, z * z / of
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / of + square / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def write_cohort_csv(rows: Sequence[CohortRow]) -> str:
    """What is seen, as CSV: no name, no birth year; text that a spreadsheet would take for a formula is disarmed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        ("patient", "primary", "course", "treatment", "course start", "scans", "baseline sum mm", "best sum mm",
         "best change percent", "best response", "first progression", "last scan", "synthetic")
    )  # fmt: skip
    for row in rows:
        writer.writerow(
            (
                guard(row.identifier),
                row.primary,
                row.course,
                guard(row.treatment),
                row.start.isoformat(),
                row.scans,
                "" if row.baseline_um is None else Decimal(row.baseline_um) / 1000,
                "" if row.best_um is None else Decimal(row.best_um) / 1000,
                "" if row.best_change is None else row.best_change,
                row.best_response or "",
                "" if row.progression is None else row.progression.isoformat(),
                row.last_scan.isoformat(),
                "yes" if row.synthetic else "no",
            )
        )
    return out.getvalue()


def _row(record: PatientRecord, found: CourseAssessment) -> CohortRow:
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
