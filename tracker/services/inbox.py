"""The inbox: reports that came from outside wait here until a person takes each into the record, or refuses it.

Nothing that was read from prose enters the record by itself. Taking happens when the exam is stored
(``exams.record_exam(…, inbox_item=…)``), in the same transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select

from tracker.db import history
from tracker.db.canonical import canonical_json
from tracker.db.engine import Database
from tracker.db.models import ImportBatchRow, InboxItemRow
from tracker.domain.drafts import ReportDraft
from tracker.errors import ConflictError, InputError, NotFoundError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import check_reason
from tracker.services.inbox_items import REFUSED, SUPERSEDED, TAKEN, WAITING, InboxItem, items_from_rows
from tracker.services.inbox_staging import Staged, stage_report
from tracker.services.transactions import Change, change, lock_patient, lock_site

__all__ = [
    "REFUSED",
    "SUPERSEDED",
    "TAKEN",
    "WAITING",
    "InboxItem",
    "Source",
    "StageReceipt",
    "assign_patient",
    "count_waiting",
    "list_items",
    "load_item",
    "refuse_item",
    "reopen_item",
    "stage",
    "take_item",
]


@dataclass(frozen=True, slots=True)
class Source:
    """A file that brought reports."""

    name: str
    sha256: str
    #: hl7, text or pdf.
    format: str

    @classmethod
    def of(cls, data: bytes, name: str, kind: str) -> Source:
        """The source of these bytes."""
        return cls(name, hashlib.sha256(data).hexdigest(), kind)


@dataclass(frozen=True, slots=True)
class StageReceipt:
    """What became of the reports of one file. ``problems`` are reports that were left out; the others stand."""

    file: str
    sha256: str
    #: Keys of the new items, of those that were there already, and of those that a later report superseded.
    new: tuple[int, ...] = ()
    already: tuple[int, ...] = ()
    superseded: tuple[int, ...] = ()
    #: One sentence a report, in order.
    lines: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    dry_run: bool = False

    @property
    def summary(self) -> str:
        """One sentence on what happened to the inbox."""
        parts = [f"{'would stage' if self.dry_run else 'staged'} {len(self.new)}"]
        if self.already:
            parts.append(f"{len(self.already)} already there")
        if self.superseded:
            parts.append(f"{len(self.superseded)} superseded")
        return ", ".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """The receipt as plain values, for JSON."""
        return asdict(self) | {"summary": self.summary}


class _RollBack(Exception):  # noqa: N818 - no error: the way out of a transaction that is not to leave a trace
    """Leaves the transaction: a dry run, or a file that changes nothing."""


def stage(
    db: Database, actor: Actor, reports: Sequence[ReportDraft], source: Source, *, dry_run: bool = False
) -> StageReceipt:
    """Put the reports of one file into the inbox, in one transaction. What is there already is left as it is."""
    staged = Staged()
    try:
        with change(db, actor) as opened:
            # Files follow each other, so that two passes over one folder do not race.
            site = lock_site(opened)
            batch = ImportBatchRow(
                site_id=site.id, file_name=source.name, file_sha256=source.sha256, format=source.format,
                imported_at=opened.at, imported_by=actor.user_id, rows_read=len(reports), patients_new=0, exams_new=0,
                exams_known=0,
            )  # fmt: skip
            opened.session.add(batch)
            opened.session.flush()
            for report in reports:
                stage_report(opened, site, report, batch.id, staged)
            if dry_run or not staged.new:
                raise _RollBack
            _audit_batch(opened, batch, staged)
    except _RollBack:
        pass
    return StageReceipt(
        source.name,
        source.sha256,
        tuple(staged.new),
        tuple(staged.already),
        tuple(staged.superseded),
        tuple(staged.lines),
        tuple(staged.problems),
        dry_run,
    )


def _audit_batch(opened: Change, batch: ImportBatchRow, staged: Staged) -> None:
    """Tell the system's chain of the file, and each matched patient's of the report that waits for them."""
    after = {"sha256": batch.file_sha256, "items": staged.new, "superseded": staged.superseded}
    opened.audit(history.SYSTEM, "inbox.stage", "import_batch", batch.id, after=after)
    for item_id in staged.new:
        row = opened.session.get_one(InboxItemRow, item_id)
        if row.patient_id is not None:
            said = {"state": row.state, "status": row.status, "content": row.content_sha256}
            opened.audit(history.patient_chain(row.patient_id), "inbox.stage", "inbox_item", row.id, after=said)


def list_items(
    db: Database, actor: Actor, state: str | None = WAITING, *, most: int | None = None
) -> tuple[InboxItem, ...]:
    """The items in a state (None: in any), those that wait longest first; with ``most``, the newest so many."""
    query = select(InboxItemRow).order_by(InboxItemRow.received_at.desc(), InboxItemRow.id.desc()).limit(most)
    if state is not None:
        query = query.where(InboxItemRow.state == state)
    with db.read() as session:
        return tuple(reversed(items_from_rows(session, session.scalars(query))))


def load_item(db: Database, actor: Actor, item_id: int) -> InboxItem:
    """One item. Raises NotFoundError."""
    with db.read() as session:
        row = session.get(InboxItemRow, item_id)
        if row is None:
            raise NotFoundError(f"There is no report number {item_id} in the inbox.")
        return items_from_rows(session, [row])[0]


def count_waiting(db: Database) -> int:
    """How many reports wait: cheap, for the navigation."""
    with db.read() as session:
        query = select(func.count()).select_from(InboxItemRow).where(InboxItemRow.state == WAITING)
        return session.execute(query).scalar_one()


def assign_patient(db: Database, actor: Actor, item_id: int, patient_id: int, *, reason: str) -> InboxItem:
    """Say whose report a waiting item is, for a reason. Raises InputError, NotFoundError, ConflictError."""
    with change(db, actor) as opened:
        # The patient first, as everywhere: two changes never wait for each other.
        lock_patient(opened, patient_id)
        row = _lock_waiting(opened, item_id, "assigned")
        reason = _require_reason(reason)
        if row.patient_id != patient_id:
            before = row.patient_id
            if row.exam_id is not None:
                raise ConflictError(
                    f"Report number {item_id} corrects a scan of another patient. Nothing was changed: withdraw that "
                    "scan first, for a reason; then its report waits again."
                )
            row.patient_id = patient_id
            _note_decision(opened, row, reason)
            for chain_of in {before, patient_id} - {None}:
                opened.audit(
                    history.patient_chain(chain_of or 0), "inbox.assign", "inbox_item", row.id,
                    before={"patient": before}, after={"patient": patient_id}, reason=reason,
                )  # fmt: skip
    return load_item(db, actor, item_id)


def refuse_item(db: Database, actor: Actor, item_id: int, reason: str) -> InboxItem:
    """Put a waiting item aside, for a reason; it stays and can be seen. Raises InputError, NotFoundError, ConflictError."""
    with change(db, actor) as opened:
        row = _lock_waiting(opened, item_id, "refused")
        reason = _require_reason(reason)
        row.state = REFUSED
        _note_decision(opened, row, reason)
        _audit_item(opened, row, "inbox.refuse", WAITING, reason)
    return load_item(db, actor, item_id)


def reopen_item(db: Database, actor: Actor, item_id: int, reason: str) -> InboxItem:
    """Let a refused item wait again, for a reason. Raises InputError, NotFoundError, ConflictError."""
    with change(db, actor) as opened:
        row = _lock(opened, item_id)
        reason = _require_reason(reason)
        if row.state != REFUSED or row.superseded_by is not None:
            raise ConflictError(
                f"Report number {item_id} {_say_state(row)}: it cannot wait again. Nothing was changed."
            )
        row.state = WAITING
        _note_decision(opened, row, reason)
        _audit_item(opened, row, "inbox.reopen", REFUSED, reason)
    return load_item(db, actor, item_id)


def take_item(opened: Change, item_id: int, patient_id: int, exam_id: int) -> None:
    """Mark an item as taken into an exam, in the transaction that stores the exam. The caller holds the patient's row.

    Taken into that exam already is fine (the entry was sent twice). Raises ConflictError, NotFoundError; then nothing of
    the exam is stored either.
    """
    row = _lock(opened, item_id)
    if row.state == TAKEN and row.exam_id == exam_id:
        return
    if row.state != WAITING:
        raise ConflictError(f"The report {_say_state(row)}. Nothing was stored: look at the inbox again.")
    if row.patient_id != patient_id:
        whose = "was assigned to another patient" if row.patient_id is not None else "is assigned to no patient yet"
        raise ConflictError(f"The report {whose}. Nothing was stored: assign it in the inbox first.")
    row.state, row.exam_id = TAKEN, exam_id
    row.decided_at, row.decided_by = opened.at, opened.actor.user_id
    opened.session.flush()
    _audit_item(opened, row, "inbox.take", WAITING, None)


def release_items(opened: Change, exam_id: int, reason: str) -> None:
    """Let the reports of an exam that is withdrawn wait again, in the transaction of the withdrawal."""
    query = select(InboxItemRow).where(InboxItemRow.exam_id == exam_id, InboxItemRow.superseded_by.is_(None))
    for row in opened.session.scalars(query.with_for_update()).all():
        if row.state not in (TAKEN, WAITING):
            continue
        before, row.state, row.exam_id = row.state, WAITING, None
        row.findings = canonical_json([*json.loads(row.findings), f"the scan entered from it was withdrawn: {reason}"])
        opened.session.flush()
        if before == TAKEN:
            _audit_item(opened, row, "inbox.release", TAKEN, reason)


def _require_reason(reason: str) -> str:
    reason = reason.strip()
    problems = tuple(check_reason(reason))
    if problems:
        raise InputError(problems)
    return reason


def _lock(opened: Change, item_id: int) -> InboxItemRow:
    query = select(InboxItemRow).where(InboxItemRow.id == item_id).with_for_update()
    row = opened.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no report number {item_id} in the inbox.")
    return row


def _lock_waiting(opened: Change, item_id: int, what: str) -> InboxItemRow:
    row = _lock(opened, item_id)
    if row.state != WAITING:
        raise ConflictError(f"Report number {item_id} {_say_state(row)}: it cannot be {what}. Nothing was changed.")
    return row


def _say_state(row: InboxItemRow) -> str:
    return {
        WAITING: "waits",
        TAKEN: "was entered already",
        REFUSED: "was refused" if row.superseded_by is None else "was refused, and a later report replaced it",
        SUPERSEDED: "was replaced by a later report of the same examination",
    }[row.state]


def _note_decision(opened: Change, row: InboxItemRow, reason: str) -> None:
    row.decided_at, row.decided_by, row.reason = opened.at, opened.actor.user_id, reason
    opened.session.flush()


def _audit_item(opened: Change, row: InboxItemRow, action: str, before: str, reason: str | None) -> None:
    """Tell the chain of the item's patient, or the system's where it has none."""
    chain = history.SYSTEM if row.patient_id is None else history.patient_chain(row.patient_id)
    after = {"state": row.state, "exam": row.exam_id, "content": row.content_sha256}
    opened.audit(chain, action, "inbox_item", row.id, before={"state": before}, after=after, reason=reason)
