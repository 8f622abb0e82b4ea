"""Early tumour shrinkage and depth of response, case by case; provisional values; what must hold for any course."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.tables import BASELINE, build_timeline
from tracker.domain import Timeline, assess
from tracker.domain.endpoints.shrinkage import (
    compute_depth_of_response,
    compute_early_shrinkage,
    is_at_least_20_percent_below,
)
from tracker.domain.lengths import Length
from tracker.errors import InputError

_FILE = Path(__file__).resolve().parents[2] / "cases" / "shrinkage.toml"
CASES = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)["case"]


def _day(day: date | None) -> int | None:
    return None if day is None else (day - BASELINE).days


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case_reads_as_its_source_says(case: dict[str, Any]) -> None:
    assert case["source"]
    result = assess(Timeline.from_dict(build_timeline(case)))
    start = BASELINE + timedelta(days=case.get("start", 0))
    early = compute_early_shrinkage(result, start, case.get("week", 8))
    if isinstance(case["early"], str):
        assert (early.reached, early.week, early.date, early.sum, early.percent) == (None, None, None, None, None)
        assert case["early"] in early.why
    else:
        assert [early.reached, early.week, _day(early.date)] == case["early"]
    depth = compute_depth_of_response(result)
    if isinstance(case["depth"], str):
        assert (depth.percent, depth.date, depth.sum) == (None, None, None)
        assert case["depth"] in depth.why
    else:
        assert [str(depth.percent), _day(depth.date)] == case["depth"]
    for why in (early.why, depth.why):
        assert why.endswith((".", ")."))


def _provisional(days: list[int], sizes: list[int], provisional: int) -> Any:
    timeline = build_timeline({"targets": {"T1": sizes}, "days": days})
    timeline["time_points"][provisional]["observations"]["T1"]["provisional"] = True
    return assess(Timeline.from_dict(timeline))


def test_a_provisional_sum_decides_nothing() -> None:
    result = _provisional([0, 56, 112], [100, 60, 75], 1)
    early = compute_early_shrinkage(result, BASELINE)
    assert early.reached is None
    assert "still in question" in early.why
    assert compute_depth_of_response(result).percent == Decimal("-25.0")


def test_a_provisional_baseline_is_nothing_to_compare_with() -> None:
    result = _provisional([0, 56], [100, 60], 0)
    assert "baseline holds values" in compute_early_shrinkage(result, BASELINE).why
    assert compute_depth_of_response(result).percent is None


def test_a_baseline_with_a_target_that_enters_no_sum_is_not_complete() -> None:
    timeline = build_timeline({"targets": {"T1": [50, 30], "T2": [50, 30]}})
    timeline["time_points"][0]["observations"]["T2"]["modality"] = "US"
    result = assess(Timeline.from_dict(timeline))
    assert "baseline sum is not complete" in compute_early_shrinkage(result, BASELINE).why
    assert "baseline sum is not complete" in compute_depth_of_response(result).why


@pytest.mark.parametrize("week", [0, 5, 11, 52])
def test_another_week_is_refused(week: int) -> None:
    result = assess(Timeline.from_dict(build_timeline({"targets": {"T1": [100, 80]}})))
    with pytest.raises(InputError, match="week 6 to 10"):
        compute_early_shrinkage(result, BASELINE, week)


def test_the_baseline_alone_has_neither() -> None:
    result = assess(Timeline.from_dict(build_timeline({"targets": {"T1": [100]}})))
    assert compute_early_shrinkage(result, BASELINE).reached is None
    assert compute_depth_of_response(result).percent is None


@given(st.integers(min_value=0, max_value=400_000), st.integers(min_value=1, max_value=400_000))
def test_the_threshold_is_exact_to_the_micrometre(now: int, baseline: int) -> None:
    assert is_at_least_20_percent_below(Length(now), Length(baseline)) == (now * 100 <= baseline * 80)


@given(st.lists(st.integers(min_value=5, max_value=200), min_size=2, max_size=7))
def test_no_sum_up_to_progression_is_deeper_than_the_depth(sizes: list[int]) -> None:
    result = assess(Timeline.from_dict(build_timeline({"targets": {"T1": sizes}})))
    depth = compute_depth_of_response(result)
    rows = [row for row in result.time_points[1:] if not row.after_progression]
    assert depth.sum == min(row.sum for row in rows if row.sum is not None)
    early = compute_early_shrinkage(result, BASELINE)
    if early.reached:
        assert depth.percent is not None
        assert depth.percent <= -20
