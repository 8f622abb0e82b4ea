"""Readings and records made by hand, for the tests of what a report proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import Exam, Patient, PatientRecord, RecordedLesion, RecordedObservation
from tracker.domain.vocabulary import LesionRole, Modality, Primary, Segment, State
from tracker.reading.model import Kind, LiverSaid, Mention, MentionType, Reading, SaidSpan, Time

BASELINE = date(2026, 1, 5)
DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Followed:
    """A row of the table."""

    label: str
    role: LesionRole | None = LesionRole.TARGET


def size(text: str, quote: str, *, nth: int = 1, mm: Sequence[Any] = (), **fields: Any) -> Mention:
    """The mention of ``quote`` in ``text``: a current size of a liver lesion unless said otherwise."""
    start = -1
    for _ in range(nth):
        start = text.index(quote, start + 1)
    sentence_start = max(text.rfind(". ", 0, start) + 2, text.rfind("\n", 0, start) + 1, 0)
    stops = [at for at in (text.find(". ", start), text.find("\n", start)) if at >= 0]
    values = {
        "type": MentionType.SIZE,
        "values_mm": tuple(Decimal(str(value)) for value in mm),
        "kind": Kind.LESION,
        "organ": "liver",
        "sentence_start": sentence_start if text[:start].rfind(". ") >= 0 or "\n" in text[:start] else 0,
        "sentence_end": min(stops) + 1 if stops else len(text),
    }
    return Mention(start, start + len(quote), quote, **(values | fields))


def prior(text: str, quote: str, **fields: Any) -> Mention:
    return size(text, quote, **({"time": Time.PRIOR} | fields))


def words(text: str, quote: str, says: str, segments: Sequence[str] = ()) -> SaidSpan:
    start = text.index(quote)
    return SaidSpan(start, start + len(quote), says, tuple(segments))


def reading(*mentions: Mention, spans: Sequence[SaidSpan] = (), **fields: Any) -> Reading:
    says = {span.says for span in spans}
    liver = LiverSaid(
        no_new_lesions="no_new_lesions" in says, no_liver_lesions="no_liver_lesions" in says, spans=tuple(spans)
    )
    return Reading(mentions=tuple(mentions), **({"liver": liver} | fields))


def record(*lesions: tuple[Any, ...], **patient: Any) -> PatientRecord:
    """Lesions as ``(label, place, size, size …)``: an organ or segments joined by "/", then one entry an exam.

    An entry is a number of mm, a pair of them, a state or None; exams are eight weeks apart, the first on ``BASELINE``.
    """
    known, seen = [], {}
    for number, (label, place, *sizes) in enumerate(lesions, start=1):
        in_liver = place == "liver" or place[:1] in "IV"
        segments = tuple(Segment(one) for one in place.split("/")) if in_liver and place != "liver" else ()
        known.append(RecordedLesion(number, label, f"uid-{number}", "liver" if in_liver else place, segments))
        for at, entry in enumerate(sizes):
            if entry is not None:
                seen.setdefault(at, []).append(
                    RecordedObservation(label, _observation(entry, node=place == "lymph node"))
                )
    exams = tuple(
        Exam(
            at + 1,
            BASELINE + timedelta(weeks=8 * at) - timedelta(days=at > 0),
            Modality.CT,
            1,
            observations=tuple(observations),
        )
        for at, observations in sorted(seen.items())
    )
    who = {"id": 1, "identifier": "P01", "authority": "site", "version": 1, "primary": Primary.COLORECTAL}
    return PatientRecord(Patient(**(who | patient)), lesions=tuple(known), exams=exams)


def followed(of: PatientRecord, **roles: LesionRole | None) -> tuple[Followed, ...]:
    return tuple(Followed(one.label, roles.get(one.label, LesionRole.TARGET)) for one in of.lesions)


def _observation(entry: Any, *, node: bool) -> Observation:
    if isinstance(entry, State):
        return Observation(entry, into="L1" if entry is State.MERGED else None)
    values = sorted(
        (Length.from_mm(str(one)) for one in (entry if isinstance(entry, tuple) else (entry,))), reverse=True
    )
    if len(values) == 2:
        return Observation(State.MEASURED, longest=values[0], short=values[1])
    return Observation(State.MEASURED, short=values[0]) if node else Observation(State.MEASURED, longest=values[0])
