"""An item of the inbox as a page shows it, and what of it is compared: rows in, frozen items out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.canonical import canonical_json
from tracker.db.mapping import patient_from_row
from tracker.db.models import ExamRow, InboxItemRow, PatientIdentifierRow, PatientRow, UserRow
from tracker.domain.drafts import ReportDraft
from tracker.domain.record import Patient
from tracker.domain.vocabulary import Modality, ReportStatus

WAITING, TAKEN, REFUSED, SUPERSEDED = "waiting", "taken", "refused", "superseded"
#: Findings that the inbox itself adds to those of the reader.
REPLACES = "this report replaces one that was entered: correct the scan"
TAKEN_BACK = "the sender takes the report back that was entered: withdraw the scan, or correct it"
TAKES_BACK_ANOTHERS = (
    "the sender takes a report back that stands under another patient: compare both, refuse what is void"
)
IN_THE_RECORD = "a scan of this accession number is in the record already: correct it where the report says otherwise"


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One report that came from outside, with all that a page needs to show it."""

    id: int
    state: str
    #: The file and the part of it; and how it came: hl7, text, pdf or table.
    place: str
    kind: str
    status: ReportStatus
    report_text: str
    findings: tuple[str, ...]
    received_at: datetime
    #: The patient it was matched with; None where nobody has that identifier.
    patient: Patient | None
    #: The patient as sent.
    identifier: str | None
    authority: str | None
    accession: str | None
    accession_authority: str | None
    modality: Modality | None
    performed_on: date | None
    reported_on: date | None
    sender: str | None = None
    control_id: str | None = None
    #: The stored exam it was taken into or, while it waits, the one it corrects.
    exam_id: int | None = None
    superseded_by: int | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None

    @property
    def is_waiting(self) -> bool:
        return self.state == WAITING

    @property
    def corrects(self) -> int | None:
        """The stored exam that a waiting report is to correct."""
        return self.exam_id if self.is_waiting else None

    @property
    def is_taken_back(self) -> bool:
        """Whether the sender took the report back: there is nothing to enter from it."""
        return TAKEN_BACK in self.findings


def hash_content(draft: ReportDraft) -> str:
    """What tells a report from others. How it was sent and read (file, message, modality, date of the report) is left out."""
    said = (
        draft.authority,
        draft.identifier,
        draft.accession_authority,
        draft.accession,
        draft.performed_on,
        str(draft.status),
        draft.cancelled,
        draft.report_text,
    )
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def items_from_rows(session: Session, rows: Iterable[InboxItemRow]) -> tuple[InboxItem, ...]:
    """The items of rows, in their order, in four queries whatever their number."""
    rows = tuple(rows)
    patients = load_patients(session, {row.patient_id for row in rows if row.patient_id is not None})
    users = dict(session.execute(select(UserRow.id, UserRow.name)).all())
    stored = _stored_exams(session, rows)
    return tuple(_item(row, patients, users, stored) for row in rows)


def _item(
    row: InboxItemRow,
    patients: Mapping[int, Patient],
    users: Mapping[int, str],
    stored: Mapping[tuple[int, str, str], int],
) -> InboxItem:
    findings: tuple[str, ...] = tuple(json.loads(row.findings))
    exam_id = row.exam_id
    if exam_id is None and row.state == WAITING and row.patient_id is not None and row.accession is not None:
        # The scan may have been typed by hand after the report came.
        exam_id = stored.get((row.patient_id, row.accession_authority or "", row.accession))
        findings = (*findings, IN_THE_RECORD) if exam_id is not None else findings
    return InboxItem(
        id=row.id,
        state=row.state,
        place=row.place,
        kind=row.kind,
        status=ReportStatus(row.status),
        report_text=row.report_text,
        findings=findings,
        received_at=row.received_at,
        patient=None if row.patient_id is None else patients.get(row.patient_id),
        identifier=row.identifier,
        authority=row.authority,
        accession=row.accession,
        accession_authority=row.accession_authority,
        modality=None if row.modality is None else Modality(row.modality),
        performed_on=row.performed_on,
        reported_on=row.reported_on,
        sender=row.sender,
        control_id=row.control_id,
        exam_id=exam_id,
        superseded_by=row.superseded_by,
        decided_at=row.decided_at,
        decided_by=None if row.decided_by is None else users.get(row.decided_by),
        reason=row.reason,
    )


def load_patients(session: Session, patient_ids: Iterable[int]) -> dict[int, Patient]:
    """Patients by their keys, each under the first of its identifiers, in one query."""
    query = (
        select(PatientRow, PatientIdentifierRow)
        .join(PatientIdentifierRow, PatientIdentifierRow.patient_id == PatientRow.id)
        .where(PatientRow.id.in_(tuple(patient_ids)))
        .order_by(PatientRow.id, PatientIdentifierRow.id.desc())
    )
    return {row.id: patient_from_row(row, said.authority, said.value) for row, said in session.execute(query)}


def _stored_exams(session: Session, rows: Iterable[InboxItemRow]) -> dict[tuple[int, str, str], int]:
    """The live exams under the accession numbers of waiting rows: by patient, authority and number."""
    numbers = {row.accession for row in rows if row.state == WAITING and row.accession is not None}
    if not numbers:
        return {}
    query = select(ExamRow.patient_id, ExamRow.authority, ExamRow.accession, ExamRow.id).where(
        ExamRow.accession.in_(numbers), ExamRow.withdrawn_at.is_(None)
    )
    return {(patient, authority or "", number or ""): key for patient, authority, number, key in session.execute(query)}
