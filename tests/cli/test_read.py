"""``tracker read``: the form reading/1, whatever goes in, and never a word of the report on standard error."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Tracker

REPORT = (
    "CT ABDOMEN\r\nDate of exam: 02.03.2026\r\nCOMPARISON: 05.01.2026\r\n\r\nFINDINGS:\r\n"
    "LIVER: The metastasis in segment VII has decreased to 2.3 x 1.8 cm, previously 3.1 cm. Naïve μ. No new lesions.\r\n"
)


def write(folder: Path, content: bytes) -> Path:
    file = folder / "report.txt"
    file.write_bytes(content)
    return file


def test_a_report_is_answered_in_the_form(tracker: Tracker, tmp_path: Path) -> None:
    outcome = tracker("read", write(tmp_path, REPORT.encode()))
    assert (outcome.code, outcome.err) == (0, "")
    said = json.loads(outcome.out)
    assert list(said) == ["format", "exam", "mentions", "liver", "problems"]
    assert said["format"] == "reading/1"
    assert said["exam"] == {"modality": "CT", "date": "2026-03-02", "comparison_date": "2026-01-05"}
    assert [one["text"] for one in said["mentions"]] == ["2.3 x 1.8 cm", "3.1 cm"]
    for one in said["mentions"]:
        assert REPORT[one["start"] : one["end"]] == one["text"]
        assert (one["segments"], one["lesion"], one["change"]) == (["VII"], "A", "decreased")
    assert [one["time"] for one in said["mentions"]] == ["current", "prior"]
    assert said["liver"]["no_new_lesions"] is True
    assert [REPORT[one["start"] : one["end"]] for one in said["liver"]["spans"]] == ["No new lesions"]


def test_standard_input_and_the_json_switch(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(REPORT.encode())))
    outcome = tracker("read", "-", "--json")
    assert outcome.code == 0
    assert len(json.loads(outcome.out)["mentions"]) == 2


def test_a_contradiction_is_told_and_leaves_the_exit_code(tracker: Tracker, tmp_path: Path) -> None:
    text = "FINDINGS: A 31 mm metastasis in segment V.\nIMPRESSION: A 31 mm metastasis in segment VII."
    outcome = tracker("read", write(tmp_path, text.encode()))
    assert outcome.code == 0
    assert len(outcome.lines) == len(json.loads(outcome.out)["problems"]) == 1
    assert "segment V and in segment VII" in outcome.err
    assert "metastasis" not in outcome.err


REFUSED = [
    (b"", "it is empty"),
    (b" \r\n\t", "it is empty"),
    (b"caf\xe9 au lait, 12 mm", "the letter at byte 3 is not UTF-8"),
    ("FINDINGS: 12 mm".encode("utf-16"), "the text is in UTF-16"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "this is no text"),
    (b"FINDINGS\x00\x01\x02", "this is no text"),
    (b"123 456", "there is no word in it"),
    (b"liver " * 40_000, "one file holds one report"),
    (b"%PDF-1.7 broken", ""),
]


@pytest.mark.parametrize(("content", "why"), REFUSED, ids=lambda value: str(value)[:24])
def test_what_is_no_report_is_refused_by_name(tracker: Tracker, tmp_path: Path, content: bytes, why: str) -> None:
    outcome = tracker("read", write(tmp_path, content))
    assert (outcome.code, outcome.out) == (2, "")
    assert len(outcome.lines) == 1
    assert "report.txt" in outcome.err
    assert why in outcome.err
    assert "liver liver" not in outcome.err
    assert "lait" not in outcome.err


def test_a_file_that_is_not_there_is_named(tracker: Tracker) -> None:
    outcome = tracker("read", "nowhere.txt")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.lines == ["nowhere.txt: there is no such file"]


def test_a_mark_at_the_start_of_a_file_is_no_letter_of_the_report(tracker: Tracker, tmp_path: Path) -> None:
    outcome = tracker("read", write(tmp_path, b"\xef\xbb\xbf" + REPORT.encode()))
    assert [one["start"] for one in json.loads(outcome.out)["mentions"]] == [REPORT.index("2.3"), REPORT.index("3.1")]
