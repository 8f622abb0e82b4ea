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
from tracker.services import folder


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


@pytest.mark.parametrize(
    "name",
    [
        b"non\xff.hl7",
        b"new\nline.hl7",
        b"esc\x1b[31m.hl7",
        "\u202eturned.hl7".encode(),
        b"--json",
        b"-x.hl7",
        b"a" * 251 + b".hl7",
    ],
)
@pytest.mark.parametrize("good", [True, False])
def test_a_file_of_any_name_is_brought_in_and_told_in_one_line(
    ready: Tracker, box: Path, name: bytes, good: bool
) -> None:
    (box / os.fsdecode(name)).write_bytes(report() if good else b"\x89PNG\0")
    (box / "z.hl7").write_bytes(report("2", accession="ACC2"))
    outcome = ready("inbox", box)
    assert (outcome.code, len(outcome.out.splitlines()), len(outcome.lines)) == (0 if good else 2, 2, 0 if good else 1)
    assert all(letter.isprintable() for line in outcome.out.splitlines() for letter in line)
    assert [path.name for path in box.iterdir() if path.is_file()] == []
    assert len(waiting(ready)) == (2 if good else 1)


def test_a_long_name_that_is_taken_gives_way(ready: Tracker, box: Path) -> None:
    for number in range(2):
        (box / ("b" * 255)).write_bytes(report(str(number), accession=f"ACC{number}"))
        assert ready("inbox", box).code == 0
    assert sorted(len(name) for name in files(box)) == [len("done/") + 255] * 2


@pytest.mark.parametrize("kept", ["done", "failed"])
def test_a_folder_that_takes_nothing_is_named_before_anything_is_stored(ready: Tracker, box: Path, kept: str) -> None:
    (box / kept).write_text("no folder")
    (box / "a.hl7").write_bytes(report())
    assert ready("inbox", box).lines == [f"{box / kept}: this is no folder; move it away. Nothing was stored"]
    assert waiting(ready) == []


def test_done_may_be_a_link_to_another_folder(ready: Tracker, box: Path, home: Path) -> None:
    (home / "archive").mkdir()
    (box / "done").symlink_to(home / "archive")
    (box / "a.hl7").write_bytes(report())
    assert (ready("inbox", box).code, files(home / "archive")) == (0, {"a.hl7"})


def test_a_file_that_cannot_be_moved_keeps_no_other_waiting(
    ready: Tracker, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = fill(box, 3)
    rename = Path.rename

    def refuse_the_first(self: Path, target: Path) -> Path:
        if self.name == "r000.hl7":
            raise OSError(18, "Invalid cross-device link")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_the_first)
    outcome = ready("inbox", box)
    assert outcome.code == 2
    assert outcome.lines == [
        "r000.hl7: it is stored, but cannot be moved (Invalid cross-device link); the next pass tries again"
    ]
    monkeypatch.undo()
    assert files(box) == expected - {"done/r000.hl7"} | {"r000.hl7"}


def test_a_file_that_breaks_the_program_keeps_no_other_waiting(
    ready: Tracker, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(box, 2)
    bring = folder.bring_file

    def break_at_the_first(db: object, actor: object, data: bytes, name: str, *more: object) -> object:
        if name == "r000.hl7":
            raise KeyError("Segment VII metastasis 23 mm")
        return bring(db, actor, data, name, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(folder, "bring_file", break_at_the_first)
    outcome = ready("inbox", box)
    assert (outcome.code, len(waiting(ready))) == (2, 1)
    assert "r000.hl7: it met a defect of the program (KeyError in test_inbox_command.py" in outcome.err
    assert "Segment" not in outcome.err
    assert (box / "r000.hl7").exists()


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.txt", b"<?xml version='1.0'?><report>CT 23 mm</report>", "another program (XML)"),
        ("a.txt", b"<!DOCTYPE html><p>CT 23 mm", "a web page"),
        ("a.txt", b"BZh91AY&SY\x01", "an archive"),
        ("a.txt", b"MZ\x90\0\3", "a program"),
        ("a.txt", b"letter\n%PDF-1.4 damaged", "the PDF is damaged"),
        ("a.hl7", b"PK\3\4.....", "an archive"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_what_it_is(
    ready: Tracker, box: Path, name: str, data: bytes, what: str
) -> None:
    (box / name).write_bytes(data)
    outcome = ready("inbox", box)
    assert (outcome.code, waiting(ready)) == (2, [])
    assert what in outcome.err


def test_a_report_may_begin_with_any_word(ready: Tracker, box: Path) -> None:
    (box / "a.txt").write_bytes(b"BMI 24. CT ABDOMEN: segment VII 23 mm, marked <SB> by the sender")
    (box / "b.pdf").write_bytes(b"a line of the spooler\n" + pdf())
    assert ready("inbox", box).code == 0
    assert [item["kind"] for item in waiting(ready)] == ["text", "pdf"]
