"""Dates as reports write them.

``03/04/2026`` is the third of April or the fourth of March; which, only the other dates of the same report can prove. Where
none does, the date stays unread: a guess would look like knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:(?:19|20)\d\d)"
_NUMBERS_FIRST = re.compile(
    rf"(?:(?P<y1>{_YEAR})[-/.](?P<m1>0?[1-9]|1[0-2])[-/.](?P<d1>{_DAY})(?=T\d|\D|$)"
    rf"|(?P<y5>20\d\d)(?P<m5>0[1-9]|1[0-2])(?P<d5>0[1-9]|[12]\d|3[01])(?!\d)"
    rf"|(?P<numeric>(?P<a>\d{{1,2}})(?P<sep>[./-])(?P<b>\d{{1,2}})(?P=sep)(?P<y2>{_YEAR}|\d\d)(?![\d/-]|\.\d))"
    rf"|(?P<d3>{_DAY})(?:st|nd|rd|th)?[\s./-]*(?:of\s+)?{_MONTH.format('n3')}\b\.?[\s,./-]*(?P<y3>{_YEAR}|(?<=[-/])\d\d(?!\d))"
    r")(?!\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"{_MONTH.format('n4')}\b\.?\s*(?P<d4>{_DAY})(?:st|nd|rd|th)?\s*,?\s+(?:of\s+)?(?P<y4>{_YEAR})(?!\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,8}")
_NAME_BEFORE = re.compile(r"(?<![A-Za-z\d])[A-Za-z]{3,9}\.?\s*$")
#: The order as a form states it beside its dates.
_LEGEND = re.compile(r"\b(?:(dd[/.-]mm[/.-]yy(?:yy)?)|(?:mm[/.-]dd[/.-]yyyy))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateSaid:
    """A date in the text. ``day`` is None where the order of day and month is not known; both readings are then kept."""

    start: int
    end: int
    day: date | None
    readings: tuple[date, ...] = ()


def find_dates(text: str, day_first: bool | None = None) -> tuple[DateSaid, ...]:
    """The whole dates of a text, in order, each in the order of day and month that is given or that the text itself proves."""
    matches = list(_matches(text))
    proven = _proven_order(match for match in matches if _of(match, "numeric"))
    legend = _LEGEND.search(text)
    if legend is not None:
        proven = legend[1] is not None
    day_first = day_first if proven is None else proven
    return tuple(said for match in matches if (said := _read(match, day_first)) is not None)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Where a date stands; looked for at numbers only, which are few."""
    reached = 0
    for number in _NUMBER.finditer(text):
        if number.start() < reached:
            continue
        match = None
        if text[number.start() - 1 : number.start()] not in (".", "/", "-") or number.start() == 0:
            match = _NUMBERS_FIRST.match(text, number.start())
        if match is None and len(number.group()) <= 2:
            name = _NAME_BEFORE.search(text, max(reached, number.start() - 14), number.start())
            match = _MONTH_FIRST.match(text, name.start()) if name else None
        if match is not None:
            reached = match.end()
            yield match


def _of(match: re.Match[str], name: str) -> str | None:
    """A part of a date, None where this form has no such part."""
    return match.groupdict().get(name)


def _proven_order(numeric: Iterable[re.Match[str]]) -> bool | None:
    """Whether the day comes first in all numeric dates of a text; None where nothing, or both, is proven.

    A part above twelve is a day. Where points are written, the day comes first, and who writes them once keeps to it.
    """
    proofs = set()
    for match in numeric:
        first, second = int(match["a"]), int(match["b"])
        if (first > 12) != (second > 12):
            proofs.add(first > 12)
        elif match["sep"] == ".":
            proofs.add(True)
    return proofs.pop() if len(proofs) == 1 else None


def _read(match: re.Match[str], day_first: bool | None) -> DateSaid | None:
    if _of(match, "numeric"):
        first, second, year = int(match["a"]), int(match["b"]), _full_year(match["y2"])
        # With points the day comes first wherever such dates are written, unless the number itself says otherwise.
        pointed = match["sep"] == "." and second <= 12
        orders = (True,) if pointed else (True, False) if day_first is None else (day_first,)
        days = [_day(year, second, first) if order else _day(year, first, second) for order in orders]
        readings = tuple(dict.fromkeys(day for day in days if day is not None))
        if not readings:
            return None
        return DateSaid(match.start(), match.end(), readings[0] if len(readings) == 1 else None, readings)
    number = next(n for n in ("1", "5", "3", "4") if _of(match, f"y{n}"))
    month = int(match[f"m{number}"]) if number in "15" else _MONTHS.index(match[f"n{number}"][:3].lower()) + 1
    day = _day(_full_year(match[f"y{number}"]), month, int(match[f"d{number}"]))
    return None if day is None else DateSaid(match.start(), match.end(), day, (day,))


def _full_year(digits: str) -> int:
    """Two digits are of this century up to 69, like POSIX reads them."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 69 else 1900)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
