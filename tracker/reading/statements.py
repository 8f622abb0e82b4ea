"""What is said of lesions in sentences of their own, without a size: of all of them, or of the one in a segment.

Such a statement completes a lesion of which nothing else says how it changed; it never overrules what stands beside a size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.reading.anatomy import LIVER, find_namings
from tracker.reading.changes import find_changes
from tracker.reading.model import Change, Cue, Document, Kind, Mention, Section, Sentence

_ALL = re.compile(
    r"\b(?:all|both|each|every|these|those|the|known|(?:liver|hepatic|bilobar|target|multiple))\b[^.;]{0,50}?\b(?:\w*lesions|metastases|deposits|\w*nodules|foci|masses|targets|mets|secondaries)\b",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(
    r"\b(?:some|most|majority|several\s+of|many\s+of|one\s+of|two\s+of|three\s+of|part\w*\s+of|predominantly|largely|mostly|except|other\s+than|apart\s+from|but|mixed|others?"
    r"|remaining|rest|non-?\s?target|whereas|while|number|no|new)\b",
    re.IGNORECASE,
)
#: "otherwise stationary" is said of what the sentence does not name.
_OF_THE_REST = re.compile(r"\b(?:otherwise|rest|remain\w*|others?|elsewhere|else)\b[^.;,]{0,30}$", re.IGNORECASE)
_OVERALL = (Change.STABLE, Change.DECREASED, Change.INCREASED)


def complete(document: Document, cues: Sequence[Cue], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions of lesions without a change of their own, with what such sentences say of them."""
    lesions: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.lesion is not None and mention.kind is Kind.LESION and mention.organ == LIVER:
            lesions.setdefault(mention.lesion, []).append(mention)
    open_ones = {
        letter for letter, members in lesions.items() if all(one.change is None and not one.new for one in members)
    }
    if not open_ones:
        return tuple(mentions)
    placed, overall = _read(document, cues, mentions)
    said = {letter: _of(lesions[letter], placed, overall, lesions) for letter in open_ones}
    return tuple(
        replace(one, change=said[one.lesion]) if one.lesion in open_ones and said[one.lesion] is not None else one
        for one in mentions
    )


def _read(
    document: Document, cues: Sequence[Cue], mentions: Sequence[Mention]
) -> tuple[list[tuple[tuple[str, ...], Change]], set[Change]]:
    """Statements on single segments, and on all lesions of the liver."""
    placed: list[tuple[tuple[str, ...], Change]] = []
    overall: set[Change] = set()
    near = False
    changed: dict[int, list[tuple[Cue, Change]]] = {}
    for cue, change in find_changes(document, cues):
        if (within := document.sentence_at(cue.start)) is not None:
            changed.setdefault(within.start, []).append((cue, change))
    for sentence in document.sentences:
        if sentence.section not in (Section.FINDINGS, Section.IMPRESSION, Section.ADDENDUM, Section.HEADER):
            continue
        named = [
            one
            for one in find_namings(document.text, sentence.start, sentence.end, liver_near=near)
            if one.organ and not one.beside
        ]
        liver = any(one.organ == LIVER for one in named) or (sentence.organ_heading == LIVER and not named)
        near = liver
        said = [
            (cue, change)
            for cue, change in changed.get(sentence.start, ())
            if not _OF_THE_REST.search(document.text[max(sentence.start, cue.start - 40) : cue.start])
        ]
        changes = {change for _, change in said}
        if not liver or len(changes) != 1 or _measures(sentence, mentions):
            continue
        change = changes.pop()
        segments = [one.segments for one in named if one.segments]
        if segments:
            placed += [(one, change) for one in segments if change in _OVERALL]
        elif change in _OVERALL and _is_of_all(document.say(sentence)):
            overall.add(change)
    return placed, overall


def _measures(sentence: Sentence, mentions: Sequence[Mention]) -> bool:
    return any(sentence.start <= one.start < sentence.end and one.kind is Kind.LESION for one in mentions)


def _is_of_all(words: str) -> bool:
    return _ALL.search(words) is not None and _NOT_ALL.search(words) is None


def _of(
    members: Sequence[Mention],
    placed: Sequence[tuple[tuple[str, ...], Change]],
    overall: set[Change],
    lesions: dict[str, list[Mention]],
) -> Change | None:
    """The change said of one lesion: by its segment, where no other lesion lies there; else of all."""
    segments = next((one.segments for one in members if one.segments), ())
    neighbours = sum(1 for others in lesions.values() if any(set(one.segments) & set(segments) for one in others))
    own = {change for where, change in placed if set(where) & set(segments)}
    if len(own) == 1 and neighbours == 1:
        return own.pop()
    return next(iter(overall)) if len(overall) == 1 and not own else None
