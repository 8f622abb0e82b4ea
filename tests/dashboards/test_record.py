"""The record page: each card stores by one call, says what happened, and loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from streamlit.testing.v1 import AppTest

from dashboards.components.record_who import draft_of
from tests.dashboards.pages import html, run_page
from tests.support.builders import fill_patient
from tracker.db.engine import Database
from tracker.domain.drafts import MarkerDraft
from tracker.domain.lengths import Length
from tracker.domain.record import PatientRecord
from tracker.domain.tumour import RoughDate
from tracker.domain.vocabulary import Precision, TreatmentKind
from tracker.services import markers, patients, symptoms
from tracker.services.actors import Actor
from tracker.services.audit import list_events

__all__ = ["run_page"]

Run = Callable[..., AppTest]


def field(page: AppTest, label: str) -> Any:
    """The field of that label, whatever its kind."""
    for kind in (page.text_input, page.selectbox, page.date_input, page.multiselect):
        for one in kind:
            if one.label == label:
                return one
    raise AssertionError(f"no field {label}")


def put(page: AppTest, values: dict[str, object]) -> AppTest:
    for label, value in values.items():
        field(page, label).set_value(value).run()
    assert not page.exception, [error.message for error in page.exception]
    return page


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception, [error.message for error in page.exception]
    return page


def record_of(db: Database, actor: Actor, patient_id: int) -> PatientRecord:
    return patients.load_record(db, actor, patient_id)


def test_without_a_patient_one_is_chosen(run_page: Run, db: Database, actor: Actor) -> None:
    fill_patient(db, actor)
    page = run_page("record")
    assert [one.label for one in page.selectbox] == ["Patient"]


def test_who_and_primary_are_corrected_together_with_a_reason(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    put(
        page,
        {
            "Birth year": "1958", "T stage": "pT3", "N stage": "pN1b", "Primary in place": "no",
            "Primary diagnosed": "2024-03", "Liver metastases found": "2025-05-20", "ECOG": 1, "ASA": 2,
            "ECOG on": date(2026, 3, 1), "RAS, result": "KRAS G12D", "RAS, reported on": "2025-06-01",
            "HER2, result": "pending", "Last known alive": date(2026, 3, 2),
        },
    )  # fmt: skip
    assert "Timing: metachronous, 14 months. Synchronous: found within 6 months of the primary." in html(page)
    before = record_of(db, actor, filled.patient_id).patient.version
    press(page, "Save who and primary")
    assert "reason: is missing" in html(page)
    assert "Everything you typed is still here." in html(page)
    assert field(page, "Birth year").value == "1958"
    assert record_of(db, actor, filled.patient_id).patient.version == before
    put(page, {"Reason of the correction": "referral letter of 1 March"})
    press(page, "Save who and primary")
    patient = record_of(db, actor, filled.patient_id).patient
    assert (patient.birth_year, patient.ecog, patient.asa, patient.ecog_on) == (1958, 1, 2, date(2026, 3, 1))
    assert (patient.tumour.t_stage, patient.tumour.n_stage, patient.tumour.in_place) == ("pT3", "pN1b", False)
    assert patient.tumour.diagnosed_on == RoughDate(date(2024, 3, 1), Precision.MONTH)
    assert patient.biomarkers == {"RAS": "KRAS G12D", "HER2": "pending"}
    assert patient.biomarkers_on == {"RAS": date(2025, 6, 1)}
    assert "birth year: not recorded → 1958." in html(page)
    assert "RAS: not recorded → KRAS G12D." in html(page)


def test_what_another_person_changed_meanwhile_is_said_before_it_is_overwritten(
    run_page: Run, db: Database, actor: Actor
) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    put(page, {"Birth year": "1958", "Reason of the correction": "letter"})
    stored = record_of(db, actor, filled.patient_id).patient
    theirs = replace(draft_of(stored), birth_year=1961)
    patients.correct_patient(db, actor, stored.id, theirs, expected_version=stored.version, reason="passport")
    page.run()
    assert "The record was changed since you began here." in html(page)
    assert "birth year: not recorded → 1961." in html(page)
    assert field(page, "Birth year").value == "1958"
    press(page, "Store mine over it")
    assert record_of(db, actor, filled.patient_id).patient.birth_year == 1958


def test_a_card_where_nothing_is_typed_follows_the_record(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    stored = record_of(db, actor, filled.patient_id).patient
    theirs = replace(draft_of(stored), birth_year=1961)
    patients.correct_patient(db, actor, stored.id, theirs, expected_version=stored.version, reason="passport")
    page.run()
    assert field(page, "Birth year").value == "1961"
    assert "The record was changed" not in html(page)


def test_a_treatment_is_added_corrected_and_withdrawn(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    press(page, "Save treatment")
    assert "name: is missing" in html(page)
    put(page, {"Name": "MWA of L2", "Kind of treatment": "ablation", "On": date(2026, 3, 9), "Lesions treated": ["L2"]})
    put(page, {"L2: margin, mm": "6,5"})
    press(page, "Save treatment")
    [_, ablation] = record_of(db, actor, filled.patient_id).treatments
    assert (ablation.kind, ablation.lesions, ablation.margins) == (
        TreatmentKind.ABLATION, ("L2",), {"L2": Length.from_mm("6.5")},
    )  # fmt: skip
    assert "Stored: MWA of L2, from 9 Mar 2026." in html(page)
    folfiri = record_of(db, actor, filled.patient_id).treatments[0]
    put(page, {"Add or correct": folfiri.id})
    put(page, {"Stop": date(2026, 4, 20), "Cycles": "7"})
    put(page, {"Reason stopped": "toxicity", "Reason of the treatment's correction": "end of line"})
    press(page, "Save correction")
    [folfiri, _] = record_of(db, actor, filled.patient_id).treatments
    assert (folfiri.stop, folfiri.cycles, folfiri.stop_reason) == (date(2026, 4, 20), 7, "toxicity")
    shown = html(page)
    assert shown.index("FOLFIRI") < shown.index("MWA of L2")
    assert "stopped: toxicity" in shown


def test_values_of_one_day_are_stored_together_and_a_unit_slip_is_asked_about(
    run_page: Run, db: Database, actor: Actor
) -> None:
    filled = fill_patient(db, actor)
    earlier = MarkerDraft("bilirubin", date(2026, 3, 2), Decimal(17), "µmol/L", Decimal(21))
    markers.record_marker(db, actor, filled.patient_id, earlier)
    page = run_page("record", filled.patient_id)
    assert field(page, "bilirubin, upper limit").value == "21"
    put(page, {"Values of the day": date(2026, 5, 4), "CEA, value": "12,4", "bilirubin, value": "1"})
    assert "is about the factor 17.1 between two units of bilirubin: is the unit right?" in html(page)
    press(page, "Save values")
    assert "bilirubin: looks like another unit" in html(page)
    assert len(record_of(db, actor, filled.patient_id).markers) == 1
    put(page, {"bilirubin: keep it, because…": "checked with the laboratory"})
    press(page, "Save values")
    stored = record_of(db, actor, filled.patient_id).markers
    assert [(one.name, one.value) for one in stored[1:]] == [("CEA", Decimal("12.4")), ("bilirubin", Decimal(1))]
    assert "Stored of 4 May 2026: CEA 12.4 µg/L and bilirubin 1 µmol/L." in html(page)
    assert field(page, "CEA, value").value == ""


def test_a_red_flag_says_at_once_what_it_asks_for(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    assert "24-hour line" not in html(page)
    next(one for one in page.pills if one.label == "Red flags").set_value(["fever"]).run()
    assert "Red flag: fever." in html(page)
    assert "24-hour line or emergency department now" in html(page)
    press(page, "Save symptoms")
    [told] = record_of(db, actor, filled.patient_id).symptoms
    assert told.symptoms == ("fever",)
    assert "fever (red flag)" in html(page)


def test_a_remnant_is_stored_with_its_percentage(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    put(page, {"Measured on": date(2026, 5, 4), "Remnant, mL": "480", "Total liver, mL": "1600"})
    assert "<b>30.0 %</b> of the total" in html(page)
    press(page, "Save volume")
    [volume] = record_of(db, actor, filled.patient_id).volumes
    assert (volume.remnant_ml, volume.total_ml) == (Decimal(480), Decimal(1600))
    assert "30.0 % of 1600 mL" in html(page)


def test_what_is_typed_in_one_card_stays_when_another_is_stored(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    put(page, {"Histology": "mucinous", "Remnant, mL": "480", "In other words": "itching, fatigue"})
    press(page, "Save symptoms")
    assert record_of(db, actor, filled.patient_id).symptoms[0].symptoms == ("itching", "fatigue")
    assert field(page, "Histology").value == "mucinous"
    assert field(page, "Remnant, mL").value == "480"


def test_symptoms_are_withdrawn_with_a_reason(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    symptoms.record_symptoms(db, actor, filled.patient_id, date(2026, 3, 2), ["fever"])
    page = run_page("record", filled.patient_id)
    [which] = [one for one in page.selectbox if one.label == "Which" and "symptoms" in one.key]
    which.set_value(record_of(db, actor, filled.patient_id).symptoms[0]).run()
    [why] = [one for one in page.text_input if one.label == "Why it is withdrawn" and "symptoms" in one.key]
    why.set_value("told of another patient").run()
    button = next(one for one in page.button if one.key and "symptoms" in one.key and one.label == "Withdraw")
    button.click().run()
    assert record_of(db, actor, filled.patient_id).symptoms == ()
    assert list_events(db, actor, filled.patient_id)[-1].reason == "told of another patient"
