"""The record as it would be with an exam that is only a draft: pure, stores nothing.

The same rules as recording it (``time_points``): a test holds the two together.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tracker.domain.drafts import ExamDraft
from tracker.domain.record import Course, Exam, PatientRecord, RecordedLesion, RecordedTimePoint
from tracker.domain.vocabulary import LesionRole
from tracker.services.exam_content import HEADER, as_draft
from tracker.services.time_points import joins_a_plan

#: The key of an exam that is not stored.
DRAFT_ID = 0


def with_exam(record: PatientRecord, draft: ExamDraft, exam_id: int | None = None) -> PatientRecord:
    """The record with the draft as one more exam, or in the place of the exam it corrects."""
    number = exam_id if exam_id is not None else DRAFT_ID
    was = next((one for one in record.exams if one.id == number), None)
    header = {name: getattr(draft, name) for name in HEADER}
    exam = Exam(id=number, version=1, observations=draft.observations, **header)
    lesions = {lesion.label: lesion for lesion in record.lesions}
    for one in draft.lesions:
        lesions[one.label] = RecordedLesion(
            id=lesions[one.label].id if one.label in lesions else DRAFT_ID,
            label=one.label,
            tracking_uid="",
            organ=one.organ,
            segments=one.segments,
            appearance=one.appearance,
            first_seen=one.first_seen,
        )
    others = (other for other in record.exams if other.id != number)
    exams = tuple(sorted((*others, exam), key=lambda one: one.performed_on))
    moved = was is None or (was.performed_on, joins_a_plan(as_draft(was))) != (exam.performed_on, joins_a_plan(draft))
    new = replace(record, exams=exams, lesions=tuple(lesions.values()))
    courses = _rejoin(new, exam, draft) if moved else new.courses
    return replace(new, courses=tuple(_with_roles(course, exam, draft) for course in courses))


def _rejoin(record: PatientRecord, exam: Exam, draft: ExamDraft) -> tuple[Course, ...]:
    """The courses with the exam in that of its date. A baseline stays where it is."""
    if any(_is_baseline(course, exam) for course in record.courses):
        return record.courses
    begun = [(begins, course.number) for course in record.courses if (begins := _begins(record, course)) is not None]
    mine = max((one for one in begun if one[0] <= exam.performed_on), default=None) if joins_a_plan(draft) else None
    courses = []
    for course in record.courses:
        groups = [tuple(one for one in point.exam_ids if one != exam.id) for point in course.plan.time_points]
        groups = [group for group in groups if group]
        if mine is not None and course.number == mine[1]:
            groups = _join(record, groups, exam)
        points = tuple(RecordedTimePoint(order, group) for order, group in enumerate(groups))
        courses.append(replace(course, plan=replace(course.plan, time_points=points)))
    return tuple(courses)


def _is_baseline(course: Course, exam: Exam) -> bool:
    return bool(course.plan.time_points) and exam.id in course.plan.time_points[0].exam_ids


def _begins(record: PatientRecord, course: Course) -> date | None:
    """The date of a course's baseline."""
    ids = course.plan.time_points[0].exam_ids if course.plan.time_points else ()
    return min((record.exam(one).performed_on for one in ids), default=None)


def _join(record: PatientRecord, groups: list[tuple[int, ...]], exam: Exam) -> list[tuple[int, ...]]:
    """Exams of one date form one time point; time points stand in the order of their dates."""
    dated = [(min(record.exam(one).performed_on for one in group), group) for group in groups]
    for at, (_, group) in enumerate(dated):
        if any(record.exam(one).performed_on == exam.performed_on for one in group):
            return [*groups[:at], (*group, exam.id), *groups[at + 1 :]]
    return [group for _, group in sorted([*dated, (exam.performed_on, (exam.id,))])]


def _with_roles(course: Course, exam: Exam, draft: ExamDraft) -> Course:
    """New lesions take their role in the plans that judge the exam; a role that is there already stays."""
    if not any(exam.id in point.exam_ids for point in course.plan.time_points):
        return course
    given = {lesion.label: lesion.role or LesionRole.NEW for lesion in draft.lesions}
    return replace(course, plan=replace(course.plan, roles=given | dict(course.plan.roles)))
