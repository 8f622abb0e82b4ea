"""Checks of where a lesion is said to lie: Couinaud segments and the words right and left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tracker.domain.plausibility.finding import Check, Finding, Level
from tracker.domain.vocabulary import Segment

Side = Literal["right", "left"]

_PLANES = (
    "Volumes of Couinaud's segments by planes and by portal branches differ by −13 to +24 %: neighbours are confused"
)
NEIGHBOUR = Check("plausibility.segment-neighbour", Level.NOTE, _PLANES)
SEGMENT = Check("plausibility.segment", Level.ASK, _PLANES)
LOBE = Check("plausibility.lobe", Level.ASK, "Luetmer (Mayo): 0.055 % of reports had a wrong side corrected")

_LEFT = frozenset({Segment.II, Segment.III, Segment.IV, Segment.IVA, Segment.IVB})
_RIGHT = frozenset({Segment.V, Segment.VI, Segment.VII, Segment.VIII})
_BORDERS = frozenset(
    frozenset(pair)
    for pair in (
        (Segment.II, Segment.III), (Segment.II, Segment.IVA), (Segment.III, Segment.IVB), (Segment.IVA, Segment.IVB),
        (Segment.IVA, Segment.VIII), (Segment.IVB, Segment.V), (Segment.I, Segment.IVA), (Segment.V, Segment.VI),
        (Segment.V, Segment.VIII), (Segment.VI, Segment.VII), (Segment.VII, Segment.VIII),
    )
)  # fmt: skip
#: Segment IV without its part is either part.
_PARTS = {Segment.IV: (Segment.IVA, Segment.IVB)}


def find_moved(label: str, before: Sequence[Segment], now: Sequence[Segment]) -> Finding | None:
    """A lesion stays where it is: another segment that borders on the old is a note, one that does not is asked."""
    if not before or not now or meets(before, now):
        return None
    text = f"{label} was in {_named(before)} and is now said to be in {_named(now)}"
    numbers = {"before": _named(before), "now": _named(now)}
    if any(is_neighbour(one, other) for one in before for other in now):
        return NEIGHBOUR.finds(label, f"{text}, the neighbour", numbers)
    return SEGMENT.finds(label, f"{text}, which do not touch: another lesion, or a slip?", numbers)


def find_wrong_side(label: str, segments: Sequence[Segment], side: Side) -> Finding | None:
    """II to IV are left and V to VIII right of Couinaud's main plane; the caudate (I) is neither, a border may be both."""
    other = _LEFT if side == "right" else _RIGHT
    if not segments or not all(segment in other for segment in segments):
        return None
    text = (
        f"{label} is called {side}, but {_named(segments)} is {'left' if side == 'right' else 'right'}: which is right?"
    )
    return LOBE.finds(label, text, {"side": side, "segments": _named(segments)})


def is_neighbour(one: Segment, other: Segment) -> bool:
    """Whether two different segments touch."""
    return any(
        frozenset((first, second)) in _BORDERS
        for first in _PARTS.get(one, (one,))
        for second in _PARTS.get(other, (other,))
    )


def meets(before: Sequence[Segment], now: Sequence[Segment]) -> bool:
    """Whether two lists of segments share one; segment IV without its part is either part."""
    parts = [{part for one in some for part in _PARTS.get(one, (one,))} for some in (before, now)]
    return bool(parts[0] & parts[1])


def _named(segments: Sequence[Segment]) -> str:
    return "segment " + "/".join(str(segment) for segment in segments)


CHECKS = (NEIGHBOUR, SEGMENT, LOBE)
