"""CPU seconds of the pages' scripts, run in this process on a patient with twelve scans and ten lesions."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from tests.dashboards.pages import page_script
from tracker.db import migrate
from tracker.db.engine import Database, open_database
from tracker.demo import fill_database, generate_cohort
from tracker.services.actors import Actor, demo_actor

#: The pages measured; the patient is the one with the most scans and lesions of the demo (twelve and ten).
PAGES = ("patient", "meeting", "worklist", "cohort")


@contextmanager
def demo_database() -> Iterator[tuple[Database, dict[str, int]]]:
    """The demo cohort in a temporary folder, and the keys of its patients."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{folder}/demo.sqlite3")
        migrate.upgrade(db)
        summary = fill_database(db, demo_actor(db), generate_cohort(today=date(2026, 11, 24)))
        yield db, dict(summary.patient_ids)
        db.dispose()


def script_seconds() -> Iterator[tuple[str, float, float, float]]:
    """For each page: its name, the first run, the median rerun, and a page that shows one line."""
    with demo_database() as (db, patients), server_of(db, demo_actor(db)):
        widest = _twelve_scans(db, patients)
        asked = _ask_at_a_meeting(db, widest)
        empty = statistics.median(_taken(AppTest.from_function(_one_line).run, 8)[1:])
        for view in PAGES:
            app = AppTest.from_function(page_script, kwargs={"view": view}, default_timeout=60)
            if view in ("patient", "meeting"):
                app.query_params["patient"] = str(widest)
            if view == "meeting":
                app.query_params["meeting"] = str(asked)
            taken = _taken(app.run, 10)
            assert not app.exception, [error.message for error in app.exception]
            yield f"{view} page", taken[0], statistics.median(taken[1:]), empty


@contextmanager
def server_of(db: Database, me: Actor) -> Iterator[None]:
    """The pages on this database, with what the server does before it answers and Streamlit once a process: imports."""
    from dashboards import runtime
    from dashboards.components.navigation import load_views

    runtime.close()
    with patch.multiple(runtime, database=lambda: db, actor=lambda: me):
        runtime.warm_up()
        load_views()
        AppTest.from_function(_one_line).run()
        yield


def _twelve_scans(db: Database, patients: dict[str, int]) -> int:
    from tracker.services.patients import load_record

    records = [load_record(db, demo_actor(db), patient_id) for patient_id in patients.values()]
    return max(records, key=lambda record: len(record.exams) * len(record.lesions)).patient.id


def _ask_at_a_meeting(db: Database, patient_id: int) -> int:
    """A meeting of the day on whose list the patient stands."""
    from tracker.services.meetings import ask_question, open_meeting

    actor = demo_actor(db)
    meeting_id = open_meeting(db, actor, date(2026, 11, 26), "MDT of the benchmark")
    ask_question(db, actor, meeting_id, patient_id, "Continue, or change the treatment?")
    return meeting_id


def _one_line() -> None:
    import streamlit as st

    st.write("one line")


def _taken(run: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return taken
