"""Uptake on PET: the hottest lesion of each exam, on its own panel, plotted and never classified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.record import Exam, PatientRecord
from tracker.pictures.placing import Box, Plot, Wanted, place_labels
from tracker.pictures.shapes import (
    NARROW_PLOT,
    EdgeLabel,
    Label,
    Mark,
    Panel,
    Shape,
    TextLine,
    TextTable,
    TimeAxis,
    Tone,
    ValueAxis,
)
from tracker.pictures.words import say_date


@dataclass(frozen=True, slots=True)
class _Hottest:
    """The hottest lesion of one exam. Without the uptake time two values cannot be compared."""

    exam: Exam
    label: str
    suv: Decimal

    @property
    def comparable(self) -> bool:
        return self.exam.uptake_minutes is not None

    @property
    def text(self) -> str:
        return f"{self.suv.normalize():f} · {self.label}" + ("" if self.comparable else ", uptake time not recorded")


def derive_uptake_panel(
    record: PatientRecord, axis: TimeAxis, height: int, borders: Sequence[date] = ()
) -> Panel | None:
    """SUVmax of the hottest lesion at each exam; None where no exam has one. Points are not joined, and
    no label crosses a border between two courses."""
    found = [one for exam in record.exams if (one := _hottest(exam)) is not None]
    if not found:
        return None
    top = max(float(one.suv) for one in found) * 1.3
    step = next(step for step in (2, 5, 10, 20, 50, 1000) if top / step <= 2.5)
    scale = ValueAxis(0.0, top, tuple((float(value), str(value)) for value in range(0, int(top) + 1, step)))
    return Panel(
        key="uptake",
        title="PET",
        subtitle="SUVmax, hottest",
        height=height,
        axis=scale,
        sentence=f"Hottest lesion on PET: {'; '.join(_say(one) for one in found)}. Plotted, never classified.",
        table=TextTable(
            "PET: SUVmax of the hottest lesion",
            ("Date", "Lesion", "SUVmax", "Uptake time, min"),
            tuple(
                (
                    say_date(one.exam.performed_on, year=True),
                    one.label,
                    f"{one.suv.normalize():f}",
                    str(one.exam.uptake_minutes or "not recorded"),
                )
                for one in found
            ),
        ),
        marks=tuple(
            Mark(
                one.exam.performed_on,
                float(one.suv),
                Shape.CIRCLE,
                Tone.SERIES,
                _say(one),
                filled=one.comparable,
                size=9,
            )
            for one in found
        ),
        labels=_labels(found, scale, axis, height, borders),
        edge_labels=(EdgeLabel(height / 2, (TextLine("plotted, never"), TextLine("classified"))),),
    )


def _hottest(exam: Exam) -> _Hottest | None:
    values = [
        (seen.observation.suv_max, seen.label) for seen in exam.observations if seen.observation.suv_max is not None
    ]
    if not values:
        return None
    suv, label = max(values)
    return _Hottest(exam, label, suv)


def _say(one: _Hottest) -> str:
    return f"{say_date(one.exam.performed_on, year=True)} SUVmax {one.text}"


def _labels(
    found: Sequence[_Hottest], scale: ValueAxis, axis: TimeAxis, height: int, borders: Sequence[date]
) -> tuple[Label, ...]:
    plot = Plot(NARROW_PLOT, height)
    for x in (axis.fraction(on) * NARROW_PLOT for on in borders):
        plot.boxes.append(Box(x - 1, 0, x + 1, height))
    wanted = []
    for at, one in enumerate(found):
        x = axis.fraction(one.exam.performed_on) * NARROW_PLOT
        y = (1 - scale.fraction(float(one.suv))) * height
        plot.boxes.append(Box(x - 6, y - 6, x + 6, y + 6))
        versions = tuple(
            (TextLine(text),) for text in dict.fromkeys((one.text, f"{one.suv.normalize():f} · {one.label}"))
        )
        wanted.append(Wanted((0, at), x, y, versions, 7.0, 7.0, "above", 0))
    return tuple(
        Label(one.exam.performed_on, float(one.suv), place.lines, dx=place.dx, dy=-place.dy)
        for place in place_labels(wanted, plot)
        for one in (found[place.key[1]],)
    )
