"""The worklist: every patient once, in the state that says what is to be done next, with the reason.

A fixed number of queries, whatever the number of patients. What is derived of a record is remembered under its version, so
that only records that changed are read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from threading import Lock
from typing import NamedTuple

from sqlalchemy.orm import Session

from tracker.db import queries, queries_schedule
from tracker.db.engine import Database
from tracker.domain.record import PatientRecord
from tracker.domain.schedule.changes import Changes, Corrected, derive_changes
from tracker.domain.schedule.followed import Followed, SeenExam, derive_followed
from tracker.domain.schedule.intervals import DEFAULT, Intervals
from tracker.domain.schedule.planned import PlannedScan, WaitingReport
from tracker.domain.schedule.situation import Decision, Situation
from tracker.domain.schedule.states import URGENCY, Standing, State, derive_standings
from tracker.domain.vocabulary import Primary, Response, Sex
from tracker.services.actors import Actor
from tracker.services.intervals import read_intervals
from tracker.services.since_meeting import find_reference, newest_decision

#: Records in memory at once while they are derived.
BATCH = 200

_ORDER = {state: at for at, state in enumerate(URGENCY)}


@dataclass
class Memory:
    """What a process remembers between two worklists; one for each database."""

    followed: dict[int, Followed] = field(default_factory=dict)
    #: The response that a decision saw, by its key.
    seen: dict[int, Response | None] = field(default_factory=dict)
    #: Whether a whole list was made: the next one derives only what changed.
    is_filled: bool = False
    #: One list is made at a time: the others wait for what it remembers.
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One patient on the worklist."""

    followed: Followed
    standings: tuple[Standing, ...]
    owner_id: int | None = None
    owner: str | None = None
    #: What changed since the last meeting; None where no meeting was held.
    changes: Changes | None = None
    #: The next booked scan that was not made yet.
    appointment: PlannedScan | None = None
    #: The first report that waits.
    report: WaitingReport | None = None
    #: The decision whose action is open.
    action: Decision | None = None
    #: The question that waits for a meeting.
    asked: Decision | None = None

    @property
    def standing(self) -> Standing:
        """Where the patient stands: the most urgent of all that holds."""
        return self.standings[0]

    @property
    def state(self) -> State:
        return self.standings[0].state

    @property
    def patient_id(self) -> int:
        return self.followed.patient.id

    @property
    def identifier(self) -> str:
        return self.followed.patient.identifier

    @property
    def name(self) -> str | None:
        return self.followed.patient.name

    @property
    def birth_year(self) -> int | None:
        return self.followed.patient.birth_year

    @property
    def sex(self) -> Sex:
        return self.followed.patient.sex

    @property
    def primary(self) -> Primary:
        return self.followed.patient.primary

    @property
    def synthetic(self) -> bool:
        return self.followed.patient.synthetic

    @property
    def last(self) -> SeenExam | None:
        return self.followed.last


class Choice(NamedTuple):
    """What a page shows of a worklist; None for all. ``owner`` 0 is nobody."""

    state: State | None = None
    owner: int | None = None
    primary: Primary | None = None
    words: str = ""


EVERYBODY = Choice()


@dataclass(frozen=True, slots=True)
class Worklist:
    """All rows in order of urgency; the last meeting held before today, and the next one."""

    rows: tuple[WorklistRow, ...]
    last_meeting: date | None = None
    next_meeting: date | None = None
    intervals: Intervals = DEFAULT

    def of(self, state: State) -> tuple[WorklistRow, ...]:
        return tuple(row for row in self.rows if row.state is state)

    @property
    def synthetic(self) -> bool:
        """Whether any patient is a demo patient."""
        return any(row.synthetic for row in self.rows)

    def only(self, choice: Choice) -> tuple[WorklistRow, ...]:
        """The rows of a choice, in the same order. Words are found in identifier, name, primary and reason."""
        words = choice.words.strip().casefold()
        return tuple(
            row
            for row in self.rows
            if (choice.state is None or row.state is choice.state)
            and (choice.owner is None or (row.owner_id or 0) == choice.owner)
            and (choice.primary is None or row.primary is choice.primary)
            and (not words or words in find_text(row))
        )


def find_text(row: WorklistRow) -> str:
    """By what a row is found."""
    said = (row.identifier, row.name or "", str(row.primary), row.standing.why, row.owner or "")
    return " ".join(said).casefold()


class _Around(NamedTuple):
    """What surrounds the records, by patient, as it was read at one moment."""

    planned: Mapping[int, list[PlannedScan]]
    reports: Mapping[int, list[WaitingReport]]
    decisions: Mapping[int, list[Decision]]
    corrected: Mapping[int, list[Corrected]]
    owners: Mapping[int, tuple[int, str]]
    intervals: Intervals
    last_meeting: date | None
    next_meeting: date | None


def stamp(db: Database) -> int:
    """Moves with every change of anything that the worklist shows: cheap, for caches."""
    with db.read() as session:
        return queries_schedule.newest_event(session)


def list_worklist(db: Database, actor: Actor, today: date, memory: Memory | None = None) -> Worklist:
    """The worklist of ``today``. ``memory`` is what an earlier call remembered; it is brought up to date."""
    memory = Memory() if memory is None else memory
    with memory.lock:
        _remember(db, memory)
        with db.read() as session:
            around = _read_around(session, today, db.timezone)
            _remember_seen(session, memory, around.decisions)
        memory.is_filled = True
        rows = [_row(followed, around, memory, today, db.timezone) for followed in memory.followed.values()]
    return _sort(rows, around)


def derive_worklist(records: Iterable[PatientRecord], today: date) -> Worklist:
    """The worklist of the records alone, as a site without bookings, reports and meetings has it."""
    nothing = _Around({}, {}, {}, {}, {}, DEFAULT, None, None)
    rows = [_row(derive_followed(record), nothing, Memory(), today, None) for record in records]
    return _sort(rows, nothing)


def _remember(db: Database, memory: Memory) -> None:
    """Derive what is not remembered under its present version, and forget who is gone.

    A batch at a time: on SQLite a transaction that reads would hold up every commit as long as it lasts.
    """
    with db.read() as session:
        versions = queries_schedule.versions(session)
    for patient_id in memory.followed.keys() - versions.keys():
        del memory.followed[patient_id]
    known = memory.followed
    stale = [key for key, version in versions.items() if key not in known or known[key].patient.version != version]
    for first in range(0, len(stale), BATCH):
        with db.read() as session:
            records = queries.load_some_records(session, stale[first : first + BATCH])
        for record in records:
            known[record.patient.id] = derive_followed(record)


def _read_around(session: Session, today: date, zone: tzinfo | None) -> _Around:
    last, coming = queries_schedule.meetings_around(session, today)
    return _Around(
        planned=queries_schedule.planned_of(session, None, zone),
        reports=queries_schedule.reports_of(session, None, zone),
        decisions=queries_schedule.decisions_of(session, None, zone),
        corrected=queries_schedule.corrected_of(session, None),
        owners=queries_schedule.owners(session),
        intervals=read_intervals(session),
        last_meeting=last,
        next_meeting=coming,
    )


def _remember_seen(session: Session, memory: Memory, decisions: Mapping[int, list[Decision]]) -> None:
    newest = (newest_decision(of_patient) for of_patient in decisions.values())
    unknown = [one.id for one in newest if one is not None and one.id not in memory.seen]
    for first in range(0, len(unknown), BATCH):
        memory.seen.update(queries_schedule.responses_seen(session, unknown[first : first + BATCH]))


def _row(followed: Followed, around: _Around, memory: Memory, today: date, zone: tzinfo | None) -> WorklistRow:
    key = followed.patient.id
    decisions = tuple(around.decisions.get(key, ()))
    reference = find_reference(decisions, memory.seen, around.last_meeting, zone)
    changes = derive_changes(followed, reference, around.corrected.get(key, ()))
    situation = Situation(
        followed=followed,
        today=today,
        intervals=around.intervals,
        planned=tuple(around.planned.get(key, ())),
        reports=tuple(around.reports.get(key, ())),
        decisions=decisions,
        changes=changes,
        zone=zone,
    )
    owner_id, owner = around.owners.get(key, (None, None))
    return WorklistRow(
        followed=followed,
        standings=derive_standings(situation),
        owner_id=owner_id,
        owner=owner,
        changes=changes,
        appointment=situation.appointment,
        report=min(situation.reports, key=lambda one: (one.received_on, one.id), default=None),
        action=next((one for one in decisions if one.has_open_action), None),
        asked=situation.asked,
    )


def _sort(rows: Iterable[WorklistRow], around: _Around) -> Worklist:
    """By urgency of the state, then who waits longest; without a date by identifier."""

    def urgency(row: WorklistRow) -> tuple[int, int, str]:
        days = row.standing.days
        return _ORDER[row.state], -days if days is not None else 99_999, row.identifier

    ordered = tuple(sorted(rows, key=urgency))
    return Worklist(ordered, around.last_meeting, around.next_meeting, around.intervals)
