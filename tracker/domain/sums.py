"""The sum of targets, which decides the response. The liver sum stands beside it (``ledger``) and decides nothing.

A sum is complete or it is none: a missing target never makes it smaller in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, final

from tracker.domain.lengths import Length, total
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.timeline import TimePoint
from tracker.domain.vocabulary import State

#: RECIST 1.1, 4.3.2: seen, but too small to measure, and no number given. Also for nodes.
TOO_SMALL = Length(5_000)
_MEASURED: Final = State.MEASURED
#: What a target adds that is gone, or whose size another carries.
NOTHING = Length(0)
#: RECIST 1.1, 3.1.1 and 4.3.2: a node under this short axis is normal.
NODE_NORMAL_UNDER = Length(10_000)


@final
class TargetValue:
    """What one target adds to the sum at one time point; ``value`` None means missing, with the reason."""

    __slots__ = ("is_node", "label", "value", "why")

    def __init__(
        self,
        label: str,
        is_node: bool,
        value: Length | None,
        why: str,
    ) -> None:
        self.label: Final = label
        self.is_node: Final = is_node
        self.value: Final = value
        self.why: Final = why

    @property
    def is_gone(self) -> bool:
        """Gone, as complete response needs it: no diameter, or a node whose short axis is normal (4.3.1)."""
        if self.value is None:
            return False
        return self.value.um < NODE_NORMAL_UNDER.um if self.is_node else self.value.um == 0


@final
class TargetSum:
    """The targets of one time point. ``complete`` is None where one is missing; ``measured`` is then the partial sum."""

    __slots__ = ("complete", "measured", "values")

    def __init__(
        self,
        values: tuple[TargetValue, ...],
        complete: Length | None,
        measured: Length | None,
    ) -> None:
        self.values: Final = values
        self.complete: Final = complete
        #: Sum of what was measured where the sum is not complete; None where it is, or where nothing was measured.
        self.measured: Final = measured

    @property
    def all_gone(self) -> bool:
        """Whether no target is missing and every one is gone."""
        return self.complete is not None and all(value.is_gone for value in self.values)

    @property
    def missing(self) -> tuple[TargetValue, ...]:
        return tuple(value for value in self.values if value.value is None)

    def only(self, labels: Collection[str]) -> TargetSum:
        """The sum of some of the lesions."""
        return add_up([value for value in self.values if value.label in labels])


def compute_target_sum(
    targets: Sequence[Lesion], observations: Mapping[str, Observation], time_point: TimePoint
) -> TargetSum:
    """The targets' diameters at one time point (Eisenhauer 2009, 4.2 and 4.3.2)."""
    values: list[TargetValue] = []
    for lesion in targets:
        node = lesion.is_node
        length, why = _target_value(lesion.label, node, observations, time_point, targets)
        values.append(TargetValue(lesion.label, node, length, why))
    return add_up(values)


def add_up(values: Sequence[TargetValue]) -> TargetSum:
    """The sum of values; a missing one makes it incomplete."""
    total_um, measured = 0, 0
    for value in values:
        if value.value is not None:
            measured += 1
            total_um += value.value.um
    known = Length(total_um) if measured else None
    return TargetSum(tuple(values), None, known) if measured < len(values) else TargetSum(tuple(values), known, None)


def _target_value(
    label: str,
    node: bool,
    observations: Mapping[str, Observation],
    time_point: TimePoint,
    targets: Sequence[Lesion],
) -> tuple[Length | None, str]:
    """What one target adds to the sum, and why; None is missing."""
    seen = observations.get(label)
    if seen is None:
        return None, "not mentioned"
    modality = seen.modality or time_point.modality
    if modality is not None and not modality.enters_sum and label in time_point.observations:
        # What an earlier exam said and still holds does not depend on how this one was made.
        return None, f"seen by {modality}, which enters no sum"
    state = seen.state
    if state is not _MEASURED:
        if state is State.ABSENT:
            return NOTHING, "no longer seen"
        if state is State.MERGED:
            return _merged_value(label, observations, targets)
        if state is State.SPLIT:
            return total(seen.parts), "parts added"
        if state is State.TREATED or state is State.RECURRENCE:
            return None, "treated locally"
        if state is State.NOT_EVALUABLE:
            return None, f"not evaluable: {seen.reason}" if seen.reason else "not evaluable"
    size = seen.short if node else seen.longest
    if size is not None:
        return size, "measured"
    if state is State.TOO_SMALL:
        return TOO_SMALL, "too small to measure: 5 mm by convention"
    return None, "no short axis given" if node else "no longest diameter given"


def _merged_value(
    label: str, observations: Mapping[str, Observation], targets: Sequence[Lesion]
) -> tuple[Length | None, str]:
    """A merged target adds nothing: the target it went into carries the size of both (4.3.2).

    Where that one is no target, or they went into each other, there is no such size and the target is missing.
    """
    followed = {label}
    into = observations[label].into
    while (seen := observations.get(into or "")) is not None and seen.state is State.MERGED and into not in followed:
        followed.add(into or "")
        into = seen.into
    if into in followed:
        return None, f"merged into {observations[label].into} and back"
    if not any(target.label == into for target in targets):
        return None, f"merged into {into}, which is no target"
    return NOTHING, f"merged into {into}, which carries the size of both"
