"""``init``, ``db``, ``import`` and ``export`` as a person runs them: what is printed, where, and the exit code."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome, Tracker
from tests.exchange.tables import LATER, plain, seen, table
from tests.exchange.workbooks import xlsx


@pytest.fixture
def ready(tracker: Tracker) -> Tracker:
    """The command beside an empty database."""
    assert tracker("init").code == 0
    return tracker


def write(name: str, data: bytes) -> str:
    Path(name).write_bytes(data)
    return name


def test_init_makes_a_private_database_once(tracker: Tracker, home: Path) -> None:
    first = tracker("init")
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("The database is ready: ")
    made = home / "data"
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert {file.name for file in made.iterdir()} >= {"hepatrack.sqlite3", "audit.key"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in made.iterdir()} == {0o600}
    again = tracker("init")
    assert again.code == 0
    assert "is there already" in again.out
    assert tracker("db", "check").out == "The database is sound.\n"


def test_init_may_name_the_database(tracker: Tracker, home: Path) -> None:
    outcome = tracker("init", "--database", f"sqlite:///{home}/ward/x.db")
    assert outcome.code == 0
    assert (home / "ward" / "x.db").exists()
    assert "TRACKER_DATABASE_URL" in outcome.out


@pytest.mark.parametrize("words", [("init",), ("db", "upgrade")], ids=" ".join)
def test_a_new_database_knows_its_site(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TRACKER_SITE", "UKH")
    tracker(*words)
    tracker("import", write("t.csv", table(*plain())))
    assert ",UKH," in tracker("export", "-").out


@pytest.mark.parametrize(
    "words", [("db", "current"), ("db", "check"), ("import", "t.csv"), ("export", "-"), ("serve",)], ids=" ".join
)  # fmt: skip
def test_a_database_that_is_not_there_is_one_sentence_and_is_not_made(
    tracker: Tracker, home: Path, words: tuple[str, ...]
) -> None:
    outcome = tracker(*words)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.lines == [f"There is no database {home}/data/hepatrack.sqlite3: make it with 'tracker init'."]
    assert not (home / "data").exists()


@pytest.mark.parametrize("words", [("import", "t.csv"), ("export", "-"), ("serve",)], ids=" ".join)
def test_an_empty_database_is_one_sentence(tracker: Tracker, home: Path, words: tuple[str, ...]) -> None:
    (home / "data").mkdir(mode=0o700)
    (home / "data" / "hepatrack.sqlite3").touch(0o600)
    outcome = tracker(*words)
    assert outcome.code == 2
    assert "'tracker init'" in outcome.err


@pytest.mark.parametrize("words", [("db", "check"), ("import", "t.csv"), ("export", "-"), ("init",)], ids=" ".join)
def test_a_file_that_is_no_database_is_one_sentence(tracker: Tracker, home: Path, words: tuple[str, ...]) -> None:
    (home / "data").mkdir(mode=0o700)
    (home / "data" / "hepatrack.sqlite3").write_bytes(b"no database at all" * 100)
    outcome = tracker(*words)
    assert outcome.code == 2
    assert len(outcome.lines) == 1
    assert "not a database" in outcome.err


def test_a_server_that_does_not_answer_is_one_sentence(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", "postgresql://ward:secret@127.0.0.1:1/hepatrack")
    outcome = tracker("export", "-")
    assert outcome.code == 2
    assert "secret" not in outcome.err


def test_the_schema_is_told_and_upgraded(tracker: Tracker) -> None:
    assert "from empty to" in tracker("db", "upgrade").out
    assert "was at the newest schema already" in tracker("db", "upgrade").out
    assert tracker("db", "current").out.endswith("(newest)\n")
    answer = json.loads(tracker("db", "current", "--json").out)
    assert answer["current"] == answer["newest"]
    assert json.loads(tracker("db", "check", "--json").out) == {"sound": True, "problems": []}


def test_an_unsound_database_is_code_2(ready: Tracker, home: Path) -> None:
    (home / "data" / "hepatrack.sqlite3").chmod(0o644)
    outcome = ready("db", "check")
    assert (outcome.code, outcome.out, len(outcome.lines)) == (2, "", 1)
    assert json.loads(ready("db", "check", "--json").out)["sound"] is False


def test_a_file_is_imported_and_told(ready: Tracker) -> None:
    outcome = ready("import", write("t.csv", table(*plain())))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "t.csv: stored: 1 patient, 1 course, 2 exams"
    again = ready("import", "t.csv")
    assert again.out.splitlines()[0] == "t.csv: already stored: 2 exams as in the file; nothing was changed"


def test_a_dry_run_tells_each_change(ready: Tracker) -> None:
    outcome = ready("import", "--dry-run", write("t.csv", table(*plain())))
    assert outcome.code == 0
    assert outcome.out.splitlines()[:3] == [
        "t.csv: would store: 1 patient, 1 course, 2 exams",
        "  would store patient P1 (local)",
        "  would store exam: CT of 2026-01-05, patient P1, 3 lesions",
    ]
    assert ready("export", "-").out.count("\n") == 1


def test_each_problem_is_one_line_with_file_row_and_column(ready: Tracker) -> None:
    bad = plain(seen(LATER, "L1", "2.3 cm"), seen(LATER, "L2", "x", role="taget"))
    outcome = ready("import", write("t.csv", table(*bad)))
    assert outcome.code == 2
    assert [line.partition(": '")[0] for line in outcome.lines] == [
        "t.csv: row 7, column long_axis_mm", "t.csv: row 8, column long_axis_mm", "t.csv: row 8, column role",
    ]  # fmt: skip
    assert outcome.out.splitlines()[0] == "t.csv: nothing was stored: 3 problems"


def test_json_reports_files_and_problems(ready: Tracker) -> None:
    good, bad = write("good.csv", table(*plain())), write("bad.csv", table(*plain(seen(LATER, "L1", "x"))))
    outcome = ready("import", "--json", good, bad)
    assert outcome.code == 2
    first, second = json.loads(outcome.out)["files"]
    assert (first["file"], first["stored"], first["exams_new"], first["problems"]) == ("good.csv", True, 2, [])
    assert (second["stored"], len(second["problems"])) == (False, 1)
    assert second["problems"][0]["place"] == "row 7, column long_axis_mm"


def test_a_wrong_file_does_not_hold_up_the_others(ready: Tracker) -> None:
    good = write("good.csv", table(*plain()))
    outcome = ready("import", "missing.csv", good)
    assert outcome.code == 2
    assert outcome.lines == ["missing.csv: there is no such file (nothing of it was stored)"]
    assert "good.csv: stored" in outcome.out


def test_standard_input_is_imported(ready: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(table(*plain()))))
    assert ready("import", "-").out.startswith("standard input: stored: 1 patient")


def test_the_switches_reach_the_reader(ready: Tracker) -> None:
    text = b"patient_id;study_date;measurement;lesion_label_alias;lesion_category\n1;05.01.2026;23,5;A;target\n"
    words = ("import", "--preset", "pyrecist", "--modality", "CT", "--date-order", "dmy", write("t.csv", text))
    assert ready(*words).code == 0
    assert "1,2026-01-05,CT,,final,A,liver,,target,measured,23.5" in ready("export", "-").out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--preset", "foo"), "--preset: there is no preset 'foo'; known are: pyrecist"),
        (("--modality", "CAT"), "--modality: 'CAT' is not known"),
        (("--format", "fax"), "'fax' is not one of 'auto', 'table', 'hl7', 'text', 'pdf'"),
    ],
)
def test_a_wrong_switch_is_named(ready: Tracker, words: tuple[str, ...], sentence: str) -> None:
    outcome = ready("import", *words, write("t.csv", table(*plain())))
    assert (outcome.code, outcome.out, len(outcome.lines)) == (2, "", 1)
    assert sentence in outcome.err


def test_a_workbook_is_imported(ready: Tracker) -> None:
    rows = [["patient_id", "exam_date", "modality", "lesion_id", "long_axis_mm"], ["P1", "2026-01-05", "CT", "L1", 23]]
    outcome = ready("import", write("t.xlsx", xlsx(rows)))
    assert (outcome.code, outcome.err) == (0, "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_one_sentence(ready: Tracker) -> None:
    Path(write("t.csv", b"x")).chmod(0)
    assert "cannot be read (Permission denied)" in ready("import", "t.csv").err


def test_the_export_writes_a_private_file_and_replaces_it_whole(ready: Tracker, home: Path) -> None:
    ready("import", write("t.csv", table(*plain())))
    (home / "out.csv").write_text("old")
    outcome = ready("export", "--format", "csv", "out.csv")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "out.csv: 1 patient written\n")
    assert (home / "out.csv").read_text().startswith("patient_id,exam_date")
    assert stat.S_IMODE((home / "out.csv").stat().st_mode) == 0o600
    assert not [file for file in home.iterdir() if file.name.startswith(".out")]


def test_what_is_stored_is_assessed_outside(ready: Tracker) -> None:
    ready("import", write("t.csv", table(*plain())))
    ready("export", "--format", "timeline", "--patient", "P1", "t.json")
    (result,) = json.loads(ready("assess", "t.json").out)
    assert result["id"] == "P1/course 1"
    assert [row["overall_response"] for row in result["time_points"]] == [None, "SD"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--patient", "nobody", "out.csv"), "--patient: there is no patient 'nobody' in the record"),
        (("missing/out.csv",), "missing/out.csv: the file cannot be written"),
        ((".",), ".: this is a folder"),
    ],
)
def test_an_export_that_cannot_be_is_one_sentence(ready: Tracker, words: tuple[str, ...], sentence: str) -> None:
    outcome: Outcome = ready("export", *words)
    assert (outcome.code, outcome.out, len(outcome.lines)) == (2, "", 1)
    assert sentence in outcome.err
