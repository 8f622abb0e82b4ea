"""Where the findings begin in a report that has no heading for them: on a line after the comparison or the technique."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.reading.model import Section, Sentence

_BEFORE_FINDINGS = frozenset({Section.COMPARISON, Section.TECHNIQUE})
#: What only findings speak of; a second line of earlier examinations, or of how images were made, does not.
_TELLS = re.compile(
    r"\b(?:there\s+(?:is|are|has|have)|liver|hepatic|segm?(?:ents?)?\.?\s+(?:[1-8]|[IV]+)[ab]?|lesions?|metasta\w+|deposits?|nodules?|lymph\s+nodes?|spleen|lungs?|unchanged|enlarged)\b",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\b(?:images?|scans?|acquir\w+|reconstruct\w+|sequences?|contrast|injection|axial|obtained|performed|compar\w+|reviewed|phases?|protocol)\b",
    re.IGNORECASE,
)
#: A line of its own that says with what was compared, and nothing of what was seen.
_COMPARES = re.compile(r"\W*(?:in\s+comparison|comparison|compar(?:ed|ing)|correlation)\b", re.IGNORECASE)
_SEEN = re.compile(
    r"\d\s?(?:mm|cm)\b|SUV|\b(?:(?:un)?chang\w+|stable|increas\w+|decreas\w+|new|progress\w*|regress\w*|smaller|larger|lesions?|metasta\w+|shows?)\b",
    re.IGNORECASE,
)
#: What the history says of lesions.
_TOLD_BEFORE = re.compile(
    r"\b(?:history|known|status|s/p|post|since|previous\w*|for|query|resect\w+|treated|therapy|chemo\w*|diagnos\w+)\b|\?",
    re.IGNORECASE,
)
_LONGEST_COMPARISON = 200


def begin_findings(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences, with the findings of an unheaded report in their section."""
    sentences = tuple(_compared(text, sentence) for sentence in sentences)
    if any(sentence.section is Section.FINDINGS for sentence in sentences):
        return sentences
    told: list[Sentence] = []
    line_end: int | None = None
    begun = compared = False
    for at, sentence in enumerate(sentences):
        follows = sentence.section in _BEFORE_FINDINGS or (compared and sentence.section is Section.INDICATION)
        compared = follows and (compared or sentence.section is Section.COMPARISON)
        if not follows:
            begun = sentence.section is Section.INDICATION and (begun or _stands_apart(text, sentences, at))
            told.append(replace(sentence, section=Section.FINDINGS) if begun else sentence)
            line_end = None
            continue
        if line_end is None:
            found = text.find("\n", sentence.start)
            line_end = found if found >= 0 else len(text)
        words = text[sentence.start : sentence.end]
        begun = begun or (
            sentence.start > line_end and _TELLS.search(words) is not None and _MADE.search(words) is None
        )
        told.append(replace(sentence, section=Section.FINDINGS) if begun else sentence)
    return tuple(told)


def _compared(text: str, sentence: Sentence) -> Sentence:
    """A sentence in its section; one that names the comparison on a line of its own is that, whatever it stands under."""
    if sentence.section not in {Section.INDICATION, Section.TECHNIQUE} or _COMPARES.match(text, sentence.start) is None:
        return sentence
    line = text[text.rfind("\n", 0, sentence.start) + 1 : sentence.start]
    short = sentence.end - sentence.start <= _LONGEST_COMPARISON
    if line.strip() or not short or _SEEN.search(text, sentence.start, sentence.end):
        return sentence
    return replace(sentence, section=Section.COMPARISON)


def _stands_apart(text: str, sentences: Sequence[Sentence], at: int) -> bool:
    """Whether a sentence after an empty line tells of what is seen, and not of the history."""
    sentence = sentences[at]
    if at == 0 or re.search(r"\n[ \t\r]*\n", text[sentences[at - 1].end : sentence.start]) is None:
        return False
    words = text[sentence.start : sentence.end]
    return _TELLS.search(words) is not None and not _MADE.search(words) and not _TOLD_BEFORE.search(words)
