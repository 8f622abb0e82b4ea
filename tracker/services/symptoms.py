"""Symptoms as the patient told them on a day."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select

from tracker.db import history
from tracker.db.canonical import canonical_json
from tracker.db.engine import Database
from tracker.db.models import SymptomReportRow
from tracker.errors import InputError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import check_date, check_reason, check_text
from tracker.services.transactions import Change, bump, change, find_live, lock_patient


def record_symptoms(
    db: Database, actor: Actor, patient_id: int, told_on: date, symptoms: Sequence[str], *, today: date | None = None
) -> int:
    """Record symptoms told on a day and return the report's key. What is told again on that day is added to it.

    Raises InputError, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_symptoms(opened, patient_id, told_on, symptoms)


def withdraw_symptoms(db: Database, actor: Actor, report_id: int, *, expected_version: int, reason: str) -> int:
    """Take the symptoms of a day out of the record, for a reason; the row stays, and the day is free for what was told.

    ``expected_version`` is the patient's; returns its new one. Raises InputError, ConflictError, NotFoundError.
    """
    with change(db, actor) as opened:
        patient, row = find_live(opened, SymptomReportRow, report_id, "symptom report", expected_version)
        reason = reason.strip()
        problems = tuple(check_reason(reason))
        if problems:
            raise InputError(problems)
        row.withdrawn_at = opened.at
        version = bump(opened, patient)
        chain, before = (
            history.patient_chain(row.patient_id),
            {"told_on": row.told_on, "symptoms": json.loads(row.symptoms)},
        )
        opened.audit(chain, "symptoms.withdraw", "symptom_report", row.id, before=before, reason=reason)
        return version


def store_symptoms(change: Change, patient_id: int, told_on: date, symptoms: Sequence[str]) -> int:
    """``record_symptoms`` inside a change that is open."""
    told = tuple(dict.fromkeys(word.strip() for word in symptoms))
    patient = lock_patient(change, patient_id)
    problems = tuple(_problems(told_on, told, change.today))
    if problems:
        raise InputError(problems)
    query = select(SymptomReportRow).where(
        SymptomReportRow.patient_id == patient_id,
        SymptomReportRow.told_on == told_on,
        SymptomReportRow.withdrawn_at.is_(None),
    )
    row = change.session.scalars(query).one_or_none()
    before = [] if row is None else json.loads(row.symptoms)
    after = list(dict.fromkeys([*before, *told]))
    if row is not None and after == before:
        return row.id
    if row is None:
        row = SymptomReportRow(patient_id=patient_id, told_on=told_on)
        change.session.add(row)
    row.symptoms = canonical_json(after)
    change.session.flush()
    bump(change, patient)
    chain = history.patient_chain(patient_id)
    said = {"told_on": told_on, "symptoms": after}
    change.audit(chain, "symptoms.record", "symptom_report", row.id, before={"symptoms": before}, after=said)
    return row.id


def _problems(told_on: date, told: tuple[str, ...], today: date) -> Iterator[Problem]:
    yield from check_date("told on", told_on, today=today)
    if not told:
        yield Problem("symptoms", "name at least one")
    for word in told:
        yield from check_text("symptoms", word, needed=True)
