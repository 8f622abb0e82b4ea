"""Which lesion of a report is which row of the table: points for what fits, the best assignment as a whole, no guessing.

Evidence, in points: the segment (6; a neighbour 2, as clinicians' segments differ at the borders), the prior size that the
report quotes beside the stored one (5 where equal by rounding, 4 within 2 mm, 3 where an older exam has it), the side of
the liver, the only lesion of an organ, and how far the size is from the stored one. A pair is sure where it has ``SURE`` points and every other
assignment of the report as a whole is worse by ``MARGIN``: linking on mutual best matches is right more often than
linking on the best alone (Sevenster 2015, J Biomed Inform 53:36).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log

from tracker.domain.lengths import Length
from tracker.domain.plausibility.places import is_neighbour
from tracker.domain.vocabulary import LIVER, LYMPH_NODE, Segment, State
from tracker.domain.wording import format_date
from tracker.reading.model import Change, Mention
from tracker.reading.proposals.assignment import best_assignment
from tracker.reading.proposals.rows import Row, Stored
from tracker.reading.proposals.units import Unit, side_of

SURE, MARGIN = 5.0, 2.0
#: A quoted prior is the stored one within 2 mm (clinical practice; as the check of quoted priors has it).
_NEAR_UM = 2_000
_ROUNDED_UM = 500
#: What the only lesion of an organ keeps, whatever speaks against it.
_ASKED = 0.5
_PARTS = {Segment.IV: (Segment.IVA, Segment.IVB)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one pair, in points, with the words for a person."""

    points: float
    for_it: tuple[str, ...]
    against: tuple[str, ...]
    #: The prior that the report quotes, as far as it is this row's.
    quoted: Length | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A lesion of the report and its row. ``others`` are the rows that it may be as well."""

    unit: Unit
    row: Row
    evidence: Evidence
    sure: bool
    others: tuple[str, ...]

    @property
    def reason(self) -> str:
        """One sentence."""
        but = " and ".join(self.evidence.against)
        said = " and ".join(self.evidence.for_it) or ("" if but else "nothing in its words, only what is left")
        text = ", but ".join(part for part in (said, but) if part)
        if self.others:
            text = f"could be {' or '.join((self.row.label, *self.others))}: {text}"
        return text[0].upper() + text[1:] + "."


def match(units: Sequence[Unit], rows: Sequence[Row]) -> tuple[Match, ...]:
    """Each lesion of the report at most one row, each row at most one lesion; in the order of the report."""
    said = Counter(unit.organ for unit in units)
    followed = Counter(row.organ for row in rows)
    evidence = {
        (at, to): found
        for at, unit in enumerate(units)
        for to, row in enumerate(rows)
        if (found := weigh(unit, row, alone=said[unit.organ] == followed[row.organ] == 1)) and found.points > 0
    }
    matches = []
    points = {pair: found.points - _out_of_order(pair, len(units), len(rows)) for pair, found in evidence.items()}
    for pair, margin in best_assignment(points).items():
        at, to = pair
        found = evidence[pair]
        sure = found.points >= SURE and margin >= MARGIN and not found.against
        close = (
            ()
            if sure
            else tuple(
                rows[other].label
                for other in range(len(rows))
                if other != to and (at, other) in evidence and evidence[at, other].points > found.points - MARGIN
            )
        )
        matches.append((at, Match(units[at], rows[to], found, sure, close)))
    return tuple(one for _, one in sorted(matches, key=lambda pair: pair[0]))


def _out_of_order(pair: tuple[int, int], units: int, rows: int) -> float:
    """The order of mention decides between equals only."""
    at, to = pair
    return abs((at + 1) / (units + 1) - (to + 1) / (rows + 1)) / 100


def weigh(unit: Unit, row: Row, *, alone: bool = False) -> Evidence | None:
    """What speaks for a pair; None where it cannot be: another organ. ``alone``: the only one of its organ on both sides."""
    if not _same_organ(unit, row):
        return None
    place, for_it, against = _weigh_place(unit, row, alone=alone)
    prior, quoted, said, but = _weigh_prior(unit, row)
    # Where the report itself says from what to what, how much that is speaks for no other row.
    points = place + prior + (_weigh_size(unit, row) if prior <= 0 else 0)
    if row.last in (State.ABSENT, State.MERGED, State.TREATED):
        points -= 2
        against = (*against, f"{row.label} was {row.last} before")
    if unit.new and not said:
        points -= 6
    elif alone and row.organ != LIVER and row.last not in (State.ABSENT, State.MERGED, State.TREATED):
        # A person is asked: the report may compare with an examination that is not recorded.
        points = max(points, _ASKED)
    return Evidence(points, (*for_it, *said), (*against, *but), quoted)


def _same_organ(unit: Unit, row: Row) -> bool:
    if unit.organ is None:
        return not row.is_node
    if LYMPH_NODE in (unit.organ, row.organ):
        return unit.organ == row.organ
    return unit.organ == row.organ or (LIVER not in (unit.organ, row.organ) and row.organ == "other")


def _weigh_place(unit: Unit, row: Row, *, alone: bool) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
    """Segment, side, or organ alone."""
    if row.organ != LIVER and unit.organ == row.organ:
        if not alone:
            return 1.0, (f"a {_called(row)}",), ()
        same = not unit.priors and _is_same_size(unit, row)
        return (
            (5.5 if same else 2.0),
            (f"the only {_called(row)} followed and reported{', of the same size' if same else ''}",),
            (),
        )
    if row.organ != LIVER:
        return 0.0, (), ()
    if unit.segments and row.segments:
        said = "segment " + "/".join(str(segment) for segment in unit.segments)
        stored = "/".join(str(segment) for segment in row.segments)
        if set(unit.segments) == set(row.segments):
            return 6.0, (said,), ()
        if set(_parts(unit.segments)) & set(_parts(row.segments)):
            return 5.0, (f"{said} (recorded as {stored})",), ()
        if any(is_neighbour(one, other) for one in unit.segments for other in row.segments):
            return 2.0, (), (f"{said} is a neighbour of the recorded {stored}",)
        return -4.0, (), (f"{said} is said where {stored} is recorded",)
    side = unit.side
    stored_side = side_of(row.segments)
    if side is None or stored_side is None:
        return 0.5, (), ()
    if side == stored_side:
        return 2.0, (f"the {side} lobe",), ()
    return -4.0, (), (f"the {side} lobe is said where {'/'.join(map(str, row.segments))} is recorded",)


def _called(row: Row) -> str:
    return row.organ if row.is_node else f"{row.organ} lesion"


def _is_same_size(unit: Unit, row: Row) -> bool:
    """Whether a size is the stored one within 2 mm."""
    if not unit.sizes or not row.sizes:
        return False
    apart = _apart(unit.sizes[0], row.sizes[0], row)
    return apart is not None and apart <= _NEAR_UM


def _parts(segments: Sequence[Segment]) -> list[Segment]:
    return [part for one in segments for part in _PARTS.get(one, (one,))]


def _weigh_prior(unit: Unit, row: Row) -> tuple[float, Length | None, tuple[str, ...], tuple[str, ...]]:
    """The prior sizes that the report quotes against those that are stored; the best of them counts."""
    quoted = [(one, size) for one in unit.priors if (size := _quoted(one, row)) is not None]
    if not quoted:
        return 0.0, None, (), ()
    if not row.sizes:
        return 0.0, quoted[0][1], (), ()
    best: tuple[float, Length, Mention, Stored] | None = None
    for mention, size in quoted:
        for place, stored in enumerate(row.sizes):
            apart = _apart(mention, stored, row)
            if apart is None or apart > _NEAR_UM:
                continue
            points = 3.0 if place else 5.0 if apart <= _ROUNDED_UM else 4.0
            if best is None or points > best[0]:
                best = (points, size, mention, stored)
    if best is None:
        stored_now = row.prior
        text = f"the prior of {quoted[0][1]} quoted is not the stored one" + (f" ({stored_now})" if stored_now else "")
        return -3.0, quoted[0][1], (), (text,)
    points, size, _, stored = best
    older = "" if stored is row.sizes[0] else f" (its size of {format_date(stored.on)})"
    return points, size, (f"the prior of {size} quoted{older}",), ()


def _quoted(mention: Mention, row: Row) -> Length | None:
    """The diameter of a quoted prior by which the row is followed."""
    values = sorted(mention.values_mm, reverse=True)
    if not values:
        return None
    return _length(values[1] if row.is_node and len(values) > 1 else values[0])


def _apart(mention: Mention, stored: Stored, row: Row) -> int | None:
    """How far a quoted size is from a stored one, in µm; the worse of two diameters where both give two."""
    values = sorted((length.um for value in mention.values_mm if (length := _length(value))), reverse=True)
    longest = stored.longest.um if stored.longest else None
    short = stored.short.um if stored.short else None
    if not values:
        return None
    if len(values) > 1 and longest is not None and short is not None:
        return max(abs(values[0] - longest), abs(values[1] - short))
    if row.is_node and short is not None:
        return abs((values[1] if len(values) > 1 else values[0]) - short)
    return abs(values[0] - longest) if longest is not None else None


def _length(value: Decimal) -> Length | None:
    try:
        return Length.from_mm(value)
    except ValueError:
        return None


def _weigh_size(unit: Unit, row: Row) -> float:
    """How far the size is from the stored one: nothing for the same, four points off for a third or three times of it."""
    prior = row.prior
    if not unit.sizes or prior is None or prior.um == 0:
        return 0.0
    values = sorted(unit.sizes[0].values_mm, reverse=True)
    now = float(values[1] if row.is_node and len(values) > 1 else values[0]) * 1000
    if now <= 0:
        return 0.0
    ratio = log(now / prior.um)
    turned = (unit.change is Change.INCREASED and ratio < -0.1) or (unit.change is Change.DECREASED and ratio > 0.1)
    return -min(4.0, 4 * (ratio / log(3)) ** 2) - (1.0 if turned else 0.0)
