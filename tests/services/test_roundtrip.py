"""What is stored is what was given: random drafts, stored and loaded back."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import builders
from tests.support.strategies import exam_drafts, lines, patient_drafts
from tracker.db.canonical import canonical_json, from_plain, to_plain
from tracker.db.engine import Database
from tracker.domain.drafts import ExamDraft
from tracker.domain.record import Exam, Patient
from tracker.errors import InputError
from tracker.services import audit, exams, patients
from tracker.services.actors import Actor
from tracker.services.exam_content import as_draft

numbers = count(1)
ON_ONE_DATABASE = settings(
    max_examples=60,
    # One database serves all examples: each has its own patient.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(draft=exam_drafts())
@ON_ONE_DATABASE
def test_an_exam_comes_back_as_it_was_given(store: Database, nurse: Actor, draft: ExamDraft) -> None:
    number = next(numbers)
    if draft.accession is not None:
        draft = dataclasses.replace(draft, accession=f"{draft.accession}-{number}")
    patient = patients.register_patient(store, nurse, builders.patient_draft(f"P-{number}"))
    receipt = exams.record_exam(store, nurse, patient.patient_id, draft)
    record = patients.load_record(store, nurse, patient.patient_id)
    exam = record.exam(receipt.exam_id)
    issuer = "local" if draft.accession is not None and draft.authority is None else draft.authority
    lesions = tuple(dataclasses.replace(lesion, role=None) for lesion in draft.lesions)
    assert dataclasses.replace(as_draft(exam), lesions=lesions) == dataclasses.replace(draft, authority=issuer)
    for lesion in draft.lesions:
        stored = record.lesion(lesion.label)
        for name in ("organ", "segments", "appearance", "first_seen"):
            assert getattr(stored, name) == getattr(lesion, name)
    assert exams.record_exam(store, nurse, patient.patient_id, draft).already_stored
    (version,) = audit.list_exam_versions(store, nurse, exam.id)
    assert version.exam == exam
    assert set(version.lesions) == set(record.lesions)


@given(data=st.data())
@ON_ONE_DATABASE
def test_a_patient_comes_back_as_given(store: Database, nurse: Actor, data: st.DataObject) -> None:
    draft = data.draw(patient_drafts(f"Q-{next(numbers)}"))
    saved = patients.register_patient(store, nurse, draft)
    patient: Patient = patients.load_record(store, nurse, saved.patient_id).patient
    assert patient == Patient(
        saved.patient_id,
        draft.identifier,
        draft.authority or "local",
        1,
        **{
            field.name: getattr(draft, field.name)
            for field in dataclasses.fields(draft)
            if field.name not in ("identifier", "authority")
        },
    )
    assert patients.register_patient(store, nurse, draft).already_stored


@given(draft=exam_drafts())
@settings(max_examples=40)
def test_plain_values_lose_nothing(draft: ExamDraft) -> None:
    assert from_plain(ExamDraft, json.loads(canonical_json(draft))) == draft
    facts = {"background": draft.background, "extrahepatic": draft.extrahepatic}
    exam = Exam(1, draft.performed_on, draft.modality, 1, observations=draft.observations, **facts)
    assert from_plain(Exam, json.loads(canonical_json(to_plain(exam)))) == exam


@given(name=lines, reason=st.none() | lines)
def test_canonical_json_is_one_text_a_value(name: str, reason: str | None) -> None:
    value = {"b": name, "a": [1, reason]}
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))
    assert canonical_json(value).isascii()


@given(text=st.text(max_size=20))
@ON_ONE_DATABASE
def test_any_text_is_kept_or_refused_by_name(store: Database, nurse: Actor, text: str) -> None:
    """No text reaches a driver that the database could not keep."""
    draft = builders.patient_draft(f"R-{next(numbers)}", name=text)
    try:
        saved = patients.register_patient(store, nurse, draft)
    except InputError as error:
        refusal = error
    else:
        kept = patients.load_record(store, nurse, saved.patient_id).patient.name or ""
        assert kept == unicodedata.normalize("NFC", text).strip()
        return
    assert [problem.place for problem in refusal.problems] == ["name"]
