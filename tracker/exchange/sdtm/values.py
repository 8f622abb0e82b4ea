"""Cells of SDTM to values: dates that may be partial, sizes in their units, states of lesions, readers, responses.

A cell that breaks its own format (a date, a number, a unit) is a problem with its place; a word that is in order but
not known here is for the caller to report.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from tracker.domain.lengths import Length
from tracker.domain.vocabulary import Modality, Response
from tracker.exchange.sdtm.folder import Record

_FULL = re.compile(r"(\d{4})-(\d{2})-(\d{2})(T[\d:.+\-Z]*)?")
_PARTIAL = re.compile(r"(\d{4}|-)(-(\d{2}|-)(-(\d{2}|-))?)?(T[\d:.+\-Z]*)?")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SIZE = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z]+)?")
_MM_PER = {"mm": 1, "millimeter": 1, "millimetre": 1, "cm": 10, "centimeter": 10, "centimetre": 10}
#: As-collected values are often rounded when they are put into standard units; more than this is a slip of the unit.
_ROUNDING = Length(1_000)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as stated: the first and the last day it can mean; None where even the year is not given."""

    text: str
    first: date | None
    last: date | None

    @property
    def exact(self) -> date | None:
        return self.first if self.first == self.last else None


def read_day(text: str) -> Day:
    """An ISO 8601 date as --DTC holds it: 2014-02-13, 2014-02-13T10:30, 2014-02, 2014, 2014---13. ValueError else."""
    try:
        if match := _FULL.fullmatch(text):
            exact = date(int(match[1]), int(match[2]), int(match[3]))
            return Day(text, exact, exact)
        if not (match := _PARTIAL.fullmatch(text)):
            raise ValueError
        year = None if match[1] == "-" else int(match[1])
        month = None if match[3] in (None, "-") else int(match[3])
        if year is None:
            return Day(text, None, None)
        first = date(year, month or 1, 1)
        last_month = month or 12
        return Day(text, first, date(year, last_month, calendar.monthrange(year, last_month)[1]))
    except ValueError:
        raise ValueError(f"'{text[:30]}' is no date by ISO 8601, such as 2026-03-02 or 2026-03") from None


def read_decimal(text: str) -> Decimal:
    """A number of at most 30 letters. ValueError with a sentence."""
    if not _NUMBER.fullmatch(text) or len(text) > 30:
        raise ValueError(f"'{text[:30]}' is no number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"'{text[:30]}' is no number") from None


def _mm_per(unit: str) -> int:
    known = _MM_PER.get(unit.lower().rstrip("s") if len(unit) > 2 else unit.lower())
    if known is None:
        raise ValueError(f"the unit '{unit[:20]}' is not known for a size; known are mm and cm")
    return known


def _length(number: Decimal, unit: str) -> Length:
    """Whole micrometres, half up: what statistics programs store carries the noise of binary numbers behind them."""
    if number < 0:
        raise ValueError(f"{number} is negative")
    mm = number * _mm_per(unit)
    if mm > 2_000:
        raise ValueError(f"{number} {unit} is longer than a person")
    return Length.from_mm(mm.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Size:
    """The size of one row, where it has one, and what had to be assumed to read it."""

    length: Length | None
    assumed: str = ""
    #: Why the row cannot be relied on: original and standard value are not the same size.
    doubt: str = ""


def read_size(record: Record) -> Size:
    """The size of a TR row: TRSTRESN in TRSTRESU, else TRORRES in TRORRESU. ValueError starts with the column."""
    standard_text = record.get("TRSTRESN") or _number_in(record.get("TRSTRESC"))
    original = _SIZE.fullmatch(record.get("TRORRES"))
    original_unit = record.get("TRORRESU") or (original and original[2]) or ""
    assumed = ""
    standard = collected = None
    if standard_text:
        unit = record.get("TRSTRESU")
        if not unit:
            same = original is not None and Decimal(original[1]) == _named_decimal("TRSTRESN", standard_text)
            unit = original_unit if same and original_unit else "mm"
            assumed = f"sizes without TRSTRESU were read in {unit}"
        standard = _named("TRSTRESN", standard_text, unit)
    if original and (unit := original_unit or record.get("TRSTRESU")):
        collected = _named("TRORRES", original[1], unit)
    if standard is None and collected is None and original:
        collected = _named("TRORRES", original[1], "mm")
        assumed = "sizes without a unit were read in mm"
    doubt = ""
    if standard is not None and collected is not None and abs(standard.um - collected.um) > _ROUNDING.um:
        doubt = f"TRORRES is {collected} and TRSTRESN is {standard}: one of the two, or its unit, is wrong"
    return Size(standard if standard is not None else collected, assumed, doubt)


def _number_in(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else ""


def _named_decimal(column: str, text: str) -> Decimal:
    try:
        return read_decimal(text)
    except ValueError as trouble:
        raise ValueError(f"{column}: {trouble}") from None


def _named(column: str, text: str, unit: str) -> Length:
    number = _named_decimal(column, text)
    try:
        return _length(number, unit)
    except ValueError as trouble:
        raise ValueError(f"{column}: {trouble}") from None


def fold(text: str) -> str:
    """The form in which words are compared: "Non-Target" and "NON TARGET" are the same."""
    return re.sub(r"[\s_\-/]+", " ", text.strip().upper()).strip()


_METHODS: Mapping[str, Modality] = {
    "CT": Modality.CT, "MRI": Modality.MR, "MR": Modality.MR, "MAGNETIC": Modality.MR, "ULTRASOUND": Modality.US,
    "SCINTIGRAPHY": Modality.NM, "XRAY": Modality.XR, "X": Modality.XR,
}  # fmt: skip


def read_method(text: str) -> Modality | None:
    """TRMETHOD as a modality; None where it says none that changes a rule."""
    words = fold(text).split()
    if {"PET", "CT"} <= set(words):
        return Modality.PET_CT
    if {"PET", "MRI"} <= set(words):
        return Modality.PET_MR
    return next((_METHODS[word] for word in words if word in _METHODS), None)


_RESPONSES: Mapping[str, Response] = {fold(response.value): response for response in Response} | {
    "COMPLETE RESPONSE": Response.CR,
    "PARTIAL RESPONSE": Response.PR,
    "STABLE DISEASE": Response.SD,
    "PROGRESSIVE DISEASE": Response.PD,
    "PROGRESSION": Response.PD,
    "NOT EVALUABLE": Response.NE,
    "INEVALUABLE": Response.NE,
    "NOT ASSESSABLE": Response.NE,
    "UNABLE TO EVALUATE": Response.NE,
    "UE": Response.NE,
    "ND": Response.NE,
    "NOT DONE": Response.NE,
    "NOT ALL EVALUATED": Response.NE,
    "NON CR NON PD": Response.NON_CR_NON_PD,
    "NON COMPLETE RESPONSE NON PROGRESSIVE DISEASE": Response.NON_CR_NON_PD,
    "INCOMPLETE RESPONSE STABLE DISEASE": Response.NON_CR_NON_PD,
    "NO EVIDENCE OF DISEASE": Response.NED,
}
_NOT_APPLICABLE = frozenset(("", "NA", "N A", "NOT APPLICABLE", "NONE"))


def read_response(text: str) -> Response | None:
    """A response as RS writes it; None where it says 'not applicable' or nothing. ValueError where it is not known."""
    word = fold(text)
    if word in _NOT_APPLICABLE:
        return None
    if word not in _RESPONSES:
        raise ValueError(f"'{text[:40]}' is no response known here")
    return _RESPONSES[word]


_NEW = {
    "Y": True, "YES": True, "UNEQUIVOCAL": True, "PD": True, "PRESENT": True, "NEW": True, "TRUE": True,
    "N": False, "NO": False, "EQUIVOCAL": False, "ABSENT": False, "NONE": False, "FALSE": False,
}  # fmt: skip


def read_new_lesions(text: str) -> bool | None:
    """Whether RS states unequivocal new lesions; None where it says nothing. ValueError where it is not known."""
    word = fold(text)
    if word in ("", "NA", "ND", "NE", "NOT DONE", "NOT APPLICABLE"):
        return None
    if word not in _NEW:
        raise ValueError(f"'{text[:40]}' is no answer on new lesions known here")
    return _NEW[word]


@dataclass(frozen=True, slots=True, order=True)
class Evaluator:
    """Who read: --EVAL and --EVALID. Readers are never mixed: each has a baseline and a nadir of their own."""

    role: str
    name: str = ""

    @classmethod
    def of(cls, record: Record, prefix: str) -> Evaluator:
        return cls(record.get(f"{prefix}EVAL").upper(), record.get(f"{prefix}EVALID").upper())

    def __str__(self) -> str:
        return ", ".join(part for part in (self.role, self.name) if part) or "reader not named"
