"""The report of an entry on the server: kept with the draft, read once, never mixed with another."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from dashboards.components.entry_drafts import with_report_text
from dashboards.components.entry_report import as_if_taken, read_text, report_of


def test_a_text_that_stayed_behind_is_joined_from_the_draft_that_is_kept() -> None:
    kept = {"report": {"id": "r1", "text": "Segment VII 21 mm.", "taken": {}}}
    sent = {"rows": {}, "report": {"id": "r1", "text": None, "taken": {"L1@12": True}}}
    assert with_report_text(sent, kept)["report"] == {
        "id": "r1",
        "text": "Segment VII 21 mm.",
        "taken": {"L1@12": True},
    }


@pytest.mark.parametrize("kept", [{}, {"report": None}, {"report": {"id": "r2", "text": "Of another."}}])
def test_a_text_that_stayed_behind_is_never_taken_from_another_report(kept: dict[str, Any]) -> None:
    sent = {"rows": {}, "report": {"id": "r1", "text": None}}
    assert with_report_text(sent, kept)["report"] is None


def test_a_draft_with_its_text_is_kept_as_it_is() -> None:
    sent = {"report": {"id": "r1", "text": "Segment VII 21 mm."}}
    assert with_report_text(sent, {"report": {"id": "r1", "text": "Older."}}) is sent


@pytest.mark.parametrize("report", [None, "text", {"text": 3}, {"text": "   "}, {}])
def test_what_is_no_report_is_none(report: object) -> None:
    assert report_of({"report": report}) is None


def test_a_report_without_an_id_has_that_of_its_text_and_only_plain_answers() -> None:
    one = report_of({"report": {"text": "A report.", "taken": {"a": True, "b": 1}, "refused": "no", "inbox": True}})
    assert one is not None
    again = report_of({"report": {"text": "A report."}})
    assert again is not None
    assert one["id"] == again["id"]
    assert (one["taken"], one["refused"], one["inbox"]) == ({"a": True}, {}, None)


def test_a_look_ahead_fills_only_what_is_sure_empty_and_not_refused() -> None:
    def suggest(label: str, text: str, sure: bool = True) -> dict[str, Any]:
        return {"id": f"{label}@1", "label": label, "text": text, "sure": sure}

    content = {
        "exam": {"modality": "MR"},
        "rows": {label: {"text": text} for label, text in (("L1", ""), ("L2", "14"), ("L3", ""), ("L4", ""))},
        "report": {"text": "A report.", "refused": {"L4@1": True}},
    }
    header = [
        {"id": "header:modality", "field": "modality", "sets": {"modality": "CT"}},
        {"id": "header:performed_on", "field": "performed_on", "sets": {"performed_on": "2026-07-06"}},
        {"id": "header:count", "field": "count", "sets": {"count_kind": "exact", "count": "2"}},
    ]
    suggestions = [suggest("L1", "21"), suggest("L2", "12"), suggest("L3", "9", sure=False), suggest("L4", "a")]
    ahead = as_if_taken(content, {"suggestions": suggestions, "header": header})
    assert ahead is not None
    assert {label: row["text"] for label, row in ahead["rows"].items()} == {"L1": "21", "L2": "14", "L3": "", "L4": ""}
    assert ahead["exam"] == {"modality": "MR", "performed_on": "2026-07-06"}
    assert content["rows"]["L1"] == {"text": ""}
    assert as_if_taken(content, {"suggestions": suggestions[1:], "header": []}) is None


def test_a_reading_that_fails_stops_nobody_and_the_text_reaches_no_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(text: str) -> None:
        raise KeyError(text)

    monkeypatch.setattr("tracker.reading.report.read_report", fail)
    with caplog.at_level(logging.DEBUG):
        assert read_text("The secret metastasis.") is None
    assert "secret" not in caplog.text
    assert "KeyError" in caplog.text
