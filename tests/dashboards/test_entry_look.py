"""Looks, liver background and other sites of an entry: read as typed, shown as stored, said beside what came before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.entry_look import said_before
from dashboards.components.entry_reading import read_entry, refuse_incomplete
from dashboards.components.entry_table import EntryScope, entry_data, fit_content, followed_rows, start_content
from tests.dashboards.pages import run_page
from tests.support.builders import fill_patient
from tracker.db.engine import Database
from tracker.domain.lengths import Length
from tracker.domain.record import PatientRecord, SiteFinding, StatedCount, VesselContact
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    CountKind,
    Enhancement,
    Site,
    SiteStatement,
    Statement,
    Vessel,
    VesselRelation,
)
from tracker.errors import InputError
from tracker.services import exams, patients
from tracker.services.actors import Actor

__all__ = ["run_page"]

Run = Callable[..., AppTest]

DAY = date(2026, 7, 6)
LOOK: dict[str, Any] = {
    "appearance": "cystic",
    "enhancement": "rim",
    "vessels": [
        {"vessel": "right hepatic vein", "relation": "within 10 mm", "mm": "0,4 cm"},
        {"vessel": "portal branch", "relation": "abuts", "mm": ""},
        {"vessel": "", "relation": "", "mm": ""},
    ],
}
SAID: dict[str, Any] = {
    "background": {"ascites": "yes", "steatosis": "stated none", "splenomegaly": ""},
    "extrahepatic": {
        "lung": {"said": "yes", "count": "≥2", "size": "9"},
        "bone": {"said": "none"},
        "brain": {"said": "not imaged"},
        "peritoneum": {"said": ""},
    },
}


@pytest.fixture
def record(db: Database, actor: Actor) -> PatientRecord:
    return patients.load_record(db, actor, fill_patient(db, actor).patient_id)


def content(record: PatientRecord, **rows: dict[str, Any]) -> dict[str, Any]:
    """An entry of all lesions, with a look where one is given."""
    texts = {"L1": "21", "L2": "12", "L3": "p"}
    exam = {"performed_on": DAY.isoformat(), "modality": "CT", **SAID}
    return {"exam": exam, "rows": {label: {"text": text, **rows.get(label, {})} for label, text in texts.items()}}


def test_looks_background_and_sites_are_read(record: PatientRecord) -> None:
    draft = refuse_incomplete(read_entry(content(record, L1=LOOK), followed_rows(record)))
    [first, second, _] = draft.observations
    assert (first.appearance, first.enhancement) == (Appearance.CYSTIC, Enhancement.RIM)
    assert first.vessels == (
        VesselContact(Vessel.RIGHT_HEPATIC_VEIN, VesselRelation.WITHIN_10_MM, Length.from_mm(4)),
        VesselContact(Vessel.PORTAL_BRANCH, VesselRelation.ABUTS),
    )
    assert (second.appearance, second.enhancement, second.vessels) == (None, None, ())
    assert draft.background == {BackgroundSign.ASCITES: Statement.YES, BackgroundSign.STEATOSIS: Statement.NONE}
    assert draft.extrahepatic == {
        Site.LUNG: SiteFinding(SiteStatement.YES, StatedCount(CountKind.AT_LEAST, 2), Length.from_mm(9)),
        Site.BONE: SiteFinding(SiteStatement.NONE),
        Site.BRAIN: SiteFinding(SiteStatement.NOT_IMAGED),
    }


@pytest.mark.parametrize(
    ("look", "problem"),
    [
        ({"appearance": "pretty"}, "L1, appearance: 'pretty' is not known"),
        ({"vessels": [{"vessel": "portal branch"}]}, "L1: how near is the portal branch?"),
        ({"vessels": [{"vessel": "portal branch", "relation": "clear", "mm": "far"}]}, "'far' is not a size"),
    ],
)
def test_what_cannot_be_read_is_named(record: PatientRecord, look: dict[str, Any], problem: str) -> None:
    reading = read_entry(content(record, L1=look), followed_rows(record))
    assert any(problem in str(one) for one in reading.problems), reading.problems


@pytest.mark.parametrize("number", ["some", "0", "-1", "2.5"])
def test_a_number_of_lesions_elsewhere_is_a_number(record: PatientRecord, number: str) -> None:
    typed = content(record)
    typed["exam"] = {**typed["exam"], "extrahepatic": {"lung": {"said": "yes", "count": number}}}
    [problem] = read_entry(typed, followed_rows(record)).problems
    assert str(problem) == f"lung, number: '{number}' is no number of lesions; right is 3, ≥3 or multiple"


def test_a_correction_starts_from_what_is_stored_and_changes_nothing_by_itself(
    db: Database, actor: Actor, record: PatientRecord
) -> None:
    rows = followed_rows(record)
    draft = refuse_incomplete(read_entry(content(record, L1=LOOK), rows))
    receipt = exams.record_exam(db, actor, record.patient.id, draft)
    record = patients.load_record(db, actor, record.patient.id)
    stored = record.exam(receipt.exam_id)
    shown = start_content(rows, record, stored)
    assert shown["rows"]["L1"]["vessels"][0] == {"vessel": "right hepatic vein", "relation": "within 10 mm", "mm": "4"}
    assert shown["exam"]["extrahepatic"]["lung"] == {"said": "yes", "count": "≥2", "size": "9"}
    again = refuse_incomplete(read_entry(shown, rows, stored))
    assert again.observations == stored.observations
    assert (again.background, again.extrahepatic) == (stored.background, stored.extrahepatic)


def test_a_changed_look_keeps_where_the_size_came_from(db: Database, actor: Actor, record: PatientRecord) -> None:
    rows, stored = followed_rows(record), record.exams[-1]
    shown = start_content(rows, record, stored)
    shown["rows"]["L1"]["appearance"] = "necrotic"
    [first, *others] = refuse_incomplete(read_entry(shown, rows, stored)).observations
    was = stored.observation("L1")
    assert was is not None
    assert (first.appearance, first.source_text) == (Appearance.NECROTIC, was.source_text)
    assert others == [stored.observation("L2"), stored.observation("L3")]


def test_what_was_said_before_stands_beside_without_what_was_not_mentioned(
    db: Database, actor: Actor, record: PatientRecord
) -> None:
    typed = content(record, L1=LOOK)
    typed["exam"]["background"] = {"ascites": "yes", "steatosis": "not mentioned"}
    draft = refuse_incomplete(read_entry(typed, followed_rows(record)))
    exams.record_exam(db, actor, record.patient.id, draft)
    record = patients.load_record(db, actor, record.patient.id)
    data = entry_data(record, EntryScope(record.patient.id, None, 9), followed_rows(record), None, date(2026, 9, 1))
    [look] = data["rows"][0]["looks"]
    assert (look["date"], look["appearance"], look["enhancement"]) == ("2026-07-06", "cystic", "rim")
    assert look["vessels_said"] == "right hepatic vein: within 10 mm (4 mm); portal branch: abuts"
    [before] = said_before(record.exams)
    assert before["background"] == {"ascites": "yes"}
    assert before["extrahepatic"] == {"lung": "yes (≥2, 9 mm)", "bone": "none"}


def test_a_draft_keeps_looks_and_an_older_one_without_any_still_fits(record: PatientRecord) -> None:
    rows = followed_rows(record)
    data = entry_data(record, EntryScope(record.patient.id, None, 9), rows, None, DAY)
    typed = content(record, L1=LOOK) | {"added": []}
    fitted = fit_content(typed, data)
    assert fitted is not None
    assert fitted["rows"]["L1"]["appearance"] == "cystic"
    assert fitted["exam"]["extrahepatic"] == SAID["extrahepatic"]
    older = fit_content({"exam": {}, "rows": {"L1": {"text": "21"}}, "added": []}, data)
    assert older is not None
    assert read_entry(older, rows).problems == ()


@pytest.mark.parametrize("text", ["nm", "a"])
def test_a_look_typed_for_a_lesion_that_is_not_seen_is_refused_and_never_dropped(
    db: Database, actor: Actor, record: PatientRecord, text: str
) -> None:
    draft = refuse_incomplete(read_entry(content(record, L1={"text": text, **LOOK}), followed_rows(record)))
    with pytest.raises(InputError, match="L1"):
        exams.record_exam(db, actor, record.patient.id, draft)


def test_the_plain_form_keeps_looks_and_sites_too(run_page: Run, db: Database, actor: Actor) -> None:
    patient_id = fill_patient(db, actor).patient_id
    page = run_page("enter_scan", patient_id, **{"entry-plain": True})
    fields = {one.label: one for one in (*page.text_input, *page.selectbox, *page.date_input)}
    typed = {
        "Performed": DAY, "Modality": "CT", "L2 appearance": "calcified", "L2 vessel 1": "portal branch",
        "L2 vessel 1, how near": "clear", "L2 vessel 1, mm": "14", "Liver: ascites": "stated none",
        "Outside: lung": "yes", "lung, number": "multiple",
    }  # fmt: skip
    sizes = {"L1": "21", "L2": "12", "L3": "p"}
    typed |= {label: sizes[label[:2]] for label in fields if label[:4] in {f"{one} ·" for one in sizes}}
    for label, value in typed.items():
        fields[label].set_value(value)
    next(one for one in page.button if one.label == "Save scan").click().run()
    assert not page.exception
    exam = patients.load_record(db, actor, patient_id).exams[-1]
    second = exam.observation("L2")
    assert second is not None
    assert second.appearance is Appearance.CALCIFIED
    assert second.vessels == (VesselContact(Vessel.PORTAL_BRANCH, VesselRelation.CLEAR, Length.from_mm(14)),)
    assert exam.background == {BackgroundSign.ASCITES: Statement.NONE}
    assert exam.extrahepatic == {Site.LUNG: SiteFinding(SiteStatement.YES, StatedCount(CountKind.MULTIPLE))}
