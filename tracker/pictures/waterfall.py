"""The waterfall of a cohort: best change of the target sum, one bar a course, worst first, its response under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.vocabulary import Response
from tracker.pictures.shapes import Shape, TextTable, Tone, ValueAxis
from tracker.pictures.words import MINUS, count_of, say_response, say_signed

FLOOR, CEILING = -100.0, 100.0


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    """One bar: whose course it is, its height in percent (held at the ceiling) and its response."""

    patient_id: int
    name: str
    height: float
    tone: Tone
    shape: Shape
    text: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The chart. There is no +20 % line: growth is judged from the nadir, which this chart does not know."""

    bars: tuple[WaterfallBar, ...]
    axis: ValueAxis
    sentence: str
    table: TextTable


@dataclass(frozen=True, slots=True)
class BestChange:
    """What the waterfall needs of one course; ``change`` in percent is None where no later sum is complete."""

    patient_id: int
    identifier: str
    course: int
    change: Decimal | None
    response: Response | None


def derive_waterfall(changes: Sequence[BestChange]) -> Waterfall:
    """Bars in falling order of their change; courses without a change are left out and counted in the sentence."""
    drawn = sorted(
        ((one, one.change) for one in changes if one.change is not None),
        key=lambda pair: (-pair[1], pair[0].identifier, pair[0].course),
    )
    bars = tuple(
        WaterfallBar(
            patient_id=one.patient_id,
            name=f"{one.identifier}, course {one.course}",
            height=min(float(change), CEILING),
            tone=Tone.of(one.response),
            shape=Shape.of(one.response) if one.response is not None else Shape.BAR,
            text=f"{one.identifier}, course {one.course}: {say_signed(change)} %, best response {say_response(one.response)}",
        )
        for one, change in drawn
    )
    top = max((bar.height for bar in bars), default=0.0)
    high = next((limit for limit in (40.0, 60.0, 80.0) if top <= limit), CEILING)
    ticks = tuple(
        (float(value), f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value)}")
        for value in range(int(FLOOR), int(high) + 1, 20)
    )
    return Waterfall(
        bars, ValueAxis(FLOOR - 12, high, ticks), _sentence(changes, [change for _, change in drawn]), _table(drawn)
    )


def _sentence(changes: Sequence[BestChange], drawn: Sequence[Decimal]) -> str:
    if not drawn:
        return "No course has a baseline sum and a later one."
    deep = sum(1 for change in drawn if change <= -30)
    left = len(changes) - len(drawn)
    without = (
        f" {count_of(left, 'course')} without a later sum {'is' if left == 1 else 'are'} not drawn." if left else ""
    )
    return (
        f"Best change of the sum of targets in {count_of(len(drawn), 'course')}: from {say_signed(max(drawn))} % to "
        f"{say_signed(min(drawn))} %; {deep} reached {MINUS}30 % or less.{without}"
    )


def _table(drawn: Sequence[tuple[BestChange, Decimal]]) -> TextTable:
    rows = tuple(
        (one.identifier, str(one.course), f"{say_signed(change)} %", say_response(one.response))
        for one, change in drawn
    )
    return TextTable("Best change of the sum of targets", ("Patient", "Course", "Best change", "Best response"), rows)
