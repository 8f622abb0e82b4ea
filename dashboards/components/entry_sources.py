"""Where the values of an entry came from: typed, or taken from the report that was pasted with it.

The browser says which span of the report a value was taken from; the words are cut out of the text here, and a span that
is none of that text counts as typed. A box that no longer holds what was proposed was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracker.domain.drafts import ExamDraft
from tracker.domain.record import Exam, RecordedObservation
from tracker.domain.vocabulary import Provenance


def read_report(content: Mapping[str, Any]) -> str | None:
    """The text of the report that was pasted, exactly as it is: spans count in it. None where there is none."""
    report = content.get("report")
    text = report.get("text") if isinstance(report, Mapping) else None
    return text if isinstance(text, str) and text.strip() else None


def with_source(recorded: RecordedObservation, entry: Mapping[str, Any], report: str | None) -> RecordedObservation:
    """The observation of one row with its source, where its box still holds what the report proposed for it."""
    source = entry.get("source")
    if report is None or not isinstance(source, Mapping):
        return recorded
    proposed, held = source.get("text"), entry.get("text")
    if not isinstance(proposed, str) or not isinstance(held, str) or not proposed.strip():
        return recorded
    names = ("sentence_start", "start", "end", "sentence_end")
    places = [place for name in names if type(place := source.get(name)) is int]
    if held.strip() != proposed.strip() or len(places) < len(names):
        return recorded
    sentence_start, start, end, sentence_end = places
    if not 0 <= sentence_start <= start < end <= sentence_end <= len(report):
        return recorded
    sentence = " ".join(report[sentence_start:sentence_end].split())
    if not sentence:
        return recorded
    return replace(recorded, provenance=Provenance.REPORT, source_text=sentence, source_start=start, source_end=end)


def with_report(draft: ExamDraft, report: str | None, stored: Exam | None) -> ExamDraft:
    """The draft with its report. Another text than the stored one holds none of the stored values' spans."""
    if stored is None:
        return replace(draft, report_text=report)
    if report is None or report == stored.report_text:
        return draft
    kept = tuple(
        replace(seen, source_start=None, source_end=None) if seen == stored.observation(seen.label) else seen
        for seen in draft.observations
    )
    return replace(draft, report_text=report, observations=kept)
