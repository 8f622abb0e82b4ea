"""The primary tumour: what it is, how far it had spread, and when; dates that are known to a month or a year only.

Sources: TNM classification of the UICC (8th edition) for the spelling of stages; synchronous metastases are those found
within six months of the primary (the definition the program states wherever it uses it).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from tracker.domain.vocabulary import Precision

if TYPE_CHECKING:
    from tracker.domain.record import Patient

#: Metastases found so many months after the primary, or earlier, are synchronous.
SYNCHRONOUS_MONTHS = 6

_PREFIX = r"(?:y?[cp]|r[cp]?|y|a)?"
_T_STAGE = re.compile(rf"{_PREFIX}T(?:X|0|is|[1-4](?:mi|[a-d])?)")
_N_STAGE = re.compile(rf"{_PREFIX}N(?P<nodes>X|[0-3])(?:mi|[a-c])?(?:\((?:sn|f|i[+-]|mol[+-])\))*")
_ROUGH = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class RoughDate:
    """A date known to the day, the month or the year; ``day`` is then the first day of that month or year."""

    day: date
    precision: Precision = Precision.DAY

    def __post_init__(self) -> None:
        # What is not known does not tell two dates apart.
        if self.precision is not Precision.DAY and isinstance(self.day, date):
            month = 1 if self.precision is Precision.YEAR else self.day.month
            object.__setattr__(self, "day", date(self.day.year, month, 1))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The date of "2024", "2024-03" or "2024-03-05". Raises ValueError with a sentence."""
        found = _ROUGH.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"'{text}' is not a date; right is 2024-03-05, 2024-03 or 2024")
        year, month, day = (None if part is None else int(part) for part in found.groups())
        precision = Precision.YEAR if month is None else Precision.MONTH if day is None else Precision.DAY
        try:
            return cls(date(year or 0, month or 1, day or 1), precision)
        except ValueError:
            raise ValueError(f"'{text}' is not a date of the calendar") from None

    @property
    def first(self) -> date:
        """The earliest day it can be."""
        return self.day

    @property
    def last(self) -> date:
        """The latest day it can be."""
        if self.precision is Precision.YEAR:
            return self.day.replace(month=12, day=31)
        if self.precision is Precision.MONTH:
            return self.day.replace(day=calendar.monthrange(self.day.year, self.day.month)[1])
        return self.day

    def __str__(self) -> str:
        """The same text that ``parse`` reads: no more than is known."""
        return self.day.isoformat()[: {Precision.YEAR: 4, Precision.MONTH: 7}.get(self.precision, 10)]


@dataclass(frozen=True, slots=True)
class PrimaryTumour:
    """What is known of the primary beside where it was; None where it is not recorded."""

    histology: str | None = None
    #: TNM with its prefix, such as "pT3" and "pN1b".
    t_stage: str | None = None
    n_stage: str | None = None
    #: Whether the primary is still in place.
    in_place: bool | None = None
    diagnosed_on: RoughDate | None = None
    resected_on: RoughDate | None = None

    def __str__(self) -> str:
        """What is known, in one line: "adenocarcinoma, pT3 pN1b, diagnosed 2024-03, resected 2024-04-02"."""
        stage = " ".join(one for one in (self.t_stage, self.n_stage) if one)
        place = {None: "", True: "in place", False: "no longer in place"}[self.in_place]
        dates = (("diagnosed", self.diagnosed_on), ("resected", self.resected_on))
        told = [self.histology, stage, place, *(f"{word} {day}" for word, day in dates if day is not None)]
        return ", ".join(one for one in told if one) or "not given"


def is_t_stage(text: str) -> bool:
    """Whether a text is a T stage as the TNM classification writes it: pT3, cT2a, ypT0, Tis."""
    return _T_STAGE.fullmatch(text) is not None


def is_n_stage(text: str) -> bool:
    """Whether a text is an N stage as the TNM classification writes it: pN1b, cN0, N1mi, pN0(i+)."""
    return _N_STAGE.fullmatch(text) is not None


def is_node_positive(n_stage: str | None) -> bool | None:
    """Whether lymph nodes of the primary held tumour; None where the stage is not known, NX or no N stage."""
    found = None if n_stage is None else _N_STAGE.fullmatch(n_stage)
    if found is None or found["nodes"] == "X":
        return None
    return found["nodes"] != "0"


def disease_free_months(primary: PrimaryTumour, metastases_on: RoughDate | None) -> int | None:
    """Whole months from the primary to its metastases; 0 where they were found first.

    The primary counts from its diagnosis, where that is not known from its resection. None where a date is missing or
    known to the year only.
    """
    found = primary.diagnosed_on or primary.resected_on
    if found is None or metastases_on is None or Precision.YEAR in (found.precision, metastases_on.precision):
        return None
    return max(0, _months_between(found, metastases_on))


def say_timing(patient: Patient) -> str | None:
    """Synchronous or metachronous, with the definition or the months; None where the dates do not tell."""
    found, later = patient.tumour.diagnosed_on or patient.tumour.resected_on, patient.metastases_on
    if found is None or later is None:
        return None
    months = disease_free_months(patient.tumour, later)
    if months is not None:
        if is_synchronous(found, later):
            return f"synchronous (within {SYNCHRONOUS_MONTHS} months of the primary)"
        return f"metachronous, {months} months"
    # Known to the year: sure only where every day of both years gives the same answer.
    if later.last <= found.first:
        return f"synchronous (within {SYNCHRONOUS_MONTHS} months of the primary)"
    if later.first > add_months(found.last, SYNCHRONOUS_MONTHS):
        return f"metachronous (more than {SYNCHRONOUS_MONTHS} months after the primary)"
    return None


def is_synchronous(found: RoughDate, later: RoughDate) -> bool:
    """Whether metastases were found within six months of the primary, to the day where both days are known."""
    if found.precision is Precision.DAY and later.precision is Precision.DAY:
        return later.day <= add_months(found.day, SYNCHRONOUS_MONTHS)
    return _months_between(found, later) <= SYNCHRONOUS_MONTHS


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day, and at most the last of all days."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _months_between(first: RoughDate, second: RoughDate) -> int:
    """Months from one to the other: whole ones where both days are known, else those of the calendar."""
    months = (second.day.year - first.day.year) * 12 + second.day.month - first.day.month
    exact = first.precision is Precision.DAY and second.precision is Precision.DAY
    return months - 1 if exact and second.day < add_months(first.day, months) else months


def is_pending(value: str) -> bool:
    """Whether a biomarker was asked for and has no result yet."""
    return value.strip().casefold() in ("pending", "awaited", "sent")


def is_unknown(value: str) -> bool:
    """Whether a biomarker's text says that nothing is known of it."""
    return value.strip().casefold() in ("", "unknown", "not known", "not tested", "n/a", "na", "?")
