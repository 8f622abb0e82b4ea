"""The rows of the cohort from their stored summaries; what no summary holds for is derived, and stored for the next reader.

Only this module writes summaries, and only from a record it has just read: version and content come from one moment.
Where storing fails (a database that takes no changes, another writer, a full disk), what was derived is shown all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from tracker.db import queries, summaries
from tracker.db.engine import Database
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Primary, Response
from tracker.errors import TrackerError
from tracker.services.cohort_rows import CohortRow, derive_row
from tracker.services.engine import ENGINE

#: Patients whose records are in memory at once while they are derived, and are stored in one transaction.
BATCH = 200

_PRIMARIES = {str(primary): primary for primary in Primary}
_RESPONSES: dict[str | None, Response | None] = {None: None, **{str(response): response for response in Response}}
_Derived = tuple[PatientRecord, tuple[tuple[CourseAssessment, CohortRow], ...]]


class _Days(dict[Any, Any]):
    """Dates by what the driver gave for them: a cohort has many rows and few dates."""

    def __missing__(self, given: Any) -> Any:
        self[given] = day = date.fromisoformat(given) if isinstance(given, str) else given
        return day


def load_rows(db: Database) -> tuple[CohortRow, ...]:
    """One row a course with a baseline, by patient and course. The rows of one patient are of one moment."""
    missing: set[int] = set()
    with db.read() as session:
        rows = _read_rows(summaries.read_summaries(session, ENGINE, missing))
    if missing:
        rows = [row for row in rows if row.patient_id not in missing]
        rows += _derive(db, sorted(missing))
        rows.sort(key=lambda row: row.patient_id)
    return tuple(rows)


def load_sites(db: Database) -> dict[int, str]:
    """The name of each patient's site, by key; empty where there is one site only."""
    with db.read() as session:
        return summaries.read_sites(session)


def _read_rows(stored: Iterable[Sequence[Any]]) -> list[CohortRow]:
    days = _Days()
    return [
        CohortRow(
            patient_id,
            identifier,
            bool(synthetic),
            _PRIMARIES[primary],
            course,
            treatment,
            days[start],
            scans,
            baseline_um,
            best_um,
            _RESPONSES[response],
            days[progression],
            days[last_scan],
            bool(has_targets),
            criterion,
            path,
        )
        for (
            patient_id, course, _, criterion, _, primary, synthetic, identifier, treatment, start, scans, baseline_um, best_um,
            response, progression, last_scan, has_targets, path,
        ) in stored
    ]  # fmt: skip


def _derive(db: Database, missing: Sequence[int]) -> Iterator[CohortRow]:
    """The rows of these patients, a batch at a time so that memory stays bounded, each batch stored if that is possible."""
    storing = True
    for first in range(0, len(missing), BATCH):
        # Read and write follow each other: on SQLite a transaction that reads would hold up the commit.
        with db.read() as session:
            records = queries.load_some_records(session, missing[first : first + BATCH])
        batch = [
            (record, tuple((course, derive_row(record, course)) for course in assess_record(record)))
            for record in records
        ]
        storing = storing and _store(db, batch)
        for _, courses in batch:
            for _, row in courses:
                yield row


def _store(db: Database, batch: Sequence[_Derived]) -> bool:
    """Store what was derived of a batch; False where the database does not take it now."""
    try:
        with db.keep_derived() as session:
            summaries.replace_summaries(session, [row for derived in batch for row in _stored_rows(derived)])
    except TrackerError:
        return False
    return True


def _stored_rows(derived: _Derived) -> Iterator[dict[str, Any]]:
    """The summaries of one patient; one that says so where no course has a baseline."""
    record, courses = derived
    key = {"patient_id": record.patient.id, "patient_version": record.patient.version, "engine": ENGINE}
    nothing = {
        "course": 0, "plan_id": 0, "plan_hash": "", "identifier": record.patient.identifier, "treatment": "",
        "start_on": None, "scans": 0, "baseline_um": None, "best_um": None, "best_response": None,
        "progression_on": None, "last_scan_on": None, "has_targets": False, "path": "",
    }  # fmt: skip
    if not courses:
        yield {**key, **nothing}
    for found, row in courses:
        plan = found.course.plan
        yield {
            **key,
            "course": row.course,
            "plan_id": plan.id,
            "plan_hash": summaries.hash_plan(plan.criterion, plan.settings),
            "identifier": row.identifier,
            "treatment": row.treatment,
            "start_on": row.start,
            "scans": row.scans,
            "baseline_um": row.baseline_um,
            "best_um": row.best_um,
            "best_response": None if row.best_response is None else str(row.best_response),
            "progression_on": row.progression,
            "last_scan_on": row.last_scan,
            "has_targets": row.has_targets,
            "path": row.path,
        }
