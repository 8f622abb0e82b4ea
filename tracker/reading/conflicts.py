"""Where a report contradicts itself: both places are shown, and neither is chosen.

A problem names characters of the text and what was read there, never the words of the report.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, islice, pairwise

from tracker.errors import Problem
from tracker.reading.counts import find_counts
from tracker.reading.model import Change, CountQualifier, Document, LiverSaid, Mention, MentionType, Time
from tracker.reading.segments import can_be_one_place

#: As many tellings of one lesion are compared with each other.
_MOST = 40


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two places that cannot both be right, and one sentence that says why."""

    lesion: str | None
    text: str
    first: tuple[int, int]
    second: tuple[int, int]

    def as_problem(self) -> Problem:
        """The sentence with both places."""
        (a, b), (c, d) = self.first, self.second
        return Problem(f"characters {a} to {b} and {c} to {d}", self.text)


def find_conflicts(document: Document, mentions: Sequence[Mention], liver: LiverSaid) -> tuple[Conflict, ...]:
    """All contradictions, in the order of the text."""
    lesions: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.lesion is not None and not mention.superseded:
            lesions.setdefault(mention.lesion, []).append(mention)
    found = [one for letter, members in lesions.items() for one in _of_lesion(letter, members)]
    found += _of_counts(document, liver)
    found += _of_newness(mentions, liver)
    return tuple(sorted(found, key=lambda one: (one.first, one.second)))


def find_problems(document: Document, mentions: Sequence[Mention], liver: LiverSaid) -> tuple[Problem, ...]:
    """The contradictions as sentences."""
    return tuple(one.as_problem() for one in find_conflicts(document, mentions, liver))


def _of_lesion(letter: str, members: Sequence[Mention]) -> Iterator[Conflict]:
    placed = [one for one in members if one.segments]
    for one, two in _differing(
        placed, lambda one: one.segments, lambda a, b: not can_be_one_place(a.segments, b.segments)
    ):
        text = f"lesion {letter} is placed in segment {'/'.join(one.segments)} and in segment {'/'.join(two.segments)}"
        yield _conflict(letter, text, one, two)
    changed = [one for one in members if one.change is not None and one.type is not MentionType.SUV]
    for one, two in _differing(changed, lambda one: one.change, lambda a, b: a.change is not b.change):
        yield _conflict(letter, f"lesion {letter} is said to be {one.change} and {two.change}", one, two)
    sizes = [
        one
        for one in members
        if one.type is MentionType.SIZE and one.time is Time.CURRENT and one.values_mm and not one.short_axis
    ]
    for one, two in _differing(sizes, lambda one: (one.sentence_start, max(one.values_mm)), _are_two_sizes):
        text = f"lesion {letter} measures {_mm(one)} and {_mm(two)}"
        yield _conflict(letter, text, one, two)
    yield from _against_the_words(letter, members)


def _against_the_words(letter: str, members: Sequence[Mention]) -> Iterator[Conflict]:
    """A lesion said to have grown that is smaller than before, or the other way round."""
    for kind in (MentionType.SIZE, MentionType.SUV):
        of_kind = [one for one in members if one.type is kind and one.numbers]
        for now in (one for one in of_kind if one.time is Time.CURRENT and one.change is not None):
            priors = [one for one in of_kind if one.time is Time.PRIOR and one.sentence_start == now.sentence_start]
            if len(priors) != 1 or len(priors[0].numbers) != len(now.numbers):
                continue
            difference = max(now.numbers) - max(priors[0].numbers)
            wrong = (now.change is Change.DECREASED and difference > 0) or (
                now.change is Change.INCREASED and difference < 0
            )
            if wrong:
                first, second = sorted((priors[0], now), key=lambda one: one.start)
                text = f"lesion {letter} is said to be {now.change}, and the sizes say the opposite: {_said(priors[0])} before, {_said(now)} now"
                yield _conflict(letter, text, first, second)


def _of_counts(document: Document, liver: LiverSaid) -> Iterator[Conflict]:
    """Two totals that differ."""
    places = {span.start for span in liver.spans if span.says == "count"}
    held = [one for one in document.sentences if any(one.start <= at < one.end for at in places)]
    said = [one for sentence in held for one in find_counts(document, sentence, about=True) if one.start in places]
    exact = [one for one in said if one.count.qualifier is CountQualifier.EXACT]
    for one, two in pairwise(exact):
        if one.count.value != two.count.value:
            text = f"the number of liver lesions is given as {one.count.value} and as {two.count.value}"
            yield Conflict(None, text, (one.start, one.end), (two.start, two.end))


def _of_newness(mentions: Sequence[Mention], liver: LiverSaid) -> Iterator[Conflict]:
    """A new liver lesion beside words that none is new."""
    none = [span for span in liver.spans if span.says == "no_new_lesions"]
    new = [span for span in liver.spans if span.says == "new"]
    if none and new:
        first, second = sorted(((new[0].start, new[0].end), (none[0].start, none[0].end)))
        yield Conflict(None, "a lesion of the liver is called new, and it is said that none is new", first, second)


def _differing(
    members: Sequence[Mention], key: Callable[[Mention], Hashable], differ: Callable[[Mention, Mention], bool]
) -> Iterator[tuple[Mention, Mention]]:
    """The first two members that differ, where any do; of those with one key the first stands for all."""
    kept = list({key(one): one for one in reversed(members)}.values())[::-1]
    yield from islice(((one, two) for one, two in combinations(kept[:_MOST], 2) if differ(one, two)), 1)


def _conflict(letter: str, text: str, one: Mention, two: Mention) -> Conflict:
    return Conflict(letter, text, (one.start, one.end), (two.start, two.end))


def _are_two_sizes(one: Mention, two: Mention) -> bool:
    """Whether two sizes of two sentences cannot be one size, rounded."""
    return one.sentence_start != two.sentence_start and abs(max(one.values_mm) - max(two.values_mm)) > Decimal(1)


def _mm(mention: Mention) -> str:
    return f"{max(mention.values_mm).normalize():f} mm"


def _said(mention: Mention) -> str:
    return _mm(mention) if mention.values_mm else f"{mention.value}"
