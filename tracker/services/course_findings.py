"""What a person should know of a course that was started, as the problems a receipt carries. They refuse nothing."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.domain.drafts import CourseDraft, ExamDraft
from tracker.domain.plausibility import find_in_start
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import LesionRole
from tracker.errors import Problem


def find_in_course(
    record: PatientRecord, draft: CourseDraft, baseline: ExamDraft, roles: Mapping[str, LesionRole]
) -> tuple[Problem, ...]:
    """All findings on a course (``plausibility.starts``), each with its place."""
    return tuple(finding.problem for finding in find_in_start(record, draft, baseline, roles))
