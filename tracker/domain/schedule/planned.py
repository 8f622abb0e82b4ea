"""Scans that are booked, and reports that wait in the inbox: what is known of a scan before it is entered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.vocabulary import Modality

#: A scan made so long before its appointment is that scan made early; a date written down may be off by so many days.
_EARLY, _MISDATED = timedelta(days=14), timedelta(days=3)


@dataclass(frozen=True, slots=True)
class PlannedScan:
    """A scan that is booked for a day; ``performed_on`` once somebody said that it was made."""

    id: int
    planned_on: date
    #: The day it was written down.
    entered_on: date
    modality: Modality | None = None
    performed_on: date | None = None
    note: str | None = None

    def is_met_by(self, day: date | None, modality: Modality | None) -> bool:
        """Whether a scan (or a report) of that day and modality is this one; what is not known speaks for it."""
        if day is None:
            return True
        if self.modality is not None and modality is not None and self.modality is not modality:
            # A CT for a booked PET/CT may still be it, on the very day.
            return day == (self.performed_on or self.planned_on)
        if self.performed_on is not None:
            return day >= self.performed_on - _MISDATED
        return day >= self.planned_on or (day >= self.planned_on - _EARLY and day > self.entered_on)


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """A report in the inbox that was matched with the patient and waits for a person."""

    id: int
    received_on: date
    performed_on: date | None = None
    modality: Modality | None = None


def find_open(
    planned: Iterable[PlannedScan], scans: Iterable[tuple[date | None, Modality | None]]
) -> tuple[PlannedScan, ...]:
    """The booked scans that none of the ``scans`` (days and modalities) is, by their dates."""
    made = tuple(scans)
    open_ = [one for one in planned if not any(one.is_met_by(day, modality) for day, modality in made)]
    return tuple(sorted(open_, key=lambda one: (one.performed_on or one.planned_on, one.id)))
