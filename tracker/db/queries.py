"""Reading the record: a fixed number of queries, whether for one patient or for all. Withdrawn rows are left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker.db import mapping, mapping_exams
from tracker.db.models import (
    CourseRow,
    ExamRow,
    LesionRow,
    MarkerResultRow,
    ObservationRow,
    PatientIdentifierRow,
    PatientRow,
    PlanRoleRow,
    PlanRow,
    SymptomReportRow,
    TimePointExamRow,
    TimePointRow,
    TreatmentLesionRow,
    TreatmentRow,
    UserRow,
)
from tracker.db.queries_said import confirmations_of, verifications_of
from tracker.db.queries_volumes import volumes_of
from tracker.db.whose import Kind, Whose, bound, kind_of, only
from tracker.domain.record import (
    Course,
    Exam,
    MarkerResult,
    Patient,
    PatientRecord,
    RecordedLesion,
    RecordedObservation,
    SymptomReport,
    Treatment,
)
from tracker.domain.vocabulary import LesionRole
from tracker.errors import NotFoundError

Roles = dict[int, dict[str, LesionRole]]


def load_patient_record(session: Session, patient_id: int) -> PatientRecord:
    """Everything the record holds of one patient, in eleven queries. Raises NotFoundError."""
    for record in _load(session, patient_id):
        return record
    raise NotFoundError(f"There is no patient number {patient_id}.")


def load_all_records(session: Session) -> tuple[PatientRecord, ...]:
    """The records of all patients by their keys, in the same eleven queries."""
    return tuple(_load(session, None))


def load_some_records(session: Session, patient_ids: Sequence[int]) -> tuple[PatientRecord, ...]:
    """The records of these patients by their keys, in the same eleven queries; who is not there is left out."""
    return tuple(_load(session, tuple(patient_ids)))


def load_exam(session: Session, exam_id: int) -> tuple[Exam, tuple[RecordedLesion, ...]]:
    """One exam and the lesions it mentions, in three queries. The exam is there and was not withdrawn."""
    query = select(ExamRow, UserRow.name).join(UserRow, UserRow.id == ExamRow.entered_by).where(ExamRow.id == exam_id)
    row, entered_by = session.execute(query).one()
    live = select(LesionRow).where(LesionRow.patient_id == row.patient_id, LesionRow.withdrawn_at.is_(None))
    lesions = {
        lesion.id: mapping_exams.lesion_from_row(lesion) for lesion in session.scalars(live.order_by(LesionRow.id))
    }
    labels = {key: lesion.label for key, lesion in lesions.items()}
    observed = session.scalars(
        select(ObservationRow).where(ObservationRow.exam_id == exam_id).order_by(ObservationRow.position)
    ).all()
    seen = tuple(mapping_exams.observation_from_row(item, labels) for item in observed)
    mentioned = {item.lesion_id for item in observed}
    exam = mapping_exams.exam_from_row(row, entered_by, seen)
    return exam, tuple(lesion for key, lesion in lesions.items() if key in mentioned)


def list_patients(session: Session) -> tuple[Patient, ...]:
    """Every patient by identifier, in one query."""
    return tuple(sorted(_patients(session, None).values(), key=lambda patient: (patient.identifier, patient.id)))


def list_keys(session: Session) -> tuple[int, ...]:
    """The keys of all patients in the order of ``list_patients``, without anything else of them."""
    query = select(PatientIdentifierRow.patient_id, PatientIdentifierRow.value).order_by(PatientIdentifierRow.id.desc())
    # The first identifier of a patient comes last, and stays.
    shown = dict(session.execute(query).all())
    return tuple(sorted(shown, key=lambda patient_id: (shown[patient_id], patient_id)))


def find_patient(session: Session, authority: str, identifier: str) -> int | None:
    """The key of the patient with that identifier, or None."""
    return session.scalar(
        select(PatientIdentifierRow.patient_id).where(
            PatientIdentifierRow.authority == authority, PatientIdentifierRow.value == identifier
        )
    )


def find_near_identifier(session: Session, authority: str, identifier: str) -> str | None:
    """A stored identifier that differs from this one only by capitals or white space, or None."""
    folded = fold_identifier(identifier)
    query = select(PatientIdentifierRow.value).where(
        PatientIdentifierRow.authority == authority, PatientIdentifierRow.value != identifier
    )
    if folded.isascii():
        # Databases fold the letters of ASCII alike; for all others the comparison below decides.
        close_up = func.replace(func.replace(PatientIdentifierRow.value, " ", ""), "\N{NO-BREAK SPACE}", "")
        query = query.where(func.lower(close_up) == folded)
    values = session.scalars(query.order_by(PatientIdentifierRow.value))
    return next((value for value in values if fold_identifier(value) == folded), None)


def fold_identifier(identifier: str) -> str:
    """An identifier without white space and capitals: what two spellings of one identifier have in common."""
    return "".join(identifier.split()).casefold()


def patient_version(session: Session, patient_id: int) -> int:
    """The version of a patient's record. Raises NotFoundError."""
    query = select(PatientRow.version, PatientRow.merged_into).where(PatientRow.id == patient_id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFoundError(f"There is no patient number {patient_id}.")
    version, into = found
    if into is not None:
        raise NotFoundError(say_merged(patient_id, into))
    return version


def say_merged(patient_id: int, into: int) -> str:
    """The sentence on a patient whose record became a part of another."""
    return f"The record of patient number {patient_id} was merged into that of patient number {into}: open that one."


def _load(session: Session, whose: Whose) -> Iterator[PatientRecord]:
    patients = _patients(session, whose)
    if not patients:
        return
    lesions, labels, roles = _lesions(session, whose)
    exams = _exams(session, whose, labels)
    courses = _courses(session, whose, roles)
    treatments = _treatments(session, whose, labels)
    markers = _markers(session, whose)
    symptoms = _symptoms(session, whose)
    confirmations = confirmations_of(session, whose)
    verifications = verifications_of(session, whose)
    volumes = volumes_of(session, whose)
    for key, patient in patients.items():
        yield PatientRecord(
            patient=patient,
            lesions=tuple(lesions[key]),
            exams=tuple(exams[key]),
            courses=tuple(courses[key]),
            treatments=tuple(treatments[key]),
            markers=tuple(markers[key]),
            symptoms=tuple(symptoms[key]),
            confirmations=tuple(confirmations[key]),
            verifications=tuple(verifications[key]),
            volumes=tuple(volumes[key]),
        )


@cache
def _patients_query(kind: Kind) -> Select[PatientRow, PatientIdentifierRow]:
    query = (
        select(PatientRow, PatientIdentifierRow)
        .join(PatientIdentifierRow, PatientIdentifierRow.patient_id == PatientRow.id)
        .order_by(PatientRow.id, PatientIdentifierRow.id.desc())
    )
    return only(query, PatientRow.id, kind)


def _patients(session: Session, whose: Whose) -> dict[int, Patient]:
    # The first identifier of a patient comes last, and stays.
    return {
        row.id: mapping.patient_from_row(row, identifier.authority, identifier.value)
        for row, identifier in session.execute(_patients_query(kind_of(whose)), bound(whose))
    }


@cache
def _lesions_query(kind: Kind) -> Select[LesionRow, int | None, str | None]:
    query = (
        select(LesionRow, PlanRoleRow.plan_id, PlanRoleRow.role)
        .outerjoin(PlanRoleRow, PlanRoleRow.lesion_id == LesionRow.id)
        .where(LesionRow.withdrawn_at.is_(None))
        .order_by(LesionRow.id)
    )
    return only(query, LesionRow.patient_id, kind)


def _lesions(session: Session, whose: Whose) -> tuple[dict[int, list[RecordedLesion]], dict[int, str], Roles]:
    lesions: dict[int, list[RecordedLesion]] = defaultdict(list)
    labels: dict[int, str] = {}
    roles: Roles = defaultdict(dict)
    for row, plan_id, role in session.execute(_lesions_query(kind_of(whose)), bound(whose)):
        if row.id not in labels:
            labels[row.id] = row.label
            lesions[row.patient_id].append(mapping_exams.lesion_from_row(row))
        if plan_id is not None and role is not None:
            roles[plan_id][row.label] = LesionRole(role)
    return lesions, labels, roles


@cache
def _observations_query(kind: Kind) -> Select[ObservationRow]:
    query = (
        select(ObservationRow)
        .join(ExamRow, ExamRow.id == ObservationRow.exam_id)
        .where(ExamRow.withdrawn_at.is_(None))
        .order_by(ObservationRow.exam_id, ObservationRow.position)
    )
    return only(query, ExamRow.patient_id, kind)


@cache
def _exams_query(kind: Kind) -> Select[ExamRow, str]:
    query = (
        select(ExamRow, UserRow.name)
        .join(UserRow, UserRow.id == ExamRow.entered_by)
        .where(ExamRow.withdrawn_at.is_(None))
        .order_by(ExamRow.performed_on, ExamRow.id)
    )
    return only(query, ExamRow.patient_id, kind)


def _exams(session: Session, whose: Whose, labels: dict[int, str]) -> dict[int, list[Exam]]:
    seen: dict[int, list[RecordedObservation]] = defaultdict(list)
    for row in session.scalars(_observations_query(kind_of(whose)), bound(whose)):
        seen[row.exam_id].append(mapping_exams.observation_from_row(row, labels))
    exams: dict[int, list[Exam]] = defaultdict(list)
    for exam, entered_by in session.execute(_exams_query(kind_of(whose)), bound(whose)):
        exams[exam.patient_id].append(mapping_exams.exam_from_row(exam, entered_by, tuple(seen[exam.id])))
    return exams


@cache
def _courses_query(kind: Kind) -> Select[CourseRow, PlanRow, int | None, int | None]:
    query = (
        select(CourseRow, PlanRow, TimePointRow.id, ExamRow.id)
        .join(PlanRow, PlanRow.course_id == CourseRow.id)
        .outerjoin(TimePointRow, TimePointRow.plan_id == PlanRow.id)
        .outerjoin(TimePointExamRow, TimePointExamRow.time_point_id == TimePointRow.id)
        .outerjoin(ExamRow, ExamRow.id == TimePointExamRow.exam_id)
        .where(CourseRow.withdrawn_at.is_(None))
        .order_by(CourseRow.number, PlanRow.id, ExamRow.performed_on, ExamRow.id)
    )
    return only(query, CourseRow.patient_id, kind)


def _courses(session: Session, whose: Whose, roles: Roles) -> dict[int, list[Course]]:
    plans: dict[int, tuple[CourseRow, PlanRow, dict[int, list[int]]]] = {}
    for course, plan, time_point_id, exam_id in session.execute(_courses_query(kind_of(whose)), bound(whose)):
        time_points = plans.setdefault(plan.id, (course, plan, {}))[2]
        if exam_id is not None and time_point_id is not None:
            time_points.setdefault(time_point_id, []).append(exam_id)
    courses: dict[int, list[Course]] = defaultdict(list)
    for course, plan, time_points in plans.values():
        exams = (tuple(exam_ids) for exam_ids in time_points.values())
        courses[course.patient_id].append(mapping.course_from_rows(course, plan, roles[plan.id], exams))
    return courses


@cache
def _treatments_query(kind: Kind) -> Select[TreatmentRow, int | None, int | None]:
    query = (
        select(TreatmentRow, TreatmentLesionRow.lesion_id, TreatmentLesionRow.margin_um)
        .outerjoin(TreatmentLesionRow, TreatmentLesionRow.treatment_id == TreatmentRow.id)
        .where(TreatmentRow.withdrawn_at.is_(None))
        .order_by(TreatmentRow.start_on, TreatmentRow.id, TreatmentLesionRow.lesion_id)
    )
    return only(query, TreatmentRow.patient_id, kind)


def _treatments(session: Session, whose: Whose, labels: dict[int, str]) -> dict[int, list[Treatment]]:
    treated: dict[int, tuple[TreatmentRow, dict[str, int | None]]] = {}
    for row, lesion_id, margin_um in session.execute(_treatments_query(kind_of(whose)), bound(whose)):
        lesions = treated.setdefault(row.id, (row, {}))[1]
        if lesion_id in labels:
            lesions[labels[lesion_id]] = margin_um
    treatments: dict[int, list[Treatment]] = defaultdict(list)
    for row, lesions in treated.values():
        treatments[row.patient_id].append(mapping.treatment_from_row(row, lesions))
    return treatments


@cache
def _markers_query(kind: Kind) -> Select[MarkerResultRow]:
    query = (
        select(MarkerResultRow)
        .where(MarkerResultRow.withdrawn_at.is_(None))
        .order_by(MarkerResultRow.taken_on, MarkerResultRow.name, MarkerResultRow.id)
    )
    return only(query, MarkerResultRow.patient_id, kind)


def _markers(session: Session, whose: Whose) -> dict[int, list[MarkerResult]]:
    markers: dict[int, list[MarkerResult]] = defaultdict(list)
    for row in session.scalars(_markers_query(kind_of(whose)), bound(whose)):
        markers[row.patient_id].append(mapping.marker_from_row(row))
    return markers


@cache
def _symptoms_query(kind: Kind) -> Select[SymptomReportRow]:
    query = (
        select(SymptomReportRow)
        .where(SymptomReportRow.withdrawn_at.is_(None))
        .order_by(SymptomReportRow.told_on, SymptomReportRow.id)
    )
    return only(query, SymptomReportRow.patient_id, kind)


def _symptoms(session: Session, whose: Whose) -> dict[int, list[SymptomReport]]:
    symptoms: dict[int, list[SymptomReport]] = defaultdict(list)
    for row in session.scalars(_symptoms_query(kind_of(whose)), bound(whose)):
        symptoms[row.patient_id].append(mapping.symptoms_from_row(row))
    return symptoms
