"""What a report says of lesions in words alone: gone, unchanged, not to be judged, treated, beyond doubt worse.

No size is ever made of words. "Unchanged" without a number is ``p`` for a non-target and nothing but a mark for a target,
whose size decides.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.domain.vocabulary import LIVER, LYMPH_NODE, LesionRole, Segment, State
from tracker.reading.model import Document, Reading, Section, Sentence, Time
from tracker.reading.proposals.rows import Row
from tracker.reading.proposals.units import read_segments
from tracker.reading.segments import find_segments

GONE, UNCHANGED, NOT_EVALUABLE, TREATED, WORSE = "a", "p", "ne", "t", "up"
_TOLD = (Section.FINDINGS, Section.IMPRESSION, Section.ADDENDUM, Section.HEADER)
_UNCHANGED = re.compile(
    r"\b(?:unchanged|stable|no\s+(?:significant\s+|relevant\s+|appreciable\s+)?(?:interval\s+)?change)\b", re.IGNORECASE
)
_NOT_EVALUABLE = re.compile(
    r"\b(?:(?:cannot|can\s+not|could\s+not)\s+be\s+(?:\w+ly\s+)?(?:assessed|evaluated|judged)"
    r"|(?:is|are|was|were)\s+not\s+(?:\w+ly\s+)?(?:assessable|evaluable)|non-?\s?evaluable|not\s+evaluable|unevaluable)\b",
    re.IGNORECASE,
)
_CAUSES = (
    ("motion", re.compile(r"\b(?:motion|movement|breathing|respiratory)\b", re.IGNORECASE)),
    ("artefact", re.compile(r"\b(?:artefact|artifact|streak|beam[\s-]hardening|metal\w*)\b", re.IGNORECASE)),
    (
        "no contrast",
        re.compile(r"\b(?:unenhanced|non-?contrast|(?:without|lack\s+of|no)\s+(?:iv\s+)?contrast)", re.IGNORECASE),
    ),
)
_TREATED = re.compile(
    r"\b(?:(?P<ablation>ablat(?:ed|ion)|microwave|radio-?\s?frequency)|(?P<resection>resect(?:ed|ion)|metastasectomy)"
    r"|(?P<TACE>TACE|chemo-?emboli[sz]\w+)|(?P<SIRT>SIRT|radio-?emboli[sz]\w+))\b",
    re.IGNORECASE,
)
_WORSE = re.compile(r"\bunequivocal(?:ly)?\s+(?:\w+\s+)?(?:progress\w*|worse)", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:no|not|without|never)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)


_UNSEEN = re.compile(
    r"\b(?:not|no\s+longer)\s+(?:clearly\s+)?(?:visible|visuali[sz]ed|seen|identified|identifiable|demonstrated|detect\w+|delineat\w+)"
    r"|\b(?:has|have|had)\s+(?:\w+ly\s+)?(?:vanished|disappeared|resolved)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """Words of one place about lesions; without segments they are about all of ``organ``."""

    start: int
    end: int
    sentence: tuple[int, int]
    #: What the box would hold: a, p, ne …, t …, up.
    text: str
    organ: str
    segments: tuple[Segment, ...] = ()

    @property
    def state(self) -> str:
        return self.text.partition(" ")[0]


def find_said(reading: Reading, document: Document) -> tuple[Said, ...]:
    """All such words, in the order of the text."""
    found = [*_from_liver(reading, document), *_from_sentences(reading, document)]
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.text)))


def fits(said: Said, row: Row) -> bool:
    """Whether words may be of a row: its segment where one is named, else its organ; and only what may be said of it."""
    if said.organ != row.organ:
        return False
    if said.state in (UNCHANGED, WORSE) and row.role is not LesionRole.NON_TARGET:
        return False
    if said.state == TREATED and not said.segments and row.last is not State.TREATED:
        return False
    if not said.segments:
        return True
    return bool(set(_whole(said.segments)) & set(_whole(row.segments)))


def _whole(segments: tuple[Segment, ...]) -> list[Segment]:
    return [Segment.IV if one in (Segment.IVA, Segment.IVB) else one for one in segments]


def _from_liver(reading: Reading, document: Document) -> Iterator[Said]:
    for span in reading.liver.spans:
        segments = read_segments(span.segments)
        sentence = sentence_around(document, span.start, span.end)
        if span.says == "resolved" and segments:
            yield Said(span.start, span.end, sentence, GONE, LIVER, segments)
        elif span.says == "no_liver_lesions":
            yield Said(span.start, span.end, sentence, GONE, LIVER)


def _from_sentences(reading: Reading, document: Document) -> Iterator[Said]:
    """Sentences without a current value of a lesion, which would say it better."""
    current = [one for one in reading.mentions if one.time is Time.CURRENT and one.lesion is not None]
    valued = {sentence_around(document, one.start, one.end) for one in current}
    for sentence in document.sentences:
        if sentence.section in _TOLD:
            yield from _words_of(document, sentence, valued=(sentence.start, sentence.end) in valued)


def _words_of(document: Document, sentence: Sentence, *, valued: bool) -> Iterator[Said]:
    text = document.say(sentence)
    span = (sentence.start, sentence.end)

    def said(found: re.Match[str], box: str, organ: str = LIVER, segments: tuple[Segment, ...] = ()) -> Said:
        return Said(sentence.start + found.start(), sentence.start + found.end(), span, box, organ, segments)

    worse = _WORSE.search(text)
    if worse and not _NEGATED.search(text[: worse.start()]):
        segments = _segments_in(document, sentence)
        yield said(worse, WORSE, LYMPH_NODE if re.search(r"\bnod(?:e|al)\b", text, re.IGNORECASE) else LIVER, segments)
        return
    segments = _segments_in(document, sentence)
    if not segments:
        return
    treated = _TREATED.search(text)
    if treated:
        yield said(treated, f"{TREATED} {treated.lastgroup}", LIVER, segments)
    if treated or valued:
        return
    judged = _NOT_EVALUABLE.search(text)
    if judged:
        cause = next((name for name, pattern in _CAUSES if pattern.search(text)), "as reported")
        yield said(judged, f"{NOT_EVALUABLE} {cause}", LIVER, segments)
        return
    unchanged = _UNCHANGED.search(text)
    if unchanged and not _NEGATED.search(text[: unchanged.start()]):
        yield said(unchanged, UNCHANGED, LIVER, segments)


def _segments_in(document: Document, sentence: Sentence) -> tuple[Segment, ...]:
    named = find_segments(document.text, sentence.start, sentence.end)
    return read_segments(dict.fromkeys(one for naming in named if not naming.short for one in naming.segments))


def unseen_after(text: str, start: int, end: int) -> str:
    """Words behind a value, in its own clause, that say that the lesion is not seen: "the 5 mm lesion is not visible"."""
    clause = re.split(r"[;,.(\n]", text[start:end], maxsplit=1)[0]
    found = _UNSEEN.search(clause)
    return " ".join(found[0].split()) if found else ""


def treated_in(text: str, start: int, end: int) -> str:
    """The word for a local treatment that a sentence speaks of: a size there may be what was treated, or the zone."""
    found = _TREATED.search(text, start, end)
    return "" if found is None else found[0]


def sentence_around(document: Document, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds a span; the span itself where none does."""
    at = bisect_right(document.sentences, start, key=lambda one: one.start) - 1
    sentence = document.sentences[at] if at >= 0 and start < document.sentences[at].end else None
    return (min(sentence.start, start), max(sentence.end, end)) if sentence is not None else (start, end)
