"""The lesions of one report: all that it says of each, gathered from its mentions; and its contradictions about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.plausibility.places import Side
from tracker.domain.vocabulary import LIVER, LYMPH_NODE, Segment
from tracker.reading.model import Change, Kind, Mention, MentionType, Qualifier, Reading, Time
from tracker.reading.proposals.model import Contradiction

_LEFT = frozenset({Segment.II, Segment.III, Segment.IV, Segment.IVA, Segment.IVB})
_RIGHT = frozenset({Segment.V, Segment.VI, Segment.VII, Segment.VIII})
_FOLLOWED = (Kind.LESION, Kind.NODE)
_DECIMALS = re.compile(r"\d+(?:[.,](\d+))?")


@dataclass(frozen=True, slots=True)
class Unit:
    """One lesion as the report gives it. The mentions are in the order of the text; superseded ones are in none."""

    letter: str
    organ: str | None
    segments: tuple[Segment, ...]
    lobe: str | None
    #: Current sizes that agree with each other, the fullest first; of each further group one, so that two are contradictory.
    sizes: tuple[Mention, ...] = ()
    words: tuple[Mention, ...] = ()
    uptakes: tuple[Mention, ...] = ()
    priors: tuple[Mention, ...] = ()
    #: The short axis where the report gives it apart from the longest diameter.
    across: Mention | None = None
    change: Change | None = None
    new: bool = False
    contradictions: tuple[Contradiction, ...] = ()
    #: All that is said of it on this exam.
    current: tuple[Mention, ...] = ()

    @property
    def is_node(self) -> bool:
        return self.organ == LYMPH_NODE

    @property
    def side(self) -> Side | None:
        """Right or left, as said or by the segments."""
        if self.lobe == "right":
            return "right"
        return "left" if self.lobe == "left" else side_of(self.segments)

    @property
    def main(self) -> Mention | None:
        """What stands for the lesion on this exam: a size, words of size, or an uptake; None where only a prior is given."""
        return next(iter((*self.sizes, *self.words, *self.uptakes)), None)

    @property
    def start(self) -> int:
        """Where the report first speaks of it."""
        return min(one.start for one in (*self.sizes, *self.words, *self.uptakes, *self.priors))


def gather(reading: Reading) -> tuple[Unit, ...]:
    """Lesions and nodes that the report tells apart, in the order of the text. Groups ("the rest") are none."""
    by_letter: dict[str, list[Mention]] = {}
    for mention in sorted(reading.mentions, key=lambda one: (one.start, one.end)):
        if mention.lesion is not None and mention.kind in _FOLLOWED and not mention.superseded:
            by_letter.setdefault(mention.lesion, []).append(mention)
    units = [_unit(letter, mentions) for letter, mentions in by_letter.items()]
    return tuple(sorted(units, key=lambda unit: (unit.start, unit.letter)))


def read_segments(words: Iterable[str]) -> tuple[Segment, ...]:
    """Roman numerals as segments; what is none is left out."""
    known = {str(segment): segment for segment in Segment}
    return tuple(known[word] for word in words if word in known)


def side_of(segments: Sequence[Segment]) -> Side | None:
    """The side of Couinaud's main plane on which all of the segments lie."""
    if segments and all(one in _RIGHT for one in segments):
        return "right"
    return "left" if segments and all(one in _LEFT for one in segments) else None


def _unit(letter: str, mentions: Sequence[Mention]) -> Unit:
    current = [one for one in mentions if one.time is Time.CURRENT]
    sized = [one for one in current if one.type is MentionType.SIZE and one.values_mm]
    across = _short_axis_apart(sized)
    groups = _agreeing([one for one in sized if one is not across])
    segments, moved = _segments(mentions)
    prior_sizes = [one for one in mentions if one.time is Time.PRIOR and one.type is MentionType.SIZE and one.values_mm]
    found = [moved] if moved is not None else []
    found += [_apart(groups[0][0], group[0]) for group in groups[1:]]
    found += _against_the_words(groups, prior_sizes)
    return Unit(
        letter=letter,
        organ=_organ(mentions, segments),
        segments=segments,
        lobe=next((one.lobe for one in mentions if one.lobe), None),
        sizes=tuple(group[0] for group in groups),
        words=tuple(one for one in current if one.type is MentionType.QUALITATIVE),
        uptakes=tuple(one for one in current if one.type is MentionType.SUV and one.value is not None),
        priors=tuple(prior_sizes or [one for one in mentions if one.time is Time.PRIOR]),
        across=across if groups else None,
        change=next((one.change for one in (*current, *mentions) if one.change is not None), None),
        new=any(one.new for one in mentions),
        contradictions=tuple(found),
        current=tuple(current),
    )


def _organ(mentions: Sequence[Mention], segments: Sequence[Segment]) -> str | None:
    if any(one.kind is Kind.NODE for one in mentions):
        return LYMPH_NODE
    organ = next((one.organ for one in mentions if one.organ), None)
    return organ or (LIVER if segments else None)


def _segments(mentions: Sequence[Mention]) -> tuple[tuple[Segment, ...], Contradiction | None]:
    """All segments said of the lesion; a contradiction where two places have none in common."""
    said = [(one, read_segments(one.segments)) for one in mentions if one.segments]
    said = [(one, segments) for one, segments in said if segments]
    if not said:
        return (), None
    first, segments = said[0]
    for other, others in said[1:]:
        if not {_whole(one) for one in segments} & {_whole(one) for one in others}:
            words = f"segment {_named(segments)} in one place, segment {_named(others)} in another"
            both = tuple(dict.fromkeys((*segments, *others)))
            return both, Contradiction(words, (_span(first), _span(other)))
    return segments, None


def _whole(segment: Segment) -> Segment:
    """IVa and IVb are parts of IV."""
    return Segment.IV if segment in (Segment.IVA, Segment.IVB) else segment


def _named(segments: Sequence[Segment]) -> str:
    return "/".join(str(segment) for segment in segments)


def _short_axis_apart(sized: Sequence[Mention]) -> Mention | None:
    """ "23 mm, and 14 mm in short axis": one lesion, two numbers of it."""
    short = [one for one in sized if one.short_axis and len(one.values_mm) == 1]
    longer = [one for one in sized if not one.short_axis and len(one.values_mm) == 1]
    for one in short:
        if any(
            other.values_mm[0] > one.values_mm[0] and other.sentence_start == one.sentence_start for other in longer
        ):
            return one
    return None


def _agreeing(sized: Sequence[Mention]) -> list[list[Mention]]:
    """Sizes in groups that say the same, the fullest and finest of each group first; what is only repeated stands once."""
    groups: list[list[Mention]] = []
    same: dict[tuple[object, ...], list[Mention]] = {}
    for one in sized:
        words = (one.text, one.values_mm, one.qualifier, one.short_axis)
        group = same.get(words) or next((some for some in groups if all(_agree(one, other) for other in some)), None)
        if group is None:
            group = []
            groups.append(group)
        if words not in same:
            same[words] = group
            group.append(one)
    for group in groups:
        group.sort(key=lambda one: (-min(len(one.values_mm), 2), _step(one), one.start))
    return groups


def _agree(one: Mention, other: Mention) -> bool:
    """Whether two sizes are one value, rounded differently or with fewer diameters."""
    tolerance = max(_step(one), _step(other)) / 2
    if Qualifier.RANGE in (one.qualifier, other.qualifier):
        low, high = sorted((min(one.values_mm), max(one.values_mm)))
        return low - tolerance <= max(other.values_mm) <= high + tolerance
    first, second = sorted(one.values_mm, reverse=True), sorted(other.values_mm, reverse=True)
    if one.short_axis != other.short_axis and len(first) != len(second):
        short, both = (first, second) if len(first) == 1 else (second, first)
        return abs(short[0] - both[1]) <= tolerance
    return all(abs(a - b) <= tolerance for a, b in zip(first, second, strict=False))


def _step(mention: Mention) -> Decimal:
    """How finely a size is given, in mm: "2.3 cm" to 1 mm, "23 mm" to 1 mm, "2 cm" to 10 mm."""
    found = _DECIMALS.search(mention.text)
    decimals = len(found[1] or "") if found else 0
    unit = Decimal(10) if re.search(r"cm|centim", mention.text, re.IGNORECASE) else Decimal(1)
    return unit.scaleb(-decimals)


def _apart(one: Mention, other: Mention) -> Contradiction:
    return Contradiction(f"{one.text} in one place, {other.text} in another", (_span(one), _span(other)))


def _against_the_words(groups: Sequence[Sequence[Mention]], priors: Sequence[Mention]) -> list[Contradiction]:
    """ "Reduced from 18 to 25 mm", and a lesion that is no longer seen with a size on this exam."""
    found = []
    for group in groups:
        for one in group:
            before = next((prior for prior in priors if prior.sentence_start == one.sentence_start), None)
            if one.change is Change.RESOLVED:
                found.append(
                    Contradiction(f"no longer seen, and {one.text} on this exam", (_span(one), _sentence(one)))
                )
            elif before is not None and _is_turned(one, before):
                words = f"said to have {one.change}, from {before.text} to {one.text}"
                found.append(Contradiction(words, (_span(before), _span(one))))
    return found


def _is_turned(now: Mention, before: Mention) -> bool:
    change = max(now.values_mm) - max(before.values_mm)
    return (now.change is Change.DECREASED and change > 0) or (now.change is Change.INCREASED and change < 0)


def _span(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end


def _sentence(mention: Mention) -> tuple[int, int]:
    return mention.sentence_start, mention.sentence_end
