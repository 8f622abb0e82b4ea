"""Measured remnants of the liver: how much a resection would leave. Recorded, or withdrawn with a reason and recorded again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tracker.db import history
from tracker.db.canonical import to_plain
from tracker.db.engine import Database
from tracker.db.mapping import volume_from_row
from tracker.db.models import LiverVolumeRow
from tracker.domain.drafts import VolumeDraft
from tracker.errors import InputError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import check_date, check_decimal, check_reason, check_text, tidy
from tracker.services.conflicts import refuse_differences
from tracker.services.transactions import Change, bump, change, find_live, lock_patient

#: Millilitres: no liver is smaller or larger, with room for large tumours. A remnant may be a part of one segment.
SMALLEST_LIVER, LARGEST_LIVER = Decimal(300), Decimal(8000)
SMALLEST_REMNANT = Decimal(20)
_COMPARED = {"remnant_ml": "remnant", "total_ml": "total volume", "method": "method"}


def record_volume(db: Database, actor: Actor, patient_id: int, draft: VolumeDraft, *, today: date | None = None) -> int:
    """Record a measured remnant and return its key. The same content again is already stored.

    There is one measurement a day for one operation. Raises InputError with every problem, ConflictError where that day has
    another, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_volume(opened, patient_id, draft)


def withdraw_volume(db: Database, actor: Actor, volume_id: int, *, expected_version: int, reason: str) -> int:
    """Take a measurement out of the record, for a reason; its row stays, and its day is free for the right one.

    ``expected_version`` is the patient's; returns its new one. Raises InputError, ConflictError, NotFoundError.
    """
    with change(db, actor) as opened:
        patient, row = find_live(opened, LiverVolumeRow, volume_id, "liver volume", expected_version)
        reason = reason.strip()
        problems = tuple(check_reason(reason))
        if problems:
            raise InputError(problems)
        row.withdrawn_at = opened.at
        version = bump(opened, patient)
        chain, before = history.patient_chain(row.patient_id), to_plain(volume_from_row(row))
        opened.audit(chain, "volume.withdraw", "liver_volume", row.id, before=before, reason=reason)
        return version


def store_volume(change: Change, patient_id: int, draft: VolumeDraft) -> int:
    """``record_volume`` inside a change that is open."""
    draft = tidy(draft)
    patient = lock_patient(change, patient_id)
    problems = tuple(check_volume(draft, change.today))
    if problems:
        raise InputError(problems)
    query = select(LiverVolumeRow).where(
        LiverVolumeRow.patient_id == patient_id,
        LiverVolumeRow.measured_on == draft.measured_on,
        LiverVolumeRow.resection == (draft.resection or ""),
        LiverVolumeRow.withdrawn_at.is_(None),
    )
    known = change.session.scalars(query).one_or_none()
    if known is not None:
        pairs = ((words, getattr(draft, name), getattr(known, name)) for name, words in _COMPARED.items())
        refuse_differences(f"The volume measured on {known.measured_on}", pairs)
        return known.id
    row = LiverVolumeRow(
        patient_id=patient_id,
        measured_on=draft.measured_on,
        remnant_ml=draft.remnant_ml,
        total_ml=draft.total_ml,
        method=draft.method,
        resection=draft.resection or "",
    )
    change.session.add(row)
    change.session.flush()
    bump(change, patient)
    after = to_plain(draft)
    change.audit(history.patient_chain(patient_id), "volume.record", "liver_volume", row.id, after=after)
    return row.id


def check_volume(draft: VolumeDraft, today: date) -> Iterator[Problem]:
    """Everything wrong with a measured remnant."""
    yield from check_date("measured on", draft.measured_on, today=today)
    if draft.remnant_ml is None:
        yield Problem("remnant", "is missing")
    wrong = (
        *check_decimal("remnant", draft.remnant_ml, SMALLEST_REMNANT, LARGEST_LIVER),
        *check_decimal("total volume", draft.total_ml, SMALLEST_LIVER, LARGEST_LIVER),
    )
    yield from wrong
    whole = draft.total_ml
    if not wrong and draft.remnant_ml is not None and whole is not None and draft.remnant_ml > whole:
        yield Problem(
            "remnant", f"{draft.remnant_ml:f} mL is more than the whole liver of {whole:f} mL; the two may be swapped"
        )
    yield from check_text("method", draft.method)
    yield from check_text("operation", draft.resection)
