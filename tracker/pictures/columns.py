"""The scans of a patient in the order of their dates: one column each, the same in every chart and in the table.

Exams judged together as one time point share a column. An exam that closes one course and opens the next stands once
and carries both rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import Exam, PatientRecord
from tracker.pictures.words import say_modality


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a course as a column carries it: which course (position), which row (0 is the baseline)."""

    course: int
    row: int


@dataclass(frozen=True, slots=True)
class Column:
    """One scan date: its exams and the course rows they form (none for an exam outside every course)."""

    on: date
    exams: tuple[Exam, ...]
    judged: tuple[Judged, ...]

    @property
    def modality(self) -> str:
        """ "CT", or "CT + MRI" where a time point has several exams."""
        return " + ".join(dict.fromkeys(say_modality(exam.modality) for exam in self.exams))


def derive_columns(record: PatientRecord, courses: Sequence[CourseAssessment]) -> tuple[Column, ...]:
    """One column for each time point, and for each exam outside every course that says something of a lesion's size."""
    rows_of: dict[tuple[int, ...], list[Judged]] = {}
    for course_at, course in enumerate(courses):
        for row_at, exam_ids in enumerate(course.exam_ids_by_row):
            rows_of.setdefault(tuple(sorted(exam_ids)), []).append(Judged(course_at, row_at))
    judged_exams = {exam_id for exam_ids in rows_of for exam_id in exam_ids}
    columns = []
    for exam_ids, judged in rows_of.items():
        first = judged[0]
        on = courses[first.course].timeline.time_points[first.row].date
        columns.append(Column(on, tuple(record.exam(exam_id) for exam_id in exam_ids), tuple(judged)))
    columns += [
        Column(exam.performed_on, (exam,), ())
        for exam in record.exams
        if exam.id not in judged_exams and _says_a_size(exam)
    ]
    return tuple(sorted(columns, key=lambda column: (column.on, [exam.id for exam in column.exams])))


def row_of(courses: Sequence[CourseAssessment], judged: Judged) -> TimePointAssessment:
    return courses[judged.course].assessment.time_points[judged.row]


def dividers(courses: Sequence[CourseAssessment]) -> tuple[date, ...]:
    """Where one course's scans end and the next one's begin: half way, or on the scan they share."""
    places = []
    for earlier, later in itertools.pairwise(courses):
        if not earlier.timeline.time_points or not later.timeline.time_points:
            continue
        last, first = earlier.timeline.time_points[-1].date, later.timeline.time_points[0].date
        places.append(last + timedelta(days=(first - last).days // 2))
    return tuple(places)


def switches(columns: Sequence[Column]) -> tuple[tuple[date, str], ...]:
    """Each change of modality, or of the contrast phase by the same modality, between two scans that measured something:
    a date half way between them, and "CT → MRI" or "portal → arterial"."""
    measured = [column for column in columns if any(_measures(exam) for exam in column.exams)]
    return tuple(
        (before.on + (after.on - before.on) / 2, said)
        for before, after in itertools.pairwise(measured)
        if before.on != after.on and (said := _say_switch(before, after))
    )


def _say_switch(before: Column, after: Column) -> str:
    """Another modality is said alone; a phase only where both scans name theirs."""
    if before.modality != after.modality:
        return f"{before.modality} → {after.modality}"
    phases = [{exam.phase.removesuffix(" venous") for exam in one.exams if exam.phase} for one in (before, after)]
    if all(len(found) == 1 for found in phases) and phases[0] != phases[1]:
        return f"{phases[0].pop()} → {phases[1].pop()}"
    return ""


def _measures(exam: Exam) -> bool:
    return any(seen.observation.has_size for seen in exam.observations)


def _says_a_size(exam: Exam) -> bool:
    return exam.liver_count is not None or _measures(exam)
