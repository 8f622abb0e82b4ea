"""Where labels stand so that none crosses another, a threshold, a divider or a mark.

All places are pixels from the plot's top left, y downwards, on the narrowest plot the picture is made for. What does not
overlap there does not overlap on a wider plot: anchors move apart, shifts stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Literal, NamedTuple

from tracker.pictures.shapes import TextLine
from tracker.pictures.text_size import block_size

#: What a label belongs to: group and place in it.
Key = tuple[int, int]

#: Free space around a label.
GAP = 1.0
#: How far a label may stand off before it is shortened instead.
_STEPS_OFF = (0.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0, 40.0, 48.0, 56.0, 64.0)
#: What a threshold between mark and label costs, in pixels of distance.
_ACROSS = 30.0
#: What a thin line through the label costs.
_THROUGH = 14.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that is taken; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a drawn line that a label should not cover."""

    x0: float
    y0: float
    x1: float
    y1: float

    def crosses(self, box: Box) -> bool:
        """Whether the piece runs through the box (clipped against its four sides)."""
        dx, dy = self.x1 - self.x0, self.y1 - self.y0
        enter, leave = 0.0, 1.0
        for step, distance in (
            (-dx, self.x0 - box.left),
            (dx, box.right - self.x0),
            (-dy, self.y0 - box.top),
            (dy, box.bottom - self.y0),
        ):
            if step == 0:
                if distance < 0:
                    return False
                continue
            at = distance / step
            if step < 0:
                enter = max(enter, at)
            else:
                leave = min(leave, at)
        return enter < leave


@dataclass(frozen=True, slots=True)
class Fence:
    """A level line that must not lie between a mark and its label while another place is free."""

    left: float
    right: float
    y: float

    def parts(self, x: float, y: float, dx: float, dy: float) -> bool:
        """Whether it runs between the place (x, y) and the one shifted from it."""
        if (self.y - y) * (self.y - y - dy) >= 0:
            return False
        return self.left < x + dx * (self.y - y) / dy < self.right


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label that asks for a place.

    ``versions`` go from the full text to the least that still helps. ``above`` and ``below`` are the distances from the
    anchor at which the label stands clear of its mark and of the noise ribbon. Lower ``rank`` is placed first.
    """

    key: Key
    x: float
    y: float
    versions: tuple[tuple[TextLine, ...], ...]
    above: float
    below: float
    prefer: Literal["above", "below"]
    rank: int
    #: From where to where along the plot the label may stand; its whole width where None.
    zone: tuple[float, float] | None = None

    def allows(self, box: Box) -> bool:
        return self.zone is None or (self.zone[0] <= box.left and box.right <= self.zone[1])


@dataclass(frozen=True, slots=True)
class Placed:
    """A place found: shift of the label's middle from its anchor in pixels (``dy`` downwards) and the text that fits."""

    key: Key
    lines: tuple[TextLine, ...]
    dx: float
    dy: float
    box: Box
    leader: bool


@dataclass(slots=True)
class Plot:
    """A plot being filled: its size and what is taken already."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    #: Lines that a label crosses only where every other place costs more.
    soft: list[Segment] = field(default_factory=list)

    def is_free(self, box: Box) -> bool:
        inside = box.left >= 0 and box.top >= 0 and box.right <= self.width and box.bottom <= self.height
        return (
            inside
            and not any(box.overlaps(taken) for taken in self.boxes)
            and not any(segment.crosses(box) for segment in self.segments)
        )

    def take(self, box: Box) -> None:
        self.boxes.append(box.grown(GAP))


def place_labels(wanted: Iterable[Wanted], plot: Plot) -> tuple[Placed, ...]:
    """Places in the order of rank. A label without a free place is left out: its mark still says it on focus."""
    placed = []
    for label in sorted(wanted, key=lambda one: one.rank):
        found = next(
            (place for place in _candidates(label, plot) if label.allows(place.box) and plot.is_free(place.box)), None
        )
        if found is not None:
            plot.take(found.box)
            placed.append(found)
    return tuple(placed)


def _candidates(label: Wanted, plot: Plot) -> Iterator[Placed]:
    """Each text in turn, its places from the most natural to the least; across a threshold only with a leader."""
    for lines in label.versions:
        width, height = block_size(lines)
        waiting = [(spot.cost, at, spot, False) for at, spot in enumerate(_spots(label, width, height, plot.width))]
        heapify(waiting)
        while waiting:
            cost, at, spot, weighed = heappop(waiting)
            crossing = any(fence.parts(label.x, label.y, spot.dx, spot.dy) for fence in plot.fences)
            place = _placed(label, lines, spot.dx, spot.dy, width, height, leader=spot.leader or crossing)
            more = _ACROSS if crossing else 0.0
            more += _THROUGH if any(line.crosses(place.box) for line in plot.soft) else 0.0
            if more and not weighed:
                heappush(waiting, (cost + more, at, spot, True))
            else:
                yield place


class _Spot(NamedTuple):
    """A place to try: what it costs in pixels of distance, its shift from the anchor, whether it stands off."""

    cost: float
    dx: float
    dy: float
    leader: bool


def _spots(label: Wanted, width: float, height: float, plot_width: float) -> Iterator[_Spot]:
    """Over or under the mark, on the other side, further off, or beside it."""
    inside = min(max(0.0, width / 2 - label.x), plot_width - width / 2 - label.x)
    aside = width / 2 + 5
    for off in _STEPS_OFF:
        for side in ("above", "below"):
            distance = (label.above if side == "above" else label.below) + off + height / 2
            dy = -distance if side == "above" else distance
            base = off + (0.0 if side == label.prefer else 6.0)
            slant = 15.0 if off else 0.0
            yield _Spot(base, inside, dy, off > 0)
            for dx, cost in ((-width / 4, 3.0), (width / 4, 3.0), (-aside, 9.0), (aside, 9.0)):
                yield _Spot(base + cost + slant, dx, dy, off > 0)
    for dx in (width / 2 + 11, -width / 2 - 11):
        yield _Spot(10.0, dx, 0.0, leader=False)
        for dy in (-height / 2 - 2, height / 2 + 2):
            yield _Spot(8.0, dx, dy, leader=False)


def _placed(
    label: Wanted, lines: tuple[TextLine, ...], dx: float, dy: float, width: float, height: float, *, leader: bool
) -> Placed:
    x, y = label.x + dx, label.y + dy
    box = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return Placed(label.key, lines, dx, dy, box, leader)


def push_apart(wanted: Sequence[tuple[float, float]], low: float, high: float) -> tuple[float, ...]:
    """Middles of stacked labels, each (wanted middle, height), moved apart until none overlap, within ``low`` to ``high``.

    The order of the wanted places is kept. Where all together are taller than the room they are stacked from ``low`` on.
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at][0])
    tops: dict[int, float] = {}
    floor = low
    for at in order:
        middle, height = wanted[at]
        tops[at] = max(floor, middle - height / 2)
        floor = tops[at] + height
    ceiling = high
    for at in reversed(order):
        height = wanted[at][1]
        tops[at] = max(low, min(tops[at], ceiling - height))
        ceiling = tops[at]
    return tuple(tops[at] + wanted[at][1] / 2 for at in range(len(wanted)))
