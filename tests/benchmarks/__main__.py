"""Print what costs how much, with the ratio to something plain beside it: ``python -m tests.benchmarks [PART…] [--full]``.

These are figures, not verdicts: nothing here fails because a machine is slow. Ratios travel between machines, seconds do not.
"""

from __future__ import annotations

import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from tests.benchmarks import cohort, cohort_cache, engine, entry, plausibility, sessions, sheets, worklist
from tests.benchmarks import reading as report_reading
from tests.domain.tables import build_timeline
from tracker.domain import Timeline, assess
from tracker.domain.drafts import CourseDraft, ExamDraft, LesionDraft, PatientDraft, TreatmentDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import RecordedObservation
from tracker.domain.vocabulary import CourseKind, LesionRole, Modality, Primary, State, TreatmentKind

SCANS, LESIONS = 12, 10
LABELS = tuple(f"L{number}" for number in range(1, LESIONS + 1))


def seconds_each(work: Callable[[], object], times: int) -> float:
    """Median CPU seconds of one call."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return statistics.median(taken)


def show(what: str, figure: str, ratio: str) -> None:
    print(f"{what:<52} {figure:>16}   {ratio}", flush=True)


def reading() -> None:
    rows = {f"T{n}": [30 + n - scan for scan in range(SCANS)] for n in range(1, 6)}
    plain = build_timeline({"targets": rows, "non_targets": {f"NT{n}": ["p"] * SCANS for n in range(1, 6)}})
    timeline = Timeline.from_dict(plain)
    one = seconds_each(lambda: [assess(timeline) for _ in range(20)], 15) / 20
    read = seconds_each(lambda: [Timeline.from_dict(plain) for _ in range(20)], 15) / 20
    show("timelines read and checked a second", f"{1 / read:,.0f}/s", f"{read / one:.1f} x an assessment")


def _exam(day: date, shrink: int, *, first: bool) -> ExamDraft:
    seen = tuple(
        RecordedObservation(label, Observation(State.MEASURED, longest=Length((40 - number - shrink) * 1000)))
        for number, label in enumerate(LABELS)
    )
    lesions = tuple(LesionDraft(label) for label in LABELS) if first else ()
    return ExamDraft(day, Modality.CT, observations=seen, lesions=lesions)


def saves() -> None:
    from tracker.db import migrate
    from tracker.db.engine import open_database
    from tracker.services import actors, courses, exams, patients

    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{folder}/bench.sqlite3")
        migrate.upgrade(db)
        actor = actors.local_actor(db)
        start = date(2024, 1, 8)
        saved = patients.register_patient(
            db, actor, PatientDraft("BENCH-1", primary=Primary.COLORECTAL, synthetic=True)
        )
        roles = {label: LesionRole.TARGET if label in ("L1", "L2") else LesionRole.NON_TARGET for label in LABELS}
        treatment = TreatmentDraft("FOLFIRI", TreatmentKind.SYSTEMIC, start)
        draft = CourseDraft(CourseKind.SYSTEMIC, "line 1", start, roles, _exam(start, 0, first=True), None, treatment)
        courses.start_course(db, actor, saved.patient_id, draft)
        taken = []
        for number in range(1, SCANS):
            began = time.perf_counter()
            exams.record_exam(
                db, actor, saved.patient_id, _exam(start + timedelta(days=56 * number), number, first=False)
            )
            taken.append(time.perf_counter() - began)
        loading = statistics.median(_wall(lambda: patients.load_record(db, actor, saved.patient_id), 20))
        bare = statistics.median(_bare_commits(Path(folder), 20))
        save = statistics.median(taken)
        show(
            "save of a scan with ten lesions",
            f"{save * 1000:.1f} ms",
            f"{save / bare:.1f} x one bare durable commit here",
        )
        show("load of a patient (12 scans, 10 lesions)", f"{loading * 1000:.1f} ms", f"{loading / save:.2f} x a save")
        db.dispose()


def _wall(work: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return taken


def _bare_commits(folder: Path, times: int) -> list[float]:
    connection = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("CREATE TABLE t (value TEXT)")
    taken = _wall(lambda: connection.execute("INSERT INTO t VALUES ('x')"), times)
    connection.close()
    return taken


def page_scripts() -> None:
    from tests.benchmarks.pages import script_seconds

    for what, first, again, empty in script_seconds():
        show(f"{what}: script time, first run", f"{first * 1000:.0f} ms", f"{first / empty:.1f} x an empty page")
        show(f"{what}: script time, rerun", f"{again * 1000:.0f} ms", f"{again / empty:.1f} x an empty page")


def demo_start() -> None:
    """From the command to an answer of /readyz: sixty patients made, stored and served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bare = statistics.median(
        _wall(lambda: subprocess.run([sys.executable, "-c", "import streamlit, sqlalchemy"], check=True), 3)
    )
    began = time.perf_counter()
    demo = subprocess.Popen(
        [sys.executable, "-m", "tracker", "demo", "--no-browser", "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - began < 60:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
                    if answer.status == 200:
                        break
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        taken = time.perf_counter() - began
    finally:
        demo.terminate()
        demo.wait(timeout=20)
    show("demo: command to ready", f"{taken:.1f} s", f"{taken / bare:.1f} x importing streamlit and sqlalchemy")


def main(asked: Sequence[str]) -> None:
    """Run the parts that are named, or all of them."""
    full = "--full" in asked
    parts: dict[str, Callable[[], None]] = {
        "engine": lambda: engine.run(show, full=full),
        "timelines": reading,
        "saves": saves,
        "pages": page_scripts,
        "sessions": lambda: sessions.run(show),
        "demo": demo_start,
        "plausibility": lambda: plausibility.run(show),
        "reading": lambda: report_reading.run(show),
        "cohort": lambda: cohort_cache.run(show),
        "cohort-page": lambda: cohort.run(show),
        "entry": lambda: entry.run(show),
        "sheets": lambda: sheets.run(show),
        "worklist": lambda: worklist.run(show, full=full),
    }
    names = [word for word in asked if word != "--full"]
    if unknown := [name for name in names if name not in parts]:
        raise SystemExit(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(parts)}")
    for name in names or parts:
        parts[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
