"""What is asked of every criterion that is judged from a case table."""

from __future__ import annotations

import random
from typing import Any

from tests.domain.tables import build_timeline
from tracker.domain import Timeline, assess
from tracker.verification.published import run_table


def assert_case(case: dict[str, Any], criterion: str) -> None:
    """The case answers as it says, in everything it says."""
    assert case["source"]
    section = run_table(criterion, {"criteria": criterion, "case": [case]})
    assert section.rows
    assert not section.differences
    assert not section.not_verified


def assert_reasons(case: dict[str, Any], criterion: str, *prefixes: str) -> None:
    """Each row after the baseline says why, each rule with its source and one sentence."""
    for row in assess(Timeline.from_dict(build_timeline(case)), criterion).time_points[1:]:
        assert row.reasons
        for reason in row.reasons:
            assert reason.rule.startswith(tuple(f"{prefix}." for prefix in prefixes))
            assert reason.source
            assert reason.text.endswith(".")
            assert not reason.text[0].islower()
            assert "None" not in reason.text


def assert_prefixes_agree(timeline: dict[str, Any], criterion: str) -> None:
    """A later time point never changes an earlier row."""

    def told(points: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        rows = assess(Timeline.from_dict(timeline | {"time_points": points}), criterion).time_points
        return [(row.to_dict(), row.shown_on, row.settled, row.after_treatment_change) for row in rows]

    whole = told(timeline["time_points"])
    for length in range(1, len(whole) + 1):
        assert told(timeline["time_points"][:length]) == whole[:length]


def assert_shuffled_agrees(timeline: dict[str, Any], criterion: str, seed: int) -> None:
    """The order in which lesions are listed changes no response and no date."""
    lesions = list(timeline["lesions"])
    random.Random(seed).shuffle(lesions)
    one = assess(Timeline.from_dict(timeline), criterion)
    other = assess(Timeline.from_dict(timeline | {"lesions": lesions}), criterion)
    for left, right in zip(one.time_points, other.time_points, strict=True):
        assert (left.overall_response, left.target_response) == (right.overall_response, right.target_response)
        assert (left.sum, left.nadir, left.shown_on) == (right.sum, right.nadir, right.shown_on)
    assert one.best_overall_response == other.best_overall_response
    assert one.confirmed_best_overall_response == other.confirmed_best_overall_response
    assert one.progression_date == other.progression_date
