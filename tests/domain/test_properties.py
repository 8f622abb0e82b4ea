"""What must hold for every timeline, whatever its numbers."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.tables import build_timeline
from tracker.domain import Timeline, assess
from tracker.domain.criteria.recist11 import (
    combine_table_1,
    greatest_sum_of_response,
    is_at_least_20_percent_and_5_mm_above,
    is_at_least_30_percent_below,
    least_sum_of_progression,
)
from tracker.domain.lengths import Length
from tracker.domain.vocabulary import Response

SIZES = st.integers(min_value=1, max_value=120).map(float)
TARGET = st.one_of(SIZES, st.sampled_from(["-", "a", "ts", "ne", "14+9", "t"]))
NON_TARGET = st.sampled_from(["p", "a", "-", "ne", "up", "t"])
NEW = st.sampled_from(["-", "eq", "un", "a"])


@st.composite
def cases(draw: st.DrawFn, *, plain: bool = False) -> dict[str, Any]:
    """A case table row: one to four targets, up to two non-targets and new lesions, one to six time points."""
    length = draw(st.integers(min_value=1, max_value=6))
    later = SIZES if plain else TARGET

    def rows(names: str, first: Any, rest: Any, least: int, most: int) -> dict[str, list[Any]]:
        number = draw(st.integers(min_value=least, max_value=most))
        return {
            f"{names}{index}": [draw(first), *(draw(rest) for _ in range(length - 1))] for index in range(1, number + 1)
        }

    case: dict[str, Any] = {"targets": rows("T", SIZES, later, 1, 4)}
    if not plain:
        case["non_targets"] = rows("NT", st.just("p"), NON_TARGET, 0, 2)
        case["new"] = rows("NEW", st.just("-"), NEW, 0, 2)
        case["settings"] = {"sticky_pr": draw(st.booleans()), "confirmation_required": draw(st.booleans())}
    return case


@given(cases())
def test_a_later_time_point_never_changes_an_earlier_result(case: dict[str, Any]) -> None:
    whole = build_timeline(case)
    all_rows = assess(Timeline.from_dict(whole)).time_points
    for length in range(1, len(all_rows) + 1):
        shorter = whole | {"time_points": whole["time_points"][:length]}
        assert assess(Timeline.from_dict(shorter)).time_points == all_rows[:length]


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_lesions_changes_no_number_and_no_response(case: dict[str, Any], chance: random.Random) -> None:
    timeline = build_timeline(case)
    lesions = list(timeline["lesions"])
    chance.shuffle(lesions)
    one = assess(Timeline.from_dict(timeline))
    other = assess(Timeline.from_dict(timeline | {"lesions": lesions}))
    for left, right in zip(one.time_points, other.time_points, strict=True):
        assert (left.sum, left.sum_of_measured, left.nadir) == (right.sum, right.sum_of_measured, right.nadir)
        assert (left.overall_response, left.target_response) == (right.overall_response, right.target_response)
        assert left.non_target_response == right.non_target_response
    assert one.best_overall_response == other.best_overall_response
    assert one.progression_date == other.progression_date


@given(cases(plain=True), st.integers(min_value=2, max_value=5))
def test_a_scaled_timeline_reads_the_same_where_the_5_mm_rule_is_passed_in_both(case: dict[str, Any], by: int) -> None:
    """Percentages do not know the unit; only the 5 mm rule does. Larger bodies can only turn 'under 5 mm' into PD."""
    scaled = case | {"targets": {label: [size * by for size in row] for label, row in case["targets"].items()}}
    one, other = (assess(Timeline.from_dict(build_timeline(c))) for c in (case, scaled))
    for left, right in zip(one.time_points, other.time_points, strict=True):
        assert left.change_from_baseline_percent == right.change_from_baseline_percent
        if left.target_response is Response.PD:
            assert right.target_response is Response.PD
        elif (
            left.change_from_nadir_um is not None
            and left.change_from_nadir_um * by < 5_000
            and not left.after_progression
        ):
            assert left.strict_response == right.strict_response or right.after_progression


@given(st.integers(min_value=1, max_value=400_000), st.integers(min_value=1, max_value=400_000))
def test_thresholds_are_exact_to_the_micrometre(reference: int, now: int) -> None:
    assert is_at_least_30_percent_below(Length(now), Length(reference)) == (now * 100 <= reference * 70)
    growth = is_at_least_20_percent_and_5_mm_above(Length(now), Length(reference))
    assert growth == (now * 100 >= reference * 120 and now >= reference + 5_000)


@pytest.mark.parametrize("baseline", [10_000, 14_000, 33_330, 100_000, 123_450])
def test_one_micrometre_decides_at_the_thresholds(baseline: int) -> None:
    shrunk = baseline * 7 // 10
    assert is_at_least_30_percent_below(Length(shrunk), Length(baseline))
    assert not is_at_least_30_percent_below(Length(shrunk + 1), Length(baseline))
    grown = max(-(-baseline * 6 // 5), baseline + 5_000)
    assert is_at_least_20_percent_and_5_mm_above(Length(grown), Length(baseline))
    assert not is_at_least_20_percent_and_5_mm_above(Length(grown - 1), Length(baseline))


@given(st.integers(min_value=0, max_value=400_000), st.integers(min_value=1, max_value=400_000))
def test_the_sums_where_pr_and_pd_begin_are_the_last_that_do(nadir: int, baseline: int) -> None:
    least = least_sum_of_progression(Length(nadir))
    assert is_at_least_20_percent_and_5_mm_above(least, Length(nadir))
    assert not is_at_least_20_percent_and_5_mm_above(Length(least.um - 1), Length(nadir))
    greatest = greatest_sum_of_response(Length(baseline))
    assert is_at_least_30_percent_below(greatest, Length(baseline))
    assert not is_at_least_30_percent_below(Length(greatest.um + 1), Length(baseline))


RESPONSES = st.sampled_from([Response.CR, Response.PR, Response.SD, Response.PD, Response.NE])


@given(RESPONSES, st.booleans(), st.booleans())
def test_new_lesions_from_two_places_join_in_any_order(target: Response, first: bool, second: bool) -> None:
    """Worse-of is associative: joining one place's new lesions and then the other's gives what both give at once."""
    one = combine_table_1(combine_table_1(target, None, new_lesion=first), None, new_lesion=second)
    other = combine_table_1(combine_table_1(target, None, new_lesion=second), None, new_lesion=first)
    assert one == other == combine_table_1(target, None, new_lesion=first or second)


NON_TARGETS = st.sampled_from([Response.CR, Response.NON_CR_NON_PD, Response.NE, Response.PD, None])


@given(RESPONSES, NON_TARGETS, NON_TARGETS)
def test_non_target_parts_join_in_any_order(target: Response, first: Response | None, second: Response | None) -> None:
    one = combine_table_1(combine_table_1(target, first, new_lesion=False), second, new_lesion=False)
    other = combine_table_1(combine_table_1(target, second, new_lesion=False), first, new_lesion=False)
    assert one == other


@given(cases())
def test_a_timeline_written_and_read_back_is_the_same(case: dict[str, Any]) -> None:
    timeline = Timeline.from_dict(build_timeline(case))
    assert Timeline.from_dict(timeline.to_dict()) == timeline


@given(cases())
def test_the_nadir_is_the_smallest_complete_sum_before(case: dict[str, Any]) -> None:
    rows = assess(Timeline.from_dict(build_timeline(case))).time_points
    for index, row in enumerate(rows):
        before = [earlier.sum for earlier in rows[:index] if earlier.sum is not None]
        assert row.nadir == min(before, default=None)
