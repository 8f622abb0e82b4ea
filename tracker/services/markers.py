"""Laboratory values: CEA, CA19-9, bilirubin and so on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tracker.db import history
from tracker.db.canonical import to_plain
from tracker.db.engine import Database
from tracker.db.models import MarkerResultRow
from tracker.domain.drafts import MarkerDraft
from tracker.errors import ConflictError, InputError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import check_marker, tidy
from tracker.services.transactions import Change, bump, change, lock_patient

_COMPARED = {"value": "value", "unit": "unit", "upper_limit": "upper limit"}


def record_marker(db: Database, actor: Actor, patient_id: int, draft: MarkerDraft, *, today: date | None = None) -> int:
    """Record a laboratory value and return its key. The same value again is already stored.

    One marker has one value a day. Raises InputError, ConflictError, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_marker(opened, patient_id, draft)


def store_marker(change: Change, patient_id: int, draft: MarkerDraft) -> int:
    """``record_marker`` inside a change that is open."""
    draft = tidy(draft)
    patient = lock_patient(change, patient_id)
    problems = tuple(check_marker(draft, change.today))
    if problems:
        raise InputError(problems)
    query = select(MarkerResultRow).where(
        MarkerResultRow.patient_id == patient_id,
        MarkerResultRow.name == draft.name,
        MarkerResultRow.taken_on == draft.taken_on,
        MarkerResultRow.withdrawn_at.is_(None),
    )
    known = change.session.scalars(query).one_or_none()
    if known is not None:
        return _known_marker(known, draft)
    row = MarkerResultRow(
        patient_id=patient_id,
        name=draft.name,
        taken_on=draft.taken_on,
        value=draft.value,
        unit=draft.unit,
        upper_limit=draft.upper_limit,
    )
    change.session.add(row)
    change.session.flush()
    bump(change, patient)
    after = to_plain(draft)
    change.audit(history.patient_chain(patient_id), "marker.record", "marker_result", row.id, after=after)
    return row.id


def _known_marker(known: MarkerResultRow, draft: MarkerDraft) -> int:
    differing = [
        (words, getattr(draft, name), getattr(known, name))
        for name, words in _COMPARED.items()
        if getattr(draft, name) != getattr(known, name)
    ]
    if differing:
        raise ConflictError(
            f"{known.name} of {known.taken_on} is stored already with another "
            f"{', '.join(words for words, _, _ in differing)}. Nothing was stored.",
            [Problem(words, str(mine)) for words, mine, _ in differing],
            [Problem(words, str(theirs)) for words, _, theirs in differing],
        )
    return known.id
