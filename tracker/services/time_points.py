"""Which exams a plan judges together.

An exam joins the course whose baseline is the latest on or before its date; exams of one date form one time point. An exam
that cannot enter a sum (ultrasound, scintigraphy, PET without a diameter or state of a lesion) joins none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from tracker.db.models import CourseRow, ExamRow, PlanRoleRow, PlanRow, TimePointExamRow, TimePointRow
from tracker.domain.drafts import ExamDraft
from tracker.domain.vocabulary import LesionRole
from tracker.services.exam_checks import is_uptake_only
from tracker.services.transactions import Change


@dataclass(frozen=True, slots=True)
class PlanTimes:
    """A plan and its time points: for each its key and the exams with their dates, in order of the first date."""

    plan: PlanRow
    course: CourseRow
    time_points: tuple[tuple[int, tuple[tuple[int, date], ...]], ...]

    @property
    def baseline_on(self) -> date | None:
        return self.time_points[0][1][0][1] if self.time_points else None

    @property
    def baseline_exams(self) -> tuple[int, ...]:
        return tuple(exam_id for exam_id, _ in self.time_points[0][1]) if self.time_points else ()

    def time_point_on(self, day: date) -> int | None:
        """The key of the time point that has an exam of that date."""
        for key, exams in self.time_points:
            if any(performed_on == day for _, performed_on in exams):
                return key
        return None


def load_plans(change: Change, patient_id: int) -> tuple[PlanTimes, ...]:
    """The plans of a patient's courses, in order of the courses."""
    query = (
        select(CourseRow, PlanRow, TimePointRow.id, ExamRow.id, ExamRow.performed_on)
        .join(PlanRow, PlanRow.course_id == CourseRow.id)
        .outerjoin(TimePointRow, TimePointRow.plan_id == PlanRow.id)
        .outerjoin(TimePointExamRow, TimePointExamRow.time_point_id == TimePointRow.id)
        .outerjoin(ExamRow, ExamRow.id == TimePointExamRow.exam_id)
        .where(CourseRow.patient_id == patient_id, CourseRow.withdrawn_at.is_(None))
        .order_by(CourseRow.number, PlanRow.id, ExamRow.performed_on, ExamRow.id)
    )
    found: dict[int, tuple[CourseRow, PlanRow, dict[int, list[tuple[int, date]]]]] = {}
    for course, plan, key, exam_id, performed_on in change.session.execute(query):
        times = found.setdefault(plan.id, (course, plan, {}))[2]
        if exam_id is not None:
            times.setdefault(key, []).append((exam_id, performed_on))
    return tuple(
        PlanTimes(plan, course, tuple((key, tuple(exams)) for key, exams in times.items()))
        for course, plan, times in found.values()
    )


def joins_a_plan(draft: ExamDraft) -> bool:
    """Whether an exam of this kind can be judged at all."""
    if not draft.modality.enters_sum:
        return False
    return not is_uptake_only(draft)


def plans_for(plans: tuple[PlanTimes, ...], day: date) -> tuple[PlanTimes, ...]:
    """The plans of the course whose baseline is the latest on or before the date; none before the first baseline."""
    begun = [times for times in plans if times.baseline_on is not None and times.baseline_on <= day]
    if not begun:
        return ()
    last = max(begun, key=lambda times: (times.baseline_on, times.course.number))
    return tuple(times for times in begun if times.course.id == last.course.id)


def join(change: Change, times: PlanTimes, exam_id: int, day: date) -> None:
    """Add an exam to a plan: to the time point of its date, else as a time point of its own."""
    key = times.time_point_on(day)
    if key is None:
        row = TimePointRow(plan_id=times.plan.id)
        change.session.add(row)
        change.session.flush()
        key = row.id
    change.session.add(TimePointExamRow(time_point_id=key, exam_id=exam_id))
    change.session.flush()


def leave(change: Change, times: PlanTimes, exam_id: int) -> None:
    """Take an exam out of a plan; a time point that is left without exams goes too."""
    for key, exams in times.time_points:
        if exam_id not in [other for other, _ in exams]:
            continue
        gone = TimePointExamRow.time_point_id == key
        change.session.execute(delete(TimePointExamRow).where(gone, TimePointExamRow.exam_id == exam_id))
        if len(exams) == 1:
            change.session.execute(delete(TimePointRow).where(TimePointRow.id == key))
    change.session.flush()


def set_role(change: Change, plan_id: int, lesion_id: int, role: LesionRole) -> None:
    """Give a lesion its role in a plan; a role it has already stays."""
    if change.session.get(PlanRoleRow, (plan_id, lesion_id)) is None:
        change.session.add(PlanRoleRow(plan_id=plan_id, lesion_id=lesion_id, role=str(role)))
        change.session.flush()
