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
    by_label = {lesion.label: lesion for lesion in lesions}
    missed = {new.label for new in row.new_disease if new.there_at_baseline}
    found: dict[str, NonTarget] = {}
    for lesion in lesions:
        if lesion.role is not LesionRole.NON_TARGET and lesion.label not in missed:
            continue
        state = state_at(lesion.label, by_label, row)
        was_there = lesion.label in missed or state_at(lesion.label, by_label, first) is not NonTarget.GONE
        if was_there or state in (NonTarget.PRESENT, NonTarget.WORSE):
            found[lesion.label] = state
    return found


def state_at(label: str, lesions: Mapping[str, Lesion], row: Row) -> NonTarget:
    """One lesion as a non-target. A merged lesion shares the fate of the one that carries the size of both."""
    label, seen = _followed(label, row.observations)
    if seen is None:
        return NonTarget.MISSING
    match seen.state:
        case State.UNEQUIVOCAL_PROGRESSION:
            return NonTarget.WORSE
        case State.ABSENT:
            return NonTarget.GONE
        case State.NOT_EVALUABLE | State.TREATED | State.RECURRENCE:
            return NonTarget.MISSING
    if label in lesions and lesions[label].is_node:
        short = seen.short or (TOO_SMALL if seen.state is State.TOO_SMALL else None)
        if short is not None and short < NODE_NORMAL_UNDER:
            return NonTarget.GONE
    return NonTarget.PRESENT


def _followed(label: str, observations: Mapping[str, Observation]) -> tuple[str, Observation | None]:
    seen = observations.get(label)
    passed = {label}
    while seen is not None and seen.state is State.MERGED and seen.into is not None and seen.into not in passed:
        label = seen.into
        passed.add(label)
        seen = observations.get(label)
    return label, seen
