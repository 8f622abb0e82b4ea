"""What one sheet of a meeting shows: a patient's record with everything derived from it, and the place on the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.record import PatientRecord
from tracker.education.select import ChosenNote, select_notes
from tracker.pictures.answer import Answer, derive_answer
from tracker.pictures.board import Board, Card, derive_board
from tracker.pictures.liver_map import LiverMap, derive_liver_maps

#: The figure of a sheet: as high as the page has room for; the lesions stand in a table of their own.
PAPER = Card(height=524, has_lesions=False)


@dataclass(frozen=True, slots=True)
class MeetingPlace:
    """The meeting, and where its list has the case; ``number`` None where the patient is not on the list."""

    held_on: date
    name: str = "MDT"
    number: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class SheetDecision:
    """What a meeting has decided."""

    outcome: str
    decided_on: date
    owner: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class SheetCase:
    """One page. ``today`` is the day it speaks of, ``printed_at`` carries the zone of the site."""

    record: PatientRecord
    courses: tuple[CourseAssessment, ...]
    today: date
    printed_at: datetime
    answer: Answer | None
    board: Board | None
    liver_map: LiverMap | None
    notes: tuple[ChosenNote, ...]
    meeting: MeetingPlace | None = None
    question: str | None = None
    asked_by: str | None = None
    #: None: the box is ruled for a pen.
    decision: SheetDecision | None = None
    #: The day the next scan is booked for.
    next_scan: date | None = None


def derive_case(
    record: PatientRecord,
    today: date,
    printed_at: datetime,
    *,
    courses: Sequence[CourseAssessment] | None = None,
    dismissed: Collection[tuple[str, str]] = (),
    meeting: MeetingPlace | None = None,
    question: str | None = None,
    asked_by: str | None = None,
    decision: SheetDecision | None = None,
    next_scan: date | None = None,
) -> SheetCase:
    """Everything a sheet shows, derived from the record. ``dismissed`` are the notes put away, as (note id, data key)."""
    assessed = assess_record(record) if courses is None else tuple(courses)
    maps = derive_liver_maps(record, assessed)
    return SheetCase(
        record=record,
        courses=assessed,
        today=today,
        printed_at=printed_at,
        answer=derive_answer(assessed, record),
        board=derive_board(record, assessed, PAPER),
        liver_map=maps[-1] if maps else None,
        notes=select_notes(record, assessed, today, dismissed=dismissed),
        meeting=meeting,
        question=question,
        asked_by=asked_by,
        decision=decision,
        next_scan=next_scan,
    )
