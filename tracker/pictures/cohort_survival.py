"""Time to an event in a cohort: the curve of Kaplan and Meier, its band, who is at risk, and how far it may be read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.domain.endpoints.course_path import CoursePath, Until
from tracker.domain.endpoints.growth_rate import DAYS_A_MONTH
from tracker.domain.endpoints.kaplan_meier import Followed, SurvivalCurve, estimate_survival
from tracker.domain.vocabulary import Term
from tracker.pictures.cohort_courses import (
    SMALL_GROUP,
    CohortCourse,
    MonthAxis,
    derive_month_axis,
    in_months,
    say_months,
)
from tracker.pictures.shapes import TextTable
from tracker.pictures.words import count_of

#: With fewer at risk the curve is paled: each event then moves it by a tenth or more.
PALE_UNDER = 10
#: Two ticks closer than this share of the axis are one tick on any screen.
_TICK_SHARE = 1 / 300


class Event(Term):
    """What a curve counts as its event."""

    PROGRESSION = "time to PD", "From the start of the course to progression; deaths without it are cut, not counted."
    PROGRESSION_OR_DEATH = "progression-free survival", "From the start of the course to progression or death."
    DEATH = "overall survival", "From the start of the course to death; cut at the last day known to be alive."

    def of(self, path: CoursePath) -> Until:
        return _TIMES[self](path)


_TIMES: dict[Event, Callable[[CoursePath], Until]] = {
    Event.PROGRESSION: lambda path: path.progression,
    Event.PROGRESSION_OR_DEATH: lambda path: path.progression_or_death,
    Event.DEATH: lambda path: path.death,
}


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A column under the curve: at this month so many are at risk, after so many events."""

    month: float
    at_risk: int
    events: int

    @property
    def is_pale(self) -> bool:
        return self.at_risk < PALE_UNDER


@dataclass(frozen=True, slots=True)
class SurvivalMark:
    """Where a course leaves the curve: its event on it, or a tick where it was cut. ``height`` is a share."""

    month: float
    height: float
    event: bool
    patient_id: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Survival:
    """The chart. Points are (month, share) where the curve steps, to be drawn flat from each to the next."""

    event: Event
    curve: tuple[tuple[float, float], ...]
    #: (month, low, high) of the 95 % band at each step.
    band: tuple[tuple[float, float, float], ...]
    marks: tuple[SurvivalMark, ...]
    at_risk: tuple[AtRisk, ...]
    months: MonthAxis
    #: Month after which fewer than ``PALE_UNDER`` are at risk; None where there never are.
    pale_from: float | None
    median: float | None
    #: Two lines beside the median; empty where the curve does not come down to it.
    median_words: tuple[str, ...]
    sentence: str
    table: TextTable
    warning: str = ""
    focused: int | None = None


def derive_survival(
    courses: Sequence[CohortCourse], event: Event = Event.PROGRESSION, focused: int | None = None
) -> Survival:
    """The curve of all courses with a scan after their baseline (for death: of all)."""
    able = [course for course in courses if course.path.points or event is Event.DEATH]
    times = [event.of(course.path) for course in able]
    curve = estimate_survival(Followed(until.days, until.event) for until in times)
    axis = derive_month_axis(until.days for until in times)
    pale = _pale_from(curve)
    median = curve.median
    rows = tuple(_at_risk(curve, month) for month, _ in axis.ticks)
    return Survival(
        event,
        ((0.0, 1.0), *((in_months(step.time), round(step.survival, 4)) for step in curve.steps), *_tail(curve)),
        _band(curve),
        _marks(able, times, curve, axis, focused),
        rows,
        axis,
        None if pale is None else in_months(pale),
        None if median.time is None else in_months(median.time),
        _say_median(curve),
        _sentence(curve, event, len(courses)),
        _table(curve, event, rows),
        _warning(curve, pale),
        focused,
    )


def _tail(curve: SurvivalCurve) -> tuple[tuple[float, float], ...]:
    """The curve is known to its last time, event or not."""
    if not curve.times:
        return ()
    last = curve.at(curve.times[-1])
    return ((in_months(curve.times[-1]), round(last.survival, 4)),)


def _band(curve: SurvivalCurve) -> tuple[tuple[float, float, float], ...]:
    points = [
        (in_months(step.time), round(step.low, 4), round(step.high, 4))
        for step in curve.steps
        if step.low is not None and step.high is not None
    ]
    if not points:
        return ()
    end = in_months(curve.times[-1] if len(points) == len(curve.steps) else curve.steps[-1].time)
    return ((0.0, 1.0, 1.0), *points, (end, *points[-1][1:]))


def _pale_from(curve: SurvivalCurve) -> float | None:
    if not curve.times:
        return None
    return 0.0 if curve.patients < PALE_UNDER else curve.times[-PALE_UNDER]


def _at_risk(curve: SurvivalCurve, month: float) -> AtRisk:
    day = month * DAYS_A_MONTH
    [left] = curve.numbers_at_risk([day])
    return AtRisk(month, left, sum(step.events for step in curve.steps if step.time <= day))


def _marks(
    able: Sequence[CohortCourse], times: Sequence[Until], curve: SurvivalCurve, axis: MonthAxis, focused: int | None
) -> tuple[SurvivalMark, ...]:
    """One mark a place: courses that leave the curve within a pixel of another are told by the first, the focused by its own."""
    steps, taken = [step.time for step in curve.steps], set()
    marks = []
    for course, until in sorted(
        zip(able, times, strict=True), key=lambda pair: (pair[0].patient_id != focused, pair[1])
    ):
        at = bisect_right(steps, until.days)
        month = in_months(until.days)
        place = (round(month / (axis.end * _TICK_SHARE)), until.event)
        if place in taken and course.patient_id != focused:
            continue
        taken.add(place)
        height = round(curve.steps[at - 1].survival, 4) if at else 1.0
        how = "event" if until.event else "no event at the last news"
        text = f"{course.name}: {how} after {month:.1f} months"
        marks.append(SurvivalMark(month, height, until.event, course.patient_id, course.name, text))
    return tuple(marks)


def _say_median(curve: SurvivalCurve) -> tuple[str, ...]:
    median = curve.median
    if median.time is None:
        return ()
    low = "?" if median.low is None else say_months(median.low)
    high = "not reached" if median.high is None else say_months(median.high)
    return (f"median {say_months(median.time)} months", f"95 % interval {low} to {high}")


def _sentence(curve: SurvivalCurve, event: Event, of: int) -> str:
    if not curve.patients:
        return f"No course has a scan after its baseline: there is no {event} to estimate."
    name = f"{str(event)[0].upper()}{str(event)[1:]}"
    words = _say_median(curve)
    middle = f"{words[0]} ({words[1]})" if words else "the median is not reached"
    left = of - curve.patients
    without = (
        f" {count_of(left, 'course')} with a baseline only {'is' if left == 1 else 'are'} not in it." if left else ""
    )
    return (
        f"{name}, Kaplan–Meier, in {count_of(curve.patients, 'course')} with {count_of(curve.events, 'event')}: "
        f"{middle}.{without}"
    )


def _table(curve: SurvivalCurve, event: Event, rows: Sequence[AtRisk]) -> TextTable:
    last = curve.times[-1] if curve.times else -1.0
    body = []
    for row in rows:
        day = row.month * DAYS_A_MONTH
        if day > last:
            share, interval = "", ""
        else:
            step = curve.at(day)
            share = f"{100 * step.survival:.0f} %"
            interval = (
                "" if step.low is None or step.high is None else f"{100 * step.low:.0f} to {100 * step.high:.0f} %"
            )
        body.append((f"{row.month:.0f}", str(row.at_risk), str(row.events), share, interval))
    return TextTable(
        f"Kaplan–Meier: {event}",
        ("Month", "At risk", "Events so far", "Without the event", "95 % interval"),
        tuple(body),
    )


def _warning(curve: SurvivalCurve, pale: float | None) -> str:
    if not curve.patients or pale is None:
        return ""
    if curve.patients < SMALL_GROUP:
        return f"Only {count_of(curve.patients, 'course')}: under {SMALL_GROUP} the curve and every share say little."
    few = curve.times[-SMALL_GROUP]
    return f"Under {SMALL_GROUP} at risk after month {few / DAYS_A_MONTH:.0f}: the right end of the curve rests on few."
