"""An entry that is opened from the inbox: which report it is, what it starts with, and what is said of where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashboards import runtime
from dashboards.components.entry_inbox import prefill
from dashboards.components.entry_report import report_of
from tracker.domain.drafts import ExamDraft
from tracker.domain.record import PatientRecord
from tracker.domain.wording import format_date
from tracker.errors import NotFoundError
from tracker.services import inbox
from tracker.services.inbox import InboxItem

_DRAFT_WITH_ANOTHER = (
    "The report of the inbox is not shown: a draft of this patient with another report stands here. Save it or discard it, "
    "then open the report from the inbox again."
)


def find_item(record: PatientRecord, number: int | None) -> tuple[InboxItem | None, str | None]:
    """The report of the inbox with this number, if it waits for this very patient; else why it is not opened."""
    if number is None:
        return None, None
    try:
        item = inbox.load_item(runtime.database(), runtime.actor(), number)
    except NotFoundError:
        return None, "There is no such report in the inbox. Nothing was opened."
    if item.patient is None or item.patient.id != record.patient.id:
        return (
            None,
            "This report of the inbox is assigned to another patient, or to none. Nothing of it was opened here.",
        )
    if not item.is_waiting:
        return None, f"This report of the inbox was {item.state} already. Nothing of it was opened here."
    return item, None


def open_item(
    record: PatientRecord, item: InboxItem, content: Mapping[str, Any] | None
) -> tuple[Mapping[str, Any], str | None]:
    """What the entry starts with, and what is said of it. What somebody typed before stays; a draft with another report
    is never mixed with this one."""
    start = prefill(record, item)
    if content is None:
        return start, None
    report = report_of(content)
    if report is not None and report["inbox"] == item.id:
        return content, None
    if report is not None:
        return content, _DRAFT_WITH_ANOTHER
    typed = {name: value for name, value in (content.get("exam") or {}).items() if value}
    return {**content, "exam": {**start["exam"], **typed}, "report": start["report"]}, None


def say_item(item: InboxItem) -> str:
    """Where the report came from, in a line."""
    came = format_date(item.received_at.astimezone(runtime.database().timezone).date())
    parts = [f"From the inbox: {item.place}", f"{item.status} report", f"came {came}"]
    return " · ".join([*parts, *item.findings])


def item_of(content: Mapping[str, Any]) -> InboxItem | None:
    """The report of the inbox whose text an entry holds unchanged; None where it is another text, or none."""
    report = report_of(content)
    if report is None or report["inbox"] is None:
        return None
    item = inbox.load_item(runtime.database(), runtime.actor(), report["inbox"])
    return item if item.report_text == report["text"] else None


def with_envelope(draft: ExamDraft, item: InboxItem | None) -> ExamDraft:
    """The draft with what its message says of the report itself; read from the inbox, never from the browser."""
    if item is None:
        return draft
    sent = replace(draft, status=item.status)
    return (
        sent if item.accession is None else replace(sent, accession=item.accession, authority=item.accession_authority)
    )
