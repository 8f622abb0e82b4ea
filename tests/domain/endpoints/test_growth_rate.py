"""Tumour growth rate, specific growth rate and doubling time between two scans."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.tables import BASELINE, build_timeline
from tracker.domain import Timeline, assess
from tracker.domain.endpoints.growth_rate import (
    DAYS_A_MONTH,
    DAYS_ADDED,
    compute_growth_rate,
    compute_growth_rates,
    growth_percent_per_month,
    months_between,
)
from tracker.domain.lengths import Length

DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("first", "second", "months", "percent", "source"),
    [
        (100, 120, 2.0, 31.5, "Ferté 2014: 3 ln 1.2 / 2 = 0.2735, exp - 1"),
        (100, 100, 2.0, 0.0, "no change"),
        (100, 200, 1.0, 700.0, "twice the diameter is eight times the volume"),
        (100, 50, 1.0, -87.5, "half the diameter is an eighth of the volume"),
        (100, 80, 2.0, -28.4, "3 ln 0.8 / 2 = -0.3347, exp - 1"),
    ],
)
def test_rate_is_the_monthly_change_of_volume(
    first: int, second: int, months: float, percent: float, source: str
) -> None:
    assert source
    found = growth_percent_per_month(Length.from_mm(first), Length.from_mm(second), months)
    assert round(found, 1) == percent


def test_both_days_are_counted() -> None:
    """Ferté's group: (days + 1) / 30.44."""
    assert (DAYS_ADDED, DAYS_A_MONTH) == (1, 30.44)
    assert months_between(DAY, DAY + timedelta(days=60)) == pytest.approx(61 / 30.44)
    rate = compute_growth_rate(Length(100_000), DAY, Length(120_000), DAY + timedelta(days=60))
    assert rate.percent_per_month == pytest.approx(100 * (1.2 ** (3 * 30.44 / 61) - 1))


def test_doubling_time_is_of_the_volume_in_days() -> None:
    twice = Length(round(100_000 * 2 ** (1 / 3)))
    rate = compute_growth_rate(Length(100_000), DAY, twice, DAY + timedelta(days=70))
    assert rate.doubling_days == pytest.approx(70, rel=1e-4)
    assert rate.specific_per_day == pytest.approx(math.log(2) / 70, rel=1e-4)
    halved = compute_growth_rate(twice, DAY, Length(100_000), DAY + timedelta(days=70))
    assert halved.doubling_days == pytest.approx(-70, rel=1e-4)
    same = compute_growth_rate(twice, DAY, twice, DAY + timedelta(days=70))
    assert (same.percent_per_month, same.doubling_days) == (0, None)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (None, 50, "5 Jan 2026 is not complete"),
        (50, None, "2 Mar 2026 is not complete"),
        (0, 50, "5 Jan 2026 is 0"),
        (50, 0, "2 Mar 2026 is 0"),
    ],
)
def test_without_two_complete_sums_above_0_there_is_no_rate(first: Any, second: Any, why: str) -> None:
    lengths = [None if size is None else Length.from_mm(size) for size in (first, second)]
    rate = compute_growth_rate(lengths[0], DAY, lengths[1], DAY + timedelta(days=56))
    assert (rate.percent_per_month, rate.specific_per_day, rate.doubling_days) == (None, None, None)
    assert why in rate.why


@pytest.mark.parametrize(("days", "unstable"), [(27, True), (28, False)])
def test_under_four_weeks_the_rate_is_called_unstable(days: int, unstable: bool) -> None:
    rate = compute_growth_rate(Length(50_000), DAY, Length(52_000), DAY + timedelta(days=days))
    assert rate.unstable is unstable
    assert ("unstable" in rate.why) is unstable


def test_a_rate_too_large_for_a_number_is_infinite() -> None:
    assert growth_percent_per_month(Length(1), Length(10_000_000), 2 / DAYS_A_MONTH) == math.inf


def test_dates_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="not later"):
        compute_growth_rate(Length(50_000), DAY, Length(50_000), DAY)
    with pytest.raises(ValueError, match="sum is 0"):
        growth_percent_per_month(Length(0), Length(1), 1)
    with pytest.raises(ValueError, match="time between"):
        growth_percent_per_month(Length(1), Length(1), 0)


def test_a_course_has_a_rate_between_each_two_scans_and_none_for_new_lesions() -> None:
    case = {"targets": {"T1": [50, 40, 44, "ne"]}, "new": {"N1": ["-", "-", 30, 60]}, "days": [0, 56, 112, 168]}
    timeline = build_timeline(case)
    for point in timeline["time_points"][2:]:
        point["observations"]["N1"]["state"] = "equivocal"
    rates = compute_growth_rates(assess(Timeline.from_dict(timeline)))
    assert [rate.first_on for rate in rates] == [BASELINE + timedelta(days=day) for day in (0, 56, 112)]
    expected = [100 * (ratio ** (3 * 30.44 / 57) - 1) for ratio in (0.8, 1.1)]
    assert [rate.percent_per_month for rate in rates[:2]] == pytest.approx(expected)
    assert rates[2].percent_per_month is None


def test_rates_stop_where_the_treatment_changes() -> None:
    case = {"targets": {"T1": [50, 40, "t", "t"], "T2": [20, 20, 20, 20]}}
    assert len(compute_growth_rates(assess(Timeline.from_dict(build_timeline(case))))) == 1


SIZES = st.integers(min_value=10_000, max_value=100_000).map(Length)


@given(SIZES, SIZES, st.integers(min_value=28, max_value=2000))
def test_growth_and_its_reverse_cancel(first: Length, second: Length, days: int) -> None:
    later = DAY + timedelta(days=days)
    one = compute_growth_rate(first, DAY, second, later)
    other = compute_growth_rate(second, DAY, first, later)
    assert one.specific_per_day == pytest.approx(-(other.specific_per_day or 0))
    assert (1 + (one.percent_per_month or 0) / 100) * (1 + (other.percent_per_month or 0) / 100) == pytest.approx(
        1, rel=1e-3
    )
