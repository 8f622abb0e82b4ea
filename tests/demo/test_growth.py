"""Growth and reading follow the formula and the limits they state."""

from __future__ import annotations

from random import Random
from statistics import mean, median, stdev

import pytest

from tracker.demo.growth import (
    LARGEST_MM,
    SMALLEST_MM,
    GrowingLesion,
    Reading,
    draw_count,
    draw_size,
    read_diameter,
)

DRAWS = 20_000


@pytest.mark.parametrize(
    ("start_mm", "shrink", "grow", "days", "expected_mm"),
    [
        (30.0, 0.0, 0.0, 100, 30.0),
        (30.0, 0.00693147, 0.0, 100, 15.0),  # half of it gone in 100 days
        (30.0, 0.0, 0.00693147, 100, 60.0),  # doubled in 100 days
        (30.0, 0.00693147, 0.00693147, 100, 45.0),  # 30 * (1/2 + 2 - 1)
    ],
)
def test_a_diameter_follows_the_growth_formula(
    start_mm: float, shrink: float, grow: float, days: int, expected_mm: float
) -> None:
    assert GrowingLesion(start_mm, shrink, grow).diameter(days) == pytest.approx(expected_mm, rel=1e-5)


def test_a_lesion_regrows_though_its_treatment_goes_on() -> None:
    sizes = [GrowingLesion(40.0, 0.007, 0.001).diameter(days) for days in range(0, 1200, 56)]
    lowest = sizes.index(min(sizes))
    assert 0 < lowest < len(sizes) - 1


def test_the_size_at_baseline_has_its_median_and_limits() -> None:
    rng = Random(1)
    sizes = [draw_size(rng) for _ in range(DRAWS)]
    assert median(sizes) == pytest.approx(20.0, rel=0.03)
    assert min(sizes) >= SMALLEST_MM
    assert max(sizes) <= LARGEST_MM


def test_most_patients_have_several_lesions_and_a_third_more_than_five() -> None:
    rng = Random(2)
    counts = [draw_count(rng) for _ in range(DRAWS)]
    assert median(counts) == 4
    assert mean(count > 1 for count in counts) == pytest.approx(0.89, abs=0.03)
    assert mean(count > 5 for count in counts) == pytest.approx(0.33, abs=0.03)


def test_the_scatter_of_one_reading_is_as_stated() -> None:
    rng = Random(3)
    sizes = [reading.mm for reading in (read_diameter(rng, 40.0) for _ in range(DRAWS)) if reading.mm is not None]
    assert len(sizes) == DRAWS
    assert mean(sizes) == pytest.approx(40.0, abs=0.2)
    assert stdev(sizes) == pytest.approx(((0.075 * 40) ** 2 + 1.2**2) ** 0.5, rel=0.03)


@pytest.mark.parametrize(
    ("true_mm", "likely"),
    [(0.1, Reading(None, seen=False)), (3.75, Reading(None, seen=True))],
)
def test_a_tiny_lesion_is_not_seen_or_too_small_to_measure(true_mm: float, likely: Reading) -> None:
    rng = Random(4)
    readings = [read_diameter(rng, true_mm) for _ in range(2000)]
    assert mean(reading == likely for reading in readings) > 0.65
    assert all(reading.mm is None or reading.mm >= 5 for reading in readings)


def test_a_normal_node_is_still_measured() -> None:
    rng = Random(5)
    assert all((read_diameter(rng, 3.0, node=True).mm or 0) >= 4 for _ in range(500))


@pytest.mark.parametrize(
    ("reading", "counted"),
    [(Reading(12, seen=True), 12), (Reading(None, seen=True), 5), (Reading(None, seen=False), 0)],
)
def test_too_small_counts_five_and_not_seen_counts_nothing(reading: Reading, counted: int) -> None:
    assert reading.counted_mm == counted
