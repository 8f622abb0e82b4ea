"""Patients: register, find, list, and load what the record holds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.db import history, queries
from tracker.db.canonical import canonical_json, to_plain
from tracker.db.engine import Database
from tracker.db.mapping import patient_from_row
from tracker.db.models import PatientIdentifierRow, PatientRow, SiteRow
from tracker.domain.drafts import PatientDraft
from tracker.domain.record import Patient, PatientRecord
from tracker.domain.vocabulary import Primary, Sex
from tracker.errors import ConflictError, DatabaseError, InputError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import check_patient, tidy, tidy_text
from tracker.services.transactions import Change, change

_WORDS = {
    "name": "name",
    "birth_year": "birth year",
    "sex": "sex",
    "primary": "primary",
    "primary_detail": "primary, in detail",
    "biomarkers": "biomarkers",
    "ecog": "ECOG",
    "synthetic": "synthetic",
}


@dataclass(frozen=True, slots=True)
class PatientSaved:
    """A patient that is in the record; ``already_stored`` where nothing had to change."""

    patient_id: int
    version: int
    already_stored: bool


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """A patient as a list shows them."""

    id: int
    identifier: str
    version: int
    name: str | None
    birth_year: int | None
    sex: Sex
    primary: Primary
    synthetic: bool


def register_patient(db: Database, actor: Actor, draft: PatientDraft, *, today: date | None = None) -> PatientSaved:
    """Register a patient under an identifier. The same content again is already stored.

    Raises InputError with every problem, ConflictError where the identifier belongs to other content.
    """
    with change(db, actor, today=today) as opened:
        return store_patient(opened, draft)


def store_patient(change: Change, draft: PatientDraft) -> PatientSaved:
    """``register_patient`` inside a change that is open."""
    draft = tidy(draft)
    problems = check_patient(draft, change.today)
    if problems:
        raise InputError(problems)
    # Registrations follow each other, so that two of one identifier do not race.
    site = change.session.scalars(select(SiteRow).order_by(SiteRow.id).limit(1).with_for_update()).one_or_none()
    if site is None:
        raise DatabaseError("The database has no site: run 'tracker db check'. Nothing was stored.")
    authority = draft.authority or site.authority
    known = queries.find_patient(change.session, authority, draft.identifier)
    if known is not None:
        return _known_patient(change, known, authority, draft)
    row = PatientRow(
        site_id=site.id,
        version=1,
        name=draft.name,
        birth_year=draft.birth_year,
        sex=str(draft.sex),
        primary_tumour=str(draft.primary),
        primary_detail=draft.primary_detail,
        synthetic=draft.synthetic,
        biomarkers=canonical_json(draft.biomarkers),
        ecog=draft.ecog,
        registered_at=change.at,
        registered_by=change.actor.user_id,
    )
    change.session.add(row)
    change.session.flush()
    change.session.add(PatientIdentifierRow(patient_id=row.id, authority=authority, value=draft.identifier))
    after = to_plain(dataclasses.replace(draft, authority=authority))
    change.audit(history.patient_chain(row.id), "patient.register", "patient", row.id, after=after)
    return PatientSaved(row.id, 1, already_stored=False)


def _known_patient(change: Change, patient_id: int, authority: str, draft: PatientDraft) -> PatientSaved:
    row = change.session.get_one(PatientRow, patient_id)
    stored = patient_from_row(row, authority, draft.identifier)
    pairs = [(words, getattr(draft, name), getattr(stored, name)) for name, words in _WORDS.items()]
    differing = [(words, mine, theirs) for words, mine, theirs in pairs if mine != theirs]
    if differing:
        places = ", ".join(words for words, _, _ in differing)
        raise ConflictError(
            f"The identifier {draft.identifier} is registered already with another {places}. Nothing was stored.",
            mine=[Problem(words, _text(mine)) for words, mine, _ in differing],
            theirs=[Problem(words, _text(theirs)) for words, _, theirs in differing],
        )
    return PatientSaved(patient_id, row.version, already_stored=True)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in sorted(value.items())) or "none given"
    return "not given" if value is None else str(value)


def load_record(db: Database, actor: Actor, patient_id: int) -> PatientRecord:
    """Everything the record holds of a patient. Raises NotFoundError."""
    with db.read() as session:
        return queries.load_patient_record(session, patient_id)


def load_all_records(db: Database, actor: Actor) -> tuple[PatientRecord, ...]:
    """The records of all patients, in a fixed number of queries."""
    with db.read() as session:
        return queries.load_all_records(session)


def find_patient(db: Database, actor: Actor, identifier: str, authority: str | None = None) -> int | None:
    """The key of the patient with that identifier, issued by the site where no other authority is named; else None."""
    with db.read() as session:
        issuer = authority or session.scalar(select(SiteRow.authority).order_by(SiteRow.id).limit(1)) or ""
        return queries.find_patient(session, tidy_text(issuer), tidy_text(identifier))


def list_patients(db: Database, actor: Actor) -> tuple[PatientSummary, ...]:
    """Every patient, by identifier."""
    with db.read() as session:
        return tuple(_summary(patient) for patient in queries.list_patients(session))


def patient_version(db: Database, patient_id: int) -> int:
    """The version of a record: cheap, for caches. Raises NotFoundError."""
    with db.read() as session:
        return queries.patient_version(session, patient_id)


def _summary(patient: Patient) -> PatientSummary:
    return PatientSummary(
        patient.id,
        patient.identifier,
        patient.version,
        patient.name,
        patient.birth_year,
        patient.sex,
        patient.primary,
        patient.synthetic,
    )
