"""Assess a timeline by a published criterion, chosen by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.domain.assessment import Assessment
from tracker.domain.criteria import (
    choi,
    irecist,
    irecist_course,
    modified_choi,
    percist10,
    percist10_course,
    recist11,
    recist11_course,
    size_and_attenuation,
)
from tracker.domain.criteria.refused import find_refusal
from tracker.domain.endpoints.best_response import RECIST, Scale
from tracker.domain.timeline import Timeline
from tracker.errors import InputError


@dataclass(frozen=True, slots=True)
class Criterion:
    """One version of one published rule set."""

    name: str
    version: str
    assess: Callable[[Timeline], Assessment]
    #: Its responses in their order.
    scale: Scale


CRITERIA = {
    criterion.name: criterion
    for criterion in (
        Criterion(recist11.NAME, recist11.VERSION, recist11_course.assess, RECIST),
        Criterion(irecist.NAME, irecist.VERSION, irecist_course.assess, irecist.SCALE),
        Criterion(percist10.NAME, percist10.VERSION, percist10_course.assess, percist10.SCALE),
        Criterion(choi.NAME, choi.VERSION, choi.assess, size_and_attenuation.SCALE),
        Criterion(modified_choi.NAME, modified_choi.VERSION, modified_choi.assess, size_and_attenuation.SCALE),
    )
}


def say_unknown(name: str) -> str:
    """Why this name is no criterion here: refused with the reason, or not among those known."""
    return find_refusal(name) or f"not known here; known are: {', '.join(CRITERIA)}"


def find_criterion(name: str) -> Criterion:
    """The criterion of that name. InputError where it is refused, with the reason, or not known."""
    known = CRITERIA.get(name)
    if known is None:
        raise InputError(f"The criteria '{name}': {say_unknown(name)}")
    return known


def assess(timeline: Timeline, criterion: str = recist11.NAME) -> Assessment:
    """What ``criterion`` makes of ``timeline``. InputError for a criterion that is refused or not known."""
    known = find_criterion(criterion)
    if not timeline.time_points:
        raise InputError("A timeline needs at least one time point, its baseline.")
    return known.assess(timeline)
