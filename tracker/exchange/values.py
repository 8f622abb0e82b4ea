"""One cell to one value: dates, sizes, numbers, counts, details of a state. Each refuses with a sentence (ValueError).

Numbers stay exact decimals from the first letter on; a comma and a point both part off decimals.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.domain.cells import LONGEST, SHORTEST
from tracker.domain.lengths import Length
from tracker.domain.record import StatedCount
from tracker.domain.vocabulary import Certainty, CountKind, State
from tracker.exchange.codes import fold, look_up, shorten

LONGEST_NAME = 64
LONGEST_LABEL = 20
LONGEST_TEXT = 4_000
#: Stands where a file says that a lesion could not be judged and not why.
NO_REASON = "reason not given"
QUALIFIERS = ("<", ">=", "approx")
_QUALIFIER_WORDS = {
    "less than": "<", "under": "<", "≥": ">=", ">": ">=", "at least": ">=", "more than": ">=",
    "~": "approx", "≈": "approx", "ca": "approx", "ca.": "approx", "about": "approx", "approx.": "approx",
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ORDERED = re.compile(r"(\d{1,2})([./\- ])\s?(\d{1,2})\2\s?(\d{4})")


class Opens(StrEnum):
    """Whether an exam is the baseline of a course."""

    YES = "yes"
    #: It opens its course without closing the one before.
    ONLY = "only"
    NO = "no"


class DateOrder(StrEnum):
    """The order of day and month in dates that are not ISO."""

    DMY = "dmy"
    MDY = "mdy"


def read_date(text: str, order: DateOrder | None = None) -> date:
    """A full calendar date: 2022-06-01, 20220601, or the stated order with point, stroke or hyphen."""
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _ORDERED.fullmatch(text):
        if order is None:
            way_out = "write it as 2026-03-02, or state the order (--date-order dmy or mdy)"
            raise ValueError(f"'{shorten(text)}' can be read in two ways; {way_out}")
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        day, month = (first, second) if order is DateOrder.DMY else (second, first)
    else:
        raise ValueError(f"'{shorten(text)}' is no full date; write it as 2026-03-02")
    try:
        found = date(year, month, day)
    except ValueError:
        raise ValueError(f"'{shorten(text)}' is not in the calendar; write year-month-day, as 2026-03-02") from None
    if found.year < 1900:
        raise ValueError(f"'{shorten(text)}' lies before 1900")
    return found


def read_number(text: str, what: str) -> Decimal:
    """An exact decimal; ``what`` names the unit in the sentence that refuses."""
    compact = text.replace("−", "-")
    if not _NUMBER.fullmatch(compact) or len(compact) > 24:
        raise ValueError(
            f"'{shorten(text)}' is not one number ({what}); write it as 23.5 or 23,5, without unit or sign"
        )
    return Decimal(compact.replace(",", "."))


def read_size(text: str) -> Length:
    """A lesion's size in mm with at most three decimals. Zero passes; what it means is the caller's to say."""
    match = re.fullmatch(r"(.+?)\s*(mm|cm)", text)
    if match and _NUMBER.fullmatch(match[1]):
        raise ValueError(f"'{shorten(text)}' carries a unit; write the number of millimetres alone")
    if re.fullmatch(r"[<>≤≥~]=?\s*[\d.,]+", text):
        raise ValueError(f"'{shorten(text)}': write the number here and its sign in the column qualifier")
    size = Length.from_mm(read_number(text, "mm"))
    if size.um and not SHORTEST <= size <= LONGEST:
        raise ValueError(f"{size} is no size of a lesion; sizes are in mm, {SHORTEST} to {LONGEST}")
    return size


def read_slice(text: str) -> Length:
    """A slice thickness in mm."""
    size = Length.from_mm(read_number(text, "mm"))
    if not 0 < size.um <= 50_000:
        raise ValueError(f"{size} is no slice thickness; it is in mm, over 0 and up to 50")
    return size


def read_count(text: str) -> StatedCount:
    """A count as stated: 4, >=7, multiple, innumerable."""
    compact = text.replace(" ", "")
    if re.fullmatch(r"\d{1,4}", compact):
        return StatedCount(CountKind.EXACT, int(compact))
    if match := re.fullmatch(r"(>=|≥)(\d{1,4})|(\d{1,4})\+", compact):
        return StatedCount(CountKind.AT_LEAST, int(match[2] or match[3]))
    if match := re.fullmatch(r">(\d{1,4})", compact):
        return StatedCount(CountKind.AT_LEAST, int(match[1]) + 1)
    for vague in (CountKind.MULTIPLE, CountKind.INNUMERABLE):
        if fold(text) == vague.value:
            return StatedCount(vague)
    raise ValueError(f"'{shorten(text)}' is no count; write 4, >=7, multiple or innumerable")


def read_qualifier(text: str) -> str:
    """The sign of a size as the report states it."""
    return look_up(text, QUALIFIERS, _QUALIFIER_WORDS)


def read_uptake(text: str, what: str) -> Decimal:
    """An uptake value: an exact number, not negative."""
    number = read_number(text, what)
    if not 0 <= number < 10_000:
        raise ValueError(f"{number} is no {what}; it is a number from 0 on")
    return number


def read_opens(text: str) -> Opens:
    """Whether the exam opens a course: yes, no, or 'only' where it does not close the course before."""
    word = fold(text)
    if word in ("yes", "y", "true", "1", "x"):
        return Opens.YES
    if word in ("no", "n", "false", "0"):
        return Opens.NO
    if word == "only":
        return Opens.ONLY
    raise ValueError(f"'{shorten(text)}' is neither yes nor no")


def read_name(text: str, most: int = LONGEST_NAME) -> str:
    """An identifier or another short text of one line."""
    name = text.strip()
    if not name.isprintable() or not 0 < len(name) <= most:
        raise ValueError(f"'{shorten(text)}' is no identifier; it is one line of at most {most} letters")
    return name


def read_label(text: str) -> str:
    """The label of a lesion."""
    return read_name(text, LONGEST_LABEL)


def read_text(text: str) -> str:
    """Free text, without control characters other than tabs and line ends."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"the text has {len(text)} letters; {LONGEST_TEXT} are the most")
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\t\r\n" for letter in text):
        raise ValueError("the text holds a control character; leave it out")
    return text


@dataclass(frozen=True, slots=True)
class Detail:
    """What the column ``state_detail`` adds to a state."""

    into: str | None = None
    parts: tuple[Length, ...] = ()
    by: str | None = None
    treated_on: date | None = None
    reason: str | None = None
    certainty: Certainty | None = None
    first_seen: date | None = None
    grown: bool = False
    provisional: bool = False
    measured_as_target: bool = False


def read_detail(text: str, state: State, order: DateOrder | None = None) -> Detail:
    """The detail of a state: "into L2", "14+9", "ablation 2026-04-16", a reason; several parted by ";".

    Beside these: "grown" (present), "first seen DATE" (a new lesion), "provisional", "as target", and
    "equivocal" or "unequivocal" (recurrence at treated site).
    """
    found: dict[str, object] = {}
    rest: list[str] = []
    for item in (part.strip() for part in text.split(";")):
        word = fold(item)
        if match := re.fullmatch(r"first seen (\S+)", item, re.IGNORECASE):
            found["first_seen"] = read_date(match[1], order)
        elif word in ("grown", "provisional"):
            found[word] = True
        elif word == "as target":
            found["measured_as_target"] = True
        elif item:
            rest.append(item)
    return Detail(**found, **_read_main_detail("; ".join(rest), state, order))  # type: ignore[arg-type]


def _read_main_detail(text: str, state: State, order: DateOrder | None) -> dict[str, object]:
    """The part of a detail that belongs to one state only."""
    match state:
        case State.MERGED:
            label = re.sub(r"^(merged\s+)?(in)?to\s+", "", text, flags=re.IGNORECASE)
            if not label:
                raise ValueError("say into which lesion it merged, as 'into L2'")
            return {"into": label}
        case State.SPLIT:
            parts = re.split(r"\s*[+&]\s*", re.sub(r"\s*mm$", "", text))
            if len(parts) < 2:
                raise ValueError("say the diameters of the parts in mm, as 14+9")
            sizes = tuple(read_size(part) for part in parts)
            if any(size.um == 0 for size in sizes):
                raise ValueError("a part of 0 mm is none; leave it out")
            return {"parts": sizes}
        case State.TREATED:
            return _read_treatment(text, order)
        case State.NOT_EVALUABLE:
            return {"reason": text or NO_REASON}
        case State.RECURRENCE:
            if not text:
                raise ValueError("say equivocal or unequivocal, as the report does")
            return {"certainty": look_up(text, Certainty, {})}
    if text:
        raise ValueError(f"'{shorten(text)}' says nothing about the state '{state}'; write it in the column comment")
    return {}


def _read_treatment(text: str, order: DateOrder | None) -> dict[str, object]:
    words = text.split()
    if not words:
        return {}
    last = words[-1]
    if re.fullmatch(r"[\d./-]{6,}", last):
        if len(words) == 1:
            raise ValueError("say by what it was treated, as 'ablation 2026-04-16'")
        return {"by": " ".join(words[:-1]), "treated_on": read_date(last, order)}
    return {"by": " ".join(words)}
