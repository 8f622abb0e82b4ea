"""Where the findings begin in a report that has no heading for them: on a line after the comparison or the technique."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.reading.model import Section, Sentence

_BEFORE_FINDINGS = frozenset({Section.COMPARISON, Section.TECHNIQUE})
#: What only findings speak of; a second line of earlier examinations, or of how images were made, does not.
_TELLS = re.compile(
    r"\b(?:there\s+(?:is|are|has|have)|liver|hepatic|segments?\s+[1-8IV]|seg\.?\s+[1-8IV]|lesions?|metasta\w+|deposits?|nodules?|lymph\s+nodes?|spleen|lungs?|unchanged|enlarged)\b",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\b(?:images?|scans?|acquir\w+|reconstruct\w+|sequences?|contrast|injection|axial|obtained|performed|compar\w+|reviewed|phases?|protocol)\b",
    re.IGNORECASE,
)


def begin_findings(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences, with the findings of an unheaded report in their section."""
    if any(sentence.section is Section.FINDINGS for sentence in sentences):
        return tuple(sentences)
    told: list[Sentence] = []
    line_end: int | None = None
    begun = False
    for sentence in sentences:
        if sentence.section not in _BEFORE_FINDINGS:
            told.append(sentence)
            line_end, begun = None, False
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
