"""Each lesion's diameter in mm over time: small lines that show a mixed response the sum hides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import PatientRecord, RecordedLesion
from tracker.domain.vocabulary import LYMPH_NODE, LesionRole
from tracker.pictures.cells import is_tumour_size, size_um
from tracker.pictures.columns import Column, dividers
from tracker.pictures.placing import push_apart
from tracker.pictures.shapes import (
    EdgeLabel,
    Line,
    Mark,
    Panel,
    Shape,
    TextLine,
    TextTable,
    TimeAxis,
    Tone,
    ValueAxis,
)
from tracker.pictures.words import say_date, say_mm

#: Height an edge label needs.
_LABEL_HEIGHT = 14.0
_STEPS_MM = (10, 20, 40, 50, 100, 200, 400)


@dataclass(frozen=True, slots=True)
class _Course:
    """A lesion's sizes in the order of dates; None where a scan gives none."""

    lesion: RecordedLesion
    is_target: bool
    points: tuple[tuple[date, float | None], ...]

    @property
    def last(self) -> float:
        return next((mm for _, mm in reversed(self.points) if mm is not None), 0.0)

    @property
    def largest(self) -> float:
        return max((mm for _, mm in self.points if mm is not None), default=0.0)


def derive_lesion_panel(
    record: PatientRecord, courses: Sequence[CourseAssessment], columns: Sequence[Column], axis: TimeAxis, height: int
) -> Panel | None:
    """The panel; None where no lesion has a size. Lines break where a size is missing and where a course ends."""
    followed = [one for lesion in record.lesions if (one := _follow(lesion, courses, columns)).largest > 0]
    if not followed:
        return None
    top = max(one.largest for one in followed) * 1.08
    step = next((step for step in _STEPS_MM if top / step <= 3), _STEPS_MM[-1])
    scale = ValueAxis(0.0, top, tuple((float(mm), str(mm)) for mm in range(0, int(top) + 1, step)))
    borders = dividers(courses)
    return Panel(
        key="lesions",
        title="Lesions",
        subtitle="mm, targets dark",
        height=height,
        axis=scale,
        sentence=_sentence(followed),
        table=_table(followed, columns),
        lines=tuple(line for one in followed for line in _lines(one, borders)),
        marks=tuple(mark for one in followed for mark in _marks(one)),
        edge_labels=_edge_labels(followed, scale, height),
    )


def _follow(lesion: RecordedLesion, courses: Sequence[CourseAssessment], columns: Sequence[Column]) -> _Course:
    node = lesion.organ == LYMPH_NODE
    points: list[tuple[date, float | None]] = []
    for column in columns:
        sizes = [
            size
            for exam in column.exams
            if (seen := exam.observation(lesion.label)) is not None
            and is_tumour_size(seen.observation)
            and (size := size_um(seen.observation, node=node)) is not None
        ]
        points.append((column.on, sizes[0] / 1000 if sizes else None))
    is_target = any(course.course.plan.roles.get(lesion.label) is LesionRole.TARGET for course in courses)
    return _Course(lesion, is_target, tuple(points))


def _lines(one: _Course, borders: Sequence[date]) -> list[Line]:
    tone = Tone.SERIES if one.is_target else Tone.QUIET
    runs: list[list[tuple[date, float]]] = [[]]
    before: date | None = None
    for on, mm in one.points:
        if before is not None and any(before <= border < on for border in borders):
            runs.append([])
        before = on
        if mm is None:
            runs.append([])
        else:
            runs[-1].append((on, mm))
    return [Line(tuple(run), tone, one.lesion.label) for run in runs if len(run) > 1]


def _marks(one: _Course) -> list[Mark]:
    tone = Tone.SERIES if one.is_target else Tone.QUIET
    return [
        Mark(
            on, mm, Shape.CIRCLE, tone, f"{one.lesion.label}, {say_date(on, year=True)}: {mm:g} mm", filled=True, size=4
        )
        for on, mm in one.points
        if mm is not None
    ]


def _edge_labels(followed: Sequence[_Course], scale: ValueAxis, height: int) -> tuple[EdgeLabel, ...]:
    """Lesions the last scan measured, as many as have room, targets and large ones first, beside their line's end."""
    room = max(1, int(height // _LABEL_HEIGHT))
    seen_last = [one for one in followed if one.points[-1][1] is not None]
    order = sorted(seen_last, key=lambda one: (not one.is_target, -one.last))
    named = order[:room] if len(order) <= room else order[: room - 1]
    wanted = [((1 - scale.fraction(one.last)) * height, _LABEL_HEIGHT) for one in named]
    texts = [(f"{one.lesion.label} {say_mm(round(one.last * 1000))}", one.is_target) for one in named]
    if len(named) < len(order):
        wanted.append((float(height), _LABEL_HEIGHT))
        texts.append((f"and {len(order) - len(named)} more", False))
    middles = push_apart(wanted, 0, height)
    return tuple(
        EdgeLabel(y, (TextLine(text, strong=strong),)) for y, (text, strong) in zip(middles, texts, strict=True)
    )


def _sentence(followed: Sequence[_Course]) -> str:
    said = []
    for one in followed:
        sizes = [mm for _, mm in one.points if mm is not None]
        role = "target" if one.is_target else "not a target"
        said.append(f"{one.lesion.label} ({role}) {sizes[0]:g} to {sizes[-1]:g} mm, largest {max(sizes):g}")
    return f"Diameters from the first to the last measured scan: {'; '.join(said)}."


def _table(followed: Sequence[_Course], columns: Sequence[Column]) -> TextTable:
    header = ("Lesion", *(say_date(column.on, year=True) for column in columns))
    rows = tuple((one.lesion.label, *("" if mm is None else f"{mm:g}" for _, mm in one.points)) for one in followed)
    return TextTable("Diameter of each lesion, mm", header, rows)
