"""A report of the inbox as the first content of an entry: what its envelope said in the fields, its text beside the table.

No value of a lesion is filled in: what the text says of lesions is proposed beside the boxes, like a pasted report.
"""

from __future__ import annotations

from typing import Any

from tracker.domain.record import PatientRecord
from tracker.services.inbox import InboxItem


def prefill(record: PatientRecord, item: InboxItem) -> dict[str, Any]:
    """The content of an entry that was opened from an item; rows are left to those of the record.

    ``exam`` has the keys of the entry table, and beside them ``status``, ``accession`` and ``authority``, which come from
    the message and are not typed. A date that the message did not give stays open.
    """
    said = {
        "performed_on": item.performed_on.isoformat() if item.performed_on else None,
        "modality": str(item.modality) if item.modality else None,
        "reported_on": item.reported_on.isoformat() if item.reported_on else None,
        "accession": item.accession,
        "authority": item.accession_authority,
        "status": str(item.status),
        "reason": f"{item.status} report came in" if corrected_exam(record, item) is not None else None,
    }
    return {
        "exam": {name: value for name, value in said.items() if value is not None},
        "rows": {},
        "added": [],
        "report": {"text": item.report_text, "taken": {}, "refused": {}, "inbox": item.id},
    }


def corrected_exam(record: PatientRecord, item: InboxItem) -> int | None:
    """The stored exam of this patient that the report corrects, so that it is opened as a correction; else None."""
    return item.corrects if any(exam.id == item.corrects for exam in record.exams) else None
