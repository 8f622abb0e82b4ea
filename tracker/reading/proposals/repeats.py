"""A lesion that the impression gives another size than the findings do: two readings of one row, never a new lesion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker.reading.model import Document, Section
from tracker.reading.proposals.matching import Match, weigh
from tracker.reading.proposals.model import Contradiction
from tracker.reading.proposals.units import Unit

_LATER = (Section.IMPRESSION, Section.ADDENDUM)


def find_repeats(
    units: Sequence[Unit], matches: Sequence[Match], document: Document
) -> tuple[tuple[Match, ...], tuple[Contradiction, ...]]:
    """Of ``units`` that fit no row: those of the impression, not called new, in the very segment of one lesion that was
    matched from the findings. Each as an unsure match of that row, and the contradiction that is shown for it.
    """
    repeated, apart = [], []
    for unit in units:
        if unit.new or not unit.sizes or not unit.segments or not _is_later(unit, document):
            continue
        same = [one for one in matches if _is_same_place(one.unit, unit) and not _is_later(one.unit, document)]
        if len(same) != 1:
            continue
        (first,) = same
        evidence = weigh(unit, first.row)
        if evidence is None:
            continue
        now, before = unit.sizes[0], first.unit.sizes[0]
        evidence = replace(evidence, against=(*evidence.against, f"the findings give {before.text}"))
        repeated.append(replace(first, unit=unit, evidence=evidence, sure=False, others=()))
        words = f"{before.text} in one place, {now.text} in another"
        apart.append(Contradiction(words, ((before.start, before.end), (now.start, now.end)), (first.row.label,)))
    return tuple(repeated), tuple(apart)


def _is_same_place(one: Unit, other: Unit) -> bool:
    return bool(one.sizes) and one.organ == other.organ and set(one.segments) == set(other.segments)


def _is_later(unit: Unit, document: Document) -> bool:
    """Whether all that is said of a lesion stands in the impression or an addendum."""
    sections = [
        next((one.section for one in document.sentences if one.start <= said.start < one.end), None)
        for said in unit.current
    ]
    return bool(sections) and all(section in _LATER for section in sections)
