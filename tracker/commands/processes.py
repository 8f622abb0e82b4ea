"""The pages as a child process: started, waited for, told to stop, and never left behind."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import click

from tracker.errors import InputError, TrackerError

HOST = "127.0.0.1"
#: How many ports after the usual one are tried.
TRIED = 50
#: Seconds until the pages must answer, and until a child that was told to stop is stopped.
PATIENCE = 60.0
GRACE = 10.0
#: Loads what the pages need, which takes as long as filling a demo database, and waits for the word to open it.
#: Where this process dies, however it dies, the line between the two ends, and so does the child.
_LOAD_AND_WAIT = """
import os, runpy, signal, sys, threading
import dashboards.asgi
sys.stdin.readline() or sys.exit(0)
def end_with_parent():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=end_with_parent, daemon=True).start()
runpy.run_module("dashboards", run_name="__main__", alter_sys=True)
"""
_STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stopped(BaseException):
    """A signal asked the program to stop. Not an error: it passes every handler of errors on its way out."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class ChildDied(TrackerError):  # noqa: N818 - told to people as it is
    """The pages ended by themselves."""


def choose_port(asked: int | None, usual: int) -> int:
    """The port asked for (0: any), else the usual one or the next that is free. InputError where the one asked for is taken."""
    if asked == 0:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            return int(probe.getsockname()[1])
    if asked is not None:
        if not _is_free(asked):
            raise InputError(f"--port {asked}: this port is taken by another program; give another, or none")
        return asked
    for port in range(usual, min(usual + TRIED, 65536)):
        if _is_free(port):
            return port
    raise InputError(f"no port from {usual} to {usual + TRIED - 1} is free; give one by --port")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


@contextmanager
def stopping() -> Iterator[None]:
    """Within the block a stop signal raises ``Stopped``, so that every ``finally`` on the way out is run."""

    def stop(number: int, _frame: FrameType | None) -> None:
        for one in _STOPS:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped(number)

    before = {one: signal.signal(one, stop) for one in _STOPS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def pages(environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The pages as a child of this process, loaded but waiting for ``release``. However the block is left, it is gone."""
    child = subprocess.Popen(
        [sys.executable, "-c", _LOAD_AND_WAIT],
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        # A stop key reaches this process alone, which hands it on; else the child would be told twice.
        start_new_session=True,
    )
    try:
        yield child
    finally:
        _end(child)


def release(child: subprocess.Popen[bytes]) -> None:
    """Let the pages open the database and serve."""
    assert child.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(b"go\n")
        child.stdin.flush()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()


def wait_until_ready(child: subprocess.Popen[bytes], port: int, patience: float = PATIENCE) -> None:
    """Return when /readyz says yes. ChildDied where the child ends first (it has said why) or does not get ready."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if child.poll() is not None:
            raise ChildDied(f"The pages could not start (code {child.returncode}).")
        if _answers(port):
            return
        time.sleep(0.1)
    raise ChildDied(f"The pages did not get ready within {patience:.0f} s.")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def serve_until_stopped(child: subprocess.Popen[bytes], port: int, what: str, *, browser: bool) -> NoReturn:
    """Let the pages go, say where they are, and wait. Ends by ``Stopped``, or by ``ChildDied`` where they end first."""
    address = f"http://{HOST}:{port}"
    release(child)
    wait_until_ready(child, port)
    click.echo(f"{what}: {address}")
    click.echo("Ctrl-C stops it.")
    sys.stdout.flush()
    if browser and _has_screen():
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(address)
    raise ChildDied(f"The pages ended by themselves (code {child.wait()}).")


def _has_screen() -> bool:
    """Whether a browser can open a window here; without one, some systems would start a browser in the terminal."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
