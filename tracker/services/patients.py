"""Patients: register, find, list, and load what the record holds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from tracker.db import history, queries
from tracker.db.canonical import to_plain
from tracker.db.engine import Database
from tracker.db.mapping import fill_patient, patient_from_row
from tracker.db.models import PatientIdentifierRow, PatientRow
from tracker.domain.drafts import PatientDraft
from tracker.domain.record import Patient, PatientRecord
from tracker.domain.vocabulary import Primary, Sex
from tracker.errors import ConflictError, InputError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import check_reason, tidy, tidy_text
from tracker.services.conflicts import refuse_differences
from tracker.services.inbox_arrivals import match_waiting
from tracker.services.patient_checks import check_patient
from tracker.services.transactions import Change, bump, change, find_site, lock_patient, lock_site

_WORDS = {
    "name": "name",
    "birth_year": "birth year",
    "sex": "sex",
    "primary": "primary",
    "primary_detail": "primary, in detail",
    "biomarkers": "biomarkers",
    "ecog": "ECOG",
    "synthetic": "synthetic",
    "tumour": "primary tumour",
    "metastases_on": "metastases found",
    "asa": "ASA",
    "comorbidity": "comorbidity",
    "ecog_on": "date of ECOG",
    "biomarkers_on": "dates of biomarkers",
    "died_on": "died on",
    "last_alive_on": "last known alive",
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

    Raises InputError with every problem, ConflictError where the identifier belongs to other content, or where
    another spelling of it (capitals, white space) is registered.
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
    site = lock_site(change)
    authority = draft.authority or site.authority
    known = queries.find_patient(change.session, authority, draft.identifier)
    if known is not None:
        return _known_patient(change, known, authority, draft)
    near = queries.find_near_identifier(change.session, authority, draft.identifier)
    if near is not None:
        mine, theirs = (Problem("identifier", value) for value in (draft.identifier, near))
        raise ConflictError(f"{say_near(draft.identifier, near)} Nothing was stored.", [mine], [theirs])
    row = PatientRow(site_id=site.id, version=1, registered_at=change.at, registered_by=change.actor.user_id)
    fill_patient(row, draft)
    change.session.add(row)
    change.session.flush()
    change.session.add(PatientIdentifierRow(patient_id=row.id, authority=authority, value=draft.identifier))
    after = to_plain(dataclasses.replace(draft, authority=authority))
    change.audit(history.patient_chain(row.id), "patient.register", "patient", row.id, after=after)
    match_waiting(change, site, row.id, authority, draft.identifier)
    return PatientSaved(row.id, 1, already_stored=False)


def _known_patient(change: Change, patient_id: int, authority: str, draft: PatientDraft) -> PatientSaved:
    row = change.session.get_one(PatientRow, patient_id)
    stored = patient_from_row(row, authority, draft.identifier)
    pairs = ((words, getattr(draft, name), getattr(stored, name)) for name, words in _WORDS.items())
    refuse_differences(f"The patient {draft.identifier}", pairs)
    return PatientSaved(patient_id, row.version, already_stored=True)


def correct_patient(
    db: Database,
    actor: Actor,
    patient_id: int,
    draft: PatientDraft,
    *,
    expected_version: int,
    reason: str,
    today: date | None = None,
) -> PatientSaved:
    """Replace what is registered of a patient (such as a biomarker that came in), for a reason. Identifiers stay.

    Raises InputError with every problem, ConflictError where the record is not at ``expected_version``, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        row = lock_patient(opened, patient_id, expected_version)
        stored = queries.load_patient_record(opened.session, patient_id).patient
        draft, reason = tidy(draft), reason.strip()
        problems = [*check_reason(reason), *check_patient(draft, opened.today)]
        if (draft.identifier, draft.authority or stored.authority) != (stored.identifier, stored.authority):
            problems.append(Problem("identifier", f"stays {stored.identifier} of {stored.authority}"))
        if problems:
            raise InputError(problems)
        if all(getattr(draft, name) == getattr(stored, name) for name in _WORDS):
            return PatientSaved(patient_id, row.version, already_stored=True)
        fill_patient(row, draft)
        version = bump(opened, row)
        before, after = to_plain(stored), to_plain(dataclasses.replace(draft, authority=stored.authority))
        chain = history.patient_chain(patient_id)
        opened.audit(chain, "patient.correct", "patient", patient_id, before=before, after=after, reason=reason)
        return PatientSaved(patient_id, version, already_stored=False)


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
        issuer = authority or find_site(session).authority
        return queries.find_patient(session, tidy_text(issuer), tidy_text(identifier))


def find_near_identifier(db: Database, actor: Actor, identifier: str, authority: str | None = None) -> str | None:
    """A stored identifier that differs from this one only by capitals or white space: most likely the same patient."""
    with db.read() as session:
        issuer = authority or find_site(session).authority
        return queries.find_near_identifier(session, tidy_text(issuer), tidy_text(identifier))


def say_near(identifier: str, stored: str) -> str:
    """The sentence on two spellings of one identifier."""
    return (
        f"The identifier '{identifier}' differs from '{stored}', which is registered, only by capitals or spaces: "
        f"it is taken for the same patient, so write '{stored}'."
    )


def list_patients(db: Database, actor: Actor) -> tuple[PatientSummary, ...]:
    """Every patient, by identifier."""
    with db.read() as session:
        return tuple(_summary(patient) for patient in queries.list_patients(session))


def list_keys(db: Database) -> tuple[int, ...]:
    """The keys of all patients in the order of ``list_patients``: cheap, to step from one to the next."""
    with db.read() as session:
        return queries.list_keys(session)


def patient_version(db: Database, patient_id: int) -> int:
    """The version of a record: cheap, for caches. Raises NotFoundError."""
    with db.read() as session:
        return queries.patient_version(session, patient_id)


def stamp_of_all(db: Database) -> tuple[int, int]:
    """How many patients there are, and the sum of their versions: cheap, for caches of all patients.

    Versions only ever rise and no patient is removed, so that every change of any record gives another stamp.
    """
    with db.read() as session:
        number, versions = session.execute(select(func.count(), func.sum(PatientRow.version))).one()
    return number, int(versions or 0)


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
