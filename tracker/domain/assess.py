"""Assess a timeline: walk its time points in order, judge each by the criterion, then sum the course up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.domain import endpoints
from tracker.domain.assessment import Assessment, TimePointAssessment
from tracker.domain.carried import Row, derive_rows
from tracker.domain.criteria import recist11
from tracker.domain.findings import check_timeline
from tracker.domain.lengths import Length
from tracker.domain.sums import TargetSum, compute_target_sum
from tracker.domain.timeline import Timeline
from tracker.domain.vocabulary import LesionRole, Response, State, TreatmentKind
from tracker.errors import InputError

CRITERIA = {recist11.NAME: recist11.VERSION}
_RESPONDING = (Response.CR, Response.PR)
#: Treatments of the whole person; a second one begun later is a new line.
_SYSTEMIC = {TreatmentKind.SYSTEMIC, TreatmentKind.TARGETED, TreatmentKind.IMMUNOTHERAPY, TreatmentKind.RADIONUCLIDE}


def assess(timeline: Timeline, criterion: str = recist11.NAME) -> Assessment:
    """What ``criterion`` makes of ``timeline``. InputError for a criterion that is not known here."""
    if criterion not in CRITERIA:
        raise InputError(f"The criteria '{criterion}' are not known; known are: {', '.join(CRITERIA)}.")
    if not timeline.time_points:
        raise InputError("A timeline needs at least one time point, its baseline.")
    rows = derive_rows(timeline)
    judged = _judge_rows(timeline, rows)
    progression = endpoints.find_progression(judged)
    progression_date = None if progression is None else progression.shown_on
    start = endpoints.start_of_course(timeline)
    visits = endpoints.visits_that_count(judged, progression_date)
    has_targets = bool(timeline.with_role(LesionRole.TARGET))
    best = endpoints.compute_best_response(visits, start, timeline.settings)
    confirmed = endpoints.compute_confirmed_response(visits, start, timeline.settings, has_targets=has_targets)
    return Assessment(
        id=timeline.id,
        criteria=criterion,
        criteria_version=CRITERIA[criterion],
        time_points=judged,
        best_overall_response=confirmed if timeline.settings.confirmation_required else best,
        confirmed_best_overall_response=confirmed,
        progression_date=progression_date,
        response_start_date=endpoints.find_response_start(visits, timeline.settings),
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
    visits: list[endpoints.Visit] = field(default_factory=list)

    def add(self, row: Row, result: TimePointAssessment, *, sum_is_provisional: bool) -> None:
        if result.sum is not None and not sum_is_provisional and (self.nadir is None or result.sum < self.nadir):
            self.nadir, self.nadir_date = result.sum, row.time_point.date
        if result.provisional or result.overall_response is None:
            return
        self.overall_cr = self.overall_cr or result.strict_response is Response.CR
        if result.overall_response is Response.PD:
            self.progressed = True
            self.visits.clear()  # a partial response is kept until progression, not beyond it
        else:
            strict = result.strict_response or result.overall_response
            self.visits.append(endpoints.Visit(row.last_date, result.overall_response, strict))

    def holds_pr(self, timeline: Timeline) -> bool:
        """Whether a partial response goes on (EORTC): after the first one, or after its confirmation where that is required."""
        if not timeline.settings.sticky_pr:
            return False
        if timeline.settings.confirmation_required:
            return endpoints.find_confirmed(self.visits, _RESPONDING, timeline.settings) is not None
        return any(visit.response in _RESPONDING for visit in self.visits)


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
            result = _judge_row(timeline, row, sums, so_far)
            after_change = changed_from is not None and row.index >= changed_from
            result = replace(result, after_progression=so_far.progressed, after_treatment_change=after_change)
        judged.append(result)
        provisional_target = any(_is_provisional(row, target.label) for target in targets)
        so_far.add(row, result, sum_is_provisional=provisional_target and row.index > 0)
    return tuple(judged)


def _is_provisional(row: Row, label: str) -> bool:
    seen = row.time_point.observations.get(label)
    return seen is not None and seen.provisional


def _baseline_row(row: Row, sums: TargetSum) -> TimePointAssessment:
    """The baseline is what others are compared with; it has no response of its own."""
    return TimePointAssessment(
        date=row.time_point.date, sum=sums.complete, sum_of_measured=sums.measured, nadir=None, nadir_date=None,
        baseline=sums.complete, target_response=None, non_target_response=None, new_lesions=False,
        overall_response=None, provisional=row.provisional,
    )  # fmt: skip


def _judge_row(timeline: Timeline, row: Row, sums: TargetSum, so_far: _SoFar) -> TimePointAssessment:
    reference = recist11.Reference(so_far.baseline, so_far.nadir, so_far.nadir_date)
    after_cr = so_far.overall_cr
    surveillance = not any(lesion.role is not LesionRole.NEW for lesion in timeline.lesions)
    non_target = recist11.classify_non_targets(timeline.lesions, row, after_overall_cr=after_cr)
    new = recist11.judge_new_lesions(row, surveillance=surveillance)

    def judge(pr_held: bool) -> tuple[recist11.Judgement, recist11.Judgement]:
        target = recist11.classify_targets(sums, reference, after_overall_cr=after_cr, pr_held=pr_held)
        return target, recist11.classify_overall(target, non_target, new, row, surveillance=surveillance)

    target, overall = judge(so_far.holds_pr(timeline))
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
        reasons=(*target.reasons, *non_target.reasons, *new.reasons, *overall.reasons),
        provisional=row.provisional,
        strict_response=judge(False)[1].response,
        shown_on=_shown_on(row, target, non_target, overall, timeline),
    )


def _shown_on(
    row: Row,
    target: recist11.Judgement,
    non_target: recist11.Judgement,
    overall: recist11.Judgement,
    timeline: Timeline,
) -> date:
    """Progression is dated to the earliest exam that shows it, any other response to the latest exam (1.8, 4.3.5)."""
    if overall.response is not Response.PD:
        return row.last_date
    dates = [new.shown_on for new in recist11.new_lesions_at(row)]
    if target.response is Response.PD:
        dates += [row.date_of(lesion.label) for lesion in timeline.with_role(LesionRole.TARGET)]
    if non_target.response is Response.PD:
        dates += [row.date_of(label) for label in recist11.progressing_non_targets(timeline.lesions, row)]
    return min(dates, default=row.time_point.date)


def _treatment_change(timeline: Timeline, rows: Sequence[Row]) -> int | None:
    """The first row behind a local treatment of a target or a new line of treatment; its response belongs to both."""
    targets = {lesion.label for lesion in timeline.with_role(LesionRole.TARGET)}
    for row in rows[1:]:
        treated = any(
            row.observations[label].state in (State.TREATED, State.RECURRENCE)
            for label in targets & row.observations.keys()
        )
        if treated or _new_line_before(timeline, row.time_point.date):
            return row.index
    return None


def _new_line_before(timeline: Timeline, day: date) -> bool:
    """Whether a new line began before ``day``: a systemic treatment after the course's own had stopped, or after its first response scan.

    A drug added before the first follow-up belongs to the line; so does maintenance.
    """
    systemic = sorted((t for t in timeline.treatments if t.kind in _SYSTEMIC), key=lambda treatment: treatment.start)
    baseline = timeline.time_points[0].date
    own = [t for t in systemic if t.stop is None or t.stop > baseline]
    if not own:
        return False
    first_follow_up = timeline.time_points[1].date if len(timeline.time_points) > 1 else day
    for number, treatment in enumerate(own[1:], start=1):
        earlier_stopped = all(e.stop is not None and e.stop <= treatment.start for e in own[:number])
        began_later = treatment.start > own[0].start and (earlier_stopped or treatment.start >= first_follow_up)
        if began_later and treatment.start < day:
            return True
    return False
