"""Exports: what is stored, in the formats that others read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from tracker.db import queries
from tracker.db.engine import Database
from tracker.db.models import PatientIdentifierRow
from tracker.domain.criteria import recist11
from tracker.domain.derivation import derive_timeline
from tracker.domain.record import Patient, PatientRecord
from tracker.errors import NotFoundError
from tracker.exchange.codes import shorten
from tracker.exchange.writing import write_table
from tracker.services.actors import Actor
from tracker.services.checks import tidy_text


def select_records(db: Database, actor: Actor, identifier: str | None = None) -> tuple[PatientRecord, ...]:
    """All records, or those under one identifier, whoever issued it. NotFoundError where there is none."""
    with db.read() as session:
        if identifier is None:
            return queries.load_all_records(session)
        # Any of a patient's identifiers, those that came with a merged record too.
        named = select(PatientIdentifierRow.patient_id).where(PatientIdentifierRow.value == tidy_text(identifier))
        ids = sorted(set(session.scalars(named)))
        if not ids:
            raise NotFoundError(f"there is no patient '{shorten(identifier)}' in the record")
        return tuple(queries.load_patient_record(session, patient_id) for patient_id in ids)


def export_table(records: Iterable[PatientRecord]) -> str:
    """The table that ``imports.import_table`` reads, as CSV text."""
    return write_table(records)


def without_scans(records: Iterable[PatientRecord]) -> str | None:
    """Who is not in the table, which has one row a lesion a scan: patients without any; None where there is none."""
    left = [record.patient.identifier for record in records if not record.exams]
    return f"Patients without a scan are not in the table: {', '.join(left)}." if left else None


#: What the table has no column for, in the words of a person, and whether a record says any of it.
_LEFT_OUT: tuple[tuple[str, Callable[[PatientRecord], bool]], ...] = (
    ("facts of the patient and the primary", lambda record: _has_facts(record.patient)),
    ("treatments", lambda record: bool(record.treatments)),
    ("laboratory values", lambda record: bool(record.markers)),
    ("symptoms", lambda record: bool(record.symptoms)),
    ("liver volumes", lambda record: bool(record.volumes)),
    ("confirmed responses", lambda record: bool(record.confirmations)),
    ("reports", lambda record: any(exam.report_text for exam in record.exams)),
    (
        "how lesions look and what they touch",
        lambda record: (
            any(
                seen.appearance or seen.enhancement or seen.vessels
                for exam in record.exams
                for seen in exam.observations
            )
            or any(lesion.appearance for lesion in record.lesions)
        ),
    ),
    ("the liver around the lesions", lambda record: any(exam.background for exam in record.exams)),
    ("disease outside the liver by site", lambda record: any(exam.extrahepatic for exam in record.exams)),
)


def not_in_table(records: Iterable[PatientRecord]) -> str | None:
    """What is recorded and has no column in the table; None where nothing is left out."""
    told = tuple(records)
    left = [words for words, says in _LEFT_OUT if any(says(record) for record in told)]
    return f"The table has no column for, and so leaves out: {'; '.join(left)}." if left else None


def _has_facts(patient: Patient) -> bool:
    """Whether more is known of a patient than who it is."""
    bare = Patient(patient.id, patient.identifier, patient.authority, patient.version, synthetic=patient.synthetic)
    return patient != bare


def export_timelines(records: Iterable[PatientRecord]) -> list[dict[str, Any]]:
    """One ``timeline/1`` object a course, as ``tracker assess`` reads it; a course without a baseline is left out."""
    return [
        derive_timeline(record, course).to_dict()
        for record in records
        for course in record.courses
        if course.plan.time_points
    ]


def other_criteria(records: Iterable[PatientRecord]) -> str | None:
    """What an export cannot hold: which courses are judged by another criterion than the usual one; None where none is.

    Neither the table nor ``timeline/1`` names a criterion.
    """
    judged: dict[str, list[str]] = {}
    for record in records:
        for course in record.courses:
            if course.plan.criterion != recist11.NAME and course.plan.time_points:
                judged.setdefault(course.plan.criterion, []).append(
                    f"{record.patient.identifier}/course {course.number}"
                )
    if not judged:
        return None
    told = "; ".join(f"{name}: {', '.join(courses)}" for name, courses in sorted(judged.items()))
    return f"The file names no criterion. Not judged by {recist11.NAME} are {told}. Give theirs to 'tracker assess --criteria'."
