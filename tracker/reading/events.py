"""What has come and what has gone in the liver, by the words of the report: with or without a size."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.reading.absence import BENIGN, LESION
from tracker.reading.anatomy import LIVER, Naming, find_namings
from tracker.reading.changes import find_changes
from tracker.reading.model import Change, Cue, Document, Mention, SaidSpan, Sentence

_LESION = re.compile(LESION, re.IGNORECASE)
_SUBJECT = re.compile(LESION + r"|\bit\b|\bthis\b|\bsegments?\b|\bseg\b", re.IGNORECASE)
_NOT_THERE = re.compile(
    r"\b(?:(?:lesions?|metastas[ie]s|deposits?|nodules?|foc(?:us|i))\s+|(?:segments?|seg\.?)\s*\w{1,5}\s*[:-]\s*)(?:not|no\s+longer)\s+(?:clearly\s+)?(?:seen|visible|identif\w+|visuali[sz]ed|detect\w+|delineat\w+)"
    r"|\b(?:lesion|metastas[ie]s|deposit|nodule|mass|focus|foci)\b[^.;]{0,70}?\b(?:is|are|and|now)\s+(?:now\s+)?(?:no\s+longer|not)\s+(?:\w+\s+)?(?:seen|visible|identif\w+|visuali[sz]ed|detect\w+"
    r"|delineat\w+|demonstrat\w+|present|evident|appreciated|found)(?!\s+(?:previously|on\s+(?:the\s+)?(?:prior|previous)|before|earlier))|\b(?:can(?:not|['’]t)?|could)\s+(?:not|no\s+longer)?\s*(?:be\s+)?(?:identified|seen|delineated|detected|visuali[sz]ed|found|demonstrated)"
    r"|\bno\s+longer\s+(?:be\s+)?(?:seen|visible|identif\w+|visuali[sz]ed|detect\w+|delineat\w+|demonstrat\w+|present|evident|appreciated|measurable|apparent)",
    re.IGNORECASE,
)
_DEFINITE = re.compile(
    r"\b(?:the|this|these|previous\w*|known|prior|former\w*|segments?|seg\b|lesion\s+\d|described)", re.IGNORECASE
)


def find_new(
    document: Document, cues: Sequence[Cue], mentions: Sequence[Mention], about: dict[int, bool]
) -> list[SaidSpan]:
    """New lesions of the liver: the words that say so, with their segments."""
    spans = []
    for cue, change in find_changes(document, cues):
        sentence = document.sentence_at(cue.start)
        if change is not Change.NEW or sentence is None or not about.get(sentence.start, False):
            continue
        here = [one for one in mentions if sentence.start <= one.start < sentence.end and one.new]
        if here and all(one.organ != LIVER for one in here):
            continue
        # "New lesion" is told before its noun, "not present before" after it.
        told_after = re.match(r"new|fresh|de\s+novo|appear|interval", document.text[cue.start : cue.end], re.IGNORECASE)
        noun = _LESION.search(document.text, cue.start if told_after else sentence.start, sentence.end)
        if not here and (
            noun is None
            or BENIGN.search(document.say(sentence))
            or not _names_liver_near(document, sentence, cue.start)
        ):
            continue
        segments = tuple(dict.fromkeys(segment for one in here for segment in one.segments)) or _segments_near(
            document, sentence, cue.start
        )
        spans.append(SaidSpan(cue.start, max(cue.end, noun.end()) if noun else cue.end, "new", segments))
    return spans


def _names_liver_near(document: Document, sentence: Sentence, at: int) -> bool:
    """Whether the place nearest to what is new is the liver."""
    named = _named(document, sentence)
    return not named or min(named, key=lambda one: abs(one.start - at)).organ == LIVER


def _segments_near(document: Document, sentence: Sentence, at: int) -> tuple[str, ...]:
    """The segments named nearest; with the ones before in one list of places ("in segments II and V", "segment II and segment V")."""
    named = [one for one in _named(document, sentence) if one.segments]
    nearest = min(named, key=lambda one: abs(one.start - at), default=None)
    if nearest is None:
        return ()
    found = list(nearest.segments)
    for one in reversed([one for one in named if one.end <= nearest.start]):
        if not re.fullmatch(r"\W*(?:(?:and|or|the|lesions?)\W+){0,3}", document.text[one.end : nearest.start]):
            break
        found = [*one.segments, *found]
        nearest = one
    return tuple(dict.fromkeys(found))


def _named(document: Document, sentence: Sentence) -> list[Naming]:
    return [
        one
        for one in find_namings(document.text, sentence.start, sentence.end, liver_near=True)
        if one.organ and not one.beside
    ]


def find_resolved(document: Document, cues: Sequence[Cue], about: dict[int, bool]) -> list[SaidSpan]:
    """Lesions of the liver said to be gone, with or without the size they had."""
    places = [(cue.start, cue.end) for cue, change in find_changes(document, cues) if change is Change.RESOLVED]
    for sentence in document.sentences:
        if about.get(sentence.start) and _DEFINITE.search(document.say(sentence)):
            places += [match.span() for match in _NOT_THERE.finditer(document.text, sentence.start, sentence.end)]
    spans: list[SaidSpan] = []
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        within = document.sentence_at(start)
        if within is None or not about.get(within.start, False) or any(start < one.end for one in spans):
            continue
        if (
            not _SUBJECT.search(document.say(within))
            or BENIGN.search(document.say(within))
            or not _names_liver_near(document, within, start)
        ):
            continue
        spans.append(SaidSpan(start, end, "resolved", _segments_near(document, within, start)))
    return spans
