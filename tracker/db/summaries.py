"""The stored summaries of courses: read where they still hold, replaced where they do not.

A summary holds for the version of the patient's record, the engine and the plan (criterion and settings) it was derived
from. All three are compared whenever it is read, so a row that is stored too late is merely never read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, Text, and_, bindparam, delete, insert, select, type_coerce
from sqlalchemy.orm import Session

from tracker.db.canonical import canonical_json, from_plain
from tracker.db.models import CourseSummaryRow, PatientRow, PlanRow
from tracker.domain.timeline import Settings

_TABLE = cast(Table, CourseSummaryRow.__table__)


@dataclass(frozen=True, slots=True)
class Summaries:
    """The rows that hold, by patient, course and plan; and the patients whose rows are missing or hold no longer.

    Dates of a row are dates on PostgreSQL and ISO 8601 text on SQLite: there are many, and most are never looked at.
    """

    rows: list[Sequence[Any]]
    missing: tuple[int, ...]


def hash_plan(criterion: str, settings: Settings) -> str:
    """What tells a plan's criterion and settings from others."""
    return hashlib.sha256(canonical_json([criterion, settings]).encode()).hexdigest()[:16]


class _Hashes(dict[tuple[str, str], str]):
    """Hashes of plans by criterion and settings as they are stored: there are few, and each is read once."""

    def __missing__(self, plan: tuple[str, str]) -> str:
        criterion, settings = plan
        self[plan] = found = hash_plan(criterion, from_plain(Settings, json.loads(settings)))
        return found


def _day(column: Any) -> Any:
    """A date as the driver gives it."""
    return type_coerce(column, Text)


#: Left, not inner: patients without a row that holds are found in the same moment.
_QUERY = (
    select(
        PatientRow.id,
        PatientRow.primary_tumour,
        PatientRow.synthetic,
        CourseSummaryRow.course,
        CourseSummaryRow.plan_hash,
        PlanRow.criterion,
        PlanRow.settings,
        CourseSummaryRow.identifier,
        CourseSummaryRow.treatment,
        _day(CourseSummaryRow.start_on).label("start"),
        CourseSummaryRow.scans,
        CourseSummaryRow.baseline_um,
        CourseSummaryRow.best_um,
        CourseSummaryRow.best_response,
        _day(CourseSummaryRow.progression_on).label("progression"),
        _day(CourseSummaryRow.last_scan_on).label("last_scan"),
        CourseSummaryRow.has_targets,
    )
    .outerjoin(
        CourseSummaryRow,
        and_(
            CourseSummaryRow.patient_id == PatientRow.id,
            CourseSummaryRow.patient_version == PatientRow.version,
            CourseSummaryRow.engine == bindparam("engine"),
        ),
    )
    .outerjoin(PlanRow, PlanRow.id == CourseSummaryRow.plan_id)
    .order_by(PatientRow.id, CourseSummaryRow.course, CourseSummaryRow.plan_id)
)


def read_summaries(session: Session, engine: str) -> Summaries:
    """The summaries of all patients that hold for this engine, in one query."""
    hashes = _Hashes()
    rows: list[Sequence[Any]] = []
    missing: dict[int, None] = {}
    for row in session.execute(_QUERY, {"engine": engine}):
        patient_id, _, _, course, plan_hash, criterion, settings = row[:7]
        if course:
            if criterion is not None and hashes[criterion, settings] == plan_hash:
                rows.append(row)
            else:
                missing[patient_id] = None
        elif course is None:
            missing[patient_id] = None
    if missing:
        rows = [row for row in rows if row[0] not in missing]
    return Summaries(rows, tuple(missing))


def replace_summaries(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the summaries of some patients in place of all that rest on the same or an earlier version of their records."""
    versions = {row["patient_id"]: row["patient_version"] for row in rows}
    old = delete(_TABLE).where(
        _TABLE.c.patient_id == bindparam("whose"), _TABLE.c.patient_version <= bindparam("version")
    )
    session.execute(old, [{"whose": whose, "version": version} for whose, version in versions.items()])
    session.execute(insert(_TABLE), list(rows))
