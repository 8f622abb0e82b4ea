"""What a person should know of a course that was started: its dates and its targets. Findings refuse nothing.

Sources: RECIST 1.1 (Eisenhauer 2009), 4.1 (the baseline as close before the start as possible, never more than four weeks)
and 4.2 (targets).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from tracker.domain.drafts import CourseDraft, ExamDraft, LesionDraft
from tracker.domain.record import PatientRecord, RecordedLesion
from tracker.domain.targets import Candidate, check_targets
from tracker.domain.vocabulary import LesionRole
from tracker.domain.wording import format_date
from tracker.errors import Problem

_FOUR_WEEKS = timedelta(days=28)


def find_in_course(
    record: PatientRecord, draft: CourseDraft, baseline: ExamDraft, roles: Mapping[str, LesionRole]
) -> tuple[Problem, ...]:
    """All findings on a course: dates first, then targets.

    ``record`` is the patient's without the course, or with it where it is stored already.
    """
    return (*_find_in_dates(record, draft, baseline), *_find_in_targets(record, baseline, roles))


def _find_in_dates(record: PatientRecord, draft: CourseDraft, baseline: ExamDraft) -> Iterator[Problem]:
    start, day = draft.start, baseline.performed_on
    dates = f"the baseline is of {format_date(day)} and the course starts on {format_date(start)}"
    if day > start:
        yield Problem("course start", f"{dates}: the baseline lies after the start")
    elif start - day > _FOUR_WEEKS:
        apart = (start - day).days
        yield Problem("course start", f"{dates}, {apart} days later; RECIST 1.1 asks for four weeks at most")
    begun = [
        (record.exam(course.plan.time_points[0].exam_ids[0]).performed_on, course)
        for course in record.courses
        if course.plan.time_points
    ]
    before = [(first, course) for first, course in begun if first < day]
    if not before:
        return
    first, course = max(before, key=lambda pair: pair[0])
    if start < first:
        yield Problem(
            "course start",
            f"{format_date(start)} lies before the baseline of course {course.number} ({format_date(first)}), "
            f"which comes before this one",
        )


def _find_in_targets(record: PatientRecord, baseline: ExamDraft, roles: Mapping[str, LesionRole]) -> Iterator[Problem]:
    described: dict[str, LesionDraft | RecordedLesion] = {
        **{lesion.label: lesion for lesion in record.lesions},
        **{lesion.label: lesion for lesion in baseline.lesions},
    }
    candidates = [
        Candidate(said.label, described[said.label].organ, seen.longest, seen.short, seen.state)
        for said in baseline.observations
        if said.label in described and not (seen := said.observation).parts
    ]
    yield from check_targets(candidates, roles, baseline.slice_thickness)
