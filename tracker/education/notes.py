"""All notes of the package: loaded once, found by id, searched by words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources

from tracker.domain.vocabulary import Primary
from tracker.education.reader import read_note
from tracker.education.shapes import Audience, Note
from tracker.errors import InputError, NotFoundError, Problem

#: The id of the note that stays reachable on every page.
RED_FLAGS = "N25"
#: The id of the note on waiting for results, beside which a site names its helpline.
WAITING = "N33"


@cache
def load_notes() -> tuple[Note, ...]:
    """Every note of the package, in the order of ids. Raises InputError that names file and field of every mistake."""
    notes: list[Note] = []
    problems: list[Problem] = []
    folder = resources.files("tracker.education").joinpath("notes")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".md"):
            continue
        try:
            note = read_note(file.name, file.read_text(encoding="utf-8"))
        except InputError as error:
            problems.extend(error.problems)
            continue
        if any(other.id == note.id for other in notes):
            problems.append(Problem(f"{file.name}, id", f"{note.id} is another file's id"))
        notes.append(note)
    if problems:
        raise InputError(problems)
    return tuple(sorted(notes, key=lambda note: note.id))


def find_note(note_id: str) -> Note:
    """The note of that id. NotFoundError where there is none."""
    for note in load_notes():
        if note.id == note_id:
            return note
    raise NotFoundError(f"There is no note '{note_id}'.")


def search_notes(
    notes: Sequence[Note], words: str, audience: Audience | None = None, primary: Primary | None = None
) -> tuple[Note, ...]:
    """The notes that hold all words, in any order, accents and capitals aside; hits in the title first.

    With an audience only notes with a text of its own, and only that text is searched; with a primary only notes that
    concern it. Without words all such notes are found.
    """
    wanted = _plain(words).split()
    found: list[tuple[int, Note]] = []
    for note in notes:
        texts = [text for text in note.texts if audience is None or text.audience == audience]
        if not texts or (primary is not None and not note.is_for(primary)):
            continue
        title = _plain(f"{note.id} {note.title}")
        topics = (f"{topic} {topic.meaning}" for topic in note.topics)
        everything = _plain(" ".join((title, *note.primaries, *topics, *map(str, texts))))
        if all(word in everything for word in wanted):
            missed_in_title = sum(word not in title for word in wanted)
            found.append((missed_in_title, note))
    return tuple(note for _, note in sorted(found, key=lambda hit: hit[0]))


def _plain(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
