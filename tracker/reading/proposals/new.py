"""Lesions that the report shows and the record does not have: rows to add, as sure of themselves as the report is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tracker.domain.vocabulary import LIVER, Certainty
from tracker.reading.model import Document, Reading, SaidSpan
from tracker.reading.proposals.boxes import reads_back, write_box, write_uptake
from tracker.reading.proposals.model import FollowedLesion, NewSuggestion
from tracker.reading.proposals.units import Unit, read_segments
from tracker.reading.proposals.words import sentence_around

_EQUIVOCAL = re.compile(
    r"\b(?:equivocal|indeterminate|uncertain|possibl[ey]|potential(?:ly)?|questionable|suspicious|suspicion|suspected|may\b|might\b|could\b"
    r"|cannot\s+be\s+excluded|cannot\s+exclude|not\s+excluded|too\s+small\s+to\s+characteri[sz]e|unclear|probabl[ey]|likely)",
    re.IGNORECASE,
)
_UNEQUIVOCAL = re.compile(
    r"\b(?:unequivocal(?:ly)?|definit(?:e|ely)|clearly|certain(?:ly)?|without\s+doubt"
    r"|(?:consistent|compatible|in\s+keeping)\s+with\s+(?:\w+\s+){0,2}metasta\w+|new\s+(?:\w+\s+){0,3}metasta\w+|metasta\w+[^.]{0,20}\bnew\b)",
    re.IGNORECASE,
)
#: The organs that a row can be of, beside "other".
_ORGANS = ("liver", "lymph node", "lung", "bone", "peritoneum", "pancreas", "adrenal", "spleen", "brain")
_IN_RETROSPECT = re.compile(r"\b(?:in\s+retrospect|retrospectively)\b", re.IGNORECASE)


def find_new(
    reading: Reading, document: Document, unmatched: Sequence[Unit], rows: Sequence[FollowedLesion]
) -> Iterator[NewSuggestion]:
    """Units that fit no row and are called new, or lie in the liver; then new lesions said without a size."""
    for unit in unmatched:
        if unit.main is None or not (unit.new or (unit.organ == LIVER and (unit.sizes or unit.segments))):
            continue
        yield _from_unit(reading, document, unit, bool(rows))
    if not any(unit.new for unit in unmatched):
        yield from (_from_words(reading, document, span) for span in _said_once(reading.liver.spans))


def _said_once(spans: Sequence[SaidSpan]) -> list[SaidSpan]:
    """What is called new, once for each place: the impression says again what the findings say."""
    new = [span for span in spans if span.says == "new"]
    placed = list({span.segments: span for span in reversed(new) if span.segments}.values())
    return sorted(placed, key=lambda span: span.start) or new[:1]


def says_certainty(text: str) -> str:
    """Equivocal or unequivocal where the words of the report state it; a doubt outweighs."""
    unequivocal = re.sub(r"(?i)\bunequivocal", "definite", text)
    if _EQUIVOCAL.search(unequivocal):
        return str(Certainty.EQUIVOCAL)
    return str(Certainty.UNEQUIVOCAL) if _UNEQUIVOCAL.search(text) else ""


def _from_unit(reading: Reading, document: Document, unit: Unit, has_rows: bool) -> NewSuggestion:
    main = unit.main
    assert main is not None
    box = write_box(main, node=unit.is_node, across=unit.across) if main not in unit.uptakes else None
    # Behind "unequivocal" a box takes a size and nothing else.
    size = box.text if box is not None and reads_back(f"uneq {box.text}", node=unit.is_node) else ""
    sentence = sentence_around(document, main.start, main.end)
    sentences = dict.fromkeys(sentence_around(document, one.start, one.end) for one in unit.current)
    words = " ".join(document.text[start:end] for start, end in sentences)
    place = f" in segment {'/'.join(str(one) for one in unit.segments)}" if unit.segments else ""
    why = "called new" if unit.new else "fits no lesion that is followed" if has_rows else "no lesion is followed yet"
    known = [] if unit.new or not unit.priors else [f"its prior of {unit.priors[0].text} is quoted, so it is not new"]
    notes = [why + place, *known, *([box.note] if box is not None and box.note else [])]
    notes += dict.fromkeys(contradiction.words for contradiction in unit.contradictions)
    reason = "; ".join(notes)
    return NewSuggestion(
        id=f"new@{main.start}",
        organ=unit.organ if unit.organ in _ORGANS else "other",
        segments="/".join(str(one) for one in unit.segments),
        text=size,
        certainty=says_certainty(words) if unit.new else "",
        start=main.start,
        end=main.end,
        sentence_start=sentence[0],
        sentence_end=sentence[1],
        reason=f"{reason[0].upper()}{reason[1:]}.",
        first_seen=_first_seen(words, reading.exam.comparison_date),
        suv=write_uptake(unit.uptakes),
    )


def _from_words(reading: Reading, document: Document, span: SaidSpan) -> NewSuggestion:
    sentence = sentence_around(document, span.start, span.end)
    words = document.text[sentence[0] : sentence[1]]
    return NewSuggestion(
        id=f"new@{span.start}{''.join(f'-{one}' for one in span.segments)}",
        organ=LIVER,
        segments="/".join(str(one) for one in read_segments(span.segments)),
        text="",
        certainty=says_certainty(words),
        start=span.start,
        end=span.end,
        sentence_start=sentence[0],
        sentence_end=sentence[1],
        reason="Called new, without a size.",
        first_seen=_first_seen(words, reading.exam.comparison_date),
    )


def _first_seen(words: str, comparison: date | None) -> date | None:
    """ "In retrospect visible on the prior": the exam compared with."""
    return comparison if _IN_RETROSPECT.search(words) else None
