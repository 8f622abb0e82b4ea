"""Tumour markers on a logarithmic scale, each on its own panel, with the laboratory's upper limit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from tracker.domain.record import MarkerResult, PatientRecord
from tracker.domain.vocabulary import Primary
from tracker.pictures.placing import Box, Plot, Segment, Wanted, place_labels
from tracker.pictures.shapes import (
    NARROW_PLOT,
    EdgeLabel,
    Label,
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
from tracker.pictures.words import count_of, say_date

#: Pixels between two ticks.
_TICK_ROOM = 13.0
#: Laboratory values that are no tumour markers: drawn in multiples of their upper limit, and only where one is above it.
_LIVER_TESTS = frozenset({"bilirubin", "alp", "alt", "ast", "ggt", "albumin", "inr", "platelets"})
_IN_LIMITS = "× upper limit"
#: The marker that is read first with each primary.
_FIRST = {
    Primary.COLORECTAL: "cea",
    Primary.BREAST: "ca153",
    Primary.PANCREAS: "ca199",
    Primary.STOMACH: "ca199",
    Primary.NEUROENDOCRINE: "cga",
    Primary.OVARY: "ca125",
    Primary.MELANOMA: "ldh",
}


def shown_markers(record: PatientRecord) -> tuple[str, ...]:
    """Names in the order of their panels: the primary's own marker, the others by how often they were taken, then liver
    tests of which a value was above its upper limit."""
    names = Counter(result.name for result in record.markers)
    first = _FIRST.get(record.patient.primary, "")
    above = {one.name for one in record.markers if one.upper_limit is not None and one.value > one.upper_limit}
    shown = [name for name in names if not _is_liver_test(name) or name in above]
    return tuple(sorted(shown, key=lambda name: (_is_liver_test(name), _plain(name) != first, -names[name], name)))


def derive_marker_panels(record: PatientRecord, axis: TimeAxis, height: int, most: int) -> tuple[Panel, ...]:
    """Panels of the first ``most`` of the markers that are shown."""
    panels = (
        _panel(name, [one for one in record.markers if one.name == name], axis, height)
        for name in shown_markers(record)
    )
    return tuple(panel for panel in panels if panel is not None)[:most]


def _plain(name: str) -> str:
    return name.lower().replace(" ", "").replace("-", "")


def _is_liver_test(name: str) -> bool:
    return _plain(name) in _LIVER_TESTS


def _in_limits(results: Sequence[MarkerResult]) -> list[MarkerResult]:
    """Each value as a multiple of its own upper limit, whatever its unit; values without a limit stay in the table."""
    return [
        replace(one, value=round(one.value / one.upper_limit, 2), unit=_IN_LIMITS, upper_limit=Decimal(1))
        for one in results
        if one.upper_limit is not None and one.upper_limit > 0
    ]


def _panel(name: str, results: Sequence[MarkerResult], axis: TimeAxis, height: int) -> Panel | None:
    """None where no value can stand on a logarithmic scale. Values in another unit than the last stay in the table."""
    ordered = sorted(results, key=lambda one: (one.taken_on, one.id))
    told = _in_limits(ordered) if _is_liver_test(name) else ordered
    if not told:
        return None
    unit = told[-1].unit
    drawn = [one for one in told if one.unit == unit and one.value > 0]
    if not drawn:
        return None
    limit = next(
        (one.upper_limit for one in reversed(drawn) if one.upper_limit is not None and one.upper_limit > 0), None
    )
    values = [float(one.value) for one in drawn] + ([float(limit)] if limit is not None else [])
    low, high = math.log10(min(values)) - 0.12, math.log10(max(values)) + 0.5
    if high - low < 0.8:
        high = low + 0.8
    scale = ValueAxis(low, high, _ticks(low, high, height))
    points = tuple((one.taken_on, math.log10(one.value)) for one in drawn)
    lines = [Line(points, Tone.SERIES, name)] if len(points) > 1 else []
    edges: tuple[EdgeLabel, ...] = ()
    if limit is not None:
        level = math.log10(limit)
        lines.append(Line(((axis.start, level), (axis.end, level)), Tone.LIMIT, f"upper limit of {name}"))
        edges = (
            EdgeLabel(
                (1 - scale.fraction(level)) * height,
                (TextLine("upper limit" if unit == _IN_LIMITS else f"upper limit {limit.normalize():f}"),),
            ),
        )
    return Panel(
        key=f"marker {name}",
        title=name,
        subtitle=unit if unit == _IN_LIMITS else f"{unit}, log scale",
        height=height,
        axis=scale,
        sentence=_sentence(name, unit, ordered, drawn),
        table=_table(name, ordered),
        lines=tuple(lines),
        marks=tuple(
            Mark(one.taken_on, math.log10(one.value), Shape.CIRCLE, Tone.SERIES, _say(one), filled=True, size=6)
            for one in drawn
        ),
        labels=_labels(drawn, limit, scale, axis, height),
        edge_labels=edges,
    )


def _ticks(low: float, high: float, height: int) -> tuple[tuple[float, str], ...]:
    """Powers of ten, with 5 or 2 and 5 between them where fewer than two stand free; never nearer than a line of text."""
    margin = (high - low) * 0.1
    best: list[float] = []
    for steps in ((1,), (1, 5), (1, 2, 5)):
        values = [step * 10.0**power for power in range(math.floor(low), math.ceil(high) + 1) for step in steps]
        inside = [value for value in values if low + margin <= math.log10(value) <= high - margin]
        apart = (math.log10(upper / lower) / (high - low) * height for lower, upper in pairwise(inside))
        if min(apart, default=_TICK_ROOM) < _TICK_ROOM:
            break
        best = inside
        if len(inside) > 1:
            break
    return tuple((math.log10(value), f"{value:g}") for value in best)


def _labels(
    drawn: Sequence[MarkerResult], limit: Decimal | None, scale: ValueAxis, axis: TimeAxis, height: int
) -> tuple[Label, ...]:
    """First, extreme and last value, where they find room off the line of the upper limit."""
    plot = Plot(NARROW_PLOT, height)
    if limit is not None:
        level = (1 - scale.fraction(math.log10(limit))) * height
        plot.boxes.append(Box(0, level - 1, NARROW_PLOT, level + 1))
    extremes = {max(drawn, key=lambda one: one.value).id, min(drawn, key=lambda one: one.value).id}
    spots = [
        (axis.fraction(one.taken_on) * NARROW_PLOT, (1 - scale.fraction(math.log10(one.value))) * height)
        for one in drawn
    ]
    plot.segments += [Segment(*before, *after) for before, after in pairwise(spots)]
    wanted = []
    for at, one in enumerate(drawn):
        if not (at in (0, len(drawn) - 1) or one.id in extremes):
            continue
        x, y = spots[at]
        text = (TextLine(f"{one.value.normalize():f}"),)
        wanted.append(Wanted((0, at), x, y, (text,), 4.0, 4.0, "above", 0 if at in (0, len(drawn) - 1) else 1))
    placed = place_labels(wanted, plot)
    return tuple(
        Label(one.taken_on, math.log10(one.value), place.lines, dx=place.dx, dy=-place.dy)
        for place in placed
        for one in (drawn[place.key[1]],)
    )


def _say(one: MarkerResult) -> str:
    return f"{one.name} {one.value.normalize():f} {one.unit}, {say_date(one.taken_on, year=True)}"


def _sentence(name: str, unit: str, ordered: Sequence[MarkerResult], drawn: Sequence[MarkerResult]) -> str:
    first, last = drawn[0], drawn[-1]
    left = len(ordered) - len(drawn)
    other = f" {count_of(left, 'value')} in another unit or at zero: in the table." if left else ""
    if len(drawn) == 1:
        return f"{_say(first)}.{other}"
    return (
        f"{name} in {unit}: {first.value.normalize():f} on {say_date(first.taken_on, year=True)}, "
        f"{last.value.normalize():f} on {say_date(last.taken_on, year=True)}, lowest {min(one.value for one in drawn).normalize():f}, "
        f"highest {max(one.value for one in drawn).normalize():f}.{other}"
    )


def _table(name: str, ordered: Sequence[MarkerResult]) -> TextTable:
    rows = tuple(
        (
            say_date(one.taken_on, year=True),
            f"{one.value.normalize():f}",
            one.unit,
            "" if one.upper_limit is None else f"{one.upper_limit.normalize():f}",
        )
        for one in ordered
    )
    return TextTable(name, ("Date", "Value", "Unit", "Upper limit"), rows)
