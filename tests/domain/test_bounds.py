"""Bounds: what "<5 mm", ">=7 lesions" and "multiple, largest 23 mm" leave open stays open.

The wordings are those real reports use (design notes on reading reports: "<5 mm", "at least 5 lesions", "multiple",
"too numerous to count"); the sums are worked by hand beside each case.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.bounds import (
    Bounds,
    Knowledge,
    Measure,
    about,
    add_bounds,
    at_least,
    at_most,
    between,
    brief_bounds,
    count_stated,
    exact,
    largest_of,
    say_bounds,
    sum_of_several,
    under,
    unknown,
)
from tracker.domain.lengths import Length
from tracker.domain.vocabulary import CountKind


def _mm(value: int | str) -> Length:
    return Length.from_mm(value)


SEEN = unknown(Measure.LENGTH, seen=True)
MISSING = unknown(Measure.LENGTH)


@pytest.mark.parametrize(
    ("stated", "words", "signs", "knowledge"),
    [
        (exact(_mm(23)), "23 mm", "23", Knowledge.EXACT),
        (exact(_mm("23.5")), "23.5 mm", "23.5", Knowledge.EXACT),
        (exact(_mm(0)), "0 mm", "0", Knowledge.EXACT),
        (about(_mm(23)), "about 23 mm", "~23", Knowledge.APPROXIMATE),
        (under(_mm(5)), "under 5 mm", "<5", Knowledge.AT_MOST),
        (at_most(_mm(5)), "at most 5 mm", "≤5", Knowledge.AT_MOST),
        (at_least(_mm(23)), "at least 23 mm", "≥23", Knowledge.AT_LEAST),
        (between(_mm(23), _mm(46)), "23 to 46 mm", "23–46", Knowledge.BETWEEN),
        (SEEN, "not known", "?", Knowledge.UNKNOWN),
        (MISSING, "not known", "?", Knowledge.UNKNOWN),
        (exact(7), "7", "7", Knowledge.EXACT),
        (at_least(7), "at least 7", "≥7", Knowledge.AT_LEAST),
        (about(10), "about 10", "~10", Knowledge.APPROXIMATE),
        (under(5), "at most 4", "≤4", Knowledge.AT_MOST),
        (between(2, 4), "2 to 4", "2–4", Knowledge.BETWEEN),
        (exact(_mm(23)) + under(_mm(5)), "23 to 28 mm", "23–28", Knowledge.BETWEEN),
        (exact(_mm(23)) + SEEN, "over 23 mm", ">23", Knowledge.AT_LEAST),
        (exact(_mm(23)) + MISSING, "at least 23 mm", "≥23", Knowledge.AT_LEAST),
        (under(_mm(5)) + under(_mm(5)), "under 10 mm", "<10", Knowledge.AT_MOST),
        (exact(_mm(20)) + about(_mm(26)), "about 46 mm", "~46", Knowledge.APPROXIMATE),
        (about(_mm(20)) + under(_mm(5)), "about 20 to 25 mm", "~20–25", Knowledge.APPROXIMATE),
        (about(_mm(20)) + MISSING, "at least about 20 mm", "≥~20", Knowledge.APPROXIMATE),
    ],
)
def test_what_is_known_is_said_and_no_more(stated: Bounds, words: str, signs: str, knowledge: Knowledge) -> None:
    assert (say_bounds(stated), brief_bounds(stated), stated.knowledge) == (words, signs, knowledge)
    assert str(stated) == words


def test_under_5_mm_is_seen_and_not_5() -> None:
    size = under(_mm(5))
    assert [size.contains(um) for um in (0, 1, 4_999, 5_000)] == [False, True, True, False]
    assert (size.lowest, size.highest) == (1, 4_999)
    assert not at_most(_mm(5)).contains(0)
    assert at_most(_mm(5)).contains(5_000)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (CountKind.EXACT, 4, "4"),
        (CountKind.EXACT, 0, "0"),
        (CountKind.AT_LEAST, 7, "at least 7"),
        (CountKind.MULTIPLE, None, "at least 2"),
        (CountKind.INNUMERABLE, None, "at least 2"),
    ],
)
def test_a_stated_count_is_carried_as_stated(kind: CountKind, value: int | None, words: str) -> None:
    assert str(count_stated(kind, value)) == words


@pytest.mark.parametrize(
    ("count", "largest", "words"),
    [
        # "multiple, largest 23 mm": one of 23 and at least one more, however small: over 23, no end.
        (count_stated(CountKind.MULTIPLE, None), exact(_mm(23)), "over 23 mm"),
        (count_stated(CountKind.INNUMERABLE, None), exact(_mm(41)), "over 41 mm"),
        # Two lesions, largest 23 mm: the other over 0 and up to 23.
        (exact(2), exact(_mm(23)), "23 to 46 mm"),
        (exact(1), exact(_mm(23)), "23 mm"),
        (exact(0), exact(_mm(23)), "0 mm"),
        (exact(3), under(_mm(10)), "under 30 mm"),
        (at_least(1), exact(_mm(23)), "at least 23 mm"),
        (between(2, 4), exact(_mm(20)), "20 to 80 mm"),
        (exact(2), about(_mm(23)), "about 23 to 46 mm"),
    ],
)
def test_a_number_of_lesions_and_the_largest_bound_their_sum(count: Bounds, largest: Bounds, words: str) -> None:
    assert str(sum_of_several(count, largest)) == words


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ([exact(_mm(23)), under(_mm(30))], "23 to 30 mm"),
        ([exact(_mm(23)), under(_mm(5))], "23 mm"),
        ([exact(_mm(23)), SEEN], "at least 23 mm"),
        ([about(_mm(23)), exact(_mm(10))], "about 23 mm"),
        ([under(_mm(5)), under(_mm(5))], "under 5 mm"),
    ],
)
def test_the_largest_is_known_as_far_as_the_sizes_are(sizes: list[Bounds], words: str) -> None:
    assert str(largest_of(sizes)) == words


def test_nothing_adds_up_to_exactly_nothing() -> None:
    assert add_bounds([]).is_exact
    assert str(add_bounds([], Measure.COUNT)) == "0"
    assert largest_of([]) is None


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (lambda: Bounds(5, 4), ValueError),
        (lambda: Bounds(5, 5, under=True), ValueError),
        (lambda: Bounds(-1, 4), ValueError),
        (lambda: Bounds(1, None, under=True), ValueError),
        (lambda: under(_mm(0)), ValueError),
        (lambda: exact(_mm(5)) + exact(5), TypeError),
        (lambda: between(_mm(5), 7), TypeError),
        (lambda: sum_of_several(exact(_mm(2)), exact(_mm(23))), TypeError),
    ],
)
def test_bounds_that_hold_nothing_and_sums_of_unlike_things_are_refused(refused: object, why: type[Exception]) -> None:
    with pytest.raises(why):
        refused()  # type: ignore[operator]


NUMBERS = st.integers(0, 300_000)


@st.composite
def bounds_with_a_value(draw: st.DrawFn) -> tuple[Bounds, int]:
    """A bound on a length and a number it can be."""
    least = draw(NUMBERS)
    most = draw(st.none() | st.integers(least, 400_000))
    room = 2 if most is None else most - least
    over = draw(st.booleans()) and room > 0
    under = most is not None and draw(st.booleans()) and room > over
    stated = Bounds(least, most, over=over, under=under, approximate=draw(st.booleans()))
    highest = stated.lowest + 500_000 if stated.highest is None else stated.highest
    return stated, draw(st.integers(stated.lowest, highest))


@given(st.lists(bounds_with_a_value(), max_size=6))
def test_a_sum_of_bounds_contains_every_sum_of_values_within_them(stated: list[tuple[Bounds, int]]) -> None:
    assert all(size.contains(value) for size, value in stated)
    added = add_bounds(size for size, _ in stated)
    assert added.contains(sum(value for _, value in stated))
    largest = largest_of([size for size, _ in stated])
    assert largest is None or largest.contains(max(value for _, value in stated))


@given(st.lists(bounds_with_a_value(), min_size=1, max_size=6))
def test_a_sum_with_an_inexact_part_is_never_a_bare_number(stated: list[tuple[Bounds, int]]) -> None:
    added = add_bounds(size for size, _ in stated)
    bare = brief_bounds(added).replace(".", "").isdigit()
    assert bare is all(size.is_exact for size, _ in stated)
    assert (say_bounds(added).split(" ")[0].replace(".", "").isdigit() and " to " not in say_bounds(added)) is bare


@given(st.lists(st.integers(1, 50_000), min_size=1, max_size=8))
def test_the_bounds_of_several_hold_the_sum_of_all_lesions(sizes: list[int]) -> None:
    for count in (exact(len(sizes)), at_least(len(sizes)), at_least(1), between(1, len(sizes))):
        assert sum_of_several(count, exact(Length(max(sizes)))).contains(sum(sizes))
