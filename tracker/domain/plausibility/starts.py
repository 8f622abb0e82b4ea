"""Checks of a course that starts: its dates and its targets.

Sources: RECIST 1.1 (Eisenhauer 2009), 4.1 (the baseline as close before the start as possible, never more than four weeks)
and 4.2 (targets).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tracker.domain.drafts import CourseDraft, ExamDraft, LesionDraft
from tracker.domain.plausibility.finding import Check, Finding, Level
from tracker.domain.record import PatientRecord, RecordedLesion
from tracker.domain.targets import Candidate, check_baseline_date, check_targets
from tracker.domain.vocabulary import LesionRole
from tracker.domain.wording import format_date

BASELINE_DATE = Check("plausibility.baseline-date", Level.ASK, "RECIST 1.1 (Eisenhauer 2009), 4.1")
COURSE_ORDER = Check(
    "plausibility.course-order", Level.ASK, "A course has its own baseline, after that of the course before"
)
TARGETS = Check("plausibility.targets", Level.ASK, "RECIST 1.1 (Eisenhauer 2009), 3.1 and 4.2")

_START = "course start"


def find_in_start(
    record: PatientRecord, draft: CourseDraft, baseline: ExamDraft, roles: Mapping[str, LesionRole]
) -> tuple[Finding, ...]:
    """All findings on a course: dates first, then targets.

    ``record`` is the patient's without the course, or with it where it is stored already.
    """
    return (*_find_in_dates(record, draft, baseline), *find_in_targets(record, baseline, roles))


def _find_in_dates(record: PatientRecord, draft: CourseDraft, baseline: ExamDraft) -> Iterator[Finding]:
    start, day = draft.start, baseline.performed_on
    asked = check_baseline_date(day, start)
    if asked is not None:
        yield BASELINE_DATE.finds(_START, asked, {"days": (start - day).days})
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
        text = (
            f"{format_date(start)} lies before the baseline of course {course.number} ({format_date(first)}), "
            f"which comes before this one"
        )
        yield COURSE_ORDER.finds(_START, text, {"course": course.number})


def find_in_targets(record: PatientRecord, baseline: ExamDraft, roles: Mapping[str, LesionRole]) -> Iterator[Finding]:
    """Targets beyond RECIST's limits: too many in all or in one organ, too small, without a size."""
    described: dict[str, LesionDraft | RecordedLesion] = {
        **{lesion.label: lesion for lesion in record.lesions},
        **{lesion.label: lesion for lesion in baseline.lesions},
    }
    candidates = [
        Candidate(said.label, described[said.label].organ, seen.longest, seen.short, seen.state)
        for said in baseline.observations
        if said.label in described and not (seen := said.observation).parts
    ]
    for problem in check_targets(candidates, roles, baseline.slice_thickness):
        yield TARGETS.finds(problem.place, problem.text)


CHECKS = (BASELINE_DATE, COURSE_ORDER, TARGETS)
