"""What the plain form asks of the sizes typed: the questions that the entry table asks while typing. Pure.

Bands as in the table: ten times or a tenth of the prior within a factor of e^0.45; over 1.5 times and 6 mm more, or under
half and 8 mm less, both wider with the interval beyond 60 days; every size that of the scan before. A question decides
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.domain.cells import read_cell
from tracker.domain.lengths import total
from tracker.domain.lesions import Observation
from tracker.domain.vocabulary import State
from tracker.pictures.words import say_change, say_date, say_mm

#: The place of a question about the table as a whole.
ALL_ROWS = "all rows"
_TEN_BAND = math.exp(0.45)
_USUAL_DAYS = 60
_COPIED_FROM_UM = 8000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a row (or of all): in words, and what is stored beside the value where it is kept as typed."""

    place: str
    text: str
    kept: str


def ask_of_entry(
    rows: Sequence[Mapping[str, Any]], texts: Mapping[str, str], performed_on: date | None, *, correcting: bool = False
) -> tuple[Question, ...]:
    """Every question that sizes raise. ``rows`` are those of the entry's data: label, node, history with sizes in µm."""
    asked: list[Question] = []
    sizes: list[tuple[int, int | None, date | None]] = []
    for row in rows:
        size, is_measured = _size(row, texts.get(row["label"], ""), [other["label"] for other in rows])
        prior_size, prior_day = _prior(row, performed_on)
        if size is None:
            continue
        sizes.append((size, prior_size, prior_day))
        if prior_size and prior_day and is_measured:
            asked.extend(_ask_of_row(row["label"], size, prior_size, prior_day, performed_on))
    large = [one for one in sizes if one[0] >= _COPIED_FROM_UM]
    if not correcting and len(large) >= 2 and all(size == prior for size, prior, _ in large) and large[0][2]:
        text = f"All {len(large)} sizes are those of {say_date(large[0][2], year=True)}: copied?"
        asked.append(Question(ALL_ROWS, text, "all sizes equal the prior scan, kept as typed"))
    return tuple(asked)


def _ask_of_row(label: str, size: int, prior: int, day: date, performed_on: date | None) -> Iterator[Question]:
    ratio = size / prior
    wider = max(1.0, ((performed_on - day).days if performed_on else _USUAL_DAYS) / _USUAL_DAYS)
    if 10 / _TEN_BAND < ratio < 10 * _TEN_BAND:
        title = "ten times the prior?"
    elif 0.1 / _TEN_BAND < ratio < 0.1 * _TEN_BAND:
        title = "a tenth of the prior?"
    elif ratio > 1 + 0.5 * wider and size - prior >= 6000:
        title = "much larger?"
    elif ratio < 0.5 / wider and prior - size >= 8000:
        title = "much smaller?"
    else:
        return
    change = say_change(size, prior)
    text = f"{say_mm(size)} mm is {change} from {say_mm(prior)} mm ({say_date(day, year=True)}): {title}"
    yield Question(label, text, f"kept as typed, {change} from the prior")


def _size(row: Mapping[str, Any], text: str, labels: Sequence[str]) -> tuple[int | None, bool]:
    others = frozenset(label for label in labels if label != row["label"])
    seen: Observation | None = read_cell(text, node=row["node"], labels=others, new=True).observation
    if seen is None:
        return None, False
    size = total(seen.parts) if seen.parts else seen.diameter(node=row["node"])
    return (size.um if size is not None else None), seen.state is State.MEASURED


def _prior(row: Mapping[str, Any], performed_on: date | None) -> tuple[int | None, date | None]:
    """The last entry before the day: its size where it has one, and its date."""
    before = [one for one in row["history"] if performed_on is None or one["date"] < performed_on.isoformat()]
    return (before[-1]["size"], date.fromisoformat(before[-1]["date"])) if before else (None, None)
