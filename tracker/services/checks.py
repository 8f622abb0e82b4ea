"""What any draft must fulfil: words, dates, texts. Each check yields problems; none stops at the first."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from tracker.domain.drafts import MarkerDraft, TreatmentDraft
from tracker.domain.lengths import Length
from tracker.domain.plausibility.labs import find_impossible_value
from tracker.domain.vocabulary import Residual, TreatmentKind
from tracker.domain.wording import label_order
from tracker.errors import Problem

FIRST_DATE = date(1970, 1, 1)
#: A treatment or an action is planned at most so far ahead.
FURTHEST = timedelta(days=5 * 366)
LINE = 200
PAGE = 200_000
#: Digits a stored decimal may have, before and after its point.
DIGITS = 12
#: Around an ablated or resected lesion.
WIDEST_MARGIN = Length.from_mm(100)

D = TypeVar("D")


def tidy(draft: D) -> D:
    """The draft with the white space around its texts gone; an optional text that is empty then is None.

    Works on any frozen draft and on the drafts within it.
    """
    return _tidy(draft)  # type: ignore[no-any-return]


def tidy_text(text: str) -> str:
    """One spelling of a text: composed characters, no white space around."""
    return unicodedata.normalize("NFC", text).strip()


def _tidy(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return tidy_text(value)
    if isinstance(value, (tuple, list)):
        return tuple(_tidy(item) for item in value)
    if isinstance(value, Mapping):
        return {_tidy(key): _tidy(item) for key, item in value.items()}
    if (
        dataclasses.is_dataclass(value)
        and not isinstance(value, type)
        and value.__class__.__module__.endswith(_DRAFTED)
    ):
        changed = {}
        for field in dataclasses.fields(value):
            given = getattr(value, field.name)
            item = _tidy(given)
            empty = item == "" and field.default is None
            changed[field.name] = None if empty else given if field.name in _VERBATIM else item
        return dataclasses.replace(value, **changed)
    return value


#: Unseen characters that belong to names: joiners of Persian and Indian scripts, spaces that do not break.
_JOINERS = "\u200c\u200d\u00a0\u202f"
#: Modules whose dataclasses hold texts of people.
#: Texts whose places others quote: kept as they came.
_VERBATIM = ("report_text",)
_DRAFTED = ("domain.drafts", "domain.record", "domain.lesions", "domain.tumour")


def check_text(place: str, text: str | None, *, limit: int = LINE, needed: bool = False) -> Iterator[Problem]:
    """A text: present where needed, not too long, and of characters that every database can keep."""
    if text is None or text == "":
        if needed:
            yield Problem(place, "is missing")
        return
    if not isinstance(text, str):
        yield Problem(place, f"must be a text, not {text!r}")
        return
    if len(text) > limit:
        yield Problem(place, f"has {len(text):,} characters; at most {limit:,} are kept")
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        yield Problem(place, "holds characters that are no text (a NUL or half a character); type it again")
    elif limit <= LINE and not all(character.isprintable() or character in _JOINERS for character in text):
        yield Problem(place, "must be one line of plain text")


def check_reason(reason: str) -> Iterator[Problem]:
    """The reason of a correction or withdrawal: the audit keeps it beside what it changed."""
    return check_text("reason", reason, limit=PAGE, needed=True)


def check_word(place: str, word: object, kind: type[Enum], *, needed: bool = True) -> Iterator[Problem]:
    """A word of the vocabulary."""
    if word is None and not needed:
        return
    if not isinstance(word, kind):
        known = ", ".join(str(member.value) for member in kind)
        yield Problem(place, f"'{word}' is not known; right is one of {known}")


def check_date(
    place: str,
    day: object,
    *,
    today: date | None = None,
    not_before: tuple[date, str] | None = None,
    needed: bool = True,
) -> Iterator[Problem]:
    """A calendar date that is plausible: not in the future (of ``today``), not before another date that is named."""
    if day is None:
        if needed:
            yield Problem(place, "is missing")
        return
    # A datetime is a date to Python, but carries a time of day that no column keeps.
    if type(day) is not date:
        yield Problem(place, f"must be a calendar date, not {day!r}")
        return
    if day < FIRST_DATE:
        yield Problem(place, f"{day} is before {FIRST_DATE.year}; give the year in four digits")
    if today is not None and day > today:
        yield Problem(place, f"{day} is in the future; today is {today}")
    if not_before is not None and type(not_before[0]) is date and day < not_before[0]:
        yield Problem(place, f"{day} is before {not_before[1]} of {not_before[0]}")


def check_ahead(place: str, day: object, today: date) -> Iterator[Problem]:
    """A date of a plan: nobody plans further ahead than five years, so that a later year is a slip."""
    if type(day) is date and day > today + FURTHEST:
        yield Problem(place, f"{day} is more than five years ahead; check the year")


def check_whole(place: str, number: object, least: int, most: int) -> Iterator[Problem]:
    """A whole number within bounds, or None."""
    if number is None:
        return
    if isinstance(number, bool) or not isinstance(number, int):
        yield Problem(place, f"must be a whole number, not {number!r}")
    elif not least <= number <= most:
        yield Problem(place, f"{number} is not possible; right is {least} to {most}")


def check_decimal(place: str, number: object, least: Decimal, most: Decimal) -> Iterator[Problem]:
    """An exact decimal within bounds, or None."""
    if number is None:
        return
    if not isinstance(number, Decimal) or not number.is_finite():
        yield Problem(place, f"must be a number, not {number}")
    elif not least <= number <= most:
        # Written out, 1e999999 would be a text of a million digits.
        said = f"{number:f}" if abs(number.adjusted()) <= DIGITS else f"{number}"
        yield Problem(place, f"{said} is not possible; right is {least:f} to {most:f}")
    elif len(number.as_tuple().digits) > DIGITS or abs(int(number.as_tuple().exponent)) > DIGITS:
        yield Problem(place, f"{number} has more than {DIGITS} digits")


def check_treatment(draft: TreatmentDraft, known: Iterable[str], today: date) -> Iterator[Problem]:
    """Everything wrong with a treatment; ``known`` are the labels of the patient's lesions."""
    labels = set(known)
    yield from check_text("treatment", draft.name, needed=True)
    yield from check_word("kind of treatment", draft.kind, TreatmentKind)
    # What is planned begins in the future; what has begun does not.
    yield from check_date("treatment start", draft.start, today=None if draft.planned else today)
    yield from check_date("treatment stop", draft.stop, not_before=(draft.start, "its start"), needed=False)
    yield from check_ahead("treatment start", draft.start if draft.planned else None, today)
    yield from check_ahead("treatment stop", draft.stop, today)
    yield from check_whole("cycles", draft.cycles, 0, 200)
    yield from check_labels("treatment", draft.lesions, labels)
    yield from _check_details(draft)


def _check_details(draft: TreatmentDraft) -> Iterator[Problem]:
    """What belongs to one kind of treatment only: margin, dose, what a resection left; and why it was stopped."""
    yield from check_text("reason stopped", draft.stop_reason, limit=PAGE)
    if draft.stop_reason is not None and draft.stop is None:
        yield Problem("reason stopped", "is given, but the treatment goes on; give the day it was stopped")
    yield from check_decimal("dose", draft.dose_gy, Decimal("0.1"), Decimal(500))
    yield from check_whole("fractions", draft.fractions, 1, 60)
    yield from check_word("R status", draft.residual, Residual, needed=False)
    for place, given, kinds in (
        ("dose", draft.dose_gy, (TreatmentKind.RADIOTHERAPY, TreatmentKind.SIRT)),
        ("fractions", draft.fractions, (TreatmentKind.RADIOTHERAPY,)),
        ("R status", draft.residual, (TreatmentKind.RESECTION,)),
        ("margin", draft.margins or None, (TreatmentKind.ABLATION, TreatmentKind.RESECTION)),
    ):
        if given is not None and draft.kind not in kinds:
            yield Problem(place, f"belongs to {' or '.join(kinds)}, but this is {draft.kind}")
    for label, margin in draft.margins.items():
        if label not in draft.lesions:
            yield Problem("margin", f"is given for {label}, which is not among the lesions treated")
        if not isinstance(margin, Length) or margin > WIDEST_MARGIN:
            yield Problem("margin", f"{margin} around {label} is not possible; right is at most {WIDEST_MARGIN}")


def check_labels(place: str, labels: Iterable[str], known: set[str]) -> Iterator[Problem]:
    """Labels that name lesions of the patient, each once."""
    seen = set()
    for label in labels:
        if label in seen:
            yield Problem(place, f"names {label} twice")
        elif label not in known:
            yield Problem(place, f"'{label}' is not a lesion of this patient; {named(known)}")
        seen.add(label)


def named(known: Iterable[str]) -> str:
    """The labels there are, for the end of a sentence."""
    labels = ", ".join(sorted(known, key=label_order))
    return f"known are {labels}" if labels else "none is recorded yet"


def check_marker(draft: MarkerDraft, today: date) -> Iterator[Problem]:
    """Everything wrong with a laboratory value."""
    yield from check_text("marker", draft.name, needed=True)
    yield from check_date("taken on", draft.taken_on, today=today)
    yield from check_text("unit", draft.unit, limit=30, needed=True)
    if draft.value is None:
        yield Problem("value", "is missing")
    wrong = tuple(check_decimal("value", draft.value, Decimal(0), Decimal(10_000_000)))
    yield from wrong
    is_readable = not wrong and draft.value is not None and isinstance(draft.name, str) and isinstance(draft.unit, str)
    if is_readable and (impossible := find_impossible_value(draft)) is not None:
        yield impossible.problem
    yield from check_decimal("upper limit", draft.upper_limit, Decimal(0), Decimal(10_000_000))
