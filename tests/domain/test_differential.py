"""The engine against a second, deliberately naive implementation that shares no code with it, on random timelines."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from tests.naive import irecist, recist
from tests.naive.timelines import make_timeline, shrink
from tracker.domain import Timeline, assess
from tracker.errors import InputError

#: Timelines a criterion: 5,000 always, 100,000 in the long run, in blocks that spread over the workers.
BLOCK, BLOCKS, LONG_BLOCKS = 500, 10, 200
NAIVE: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"recist-1.1": recist.assess, "irecist": irecist.assess}


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _iso(value: Any) -> str | None:
    return None if value is None else str(value.isoformat())


def naive_answer(timeline: dict[str, Any], criterion: str) -> dict[str, Any]:
    """The naive result in the words of the output format."""
    course = NAIVE[criterion](timeline)
    rows = [
        {
            "sum_mm": _number(row["sum"]), "sum_of_measured_mm": _number(row["partial"]), "nadir_mm": _number(row["nadir"]),
            "target_response": row["target"], "non_target_response": row["non_target"], "new_lesions": row["new"],
            "overall_response": row["overall"], "after_progression": row["after_progression"],
        }
        for row in course["rows"]
    ]  # fmt: skip
    return {
        "rows": rows, "best_overall_response": course["best"], "confirmed_best_overall_response": course["confirmed"],
        "progression_date": _iso(course["progression"]), "response_start_date": _iso(course["start"]),
    }  # fmt: skip


def differences(timeline: dict[str, Any], criterion: str) -> list[str] | None:
    """What the two do not agree on; None where the timeline is refused."""
    try:
        read = Timeline.from_dict(timeline)
    except InputError:
        return None
    engine, naive = assess(read, criterion).to_dict(), naive_answer(timeline, criterion)
    found = [
        f"{key} at {index}: engine {row[key]!r}, naive {expected[key]!r}"
        for index, (row, expected) in enumerate(zip(engine["time_points"], naive["rows"], strict=True))
        for key in expected
        if row[key] != expected[key]
    ]
    return found + [
        f"{key}: engine {engine[key]!r}, naive {value!r}"
        for key, value in naive.items()
        if key != "rows" and engine[key] != value
    ]


def compare(criterion: str, seeds: range) -> int:
    """How many timelines were judged; the first that the two judge differently fails, as small as it can be made."""
    judged = 0
    for seed in seeds:
        found = differences(make_timeline(seed), criterion)
        judged += found is not None
        if found:
            smallest = shrink(make_timeline(seed), lambda shorter: bool(differences(shorter, criterion)))
            pytest.fail(f"seed {seed}: {differences(smallest, criterion)}\n{json.dumps(smallest)}")
    return judged


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("criterion", NAIVE)
def test_two_implementations_agree_on_random_timelines(criterion: str, block: int) -> None:
    assert compare(criterion, range(block * BLOCK, (block + 1) * BLOCK)) > BLOCK * 0.9


@pytest.mark.long
@pytest.mark.parametrize("block", range(BLOCKS, BLOCKS + LONG_BLOCKS))
@pytest.mark.parametrize("criterion", NAIVE)
def test_two_implementations_agree_on_many_random_timelines(criterion: str, block: int) -> None:
    assert compare(criterion, range(block * BLOCK, (block + 1) * BLOCK)) > BLOCK * 0.9
