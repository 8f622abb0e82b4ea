"""The audit: one chain a patient and one for the system, each event sealed with the hash of the one before it.

The hash is an HMAC-SHA256 whose key lies in a file beside the database, not in it: who can edit rows still cannot forge a link.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session

from tracker.db.canonical import canonical_json
from tracker.db.models import DERIVED, LOGS, AuditEventRow, AuditHeadRow, DecisionDraftRow, DraftRow, PatientRow
from tracker.errors import DatabaseError, Problem

SYSTEM = "system"
START = "0" * 64
KEY_BYTES = 32


class RecordSession(Session):
    """A writing session that knows whether it changed the record and whether an audit event tells of it."""

    def refuse_unaudited(self) -> None:
        """Raise RuntimeError, and so roll back, where the record was changed and no event was recorded."""
        if self.info.get("changed") and not self.info.get("audited"):
            raise RuntimeError("a change of the record without an audit event is not stored")


@event.listens_for(RecordSession, "before_flush")
def _note_objects(session: Session, _context: Any, _instances: Any) -> None:
    touched = [*session.new, *session.dirty, *session.deleted]
    if any(not isinstance(row, (DraftRow, DecisionDraftRow, AuditEventRow, AuditHeadRow)) for row in touched):
        session.info["changed"] = True


@event.listens_for(RecordSession, "do_orm_execute")
def _note_statements(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info["changed"] = True


class DerivedSession(Session):
    """A session that writes the tables of what is derived and of logs, and no others: it records no audit event."""


@event.listens_for(DerivedSession, "before_flush")
def _refuse_objects(session: Session, _context: Any, _instances: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("what is derived is written by statements, the record by a session with an audit")


@event.listens_for(DerivedSession, "do_orm_execute")
def _refuse_the_record(state: ORMExecuteState) -> None:
    table = getattr(state.statement, "table", None)
    if not state.is_select and (table is None or table.name not in (*DERIVED, *LOGS)):
        raise RuntimeError("a change of the record without an audit event is not stored")


def patient_chain(patient_id: int) -> str:
    """The name of a patient's chain."""
    return f"patient:{patient_id}"


def make_key(file: Path) -> None:
    """Write a new key, readable by its owner only; a key that is there stays."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_hex(KEY_BYTES))


def read_key(file: Path) -> bytes:
    """The key of the chains. Raises DatabaseError where it is missing or damaged."""
    try:
        key = bytes.fromhex(file.read_text().strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise DatabaseError(
            f"The key of the audit is missing or damaged: {file}. Put the right file back. Nothing was stored."
        )
    return key


def record_event(
    session: Session,
    key: bytes,
    *,
    chain: str,
    at: datetime,
    actor_id: int,
    action: str,
    entity: str,
    entity_id: int | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Add one event to a chain, in the transaction of the change it tells of."""
    session.flush()
    head = session.scalars(select(AuditHeadRow).where(AuditHeadRow.chain == chain).with_for_update()).one_or_none()
    if head is None:
        head = AuditHeadRow(chain=chain, seq=0, hash=START)
        session.add(head)
    row = AuditEventRow(
        chain=chain,
        seq=head.seq + 1,
        at=at,
        actor_id=actor_id,
        action=action,
        entity=entity,
        entity_id=entity_id,
        before=None if before is None else canonical_json(before),
        after=None if after is None else canonical_json(after),
        reason=reason,
        prev_hash=head.hash,
    )
    row.hash = seal(key, row)
    head.seq, head.hash = row.seq, row.hash
    session.add(row)
    session.flush()
    session.info["audited"] = True


def seal(key: bytes, row: AuditEventRow) -> str:
    """The HMAC-SHA256 of all an event says, the hash of the event before it included."""
    said = canonical_json(
        [
            row.chain,
            row.seq,
            row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            row.actor_id,
            row.action,
            row.entity,
            row.entity_id,
            row.before,
            row.after,
            row.reason,
            row.prev_hash,
        ]
    )
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def verify(session: Session, key: bytes) -> tuple[Problem, ...]:
    """Walk every chain: the first broken link of each, and chains that are cut or gone. Empty where all are whole."""
    heads = {head.chain: head for head in session.scalars(select(AuditHeadRow))}
    ends: dict[str, tuple[int, str]] = {}
    broken: dict[str, Problem] = {}
    events = select(AuditEventRow).order_by(AuditEventRow.chain, AuditEventRow.seq).execution_options(yield_per=500)
    for row in session.scalars(events):
        seq, last = ends.get(row.chain, (0, START))
        if row.chain not in broken:
            whole = row.seq == seq + 1 and row.prev_hash == last and hmac.compare_digest(row.hash, seal(key, row))
            if not whole:
                broken[row.chain] = Problem(f"{row.chain}, event {row.seq}", "does not fit the event before it")
        ends[row.chain] = (row.seq, row.hash)
    patients = {patient_chain(patient_id) for patient_id in session.scalars(select(PatientRow.id))}
    for chain in heads.keys() | ends.keys() | patients:
        head = heads.get(chain)
        if chain in broken:
            continue
        if chain != SYSTEM and chain not in patients:
            broken[chain] = Problem(chain, "tells of a patient that is not there")
        elif head is None or (head.seq, head.hash) != ends.get(chain, (0, START)):
            broken[chain] = Problem(chain, "does not end where its head says")
    return tuple(broken[chain] for chain in sorted(broken))
