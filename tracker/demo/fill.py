"""Store a synthetic cohort through the services: every check, key and audit event of a real entry, one change a patient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from tracker.db import queries
from tracker.db.engine import Database
from tracker.demo.messages import bring_messages
from tracker.demo.pathway import decide_before_last, walk_pathways
from tracker.demo.shapes import DemoSummary, SyntheticCorrection, SyntheticPatient, SyntheticQuestion
from tracker.domain.drafts import ExamDraft
from tracker.services import confirmations, courses, exams, markers, patients, symptoms, treatments, volumes
from tracker.services.actors import Actor
from tracker.services.exams import ExamReceipt
from tracker.services.people import enter_clinician
from tracker.services.transactions import Change, change

#: Called after each patient with how many are stored and how many there are.
Progress = Callable[[int, int], None]


def fill_database(
    db: Database,
    actor: Actor,
    cohort: Sequence[SyntheticPatient],
    progress: Progress | None = None,
    *,
    today: date | None = None,
) -> DemoSummary:
    """Store the cohort. A patient is stored whole or not at all; the same content again is already stored.

    A correction is a change of its own, after the patient's: it needs something stored to correct. So is the last scan of some
    patients, whom a meeting saw before it. What surrounds the record (``pathway``) follows for the patients that are new.
    Raises InputError, ConflictError and DatabaseError of the services; the patients stored before stay.
    """
    ids: dict[str, int] = {}
    new: set[int] = set()
    questions: dict[int, SyntheticQuestion] = {}
    for done, patient in enumerate(cohort, start=1):
        held_back = _held_back(patient, done)
        with change(db, actor, today=today) as opened:
            patient_id, stored, is_new = _store_patient(opened, patient, held_back)
        if is_new:
            new.add(patient_id)
            _confirm(db, actor, patient, patient_id, today)
            if patient.question is not None:
                questions[patient_id] = patient.question
        if held_back is not None:
            _store_after_meeting(db, actor, patient_id, held_back, today, is_new=is_new)
        for correction in patient.corrections:
            _correct(db, actor, correction, stored, today)
        ids[patient.identifier] = patient_id
        if progress is not None:
            progress(done, len(cohort))
    walk_pathways(db, actor, today or db.today(), new, questions)
    if new:
        bring_messages(db, actor, today or db.today())
    return DemoSummary(
        patients=len(cohort),
        courses=sum(len(patient.courses) for patient in cohort),
        exams=sum(len(patient.exams) for patient in cohort),
        treatments=sum(_number_of_treatments(patient) for patient in cohort),
        markers=sum(len(patient.markers) for patient in cohort),
        symptoms=sum(len(patient.symptoms) for patient in cohort),
        corrections=sum(len(patient.corrections) for patient in cohort),
        patient_ids=ids,
    )


def _held_back(patient: SyntheticPatient, number: int) -> ExamDraft | None:
    """The last scan of a planted case that says so, and of every twelfth generated patient: it is entered after a meeting
    has seen the ones before it."""
    met = patient.met_before_last or (patient.case is None and number % 12 == 8)
    if not met or len(patient.courses[-1].follow_ups) < 2:
        return None
    return patient.courses[-1].follow_ups[-1]


def _store_after_meeting(
    db: Database, actor: Actor, patient_id: int, exam: ExamDraft, today: date | None, *, is_new: bool
) -> None:
    if is_new:
        with change(db, actor, today=today) as opened:
            decide_before_last(opened, patient_id, exam.performed_on)
    exams.record_exam(db, actor, patient_id, exam, today=today)


def _store_patient(
    opened: Change, patient: SyntheticPatient, held_back: ExamDraft | None
) -> tuple[int, dict[date, ExamReceipt], bool]:
    """Everything of one patient in the order in which it happened, but the scan that is held back.

    Returns the key, the receipts of the follow-ups by date, and whether the patient is new.
    """
    saved = patients.store_patient(opened, patient.draft)
    patient_id = saved.patient_id
    stored: dict[date, ExamReceipt] = {}
    for course in patient.courses:
        draft = course.draft
        if course.baseline_on is not None:
            draft = replace(draft, baseline_exam_id=stored[course.baseline_on].exam_id)
        courses.store_course(opened, patient_id, draft)
        for exam in course.follow_ups:
            if exam is held_back:
                continue
            stored[exam.performed_on] = exams.store_exam(opened, patient_id, exam)
    for treatment in patient.treatments:
        treatments.store_treatment(opened, patient_id, treatment)
    for marker in patient.markers:
        markers.store_marker(opened, patient_id, marker)
    for told in patient.symptoms:
        symptoms.store_symptoms(opened, patient_id, told.told_on, told.symptoms)
    for volume in patient.volumes:
        volumes.store_volume(opened, patient_id, volume)
    return patient_id, stored, not saved.already_stored


def _confirm(db: Database, actor: Actor, patient: SyntheticPatient, patient_id: int, today: date | None) -> None:
    """Responses that clinicians confirmed, of the record as it was first entered: each under the name of who did."""
    for one in patient.confirmations:
        clinician = actor if one.by is None else enter_clinician(db, actor, one.by)
        with change(db, clinician, today=today) as opened:
            confirmations.store_confirmation(
                opened, patient_id, one.course_number, one.time_point_on, one.response, one.remark,
                expected_version=queries.patient_version(opened.session, patient_id),
            )  # fmt: skip


def _correct(
    db: Database, actor: Actor, correction: SyntheticCorrection, stored: dict[date, ExamReceipt], today: date | None
) -> None:
    receipt = stored[correction.performed_on]
    exams.correct_exam(
        db, actor, receipt.exam_id, _without_lesions(correction.draft),
        expected_version=receipt.exam_version, reason=correction.reason, today=today,
    )  # fmt: skip


def _without_lesions(draft: ExamDraft) -> ExamDraft:
    """A correction describes no lesion anew: those of the exam are recorded."""
    return replace(draft, lesions=())


def _number_of_treatments(patient: SyntheticPatient) -> int:
    return len(patient.treatments) + sum(course.draft.treatment is not None for course in patient.courses)
