"""A computed response in sentences, for the preview while typing and for the receipt after saving.

"RECIST 1.1 arithmetic on entered data" (or another criterion by its name), every change with its reference, never a judgement.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.derivation import CourseAssessment
from tracker.domain.lengths import Length
from tracker.domain.vocabulary import LesionRole
from tracker.pictures.answer import UNCONFIRMED, say_attenuation, say_lead, say_waiting
from tracker.pictures.criteria import Face, face_of
from tracker.pictures.tracks import is_after_cr
from tracker.pictures.words import say_change, say_date, say_mm, say_pd_limit, say_pr_limit, say_response


@dataclass(frozen=True, slots=True)
class ExamResponse:
    """What one exam's time point comes to in its course."""

    course: CourseAssessment
    row: int

    @property
    def result(self) -> TimePointAssessment:
        return self.course.assessment.time_points[self.row]

    @property
    def before(self) -> TimePointAssessment | None:
        """The time point before it in the course."""
        return self.course.assessment.time_points[self.row - 1] if self.row else None

    @property
    def face(self) -> Face:
        """The criterion it is judged by."""
        return face_of(self.course.assessment.criteria)

    @property
    def is_baseline(self) -> bool:
        return self.row == 0


def find_response(courses: tuple[CourseAssessment, ...], exam_id: int) -> ExamResponse | None:
    """The course and row that judge an exam; the later course where it closes one and opens another; None where none does."""
    for course in reversed(courses):
        for row, exam_ids in enumerate(course.exam_ids_by_row):
            if exam_id in exam_ids:
                return ExamResponse(course, row)
    return None


def say_sum(response: ExamResponse) -> str:
    """ "31 + 25 = 56 mm", or which targets are missing."""
    timeline = response.course.timeline
    seen = timeline.time_points[response.row].observations
    parts = []
    for lesion in timeline.with_role(LesionRole.TARGET):
        observation = seen.get(lesion.label)
        size = observation.diameter(node=lesion.is_node) if observation is not None else None
        if size is not None:
            parts.append(say_mm(size.um))
    result = response.result
    if result.sum is not None:
        total = f"{say_mm(result.sum.um)} mm"
        return f"{' + '.join(parts)} = {total}" if len(parts) > 1 else total
    if result.sum_of_measured is not None:
        return f"{say_mm(result.sum_of_measured.um)} mm measured; the sum of targets is not complete"
    return "no sum of targets"


def say_change_words(response: ExamResponse) -> str:
    """ "−40 % from baseline (93 mm, 3 Jun 2026), −8 % and 5 mm below the nadir of 24 Sep 2026"; empty without a sum."""
    result = response.result
    if result.sum is None or result.baseline is None or response.is_baseline:
        return ""
    first = response.course.assessment.time_points[0]
    words = [
        f"{say_change(result.sum.um, result.baseline.um)} from baseline "
        f"({say_mm(result.baseline.um)} mm, {say_date(first.date, year=True)})"
    ]
    if result.nadir is not None and result.nadir_date is not None:
        words.append(f"{_say_against(result.sum, result.nadir)} the nadir of {say_date(result.nadir_date, year=True)}")
    if (density := say_attenuation(result)) is not None:
        words.append(density)
    return ", ".join(words)


def _say_against(now: Length, nadir: Length) -> str:
    difference = now.um - nadir.um
    if difference == 0:
        return "equal to"
    side = "above" if difference > 0 else "below"
    return f"{say_change(now.um, nadir.um)} and {say_mm(abs(difference))} mm {side}"


def say_response_sentence(response: ExamResponse) -> str:
    """The whole sentence of a receipt, with its reservation."""
    result = response.result
    name = say_lead(response.course)
    if response.is_baseline:
        return f"{name}: baseline, sum of targets {say_sum(response)}."
    parts = [say_sum(response) if result.sum is None else f"{say_mm(result.sum.um)} mm"]
    if words := say_change_words(response):
        parts.append(words)
    if result.new_lesions:
        parts.append("with a new lesion")
    provisional = " Provisional: it rests on values to verify." if result.provisional else ""
    waiting = say_waiting(response.course, response.row)
    waits = "" if waiting is None else f" {waiting}"
    return f"{name}: {', '.join(parts)}.{waits}{provisional} {UNCONFIRMED}"


def say_limits(response: ExamResponse) -> str:
    """Where PR and PD begin from here on, in the words of the engine's own limits."""
    result, face = response.result, response.face
    if result.baseline is None or response.is_baseline or face.lines is None:
        return ""
    beside = f" {face.beside_response}" if face.beside_response else ""
    pr = f"{face.response} begins at {say_pr_limit(result.baseline.um, face.lines)} mm or less{beside}"
    if (waiting := say_waiting(response.course, response.row)) is not None:
        return f"{pr}. {waiting}"
    if is_after_cr(response.course.assessment.time_points[: response.row + 1]):
        return f"{pr}; after the complete response any regrowth is {face.progression}."
    lowest = result.baseline if result.nadir is None else result.nadir
    if result.sum is not None and not rests_on_provisional_target(response):
        lowest = min(lowest, result.sum)
    beside = f" {face.beside_progression}" if face.beside_progression else ""
    limit = say_pd_limit(lowest.um, face.lines)
    return f"{pr}; after this scan {face.progression} would begin at {limit} mm{beside}."


def rests_on_provisional_target(response: ExamResponse) -> bool:
    """Whether a target's value waits for verification: its sum counts in its own row and makes no nadir."""
    timeline = response.course.timeline
    seen = timeline.time_points[response.row].observations
    targets = (seen.get(lesion.label) for lesion in timeline.with_role(LesionRole.TARGET))
    return any(one is not None and one.provisional for one in targets)


def say_what_changed(response: ExamResponse, liver_before: str | None, liver_now: str) -> list[str]:
    """Sentences on what this scan changed against the one before it: category, nadir, liver sum."""
    before, result = response.before, response.result
    if before is None:
        return ["This scan is the baseline: later scans are judged against it."]
    lines = []
    if before.overall_response is None:
        by = "" if response.face.is_usual else f", by {response.face.title}"
        lines.append(f"First response of the course: {say_response(result.overall_response)}{by}.")
    elif before.overall_response is result.overall_response:
        lines.append(f"Same category ({say_response(result.overall_response)}).")
    else:
        lines.append(
            f"Category changed: {say_response(before.overall_response)} to {say_response(result.overall_response)}."
        )
    if result.sum is not None and result.nadir is not None:
        if rests_on_provisional_target(response):
            lines.append(f"{say_mm(result.sum.um)} mm is not counted as nadir until verified.")
        elif result.sum < result.nadir:
            lines.append(f"New nadir: {say_mm(result.sum.um)} mm.")
        else:
            lines.append(f"The nadir stays {say_mm(result.nadir.um)} mm.")
    if liver_before is not None:
        lines.append(f"Liver sum {liver_before} → {liver_now} (context only).")
    return lines
