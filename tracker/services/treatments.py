"""Treatments: what was given or done, when, and to which lesions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.db import history, queries
from tracker.db.canonical import to_plain
from tracker.db.engine import Database
from tracker.db.models import TreatmentLesionRow, TreatmentRow
from tracker.domain.drafts import TreatmentDraft
from tracker.domain.record import PatientRecord
from tracker.errors import ConflictError, InputError, Problem
from tracker.services import exam_store
from tracker.services.actors import Actor
from tracker.services.checks import check_treatment, tidy
from tracker.services.transactions import Change, bump, change, lock_patient

_COMPARED = {"stop": "stop", "planned": "planned", "cycles": "cycles", "lesions": "lesions"}


def record_treatment(
    db: Database, actor: Actor, patient_id: int, draft: TreatmentDraft, *, today: date | None = None
) -> int:
    """Record a treatment and return its key. The same content again is already stored.

    Raises InputError with every problem, ConflictError where the treatment is stored with another content, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_treatment(opened, patient_id, draft)


def store_treatment(change: Change, patient_id: int, draft: TreatmentDraft) -> int:
    """``record_treatment`` inside a change that is open."""
    draft = tidy(draft)
    patient = lock_patient(change, patient_id)
    ids = exam_store.lesion_ids(change, patient_id)
    problems = tuple(check_treatment(draft, ids, change.today))
    if problems:
        raise InputError(problems)
    record = queries.load_patient_record(change.session, patient_id)
    known = known_treatment(record, draft)
    if known is not None:
        return known
    row = write_treatment(change, patient_id, draft, ids)
    bump(change, patient)
    after = to_plain(draft)
    change.audit(history.patient_chain(patient_id), "treatment.record", "treatment", row.id, after=after)
    return row.id


def write_treatment(
    change: Change, patient_id: int, draft: TreatmentDraft, ids: Mapping[str, int], *, course_id: int | None = None
) -> TreatmentRow:
    """Write the rows of a treatment; ``ids`` gives each lesion's key by its label, ``course_id`` the course it is given in."""
    row = TreatmentRow(
        patient_id=patient_id,
        course_id=course_id,
        name=draft.name,
        kind=str(draft.kind),
        start_on=draft.start,
        stop_on=draft.stop,
        planned=draft.planned,
        cycles=draft.cycles,
    )
    change.session.add(row)
    change.session.flush()
    for label in draft.lesions:
        change.session.add(TreatmentLesionRow(treatment_id=row.id, lesion_id=ids[label]))
    change.session.flush()
    return row


def known_treatment(record: PatientRecord, draft: TreatmentDraft) -> int | None:
    """The treatment stored under the same kind, name and start; ConflictError where the rest differs."""
    key = (draft.kind, draft.name, draft.start)
    known = next((item for item in record.treatments if (item.kind, item.name, item.start) == key), None)
    if known is None:
        return None
    differing = [
        (words, getattr(draft, name), getattr(known, name))
        for name, words in _COMPARED.items()
        if getattr(draft, name) != getattr(known, name)
    ]
    if differing:
        raise ConflictError(
            f"{known.name} from {known.start} is stored already with another "
            f"{', '.join(words for words, _, _ in differing)}. Nothing was stored.",
            [Problem(words, _text(mine)) for words, mine, _ in differing],
            [Problem(words, _text(theirs)) for words, _, theirs in differing],
        )
    return known.id


def _text(value: object) -> str:
    if value is None or value == ():
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
