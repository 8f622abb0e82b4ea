"""The schematic liver: the pieces tile the outline, slots lie inside their segment, places of lesions inside the liver."""

from __future__ import annotations

from itertools import combinations

import pytest

from tracker.domain.vocabulary import Segment
from tracker.pictures.liver_map_geometry import (
    HEIGHT,
    NUMERALS,
    PIECES,
    SLOTS,
    WIDTH,
    flatten,
    is_inside,
    outline,
    places_of,
    polygon_of,
    ring_of,
)


def area(points: tuple[tuple[float, float], ...]) -> float:
    """By the shoelace formula."""
    pairs = zip(points, (*points[1:], points[0]), strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def test_the_pieces_tile_the_outline_without_gap_or_overlap() -> None:
    liver = polygon_of(None)
    for x in range(3, int(WIDTH), 7):
        for y in range(2, int(HEIGHT), 7):
            point = (x + 0.37, y + 0.21)  # off every vertex
            owners = [piece for piece in PIECES if is_inside(point, polygon_of(piece))]
            assert len(owners) == is_inside(point, liver), (point, owners)


def test_the_areas_of_the_pieces_add_up_to_the_liver() -> None:
    pieces = sum(area(flatten(ring_of(piece))) for piece in PIECES)
    assert pieces == pytest.approx(area(flatten(outline())), rel=1e-9)


def test_the_patients_right_is_at_the_viewers_left() -> None:
    def middle(segment: Segment) -> float:
        return sum(x for x, _ in polygon_of(segment)) / len(polygon_of(segment))

    order = [Segment.VII, Segment.VIII, Segment.IVA, Segment.II]
    assert sorted(order, key=middle) == order
    assert sorted([Segment.VI, Segment.V, Segment.IVB, Segment.III], key=middle)[0] is Segment.VI


@pytest.mark.parametrize("segment", [one for one in Segment if one is not Segment.IV])
def test_slots_and_numerals_lie_inside_their_segment(segment: Segment) -> None:
    assert 1 <= len(SLOTS[segment]) <= 3
    for point in (*SLOTS[segment], *NUMERALS[segment]):
        assert is_inside(point, polygon_of(segment))
        assert is_inside(point, polygon_of(None))


def _near(point: tuple[float, float], segment: Segment) -> bool:
    around = [(point[0] + dx, point[1] + dy) for dx in (-2, 0, 2) for dy in (-2, 0, 2)]
    return any(is_inside(one, polygon_of(segment)) for one in around)


NEIGHBOURS = [
    ("II", "III"), ("II", "IVa"), ("III", "IVb"), ("IVa", "IVb"), ("IVa", "VIII"), ("IVb", "V"), ("V", "VI"),
    ("V", "VIII"), ("VI", "VII"), ("VII", "VIII"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), NEIGHBOURS)
def test_a_lesion_of_two_neighbours_sits_on_their_border(one: str, other: str) -> None:
    for place in places_of(frozenset({Segment(one), Segment(other)})):
        assert _near(place, Segment(one))
        assert _near(place, Segment(other))


def test_iv_without_its_part_sits_between_the_two_parts() -> None:
    for place in places_of(frozenset({Segment.IV})):
        assert _near(place, Segment.IVA)
        assert _near(place, Segment.IVB)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_whatever_the_segments_the_place_is_in_the_liver(number: int) -> None:
    for segments in combinations(Segment, number):
        places = places_of(frozenset(segments))
        assert places
        assert all(is_inside(place, polygon_of(None)) for place in places), segments
