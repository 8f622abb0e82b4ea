"""Each lesion's diameter over time in a small chart of its own, all on one scale: a mixed response that the sum hides.

Linear, or in doublings (log2). A lesion that is not seen has no size and stands as a word's sign in a gutter under the
scale, never at zero; what follows a local treatment is paled, because a treated site is no tumour size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracker.domain.derivation import CourseAssessment
from tracker.domain.lesions import Observation
from tracker.domain.record import PatientRecord, RecordedLesion
from tracker.domain.vocabulary import LYMPH_NODE, LesionRole, State
from tracker.pictures.cells import is_tumour_size, size_um
from tracker.pictures.columns import Column, derive_columns, dividers
from tracker.pictures.shapes import TextTable, TimeAxis, ValueAxis
from tracker.pictures.time_axis import derive_time_axis
from tracker.pictures.words import count_of, join_words, say_date, say_mm

Scale = Literal["linear", "log2"]

_STEPS_MM = (5, 10, 20, 40, 50, 100, 200)
#: The smallest size that is drawn in doublings.
_LEAST_MM = 1.0
#: Height of the gutter "not seen" under the scale, as a share of it.
_GUTTER = 0.24


@dataclass(frozen=True, slots=True)
class Point:
    """One lesion at one scan. ``value`` is on the panel's scale; in the gutter where ``mm`` is None."""

    on: date
    mm: float | None
    value: float
    text: str
    #: At or after a local treatment of the lesion.
    faded: bool = False


@dataclass(frozen=True, slots=True)
class LesionPanel:
    """One lesion: its name, what it is, its points, and the runs of points that a line joins."""

    label: str
    place: str
    is_target: bool
    points: tuple[Point, ...]
    runs: tuple[tuple[Point, ...], ...]
    #: "58 → 36 mm" from the first size to the last; "36 → not seen".
    change: str


@dataclass(frozen=True, slots=True)
class LesionPanels:
    """All lesions on the same axes. ``gutter`` is where "not seen" stands."""

    scale: Scale
    axis: TimeAxis
    values: ValueAxis
    gutter: float
    dividers: tuple[date, ...]
    panels: tuple[LesionPanel, ...]
    sentence: str
    table: TextTable

    @property
    def any_gone(self) -> bool:
        """Whether a lesion stands in the gutter, which then has its name."""
        return any(point.mm is None for panel in self.panels for point in panel.points)


def derive_lesion_panels(
    record: PatientRecord, courses: Sequence[CourseAssessment], scale: Scale = "linear"
) -> LesionPanels | None:
    """Targets first, then the others by their largest size; None where no lesion has a size."""
    columns = derive_columns(record, courses)
    axis = derive_time_axis(record, columns)
    followed = [one for lesion in record.lesions if (one := _follow(lesion, record, courses, columns)).sizes]
    if axis is None or not followed:
        return None
    followed.sort(key=lambda one: (not one.is_target, -max(one.sizes)))
    values = _values([size for one in followed for size in one.sizes], scale)
    gutter = values.low + (values.high - values.low) * _GUTTER / 2
    borders = dividers(courses)
    return LesionPanels(
        scale=scale,
        axis=axis,
        values=values,
        gutter=gutter,
        dividers=borders,
        panels=tuple(_panel(one, scale, gutter, borders) for one in followed),
        sentence=_sentence(followed, scale),
        table=_table(followed, columns),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A lesion at a scan that says something of it: mm, or None for "not seen"."""

    on: date
    mm: float | None
    words: str


@dataclass(frozen=True, slots=True)
class _Followed:
    lesion: RecordedLesion
    is_target: bool
    seen: tuple[_Seen | None, ...]
    treated_from: date | None

    @property
    def sizes(self) -> list[float]:
        return [one.mm for one in self.seen if one is not None and one.mm is not None]


def _follow(
    lesion: RecordedLesion, record: PatientRecord, courses: Sequence[CourseAssessment], columns: Sequence[Column]
) -> _Followed:
    is_target = any(course.course.plan.roles.get(lesion.label) is LesionRole.TARGET for course in courses)
    treatments = (one for one in record.treatments if one.kind.is_local and not one.planned)
    days = [one.start for one in treatments if lesion.label in one.lesions]
    seen = tuple(_seen(lesion, column) for column in columns)
    days += [
        column.on
        for column in columns
        for exam in column.exams
        if (one := exam.observation(lesion.label)) is not None and one.observation.state is State.TREATED
    ]
    return _Followed(lesion, is_target, seen, min(days, default=None))


def _seen(lesion: RecordedLesion, column: Column) -> _Seen | None:
    """A size before a word where several exams of one day say something; None where none says a size or "not seen"."""
    stored = (exam.observation(lesion.label) for exam in column.exams)
    said = [one.observation for one in stored if one is not None]
    sizes = [(one, size) for one in said if (size := _size(one, node=lesion.organ == LYMPH_NODE)) is not None]
    day = say_date(column.on, year=True)
    if sizes:
        one, size = sizes[0]
        small = ", too small to measure" if one.state is State.TOO_SMALL else ""
        return _Seen(column.on, size / 1000, f"{lesion.label}, {day}: {say_mm(size)} mm{small}")
    if any(one.state is State.ABSENT for one in said):
        return _Seen(column.on, None, f"{lesion.label}, {day}: looked for and not seen")
    return None


def _size(seen: Observation, *, node: bool) -> int | None:
    """In micrometres; None for words, and for the zone of an ablation."""
    size = size_um(seen, node=node) if is_tumour_size(seen) or seen.state is State.RECURRENCE else None
    return size or None


def _values(sizes: Sequence[float], scale: Scale) -> ValueAxis:
    """The scale of all panels, with the gutter under it."""
    if scale == "log2":
        low = math.floor(math.log2(max(min(sizes), _LEAST_MM)))
        high = max(math.log2(max(sizes)) + 0.2, low + 1.0)
        every = 1 if high - low <= 4 else 2
        ticks = tuple((float(power), f"{2.0**power:g}") for power in range(low, math.floor(high) + 1, every))
        start = float(low)
    else:
        high, start = max(sizes) * 1.1, 0.0
        step = next((step for step in _STEPS_MM if high / step <= 3.5), _STEPS_MM[-1])
        ticks = tuple((float(mm), str(mm)) for mm in range(0, int(high) + 1, step))
    under = (high - start) * _GUTTER / (1 - _GUTTER)
    return ValueAxis(start - under, high, ticks)


def _panel(one: _Followed, scale: Scale, gutter: float, borders: Sequence[date]) -> LesionPanel:
    points = [None if seen is None else _point(seen, scale, gutter, one.treated_from) for seen in one.seen]
    place = " · ".join(text for text in (one.lesion.place, "target" if one.is_target else "") if text)
    said = [seen for seen in one.seen if seen is not None]
    last = said[-1].mm
    change = f"{one.sizes[0]:g} mm"
    if len(said) > 1:
        change = f"{one.sizes[0]:g} → {'not seen' if last is None else f'{last:g} mm'}"
    runs = tuple(run for run in _runs(points, borders) if len(run) > 1)
    return LesionPanel(
        one.lesion.label, place, one.is_target, tuple(point for point in points if point is not None), runs, change
    )


def _point(seen: _Seen, scale: Scale, gutter: float, treated_from: date | None) -> Point:
    faded = treated_from is not None and seen.on >= treated_from
    words = f"{seen.words}, after local treatment" if faded else seen.words
    if seen.mm is None:
        return Point(seen.on, None, gutter, words, faded)
    return Point(seen.on, seen.mm, math.log2(max(seen.mm, _LEAST_MM)) if scale == "log2" else seen.mm, words, faded)


def _runs(points: Sequence[Point | None], borders: Sequence[date]) -> Iterator[tuple[Point, ...]]:
    """Neighbouring sizes: cut where a scan says none, where a course ends, and at a local treatment."""
    run: list[Point] = []
    for point in points:
        if point is None or point.mm is None:
            yield tuple(run)
            run = []
            continue
        if run and (run[-1].faded is not point.faded or any(run[-1].on <= border < point.on for border in borders)):
            yield tuple(run)
            run = []
        run.append(point)
    yield tuple(run)


def _sentence(followed: Sequence[_Followed], scale: Scale) -> str:
    said = []
    for one in followed:
        role = "target" if one.is_target else "not a target"
        gone = [seen.on for seen in one.seen if seen is not None and seen.mm is None]
        more = f", not seen on {join_words(say_date(on, year=True) for on in gone)}" if gone else ""
        said.append(f"{one.lesion.label} ({role}) {one.sizes[0]:g} to {one.sizes[-1]:g} mm{more}")
    how = "each step of the scale is a doubling" if scale == "log2" else "one linear scale"
    return (
        f"Diameters of {count_of(len(followed), 'lesion')} from the first to the last size, {how}: {'; '.join(said)}."
    )


def _table(followed: Sequence[_Followed], columns: Sequence[Column]) -> TextTable:
    header = ("Lesion", *(say_date(column.on, year=True) for column in columns))
    rows = tuple(
        (
            one.lesion.label,
            *("" if seen is None else "not seen" if seen.mm is None else f"{seen.mm:g}" for seen in one.seen),
        )
        for one in followed
    )
    return TextTable("Diameter of each lesion, mm", header, rows)
