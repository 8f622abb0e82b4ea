"""Educational notes and how they are chosen for a patient."""

from tracker.education.notes import find_note, load_notes, search_notes
from tracker.education.select import ChosenNote, NoteSelection, match_notes, part_notes, select_notes
from tracker.education.shapes import Audience, Note, NoteText, Region, Source, Topic

__all__ = [
    "Audience",
    "ChosenNote",
    "Note",
    "NoteSelection",
    "NoteText",
    "Region",
    "Source",
    "Topic",
    "find_note",
    "load_notes",
    "match_notes",
    "part_notes",
    "search_notes",
    "select_notes",
]
