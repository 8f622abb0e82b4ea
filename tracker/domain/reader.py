"""A strict reader of plain values: it collects every problem with its place instead of stopping at the first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from tracker.domain.lengths import Length
from tracker.domain.vocabulary import Term
from tracker.errors import Problem

T = TypeVar("T", bound=Term)

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 60
#: Finer than any instrument, and than what a double can say of a number near one.
_MOST_DECIMALS = 30


class Reader:
    """Reads values and remembers what was wrong. A reading method returns None where the value is absent or wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, place: str, text: str) -> None:
        self.problems.append(Problem(place, text))

    def mapping(self, value: object, place: str, known: Sequence[str] | None) -> Mapping[str, Any] | None:
        """An object with known keys only; ``known`` None allows any key that is text."""
        if not isinstance(value, Mapping):
            self.wrong(place, f"is {_kind(value)}; an object is needed")
            return None
        for key in value:
            if not isinstance(key, str):
                self.wrong(place, f"has the key {key!r}; keys are text")
            elif known is not None and key not in known:
                self.wrong(f"{place}.{key}".lstrip("."), f"is not a key of this format; known are: {', '.join(known)}")
        return value

    def items(self, value: object, place: str, *, empty: bool = False) -> Sequence[Any]:
        if value is None and empty:
            return ()
        if isinstance(value, (list, tuple)):
            return value
        self.wrong(place, f"is {_kind(value)}; a list is needed")
        return ()

    def text(self, value: object, place: str, *, needed: bool = False) -> str | None:
        if value is None and not needed:
            return None
        if not isinstance(value, str) or not value.strip():
            self.wrong(place, f"is {_kind(value)}; text is needed")
            return None
        return value

    def word(self, value: object, place: str, known: Iterable[str], *, needed: bool = False) -> str | None:
        if value is None and not needed:
            return None
        if not isinstance(value, str) or value not in known:
            self.wrong(place, f"is {_kind(value)}; known are: {', '.join(known)}")
            return None
        return value

    def term(self, value: object, place: str, kind: type[T], *, needed: bool = False) -> T | None:
        if value is None and not needed:
            return None
        if not isinstance(value, str) or value not in kind.words():
            self.wrong(place, f"is {_kind(value)}; known are: {', '.join(kind.words())}")
            return None
        return next(term for term in kind if term.value == value)

    def switch(self, value: object, place: str) -> bool | None:
        if value is None:
            return None
        if not isinstance(value, bool):
            self.wrong(place, f"is {_kind(value)}; true or false is needed")
            return None
        return value

    def count(self, value: object, place: str) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100_000:
            self.wrong(place, f"is {_kind(value)}; a whole number, zero or more, is needed")
            return None
        return value

    def date(self, value: object, place: str, *, needed: bool = False) -> dt.date | None:
        if value is None and not needed:
            return None
        if isinstance(value, str) and _ISO_DATE.fullmatch(value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        self.wrong(place, f"is {_kind(value)}; a full date such as 2026-03-02 is needed")
        return None

    def decimal(self, value: object, place: str, *, signed: bool = False) -> Decimal | None:
        """An exact number; a float is read by its shortest decimal form."""
        if value is None:
            return None
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            try:
                exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
            except InvalidOperation:
                exact = Decimal("NaN")
            if (
                exact.is_finite()
                and (signed or exact >= 0)
                and exact.adjusted() < 9
                and _decimals(exact) <= _MOST_DECIMALS
            ):
                return exact
        self.wrong(place, f"is {_kind(value)}; a number{'' if signed else ', zero or more,'} is needed")
        return None

    def length(self, value: object, place: str) -> Length | None:
        """Millimetres above zero with at most three decimals."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            self.wrong(place, f"is {_kind(value)}; a number of millimetres is needed")
            return None
        try:
            length = Length.from_mm(value)
        except ValueError as error:
            self.wrong(place, f"{error}; a size in mm with at most three decimals is needed")
            return None
        if length.um == 0:
            self.wrong(place, "is 0; where a lesion is gone, say the state 'absent'")
            return None
        return length


def _decimals(number: Decimal) -> int:
    """How many digits stand behind the point."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _kind(value: object) -> str:
    """A wrong value in a few words: quoted where it is short, named by its kind where it is not."""
    match value:
        case None:
            return "not given"
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}…"
        case int() if value.bit_length() > 64:
            return "a number of very many digits"
        case int() | float() | Decimal():
            return str(value)[:_SHOWN]
        case list() | tuple():
            return "a list"
    return "an object"
