"""The way of one course in a few numbers: what its sum did at each scan, when it progressed, whether it goes on.

A cohort draws thousands of courses; what it needs of each is small enough to be kept as one line of text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from tracker.domain.assessment import Assessment
from tracker.domain.derivation import CourseAssessment
from tracker.domain.endpoints.censoring import FollowUp, derive_follow_up
from tracker.domain.endpoints.courses import next_treatment
from tracker.domain.endpoints.summary import rules_of
from tracker.domain.endpoints.time_to_event import (
    TimeToEvent,
    compute_progression_free_survival,
    compute_time_to_progression,
)
from tracker.domain.lengths import percent_change
from tracker.domain.record import Course, PatientRecord
from tracker.domain.vocabulary import LesionRole, Response


class Until(NamedTuple):
    """Days from the start of the course to an event, or to the last news without it."""

    days: int
    event: bool


class PathPoint(NamedTuple):
    """One scan after the baseline, up to and with the first progression."""

    #: Days after the baseline.
    day: int
    #: Change of the sum of targets from the baseline in tenths of a percent; None where no complete, settled sum says it.
    change: int | None
    response: Response | None
    new_lesion: bool


class CoursePath(NamedTuple):
    """One course. Times count from its start, which lies ``started`` days after its baseline (before it: negative)."""

    started: int
    progression: Until
    progression_or_death: Until
    #: To death, or to the last day known to be alive (a scan is one).
    death: Until
    #: Whether a death or a day alive is recorded, so that survival can be told at all.
    is_vital_status_known: bool
    #: No progression, not stopped, and no later course: the course goes on at its last scan.
    goes_on: bool
    points: tuple[PathPoint, ...]


def derive_path(record: PatientRecord, found: CourseAssessment) -> CoursePath:
    """The way of one assessed course, times by the censoring its own plan names."""
    timeline, assessment, patient = found.timeline, found.assessment, record.patient
    follow_up = derive_follow_up(timeline, assessment, next_treatment(record, found.course))
    # A death is told of the patient, not of one course.
    follow_up = replace(follow_up, death=patient.died_on)
    rules = rules_of(timeline)
    last = max(exam.performed_on for exam in record.exams)
    return CoursePath(
        started=(follow_up.start - follow_up.baseline).days,
        progression=_until(compute_time_to_progression(follow_up, rules)),
        progression_or_death=_until(compute_progression_free_survival(follow_up, rules)),
        death=_until_death(follow_up, patient.died_on, max(last, patient.last_alive_on or last)),
        is_vital_status_known=patient.died_on is not None or patient.last_alive_on is not None,
        goes_on=assessment.progression_date is None and patient.died_on is None and _is_last(record, found.course),
        points=tuple(_points(assessment, with_sum=bool(timeline.with_role(LesionRole.TARGET)))),
    )


def write_path(path: CoursePath) -> str:
    """The path as one line of JSON, which ``read_path`` gives back whole."""
    head = (path.started, path.progression, path.progression_or_death, path.death)
    marks = (int(path.is_vital_status_known), int(path.goes_on))
    points = [(day, change, None if said is None else str(said), int(new)) for day, change, said, new in path.points]
    return json.dumps([*head, *marks, points], separators=(",", ":"))


def read_path(text: str) -> CoursePath:
    """What ``write_path`` wrote. ValueError for any other text."""
    try:
        started, progression, or_death, death, vital, goes_on, points = json.loads(text)
        return CoursePath(
            started,
            _read_until(progression),
            _read_until(or_death),
            _read_until(death),
            bool(vital),
            bool(goes_on),
            tuple(PathPoint(day, change, _RESPONSES[said], bool(new)) for day, change, said, new in points),
        )
    except (TypeError, KeyError) as wrong:
        raise ValueError(f"this is no path of a course: {text[:40]!r}") from wrong


#: By their words: an enumeration looks a word up far more slowly, and a cohort has many.
_RESPONSES: dict[str | None, Response | None] = {None: None, **{str(response): response for response in Response}}


def _read_until(pair: list[int]) -> Until:
    days, event = pair
    return Until(days, bool(event))


def _until(time: TimeToEvent) -> Until:
    return Until((time.end - time.start).days, time.event)


def _until_death(follow_up: FollowUp, died: date | None, last_alive: date) -> Until:
    return Until(max(0, ((died or last_alive) - follow_up.start).days), died is not None)


def _is_last(record: PatientRecord, course: Course) -> bool:
    return course.stop is None and all(other.number <= course.number for other in record.courses)


def _points(assessment: Assessment, *, with_sum: bool) -> Iterator[PathPoint]:
    first, *later = assessment.time_points
    for row in later:
        if row.after_progression:
            return
        change = None
        if with_sum and not row.provisional and row.sum is not None and row.baseline is not None:
            change = percent_change(row.sum.um, row.baseline.um)
        tenths = None if change is None else int(change * 10)
        yield PathPoint((row.date - first.date).days, tenths, row.overall_response, row.new_lesions)
