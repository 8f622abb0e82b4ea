"""What a report says of the scan itself and of whose it is: suggestions for the fields, and what the checks compare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tracker.domain.lengths import Length, format_mm
from tracker.domain.plausibility.entry import ReportSays, find_whose
from tracker.domain.record import PatientRecord, StatedCount
from tracker.domain.vocabulary import LIVER, CountKind, Modality, Statement
from tracker.reading.dates import find_dates
from tracker.reading.model import Reading
from tracker.reading.proposals.matching import Match
from tracker.reading.proposals.model import HeaderSuggestion
from tracker.reading.says import complete_says

_MODALITY_WORDS = {
    Modality.CT: r"\bCT\b|comput(?:ed|erised|erized)\s+tomography",
    Modality.MR: r"\bMRI?\b|magnetic\s+resonance",
    Modality.PET_CT: r"\bPET\b|positron",
    Modality.PET_MR: r"\bPET\b|positron",
    Modality.US: r"\bultrasound\b|\bUS\b|sonogra",
    Modality.NM: r"scintigra|bone\s+scan|SPECT",
    Modality.XR: r"radiograph|x-?ray",
}
#: The regions that the page asks about.
_REGIONS = (LIVER, "lymph nodes", "chest", "bone")


def find_header(reading: Reading, text: str) -> tuple[HeaderSuggestion, ...]:
    """One suggestion a field, in the order of the page; nothing of what the report does not say."""
    return tuple(_find_header(reading, text))


def _find_header(reading: Reading, text: str) -> Iterator[HeaderSuggestion]:
    exam, others = reading.exam, reading.others
    if exam.performed_on is not None:
        yield _field("performed_on", exam.performed_on.isoformat(), text, _date_span(text, exam.performed_on))
    if exam.modality is not None:
        yield _field("modality", str(exam.modality), text, _span_of(_MODALITY_WORDS[exam.modality], text))
    if others.phase:
        words = r"[\s-]+".join(re.escape(word) for word in others.phase.split())
        yield _field("phase", others.phase, text, _span_of(words, text))
    if others.slice_mm is not None and (thickness := _length(others.slice_mm)) is not None:
        yield _field(
            "slice", format_mm(thickness.um), text, _span_of(rf"\b{others.slice_mm.normalize():f}\s*-?\s*mm", text)
        )
    if others.uptake_minutes is not None:
        yield _field(
            "uptake_minutes", str(others.uptake_minutes), text, _span_of(rf"\b{others.uptake_minutes}\s*-?\s*min", text)
        )
    said = reading.liver.count
    if said is not None:
        count = StatedCount(CountKind(str(said.qualifier)), said.value)
        span = next(((one.start, one.end) for one in reading.liver.spans if one.says == "count"), (0, 0))
        number = "" if count.value is None else str(count.value)
        sets = {"count_kind": str(count.kind), "count": number}
        yield _field("count", f"{count.kind} {number}".strip(), text, span, sets)
    for region in _REGIONS:
        statement, span = _statement(reading, region)
        if statement is not None:
            yield _field(f"statements.{region}", str(statement), text, span)


def _field(
    name: str, value: str, text: str, span: tuple[int, int], sets: dict[str, str] | None = None
) -> HeaderSuggestion:
    start, end = span
    return HeaderSuggestion(name, value, text[start:end], start, end, {name: value} if sets is None else sets)


def _statement(reading: Reading, region: str) -> tuple[Statement | None, tuple[int, int]]:
    """What is said of new disease in a region; of the liver also by "no new lesions" and by a lesion called new."""
    said = reading.others.new_disease.get(region)
    if said is not None:
        return said, reading.others.new_disease_spans.get(region, (0, 0))
    if region == LIVER:
        for says, statement in (("new", Statement.YES), ("no_new_lesions", Statement.NONE)):
            span = next((one for one in reading.liver.spans if one.says == says), None)
            if span is not None and (says == "new" or reading.liver.no_new_lesions):
                return statement, (span.start, span.end)
    return None, (0, 0)


def _date_span(text: str, day: date) -> tuple[int, int]:
    return next(((one.start, one.end) for one in find_dates(text) if day in one.readings or day == one.day), (0, 0))


def _span_of(words: str, text: str) -> tuple[int, int]:
    found = re.search(words, text, re.IGNORECASE)
    return found.span() if found else (0, 0)


def find_says(reading: Reading, text: str, matches: Sequence[Match]) -> ReportSays:
    """What the checks compare with the entry; of a lesion only where no other row fits as well."""
    clear = [one for one in matches if not one.others]
    lesions = ReportSays(
        priors={one.row.label: one.evidence.quoted for one in clear if one.evidence.quoted is not None},
        segments={
            one.row.label: one.unit.segments for one in clear if one.unit.segments and not one.unit.contradictions
        },
        sides={one.row.label: one.unit.side for one in clear if one.unit.side is not None and one.row.organ == LIVER},
    )
    return complete_says(lesions, reading, text)


def find_warnings(record: PatientRecord, says: ReportSays) -> tuple[str, ...]:
    """Why this may be another patient's report; the sentences are those of the checks."""
    return tuple(
        f"{finding.text[0].upper()}{finding.text[1:]}{'' if finding.text.endswith('?') else '.'}"
        for finding in find_whose(record, says)
    )


def _length(value: object) -> Length | None:
    try:
        return Length.from_mm(str(value))
    except ValueError:
        return None
