"""Cues and what they reach: ConText's way of reading what is negated, uncertain, earlier, new or changed.

After ConText (Harkema, Dowling, Thornblade, Chapman 2009, J Biomed Inform 42:839) and NegEx (Chapman 2001): a trigger has a
category and a direction; its scope runs through the sentence in that direction to the next word that ends it; a phrase that
only looks like a trigger ("cannot exclude", "not only") hides what it overlaps. Categories and words are in ``cues.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from tracker.reading.model import Cue, Document
from tracker.reading.sections import load_words

ABSENT, POSSIBLE, PRIOR, CURRENT = "absent", "possible", "prior", "current"
NEW, STABLE, INCREASED, DECREASED, RESOLVED = "new", "stable", "increased", "decreased", "resolved"
_NO_CUE = "no cue"
#: Of one sentence; a real one has a handful.
MOST_CUES = 40


def _alternatives(words: Iterable[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.sub(r" (?!\?|=)", r"[\\s-]{1,4}", word).replace(" ?", r"[\s-]{0,3}") for word in ordered)


@cache
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Category, direction and words of every group of cues."""
    return tuple(
        (
            group["category"],
            group["direction"],
            re.compile(rf"(?<![\w-])(?:{_alternatives(group['words'])})(?![\w])", re.IGNORECASE),
        )
        for group in load_words("cues.toml")["cue"]
    )


@cache
def _ends() -> re.Pattern[str]:
    words = load_words("cues.toml")
    return re.compile(
        rf"(?<![\w-])(?:{_alternatives(words['ends'])})(?!\w)|{'|'.join(words['ends_marks'])}", re.IGNORECASE
    )


def find_cues(document: Document) -> tuple[Cue, ...]:
    """Every cue of every sentence with its scope, in the order of the text."""
    cues: list[Cue] = []
    for sentence in document.sentences:
        cues.extend(find_in(document.text, sentence.start, sentence.end))
    return tuple(cues)


def find_in(text: str, start: int, end: int) -> list[Cue]:
    """The cues of one sentence, ``text[start:end]``."""
    found: list[tuple[int, int, str, str]] = []
    for category, direction, pattern in _patterns():
        found.extend(
            (m.start(), m.end(), category, direction) for m in pattern.finditer(text, start, end) if m.end() > m.start()
        )
    hidden = [(s, e) for s, e, category, _ in found if category == _NO_CUE]
    kept = [
        one
        for one in found
        if one[2] != _NO_CUE and not any(s <= one[0] and one[1] <= e and (s, e) != (one[0], one[1]) for s, e in hidden)
    ]
    ends = [(match.start(), match.end()) for match in _ends().finditer(text, start, end)]
    return [_reach(one, start, end, ends) for one in sorted(kept)[:MOST_CUES]]


def _reach(found: tuple[int, int, str, str], start: int, end: int, ends: list[tuple[int, int]]) -> Cue:
    """The scope of a trigger: not over the trigger itself is spoken, but over what stands before or after it."""
    s, e, category, direction = found
    left = max((stop for _, stop in ends if stop <= s), default=start) if direction in {"backward", "both"} else s
    right = min((begin for begin, _ in ends if begin >= e), default=end) if direction in {"forward", "both"} else e
    return Cue(s, e, category, left, right)


def says(cues: Iterable[Cue], category: str, start: int, end: int) -> bool:
    """Whether a cue of the category reaches the words ``start:end``, or stands within them."""
    return any(cue.category == category and cue.scope_start < end and start < cue.scope_end for cue in cues)
