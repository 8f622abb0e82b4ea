"""What the plain form asks of the sizes typed: the questions that the entry table asks while typing. Pure.

The bands are those of ``tracker.domain.plausibility.sizes``. A question decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.domain.cells import read_cell
from tracker.domain.lengths import Length, total
from tracker.domain.lesions import Observation
from tracker.domain.plausibility import Finding, SizeAgainstPrior, Swap, find_in_sizes
from tracker.domain.plausibility.sizes import ALL_ROWS, COPIED
from tracker.domain.vocabulary import State
from tracker.pictures.words import say_change


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
    labels = [row["label"] for row in rows]
    sizes = tuple(_sizes(rows, texts, labels, performed_on))
    found = (one for one in find_in_sizes(sizes) if not (correcting and one.rule == COPIED.id))
    return tuple(Question(one.place, one.text, _kept(one)) for one in found)


def _kept(finding: Finding) -> str:
    """The remark beside a value that is kept as typed."""
    if finding.place == ALL_ROWS:
        return "all sizes equal the prior scan, kept as typed"
    if isinstance(finding.repair, Swap):
        return f"not swapped with {finding.repair.second}, kept as typed"
    change = say_change(int(finding.numbers["now_um"]), int(finding.numbers["prior_um"]))
    return f"kept as typed, {change} from the prior"


def _sizes(
    rows: Sequence[Mapping[str, Any]], texts: Mapping[str, str], labels: Sequence[str], performed_on: date | None
) -> Iterator[SizeAgainstPrior]:
    for row in rows:
        others = frozenset(label for label in labels if label != row["label"])
        seen = read_cell(texts.get(row["label"], ""), node=row["node"], labels=others, new=True).observation
        size = _size(seen, row) if seen is not None else None
        if seen is None or size is None:
            continue
        prior, day = _prior(row, performed_on)
        days = (performed_on - day).days if performed_on is not None and day is not None else None
        yield SizeAgainstPrior(row["label"], size, prior, day, days, seen.state is State.MEASURED)


def _size(seen: Observation, row: Mapping[str, Any]) -> Length | None:
    return total(seen.parts) if seen.parts else seen.diameter(node=row["node"])


def _prior(row: Mapping[str, Any], performed_on: date | None) -> tuple[Length | None, date | None]:
    """The last entry before the day: its size where it has one, and its date."""
    before = [one for one in row["history"] if performed_on is None or one["date"] < performed_on.isoformat()]
    if not before:
        return None, None
    size = before[-1]["size"]
    return Length(size) if size is not None else None, date.fromisoformat(before[-1]["date"])
