"""What surrounds the synthetic record: booked scans, awaited and waiting reports, meetings, owners, verifications.

Everything goes through the services, so that each state of the worklist is one that a real entry would make.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from tracker.db import queries
from tracker.db.engine import Database
from tracker.demo.reports import write_report
from tracker.demo.shapes import SyntheticQuestion
from tracker.domain.drafts import PatientDraft
from tracker.domain.schedule.states import State
from tracker.domain.vocabulary import Modality, Primary, Sex
from tracker.domain.waiting import PROGRESSION
from tracker.services import actors, inbox, meetings, owners, patients, planned_scans, verifying
from tracker.services.actors import Actor
from tracker.services.inbox import Source
from tracker.services.transactions import Change, change
from tracker.services.worklist import WorklistRow, list_worklist

BOARD = "Liver board"
_THURSDAY = 3

#: Referred, and not scanned here yet.
REFERRED = PatientDraft(
    "DEMO-R01",
    birth_year=1957,
    sex=Sex.FEMALE,
    primary=Primary.COLORECTAL,
    primary_detail="sigmoid colon",
    synthetic=True,
)

_QUESTION = "How to go on after this scan?"
#: What is decided in turn, by whom it is done, and how many days after the meeting it is due; None where nobody has to act.
_OUTCOMES: tuple[tuple[str, str | None, int | None], ...] = (
    ("Go on as planned", None, None),
    ("MRI of the liver before the next decision", "Dr I. Novak", 14),
    ("Present again with the next scan", None, None),
)
#: The same where the scan is a progression.
_AFTER_PD = ("Talk with the patient about the next line", "A. Weber", 5)

Rows = Sequence[WorklistRow]


def meeting_after(day: date) -> date:
    """The first meeting after a day: boards meet on Thursdays."""
    return day + timedelta(days=(_THURSDAY - day.weekday() - 1) % 7 + 1)


def walk_pathways(
    db: Database, actor: Actor, today: date, new: Collection[int], questions: Mapping[int, SyntheticQuestion]
) -> None:
    """Move the patients whose keys are ``new`` along, so that every state of the worklist is shown; one is referred only.

    ``questions`` make the list of the coming meeting, in order; some were agreed ahead, one is postponed.
    """
    if not new:
        return
    patients.register_patient(db, actor, REFERRED, today=today)
    _verify_most(db, actor, _rows(db, actor, today, new))
    rows = _rows(db, actor, today, new)
    waiting = [
        row
        for row in rows
        if row.state is State.AWAITING_MDT and "never discussed" in row.standing.why and row.patient_id not in questions
    ]
    _discuss(db, actor, today, waiting[:-1])
    _ask(db, actor, today, questions)
    rows = [row for row in rows if row.patient_id not in questions]
    with change(db, actor, today=today) as opened:
        _move_scans(opened, today, rows)
    closed = _by_last_scan(row for row in rows if row.state is State.CLOSED)
    _discuss(db, actor, today, closed[3::6])
    late = [row for row in rows if row.state is State.OVERDUE]
    _bring_reports(db, actor, today, [*late[3:4], *closed[1:3]])
    _share(db, actor, rows)


def decide_before_last(change: Change, patient_id: int, last: date) -> None:
    """A meeting discussed the patient before the scan of ``last`` was made: it is new since then."""
    record = queries.load_patient_record(change.session, patient_id)
    held = meeting_after(max(exam.performed_on for exam in record.exams))
    _decide(change, patient_id, min(held, last), "Go on as planned", None, None)


def _rows(db: Database, actor: Actor, today: date, new: Collection[int]) -> list[WorklistRow]:
    rows = [
        row
        for row in list_worklist(db, actor, today).rows
        if row.patient_id in new and row.followed.patient.died_on is None
    ]
    return sorted(rows, key=lambda row: row.identifier)


def _verify_most(db: Database, actor: Actor, rows: Rows) -> None:
    """A second person has looked at the older changes of category; values in question, and the newest scans, wait."""
    only_category = [
        row for row in rows if row.state is State.TO_VERIFY and all(not scan.cells for scan in row.followed.to_verify)
    ]
    for row in _by_last_scan(only_category)[:-3]:
        if row.last is not None:
            verifying.verify_exam(db, actor, row.last.id, expected_version=row.last.version)


def _discuss(db: Database, actor: Actor, today: date, rows: Rows) -> None:
    """The newest scan was discussed at the meeting after it; actions that are due long since are closed."""
    for at, row in enumerate(rows):
        if row.last is None or (held := meeting_after(row.last.performed_on)) >= today:
            continue
        outcome, owner, days = _AFTER_PD if row.followed.response in PROGRESSION else _OUTCOMES[at % len(_OUTCOMES)]
        due = None if days is None else held + timedelta(days=days)
        with change(db, actor, today=today) as opened:
            decision = _decide(opened, row.patient_id, held, outcome, owner, due)
            if due is not None and due < today - timedelta(days=7):
                meetings.store_closing(opened, decision, "done, as told at the next visit")


def _decide(change: Change, patient_id: int, held: date, outcome: str, owner: str | None, due: date | None) -> int:
    meeting = meetings.store_meeting(change, held, BOARD)
    asked = meetings.store_question(change, meeting, patient_id, _QUESTION).decision_id
    version = queries.patient_version(change.session, patient_id)
    meetings.store_decision(change, asked, outcome, owner, due, expected_version=version)
    return asked


def _ask(db: Database, actor: Actor, today: date, questions: Mapping[int, SyntheticQuestion]) -> None:
    """The list of the next meeting, in its order."""
    if not questions:
        return
    held = meeting_after(today)
    listed: list[int] = []
    with change(db, actor, today=today) as opened:
        meeting = meetings.store_meeting(opened, held, BOARD)
        for patient_id, asked in sorted(questions.items(), key=lambda item: item[1].position):
            decision = meetings.store_question(opened, meeting, patient_id, asked.text, asked.asked_by).decision_id
            listed.append(decision)
            if asked.outcome is not None:
                due = None if asked.due_days is None else held + timedelta(days=asked.due_days)
                version = queries.patient_version(opened.session, patient_id)
                meetings.store_decision(opened, decision, asked.outcome, asked.owner, due, expected_version=version)
    meetings.order_list(db, actor, meeting, listed)
    for decision, asked in zip(listed, sorted(questions.values(), key=lambda one: one.position), strict=True):
        if asked.postponed is not None:
            meetings.postpone(db, actor, decision, asked.postponed)


def _move_scans(change: Change, today: date, rows: Rows) -> None:
    """Some scans are booked, some were performed, one was missed; some stay as they are."""
    late = [row for row in rows if row.state is State.OVERDUE]
    due = [row for row in rows if row.state is State.DUE]
    closed = _by_last_scan(row for row in rows if row.state is State.CLOSED)
    for row in late[1:2]:
        planned_scans.store_performed(change, row.patient_id, today - timedelta(days=13), _usual(row))
    for row in due[2:3]:
        planned_scans.store_performed(change, row.patient_id, today - timedelta(days=3), _usual(row))
    for row in due[1:2]:
        planned_scans.store_plan(change, row.patient_id, today + timedelta(days=3), _usual(row))
    for row in due[3:4]:
        planned_scans.store_plan(change, row.patient_id, today, _usual(row))
    for row in closed[::6]:
        if row.standing.on is not None and row.standing.on > today:
            planned_scans.store_plan(change, row.patient_id, row.standing.on, _usual(row))


def _by_last_scan(rows: Iterable[WorklistRow]) -> list[WorklistRow]:
    """Who was scanned longest ago first."""
    return sorted(rows, key=lambda row: (row.last.performed_on if row.last else date.min, row.identifier))


def _usual(row: WorklistRow) -> Modality | None:
    return None if row.last is None else row.last.modality


def _bring_reports(db: Database, actor: Actor, today: date, rows: Rows) -> None:
    """Reports of new scans came by file and wait in the inbox."""
    if not rows:
        return
    made, told = today - timedelta(days=4), today - timedelta(days=2)
    records = [patients.load_record(db, actor, row.patient_id) for row in rows]
    drafts = [write_report(record, made, told, at) for at, record in enumerate(records, start=1)]
    whole = "\n\n".join(draft.report_text for draft in drafts)
    inbox.stage(db, actor, drafts, Source.of(whole.encode(), "synthetic reports", "text"))


def _share(db: Database, actor: Actor, rows: Rows) -> None:
    """A third of the patients are the actor's, some are a colleague's, the others nobody's yet."""
    colleague = actors.local_actor(db)
    for row in rows[::3]:
        owners.take_patient(db, actor, row.patient_id)
    if colleague.user_id != actor.user_id:
        for row in rows[1::6]:
            owners.give_patient(db, actor, row.patient_id, colleague.user_id)
