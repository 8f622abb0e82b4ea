"""``tracker inbox DIR``: every file ends in done or failed, whatever happens to the pass."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Tracker
from tests.cli.test_endings import environment
from tests.cli.test_import_reports import BROKEN, framed, report, waiting
from tests.exchange.messages import pdf
from tests.exchange.tables import plain, table


@pytest.fixture
def ready(tracker: Tracker, home: Path) -> Tracker:
    """The command beside an empty database."""
    assert tracker("init").code == 0
    return tracker


@pytest.fixture
def box(home: Path) -> Path:
    """The folder into which others put files."""
    folder = home / "in box"
    folder.mkdir()
    return folder


def files(folder: Path) -> set[str]:
    """All files below a folder."""
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_each_file_ends_in_done_or_with_its_problems_in_failed(ready: Tracker, box: Path) -> None:
    (box / "a.hl7").write_bytes(report())
    (box / "b.hl7").write_bytes(framed(report("2", accession="ACC2"), BROKEN))
    (box / "c.png").write_bytes(b"\x89PNG....")
    (box / "d.csv").write_bytes(table(*plain()))
    (box / "e.hl7.part").write_bytes(report("3")[:40])
    (box / ".hidden").write_bytes(b"x")
    outcome = ready("inbox", box)
    assert outcome.code == 2
    assert files(box) == {
        "done/a.hl7", "done/d.csv", "failed/b.hl7", "failed/b.hl7.problems.json", "failed/c.png",
        "failed/c.png.problems.json", "e.hl7.part", ".hidden",
    }  # fmt: skip
    told = json.loads((box / "failed" / "b.hl7.problems.json").read_text())
    assert told["summary"] == "staged 1, 1 block refused", "what was good is staged"
    assert told["problems"][0]["place"] == "b.hl7, block 2"
    assert "a picture" in (box / "failed" / "c.png.problems.json").read_text()
    assert len(waiting(ready)) == 2
    assert oct((box / "done").stat().st_mode)[-3:] == "700"


def test_a_second_pass_finds_nothing(ready: Tracker, box: Path) -> None:
    (box / "a.hl7").write_bytes(report())
    assert ready("inbox", box).out == "a.hl7: staged 1 → done/a.hl7\n"
    assert ready("inbox", box).out == f"{box}: no file waits\n"


def test_the_same_name_again_is_never_written_over(ready: Tracker, box: Path) -> None:
    texts = [report(str(number), accession=f"ACC{number}") for number in range(3)]
    for text in texts:
        (box / "report.hl7").write_bytes(text)
        assert ready("inbox", box).code == 0
    assert [(box / "done" / name).read_bytes() for name in ("report.hl7", "report-2.hl7", "report-3.hl7")] == texts
    for data in (b"\x89PNG 1", b"\x89PNG 2"):
        (box / "x.png").write_bytes(data)
        ready("inbox", box)
    assert (box / "failed" / "x.png").read_bytes() == b"\x89PNG 1"
    assert (box / "failed" / "x-2.png").read_bytes() == b"\x89PNG 2"
    assert (box / "failed" / "x-2.png.problems.json").exists()


def test_a_pdf_without_text_fails_by_name(ready: Tracker, box: Path) -> None:
    (box / "scan.pdf").write_bytes(pdf(()))
    outcome = ready("inbox", box)
    assert (outcome.code, "only pictures" in outcome.err) == (2, True)


def test_a_link_and_a_pipe_are_left_where_they_are(ready: Tracker, box: Path, home: Path) -> None:
    (home / "secret.txt").write_text("CT of somebody else")
    (box / "link.txt").symlink_to(home / "secret.txt")
    os.mkfifo(box / "pipe.hl7")
    outcome = ready("inbox", box)
    assert outcome.code == 2
    assert len(outcome.lines) == 2
    assert (box / "link.txt").is_symlink()
    assert waiting(ready) == []


def test_a_folder_that_is_none_is_named(ready: Tracker, home: Path) -> None:
    assert ready("inbox", home / "nowhere").lines == [f"{home}/nowhere: there is no such folder"]


def test_a_table_is_read_by_the_sites_own_mapping(ready: Tracker, box: Path) -> None:
    ready("preset", "save", "ours", "Pat=patient_id", "Day=exam_date", "Les=lesion_id", "Max=long_axis_mm")
    (box / "t.csv").write_bytes(b"Pat,Day,Les,Max\nP1,2026-01-05,L1,32\n")
    assert ready("inbox", box, "--preset", "ours", "--modality", "CT").code == 0
    assert "P1" in ready("export", "-").out


def test_what_became_of_each_file_as_json(ready: Tracker, box: Path) -> None:
    (box / "a.hl7").write_bytes(report())
    (told,) = json.loads(ready("inbox", box, "--json").out)["files"]
    assert told == {"file": "a.hl7", "summary": "staged 1", "moved_to": "done/a.hl7", "problems": []}


def test_what_a_killed_pass_wrote_of_a_failed_file_is_written_once(ready: Tracker, box: Path) -> None:
    """Killed between writing the problems and moving the file: the next pass finds its own words and moves it."""
    (box / "x.png").write_bytes(b"\x89PNG 1")
    ready("inbox", box)
    (box / "failed" / "x.png").rename(box / "x.png")
    ready("inbox", box)
    assert files(box) == {"failed/x.png", "failed/x.png.problems.json"}


def start_pass(box: Path, home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-m", "tracker", "inbox", str(box)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment(home)
    )


def fill(box: Path, count: int) -> set[str]:
    for number in range(count):
        (box / f"r{number:03}.hl7").write_bytes(report(str(number), accession=f"ACC{number}"))
    return {f"done/r{number:03}.hl7" for number in range(count)}


def test_a_pass_that_is_killed_loses_nothing_and_doubles_nothing(ready: Tracker, box: Path, home: Path) -> None:
    """SIGKILL after a few files, again and again; then one pass to the end."""
    expected = fill(box, 60)
    for after in (1, 7, 13):
        child = start_pass(box, home)
        assert child.stdout is not None
        for _ in range(after):
            assert child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.stdout.close()
        child.wait(60)
    assert files(box) != expected, "something is left to do"
    assert ready("inbox", box).code == 0
    assert files(box) == expected
    assert [item["accession"] for item in waiting(ready)] == [f"ACC{number}" for number in range(60)]
    assert ready("db", "check").code == 0
    before = waiting(ready, "all")
    for file in (box / "done").iterdir():
        file.rename(box / file.name)
    ready("inbox", box)
    assert waiting(ready, "all") == before


def test_two_passes_at_once_share_the_files(ready: Tracker, box: Path, home: Path) -> None:
    expected = fill(box, 40)
    children = [start_pass(box, home) for _ in range(2)]
    told = [line for child in children for line in child.communicate(timeout=120)[0].splitlines()]
    assert [child.returncode for child in children] == [0, 0]
    assert files(box) == expected
    assert sorted(line.partition(":")[0] for line in told if "no file waits" not in line) == sorted(
        name.removeprefix("done/") for name in expected
    )
    assert len(waiting(ready)) == 40
