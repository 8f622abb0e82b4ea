"""Exact numbers beside lengths, which have their own type: uptake and attenuation are compared as fractions.

A decimal of any number of digits becomes the same fraction, so no context rounds a value onto a threshold or off it.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")


def as_decimal(value: Fraction) -> Decimal:
    """The decimal nearest to a fraction, for display and output."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def change_in_percent(now: Fraction, reference: Fraction) -> Decimal | None:
    """Change against a reference above zero, one decimal, half away from zero; None where the reference is not above it.

    For display only.
    """
    if reference <= 0:
        return None
    return as_decimal(100 * (now - reference) / reference).quantize(_TENTH, rounding=ROUND_HALF_UP)


def percent_apart(now: Fraction, reference: Fraction, threshold: int) -> str:
    """The unsigned change in percent, as ``say_part`` says it."""
    part = abs(now - reference) / reference
    return say_part(part.numerator, part.denominator, threshold)


def say_part(part: int, whole: int, threshold: int) -> str:
    """A part of a whole in percent, one decimal; more where rounding would carry it onto the threshold.

    29.97 % must not be shown as 30.0 % beside a sentence that says it is less than 30 %.
    """
    percent = Decimal(100 * part) / Decimal(whole)
    shown = percent.quantize(_TENTH, rounding=ROUND_HALF_UP)
    if 100 * part < threshold * whole and shown >= threshold:
        shown = percent.quantize(_HUNDREDTH, rounding=ROUND_DOWN)
    return f"{shown:f} %"


def plain(value: Decimal | Fraction, places: int | None = None) -> str:
    """A number for people: no exponent, no trailing zeros, a true minus; rounded only where ``places`` is given."""
    number = as_decimal(value) if isinstance(value, Fraction) else value
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(number):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"−{text}" if number < 0 and text != "0" else text
