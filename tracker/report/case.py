"""Sheets from the record: what the services hold of a patient and a meeting becomes pages. Used by command and page alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from tracker.db.engine import Database
from tracker.domain.schedule.situation import Decision
from tracker.errors import NotFoundError
from tracker.report.patient_page import NOBODY, Contacts, render_patient_page
from tracker.report.sheet import Progress, render_meeting, render_sheet
from tracker.report.sheet_case import MeetingPlace, SheetCase, SheetDecision, derive_case
from tracker.services import meetings, note_history, patients, planned_scans
from tracker.services.actors import Actor
from tracker.services.meeting_lists import MeetingCase, MeetingList, load_list

_UNFIT = re.compile(r"[^\w.-]+", re.ASCII)


def make_sheet(
    db: Database,
    actor: Actor,
    patient_id: int,
    today: date,
    *,
    meeting_id: int | None = None,
    printed_at: datetime | None = None,
) -> bytes:
    """The sheet of a patient as PDF. Raises NotFoundError.

    ``meeting_id`` is the meeting it is for; without it the one whose question waits, else the one that decided last.
    """
    case = load_case(db, actor, patient_id, today, meeting_id=meeting_id, printed_at=printed_at)
    return render_sheet(case)


def make_meeting_sheets(
    db: Database,
    actor: Actor,
    meeting_id: int,
    today: date,
    progress: Progress | None = None,
    *,
    printed_at: datetime | None = None,
) -> bytes | None:
    """All sheets of a meeting in the order of its list; None where ``progress`` stopped it.

    Raises NotFoundError where there is no such meeting, or nobody is on its list.
    """
    listed = load_list(db, actor, meeting_id)
    if not listed.cases:
        raise NotFoundError("Nobody is on the list of this meeting.")
    printed = printed_at or datetime.now(db.timezone)
    return render_meeting(_cases(db, actor, listed, today, printed), progress, number=len(listed.cases))


def make_patient_page(
    db: Database,
    actor: Actor,
    patient_id: int,
    today: date,
    contacts: Contacts = NOBODY,
    *,
    printed_at: datetime | None = None,
) -> bytes:
    """The page in plain words for the patient as PDF. Raises NotFoundError."""
    record = patients.load_record(db, actor, patient_id)
    return render_patient_page(record, today, printed_at or datetime.now(db.timezone), contacts)


def load_case(
    db: Database,
    actor: Actor,
    patient_id: int,
    today: date,
    *,
    meeting_id: int | None = None,
    printed_at: datetime | None = None,
) -> SheetCase:
    """One case as its sheet needs it (see :func:`make_sheet`). Raises NotFoundError."""
    record = patients.load_record(db, actor, patient_id)
    decisions = meetings.list_decisions(db, actor, patient_id)
    newest = max((exam.performed_on for exam in record.exams), default=None)
    chosen = meeting_id if meeting_id is not None else _meeting_of(decisions, newest)
    listed = None if chosen is None else load_list(db, actor, chosen)
    asked = None if listed is None else listed.case_of(patient_id)
    return _case(db, actor, patient_id, today, printed_at or datetime.now(db.timezone), listed, asked)


def suggest_name(identifier: str, what: str = "sheet") -> str:
    """A name for the file: the identifier and nothing else of the patient ("sheet-DEMO-017.pdf")."""
    return f"{what}-{_UNFIT.sub('-', identifier).strip('-.') or 'patient'}.pdf"


def _meeting_of(decisions: tuple[Decision, ...], newest_scan: date | None) -> int | None:
    """The meeting whose question waits; else the last one that decided with the newest scan before it."""
    waiting = [one for one in decisions if one.decided_at is None and not one.is_postponed]
    if waiting:
        return waiting[-1].meeting_id
    decided = [one for one in decisions if newest_scan is None or one.meeting_on >= newest_scan]
    return decided[-1].meeting_id if decided else None


def _cases(db: Database, actor: Actor, listed: MeetingList, today: date, printed_at: datetime) -> Iterator[SheetCase]:
    for one in listed.cases:
        yield _case(db, actor, one.patient_id, today, printed_at, listed, one)


def _case(
    db: Database,
    actor: Actor,
    patient_id: int,
    today: date,
    printed_at: datetime,
    listed: MeetingList | None,
    asked: MeetingCase | None,
) -> SheetCase:
    booked = [
        one.planned_on
        for one in planned_scans.list_planned(db, actor, patient_id)
        if one.performed_on is None and one.planned_on >= today
    ]
    place = None
    if listed is not None:
        number = None if asked is None else asked.position
        place = MeetingPlace(listed.meeting.held_on, listed.meeting.name, number, len(listed.cases))
    return derive_case(
        patients.load_record(db, actor, patient_id),
        today,
        printed_at,
        dismissed=note_history.dismissed_keys(note_history.list_dismissals(db, patient_id)),
        meeting=place,
        question=None if asked is None else asked.question,
        asked_by=None if asked is None else asked.asked_by,
        decision=_decision(db, actor, asked),
        next_scan=min(booked, default=None),
    )


def _decision(db: Database, actor: Actor, asked: MeetingCase | None) -> SheetDecision | None:
    """What was decided of the case; None while it waits."""
    if asked is None or asked.outcome is None:
        return None
    made = next(one for one in meetings.list_decisions(db, actor, asked.patient_id) if one.id == asked.decision_id)
    when = made.meeting_on if made.decided_at is None else made.decided_at.astimezone(db.timezone).date()
    return SheetDecision(asked.outcome, when, asked.owner, asked.due_on)
