"""Choose the notes for one patient: a pure function of the record, its assessed courses and the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import PatientRecord
from tracker.education.case import Case
from tracker.education.notes import load_notes
from tracker.education.shapes import Audience, Note, NoteText
from tracker.education.triggers import TRIGGERS


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


def select_notes(
    record: PatientRecord,
    course_assessments: Sequence[CourseAssessment],
    today: date,
    limit: int = 3,
    audience: Audience | None = None,
    notes: Sequence[Note] | None = None,
) -> tuple[ChosenNote, ...]:
    """The notes to show, most pressing first: by priority, then the newest data, then the note's id.

    Red flags come first and do not count towards ``limit``: three other notes never hide them. ``audience`` None is the
    board, where nurse and meeting read together. ``notes`` None are all notes of the package.
    """
    case = Case(record, tuple(course_assessments), today)
    chosen: list[ChosenNote] = []
    for note in load_notes() if notes is None else notes:
        text = note.text_for(audience)
        if text is None or not note.is_for(record.patient.primary):
            continue
        because = TRIGGERS[note.trigger](case)
        if because is not None:
            chosen.append(ChosenNote(note, because.text, because.on, text))
    chosen.sort(key=lambda one: (one.note.priority, -one.on.toordinal(), one.note.id))
    red_flags = [one for one in chosen if one.note.is_red_flag]
    others = [one for one in chosen if not one.note.is_red_flag]
    return (*red_flags, *others[: max(limit, 0)])
