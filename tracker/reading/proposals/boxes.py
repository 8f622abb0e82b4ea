"""What a box would hold for a value of the report, in the language of ``tracker.domain.cells``.

Everything is read back by ``read_cell`` before it is proposed: a text that would ask or be refused is never offered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.cells import read_cell
from tracker.domain.lengths import Length, format_mm
from tracker.reading.model import Mention, MentionType, Qualifier

_SIGNS = {Qualifier.LESS_THAN: "<", Qualifier.MORE_THAN: ">=", Qualifier.APPROXIMATE: "~"}
#: Words that say that no number could be given; "subcentimetre" and "tiny" only say that none was.
_NOT_MEASURABLE = re.compile(r"too small|not measur|cannot be measured|unmeasurable", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Box:
    """A text for a box; ``sure`` is whether the report leaves no choice of it, ``note`` why not, or what was chosen."""

    text: str
    sure: bool = True
    note: str = ""


def write_box(mention: Mention, *, node: bool, across: Mention | None = None) -> Box | None:
    """The text for a size or for words of size; None where no box can hold it. ``across`` is a short axis given apart."""
    box = _words(mention) if mention.type is MentionType.QUALITATIVE else _size(mention, across, node=node)
    return box if box is not None and reads_back(box.text, node=node) else None


def write_uptake(uptakes: Sequence[Mention]) -> str:
    """SUVmax as its box takes it: the first that is one, or that is only called SUV."""
    for one in uptakes:
        if one.value is not None and (one.label is None or one.label.upper() in ("SUV", "SUVMAX")):
            return f"{one.value:f}"
    return ""


def reads_back(text: str, *, node: bool, labels: frozenset[str] = frozenset()) -> bool:
    """Whether a box takes the text without a question. ``labels`` are those that it may have merged into."""
    reading = read_cell(text, node=node, labels=labels, new=True)
    return reading.observation is not None


def _words(mention: Mention) -> Box:
    if _NOT_MEASURABLE.search(mention.text):
        return Box("ts")
    return Box("ts", sure=False, note=f"“{mention.text}” gives no number; ts counts 5 mm by convention")


def _size(mention: Mention, across: Mention | None, *, node: bool) -> Box | None:
    values = list(mention.values_mm)
    if mention.qualifier is Qualifier.RANGE:
        # RECIST 1.1 takes one longest diameter; of a range the larger is offered, and never as sure.
        return _write([max(values)], None, sure=False, note=f"the report gives a range, {mention.text}")
    if len(values) == 1 and across is not None:
        values.append(across.values_mm[0])
    elif len(values) == 1 and node and not mention.short_axis:
        return _write(values, mention.qualifier, sure=False, note="the report does not say which axis of the node")
    elif len(values) == 1 and mention.short_axis and not node:
        return _write(values, mention.qualifier, sure=False, note="the report gives the short axis only")
    if len(values) > 2:
        return _three(values, mention)
    return _write(sorted(values, reverse=True), mention.qualifier)


def _three(values: Sequence[Decimal], mention: Mention) -> Box | None:
    """The third of three diameters is across the slices; RECIST 1.1 measures in the plane of the slice (3.1.1)."""
    plane = sorted(values[:2], reverse=True)
    if values[2] <= plane[0]:
        return _write(plane, mention.qualifier, note="the first two of three diameters")
    longest = sorted(values, reverse=True)[:2]
    note = "the third diameter is the longest: take it only if it lies in the plane of the slice"
    return _write(longest, mention.qualifier, sure=False, note=note)


def _write(values: Sequence[Decimal], qualifier: Qualifier | None, *, sure: bool = True, note: str = "") -> Box | None:
    try:
        numbers = [format_mm(Length.from_mm(value).um) for value in values]
    except ValueError:
        return None
    text = " x ".join(numbers)
    unit = " mm" if "." in text else ""
    return Box(f"{_SIGNS.get(qualifier, '') if qualifier else ''}{text}{unit}", sure, note)
