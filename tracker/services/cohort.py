"""The cohort: best change and best response of every course, for local audit. No evidence of any treatment's effect."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from tracker.db.engine import Database
from tracker.domain.assess import find_criterion
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.opinions import responses_of
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Primary, Response
from tracker.exchange.guard import guard
from tracker.services import cohort_cache
from tracker.services.actors import Actor
from tracker.services.cohort_rows import CohortRow, derive_row

Assess = Callable[[PatientRecord], tuple[CourseAssessment, ...]]


@dataclass(frozen=True)
class Cohort:
    """The rows of a selection, with how many patients and scans they stand for.

    Responses are counted of one criterion only: ValueError where the rows are judged by several.
    """

    rows: tuple[CohortRow, ...]

    @cached_property
    def criteria(self) -> tuple[tuple[str, int], ...]:
        """The criteria the courses are judged by, with their numbers, the most frequent first."""
        return tuple(Counter(row.criterion for row in self.rows).most_common())

    @cached_property
    def criterion(self) -> str:
        """The one criterion of all rows; the usual one where there is no row."""
        if len(self.criteria) > 1:
            names = ", ".join(name for name, _ in self.criteria)
            raise ValueError(f"responses by different criteria are never counted together: {names}")
        return self.criteria[0][0] if self.criteria else _USUAL

    @cached_property
    def scans(self) -> int:
        return sum(row.scans for row in self.rows)

    @cached_property
    def patients(self) -> int:
        return len({row.patient_id for row in self.rows})

    @cached_property
    def synthetic(self) -> bool:
        return any(row.synthetic for row in self.rows)

    @cached_property
    def responses(self) -> tuple[tuple[Response, int], ...]:
        """How many courses have each best response; those with one scan only have none and are not counted."""
        counts = Counter(row.best_response for row in self.rows)
        order = responses_of(self.criterion)
        return tuple((response, counts[response]) for response in order if counts[response] or response in _ALWAYS)

    @cached_property
    def judged(self) -> int:
        """Courses with a best response."""
        return sum(1 for row in self.rows if row.best_response is not None)

    @cached_property
    def responders(self) -> int:
        """Courses with targets whose best response is CR or PR, or what the criterion calls so."""
        responding = [response for response in responses_of(self.criterion) if response in RESPONDING]
        return sum(1 for row in self._that_can_respond if row.best_response in responding)

    @cached_property
    def could_respond(self) -> int:
        """Courses with targets and a best response: those a rate of response can be counted of."""
        return len(self._that_can_respond)

    @cached_property
    def counted_again(self) -> int:
        """Of the courses a rate is counted of, how many are a second or later one of a patient counted already."""
        return self.could_respond - len({row.patient_id for row in self._that_can_respond})

    @cached_property
    def _that_can_respond(self) -> tuple[CohortRow, ...]:
        return tuple(row for row in self.rows if row.has_targets and row.best_response is not None)

    @cached_property
    def primaries(self) -> tuple[Primary, ...]:
        """The primaries of the rows, by name."""
        return tuple(sorted({row.primary for row in self.rows}))

    @cached_property
    def treatments(self) -> tuple[str, ...]:
        """The treatments of the rows, by name."""
        return tuple(sorted({row.treatment for row in self.rows}))

    @cached_property
    def courses(self) -> tuple[int, ...]:
        """The numbers of the rows' courses."""
        return tuple(sorted({row.course for row in self.rows}))

    def only(
        self,
        primary: Primary | None = None,
        treatment: str | None = None,
        course: int | None = None,
        criterion: str | None = None,
    ) -> Cohort:
        """The rows of one primary, one treatment, one number of course, one criterion; None leaves all."""
        if primary is None and treatment is None and course is None and criterion is None:
            return self
        return Cohort(
            tuple(
                row
                for row in self.rows
                if (primary is None or row.primary is primary)
                and (treatment is None or row.treatment == treatment)
                and (course is None or row.course == course)
                and (criterion is None or row.criterion == criterion)
            )
        )


RESPONDING = (Response.CR, Response.PR, Response.I_CR, Response.I_PR, Response.CMR, Response.PMR)
#: Told even where there are none of them.
_ALWAYS = (
    *RESPONDING, Response.SD, Response.I_SD, Response.SMD, Response.PD, Response.I_UPD, Response.I_CPD, Response.PMD,
)  # fmt: skip
_USUAL = "recist-1.1"


def load_cohort(db: Database, actor: Actor) -> Cohort:
    """All courses of all patients: from their stored summaries, and derived from the record where none holds."""
    return Cohort(cohort_cache.load_rows(db))


def derive_cohort(records: Iterable[PatientRecord], assess: Assess = assess_record) -> Cohort:
    """One row a course with a baseline, by patient and course. ``assess`` may be one that remembers."""
    return Cohort(tuple(derive_row(record, found) for record in records for found in assess(record)))


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
         "best change percent", "best response", "criterion", "criterion version", "first progression", "last scan",
         "synthetic")
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
                row.criterion,
                find_criterion(row.criterion).version,
                "" if row.progression is None else row.progression.isoformat(),
                row.last_scan.isoformat(),
                "yes" if row.synthetic else "no",
            )
        )
    return out.getvalue()
