"""The settings that name a censoring rule and a reading of the best response: read, written, stored, refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.domain.tables import build_timeline
from tracker.db.canonical import canonical_json, from_plain
from tracker.domain import Settings, Timeline
from tracker.domain.timeline import SETTING_WORDS
from tracker.errors import InputError


def _timeline(settings: dict[str, Any]) -> dict[str, Any]:
    return build_timeline({"targets": {"T1": [30, 20]}, "settings": settings})


@pytest.mark.parametrize("name", list(SETTING_WORDS))
def test_each_word_is_read_written_and_stored(name: str) -> None:
    for word in SETTING_WORDS[name]:
        timeline = Timeline.from_dict(_timeline({name: word}))
        assert getattr(timeline.settings, name) == word
        assert Timeline.from_dict(timeline.to_dict()) == timeline
        assert from_plain(Settings, json.loads(canonical_json(timeline.settings))) == timeline.settings


@pytest.mark.parametrize("name", list(SETTING_WORDS))
@pytest.mark.parametrize("value", ["", "FDA-2018", "recist-1.0", 1, True, ["fda-2018"]])
def test_another_word_is_refused_with_those_known(name: str, value: Any) -> None:
    with pytest.raises(InputError) as refusal:
        Timeline.from_dict(_timeline({name: value}))
    (problem,) = refusal.value.problems
    assert problem.place == f"settings.{name}"
    assert problem.text.endswith(", ".join(SETTING_WORDS[name]))


@pytest.mark.parametrize("name", list(SETTING_WORDS))
def test_no_settings_hold_another_word(name: str) -> None:
    """So that a course cannot be stored with one either."""
    with pytest.raises(InputError) as refusal:
        Settings(**{name: "another"})  # type: ignore[arg-type]
    assert [problem.place for problem in refusal.value.problems] == [f"settings.{name}"]


@pytest.mark.parametrize("name", list(SETTING_WORDS))
def test_null_is_the_default(name: str) -> None:
    assert Timeline.from_dict(_timeline({name: None})).settings == Settings()


def test_a_plan_stored_before_these_settings_were_known_still_reads() -> None:
    stored = json.loads(canonical_json(Settings(minimum_sd_days=56)))
    for name in ("censoring", "best_response"):
        del stored[name]
    assert from_plain(Settings, stored) == Settings(minimum_sd_days=56)


def test_what_is_usual_is_not_written_out() -> None:
    written = Timeline.from_dict(_timeline({"censoring": "fda-2018"})).to_dict()["settings"]
    assert not {"censoring", "best_response"} & set(written)
