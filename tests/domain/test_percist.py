"""PERCIST 1.0 case by case, and what must hold for any uptake."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.criterion_runs import assert_case, assert_prefixes_agree, assert_reasons, assert_shuffled_agrees
from tests.domain.tables import build_timeline, load_cases
from tracker.domain import Timeline, assess
from tracker.domain.assess import CRITERIA, find_criterion
from tracker.domain.criteria.percist10 import (
    is_at_least_30_percent_and_08_above,
    is_at_least_30_percent_and_08_below,
    is_comparable,
    least_measurable,
)
from tracker.errors import InputError

CASES = load_cases("percist10.toml")
REFERENCE = {
    "liver_sul_mean": Decimal("2.0"), "liver_sul_sd": Decimal("0.2"),
    "blood_pool_sul_mean": Decimal("1.5"), "blood_pool_sul_sd": Decimal("0.1"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case_reads_as_its_clause_says(case: dict[str, Any]) -> None:
    assert_case(case, "percist-1.0")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_response_says_why(case: dict[str, Any]) -> None:
    assert_reasons(case, "percist-1.0", "percist10")


PEAKS = st.integers(min_value=50, max_value=1500).map(lambda number: Decimal(number).scaleb(-2))
GLYCOLYSIS = st.integers(min_value=1, max_value=900)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """One to seven lesions with SULpeak and perhaps glycolysis, some missing or gone, one to five time points."""
    length = draw(st.integers(min_value=1, max_value=5))
    peak = st.builds(lambda sul: {"sul_peak": sul}, PEAKS)
    whole = st.builds(lambda sul, tlg: {"sul_peak": sul, "tlg": tlg}, PEAKS, GLYCOLYSIS)
    later = st.one_of(peak, whole, whole, st.sampled_from(["a", "-", "ne"]))
    first = st.one_of(peak, whole)

    def rows(names: str, most: int) -> dict[str, list[Any]]:
        number = draw(st.integers(min_value=0, max_value=most))
        return {f"{names}{n}": [draw(first), *(draw(later) for _ in range(length - 1))] for n in range(1, number + 1)}

    new = {"NEW1": ["-", *(draw(st.sampled_from(["-", "eq", "un", "a"])) for _ in range(length - 1))]}
    return {
        "targets": {"T0": [draw(first), *(draw(later) for _ in range(length - 1))]} | rows("T", 3),
        "non_targets": rows("NT", 3),
        "new": new if draw(st.booleans()) else {},
        "settings": {"percist_reference": draw(st.sampled_from(["baseline", "nadir"]))},
        "references": [REFERENCE],
    }


@given(case=cases(), seed=st.integers(min_value=0, max_value=9))
def test_later_time_points_and_the_order_of_lesions_change_nothing(case: dict[str, Any], seed: int) -> None:
    timeline = build_timeline(case)
    assert_prefixes_agree(timeline, "percist-1.0")
    assert_shuffled_agrees(timeline, "percist-1.0", seed)


@given(
    st.lists(st.integers(min_value=500, max_value=1500), min_size=2, max_size=5),
    st.sampled_from([2, 3, 5, 7, 10]),
    st.sampled_from(["baseline", "nadir"]),
)
def test_a_scaled_patient_reads_the_same_where_the_absolute_limits_do_not_bind(
    peaks: list[int], by: int, growth_from: str
) -> None:
    """From SULpeak 5 on, 30 % is 1.5 SUL: 0.8 decides nothing. References scale too and are the same at each scan."""

    def responses(factor: int) -> list[str]:
        cells = [{"sul_peak": Decimal(peak * factor).scaleb(-2)} for peak in peaks]
        case = {
            "targets": {"T1": cells},
            "settings": {"percist_reference": growth_from},
            "references": [{key: value * factor for key, value in REFERENCE.items()}],
        }
        result = assess(Timeline.from_dict(build_timeline(case)), "percist-1.0")
        return [str(row.overall_response) for row in result.time_points[1:]]

    assert responses(1) == responses(by)


@given(st.integers(min_value=0, max_value=4000), st.integers(min_value=1, max_value=4000))
def test_both_thresholds_are_exact(now: int, reference: int) -> None:
    from fractions import Fraction

    low, high = Fraction(now, 100), Fraction(reference, 100)
    below = now * 100 <= reference * 70 and reference - now >= 80
    above = now * 100 >= reference * 130 and now - reference >= 80
    assert is_at_least_30_percent_and_08_below(low, high) == below
    assert is_at_least_30_percent_and_08_above(low, high) == above


def test_limits_of_measurability_and_comparison() -> None:
    assert least_measurable("liver", Decimal("2.1"), Decimal("0.2")) == Decimal("3.55")
    assert least_measurable("blood pool", Decimal("1.5"), Decimal("0.1")) == Decimal("3.2")
    assert is_comparable(Decimal("1.2"), Decimal("1.5"))
    assert not is_comparable(Decimal("1.1999999999999999999999999999999"), Decimal("1.5"))
    assert is_comparable(Decimal("2.7"), Decimal("2.4"))
    assert not is_comparable(Decimal("2.70000000000000000000000000000001"), Decimal("2.4"))


def test_the_row_carries_its_uptake_and_no_sum_of_diameters() -> None:
    cells = [{"sul_peak": 6, "tlg": 40, "longest_mm": 30}, {"sul_peak": 4.2, "tlg": 30, "longest_mm": 20}]
    case = {"targets": {"T1": cells, "T2": [{"sul_peak": 4}, "ne"]}, "references": [REFERENCE]}
    rows = assess(Timeline.from_dict(build_timeline(case)), "percist-1.0").to_dict()["time_points"]
    assert (rows[0]["sul_peak"], rows[0]["hottest_lesion"], rows[0]["baseline_sul_peak"]) == (6.0, "T1", 6.0)
    assert (rows[1]["sul_peak"], rows[1]["sul_peak_of_measured"]) == (None, 4.2)
    assert rows[1]["reference_region"] == "blood pool"
    assert rows[1]["sum_mm"] is None
    case["targets"].pop("T2")
    row = assess(Timeline.from_dict(build_timeline(case)), "percist-1.0").to_dict()["time_points"][1]
    assert (row["change_from_baseline_sul"], row["change_from_baseline_sul_percent"]) == (-1.8, -30.0)
    assert (row["tlg"], row["baseline_tlg"]) == (30.0, 40.0)
    assert "sul_peak" not in assess(Timeline.from_dict(build_timeline(case))).to_dict()["time_points"][1]


def test_a_timeline_of_pet_alone_is_read_and_has_no_sum() -> None:
    case = {"targets": {"T1": [{"sul_peak": 6}, {"sul_peak": 4}]}, "references": [REFERENCE]}
    by_uptake, by_size = (
        assess(Timeline.from_dict(build_timeline(case)), name) for name in ("percist-1.0", "recist-1.1")
    )
    assert by_uptake.time_points[1].overall_response == "PMR"
    assert by_uptake.problems == ()
    assert by_size.time_points[1].overall_response == "NE"
    assert "no longest diameter" in by_size.problems[0].text
    del case["targets"]["T1"][0]["sul_peak"]
    with pytest.raises(InputError, match="longest_mm"):
        Timeline.from_dict(build_timeline(case | {"targets": {"T1": ["p", {"sul_peak": 4}]}}))


def test_a_number_finer_than_any_instrument_is_refused() -> None:
    case = {"targets": {"T1": [{"sul_peak": Decimal("1E-400000")}]}}
    with pytest.raises(InputError, match="sul_peak"):
        Timeline.from_dict(build_timeline(case))


@pytest.mark.parametrize("name", ["mrecist", "mRECIST", "MRECIST-1.0", "modified RECIST", "easl", "EASL", "EASL 2001"])
def test_criteria_of_hepatocellular_carcinoma_are_refused_with_the_reason(name: str) -> None:
    with pytest.raises(InputError, match=r"arterial phase.*recist-1\.1") as refused:
        find_criterion(name)
    assert "\n" not in str(refused.value)
    for known in ("recist-1.1", "choi", "modified-choi", "percist-1.0"):
        assert known in str(refused.value)
        assert known in CRITERIA


@pytest.mark.parametrize("name", ["recist", "recist-2", "measly", ""])
def test_an_unknown_criterion_is_answered_with_those_known(name: str) -> None:
    with pytest.raises(InputError, match=r"not known here; known are: recist-1\.1"):
        find_criterion(name)
