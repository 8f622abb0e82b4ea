"""The spider of a cohort: the change of each course's sum over time, all quiet but the patient who is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tracker.domain.endpoints.course_path import PathPoint
from tracker.pictures.cohort_courses import CohortCourse, MonthAxis, derive_month_axis, in_months
from tracker.pictures.criteria import Face, face_of
from tracker.pictures.shapes import Shape, TextTable, Tone, ValueAxis
from tracker.pictures.waterfall import CEILING, change_axis
from tracker.pictures.words import MINUS, count_of, say_response

#: More lines than this are a grey surface: of more courses so many are drawn, by a draw that is always the same.
MOST_LINES = 250
_SEED = 20261124
#: A line that ends beyond this share of the axis has its name before its end.
LATE = 0.8
#: Percent around the line of response in which a name would lie on it, and the pixels that bring it clear.
_NEAR, _CLEAR = 4.0, 14


@dataclass(frozen=True, slots=True)
class SpiderMark:
    """A scan of a course: its place in months from the baseline and percent of change, and what it showed."""

    month: float
    height: float
    shape: Shape
    tone: Tone
    text: str
    #: Open where no complete sum gives the height: it stands at the last one.
    filled: bool = True


@dataclass(frozen=True, slots=True)
class SpiderLine:
    """One course from its baseline at 0. No line passes a scan without a complete sum: the points come in ``pieces``."""

    patient_id: int
    name: str
    pieces: tuple[tuple[tuple[float, float], ...], ...]
    marks: tuple[SpiderMark, ...]
    ends_in_progression: bool


@dataclass(frozen=True, slots=True)
class Spider:
    """The chart. There is no +20 % line: growth is judged from each course's own nadir."""

    lines: tuple[SpiderLine, ...]
    months: MonthAxis
    axis: ValueAxis
    sentence: str
    table: TextTable
    line: float | None = -30.0
    focused: int | None = None
    #: How many courses have a line; more than ``lines`` where a draw of them is shown.
    of: int = 0

    def name_shift(self, height: float) -> int:
        """Pixels up (down: negative) for a name at this height, so that it does not lie on the line of response."""
        if self.line is None or abs(height - self.line) > _NEAR:
            return 0
        return _CLEAR if height >= self.line else -_CLEAR


def derive_spider(courses: Sequence[CohortCourse], criterion: str = "recist-1.1", focused: int | None = None) -> Spider:
    """The lines of all courses with a later sum; of more than ``MOST_LINES`` a draw of them, the focused patient's among them."""
    face = face_of(criterion)
    able = [course for course in courses if any(point.change is not None for point in course.path.points)]
    drawn = _draw(able, focused)
    lines = tuple(_line(course, face) for course in drawn)
    top = max((mark.height for line in lines for mark in line.marks), default=0.0)
    return Spider(
        lines,
        derive_month_axis(course.end.day for course in drawn if course.end is not None),
        change_axis(top),
        _sentence(len(courses), able, len(drawn)),
        _table(drawn, face),
        None if face.lines is None else -float(face.lines.below),
        focused,
        len(able),
    )


def _draw(able: Sequence[CohortCourse], focused: int | None) -> Sequence[CohortCourse]:
    if len(able) <= MOST_LINES:
        return able
    chosen = set(Random(_SEED).sample(range(len(able)), MOST_LINES))  # noqa: S311 - a draw to look at, no secret
    return [course for at, course in enumerate(able) if at in chosen or course.patient_id == focused]


def _line(course: CohortCourse, face: Face) -> SpiderLine:
    pieces: list[tuple[tuple[float, float], ...]] = []
    piece: list[tuple[float, float]] = [(0.0, 0.0)]
    marks: list[SpiderMark] = []
    height = 0.0
    for point in course.path.points:
        month = in_months(point.day)
        if point.change is None:
            pieces.append(tuple(piece))
            piece = []
        else:
            height = min(point.change / 10, CEILING)
            piece.append((month, height))
        marks.append(_mark(course, point, month, height, face))
    pieces.append(tuple(piece))
    return SpiderLine(
        course.patient_id, course.name, tuple(one for one in pieces if one), tuple(marks), course.progressed
    )


def _mark(course: CohortCourse, point: PathPoint, month: float, height: float, face: Face) -> SpiderMark:
    size = "no complete sum" if point.change is None else f"{_say(point.change)} %"
    new = ", new lesion" if point.new_lesion else ""
    text = (
        f"{course.name}, month {month:.1f}: {size} from baseline, {say_response(point.response)} by {face.title}{new}"
    )
    return SpiderMark(
        month, height, Shape.of(point.response), Tone.of(point.response), text, filled=point.change is not None
    )


def _say(tenths: int) -> str:
    """A change in whole percent and tenths with its sign; zero carries none."""
    sign = "+" if tenths > 0 else MINUS if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}" if tenths else "0"


def _sentence(all_of_them: int, able: Sequence[CohortCourse], drawn: int) -> str:
    if not able:
        return "No course has a baseline sum and a later one: there is no change over time to draw."
    progressed = sum(course.progressed for course in able)
    longest = max(course.end.day for course in able if course.end is not None)
    share = f" {drawn} of them are drawn, taken at random, always the same ones." if drawn < len(able) else ""
    left = all_of_them - len(able)
    without = (
        f" {count_of(left, 'course')} without a later sum {'is' if left == 1 else 'are'} not drawn." if left else ""
    )
    return (
        f"Change of the sum of targets over up to {in_months(longest):.1f} months in {count_of(len(able), 'course')}; "
        f"{progressed} {'ends' if progressed == 1 else 'end'} in progression.{share}{without}"
    )


def _table(drawn: Sequence[CohortCourse], face: Face) -> TextTable:
    rows = []
    for course in drawn:
        said = "; ".join(
            f"{in_months(point.day):.1f}: {'no sum' if point.change is None else f'{_say(point.change)} %'}"
            for point in course.path.points
        )
        end = course.end
        rows.append((course.name, said, say_response(None if end is None else end.response)))
    return TextTable(
        "Change of the sum of targets over time",
        ("Patient", "Months from baseline: change", f"Last response by {face.title}"),
        tuple(rows),
    )
