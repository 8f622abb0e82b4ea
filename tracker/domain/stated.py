"""Sizes as reports state them: what "<", ">=" and "approx" say of a lesion, and which number a RECIST sum takes of it.

Sources: RECIST 1.1 (Eisenhauer 2009) 4.3.2 for lesions too small to measure and for nodes under 10 mm; that a stated
bound keeps its sign beside the number that is counted is the practice of CDISC's TR domain (original and standard result).
"""

from __future__ import annotations

from dataclasses import replace

from tracker.domain.bounds import (
    Bounds,
    Knowledge,
    Measure,
    about,
    at_least,
    at_most,
    exact,
    say_bounds,
    under,
    unknown,
)
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import RecordedObservation
from tracker.domain.sums import NODE_NORMAL_UNDER, TOO_SMALL
from tracker.domain.vocabulary import State
from tracker.domain.wording import mm


def size_stated(said: RecordedObservation, *, node: bool) -> Bounds | None:
    """What the exam states of the lesion's size (short axis of a node); None where no tumour is seen."""
    seen = said.observation
    if not seen.state.shows_tumour:
        return None
    size = seen.size(node=node)
    if size is None:
        return at_most(TOO_SMALL) if seen.state is State.TOO_SMALL else unknown(Measure.LENGTH, seen=True)
    if size.um == 0:
        return exact(size)
    match said.qualifier:
        case "<":
            return under(size)
        case ">=":
            return at_least(size)
        case "approx":
            return about(size)
    return exact(size)


def is_stated_in_part(said: RecordedObservation, *, node: bool) -> bool:
    """Whether the size that counts carries a sign: "<", ">=" or "approx"."""
    seen = said.observation
    return said.qualifier is not None and seen.state.shows_tumour and seen.size(node=node) is not None


def as_counted(said: RecordedObservation, *, node: bool) -> Observation:
    """The observation as the criteria count it; the record keeps what was stated.

    "<5 mm" is seen and too small to measure: 5 mm by convention. A node stated as under 10 mm or less is normal and has
    no number either: the same 5 mm, so that it stands for a normal node (4.3.2). Any other stated number is counted
    itself, and a finding asks for the measurement.
    """
    seen = said.observation
    if said.qualifier != "<" or seen.state not in (State.MEASURED, State.TOO_SMALL):
        return seen
    size = seen.diameter(node=node)
    if size is None or size > (NODE_NORMAL_UNDER if node else TOO_SMALL):
        return seen
    return replace(seen, state=State.TOO_SMALL, longest=None, short=None)


def counted_size(counted: Observation, *, node: bool) -> Length:
    """The size a sum takes of an observation with a size."""
    size = counted.size(node=node)
    return TOO_SMALL if size is None else size


def say_counted(label: str, stated: Bounds, counted: Observation, *, node: bool) -> str:
    """One sentence for a finding: what was stated, what is counted for it, and what would settle it."""
    said = f"{label} is stated as {say_bounds(stated)}"
    size = counted.size(node=node)
    if size is None:
        kind = "a node of that size is normal and" if node else "too small to measure, it"
        return f"{said}: {kind} counts {mm(TOO_SMALL)} by convention; was a size given?"
    number = mm(size)
    match stated.knowledge:
        case Knowledge.AT_MOST:
            return f"{said}: {number} is counted, which it does not reach; what was measured?"
        case Knowledge.AT_LEAST:
            return f"{said}: {number} is counted, the least it can be; what was measured?"
    return f"{said}: {number} is counted as it stands; what was measured?"


def observe_size(seen: Observation, size: Length, *, node: bool) -> Observation:
    """The same observation as if that size had been measured."""
    state = State.MEASURED if seen.state is State.TOO_SMALL else seen.state
    if seen.parts:
        return replace(seen, parts=(size,))
    return replace(seen, state=state, short=size) if node else replace(seen, state=state, longest=size)
