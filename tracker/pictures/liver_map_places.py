"""Where bubbles, numerals and labels stand on the schematic liver, so that none hides another.

A lesion keeps its place at every scan: it is found once for a patient, with room for the greatest size ever seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import cos, hypot, pi, sin

from tracker.domain.vocabulary import Segment
from tracker.pictures.liver_map_geometry import HEIGHT, NUMERALS, WIDTH, Point, is_inside, places_of, polygon_of
from tracker.pictures.text_size import text_width

#: Type size of every text on the map, in map units: 12.3 px where the map is 402 px wide.
TYPE = 16.5
LINE = 18.0
_GAP = 4.0
#: Bubbles a segment holds; with more lesions the last place is a ring of the rest.
MOST_IN_ONE = 3
#: The words in the two upper corners.
SIDES = (("right", (6.0, 18.0)), ("left", (WIDTH - 6.0, 18.0)))
_DOTS = 22


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle in map units."""

    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in map units."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def meets_circle(self, circle: Circle) -> bool:
        dx = max(self.left - circle.x, 0, circle.x - self.right)
        dy = max(self.top - circle.y, 0, circle.y - self.bottom)
        return hypot(dx, dy) < circle.r

    @property
    def is_on_map(self) -> bool:
        return self.left >= 0 and self.top >= 0 and self.right <= WIDTH and self.bottom <= HEIGHT


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text by its left edge and the middle of its line; ``leader`` joins it to what it names where it stands off."""

    text: str
    x: float
    y: float
    leader: tuple[Point, Point] | None = None

    @property
    def box(self) -> Box:
        return box_of(self.text, self.x, self.y)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A lesion that wants a place: its segments (not empty) and the greatest radius it ever had."""

    label: str
    segments: frozenset[Segment]
    radius: float


def box_of(text: str, left: float, middle: float) -> Box:
    """The room a text takes, by its left edge and the middle of its line."""
    return Box(left, middle - LINE / 2, left + text_width(text, TYPE), middle + LINE / 2)


def find_homes(wanted: Sequence[Wanted]) -> Mapping[str, Point]:
    """A centre for every lesion, largest first: a free slot of its segment, else the freest place in it.

    Beyond ``MOST_IN_ONE`` lesions of one segment, all further ones share the place of the last.
    """
    homes: dict[str, Point] = {}
    taken: list[Circle] = []
    in_one: dict[frozenset[Segment], int] = {}
    for one in sorted(wanted, key=lambda lesion: -lesion.radius):
        rank = in_one.get(one.segments, 0)
        in_one[one.segments] = rank + 1
        if rank >= MOST_IN_ONE:
            shared = [other for other in wanted if other.segments == one.segments and other.label in homes]
            homes[one.label] = homes[min(shared, key=lambda other: other.radius).label]
            continue
        places = places_of(one.segments)
        first = places[min(rank, len(places) - 1)]
        homes[one.label] = _freest((first, *places), one.radius, taken)
        taken.append(Circle(*homes[one.label], one.radius))
    return homes


def _freest(places: Iterable[Point], radius: float, taken: Sequence[Circle]) -> Point:
    """The first place where a bubble meets nothing and stays on the map, else the one where it meets least."""
    best, least = (0.0, 0.0), float("inf")
    for x, y in places:
        off = max(0.0, radius - x, radius - y, x + radius - WIDTH, y + radius - HEIGHT)
        meets = sum(max(0.0, one.r + radius + 2 - hypot(one.x - x, one.y - y)) for one in taken)
        if 2 * off + meets < least:
            best, least = (x, y), 2 * off + meets
        if least == 0:
            break
    return best


def place_numerals(circles: Sequence[Circle]) -> tuple[PlacedText, ...]:
    """The name of each segment where no bubble covers it; a segment that is covered whole goes without."""
    placed: list[PlacedText] = []
    for segment, places in NUMERALS.items():
        half = text_width(str(segment), TYPE) / 2
        for x, y in places:
            numeral = PlacedText(str(segment), x - half, y)
            if not any(numeral.box.meets_circle(one) for one in circles):
                placed.append(numeral)
                break
    return tuple(placed)


def place_label(text: str, own: Sequence[Circle], circles: Sequence[Circle], texts: Sequence[Box]) -> PlacedText | None:
    """The label of a bubble: right of it, else left, above, below, else near with a leader; None where there is no room.

    It meets no other text and stays on the map; it lies over another bubble only where nothing else is left.
    """
    others = [one for one in circles if one not in own]
    for avoided in ((*others, *own), own, ()):
        for candidate in _candidates(text, own):
            box = candidate.box
            if not box.is_on_map or any(box.meets(one) for one in texts):
                continue
            if not any(box.meets_circle(one) for one in avoided):
                return candidate
    return None


def _candidates(text: str, own: Sequence[Circle]) -> Iterator[PlacedText]:
    left, right = min(one.x - one.r for one in own), max(one.x + one.r for one in own)
    x, y = (left + right) / 2, own[0].y
    r = max(one.r for one in own)
    width = text_width(text, TYPE)
    yield PlacedText(text, right + _GAP, y)
    yield PlacedText(text, left - _GAP - width, y)
    yield PlacedText(text, x - width / 2, y - r - LINE / 2 - 1)
    yield PlacedText(text, x - width / 2, y + r + LINE / 2 + 1)
    for away, angle in product(range(14, 118, 13), range(16)):
        dx, dy = cos(angle * pi / 8), -sin(angle * pi / 8)
        edge = (x + dx * r, y + dy * r)
        tip = (x + dx * (r + away), y + dy * (r + away))
        begin = tip[0] + 2 if dx > 0.3 else tip[0] - width - 2 if dx < -0.3 else tip[0] - width / 2
        middle = tip[1] if abs(dx) > 0.3 else tip[1] + (LINE / 2 if dy > 0 else -LINE / 2)
        yield PlacedText(text, begin, middle, (edge, tip))


def corner_boxes() -> tuple[Box, ...]:
    """The room of "right" and "left" in the upper corners."""
    (right, (x, y)), (left, (end, height)) = SIDES
    return box_of(right, x, y), box_of(left, end - text_width(left, TYPE), height)


def even_dots(circles: Sequence[Circle], texts: Sequence[Box]) -> tuple[Point, ...]:
    """An even pattern all over the liver, clear of bubbles and texts."""
    liver = polygon_of(None)
    found = []
    for row, y in enumerate(range(_DOTS, int(HEIGHT), _DOTS)):
        for x in range(_DOTS // 2 if row % 2 else _DOTS, int(WIDTH), _DOTS):
            around = ((x - 7, y), (x + 7, y), (x, y - 7), (x, y + 7))
            room = Box(x - 5, y - 5, x + 5, y + 5)
            if any(room.meets_circle(one) for one in circles) or any(room.meets(one) for one in texts):
                continue
            if all(is_inside(point, liver) for point in around):
                found.append((float(x), float(y)))
    return tuple(found)
