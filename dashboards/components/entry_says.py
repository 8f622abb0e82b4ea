"""What the report of an entry says, for the checks: of the lesions as it was matched to the rows, of the rest as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.components.entry_findings import find_in_entry
from dashboards.components.entry_preview import respond_to
from dashboards.components.entry_reading import EntryReading, EntryRow
from dashboards.components.entry_report import propose_from_report, read_text, report_of
from tracker.domain.drafts import ExamDraft
from tracker.domain.lengths import Length
from tracker.domain.plausibility import Computed, Finding, ReportSays
from tracker.domain.plausibility.counts import COUNT, COUNT_AT_LEAST
from tracker.domain.plausibility.entry import find_whose
from tracker.domain.record import Exam, PatientRecord
from tracker.domain.vocabulary import Segment
from tracker.reading.report import LONGEST
from tracker.reading.says import complete_says


def find_of_content(
    content: Mapping[str, Any],
    record: PatientRecord,
    rows: tuple[EntryRow, ...],
    reading: EntryReading,
    stored: Exam | None,
    today: date,
) -> tuple[Finding, ...]:
    """All findings on an entry as it is typed, its report included; before it has a date and a modality only whose report
    it is."""
    says = read_says(content, record, rows, None if reading.draft is None else reading.draft.performed_on)
    if reading.draft is None:
        return () if says is None else tuple(find_whose(record, says))
    computed = None if says is None else _compute(record, reading.draft, stored, says)
    found = find_in_entry(record, reading.draft, stored, today, says=says, computed=computed)
    if not reading.empty:
        return found
    # How many there are is known once every row is answered.
    return tuple(one for one in found if one.rule not in (COUNT.id, COUNT_AT_LEAST.id))


def read_says(
    content: Mapping[str, Any], record: PatientRecord, rows: tuple[EntryRow, ...], day: date | None
) -> ReportSays | None:
    """What the pasted report says beside the sizes; None where the entry has no report."""
    report = report_of(content)
    proposals = propose_from_report(content, record, rows, day)
    if report is None or proposals is None:
        return None
    text = report["text"][:LONGEST]
    read = read_text(text)
    return None if read is None else complete_says(_of_rows(proposals.get("says") or {}), read, text)


def _of_rows(says: Mapping[str, Any]) -> ReportSays:
    """What the report says of single lesions, from the plain values of the proposals."""
    change, total, comparison = says.get("change"), says.get("sum_of_targets"), says.get("comparison")
    return ReportSays(
        priors={label: Length(um) for label, um in (says.get("priors") or {}).items()},
        segments={
            label: tuple(Segment(word) for word in words) for label, words in (says.get("segments") or {}).items()
        },
        sides=dict(says.get("sides") or {}),
        comparison=None if comparison is None else date.fromisoformat(comparison),
        sum_of_targets=None if total is None else Length(total),
        change=None if change is None else Decimal(change),
    )


def _compute(record: PatientRecord, draft: ExamDraft, stored: Exam | None, says: ReportSays) -> Computed | None:
    """What the engine makes of the entry, where the report states a sum or a change to compare it with."""
    if says.sum_of_targets is None and says.change is None:
        return None
    response = respond_to(record, draft, None if stored is None else stored.id)
    if response is None:
        return None
    now, before = response.result, response.before
    references = (now.baseline, now.nadir, None if before is None else before.sum)
    return Computed(now.sum, tuple(dict.fromkeys(one for one in references if one is not None)))
