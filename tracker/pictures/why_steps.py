"""The arithmetic behind a response, line by line: from what, how, the result, what the criterion needs, whether it is met.

The verdict is the criterion's own; here its comparisons are only written out, by the lines of ``pictures.criteria``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.criteria.size_and_attenuation import MeasuredAttenuation
from tracker.domain.derivation import CourseAssessment
from tracker.domain.exact import change_in_percent, plain
from tracker.domain.vocabulary import Response
from tracker.domain.waiting import find_waiting
from tracker.pictures.criteria import Face, Lines, face_of
from tracker.pictures.tracks import is_after_cr
from tracker.pictures.words import MINUS, exact_percent, say_change, say_difference, say_mm, say_response, say_signed


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic: from what, how, the result, what is needed, and whether it is met."""

    name: str
    how: str
    result: str
    needs: str
    met: bool | None


def derive_steps(course: CourseAssessment, row_at: int) -> tuple[Step, ...]:
    """Growth from the nadir, change from the baseline, what else the criterion measures, new lesions, non-targets."""
    row, face = course.assessment.time_points[row_at], face_of(course.assessment.criteria)
    if row_at == 0 or face.lines is None:
        return ()
    steps = [*_steps_from_nadir(course, row_at, face, face.lines), *_steps_from_baseline(row, face, face.lines)]
    if isinstance(row.measure, MeasuredAttenuation):
        steps.append(_attenuation_step(row.measure, face))
    if row.target_response is not None:
        steps.append(Step("Targets", "", say_response(row.target_response), "", None))
    needs = f"{face.progression} needs one"
    steps.append(Step("New lesions", "", "yes" if row.new_lesions else "none certain", needs, row.new_lesions))
    if row.non_target_response is not None:
        worse = row.non_target_response is Response.PD
        needs = f"{face.progression} only if unequivocal"
        steps.append(Step("Non-targets", "", say_response(row.non_target_response), needs, worse))
    return tuple(steps)


def _steps_from_nadir(course: CourseAssessment, row_at: int, face: Face, lines: Lines) -> Iterator[Step]:
    """In mm and in percent; an open iUPD is compared with its own sum beside that."""
    rows = course.assessment.time_points
    row = rows[row_at]
    if row.sum is None or row.nadir is None or row.baseline is None:
        return
    now, low, name = row.sum.um, row.nadir.um, face.progression
    minus = f"{say_mm(now)} − {say_mm(low)}"
    if is_after_cr(rows[:row_at]):
        again = row.target_response is Response.PD
        yield Step("From the nadir", minus, say_difference(now - low), "after CR any regrowth is PD", again)
    else:
        enough = now - low >= lines.least_mm * 1000
        needs = f"{name} needs {lines.least_mm} mm or more" if lines.least_mm else ""
        yield Step("From the nadir", minus, say_difference(now - low), needs, enough if lines.least_mm else None)
        if (percent := exact_percent(now, low)) is not None:
            how = f"{say_mm(now - low)} ÷ {say_mm(low)}"
            needs = f"and {lines.above} % or more" if lines.least_mm else f"{name} needs {lines.above} % or more"
            yield Step("in percent", how, say_change(now, low, 1), needs, percent >= lines.above)
    before = find_waiting(rows[:row_at], course.timeline.settings) if face.has_unconfirmed_progression else None
    if before is not None and before.confirmed_by is not None and (then := rows[before.at].sum) is not None:
        minus = f"{say_mm(now)} − {say_mm(then.um)}"
        met = row.sum >= before.confirmed_by
        yield Step("From the iUPD", minus, say_difference(now - then.um), "iCPD needs 5 mm or more", met)


def _steps_from_baseline(row: TimePointAssessment, face: Face, lines: Lines) -> Iterator[Step]:
    if row.sum is None or row.baseline is None or not row.baseline.um:
        return
    now, base = row.sum.um, row.baseline.um
    fallen = row.sum <= lines.greatest_of_response(row.baseline)
    first = row.target_response is Response.PD and fallen
    name = face.response
    needs, met = ("PD is judged first", None) if first else (f"{name} needs {MINUS}{lines.below} % or less", fallen)
    how = f"({say_mm(now)} − {say_mm(base)}) ÷ {say_mm(base)}"
    yield Step("From baseline", how, say_change(now, base, 1), needs, met)


def _attenuation_step(measured: MeasuredAttenuation, face: Face) -> Step:
    """The targets' mean attenuation against the baseline's, where the criterion judges by it."""
    change = measured.change
    if change.why_not or change.now is None or change.baseline is None:
        return Step("Attenuation", "", "not evaluable", change.why_not, None)
    percent = change_in_percent(change.now, change.baseline)
    said = "" if percent is None else f"{say_signed(percent)} %"
    how = f"{plain(change.now, 1)} HU, baseline {plain(change.baseline, 1)} HU"
    return Step("Attenuation", how, said, f"{face.attenuation_needs} {MINUS}15 % or less", change.fell)
