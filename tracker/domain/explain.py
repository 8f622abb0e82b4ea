"""The whole derivation of one time point: which lesions, which nadir and when, which comparison, what would change it.

Nothing here decides: it looks at what a criterion decided and says it in full. Source of each part: RECIST 1.1
(Eisenhauer 2009) 4.3.1 and 4.4.2, whose sums iRECIST shares. Criteria that judge by uptake or attenuation are explained
by their lesions and reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.domain.assessment import Assessment, Reason, TimePointAssessment
from tracker.domain.carried import derive_rows
from tracker.domain.criteria import irecist, recist11
from tracker.domain.lengths import Length, format_mm, percent_change
from tracker.domain.sums import TargetSum, compute_target_sum
from tracker.domain.timeline import Timeline
from tracker.domain.vocabulary import LesionRole, Response
from tracker.domain.waiting import PROGRESSION
from tracker.domain.wording import join_words, mm_at_least, mm_at_most, percent_against

#: Criteria that compare sums of diameters with the baseline and the nadir.
_BY_SUMS = (recist11.NAME, irecist.NAME)


@dataclass(frozen=True, slots=True)
class Share:
    """One target: what it added to the sum at the baseline, at the nadir and now; None is missing, with the reason."""

    label: str
    axis: str
    baseline: Length | None
    nadir: Length | None
    now: Length | None
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """This sum against one earlier sum: the difference in whole micrometres, what the rule needs, whether it is met."""

    with_what: str
    on: date
    reference: Length
    difference_um: int
    percent: str | None
    needs: str
    met: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What would change the answer: by how many micrometres of the sum, or None where no size would."""

    by_um: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One time point, derived in full."""

    date: date
    criteria: str
    response: Response | None
    sum: Length | None
    shares: tuple[Share, ...]
    comparisons: tuple[Comparison, ...]
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, lengths in mm."""
        from tracker.domain.written import write_explanation

        return write_explanation(self)


def explain(timeline: Timeline, assessment: Assessment, at: int) -> Explanation:
    """How the time point at position ``at`` was judged. IndexError where there is none."""
    return _explain(timeline, assessment, _target_sums(timeline), at)


def explain_course(timeline: Timeline, assessment: Assessment) -> tuple[Explanation, ...]:
    """Every time point in order."""
    sums = _target_sums(timeline)
    return tuple(_explain(timeline, assessment, sums, at) for at in range(len(assessment.time_points)))


def _explain(timeline: Timeline, assessment: Assessment, sums: Sequence[TargetSum], at: int) -> Explanation:
    rows = assessment.time_points
    row, compares = rows[at], assessment.criteria in _BY_SUMS and at > 0
    nadir_at = next((number for number, earlier in enumerate(rows[:at]) if earlier.date == row.nadir_date), None)
    after_cr = any(_is_complete(earlier) for earlier in rows[:at])
    return Explanation(
        date=row.date,
        criteria=assessment.criteria,
        response=row.overall_response,
        sum=row.sum,
        shares=tuple(_shares(timeline, sums, at, nadir_at)),
        comparisons=tuple(_comparisons(timeline, row, after_cr=after_cr)) if compares else (),
        reasons=row.reasons,
        changes=tuple(find_changes(row, sums[at], assessment.criteria, after_cr=after_cr)) if compares else (),
    )


def _target_sums(timeline: Timeline) -> tuple[TargetSum, ...]:
    targets = timeline.with_role(LesionRole.TARGET)
    return tuple(compute_target_sum(targets, row.observations, row.time_point) for row in derive_rows(timeline))


def _is_complete(row: TimePointAssessment) -> bool:
    return row.settled and row.strict_response in (Response.CR, Response.I_CR)


def _shares(timeline: Timeline, sums: Sequence[TargetSum], at: int, nadir_at: int | None) -> Iterator[Share]:
    for place, lesion in enumerate(timeline.with_role(LesionRole.TARGET)):
        now = sums[at].values[place]
        nadir = None if nadir_at is None else sums[nadir_at].values[place].value
        axis = "short axis" if lesion.is_node else "longest diameter"
        yield Share(lesion.label, axis, sums[0].values[place].value, nadir, now.value, now.why)


def _comparisons(timeline: Timeline, row: TimePointAssessment, *, after_cr: bool) -> Iterator[Comparison]:
    """Growth from the nadir, then change from the baseline: what decides, in the order in which it is asked (4.3.1)."""
    total = row.sum if row.sum is not None else row.sum_of_measured
    if total is None:
        return
    if row.nadir is not None and row.nadir_date is not None:
        needs = "any target that is seen again is PD" if after_cr else "20 % and 5 mm more is PD"
        met = row.target_response is Response.PD
        yield _comparison("nadir", row.nadir_date, row.nadir, total, needs, met=met)
    if row.sum is not None and row.baseline is not None:
        met = recist11.is_at_least_30_percent_below(row.sum, row.baseline)
        needs = "30 % less is PR" + (", but PD is judged first" if row.target_response is Response.PD else "")
        yield _comparison("baseline", timeline.time_points[0].date, row.baseline, row.sum, needs, met=met)


def _comparison(what: str, on: date, reference: Length, now: Length, needs: str, *, met: bool) -> Comparison:
    percent = percent_change(now.um, reference.um)
    shown = None
    if percent is not None:
        sign = "−" if now < reference else "+" if now > reference else ""
        shown = sign + percent_against(now, reference, 20 if now > reference else 30)
    return Comparison(what, on, reference, now.um - reference.um, shown, needs, met)


def find_changes(row: TimePointAssessment, sums: TargetSum, criteria: str, *, after_cr: bool) -> Iterator[Change]:
    """What would have made it another response: mm of the sum to each line, then what no size would change."""
    # By iRECIST it depends on an earlier iUPD what progression of the targets comes to.
    it_would_be = "it would be" if criteria == recist11.NAME else "the targets would be"
    yield from _changes_by_size(row, sums, it_would_be, after_cr=after_cr)
    yield from _changes_without(row, criteria)


def _changes_by_size(
    row: TimePointAssessment, sums: TargetSum, it_would_be: str, *, after_cr: bool
) -> Iterator[Change]:
    if after_cr and sums.values:
        yield Change(None, "After an overall complete response any target that is seen again is PD.")
        return
    if row.sum is not None and row.nadir is not None:
        limit = recist11.least_sum_of_progression(row.nadir)
        line = "+5 mm" if limit.um - row.nadir.um == _FIVE_MM else "+20 %"
        if row.sum < limit and not sums.all_gone:
            more = limit.um - row.sum.um
            text = (
                f"At {mm_at_least(limit)} or more ({format_mm(more)} mm more) {it_would_be} PD ({line} from the nadir)."
            )
            yield Change(more, text)
        elif row.target_response is Response.PD:
            less = row.sum.um - limit.um
            text = f"Under {mm_at_least(limit)} ({format_mm(less)} mm less) the targets would not be PD."
            yield Change(-(less + 1), text)
    if row.sum is not None and row.baseline is not None and not sums.all_gone:
        limit = recist11.greatest_sum_of_response(row.baseline)
        if row.sum > limit:
            less = row.sum.um - limit.um
            text = f"At {mm_at_most(limit)} or less ({format_mm(less)} mm less) the targets would be 30 % under the baseline."
            yield Change(-less, text)
        elif row.target_response is Response.PR:
            more = limit.um + 1 - row.sum.um
            yield Change(more, f"Over {mm_at_most(limit)} the targets would not be 30 % under the baseline.")
    if row.sum is None and row.nadir is not None and row.target_response is Response.NE:
        limit = recist11.least_sum_of_progression(row.nadir)
        measured = row.sum_of_measured or Length(0)
        missing = join_words(value.label for value in sums.missing)
        if limit > measured:
            text = f"With {format_mm(limit.um - measured.um)} mm or more of {missing} {it_would_be} PD."
            yield Change(limit.um - measured.um, text)


_FIVE_MM = recist11.least_sum_of_progression(Length(0)).um


def _changes_without(row: TimePointAssessment, criteria: str) -> Iterator[Change]:
    """The response without the new lesion, and without the stated progression of non-targets (Tables 1 and 2)."""
    if row.overall_response not in PROGRESSION:
        return
    parts = [row.target_response is Response.PD, row.non_target_response is Response.PD, row.new_lesions]
    if sum(parts) != 1 or row.target_response is Response.PD:
        return
    non_target = None if row.non_target_response is None else Response.NON_CR_NON_PD
    if row.new_lesions:
        non_target = row.non_target_response
    response, _ = recist11.judge_overall(row.target_response, non_target, new_lesion=False, markers_elevated=False)
    what = "a new lesion" if row.new_lesions else f"unequivocal progression of {join_words(row.progressing)}"
    rest = f"the rest is {response}" if criteria == recist11.NAME else f"by RECIST 1.1 the rest is {response}"
    yield Change(None, f"It rests on {what} alone: without it {rest}.")
