"""How the text of a report is marked: what is of this exam, what is of an earlier one, what is no lesion's, what is said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from tracker.reading.model import Kind, Mention, Reading, Time
from tracker.reading.proposals.model import Mark, Tone

Span = tuple[int, int]


def mark(reading: Reading, said: Iterable[Span], why: Mapping[Span, str]) -> tuple[Mark, ...]:
    """The marks in order, none over another: values first, words around them. ``why`` speaks of values that fit no row."""
    marks: list[Mark] = []
    for one in sorted(reading.mentions, key=lambda mention: (mention.start, -mention.end)):
        if one.start < one.end and (not marks or one.start >= marks[-1].end):
            marks.append(Mark(one.start, one.end, tone_of(one), why.get((one.start, one.end), "")))
    taken = [(one.start, one.end) for one in marks]
    spans = {(span.start, span.end) for span in reading.liver.spans}
    spans |= {(start, end) for start, end in reading.others.new_disease_spans.values()}
    for start, end in _joined(sorted(spans | set(said))):
        marks += [Mark(first, last, Tone.SAID) for first, last in _without(start, end, taken)]
    return tuple(sorted(marks, key=lambda one: one.start))


def tone_of(mention: Mention) -> Tone:
    """A value that the report itself corrects is shown as an earlier one."""
    if mention.kind not in (Kind.LESION, Kind.NODE):
        return Tone.PLAIN
    return Tone.CURRENT if mention.time is Time.CURRENT and not mention.superseded else Tone.PRIOR


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans as one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def _without(start: int, end: int, taken: Sequence[Span]) -> list[Span]:
    """A span without the values in it; ``taken`` is in order."""
    pieces, at = [], start
    for first, last in islice(taken, max(0, bisect_right(taken, (start, start)) - 1), None):
        if first >= end:
            break
        if last <= at:
            continue
        if first > at:
            pieces.append((at, first))
        at = max(at, last)
    return [*pieces, (at, end)] if at < end else pieces
