"""Sums of diameters. The sum of targets decides the response; the liver sum stands beside it and decides nothing.

A sum is complete or it is none: a missing target never makes it smaller in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.lengths import Length, total
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.record import Exam, PatientRecord
from tracker.domain.timeline import TimePoint
from tracker.domain.vocabulary import LIVER, State

#: RECIST 1.1, 4.3.2: seen, but too small to measure, and no number given. Also for nodes.
TOO_SMALL = Length(5_000)
#: RECIST 1.1, 3.1.1 and 4.3.2: a node under this short axis is normal.
NODE_NORMAL_UNDER = Length(10_000)


@dataclass(frozen=True, slots=True)
class TargetValue:
    """What one target adds to the sum at one time point; ``value`` None means missing, with the reason."""

    label: str
    is_node: bool
    value: Length | None
    why: str

    @property
    def is_gone(self) -> bool:
        """Gone, as complete response needs it: no diameter, or a node whose short axis is normal (4.3.1)."""
        if self.value is None:
            return False
        return self.value < NODE_NORMAL_UNDER if self.is_node else self.value.um == 0


@dataclass(frozen=True, slots=True)
class TargetSum:
    """The targets of one time point. ``complete`` is None where one is missing; ``measured`` is then the partial sum."""

    values: tuple[TargetValue, ...]

    @property
    def missing(self) -> tuple[TargetValue, ...]:
        return tuple(value for value in self.values if value.value is None)

    @property
    def complete(self) -> Length | None:
        return (
            None
            if not self.values or self.missing
            else total([value.value for value in self.values if value.value is not None])
        )

    @property
    def measured(self) -> Length | None:
        """Sum of what was measured where the sum is not complete; None where it is, or where nothing was measured."""
        seen = [value.value for value in self.values if value.value is not None]
        return total(seen) if self.missing and seen else None

    @property
    def all_gone(self) -> bool:
        return bool(self.values) and all(value.is_gone for value in self.values)


def compute_target_sum(
    targets: Sequence[Lesion], observations: Mapping[str, Observation], time_point: TimePoint
) -> TargetSum:
    """The targets' diameters at one time point (Eisenhauer 2009, 4.2 and 4.3.2)."""
    return TargetSum(tuple(_target_value(lesion, observations, time_point, targets) for lesion in targets))


def _target_value(
    lesion: Lesion, observations: Mapping[str, Observation], time_point: TimePoint, targets: Sequence[Lesion]
) -> TargetValue:
    seen = observations.get(lesion.label)

    def value(length: Length | None, why: str) -> TargetValue:
        return TargetValue(lesion.label, lesion.is_node, length, why)

    if seen is None:
        return value(None, "not mentioned")
    modality = seen.modality or time_point.modality
    if modality is not None and not modality.enters_sum:
        return value(None, f"seen by {modality}, which enters no sum")
    match seen.state:
        case State.ABSENT:
            return value(Length(0), "no longer seen")
        case State.MERGED:
            return value(*_merged_value(lesion.label, observations, targets))
        case State.SPLIT:
            return value(total(seen.parts), "parts added")
        case State.TREATED | State.RECURRENCE:
            return value(None, "treated locally")
        case State.NOT_EVALUABLE:
            return value(None, f"not evaluable: {seen.reason}" if seen.reason else "not evaluable")
    size = seen.diameter(node=lesion.is_node)
    if size is not None:
        return value(size, "measured")
    if seen.state is State.TOO_SMALL:
        return value(TOO_SMALL, "too small to measure: 5 mm by convention")
    return value(None, "no short axis given" if lesion.is_node else "no longest diameter given")


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
    return Length(0), f"merged into {into}, which carries the size of both"


@dataclass(frozen=True, slots=True)
class LiverSum:
    """All measured liver lesions of one exam and how many they are: context, decides nothing."""

    sum: Length
    count: int
    #: Liver lesions that are followed and have no size on this exam: the sum is without them.
    unmeasured: int = 0


def liver_sum(record: PatientRecord, exam: Exam) -> LiverSum:
    """Sum of longest diameters of the liver lesions one exam shows with a size. Treated zones are left out.

    A lesion that earlier exams show and this one does not measure (not mentioned, not evaluable, present) is counted as
    unmeasured, so that a smaller sum never looks like shrinkage.
    """
    sizes: list[Length] = []
    unmeasured = 0
    for lesion in record.lesions:
        if lesion.organ != LIVER:
            continue
        seen = exam.observation(lesion.label)
        size = None if seen is None else _liver_size(seen.observation)
        if size is not None:
            sizes.append(size)
        elif seen is not None and seen.observation.state in _NOT_THERE:
            continue
        elif (seen is not None and seen.observation.state is State.PRESENT) or _was_there(record, exam, lesion.label):
            unmeasured += 1
    return LiverSum(total(sizes), len(sizes), unmeasured)


_NOT_THERE = (State.ABSENT, State.TREATED, State.MERGED)


def _liver_size(seen: Observation) -> Length | None:
    match seen.state:
        case State.SPLIT:
            return total(seen.parts)
        case State.TREATED | State.MERGED | State.ABSENT | State.NOT_MENTIONED | State.NOT_EVALUABLE:
            return None
        case State.TOO_SMALL:
            return seen.longest or TOO_SMALL
    return seen.longest


def _was_there(record: PatientRecord, exam: Exam, label: str) -> bool:
    """Whether the last exam before this one that speaks of the lesion shows it."""
    said = [
        seen.observation.state
        for other in record.exams
        if other.performed_on < exam.performed_on
        and (seen := other.observation(label)) is not None
        and seen.observation.state not in (State.NOT_MENTIONED, State.NOT_EVALUABLE)
    ]
    return bool(said) and said[-1] not in _NOT_THERE
