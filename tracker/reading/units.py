"""What one sentence says of one lesion: its size now, its sizes before, its uptake.

Pairing within a sentence: a prior or an uptake belongs to the size it is nearest to, with as few statements between as
possible; as many priors in a row as there were sizes belong to them in order ("6 and 7 mm versus 28 and 30 mm").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.reading.addenda import is_quoted_old
from tracker.reading.model import Document, Kind, Mention, MentionType, Qualifier, Section, Sentence, Time
from tracker.reading.places import BREAK, belongs

#: The names that a site gives its lesions: "target lesion 2", "T1", "lesion #3", "TL1", "NT2".
_LABEL = re.compile(
    r"\b(?:(?P<kind>non-?\s?target|target|index|measurable|marker)?\s*lesions?\s*(?:no\.?\s*|number\s*|#\s*)?(?P<number>\d{1,2}|[A-H])(?![\d.,]*\s*(?:mm|cm|x\s*\d))\b"
    r"|(?P<short>TL|NTL|NT|NL|L|T)\s?[-#]?(?P<digits>\d{1,2})(?!\d|[.,]\d|\s*[-/]\s*[TLS]?\d|\s*(?:mm|cm|weight|w\b|vertebra|signal|hyper|hypo))"
    r"|(?P<target>non-?\s?target|target)\s*(?:no\.?\s*|#\s*)?(?P<at>\d{1,2})(?!\d|[.,]\d|\s*(?:mm|cm))(?=\s*[:,(;-]|\s+(?:in|is|now|measur|unch|liver|seg|has)))",
)
_ANOTHER = re.compile(r"\b(?:another|second|third|further|additional|other|separate|also\s+an?|new)\b", re.IGNORECASE)
_SINGLE = re.compile(
    r"\b(?:largest|biggest|dominant|index|reference|representative|greatest|the\s+larger|most\s+prominent)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:rest|remaining|remainder|others|all|multiple|several|numerous|many|few|scattered|innumerable|countless|various|each|none|any|no"
    r"|ones|mostly|too\s+numerous\s+to\s+count|(?:two|three|four|five|six)\s+(?!(?:mm|cm|x)\b)|other\s+(?=\w+s\b)(?!focus|mass)|both|bilateral|disseminated"
    r"|(?:\w*nodules|lesions|metastases|nodes|foci|deposits|masses|adenopathies|lymphadenopath(?:y|ies)))\b",
    re.IGNORECASE,
)
_AXIS = re.compile(
    r"\b(?:short(?:est)?|long(?:est)?|maxim\w+|minor|major|cranio-?\s?caudal\w*|cc|height|length|width|depth|transvers\w*|axial|sagittal|coronal|antero-?\s?posterior\w*|ap)\b",
    re.IGNORECASE,
)
_AXIS_GAP = re.compile(
    r"^\W*(?:(?:and|by|in|with|a|an|the|of|its|short(?:est)?|long(?:est)?|maxim\w+|minor|major|axis|axial|diameter|dimension|plane|cranio-?\s?caudal\w*|cc|height|length|width"
    r"|depth|transvers\w*|sagittal|coronal|antero-?\s?posterior\w*|ap|orthogonal|perpendicular|measur\w*|approximately|about)\W+)*$",
    re.IGNORECASE,
)
_STILL = re.compile(r"\b(?:is|remains|stays|still|again|now|measures|unchanged|stable)\b", re.IGNORECASE)
_SIDE = re.compile(r"\b(?:left|right)\b", re.IGNORECASE)


@dataclass(slots=True)
class Unit:
    """The mentions of one lesion in one sentence, by their places in the list of mentions."""

    sentence: Sentence
    at: list[int] = field(default_factory=list)
    label: str | None = None
    #: Introduced as one more lesion ("another", "a second"), never one already told.
    another: bool = False
    #: The sentence only goes on about the one before.
    goes_on: bool = False

    def of(self, mentions: Sequence[Mention], kind: MentionType, time: Time) -> list[Mention]:
        """The mentions of a type and a time."""
        return [mentions[at] for at in self.at if mentions[at].type is kind and mentions[at].time is time]


def is_countable(document: Document, mention: Mention, peers: Sequence[Mention]) -> bool:
    """Whether a mention is of one physical lesion: a lesion or a node, and no group such as "the rest under 1 cm"."""
    if mention.kind not in (Kind.LESION, Kind.NODE):
        return False
    loose = mention.qualifier in (Qualifier.LESS_THAN, Qualifier.UP_TO, Qualifier.RANGE) or not (
        mention.values_mm or mention.value is not None
    )
    start = max([mention.sentence_start, *(one.end for one in peers if one.end <= mention.start)])
    if mention.type is MentionType.QUALITATIVE:
        start = mention.sentence_start
    before = document.text[start : mention.start]
    # A qualifier may stand before the span's own words: "the largest of several, up to 23 mm".
    if _SINGLE.search(before):
        return True
    after = re.split(r"[,;]|\band\b", document.text[mention.end : mention.sentence_end], maxsplit=1)[0]
    if re.search(r"\beach\b", f"{before} {after}", re.IGNORECASE):
        return False
    if not loose:
        return not re.search(r"\b(?:all|rest|remaining|remainder)\b[^,;:()]*$", before, re.IGNORECASE)
    return not _SEVERAL.search(before) and not re.match(
        r"\s*(?:\w+\s+){0,3}(?:nodules|lesions|metastases|nodes|foci|deposits|masses|formations)\b", after
    )


def _countable(document: Document, mentions: Sequence[Mention], here: list[int]) -> list[int]:
    """The places of what is of one lesion; the prior of a group is one of a group."""
    peers = [mentions[at] for at in here]
    kept, grouped = [], False
    for at in here:
        one = mentions[at]
        countable = is_countable(document, one, peers) and not (grouped and one.time is Time.PRIOR)
        grouped = not countable and one.kind in (Kind.LESION, Kind.NODE)
        if countable:
            kept.append(at)
    return kept


def read_units(document: Document, mentions: Sequence[Mention], goes_on: re.Pattern[str]) -> list[Unit]:
    """The units of all sentences, in order."""
    units: list[Unit] = []
    for sentence in document.sentences:
        here = [at for at, one in enumerate(mentions) if sentence.start <= one.start < sentence.end]
        here = _countable(document, mentions, here)
        if here:
            units += _Pairing(document, sentence, mentions, here, goes_on).run()
    return units


class _Pairing:
    """The pairing of one sentence's values."""

    def __init__(
        self,
        document: Document,
        sentence: Sentence,
        mentions: Sequence[Mention],
        here: list[int],
        goes_on: re.Pattern[str],
    ) -> None:
        self.text = document.text
        self.sentence = sentence
        self.mentions = mentions
        self.here = here
        self.goes_on = goes_on.match(document.say(sentence)) is not None

    def run(self) -> list[Unit]:
        sizes = self._pick(MentionType.SIZE, Time.CURRENT)
        units = self._size_units(sizes)
        words = self._pick(MentionType.QUALITATIVE, Time.CURRENT)
        units += self._attach(words, [unit.at[0] for unit in units], units)
        heads = [unit.at[0] for unit in units]
        priors = self._pick(MentionType.SIZE, Time.PRIOR)
        units += self._attach(priors, heads, units)
        for time in (Time.CURRENT, Time.PRIOR):
            uptake = self._pick(MentionType.SUV, time)
            heads = [unit.at[0] for unit in units]
            units += self._attach(uptake, heads, units)
        for unit in units:
            unit.at.sort()
        units.sort(key=lambda unit: unit.at[0])
        self._name(units)
        return units

    def _pick(self, kind: MentionType, time: Time) -> list[int]:
        return [at for at in self.here if self.mentions[at].type is kind and self.mentions[at].time is time]

    def _size_units(self, sizes: list[int]) -> list[Unit]:
        """One unit a size, except that a second axis said apart belongs to the first."""
        units: list[Unit] = []
        for at in sizes:
            if units and (
                self._is_said_twice(units[-1].at[-1], at)
                or self._is_second_axis(units[-1].at[-1], at)
                or self._is_correction(units[-1].at[-1], at)
            ):
                units[-1].at.append(at)
            else:
                units.append(Unit(self.sentence, [at]))
        return units

    def _is_said_twice(self, first: int, second: int) -> bool:
        """``The 9 mm metastasis is stable at 9 mm``: one size, said as a name and as a finding; or in another unit,
        ``2.3 cm (23 mm)``."""
        one, two = self.mentions[first], self.mentions[second]
        gap = self.text[one.end : two.start]
        if one.values_mm != two.values_mm or BREAK.search(gap) is not None:
            return False
        return _STILL.search(gap) is not None or (gap.strip() in {"(", "[", "="} and one.text != two.text)

    def _is_correction(self, first: int, second: int) -> bool:
        """Whether one of two sizes is quoted as the wrong one of the other ("32 mm, not 23 mm")."""
        if self.sentence.section is not Section.ADDENDUM:
            return False
        return is_quoted_old(self.text, self.mentions[first]) or is_quoted_old(self.text, self.mentions[second])

    def _is_second_axis(self, first: int, second: int) -> bool:
        one, two = self.mentions[first], self.mentions[second]
        gap = self.text[one.end : two.start]
        after = re.split(r"[;.]|,(?!\d)|\band\b", self.text[two.end : two.sentence_end], maxsplit=1)[0]
        if not _AXIS_GAP.match(gap) or _SIDE.search(after):
            return False
        return _AXIS.search(gap) is not None or (
            len(two.values_mm) == 1 and _AXIS.search(after[:40]) is not None and len(one.values_mm) < 3
        )

    def _attach(self, values: list[int], heads: list[int], units: list[Unit]) -> list[Unit]:
        """Each value to its unit; what finds none becomes a unit of its own. The new units are returned."""
        if not values:
            return []
        if not heads:
            return self._alone(values)
        if len(values) == len(heads) > 1 and self._in_rows(values, heads):
            for value, unit in zip(values, list(units), strict=True):
                unit.at.append(value)
            return []
        apart: list[Unit] = []
        for value in values:
            costs = [self._cost(self.mentions[value], self.mentions[head]) for head in heads]
            nearest = costs.index(min(costs))
            if self._elsewhere(value, heads[nearest]):
                apart.append(Unit(self.sentence, [value]))
            else:
                units[nearest].at.append(value)
        return apart

    def _elsewhere(self, value: int, head: int) -> bool:
        """Whether an uptake is said of another segment than a size."""
        uptake, size = self.mentions[value], self.mentions[head]
        if uptake.type is not MentionType.SUV or not uptake.segments or not size.segments:
            return False
        return not set(uptake.segments) & set(size.segments)

    def _alone(self, values: list[int]) -> list[Unit]:
        """Values without a size beside them: uptakes are lesions each, priors one after the other are one lesion's."""
        if self.mentions[values[0]].type is MentionType.SUV:
            return [Unit(self.sentence, [value]) for value in values]
        units: list[Unit] = []
        for value in values:
            if (
                units
                and belongs(
                    self.text, self.mentions[units[-1].at[-1]], self.mentions[value].start, self.mentions[value].end
                )
                < 10
            ):
                units[-1].at.append(value)
            else:
                units.append(Unit(self.sentence, [value]))
        return units

    def _in_rows(self, values: list[int], heads: list[int]) -> bool:
        """All of one sort, then all of the other."""
        first = max(self.mentions[at].start for at in heads) < min(self.mentions[at].start for at in values)
        return first or max(self.mentions[at].start for at in values) < min(self.mentions[at].start for at in heads)

    def _cost(self, value: Mention, head: Mention) -> float:
        low, high = sorted((value.start, head.start))
        between = [
            self.mentions[at] for at in self.here
            if low < self.mentions[at].start < high and self.mentions[at].time is Time.CURRENT and self.mentions[at].type is MentionType.SIZE
        ]  # fmt: skip
        # What follows its size is the usual order: a prior said before it needs a word that leads on to it.
        leading = 2.0 if value.start < head.start else 0.0
        return belongs(self.text, value, head.start, head.end, between) + leading

    def _name(self, units: list[Unit]) -> None:
        """The label and the introduction of each unit, from the words before its first value."""
        start = self.sentence.start
        for unit in units:
            first = self.mentions[unit.at[0]]
            words = self.text[start : first.start]
            labels = list(_LABEL.finditer(words))
            if labels:
                unit.label = _spell(labels[-1])
            unit.another = _ANOTHER.search(words) is not None
            unit.goes_on = self.goes_on and unit is units[0]
            start = self.mentions[unit.at[-1]].end


def _spell(match: re.Match[str]) -> str:
    """One spelling of a label: a non-target of a number is another lesion than the target of that number."""
    words = (match["kind"] or match["short"] or match["target"] or "").lower().replace("-", "").replace(" ", "")
    kind = "n" if words.startswith("n") else "t"
    return f"{kind}{match['number'] or match['digits'] or match['at']}".lower()
