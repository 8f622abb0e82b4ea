"""The list of a meeting: its cases in order, and where each stands. Cases are ordered anew, or postponed with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db import history
from tracker.db.engine import Database
from tracker.db.models import DecisionRow, MeetingRow, PatientIdentifierRow, PatientRow
from tracker.domain.wording import format_date
from tracker.errors import ConflictError, InputError, NotFoundError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import check_reason
from tracker.services.transactions import Change, change, lock_patient

CaseState = Literal["waiting", "discussed", "postponed"]


@dataclass(frozen=True, slots=True)
class MeetingCase:
    """One question on the list of a meeting; ``position`` counts from 1 in the order of the list."""

    decision_id: int
    patient_id: int
    identifier: str
    synthetic: bool
    question: str
    asked_by: str | None
    position: int
    state: CaseState
    outcome: str | None = None
    owner: str | None = None
    due_on: date | None = None
    postponed_reason: str | None = None


@dataclass(frozen=True, slots=True)
class ListedMeeting:
    """A meeting by its key, date and name."""

    id: int
    held_on: date
    name: str


@dataclass(frozen=True, slots=True)
class MeetingList:
    """A meeting and its cases in order."""

    meeting: ListedMeeting
    cases: tuple[MeetingCase, ...] = ()

    def case_of(self, patient_id: int) -> MeetingCase | None:
        """The patient's case: the one that waits, else the last one; None where the patient is not on the list."""
        mine = [case for case in self.cases if case.patient_id == patient_id]
        return next((case for case in mine if case.state == "waiting"), mine[-1] if mine else None)


def load_list(db: Database, actor: Actor, meeting_id: int) -> MeetingList:
    """The list of a meeting, in three queries. Raises NotFoundError."""
    with db.read() as session:
        row = session.get(MeetingRow, meeting_id)
        if row is None:
            raise NotFoundError(f"There is no meeting number {meeting_id}.")
        found = session.execute(
            select(DecisionRow, PatientRow.synthetic)
            .join(PatientRow, PatientRow.id == DecisionRow.patient_id)
            .where(DecisionRow.meeting_id == meeting_id)
        ).all()
        identifiers = _identifiers(session, meeting_id)
        ordered = sorted(found, key=lambda pair: place_on_list(pair[0]))
        cases = tuple(
            _case(decision, position, identifiers[decision.patient_id], synthetic)
            for position, (decision, synthetic) in enumerate(ordered, start=1)
        )
        return MeetingList(ListedMeeting(row.id, row.held_on, row.name), cases)


def order_list(db: Database, actor: Actor, meeting_id: int, decision_ids: Sequence[int]) -> None:
    """Put the questions of a meeting into this order. The order that is there already changes nothing.

    ``decision_ids`` names every question of the list once. Raises ConflictError where the list has others by now,
    InputError where one is named twice, NotFoundError.
    """
    with change(db, actor) as opened:
        query = select(MeetingRow).where(MeetingRow.id == meeting_id).with_for_update()
        meeting = opened.session.scalars(query).one_or_none()
        if meeting is None:
            raise NotFoundError(f"There is no meeting number {meeting_id}. Nothing was stored.")
        rows = {
            row.id: row
            for row in opened.session.scalars(select(DecisionRow).where(DecisionRow.meeting_id == meeting_id))
        }
        if len(set(decision_ids)) < len(decision_ids):
            raise InputError([Problem("order", "names a question twice; each has one place on the list")])
        if set(decision_ids) != rows.keys():
            raise ConflictError(
                f"The list of {format_date(meeting.held_on)} has other questions by now. Nothing was stored: "
                "look at the list and order it again."
            )
        before = sorted(rows, key=lambda key: place_on_list(rows[key]))
        if list(decision_ids) == before:
            return
        for position, key in enumerate(decision_ids, start=1):
            rows[key].position = position
        opened.session.flush()
        opened.audit(
            history.SYSTEM, "meeting.order", "meeting", meeting.id,
            before={"questions": before}, after={"questions": list(decision_ids)},
        )  # fmt: skip


def postpone(db: Database, actor: Actor, decision_id: int, reason: str) -> None:
    """Say that a question waits for another day, and why. It stays on this list as postponed.

    The same again is already stored. Raises InputError where the reason is missing or the question was decided,
    NotFoundError.
    """
    with change(db, actor) as opened:
        row = find_decision(opened, decision_id)
        reason = reason.strip()
        if row.postponed_at is not None and row.postponed_reason == reason:
            return
        problems = list(check_reason(reason))
        if row.decided_at is not None:
            problems.append(Problem("decision", "is made already, so there is nothing to postpone"))
        if problems:
            raise InputError(problems)
        before = None if row.postponed_at is None else {"reason": row.postponed_reason}
        row.postponed_at, row.postponed_reason = opened.at, reason
        opened.session.flush()
        chain = history.patient_chain(row.patient_id)
        after = {"postponed": True}
        opened.audit(chain, "decision.postpone", "decision", row.id, before=before, after=after, reason=reason)


def resume(db: Database, actor: Actor, decision_id: int) -> None:
    """Take a postponed question up again at the same meeting; nothing happens where it was not postponed.

    Raises NotFoundError.
    """
    with change(db, actor) as opened:
        take_up(opened, find_decision(opened, decision_id))


def take_up(change: Change, row: DecisionRow) -> None:
    """``resume`` inside a change that is open."""
    if row.postponed_at is None:
        return
    before = {"reason": row.postponed_reason}
    row.postponed_at = row.postponed_reason = None
    change.session.flush()
    chain = history.patient_chain(row.patient_id)
    change.audit(chain, "decision.resume", "decision", row.id, before=before, after={"postponed": False})


def find_decision(change: Change, decision_id: int) -> DecisionRow:
    """The decision, its patient locked so that changes of one patient follow each other. Raises NotFoundError."""
    row = change.session.get(DecisionRow, decision_id)
    if row is None:
        raise NotFoundError(f"There is no question number {decision_id}. Nothing was stored.")
    lock_patient(change, row.patient_id)
    change.session.refresh(row)
    return row


def place_on_list(row: DecisionRow) -> tuple[bool, int, int]:
    """What a list is ordered by: the place a person gave, then the order of asking."""
    return (row.position is None, row.position or 0, row.id)


def _identifiers(session: Session, meeting_id: int) -> dict[int, str]:
    """The identifier shown of each patient on a list: the first one."""
    row = PatientIdentifierRow
    on_list = select(DecisionRow.patient_id).where(DecisionRow.meeting_id == meeting_id)
    query = select(row.patient_id, row.value).where(row.patient_id.in_(on_list)).order_by(row.id.desc())
    return dict(session.execute(query).all())


def _case(row: DecisionRow, position: int, identifier: str, synthetic: bool) -> MeetingCase:
    state = say_state(row.decided_at, row.postponed_at)
    return MeetingCase(
        row.id, row.patient_id, identifier, synthetic, row.question, row.asked_by, position, state, row.outcome, row.owner,
        row.due_on, row.postponed_reason,
    )  # fmt: skip


def say_state(decided_at: datetime | None, postponed_at: datetime | None) -> CaseState:
    """Where a question stands."""
    if decided_at is not None:
        return "discussed"
    return "postponed" if postponed_at is not None else "waiting"
