"""What a user has written into a decision and not yet saved. A draft is the user's own, no part of the record, and leaves no
audit event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.engine import Database
from tracker.db.models import DecisionDraftRow, MeetingRow, PatientRow
from tracker.db.queries import patient_version
from tracker.errors import NotFoundError
from tracker.services.actors import Actor
from tracker.services.drafts import write_content

#: Characters of a draft: far more than any decision.
LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """A draft as it was left; ``meeting_id`` is None for one that belongs to no meeting yet."""

    patient_id: int
    meeting_id: int | None
    content: Mapping[str, Any]
    saved_at: datetime


def save(db: Database, actor: Actor, patient_id: int, meeting_id: int | None, content: Mapping[str, Any]) -> datetime:
    """Keep what was written; it replaces the actor's draft of the same patient and meeting. Returns when it was kept.

    ``content`` is anything JSON can hold. Raises InputError where it cannot, NotFoundError for an unknown patient or meeting.
    """
    text = write_content(content, LARGEST)
    with db.write() as session:
        patient_version(session, patient_id)
        # Two first drafts of one user, from two tabs, follow each other.
        session.execute(select(PatientRow.id).where(PatientRow.id == patient_id).with_for_update())
        if meeting_id is not None and session.get(MeetingRow, meeting_id) is None:
            raise NotFoundError(f"There is no meeting number {meeting_id}. The draft was not kept.")
        row = _find(session, actor, patient_id, meeting_id)
        if row is None:
            row = DecisionDraftRow(user_id=actor.user_id, patient_id=patient_id, meeting_id=meeting_id)
            session.add(row)
        row.content, row.saved_at = text, db.now()
        return row.saved_at


def load(db: Database, actor: Actor, patient_id: int, meeting_id: int | None = None) -> DecisionDraft | None:
    """The actor's draft for that patient at that meeting (or at none yet), or None."""
    with db.read() as session:
        row = _find(session, actor, patient_id, meeting_id)
        return None if row is None else DecisionDraft(patient_id, meeting_id, json.loads(row.content), row.saved_at)


def discard(db: Database, actor: Actor, patient_id: int, meeting_id: int | None = None) -> None:
    """Throw the actor's draft away; nothing happens where there is none."""
    with db.write() as session:
        row = _find(session, actor, patient_id, meeting_id)
        if row is not None:
            session.delete(row)


def _find(session: Session, actor: Actor, patient_id: int, meeting_id: int | None) -> DecisionDraftRow | None:
    row = DecisionDraftRow
    meeting = row.meeting_id.is_(None) if meeting_id is None else row.meeting_id == meeting_id
    query = select(row).where(row.user_id == actor.user_id, row.patient_id == patient_id, meeting)
    return session.scalars(query).one_or_none()
