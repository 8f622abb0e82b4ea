"""One change of the record: an actor, a moment, a session, and the audit event that tells of it.

A service opens a change, does its work and leaves; leaving commits, an error rolls everything back. What several services do
together (an import of one file) happens in one change, through their ``store_…`` functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db import history, queries
from tracker.db.engine import Database
from tracker.db.models import (
    LiverVolumeRow,
    MarkerResultRow,
    PatientRow,
    SiteRow,
    SymptomReportRow,
    TreatmentRow,
)
from tracker.errors import ConflictError, DatabaseError, NotFoundError
from tracker.services.actors import Actor

_SITE = select(SiteRow).order_by(SiteRow.id).limit(1)


@dataclass(frozen=True)
class Change:
    """A transaction that is open, by one actor at one moment. ``today`` is the date where the hospital is."""

    session: Session
    actor: Actor
    at: datetime
    today: date
    key: bytes

    def audit(
        self,
        chain: str,
        action: str,
        entity: str,
        entity_id: int | None,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> None:
        """Record the one event that tells of this change."""
        history.record_event(
            self.session,
            self.key,
            chain=chain,
            at=self.at,
            actor_id=self.actor.user_id,
            action=action,
            entity=entity,
            entity_id=entity_id,
            before=before,
            after=after,
            reason=reason,
        )


@contextmanager
def change(db: Database, actor: Actor, *, today: date | None = None) -> Iterator[Change]:
    """Open a change: all of it is stored where the block ends, nothing where it raises."""
    key = history.read_key(db.key_file)
    with db.write() as session:
        yield Change(session, actor, db.now(), today or db.today(), key)


def find_site(session: Session) -> SiteRow:
    """The site whose record this is: a database is one site's."""
    return _the_site(session.scalars(_SITE).one_or_none())


def lock_site(change: Change) -> SiteRow:
    """The site's row, held until the end of the change so that changes of what all patients share follow each other."""
    return _the_site(change.session.scalars(_SITE.with_for_update()).one_or_none())


def _the_site(row: SiteRow | None) -> SiteRow:
    if row is None:
        raise DatabaseError("The database has no site: run 'tracker db check'. Nothing was stored.")
    return row


def lock_patient(
    change: Change, patient_id: int, expected_version: int | None = None, *, even_merged: bool = False
) -> PatientRow:
    """The patient's row, held until the end of the change so that changes of one patient follow each other.

    Raises NotFoundError (also for a patient who was merged into another), or ConflictError where the record is not at the
    version the user saw.
    """
    query = select(PatientRow).where(PatientRow.id == patient_id).with_for_update()
    patient = change.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if patient is None:
        raise NotFoundError(f"There is no patient number {patient_id}.")
    if patient.merged_into is not None and not even_merged:
        raise NotFoundError(queries.say_merged(patient_id, patient.merged_into))
    if expected_version is not None and patient.version != expected_version:
        raise ConflictError(
            f"The record was changed while you were working: it is at version {patient.version}, you saw "
            f"{expected_version}. Nothing of yours was stored: look at the record and enter it again."
        )
    return patient


Row = TypeVar("Row", TreatmentRow, MarkerResultRow, SymptomReportRow, LiverVolumeRow)


def find_live(change: Change, kind: type[Row], key: int, what: str, expected_version: int) -> tuple[PatientRow, Row]:
    """A row that was not withdrawn, and its patient locked at the version the user saw.

    ``what`` names such a row. Raises NotFoundError, ConflictError.
    """
    row = change.session.get(kind, key)
    if row is None:
        raise NotFoundError(f"There is no {what} number {key}. Nothing was stored.")
    patient = lock_patient(change, row.patient_id, expected_version)
    change.session.refresh(row)
    if row.withdrawn_at is not None:
        raise NotFoundError(f"The {what} number {key} was withdrawn. Nothing was stored.")
    return patient, row


def bump(change: Change, patient: PatientRow) -> int:
    """Count a change of the patient's record, and return the new version."""
    patient.version += 1
    change.session.flush()
    return patient.version
