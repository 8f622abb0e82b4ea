"""What a report says of the liver in words: how many lesions, none new, none at all, which are new, which are gone.

Only what is said: a total is never the number of sizes found, "two new" is no total, and a cyst is no metastasis.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.reading.absence import find_form_answers, find_no_new, find_nothing, has_lesions
from tracker.reading.anatomy import LIVER, find_namings
from tracker.reading.counts import CountSaid, find_counts, find_new_counts
from tracker.reading.events import find_new, find_resolved
from tracker.reading.model import (
    Change,
    CountQualifier,
    Cue,
    Document,
    Kind,
    LiverCount,
    LiverSaid,
    Mention,
    SaidSpan,
    Section,
    Sentence,
    Time,
)

_TOLD = (Section.FINDINGS, Section.IMPRESSION, Section.ADDENDUM, Section.HEADER)
_HEAD_MATTER = re.compile(
    r"\b(?:history|hx|indication|reason|clinical|question|status\s+post|s/p|patient|dob|exam(?:ination)?\s*:|\?)",
    re.IGNORECASE,
)


def read_liver(document: Document, cues: Sequence[Cue], mentions: Sequence[Mention]) -> LiverSaid:
    """What the report says of the liver in words, with the place of each statement."""
    sentences = told_sentences(document)
    about = _about_liver(document, sentences)
    no_new = [span for one in sentences for span in find_no_new(document, one, about[one.start])]
    no_new += find_form_answers(document.text)
    new = [
        one
        for one in find_new(document, cues, mentions, about)
        if all(one.end <= span.start or one.start >= span.end for span in no_new)
    ]
    gone = find_resolved(document, cues, about)
    count, counted = _count(document, sentences, about, mentions)
    nothing = [span for one in sentences for span in find_nothing(document, one, about[one.start])]
    there = has_lesions(document, mentions, sentences, about) or count is not None or bool(new)
    everywhere_new = any(
        one.new and one.time is Time.CURRENT and one.kind in (Kind.LESION, Kind.NODE) for one in mentions
    )
    stands = bool(no_new) and not new and (not everywhere_new or any(span.segments == (LIVER,) for span in no_new))
    spans = [
        *counted,
        *(SaidSpan(span.start, span.end, span.says) for span in no_new),
        *([] if there else nothing),
        *new,
        *gone,
    ]
    return LiverSaid(
        count, stands, bool(nothing) and not there, tuple(sorted(spans, key=lambda span: (span.start, span.end)))
    )


def _all_new(
    document: Document, sentences: Sequence[Sentence], about: dict[int, bool], mentions: Sequence[Mention]
) -> list[CountSaid]:
    """``three new lesions`` are the total where the report tells of just these three one by one, and of none before."""
    liver = [one for one in mentions if one.organ == LIVER and one.kind is Kind.LESION]
    if any(one.time is Time.PRIOR or one.change not in (None, Change.NEW) or one.lesion is None for one in liver):
        return []
    said = [one for sentence in sentences for one in find_new_counts(document, sentence, about[sentence.start])]
    return [one for one in said if one.count.value == len({one.lesion for one in liver})]


def told_sentences(document: Document) -> tuple[Sentence, ...]:
    """The sentences that tell what is seen; of a text without headings, all."""
    told = tuple(
        one
        for one in document.sentences
        if one.section in _TOLD and not (one.section is Section.HEADER and _HEAD_MATTER.search(document.say(one)))
    )
    return told or document.sentences


def _about_liver(document: Document, sentences: Sequence[Sentence]) -> dict[int, bool]:
    """For each sentence, whether it is about the liver: by its words, its heading, or what the paragraph was about."""
    about: dict[int, bool] = {}
    near = False
    last: Sentence | None = None
    for sentence in sentences:
        if (
            last is None
            or last.section is not sentence.section
            or re.search(r"\n\s*\n", document.text[last.end : sentence.start])
        ):
            near = False
        if sentence.organ_heading is not None:
            near = sentence.organ_heading == LIVER
        organs = {
            one.organ
            for one in find_namings(document.text, sentence.start, sentence.end, liver_near=near)
            if one.organ and not one.beside
        }
        about[sentence.start] = LIVER in organs or (near and not organs)
        near = about[sentence.start] if organs else near
        last = sentence
    return about


def _count(
    document: Document, sentences: Sequence[Sentence], about: dict[int, bool], mentions: Sequence[Mention]
) -> tuple[LiverCount | None, list[SaidSpan]]:
    """The total as stated. A number goes before a vague word; of two numbers that differ none is taken."""
    said = [one for sentence in sentences for one in find_counts(document, sentence, about[sentence.start])]
    said = said or _all_new(document, sentences, about, mentions)
    spans = [SaidSpan(one.start, one.end, "count", one.segments) for one in said]
    numbers = {(one.count.qualifier, one.count.value) for one in said if one.count.value is not None}
    if numbers:
        exact = {value for qualifier, value in numbers if qualifier is CountQualifier.EXACT}
        if len(exact) > 1 or (not exact and len(numbers) > 1):
            return None, spans
        if exact:
            return LiverCount(CountQualifier.EXACT, exact.pop()), spans
        return LiverCount(*numbers.pop()), spans
    vague = {one.count.qualifier for one in said}
    for qualifier in (CountQualifier.INNUMERABLE, CountQualifier.MULTIPLE):
        if qualifier in vague:
            return LiverCount(qualifier), spans
    return None, spans
