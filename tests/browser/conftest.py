"""A real server on a database of its own, and a real browser before it.

Every page that a test opens is watched: each request must go to the server under test, no rule of the content security
policy may be broken, and no script may fail.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.databases import copy_sqlite
from tests.support.require import lacking
from tracker.db.engine import Database
from tracker.services.actors import Actor, local_actor

_START_SECONDS = 90
_WIDE = {"width": 1920, "height": 1080}


@dataclass(frozen=True)
class Served:
    """A running server, and the database behind it for the test to fill and look into."""

    url: str
    db: Database
    actor: Actor
    process: subprocess.Popen[str]
    log: Path


@dataclass
class Watched:
    """What a page asked for and complained of."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(folder: Path, port: int | None = None, **environ: str) -> tuple[subprocess.Popen[str], str, Path]:
    """Start ``python -m dashboards`` in ``folder`` and wait until it is ready. Returns process, address and log."""
    port = port or free_port()
    log = folder / "server.log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboards"],
            cwd=folder,
            env={**os.environ, "TRACKER_PORT": str(port), "TRACKER_TIMEZONE": "UTC", **environ},
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with code {process.returncode}: {log.read_text(encoding='utf-8')}")
        try:
            with urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return process, url, log
        except (URLError, OSError):
            time.sleep(0.2)
    stop(process)
    raise AssertionError(f"the server was not ready in {_START_SECONDS} s: {log.read_text(encoding='utf-8')}")


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for the session; each test adds patients of its own."""
    folder = tmp_path_factory.mktemp("served")
    db = copy_sqlite(sqlite_template, folder)
    environ = {"TRACKER_DATABASE_URL": f"sqlite:///{db.file}", "TRACKER_DATA_DIR": str(folder)}
    process, url, log = start_server(folder, **environ)
    yield Served(url, db, local_actor(db), process, log)
    stop(process)
    db.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's chromium (or another named by TRACKER_TEST_CHROMIUM)."""
    named = os.environ.get("TRACKER_TEST_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        lacking("browser", "no chromium on this machine (apt-get install chromium, or set TRACKER_TEST_CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def open_page(chromium: Browser, served: Served, watched: Watched) -> Iterator[Callable[..., Page]]:
    """Opens an address of the server in a browser of its own (own cookies, own session) and waits until it is drawn."""
    contexts: list[BrowserContext] = []

    def open_address(address: str, **how: object) -> Page:
        context = chromium.new_context(**{"viewport": _WIDE, "locale": "en-GB", **how})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: watched.requests.append(request.url))
        page.on("pageerror", lambda error: watched.complaints.append(f"script failed: {error}"))
        page.on("console", lambda line: _listen(watched, line.text))
        page.goto(f"{served.url}{address}")
        settle(page)
        return page

    yield open_address
    for context in contexts:
        context.close()
    foreign = [url for url in watched.requests if not url.startswith((served.url, "data:", "blob:"))]
    assert foreign == [], "a page asked for something elsewhere"
    assert watched.complaints == []


def _listen(watched: Watched, text: str) -> None:
    if "Content Security Policy" in text or "BidiComponent Error" in text:
        watched.complaints.append(text)


def settle(page: Page) -> None:
    """Wait until the script of the page has run and nothing is stale."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function("() => !document.querySelector('[data-stale=true]')")
