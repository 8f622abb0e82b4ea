"""``demo`` and ``serve``: the pages come up, and however they end nothing is left behind."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Tracker
from tests.cli.test_endings import environment
from tracker.commands import processes
from tracker.errors import InputError

#: Far above what it takes, for machines that do other work meanwhile; the benchmark holds the promised time.
PATIENCE = 60


@contextmanager
def taken_port() -> Iterator[int]:
    """A port of this machine that a program listens on."""
    with socket.socket() as listener:
        listener.bind((processes.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_port() -> int:
    with taken_port() as port:
        return port


@contextmanager
def running(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process whose temporary files lie under ``home``."""
    (home / "tmp").mkdir(exist_ok=True)
    child = subprocess.Popen(
        [sys.executable, "-m", "tracker", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home) | {"TMPDIR": str(home / "tmp")},
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        child.communicate(timeout=PATIENCE)


def wait_for(port: int, path: str = "/readyz") -> bytes:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        connection = http.client.HTTPConnection(processes.HOST, port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            if answer.status == 200:
                return answer.read()
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    pytest.fail(f"{path} did not answer")


def children_of(process: subprocess.Popen[str]) -> list[int]:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not path.exists():
        pytest.skip("this system does not tell the children of a process")
    return [int(word) for word in path.read_text().split()]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_demo_serves_and_leaves_nothing_behind(home: Path, number: signal.Signals) -> None:
    port = free_port()
    with running(home, "demo", "--no-browser", "--port", str(port), "--patients", "3") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "Inventing 3 patients …\n"
        assert process.stdout.readline() == f"3 invented patients (SYNTHETIC): http://127.0.0.1:{port}\n"
        wait_for(port)
        (folder,) = (home / "tmp").glob("hepatrack-demo-*")
        assert folder.stat().st_mode & 0o777 == 0o700
        (child,) = children_of(process)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, err) == (0, ""), out
        assert is_gone(child)
        assert not list((home / "tmp").glob("hepatrack-demo-*"))


def test_pages_whose_command_is_killed_end_too(home: Path) -> None:
    """A command that is killed can say nothing any more; the line to its pages breaks, and they end by themselves."""
    port = free_port()
    with running(home, "demo", "--no-browser", "--port", str(port), "--patients", "1") as process:
        wait_for(port)
        (child,) = children_of(process)
        process.kill()
        process.wait()
        until = time.monotonic() + PATIENCE
        while not is_gone(child) and time.monotonic() < until:
            time.sleep(0.1)
        assert is_gone(child)


def test_a_demo_stopped_while_it_starts_leaves_nothing_behind(home: Path) -> None:
    with running(home, "demo", "--no-browser", "--port", str(free_port()), "--patients", "60") as process:
        until = time.monotonic() + PATIENCE
        while not list((home / "tmp").glob("hepatrack-demo-*/demo.sqlite3")) and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, err) == (0, "")
        assert not list((home / "tmp").glob("hepatrack-demo-*"))


def test_a_demo_whose_pages_die_says_so(home: Path) -> None:
    with running(home, "demo", "--no-browser", "--port", str(free_port()), "--patients", "1") as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(3)][2] == "Ctrl-C stops it.\n"
        (child,) = children_of(process)
        os.kill(child, signal.SIGKILL)
        _, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, err) == (1, "The pages ended by themselves (code -9).\n")
        assert not list((home / "tmp").glob("hepatrack-demo-*"))


def test_a_port_that_was_asked_for_and_is_taken_is_one_sentence(tracker: Tracker, home: Path) -> None:
    with taken_port() as port:
        outcome = tracker("demo", "--no-browser", "--port", str(port))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.lines == [f"--port {port}: this port is taken by another program; give another, or none"]


def test_without_a_port_the_next_free_one_is_taken() -> None:
    with taken_port() as port:
        assert processes.choose_port(None, port) > port
        with pytest.raises(InputError, match=f"--port {port}: this port is taken"):
            processes.choose_port(port, 8501)


def test_port_0_is_any_free_one() -> None:
    assert processes.choose_port(0, 8501) > 1023


def test_the_record_is_served_on_this_machine_only(tracker: Tracker, home: Path) -> None:
    tracker("init")
    port = free_port()
    with running(home, "serve", "--port", str(port)) as process:
        wait_for(port)
        assert process.stdout is not None
        assert process.stdout.readline() == f"The record is open: http://127.0.0.1:{port}\n"
        listening = Path("/proc/net/tcp")
        if listening.exists():
            hexed = f":{port:04X} "
            addresses = {line.split()[1] for line in listening.read_text().splitlines() if hexed in line}
            assert f"00000000:{port:04X}" not in addresses
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, err) == (0, "")


def test_a_database_of_another_schema_is_not_served(tracker: Tracker, home: Path) -> None:
    tracker("init")
    with closing(sqlite3.connect(home / "data" / "hepatrack.sqlite3")) as connection, connection:
        connection.execute("update alembic_version set version_num = '0000'")
    outcome = tracker("serve")
    assert (outcome.code, outcome.out, len(outcome.lines)) == (2, "", 1)
