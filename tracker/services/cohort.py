"""The cohort: best change and best response of every course, for local audit. No evidence of any treatment's effect."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from tracker.db.engine import Database
from tracker.domain.assess import find_criterion
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.endpoints.course_path import read_path
from tracker.domain.opinions import responses_of
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Primary, Response
from tracker.domain.waiting import PROGRESSION
from tracker.exchange.guard import guard
from tracker.pictures.criteria import RESPONDING
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
    #: The site of each patient, by key; empty where there is one site only.
    sites: Mapping[int, str] = field(default_factory=dict, compare=False)

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
        return tuple((response, counts[response]) for response in order if counts[response] or response in ALWAYS_TOLD)

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

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The months in which courses of the rows began, each by its first day."""
        return tuple(sorted({row.start.replace(day=1) for row in self.rows}))

    @cached_property
    def site_names(self) -> tuple[str, ...]:
        """The sites of the rows' patients, by name; none where there is one site only."""
        return tuple(sorted({self.sites[row.patient_id] for row in self.rows if row.patient_id in self.sites}))

    def only(self, **wanted: Any) -> Cohort:
        """The rows that fit, by the words of ``CohortChoice``."""
        choice = CohortChoice(**wanted)
        if choice == CohortChoice():
            return self
        return Cohort(tuple(row for row in self.rows if choice.fits(row, self.sites)), self.sites)


class CohortChoice(NamedTuple):
    """What is looked at of a cohort; None leaves all. Months are named by their first day, and both ends count."""

    primary: Primary | None = None
    treatment: str | None = None
    course: int | None = None
    criterion: str | None = None
    first_month: date | None = None
    last_month: date | None = None
    site: str | None = None

    def fits(self, row: CohortRow, sites: Mapping[int, str]) -> bool:
        return (
            (self.primary is None or row.primary is self.primary)
            and (self.treatment is None or row.treatment == self.treatment)
            and (self.course is None or row.course == self.course)
            and (self.criterion is None or row.criterion == self.criterion)
            and (self.first_month is None or row.start >= self.first_month)
            and (self.last_month is None or row.start.replace(day=1) <= self.last_month)
            and (self.site is None or sites.get(row.patient_id) == self.site)
        )


#: Told even where there are none of them.
ALWAYS_TOLD = (*RESPONDING, Response.SD, Response.I_SD, Response.SMD, *PROGRESSION)
_USUAL = "recist-1.1"


def load_cohort(db: Database, actor: Actor) -> Cohort:
    """All courses of all patients: from their stored summaries, and derived from the record where none holds."""
    return Cohort(cohort_cache.load_rows(db), cohort_cache.load_sites(db))


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
         "synthetic", "days to progression or last scan", "progression counted")
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
                *_progression(row),
            )
        )
    return out.getvalue()


def _progression(row: CohortRow) -> tuple[str, str]:
    """Days from the start of the course, and whether they end in progression or are cut at a scan without it."""
    if not row.path:
        return "", ""
    until = read_path(row.path).progression
    return str(until.days), "yes" if until.event else "no"
