"""Which values of a report are of one physical lesion, and what is said of it anywhere in the report.

Two different lesions are never joined for a like size alone: a lesion told again has the same size, the same place or its
name, and stands in another part of the report. Where that is not sure, both keep a letter of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from tracker.reading.addenda import find_superseded, is_quoted_old
from tracker.reading.model import Change, Document, Mention, MentionType, Section, Time
from tracker.reading.places import GOES_ON
from tracker.reading.segments import can_be_one_place
from tracker.reading.units import Unit, read_units

_REFERS = re.compile(
    r"\b(?:the|this|that|these|said|known|previously|above|described|aforementioned|mentioned|largest|dominant|again|same|index|reference|target)\b",
    re.IGNORECASE,
)
_OWN_SUBJECT = re.compile(
    r"\W*(?:the|an?|another)\s+(?:[\w-]+\s+){1,4}(?:lesion|metastasis|deposit|nodule|mass|focus|node)\b", re.IGNORECASE
)
_RETOLD = (Section.IMPRESSION, Section.ADDENDUM)
_LIKE = Decimal("0.5")


@dataclass(slots=True)
class Lesion:
    """A lesion as the report tells of it so far: its units, and the place that they give it."""

    units: list[Unit] = field(default_factory=list)
    organ: str | None = None
    segments: tuple[str, ...] = ()
    lobe: str | None = None

    @property
    def label(self) -> str | None:
        return next((unit.label for unit in self.units if unit.label), None)


def group(document: Document, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions with the letter of their lesion; what is said of a lesion stands on each of its mentions."""
    told = _Grouping(document, mentions).run()
    lettered = list(mentions)
    superseded = find_superseded(
        document, mentions, [[at for unit in lesion.units for at in unit.at] for lesion in told]
    )
    for number, lesion in enumerate(told):
        for unit in lesion.units:
            for at in unit.at:
                lettered[at] = replace(lettered[at], lesion=name_lesion(number))
    for at in superseded:
        lettered[at] = replace(lettered[at], superseded=True)
    return _spread(lettered)


def name_lesion(number: int) -> str:
    """A, B, … Z, AA, AB, …"""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class _Grouping:
    def __init__(self, document: Document, mentions: Sequence[Mention]) -> None:
        self.document = document
        self.mentions = mentions
        self.lesions: list[Lesion] = []

    def run(self) -> list[Lesion]:
        units = read_units(self.document, self.mentions, GOES_ON)
        waiting: list[Unit] = []
        last: Unit | None = None
        for unit in units:
            lesion = self._goes_on(unit, last) or self._match(unit)
            told = any(one.units[0].sentence.section not in _RETOLD for one in self.lesions)
            if lesion is None and unit.sentence.section in _RETOLD and told:
                waiting.append(unit)
            else:
                self._add(lesion, unit)
            last = unit
        for unit in waiting:
            self._add(self._contradicted(unit), unit)
        self.lesions.sort(key=lambda lesion: min(unit.at[0] for unit in lesion.units))
        return self.lesions

    def _add(self, lesion: Lesion | None, unit: Unit) -> None:
        if lesion is None:
            lesion = Lesion()
            self.lesions.append(lesion)
        lesion.units.append(unit)
        for at in unit.at:
            mention = self.mentions[at]
            lesion.organ = lesion.organ or mention.organ
            lesion.segments = lesion.segments or mention.segments
            lesion.lobe = lesion.lobe or mention.lobe

    def _of(self, unit: Unit) -> Lesion | None:
        return next((lesion for lesion in self.lesions if unit in lesion.units), None)

    def _goes_on(self, unit: Unit, last: Unit | None) -> Lesion | None:
        """The lesion of the sentence before, where this one only adds a value that it has not yet: a prior, or the size now."""
        if (
            last is None
            or unit.another
            or last.sentence.section is not unit.sentence.section
            or last.sentence is unit.sentence
        ):
            return None
        if unit.label and last.label and unit.label != last.label:
            return None
        lesion = self._of(last)
        between = [one for one in self.document.sentences if last.sentence.end <= one.start < unit.sentence.start]
        if lesion is None or len(between) > 1 or not self._fits(lesion, unit, strict=False):
            return None
        if unit.sentence.section is Section.ADDENDUM and is_quoted_old(self.document.text, self.mentions[unit.at[0]]):
            return lesion
        size_now = unit.of(self.mentions, MentionType.SIZE, Time.CURRENT)
        has_now = last.of(self.mentions, MentionType.SIZE, Time.CURRENT)
        only_more = not size_now or not has_now
        return lesion if only_more and (unit.goes_on or self._says_no_place(unit)) else None

    def _says_no_place(self, unit: Unit) -> bool:
        """Only priors in a sentence of their own, which names no other segment ("On the prior CT it was 31 mm")."""
        head = self.mentions[unit.at[0]]
        if (
            head.segments
            or head.lobe
            or head.change is Change.RESOLVED
            or _OWN_SUBJECT.match(self.document.say(unit.sentence))
        ):
            return False
        return not unit.of(self.mentions, MentionType.SIZE, Time.CURRENT) and bool(
            unit.of(self.mentions, MentionType.SIZE, Time.PRIOR)
        )

    def _fits(self, lesion: Lesion, unit: Unit, *, strict: bool = True) -> bool:
        """Whether kind, organ and segments allow that a unit is of a lesion."""
        head, other = self.mentions[unit.at[0]], self.mentions[lesion.units[0].at[0]]
        if head.kind is not other.kind:
            return False
        if head.organ and lesion.organ and head.organ != lesion.organ:
            return False
        if head.segments and lesion.segments and not can_be_one_place(head.segments, lesion.segments):
            return False
        if strict and head.lobe and lesion.lobe and head.lobe != lesion.lobe:
            return False
        return not (strict and _sides_differ(self.document, unit, lesion.units[0]))

    def _match(self, unit: Unit) -> Lesion | None:
        """The lesion told before that a unit tells again: by its name, or by size and place."""
        if unit.label is not None:
            named = [one for one in self.lesions if one.label == unit.label]
            if len(named) == 1:
                return named[0]
        scored = []
        for lesion in self.lesions:
            score = self._score(lesion, unit)
            if score > 0:
                scored.append((score, -lesion.units[0].at[0], lesion))
        scored.sort(key=lambda one: one[:2], reverse=True)
        if not scored:
            return None
        # Two lesions that fit as well as each other: the size alone does not say which is meant.
        if len(scored) > 1 and scored[0][0] == scored[1][0]:
            return None
        return scored[0][2]

    def _score(self, lesion: Lesion, unit: Unit) -> int:
        """How surely a unit tells of a lesion again; 0 where nothing says so."""
        if any(one.sentence == unit.sentence for one in lesion.units) or not self._fits(lesion, unit):
            return 0
        if unit.label and lesion.label and unit.label != lesion.label:
            return 0
        # A report may begin with its impression: what the findings say then is the retelling.
        retold = (unit.sentence.section in _RETOLD) != (lesion.units[0].sentence.section in _RETOLD)
        head = self.mentions[unit.at[0]]
        same_place = bool(head.segments) and bool(lesion.segments) and can_be_one_place(head.segments, lesion.segments)
        size = self._same_value(lesion, unit, MentionType.SIZE, Time.CURRENT)
        prior = self._same_value(lesion, unit, MentionType.SIZE, Time.PRIOR)
        uptake = self._same_value(lesion, unit, MentionType.SUV, Time.CURRENT)
        both = self._same_value(lesion, unit, MentionType.SIZE, Time.CURRENT, whole=True)
        has_size = bool(unit.of(self.mentions, MentionType.SIZE, Time.CURRENT)) and bool(
            self._values(lesion, MentionType.SIZE, Time.CURRENT)
        )
        refers = _REFERS.search(self.document.text, unit.sentence.start, self.mentions[unit.at[0]].start) is not None
        if unit.another and not retold:
            return 0
        if has_size and not size:
            return self._corrected(lesion, unit, same_place=same_place, retold=retold, refers=refers)
        if not has_size and not (uptake or prior or (same_place and self._only_one_at(lesion))):
            return 0
        if not retold and not ((same_place or refers) and (size or not has_size)):
            return 0
        return 1 + 4 * same_place + 2 * prior + 2 * uptake + size + both + (head.organ == lesion.organ)

    def _corrected(self, lesion: Lesion, unit: Unit, *, same_place: bool, retold: bool, refers: bool) -> int:
        """A unit of another size: the same lesion only in an addendum, or a slip in the retelling of the one lesion there."""
        if not (same_place and retold and self._only_one_at(lesion)) or unit.another:
            return 0
        if Section.ADDENDUM in (unit.sentence.section, lesion.units[0].sentence.section):
            return 5
        old = max(self._values(lesion, MentionType.SIZE, Time.CURRENT))
        new = max(_largest(one) for one in unit.of(self.mentions, MentionType.SIZE, Time.CURRENT))
        near = abs(old - new) * 4 <= max(old, new)
        return 3 if near or refers else 0

    def _only_one_at(self, lesion: Lesion) -> bool:
        return sum(1 for one in self.lesions if one.segments and can_be_one_place(one.segments, lesion.segments)) == 1

    def _contradicted(self, unit: Unit) -> Lesion | None:
        """A lesion of exactly the size, and of no other's, that the impression puts into another segment."""
        head = self.mentions[unit.at[0]]
        if (
            not head.segments
            or unit.another
            or head.new
            or any(one.segments and can_be_one_place(one.segments, head.segments) for one in self.lesions)
        ):
            return None
        fitting = [
            one for one in self.lesions
            if one.organ == head.organ and one.segments and one.units[0].sentence.section not in _RETOLD
            and not any(two.sentence.section in _RETOLD for two in one.units)
            and self._same_value(one, unit, MentionType.SIZE, Time.CURRENT)
        ]  # fmt: skip
        alike = [
            one
            for one in self.lesions
            if one.organ == head.organ and self._same_value(one, unit, MentionType.SIZE, Time.CURRENT)
        ]
        return fitting[0] if len(fitting) == len(alike) == 1 else None

    def _values(self, lesion: Lesion, kind: MentionType, time: Time) -> list[Decimal]:
        return [_largest(one) for unit in lesion.units for one in unit.of(self.mentions, kind, time) if one.numbers]

    def _same_value(self, lesion: Lesion, unit: Unit, kind: MentionType, time: Time, *, whole: bool = False) -> bool:
        """Whether a value of the unit is one of the lesion: its largest number, or all of them."""
        for new in unit.of(self.mentions, kind, time):
            for told in (one for other in lesion.units for one in other.of(self.mentions, kind, time)):
                if not new.numbers or not told.numbers:
                    continue
                if min(len(new.numbers), len(told.numbers)) > 1 and not _all_alike(new, told):
                    continue
                if whole and sorted(new.numbers) == sorted(told.numbers):
                    return True
                if not whole and (
                    abs(_largest(new) - _largest(told)) < _LIKE
                    or (len(new.numbers) == 1 and new.numbers[0] in told.numbers)
                ):
                    return True
        return False


def _largest(mention: Mention) -> Decimal:
    return max(mention.numbers, default=Decimal(0))


def _all_alike(one: Mention, two: Mention) -> bool:
    """Whether the two largest diameters of both are alike."""
    pairs = zip(sorted(one.numbers)[-2:], sorted(two.numbers)[-2:], strict=True)
    return all(abs(a - b) < _LIKE for a, b in pairs)


_SIDED = re.compile(r"\b(left|right)\b", re.IGNORECASE)


def _sides_differ(document: Document, one: Unit, two: Unit) -> bool:
    """Whether one is said of the left side only and the other of the right only."""
    first, second = (_sides(document.say(unit.sentence)) for unit in (one, two))
    return len(first) == len(second) == 1 and first != second


@lru_cache(maxsize=256)
def _sides(words: str) -> frozenset[str]:
    """The sides that a sentence names; each sentence is asked once for every pair it is in."""
    return frozenset(match[1].lower() for match in _SIDED.finditer(words))


def _spread(mentions: list[Mention]) -> tuple[Mention, ...]:
    """Place, newness and change of each lesion on all its mentions, where the report does not contradict itself."""
    by_letter: dict[str, list[int]] = {}
    for at, mention in enumerate(mentions):
        if mention.lesion is not None:
            by_letter.setdefault(mention.lesion, []).append(at)
    for places in by_letter.values():
        members = [mentions[at] for at in places]
        # Where a prior stands in a sentence is no place of its own ("compared with 29 and 14 mm respectively").
        told = [one for one in members if one.time is Time.CURRENT and one.segments] or members
        segments = {one.segments for one in told if one.segments}
        place = max(segments, key=len) if segments and _one_place(segments) else ()
        organ = next((one.organ for one in members if one.organ), None)
        current = [one for one in members if one.time is Time.CURRENT]
        lobe = next((one.lobe for one in (*current, *members) if one.lobe), None) if not segments else None
        changes = {one.change for one in members if one.change is not None}
        new = any(one.new for one in members) and changes <= {Change.NEW}
        for at in places:
            one = mentions[at]
            own = place if one.time is Time.PRIOR and place else one.segments or place
            mentions[at] = replace(
                one,
                organ=one.organ or organ,
                segments=own,
                lobe=None if own else lobe if one.time is Time.PRIOR else one.lobe or lobe,
                change=one.change or (next(iter(changes)) if len(changes) == 1 else None),
                new=one.new or new,
            )
    return tuple(mentions)


def _one_place(segments: set[tuple[str, ...]]) -> bool:
    """Whether several namings say the same place more or less exactly."""
    return all(can_be_one_place(one, two) for one in segments for two in segments)
