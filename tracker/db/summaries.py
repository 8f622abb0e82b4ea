"""The stored summaries of courses: read where they still hold, replaced where they do not.

A summary holds for the version of the patient's record, the engine and the plan (criterion and settings) it was derived
from. All three are compared whenever it is read, so a row that is stored too late is merely never read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import Table, Text, and_, bindparam, delete, func, insert, select, type_coerce
from sqlalchemy.orm import Session

from tracker.db.canonical import canonical_json, from_plain
from tracker.db.models import CourseSummaryRow, PatientRow, PlanRow, SiteRow
from tracker.domain.timeline import Settings

#: Rows that are fetched together: few enough to pass through the processor's cache.
_AT_ONCE = 500

_TABLE = cast(Table, CourseSummaryRow.__table__)


def hash_plan(criterion: str, settings: Settings) -> str:
    """What tells a plan's criterion and settings from others."""
    return hashlib.sha256(canonical_json([criterion, settings]).encode()).hexdigest()[:16]


#: The settings of a plan for which nothing else was chosen, as they are stored.
_USUAL = canonical_json(asdict(Settings()))


class _Hashes(dict[tuple[str, str | None], str]):
    """Hashes of plans by criterion and settings (None for the usual ones): there are few, and each is read once."""

    def __missing__(self, plan: tuple[str, str | None]) -> str:
        criterion, settings = plan
        self[plan] = found = hash_plan(criterion, from_plain(Settings, json.loads(settings or _USUAL)))
        return found


def _bare(column: Any) -> Any:
    """A date, or a yes or no, as the driver gives it: there are many, and types of our own would cost as much as the query."""
    return type_coerce(column, Text)


#: Left, not inner: patients without a row that holds are found in the same moment.
_QUERY = (
    select(
        PatientRow.id,
        CourseSummaryRow.course,
        CourseSummaryRow.plan_hash,
        PlanRow.criterion,
        # Settings are long and nearly always the same: those need not be brought here.
        func.nullif(PlanRow.settings, _USUAL).label("settings"),
        PatientRow.primary_tumour,
        _bare(PatientRow.synthetic).label("synthetic"),
        CourseSummaryRow.identifier,
        CourseSummaryRow.treatment,
        _bare(CourseSummaryRow.start_on).label("start"),
        CourseSummaryRow.scans,
        CourseSummaryRow.baseline_um,
        CourseSummaryRow.best_um,
        CourseSummaryRow.best_response,
        _bare(CourseSummaryRow.progression_on).label("progression"),
        _bare(CourseSummaryRow.last_scan_on).label("last_scan"),
        _bare(CourseSummaryRow.has_targets).label("has_targets"),
        CourseSummaryRow.path,
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
    .where(PatientRow.merged_into.is_(None))
    .order_by(PatientRow.id, CourseSummaryRow.course, CourseSummaryRow.plan_id)
)


def read_summaries(session: Session, engine: str, missing: set[int]) -> Iterator[Sequence[Any]]:
    """The summaries of all patients that hold for this engine, in one query, by patient, course and plan.

    The patients whose summaries are missing, or hold no longer, are put into ``missing``; a row of theirs may have been given
    before. Dates are dates on PostgreSQL and ISO 8601 text on SQLite, yes and no are true and false or 1 and 0.
    """
    hashes = _Hashes()
    for part in session.connection().execute(_QUERY, {"engine": engine}).partitions(_AT_ONCE):
        for row in part:
            patient_id, course, plan_hash, criterion, settings, *_, path = row
            # A row stored before paths were kept has none, and holds no longer.
            if course and path and criterion is not None and hashes[criterion, settings] == plan_hash:
                yield row
            elif course != 0:
                missing.add(patient_id)


def read_sites(session: Session) -> dict[int, str]:
    """The name of each patient's site, by the patient's key; empty where there is one site only."""
    names = dict(session.execute(select(SiteRow.id, SiteRow.name)).all())
    if len(names) < 2:
        return {}
    return {patient: names[site] for patient, site in session.execute(select(PatientRow.id, PatientRow.site_id))}


def replace_summaries(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the summaries of some patients in place of all that rest on the same or an earlier version of their records."""
    versions = {row["patient_id"]: row["patient_version"] for row in rows}
    old = delete(_TABLE).where(
        _TABLE.c.patient_id == bindparam("whose"), _TABLE.c.patient_version <= bindparam("version")
    )
    session.execute(old, [{"whose": whose, "version": version} for whose, version in versions.items()])
    session.execute(insert(_TABLE), list(rows))
