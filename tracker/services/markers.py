"""Laboratory values: CEA, CA19-9, bilirubin and so on. Recorded, or withdrawn with a reason and recorded again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from tracker.db import history
from tracker.db.canonical import to_plain
from tracker.db.engine import Database
from tracker.db.mapping import marker_from_row
from tracker.db.models import MarkerResultRow
from tracker.domain.drafts import MarkerDraft
from tracker.domain.plausibility import find_in_value
from tracker.domain.record import MarkerResult
from tracker.errors import InputError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import check_marker, check_reason, check_text, tidy
from tracker.services.conflicts import refuse_differences
from tracker.services.transactions import Change, bump, change, find_live, lock_patient

_COMPARED = {"value": "value", "unit": "unit", "upper_limit": "upper limit"}


def record_marker(
    db: Database,
    actor: Actor,
    patient_id: int,
    draft: MarkerDraft,
    *,
    reason: str | None = None,
    today: date | None = None,
) -> int:
    """Record a laboratory value and return its key. The same value again is already stored.

    One marker has one value a day. A value that looks like a slip between two units is asked about: InputError, unless
    ``reason`` says why it is kept. Raises InputError, ConflictError, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_marker(opened, patient_id, draft, reason=reason, asks=True)


def record_markers(
    db: Database,
    actor: Actor,
    patient_id: int,
    values: Sequence[tuple[MarkerDraft, str | None]],
    *,
    today: date | None = None,
) -> tuple[int, ...]:
    """Record several values, such as those of one day, each with the reason it is kept (see ``record_marker``): all or none.

    Returns their keys in the order given. Raises InputError with the problems of every value, each under its test's name,
    ConflictError, NotFoundError.
    """
    keys, problems = [], []
    with change(db, actor, today=today) as opened:
        for draft, reason in values:
            try:
                keys.append(store_marker(opened, patient_id, draft, reason=reason, asks=True))
            except InputError as wrong:
                problems += [Problem(f"{draft.name}, {one.place}", one.text) for one in wrong.problems]
        if problems:
            raise InputError(problems)
    return tuple(keys)


def withdraw_marker(db: Database, actor: Actor, marker_id: int, *, expected_version: int, reason: str) -> int:
    """Take a value out of the record, for a reason; its row stays, and its day is free for the right value.

    ``expected_version`` is the patient's; returns its new one. Raises InputError, ConflictError, NotFoundError.
    """
    with change(db, actor) as opened:
        patient, row = find_live(opened, MarkerResultRow, marker_id, "laboratory value", expected_version)
        reason = reason.strip()
        problems = tuple(check_reason(reason))
        if problems:
            raise InputError(problems)
        row.withdrawn_at = opened.at
        version = bump(opened, patient)
        chain, before = history.patient_chain(row.patient_id), to_plain(marker_from_row(row))
        opened.audit(chain, "marker.withdraw", "marker_result", row.id, before=before, reason=reason)
        return version


def store_marker(
    change: Change, patient_id: int, draft: MarkerDraft, *, reason: str | None = None, asks: bool = False
) -> int:
    """``record_marker`` inside a change that is open; ``asks`` where a person types the value and can answer."""
    draft, reason = tidy(draft), (reason or "").strip() or None
    patient = lock_patient(change, patient_id)
    problems = (*check_marker(draft, change.today), *check_text("reason", reason))
    if not problems and asks and reason is None:
        problems = tuple(finding.problem for finding in find_in_value(draft, _earlier(change, patient_id)))
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
        pairs = ((words, getattr(draft, name), getattr(known, name)) for name, words in _COMPARED.items())
        refuse_differences(f"{known.name} of {known.taken_on}", pairs)
        return known.id
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
    chain = history.patient_chain(patient_id)
    change.audit(chain, "marker.record", "marker_result", row.id, after=after, reason=reason)
    return row.id


def _earlier(change: Change, patient_id: int) -> tuple[MarkerResult, ...]:
    """The patient's values so far."""
    query = select(MarkerResultRow).where(
        MarkerResultRow.patient_id == patient_id, MarkerResultRow.withdrawn_at.is_(None)
    )
    return tuple(marker_from_row(row) for row in change.session.scalars(query))
