"""What a user has typed and not yet saved. A draft is the user's own, no part of the record, and leaves no audit event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.engine import Database
from tracker.db.models import DraftRow, ExamRow
from tracker.db.queries import patient_version
from tracker.errors import InputError, NotFoundError
from tracker.services.actors import Actor

#: Characters of a draft: far more than a long report and a full table.
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it was left. ``base_version`` is the version the user saw: the exam's, or the patient's for a new exam."""

    patient_id: int
    exam_id: int | None
    base_version: int
    content: Mapping[str, Any]
    saved_at: datetime


def save_draft(
    db: Database, actor: Actor, patient_id: int, exam_id: int | None, base_version: int, content: Mapping[str, Any]
) -> None:
    """Keep what was typed; it replaces the actor's draft of the same exam (or of a new one, where ``exam_id`` is None).

    ``content`` is anything JSON can hold. Raises InputError where it cannot, NotFoundError for an unknown patient or exam.
    """
    try:
        text = json.dumps(dict(content), allow_nan=False)
    except (TypeError, ValueError):
        raise InputError("The draft holds something that is no text, number or list. The draft was not kept.") from None
    if len(text) > LARGEST:
        raise InputError(
            f"The draft has {len(text):,} characters; at most {LARGEST:,} are kept. The draft was not kept."
        )
    with db.write() as session:
        patient_version(session, patient_id)
        if exam_id is not None:
            exam = session.get(ExamRow, exam_id)
            if exam is None or exam.patient_id != patient_id:
                raise NotFoundError(f"There is no exam number {exam_id} of this patient. The draft was not kept.")
        row = _find(session, actor, patient_id, exam_id)
        if row is None:
            row = DraftRow(user_id=actor.user_id, patient_id=patient_id, exam_id=exam_id)
            session.add(row)
        row.base_version, row.content, row.saved_at = base_version, text, db.now()


def load_draft(db: Database, actor: Actor, patient_id: int, exam_id: int | None = None) -> Draft | None:
    """The actor's draft of that exam (or of a new one), or None."""
    with db.read() as session:
        row = _find(session, actor, patient_id, exam_id)
        if row is None:
            return None
        return Draft(row.patient_id, row.exam_id, row.base_version, json.loads(row.content), row.saved_at)


def discard_draft(db: Database, actor: Actor, patient_id: int, exam_id: int | None = None) -> None:
    """Throw the actor's draft away; nothing happens where there is none."""
    with db.write() as session:
        row = _find(session, actor, patient_id, exam_id)
        if row is not None:
            session.delete(row)


def _find(session: Session, actor: Actor, patient_id: int, exam_id: int | None) -> DraftRow | None:
    exam = DraftRow.exam_id.is_(None) if exam_id is None else DraftRow.exam_id == exam_id
    query = select(DraftRow).where(DraftRow.user_id == actor.user_id, DraftRow.patient_id == patient_id, exam)
    return session.scalars(query).one_or_none()
