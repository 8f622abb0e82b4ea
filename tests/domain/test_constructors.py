"""What cannot be is refused by the constructors themselves, with its place: no timeline exists that contradicts itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tracker.domain import Settings, Timeline, TimePoint
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.vocabulary import LesionRole, State
from tracker.errors import InputError

T1 = Lesion("T1", LesionRole.TARGET, "liver")
T2 = Lesion("T2", LesionRole.TARGET, "liver")
NODE = Lesion("N1", LesionRole.TARGET, "lymph node")
SIZE = Observation(State.MEASURED, longest=Length(20_000))
JANUARY, MARCH, MAY = date(2026, 1, 5), date(2026, 3, 2), date(2026, 5, 4)


def point(day: date, **seen: Observation) -> TimePoint:
    return TimePoint(day, observations=seen)


def into(label: str) -> Observation:
    return Observation(State.MERGED, into=label)


BASELINE = point(JANUARY, T1=SIZE, T2=SIZE)
FOLLOWED = "time_points[1].observations.T1"
IMPOSSIBLE: dict[str, tuple[tuple[Lesion, ...], list[TimePoint], str]] = {
    "no time point": ((T1,), [], "time_points"),
    "dates out of order": ((T1, T2), [BASELINE, point(date(2025, 12, 1), T1=SIZE)], "time_points[1].date"),
    "one date twice": ((T1, T2), [BASELINE, point(JANUARY, T1=SIZE)], "time_points[1].date"),
    "one label twice": ((T1, T1, T2), [BASELINE], "lesions[1].label"),
    "an unknown lesion": ((T1, T2), [BASELINE, point(MARCH, T9=SIZE)], "time_points[1].observations.T9"),
    "measured and absent": (
        (T1, T2), [BASELINE, point(MARCH, T1=Observation(State.ABSENT, longest=Length(5_000)))], FOLLOWED,
    ),
    "measured without a size": ((T1, T2), [BASELINE, point(MARCH, T1=Observation(State.MEASURED))], FOLLOWED),
    "a split lesion without parts": (
        (T1, T2), [BASELINE, point(MARCH, T1=Observation(State.SPLIT))], f"{FOLLOWED}.parts_mm",
    ),
    "a size of nothing": (
        (T1, T2), [BASELINE, point(MARCH, T1=Observation(State.MEASURED, longest=Length(0)))], f"{FOLLOWED}.longest",
    ),
    "a short axis longer than the longest diameter": (
        (T1, T2), [BASELINE, point(MARCH, T1=Observation(State.MEASURED, Length(9_000), Length(10_000)))], f"{FOLLOWED}.short_mm",
    ),
    "a target without a size at the baseline": ((T1, T2), [point(JANUARY, T1=SIZE)], "time_points[0].observations.T2"),
    "a node target without a short axis": ((NODE,), [point(JANUARY, N1=SIZE)], "time_points[0].observations.N1"),
    "a new lesion's word for a target": (
        (T1, T2), [BASELINE, point(MARCH, T1=Observation(State.UNEQUIVOCAL))], f"{FOLLOWED}.state",
    ),
    "a merge loop": ((T1, T2), [BASELINE, point(MARCH, T1=into("T2"), T2=into("T1"))], f"{FOLLOWED}.into"),
    "a merge loop over two exams": (
        (T1, T2), [BASELINE, point(MARCH, T1=into("T2"), T2=SIZE), point(MAY, T2=into("T1"))],
        "time_points[2].observations.T2.into",
    ),
    "a lesion merged into itself": ((T1, T2), [BASELINE, point(MARCH, T1=into("T1"))], f"{FOLLOWED}.into"),
    "a lesion merged into nothing": (
        (T1, T2), [BASELINE, point(MARCH, T1=Observation(State.MERGED))], f"{FOLLOWED}.into",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_is_refused_with_its_place(name: str) -> None:
    lesions, points, place = IMPOSSIBLE[name]
    with pytest.raises(InputError) as refusal:
        Timeline("x", lesions, tuple(points))
    assert place in [problem.place for problem in refusal.value.problems]


@pytest.mark.parametrize(("state", "size"), [(State.MEASURED, 20.0), (State.MEASURED, "20"), ("absent", None)])
def test_a_value_of_another_type_is_refused(state: Any, size: Any) -> None:
    """By the constructor's sentence; compiled, by the type itself."""
    with pytest.raises((InputError, TypeError)):
        Timeline("x", (T1, T2), (BASELINE, point(MARCH, T1=Observation(state, longest=size))))


def test_a_lesion_that_came_apart_again_may_go_into_the_other_later() -> None:
    points = (BASELINE, point(MARCH, T1=into("T2"), T2=SIZE), point(MAY, T1=SIZE, T2=into("T1")))
    assert Timeline("x", (T1, T2), points).time_points == points


@pytest.mark.parametrize(
    ("setting", "value"), [("minimum_sd_days", -1), ("censoring", "none"), ("percist_region", "spleen")]
)
def test_a_setting_has_only_the_values_it_can_have(setting: str, value: Any) -> None:
    with pytest.raises(InputError, match=f"settings.{setting}"):
        Settings(**{setting: value})


@pytest.mark.parametrize(("setting", "value"), [("confirmation_days", 2.5), ("sticky_pr", 1), ("best_response", None)])
def test_a_setting_of_another_type_is_refused(setting: str, value: Any) -> None:
    """By the constructor's sentence; compiled, by the type itself."""
    with pytest.raises((InputError, TypeError)):
        Settings(**{setting: value})
