"""Best response by regimen, and where the scans of a group stand: what a service looks at beside the charts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tracker.domain.opinions import responses_of
from tracker.domain.schedule.states import State
from tracker.domain.vocabulary import Response
from tracker.pictures.criteria import RESPONDING, face_of
from tracker.pictures.shapes import TextTable
from tracker.pictures.words import say_response
from tracker.services.cohort import ALWAYS_TOLD, Cohort, wilson_interval
from tracker.services.cohort_rows import CohortRow
from tracker.services.worklist import WorklistRow


@dataclass(frozen=True, slots=True)
class Regimen:
    """The best responses of the courses with one treatment. ``counts`` follow the columns of their table."""

    treatment: str
    counts: tuple[int, ...]
    #: Courses with a best response.
    judged: int
    #: Of the courses with targets: how many responded, of how many.
    responders: int
    could_respond: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the share that responded; None where no course could."""
        return wilson_interval(self.responders, self.could_respond) if self.could_respond else None


@dataclass(frozen=True, slots=True)
class Regimens:
    """One row a treatment, the most frequent first; ``responses`` are the columns."""

    responses: tuple[Response, ...]
    rows: tuple[Regimen, ...]
    criterion: str

    @property
    def table(self) -> TextTable:
        face = face_of(self.criterion)
        complete, partial = (say_response(one) for one in responses_of(self.criterion)[:2])
        head = (
            "Treatment",
            *(say_response(one) for one in self.responses),
            "n",
            f"{complete} or {partial}",
            "95 % interval",
        )
        return TextTable(
            f"Best response by treatment, {face.with_source}, computed",
            head,
            tuple((row.treatment, *map(str, row.counts), str(row.judged), *_rate(row)) for row in self.rows),
        )


def derive_regimens(cohort: Cohort) -> Regimens:
    """The table of a cohort judged by one criterion; a course with a baseline only is in no row."""
    by_treatment: dict[str, list[CohortRow]] = defaultdict(list)
    for row in cohort.rows:
        if row.best_response is not None:
            by_treatment[row.treatment].append(row)
    given = {response for response, number in cohort.responses if number}
    columns = tuple(
        response
        for response in responses_of(cohort.criterion)
        if response in given or response in ALWAYS_TOLD or response is Response.NE
    )
    rows = [_regimen(treatment, found, columns) for treatment, found in by_treatment.items()]
    rows.sort(key=lambda row: (-row.judged, row.treatment))
    return Regimens(columns, tuple(rows), cohort.criterion)


def _regimen(treatment: str, rows: Collection[CohortRow], columns: Iterable[Response]) -> Regimen:
    counts = Counter(row.best_response for row in rows)
    able = [row for row in rows if row.has_targets]
    return Regimen(
        treatment,
        tuple(counts[response] for response in columns),
        len(rows),
        sum(row.best_response in RESPONDING for row in able),
        len(able),
    )


def _rate(row: Regimen) -> tuple[str, str]:
    if row.interval is None:
        return "no targets", ""
    low, high = row.interval
    share = f"{row.responders} of {row.could_respond}, {round(100 * row.responders / row.could_respond)} %"
    return share, f"{round(100 * low)} to {round(100 * high)} %"


@dataclass(frozen=True, slots=True)
class ScanCounts:
    """Patients of a group by where their next scan stands; each is counted once."""

    on_time: int
    overdue: int
    report_awaited: int


def count_scans(rows: Iterable[WorklistRow], patients: Collection[int]) -> ScanCounts:
    """Of ``patients``: a scan overdue, else a report awaited, else on time."""
    counts: Counter[State | None] = Counter()
    for row in rows:
        if row.patient_id in patients:
            states = {standing.state for standing in row.standings}
            counts[next((state for state in (State.OVERDUE, State.REPORT_AWAITED) if state in states), None)] += 1
    return ScanCounts(counts[None], counts[State.OVERDUE], counts[State.REPORT_AWAITED])
