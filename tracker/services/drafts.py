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
from tracker.domain.wording import format_date
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


@dataclass(frozen=True, slots=True)
class DraftKept:
    """A draft that was kept. ``overwrote`` is the time ("14:06") of another window's draft that it replaced unseen."""

    saved_at: datetime
    overwrote: str | None = None


def save_draft(
    db: Database,
    actor: Actor,
    patient_id: int,
    exam_id: int | None,
    base_version: int,
    content: Mapping[str, Any],
    *,
    based_on: str | None = None,
) -> DraftKept:
    """Keep what was typed; it replaces the actor's draft of the same exam (or of a new one, where ``exam_id`` is None).

    ``content`` is anything JSON can hold. Its "mark" is "page.change": the browser page it was typed on, and a count.
    ``based_on`` is the mark of the draft which that page was opened with. A stored draft of another page that is not that
    one was never seen by this page; the answer says that it was overwritten. Raises InputError where it cannot, NotFoundError for an unknown patient or exam.
    """
    text = write_content(content, LARGEST)
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
            unseen = False
        else:
            unseen = _is_unseen(json.loads(row.content).get("mark"), content.get("mark"), based_on)
        kept = DraftKept(db.now(), _say_moment(db, row.saved_at) if unseen else None)
        row.base_version, row.content, row.saved_at = base_version, text, kept.saved_at
        return kept


def write_content(content: Mapping[str, Any], most: int) -> str:
    """What was typed as JSON. Raises InputError where JSON cannot hold it, or it has more than ``most`` characters."""
    try:
        text = json.dumps(dict(content), allow_nan=False)
    except (TypeError, ValueError):
        raise InputError("The draft holds something that is no text, number or list. The draft was not kept.") from None
    if len(text) > most:
        raise InputError(f"The draft has {len(text):,} characters; at most {most:,} are kept. The draft was not kept.")
    return text


def _is_unseen(stored: object, mine: object, based_on: str | None) -> bool:
    """Whether the stored draft is another page's, and not the one this page began with. Without marks nobody can tell."""
    if not isinstance(stored, str) or not isinstance(mine, str) or stored == based_on:
        return False
    return stored.partition(".")[0] != mine.partition(".")[0]


def _say_moment(db: Database, moment: datetime) -> str:
    """The time where the hospital is, with the date where it is not today's."""
    there = moment.astimezone(db.timezone)
    day = "" if there.date() == db.today() else f" on {format_date(there.date())}"
    return f"{there:%H:%M}{day}"


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
