"""The size checks catch what the design's table says, on the demo's growth model, and speak on few clean scans.

The floors are the table's. The short run allows two standard errors of its own sample, the long one none.
"""

from __future__ import annotations

from math import sqrt

import pytest

from tests.benchmarks.plausibility import (
    ERRORS,
    MOST_CLEAN,
    SCANS,
    Error,
    Scan,
    follow_ups,
    measure_catches,
    measure_clean,
)

FEW = 1_500


@pytest.fixture(scope="module")
def few() -> tuple[Scan, ...]:
    return follow_ups(FEW)


def _two_errors(percent: float, number: int) -> float:
    return 200 * sqrt(percent / 100 * (1 - percent / 100) / number)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.name)
def test_planted_errors_are_caught_as_often_as_the_table_says(few: tuple[Scan, ...], error: Error) -> None:
    caught = measure_catches(few, error)
    assert caught.scans > FEW / 2
    share = caught.percent if error.asked else caught.percent_anywhere
    assert share >= error.table - _two_errors(error.table, caught.scans)


def test_few_clean_scans_have_a_finding(few: tuple[Scan, ...]) -> None:
    share = 100 * measure_clean(few)["any"] / len(few)
    assert 0 < share <= MOST_CLEAN + _two_errors(MOST_CLEAN, len(few))


@pytest.mark.long
def test_many_scans_reach_the_table_without_a_margin() -> None:
    many = follow_ups(SCANS)
    assert 100 * measure_clean(many)["any"] / len(many) <= MOST_CLEAN
    for error in ERRORS:
        caught = measure_catches(many, error)
        assert (caught.percent if error.asked else caught.percent_anywhere) >= error.table, error.name
