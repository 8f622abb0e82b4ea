"""How numbers, dates and changes are said to people: number, space, unit; a true minus; the reference always named."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from tracker.domain.lengths import Length
from tracker.domain.vocabulary import Modality, Response
from tracker.domain.wording import MONTHS, format_date, name_modality
from tracker.domain.wording import count_of as count_of  # noqa: PLC0414 - pages take all their words from here
from tracker.domain.wording import join_words as join_words  # noqa: PLC0414
from tracker.pictures.criteria import Lines, face_of

MINUS = "−"

#: Letters of a badge where the vocabulary's word is long.
_LETTERS = {Response.NON_CR_NON_PD: "non-CR/non-PD", Response.NON_ICR_NON_IUPD: "non-iCR/non-iUPD"}

#: The same in short, where there is little room.
_BRIEF = {Response.NON_CR_NON_PD: "nCR/nPD", Response.NON_ICR_NON_IUPD: "niCR/niUPD"}

_USUAL = face_of("recist-1.1").lines
#: Changes in percent on which a criterion decides: RECIST 1.1 and iRECIST, Choi.
_THRESHOLDS = (Decimal(-30), Decimal(-15), Decimal(-10), Decimal(10), Decimal(20))


def say_date(on: date, *, year: bool = False) -> str:
    """ "9 Nov", or "9 Nov 2026" where the year is not plain from the place."""
    return format_date(on, year=year)


def say_month(on: date, *, year: bool = False) -> str:
    return MONTHS[on.month - 1] + (f" {on.year}" if year else "")


def say_modality(modality: Modality | None) -> str:
    """The modality as the interface calls it ("MRI" for MR); empty where it is not known."""
    return "" if modality is None else name_modality(modality)


def say_response(response: Response | None) -> str:
    """The letters of a response; "none" where no response applies."""
    return "none" if response is None else _LETTERS.get(response, str(response))


def say_briefly(response: Response | None) -> str:
    """The same with the longest letters cut: "nCR/nPD"."""
    return say_response(response) if response not in _BRIEF else _BRIEF[response]


def say_mm(um: int, decimals: int = 1) -> str:
    """Millimetres without unit: whole where the value is whole, else with at most ``decimals`` places. Signed by a true minus."""
    number = (Decimal(abs(um)) / 1000).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if um < 0 and text != "0" else text


def exact_percent(now_um: int, reference_um: int) -> Decimal | None:
    """100 (now − reference) / reference, unrounded; None where the reference is zero."""
    return None if reference_um == 0 else Decimal(100) * (now_um - reference_um) / reference_um


def say_change(now_um: int, reference_um: int, decimals: int = 0) -> str:
    """A change in percent with its sign ("−8 %", "+20 %"); "from zero" where the reference is zero.

    Rounding never moves a value onto a threshold of a criterion (such as −30, +20) it did not reach: −29.96 % is said "−29.9 %".
    """
    exact = exact_percent(now_um, reference_um)
    if exact is None:
        return "no change" if now_um == 0 else "from zero"
    shown = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    for threshold in _THRESHOLDS:
        if shown == threshold and exact != threshold and abs(exact) < abs(threshold):
            shown = exact.quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return say_signed(shown) + " %"


def say_signed(number: Decimal) -> str:
    """A number with its sign; zero carries none."""
    if number == 0:
        return "0"
    return f"{'+' if number > 0 else MINUS}{abs(number):f}"


def say_difference(um: int) -> str:
    """A difference in mm with its sign: "+13 mm", "−4 mm", "0 mm"."""
    return f"{'+' if um > 0 else ''}{say_mm(um)} mm"


def say_pr_limit(baseline_um: int, lines: Lines | None = _USUAL) -> str:
    """The largest sum in mm that is a response by size (−30 % by RECIST 1.1), cut to a tenth so that the sentence stays true.

    ``lines`` are the criterion's; ValueError for one that has none.
    """
    return say_mm(_needed(lines).greatest_of_response(Length(baseline_um)).um // 100 * 100)


def say_pd_limit(nadir_um: int, lines: Lines | None = _USUAL) -> str:
    """The smallest sum in mm that is a progression (+20 % and 5 mm by RECIST 1.1), raised to a tenth; see ``say_pr_limit``."""
    return say_mm(-(-_needed(lines).least_of_progression(Length(nadir_um)).um // 100) * 100)


def _needed(lines: Lines | None) -> Lines:
    if lines is None:
        raise ValueError("this criterion decides by no sum of diameters")
    return lines


def in_sentence(text: str) -> str:
    """A sentence of the rules with the standard's capitals as people say them ("non-CR/non-PD")."""
    for response, letters in _LETTERS.items():
        text = text.replace(str(response), letters)
    return text


def in_words(number: int) -> str:
    """Small numbers as words at the start of a sentence."""
    names = ("No", "One", "Two", "Three", "Four", "Five")
    return names[number] if 0 <= number < len(names) else str(number)
