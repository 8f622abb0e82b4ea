"""What is known of a number that a report gives only in part: "<5 mm", ">=7 lesions", "multiple, largest 23 mm".

A bound is carried as a bound: sums of bounds are bounds, and one with an inexact part is never said as a bare number.
Lengths are whole micrometres, counts whole numbers. "About 23" keeps its number and says so; no width is invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tracker.domain.lengths import Length, format_mm
from tracker.domain.vocabulary import CountKind, Term


class Measure(Term):
    """What is counted or measured."""

    LENGTH = "length", "Whole micrometres, said in mm."
    COUNT = "count", "A number of lesions."


class Knowledge(Term):
    """How much is known of a number."""

    EXACT = "exact", "This number."
    APPROXIMATE = "approximate", "About this number, or about between these; how far off is not said."
    AT_MOST = "at most", "Up to a number, or under it."
    AT_LEAST = "at least", "A number or more, or over it."
    BETWEEN = "between", "Between two numbers."
    UNKNOWN = "unknown", "Nothing but that there is a number."


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between ``least`` and ``most`` (None: no upper limit); ``over`` and ``under`` leave the ends themselves out."""

    least: int
    most: int | None
    over: bool = False
    under: bool = False
    #: Stated as "about": the ends stand as stated and bind nothing.
    approximate: bool = False
    measure: Measure = Measure.LENGTH

    def __post_init__(self) -> None:
        if self.least < 0:
            raise ValueError(f"a {self.measure} is not negative: {self.least}")
        if self.most is None:
            if self.under:
                raise ValueError("without an upper limit there is nothing to be under")
        elif self.most < self.least or (self.most == self.least and (self.over or self.under)):
            raise ValueError(f"no {self.measure} lies between {self.least} and {self.most}")

    @property
    def is_exact(self) -> bool:
        return self.least == self.most and not self.approximate

    @property
    def knowledge(self) -> Knowledge:
        if self.least == 0 and self.most is None:
            return Knowledge.UNKNOWN
        if self.approximate:
            return Knowledge.APPROXIMATE
        if self.least == self.most:
            return Knowledge.EXACT
        if self.most is None:
            return Knowledge.AT_LEAST
        return Knowledge.AT_MOST if self.least == 0 else Knowledge.BETWEEN

    @property
    def lowest(self) -> int:
        """The smallest whole number it can be (for "about", the one stated)."""
        return self.least + self.over

    @property
    def highest(self) -> int | None:
        """The greatest whole number it can be; None where there is no upper limit."""
        return None if self.most is None else self.most - self.under

    def contains(self, value: int) -> bool:
        """Whether the number can be this one. "About 23" contains the 23 it states and answers for no other."""
        return self.lowest <= value and (self.highest is None or value <= self.highest)

    def __add__(self, other: Bounds) -> Bounds:
        if self.measure is not other.measure:
            raise TypeError(f"a {self.measure} and a {other.measure} have no sum")
        open_ended = self.most is None or other.most is None
        return Bounds(
            self.least + other.least,
            None if self.most is None or other.most is None else self.most + other.most,
            over=self.over or other.over,
            under=not open_ended and (self.under or other.under),
            approximate=self.approximate or other.approximate,
            measure=self.measure,
        )

    def __str__(self) -> str:
        return say_bounds(self)


# --- what is stated ------------------------------------------------------------------------------------------------


def exact(value: Length | int) -> Bounds:
    """ "23 mm", "7 lesions"."""
    number, measure = _number(value)
    return Bounds(number, number, measure=measure)


def about(value: Length | int) -> Bounds:
    """ "About 23 mm": the number as stated, and that it is not exact."""
    number, measure = _number(value)
    return Bounds(number, number, approximate=True, measure=measure)


def under(value: Length | int) -> Bounds:
    """ "<5 mm": seen, so more than 0. "Fewer than 5" may be none."""
    number, measure = _number(value)
    if measure is Measure.COUNT:
        return Bounds(0, number - 1, measure=measure)
    return Bounds(0, number, over=True, under=True)


def at_most(value: Length | int) -> Bounds:
    """ "Up to 5 mm": seen, so more than 0. "At most 5 lesions" may be none."""
    number, measure = _number(value)
    return Bounds(0, number, over=measure is Measure.LENGTH and number > 0, measure=measure)


def at_least(value: Length | int) -> Bounds:
    """ ">=23 mm", ">=7 lesions"."""
    number, measure = _number(value)
    return Bounds(number, None, measure=measure)


def between(least: Length | int, most: Length | int) -> Bounds:
    """ "2 to 4 lesions", both ends included."""
    (low, measure), (high, other) = _number(least), _number(most)
    if measure is not other:
        raise TypeError("both ends are lengths, or both are counts")
    return Bounds(low, high, measure=measure)


def unknown(measure: Measure, *, seen: bool = False) -> Bounds:
    """Nothing is said. ``seen``: it is there, so it is more than 0; else it may be none at all."""
    return Bounds(
        1 if seen and measure is Measure.COUNT else 0, None, seen and measure is Measure.LENGTH, measure=measure
    )


def count_stated(kind: CountKind, value: int | None) -> Bounds:
    """A number of lesions as stated. "Multiple" and "innumerable" are two or more: no report says where they end."""
    if value is None or kind in (CountKind.MULTIPLE, CountKind.INNUMERABLE):
        return at_least(2)
    return at_least(value) if kind is CountKind.AT_LEAST else exact(value)


def _number(value: Length | int) -> tuple[int, Measure]:
    return (value.um, Measure.LENGTH) if isinstance(value, Length) else (value, Measure.COUNT)


# --- what follows from it ------------------------------------------------------------------------------------------


def add_bounds(bounds: Iterable[Bounds], measure: Measure = Measure.LENGTH) -> Bounds:
    """The sum; of nothing it is exactly 0."""
    added = Bounds(0, 0, measure=measure)
    for one in bounds:
        added += one
    return added


def largest_of(bounds: Iterable[Bounds]) -> Bounds | None:
    """What is known of the largest of several; None where there is none."""
    each = list(bounds)
    if not each:
        return None
    least = max(one.least for one in each)
    tops = [one.most for one in each if one.most is not None]
    most = max(tops) if len(tops) == len(each) else None
    return Bounds(
        least,
        most,
        over=any(one.over for one in each if one.least == least),
        under=most is not None and all(one.under for one in each if one.most == most),
        approximate=any(one.approximate for one in each),
        measure=each[0].measure,
    )


def sum_of_several(count: Bounds, largest: Bounds) -> Bounds:
    """The sum of lesions of which only the number and the largest are stated ("multiple, largest 23 mm").

    One has the size of the largest; every other is seen, so over 0, and no larger. Two lesions, largest 23 mm: over 23
    and up to 46 mm. Without an end to their number there is none to the sum.
    """
    if count.measure is not Measure.COUNT or largest.measure is not Measure.LENGTH:
        raise TypeError("a count and a length are needed")
    if count.highest == 0:
        return exact(Length(0))
    others = max(count.lowest - 1, 0)
    most = None if count.highest is None or largest.most is None else largest.most * count.highest
    return Bounds(
        largest.least,
        most,
        over=largest.over or others > 0,
        under=most is not None and largest.under,
        approximate=largest.approximate or count.approximate,
    )


# --- words ---------------------------------------------------------------------------------------------------------


def say_bounds(bounds: Bounds, number: Callable[[int], str] = format_mm) -> str:
    """In words: "23 mm", "about 23 mm", "under 5 mm", "at least 7", "23 to 46 mm", "not known".

    ``number`` writes the micrometres of a length in mm.
    """
    write, unit = _writing(bounds, number)
    about = "about " if bounds.approximate else ""
    least, most = write(bounds.least), None if bounds.most is None else write(bounds.most)
    if bounds.least == bounds.most:
        return f"{about}{least}{unit}"
    if most is None:
        if bounds.least == 0:
            return "not known"
        return f"{'over' if bounds.over else 'at least'} {about}{least}{unit}"
    if bounds.least == 0:
        return f"{'under' if bounds.under else 'at most'} {about}{most}{unit}"
    return f"{about}{least} to {most}{unit}"


def brief_bounds(bounds: Bounds, number: Callable[[int], str] = format_mm) -> str:
    """In signs for a narrow cell, without a unit: "23", "~23", "<5", "≤5", "≥7", ">23", "23–46", "?"."""
    write, _ = _writing(bounds, number)
    about = "~" if bounds.approximate else ""
    least, most = write(bounds.least), None if bounds.most is None else write(bounds.most)
    if bounds.least == bounds.most:
        return f"{about}{least}"
    if most is None:
        if bounds.least == 0:
            return "?"
        return f"{'>' if bounds.over else '≥'}{about}{least}"
    if bounds.least == 0:
        return f"{'<' if bounds.under else '≤'}{about}{most}"
    return f"{about}{least}–{most}"


def _writing(bounds: Bounds, number: Callable[[int], str]) -> tuple[Callable[[int], str], str]:
    return (number, " mm") if bounds.measure is Measure.LENGTH else (str, "")
