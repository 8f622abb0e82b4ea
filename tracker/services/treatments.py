"""Treatments: what was given or done, when, and to which lesions. Recorded, corrected with a reason, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete

from tracker.db import history, queries
from tracker.db.canonical import to_plain
from tracker.db.engine import Database
from tracker.db.models import TreatmentLesionRow, TreatmentRow
from tracker.domain.drafts import CourseDraft, TreatmentDraft
from tracker.domain.record import PatientRecord, Treatment
from tracker.domain.vocabulary import CourseKind, TreatmentKind
from tracker.errors import ConflictError, InputError
from tracker.services import exam_store
from tracker.services.actors import Actor
from tracker.services.checks import check_reason, check_treatment, tidy
from tracker.services.conflicts import refuse_differences
from tracker.services.transactions import Change, bump, change, find_live, lock_patient

#: Treatments of the whole person by a drug: a new line of treatment replaces them.
_SYSTEMIC = (
    TreatmentKind.SYSTEMIC, TreatmentKind.TARGETED, TreatmentKind.IMMUNOTHERAPY, TreatmentKind.MAINTENANCE,
    TreatmentKind.RADIONUCLIDE,
)  # fmt: skip


def record_treatment(
    db: Database, actor: Actor, patient_id: int, draft: TreatmentDraft, *, today: date | None = None
) -> int:
    """Record a treatment and return its key. The same content again is already stored.

    Raises InputError with every problem, ConflictError where the treatment is stored with another content, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_treatment(opened, patient_id, draft)


def correct_treatment(
    db: Database,
    actor: Actor,
    treatment_id: int,
    draft: TreatmentDraft,
    *,
    expected_version: int,
    reason: str,
    today: date | None = None,
) -> int:
    """Replace what is recorded of a treatment (such as its stop), for a reason; returns the patient's new version.

    ``expected_version`` is the patient's. Raises InputError, ConflictError, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        patient, row = find_live(opened, TreatmentRow, treatment_id, "treatment", expected_version)
        draft, reason = tidy(draft), reason.strip()
        ids = exam_store.lesion_ids(opened, row.patient_id)
        problems = (*check_reason(reason), *check_treatment(draft, ids, opened.today))
        if problems:
            raise InputError(problems)
        record = queries.load_patient_record(opened.session, row.patient_id)
        if any(_key(other) == _key(draft) and other.id != row.id for other in record.treatments):
            raise ConflictError(
                f"{draft.name} from {draft.start} is recorded as another treatment. Nothing was stored."
            )
        before = to_plain(next(item for item in record.treatments if item.id == row.id))
        _fill(row, draft)
        opened.session.execute(delete(TreatmentLesionRow).where(TreatmentLesionRow.treatment_id == row.id))
        _treat(opened, row, draft, ids)
        version = bump(opened, patient)
        chain = history.patient_chain(row.patient_id)
        after = to_plain(draft)
        opened.audit(chain, "treatment.correct", "treatment", row.id, before=before, after=after, reason=reason)
        return version


def withdraw_treatment(db: Database, actor: Actor, treatment_id: int, *, expected_version: int, reason: str) -> int:
    """Take a treatment out of the record, for a reason; its row stays. Returns the patient's new version."""
    with change(db, actor) as opened:
        patient, row = find_live(opened, TreatmentRow, treatment_id, "treatment", expected_version)
        reason = reason.strip()
        problems = tuple(check_reason(reason))
        if problems:
            raise InputError(problems)
        record = queries.load_patient_record(opened.session, row.patient_id)
        before = to_plain(next(item for item in record.treatments if item.id == row.id))
        row.withdrawn_at = opened.at
        version = bump(opened, patient)
        chain = history.patient_chain(row.patient_id)
        opened.audit(chain, "treatment.withdraw", "treatment", row.id, before=before, reason=reason)
        return version


def store_treatment(change: Change, patient_id: int, draft: TreatmentDraft) -> int:
    """``record_treatment`` inside a change that is open."""
    draft = tidy(draft)
    patient = lock_patient(change, patient_id)
    ids = exam_store.lesion_ids(change, patient_id)
    problems = tuple(check_treatment(draft, ids, change.today))
    if problems:
        raise InputError(problems)
    known = known_treatment(queries.load_patient_record(change.session, patient_id), draft)
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
    """Write the rows of a treatment; ``ids`` gives each lesion's key by its label, ``course_id`` the course it is of."""
    row = TreatmentRow(patient_id=patient_id, course_id=course_id)
    _fill(row, draft)
    change.session.add(row)
    change.session.flush()
    _treat(change, row, draft, ids)
    return row


def known_treatment(record: PatientRecord, draft: TreatmentDraft) -> int | None:
    """The treatment stored under the same kind, name and start; ConflictError where the rest differs.

    A treatment without a stop is the same as one that a later course has ended.
    """
    known = next((item for item in record.treatments if _key(item) == _key(draft)), None)
    if known is None:
        return None
    ended_by_course = draft.stop is None and known.stop in _ends(record, known)
    pairs: list[tuple[str, object, object]] = [
        ("stop", known.stop if ended_by_course else draft.stop, known.stop),
        ("planned", draft.planned, known.planned),
        ("cycles", draft.cycles, known.cycles),
        ("lesions", tuple(sorted(draft.lesions)), tuple(sorted(known.lesions))),
        ("reason stopped", draft.stop_reason, known.stop_reason),
        ("dose", draft.dose_gy, known.dose_gy),
        ("fractions", draft.fractions, known.fractions),
        ("R status", draft.residual, known.residual),
        ("margins", draft.margins, known.margins),
    ]
    refuse_differences(f"{known.name} from {known.start}", pairs)
    return known.id


def end_ongoing(change: Change, record: PatientRecord, draft: CourseDraft) -> tuple[Treatment, ...]:
    """Stop what a new systemic course replaces, on the day it starts; the treatments as they were before.

    Only a treatment of the course that is given, not planned, replaces another; local treatments and what begins with the
    course or later go on. ``record`` is the patient's before the course.
    """
    own = draft.treatment
    if draft.keeps_treatments or draft.kind is not CourseKind.SYSTEMIC or own is None or own.planned:
        return ()
    ended = tuple(
        treatment
        for treatment in record.treatments
        if treatment.kind in _SYSTEMIC
        and not treatment.planned
        and treatment.stop is None
        and treatment.start < draft.start
        and _key(treatment) != _key(own)
    )
    for treatment in ended:
        change.session.get_one(TreatmentRow, treatment.id).stop_on = draft.start
    change.session.flush()
    return ended


def _ends(record: PatientRecord, treatment: Treatment) -> set[date]:
    """The days on which a later systemic course may have ended a treatment."""
    if treatment.kind not in _SYSTEMIC:
        return set()
    return {
        course.start
        for course in record.courses
        if course.kind is CourseKind.SYSTEMIC and course.start > treatment.start
    }


def _key(treatment: Treatment | TreatmentDraft) -> tuple[str, str, date]:
    return (str(treatment.kind), treatment.name, treatment.start)


def _fill(row: TreatmentRow, draft: TreatmentDraft) -> None:
    row.name, row.kind = draft.name, str(draft.kind)
    row.start_on, row.stop_on = draft.start, draft.stop
    row.planned, row.cycles = draft.planned, draft.cycles
    row.stop_reason, row.dose_gy, row.fractions = draft.stop_reason, draft.dose_gy, draft.fractions
    row.residual = None if draft.residual is None else str(draft.residual)


def _treat(change: Change, row: TreatmentRow, draft: TreatmentDraft, ids: Mapping[str, int]) -> None:
    for label in draft.lesions:
        margin = draft.margins.get(label)
        reached = None if margin is None else margin.um
        change.session.add(TreatmentLesionRow(treatment_id=row.id, lesion_id=ids[label], margin_um=reached))
    change.session.flush()
