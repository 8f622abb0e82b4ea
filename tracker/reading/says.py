"""What a report says beside the sizes, in the shape that the checks compare with an entry.

What belongs to one lesion (priors, segments, sides) comes with the proposals, which know the rows.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tracker.domain.lengths import Length
from tracker.domain.plausibility.entry import ReportSays
from tracker.domain.record import StatedCount
from tracker.domain.vocabulary import LIVER, CountKind, Segment
from tracker.reading.model import CountQualifier, Kind, LiverCount, Reading, Time

_COUNTS = {
    CountQualifier.EXACT: CountKind.EXACT,
    CountQualifier.AT_LEAST: CountKind.AT_LEAST,
    CountQualifier.MULTIPLE: CountKind.MULTIPLE,
    CountQualifier.INNUMERABLE: CountKind.INNUMERABLE,
}
_HEADER_LINES = 15
_LONGEST_LINE = 200
_NAMED = re.compile(r"\s*(?:patient(?:'s)? name|patient|name)\s*[:=]\s*([^\d:=()|]{3,80})", re.IGNORECASE)
_AFTER_NAME = re.compile(
    r"\s{2,}|\t|[;|]|\b(?:dob|born|birth|date|mrn|id|sex|age|gender|number|nr|hospital|male|female)\b", re.IGNORECASE
)
#: Words that stand where a name would, and are none.
_NO_NAME = frozenset(
    (
        "anonymous", "anonymised", "anonymized", "unknown", "redacted", "removed", "synthetic", "test", "man", "woman", "old",
        "year", "years", "the", "of", "mr", "mrs", "ms",
    )
)  # fmt: skip


def complete_says(says: ReportSays, reading: Reading, text: str) -> ReportSays:
    """What the proposals say of the lesions, completed by what the report says of the scan, the patient and the whole."""
    others, exam = reading.others, reading.exam
    return replace(
        says,
        comparison=says.comparison or exam.comparison_date,
        sum_of_targets=says.sum_of_targets or (None if others.sum_mm is None else Length.from_mm(others.sum_mm)),
        change=says.change if says.change is not None else others.change_percent,
        performed_on=exam.performed_on,
        modality=exam.modality,
        count=_count(reading.liver.count),
        no_new_lesions=reading.liver.no_new_lesions,
        places=_places(reading),
        name=find_name(text),
        birth_year=others.birth_year if others.birth_date is None else others.birth_date.year,
        identifiers=others.identifiers,
        primary=others.primary,
    )


def find_name(text: str) -> str | None:
    """The patient's name in the header of a report; None where there is none, or something else stands in its place."""
    for line in text.splitlines()[:_HEADER_LINES]:
        found = _NAMED.match(line[:_LONGEST_LINE])
        if found is None:
            continue
        name = _AFTER_NAME.split(found.group(1), maxsplit=1)[0].strip(" ,.-")
        words = re.findall(r"[^\W\d_]+", name)
        if 2 <= len(words) <= 5 and not _NO_NAME.intersection(word.casefold() for word in words):
            return name
    return None


def _count(said: LiverCount | None) -> StatedCount | None:
    return None if said is None else StatedCount(_COUNTS[said.qualifier], said.value)


def _places(reading: Reading) -> tuple[tuple[Segment, ...], ...]:
    """The segments of each liver lesion that the report measures now."""
    known = {str(segment).casefold(): segment for segment in Segment}
    found = {
        tuple(known[word.casefold()] for word in one.segments if word.casefold() in known)
        for one in reading.mentions
        if one.kind is Kind.LESION and one.time is Time.CURRENT and one.organ == LIVER and not one.superseded
    }
    return tuple(sorted(segments for segments in found if segments))
