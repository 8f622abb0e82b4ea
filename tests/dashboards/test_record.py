"""The record page: each card stores by one call, says what happened, and loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.form_fields import plain_label
from dashboards.components.record_treatments import draft_of as treatment_draft_of
from dashboards.components.record_who import draft_of
from tests.dashboards.pages import html, run_page
from tests.support.builders import fill_patient
from tracker.db.engine import Database
from tracker.domain.drafts import MarkerDraft, TreatmentDraft
from tracker.domain.lengths import Length
from tracker.domain.record import PatientRecord
from tracker.domain.tumour import RoughDate
from tracker.domain.vocabulary import Precision, Residual, TreatmentKind
from tracker.services import markers, patients, symptoms, treatments
from tracker.services.actors import Actor
from tracker.services.audit import list_events

__all__ = ["run_page"]

Run = Callable[..., AppTest]


def field(page: AppTest, label: str) -> Any:
    """The field of that label, whatever its kind."""
    for kind in (page.text_input, page.text_area, page.selectbox, page.date_input, page.multiselect):
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


def test_who_pressed_save_before_the_page_told_of_a_change_stores_nothing_over_it(
    run_page: Run, db: Database, actor: Actor
) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    put(page, {"Birth year": "1958", "Reason of the correction": "letter"})
    stored = record_of(db, actor, filled.patient_id).patient
    theirs = replace(draft_of(stored), birth_year=1961)
    patients.correct_patient(db, actor, stored.id, theirs, expected_version=stored.version, reason="passport")
    press(page, "Save who and primary")
    assert record_of(db, actor, filled.patient_id).patient.birth_year == 1961
    assert "birth year: not recorded → 1961." in html(page)
    press(page, "Store mine over it")
    assert record_of(db, actor, filled.patient_id).patient.birth_year == 1958


def test_a_treatment_that_another_person_corrected_is_not_put_back_by_a_form_that_was_open(
    run_page: Run, db: Database, actor: Actor
) -> None:
    filled = fill_patient(db, actor)
    (stored,) = record_of(db, actor, filled.patient_id).treatments
    page = run_page("record", filled.patient_id)
    put(page, {"Add or correct": stored.id, "Cycles": "8", "Reason of the treatment's correction": "counted"})
    version = patients.patient_version(db, filled.patient_id)
    theirs = replace(treatment_draft_of(stored), stop=date(2026, 6, 1), stop_reason="toxicity")
    treatments.correct_treatment(db, actor, stored.id, theirs, expected_version=version, reason="letter")
    press(page, "Save correction")
    (kept,) = record_of(db, actor, filled.patient_id).treatments
    assert (kept.stop, kept.cycles) == (date(2026, 6, 1), None)
    assert "The record says now: FOLFIRI (systemic), from 12 Jan 2026, to 1 Jun 2026; stopped: toxicity." in html(page)
    press(page, "Store mine over it")
    (kept,) = record_of(db, actor, filled.patient_id).treatments
    assert (kept.stop, kept.cycles) == (None, 8)


@pytest.mark.parametrize(
    "stored",
    [
        TreatmentDraft("SIRT", TreatmentKind.SIRT, date(2026, 9, 1), lesions=("L1",), dose_gy=Decimal(120)),
        TreatmentDraft(
            "hepatectomy", TreatmentKind.RESECTION, date(2026, 9, 1), date(2026, 9, 1), lesions=("L1",),
            margins={"L1": Length.from_mm(4)}, residual=Residual.R0, stop_reason="as planned",
        ),
    ],
)  # fmt: skip
def test_a_correction_of_a_name_keeps_every_detail_of_a_local_treatment(
    run_page: Run, db: Database, actor: Actor, stored: TreatmentDraft
) -> None:
    filled = fill_patient(db, actor)
    key = treatments.record_treatment(db, actor, filled.patient_id, stored)
    page = run_page("record", filled.patient_id)
    put(page, {"Add or correct": key, "Name": "other name", "Reason of the treatment's correction": "typed wrong"})
    press(page, "Save correction")
    after = next(one for one in record_of(db, actor, filled.patient_id).treatments if one.id == key)
    assert treatment_draft_of(after) == replace(stored, name="other name")


@pytest.mark.parametrize(
    "name", ["Another test", "Other biomarker", "![x](https://example.org/x.png) a\\b `c` :red[d]"]
)
def test_a_test_and_a_biomarker_may_have_any_name(run_page: Run, db: Database, actor: Actor, name: str) -> None:
    filled = fill_patient(db, actor)
    draft = MarkerDraft(name, date(2026, 3, 2), Decimal(5), "U/mL")
    markers.record_marker(db, actor, filled.patient_id, draft)
    stored = record_of(db, actor, filled.patient_id).patient
    named = replace(draft_of(stored), biomarkers={name: "positive"})
    patients.correct_patient(db, actor, stored.id, named, expected_version=stored.version, reason="result")
    page = run_page("record", filled.patient_id)
    labels = [one.label for one in page.text_input]
    assert not any("](" in label.replace("\\]", "") for label in labels)
    put(page, {f"{plain_label(name)}, value": "7"})
    press(page, "Save values")
    assert [one.value for one in record_of(db, actor, filled.patient_id).markers] == [5, 7]


def test_a_test_that_has_a_line_is_not_named_again(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    again = {"name": "Bilirubin", "value": "120", "unit": "mg/dL"}
    put(page, {"bilirubin, value": "1.2", **{f"Another test, {place}": text for place, text in again.items()}})
    press(page, "Save values")
    assert "another test: Bilirubin has a line of its own above" in html(page)
    assert record_of(db, actor, filled.patient_id).markers == ()


@pytest.mark.parametrize("typed", ["1e999999", "1e-999999"])
def test_a_number_that_is_none_is_refused_in_few_words(run_page: Run, db: Database, actor: Actor, typed: str) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    put(
        page,
        {"bilirubin, value": typed, "bilirubin, upper limit": typed, "Remnant, mL": "400", "Total liver, mL": typed},
    )
    put(page, {"Remnant, mL": typed, "Measured on": date(2026, 3, 1)})
    press(page, "Save values")
    press(page, "Save volume")
    assert len(html(page)) < 50_000
    assert record_of(db, actor, filled.patient_id).volumes == ()


def test_a_long_comorbidity_is_kept_whole_when_something_else_is_corrected(
    run_page: Run, db: Database, actor: Actor
) -> None:
    filled = fill_patient(db, actor)
    stored = record_of(db, actor, filled.patient_id).patient
    long = "\n".join(f"line {number}" for number in range(300))
    letter = replace(draft_of(stored), comorbidity=long)
    patients.correct_patient(db, actor, stored.id, letter, expected_version=stored.version, reason="letter")
    page = run_page("record", filled.patient_id)
    put(page, {"Birth year": "1958", "Reason of the correction": "passport"})
    press(page, "Save who and primary")
    patient = record_of(db, actor, filled.patient_id).patient
    assert (patient.birth_year, patient.comorbidity) == (1958, long)


def test_a_year_at_the_end_of_time_is_refused_and_breaks_nothing(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    page = run_page("record", filled.patient_id)
    late = {"Primary diagnosed": "9999", "Liver metastases found": "9999-12", "Reason of the correction": "letter"}
    put(page, late)
    press(page, "Save who and primary")
    assert "primary diagnosed: 9999 is in the future" in html(page)
