"""``tracker assess --endpoints``: one key more in each answer, and nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.conftest import Tracker
from tests.cli.test_assess import EXAMPLE, write
from tests.cli.test_json_fuzz import broken_timelines
from tracker.commands.assessing import assess_one
from tracker.domain.assess import CRITERIA
from tracker.exchange.jsontext import write_json


def test_endpoints_are_one_key_more(tracker: Tracker, tmp_path: Path) -> None:
    file = write(tmp_path, [EXAMPLE, {**EXAMPLE, "lesions": []}])
    plain, more = tracker("assess", file), tracker("assess", file, "--endpoints")
    assert (plain.code, plain.err) == (more.code, more.err) == (2, more.err)
    answers = json.loads(more.out)
    endpoints = [answer.pop("endpoints") for answer in answers]
    assert answers == json.loads(plain.out)
    assert endpoints[1] is None
    survival = endpoints[0]["progression_free_survival"]
    assert (survival["start"], survival["end"], survival["days"], survival["event"]) == (
        "2026-01-12", "2026-05-04", 112, True,
    )  # fmt: skip
    assert endpoints[0]["censoring"] == "fda-2018"
    assert endpoints[0]["early_shrinkage"]["percent"] == -41.0


@pytest.mark.parametrize("criteria", ["recist-1.1", "irecist", "percist-1.0", "choi", "modified-choi"])
def test_every_criterion_has_endpoints(tracker: Tracker, tmp_path: Path, criteria: str) -> None:
    outcome = tracker("assess", write(tmp_path, EXAMPLE), "--endpoints", "--criteria", criteria)
    assert outcome.code == 0
    assert json.loads(outcome.out)["endpoints"]["time_to_progression"]["start"] == "2026-01-12"


def test_a_planned_interval_tells_which_scans_were_missed(tracker: Tracker, tmp_path: Path) -> None:
    late: dict[str, Any] = EXAMPLE | {"time_points": EXAMPLE["time_points"][:2], "death": "2026-12-24"}
    file = write(tmp_path, late)

    def survival(*words: str) -> dict[str, Any]:
        answer = json.loads(tracker("assess", file, "--endpoints", *words).out)["endpoints"]
        return dict(answer["progression_free_survival"])

    assert survival()["event"]
    missed = survival("--planned-interval", "56")
    assert (missed["event"], missed["end"]) == (False, "2026-03-02")
    assert missed["reason"]["rule"] == "censored.missed-visits"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--endpoints", "--planned-interval", "0"), "planned interval: is 0 days; 1 to 730 are right"),
        (("--endpoints", "--planned-interval", "x"), "'x' is not a valid integer"),
        (("--planned-interval", "56"), "--planned-interval: is used for --endpoints only"),
    ],
)
def test_an_interval_that_cannot_be_is_refused(
    tracker: Tracker, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    outcome = tracker("assess", write(tmp_path, EXAMPLE), *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert sentence in outcome.err


@given(st.sampled_from(sorted(CRITERIA)), broken_timelines(), st.none() | st.integers(1, 730))
def test_a_broken_timeline_has_endpoints_or_is_refused(criteria: str, timeline: Any, interval: int | None) -> None:
    answer, problems = assess_one(timeline, criteria, endpoints=True, planned_interval=interval)
    assert (answer["endpoints"] is None) is bool(problems)
    write_json(answer)
