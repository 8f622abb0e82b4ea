"""What is known of one patient on one day: the record in brief, what is booked, what waits, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property

from tracker.domain.schedule.changes import Changes
from tracker.domain.schedule.due import Due, derive_due
from tracker.domain.schedule.followed import Followed
from tracker.domain.schedule.intervals import DEFAULT, Intervals
from tracker.domain.schedule.planned import PlannedScan, WaitingReport, find_open
from tracker.domain.wording import format_date


@dataclass(frozen=True, slots=True)
class Decision:
    """What a meeting was asked of a patient and what it decided; ``decided_at`` None while the question waits."""

    id: int
    meeting_on: date
    question: str
    outcome: str | None = None
    owner: str | None = None
    due_on: date | None = None
    decided_at: datetime | None = None
    closed_on: date | None = None
    #: The name of the user who recorded the decision.
    decided_by: str | None = None
    meeting_id: int | None = None
    asked_by: str | None = None
    is_postponed: bool = False

    @property
    def has_open_action(self) -> bool:
        """Whether somebody is to do something: a decision with an owner or a date that was not closed."""
        acts = self.owner is not None or self.due_on is not None
        return self.decided_at is not None and acts and self.closed_on is None


@dataclass(frozen=True)
class Situation:
    """Everything the rules look at of one patient on one day."""

    followed: Followed
    today: date
    intervals: Intervals = DEFAULT
    planned: tuple[PlannedScan, ...] = ()
    reports: tuple[WaitingReport, ...] = ()
    #: Oldest first.
    decisions: tuple[Decision, ...] = ()
    changes: Changes | None = None
    #: Where the site is, so that a moment has a day.
    zone: tzinfo | None = UTC

    @cached_property
    def due(self) -> Due | None:
        """When the next scan is due by the table of intervals; only where there is a baseline to follow."""
        followed = self.followed
        if followed.last is None or not followed.has_baseline:
            return None
        return derive_due(
            followed.last.performed_on, followed.treatments, followed.patient.primary, followed.waiting, self.intervals,
            self.today,
        )  # fmt: skip

    @cached_property
    def open_scans(self) -> tuple[PlannedScan, ...]:
        """Booked or performed scans of which nothing has come yet."""
        seen = [(exam.performed_on, exam.modality) for exam in self.followed.exams]
        reported = [(report.performed_on, report.modality) for report in self.reports]
        return find_open(self.planned, (*seen, *reported)) if self.planned else ()

    @property
    def appointment(self) -> PlannedScan | None:
        """The next booked scan that nobody said was performed."""
        return next((one for one in self.open_scans if one.performed_on is None), None)

    @property
    def performed(self) -> PlannedScan | None:
        """The longest performed scan without a report."""
        return next((one for one in self.open_scans if one.performed_on is not None), None)

    @property
    def is_made(self) -> bool:
        """Whether the next scan was made already, so that none is due."""
        last = self.followed.last
        newer = [
            one
            for one in self.reports
            if last is None or one.performed_on is None or one.performed_on > last.performed_on
        ]
        return self.performed is not None or bool(newer)

    @property
    def asked(self) -> Decision | None:
        """The newest question that waits for a meeting."""
        return next((one for one in reversed(self.decisions) if one.decided_at is None), None)

    @property
    def decided(self) -> Decision | None:
        """The newest decision that was made."""
        return next((one for one in reversed(self.decisions) if one.decided_at is not None), None)

    def say(self, day: date) -> str:
        """A date, with its year where it is not this one."""
        return format_date(day, year=day.year != self.today.year)

    def day_of(self, moment: datetime | None) -> date | None:
        """The date of a moment where the site is."""
        return None if moment is None else moment.astimezone(self.zone).date()
