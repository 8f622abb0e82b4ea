"""Lesions that are said to have grown together: one carries the size of both, the others merged into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.domain.vocabulary import Segment
from tracker.reading.model import Document
from tracker.reading.proposals.boxes import reads_back
from tracker.reading.proposals.matching import Match
from tracker.reading.proposals.model import Suggestion
from tracker.reading.proposals.rows import Row
from tracker.reading.proposals.words import sentence_around

_MERGED = re.compile(r"\b(?:conflu\w+|coalesc\w+|merged|grown\s+together|inseparable)\b", re.IGNORECASE)


def find_merged(matches: Sequence[Match], rows: Sequence[Row], document: Document) -> Iterator[Suggestion]:
    """For each lesion that its sentence calls confluent: the rows of its segments that nothing else was matched to."""
    matched = {one.row.label for one in matches}
    for one in matches:
        value = one.unit.main
        if value is None or not one.unit.sizes:
            continue
        start, end = sentence_around(document, value.start, value.end)
        words = _MERGED.search(document.text, start, end)
        if words is None:
            continue
        others = [row for row in rows if row.label not in matched and _overlap(one.unit.segments, row.segments)]
        for row in others:
            text = f"m {one.row.label}"
            if not reads_back(text, node=row.is_node, labels=frozenset([one.row.label])):
                continue
            matched.add(row.label)
            yield Suggestion(
                id=f"{row.label}@{words.start()}",
                label=row.label,
                text=text,
                suv="",
                start=words.start(),
                end=words.end(),
                sentence_start=start,
                sentence_end=end,
                reason=f"Said to have grown together in {_named(one.unit.segments)}; the size of both is taken for {one.row.label}.",
                sure=False,
            )


def _overlap(said: Sequence[Segment], recorded: Sequence[Segment]) -> bool:
    """Whether two lesions share a segment, a part of IV counting as IV."""
    whole = [{Segment.IV if one in (Segment.IVA, Segment.IVB) else one for one in some} for some in (said, recorded)]
    return bool(whole[0] & whole[1])


def _named(segments: Sequence[Segment]) -> str:
    return "segment " + "/".join(str(one) for one in segments)
