"""Where each value was measured: the organ, the segments of the liver, or the lobe where only that is said.

A value belongs to the place named nearest in its own clause; then to the lesion that a following sentence goes on about
("It measures …"), to the heading, and last to what the paragraph named before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.domain.vocabulary import LYMPH_NODE
from tracker.reading.anatomy import LIVER, PRIMARIES, Naming, find_namings
from tracker.reading.model import Document, Kind, Mention, Section, Sentence, Time

#: Where one statement of a sentence ends and the next begins.
BREAK = re.compile(
    r";|\.\s|\n\s*\n|(?:(?<!\d),\s*|,\s+)(?=\d)|[,)]\s*(?:and\s+)?(?=(?:an?|one|another|others?|second|third|the\s+(?:second|third|other|latter)|two|three"
    r"|in|within|(?:left|right|lt|rt)\.?\s+(?:lobe|hepatic)|segments?|seg\.?|S[1-8]|with)\s)|\band\s+(?=(?:an?|another|one|the|in|within|of|segments?|seg\.?|two|three)\s)"
    r"|\band\s+(?=\d)|\b(?:while|whereas|but|however|although)\b",
    re.IGNORECASE,
)
#: A sentence that goes on about the lesion of the one before.
GOES_ON = re.compile(
    r"[-*•–\s(]*(?:(?:it|this|these|they|both|which|its)\b(?!\s+(?:is|are)\s+(?:an?|no)\b)"
    r"|(?:this|the|that|said)\s+(?:\w+\s+)?(?:lesion|metastasis|mass|nodule|deposit|focus|tumou?r)\b(?!\s+(?:in|of|within|at)\b)"
    r"|(?:now\s+|currently\s+|today\s+)?(?:measur|size|suv|baseline|nadir|previous|prior|current|now|longest|long axis|short axis|diameter|dimension|unchanged|stable|increased|decreased"
    r"|compared|before|maximum|max\b|on\s+(?:the\s+)?(?:prior|previous)|\d)"
    r"(?![^.;]*\b(?:lesion|metasta|nodule|node|mass|foc(?:us|i)|deposit|tumou?r|cyst|segment|seg\b|adenopath|collection)))",
    re.IGNORECASE,
)
_THE_REST = re.compile(r"\b(?:rest|others|remaining|remainder|(?:all|the)\s+other|another|elsewhere)\b", re.IGNORECASE)
#: Between the size of the liver and the segments of what is seen in it.
_ONE_MORE = re.compile(
    r"\b(?:shows?|contains?|containing|with|there\s(?:is|are)|demonstrates?|has|reveals?)\b", re.IGNORECASE
)
#: The tumour that the history names.
_PRIMARY = re.compile(r"\bprimary\b(?!\s(?:care|physician|doctor|team|biliary|sclerosing))", re.IGNORECASE)
#: The place named last before it is meant.
_THE_LAST = re.compile(
    r"\b(?:the\slatter|(?:the\s)?last\s(?:one|of\s(?:these|them|which)|mentioned|named))\b", re.IGNORECASE
)
_NAMELY = re.compile(r"(?:(?<!\d),\s*|,\s+)(?=\d)")
_OF_LESIONS = re.compile(r"\b(?:metasta\w+|lesions?|deposits?|nodules?|masses)\b", re.IGNORECASE)
_REGIONS = {"chest": "lung", "abdomen": None, "pelvis": None, "neck": None, "head": None}
_RESPECTIVELY = re.compile(r"\brespectively\b", re.IGNORECASE)
#: As many places around a value are weighed; a sentence rarely names more than three.
_CLOSEST = 12
_TOLD = {Section.FINDINGS, Section.IMPRESSION, Section.ADDENDUM, Section.HEADER}


def place(document: Document, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions with their organ, segments and lobe."""
    return _Placing(document, mentions).run()


def belongs(text: str, mention: Mention, start: int, end: int, others: Sequence[Mention] = ()) -> float:
    """How far words at ``start:end`` are from a mention: breaks between them, other values, length. Small is near."""
    low, high = (mention.end, start) if start >= mention.end else (end, mention.start)
    # A break looks at the words after it, which may be those that are measured from here.
    breaks = sum(1 for match in BREAK.finditer(text[low : high + 9]) if match.start() < high - low)
    between = sum(1 for other in others if low <= other.start and other.end <= high)
    # A comma before a number is the "namely" of one lesion as long as no other value stands between.
    namely = not between and breaks and _NAMELY.search(text, low, high + 2) is not None
    cost = 10.0 * breaks - (5.0 if namely else 0.0) + (high - low) / 40 + 5.0 * between
    return cost + (1.0 if start >= mention.end else 0.0)


def is_apart(text: str, before: Sentence, after: Sentence) -> bool:
    """Whether an empty line or a heading stands between two sentences."""
    gap = text[before.end : after.start]
    return before.organ_heading != after.organ_heading or re.search(r"\n\s*\n|[A-Za-z]{3}", gap) is not None


class _Placing:
    """One pass over a report; what a sentence names is found once."""

    def __init__(self, document: Document, mentions: Sequence[Mention]) -> None:
        self.document = document
        self.text = document.text
        self.mentions = mentions
        self.namings: dict[int, tuple[Naming, ...]] = {}
        self.of_sentence: dict[int, list[Mention]] = {}
        for mention in mentions:
            self.of_sentence.setdefault(mention.sentence_start, []).append(mention)
        self.carried: dict[int, Naming | None] = {}
        self.order = {sentence.start: at for at, sentence in enumerate(document.sentences)}
        last: Sentence | None = None
        near = False
        for sentence in document.sentences:
            if last is None or last.section is not sentence.section or self._apart(last, sentence):
                near = False
            near = sentence.organ_heading == LIVER or (near and sentence.organ_heading in (None, LIVER))
            named = find_namings(self.text, sentence.start, sentence.end, liver_near=near)
            self.namings[sentence.start] = named
            organs = [naming.organ for naming in named if naming.organ and not naming.beside]
            near = organs[-1] == LIVER if organs else near
            last = sentence

    def run(self) -> tuple[Mention, ...]:
        placed: list[Mention] = []
        for mention in self.mentions:
            sentence = self.document.sentence_at(mention.start)
            placed.append(
                mention if sentence is None or mention.kind is Kind.TECHNIQUE else self._place(mention, sentence)
            )
        return tuple(self._share_out(placed))

    def _place(self, mention: Mention, sentence: Sentence) -> Mention:
        named = [one for one in self.namings[sentence.start] if not one.beside]
        here = [one for one in named if one.organ is not None]
        peers = [one for one in self.of_sentence[mention.sentence_start] if one is not mention]
        if mention.kind is Kind.NODE:
            return replace(mention, organ=LYMPH_NODE)
        here = [one for one in here if one.organ != LYMPH_NODE or len({two.organ for two in here}) == 1]
        if mention.kind in (Kind.LESION, None) and sentence.organ_heading is not None:
            here = [one for one in here if one.organ == sentence.organ_heading or one.segments or one.lobe] or here
        nearest = self._nearest(mention, here, peers)
        if nearest is None or self._is_only_lobe(nearest):
            carried = self._carry(sentence)
            if nearest is None and carried is not None:
                return replace(mention, organ=carried.organ, segments=carried.segments, lobe=carried.lobe)
        if nearest is None:
            begins = _PRIMARY.match(self.text, sentence.start) is not None
            within = _PRIMARY.search(self.text, sentence.start, mention.start) is not None
            own = begins or (within and sentence.organ_heading is None)
            return replace(mention, organ=self._primary() if own else self._by_heading(sentence))
        if nearest.organ != LIVER:
            return replace(mention, organ=nearest.organ)
        segments = self._meant(mention, sentence, here) or self._nearest(
            mention, [one for one in here if one.segments and not self._is_of_the_rest(mention, one)], peers
        )
        if (
            segments is not None
            and self._meant(mention, sentence, here) is None
            and self._apart_from(mention, segments, peers)
        ):
            segments = None
        if segments is None:
            carried = self._carry(sentence)
            if carried is not None and carried.segments and not nearest.lobe:
                return replace(mention, organ=LIVER, segments=carried.segments)
            lobe = self._nearest(mention, [one for one in here if one.lobe], peers)
            if (
                mention.kind is Kind.ORGAN
                and lobe is not None
                and _OF_LESIONS.search(self.text, sentence.start, mention.start)
            ):
                return replace(mention, organ=LIVER, lobe=lobe.lobe, kind=Kind.LESION)
            return replace(mention, organ=LIVER, lobe=lobe.lobe if lobe else carried.lobe if carried else None)
        if mention.kind is Kind.ORGAN and _ONE_MORE.search(self.text, mention.end, max(segments.start, mention.end)):
            return replace(mention, organ=LIVER)
        # Nobody measures a segment: what stands there as one of the liver's parts is the lesion in it.
        kind = Kind.LESION if mention.kind is Kind.ORGAN and mention.values_mm else mention.kind
        return replace(mention, organ=LIVER, segments=segments.segments, kind=kind)

    def _meant(self, mention: Mention, sentence: Sentence, here: Sequence[Naming]) -> Naming | None:
        """The place that "the latter" or "the last one" stands for."""
        words = list(_THE_LAST.finditer(self.text, sentence.start, mention.start))
        if not words or any(words[-1].end() <= one.start < mention.start for one in here):
            return None
        earlier = [one for one in here if one.end <= words[-1].start() and one.segments]
        return earlier[-1] if earlier else None

    def _nearest(self, mention: Mention, namings: Sequence[Naming], peers: Sequence[Mention]) -> Naming | None:
        def cost(naming: Naming) -> float:
            low, high = sorted((naming.start, mention.start))
            between = sum(1 for one in namings if low < one.start < high and one is not naming)
            return belongs(self.text, mention, naming.start, naming.end, peers) + 8.0 * between

        if len(namings) > _CLOSEST:
            namings = sorted(namings, key=lambda one: abs(one.start - mention.start))[:_CLOSEST]
        return min(namings, key=cost, default=None)

    def _apart_from(self, mention: Mention, naming: Naming, peers: Sequence[Mention]) -> bool:
        """Whether the segment named is that of another value, with a statement of its own between."""
        if not peers:
            return False
        low, high = sorted((naming.start, mention.start))
        between = [one for one in peers if low < one.start < high] or peers
        nearest = min(between, key=lambda one: abs(one.start - mention.start))
        first, second = sorted((nearest, mention), key=lambda one: one.start)
        gap = self.text[first.end : second.start]
        own = sum(
            1 for match in BREAK.finditer(gap + self.text[second.start : second.start + 6]) if match.start() < len(gap)
        )
        namely = len(_NAMELY.findall(gap + self.text[second.start : second.start + 2]))
        listed = re.fullmatch(r"\W*(?:(?:and|an?|x|by)\W+){0,3}(?:\w+\W+)?", gap)
        # A size with a statement of its own, beside one that the segment is plainly named for.
        return listed is None and own > namely and belongs(self.text, nearest, naming.start, naming.end) < 10

    def _is_of_the_rest(self, mention: Mention, naming: Naming) -> bool:
        """Whether the value is said of the others, after the one that a segment is named for."""
        return naming.end <= mention.start and _THE_REST.search(self.text, naming.end, mention.start) is not None

    @staticmethod
    def _is_only_lobe(naming: Naming) -> bool:
        return naming.organ == LIVER and not naming.segments

    def _carry(self, sentence: Sentence) -> Naming | None:
        """The place of the lesion that a sentence goes on about; found once a sentence."""
        if sentence.start not in self.carried:
            self.carried[sentence.start] = self._find_carried(sentence)
        return self.carried[sentence.start]

    def _find_carried(self, sentence: Sentence) -> Naming | None:
        """The place that the sentences before name, as far back as each only goes on."""
        at = self.order[sentence.start]
        while at > 0 and GOES_ON.match(self.document.say(self.document.sentences[at])):
            before = self.document.sentences[at - 1]
            if before.section is not self.document.sentences[at].section or self._apart(
                before, self.document.sentences[at]
            ):
                return None
            named = [one for one in self.namings[before.start] if one.organ is not None and not one.beside]
            exact = [one for one in named if one.segments or one.lobe]
            places = {(one.organ, one.segments, one.lobe) for one in exact}
            if len(places) == 1:
                return exact[-1]
            if named:
                return replace(named[-1], segments=(), lobe=None)
            at -= 1
        return None

    def _primary(self) -> str | None:
        """The organ of the primary, by what is asked or told before the findings."""
        for sentence in self.document.sentences:
            if sentence.section in {Section.HEADER, Section.INDICATION}:
                organ = next((one.organ for one in self.namings[sentence.start] if one.organ in PRIMARIES), None)
                if organ is not None:
                    return organ
        return None

    def _by_heading(self, sentence: Sentence) -> str | None:
        """The organ of the heading; under a region's, and under none, what was named last, as far as that heading reaches."""
        heading = sentence.organ_heading
        if heading is not None and heading not in _REGIONS:
            return heading
        return self._named_before(sentence) or (_REGIONS[heading] if heading else None)

    def _named_before(self, sentence: Sentence) -> str | None:
        """The organ that the paragraph named last before a sentence that names none."""
        for at in range(self.order[sentence.start] - 1, -1, -1):
            before = self.document.sentences[at]
            if (
                before.section is not sentence.section
                or before.section not in _TOLD
                or before.organ_heading != sentence.organ_heading
            ):
                return None
            organs = [one.organ for one in self.namings[before.start] if one.organ is not None and not one.beside]
            if organs:
                return organs[-1]
        return None

    def _apart(self, before: Sentence, after: Sentence) -> bool:
        """Whether an empty line or a heading stands between two sentences."""
        return is_apart(self.text, before, after)

    def _share_out(self, placed: list[Mention]) -> list[Mention]:
        """``23 and 12 mm in segments VII and V respectively``: one segment to each size, in order."""
        for sentence in self.document.sentences:
            if not _RESPECTIVELY.search(self.text, sentence.start, sentence.end):
                continue
            liver = [at for at, one in enumerate(placed) if one.sentence_start == sentence.start and one.organ == LIVER]
            for time in Time:
                sizes = [at for at in liver if placed[at].values_mm and placed[at].time is time]
                for naming in self.namings[sentence.start]:
                    if len(naming.segments) == len(sizes) > 1:
                        for at, segment in zip(sizes, naming.segments, strict=True):
                            placed[at] = replace(placed[at], segments=(segment,))
        return placed
