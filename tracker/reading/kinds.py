"""What was measured: a lesion, a node, another finding, an organ, a slice, a distance, a threshold, or nothing of these.

Each size is given to the noun it is the size of: the head of the phrase that it opens ("a 12 mm liver cyst"), else the nearest
noun before it that is neither denied nor only a place ("mass in the liver measuring 3 cm"), else what the sentences before are
about ("The largest measures 3 cm"), else the heading it stands under.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.reading import kind_words as words
from tracker.reading.context import DECREASED, INCREASED, PRIOR, STABLE
from tracker.reading.model import Cue, Document, Kind, Mention, MentionType, Section, Sentence
from tracker.reading.nouns import FINDINGS, NO_KIND, Noun, find_nouns, node_sites
from tracker.reading.segments import find_segments


def sort_out(document: Document, cues: Sequence[Cue], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions, each with its kind."""
    return _Sorter(document, cues, mentions).run()


class _Sorter:
    """Goes through a report sentence by sentence and remembers what was spoken of."""

    def __init__(self, document: Document, cues: Sequence[Cue], mentions: Sequence[Mention]) -> None:
        self.text = document.text
        self.sentences = document.sentences
        self.cues: dict[int, list[Cue]] = {}
        starts = sorted(sentence.start for sentence in document.sentences)
        at = 0
        for cue in sorted(cues, key=lambda one: one.start):
            while at + 1 < len(starts) and starts[at + 1] <= cue.start:
                at += 1
            self.cues.setdefault(starts[at] if starts else 0, []).append(cue)
        self.mentions: dict[int, list[Mention]] = {}
        for mention in mentions:
            self.mentions.setdefault(mention.sentence_start, []).append(mention)
        #: What the sentences before were about, and what a list was announced to be of.
        self.topic: Noun | None = None
        self.topic_at: tuple[Section, str | None] | None = None
        self.announced: Noun | None = None
        #: What a line without a size named, for lines below it that only say when.
        self.led: Noun | None = None
        self.end = 0
        #: The sentence asked about last, and whether it names segments of the liver.
        self.segments: tuple[int, bool] | None = None

    def run(self) -> tuple[Mention, ...]:
        sorted_out: list[Mention] = []
        for sentence in self.sentences:
            place = (sentence.section, sentence.organ_heading)
            if place != self.topic_at:
                self.topic, self.announced, self.led, self.topic_at = None, None, None, place
            self._read_heading(sentence)
            nouns = find_nouns(self.text, sentence.start, sentence.end, self.cues.get(sentence.start, ()))
            here = self.mentions.get(sentence.start, [])
            sorted_out.extend(self._judge(sentence, nouns, here))
            self._remember(sentence, nouns)
        return tuple(sorted_out)

    def _read_heading(self, sentence: Sentence) -> None:
        """A heading that names findings ("TARGET LESIONS", "Lung nodules:") announces what the lines below it are."""
        between = find_nouns(self.text, self.end, sentence.start)
        named = next((noun for noun in reversed(between) if noun.finding), None)
        if named is not None:
            self.announced = named
        self.end = sentence.end

    def _remember(self, sentence: Sentence, nouns: tuple[Noun, ...]) -> None:
        live = [noun for noun in nouns if not noun.denied]
        findings = [noun for noun in live if noun.finding]
        main = findings[0] if findings else next((noun for noun in live if self._leads(noun, sentence)), None)
        if main is not None:
            self.topic = main
        if main is not None:
            leading = [noun for noun in findings if not self._says(noun).startswith(words.GENERIC)] or findings
            self.led = leading[0] if leading and not self.mentions.get(sentence.start) else None
        if self.text[sentence.start : sentence.end].rstrip().endswith(":") and main is not None:
            self.announced = main
        elif findings and self.text[sentence.end - 1] == "." and not self.mentions.get(sentence.start):
            self.announced = None

    @staticmethod
    def _leads(noun: Noun, sentence: Sentence) -> bool:
        """Whether what follows may be about a noun: no place, and no picture outside the technique."""
        return not noun.place and (noun.kind != Kind.TECHNIQUE or sentence.section is Section.TECHNIQUE)

    def _judge(self, sentence: Sentence, nouns: tuple[Noun, ...], here: list[Mention]) -> list[Mention]:
        judged: list[Mention] = []
        for index, mention in enumerate(here):
            following = here[index + 1] if index + 1 < len(here) else None
            noun_kind = self._kind(sentence, nouns, here, index, following, judged)
            judged.append(replace(mention, kind=noun_kind))
        return judged

    def _kind(
        self,
        sentence: Sentence,
        nouns: tuple[Noun, ...],
        here: list[Mention],
        index: int,
        following: Mention | None,
        judged: list[Mention],
    ) -> Kind | None:
        mention, text = here[index], self.text
        before = text[max(sentence.start, mention.start - 110) : mention.start]
        after = text[mention.end : min(sentence.end, mention.end + 90)]
        special = self._special(sentence, mention, before, after)
        if special is not None:
            return special
        pool = judged and judged[-1].kind is Kind.REFERENCE and mention.type is judged[-1].type is MentionType.SUV
        if pool and words.ITS_PRIOR.fullmatch(text, judged[-1].end, mention.start):
            return Kind.REFERENCE
        head = self._opened(nouns, here, index, sentence)
        measured = words.MEASURED.search(before) is not None
        back = self._before(nouns, mention, judged)
        chosen = (back or head) if measured and not words.is_attributive(before) else (head or back)
        if chosen is None or (chosen is not head and self._is_place(chosen, mention)):
            chosen = self._elsewhere(sentence, nouns, mention, chosen) or chosen
        return self._refine(sentence, nouns, mention, chosen, before)

    def _special(self, sentence: Sentence, mention: Mention, before: str, after: str) -> Kind | None:
        """Thresholds, distances and reference uptakes, which their own words give away."""
        if mention.type is MentionType.SUV:
            near = words.NEAR_BEFORE.split(before)[-1] + "|" + words.NEAR_AFTER.split(after, maxsplit=1)[0][:44]
            return Kind.REFERENCE if words.POOL.search(near) else None
        if mention.type is MentionType.QUALITATIVE:
            return None
        if words.MAYBE_THRESHOLD.search(before[-100:]) and words.THRESHOLD.search(before[-100:]):
            return Kind.REFERENCE
        if words.FAR_BEFORE.search(before):
            return Kind.DISTANCE
        if words.FAR.match(after) and not (
            words.MEASURED.search(before[-30:])
            and re.match(r"\s*(?:superior|inferior|anterior|posterior|lateral|medial)", after)
        ):
            return Kind.DISTANCE
        return None

    def _opened(self, nouns: tuple[Noun, ...], here: list[Mention], index: int, sentence: Sentence) -> Noun | None:
        """The head of the noun phrase that the size opens; sizes that are enumerated before it share it."""
        at, text = here[index].end, self.text
        dimension = words.DIMENSION.match(text, at, sentence.end)
        following = here[index + 1] if index + 1 < len(here) else None
        if following is not None and re.fullmatch(
            r"\s{0,3}(?:,|and|or|to|,\s?and|&)\s{0,3}(?:an?\s|another\s|the\s)?", text[at : following.start]
        ):
            return self._opened(nouns, here, index + 1, sentence)
        if dimension is not None:
            at = dimension.end()
        if text[at : at + 1] == ")" and words.ADJECTIVE.search(
            text[max(sentence.start, here[index].start - 24) : here[index].start]
        ):
            at += 1
        opened = re.match(r"\s{0,2}of\s", text[at : at + 6])
        if opened is not None:
            at += opened.end()
        attributive = words.is_attributive(text[max(sentence.start, here[index].start - 40) : here[index].start])
        stop = min(sentence.end, at + 90, following.start if following else sentence.end)
        end = at
        for token in words.TOKEN.finditer(text, at, stop):
            word = token.group()
            if word in "-/'’" or (word == "," and attributive):
                continue
            if word.isdigit() and words.GRADED.search(text, at, token.start()):
                continue
            if (
                not word[0].isalpha()
                or (words.STOP.match(word) and token.start() > at - 1)
                or word.lower() in {"and", "or", "of"}
            ):
                break
            end = token.end()
        inside = [noun for noun in nouns if noun.start >= at and noun.end <= end]
        return inside[-1] if inside else None

    def _before(self, nouns: tuple[Noun, ...], mention: Mention, judged: list[Mention]) -> Noun | None:
        """The nearest noun before that is neither denied nor a place; a place where there is nothing else."""
        earlier = [noun for noun in nouns if noun.end <= mention.start]
        live = [
            noun
            for noun in earlier
            if not noun.denied and (noun.kind != Kind.TECHNIQUE or self._is_slice(noun, mention))
        ]
        text = self.text
        for noun in reversed(live):
            relative = (
                noun.place and words.WHICH_MEASURES.match(text, noun.end) and not any(one.finding for one in live)
            )
            if noun.place and not relative:
                continue
            beside = text[noun.end : mention.start]
            if (
                noun.finding
                and judged
                and judged[-1].start > noun.end - 60
                and re.search(r"\band\s(?:measures|is)\b", beside)
            ):
                return next((one for one in live if one.kind == Kind.ORGAN and not one.place), noun)
            return self._of_which(noun, live) or noun
        return live[-1] if live else None

    def _of_which(self, noun: Noun, live: Sequence[Noun]) -> Noun | None:
        """ "Cyst lower pole left kidney 31 mm": the finding that an organ without a preposition only places."""
        before = next((one for one in reversed(live) if one.end <= noun.start), None)
        if noun.kind != Kind.ORGAN or before is None or not before.finding:
            return None
        between = self.text[before.end : noun.start]
        return (
            before
            if re.fullmatch(
                r"\s(?:(?:upper|lower|mid|inter|pole|left|right|anterior|posterior)\s){0,4}", between, re.IGNORECASE
            )
            else None
        )

    def _is_slice(self, noun: Noun, mention: Mention) -> bool:
        """Pictures are spoken of everywhere; a size before belongs to them only where their thickness is meant."""
        said = self._says(noun)
        return mention.type is MentionType.SIZE and (
            any(word in said for word in ("thick", "collim", "spacing", "increment", "gap", "fov"))
            or (
                said.rstrip("s") in {"slice", "section", "cut"} and not self.text[noun.end : mention.start].strip(" :=")
            )
        )

    def _is_place(self, noun: Noun, mention: Mention) -> bool:
        """An organ that only says where: behind a preposition, before "segment", or in a list of lesions."""
        if noun.kind not in {Kind.ORGAN, NO_KIND}:
            return False
        beside = self.text[noun.end : mention.start]
        listed = (
            self.announced is not None
            and self.announced.finding
            and not words.DIMENSION.search(beside)
            and "measur" not in beside
        )
        lobe = (
            self.topic is not None
            and self.topic.finding
            and self._says(noun) == "lobe"
            and beside.strip() in {",", ":"}
        )
        return noun.place or listed or lobe or re.match(r"[\s,]{1,2}seg", beside, re.IGNORECASE) is not None

    def _says(self, noun: Noun) -> str:
        return self.text[noun.start : noun.end].lower()

    def _elsewhere(
        self, sentence: Sentence, nouns: tuple[Noun, ...], mention: Mention, place: Noun | None
    ) -> Noun | None:
        """What the size belongs to where its sentence names only places or nothing."""
        head = self.text[sentence.start : mention.start]
        topic = self.announced or self.topic
        if self.led is not None and words.ONLY_WHEN.match(head):
            topic = self.led
        if topic is not None and (
            place is None or (topic.finding and (words.ANAPHOR.search(head) or self._says(place) == "lobe"))
        ):
            return topic
        return None

    def _refine(
        self, sentence: Sentence, nouns: tuple[Noun, ...], mention: Mention, chosen: Noun | None, before: str
    ) -> Kind | None:
        said = self.text[sentence.start : sentence.end]
        segments = self._names_segments(sentence)
        if chosen is None:
            if sentence.section is Section.TECHNIQUE:
                return Kind.TECHNIQUE
            return self._by_heading(sentence, said, before, segments)
        if chosen.kind == NO_KIND:
            return None
        kind = Kind(chosen.kind)
        if mention.type is MentionType.SUV and self._says(chosen) in words.UPTAKE and words.PHYSIOLOGICAL.search(said):
            return None
        if (
            kind is Kind.LESION
            and len(self.mentions[sentence.start]) == 1
            and words.IS_BENIGN.search(self.text, chosen.end, sentence.end)
        ):
            return Kind.OTHER_FINDING
        if kind is Kind.ORGAN and segments and (self._is_place(chosen, mention) or chosen.end <= sentence.start):
            return Kind.LESION
        if kind is Kind.ORGAN and mention.type is MentionType.SUV:
            return None if re.search(r"\bsymmetric|\bphysiolog|\bnormal\b", said, re.IGNORECASE) else Kind.LESION
        if kind is Kind.ORGAN and re.search(
            r"^[^.;]{0,30}\baneurysm", self.text[mention.end : sentence.end], re.IGNORECASE
        ):
            return Kind.OTHER_FINDING
        if sentence.section is Section.TECHNIQUE and kind not in FINDINGS:
            return Kind.TECHNIQUE
        generic = chosen.end <= sentence.start or self._says(chosen).startswith(words.GENERIC)
        if kind is Kind.LESION and generic and not segments:
            clause = self.text.rfind(";", sentence.start, max(chosen.start, sentence.start)) + 1
            own = [noun for noun in nouns if noun.finding and noun is not chosen and noun.start >= clause]
            said = self.text[max(clause, sentence.start) : sentence.end]
            nodal = all(noun.kind == Kind.NODE for noun in own)
            if sentence.organ_heading == "lymph node" or (nodal and (own or node_sites().search(said))):
                return Kind.NODE
        if kind is Kind.ORGAN and "thicken" in self._says(chosen) and self._followed(sentence):
            return Kind.LESION
        return kind

    def _names_segments(self, sentence: Sentence) -> bool:
        if self.segments is None or self.segments[0] != sentence.start:
            self.segments = (sentence.start, bool(find_segments(self.text, sentence.start, sentence.end)))
        return self.segments[1]

    def _followed(self, sentence: Sentence) -> bool:
        """Whether a sentence compares with an earlier examination: what is followed is disease."""
        return any(cue.category in {PRIOR, INCREASED, DECREASED, STABLE} for cue in self.cues.get(sentence.start, ()))

    def _by_heading(self, sentence: Sentence, said: str, before: str, segments: bool) -> Kind | None:
        if (
            sentence.organ_heading is not None
            and words.OF_THE_ORGAN.match(before)
            and not find_segments(before, 0, len(before))
        ):
            return Kind.ORGAN if sentence.organ_heading not in {"bile duct", "lymph node"} else None
        if segments or re.search(r"\b(?:targets?|previously|prior|hepatic|segm?)\b", said, re.IGNORECASE):
            return Kind.LESION
        if sentence.organ_heading == "lymph node" or node_sites().search(said):
            return Kind.NODE
        if sentence.organ_heading in {None, "bile duct"}:
            return None
        return Kind.ORGAN
