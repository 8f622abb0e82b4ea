"""What one time point says of the non-targets: worse, present, gone or missing, each lesion by itself.

Source: Eisenhauer 2009, 4.3.3 and 4.3.4. A size never makes a non-target worse; only a statement does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from tracker.domain.carried import Row
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.sums import NODE_NORMAL_UNDER, TOO_SMALL
from tracker.domain.vocabulary import LesionRole, State


class NonTarget(Enum):
    """Where one non-target stands at one time point."""

    WORSE = "unequivocal progression was stated"
    PRESENT = "seen"
    GONE = "no longer seen, or a node under 10 mm in short axis"
    MISSING = "not mentioned, not evaluable or treated"


def find_non_targets(lesions: Sequence[Lesion], row: Row, first: Row) -> dict[str, NonTarget]:
    """Each non-target by label; ``first`` is the baseline's row.

    Lesions missed at the baseline are non-targets from where they were found. One that was not there at the baseline is
    no disease to follow until it is seen.
    """
    found: dict[str, NonTarget] = {}
    for lesion in lesions:
        missed = bool(row.new_disease) and _was_missed(lesion.label, row)
        if lesion.role is not LesionRole.NON_TARGET and not missed:
            continue
        state = state_at(lesion, lesions, row)
        was_there = missed or state_at(lesion, lesions, first) is not NonTarget.GONE
        if was_there or state is NonTarget.PRESENT or state is NonTarget.WORSE:
            found[lesion.label] = state
    return found


def _was_missed(label: str, row: Row) -> bool:
    return any(new.label == label and new.there_at_baseline for new in row.new_disease)


def state_at(lesion: Lesion, lesions: Sequence[Lesion], row: Row) -> NonTarget:
    """One lesion as a non-target. A merged lesion shares the fate of the one that carries the size of both."""
    seen = row.observations.get(lesion.label)
    if seen is not None and seen.state is State.MERGED:
        lesion, seen = _carrier(lesion, lesions, row.observations)
    if seen is None:
        return NonTarget.MISSING
    state = seen.state
    if state is State.UNEQUIVOCAL_PROGRESSION:
        return NonTarget.WORSE
    if state is State.ABSENT:
        return NonTarget.GONE
    if state is State.NOT_EVALUABLE or state is State.TREATED or state is State.RECURRENCE:
        return NonTarget.MISSING
    if lesion.is_node:
        short = seen.short or (TOO_SMALL if state is State.TOO_SMALL else None)
        if short is not None and short.um < NODE_NORMAL_UNDER.um:
            return NonTarget.GONE
    return NonTarget.PRESENT


def _carrier(
    lesion: Lesion, lesions: Sequence[Lesion], observations: Mapping[str, Observation]
) -> tuple[Lesion, Observation | None]:
    """The lesion that carries the size of a merged one, and what is said of it."""
    seen = observations.get(lesion.label)
    passed = {lesion.label}
    while seen is not None and seen.state is State.MERGED and seen.into is not None and seen.into not in passed:
        into = seen.into
        passed.add(into)
        lesion = next(other for other in lesions if other.label == into)
        seen = observations.get(into)
    return lesion, seen
