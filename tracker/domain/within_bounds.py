"""Whether a response stands, wherever within their bounds the sizes lie that were stated only as bounds.

A criterion is judged with the numbers that are counted. Here it is judged again with those sizes at one end of their
bounds before a time point and at the other end from it on: the two ways in which the time point looks best and worst.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.assess import assess
from tracker.domain.assessment import Assessment
from tracker.domain.bounds import Bounds, say_bounds
from tracker.domain.lengths import Length
from tracker.domain.stated import observe_size
from tracker.domain.timeline import Timeline, TimePoint
from tracker.domain.vocabulary import Response
from tracker.domain.wording import format_date, join_words

#: Where a size has no upper limit: the longest a lesion may have in the record (300 mm).
_LONGEST_UM = 300_000


@dataclass(frozen=True, slots=True)
class StatedSize:
    """One size that was stated only as a bound."""

    label: str
    on: date
    size: Bounds


@dataclass(frozen=True, slots=True)
class ResponseWithinBounds:
    """One time point: the response as counted, and those at the ends of the bounds, best first as in the vocabulary."""

    date: date
    counted: Response | None
    possible: tuple[Response | None, ...]
    #: The sizes stated as bounds up to this time point.
    stated: tuple[StatedSize, ...]

    @property
    def stands(self) -> bool:
        return self.possible == (self.counted,)

    @property
    def sentence(self) -> str:
        """ "L2 is stated as under 10 mm (2 Mar 2026): within that the response is PR or SD; as counted it is SD."; empty
        where nothing was stated as a bound."""
        if not self.stated:
            return ""
        said = join_words(f"{one.label} as {say_bounds(one.size)} ({format_date(one.on)})" for one in self.stated)
        if self.stands:
            return f"Stated only as bounds: {said}. At both ends of them the response is {_say(self.counted)}."
        either = join_words((_say(one) for one in self.possible), "or")
        return f"Stated only as bounds: {said}. Within them the response can be {either}; as counted it is {_say(self.counted)}."


@dataclass(frozen=True, slots=True)
class WithinBounds:
    """A course whose sizes were stated in part; ``rows`` like the assessment's, baseline included."""

    rows: tuple[ResponseWithinBounds, ...]
    best_counted: Response | None
    best_possible: tuple[Response | None, ...]

    @property
    def stands(self) -> bool:
        """Whether no bound could change a response."""
        return all(row.stands for row in self.rows) and self.best_possible == (self.best_counted,)


def response_within_bounds(
    timeline: Timeline, stated: Sequence[Mapping[str, Bounds]], counted: Assessment
) -> WithinBounds | None:
    """Judge ``timeline`` at both ends of what was stated; None where nothing was stated as a bound.

    ``stated``: for each time point the sizes stated in part, by label. ``counted``: the assessment as it is shown. A size
    "about" has no ends and is left as it stands.
    """
    bounded = [{label: size for label, size in row.items() if not size.approximate} for row in stated]
    switches = [at for at, row in enumerate(bounded) if row]
    if not switches:
        return None
    ends = [
        assess(_at_ends(timeline, bounded, switch, high_first=high_first), counted.criteria)
        for switch in switches
        for high_first in (False, True)
    ]
    every = [counted, *ends]
    sizes = [
        StatedSize(label, point.date, size)
        for point, row in zip(timeline.time_points, bounded, strict=True)
        for label, size in row.items()
    ]
    rows = tuple(
        ResponseWithinBounds(
            point.date,
            point.overall_response,
            _in_order([one.time_points[at].overall_response for one in every]),
            tuple(size for size in sizes if size.on <= point.date),
        )
        for at, point in enumerate(counted.time_points)
    )
    best = _in_order([one.best_overall_response for one in every])
    return WithinBounds(rows, counted.best_overall_response, best)


def _at_ends(timeline: Timeline, stated: Sequence[Mapping[str, Bounds]], switch: int, *, high_first: bool) -> Timeline:
    """The timeline with its bounded sizes at one end before the time point ``switch``, at the other from it on."""
    points = tuple(
        _at_end(timeline, point, row, high=(at < switch) is high_first)
        for at, (point, row) in enumerate(zip(timeline.time_points, stated, strict=True))
    )
    return replace(timeline, time_points=points)


def _at_end(timeline: Timeline, point: TimePoint, stated: Mapping[str, Bounds], *, high: bool) -> TimePoint:
    if not stated:
        return point
    observations = dict(point.observations)
    for label, size in stated.items():
        if label in observations:
            um = size.lowest if not high else _LONGEST_UM if size.highest is None else size.highest
            node = timeline.lesion(label).is_node
            observations[label] = observe_size(observations[label], Length(um), node=node)
    return replace(point, observations=observations)


_ORDER = {response: at for at, response in enumerate(Response)}


def _in_order(found: Sequence[Response | None]) -> tuple[Response | None, ...]:
    return tuple(sorted(set(found), key=lambda one: -1 if one is None else _ORDER[one]))


def _say(response: Response | None) -> str:
    return "none" if response is None else str(response)
