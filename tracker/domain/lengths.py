"""Length: whole micrometres. A size is never pushed through binary floating point, so a threshold is met exactly or not at all.

14.0 mm to 9.8 mm is exactly -30 %; in floats it is -29.999999999999993 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Self

_UM_PER_MM = 1000
#: Longer than any person: a number beyond this is a unit slip, not a lesion.
LONGEST_UM = 2_000_000


@dataclass(frozen=True, slots=True, order=True)
class Length:
    """A length in whole micrometres, zero or more."""

    um: int

    def __post_init__(self) -> None:
        if isinstance(self.um, bool) or not isinstance(self.um, int):
            raise TypeError(f"a length is a whole number of micrometres, not {self.um!r}")
        if self.um < 0:
            raise ValueError(f"a length is not negative: {self.um} µm")

    @classmethod
    def from_mm(cls, value: int | str | Decimal | float) -> Self:
        """Exact length from millimetres with at most three decimals.

        A float is read by its shortest decimal form (9.8 is 9.8, not 9.800000000000000711).
        Raises ValueError with a sentence for anything else: NaN, infinity, a boolean, a negative or finer value.
        """
        if isinstance(value, bool):
            raise ValueError("a boolean is not a size in mm")
        if isinstance(value, int) and value.bit_length() > 64:
            raise ValueError("this number is longer than a person; a size is given in millimetres")
        try:
            number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            raise ValueError(f"{value!r} is not a number of millimetres") from None
        if not number.is_finite():
            raise ValueError(f"{value} is not a number of millimetres")
        if number < 0:
            raise ValueError(f"{value} mm is negative")
        if number > LONGEST_UM // _UM_PER_MM:
            raise ValueError(f"{value} mm is longer than a person; a size is given in millimetres")
        return cls(_whole_micrometres(number))

    @property
    def mm(self) -> Decimal:
        """Exact millimetres."""
        return Decimal(self.um) / _UM_PER_MM

    def __add__(self, other: Length) -> Length:
        return Length(self.um + other.um)

    def __str__(self) -> str:
        return f"{format_mm(self.um)} mm"


def _whole_micrometres(mm: Decimal) -> int:
    """The micrometres of a number of millimetres, by its digits: a decimal context would round the finest away."""
    _, digits, exponent = mm.as_tuple()
    number = int("".join(map(str, digits)))
    if number == 0:
        return 0
    finer = -3 - int(exponent)
    if finer <= 0:
        return int(number * 10**-finer)
    if finer > len(digits) or number % 10**finer:
        raise ValueError(f"{mm} mm has more than three decimals")
    return int(number // 10**finer)


def total(lengths: list[Length] | tuple[Length, ...]) -> Length:
    """The sum of lengths; the empty sum is zero."""
    return Length(sum(length.um for length in lengths))


def format_mm(um: int) -> str:
    """Millimetres for people: no more decimals than the value has ("23", "23.5", "29.167"), true minus below zero."""
    text = f"{Decimal(abs(um)) / _UM_PER_MM:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"−{text}" if um < 0 else text


def percent_change(now_um: int, reference_um: int) -> Decimal | None:
    """Change of ``now`` against ``reference`` in percent, one decimal, half away from zero; None where the reference is 0.

    For display only: what decides compares whole micrometres.
    """
    if reference_um == 0:
        return None
    exact = Decimal(100) * (now_um - reference_um) / reference_um
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
