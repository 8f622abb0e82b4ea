"""``tracker verify``: a dated sheet, and an exit code that tells agreement, difference and wrong input apart."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.cli.conftest import Tracker
from tests.support.sdtm import rs, tr, tu, write_study

LESIONS, RESULTS = [tu("T01", "TARGET")], [tr("T01", 30), tr("T01", 20, 2), tr("T01", 23, 3)]


def test_the_shipped_cases_alone(tracker: Tracker) -> None:
    outcome = tracker("verify")
    assert (outcome.code, outcome.err) == (0, "")
    assert re.match(r"Pass sheet of \d{4}-\d\d-\d\d: hepatrack \S+, Python \S+\n", outcome.out)
    assert "recist11.toml: recist-1.1 (Eisenhauer 2009)" in outcome.out
    assert "Result: PASS. All " in outcome.out


def test_a_study_that_agrees(tracker: Tracker, tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", LESIONS, RESULTS, [rs("PR", 2), rs("PR", 3)])
    outcome = tracker("verify", folder)
    assert (outcome.code, outcome.err) == (0, "")
    assert "Study study: recist-1.1 (Eisenhauer 2009), convention sticky\n" in outcome.out
    assert "1 course of a reader, 2 rows: all agree" in outcome.out


def test_a_study_that_differs_shows_the_row_and_ends_with_1(tracker: Tracker, tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", LESIONS, RESULTS, [rs("PR", 2), rs("SD", 3)])
    outcome = tracker("verify", folder)
    assert (outcome.code, outcome.err) == (1, "")
    assert "DIFFERS  rs.csv row 3, STUDY-001, INVESTIGATOR, WEEK 16, 2026-04-27" in outcome.out
    assert "overall response: expected SD, computed PR" in outcome.out
    assert "--convention each-visit-alone" in outcome.out
    # 23 of 30 mm is 23.3 % less: stable, if the visit is judged alone.
    assert tracker("verify", folder, "--convention", "each-visit-alone").code == 0


def test_the_sheet_as_json(tracker: Tracker, tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", LESIONS, RESULTS, [rs("PR", 2), rs("SD", 3)])
    outcome = tracker("verify", folder, "--json")
    sheet = json.loads(outcome.out)
    assert (outcome.code, sheet["format"], sheet["agrees"], sheet["rows_that_differ"]) == (1, "pass-sheet/1", False, 1)
    study = sheet["sections"][-1]
    assert (study["name"], study["rows"], study["convention"]) == ("Study study", 2, "sticky")
    (row,) = study["differences"]
    assert (row["expected"], row["got"], bool(row["reasons"])) == ("SD", "PR", True)


def test_a_wrong_folder_is_2_one_line_a_problem_and_no_sheet(tracker: Tracker, tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", LESIONS, [*RESULTS, tr("T01", 5, 2, TRDTC="soon")], [rs("PR", 2)])
    (folder / "tu.csv").unlink()
    outcome = tracker("verify", folder)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.lines == [
        "study: there is no TU (tumour identification); a file named tu with one of .csv, .xpt, .json, .ndjson is needed"
    ]
    (folder / "tu.csv").write_text("USUBJID,TULNKID,TUORRES\nSTUDY-001,T01,TARGET\n")
    outcome = tracker("verify", folder)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.lines == ["tr.csv row 5, column TRDTC: 'soon' is no date by ISO 8601, such as 2026-03-02 or 2026-03"]
    assert tracker("verify", tmp_path / "nowhere").code == 2


def test_unknown_criteria_are_refused_with_the_known_ones(tracker: Tracker) -> None:
    outcome = tracker("verify", "--criteria", "mine")
    assert outcome.code == 2
    assert "--criteria mine: not known here; known are: recist-1.1" in outcome.lines[0]
