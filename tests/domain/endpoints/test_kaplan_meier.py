"""Kaplan-Meier curves: values that others published, and what must hold for any follow-up."""

from __future__ import annotations

import math
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.endpoints.kaplan_meier import Band, Followed, Median, estimate_survival
from tracker.errors import InputError

_FILE = Path(__file__).resolve().parents[2] / "cases" / "kaplan_meier.toml"
CASES = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=str)["case"]


def _read(data: str) -> list[Followed]:
    return [Followed(float(word.rstrip("+")), not word.endswith("+")) for word in data.split()]


def _agrees(value: float | None, printed: Any) -> bool:
    """To the decimals that were printed."""
    if printed == "none" or value is None:
        return value is None and printed == "none"
    decimals = len(str(printed).partition(".")[2])
    return abs(value - float(printed)) <= 0.5 * 10**-decimals + 1e-9


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_published_curve_is_reproduced_to_its_last_digit(case: dict[str, Any]) -> None:
    assert case["source"]
    curve = estimate_survival(_read(case["data"]), Band(case["band"]))
    for step, printed in zip(curve.steps, case.get("steps", ()), strict=False):
        found = (step.time, step.at_risk, step.events, step.survival, step.standard_error, step.low, step.high)
        wrong = [pair for pair in zip(found, printed, strict=True) if not _agrees(*pair)]
        assert not wrong, (printed[0], wrong)
    if len(case.get("steps", ())) > 1:
        assert len(curve.steps) == len(case["steps"])
    if "median" in case:
        median = [None if value == "none" else float(value) for value in case["median"]]
        assert curve.median == Median(*median)
    if "at_risk" in case:
        times = [float(time) for time in case["at_risk"]["at"]]
        assert list(curve.numbers_at_risk(times)) == case["at_risk"]["are"]


def test_the_curve_holds_between_its_steps_and_is_silent_beyond_the_last_time() -> None:
    curve = estimate_survival(_read("2 3 5+ 7"))
    assert [curve.at(time).survival for time in (0, 1.9, 2, 2.5, 6.9)] == [1, 1, 0.75, 0.75, 0.5]
    assert curve.at(7).survival == 0
    with pytest.raises(InputError, match="known from 0 to 7"):
        curve.at(7.1)


@pytest.mark.parametrize("time", [-1.0, math.nan, math.inf])
def test_a_time_that_is_none_is_refused(time: float) -> None:
    with pytest.raises(InputError, match="time of follow-up"):
        estimate_survival([Followed(time, True)])


def test_a_confidence_is_between_0_and_1() -> None:
    with pytest.raises(InputError, match="confidence"):
        estimate_survival([Followed(1, True)], confidence=95)


def test_a_cohort_of_nobody_has_an_empty_curve() -> None:
    curve = estimate_survival([])
    assert (curve.steps, curve.median, curve.numbers_at_risk([0])) == ((), Median(None, None, None), (0,))


FOLLOWED = st.lists(
    st.builds(Followed, time=st.integers(min_value=0, max_value=30).map(float), event=st.booleans()), max_size=60
)


@given(FOLLOWED, st.sampled_from(Band))
def test_the_curve_never_rises_and_lies_within_its_band(followed: list[Followed], band: Band) -> None:
    curve = estimate_survival(followed, band)
    heights = [1.0, *(step.survival for step in curve.steps)]
    assert all(later < earlier for earlier, later in pairwise(heights))
    assert sum(step.events for step in curve.steps) == curve.events
    for step in curve.steps:
        if step.low is None or step.high is None:
            assert step.survival == 0
        else:
            assert 0 <= step.low <= step.survival <= step.high <= 1


@given(st.lists(st.integers(min_value=0, max_value=30), min_size=1, max_size=60))
def test_without_censoring_the_curve_is_the_share_still_without_the_event(times: list[int]) -> None:
    curve = estimate_survival([Followed(time, True) for time in times])
    for step in curve.steps:
        assert step.survival == sum(time > step.time for time in times) / len(times)
        if step.survival:
            share = step.survival
            assert step.standard_error == pytest.approx(math.sqrt(share * (1 - share) / len(times)))


@given(FOLLOWED, st.randoms(use_true_random=False))
def test_the_order_in_which_patients_are_named_does_not_matter(followed: list[Followed], random: Any) -> None:
    shuffled = random.sample(followed, len(followed))
    assert estimate_survival(shuffled) == estimate_survival(followed)


@given(FOLLOWED)
def test_the_product_of_the_definition_is_the_curve(followed: list[Followed]) -> None:
    product = 1.0
    for step in estimate_survival(followed).steps:
        at_risk = sum(row.time >= step.time for row in followed)
        events = sum(row.time == step.time and row.event for row in followed)
        product *= 1 - events / at_risk
        assert (step.at_risk, step.events) == (at_risk, events)
        assert step.survival == pytest.approx(product)


@given(FOLLOWED, st.floats(min_value=0.5, max_value=0.9), st.sampled_from(Band))
def test_more_confidence_is_a_wider_band(followed: list[Followed], confidence: float, band: Band) -> None:
    narrow, wide = (estimate_survival(followed, band, level) for level in (confidence, 0.99))
    for inner, outer in zip(narrow.steps, wide.steps, strict=True):
        if inner.low is not None and inner.high is not None:
            assert outer.low is not None
            assert outer.high is not None
            assert outer.low <= inner.low
            assert outer.high >= inner.high
