"""The best response says which visits made it, which were left out and why, and what confirms it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.tables import build_timeline
from tracker.domain import Timeline, assess
from tracker.domain.assess import CRITERIA
from tracker.domain.explain_best import BestExplained, explain_best


def explained(case: dict[str, Any], criteria: str = "recist-1.1", **more: Any) -> BestExplained:
    timeline = Timeline.from_dict(build_timeline(case) | more)
    return explain_best(timeline, assess(timeline, criteria))


#: Case and its sentences (RECIST 1.1, 4.4.3, 4.6, Table 3).
CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({"targets": {"T1": [100]}}, ["There is a baseline only: nothing can be judged yet."]),
    (
        {"targets": {"T1": [100, 60, 55, 90]}},
        [
            "PR is the best of the 3 visits that count, first on 2 Mar 2026.",
            "PR of 2 Mar 2026 is confirmed by PR of 27 Apr 2026, 56 days later (28 are needed).",
        ],
    ),
    (
        {"targets": {"T1": [100, 60, 90]}},
        [
            "PR is the best of the 2 visits that count, first on 2 Mar 2026.",
            "PR of 2 Mar 2026 is not confirmed: no second response follows at least 28 days later with at most 1 other visit between.",
        ],
    ),
    (
        {"targets": {"T1": [100, 100]}, "days": [0, 28]},
        ["SD on 2 Feb 2026 is day 28 from 5 Jan 2026, before the 42 days that stable disease has to last."],
    ),
    ({"targets": {"T1": [100, 130]}}, ["PD is the best of the one visit that counts, first on 2 Mar 2026."]),
]


@pytest.mark.parametrize(("case", "sentences"), CASES)
def test_it_says_what_made_the_best_response(case: dict[str, Any], sentences: list[str]) -> None:
    assert list(explained(case).sentences) == sentences


def test_it_says_what_was_left_out_and_why() -> None:
    second_line = [{"name": "FOLFOX", "kind": "systemic", "start": "2026-04-01", "stop": None}]
    changed = explained({"targets": {"T1": [100, 90, 50]}}, treatments=second_line)
    assert [why for _, why in changed.left_out] == ["behind a local treatment of a target or a new line of treatment"]
    progressed = explained({"targets": {"T1": [100, 130, 40]}})
    assert [(str(day), why) for day, why in progressed.left_out] == [("2026-04-27", "after progression")]
    dated_back = explained({"targets": {"T1": [100, 100, 100]}, "new": {"N1": ["-", "eq", "un"]}})
    assert [why for _, why in dated_back.left_out] == ["on or after the day to which progression is dated"]
    assert dated_back.to_dict()["left_out"][0]["date"] == "2026-03-02"


@pytest.mark.parametrize("criteria", CRITERIA)
def test_the_best_response_is_among_the_visits_that_count(criteria: str) -> None:
    found = explained({"targets": {"T1": [100, 80, 60, 90, 120]}}, criteria)
    assert found.best in {response for _, response in found.counted}
    assert found.sentences
