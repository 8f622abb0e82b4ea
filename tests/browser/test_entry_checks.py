"""Twelve errors put into an entry are all asked about where they are, mended or kept for a reason; hard stops stay unsaved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served
from tests.support.entering import box, date_field, paste_report, receipt, suggestion, table, wait_kept
from tests.support.injected import DAY, HEADER, REPORT, TRUE, TWELVE, Injected, fill_example
from tracker.services.patients import load_record

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def enter(page: Page, one: Injected) -> None:
    """Type the entry as a nurse does, and paste its report."""
    page.get_by_label("Modality").select_option("CT")
    if "count" in one.exam:
        page.get_by_label("Count as stated").select_option(one.exam["count_kind"])
        page.get_by_label("Number").fill(one.exam["count"])
    date_field(page).fill(one.exam.get("performed_on", DAY))
    for label, text in zip(("L1", "L2", "L3"), one.texts, strict=True):
        box(page, label).fill(text)
    if one.report is not None:
        paste_report(page, one.report)
    wait_kept(page)


def question(page: Page, words: str) -> Locator:
    return page.locator(".question").filter(has_text=words)


@pytest.mark.parametrize("one", TWELVE, ids=lambda one: one.error)
def test_each_of_the_twelve_is_asked_about_and_answered(open_page: Open, served: Served, one: Injected) -> None:
    patient_id = fill_example(served.db, served.actor, f"CHECK-{TWELVE.index(one)}")
    page = open_page(f"/enter-scan?patient={patient_id}")
    enter(page, one)
    asked = question(page, one.words)
    expect(asked).to_be_visible()
    before = len(load_record(served.db, served.actor, patient_id).exams)
    page.get_by_role("button", name="Save scan").click()
    expect(page.get_by_role("status").filter(has_text="Not saved")).to_be_visible()
    if one.hard:
        assert asked.get_by_role("button").count() == 0
        page.get_by_role("button", name="Save scan").click()
        page.wait_for_timeout(300)
        assert len(load_record(served.db, served.actor, patient_id).exams) == before
        return
    # Whatever is open is kept by its keys, one after the other, and the scan is saved with the reasons.
    while page.locator(".question").count():
        page.locator(".question").first.get_by_role("button", name="keep, because").click()
        page.locator(".question").first.locator(".reasons button").first.click()
    wait_kept(page)
    page.get_by_role("button", name="Save scan").click()
    expect(receipt(page)).to_be_visible()
    record = load_record(served.db, served.actor, patient_id)
    stored = max(record.exams, key=lambda exam: exam.id)
    said = {(finding.rule, finding.place): finding.reason for finding in stored.accepted}
    assert said[f"plausibility.{one.rule}", one.place] in ("as the report states", "another exam of that day")
    assert not any(seen.observation.provisional for seen in stored.observations)


def test_a_slip_is_mended_by_y_and_kept_by_k_and_a_digit(open_page: Open, served: Served) -> None:
    patient_id = fill_example(served.db, served.actor, "CHECK-KEYS")
    page = open_page(f"/enter-scan?patient={patient_id}")
    date_field(page).fill(DAY)
    box(page, "L1").fill("230")
    box(page, "L1").press("y")
    expect(box(page, "L1")).to_have_value("23 mm")
    box(page, "L2").fill("40")
    box(page, "L2").press("k")
    expect(question(page, "Kept because")).to_contain_text("2 measured again")
    box(page, "L2").press("2")
    expect(box(page, "L2")).to_have_value("40")
    expect(page.locator("#echo-L2")).to_contain_text("kept: measured again")
    box(page, "L3").fill("70")
    box(page, "L3").press("k")
    box(page, "L3").press("4")
    page.keyboard.type("bled into")
    page.keyboard.press("Enter")
    expect(page.locator("#echo-L3")).to_contain_text("kept: bled into")
    expect(box(page, "L3")).to_be_focused()
    box(page, "L3").press("Enter")
    expect(receipt(page)).to_contain_text("kept: bled into")
    expect(page.get_by_role("region", name="To verify")).to_contain_text("bled into")


def test_questions_of_the_scan_are_answered_by_keys_after_the_last_enter(open_page: Open, served: Served) -> None:
    patient_id = fill_example(served.db, served.actor, "CHECK-ENTER")
    page = open_page(f"/enter-scan?patient={patient_id}")
    enter(page, Injected("early", "", "", "", exam={"performed_on": "2026-05-14"}))
    box(page, "L3").press("Enter")
    asked = page.get_by_role("group", name="Performed: Entered twice?").or_(
        page.get_by_role("group", name="Performed: The interval")
    )
    expect(asked).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("3")
    expect(page.get_by_role("button", name="Save scan")).to_be_focused()
    page.keyboard.press("Enter")
    expect(receipt(page)).to_be_visible()
    stored = load_record(served.db, served.actor, patient_id).exams[-1]
    assert [one.reason for one in stored.accepted] == ["checked with the radiologist"]


def test_what_the_server_finds_at_the_save_is_asked_once(open_page: Open, served: Served) -> None:
    """A save that is faster than the draft: the server asks, shows the question, and takes the next save as it is."""
    patient_id = fill_example(served.db, served.actor, "CHECK-FAST")
    page = open_page(f"/enter-scan?patient={patient_id}")
    date_field(page).fill("2026-05-14")
    for label, text in zip(("L1", "L2", "L3"), TRUE, strict=True):
        box(page, label).fill(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Not saved")).to_contain_text("only 10 days after")
    expect(question(page, "only 10 days after")).to_be_visible()
    page.get_by_role("button", name="Save scan").click()
    expect(receipt(page)).to_be_visible()
    stored = load_record(served.db, served.actor, patient_id).exams[-1]
    assert [(one.place, one.reason) for one in stored.accepted] == [("performed on", "")]
    expect(page.get_by_role("region", name="To verify")).to_contain_text("not answered")


def test_an_answer_survives_a_reload_and_can_be_taken_back(open_page: Open, served: Served) -> None:
    patient_id = fill_example(served.db, served.actor, "CHECK-RELOAD")
    page = open_page(f"/enter-scan?patient={patient_id}")
    enter(page, Injected("swap", "", "", "", texts=("14", "23", "22")))
    question(page, "swap L1 and L2?").get_by_role("button", name="keep, because").click()
    page.get_by_role("button", name="measured again").click()
    wait_kept(page)
    page.reload()
    expect(table(page)).to_contain_text("✓ kept")
    expect(table(page)).to_contain_text("measured again")
    table(page).get_by_role("button", name="ask again").click()
    expect(question(page, "swap L1 and L2?")).to_be_visible()


def test_the_four_traps_of_a_report_are_no_errors(open_page: Open, served: Served) -> None:
    patient_id = fill_example(served.db, served.actor, "CHECK-TRAPS")
    page = open_page(f"/enter-scan?patient={patient_id}")
    pet = REPORT.replace(HEADER.splitlines()[1], "PET/CT WHOLE BODY WITH FDG")
    other = pet.replace(
        "Impression:", "Spleen measures 112 mm.\nThe largest, in segment VII, measures 23 mm.\nImpression:"
    )
    page.get_by_label("Modality").select_option("CT")
    date_field(page).fill(DAY)
    paste_report(page, other)
    for label, size in zip(("L1", "L2", "L3"), TRUE, strict=True):
        expect(suggestion(page, label)).to_contain_text(f"{size} mm")
        expect(box(page, label)).to_have_attribute("placeholder", size)
    assert page.get_by_role("group", name="New lesion").count() == 0
    expect(question(page, "the report describes PET/CT, typed is CT")).to_be_visible()


def test_a_second_person_verifies_from_the_patients_page(open_page: Open, served: Served) -> None:
    patient_id = fill_example(served.db, served.actor, "CHECK-VERIFY")
    page = open_page(f"/enter-scan?patient={patient_id}")
    enter(page, Injected("jump", "", "", "", texts=("52", "14", "22")))
    page.get_by_role("button", name="Save scan").click()
    page.get_by_role("button", name="Save scan").click()
    expect(receipt(page)).to_contain_text("Provisional")
    page.get_by_role("button", name="Open the patient").click()
    page.get_by_role("button", name="1 value and the changed category to verify").click()
    panel = page.get_by_role("region", name="To verify")
    expect(panel).to_contain_text("52 mm is +108 % from 25 mm")
    expect(panel).to_contain_text("not answered")
    page.get_by_role("button", name="Verified").click()
    expect(page.get_by_role("button", name="to verify")).to_be_hidden()
    record = load_record(served.db, served.actor, patient_id)
    assert not any(seen.observation.provisional for exam in record.exams for seen in exam.observations)
    assert [one.exam_version for one in record.verifications] == [2]


def test_a_question_of_the_scan_moves_no_box_when_it_appears(open_page: Open, served: Served) -> None:
    patient_id = fill_example(served.db, served.actor, "CHECK-STILL")
    page = open_page(f"/enter-scan?patient={patient_id}")
    before = box(page, "L1").bounding_box()
    date_field(page).fill("2026-05-14")
    box(page, "L1").press_sequentially("2")
    expect(question(page, "only 10 days after")).to_be_visible()
    assert box(page, "L1").bounding_box() == before
    expect(box(page, "L1")).to_be_focused()
