"""Identifiers: two spellings that differ by capitals or white space are one patient, and a person is told so."""

from __future__ import annotations

import pytest

from tests.exchange.tables import BASELINE, plain, seen, table
from tests.support.builders import patient_draft
from tracker.db.engine import Database
from tracker.errors import ConflictError
from tracker.services import patients
from tracker.services.actors import Actor
from tracker.services.imports import import_table


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("DEMO-018", "demo-018"),
        ("demo-018", "Demo-018"),
        ("DEMO 018", "DEMO018"),
        ("AB 12", "ab  12"),
        ("AB 12", "AB\N{NO-BREAK SPACE}12"),
        ("AB\N{NO-BREAK SPACE}12", "ab12"),
        ("Ö-7", "ö-7"),
    ],
)
def test_another_spelling_of_an_identifier_is_refused_and_names_the_stored_one(
    store: Database, nurse: Actor, stored: str, typed: str
) -> None:
    first = patients.register_patient(store, nurse, patient_draft(stored))
    with pytest.raises(ConflictError) as refusal:
        patients.register_patient(store, nurse, patient_draft(typed))
    assert f"'{stored}', which is registered" in str(refusal.value)
    assert str(refusal.value).endswith("Nothing was stored.")
    assert [problem.text for problem in refusal.value.theirs] == [stored]
    assert [one.id for one in patients.list_patients(store, nurse)] == [first.patient_id]
    assert patients.find_patient(store, nurse, typed) is None
    assert patients.find_near_identifier(store, nurse, typed) == stored
    assert patients.find_near_identifier(store, nurse, stored) is None


def test_the_same_identifier_of_another_authority_is_another_patient(store: Database, nurse: Actor) -> None:
    patients.register_patient(store, nurse, patient_draft("DEMO-018"))
    other = patients.register_patient(store, nurse, patient_draft("demo-018", authority="clinic B"))
    assert not other.already_stored
    assert patients.find_near_identifier(store, nurse, "Demo-018", "clinic C") is None


def test_other_digits_and_signs_are_other_patients(store: Database, nurse: Actor) -> None:
    for identifier in ("DEMO-018", "DEMO-18", "DEMO018", "DEMO-0 19"):
        assert not patients.register_patient(store, nurse, patient_draft(identifier)).already_stored


def test_a_file_with_another_spelling_is_not_stored(store: Database, nurse: Actor) -> None:
    patients.register_patient(store, nurse, patient_draft("p 1"))
    report = import_table(store, nurse, table(*plain()), "table.csv")
    (problem,) = report.problems
    assert problem.place == "row 2"
    assert "The identifier 'P1' differs from 'p 1', which is registered, only by capitals or spaces" in problem.text
    assert not report.stored
    assert patients.find_patient(store, nurse, "P1") is None


def test_a_file_that_spells_one_patient_in_two_ways_is_not_stored(store: Database, nurse: Actor) -> None:
    rows = (*plain(), seen({**BASELINE, "patient_id": "p1"}, "L1", 32, role="target"))
    report = import_table(store, nurse, table(*rows), "table.csv")
    assert [problem.text.partition(":")[0] for problem in report.problems] == [
        "'p1' and 'P1' differ only by capitals or spaces"
    ]
    assert patients.list_patients(store, nurse) == ()
