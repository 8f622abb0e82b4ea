"""The waterfall of a cohort: best change of the target sum, one bar a course, worst first, its response under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tracker.domain.vocabulary import Response
from tracker.pictures.criteria import Face, face_of
from tracker.pictures.shapes import Shape, TextTable, Tone, ValueAxis
from tracker.pictures.words import MINUS, count_of, say_response, say_signed

FLOOR, CEILING = -100.0, 100.0
#: More bars than this are narrower than a pixel: of more courses an even share is drawn.
MOST_BARS = 600
#: More shapes than this would lie on each other: under more bars every second, third … bar has its shape.
MOST_SHAPES = 100


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    """One bar: whose course it is (its number where a patient has several), its height in percent (held at the ceiling) and its response."""

    patient_id: int
    name: str
    height: float
    tone: Tone
    shape: Shape
    text: str
    #: Whether its shape stands in the row beneath.
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The chart. There is no +20 % line: growth is judged from the nadir, which this chart does not know.

    ``line`` is the change from which on a course responds by size (−30 by RECIST 1.1); None where no size decides.
    """

    bars: tuple[WaterfallBar, ...]
    axis: ValueAxis
    sentence: str
    table: TextTable
    line: float | None = -30.0
    #: The patient who is looked at in every chart.
    focused: int | None = None


@dataclass(frozen=True, slots=True)
class BestChange:
    """What the waterfall needs of one course; ``change`` in percent is None where no later sum is complete."""

    patient_id: int
    identifier: str
    course: int
    change: Decimal | None
    response: Response | None


def derive_waterfall(
    changes: Sequence[BestChange], criterion: str = "recist-1.1", focused: int | None = None
) -> Waterfall:
    """Bars in falling order of their change; courses without a change are left out and counted in the sentence.

    Of more than ``MOST_BARS`` courses an even share is drawn, the first, the last and the focused patient's among them; the
    sentence says so. All courses are judged by ``criterion``.
    """
    face = face_of(criterion)
    changed = sorted(
        ((one, one.change) for one in changes if one.change is not None),
        key=lambda pair: (-pair[1], pair[0].identifier, pair[0].course),
    )
    drawn = _share(changed, focused)
    of_patient = Counter(one.patient_id for one in changes)
    every = -(-len(drawn) // MOST_SHAPES)
    bars = tuple(
        WaterfallBar(
            patient_id=one.patient_id,
            name=one.identifier if of_patient[one.patient_id] == 1 else f"{one.identifier}, course {one.course}",
            height=min(float(change), CEILING),
            tone=Tone.of(one.response),
            shape=Shape.of(one.response) if one.response is not None else Shape.BAR,
            text=f"{one.identifier}, course {one.course}: {say_signed(change)} %, "
            f"best response {say_response(one.response)} by {face.title}",
            shown=at % every == 0,
        )
        for at, (one, change) in enumerate(drawn)
    )
    axis = change_axis(max((bar.height for bar in bars), default=0.0))
    return Waterfall(
        bars,
        replace(axis, low=FLOOR - 12),
        _sentence(changes, [change for _, change in changed], len(drawn), face),
        _table(drawn, face),
        None if face.lines is None else -float(face.lines.below),
        focused,
    )


def change_axis(top: float) -> ValueAxis:
    """Percent of change from −100 to the least of +40, +60, +80 and +100 that holds ``top``, named every 20."""
    high = next((limit for limit in (40.0, 60.0, 80.0) if top <= limit), CEILING)
    ticks = tuple(
        (float(value), f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value)}")
        for value in range(int(FLOOR), int(high) + 1, 20)
    )
    return ValueAxis(FLOOR, high, ticks)


def _share(changed: Sequence[tuple[BestChange, Decimal]], focused: int | None) -> Sequence[tuple[BestChange, Decimal]]:
    last = len(changed) - 1
    if last < MOST_BARS:
        return changed
    chosen = {at * last // (MOST_BARS - 1) for at in range(MOST_BARS)}
    return [pair for at, pair in enumerate(changed) if at in chosen or pair[0].patient_id == focused]


def _sentence(changes: Sequence[BestChange], changed: Sequence[Decimal], bars: int, face: Face) -> str:
    if not changed:
        return "No course has a baseline sum and a later one."
    deep = ""
    if face.lines is not None:
        number = sum(1 for change in changed if change <= -face.lines.below)
        deep = f"; {number} reached {MINUS}{face.lines.below} % or less"
    left = len(changes) - len(changed)
    without = (
        f" {count_of(left, 'course')} without a later sum {'is' if left == 1 else 'are'} not drawn." if left else ""
    )
    share = f" An even share of them is drawn, {bars} bars." if bars < len(changed) else ""
    every = -(-bars // MOST_SHAPES)
    shapes = f" A shape stands under one bar in {every}." if every > 1 else ""
    return (
        f"Best change of the sum of targets in {count_of(len(changed), 'course')}: from {say_signed(max(changed))} % to "
        f"{say_signed(min(changed))} %{deep}.{share}{shapes}{without}"
    )


def _table(drawn: Sequence[tuple[BestChange, Decimal]], face: Face) -> TextTable:
    rows = tuple(
        (one.identifier, str(one.course), f"{say_signed(change)} %", say_response(one.response))
        for one, change in drawn
    )
    return TextTable(
        "Best change of the sum of targets",
        ("Patient", "Course", "Best change", f"Best response by {face.title}"),
        rows,
    )
