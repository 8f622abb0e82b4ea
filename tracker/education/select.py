"""Choose the notes for one patient: a pure function of the record, its assessed courses and the day."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2s

from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import PatientRecord
from tracker.domain.schedule.states import Standing
from tracker.education.case import Because, Case
from tracker.education.notes import load_notes
from tracker.education.shapes import Audience, Note, NoteText
from tracker.education.triggers import TRIGGERS

#: At most so many notes stand beside the charts; red flags are outside this number.
LIMIT = 3
#: A year behind a day: it is left out in the year it belongs to, so it is no part of what was said.
_YEAR = re.compile(r"(?<=[a-z]) \d{4}\b")


@dataclass(frozen=True, slots=True)
class ChosenNote:
    """A note with the sentence that says why this page shows it ("Shown because: …").

    The sentence is for nurse and meeting: it holds computed responses and sizes, so a sheet for the patient leaves it out.
    """

    note: Note
    because: str
    #: The date of what the sentence speaks of.
    on: date
    #: The text for the audience asked for.
    text: NoteText
    #: Short hash of the note and of the data behind it: other data, another key. A dismissal holds for one key.
    data_key: str

    @property
    def may_be_dismissed(self) -> bool:
        """A red flag stays."""
        return not self.note.is_red_flag


@dataclass(frozen=True, slots=True)
class NoteSelection:
    """All notes that match a patient, parted by where they stand. Each part in the order of importance."""

    red_flags: tuple[ChosenNote, ...]
    #: Beside the charts, at most as many as the limit.
    shown: tuple[ChosenNote, ...]
    #: Match too, and stand on the Learn page only.
    others: tuple[ChosenNote, ...]
    #: Put away by somebody, with a reason, while the data are the same.
    dismissed: tuple[ChosenNote, ...]

    @property
    def count(self) -> int:
        """How many match and were not dismissed, red flags aside: the 5 of "3 of 5"."""
        return len(self.shown) + len(self.others)


def match_notes(
    record: PatientRecord,
    course_assessments: Sequence[CourseAssessment],
    today: date,
    audience: Audience | None = None,
    notes: Sequence[Note] | None = None,
    on_worklist: Sequence[Standing] | None = None,
) -> tuple[ChosenNote, ...]:
    """Every note whose trigger fits the patient, most pressing first: by priority, then the newest data, then the id.

    ``audience`` None is the board, where nurse and meeting read together. ``notes`` None are all notes of the package.
    ``on_worklist`` is where the patient stands on the worklist; None: derived from the record alone.
    """
    standings = None if on_worklist is None else tuple(on_worklist)
    case = Case(record, tuple(course_assessments), today, standings)
    matching: list[ChosenNote] = []
    for note in load_notes() if notes is None else notes:
        text = note.text_for(audience)
        if text is None or not note.is_for(record.patient.primary):
            continue
        because = TRIGGERS[note.trigger](case)
        if because is not None:
            matching.append(ChosenNote(note, because.text, because.on, text, _data_key(note, because)))
    return tuple(sorted(matching, key=lambda one: (one.note.priority, -one.on.toordinal(), one.note.id)))


def part_notes(
    matching: Sequence[ChosenNote], dismissed: Collection[tuple[str, str]] = (), limit: int = LIMIT
) -> NoteSelection:
    """Part what matches. ``dismissed`` are (note id, data key): other data since, and the note is back.

    Red flags come first, cannot be dismissed and do not count towards ``limit``: three other notes never hide them.
    """
    red_flags = tuple(one for one in matching if one.note.is_red_flag)
    put_away = tuple(one for one in matching if one.may_be_dismissed and (one.note.id, one.data_key) in dismissed)
    left = tuple(one for one in matching if one.may_be_dismissed and one not in put_away)
    most = max(limit, 0)
    return NoteSelection(red_flags, left[:most], left[most:], put_away)


def select_notes(
    record: PatientRecord,
    course_assessments: Sequence[CourseAssessment],
    today: date,
    limit: int = LIMIT,
    audience: Audience | None = None,
    notes: Sequence[Note] | None = None,
    dismissed: Collection[tuple[str, str]] = (),
) -> tuple[ChosenNote, ...]:
    """The notes to show: red flags, then at most ``limit`` others (see :func:`match_notes` and :func:`part_notes`)."""
    parted = part_notes(match_notes(record, course_assessments, today, audience, notes), dismissed, limit)
    return (*parted.red_flags, *parted.shown)


def _data_key(note: Note, because: Because) -> str:
    """The same data give the same key on any day: a year that is left out in its own year is left out always."""
    said = because.facts or f"{because.on.isoformat()} {_YEAR.sub('', because.text)}"
    return blake2s(f"{note.id}|{said}".encode(), digest_size=8).hexdigest()
