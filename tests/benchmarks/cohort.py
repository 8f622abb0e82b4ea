"""CPU seconds of the cohort page's script with ten thousand patients, and how many bytes its charts are.

The summaries are stored past the services, as ``cohort_cache`` does; their paths are drawn by a seeded walk.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.benchmarks.cohort_cache import add_patients, add_rows, empty_database
from tests.benchmarks.pages import server_of
from tests.dashboards.pages import page_script
from tracker.db import models, summaries
from tracker.db.engine import Database
from tracker.domain.endpoints.course_path import CoursePath, PathPoint, Until, write_path
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import Response
from tracker.services.actors import local_actor
from tracker.services.engine import ENGINE

PATIENTS = 10_000
_EVERY = 56

Show = Callable[[str, str, str], None]


def walk_path(rng: Random) -> tuple[CoursePath, int]:
    """A course of two to twelve scans that falls and then grows, and its best change in tenths of a percent."""
    points: list[PathPoint] = []
    change, depth = 0.0, rng.uniform(-90, 10)
    progressed = False
    for scan in range(1, rng.randrange(2, 13)):
        change = change + 0.5 * (depth - change) if scan < 4 else change + rng.uniform(-2, 8)
        progressed = scan > 1 and rng.random() < 0.12
        said = Response.PD if progressed else Response.PR if change <= -30 else Response.SD
        points.append(
            PathPoint(
                _EVERY * scan + rng.randrange(-9, 10), round(change * 10), said, progressed and rng.random() < 0.4
            )
        )
        if progressed:
            break
    until = Until(points[-1].day, progressed)
    death = Until(points[-1].day + rng.randrange(30, 400), rng.random() < 0.5)
    best = min(point.change for point in points if point.change is not None)
    return CoursePath(0, until, until, death, True, not progressed, tuple(points)), best


def add_courses(db: Database, number: int, rng: Random) -> None:
    """A summary with a path for each patient of ``add_patients``."""
    plan = summaries.hash_plan("recist-1.1", Settings())
    rows: list[dict[str, Any]] = []
    with db.engine.connect() as connection:
        courses = list(connection.execute(models.CourseRow.__table__.select().order_by(models.CourseRow.id)))
    for course in courses[:number]:
        path, best = walk_path(rng)
        baseline = rng.randrange(20_000, 150_000, 100)
        last = path.points[-1]
        rows.append(
            {
                "patient_id": course.patient_id, "patient_version": 9, "engine": ENGINE, "course": 1, "plan_id": course.id,
                "plan_hash": plan, "identifier": f"P-{course.patient_id:06}", "treatment": course.name,
                "start_on": course.start_on, "scans": len(path.points) + 1, "baseline_um": baseline,
                "best_um": max(0, baseline + baseline * best // 1000), "best_response": str(
                    Response.PR if best <= -300 else Response.SD
                ),
                "progression_on": course.start_on + timedelta(days=last.day) if path.progression.event else None,
                "last_scan_on": course.start_on + timedelta(days=last.day), "has_targets": True, "path": write_path(path),
            }
        )  # fmt: skip
    add_rows(db, {models.CourseSummaryRow: rows})


def run(show: Show, patients: int = PATIENTS) -> None:
    """Print the first run, a rerun, the next patient, and a changed filter; and what the charts weigh."""
    from dashboards.components import loaded

    rng = Random(patients)
    with empty_database() as db:
        add_patients(db, patients, rng)
        add_courses(db, patients, rng)
        with server_of(db, local_actor(db)):
            _, worklist = _cpu(loaded.worklist)
            show(f"worklist of {patients:,} (made while the server starts)", f"{worklist:.2f} s", "not in what follows")
            page = AppTest.from_function(page_script, kwargs={"view": "cohort"}, default_timeout=120)
            _, first = _cpu(page.run)
            assert not page.exception, [error.message for error in page.exception]
            again = statistics.median(_cpu(page.run)[1] for _ in range(5))
            show(
                f"cohort page of {patients:,}: script, first run",
                f"{1000 * first:.0f} ms",
                f"{first / again:.0f} x a rerun",
            )
            show("cohort page: script, rerun", f"{1000 * again:.0f} ms", "target 1,000 ms")
            for what, work in (
                ("another patient looked at", lambda: _look_at(page, 17)),
                ("a filter changed", lambda: page.selectbox(key="cohort-treatment").select("mFOLFOX6").run()),
                ("a filter taken back", lambda: page.selectbox(key="cohort-treatment").select(None).run()),
            ):
                _, taken = _cpu(work)
                assert not page.exception, [error.message for error in page.exception]
                show(f"cohort page: script, {what}", f"{1000 * taken:.0f} ms", "target 1,000 ms")
            sizes = [len(chart.proto.spec) for chart in page.get("plotly_chart")]
            html = sum(len(json.dumps(getattr(block.proto, "body", ""))) for block in page.get("html"))
            show(
                "cohort page: bytes of the four charts",
                f"{sum(sizes) / 1000:,.0f} kB",
                " + ".join(f"{size / 1000:.0f}" for size in sizes),
            )
            show("cohort page: bytes of its HTML", f"{html / 1000:,.0f} kB", "target 1,500 kB in all")


def _look_at(page: AppTest, patient: int) -> None:
    page.session_state["cohort-focus"] = patient
    page.run()


def _cpu(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    result = work()
    return result, time.process_time() - began
