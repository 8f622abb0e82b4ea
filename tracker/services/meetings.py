"""Meetings: a tumour board on a date, what it is asked of a patient, what it decides, and when the action is closed.

A question keeps the patient's version, timeline and assessment as they were when it was asked; the decision replaces them by
what the meeting saw. What was decided stays as it is: another look is another question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from tracker import __version__
from tracker.db import history, queries, queries_schedule
from tracker.db.canonical import plain_json, to_plain
from tracker.db.engine import Database
from tracker.db.models import DecisionRow, MeetingRow, PatientRow
from tracker.domain.derivation import assess_record
from tracker.domain.schedule.situation import Decision
from tracker.domain.wording import format_date
from tracker.errors import ConflictError, InputError, NotFoundError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import PAGE, check_ahead, check_date, check_reason, check_text, tidy_text
from tracker.services.meeting_lists import (
    ListedMeeting,
    MeetingCase,
    MeetingList,
    find_decision,
    load_list,
    order_list,
    postpone,
    resume,
    say_state,
    take_up,
)
from tracker.services.transactions import Change, change, lock_patient, lock_site

__all__ = [
    "DecisionSaved",
    "ListedMeeting",
    "MeetingCase",
    "MeetingList",
    "MeetingSummary",
    "ask_question",
    "close_action",
    "decide",
    "list_decisions",
    "list_meetings",
    "load_list",
    "open_meeting",
    "order_list",
    "postpone",
    "resume",
]

#: A meeting is opened at most so far ahead.
FURTHEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class MeetingSummary:
    """A meeting as a list shows it: how many questions it has, how many wait for an outcome, how many were postponed."""

    id: int
    held_on: date
    name: str
    questions: int = 0
    undecided: int = 0
    postponed: int = 0


@dataclass(frozen=True, slots=True)
class DecisionSaved:
    """A question or decision that is in the record; ``already_stored`` where the same was there."""

    decision_id: int
    already_stored: bool = False


def open_meeting(db: Database, actor: Actor, held_on: date, name: str, *, today: date | None = None) -> int:
    """The key of the meeting of that date and name; it is opened where it was not. Raises InputError."""
    with change(db, actor, today=today) as opened:
        return store_meeting(opened, held_on, name)


def store_meeting(change: Change, held_on: date, name: str) -> int:
    """``open_meeting`` inside a change that is open."""
    name = tidy_text(name)
    wrong = tuple(check_date("date of the meeting", held_on))
    problems = [*wrong, *check_text("name of the meeting", name, limit=80, needed=True)]
    if not wrong and held_on > change.today + FURTHEST:
        problems.append(Problem("date of the meeting", f"{held_on} is more than two years ahead; check the year"))
    if problems:
        raise InputError(problems)
    # Openings follow each other, so that two of one meeting do not race.
    site = lock_site(change)
    same = select(MeetingRow).where(
        MeetingRow.site_id == site.id, MeetingRow.held_on == held_on, MeetingRow.name == name
    )
    known = change.session.scalars(same).one_or_none()
    if known is not None:
        return known.id
    row = MeetingRow(site_id=site.id, held_on=held_on, name=name)
    change.session.add(row)
    change.session.flush()
    after = {"held on": to_plain(held_on), "name": name}
    change.audit(history.SYSTEM, "meeting.open", "meeting", row.id, after=after)
    return row.id


def list_meetings(db: Database, actor: Actor) -> tuple[MeetingSummary, ...]:
    """Every meeting, the newest first."""
    with db.read() as session:
        rows = session.scalars(select(MeetingRow).order_by(MeetingRow.held_on.desc(), MeetingRow.id)).all()
        states: dict[int, list[str]] = {row.id: [] for row in rows}
        asked = select(DecisionRow.meeting_id, DecisionRow.decided_at, DecisionRow.postponed_at)
        for meeting_id, decided_at, postponed_at in session.execute(asked):
            states[meeting_id].append(say_state(decided_at, postponed_at))
        return tuple(
            MeetingSummary(
                row.id, row.held_on, row.name, len(states[row.id]), states[row.id].count("waiting"),
                states[row.id].count("postponed"),
            )
            for row in rows
        )  # fmt: skip


def list_decisions(db: Database, actor: Actor, patient_id: int) -> tuple[Decision, ...]:
    """What meetings were asked and decided of a patient, the oldest meeting first."""
    with db.read() as session:
        return tuple(queries_schedule.decisions_of(session, patient_id, db.timezone)[patient_id])


def ask_question(
    db: Database,
    actor: Actor,
    meeting_id: int,
    patient_id: int,
    question: str,
    *,
    asked_by: str | None = None,
    today: date | None = None,
) -> DecisionSaved:
    """Put a patient on the list of a meeting with a question, and say who asks it.

    The same question again is already stored; where it had been postponed, it waits again. Raises InputError with every problem, ConflictError where the patient is on that list with another question that waits,
    NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_question(opened, meeting_id, patient_id, question, asked_by)


def store_question(
    change: Change, meeting_id: int, patient_id: int, question: str, asked_by: str | None = None
) -> DecisionSaved:
    """``ask_question`` inside a change that is open."""
    patient = lock_patient(change, patient_id)
    meeting = change.session.get(MeetingRow, meeting_id)
    if meeting is None:
        raise NotFoundError(f"There is no meeting number {meeting_id}. Nothing was stored.")
    question, asked_by = tidy_text(question), tidy_text(asked_by or "") or None
    problems = (*check_text("question", question, limit=PAGE, needed=True), *check_text("asked by", asked_by))
    if problems:
        raise InputError(problems)
    waits = select(DecisionRow).where(
        DecisionRow.meeting_id == meeting_id, DecisionRow.patient_id == patient_id, DecisionRow.decided_at.is_(None)
    )
    known = change.session.scalars(waits).first()
    if known is not None:
        if known.question == question and asked_by in (None, known.asked_by):
            take_up(change, known)
            return DecisionSaved(known.id, already_stored=True)
        mine, theirs = (
            [Problem("question", text), *([Problem("asked by", who)] if who else [])]
            for text, who in ((question, asked_by), (known.question, known.asked_by))
        )
        raise ConflictError(
            f"The patient is on the list of {format_date(meeting.held_on)} with another question. Nothing was stored.",
            mine,
            theirs,
        )
    seen = _as_seen(change, patient)
    row = DecisionRow(meeting_id=meeting_id, patient_id=patient_id, question=question, asked_by=asked_by, **seen)
    change.session.add(row)
    change.session.flush()
    after = {"meeting": to_plain(meeting.held_on), "question": question, "asked by": asked_by}
    change.audit(history.patient_chain(patient_id), "decision.ask", "decision", row.id, after=after)
    return DecisionSaved(row.id)


def decide(
    db: Database,
    actor: Actor,
    decision_id: int,
    outcome: str,
    owner: str | None = None,
    due_on: date | None = None,
    *,
    expected_version: int,
    today: date | None = None,
) -> DecisionSaved:
    """Record what the meeting decided, with what it saw: ``expected_version`` is the patient's.

    ``owner`` and ``due_on`` say who acts and until when; a decision with neither has no action to close. The same again is
    already stored. Raises InputError with every problem, ConflictError where the record has moved or something else was
    decided, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_decision(opened, decision_id, outcome, owner, due_on, expected_version=expected_version)


def store_decision(
    change: Change,
    decision_id: int,
    outcome: str,
    owner: str | None = None,
    due_on: date | None = None,
    *,
    expected_version: int,
) -> DecisionSaved:
    """``decide`` inside a change that is open."""
    row = find_decision(change, decision_id)
    outcome = tidy_text(outcome)
    owner = tidy_text(owner) or None if isinstance(owner, str) else owner
    if row.decided_at is not None:
        if (row.outcome, row.owner, row.due_on) == (outcome, owner, due_on):
            return DecisionSaved(row.id, already_stored=True)
        raise ConflictError(
            "This question was decided with another outcome. Nothing was stored: ask it anew at another meeting.",
            [Problem("outcome", outcome)], [Problem("outcome", row.outcome or "")],
        )  # fmt: skip
    patient = lock_patient(change, row.patient_id, expected_version)
    problems = tuple(_check_decision(outcome, owner, due_on, change.today))
    if problems:
        raise InputError(problems)
    row.outcome, row.owner, row.due_on = outcome, owner, due_on
    row.decided_at, row.decided_by = change.at, change.actor.user_id
    row.postponed_at = row.postponed_reason = None
    for name, value in _as_seen(change, patient).items():
        setattr(row, name, value)
    change.session.flush()
    after = {
        "outcome": outcome,
        "owner": owner,
        "due": None if due_on is None else to_plain(due_on),
        "patient version": patient.version,
        "engine": __version__,
    }
    change.audit(history.patient_chain(row.patient_id), "decision.decide", "decision", row.id, after=after)
    return DecisionSaved(row.id)


def close_action(db: Database, actor: Actor, decision_id: int, remark: str) -> DecisionSaved:
    """Say that what was decided is done; the remark says how. What is closed stays closed.

    Raises InputError where nothing was decided yet or the remark is missing, NotFoundError.
    """
    with change(db, actor) as opened:
        return store_closing(opened, decision_id, remark)


def store_closing(change: Change, decision_id: int, remark: str) -> DecisionSaved:
    """``close_action`` inside a change that is open."""
    row = find_decision(change, decision_id)
    if row.closed_at is not None:
        return DecisionSaved(row.id, already_stored=True)
    problems = [*check_reason(remark.strip())]
    if row.decided_at is None:
        problems.append(Problem("decision", "is not made yet, so there is no action to close"))
    if problems:
        raise InputError(problems)
    row.closed_at = change.at
    change.session.flush()
    chain = history.patient_chain(row.patient_id)
    change.audit(chain, "decision.close", "decision", row.id, after={"closed": True}, reason=remark.strip())
    return DecisionSaved(row.id)


def _as_seen(change: Change, patient: PatientRow) -> dict[str, Any]:
    """The record as it stands: version, timeline and assessment of the course started last; empty where none has a baseline."""
    judged = assess_record(queries.load_patient_record(change.session, patient.id))
    timeline: Mapping[str, Any] = judged[-1].timeline.to_dict() if judged else {}
    assessment: Mapping[str, Any] = judged[-1].assessment.to_dict() if judged else {}
    return {
        "patient_version": patient.version,
        "timeline": plain_json(timeline),
        "assessment": plain_json({"patient_version": patient.version, **assessment}),
        "engine_version": __version__,
    }


def _check_decision(outcome: str, owner: str | None, due_on: date | None, today: date) -> Iterator[Problem]:
    yield from check_text("outcome", outcome, limit=PAGE, needed=True)
    yield from check_text("owner", owner)
    yield from check_date("due", due_on, needed=False)
    yield from check_ahead("due", due_on, today)
