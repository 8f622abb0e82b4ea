"""Numbers as sentences and labels show them: number, space, unit; true minus; the reference always named.

One place, so that a page, a sheet and a reason never say the same number in two ways.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tracker.domain.exact import say_part
from tracker.domain.lengths import Length, format_mm
from tracker.domain.vocabulary import Modality

_LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MONTHS = tuple(name[:3] for name in _LONG_MONTHS)

#: What every page, sheet and file says of itself.
PURPOSE = "For record keeping, education, audit and research. Not a medical device."

#: What people call a modality; the record keeps the standard's word.
_MODALITIES = {Modality.MR: "MRI", Modality.PET_MR: "PET/MRI", Modality.XR: "X-ray", Modality.NM: "scintigraphy"}


def name_modality(modality: Modality) -> str:
    """The modality as the interface calls it ("MRI" for MR)."""
    return _MODALITIES.get(modality, str(modality))


def format_date(day: date, *, year: bool = True) -> str:
    """ "9 Nov 2026", or "9 Nov" where the year is clear."""
    text = f"{day.day} {MONTHS[day.month - 1]}"
    return f"{text} {day.year}" if year else text


def format_long_date(day: date) -> str:
    """ "9 November 2026"."""
    return f"{day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"


def format_percent(value: Decimal, places: int = 1) -> str:
    """ "+24.0 %", "−41.0 %", "0 %": signed, with a true minus, half away from zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    if rounded == 0:
        return "0 %"
    return f"{'−' if rounded < 0 else '+'}{abs(rounded):f} %"


def percent_against(now: Length, reference: Length, threshold: int) -> str:
    """The unsigned change of a length in percent, never rounded onto the threshold."""
    return say_part(abs(now.um - reference.um), reference.um, threshold)


def mm(length: Length) -> str:
    """ "23.5 mm"."""
    return f"{format_mm(length.um)} mm"


def mm_beside(length: Length, other: Length) -> str:
    """ "50.0 mm" beside 29.5 mm, "50 mm" beside 29 mm: a whole number shows a decimal where the other one has some."""
    whole = length.um % 1000 == 0 and other.um % 1000 != 0
    return f"{format_mm(length.um)}{'.0' if whole else ''} mm"


def mm_at_least(length: Length) -> str:
    """A lower limit with one decimal, raised where it has more, so that "at … or more" stays true."""
    return f"{format_mm(-(-length.um // 100) * 100)} mm"


def mm_at_most(length: Length) -> str:
    """An upper limit with one decimal, cut where it has more, so that "at … or less" stays true."""
    return f"{format_mm(length.um // 100 * 100)} mm"


def join_words(words: Iterable[str], last: str = "and") -> str:
    """ "L1", "L1 and L2", "L1, L2 and L3"; ``last`` is what stands before the last one."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def count_of(number: int, one: str, many: str | None = None) -> str:
    """ "1 scan", "3 scans"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def label_order(label: str) -> tuple[str, int, str]:
    """Labels in the order people expect: L2 before L10."""
    letters = label.rstrip("0123456789")
    return (letters, int(label[len(letters) :] or 0), label)
