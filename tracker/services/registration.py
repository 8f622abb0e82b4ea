"""A patient with the first course and its baseline, in one transaction: all of it is stored, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.db.engine import Database
from tracker.domain.drafts import CourseDraft, PatientDraft
from tracker.services import inbox
from tracker.services.actors import Actor
from tracker.services.courses import CourseSaved, store_course
from tracker.services.patients import PatientSaved, store_patient
from tracker.services.transactions import change


@dataclass(frozen=True, slots=True)
class Registered:
    """The patient and the course that are in the record."""

    patient: PatientSaved
    course: CourseSaved


def register_with_course(
    db: Database,
    actor: Actor,
    patient: PatientDraft,
    course: CourseDraft,
    *,
    inbox_item: int | None = None,
    today: date | None = None,
) -> Registered:
    """Register a patient and start the first course with its baseline; ``inbox_item`` is the report it was entered from.

    Raises InputError (the patient's problems first, then those of the course), ConflictError; nothing is stored then.
    """
    with change(db, actor, today=today) as opened:
        saved = store_patient(opened, patient)
        started = store_course(opened, saved.patient_id, course)
        if inbox_item is not None:
            inbox.take_item(opened, inbox_item, saved.patient_id, started.exam_id)
        return Registered(saved, started)
