"""What surrounds a case on the board: decisions, booked and due scans, what changed since the last meeting; read once a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dashboards import runtime
from tracker.domain.schedule.changes import Changes
from tracker.domain.schedule.followed import derive_followed
from tracker.domain.schedule.situation import Decision, Situation
from tracker.domain.wording import format_long_date
from tracker.services import intervals, meeting_lists, meetings, planned_scans
from tracker.services import worklist as worklists
from tracker.services.meeting_lists import MeetingCase, MeetingList
from tracker.services.meetings import MeetingSummary
from tracker.services.since_meeting import load_changes


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One patient on one day, without what the record itself tells."""

    #: Oldest meeting first.
    decisions: tuple[Decision, ...]
    changes: Changes | None
    #: The day a scan is booked for, else the day one is due.
    booked_on: date | None
    due_on: date | None
    #: Meetings a patient can be put on the list of, the next one first.
    ahead: tuple[MeetingSummary, ...]

    def decision(self, decision_id: int) -> Decision | None:
        return next((one for one in self.decisions if one.id == decision_id), None)

    @property
    def asked(self) -> Decision | None:
        """The newest question that waits for a meeting; one that was postponed waits for nobody yet."""
        waits = (one for one in reversed(self.decisions) if one.decided_at is None and not one.is_postponed)
        return next(waits, None)

    @property
    def decided(self) -> Decision | None:
        """The newest decision made."""
        return next((one for one in reversed(self.decisions) if one.decided_at is not None), None)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case of a meeting that is open: the list it stands on, and its place there."""

    listed: MeetingList
    at: int

    @property
    def question(self) -> MeetingCase:
        return self.listed.cases[self.at]

    @property
    def title(self) -> str:
        """ "MDT 19 November 2026 · case 4 of 11"."""
        return f"{self.listed.meeting.name} {format_long_date(self.listed.meeting.held_on)} · case {self.at + 1} of {len(self.listed.cases)}"

    def neighbour(self, step: int) -> int | None:
        """The patient so many cases further on; None beyond the ends."""
        at = self.at + step
        return self.listed.cases[at].patient_id if 0 <= at < len(self.listed.cases) else None


def facts(patient_id: int) -> CaseFacts:
    """What surrounds a patient today; read again only after anything was stored."""
    database = runtime.database()
    return _facts_at(database.url_safe, patient_id, worklists.stamp(database), runtime.today())


def meeting_list(meeting_id: int) -> MeetingList:
    """A meeting with its cases in order. NotFoundError."""
    database = runtime.database()
    return _list_at(database.url_safe, meeting_id, worklists.stamp(database))


def all_meetings() -> tuple[MeetingSummary, ...]:
    """Every meeting, the newest first."""
    database = runtime.database()
    return _meetings_at(database.url_safe, worklists.stamp(database))


def next_meeting(today: date) -> MeetingSummary | None:
    """The meeting of today or the next one; the newest held where none is ahead."""
    known = all_meetings()
    ahead = [one for one in known if one.held_on >= today]
    return ahead[-1] if ahead else next(iter(known), None)


@lru_cache(maxsize=256)
def _facts_at(url: str, patient_id: int, stamp: int, today: date) -> CaseFacts:
    db, actor = runtime.database(), runtime.actor()
    with db.read() as session:
        in_force = intervals.read_intervals(session)
    situation = Situation(
        followed=derive_followed(runtime.load_record(patient_id)),
        today=today,
        intervals=in_force,
        planned=planned_scans.list_planned(db, actor, patient_id),
        decisions=meetings.list_decisions(db, actor, patient_id),
        changes=load_changes(db, actor, patient_id, today),
        zone=db.timezone,
    )
    booked, due = situation.appointment, situation.due
    ahead = [one for one in _meetings_at(url, stamp) if one.held_on >= today]
    return CaseFacts(
        decisions=tuple(situation.decisions),
        changes=situation.changes,
        booked_on=None if booked is None else booked.planned_on,
        due_on=None if due is None else due.on,
        ahead=tuple(reversed(ahead)),
    )


@lru_cache(maxsize=64)
def _list_at(_url: str, meeting_id: int, _stamp: int) -> MeetingList:
    return meeting_lists.load_list(runtime.database(), runtime.actor(), meeting_id)


@lru_cache(maxsize=8)
def _meetings_at(_url: str, _stamp: int) -> tuple[MeetingSummary, ...]:
    return meetings.list_meetings(runtime.database(), runtime.actor())


def say_ahead(on: date, today: date) -> str:
    """How far a day lies ahead: "9 weeks", "3 days"; empty where it is past."""
    days = (on - today).days
    if days < 0:
        return ""
    weeks = round(timedelta(days=days) / timedelta(weeks=1))
    return f"{weeks} weeks" if days >= 14 else f"{days} day{'' if days == 1 else 's'}"
