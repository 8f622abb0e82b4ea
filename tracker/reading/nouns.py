"""The nouns of a sentence that a size may belong to, by the kinds of ``nouns.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from tracker.reading.context import ABSENT, says
from tracker.reading.initials import first_letters
from tracker.reading.model import Cue, Kind
from tracker.reading.sections import load_words

#: What is a finding of the patient, and no normal structure, technique, distance or threshold.
FINDINGS = frozenset({Kind.LESION, Kind.NODE, Kind.OTHER_FINDING})
NO_KIND, _HIDDEN = "none", "hidden"
_PLACE = re.compile(
    r"\b(?:in|within|of|at|on|along|near|to|from|involving|into|behind|below|above|between|abutting|invading|inside|throughout|overlying|beneath|through|around|against|by|over|under|underneath|toward|towards|beside|"
    r"contacting|compressing|displacing|encasing|surrounding|bordering)\s+(?:(?!(?:is|are|was|were|measur\w*|which|that|and|with)\b)[\w'’-]+\s+){0,5}(?:and\s+)?$",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"(?<![A-Za-z])[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that a size may belong to: its kind as in nouns.toml, and whether the sentence denies it or names it as a place."""

    start: int
    end: int
    kind: str
    denied: bool = False
    place: bool = False

    @property
    def finding(self) -> bool:
        return self.kind in FINDINGS


@cache
def _nouns() -> dict[str, re.Pattern[str]]:
    """The nouns by the letter they begin with, longest first; the name of a group tells the kind by its number."""
    kinds = load_words("nouns.toml")["nouns"]
    words = sorted(((word, n) for n, kind in enumerate(kinds) for word in kinds[kind]), key=lambda pair: -len(pair[0]))
    by_letter: dict[str, list[str]] = {}
    for at, (word, n) in enumerate(words):
        for letter in first_letters(word):
            by_letter.setdefault(letter, []).append(f"(?P<k{n}_{at}>{_spread(word)})")
    return {
        letter: re.compile(rf"(?:{'|'.join(parts)})(?![A-Za-z])", re.IGNORECASE) for letter, parts in by_letter.items()
    }


@cache
def node_sites() -> re.Pattern[str]:
    """Places where what is followed is a lymph node, unless another noun says otherwise."""
    words = "|".join(_spread(word) for word in load_words("nouns.toml")["sites"]["node"])
    return re.compile(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", re.IGNORECASE)


def _spread(word: str) -> str:
    return word.replace(" ?", r"[\s-]{0,2}").replace(" ", r"[\s-]{1,3}")


def find_nouns(text: str, start: int, end: int, cues: Iterable[Cue] = ()) -> tuple[Noun, ...]:
    """The nouns of ``text[start:end]`` that a size may belong to, in order."""
    by_letter, kinds = _nouns(), tuple(load_words("nouns.toml")["nouns"])
    cues = tuple(cues)
    found: list[Noun] = []
    reached = start
    for initial in _INITIAL.finditer(text, start, end):
        pattern = by_letter.get(initial.group().lower())
        match = pattern.match(text, initial.start(), end) if pattern and initial.start() >= reached else None
        if match is None:
            continue
        reached = match.end()
        kind = kinds[int((match.lastgroup or "k0_0")[1:].split("_")[0])]
        if kind == _HIDDEN:
            continue
        place = (
            kind in {Kind.ORGAN, Kind.TECHNIQUE, Kind.DISTANCE, NO_KIND}
            and _PLACE.search(text[max(start, match.start() - 70) : match.start()]) is not None
        )
        found.append(Noun(match.start(), match.end(), kind, says(cues, ABSENT, match.start(), match.end()), place))
    return tuple(found)
