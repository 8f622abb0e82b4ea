"""The audit as people read it: the events of a patient, the versions of an exam, and whether every chain is whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker.db import history
from tracker.db.canonical import from_plain
from tracker.db.engine import Database
from tracker.db.models import AuditEventRow, ExamVersionRow, UserRow
from tracker.domain.record import Exam, RecordedLesion
from tracker.errors import NotFoundError, Problem
from tracker.services.actors import Actor


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who changed what, when and why."""

    seq: int
    at: datetime
    actor: str
    action: str
    entity: str
    entity_id: int | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ExamVersion:
    """An exam and the lesions it mentions as they were from ``recorded_at`` on."""

    exam: Exam
    lesions: tuple[RecordedLesion, ...]
    recorded_at: datetime
    recorded_by: str
    withdrawn: bool
    reason: str | None


def list_events(db: Database, actor: Actor, patient_id: int | None = None) -> tuple[AuditEvent, ...]:
    """The events of a patient's chain, or of the system's, oldest first."""
    chain = history.SYSTEM if patient_id is None else history.patient_chain(patient_id)
    query = (
        select(AuditEventRow, UserRow.name)
        .join(UserRow, UserRow.id == AuditEventRow.actor_id)
        .where(AuditEventRow.chain == chain)
        .order_by(AuditEventRow.seq)
    )
    with db.read() as session:
        return tuple(_event(row, name) for row, name in session.execute(query))


def list_exam_versions(db: Database, actor: Actor, exam_id: int) -> tuple[ExamVersion, ...]:
    """Every version of an exam, oldest first. Raises NotFoundError."""
    query = (
        select(ExamVersionRow, UserRow.name)
        .join(UserRow, UserRow.id == ExamVersionRow.recorded_by)
        .where(ExamVersionRow.exam_id == exam_id)
        .order_by(ExamVersionRow.version)
    )
    with db.read() as session:
        versions = tuple(_version(row, name) for row, name in session.execute(query))
    if not versions:
        raise NotFoundError(f"There is no exam number {exam_id}.")
    return versions


def exam_as_of(db: Database, actor: Actor, exam_id: int, moment: datetime) -> ExamVersion | None:
    """The exam as anybody saw it at that moment; None where it was not recorded yet or was withdrawn."""
    known = [version for version in list_exam_versions(db, actor, exam_id) if version.recorded_at <= moment]
    return known[-1] if known and not known[-1].withdrawn else None


def verify(db: Database) -> tuple[Problem, ...]:
    """Walk every chain; what is broken, at its first broken link. Empty where all is whole."""
    key = history.read_key(db.key_file)
    with db.read() as session:
        return history.verify(session, key)


def _event(row: AuditEventRow, actor: str) -> AuditEvent:
    before, after = (None if text is None else json.loads(text) for text in (row.before, row.after))
    return AuditEvent(row.seq, row.at, actor, row.action, row.entity, row.entity_id, before, after, row.reason)


def _version(row: ExamVersionRow, recorded_by: str) -> ExamVersion:
    content = json.loads(row.content)
    lesions = tuple(from_plain(RecordedLesion, lesion) for lesion in content["lesions"])
    return ExamVersion(
        from_plain(Exam, content["exam"]), lesions, row.recorded_at, recorded_by, row.withdrawn, row.reason
    )
