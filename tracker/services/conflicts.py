"""The same thing with another content: what differs, with both values, so that a person can choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.domain.vocabulary import Segment
from tracker.errors import ConflictError, Problem


def refuse_differences(what: str, pairs: Iterable[tuple[str, object, object]]) -> None:
    """Raise ConflictError where two values differ. ``pairs`` are a place, the value of mine and the one that is stored."""
    differing = [(place, value_text(mine), value_text(theirs)) for place, mine, theirs in pairs if mine != theirs]
    if differing:
        raise ConflictError(
            f"{what} is stored already with another {', '.join(place for place, _, _ in differing)}. Nothing was stored.",
            [Problem(place, mine) for place, mine, _ in differing],
            [Problem(place, theirs) for place, _, theirs in differing],
        )


def value_text(value: object) -> str:
    """A value as a person reads it; nothing is "not given"."""
    if value is None or value in ({}, ()):
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {item}" for name, item in sorted(value.items()))
    if isinstance(value, tuple):
        # Segments are written as one place, labels as a list.
        return ("/" if isinstance(value[0], Segment) else ", ").join(str(item) for item in value)
    return str(value)
