"""Assess a timeline by a published criterion, chosen by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.domain.assessment import Assessment
from tracker.domain.criteria import irecist, irecist_course, recist11, recist11_course
from tracker.domain.timeline import Timeline
from tracker.errors import InputError


@dataclass(frozen=True, slots=True)
class Criterion:
    """One version of one published rule set."""

    name: str
    version: str
    assess: Callable[[Timeline], Assessment]


CRITERIA = {
    criterion.name: criterion
    for criterion in (
        Criterion(recist11.NAME, recist11.VERSION, recist11_course.assess),
        Criterion(irecist.NAME, irecist.VERSION, irecist_course.assess),
    )
}


def assess(timeline: Timeline, criterion: str = recist11.NAME) -> Assessment:
    """What ``criterion`` makes of ``timeline``. InputError for a criterion that is not known here."""
    known = CRITERIA.get(criterion)
    if known is None:
        raise InputError(f"The criteria '{criterion}' are not known; known are: {', '.join(CRITERIA)}.")
    if not timeline.time_points:
        raise InputError("A timeline needs at least one time point, its baseline.")
    return known.assess(timeline)
