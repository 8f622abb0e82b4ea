"""What Choi's criteria and their modification share: the same two measurements, the same course, the same other clauses.

Sizes: the sum of the targets' diameters, 10 % less than the baseline, 10 % more than the smallest sum so far (that growth
counts from the nadir is a named convention; Choi 2007 does not say). Attenuation: ``tracker.domain.attenuation``.
Each criterion keeps its own rule for what the two together mean.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from tracker.domain.assessment import Rule, TimePointAssessment
from tracker.domain.attenuation import AttenuationChange, compare_attenuation, mean_attenuation
from tracker.domain.carried import Row
from tracker.domain.criteria.grounds import Fired, FiredRules, NewLesionRules, certain_new, tell_new_lesions
from tracker.domain.endpoints.best_response import Scale
from tracker.domain.exact import as_decimal, change_in_percent, percent_apart, plain
from tracker.domain.lengths import Length
from tracker.domain.non_targets import NonTarget, find_non_targets, missed_at_baseline, not_there, still_unseen
from tracker.domain.sums import TargetSum, compute_target_sum
from tracker.domain.timeline import Timeline
from tracker.domain.vocabulary import LesionRole, Response, State
from tracker.domain.wording import format_date, join_words, mm, percent_against
from tracker.domain.written import number

SCALE = Scale(
    rank=(Response.CR, Response.PR, Response.SD, Response.PD, Response.NE),
    complete=Response.CR,
    partial=Response.PR,
    stable=Response.SD,
    stable_without_targets=Response.SD,
    progression=(Response.PD,),
    between=(Response.NE, Response.SD),
)


def greatest_sum_of_response(baseline: Length) -> Length:
    """The largest sum that is 10 % below the baseline or more: the greatest S with 10 S <= 9 B."""
    return Length(9 * baseline.um // 10)


def least_sum_of_progression(nadir: Length) -> Length:
    """The smallest sum that is 10 % above the nadir or more: the least S with 10 S >= 11 N, more than the nadir."""
    return Length(max(-(-11 * nadir.um // 10), nadir.um + 1))


class Evidence(NamedTuple):
    """What the targets of one time point show, and what they are compared with."""

    sums: TargetSum
    attenuation: AttenuationChange
    baseline: Length | None
    nadir: Length | None
    nadir_date: date | None

    @property
    def shrunk(self) -> bool | None:
        """The sum at least 10 % below the baseline; None where a missing target leaves it open."""
        known = self.sums.complete or self.sums.measured
        if known is None or self.baseline is None:
            return None
        below = known <= greatest_sum_of_response(self.baseline)
        return None if below and self.sums.complete is None else below

    @property
    def grown(self) -> bool | None:
        """The sum at least 10 % above the nadir. What was measured can prove it: a missing target only adds."""
        known = self.sums.complete or self.sums.measured
        if known is None or self.nadir is None or self._only_gone:
            return None
        above = known >= least_sum_of_progression(self.nadir)
        return None if not above and self.sums.complete is None else above

    @property
    def _only_gone(self) -> bool:
        """A target is missing and everything measured is gone, normal nodes among it: no growth to prove."""
        seen = [value for value in self.sums.values if value.value is not None]
        return self.sums.complete is None and bool(seen) and all(value.is_gone for value in seen)


class Clauses(NamedTuple):
    """The clauses of one criterion beside its own rule for size and attenuation."""

    cr: Rule
    recurrence: Rule
    nodule: Rule
    no_targets: Rule
    non_target_pd: Rule
    non_target_back: Rule
    non_target_other: Rule
    overall: Rule
    new: NewLesionRules

    @classmethod
    def of(cls, prefix: str, source: str) -> Clauses:
        convention = f"{source}; Eisenhauer 2009, 4.3.4 and Table 3 (a), as a named convention"
        return cls(
            cr=Rule(f"{prefix}.target.cr", Response.CR, source),
            recurrence=Rule(f"{prefix}.target.recurrence_after_cr", Response.PD, convention),
            nodule=Rule(f"{prefix}.target.nodule", Response.PD, source),
            no_targets=Rule(f"{prefix}.target.none", None, source),
            non_target_pd=Rule(f"{prefix}.non_target.pd", Response.PD, convention),
            non_target_back=Rule(f"{prefix}.non_target.recurrence_after_cr", Response.PD, convention),
            non_target_other=Rule(f"{prefix}.non_target.followed", None, source),
            overall=Rule(f"{prefix}.overall", None, source),
            new=NewLesionRules(
                Rule(f"{prefix}.new.unequivocal", Response.PD, source),
                Rule(f"{prefix}.new.equivocal", None, source),
                Rule(f"{prefix}.new.missed_at_baseline", None, source),
            ),
        )


class MeasuredAttenuation(NamedTuple):
    """The mean attenuation of one row and of its baseline, as the row's own keys."""

    change: AttenuationChange

    def to_dict(self) -> dict[str, Any]:
        now, baseline = self.change.now, self.change.baseline
        percent = None if now is None or baseline is None else change_in_percent(now, baseline)
        return {
            "attenuation_hu": None if now is None else number(round(as_decimal(now), 1)),
            "baseline_attenuation_hu": None if baseline is None else number(round(as_decimal(baseline), 1)),
            "change_from_baseline_attenuation_percent": number(percent),
        }


class SizeAndAttenuation:
    """The judge of a course: ``judge_targets`` is the criterion's own rule, ``clauses`` the ones both share."""

    def __init__(self, timeline: Timeline, clauses: Clauses, judge_targets: Callable[[Evidence], Fired]) -> None:
        self.lesions = timeline.lesions
        self.targets = timeline.with_role(LesionRole.TARGET)
        self.clauses, self.judge_targets = clauses, judge_targets
        self.first: Row | None = None
        self.baseline: Length | None = None
        self.nadir: Length | None = None
        self.nadir_date: date | None = None
        #: The lesions missed at the baseline that were known at the first overall CR; None before one.
        self.missed_at_cr: frozenset[str] | None = None
        #: Non-targets that were not there at the baseline and have not been seen since.
        self.unseen: frozenset[str] = frozenset()
        self.at_nadir: dict[str, Length] = {}

    def open(self, row: Row) -> TimePointAssessment:
        self.first = row
        self.unseen = not_there(self.lesions, row)
        sums = compute_target_sum(self.targets, row.observations, row.time_point)
        mean = mean_attenuation(self.targets, row.observations)
        result = TimePointAssessment(
            date=row.time_point.date, sum=sums.complete, sum_of_measured=sums.measured, nadir=None, nadir_date=None,
            baseline=sums.complete, target_response=None, non_target_response=None, new_lesions=False,
            overall_response=None, provisional=any(seen.provisional for seen in row.time_point.observations.values()),
            measure=MeasuredAttenuation(AttenuationChange(mean, mean)),
        )  # fmt: skip
        self.baseline = sums.complete
        self.learn(row, result)
        return result

    def learn(self, row: Row, result: TimePointAssessment) -> None:
        sums = compute_target_sum(self.targets, row.observations, row.time_point)
        if sums.complete is not None and (self.nadir is None or sums.complete < self.nadir):
            self.nadir, self.nadir_date = sums.complete, row.time_point.date
            self.at_nadir = {value.label: value.value for value in sums.values if value.value is not None}
        self.unseen = still_unseen(self.unseen, self.lesions, row)
        if self.missed_at_cr is None and result.settled and result.overall_response is Response.CR:
            self.missed_at_cr = missed_at_baseline(row)

    def judge(self, row: Row) -> TimePointAssessment:
        assert self.first is not None, "the baseline is opened first"
        sums = compute_target_sum(self.targets, row.observations, row.time_point)
        change = compare_attenuation(self.targets, row.observations, self.first.observations)
        evidence = Evidence(sums, change, self.baseline, self.nadir, self.nadir_date)
        target = self._judge_targets(row, evidence)
        found = find_non_targets(self.lesions, row, self.unseen)
        non_target = self._judge_non_targets(found, row)
        new = certain_new(row)
        non_target_response = None if non_target is None else non_target.facts[0]
        response = _join(target.response, non_target_response, new_lesion=bool(new))
        parts = (target.response, non_target_response, bool(new), response)
        fired = (
            target,
            *(() if non_target is None else (non_target,)),
            *tell_new_lesions(row, self.clauses.new),
            Fired(self.clauses.overall, _say_overall, parts),
        )
        result = TimePointAssessment(
            date=row.time_point.date, sum=sums.complete, sum_of_measured=sums.measured, nadir=self.nadir,
            nadir_date=self.nadir_date, baseline=self.baseline, target_response=target.response,
            non_target_response=non_target_response, new_lesions=bool(new), overall_response=response,
            why=FiredRules(fired), strict_response=response, shown_on=row.last_date, measure=MeasuredAttenuation(change),
        )  # fmt: skip
        if response is not Response.PD:
            return result
        dates = [known.shown_on for known in new]
        if target.response is Response.PD:
            dates.append(self._target_progression_shown_on(row, evidence))
        progressing = non_target.facts[2] if non_target is not None and non_target_response is Response.PD else ()
        dates += [row.date_of(label) for label in progressing]
        return result._replace(progressing=progressing, shown_on=min(dates))

    def _judge_targets(self, row: Row, evidence: Evidence) -> Fired:
        """What both criteria say alike, then the criterion's own rule."""
        sums = evidence.sums
        if not sums.values:
            return Fired(self.clauses.no_targets, _say_no_targets, ())
        back = tuple(f"{seen.label} {mm(seen.value)}" for seen in sums.values if seen.value and not seen.is_gone)
        if self.missed_at_cr is not None and back:
            return Fired(self.clauses.recurrence, _say_back, (back,))
        nodules = self._nodules(row)
        if nodules:
            return Fired(self.clauses.nodule, _say_nodules, (nodules,))
        if sums.all_gone:
            return Fired(self.clauses.cr, _say_gone, ())
        return self.judge_targets(evidence)

    def _nodules(self, row: Row) -> tuple[str, ...]:
        """Targets in which a nodule is new or has grown: said as ``grown`` of a target, which means nothing else."""
        seen = ((lesion.label, row.observations.get(lesion.label)) for lesion in self.targets)
        return tuple(
            label for label, said in seen if said is not None and said.grown and said.state is not State.ABSENT
        )

    def _judge_non_targets(self, found: dict[str, NonTarget], row: Row) -> Fired | None:
        """Non-target disease; the first fact is its response. Progression is stated, or disease after an overall CR."""
        if not found:
            return None
        by_state = {state: tuple(label for label, known in found.items() if known is state) for state in NonTarget}
        if by_state[NonTarget.WORSE]:
            facts = (Response.PD, "Unequivocal progression of non-target disease was stated", by_state[NonTarget.WORSE])
            return Fired(self.clauses.non_target_pd, _say_non_targets, facts)
        if back := self._back_after_cr(found, row):
            facts = (Response.PD, "Non-target disease is there again after an overall complete response", back)
            return Fired(self.clauses.non_target_back, _say_non_targets, facts)
        if by_state[NonTarget.PRESENT]:
            facts = (Response.NON_CR_NON_PD, "Non-target disease persists", by_state[NonTarget.PRESENT])
        elif by_state[NonTarget.MISSING]:
            facts = (Response.NE, "Non-target disease was not evaluated", by_state[NonTarget.MISSING])
        else:
            facts = (Response.CR, "All non-targets are gone", by_state[NonTarget.GONE])
        return Fired(self.clauses.non_target_other, _say_non_targets, facts)

    def _back_after_cr(self, found: dict[str, NonTarget], row: Row) -> tuple[str, ...]:
        """Non-targets seen again after an overall CR. One found since to have been missed at the baseline was always there."""
        if self.missed_at_cr is None:
            return ()
        missed = missed_at_baseline(row) - self.missed_at_cr
        return tuple(label for label, state in found.items() if state is NonTarget.PRESENT and label not in missed)

    def _target_progression_shown_on(self, row: Row, evidence: Evidence) -> date:
        """The earliest exam that shows it: the one with a nodule or with disease after a CR, else the first day on which
        what was seen until then, with the others as they were at the nadir, has grown by 10 %."""
        seen = {value.label: value.value for value in evidence.sums.values if value.value is not None}
        if self._nodules(row):
            return min(row.date_of(label) for label in self._nodules(row))
        if self.missed_at_cr is not None:
            back = [value.label for value in evidence.sums.values if value.value is not None and not value.is_gone]
            return min(row.date_of(label) for label in back)
        days = sorted({row.date_of(label) for label in seen})
        for day in days[:-1]:
            until = [size if row.date_of(label) <= day else self.at_nadir.get(label) for label, size in seen.items()]
            known = Length(sum(size.um for size in until if size is not None))
            if evidence._replace(sums=TargetSum((), known, None)).grown:
                return day
        return days[-1]


def _join(target: Response | None, non_target: Response | None, *, new_lesion: bool) -> Response:
    """The overall response: progression of any part, complete only where every part is gone; without a target nothing
    else can be said."""
    if new_lesion or Response.PD in (target, non_target):
        return Response.PD
    if target is None:
        return Response.CR if non_target is Response.CR else Response.NE
    if target is Response.CR and non_target not in (Response.CR, None):
        return Response.PR
    return target


# --- sentences -----------------------------------------------------------------------------------------------------


def say_size(seen: Evidence) -> str:
    """The sum beside the baseline and, where it lies above it, the nadir."""
    missing = join_words(f"{value.label} ({value.why})" for value in seen.sums.missing)
    total = seen.sums.complete or seen.sums.measured
    if total is None or seen.baseline is None or seen.nadir is None:
        return (
            f"there is no sum of targets to compare (missing: {missing})" if missing else "no baseline sum is complete"
        )
    side = "below" if total < seen.baseline else "above"
    text = f"{mm(total)} is the baseline sum"
    if total != seen.baseline and seen.baseline.um:
        text = (
            f"{mm(total)} is {percent_against(total, seen.baseline, 10)} {side} the baseline sum of {mm(seen.baseline)}"
        )
    if total > seen.nadir and seen.nadir != seen.baseline:
        apart = percent_against(total, seen.nadir, 10) if seen.nadir.um else mm(total)
        when = f" ({format_date(seen.nadir_date)})" if seen.nadir_date is not None else ""
        text += f" and {apart} above the smallest sum of {mm(seen.nadir)}{when}"
    return f"{text}, without {missing}" if missing else text


def say_attenuation(change: AttenuationChange) -> str:
    """The mean attenuation beside the baseline's, or why it is not evaluable."""
    if change.fell is None or change.now is None or change.baseline is None:
        return f"the attenuation is not evaluable ({change.why_not})"
    now, before = f"{plain(change.now, 1)} HU", f"{plain(change.baseline, 1)} HU"
    if change.now == change.baseline:
        return f"the mean attenuation is {now} as at the baseline"
    side = "below" if change.now < change.baseline else "above"
    return f"the mean attenuation of {now} is {percent_apart(change.now, change.baseline, 15)} {side} the baseline's {before}"


def _say_no_targets() -> str:
    return "There is no target to measure: these criteria need a diameter and an attenuation."


def _say_back(back: tuple[str, ...]) -> str:
    return f"Seen again after an overall complete response: {join_words(back)}."


def _say_nodules(labels: tuple[str, ...]) -> str:
    return f"A nodule inside a target is new or has grown: {join_words(labels)}."


def _say_gone() -> str:
    return "No target is seen any more (a lymph node under 10 mm in short axis counts as gone)."


def _say_non_targets(_: Response, what: str, labels: tuple[str, ...]) -> str:
    return f"{what}: {join_words(labels)}."


def _say_overall(target: Response | None, non_target: Response | None, new_lesion: bool, response: Response) -> str:
    parts = {"targets": target, "non-targets": non_target}
    said = [f"{part} {judged}" for part, judged in parts.items() if judged is not None]
    joined = join_words((*said, "a new lesion" if new_lesion else "no new lesion"))
    return f"{joined[0].upper()}{joined[1:]}: {response}."
