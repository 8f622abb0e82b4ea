"""The few errors of the tracker. Each carries sentences for a person: what came in, what to do, what happened to the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: the place it stands at and a sentence that says what would be right."""

    place: str
    text: str

    def __str__(self) -> str:
        """One printable line, whatever the input put into its places."""
        return in_one_line(f"{self.place}: {self.text}" if self.place else self.text)


#: Spaces that do not break belong to names and numbers.
_SPACES = "\u00a0\u202f"


def in_one_line(text: str) -> str:
    """The text with line breaks, control characters and half characters written out, so that it is one line anywhere."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character in _SPACES else repr(character)[1:-1] for character in text
    )


class TrackerError(Exception):
    """Anything the tracker refuses. Its text is written for the person who reads it; it holds no patient name."""


class InputError(TrackerError):
    """The input is wrong. All problems are named at once, and nothing was stored."""

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        if isinstance(problems, str):
            problems = (Problem("", problems),)
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConflictError(TrackerError):
    """Somebody else changed the same thing first. Nothing was overwritten.

    ``mine`` and ``theirs`` hold the values that differ as pairs of place and text, so that a page can show both.
    """

    def __init__(self, text: str, mine: Iterable[Problem] = (), theirs: Iterable[Problem] = ()) -> None:
        super().__init__(text)
        self.mine = tuple(mine)
        self.theirs = tuple(theirs)


class NotFoundError(TrackerError):
    """What was asked for is not in the record."""


class DatabaseError(TrackerError):
    """The database cannot be used now: gone, locked, full, or at another schema. Nothing was stored."""


class SettingsError(TrackerError):
    """A setting is missing, misspelt or unsafe. The sentence names it and the value that would be right."""
