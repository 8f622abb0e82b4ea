"""However a command ends (a closed pipe, Ctrl-C, a defect), a person reads a sentence and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Tracker
from tests.exchange.tables import plain, seen, table
from tracker import cli as command


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    return kept | {"TRACKER_DATA_DIR": str(home / "data"), "PYTHONPATH": os.pathsep.join(sys.path)}


def test_the_module_is_the_command(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tracker", "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("tracker ")


def test_a_reader_that_has_seen_enough_is_no_error(tracker: Tracker, home: Path) -> None:
    tracker("init")
    exams = [seen({"patient_id": f"P{n}", "exam_date": "2026-01-05", "modality": "CT"}, "L1", 20) for n in range(120)]
    Path("t.csv").write_bytes(table(*exams))
    assert tracker("import", "t.csv").code == 0
    child = subprocess.Popen(
        [sys.executable, "-m", "tracker", "export", "--format", "timeline", "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home),
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.read(10)
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait(60) == 0


def test_a_stop_key_ends_a_command_without_a_trace(tracker: Tracker, home: Path) -> None:
    tracker("init")
    child = subprocess.Popen(
        [sys.executable, "-m", "tracker", "import", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home),
        # Where the tests themselves run in the background, a shell has told them to ignore the stop key.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    time.sleep(2)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (130, b"")
    assert b"Traceback" not in err
    assert b"Stopped." in err


def test_a_defect_is_told_without_the_values_it_held(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_options: object) -> None:
        raise KeyError("Doe^Jane")

    monkeypatch.setattr(command.cli.commands["assess"], "callback", broken)
    outcome = tracker("assess", "x")
    assert (outcome.code, len(outcome.lines)) == (1, 1)
    assert outcome.err.startswith("This is a defect of the program (KeyError in test_endings.py, line ")
    assert "Doe" not in outcome.err


def test_an_error_of_the_system_is_one_sentence(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_options: object) -> None:
        raise OSError(28, "No space left on device", "/var/x")

    monkeypatch.setattr(command.cli.commands["assess"], "callback", full)
    outcome = tracker("assess", "x")
    assert (outcome.code, outcome.err) == (2, "/var/x: No space left on device\n")


def test_a_database_that_goes_away_in_between_is_one_sentence(tracker: Tracker, home: Path) -> None:
    tracker("init")
    (home / "data" / "audit.key").unlink()
    Path("t.csv").write_bytes(table(*plain()))
    outcome = tracker("import", "t.csv")
    assert (outcome.code, len(outcome.lines)) == (2, 1)
    assert "The key of the audit is missing or damaged" in outcome.err


def test_a_terminal_without_the_letters_gets_their_escapes(tracker: Tracker, home: Path) -> None:
    tracker("init")
    rows = [seen({"patient_id": "Ärz≥1", "exam_date": "2026-01-05", "modality": "CT"}, "L1", 20)]
    done = subprocess.run(
        [sys.executable, "-m", "tracker", "import", "--dry-run", "-"],
        input=table(*rows), capture_output=True, env=environment(home) | {"PYTHONIOENCODING": "latin-1"}, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert "would store patient Ärz\\u22651 (local)".encode("latin-1") in done.stdout


def test_a_device_is_written_to_and_not_replaced(tracker: Tracker, home: Path) -> None:
    tracker("init")
    (home / "link").symlink_to("/dev/null")
    assert tracker("export", "link").code == 0
    assert (home / "link").is_symlink()
    assert not Path("/dev/null").is_file()
    (home / "real.csv").touch()
    (home / "other").symlink_to(home / "real.csv")
    assert tracker("export", "other").code == 0
    assert (home / "other").is_symlink()
    assert (home / "real.csv").read_text().startswith("patient_id")
