"""Checks of sizes against the scan before: slips by ten, jumps, exchanged rows, a copied scan.

How often each catches a planted error, and how often it speaks on a clean scan, is measured by
``tests/benchmarks/plausibility.py``. Every band is compared in whole micrometres, cross-multiplied: no logarithm decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

from tracker.domain.cells import LONGEST, SHORTEST
from tracker.domain.lengths import Length
from tracker.domain.plausibility.finding import Check, Finding, Level, ReadAs, Swap
from tracker.domain.wording import format_date, format_percent, label_order

_NUMBERS = "Thimbleby and Cairns 2010: blocked and questioned numbers halve slips by ten"
BOUNDS = Check("plausibility.bounds", Level.REFUSE, _NUMBERS)
TENFOLD = Check("plausibility.tenfold", Level.ASK, _NUMBERS)
JUMP = Check(
    "plausibility.jump",
    Level.ASK,
    "Yoon 2016: two readers of one lesion differ by up to 31 % in its change; beyond half as much again is looked at twice",
)
_ENTRY = "Garza, pooled over 93 studies: 6.6 % of the fields taken from records by hand are wrong"
SWAPPED = Check("plausibility.swapped", Level.ASK, _ENTRY)
COPIED = Check("plausibility.copied", Level.ASK, _ENTRY)

#: The place of a finding on the table as a whole.
ALL_ROWS = "all rows"

#: Around ten times and a tenth: a factor of e^0.45 either way, in thousandths.
_TEN_BAND = 1568
#: Usual change between scans: up to half as much again, down to half; wider in proportion beyond these days.
_USUAL_DAYS = 60
_LARGER_BY = 6_000
_SMALLER_BY = 8_000
#: Two values are asked for as exchanged where exchanging makes the product of both changes smaller than by this factor,
#: in tenths, and where they are this far apart. The plain rule (a factor of e^0.7, no distance) caught 62 % of swaps on
#: the demo's growth model; small sizes, which noise alone exchanges, gave most of its false questions.
_SWAP_FACTOR = 15
_SWAP_APART = 4_000
#: A scan is called copied by its lesions of this size on; noise repeats smaller ones.
_COPIED_FROM = 8_000
_COPIED_LESIONS = 2


@dataclass(frozen=True, slots=True)
class SizeAgainstPrior:
    """The diameter typed for a lesion beside the last one before it; ``prior`` is None where it has none."""

    label: str
    now: Length
    prior: Length | None = None
    prior_on: date | None = None
    #: Days between the two; None where the date of the scan is not typed yet.
    days: int | None = None
    #: Whether it is an ordinary measurement: a size beside another state is only looked at for a copied scan.
    measured: bool = True


def find_in_sizes(sizes: Sequence[SizeAgainstPrior]) -> tuple[Finding, ...]:
    """All findings on the sizes of one scan: row by row in the order of labels, then on the table."""
    in_order = sorted(sizes, key=lambda one: label_order(one.label))
    by_row = (find_tenfold(one) or find_jump(one) for one in in_order)
    on_table = (find_swapped(in_order), find_copied(in_order))
    return tuple(finding for finding in (*by_row, *on_table) if finding is not None)


def find_impossible_size(place: str, name: str, size: Length) -> Finding | None:
    """A lesion measures 1 to 300 mm; what is smaller has a state, what is larger is a slip of unit."""
    if size < SHORTEST:
        text = f"{name} {size} is under 1 mm; a lesion no longer seen is 'absent'"
    elif size > LONGEST:
        text = f"{name} {size} is over 300 mm; is it given in millimetres?"
    else:
        return None
    return BOUNDS.finds(place, text, {"now_um": size.um})


def find_tenfold(one: SizeAgainstPrior) -> Finding | None:
    """Near ten times or a tenth of the prior: a digit lost or doubled, or centimetres for millimetres."""
    if not one.prior or not one.prior.um or one.prior_on is None or not one.measured:
        return None
    now, prior = one.now.um, one.prior.um
    if 10_000 * prior < _TEN_BAND * now and 1_000 * now < 10 * _TEN_BAND * prior:
        meant, asks = Length((now + 5) // 10), "ten times the prior?"
    elif 1_000 * prior < 10 * _TEN_BAND * now and 10_000 * now < _TEN_BAND * prior:
        meant, asks = Length(10 * now), "a tenth of the prior?"
    else:
        return None
    repair = ReadAs(one.label, meant) if SHORTEST <= meant <= LONGEST else None
    return TENFOLD.finds(one.label, f"{_changed(now, prior, one.prior_on)}: {asks}", _numbers(one), repair)


def find_jump(one: SizeAgainstPrior) -> Finding | None:
    """Over one and a half times the prior and 6 mm more, or under half and 8 mm less; both bands widen with the interval."""
    if not one.prior or not one.prior.um or one.prior_on is None or not one.measured:
        return None
    now, prior = one.now.um, one.prior.um
    days = max(_USUAL_DAYS, one.days or 0)
    # Above 1 + 0.5 days/60, or below 0.5 · 60/days.
    if 2 * _USUAL_DAYS * (now - prior) > days * prior and now - prior >= _LARGER_BY:
        asks = "much larger?"
    elif 2 * days * now < _USUAL_DAYS * prior and prior - now >= _SMALLER_BY:
        asks = "much smaller?"
    else:
        return None
    return JUMP.finds(one.label, f"{_changed(now, prior, one.prior_on)}: {asks}", _numbers(one))


def find_swapped(sizes: Iterable[SizeAgainstPrior]) -> Finding | None:
    """The two values that fit the scan before much better when exchanged; the clearest pair of the scan.

    A change counts as a factor, growing or shrinking alike; the factors of both lesions are multiplied. Exchanging must
    divide that product by more than 1.5, and the values must be at least 4 mm apart.
    """
    found: tuple[int, int, SizeAgainstPrior, SizeAgainstPrior] | None = None
    compared = [one for one in sizes if one.prior is not None and one.measured and one.prior.um and one.now.um]
    for first, second in combinations(sorted(compared, key=lambda one: label_order(one.label)), 2):
        if abs(first.now.um - second.now.um) < _SWAP_APART:
            continue
        better, worse = _fit(first, second)
        if 10 * worse <= _SWAP_FACTOR * better:
            continue
        if found is None or worse * found[1] > found[0] * better:
            found = (worse, better, first, second)
    if found is None:
        return None
    _, _, first, second = found
    assert first.prior is not None
    assert second.prior is not None
    here, there = first.now, second.now
    text = (
        f"{here} for {first.label} (prior {first.prior}) and {there} for {second.label} (prior {second.prior}) "
        f"fit the scan before better the other way round: swap {first.label} and {second.label}?"
    )
    numbers: dict[str, int | str] = {
        "first": first.label, "first_um": here.um, "first_prior_um": first.prior.um,
        "second": second.label, "second_um": there.um, "second_prior_um": second.prior.um,
    }  # fmt: skip
    return SWAPPED.finds(first.label, text, numbers, Swap(first.label, second.label))


def find_copied(sizes: Iterable[SizeAgainstPrior]) -> Finding | None:
    """Every lesion of 8 mm or more, two at least, has exactly the size of the scan before."""
    large = [one for one in sizes if one.now.um >= _COPIED_FROM]
    same = [one.prior_on for one in large if one.prior == one.now and one.prior_on is not None]
    if len(large) < _COPIED_LESIONS or len(same) < len(large):
        return None
    text = f"All {len(large)} sizes are those of {format_date(max(same))}: copied?"
    return COPIED.finds(ALL_ROWS, text, {"lesions": len(large)})


def _fit(first: SizeAgainstPrior, second: SizeAgainstPrior) -> tuple[int, int]:
    """The product of both changes as factors of one or more: exchanged, and as typed. Over the same whole denominator.

    With priors p and q and values a and b it is max(a, p)·max(b, q) / min(a, p)·min(b, q), and so for b and a.
    """
    assert first.prior is not None
    assert second.prior is not None
    a, b, p, q = first.now.um, second.now.um, first.prior.um, second.prior.um
    typed_over, typed_under = max(a, p) * max(b, q), min(a, p) * min(b, q)
    other_over, other_under = max(b, p) * max(a, q), min(b, p) * min(a, q)
    return other_over * typed_under, typed_over * other_under


def _changed(now: int, prior: int, prior_on: date) -> str:
    percent = format_percent(Decimal(100) * (now - prior) / prior, 0)
    return f"{Length(now)} is {percent} from {Length(prior)} ({format_date(prior_on)})"


def _numbers(one: SizeAgainstPrior) -> dict[str, int | str]:
    assert one.prior is not None
    numbers: dict[str, int | str] = {"now_um": one.now.um, "prior_um": one.prior.um}
    return numbers if one.days is None else numbers | {"days": one.days}


CHECKS = (BOUNDS, TENFOLD, JUMP, SWAPPED, COPIED)
