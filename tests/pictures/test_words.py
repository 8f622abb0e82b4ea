"""Numbers, dates and limits are said so that the sentence stays true."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.vocabulary import Modality, Response
from tracker.pictures import words
from tracker.pictures.criteria import face_of


@pytest.mark.parametrize(
    ("now", "reference", "said"),
    [
        (60_000, 65_000, "−8 %"),
        (60_000, 56_000, "+7 %"),
        (71_000, 71_000, "0 %"),
        (9_800, 14_000, "−30 %"),
        # Not yet −30 %: the rounded number must not claim it.
        (70_040, 100_000, "−29.9 %"),
        (119_960, 100_000, "+19.9 %"),
        (120_000, 100_000, "+20 %"),
        (5_000, 0, "from zero"),
        (0, 0, "no change"),
    ],
)
def test_a_change_is_whole_percent_and_never_claims_a_threshold_it_did_not_reach(
    now: int, reference: int, said: str
) -> None:
    assert words.say_change(now, reference) == said


@given(st.integers(1, 400_000), st.integers(0, 400_000))
def test_said_thresholds_are_the_reached_ones(reference: int, now: int) -> None:
    said = words.say_change(now, reference)
    if said == "−30 %":
        assert 10 * now <= 7 * reference
    if said == "+20 %":
        assert 5 * now >= 6 * reference


@pytest.mark.parametrize(
    ("um", "said"),
    [(23_000, "23"), (23_500, "23.5"), (29_167, "29.2"), (-4_000, "−4"), (0, "0"), (400, "0.4"), (-20, "0")],
)
def test_millimetres_are_whole_unless_entered_finer(um: int, said: str) -> None:
    assert words.say_mm(um) == said


@given(st.integers(10_000, 400_000))
def test_the_limit_said_for_pr_is_one_that_is_pr(baseline: int) -> None:
    limit = round(float(words.say_pr_limit(baseline)) * 1000)
    assert 10 * limit <= 7 * baseline
    assert 10 * (limit + 100) > 7 * baseline


@given(st.integers(1, 400_000))
def test_the_limit_said_for_pd_is_one_that_is_pd(nadir: int) -> None:
    limit = round(float(words.say_pd_limit(nadir)) * 1000)
    assert 5 * limit >= 6 * nadir
    assert limit - nadir >= 5_000
    assert not (5 * (limit - 100) >= 6 * nadir and limit - 100 - nadir >= 5_000)


def test_five_millimetres_decide_under_25_mm() -> None:
    lines = face_of("recist-1.1").lines
    assert lines is not None
    assert lines.least_decides(24_999)
    assert not lines.least_decides(25_000)
    assert words.say_pd_limit(25_000) == "30"
    assert words.say_pd_limit(15_000) == "20"
    assert words.say_pd_limit(0) == "5"


def test_the_letters_of_the_standard_are_not_shouted_in_a_sentence() -> None:
    assert words.in_sentence("Targets PR and non-targets NON-CR/NON-PD: PR.") == (
        "Targets PR and non-targets non-CR/non-PD: PR."
    )


def test_names_and_lists() -> None:
    assert words.say_date(date(2026, 11, 9)) == "9 Nov"
    assert words.say_date(date(2026, 11, 9), year=True) == "9 Nov 2026"
    assert words.say_modality(Modality.MR) == "MRI"
    assert words.say_modality(None) == ""
    assert words.say_response(Response.NON_CR_NON_PD) == "non-CR/non-PD"
    assert words.join_words(["L1", "L2", "L3"]) == "L1, L2 and L3"
    assert words.count_of(1, "scan") == "1 scan"
    assert words.count_of(2, "scan") == "2 scans"
