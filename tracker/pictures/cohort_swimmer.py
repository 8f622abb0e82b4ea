"""The swimmer of a cohort: one lane a course from its start to its last scan, the longest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.pictures.cohort_courses import CohortCourse, MonthAxis, derive_month_axis, in_months
from tracker.pictures.criteria import Face, face_of
from tracker.pictures.shapes import Shape, TextTable, Tone
from tracker.pictures.words import count_of

#: More lanes than this are thinner than their marks: of more courses the longest are drawn.
MOST_LANES = 50


@dataclass(frozen=True, slots=True)
class Lane:
    """One course in months from its start; ``response`` and ``progression`` are where their marks stand."""

    patient_id: int
    name: str
    end: float
    response: float | None
    progression: float | None
    #: Drawn as an open arrow: neither progression nor an end of the course.
    goes_on: bool
    text: str


@dataclass(frozen=True, slots=True)
class LegendLine:
    """What a mark on a lane means; ``shape`` None is the open arrow."""

    shape: Shape | None
    tone: Tone | None
    text: str


@dataclass(frozen=True, slots=True)
class Swimmer:
    """The chart: lanes from above, and the marks explained."""

    lanes: tuple[Lane, ...]
    months: MonthAxis
    legend: tuple[LegendLine, ...]
    sentence: str
    table: TextTable
    #: Courses that are shorter than those drawn.
    more: int = 0
    focused: int | None = None


def derive_swimmer(
    courses: Sequence[CohortCourse], criterion: str = "recist-1.1", focused: int | None = None
) -> Swimmer:
    """The longest courses first; a focused patient whose course is shorter than all that fit takes the last lane."""
    face = face_of(criterion)
    able = sorted((course for course in courses if course.path.points), key=lambda course: (-course.days, course.name))
    drawn = _fit(able, focused)
    lanes = tuple(_lane(course, face) for course in drawn)
    return Swimmer(
        lanes,
        derive_month_axis(course.days for course in drawn),
        _legend(face),
        _sentence(courses, able, len(drawn)),
        _table(drawn, face),
        len(able) - len(drawn),
        focused,
    )


def _fit(able: Sequence[CohortCourse], focused: int | None) -> Sequence[CohortCourse]:
    drawn = able[:MOST_LANES]
    theirs = next((course for course in able[MOST_LANES:] if course.patient_id == focused), None)
    if theirs is None or any(course.patient_id == focused for course in drawn):
        return drawn
    return [*drawn[:-1], theirs]


def _lane(course: CohortCourse, face: Face) -> Lane:
    first = course.first_response
    responded = None if first is None else in_months(max(0, first.day - course.path.started))
    end = in_months(course.days)
    how = _how_it_ends(course, face)
    said = "" if responded is None else f", first {face.response} after {responded:.1f}"
    return Lane(
        course.patient_id,
        course.name,
        end,
        responded,
        end if course.progressed else None,
        course.path.goes_on and not course.progressed,
        f"{course.name}: {end:.1f} months{said}; {how}",
    )


def _how_it_ends(course: CohortCourse, face: Face) -> str:
    if course.progressed and course.end is not None:
        return f"{face.progression} with a new lesion" if course.end.new_lesion else face.progression
    return "goes on" if course.path.goes_on else f"ended without {face.progression}"


def _legend(face: Face) -> tuple[LegendLine, ...]:
    shape, tone = (Shape.TRIANGLE_RIGHT, Tone.UPD) if face.has_unconfirmed_progression else (Shape.TRIANGLE_UP, Tone.PD)
    return (
        LegendLine(Shape.TRIANGLE_DOWN, Tone.PR, f"first {face.response}"),
        LegendLine(shape, tone, f"{face.progression}, or new lesion"),
        LegendLine(None, None, "course goes on"),
    )


def _sentence(courses: Sequence[CohortCourse], able: Sequence[CohortCourse], drawn: int) -> str:
    if not able:
        return "No course has a scan after its baseline: there is no duration to draw."
    progressed = sum(course.progressed for course in able)
    going = sum(course.path.goes_on and not course.progressed for course in able)
    more = f" The {drawn} longest are drawn and {len(able) - drawn:,} more are not." if drawn < len(able) else ""
    left = len(courses) - len(able)
    alone = (
        f" {count_of(left, 'course')} with a baseline only {'has' if left == 1 else 'have'} no lane." if left else ""
    )
    return (
        f"{count_of(len(able), 'course')} by duration, the longest {in_months(able[0].days):.1f} months: {progressed} ended in "
        f"progression, {going} {'goes' if going == 1 else 'go'} on.{more}{alone}"
    )


def _table(drawn: Sequence[CohortCourse], face: Face) -> TextTable:
    rows = tuple(
        (
            course.name,
            f"{in_months(course.days):.1f}",
            ""
            if (first := course.first_response) is None
            else f"{in_months(max(0, first.day - course.path.started)):.1f}",
            _how_it_ends(course, face),
        )
        for course in drawn
    )
    return TextTable("Courses by duration", ("Patient", "Months", f"First {face.response}, month", "End"), rows)
