"""The board as a meeting uses it: first load, from the key to all charts redrawn in a browser, and twenty sessions at once,
each opening another case every five seconds: time of the server, bytes sent, memory a session."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.browser.conftest import settle, start_server, stop
from tracker.db import migrate
from tracker.db.engine import open_database
from tracker.demo import fill_database, generate_cohort
from tracker.services.actors import demo_actor

Show = Callable[[str, str, str], None]

SESSIONS = 20
#: Every session clicks once in so many seconds, this often.
PAUSE_SECONDS, CLICKS = 5.0, 6
REDRAWS = 12

#: Two frames after the last change of a chart the page has been painted.
_WATCH_REDRAW = """() => {
    window.drawn = 0;
    let painted = () => requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = performance.now(); }));
    document.addEventListener('keydown', event => { window.pressed = event.timeStamp; }, true);
    new MutationObserver(painted).observe(document.querySelector('[data-testid=stMain]') ?? document.body,
        { childList: true, subtree: true, attributes: true, characterData: true });
}"""


def run(show: Show) -> None:
    """Play and print; what needs a browser says so where there is none."""
    with _served() as (url, pid, patients):
        alone = _Session(url)
        first = alone.open(patients[0])
        taken = [alone.open(patients[at % len(patients)]) for at in range(1, 25)]
        again = [alone.open(patients[0]) for _ in range(12)]
        alone.close()
        show(
            "board: the server, one session, another case",
            _ms(t.seconds for t in taken),
            f"first {_ms([first.seconds])}",
        )
        show(
            "board: the server, one session, the same case",
            _ms(t.seconds for t in again),
            "a rerun that changes nothing",
        )
        show(
            "board: bytes sent for another case", f"{statistics.median(t.sent for t in taken) / 1024:.0f} KiB", "median"
        )
        _many(show, url, pid, patients)
        _browser(show, url)


@dataclass(frozen=True)
class _Run:
    seconds: float
    sent: int


class _Session:
    """A browser's connection without the browser: opens cases and waits until the script has finished."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._socket: ClientConnection = connect(
            f"ws://{where.netloc}/_stcore/stream",
            origin=url,
            subprotocols=["streamlit"],
            max_size=None,
            compression=None,  # type: ignore[arg-type, list-item]
        )

    def open(self, patient: int) -> _Run:
        message = BackMsg()
        message.rerun_script.query_string = f"patient={patient}"
        message.rerun_script.page_name = "patient"
        began = time.perf_counter()
        self._socket.send(message.SerializeToString())
        sent = 0
        while True:
            data = self._socket.recv(timeout=60)
            sent += len(data)
            said = ForwardMsg()
            said.ParseFromString(data if isinstance(data, bytes) else data.encode())
            if said.WhichOneof("type") == "script_finished":
                return _Run(time.perf_counter() - began, sent)

    def close(self) -> None:
        self._socket.close()


def _many(show: Show, url: str, pid: int, patients: Sequence[int]) -> None:
    before = _resident(pid)
    sessions = [_Session(url) for _ in range(SESSIONS)]
    for at, session in enumerate(sessions):
        session.open(patients[at % len(patients)])
    memory = (_resident(pid) - before) / SESSIONS

    def click(at: int) -> list[float]:
        time.sleep(PAUSE_SECONDS * at / SESSIONS)
        taken = []
        for turn in range(CLICKS):
            began = time.perf_counter()
            taken.append(sessions[at].open(patients[(at + turn) % len(patients)]).seconds)
            time.sleep(max(0.0, PAUSE_SECONDS - (time.perf_counter() - began)))
        return taken

    with ThreadPoolExecutor(SESSIONS) as pool:
        taken = sorted(seconds for one in pool.map(click, range(SESSIONS)) for seconds in one)
    for session in sessions:
        session.close()
    median, slow = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
    busy = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    show(
        f"board: {SESSIONS} sessions, a case every {PAUSE_SECONDS:.0f} s: 95th of 100",
        _ms([slow]),
        f"at most 150 ms; median {_ms([median])}; {busy}",
    )
    show("board: memory a session", f"{memory / 1024:.2f} MiB", f"the server holds {_resident(pid) / 1024:.0f} MiB")


def _browser(show: Show, url: str) -> None:
    path = os.environ.get("TRACKER_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if path is None:
        show("board: key to redrawn in the browser", "not measured", "no chromium on this machine")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="en-GB").new_page()
        began = time.perf_counter()
        page.goto(f"{url}/patient?patient=1")
        page.wait_for_selector(".js-plotly-plot .main-svg")
        settle(page)
        show(
            "board: first load in an empty browser", f"{time.perf_counter() - began:.1f} s", "charts drawn, script done"
        )
        page.wait_for_timeout(1500)
        page.evaluate(_WATCH_REDRAW)
        taken = [_redraw(page) for _ in range(REDRAWS)]
        show(
            "board: key to all charts redrawn, median",
            _ms(ms / 1000 for ms in taken),
            f"at most 400 ms; the slowest {max(taken):.0f} ms",
        )
        browser.close()


def _redraw(page: Page) -> float:
    """Milliseconds from the key J to the last paint of the next case."""
    before = page.url
    page.keyboard.press("j")
    page.wait_for_function("before => location.href !== before", arg=before)
    settle(page)
    page.wait_for_timeout(900)
    return float(page.evaluate("window.drawn - window.pressed"))


@contextmanager
def _served() -> Iterator[tuple[str, int, list[int]]]:
    """The demo cohort behind a real server: its address, its process, and the keys of its patients."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        address = f"sqlite:///{folder / 'demo.sqlite3'}"
        db = open_database(address)
        migrate.upgrade(db)
        filled = fill_database(db, demo_actor(db), generate_cohort(today=date(2026, 11, 24)))
        db.dispose()
        process, url, _ = start_server(
            folder, TRACKER_DATABASE_URL=address, TRACKER_DATA_DIR=str(folder), TRACKER_DEMO="1"
        )
        try:
            yield url, process.pid, sorted(dict(filled.patient_ids).values())[:SESSIONS]
        finally:
            stop(process)


def _resident(pid: int) -> float:
    """KiB of memory the process holds; 0 where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    return next(float(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS"))


def _ms(seconds: Iterator[float] | Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.0f} ms"
