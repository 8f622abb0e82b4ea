"""RECIST 1.1 over a course: walk the time points in order, judge each against what came before, then sum the course up.

Source: Eisenhauer 2009, 4.3.1 (nadir), 4.4 (overall response), Table 3 (a) (disease after a complete response).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.assessment import Assessment, Rule, TimePointAssessment
from tracker.domain.carried import Row, derive_rows
from tracker.domain.criteria import recist11
from tracker.domain.criteria.recist11 import CR, NAME, PD, PR, SD, VERSION, Reference
from tracker.domain.criteria.recist11_reasons import Grounds
from tracker.domain.endpoints import admiralonco, best_response
from tracker.domain.endpoints.best_response import Visit
from tracker.domain.findings import CourseFindings
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion
from tracker.domain.non_targets import find_non_targets, missed_at_baseline, not_there, still_unseen
from tracker.domain.sums import TargetSum, compute_target_sum
from tracker.domain.timeline import Settings, Timeline
from tracker.domain.treatment_lines import changes_of_treatment, start_of_course
from tracker.domain.vocabulary import LesionRole

_RESPONDING = (CR, PR)


def assess(timeline: Timeline) -> Assessment:
    """What RECIST 1.1 makes of a timeline."""
    rows = derive_rows(timeline)
    judged = judge_rows(timeline, rows)
    settings = timeline.settings
    progression_date = best_response.find_progression_date(judged)
    start = start_of_course(timeline)
    visits = best_response.visits_that_count(judged, progression_date)
    if settings.best_response == admiralonco.NAME:
        best, confirmed, response_start = admiralonco.judge_course(visits, start, settings)
    else:
        has_targets = any(lesion.role is LesionRole.TARGET for lesion in timeline.lesions)
        best, confirmed, response_start = best_response.judge_course(visits, start, settings, has_targets=has_targets)
    return Assessment(
        id=timeline.id,
        criteria=NAME,
        criteria_version=VERSION,
        time_points=judged,
        best_overall_response=confirmed if settings.confirmation_required else best,
        confirmed_best_overall_response=confirmed,
        progression_date=progression_date,
        response_start_date=response_start,
        findings=CourseFindings(timeline, rows, judged=judged),
    )


class SumsSoFar:
    """The sums of targets before a time point: what it is compared with. Values in question never enter it."""

    def __init__(self) -> None:
        self.reference = Reference(None, None, None, {})

    def add(self, row: Row, sums: TargetSum) -> None:
        """A complete sum without values in question may be the nadir; the baseline's always is."""
        if row.firm is not None:
            sums = _without_questions(row, sums)
        total, known = sums.complete, self.reference
        if total is not None and (known.nadir is None or total.um < known.nadir.um):
            baseline = total if row.number == 0 else known.baseline
            at_nadir = {value.label: value.value for value in sums.values if value.value is not None}
            self.reference = Reference(baseline, total, row.time_point.date, at_nadir)

    def progression_shown_on(self, row: Row, now: TargetSum, rule: Rule) -> date:
        """The earliest exam of a time point that shows the progression of its targets (4.3.5).

        That is the first day on which what was seen until then, with the others as they were at the nadir, is progression;
        after an overall CR the first that shows any target.
        """
        seen = {value.label: value.value for value in now.values if value.value is not None}
        if rule is recist11.TARGET_RECURRENCE:
            return min(
                row.date_of(value.label) for value in now.values if value.value is not None and not value.is_gone
            )
        days = sorted({row.date_of(label) for label in seen})
        for day in days[:-1]:
            until = [
                size if row.date_of(label) <= day else self.reference.at_nadir.get(label)
                for label, size in seen.items()
            ]
            known = Length(sum(size.um for size in until if size is not None))
            nadir = self.reference.nadir
            if nadir is not None and recist11.is_at_least_20_percent_and_5_mm_above(known, nadir):
                return day
        return days[-1]


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
        #: The lesions missed at the baseline that were known at the first overall CR; None before one.
        self.missed_at_cr: frozenset[str] | None = None
        #: Non-targets that were not there at the baseline and were not seen since.
        self.unseen: frozenset[str] = frozenset()
        self.progressed = False
        self.responded = False
        self.confirmed = False
        self.visits: list[Visit] = []

    def add_result(self, row: Row, result: TimePointAssessment) -> None:
        if not result.settled or result.overall_response is None:
            return
        strict = result.strict_response or result.overall_response
        if strict is CR and self.missed_at_cr is None:
            self.missed_at_cr = missed_at_baseline(row.firm or row)
        if result.overall_response is PD:
            self.progressed = True
            # A partial response is kept until progression, not beyond it.
            self.responded = self.confirmed = False
            self.visits.clear()
            return
        if result.overall_response in _RESPONDING:
            self.responded = True
        if self.settings.confirmation_required and not self.confirmed:
            self.visits.append(Visit(row.last_date, result.overall_response, strict))
            self.confirmed = best_response.confirms_an_earlier(self.visits, self.settings)

    def missed_since_cr(self, row: Row) -> frozenset[str] | None:
        """What was found since an overall CR to have been there at the baseline already; None without one before."""
        return None if self.missed_at_cr is None else missed_at_baseline(row) - self.missed_at_cr

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
    so_far.unseen = not_there(timeline.lesions, rows[0])
    course = _Course(timeline.lesions, so_far)
    changes = changes_of_treatment(timeline, rows)
    for row, changed in zip(rows[1:], changes[1:], strict=True):
        sums = compute_target_sum(targets, row.observations, row.time_point)
        result = course.judge(row, sums, after_change=changed)
        if row.firm is not None:
            firm_sums = compute_target_sum(targets, row.firm.observations, row.time_point)
            result = result.beside_firm(course.judge(row.firm, firm_sums, after_change=changed))
        judged.append(result)
        so_far.sums.add(row, sums)
        so_far.unseen = still_unseen(so_far.unseen, timeline.lesions, row.firm or row)
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
    """What one time point is judged against: the lesions, what came before."""

    lesions: Sequence[Lesion]
    so_far: _SoFar

    def judge(self, row: Row, sums: TargetSum, *, after_change: bool) -> TimePointAssessment:
        so_far, reference = self.so_far, self.so_far.sums.reference
        since_cr = so_far.missed_since_cr(row)
        target = recist11.judge_targets(sums, reference, after_overall_cr=since_cr is not None, pr_held=so_far.holds_pr)
        found = find_non_targets(self.lesions, row, so_far.unseen)
        non_target = recist11.judge_non_targets(found, row, since_cr)
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
                SD, non_target_response, new_lesion=new_lesion, markers_elevated=elevated
            )
        shown_on = row.last_date
        progressing: tuple[str, ...] = ()
        if response is PD:
            if non_target_response is PD:
                progressing = recist11.progressing_non_targets(found, since_cr)
            shown_on = self._progression_shown_on(row, sums, target, progressing)
        # By position, in the order of the fields: by name it takes twice as long, for every row of a cohort.
        return TimePointAssessment(
            row.time_point.date,
            sums.complete, sums.measured, reference.nadir, reference.nadir_date, reference.baseline,
            target_response, non_target_response, new_lesion, response,
            Grounds(row, found, since_cr, sums, reference, target, non_target, rule, response),
            so_far.progressed, False, True, strict, after_change, progressing, shown_on,
        )  # fmt: skip

    def _progression_shown_on(self, row: Row, sums: TargetSum, target: Rule | None, progressing: Sequence[str]) -> date:
        """Progression is dated to the earliest exam that shows it, any other response to the latest exam (4.3.5)."""
        dates = [new.shown_on for new in recist11.new_lesions_at(row)]
        dates += [row.date_of(label) for label in progressing]
        if target is not None and target.response is PD:
            dates.append(self.so_far.sums.progression_shown_on(row, sums, target))
        return min(dates)
