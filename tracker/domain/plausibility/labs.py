"""Checks of laboratory values: slips between the units in which they are reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from tracker.domain.drafts import MarkerDraft
from tracker.domain.plausibility.finding import Check, Finding, Level
from tracker.domain.record import MarkerResult
from tracker.domain.wording import format_date

_UNITS = "1 mg/dL of bilirubin is 17.1 µmol/L, 1 g/dL of albumin is 10 g/L"
BILIRUBIN_BOUND = Check("plausibility.bilirubin-bound", Level.REFUSE, _UNITS)
LAB_UNIT = Check("plausibility.lab-unit", Level.ASK, _UNITS)

_BILIRUBIN = ("bilirubin", "total bilirubin")
_ALBUMIN = ("albumin",)
#: Most bilirubin that is possible, by unit: 1,000 µmol/L.
_MOST = {"umol/l": Decimal(1000), "mg/dl": Decimal(1000) / Decimal("17.1")}
_SLIPS = {**dict.fromkeys(_BILIRUBIN, Decimal("17.1")), **dict.fromkeys(_ALBUMIN, Decimal(10))}
#: A jump is near a factor where it is within e^0.45 of it, as for sizes.
_BAND = Decimal("1.568")


def find_impossible_value(draft: MarkerDraft) -> Finding | None:
    """Bilirubin over 1,000 µmol/L: the value or its unit is wrong."""
    most = _MOST.get(_unit(draft.unit)) if _name(draft.name) in _BILIRUBIN else None
    if most is None or draft.value <= most:
        return None
    return BILIRUBIN_BOUND.finds(
        "value", f"{draft.value:f} {draft.unit} of bilirubin is over 1000 µmol/L: check its unit"
    )


def find_in_value(draft: MarkerDraft, earlier: Iterable[MarkerResult]) -> Iterator[Finding]:
    """A value that cannot be, or that jumps from the last one by the factor between two units of that marker."""
    impossible = find_impossible_value(draft)
    if impossible is not None:
        yield impossible
        return
    factor = _SLIPS.get(_name(draft.name))
    before = [
        one
        for one in earlier
        if _name(one.name) == _name(draft.name)
        and _unit(one.unit) == _unit(draft.unit)
        and one.taken_on < draft.taken_on
    ]
    if factor is None or not before:
        return
    last = max(before, key=lambda one: one.taken_on)
    if _is_near(draft.value, factor * last.value) or _is_near(draft.value * factor, last.value):
        text = (
            f"{draft.value:f} {draft.unit} after {last.value:f} on {format_date(last.taken_on)} is about the factor "
            f"{factor} between two units of {draft.name}: is the unit right?"
        )
        yield LAB_UNIT.finds("unit", text, {"now": f"{draft.value:f}", "prior": f"{last.value:f}"})


def _is_near(value: Decimal, other: Decimal) -> bool:
    return value > 0 and other > 0 and value < _BAND * other and other < _BAND * value


def _name(name: str) -> str:
    return " ".join(name.casefold().split())


def _unit(unit: str) -> str:
    """One spelling: the micro sign, the Greek letter and u are the same."""
    return unit.casefold().replace(" ", "").replace("\u00b5", "u").replace("\u03bc", "u")


CHECKS = (BILIRUBIN_BOUND, LAB_UNIT)
