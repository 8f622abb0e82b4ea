"""Text of people on its way to paper: one line, short enough for its place, and never more than text."""

from __future__ import annotations

import re

#: A run of letters longer than this may be broken anywhere, so that it stays inside its box.
_LONGEST_RUN = 28
_BREAK = "\u200b"
#: Control signs, half letters, letters for private use, and marks that turn the direction of what follows.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def printable(text: str) -> str:
    """The text without signs that no page can show or that would turn the letters after them; white space stays a blank."""
    return _UNPRINTABLE.sub("", re.sub(r"\s", " ", text))


def one_line(text: str) -> str:
    """The text in one line, with places to break where a word is longer than a line could hold."""
    return " ".join(_breakable(word) for word in text.split())


def shorten(text: str, most: int) -> str:
    """At most ``most`` letters; what is cut ends in "…"."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"


def _breakable(word: str) -> str:
    if len(word) <= _LONGEST_RUN:
        return word
    return _BREAK.join(word[at : at + _LONGEST_RUN] for at in range(0, len(word), _LONGEST_RUN))
