"""``tracker sheet`` as a person runs it: a PDF whole or not at all, one sentence for what is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Tracker
from tests.report.papers import read_paper

TABLE = b"patient_id,exam_date,modality,lesion_id,long_axis_mm\nA/1,2026-01-05,CT,L1,32\nA/1,2026-03-02,CT,L1,20\n"


@pytest.fixture
def ready(tracker: Tracker, home: Path) -> Tracker:
    """The command beside one patient."""
    assert tracker("init").code == 0
    Path("t.csv").write_bytes(TABLE)
    assert tracker("import", "t.csv").code == 0
    return tracker


def test_a_sheet_and_a_page_in_plain_words_are_named_by_the_identifier(
    ready: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_PHONE", "+49 30 1234567")
    assert ready("sheet", "A/1").code == 0
    assert ready("sheet", "A/1", "--for", "patient", "--out", "plain.pdf").code == 0
    assert "A/1" in read_paper(Path("sheet-A-1.pdf").read_bytes()).text
    assert "+49 30 1234567" in read_paper(Path("plain.pdf").read_bytes()).text
    assert not list(Path().glob(".*.pdf*"))


def test_a_pdf_goes_to_standard_output_as_it_is(ready: Tracker) -> None:
    words = [sys.executable, "-m", "tracker", "sheet", "A/1", "--out", "-"]
    printed = subprocess.run(words, check=True, capture_output=True, timeout=60)
    assert printed.stderr == b""
    assert read_paper(printed.stdout).pages == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name a patient, or a meeting"),
        (("--for", "patient", "--meeting", "2026-11-19"), "name a patient"),
        (("B",), "there is no patient 'B'"),
        (("A/1", "--meeting", "19.11.2026"), "is not a date; right is 2026-11-19"),
        (("--meeting", "2026-11-19"), "there is no meeting on 2026-11-19"),
        (("A/1", "--out", "."), "this is a folder"),
        (("A/1", "--out", "nowhere/x.pdf"), "cannot be written"),
    ],
)
def test_what_cannot_be_printed_is_one_sentence(ready: Tracker, words: tuple[str, ...], said: str) -> None:
    outcome = ready("sheet", *words)
    assert (outcome.code, len(outcome.lines), said in outcome.err) == (2, 1, True)
    assert not list(Path().glob("*.pdf"))
