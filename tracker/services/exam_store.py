"""An exam's rows: found by their key, written, versioned. The caller has locked the patient."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import delete, select

from tracker.db import mapping_exams, queries
from tracker.db.canonical import canonical_json
from tracker.db.models import ExamRow, ExamVersionRow, LesionRow, ObservationRow
from tracker.domain.drafts import ExamDraft, LesionDraft
from tracker.domain.record import Exam
from tracker.services.exam_content import exam_content
from tracker.services.transactions import Change


def find_exam(change: Change, patient_id: int, draft: ExamDraft) -> ExamRow | None:
    """The exam stored under the draft's natural key: its accession, else its date, modality and ordinal.

    Where only one of the two has an accession number, the same date, modality and ordinal are the same exam.
    """
    live = select(ExamRow).where(ExamRow.withdrawn_at.is_(None))
    same_day = live.where(
        ExamRow.patient_id == patient_id,
        ExamRow.performed_on == draft.performed_on,
        ExamRow.modality == str(draft.modality),
        ExamRow.ordinal == draft.ordinal,
    )
    if draft.accession is None:
        return change.session.scalars(
            same_day.order_by(ExamRow.accession.is_not(None), ExamRow.id).limit(1)
        ).one_or_none()
    numbered = live.where(ExamRow.authority == draft.authority, ExamRow.accession == draft.accession)
    found = change.session.scalars(numbered).one_or_none()
    return found or change.session.scalars(same_day.where(ExamRow.accession.is_(None))).one_or_none()


def write_exam(change: Change, patient_id: int, draft: ExamDraft, *, token: str | None = None) -> ExamRow:
    """Write the rows of a new exam: itself, its new lesions, its observations."""
    row = ExamRow(patient_id=patient_id, version=1, entered_at=change.at, entered_by=change.actor.user_id, token=token)
    mapping_exams.fill_exam(row, draft)
    change.session.add(row)
    change.session.flush()
    ids = store_lesions(change, patient_id, draft.lesions)
    store_observations(change, row.id, draft, ids)
    return row


def finish_exam(change: Change, exam_id: int, *, reason: str | None = None) -> dict[str, object]:
    """Keep the exam's version as it is now, and return its content for the audit."""
    exam, lesions = queries.load_exam(change.session, exam_id)
    content = exam_content(exam, lesions)
    store_version(change, exam, content, reason=reason)
    return content


def store_lesions(change: Change, patient_id: int, drafts: tuple[LesionDraft, ...]) -> dict[str, int]:
    """Write the lesions of a draft, and return the key of every live lesion of the patient by label."""
    query = select(LesionRow).where(LesionRow.patient_id == patient_id, LesionRow.withdrawn_at.is_(None))
    rows = {row.label: row for row in change.session.scalars(query)}
    for draft in drafts:
        row = rows.get(draft.label)
        if row is None:
            row = LesionRow(patient_id=patient_id, tracking_uid=new_tracking_uid())
            rows[draft.label] = row
        mapping_exams.fill_lesion(row, draft)
        change.session.add(row)
    change.session.flush()
    return {label: row.id for label, row in rows.items()}


def lesion_ids(change: Change, patient_id: int) -> dict[str, int]:
    """The key of every live lesion of a patient by its label."""
    query = select(LesionRow.label, LesionRow.id).where(
        LesionRow.patient_id == patient_id, LesionRow.withdrawn_at.is_(None)
    )
    return dict(change.session.execute(query).all())


def new_tracking_uid() -> str:
    """A DICOM UID from a random 128-bit number (PS3.5, B.2): unique without asking anybody."""
    return f"2.25.{secrets.randbits(128)}"


def store_observations(change: Change, exam_id: int, draft: ExamDraft, ids: Mapping[str, int]) -> None:
    """Replace the observations of an exam by the draft's."""
    change.session.execute(delete(ObservationRow).where(ObservationRow.exam_id == exam_id))
    for position, recorded in enumerate(draft.observations):
        change.session.add(mapping_exams.row_from_observation(recorded, exam_id, position, ids))
    change.session.flush()


def withdraw_unseen_lesions(change: Change, patient_id: int) -> None:
    """Withdraw lesions that no exam of the record mentions any more: those only a withdrawn or corrected exam had."""
    seen = (
        select(ObservationRow.lesion_id, ObservationRow.into_lesion_id)
        .join(ExamRow, ExamRow.id == ObservationRow.exam_id)
        .where(ExamRow.patient_id == patient_id, ExamRow.withdrawn_at.is_(None))
    )
    mentioned = {lesion_id for pair in change.session.execute(seen) for lesion_id in pair}
    live = select(LesionRow).where(LesionRow.patient_id == patient_id, LesionRow.withdrawn_at.is_(None))
    for row in change.session.scalars(live):
        if row.id not in mentioned:
            row.withdrawn_at = change.at
    change.session.flush()


def store_version(
    change: Change, exam: Exam, content: Mapping[str, object], *, withdrawn: bool = False, reason: str | None = None
) -> None:
    """Keep an exam in full as it is from now on."""
    change.session.add(
        ExamVersionRow(
            exam_id=exam.id,
            version=exam.version,
            content=canonical_json(content),
            withdrawn=withdrawn,
            reason=reason,
            recorded_at=change.at,
            recorded_by=change.actor.user_id,
        )
    )
    change.session.flush()
