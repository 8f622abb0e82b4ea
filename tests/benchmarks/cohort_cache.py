"""What it costs to read the cohort: from 100,000 stored summaries, and derived where none is stored yet.

The rows are made by the tables' own columns, past the services, which would take an hour for so many.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert

from tracker.db import migrate, models, summaries
from tracker.db.base import Base
from tracker.db.canonical import canonical_json
from tracker.db.engine import Database, open_database
from tracker.domain.endpoints.course_path import CoursePath, PathPoint, Until, write_path
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import Primary, Response
from tracker.services import actors
from tracker.services.cohort import load_cohort
from tracker.services.engine import ENGINE

PATIENTS, DERIVED = 100_000, 300
SCANS, LESIONS = 8, 3
START = date(2020, 1, 6)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TREATMENTS = ("FOLFIRI + bevacizumab", "mFOLFOX6", "FOLFOXIRI", "capecitabine")
SETTINGS = canonical_json(asdict(Settings()))
#: The scans of a course, as long as they are stored of eight.
PATH = write_path(
    CoursePath(
        0, Until(392, True), Until(392, True), Until(392, False), False, False,
        tuple(PathPoint(56 * scan, -308 + scan, Response.PR, False) for scan in range(1, SCANS)),
    )
)  # fmt: skip

Show = Callable[[str, str, str], None]
Rows = list[dict[str, Any]]


@contextmanager
def empty_database() -> Iterator[Database]:
    """A SQLite database in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{folder}/bench.sqlite3")
        migrate.upgrade(db)
        yield db
        db.dispose()


def add_patients(db: Database, number: int, rng: Random) -> None:
    """Patients with one course and its plan, keyed 1 to ``number``; no exam."""
    keys = range(1, number + 1)
    primaries = tuple(Primary)
    tables: dict[type[Base], Rows] = {
        models.PatientRow: [
            {
                "id": key, "site_id": 1, "version": 9, "name": None, "birth_year": 1950, "sex": "female",
                "primary_tumour": str(rng.choice(primaries)), "primary_detail": None, "synthetic": True,
                "biomarkers": "{}", "ecog": 1, "registered_at": NOW, "registered_by": 1,
            }
            for key in keys
        ],
        models.PatientIdentifierRow: [
            {"id": key, "patient_id": key, "authority": "local", "value": f"P-{key:06}"} for key in keys
        ],
        models.CourseRow: [
            {
                "id": key, "patient_id": key, "number": 1, "kind": "systemic", "name": rng.choice(TREATMENTS),
                "start_on": START + timedelta(days=rng.randrange(2000)), "stop_on": None, "withdrawn_at": None,
            }
            for key in keys
        ],
        models.PlanRow: [
            {
                "id": key, "course_id": key, "criterion": "recist-1.1", "settings": SETTINGS,
                "targets_chosen_afterwards": False,
            }
            for key in keys
        ],
    }  # fmt: skip
    add_rows(db, tables)


def add_rows(db: Database, tables: dict[type[Base], Rows]) -> None:
    with db.engine.begin() as connection:
        for table, rows in tables.items():
            connection.execute(insert(table.__table__), rows)  # type: ignore[arg-type]


def add_summaries(db: Database, number: int, rng: Random) -> None:
    """A summary that holds for each patient of ``add_patients``."""
    plan = summaries.hash_plan("recist-1.1", Settings())
    responses = [str(response) for response in (Response.CR, Response.PR, Response.SD, Response.PD)]
    rows = []
    for key in range(1, number + 1):
        start = START + timedelta(days=rng.randrange(2000))
        baseline = rng.randrange(20_000, 150_000, 100)
        rows.append(
            {
                "patient_id": key, "patient_version": 9, "engine": ENGINE, "course": 1, "plan_id": key,
                "plan_hash": plan, "identifier": f"P-{key:06}", "treatment": rng.choice(TREATMENTS),
                "start_on": start, "scans": SCANS, "baseline_um": baseline,
                "best_um": baseline * rng.randrange(30, 110) // 100, "best_response": rng.choice(responses),
                "progression_on": start + timedelta(days=400) if rng.random() < 0.7 else None,
                "last_scan_on": start + timedelta(days=56 * (SCANS - 1)), "has_targets": True, "path": PATH,
            }
        )  # fmt: skip
    add_rows(db, {models.CourseSummaryRow: rows})


def add_scans(db: Database, number: int, rng: Random) -> None:
    """Eight CT of three liver targets for each patient of ``add_patients``, each scan a time point of the plan."""
    exams: Rows = []
    lesions: Rows = []
    observations: Rows = []
    for key in range(1, number + 1):
        first = 1 + (key - 1) * LESIONS
        lesions += [
            {
                "id": first + at, "patient_id": key, "label": f"L{at + 1}", "tracking_uid": f"2.25.{first + at}",
                "organ": "liver", "segments": "", "appearance": None, "first_seen": None, "withdrawn_at": None,
            }
            for at in range(LESIONS)
        ]  # fmt: skip
        sizes = [rng.randrange(15_000, 60_000, 1000) for _ in range(LESIONS)]
        start = START + timedelta(days=rng.randrange(1000))
        for scan in range(SCANS):
            exam = 1 + (key - 1) * SCANS + scan
            exams.append(_exam(exam, key, start + timedelta(days=56 * scan)))
            sizes = [max(2000, um * rng.randrange(80, 115) // 100) for um in sizes]
            observations += [_observation(exam, first + at, at, um) for at, um in enumerate(sizes)]
    exam_keys = [exam["id"] for exam in exams]
    tables: dict[type[Base], Rows] = {
        models.LesionRow: lesions,
        models.ExamRow: exams,
        models.ObservationRow: observations,
        models.PlanRoleRow: [
            {"plan_id": lesion["patient_id"], "lesion_id": lesion["id"], "role": "target"} for lesion in lesions
        ],
        models.TimePointRow: [{"id": exam, "plan_id": 1 + (exam - 1) // SCANS} for exam in exam_keys],
        models.TimePointExamRow: [{"time_point_id": exam, "exam_id": exam} for exam in exam_keys],
    }
    add_rows(db, tables)


def _exam(key: int, patient_id: int, day: date) -> dict[str, Any]:
    return {
        "id": key, "patient_id": patient_id, "version": 1, "performed_on": day, "modality": "CT", "ordinal": 1,
        "entered_at": NOW, "entered_by": 1, "status": "final", "statements": "{}",
    }  # fmt: skip


def _observation(exam_id: int, lesion_id: int, position: int, um: int) -> dict[str, Any]:
    return {
        "exam_id": exam_id, "lesion_id": lesion_id, "position": position, "state": "measured", "longest_um": um,
        "grown": False, "provisional": False, "measured_as_target": False, "provenance": "typed",
    }  # fmt: skip


def taken(work: Callable[[], object], times: int = 1) -> tuple[float, float]:
    """Median wall and CPU seconds of one call."""
    wall, cpu = [], []
    for _ in range(times):
        began, ticked = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - ticked)
    return statistics.median(wall), statistics.median(cpu)


def bare_select(file: Path) -> tuple[float, float]:
    """The summaries' own columns by the driver alone: nothing compared, no patient read."""
    with closing(sqlite3.connect(file)) as connection:
        return taken(lambda: connection.execute("SELECT * FROM course_summary").fetchall(), 3)


def show_read(show: Show, number: int) -> float:
    """Print what one read of so many stored summaries costs; CPU seconds."""
    rng = Random(number)
    with empty_database() as db:
        add_patients(db, number, rng)
        add_summaries(db, number, rng)
        actor = actors.local_actor(db)
        assert db.file is not None
        assert len(load_cohort(db, actor).rows) == number
        wall, cpu = taken(lambda: load_cohort(db, actor), 3)
        bare_wall, _ = bare_select(db.file)
        show(
            f"cohort of {number:,} read from summaries",
            f"{wall:.2f} s, CPU {cpu:.2f} s",
            f"{wall / bare_wall:.1f} x a bare SELECT of the same rows; file {db.file.stat().st_size / 1e6:.0f} MB",
        )
    return cpu


def show_derived(show: Show, number: int) -> float:
    """Print what the first read costs, which derives and stores; CPU seconds."""
    rng = Random(number)
    with empty_database() as db:
        add_patients(db, number, rng)
        add_scans(db, number, rng)
        actor = actors.local_actor(db)
        _, cpu = taken(lambda: load_cohort(db, actor))
        _, again = taken(lambda: load_cohort(db, actor), 3)
        show(
            f"cohort of {number:,} derived and stored",
            f"CPU {cpu:.2f} s",
            f"{1000 * cpu / number:.2f} ms a patient ({SCANS} scans, {LESIONS} lesions); {cpu / again:,.0f} x reading it again",
        )
    return cpu


def run(show: Show, patients: int = PATIENTS, derived: int = DERIVED) -> None:
    """Print the read of the stored cohort and of half of it, and the first read of a small one and of half of that."""
    for what, measure, number in (("read", show_read, patients), ("derived", show_derived, derived)):
        half, whole = measure(show, number // 2), measure(show, number)
        show(f"cohort twice as large, {what}", f"{whole / half:.1f} x the CPU", "2.0 is linear")
