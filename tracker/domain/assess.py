"""Assess a timeline: walk its time points in order, judge each by the criterion, then sum the course up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.domain.assessment import Assessment, TimePointAssessment
from tracker.domain.carried import Row, derive_rows
from tracker.domain.criteria import recist11
from tracker.domain.endpoints import best_response
from tracker.domain.findings import check_timeline
from tracker.domain.lengths import Length
from tracker.domain.sums import TargetSum, compute_target_sum
from tracker.domain.timeline import Settings, Timeline
from tracker.domain.treatment_lines import new_line_before, start_of_course
from tracker.domain.vocabulary import LesionRole, Response, State
from tracker.errors import InputError

CRITERIA = {recist11.NAME: recist11.VERSION}
_RESPONDING = (Response.CR, Response.PR)
_TREATED = (State.TREATED, State.RECURRENCE)


def assess(timeline: Timeline, criterion: str = recist11.NAME) -> Assessment:
    """What ``criterion`` makes of ``timeline``. InputError for a criterion that is not known here."""
    if criterion not in CRITERIA:
        raise InputError(f"The criteria '{criterion}' are not known; known are: {', '.join(CRITERIA)}.")
    if not timeline.time_points:
        raise InputError("A timeline needs at least one time point, its baseline.")
    rows = derive_rows(timeline)
    judged = _judge_rows(timeline, rows)
    progression_date = best_response.find_progression_date(judged)
    start = start_of_course(timeline)
    visits = best_response.visits_that_count(judged, progression_date)
    has_targets = bool(timeline.with_role(LesionRole.TARGET))
    best = best_response.compute_best_response(visits, start, timeline.settings)
    confirmed = best_response.compute_confirmed_response(visits, start, timeline.settings, has_targets=has_targets)
    return Assessment(
        id=timeline.id,
        criteria=criterion,
        criteria_version=CRITERIA[criterion],
        time_points=judged,
        best_overall_response=confirmed if timeline.settings.confirmation_required else best,
        confirmed_best_overall_response=confirmed,
        progression_date=progression_date,
        response_start_date=best_response.find_response_start(visits, timeline.settings),
        problems=(*check_timeline(timeline), *(problem for row in rows for problem in row.problems)),
    )


@dataclass(slots=True)
class _SoFar:
    """What the time points before this one have established. Only whole, settled results enter it."""

    baseline: Length | None = None
    nadir: Length | None = None
    nadir_date: date | None = None
    overall_cr: bool = False
    progressed: bool = False
    responded: bool = False
    confirmed: bool = False
    visits: list[best_response.Visit] = field(default_factory=list)
    #: The smallest value of each target so far.
    smallest: dict[str, Length] = field(default_factory=dict)

    def add(self, row: Row, sums: TargetSum, result: TimePointAssessment, settings: Settings) -> None:
        firm = row.index == 0 or not any(_is_provisional(row, value.label) for value in sums.values)
        if result.sum is not None and firm and (self.nadir is None or result.sum < self.nadir):
            self.nadir, self.nadir_date = result.sum, row.time_point.date
        for value in sums.values:
            if value.value is not None and not _is_provisional(row, value.label):
                self.smallest[value.label] = min(value.value, self.smallest.get(value.label, value.value))
        if not result.settled or result.overall_response is None:
            return
        self.overall_cr = self.overall_cr or result.strict_response is Response.CR
        if result.overall_response is Response.PD:
            self.progressed = True
            # A partial response is kept until progression, not beyond it.
            self.responded = self.confirmed = False
            self.visits.clear()
            return
        strict = result.strict_response or result.overall_response
        self.visits.append(best_response.Visit(row.last_date, result.overall_response, strict))
        if result.overall_response in _RESPONDING:
            self.responded = True
            if settings.confirmation_required and not self.confirmed:
                self.confirmed = best_response.find_confirmed(self.visits, _RESPONDING, settings) is not None

    def holds_pr(self, settings: Settings) -> bool:
        """Whether a partial response goes on (EORTC): after the first one, or after its confirmation where required."""
        return settings.sticky_pr and (self.confirmed if settings.confirmation_required else self.responded)


def _judge_rows(timeline: Timeline, rows: Sequence[Row]) -> tuple[TimePointAssessment, ...]:
    targets = timeline.with_role(LesionRole.TARGET)
    so_far = _SoFar()
    judged: list[TimePointAssessment] = []
    changed_from = _treatment_change(timeline, rows)
    for row in rows:
        sums = compute_target_sum(targets, row.observations, row.time_point)
        if row.index == 0:
            so_far.baseline = sums.complete
            result = _baseline_row(row, sums)
        else:
            result = _judge_row(timeline, rows[0], row, sums, so_far)
            if row.firm is not None:
                firm_sums = compute_target_sum(targets, row.firm.observations, row.time_point)
                firm = _judge_row(timeline, rows[0], row.firm, firm_sums, so_far)
                stands = firm.overall_response is result.overall_response
                shown_on = firm.shown_on if stands else result.shown_on
                result = replace(result, provisional=True, settled=stands, shown_on=shown_on)
            after_change = changed_from is not None and row.index >= changed_from
            result = replace(result, after_progression=so_far.progressed, after_treatment_change=after_change)
        judged.append(result)
        so_far.add(row, sums, result, timeline.settings)
    return tuple(judged)


def _is_provisional(row: Row, label: str) -> bool:
    seen = row.time_point.observations.get(label)
    return seen is not None and seen.provisional


def _baseline_row(row: Row, sums: TargetSum) -> TimePointAssessment:
    """The baseline is what others are compared with; it has no response of its own."""
    return TimePointAssessment(
        date=row.time_point.date, sum=sums.complete, sum_of_measured=sums.measured, nadir=None, nadir_date=None,
        baseline=sums.complete, target_response=None, non_target_response=None, new_lesions=False,
        overall_response=None, provisional=any(seen.provisional for seen in row.time_point.observations.values()),
    )  # fmt: skip


def _judge_row(timeline: Timeline, first: Row, row: Row, sums: TargetSum, so_far: _SoFar) -> TimePointAssessment:
    reference = recist11.Reference(so_far.baseline, so_far.nadir, so_far.nadir_date)
    after_cr = so_far.overall_cr
    non_target = recist11.classify_non_targets(timeline.lesions, row, first, after_overall_cr=after_cr)
    surveillance = not sums.values and non_target.response is None
    new = recist11.judge_new_lesions(row, surveillance=surveillance)

    def judge(pr_held: bool) -> tuple[recist11.Judgement, recist11.Judgement]:
        target = recist11.classify_targets(sums, reference, after_overall_cr=after_cr, pr_held=pr_held)
        return target, recist11.classify_overall(target, non_target, new, row)

    target, overall = judge(so_far.holds_pr(timeline.settings))
    strict = judge(False)[1] if so_far.holds_pr(timeline.settings) else overall
    return TimePointAssessment(
        date=row.time_point.date,
        sum=sums.complete,
        sum_of_measured=sums.measured,
        nadir=so_far.nadir,
        nadir_date=so_far.nadir_date,
        baseline=so_far.baseline,
        target_response=target.response,
        non_target_response=non_target.response,
        new_lesions=new.response is Response.PD,
        overall_response=overall.response,
        why=(*target.reasons, *non_target.reasons, *new.reasons, *overall.reasons),
        strict_response=strict.response,
        shown_on=_shown_on(timeline, first, row, _Parts(sums, target, non_target, overall), so_far),
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of one row's judgement."""

    sums: TargetSum
    target: recist11.Judgement
    non_target: recist11.Judgement
    overall: recist11.Judgement


def _shown_on(timeline: Timeline, first: Row, row: Row, parts: _Parts, so_far: _SoFar) -> date:
    """Progression is dated to the earliest exam that shows it, any other response to the latest exam (1.8, 4.3.5)."""
    if parts.overall.response is not Response.PD:
        return row.last_date
    dates = [new.shown_on for new in recist11.new_lesions_at(row)]
    if parts.target.response is Response.PD:
        grown = [
            value.label
            for value in parts.sums.values
            if value.value is not None and value.value > so_far.smallest.get(value.label, value.value)
        ]
        measured = [value.label for value in parts.sums.values if value.value is not None]
        dates.append(min(row.date_of(label) for label in grown or measured))
    if parts.non_target.response is Response.PD:
        worse = recist11.progressing_non_targets(timeline.lesions, row, first)
        dates += [row.date_of(label) for label in worse]
    return min(dates, default=row.time_point.date)


def _treatment_change(timeline: Timeline, rows: Sequence[Row]) -> int | None:
    """The first row behind a local treatment of a target or a new line of treatment; its response belongs to both."""
    targets = {lesion.label for lesion in timeline.with_role(LesionRole.TARGET)}
    for row in rows[1:]:
        settled = row.firm or row
        treated = any(settled.observations[label].state in _TREATED for label in targets & settled.observations.keys())
        if treated or new_line_before(timeline, row.time_point.date):
            return row.index
    return None
