"""Domain objects to tidy data frames: one row an observation or a time point, one column a variable, units in the names.

The only pandas in the tracker. Sizes are floats here and serve display, sorting and plotting; nothing is decided on them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from tracker.domain.derivation import CourseAssessment
from tracker.domain.lengths import Length
from tracker.domain.record import Course, PatientRecord

#: Columns of ``observations_frame`` and their types.
OBSERVATION_COLUMNS = {
    "patient": "str",
    "date": "datetime64[s]",
    "modality": "str",
    "exam_id": "int64",
    "lesion": "str",
    "organ": "str",
    "segments": "str",
    "course": "Int64",
    "role": "str",
    "state": "str",
    "longest_mm": "float64",
    "short_mm": "float64",
    "suv_max": "float64",
    "sul_peak": "float64",
    "attenuation_hu": "float64",
}
#: Columns of ``time_points_frame`` and their types.
TIME_POINT_COLUMNS = {
    "course": "int64",
    "criteria": "str",
    "date": "datetime64[s]",
    "sum_mm": "float64",
    "nadir_mm": "float64",
    "baseline_mm": "float64",
    "change_from_baseline_percent": "float64",
    "change_from_nadir_percent": "float64",
    "target_response": "str",
    "non_target_response": "str",
    "new_lesions": "bool",
    "overall_response": "str",
    "after_progression": "bool",
    "provisional": "bool",
}


def observations_frame(records: Iterable[PatientRecord]) -> pd.DataFrame:
    """One row a lesion an exam, patients in the order given. The role is that of the latest course the exam belongs to."""
    rows: list[dict[str, Any]] = []
    for record in records:
        lesions = {lesion.label: lesion for lesion in record.lesions}
        for exam in record.exams:
            course = _course_of(record, exam.id)
            for seen in exam.observations:
                lesion = lesions[seen.label]
                role = None if course is None else course.plan.roles.get(seen.label)
                rows.append(
                    {
                        "patient": record.patient.identifier,
                        "date": exam.performed_on,
                        "modality": str(exam.modality),
                        "exam_id": exam.id,
                        "lesion": seen.label,
                        "organ": lesion.organ,
                        "segments": "/".join(str(segment) for segment in lesion.segments),
                        "course": None if course is None else course.number,
                        "role": None if role is None else str(role),
                        "state": str(seen.observation.state),
                        "longest_mm": _mm(seen.observation.longest),
                        "short_mm": _mm(seen.observation.short),
                        "suv_max": seen.observation.suv_max,
                        "sul_peak": seen.observation.sul_peak,
                        "attenuation_hu": seen.observation.attenuation_hu,
                    }
                )
    return _frame(rows, OBSERVATION_COLUMNS)


def time_points_frame(assessments: Iterable[CourseAssessment]) -> pd.DataFrame:
    """One row a time point of a course, as ``assess_record`` gives them; a missing sum is NaN, never 0."""
    rows = [
        {
            "course": one.course.number,
            "criteria": one.assessment.criteria,
            "date": row.date,
            "sum_mm": _mm(row.sum),
            "nadir_mm": _mm(row.nadir),
            "baseline_mm": _mm(row.baseline),
            "change_from_baseline_percent": row.change_from_baseline_percent,
            "change_from_nadir_percent": row.change_from_nadir_percent,
            "target_response": _word(row.target_response),
            "non_target_response": _word(row.non_target_response),
            "new_lesions": row.new_lesions,
            "overall_response": _word(row.overall_response),
            "after_progression": row.after_progression,
            "provisional": row.provisional,
        }
        for one in assessments
        for row in one.assessment.time_points
    ]
    return _frame(rows, TIME_POINT_COLUMNS)


def _frame(rows: list[dict[str, Any]], columns: dict[str, str]) -> pd.DataFrame:
    """The rows under typed columns; the same columns and types where there is no row."""
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _course_of(record: PatientRecord, exam_id: int) -> Course | None:
    holding = (
        course
        for course in reversed(record.courses)
        if any(exam_id in point.exam_ids for point in course.plan.time_points)
    )
    return next(holding, None)


def _mm(length: Length | None) -> float | None:
    return None if length is None else float(length.mm)


def _word(word: object) -> str | None:
    return None if word is None else str(word)
