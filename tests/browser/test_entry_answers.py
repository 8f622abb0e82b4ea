"""What the table answers: a new row and its unit, a merge into an absent lesion, dates, a receipt that is read, a discard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settle
from tests.support.builders import fill_patient, patient_draft
from tests.support.entering import box, date_field, echo, preview, receipt, table, wait_kept
from tracker.services import patients
from tracker.services.patients import load_record

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def _fill(page: Page, *texts: str, day: str = "2026-07-06") -> None:
    date_field(page).fill(day)
    for label, text in zip(("L1", "L2", "L3"), texts, strict=False):
        box(page, label).fill(text)


def test_a_lesion_that_carries_the_size_of_both_is_not_absent(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "MERGE-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    _fill(page, "m2", "12", "p")
    expect(echo(page, "L1")).to_contain_text("merged into L2")
    box(page, "L2").fill("a")
    expect(echo(page, "L1")).to_contain_text("L2 carries the size of both and is absent")
    box(page, "L3").press("Enter")
    expect(box(page, "L1")).to_be_focused()
    assert len(load_record(served.db, served.actor, patient.patient_id).exams) == 3


def test_a_new_row_takes_no_plus_in_its_segment_and_answers_its_unit_by_key(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "NEWROW-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    _fill(page, "21", "12", "p")
    box(page, "L3").press("+")
    row = page.get_by_role("group", name="New lesion L4")
    segment = row.get_by_label("L4: segment")
    expect(segment).to_be_focused()
    segment.press("+")
    segment.press_sequentially("VI")
    expect(segment).to_have_value("VI")
    expect(page.get_by_role("group", name="New lesion L5")).to_be_hidden()
    page.get_by_role("button", name="Save scan").click()
    expect(row.get_by_label("L4: as the report states")).to_be_focused()
    row.get_by_label("L4: as the report states").select_option("eq")
    size = row.get_by_label("L4: size, or empty")
    size.press_sequentially("1.2")
    expect(row).to_contain_text("1.2 mm or 1.2 cm? y is cm, k is mm.")
    page.get_by_role("button", name="Save scan").click()
    expect(size).to_be_focused()
    size.press("y")
    expect(size).to_have_value("1.2 cm")
    expect(row).to_contain_text("12 mm")
    segment.fill("X")
    page.get_by_role("button", name="Save scan").click()
    expect(page.get_by_role("status").filter(has_text="is no liver segment")).to_be_visible()
    expect(segment).to_be_focused()
    segment.fill("VI")
    page.get_by_label("Slice, mm").fill("thick")
    page.get_by_role("button", name="Save scan").click()
    expect(page.get_by_role("status").filter(has_text="Not saved: slice")).to_be_visible()
    expect(page.get_by_label("Slice, mm")).to_be_focused()


def test_a_date_that_cannot_be_is_said_at_its_field_and_in_the_preview(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "DATES-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    _fill(page, "21", "12", "p", day="2026-05-04")
    expect(preview(page)).to_contain_text("is stored already")
    date_field(page).fill("0026-07-06")
    expect(page.get_by_text("the year 26 is not possible")).to_be_visible()
    box(page, "L3").press("Enter")
    expect(date_field(page)).to_be_focused()
    date_field(page).fill("2026-07-06")
    expect(table(page)).to_contain_text("Prior, mm 4 May 2026")
    expect(preview(page)).to_contain_text("21 + 12 = 33 mm")


def test_a_receipt_takes_the_focus_and_an_enter_too_many_does_not_close_it(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "READ-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    _fill(page, "21", "12", "p")
    page.get_by_label("Phase measured").select_option("portal venous")
    page.get_by_label("New in bone").select_option("stated none")
    box(page, "L3").press("Enter")
    page.keyboard.press("Enter")
    heading = receipt(page).get_by_role("heading", name="Saved: CT of 6 July 2026")
    expect(heading).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    expect(receipt(page)).to_contain_text("Phase: portal venous · New in bone: stated none")
    settle(page)
    page.keyboard.press("Enter")
    expect(receipt(page)).to_be_hidden()


def test_a_withdrawn_scan_is_said_to_stay_in_the_history(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "WITHDRAW-2")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    _fill(page, "21", "12", "p")
    box(page, "L3").press("Enter")
    expect(receipt(page)).to_be_visible()
    page.get_by_text("Withdraw this scan").click()
    page.get_by_label("Why is it withdrawn?").fill("report of another patient")
    page.get_by_role("button", name="Withdraw").last.click()
    expect(page.get_by_role("status").filter(has_text="was withdrawn")).to_contain_text("history of the record")


def test_what_was_typed_is_thrown_away_at_the_second_press(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "DISCARD-1")
    address = f"/enter-scan?patient={patient.patient_id}"
    page = open_page(address)
    _fill(page, "21")
    wait_kept(page)
    page.get_by_role("button", name="Discard draft").click()
    expect(page.get_by_text("Press again to throw away what was typed.")).to_be_visible()
    expect(box(page, "L1")).to_have_value("21")
    page.get_by_role("button", name="Discard what was typed?").click()
    expect(box(page, "L1")).to_be_hidden()
    page.goto(f"{served.url}{address}")
    expect(box(page, "L1")).to_have_value("")


@pytest.mark.parametrize("width", [390, 320])
def test_a_narrow_window_wraps_the_banner(open_page: Open, served: Served, width: int) -> None:
    patient = fill_patient(served.db, served.actor, f"NARROW-{width}")
    stored = load_record(served.db, served.actor, patient.patient_id).patient
    draft = replace(
        patient_draft(stored.identifier),
        primary_detail="sigmoid colon, pT3 N1b, resected with the regional nodes",
        biomarkers={"RAS": "KRAS G12D", "HER2": "unknown"},
    )
    patients.correct_patient(
        served.db, served.actor, patient.patient_id, draft, expected_version=stored.version, reason="detail added"
    )
    page = open_page(f"/enter-scan?patient={patient.patient_id}", viewport={"width": width, "height": 800})
    banner = page.get_by_role("region", name=f"Patient NARROW-{width}")
    expect(banner).to_contain_text("colorectal: sigmoid colon, pT3 N1b")
    assert banner.evaluate("one => one.scrollWidth <= one.clientWidth")
    inside = banner.evaluate(
        "one => [...one.querySelectorAll('*')].every(e => e.getBoundingClientRect().right <= window.innerWidth)"
    )
    assert inside
    assert page.get_by_role("link", name="wrong patient?").bounding_box()["height"] >= 24


def test_the_plain_form_asks_before_it_stores_ten_times_the_prior(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "PLAIN-2")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    page.get_by_text("Plain form instead of the table").click()
    settle(page)
    page.get_by_role("spinbutton", name="year, Performed").click()
    page.keyboard.type("20260706")
    page.get_by_label("L1 · VII · target · prior 23").fill("230")
    page.get_by_label("L2 · IVa/IVb · target · prior 13").fill("12")
    page.get_by_label("L3 · II · non-target · prior present").fill("p")
    page.get_by_role("button", name="Save scan").click()
    settle(page)
    expect(page.get_by_role("alert")).to_contain_text("ten times the prior?")
    assert len(load_record(served.db, served.actor, patient.patient_id).exams) == 3
    page.get_by_label("ten times the prior?").click()
    page.get_by_role("option", name="checked with the radiologist").click()
    page.get_by_role("button", name="Save scan").click()
    expect(receipt(page)).to_contain_text("kept: checked with the radiologist")
