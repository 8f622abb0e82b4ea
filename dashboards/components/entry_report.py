"""The report pasted for a scan: what it proposes for the boxes of the entry table.

The text is the user's own until the scan is saved: it is kept with the draft, read in this process, and never written to a
log or an address. What was read is remembered under patient, version and the text's hash.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from typing import Any

from dashboards.components.entry_reading import EntryRow
from tracker.domain.record import Exam, PatientRecord
from tracker.reading.model import Reading
from tracker.reading.proposals import Proposals, propose
from tracker.reading.report import LONGEST, try_report

_REMEMBERED = 64
_UNREAD = "This text could not be read. Nothing is suggested: type the values."

_cache: OrderedDict[tuple[object, ...], dict[str, Any]] = OrderedDict()
_lock = Lock()


def report_of(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The report of an entry in its own shape: id, text, what was taken and refused, the inbox item it came from."""
    report = content.get("report")
    if not isinstance(report, Mapping) or not isinstance(report.get("text"), str) or not report["text"].strip():
        return None
    inbox = report.get("inbox")
    return {
        "id": str(report.get("id") or _hash(report["text"])[:16]),
        "text": report["text"],
        "taken": _true(report.get("taken")),
        "refused": _true(report.get("refused")),
        "inbox": inbox if isinstance(inbox, int) and not isinstance(inbox, bool) else None,
    }


def stored_report(exam: Exam) -> dict[str, Any] | None:
    """The report that a stored exam was entered from, as an entry holds it."""
    if not exam.report_text:
        return None
    return {"id": f"exam-{exam.id}", "text": exam.report_text, "taken": {}, "refused": {}, "inbox": None}


def propose_from_report(
    content: Mapping[str, Any], record: PatientRecord, rows: tuple[EntryRow, ...], day: date | None
) -> dict[str, Any] | None:
    """What the report of the entry proposes, for the component; ``of`` is the report's id, ``stamp`` names this reading.

    None where the entry has no report.
    """
    report = report_of(content)
    if report is None:
        return None
    shown = tuple((row.label, row.role) for row in rows)
    key = (record.patient.id, record.patient.version, _hash(report["text"]), shown, day)
    with _lock:
        proposals = _cache.get(key)
    if proposals is None:
        proposals = _propose(report["text"], record, rows, day) | {"stamp": _hash(repr(key))[:16]}
        with _lock:
            _cache[key] = proposals
            while len(_cache) > _REMEMBERED:
                _cache.popitem(last=False)
    return proposals | {"of": report["id"]}


def as_if_taken(content: Mapping[str, Any], proposals: Mapping[str, Any]) -> dict[str, Any] | None:
    """The entry as it would stand with every suggestion taken that is sure and waits for an answer, the date among them.

    None where no row has one. For a look ahead only: nothing of it is ever kept.
    """
    report = report_of(content)
    rows, refused = content["rows"], report["refused"] if report is not None else {}
    waiting = {
        one["label"]: one["text"]
        for one in proposals["suggestions"]
        if one["sure"] and one["text"] and one["id"] not in refused and not str(rows[one["label"]]["text"]).strip()
    }
    if not waiting:
        return None
    exam = dict(content["exam"])
    for one in proposals["header"]:
        if one["field"] in ("performed_on", "modality") and one["id"] not in refused:
            exam |= {name: value for name, value in one["sets"].items() if not exam.get(name)}
    filled = {label: {**entry, "text": waiting.get(label, entry["text"])} for label, entry in rows.items()}
    return {**content, "exam": exam, "rows": filled}


def _propose(text: str, record: PatientRecord, rows: tuple[EntryRow, ...], day: date | None) -> dict[str, Any]:
    shown = text[:LONGEST]
    reading = read_text(shown)
    if reading is None:
        return Proposals().to_dict() | {"unread": _UNREAD}
    cut = f"Only the first {LONGEST:,} characters were read." if len(text) > LONGEST else ""
    return propose(reading, shown, record, rows, day).to_dict() | {"unread": cut}


@lru_cache(maxsize=16)
def read_text(text: str) -> Reading | None:
    """What is read in a report, remembered while it is worked on; None where reading failed."""
    return try_report(text)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _true(values: object) -> dict[str, bool]:
    return {str(name): True for name, value in values.items() if value is True} if isinstance(values, Mapping) else {}
