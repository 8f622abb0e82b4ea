"""When the first look after a single scan is due: the window that the chart shades, from the table of intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.domain.record import PatientRecord, Treatment
from tracker.domain.schedule.due import derive_due
from tracker.domain.schedule.intervals import DEFAULT, Intervals
from tracker.pictures.columns import Column
from tracker.pictures.words import say_date


@dataclass(frozen=True, slots=True)
class FirstLook:
    """From when to when the first look is due, and what it is counted from."""

    start: date
    end: date
    #: "7 to 9 weeks on treatment", or the rule of the table of intervals.
    why: str

    @property
    def dates(self) -> str:
        """ "18 Jan to 1 Feb 2027"."""
        first = say_date(self.start, year=self.start.year != self.end.year)
        return f"{first} to {say_date(self.end, year=True)}"

    @property
    def sentence(self) -> str:
        return f"First look due {self.dates}: {self.why}."


def derive_first_look(
    record: PatientRecord, columns: Sequence[Column], intervals: Intervals = DEFAULT
) -> FirstLook | None:
    """The window after the only scan; None where there are more, or none.

    A systemic treatment that begins after the scan, planned or under way, is counted from its own start.
    """
    if len(columns) != 1:
        return None
    scan = columns[0].on
    begins = _beginning(record.treatments, scan)
    begun = [one for one in record.treatments if not one.planned and one.start <= scan]
    if begins is not None:
        begun.append(replace(begins, planned=False))
    since = scan if begins is None else begins.start
    due = derive_due(since, begun, record.patient.primary, None, intervals, since)
    if due is None:
        return None
    start, end = due.on - timedelta(days=due.grace_days), due.on + timedelta(days=due.grace_days)
    if begins is None:
        return FirstLook(start, end, due.rule)
    weeks = [round((day - since).days / 7) for day in (start, end)]
    how = f"{weeks[0]} to {weeks[1]} weeks" if weeks[0] != weeks[1] else f"{weeks[0]} weeks"
    return FirstLook(start, end, f"{how} on treatment")


def _beginning(treatments: Sequence[Treatment], scan: date) -> Treatment | None:
    """The first systemic treatment that begins on the day of the scan or after it."""
    found = [one for one in treatments if not one.kind.is_local and one.start >= scan]
    return min(found, key=lambda one: one.start, default=None)
