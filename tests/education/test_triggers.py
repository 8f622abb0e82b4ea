"""Each trigger shows its note for the patients it is meant for, and for no others. The table is tests/cases/notes.toml."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.education.builders import build_record
from tracker.domain.derivation import assess_record
from tracker.education import load_notes
from tracker.education.case import Case
from tracker.education.triggers import TRIGGERS

TODAY = date(2026, 11, 24)
_TABLE = Path(__file__).resolve().parents[1] / "cases" / "notes.toml"
CASES: list[dict[str, Any]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["case"]
#: Shown for every patient.
_ALWAYS = "everybody"


def _case(described: dict[str, Any]) -> Case:
    record = build_record(described)
    return Case(record, assess_record(record), TODAY)


@pytest.mark.parametrize("described", CASES, ids=lambda described: f"{described['trigger']}: {described['truth']}")
def test_a_note_is_shown_for_whom_it_is_meant(described: dict[str, Any]) -> None:
    answer = TRIGGERS[described["trigger"]](_case(described))
    expected = described.get("shows")
    assert (None if answer is None else answer.text) == (None if expected is None else f"Shown because: {expected}.")


@pytest.mark.parametrize("name", sorted(TRIGGERS))
def test_each_trigger_has_a_patient_it_shows_for_and_one_it_does_not(name: str) -> None:
    of_it = [case for case in CASES if case["trigger"] == name]
    assert name == _ALWAYS or any("shows" not in case for case in of_it)
    assert any("shows" in case for case in of_it)


@pytest.mark.parametrize("name", sorted(TRIGGERS))
def test_each_trigger_states_its_condition_and_its_source(name: str) -> None:
    text = TRIGGERS[name].__doc__ or ""
    assert len(text.split()) >= 8
    assert "Source:" in text


@pytest.mark.parametrize("name", sorted(TRIGGERS.keys() - {_ALWAYS}))
def test_an_empty_record_shows_nothing_and_breaks_nothing(name: str) -> None:
    assert TRIGGERS[name](_case({})) is None


def test_notes_and_triggers_name_each_other() -> None:
    assert {note.trigger for note in load_notes()} == set(TRIGGERS)
