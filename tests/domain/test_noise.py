"""Measurement noise: the published agreement of readers, the table of re-reads, and what noise never speaks of."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from math import log, sqrt
from typing import Any

import pytest

from tests.domain.tables import build_timeline
from tracker.domain.assess import assess
from tracker.domain.lengths import Length
from tracker.domain.noise import MODELS, Noise, NoiseModel, Reader, ReadSum, compute_noise, reread_chances
from tracker.domain.statistics.error_of_sum import ErrorOfSum
from tracker.domain.timeline import Timeline
from tracker.domain.vocabulary import Response

SAME, OTHER = MODELS[Reader.SAME], MODELS[Reader.DIFFERENT]
PR, SD, PD = Response.PR, Response.SD, Response.PD


def read(*diameters: float) -> ReadSum:
    return ReadSum(Length(round(sum(diameters) * 1000)), diameters)


def noise_of(at: int, reader: Reader = Reader.DIFFERENT, **case: Any) -> Noise | None:
    timeline = Timeline.from_dict(build_timeline(case))
    return compute_noise(timeline, assess(timeline), at, reader)


# --- the distribution ----------------------------------------------------------------------------------------------


def t4_at_most(t: float) -> float:
    """Student's t with four degrees of freedom, in closed form."""
    r = t / sqrt(1 + t * t / 4)
    return 0.5 + 3 / 8 * r * (1 - r * r / 12)


def test_one_diameter_has_the_closed_form_of_t_with_four_degrees_of_freedom() -> None:
    error = ErrorOfSum([2.5])
    for sds in (-8, -3, -1.2, -0.4, 0, 0.1, 0.7, 1, 2, 4, 10):
        assert error.at_most(2.5 * sds) == pytest.approx(t4_at_most(sqrt(2) * sds), abs=1e-6)


def test_an_error_in_intervals_is_whole_and_has_the_right_size() -> None:
    error = ErrorOfSum([1.2, 0.3, 2.0])
    spread = error.spread()
    assert sum(weight for _, weight in spread) == pytest.approx(1)
    assert sum(weight * mm for mm, weight in spread) == pytest.approx(0, abs=1e-9)
    # Less than the whole variance lies within 12 SD of tails as long as these.
    assert sqrt(sum(weight * mm * mm for mm, weight in spread)) == pytest.approx(error.sd, rel=0.03)


def test_a_sum_of_many_diameters_nears_a_normal_distribution() -> None:
    assert 1 - ErrorOfSum([1.0]).at_most(3) == pytest.approx(0.0066, abs=1e-3)
    assert 1 - ErrorOfSum([1.0] * 100).at_most(30) == pytest.approx(0.0013, abs=7e-4)


def test_what_nobody_measured_has_no_error() -> None:
    assert ErrorOfSum([]).spread() == ((0.0, 1.0),)
    assert [ErrorOfSum([]).at_most(mm) for mm in (-0.1, 0, 0.1)] == [0, 1, 1]


# --- the model against what readers were seen to do -----------------------------------------------------------------


def limits(model: NoiseModel, diameter: float) -> float:
    """Half the width of the 95 % limits of agreement of two reads, in mm."""
    return 1.96 * sqrt(2) * model.sd(diameter)


def test_two_reads_of_30_mm_agree_as_in_liver_metastases() -> None:
    """Huh 2018, about 30 mm: same reader ±2.8 to 3.2 mm, two readers −7.9 to +7.1 mm in the portal venous phase."""
    assert limits(SAME, 30) == pytest.approx(3.5, abs=0.05)
    assert limits(OTHER, 30) == pytest.approx(6.7, abs=0.05)
    assert abs(limits(SAME, 30) - 3.0) < 0.6
    assert abs(limits(OTHER, 30) - 7.5) < 0.9


def test_two_readers_agree_as_in_the_pooled_studies_of_ct() -> None:
    """Yoon 2016: one lesion −22.1 to +25.4 % between readers, −17.8 to +16.1 % for one; the lesions were about 20 mm."""
    assert 100 * limits(OTHER, 22) / 22 == pytest.approx(24.5, abs=0.3)
    assert 100 * limits(SAME, 22) / 22 == pytest.approx(14, abs=0.3)
    three = 100 * 1.96 * sqrt(2) * sqrt(3) * OTHER.sd(22) / 66
    # Yoon saw ±19 % of a sum: the part of a reader's error that lesions share is not in the model.
    assert three == pytest.approx(14, abs=0.3)


def test_the_same_reader_agrees_as_in_two_scans_within_minutes() -> None:
    """Oxnard 2011 (lung, read side by side): over 1 mm apart 57 %, over 2 mm 33 %, within 10 % 84 %, +20 % or more 3 %.

    The sizes are not published one by one: 10 to 90 mm, evenly by ratio, stand for them, so only the order is held.
    """
    sizes = [10 * 9 ** ((k + 0.5) / 40) for k in range(40)]
    errors = [(size, ErrorOfSum([sqrt(2) * SAME.sd(size)])) for size in sizes]

    def share(far: Sequence[float]) -> float:
        return sum(2 * (1 - error.at_most(mm)) for (_, error), mm in zip(errors, far, strict=True)) / len(sizes)

    assert share([1.0] * 40) == pytest.approx(0.57, abs=0.08)
    assert share([2.0] * 40) == pytest.approx(0.33, abs=0.10)
    assert 1 - share([size / 10 for size in sizes]) == pytest.approx(0.84, abs=0.05)
    # Tails of a normal distribution would give under 1 %.
    assert 0.009 < share([size / 5 for size in sizes]) / 2 < 0.03


# --- the table of re-reads -------------------------------------------------------------------------------------------

#: How often the category differs, three lesions of 30 mm, the baseline being the nadir, by change in percent.
TABLE = {
    Reader.SAME: {
        -50: 0.00, -40: 0.01, -35: 0.08, -30: 0.50, -25: 0.09, -20: 0.01, 0: 0.00,
        10: 0.03, 15: 0.17, 20: 0.50, 25: 0.17, 30: 0.04,
    },
    Reader.DIFFERENT: {
        -50: 0.00, -40: 0.06, -35: 0.21, -30: 0.50, -25: 0.22, -20: 0.07, 0: 0.03,
        10: 0.15, 15: 0.31, 20: 0.50, 25: 0.31, 30: 0.17, 40: 0.04,
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "change", "differs"),
    [(reader, change, differs) for reader, row in TABLE.items() for change, differs in row.items()],
)
def test_the_category_differs_as_often_as_the_calibration_says(reader: Reader, change: int, differs: float) -> None:
    """Two decimals are given, so 0.005 is rounding; the table was simulated, which adds about as much again at 0.1 to 0.3."""
    size = 30 * (100 + change) / 100
    found = noise_of(1, reader, targets={f"L{number}": [30, size] for number in (1, 2, 3)})
    assert found is not None
    assert found.probability == pytest.approx(differs, abs=0.008)


def category(now: float, base: float, nadir: float) -> Response:
    if now >= 1.2 * nadir and now - nadir >= 5:
        return PD
    return PR if now <= 0.7 * base else SD


def t4(draw: random.Random) -> float:
    """A number from Student's t with four degrees of freedom, scaled to variance 1."""
    return draw.gauss(0, 1) / sqrt(-log((1 - draw.random()) * (1 - draw.random())))


@pytest.mark.parametrize(
    ("now", "base", "nadir"),
    [
        ((18.0,), (15.0,), None),
        ((21.0, 30.0), (40.0, 33.0), (19.0, 25.0)),
        ((25.0, 25.5), (40.0, 33.0), (20.0, 22.0)),
        ((24.0,), (34.5,), (20.0,)),
        ((60.0, 10.0, 9.0), (66.0, 9.0, 11.0), None),
    ],
)
def test_averaging_over_the_current_read_equals_drawing_all_reads(
    now: tuple[float, ...], base: tuple[float, ...], nadir: tuple[float, ...] | None
) -> None:
    """A simulation that repeats every read and judges anew, with 20,000 re-reads: at most 0.0035 of chance (1 SD)."""
    draw = random.Random(4)
    seen = {PR: 0, SD: 0, PD: 0}

    def again(sizes: tuple[float, ...]) -> float:
        return sum(size + sqrt(2) * OTHER.sd(size) * t4(draw) for size in sizes)

    for _ in range(20_000):
        first = again(base)
        seen[category(again(now), first, first if nadir is None else again(nadir))] += 1
    chances = reread_chances(read(*now), read(*base), None if nadir is None else read(*nadir), OTHER)
    for response, count in seen.items():
        assert chances[response] == pytest.approx(count / 20_000, abs=0.012)
    assert sum(chances.values()) == pytest.approx(1)


def test_5_mm_protect_a_small_lesion() -> None:
    small = reread_chances(read(15), read(15), None, OTHER)[PD]
    assert small == pytest.approx(0.049, abs=0.002)
    by_percent_alone = 1 - ErrorOfSum([sqrt(2) * OTHER.sd(15), 1.2 * sqrt(2) * OTHER.sd(15)]).at_most(3)
    assert by_percent_alone > 2.5 * small


def test_more_lesions_make_a_sum_steadier() -> None:
    found = [noise_of(1, targets={f"L{at}": [30, 34.5] for at in range(count)}) for count in (1, 2, 5)]
    chances = [one.probability for one in found if one is not None]
    assert chances == sorted(chances, reverse=True)
    assert len(chances) == 3


def false_progression(diameters: Sequence[float], model: NoiseModel, draws: int) -> float:
    """How often truly stable disease is PD at least once in six visits after the baseline, each read once."""
    draw = random.Random(20261124)
    progressed = 0
    for _ in range(draws):
        nadir = float("inf")
        for visit in range(7):
            total = sum(size + model.sd(size) * t4(draw) for size in diameters)
            if visit and total >= 1.2 * nadir and total - nadir >= 5:
                progressed += 1
                break
            nadir = min(nadir, total)
    return progressed / draws


@pytest.mark.long
@pytest.mark.parametrize(
    ("diameters", "other", "same"),
    [((30,), 0.40, 0.06), ((15,), 0.17, 0.03), ((30,) * 3, 0.07, 0.003), ((30,) * 5, 0.015, 0.000)],
)
def test_a_minimum_of_noisy_sums_is_too_low(diameters: Sequence[float], other: float, same: float) -> None:
    """Why PD from a nadir of few lesions is doubted. 20,000 courses each; two figures given as printed (±0.005), and chance."""
    assert false_progression(diameters, OTHER, 20_000) == pytest.approx(other, abs=0.012)
    assert false_progression(diameters, SAME, 20_000) == pytest.approx(same, abs=0.008)


# --- what it says, and where it is silent ----------------------------------------------------------------------------


def test_the_sentence_names_the_reader_and_calls_it_a_lower_bound() -> None:
    targets = {f"L{number}": [30, 19.5] for number in (1, 2, 3)}
    other, same = noise_of(1, targets=targets), noise_of(1, Reader.SAME, targets=targets)
    assert other is not None
    assert same is not None
    assert other.sentence == (
        "A full re-read by another reader would give another category in about 1 of 5 cases or more "
        "(measurement alone; a lower bound)."
    )
    assert same.sentence.startswith("A full re-read by the same reader would give another category in about 1 of")
    assert other.lower_bound
    assert (other.model.a_mm, other.model.b, other.model.degrees_of_freedom) == (1.2, 0.07, 4)
    assert "Huh 2018" in other.model.source
    assert [response for response, _ in other.chances] == [PR, SD, PD]


def test_what_is_rare_is_not_said_to_be_impossible() -> None:
    found = noise_of(1, targets={"L1": [80, 20], "L2": [60, 15]})
    assert found is not None
    assert found.sentence == (
        "Measured again in full by another reader, fewer than 1 of 100 cases would get another category "
        "(measurement alone; a lower bound)."
    )


def test_the_nadir_is_the_one_the_response_was_judged_by() -> None:
    found = noise_of(2, targets={"L1": [50, 30, 36.5], "L2": [40, 25, 30]})
    assert found is not None
    assert found.probability == pytest.approx(
        1 - reread_chances(read(36.5, 30), read(50, 40), read(30, 25), OTHER, pr_goes_on=True)[PD]
    )


def test_a_kept_partial_response_ends_only_by_progression() -> None:
    rows = {"L1": [100, 68, 71]}
    kept, alone = noise_of(2, targets=rows), noise_of(2, targets=rows, settings={"sticky_pr": False})
    assert kept is not None
    assert alone is not None
    assert dict(kept.chances)[SD] == pytest.approx(0)
    assert dict(alone.chances)[PR] > 0.3
    assert kept.probability < alone.probability


def test_absence_and_conventions_carry_no_noise() -> None:
    gone = noise_of(2, Reader.SAME, targets={"L1": [40, 20, 20], "L2": [20, 10, "a"], "L3": [15, 8, "ts"]})
    assert gone is not None
    bare = reread_chances(ReadSum(Length(25_000), (20.0,)), read(40, 20, 15), None, SAME, pr_goes_on=True)
    assert dict(gone.chances)[PD] == pytest.approx(bare[PD], abs=0.01)


@pytest.mark.parametrize(
    ("at", "case"),
    [
        pytest.param(0, {"targets": {"L1": [30, 20]}}, id="baseline"),
        pytest.param(1, {"targets": {"L1": [30, "ne"], "L2": [20, 14]}}, id="not evaluable"),
        pytest.param(1, {"targets": {"L1": [30, "a"], "L2": [20, "a"]}}, id="complete response"),
        pytest.param(2, {"targets": {"L1": [30, "a", 8]}}, id="back after a complete response"),
        pytest.param(1, {"targets": {"L1": [30, 31]}, "new": {"N1": ["-", "un"]}}, id="a new lesion is PD"),
        pytest.param(1, {"targets": {"L1": [30, 60]}, "new": {"N1": ["-", "un"]}}, id="PD by the sum and by a new lesion"),
        pytest.param(1, {"targets": {"L1": [30, 31]}, "non_targets": {"X1": ["p", "up"]}}, id="non-targets are PD"),
        pytest.param(1, {"non_targets": {"X1": ["p", "p"]}}, id="no targets"),
        pytest.param(1, {"targets": {"L1": [30, "ts"]}}, id="only a convention"),
    ],
)  # fmt: skip
def test_where_no_measured_sum_decides_nothing_is_said(at: int, case: dict[str, Any]) -> None:
    assert noise_of(at, **case) is None


def test_other_criteria_are_not_spoken_of() -> None:
    timeline = Timeline.from_dict(build_timeline({"targets": {"L1": [30, 20]}}))
    choi = replace(assess(timeline), criteria="choi")
    assert compute_noise(timeline, choi, 1) is None


def test_a_node_counts_by_its_short_axis_and_a_split_lesion_by_its_parts() -> None:
    found = noise_of(1, targets={"N1": [30, 26], "L1": [40, "14+12"]}, nodes=["N1"])
    assert found is not None
    expected = reread_chances(ReadSum(Length(52_000), (26.0, 14.0, 12.0)), read(30, 40), None, OTHER)
    assert found.probability == pytest.approx(1 - expected[SD])
