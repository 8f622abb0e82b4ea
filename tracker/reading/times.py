"""Of which examination a value is: the one reported, or an earlier one that it is compared with.

Words close to a value decide first ("previously 31 mm", "31 mm before", "from 31 to 23 mm", "31 → 23 mm"), then its date, then
a clause about an earlier examination ("On the prior CT there was a 12 mm nodule"), which reaches until something speaks of
now. A value that is only enumerated after another ("versus 28 and 30 mm") is of the same examination.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.reading import time_words as words
from tracker.reading.context import CURRENT, PRIOR, RESOLVED
from tracker.reading.dates import DateSaid, find_dates
from tracker.reading.model import Cue, Document, Mention, Section, Sentence, Time


@dataclass(frozen=True, slots=True)
class _Judged:
    """A verdict, and how far it carries: a clause about an earlier examination reaches further than one word."""

    time: Time
    clause: bool = False
    #: Opened by "from": a following "to" leads back to now.
    leaving: bool = False


def tell_times(
    document: Document, cues: Sequence[Cue], mentions: Sequence[Mention], performed_on: date | None = None
) -> tuple[Mention, ...]:
    """The mentions, each with its time. ``performed_on`` is the day of the examination reported, where it is known."""
    has_findings = any(sentence.section is Section.FINDINGS for sentence in document.sentences)
    sentences = {sentence.start: sentence for sentence in document.sentences}
    dates = find_dates(document.text) if mentions else ()
    by_sentence: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_sentence.setdefault(mention.sentence_start, []).append(mention)
    cues_of: dict[int, list[Cue]] = {start: [] for start in by_sentence}
    starts = sorted(by_sentence)
    for cue in cues:
        if cue.category in {PRIOR, CURRENT, RESOLVED}:
            for start in _holding(starts, cue, by_sentence):
                cues_of[start].append(cue)
    told: list[Mention] = []
    for start in starts:
        sentence = sentences[start]
        here = by_sentence[start]
        if sentence.section is Section.COMPARISON or (sentence.section is Section.INDICATION and has_findings):
            told.extend(one if one.kind in words.TIMELESS else replace(one, time=Time.PRIOR) for one in here)
            continue
        near = [said for said in dates if start <= said.start < sentence.end]
        told.extend(_Sentence(document.text, sentence, here, cues_of[start], near, performed_on).run())
    return tuple(told)


def _holding(starts: list[int], cue: Cue, by_sentence: dict[int, list[Mention]]) -> list[int]:
    at = bisect_right(starts, cue.start) - 1
    return [starts[at]] if at >= 0 and cue.start < by_sentence[starts[at]][0].sentence_end else []


class _Sentence:
    """The values of one sentence, in order."""

    def __init__(
        self,
        text: str,
        sentence: Sentence,
        mentions: list[Mention],
        cues: list[Cue],
        dates: list[DateSaid],
        performed_on: date | None,
    ) -> None:
        self.text, self.sentence, self.mentions = text, sentence, mentions
        self.cues, self.dates, self.performed_on = cues, dates, performed_on
        self.times: list[_Judged] = []

    def run(self) -> list[Mention]:
        for index in range(len(self.mentions)):
            self.times.append(self._judge(index))
            if index and self.times[index].time is Time.CURRENT and self._leads_from(index):
                self.times[index - 1] = _Judged(Time.PRIOR, leaving=True)
        return [
            replace(mention, time=Time.CURRENT if mention.kind in words.TIMELESS else judged.time)
            for mention, judged in zip(self.mentions, self.times, strict=True)
        ]

    def _gap(self, index: int) -> str:
        start = self.mentions[index - 1].end if index else self.sentence.start
        return self.text[max(start, self.mentions[index].start - 240) : self.mentions[index].start]

    def _tail(self, index: int) -> str:
        end = self.mentions[index + 1].start if index + 1 < len(self.mentions) else self.sentence.end
        return self.text[self.mentions[index].end : min(end, self.mentions[index].end + 160)]

    def _leads_from(self, index: int) -> bool:
        """An arrow, or "to" after a word of change, makes the value before it the earlier one."""
        gap, before = self._gap(index), self.text[self.sentence.start : self.mentions[index - 1].start]
        if words.ARROW.match(gap):
            return True
        return (
            re.fullmatch(r"\s{0,3}(?:down |up )?to\s{0,3}(?:now |about |approximately )?", gap) is not None
            and words.CHANGE.search(before) is not None
        )

    def _judge(self, index: int) -> _Judged:
        gap, tail = self._undated(index, self._gap(index)), self._tail(index)
        before = self.times[index - 1] if index else None
        if self._said_prior(index, gap):
            return _Judged(Time.PRIOR)
        if words.FROM.search(gap) and self._changes(index):
            return _Judged(Time.PRIOR, leaving=True)
        if before is not None and before.leaving and words.TO.search(gap):
            return _Judged(Time.CURRENT)
        if words.CURRENT_HERE.search(gap) or (
            words.CURRENT_AFTER.match(tail) and not self._says_of_next(index, (words.CURRENT_HERE,))
        ):
            return _Judged(Time.CURRENT)
        if words.PRIOR_AFTER.match(tail) and not self._says_of_next(index, (words.PRIOR_HERE, words.PRIOR_BESIDE)):
            return _Judged(Time.PRIOR, leaving=before is not None and before.leaving)
        if self._is_gone(index) or self._by_month(index):
            return _Judged(Time.PRIOR)
        dated = self._by_date(index)
        if dated is not None:
            return dated
        return self._by_clause(index, gap, before)

    def _said_prior(self, index: int, gap: str) -> bool:
        if words.PRIOR_HERE.search(gap):
            compared = re.search(r"\b(?:compared|versus|vs)\b", gap, re.IGNORECASE) is not None
            return not (compared and len(self.mentions) == 2 and words.OTHER_SIDE.match(self._tail(index)))
        if index and (self._in_brackets(index, gap) or words.THAN_THE.search(gap)):
            return True
        beside = index > 0 and self.times[index - 1].time is Time.CURRENT
        found = words.PRIOR_BESIDE.search(gap)
        if found is None:
            return False
        word = found.group().lstrip().lower()
        if word.startswith(("baseline", "nadir", "initial", "pre", "original")):
            return len(self.mentions) > 1 or words.CURRENT_NEXT.match(self.text, self.sentence.end) is not None
        return beside and len(gap) < 40

    def _in_brackets(self, index: int, gap: str) -> bool:
        mention, before = self.mentions[index], self.mentions[index - 1]
        opened = words.BRACKET.fullmatch(gap) is not None
        alone = opened and self.text[mention.end : mention.end + 1] in {")", "]"}
        # "22 mm (20 and 20 mm respectively)": several earlier ones.
        several = (
            opened
            and index + 1 < len(self.mentions)
            and words.SEVERAL_BRACKETED.match(self.text, mention.end) is not None
        )
        return (
            (alone or several)
            and mention.type is before.type
            and ((mention.values_mm, mention.value) != (before.values_mm, before.value) or mention.text == before.text)
            and self.times[index - 1].time is Time.CURRENT
        )

    def _by_month(self, index: int) -> bool:
        """A month without its year, other than that of the examination: "recorded in February", "(February: 18 mm)"."""
        tail, gap = self._tail(index), self._gap(index)
        opened = words.IN_MONTH_AFTER.match(tail)
        month = words.MONTH.match(tail, opened.end()) if opened else None
        if month is None:
            month = next(
                (found for found in words.MONTH.finditer(gap) if words.DATED_BEFORE.match(gap[found.end() :])), None
            )
        if month is None:
            return False
        word = month.group()
        own = self.performed_on is not None and self.performed_on.month == 1 + words.MONTHS.index(word[:3].lower())
        return not own and (len(self.mentions) > 1 or self.performed_on is not None)

    def _is_gone(self, index: int) -> bool:
        """ "The 8 mm lesion has disappeared": the size that it had."""
        mention = self.mentions[index]
        if index + 1 < len(self.mentions):
            return False
        return any(
            cue.category == RESOLVED and cue.start >= mention.end and cue.scope_start <= mention.start
            for cue in self.cues
        )

    def _changes(self, index: int) -> bool:
        """Whether "from" before a value tells of a change, not of a place."""
        head = self.text[self.sentence.start : self.mentions[index].start]
        if index and self.times[index - 1].time is Time.CURRENT:
            return (
                words.CHANGE.search(self.text[self.sentence.start : self.mentions[index].start]) is not None
                or len(self._gap(index)) < 12
            )
        following = self._gap(index + 1) if index + 1 < len(self.mentions) else ""
        return (
            words.CHANGE.search(head) is not None
            or words.TO.search(following) is not None
            or re.search(r"\bto\b", following) is not None
        )

    def _says_of_next(self, index: int, patterns: tuple[re.Pattern[str], ...]) -> bool:
        """Whether "previously" behind a value belongs to the next value instead."""
        if index + 1 >= len(self.mentions):
            return False
        gap = self._undated(index + 1, self._gap(index + 1))
        return any(pattern.search(gap) for pattern in patterns)

    def _undated(self, index: int, gap: str) -> str:
        """A gap without its dates: they separate no values."""
        offset = self.mentions[index].start - len(gap)
        for said in reversed(self.dates):
            if said.start >= offset and said.end <= offset + len(gap):
                gap = gap[: said.start - offset] + gap[said.end - offset :]
        return words.MONTH_YEAR.sub("", gap)

    def _date_of(self, index: int) -> DateSaid | None:
        """The date that stands directly before or behind a value."""
        mention = self.mentions[index]
        floor = self.mentions[index - 1].end if index else self.sentence.start
        ceiling = self.mentions[index + 1].start if index + 1 < len(self.mentions) else self.sentence.end
        for said in self.dates:
            if (
                mention.end <= said.start
                and said.end <= ceiling
                and words.DATED_AFTER.match(self.text[mention.end : said.start])
                # "23 mm (05.01.2026: 31 mm)": what a colon follows dates the value after it.
                and not re.match(r"\s?[:=]\s?\d", self.text[said.end : said.end + 3])
            ):
                return said
        for said in reversed(self.dates):
            if (
                floor <= said.start
                and said.end <= mention.start
                and words.DATED_BEFORE.match(self.text[said.end : mention.start])
            ):
                return said
        return None

    def _by_date(self, index: int) -> _Judged | None:
        said = self._date_of(index)
        if said is None:
            return None
        if self.performed_on is not None:
            earlier = all(reading < self.performed_on for reading in said.readings)
            return _Judged(Time.PRIOR if earlier else Time.CURRENT)
        others = [self._date_of(other) for other in range(len(self.mentions)) if other != index]
        if any(other is None or (other.day and said.day and other.day > said.day) for other in others):
            return _Judged(Time.PRIOR)
        return None

    def _by_clause(self, index: int, gap: str, before: _Judged | None) -> _Judged:
        mention = self.mentions[index]
        floor = self.mentions[index - 1].end if index else self.sentence.start
        said = [
            cue
            for cue in self.cues
            if cue.category == PRIOR and floor <= cue.start and cue.end <= mention.start and self._is_clause(cue, index)
        ]
        if said:
            after = self.text[said[-1].end : mention.start]
            if not (
                re.search(r"\b(?:now|currently|today|at present)\b", after, re.IGNORECASE) or words.BREAK.search(after)
            ):
                return _Judged(Time.PRIOR, clause=True)
            return _Judged(Time.CURRENT)
        if before is not None and before.time is Time.PRIOR:
            if before.clause and not words.NOW.search(gap) and not words.BREAK.search(gap):
                return before
            if not before.leaving and words.LIST.fullmatch(gap) and mention.type is self.mentions[index - 1].type:
                return before
            if before.leaving and re.fullmatch(
                r"\s{0,2}\(?(?:SUV[\s-]?(?:max|peak|mean)?|max|with|an?|of|,|\s|and){0,6}", gap, re.IGNORECASE
            ):
                return before
        return _Judged(Time.CURRENT)

    def _is_clause(self, cue: Cue, index: int) -> bool:
        """Whether a cue speaks of an earlier examination, not only compares with it or says where a lesion was seen before."""
        after = self.text[cue.end : self.mentions[index].start]
        word = self.text[cue.start : cue.end].lower()
        if words.WHEN.search(word):
            return len(after) < 60
        if words.COMPARING.search(self.text[max(self.sentence.start, cue.start - 40) : cue.start]):
            return False
        if word in {"previously", "formerly", "initially"} or word.startswith("at baseline"):
            if words.TREATED.match(after):
                return False
            if words.ONLY_SEEN.match(after):
                return self._gone_or_other(index)
            return len(after) < 60
        return not re.match(r"\s{0,2},\s(?:the|this|there is|a|an|it)\b.{0,60}\b(?:is|measures|has)\b", after)

    def _gone_or_other(self, index: int) -> bool:
        """Whether a lesion seen before has gone since, or has another size now."""
        rest = self.text[self.mentions[index].end : self.sentence.end]
        if any(cue.category == RESOLVED and cue.start >= self.mentions[index].end for cue in self.cues):
            return True
        return (
            index + 1 < len(self.mentions)
            and words.NOW.search(rest[: self.mentions[index + 1].start - self.mentions[index].end]) is not None
        )
