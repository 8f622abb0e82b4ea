"""What one time point says of the non-targets: worse, present, gone or missing, each lesion by itself.

Source: Eisenhauer 2009, 4.3.3 and 4.3.4. A size never makes a non-target worse; only a statement does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final

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


#: Looked up once: a cohort asks for them millions of times.
_NON_TARGET: Final = LesionRole.NON_TARGET
_PRESENT: Final = NonTarget.PRESENT
_WORSE: Final = NonTarget.WORSE
_MERGED: Final = State.MERGED


def find_non_targets(lesions: Sequence[Lesion], row: Row, unseen: frozenset[str]) -> dict[str, NonTarget]:
    """Each non-target by label; ``unseen`` are those that were not there at the baseline and were not seen since.

    Lesions missed at the baseline are non-targets from where they were found. One that was not there is no disease to
    follow until it is seen; from then on it is followed like any other.
    """
    missed = missed_at_baseline(row)
    found: dict[str, NonTarget] = {}
    for lesion in lesions:
        if lesion.role is _NON_TARGET or lesion.label in missed:
            state = state_at(lesion, lesions, row)
            if lesion.label not in unseen or state is _PRESENT or state is _WORSE:
                found[lesion.label] = state
    return found


def missed_at_baseline(row: Row) -> frozenset[str]:
    """New lesions that were there at the baseline in retrospect, as far as the row knows."""
    if not row.new_disease:
        return _NONE
    return frozenset(new.label for new in row.new_disease if new.there_at_baseline)


_NONE: frozenset[str] = frozenset()


def not_there(lesions: Sequence[Lesion], first: Row) -> frozenset[str]:
    """The non-targets that are gone at the baseline already: absent, or a normal node."""
    return frozenset(
        lesion.label
        for lesion in lesions
        if lesion.role is LesionRole.NON_TARGET and state_at(lesion, lesions, first) is NonTarget.GONE
    )


def still_unseen(unseen: frozenset[str], lesions: Sequence[Lesion], row: Row) -> frozenset[str]:
    """Those that the row does not show either."""
    if not unseen:
        return unseen
    shown = (NonTarget.PRESENT, NonTarget.WORSE)
    return unseen - {lesion.label for lesion in lesions if state_at(lesion, lesions, row) in shown}


def state_at(lesion: Lesion, lesions: Sequence[Lesion], row: Row) -> NonTarget:
    """One lesion as a non-target. A merged lesion shares the fate of the one that carries the size of both."""
    seen = row.observations.get(lesion.label)
    if seen is not None and seen.state is _MERGED:
        lesion, seen = _carrier(lesion, lesions, row.observations)
    if seen is None:
        return NonTarget.MISSING
    if seen.state in _MORE_THAN_SEEN:
        return _MORE_THAN_SEEN[seen.state]
    if lesion.is_node:
        short = seen.short or (TOO_SMALL if seen.state is State.TOO_SMALL else None)
        if short is not None and short.um < NODE_NORMAL_UNDER.um:
            return NonTarget.GONE
    return _PRESENT


#: States that say more, or less, than that the lesion is seen.
_MORE_THAN_SEEN: Final = {
    State.UNEQUIVOCAL_PROGRESSION: NonTarget.WORSE,
    State.ABSENT: NonTarget.GONE,
    State.NOT_EVALUABLE: NonTarget.MISSING,
    State.TREATED: NonTarget.MISSING,
    State.RECURRENCE: NonTarget.MISSING,
}


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
