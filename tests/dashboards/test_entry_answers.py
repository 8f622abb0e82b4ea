"""What an entry says back: limits, receipt, banner, questions of the plain form; and drafts that keep their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dashboards.components.entry_drafts import is_older, read_scope
from dashboards.components.entry_preview import build_preview, respond_to
from dashboards.components.entry_reading import read_entry, refuse_incomplete
from dashboards.components.entry_table import EntryScope, followed_rows, start_content
from dashboards.components.page import patient_chips
from dashboards.components.receipt import say_correction
from dashboards.components.response_words import (
    ExamResponse,
    say_limits,
    say_what_changed,
)
from dashboards.views import new_patient
from dashboards.views.new_patient import say_saved
from tests.support.builders import fill_patient
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import CourseDraft, PatientDraft
from tracker.domain.record import PatientRecord
from tracker.errors import InputError, Problem
from tracker.services import exams
from tracker.services.actors import Actor
from tracker.services.patients import load_record


@pytest.fixture
def filled(db: Database, actor: Actor) -> PatientRecord:
    return load_record(db, actor, fill_patient(db, actor).patient_id)


@pytest.mark.parametrize(
    ("key", "scope"),
    [
        ("p7-enew-v3", EntryScope(7, None, 3)),
        ("p7-e12-v1", EntryScope(7, 12, 1)),
        ("p7-e12-v1 ", None),
        ("p-enew-v1", None),
        (None, None),
        ({"p": 1}, None),
    ],
)
def test_a_draft_names_its_scope_or_is_none(key: object, scope: EntryScope | None) -> None:
    assert read_scope(key) == scope
    if scope is not None:
        assert scope.key == key


@pytest.mark.parametrize(
    ("mark", "than", "older"),
    [
        ("a.2", "a.10", True),
        ("a.10", "a.2", False),
        ("a.2", "a.2", False),
        ("b.2", "a.10", False),
        (None, "a.1", False),
        ("a.x", "a.1", False),
        ("a.1", None, False),
    ],
)
def test_an_older_moment_of_the_same_page_never_replaces_a_newer_one(mark: object, than: object, older: bool) -> None:
    assert is_older(mark, than) is older


def _respond(record: PatientRecord, *texts: str, open_rows: tuple[str, ...] = ()) -> ExamResponse:
    rows = followed_rows(record)
    sent = start_content(rows, record)
    sent["exam"] |= {"performed_on": "2026-07-06", "modality": "CT"}
    for row, text in zip(rows, texts, strict=True):
        sent["rows"][row.label]["text"] = text
    draft = refuse_incomplete(read_entry(sent, rows))
    observations = tuple(
        replace(said, observation=replace(said.observation, provisional=said.label in open_rows))
        for said in draft.observations
    )
    response = respond_to(record, replace(draft, observations=observations), None)
    assert response is not None
    return response


@pytest.mark.parametrize(
    ("texts", "limit"),
    [
        (("21", "12", "p"), "after this scan PD would begin at 39.6 mm."),
        (("a", "a", "p"), "after this scan PD would begin at 5 mm."),
        (("a", "a", "a"), "after the complete response any regrowth is PD."),
    ],
    ids=["20 %", "5 mm above nothing", "after an overall CR"],
)
def test_where_progression_begins_is_said_by_the_engines_own_rule(
    filled: PatientRecord, texts: tuple[str, ...], limit: str
) -> None:
    assert say_limits(_respond(filled, *texts)).endswith(limit)


def test_a_sum_to_verify_is_never_called_the_nadir(filled: PatientRecord) -> None:
    lines = say_what_changed(_respond(filled, "15", "9", "p", open_rows=("L1",)), None, "")
    assert "24 mm is not counted as nadir until verified." in lines
    assert "New nadir: 24 mm." in say_what_changed(_respond(filled, "15", "9", "p"), None, "")
    assert "begin at 43.2 mm" in say_limits(_respond(filled, "15", "9", "p", open_rows=("L1",)))


def test_a_receipt_of_a_correction_shows_before_and_after(db: Database, actor: Actor, filled: PatientRecord) -> None:
    stored = filled.exams[-1]
    rows = followed_rows(filled, stored)
    sent = start_content(rows, filled, stored)
    sent["rows"]["L1"]["text"] = "26"
    sent["exam"]["remark"] = "read again"
    draft = refuse_incomplete(read_entry(sent, rows, stored))
    exams.correct_exam(db, actor, stored.id, draft, expected_version=stored.version, reason="typed 23 for 26")
    record = load_record(db, actor, filled.patient.id)
    lines = say_correction(record, stored, record.exam(stored.id))
    assert sorted(lines) == ["L1: 23 mm → 26 mm", "Remark: not said → read again"]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("2026-05-04", "is stored already"), ("2026-12-01", "is in the future"), ("0026-07-06", "date")],
)
def test_a_date_that_cannot_be_stored_is_said_instead_of_a_response(
    filled: PatientRecord, day: str, sentence: str
) -> None:
    rows = followed_rows(filled)
    sent = start_content(rows, filled)
    sent["exam"] |= {"performed_on": day, "modality": "CT"}
    for row, text in zip(rows, ("21", "12", "p"), strict=True):
        sent["rows"][row.label]["text"] = text
    preview = build_preview(filled, rows, read_entry(sent, rows), None, date(2026, 11, 24))
    assert "badge" not in preview
    assert sentence in preview["sentences"][0]


def test_a_year_of_two_digits_is_refused_at_the_date() -> None:
    sent = {"exam": {"performed_on": "0026-07-06", "modality": "CT"}}
    with pytest.raises(InputError, match="performed: the year 26 is not possible"):
        refuse_incomplete(read_entry(sent, ()))


def test_the_banner_names_site_and_detail_and_what_is_unknown(filled: PatientRecord) -> None:
    patient = replace(
        filled.patient,
        primary_detail="sigmoid colon, pT3 N1b",
        biomarkers={"RAS": "KRAS G12D", "HER2": "unknown"},
        ecog=1,
    )
    chips = patient_chips(replace(filled, patient=patient))
    assert "Primary <b>colorectal: sigmoid colon, pT3 N1b</b>" in chips
    assert '<span class="hp-chip">RAS <b>KRAS G12D</b></span>' in chips
    assert '<span class="hp-chip hp-chip-unknown">HER2 <b>unknown</b></span>' in chips
    assert "ECOG <b>1</b>" in chips


def test_what_is_saved_of_a_new_patient_is_said_with_lesions_targets_and_sum(filled: PatientRecord) -> None:
    assert say_saved(filled, assess_record(filled)) == [
        "Lesions: L1 (VII), L2 (IVa/IVb) and L3 (II).",
        "Targets of course 1: L1 and L2; sum of targets 52 mm.",
        "Judged by RECIST 1.1 (Eisenhauer 2009).",
    ]


def test_a_new_patient_without_anything_is_refused_in_one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_patient.runtime, "today", lambda: date(2026, 11, 24))

    def refuse() -> CourseDraft:
        raise InputError([Problem("name of the course", "is missing")])

    with pytest.raises(InputError) as refusal:
        new_patient._register(PatientDraft(identifier="", birth_year=0), refuse, None)
    places = [problem.place for problem in refusal.value.problems]
    assert places == ["identifier", "birth year", "name of the course"]
