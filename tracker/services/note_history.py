"""Notes beside a record: which were shown at which version of it, and which a person put aside, for a reason.

A dismissal holds while the data the note rests on are the same (``data_key``); other data bring the note back. It changes
nothing clinical, so that the patient's version stays; the audit tells of it. What was shown is a log and leaves no event.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.db import history
from tracker.db.engine import Database
from tracker.db.models import NoteDismissalRow, NoteShownRow, UserRow
from tracker.errors import InputError, NotFoundError, TrackerError
from tracker.services.actors import Actor
from tracker.services.checks import check_reason, check_text
from tracker.services.transactions import change, lock_patient


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A note that was put aside for a patient, while its data are the same."""

    id: int
    note_id: str
    data_key: str
    reason: str
    dismissed_at: datetime
    dismissed_by: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A note that was shown beside a version of a patient's record, and when first."""

    patient_version: int
    note_id: str
    data_key: str
    shown_at: datetime


def log_shown(db: Database, actor: Actor, patient_id: int, version: int, notes: Collection[tuple[str, str]]) -> bool:
    """Remember that notes (pairs of their id and data key) were shown beside a version of a record, each once.

    Never raises into the page that shows them: False where the log could not be written.
    """
    key = (NoteShownRow.patient_id == patient_id, NoteShownRow.patient_version == version)
    try:
        with db.read() as session:
            known = set(session.scalars(select(NoteShownRow.note_id).where(*key)))
        rows = [
            {
                "patient_id": patient_id,
                "patient_version": version,
                "note_id": note_id,
                "data_key": data_key,
                "shown_at": db.now(),
            }
            for note_id, data_key in dict(notes).items()
            if note_id not in known
        ]
        if rows:
            insert = sqlite.insert if db.is_sqlite else postgresql.insert
            with db.keep_derived() as session:
                # Another session may have shown the same since.
                session.execute(insert(NoteShownRow).values(rows).on_conflict_do_nothing())
    except TrackerError:
        return False
    return True


def list_shown(db: Database, patient_id: int) -> tuple[Shown, ...]:
    """What was shown beside a patient's record, oldest version first."""
    row = NoteShownRow
    query = select(row).where(row.patient_id == patient_id).order_by(row.patient_version, row.note_id)
    with db.read() as session:
        return tuple(
            Shown(one.patient_version, one.note_id, one.data_key, one.shown_at) for one in session.scalars(query)
        )


def dismiss(db: Database, actor: Actor, patient_id: int, note_id: str, data_key: str, reason: str) -> int:
    """Put a note aside for a patient, for a reason, and return the key of that. The same again is already stored.

    Which notes may be put aside is the notes' own rule. Raises InputError, NotFoundError.
    """
    with change(db, actor) as opened:
        lock_patient(opened, patient_id)
        reason = reason.strip()
        problems = (
            *check_text("note", note_id, needed=True),
            *check_text("data key", data_key, needed=True),
            *check_reason(reason),
        )
        if problems:
            raise InputError(problems)
        row = NoteDismissalRow
        live = (row.patient_id == patient_id, row.note_id == note_id, row.data_key == data_key)
        known = opened.session.scalars(select(row).where(*live, row.withdrawn_at.is_(None))).one_or_none()
        if known is not None:
            return known.id
        added = NoteDismissalRow(
            patient_id=patient_id,
            note_id=note_id,
            data_key=data_key,
            reason=reason,
            dismissed_at=opened.at,
            dismissed_by=actor.user_id,
        )
        opened.session.add(added)
        opened.session.flush()
        after = {"note": note_id, "data": data_key}
        chain = history.patient_chain(patient_id)
        opened.audit(chain, "note.dismiss", "note_dismissal", added.id, after=after, reason=reason)
        return added.id


def restore(db: Database, actor: Actor, patient_id: int, note_id: str) -> int:
    """Bring a note back that was put aside, whatever data it was put aside for; how many dismissals that ended.

    Raises NotFoundError where it was not put aside.
    """
    with change(db, actor) as opened:
        lock_patient(opened, patient_id)
        row = NoteDismissalRow
        live = select(row).where(row.patient_id == patient_id, row.note_id == note_id, row.withdrawn_at.is_(None))
        rows = opened.session.scalars(live.order_by(row.id)).all()
        if not rows:
            raise NotFoundError(f"The note {note_id} was not put aside. Nothing was changed.")
        for one in rows:
            one.withdrawn_at = opened.at
        opened.session.flush()
        before = {"note": note_id, "reasons": [one.reason for one in rows]}
        chain = history.patient_chain(patient_id)
        opened.audit(chain, "note.restore", "note_dismissal", rows[0].id, before=before)
        return len(rows)


def list_dismissals(db: Database, patient_id: int) -> tuple[Dismissal, ...]:
    """The notes that are put aside for a patient, oldest first."""
    row = NoteDismissalRow
    query = (
        select(row, UserRow.name)
        .join(UserRow, UserRow.id == row.dismissed_by)
        .where(row.patient_id == patient_id, row.withdrawn_at.is_(None))
        .order_by(row.id)
    )
    with db.read() as session:
        return tuple(
            Dismissal(one.id, one.note_id, one.data_key, one.reason, one.dismissed_at, name)
            for one, name in session.execute(query)
        )


def dismissed_keys(dismissals: Sequence[Dismissal]) -> frozenset[tuple[str, str]]:
    """Note and data of each, as the choice of notes takes them."""
    return frozenset((one.note_id, one.data_key) for one in dismissals)
