"""Read one note file: TOML between lines of ``+++``, then one section an audience. Every mistake is named at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from tracker.domain.vocabulary import Primary, Term
from tracker.education.shapes import PATIENT_CLOSING, Audience, Note, NoteText, Region, Source, Topic, count_words
from tracker.education.triggers import TRIGGERS
from tracker.errors import InputError, Problem

LONGEST_TITLE = 9
_FENCE = "+++"
_ID = re.compile(r"N\d\d(-[A-Za-z]+)?")
_FIELDS = {
    "id", "title", "trigger", "region", "priority", "audiences", "primaries", "topics", "reviewed",
    "to_check_at_source", "sources",
}  # fmt: skip
_MAY_BE_LEFT_OUT = {"primaries"}
_CHECK = "**Check:** "
_NOT = {
    Audience.NURSE: "**Does not mean** ",
    Audience.MEETING: "**Does not mean** ",
    Audience.PATIENT: "**This does not mean** ",
}

_T = TypeVar("_T")
_W = TypeVar("_W", bound=Term)


def read_note(name: str, content: str) -> Note:
    """The note in a file called ``name``. Raises InputError that names the file and the field of every mistake."""
    return _NoteReader(name).read(content)


class _NoteReader:
    """Collects the problems of one file while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def refuse(self, field: str, text: str) -> None:
        self.problems.append(Problem(f"{self.name}, {field}", text))

    def read(self, content: str) -> Note:
        front, body = self._split(content)
        for field in sorted(front.keys() - _FIELDS):
            self.refuse(field, f"is not a field of a note; known are {', '.join(sorted(_FIELDS))}")
        for field in sorted(_FIELDS - _MAY_BE_LEFT_OUT - front.keys()):
            self.refuse(field, "is missing")
        texts = self._read_texts(body)
        note_id = self._checked(
            front, "id", str, "an id such as N02 or N28-breast", "", lambda id_: bool(_ID.fullmatch(id_))
        )
        stem = self.name.removesuffix(".md")
        if note_id and not f"{stem}-".startswith(f"{note_id.lower()}-"):
            self.refuse("id", f"the file of {note_id} begins with {note_id.lower()}")
        note = Note(
            id=note_id,
            title=self._checked(
                front, "title", str, f"a headline of at most {LONGEST_TITLE} words", "",
                lambda title: 0 < count_words(title) <= LONGEST_TITLE,
            ),
            trigger=self._checked(
                front, "trigger", str, "the name of a trigger function", "", lambda word: word in TRIGGERS
            ),
            region=next(iter(self._words(front, "region", Region, [front.get("region")])), Region.HEADER),
            priority=self._checked(front, "priority", int, "a whole number from 1 to 4", 4, lambda n: n in (1, 2, 3, 4)),
            reviewed=self._checked(front, "reviewed", date, "a date such as 2026-11-24", date.min),
            to_check_at_source=self._checked(front, "to_check_at_source", bool, "true or false", True),
            sources=self._read_sources(front),
            texts=texts,
            primaries=self._words(front, "primaries", Primary, front.get("primaries", [])),
            topics=self._words(front, "topics", Topic, front.get("topics", [])),
        )  # fmt: skip
        if self._words(front, "audiences", Audience, front.get("audiences", [])) != note.audiences:
            self.refuse(
                "audiences", f"must name the sections in their order: {', '.join(note.audiences) or 'none found'}"
            )
        if self.problems:
            raise InputError(self.problems)
        return note

    def _split(self, content: str) -> tuple[Mapping[str, Any], str]:
        parts = re.split(rf"^{re.escape(_FENCE)}[ \t]*$", content, maxsplit=2, flags=re.MULTILINE)
        if len(parts) != 3 or parts[0].strip():
            raise InputError((Problem(self.name, f"begins with its fields between two lines of {_FENCE}"),))
        try:
            return tomllib.loads(parts[1]), parts[2]
        except tomllib.TOMLDecodeError as error:
            raise InputError((Problem(self.name, f"the fields are no TOML: {error}"),)) from None

    def _checked(
        self,
        front: Mapping[str, Any],
        field: str,
        kind: type[_T],
        right: str,
        instead: _T,
        holds: Callable[[_T], bool] = lambda _: True,
    ) -> _T:
        """The field's value, or ``instead`` and a problem that says what would be right."""
        value = front.get(field)
        if field not in front or (type(value) is kind and holds(value)):
            return instead if value is None else value
        self.refuse(field, f"is {right}, not {value!r}")
        return instead

    def _words(self, front: Mapping[str, Any], field: str, vocabulary: type[_W], values: Any) -> tuple[_W, ...]:
        """A list of words of one vocabulary, in the order given."""
        if field not in front:
            return ()
        if not isinstance(values, list):
            self.refuse(field, "is a list")
            return ()
        known = {str(term): term for term in vocabulary}
        for value in values:
            if not isinstance(value, str) or value not in known:
                self.refuse(field, f"{value!r} is not known; known are {', '.join(known)}")
        return tuple(known[value] for value in values if isinstance(value, str) and value in known)

    def _read_sources(self, front: Mapping[str, Any]) -> tuple[Source, ...]:
        listed = front.get("sources", [])
        if not isinstance(listed, list) or (not listed and "sources" in front):
            self.refuse("sources", "is a list of at least one source")
            return ()
        sources: list[Source] = []
        for index, entry in enumerate(listed, start=1):
            if not isinstance(entry, dict) or entry.keys() != {"cite", "supports"} or not all(entry.values()):
                self.refuse(f"sources {index}", "has two texts: cite, and what it supports")
                continue
            sources.append(Source(str(entry["cite"]), str(entry["supports"])))
        return tuple(sources)

    def _read_texts(self, body: str) -> tuple[NoteText, ...]:
        before, *sections = re.split(r"^## ", body, flags=re.MULTILINE)
        if before.strip():
            self.refuse("text", "stands in a section: ## nurse, ## meeting or ## patient")
        texts: list[NoteText] = []
        for section in sections:
            heading, _, rest = section.partition("\n")
            if heading.strip() not in Audience.words():
                self.refuse(f"section {heading.strip()}", f"is not one of {', '.join(Audience.words())}")
                continue
            texts.append(self._read_text(Audience(heading.strip()), rest))
        if len({text.audience for text in texts}) < len(texts):
            self.refuse("text", "has one section an audience")
        return tuple(texts)

    def _read_text(self, audience: Audience, text: str) -> NoteText:
        """One audience's section: facts as a list, then the check, then what it does not mean."""
        facts: list[str] = []
        check = does_not_mean = ""
        for block in re.split(r"\n\s*\n|\n(?=- )", text.strip()):
            line = " ".join(block.split())
            if line.startswith("- ") and not check and not does_not_mean:
                facts.append(line.removeprefix("- "))
            elif line.startswith(_CHECK) and not check:
                check = line.removeprefix(_CHECK)
            elif line.startswith(_NOT[audience]) and not does_not_mean:
                does_not_mean = line.replace("**", "")
            elif line:
                self.refuse(
                    str(audience),
                    f"'{line[:40]}' is no fact (-), no {_CHECK.strip()} and no {_NOT[audience].strip()} in this order",
                )
        if not 2 <= len(facts) <= 4:
            self.refuse(str(audience), f"has two to four facts, not {len(facts)}")
        if not check:
            self.refuse(str(audience), "says what to check")
        if not does_not_mean:
            self.refuse(str(audience), "says what it does not mean")
        elif audience is Audience.PATIENT and not does_not_mean.endswith(PATIENT_CLOSING):
            self.refuse(str(audience), f"ends with '{PATIENT_CLOSING}'")
        return NoteText(audience, tuple(facts), check, does_not_mean)
