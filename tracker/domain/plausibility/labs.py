"""Checks of laboratory values: slips between the units in which they are reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.drafts import MarkerDraft
from tracker.domain.plausibility.finding import Check, Finding, Level
from tracker.domain.record import MarkerResult
from tracker.domain.wording import format_date, join_words

_UNITS = "1 mg/dL of bilirubin is 17.1 µmol/L, 1 g/dL of albumin is 10 g/L, 1 µkat/L of an enzyme is 60 U/L"
BILIRUBIN_BOUND = Check("plausibility.bilirubin-bound", Level.REFUSE, _UNITS)
LAB_UNIT = Check("plausibility.lab-unit", Level.ASK, _UNITS)


@dataclass(frozen=True, slots=True)
class Lab:
    """A laboratory test: the spellings of its name and units, and what is seen of it.

    ``units`` gives the factor to the first one. ``least`` and ``most`` are in the first unit; outside them the first value
    of a patient is asked about. They are wide on purpose: severe disease lies within, another unit does not.
    """

    names: tuple[str, ...]
    units: Mapping[str, Decimal]
    least: Decimal | None = None
    most: Decimal | None = None

    @property
    def slips(self) -> tuple[Decimal, ...]:
        """Factors between two of its units, each over 1."""
        return tuple(sorted({max(factor, 1 / factor) for factor in self.units.values() if factor != 1}))


def _lab(names: str, units: Mapping[str, str], least: str | None = None, most: str | None = None) -> Lab:
    bounds = (None if bound is None else Decimal(bound) for bound in (least, most))
    return Lab(tuple(names.split("|")), {unit: Decimal(factor) for unit, factor in units.items()}, *bounds)


_ENZYME = {"U/L": "1", "IU/L": "1", "µkat/L": "60"}
_PLATELETS = {
    "10^9/L": "1", "10*9/L": "1", "x10^9/L": "1", "G/L": "1", "10^3/µL": "1", "K/µL": "1", "/nL": "1", "/µL": "0.001",
    "/mm3": "0.001",
}  # fmt: skip
_ANTIGEN = {"kU/L": "1", "U/mL": "1", "U/L": "0.001"}
LABS: tuple[Lab, ...] = (
    _lab("bilirubin|total bilirubin", {"µmol/L": "1", "mg/dL": "17.1"}, "2", "1000"),
    _lab("ALT|alanine aminotransferase|GPT", _ENZYME, "3", "20000"),
    _lab("AST|aspartate aminotransferase|GOT", _ENZYME, "3", "20000"),
    _lab("ALP|alkaline phosphatase", _ENZYME, "10", "5000"),
    _lab("GGT|gamma-glutamyl transferase", _ENZYME, "3", "5000"),
    _lab("albumin", {"g/L": "1", "g/dL": "10"}, "10", "65"),
    _lab("INR", {"ratio": "1", "1": "1"}, "0.7", "15"),
    _lab("platelets|thrombocytes", _PLATELETS, "3", "2000"),
    _lab("CEA", {"µg/L": "1", "ng/mL": "1"}),
    _lab("CgA|chromogranin A", {"µg/L": "1", "ng/mL": "1"}),
    *(_lab(name, _ANTIGEN) for name in ("CA19-9|CA 19-9", "CA15-3|CA 15-3", "CA125|CA 125")),
)
#: A jump is near a factor where it is within e^0.45 of it, as for sizes.
_BAND = Decimal("1.568")


def _folded(text: str) -> str:
    """One spelling of a name."""
    return " ".join(text.casefold().split())


def _unit(unit: str) -> str:
    """One spelling: the micro sign, the Greek letter and u are the same."""
    return unit.casefold().replace(" ", "").replace("\u00b5", "u").replace("\u03bc", "u")


_BY_NAME = {_folded(name): lab for lab in LABS for name in lab.names}
_FACTORS = {id(lab): {_unit(unit): factor for unit, factor in lab.units.items()} for lab in LABS}
_BILIRUBIN = LABS[0]


def find_lab(name: str) -> Lab | None:
    """The test of that name, by any of its spellings; None for one the program knows nothing of."""
    return _BY_NAME.get(_folded(name))


def in_first_unit(name: str, value: Decimal, unit: str) -> Decimal | None:
    """A value in the test's first unit; None where the test or its unit is not known."""
    lab = find_lab(name)
    factor = None if lab is None else _FACTORS[id(lab)].get(_unit(unit))
    return None if factor is None else value * factor


def find_impossible_value(draft: MarkerDraft) -> Finding | None:
    """Bilirubin over 1,000 µmol/L: the value or its unit is wrong."""
    value = in_first_unit(draft.name, draft.value, draft.unit)
    if find_lab(draft.name) is not _BILIRUBIN or value is None or _BILIRUBIN.most is None or value <= _BILIRUBIN.most:
        return None
    return BILIRUBIN_BOUND.finds(
        "value", f"{draft.value:f} {draft.unit} of bilirubin is over 1000 µmol/L: check its unit"
    )


def find_in_value(draft: MarkerDraft, earlier: Iterable[MarkerResult]) -> Iterator[Finding]:
    """A value that cannot be, that jumps from the last one by the factor between two units of that test, or, as the first
    one, that is not seen in its unit. Values in two known units are compared as one."""
    impossible = find_impossible_value(draft)
    if impossible is not None:
        yield impossible
        return
    lab = find_lab(draft.name)
    if lab is None:
        return
    value = in_first_unit(draft.name, draft.value, draft.unit)
    before = [one for one in earlier if find_lab(one.name) is lab and one.taken_on < draft.taken_on]
    if value is None:
        if not any(_unit(one.unit) == _unit(draft.unit) for one in before):
            yield _unknown_unit(draft, lab)
        return
    known = [(one, in_first_unit(one.name, one.value, one.unit)) for one in before]
    comparable = [(one, then) for one, then in known if then is not None]
    if not comparable:
        yield from _find_out_of_range(draft, lab, value)
        return
    last, then = max(comparable, key=lambda pair: pair[0].taken_on)
    for factor in lab.slips:
        if _is_near(value, factor * then) or _is_near(value * factor, then):
            text = (
                f"{draft.value:f} {draft.unit} after {last.value:f} {_unit_of(last, draft)}on {format_date(last.taken_on)} "
                f"is about the factor {factor.normalize():f} between two units of {draft.name}: is the unit right?"
            )
            yield LAB_UNIT.finds("unit", text, {"now": f"{draft.value:f}", "prior": f"{last.value:f}"})
            return


def _unit_of(last: MarkerResult, draft: MarkerDraft) -> str:
    return "" if _unit(last.unit) == _unit(draft.unit) else f"{last.unit} "


def _find_out_of_range(draft: MarkerDraft, lab: Lab, value: Decimal) -> Iterator[Finding]:
    if lab.least is None or lab.most is None or lab.least <= value <= lab.most:
        return
    said = f"{draft.value:f} {draft.unit}".strip()
    unit = next(iter(lab.units))
    text = (
        f"{said} of {draft.name} is outside {lab.least:f} to {lab.most:f} {unit}, where it is seen: is the unit right?"
    )
    yield LAB_UNIT.finds("unit", text, {"now": f"{draft.value:f}"})


def _unknown_unit(draft: MarkerDraft, lab: Lab) -> Finding:
    known = join_words(lab.units, "or")
    return LAB_UNIT.finds("unit", f"{draft.name} is usually reported in {known}, not in '{draft.unit}': is it right?")


def _is_near(value: Decimal, other: Decimal) -> bool:
    return value > 0 and other > 0 and value < _BAND * other and other < _BAND * value


CHECKS = (BILIRUBIN_BOUND, LAB_UNIT)
