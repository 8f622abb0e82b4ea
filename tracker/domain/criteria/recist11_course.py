"""RECIST 1.1 over a course: walk the time points in order, judge each against what came before, then sum the course up.

Source: Eisenhauer 2009, 4.3.1 (nadir), 4.4 (overall response), Table 3 (a) (disease after a complete response).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.assessment import Assessment, Rule, TimePointAssessment
from tracker.domain.carried import Row, derive_rows
from tracker.domain.criteria import recist11
from tracker.domain.criteria.recist11 import NAME, VERSION, Reference
from tracker.domain.criteria.recist11_reasons import Grounds
from tracker.domain.endpoints import best_response
from tracker.domain.endpoints.best_response import Visit
from tracker.domain.findings import CourseFindings
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion
from tracker.domain.non_targets import find_non_targets
from tracker.domain.sums import TargetSum, compute_target_sum
from tracker.domain.timeline import Settings, Timeline
from tracker.domain.treatment_lines import changes_of_treatment, start_of_course
from tracker.domain.vocabulary import LesionRole, Response

_RESPONDING = (Response.CR, Response.PR)


def assess(timeline: Timeline) -> Assessment:
    """What RECIST 1.1 makes of a timeline."""
    rows = derive_rows(timeline)
    judged = judge_rows(timeline, rows)
    settings = timeline.settings
    progression_date = best_response.find_progression_date(judged)
    start = start_of_course(timeline)
    visits = best_response.visits_that_count(judged, progression_date)
    has_targets = any(lesion.role is LesionRole.TARGET for lesion in timeline.lesions)
    best = best_response.compute_best_response(visits, start, settings)
    confirmed = best_response.compute_confirmed_response(visits, start, settings, has_targets=has_targets)
    return Assessment(
        id=timeline.id,
        criteria=NAME,
        criteria_version=VERSION,
        time_points=judged,
        best_overall_response=confirmed if settings.confirmation_required else best,
        confirmed_best_overall_response=confirmed,
        progression_date=progression_date,
        response_start_date=best_response.find_response_start(visits, settings),
        findings=CourseFindings(timeline, rows),
    )


class SumsSoFar:
    """The sums of targets before a time point: what it is compared with. Values in question never enter it."""

    def __init__(self) -> None:
        self.reference = Reference(None, None, None)
        self.sums: list[TargetSum] = []

    def add(self, row: Row, sums: TargetSum) -> None:
        """A complete sum without values in question may be the nadir; the baseline's always is."""
        if row.firm is not None:
            sums = _without_questions(row, sums)
        self.sums.append(sums)
        total, known = sums.complete, self.reference
        if total is not None and (known.nadir is None or total.um < known.nadir.um):
            baseline = total if row.number == 0 else known.baseline
            self.reference = Reference(baseline, total, row.time_point.date)

    def first_growth_shown_on(self, row: Row, now: TargetSum) -> date:
        """The earliest exam of the time point that shows a target larger than it was at its smallest (4.3.5)."""
        smallest: dict[str, Length] = {}
        for value in (value for sums in self.sums for value in sums.values):
            if value.value is not None:
                smallest[value.label] = min(value.value, smallest.get(value.label, value.value))
        measured = [(value.label, value.value) for value in now.values if value.value is not None]
        grown = [label for label, size in measured if size > smallest.get(label, size)]
        return min(row.date_of(label) for label in grown or [label for label, _ in measured])


def _without_questions(row: Row, sums: TargetSum) -> TargetSum:
    asked = {label for label, seen in row.time_point.observations.items() if seen.provisional}
    values = tuple(value for value in sums.values if value.label not in asked)
    return (
        TargetSum(values, sums.complete, None) if len(values) == len(sums.values) > 0 else TargetSum(values, None, None)
    )


class _SoFar:
    """What the time points before this one have established. Only whole, settled results enter it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sums = SumsSoFar()
        self.overall_cr = False
        self.progressed = False
        self.responded = False
        self.confirmed = False
        self.visits: list[Visit] = []

    def add_result(self, row: Row, result: TimePointAssessment) -> None:
        if not result.settled or result.overall_response is None:
            return
        strict = result.strict_response or result.overall_response
        if strict is Response.CR:
            self.overall_cr = True
        if result.overall_response is Response.PD:
            self.progressed = True
            # A partial response is kept until progression, not beyond it.
            self.responded = self.confirmed = False
            self.visits.clear()
            return
        self.visits.append(Visit(row.last_date, result.overall_response, strict))
        if result.overall_response in _RESPONDING:
            self.responded = True
            if self.settings.confirmation_required and not self.confirmed:
                self.confirmed = best_response.confirms_an_earlier(self.visits, self.settings)

    @property
    def holds_pr(self) -> bool:
        """Whether a partial response goes on (EORTC): after the first one, or after its confirmation where required."""
        return self.settings.sticky_pr and (self.confirmed if self.settings.confirmation_required else self.responded)


def judge_rows(timeline: Timeline, rows: Sequence[Row]) -> tuple[TimePointAssessment, ...]:
    """Each time point in order; a later one never changes an earlier one."""
    targets = timeline.with_role(LesionRole.TARGET)
    so_far = _SoFar(timeline.settings)
    sums = compute_target_sum(targets, rows[0].observations, rows[0].time_point)
    judged = [baseline_row(rows[0], sums)]
    so_far.sums.add(rows[0], sums)
    changes = changes_of_treatment(timeline, rows)
    for row, changed in zip(rows[1:], changes[1:], strict=True):
        sums = compute_target_sum(targets, row.observations, row.time_point)
        course = _Course(timeline.lesions, rows[0], so_far, after_change=changed)
        result = course.judge(row, sums)
        if row.firm is not None:
            firm = course.judge(row.firm, compute_target_sum(targets, row.firm.observations, row.time_point))
            stands = firm.overall_response is result.overall_response
            shown_on = firm.shown_on if stands else result.shown_on
            result = replace(result, provisional=True, settled=stands, shown_on=shown_on)
        judged.append(result)
        so_far.sums.add(row, sums)
        so_far.add_result(row, result)
    return tuple(judged)


def baseline_row(row: Row, sums: TargetSum) -> TimePointAssessment:
    """The baseline is what others are compared with; it has no response of its own."""
    return TimePointAssessment(
        date=row.time_point.date, sum=sums.complete, sum_of_measured=sums.measured, nadir=None, nadir_date=None,
        baseline=sums.complete, target_response=None, non_target_response=None, new_lesions=False,
        overall_response=None, provisional=any(seen.provisional for seen in row.time_point.observations.values()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Course:
    """What one time point is judged against: the lesions, the baseline's row, what came before."""

    lesions: Sequence[Lesion]
    first: Row
    so_far: _SoFar
    after_change: bool

    def judge(self, row: Row, sums: TargetSum) -> TimePointAssessment:
        so_far, reference = self.so_far, self.so_far.sums.reference
        target = recist11.judge_targets(sums, reference, after_overall_cr=so_far.overall_cr, pr_held=so_far.holds_pr)
        found = find_non_targets(self.lesions, row, self.first)
        non_target = recist11.judge_non_targets(found, row, after_overall_cr=so_far.overall_cr)
        target_response = None if target is None else target.response
        non_target_response = None if non_target is None else non_target.response
        new_lesion = bool(row.new_disease) and bool(recist11.new_lesions_at(row))

        elevated = row.markers_elevated
        response, rule = recist11.judge_overall(
            target_response, non_target_response, new_lesion=new_lesion, markers_elevated=elevated
        )
        strict = response
        if target is recist11.TARGET_PR_CONTINUES:
            strict, _ = recist11.judge_overall(
                Response.SD, non_target_response, new_lesion=new_lesion, markers_elevated=elevated
            )
        shown_on = row.last_date
        if response is Response.PD:
            shown_on = self._progression_shown_on(row, sums, target, non_target)
        return TimePointAssessment(
            row.time_point.date, sums.complete, sums.measured, reference.nadir, reference.nadir_date,
            reference.baseline, target_response, non_target_response, new_lesion, response,
            Grounds(self.lesions, self.first, row, sums, reference, target, non_target, rule, response),
            so_far.progressed, False, True, strict, self.after_change, shown_on,
        )  # fmt: skip

    def _progression_shown_on(self, row: Row, sums: TargetSum, target: Rule | None, non_target: Rule | None) -> date:
        """Progression is dated to the earliest exam that shows it, any other response to the latest exam (4.3.5)."""
        dates = [new.shown_on for new in recist11.new_lesions_at(row)]
        if target is not None and target.response is Response.PD:
            dates.append(self.so_far.sums.first_growth_shown_on(row, sums))
        if non_target is not None and non_target.response is Response.PD:
            worse = recist11.progressing_non_targets(self.lesions, row, self.first)
            dates += [row.date_of(label) for label in worse]
        return min(dates, default=row.time_point.date)
