"""With which letters what a word pattern matches can begin, so that a long list of words is tried only where one can stand."""

from __future__ import annotations

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


def first_letters(pattern: str) -> frozenset[str]:
    """The small letters a match can begin with. Understands letters, ``?``, ``*``, ``(?:a|b)``, ``[ab]`` and ``\\w``."""
    if not pattern or pattern.startswith("(?!") or pattern.startswith("(?="):
        return frozenset()
    if pattern.startswith(("(?:", "(")):
        close = _closing(pattern)
        inside = pattern[3 if pattern.startswith("(?:") else 1 : close]
        alternatives = _alternatives(inside)
        letters = frozenset[str]().union(*(first_letters(one) for one in alternatives))
        optional = pattern[close + 1 : close + 2] in {"?", "*"} or "" in alternatives
        return letters | (first_letters(pattern[close + 1 :].lstrip("?* ")) if optional else frozenset())
    if pattern.startswith("\\w"):
        return _LETTERS
    if pattern.startswith("["):
        close = pattern.index("]")
        letters = frozenset(pattern[1:close].lower())
        return letters | (first_letters(pattern[close + 2 :]) if pattern[close + 1 : close + 2] == "?" else frozenset())
    following = first_letters(pattern[2:].lstrip(" ")) if pattern[1:2] == "?" else frozenset()
    return frozenset(pattern[0].lower()) | following


def _closing(pattern: str) -> int:
    """Where the bracket that opens the pattern is closed."""
    depth = 0
    for at, character in enumerate(pattern):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return at
    raise ValueError(f"the bracket of {pattern!r} is not closed")


def _alternatives(inside: str) -> list[str]:
    depth, parts = 0, [""]
    for character in inside:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
