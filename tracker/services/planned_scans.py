"""Booked scans: planned, moved with a reason, marked as performed, withdrawn. None of it is a part of the patient's record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from tracker.db import history, queries_schedule
from tracker.db.canonical import to_plain
from tracker.db.engine import Database
from tracker.db.models import PlannedScanRow
from tracker.domain.schedule.planned import PlannedScan
from tracker.domain.vocabulary import Modality
from tracker.domain.wording import format_date
from tracker.errors import ConflictError, InputError, NotFoundError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import check_date, check_reason, check_text, check_word, tidy_text
from tracker.services.transactions import Change, change, lock_patient

#: A scan is booked at most so far ahead.
FURTHEST = timedelta(days=2 * 366)
#: A scan made so near its appointment is that appointment.
_NEAR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ScanPlanned:
    """A booked scan that is stored; ``already_stored`` where it was there with the same content."""

    planned_id: int
    already_stored: bool = False


def list_planned(db: Database, actor: Actor, patient_id: int) -> tuple[PlannedScan, ...]:
    """The booked scans of a patient by date, those performed included."""
    with db.read() as session:
        return tuple(queries_schedule.planned_of(session, patient_id, db.timezone)[patient_id])


def plan_scan(
    db: Database,
    actor: Actor,
    patient_id: int,
    planned_on: date,
    modality: Modality | None = None,
    note: str | None = None,
    *,
    today: date | None = None,
) -> ScanPlanned:
    """Book a scan for a day, today or later. The same again is already stored.

    Raises InputError with every problem, ConflictError where another scan is booked for that day, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_plan(opened, patient_id, planned_on, modality, note)


def store_plan(
    change: Change, patient_id: int, planned_on: date, modality: Modality | None = None, note: str | None = None
) -> ScanPlanned:
    """``plan_scan`` inside a change that is open."""
    lock_patient(change, patient_id)
    note = tidy_text(note) or None if isinstance(note, str) else note
    problems = [*_check(planned_on, modality, note, change.today)]
    if not problems and planned_on < change.today:
        problems.append(
            Problem("date", f"{format_date(planned_on)} is past; a scan that was made is marked as performed")
        )
    if problems:
        raise InputError(problems)
    known = _on_day(change, patient_id, planned_on)
    if known is not None:
        if (known.modality, known.report_note, known.performed_on) == (_word(modality), note, None):
            return ScanPlanned(known.id, already_stored=True)
        raise ConflictError(
            f"A scan is booked for {format_date(planned_on)} already. Nothing was stored: move that one."
        )
    row = _add(change, patient_id, planned_on, modality, note)
    _audit(change, row, "scan.plan")
    return ScanPlanned(row.id)


def move_scan(
    db: Database,
    actor: Actor,
    planned_id: int,
    planned_on: date,
    reason: str,
    *,
    expected_on: date,
    today: date | None = None,
) -> None:
    """Book the scan for another day, for a reason that the audit keeps.

    ``expected_on`` is the day that was seen. Raises InputError, ConflictError where it was moved, performed or withdrawn
    meanwhile, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        row = _find(opened, planned_id, expected_on)
        problems = [*_check(planned_on, None, None, opened.today), *check_reason(reason.strip())]
        if not problems and planned_on < opened.today:
            problems.append(
                Problem("date", f"{format_date(planned_on)} is past; a scan that was made is marked as performed")
            )
        if problems:
            raise InputError(problems)
        if planned_on == row.planned_on:
            return
        if _on_day(opened, row.patient_id, planned_on) is not None:
            raise ConflictError(f"Another scan is booked for {format_date(planned_on)}. Nothing was stored.")
        before = _plain(row)
        row.planned_on = planned_on
        _audit(opened, row, "scan.move", before=before, reason=reason.strip())


def mark_performed(
    db: Database,
    actor: Actor,
    patient_id: int,
    performed_on: date,
    modality: Modality | None = None,
    note: str | None = None,
    *,
    today: date | None = None,
) -> ScanPlanned:
    """Say that a scan was made on a day, today or before: its report is awaited from then on.

    The nearest booked scan within two weeks is that scan; where none is, one is written down. The same again is already stored.
    Raises InputError with every problem, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_performed(opened, patient_id, performed_on, modality, note)


def store_performed(
    change: Change, patient_id: int, performed_on: date, modality: Modality | None = None, note: str | None = None
) -> ScanPlanned:
    """``mark_performed`` inside a change that is open."""
    lock_patient(change, patient_id)
    note = tidy_text(note) or None if isinstance(note, str) else note
    problems = tuple(_check(performed_on, modality, note, change.today, latest=change.today))
    if problems:
        raise InputError(problems)
    live = _live(change, patient_id)
    for known in live:
        if known.performed_on == performed_on and _fits(known, modality):
            return ScanPlanned(known.id, already_stored=True)
    booked = [
        row for row in live
        if row.performed_on is None and abs(row.planned_on - performed_on) <= _NEAR and _fits(row, modality)
    ]  # fmt: skip
    if not booked:
        if _on_day(change, patient_id, performed_on) is not None:
            raise ConflictError(f"Another scan is written down for {format_date(performed_on)}. Nothing was stored.")
        row = _add(change, patient_id, performed_on, modality, note, performed_on)
        _audit(change, row, "scan.perform")
        return ScanPlanned(row.id)
    row = min(booked, key=lambda one: (abs(one.planned_on - performed_on), one.id))
    before = _plain(row)
    row.performed_on = performed_on
    row.modality = row.modality or _word(modality)
    row.report_note = note or row.report_note
    _audit(change, row, "scan.perform", before=before)
    return ScanPlanned(row.id)


def withdraw_scan(db: Database, actor: Actor, planned_id: int, reason: str, *, expected_on: date) -> None:
    """Take a booked scan back, for a reason; its row stays. Raises InputError, ConflictError, NotFoundError."""
    with change(db, actor) as opened:
        row = _find(opened, planned_id, expected_on, performed_too=True)
        problems = tuple(check_reason(reason.strip()))
        if problems:
            raise InputError(problems)
        before = _plain(row)
        row.withdrawn_at = opened.at
        opened.session.flush()
        chain = history.patient_chain(row.patient_id)
        opened.audit(chain, "scan.unplan", "planned_scan", row.id, before=before, reason=reason.strip())


def _find(opened: Change, planned_id: int, expected_on: date, *, performed_too: bool = False) -> PlannedScanRow:
    row = opened.session.get(PlannedScanRow, planned_id)
    if row is None:
        raise NotFoundError(f"There is no booked scan number {planned_id}. Nothing was stored.")
    lock_patient(opened, row.patient_id)
    opened.session.refresh(row)
    gone = "was withdrawn" if row.withdrawn_at is not None else None
    if gone is None and row.performed_on is not None and not performed_too:
        gone = f"was marked as performed on {format_date(row.performed_on)}"
    if gone is None and row.planned_on != expected_on:
        gone = f"was moved to {format_date(row.planned_on)}"
    if gone is not None:
        raise ConflictError(f"The booked scan {gone} while you were looking at it. Nothing was stored.")
    return row


def _live(change: Change, patient_id: int) -> list[PlannedScanRow]:
    query = select(PlannedScanRow).where(PlannedScanRow.patient_id == patient_id, PlannedScanRow.withdrawn_at.is_(None))
    return list(change.session.scalars(query.order_by(PlannedScanRow.planned_on, PlannedScanRow.id)))


def _on_day(change: Change, patient_id: int, day: date) -> PlannedScanRow | None:
    return next((row for row in _live(change, patient_id) if row.planned_on == day), None)


def _fits(row: PlannedScanRow, modality: Modality | None) -> bool:
    return modality is None or row.modality is None or row.modality == str(modality)


def _add(
    change: Change,
    patient_id: int,
    planned_on: date,
    modality: Modality | None,
    note: str | None,
    performed_on: date | None = None,
) -> PlannedScanRow:
    row = PlannedScanRow(
        patient_id=patient_id,
        planned_on=planned_on,
        modality=_word(modality),
        performed_on=performed_on,
        report_note=note,
        entered_at=change.at,
        entered_by=change.actor.user_id,
    )
    change.session.add(row)
    change.session.flush()
    return row


def _word(modality: Modality | None) -> str | None:
    return None if modality is None else str(modality)


def _check(
    day: object, modality: object, note: str | None, today: date, *, latest: date | None = None
) -> Iterator[Problem]:
    wrong = tuple(check_date("date", day, today=latest))
    yield from wrong
    if not wrong and isinstance(day, date) and day > today + FURTHEST:
        yield Problem("date", f"{day} is more than two years ahead; check the year")
    yield from check_word("modality", modality, Modality, needed=False)
    yield from check_text("note", note)


def _plain(row: PlannedScanRow) -> dict[str, object]:
    return {
        "planned on": to_plain(row.planned_on),
        "modality": row.modality,
        "performed on": None if row.performed_on is None else to_plain(row.performed_on),
        "note": row.report_note,
    }


def _audit(
    change: Change,
    row: PlannedScanRow,
    action: str,
    *,
    before: dict[str, object] | None = None,
    reason: str | None = None,
) -> None:
    change.session.flush()
    chain = history.patient_chain(row.patient_id)
    change.audit(chain, action, "planned_scan", row.id, before=before, after=_plain(row), reason=reason)
