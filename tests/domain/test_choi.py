"""Choi and modified Choi case by case, and what must hold for any sizes and attenuations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.criterion_runs import assert_case, assert_prefixes_agree, assert_reasons, assert_shuffled_agrees
from tests.domain.tables import build_timeline, load_cases
from tracker.domain import Timeline, assess

CASES = [(name, case) for name in ("choi", "modified-choi") for case in load_cases(f"{name.replace('-', '_')}.toml")]


@pytest.mark.parametrize(("criterion", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_case_reads_as_its_clause_says(criterion: str, case: dict[str, Any]) -> None:
    assert_case(case, criterion)


@pytest.mark.parametrize(("criterion", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_every_response_says_why(criterion: str, case: dict[str, Any]) -> None:
    assert_reasons(case, criterion, criterion.replace("-", "_"))


SIZES = st.integers(min_value=5, max_value=90)
HU = st.integers(min_value=-20, max_value=150)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """One to three targets with sizes and attenuations, some missing or gone, one to five time points."""
    length = draw(st.integers(min_value=1, max_value=5))
    whole = st.builds(lambda mm, hu: {"longest_mm": mm, "attenuation_hu": hu}, SIZES, HU)
    later = st.one_of(whole, SIZES, st.sampled_from(["a", "-", "ne", "t"]))
    number = draw(st.integers(min_value=1, max_value=3))
    targets = {f"T{index}": [draw(whole), *(draw(later) for _ in range(length - 1))] for index in range(1, number + 1)}
    new = {"NEW1": ["-", *(draw(st.sampled_from(["-", "eq", "un", "a"])) for _ in range(length - 1))]}
    return {"targets": targets, "new": new if draw(st.booleans()) else {}}


@pytest.mark.parametrize("criterion", ["choi", "modified-choi"])
@given(case=cases(), seed=st.integers(min_value=0, max_value=9))
def test_later_time_points_and_the_order_of_lesions_change_nothing(
    criterion: str, case: dict[str, Any], seed: int
) -> None:
    timeline = build_timeline(case)
    assert_prefixes_agree(timeline, criterion)
    assert_shuffled_agrees(timeline, criterion, seed)


@given(cases())
def test_the_modification_only_takes_responses_away(case: dict[str, Any]) -> None:
    timeline = Timeline.from_dict(build_timeline(case))
    both, one = assess(timeline, "modified-choi"), assess(timeline, "choi")
    for strict, loose in zip(both.time_points, one.time_points, strict=True):
        if strict.target_response == "PR":
            assert loose.target_response == "PR"
        if strict.target_response == "PD" and loose.target_response not in ("PD", "NE"):
            # Disease after a complete response is one's own history, the only one in which the two part.
            assert any(row.overall_response == "CR" for row in both.time_points)


@given(st.integers(min_value=1, max_value=10**6), st.integers(min_value=-(10**6), max_value=10**6))
def test_15_percent_is_exact_for_any_digits(baseline: int, now: int) -> None:
    first, second = ({"longest_mm": 50, "attenuation_hu": Decimal(value).scaleb(-6)} for value in (baseline, now))
    result = assess(Timeline.from_dict(build_timeline({"targets": {"T1": [first, second]}})), "choi")
    assert (result.time_points[1].overall_response == "PR") == (100 * now <= 85 * baseline)


def test_the_row_carries_its_attenuation_and_only_under_these_criteria() -> None:
    cell = {"longest_mm": 50, "attenuation_hu": 90}
    case = {"targets": {"T1": [cell, {"longest_mm": 48, "attenuation_hu": 81}], "T2": [cell, 50]}}
    rows = assess(Timeline.from_dict(build_timeline(case)), "choi").to_dict()["time_points"]
    assert [row["attenuation_hu"] for row in rows] == [90.0, None]
    case["targets"]["T2"][1] = {"longest_mm": 50, "attenuation_hu": 72}
    row = assess(Timeline.from_dict(build_timeline(case)), "choi").to_dict()["time_points"][1]
    assert row["attenuation_hu"] == 76.5
    assert row["change_from_baseline_attenuation_percent"] == -15.0
    assert row["sum_mm"] == 98.0
    plain = assess(Timeline.from_dict(build_timeline(case))).to_dict()["time_points"][1]
    assert "attenuation_hu" not in plain


def test_growth_is_dated_to_the_exam_that_shows_it() -> None:
    cell = {"longest_mm": 50, "attenuation_hu": 90}
    timeline = build_timeline({"targets": {"T1": [cell, cell], "T2": [cell, cell]}})
    seen = timeline["time_points"][1]["observations"]
    seen["T1"] = {"longest_mm": 60, "attenuation_hu": 90, "on": "2026-02-27"}
    result = assess(Timeline.from_dict(timeline), "choi")
    assert result.time_points[1].overall_response == "PD"
    assert str(result.progression_date) == "2026-02-27"


def test_a_provisional_value_counts_in_its_own_row_only() -> None:
    first, second = {"longest_mm": 50, "attenuation_hu": 90}, {"longest_mm": 40, "attenuation_hu": 90}
    timeline = build_timeline({"targets": {"T1": [first, second | {"provisional": True}, first]}})
    result = assess(Timeline.from_dict(timeline), "choi")
    assert [str(row.overall_response) for row in result.time_points[1:]] == ["PR", "SD"]
    assert result.time_points[1].provisional
    assert result.best_overall_response == "SD"
