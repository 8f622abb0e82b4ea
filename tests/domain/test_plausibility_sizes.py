"""Sizes against the scan before: the bands to their edges, exchanged rows, a copied scan, and what holds for any scan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sizes import PERFORMED, against, size_cases
from tracker.domain.lengths import Length
from tracker.domain.plausibility import Level, ReadAs, SizeAgainstPrior, Swap, find_in_sizes
from tracker.domain.plausibility.sizes import ALL_ROWS, BOUNDS, find_copied, find_impossible_size, find_swapped


def _of_row(one: SizeAgainstPrior) -> list[str]:
    return [finding.rule for finding in find_in_sizes([one]) if finding.place == one.label]


@pytest.mark.parametrize("case", size_cases(), ids=lambda case: f"{case['prior']}-{case['now']}-{case['days']}")
def test_a_size_is_asked_about_as_the_table_says(case: dict[str, Any]) -> None:
    prior_on = PERFORMED - timedelta(days=case["days"])
    one = SizeAgainstPrior("L1", Length(case["now"]), Length(case["prior"]), prior_on, case["days"])
    found = find_in_sizes([one])
    assert [finding.rule for finding in found] == ([f"plausibility.{case['rule']}"] if case["rule"] else [])
    for finding in found:
        assert finding.level is Level.ASK
        assert finding.numbers == {"now_um": case["now"], "prior_um": case["prior"], "days": case["days"]}
        assert finding.repair == (ReadAs("L1", Length(case["meant"])) if case["meant"] else None)


@pytest.mark.parametrize(
    ("mm", "words"),
    [
        ("0.999", "is under 1 mm; a lesion no longer seen is 'absent'"),
        ("1", None),
        ("300", None),
        ("300.001", "is over 300 mm; is it given in millimetres?"),
    ],
)
def test_no_lesion_is_under_1_or_over_300_mm(mm: str, words: str | None) -> None:
    finding = find_impossible_size("L1", "longest diameter", Length.from_mm(mm))
    if words is None:
        assert finding is None
    else:
        assert finding is not None
        assert (finding.rule, finding.level) == (BOUNDS.id, Level.REFUSE)
        assert finding.text == f"longest diameter {mm} mm {words}"


def test_a_size_is_not_compared_without_a_prior_or_beside_another_state() -> None:
    assert _of_row(against("L1", 90, None)) == []
    assert _of_row(against("L1", 90, 9, measured=False)) == []
    assert _of_row(against("L1", 90, 0)) == []


def test_a_slip_is_not_read_as_what_no_lesion_measures() -> None:
    finding = find_in_sizes([against("L1", 40, 290)])
    assert [one.rule for one in finding] == ["plausibility.tenfold"]
    assert find_in_sizes([against("L1", 35, 250)])[0].repair is None  # 350 mm is no lesion


# --- exchanged rows: the design's R3, with a factor of 1.5 and 4 mm in place of e^0.7


@pytest.mark.parametrize(
    ("rows", "pair"),
    [
        ([("L1", 20, 32), ("L2", 32, 20)], ("L1", "L2")),
        ([("L1", 20, 32), ("L2", 31, 19), ("L3", 12, 12)], ("L1", "L2")),
        # 25 and 20 for 20 and 25: as typed 1.25 x 1.25 = 1.5625, exchanged 1.
        ([("L1", 25, 20), ("L2", 20, 25)], ("L1", "L2")),
        # 24.495 for 20 and back: 1.22475 squared is just over 1.5, its neighbour just under. The factor is always the
        # square of a ratio of two sizes, so it is never exactly 1.5.
        ([("L1", 24.495, 20), ("L2", 20, 24.495)], ("L1", "L2")),
        ([("L1", 24.494, 20), ("L2", 20, 24.494)], None),
        # One value is right in either row.
        ([("L1", 18, 12), ("L2", 12, 12)], None),
        ([("L1", 12, 8), ("L2", 8, 8)], None),
        # 4 mm apart, and a hair less.
        ([("L1", 8, 4), ("L2", 4, 8)], ("L1", "L2")),
        ([("L1", 7.999, 4), ("L2", 4, 8)], None),
        # Both grew: exchanging is no better.
        ([("L1", 40, 30), ("L2", 26, 20)], None),
        ([("L1", 20, 32), ("L2", 32, None)], None),
        # The clearest pair is named.
        ([("L1", 30, 20), ("L2", 20, 30), ("L3", 60, 9), ("L4", 9, 60)], ("L3", "L4")),
        # Labels in the order people count.
        ([("L10", 20, 40), ("L9", 40, 20)], ("L9", "L10")),
    ],
)
def test_two_values_that_fit_better_exchanged_are_asked_about(
    rows: list[tuple[str, float, float | None]], pair: tuple[str, str] | None
) -> None:
    finding = find_swapped([against(*row) for row in rows])
    if pair is None:
        assert finding is None
    else:
        assert finding is not None
        assert finding.repair == Swap(*pair)
        assert finding.text.endswith(f"swap {pair[0]} and {pair[1]}?")
        assert (finding.numbers["first"], finding.numbers["second"]) == pair


# --- a copied scan: the design's R4


@pytest.mark.parametrize(
    ("rows", "lesions"),
    [
        ([("L1", 23, 23), ("L2", 13, 13)], 2),
        ([("L1", 23, 23), ("L2", 8, 8)], 2),
        ([("L1", 23, 23), ("L2", 7.9, 7.9)], None),
        ([("L1", 23, 23), ("L2", 13, 13), ("L3", 5, 6)], 2),
        ([("L1", 23, 23), ("L2", 13, 13), ("L3", 9, None)], None),
        ([("L1", 23, 23), ("L2", 13, 14)], None),
        ([("L1", 23, 23)], None),
        ([], None),
    ],
)
def test_a_scan_with_the_sizes_of_the_one_before_is_asked_about(
    rows: list[tuple[str, float, float | None]], lesions: int | None
) -> None:
    finding = find_copied([against(*row) for row in rows])
    if lesions is None:
        assert finding is None
    else:
        assert finding is not None
        assert str(finding) == f"{ALL_ROWS}: All {lesions} sizes are those of 11 May 2026: copied?"


# --- what holds for any scan

MM = st.integers(1_000, 300_000)


@st.composite
def scans(draw: st.DrawFn) -> list[SizeAgainstPrior]:
    days = draw(st.integers(1, 500))
    prior_on = PERFORMED - timedelta(days=days)
    labels = draw(st.lists(st.integers(1, 30).map("L{}".format), unique=True, max_size=6))
    return [
        SizeAgainstPrior(
            label,
            Length(draw(MM)),
            Length(prior) if (prior := draw(st.none() | MM)) is not None else None,
            prior_on,
            days,
            draw(st.booleans()),
        )
        for label in labels
    ]


@given(scans(), st.randoms())
def test_findings_do_not_depend_on_the_order_of_the_lesions(scan: list[SizeAgainstPrior], dice: Random) -> None:
    shuffled = list(scan)
    dice.shuffle(shuffled)
    assert find_in_sizes(shuffled) == find_in_sizes(scan)


@given(st.lists(st.tuples(MM, st.integers(-300, 300)), min_size=1, max_size=6), st.integers(1, 500))
def test_values_within_noise_never_look_like_a_slip_by_ten(rows: list[tuple[int, int]], days: int) -> None:
    """Up to 30 % either way is what two readers differ by in one change (Yoon 2016)."""
    scan = [
        SizeAgainstPrior(f"L{at}", Length(prior + prior * part // 1000), Length(prior), PERFORMED, days)
        for at, (prior, part) in enumerate(rows)
    ]
    assert not {finding.rule for finding in find_in_sizes(scan)} & {"plausibility.tenfold", "plausibility.jump"}


def _exchanged(scan: list[SizeAgainstPrior], swap: Swap) -> list[SizeAgainstPrior]:
    sizes = {one.label: one.now for one in scan}
    to = {swap.first: sizes[swap.second], swap.second: sizes[swap.first]}
    return [replace(one, now=to.get(one.label, one.now)) for one in scan]


@given(scans())
def test_the_offered_exchange_settles_its_question_and_twice_is_none(scan: list[SizeAgainstPrior]) -> None:
    finding = find_swapped(scan)
    if finding is None:
        return
    assert isinstance(finding.repair, Swap)
    once = _exchanged(scan, finding.repair)
    again = find_swapped(once)
    assert again is None or again.repair != finding.repair
    assert _exchanged(once, finding.repair) == scan


@given(scans())
def test_every_finding_names_its_place_rule_source_and_numbers(scan: list[SizeAgainstPrior]) -> None:
    for finding in find_in_sizes(scan):
        assert finding.place in {*(one.label for one in scan), ALL_ROWS}
        assert finding.rule.startswith("plausibility.")
        assert finding.source
        assert finding.numbers
        assert finding.text.endswith("?")
