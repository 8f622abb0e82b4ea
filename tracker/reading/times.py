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

from tracker.reading.context import ABSENT, CURRENT, PRIOR, RESOLVED
from tracker.reading.dates import DateSaid, find_dates
from tracker.reading.model import Cue, Document, Kind, Mention, Section, Sentence, Time

#: What is no size of anything seen belongs to the report itself.
_TIMELESS = frozenset({Kind.REFERENCE, Kind.TECHNIQUE})
_FILLERS = (
    r"(?:[\s:=~≈(<>\[]|(?<=[a-z])-|(?:measur(?:ing|ed|ement)s?|sized?|diameters?|dimensions?|values?|of|at|was|were|being|it|its|about|approximately|approx\.?|around|circa|up to|an?|the|maxim(?:um|al)|max|peak|mean|"
    r"largest|longest|greatest|short|long|axis|SUV\w*|SUV[\s-]max|prior|previous(?:ly)?|stud(?:y|ies)|exam(?:ination)?|ct|mri?|pet|pet/ct|scan|imaging|on|in|from|only|had|been|dated|recorded|reported|as|baseline|report|uptake|activity|level|before|with|"
    r"the same|lesion|nodule|mass|node)\b\.?){0,9}"
)
_WORD = r"(?<![\w-])"
#: Words before a value that make it an earlier one, whatever else is said.
_PRIOR_HERE = re.compile(
    rf"{_WORD}(?:previous(?:ly)?|prev\.?|prior(?:ly)?|pre-?existing size|former(?:ly)?|earlier|vs\.?|versus|compared\s(?:to|with)|in comparison\s(?:to|with)|against|as opposed to|(?:down|up)\s+from|had\s(?:been|measured)|"
    rf"last\s(?:measur\w+|time|exam\w*|study|ct|scan)|used to (?:be|measure)|old(?:er)?\s(?:size|measurement|value))(?!\w){_FILLERS}$",
    re.IGNORECASE,
)
#: Words that do so only beside another value, or a word of change.
_PRIOR_BESIDE = re.compile(rf"(?:{_WORD}(?:was|were|baseline|nadir|initial(?:ly)?|original(?:ly)?|before|old|measured|pre|pre-?(?:treatment|therapy))(?!\w)|←|<-){_FILLERS}$", re.IGNORECASE)
_FROM = re.compile(rf"{_WORD}from(?!\w){_FILLERS}$", re.IGNORECASE)
_CURRENT_HERE = re.compile(
    rf"(?:{_WORD}(?:now|current(?:ly)?|today(?:'s)?|present(?:ly)?|at present|is|are|measures|remains|(?:has|have)\s\w+(?:\sin\s(?:size|diameter))?\sto)(?!\w)){_FILLERS}$",
    re.IGNORECASE,
)
_TO = re.compile(r"(?:^|[\s)])(?:(?:down|up)\s+)?to(?!\w)[\s~]*(?:(?:now|currently|about|approximately|an?|its|size|of|SUV\w*|max|measur\w+|current|the)[\s:]*){0,5}$", re.IGNORECASE)
#: "10 mm (11 mm)", "2.1 cm (CT 2.6 cm)": a second size alone in brackets is the earlier one.
_BRACKET = re.compile(r"\s{0,2}[(\[](?:(?:CT|MRI?|PET)[\s:]{0,2})?")
_THAN_THE = re.compile(r"^\s{1,2}v\.?\s{1,2}$|\b(?:exceed\w*|than|from)\sthe\s{0,2}$", re.IGNORECASE)
_OTHER_SIDE = re.compile(r"\s{0,2}(?:on|in)\sthe\s(?:right|left|other|opposite|contra-?lateral)", re.IGNORECASE)
_IS_NOT = re.compile(r"(?:is|are|was|were|has|have|can)\b", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b", re.IGNORECASE)
_IN_MONTH_AFTER = re.compile(r"^[\s),]{0,2}(?:as\s)?(?:recorded|measured|reported|seen|noted|described|found)?\s?(?:in|of|from|back in)\s(?=\w)", re.IGNORECASE)
_ARROW = re.compile(r"^[\s)]{0,3}(?:→|-{1,2}>|=>|⇒|➔|➜|>)\s{0,3}(?:now\s)?$", re.IGNORECASE)
_OF_SIZE = r"(?:[\s,(\])]|in\s(?:its\s)?(?:greatest\s|maxim\w+\s|largest\s)?(?:size|diameter|length|dimension|extent|height|width|short[\s-]axis|long[\s-]axis|short[\s-]diameter)\b|short[\s-]axis|long[\s-]axis|diameter\b|SUV\w*|g/ml|AP\b){0,6}"
_STUDY = r"(?:prior|previous|preceding|earlier|last|comparison|baseline|old|older|initial|outside|pre-?treatment|pre-?operative)"
_PRIOR_AFTER = re.compile(
    rf"^{_OF_SIZE}(?:previously|prior(?!\sto\s(?:the\s)?(?:exam|scan|biopsy))|before(?!\w)|earlier|formerly|beforehand|at\s(?:the\s)?(?:{_STUDY}|that time|diagnosis|the time of)|(?:on|in|at)\s(?:the\s|her\s|his\s|an?\s)?(?:most recent\s|immediate\s)?{_STUDY}\b|"
    r"(?:\w+\s)?(?:months?|weeks?|days?|years?)\s(?:ago|earlier|prior|before|previously)|last\s(?:year|month|time|exam\w*|study|ct|scan|week)|\d{1,2}\s(?:months?|weeks?|days?|years?)\s(?:ago|earlier|prior|before))",
    re.IGNORECASE,
)
_CURRENT_AFTER = re.compile(r"^[\s,(]{0,3}(?:now|today|currently|at present|presently|on\s(?:the\s)?(?:current|present|today|this))(?!\w)", re.IGNORECASE)
_LIST = re.compile(
    r"(?:[\s,&/(]|(?:and|or|x|by|on|in|the|right|left|side|sides|lobe|upper|lower|middle|respectively|SUV\w*|SUV[\s-]max|max|with|an?|of|at|for|short|long|axis|diameter|segments?|seg|[IV]{1,4}[ab]?|measuring|approximately|about|size)(?![\w])){0,14}"
)
_CHANGE = re.compile(r"\b(?:in|de)creas\w*|\bgr(?:own|ew|owth)|\bshr[aiu]nk\w*|\breduc\w*|\benlarg\w*|\bregress\w*|\bprogress\w*|\bdiminish\w*|\bchang\w*|\bsmaller|\blarger|\bimprov\w*|\bworse\w*|\bfell|\brose|\bdrop\w*|\bresponse|\bdown|\bup\b", re.IGNORECASE)
_COMPARING = re.compile(r"\b(?:compar\w+|unchanged|stable|similar|as|since|than|relative|seen|visible|noted|known|identified|described|present|demonstrated|reported|visuali[sz]ed)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
_ONLY_SEEN = re.compile(r"^\s{0,3}(?:seen|noted|described|known|identified|reported|demonstrated|visuali[sz]ed|imaged|characteri[sz]ed|measured|documented|mentioned|visible|present|detected|observed|enhancing|hypermetabolic|avid)\b", re.IGNORECASE)
_TREATED = re.compile(r"^\s{0,3}(?:treated|resected|biopsied|ablated|irradiated|embolized|embolised|diagnosed)\b", re.IGNORECASE)
_NOW = re.compile(r"\b(?:now|currently|today|has|have|is|are|measures|at present|presently)\b|→|->", re.IGNORECASE)
_BREAK = re.compile(r";|\b(?:but|however|whereas|while)\b", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"\b(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+)(?:19|20)\d\d\b", re.IGNORECASE)
_DATED_BEFORE = re.compile(rf"^[\s),]{{0,3}}(?:it|this|the lesion)?{_FILLERS}$", re.IGNORECASE)
_DATED_AFTER = re.compile(rf"^{_OF_SIZE}(?:on|in|of|from|dated|at|as of|\(|\[|per|by)?\s{{0,2}}(?:the\s)?(?:ct|mri?|scan|study|exam(?:ination)?|pet(?:/ct)?)?\s{{0,2}}(?:of|from|dated|on)?\s{{0,2}}\(?$", re.IGNORECASE)


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
        if cue.category in {PRIOR, CURRENT, RESOLVED, ABSENT}:
            for start in _holding(starts, cue, by_sentence):
                cues_of[start].append(cue)
    told: list[Mention] = []
    for start in starts:
        sentence = sentences[start]
        here = by_sentence[start]
        if sentence.section is Section.COMPARISON or (sentence.section is Section.INDICATION and has_findings):
            told.extend(one if one.kind in _TIMELESS else replace(one, time=Time.PRIOR) for one in here)
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
        self, text: str, sentence: Sentence, mentions: list[Mention], cues: list[Cue], dates: list[DateSaid], performed_on: date | None
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
            replace(mention, time=Time.CURRENT if mention.kind in _TIMELESS else judged.time)
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
        if _ARROW.match(gap):
            return True
        return re.fullmatch(r"\s{0,3}(?:down |up )?to\s{0,3}(?:now |about |approximately )?", gap) is not None and _CHANGE.search(before) is not None

    def _judge(self, index: int) -> _Judged:
        gap, tail = self._undated(index, self._gap(index)), self._tail(index)
        before = self.times[index - 1] if index else None
        if self._said_prior(index, gap):
            return _Judged(Time.PRIOR)
        if _FROM.search(gap) and self._changes(index):
            return _Judged(Time.PRIOR, leaving=True)
        if before is not None and before.leaving and _TO.search(gap):
            return _Judged(Time.CURRENT)
        if _CURRENT_HERE.search(gap) or (_CURRENT_AFTER.match(tail) and not self._says_of_next(index, (_CURRENT_HERE,))):
            return _Judged(Time.CURRENT)
        if _PRIOR_AFTER.match(tail) and not self._says_of_next(index, (_PRIOR_HERE, _PRIOR_BESIDE)):
            return _Judged(Time.PRIOR, leaving=before is not None and before.leaving)
        if self._is_gone(index) or self._by_month(index):
            return _Judged(Time.PRIOR)
        dated = self._by_date(index)
        if dated is not None:
            return dated
        return self._by_clause(index, gap, before)

    def _said_prior(self, index: int, gap: str) -> bool:
        if _PRIOR_HERE.search(gap):
            compared = re.search(r"\b(?:compared|versus|vs)\b", gap, re.IGNORECASE) is not None
            return not (compared and len(self.mentions) == 2 and _OTHER_SIDE.match(self._tail(index)))
        if index and (self._in_brackets(index, gap) or _THAN_THE.search(gap)):
            return True
        beside = index > 0 and self.times[index - 1].time is Time.CURRENT
        found = _PRIOR_BESIDE.search(gap)
        if found is None:
            return False
        word = found.group().lstrip().lower()
        if word.startswith(("baseline", "nadir", "initial", "pre", "original")):
            return len(self.mentions) > 1
        return beside and len(gap) < 40

    def _in_brackets(self, index: int, gap: str) -> bool:
        mention, before = self.mentions[index], self.mentions[index - 1]
        alone = _BRACKET.fullmatch(gap) is not None and self.text[mention.end : mention.end + 1] in {")", "]"}
        return alone and mention.type is before.type and mention.values_mm != before.values_mm and self.times[index - 1].time is Time.CURRENT

    def _by_month(self, index: int) -> bool:
        """A month without its year, other than that of the examination: "recorded in February", "(February: 18 mm)"."""
        tail, gap = self._tail(index), self._gap(index)
        opened = _IN_MONTH_AFTER.match(tail)
        month = _MONTH.match(tail, opened.end()) if opened else None
        if month is None:
            month = next((found for found in _MONTH.finditer(gap) if _DATED_BEFORE.match(gap[found.end() :])), None)
        if month is None:
            return False
        word = month.group()
        own = self.performed_on is not None and self.performed_on.month == 1 + _MONTHS.index(word[:3].lower())
        return not own and (len(self.mentions) > 1 or self.performed_on is not None)

    def _is_gone(self, index: int) -> bool:
        """"The 8 mm lesion has disappeared": the size that it had."""
        mention = self.mentions[index]
        if index + 1 < len(self.mentions):
            return False
        return any(
            cue.start >= mention.end and cue.scope_start <= mention.start and (cue.category == RESOLVED or _IS_NOT.match(self.text, cue.start))
            for cue in self.cues
            if cue.category in {RESOLVED, ABSENT}
        )

    def _changes(self, index: int) -> bool:
        """Whether "from" before a value tells of a change, not of a place."""
        head = self.text[self.sentence.start : self.mentions[index].start]
        if index and self.times[index - 1].time is Time.CURRENT:
            return _CHANGE.search(self.text[self.sentence.start : self.mentions[index].start]) is not None or len(self._gap(index)) < 12
        following = self._gap(index + 1) if index + 1 < len(self.mentions) else ""
        return _CHANGE.search(head) is not None or _TO.search(following) is not None or re.search(r"\bto\b", following) is not None

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
        return _MONTH_YEAR.sub("", gap)

    def _date_of(self, index: int) -> DateSaid | None:
        """The date that stands directly before or behind a value."""
        mention = self.mentions[index]
        floor = self.mentions[index - 1].end if index else self.sentence.start
        ceiling = self.mentions[index + 1].start if index + 1 < len(self.mentions) else self.sentence.end
        for said in self.dates:
            if mention.end <= said.start and said.end <= ceiling and _DATED_AFTER.match(self.text[mention.end : said.start]):
                return said
        for said in reversed(self.dates):
            if floor <= said.start and said.end <= mention.start and _DATED_BEFORE.match(self.text[said.end : mention.start]):
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
        said = [cue for cue in self.cues if cue.category == PRIOR and floor <= cue.start and cue.end <= mention.start and self._is_clause(cue, index)]
        if said:
            after = self.text[said[-1].end : mention.start]
            if not (re.search(r"\b(?:now|currently|today|at present)\b", after, re.IGNORECASE) or _BREAK.search(after)):
                return _Judged(Time.PRIOR, clause=True)
            return _Judged(Time.CURRENT)
        if before is not None and before.time is Time.PRIOR:
            if before.clause and not _NOW.search(gap) and not _BREAK.search(gap):
                return before
            if not before.leaving and _LIST.fullmatch(gap) and mention.type is self.mentions[index - 1].type:
                return before
            if before.leaving and re.fullmatch(r"\s{0,2}\(?(?:SUV[\s-]?(?:max|peak|mean)?|max|with|an?|of|,|\s|and){0,6}", gap, re.IGNORECASE):
                return before
        return _Judged(Time.CURRENT)

    def _is_clause(self, cue: Cue, index: int) -> bool:
        """Whether a cue speaks of an earlier examination, not only compares with it or says where a lesion was seen before."""
        if _COMPARING.search(self.text[max(self.sentence.start, cue.start - 40) : cue.start]):
            return False
        after = self.text[cue.end : self.mentions[index].start]
        word = self.text[cue.start : cue.end].lower()
        if word in {"previously", "formerly", "initially"} or word.startswith("at baseline"):
            if _TREATED.match(after):
                return False
            if _ONLY_SEEN.match(after):
                return self._gone_or_other(index)
            return len(after) < 60
        return not re.match(r"\s{0,2},\s(?:the|this|there is|a|an|it)\b.{0,60}\b(?:is|measures|has)\b", after)

    def _gone_or_other(self, index: int) -> bool:
        """Whether a lesion seen before has gone since, or has another size now."""
        rest = self.text[self.mentions[index].end : self.sentence.end]
        if any(cue.category == RESOLVED and cue.start >= self.mentions[index].end for cue in self.cues):
            return True
        return index + 1 < len(self.mentions) and _NOW.search(rest[: self.mentions[index + 1].start - self.mentions[index].end]) is not None
