"""The schematic liver: front view, the patient's right at the viewer's left, in map units (one tile of 540 by 360).

Every line between two pieces is one edge that both use, so the pieces tile the outline without gaps or overlap. The
scissurae follow Couinaud: the right, middle and left hepatic vein between the sectors, the portal plane between upper and
lower segments. Proportions are for reading, not for measuring: "schematic, not for surgical planning".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import hypot

from tracker.domain.vocabulary import Segment

Point = tuple[float, float]
#: A chain of cubic curves: the start, then for each curve two handles and its end.
Chain = tuple[Point, ...]

WIDTH, HEIGHT = 540.0, 360.0

#: The pieces that tile the outline. Segment I lies behind them and IV is the two of its parts.
PIECES = (
    Segment.II, Segment.III, Segment.IVA, Segment.IVB, Segment.V, Segment.VI, Segment.VII, Segment.VIII,
)  # fmt: skip

EDGES: dict[str, Chain] = {
    "rim VII": ((25, 192), (25, 152), (42, 100), (82, 65), (120, 31), (184, 22), (246, 38)),
    "rim VIII": ((246, 38), (256, 41), (266, 45), (277, 48)),
    "rim IVa": ((277, 48), (287, 51), (296, 53), (306, 54)),
    "rim II": ((306, 54), (376, 40), (452, 52), (498, 82), (518, 95), (529, 108), (526, 122)),
    "rim III": ((526, 122), (521, 160), (438, 206), (343, 242)),
    "rim IVb": ((343, 242), (318, 262), (286, 275), (254, 284)),
    "rim V": ((254, 284), (226, 310), (184, 338), (140, 347)),
    "rim VI": ((140, 347), (100, 355), (68, 343), (51, 311), (33, 276), (25, 232), (25, 192)),
    "right vein, upper": ((246, 38), (198, 58), (164, 116), (157, 187)),
    "right vein, lower": ((157, 187), (153, 242), (147, 302), (140, 347)),
    "middle vein, upper": ((277, 48), (268, 92), (261, 136), (259, 177)),
    "middle vein, lower": ((259, 177), (257, 214), (255, 250), (254, 284)),
    "left vein": ((306, 54), (326, 76), (339, 112), (342, 152)),
    "umbilical fissure": ((342, 152), (344, 182), (345, 212), (343, 242)),
    "plane, posterior": ((25, 192), (66, 199), (112, 199), (157, 187)),
    "plane, anterior": ((157, 187), (192, 194), (228, 189), (259, 177)),
    "plane, medial": ((259, 177), (288, 172), (316, 164), (342, 152)),
    "plane, lateral": ((342, 152), (400, 126), (466, 116), (526, 122)),
}

#: The edges round each piece, in order; "-" walks one backwards.
_RINGS: dict[Segment, tuple[str, ...]] = {
    Segment.VII: ("rim VII", "right vein, upper", "-plane, posterior"),
    Segment.VI: ("plane, posterior", "right vein, lower", "rim VI"),
    Segment.VIII: ("rim VIII", "middle vein, upper", "-plane, anterior", "-right vein, upper"),
    Segment.V: ("plane, anterior", "middle vein, lower", "rim V", "-right vein, lower"),
    Segment.IVA: ("rim IVa", "left vein", "-plane, medial", "-middle vein, upper"),
    Segment.IVB: ("plane, medial", "umbilical fissure", "rim IVb", "-middle vein, lower"),
    Segment.II: ("rim II", "-plane, lateral", "-left vein"),
    Segment.III: ("plane, lateral", "rim III", "-umbilical fissure"),
}
_OUTLINE = tuple(name for name in EDGES if name.startswith("rim"))

#: Segment I, behind the others.
BEHIND: Chain = (
    (320, 80), (333, 84), (339, 104), (337, 124), (335, 142), (325, 152), (314, 149),
    (303, 145), (298, 128), (300, 108), (302, 90), (310, 77), (320, 80),
)  # fmt: skip

#: Up to three places for bubbles, the roomiest first.
SLOTS: dict[Segment, tuple[Point, ...]] = {
    Segment.I: ((318, 116), (316, 96), (317, 136)),
    Segment.II: ((412, 88), (362, 104), (468, 96)),
    Segment.III: ((402, 170), (366, 196), (452, 150)),
    Segment.IVA: ((282, 128), (284, 80), (286, 158)),
    Segment.IVB: ((292, 210), (278, 252), (322, 190)),
    Segment.V: ((206, 240), (180, 300), (232, 208)),
    Segment.VI: ((96, 250), (104, 314), (62, 222)),
    Segment.VII: ((112, 134), (152, 82), (64, 164)),
    Segment.VIII: ((210, 126), (240, 78), (192, 172)),
}

#: Where the numeral of a piece may stand; the first one no bubble covers is taken.
NUMERALS: dict[Segment, tuple[Point, ...]] = {
    Segment.I: ((318, 116), (317, 138), (319, 96)),
    Segment.II: ((486, 100), (440, 68), (346, 80), (376, 124)),
    Segment.III: ((468, 140), (362, 220), (420, 146), (384, 186)),
    Segment.IVA: ((294, 70), (274, 158), (276, 102), (306, 158)),
    Segment.IVB: ((328, 218), (270, 226), (272, 196), (304, 250)),
    Segment.V: ((166, 328), (226, 288), (172, 214), (240, 250)),
    Segment.VI: ((64, 300), (50, 214), (128, 328), (134, 214)),
    Segment.VII: ((74, 102), (46, 182), (196, 46), (138, 176)),
    Segment.VIII: ((248, 60), (236, 168), (180, 150), (248, 130)),
}

RIGHT_LOBE = frozenset({Segment.V, Segment.VI, Segment.VII, Segment.VIII})
LEFT_LOBE = frozenset({Segment.II, Segment.III, Segment.IV, Segment.IVA, Segment.IVB})


def ring_of(piece: Segment) -> Chain:
    """The closed chain of curves round a piece."""
    return _join(_RINGS[piece])


def outline() -> Chain:
    """The closed chain of curves round the liver."""
    return _join(_OUTLINE)


def path_data(chain: Chain, *, closed: bool = False) -> str:
    """The chain as the ``d`` of an SVG path."""
    start, *rest = chain
    curves = " ".join("C" + " ".join(f"{x:g},{y:g}" for x, y in rest[at : at + 3]) for at in range(0, len(rest), 3))
    return f"M{start[0]:g},{start[1]:g} {curves}{' Z' if closed else ''}"


def flatten(chain: Chain, steps: int = 12) -> tuple[Point, ...]:
    """The chain as a line of straight pieces, ``steps`` for each curve."""
    points = [chain[0]]
    for at in range(0, len(chain) - 1, 3):
        a, b, c, d = chain[at : at + 4]
        points.extend(_on_curve(a, b, c, d, step / steps) for step in range(1, steps + 1))
    return tuple(points)


def is_inside(point: Point, polygon: Sequence[Point]) -> bool:
    """Whether a point lies in a closed polygon (by the number of crossings to its right)."""
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in pairwise((*polygon, polygon[0])):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside


@lru_cache(maxsize=16)
def polygon_of(segment: Segment | None) -> tuple[Point, ...]:
    """A piece, segment I, or (None) the whole liver as a polygon."""
    if segment is None:
        return flatten(outline())
    return flatten(BEHIND if segment is Segment.I else ring_of(segment))


@lru_cache(maxsize=256)
def places_of(segments: frozenset[Segment]) -> tuple[Point, ...]:
    """Where a lesion of these segments may have its centre, the best first.

    One segment: its slots, then places all over it. Several, or IV without its part: on the lines between them. Segments
    that do not touch: half way between them. None for the empty set.
    """
    if len(segments) == 1 and Segment.IV not in segments:
        (only,) = segments
        return (*SLOTS[only], *_all_over(only))
    groups = [_pieces(one) for one in sorted(segments)]
    if len(groups) == 1:
        groups = [(piece,) for piece in groups[0]]
    shared = [name for name in EDGES if _separates(name, groups)]
    shared.sort(key=lambda name: -_length(EDGES[name]))
    lines = [flatten(EDGES[name], 20) for name in shared]
    found = [line[at] for at in (10, 5, 15) for line in lines]
    if found or not groups:
        return tuple(found)
    return tuple(_between(groups))


def _pieces(segment: Segment) -> tuple[Segment, ...]:
    return (Segment.IVA, Segment.IVB) if segment is Segment.IV else (segment,)


def _separates(name: str, groups: Sequence[Sequence[Segment]]) -> bool:
    """Whether the edge lies between a piece of one group and a piece of another."""
    beside = {piece for piece, ring in _RINGS.items() if name in ring or f"-{name}" in ring}
    return len(beside) == 2 and sum(any(piece in group for piece in beside) for group in groups) == 2


def _between(groups: Sequence[Sequence[Segment]]) -> Iterator[Point]:
    """Half way between the first slots, and a little beside: for segments that share no line (segment I with any)."""
    firsts = [SLOTS[group[0]][0] for group in groups]
    x, y = (sum(values) / len(firsts) for values in zip(*firsts, strict=True))
    yield from ((x, y), (x, y + 24), (x, y - 24))


def _all_over(segment: Segment, step: int = 12) -> tuple[Point, ...]:
    polygon = polygon_of(segment)
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    centre = SLOTS[segment][0]
    points = (
        (float(x), float(y))
        for x in range(int(min(xs)) + 6, int(max(xs)), step)
        for y in range(int(min(ys)) + 6, int(max(ys)), step)
    )
    inside = (point for point in points if is_inside(point, polygon))
    return tuple(sorted(inside, key=lambda at: hypot(at[0] - centre[0], at[1] - centre[1])))


def _join(names: Sequence[str]) -> Chain:
    points: list[Point] = []
    for name in names:
        chain = EDGES[name.removeprefix("-")]
        chain = chain[::-1] if name.startswith("-") else chain
        points.extend(chain if not points else chain[1:])
    return tuple(points)


def _length(chain: Chain) -> float:
    return sum(hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(flatten(chain, 6)))


def _on_curve(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    s = 1 - t
    weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
    x, y = (sum(weight * point[axis] for weight, point in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
    return x, y
