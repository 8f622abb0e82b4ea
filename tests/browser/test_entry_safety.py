"""Nothing typed is lost, shown under another patient, or written over what somebody else stored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settle
from tests.support.builders import FOLLOW_UPS, fill_patient, follow_up_draft
from tests.support.entering import box, date_field, echo, preview, receipt, wait_kept
from tracker.domain.lengths import Length
from tracker.services import exams
from tracker.services.patients import load_record

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_what_is_typed_for_one_patient_never_shows_under_another(open_page: Open, served: Served) -> None:
    one = fill_patient(served.db, served.actor, "SWITCH-1")
    other = fill_patient(served.db, served.actor, "SWITCH-2")
    page = open_page(f"/enter-scan?patient={one.patient_id}")
    date_field(page).fill("2026-07-06")
    box(page, "L1").fill("21")
    box(page, "L2").press_sequentially("11")
    # Mid-entry, before the pause after which a draft is sent.
    page.get_by_role("link", name="Worklist").click()
    settle(page)
    page.goto(f"{served.url}/enter-scan?patient={other.patient_id}")
    expect(page.get_by_role("region", name="Patient SWITCH-2")).to_be_visible()
    for label in ("L1", "L2", "L3"):
        expect(box(page, label)).to_have_value("")
    expect(date_field(page)).to_have_value("")
    page.goto(f"{served.url}/enter-scan?patient={one.patient_id}")
    expect(page.get_by_role("region", name="Patient SWITCH-1")).to_be_visible()
    expect(box(page, "L1")).to_have_value("21")
    expect(box(page, "L2")).to_have_value("11")


def test_choosing_another_patient_in_the_same_session_starts_from_that_patients_own_boxes(
    open_page: Open, served: Served
) -> None:
    one = fill_patient(served.db, served.actor, "CHOOSE-1")
    other = fill_patient(served.db, served.actor, "CHOOSE-2")
    page = open_page(f"/enter-scan?patient={one.patient_id}")
    date_field(page).fill("2026-07-06")
    box(page, "L1").fill("21")
    wait_kept(page)
    page.get_by_role("link", name="Worklist").click()
    settle(page)
    page.get_by_role("link", name="Enter a scan").click()
    settle(page)
    expect(page.get_by_role("region", name="Patient CHOOSE-1")).to_be_visible()
    expect(box(page, "L1")).to_have_value("21")
    page.get_by_role("link", name="wrong patient?").click()
    settle(page)
    page.goto(f"{served.url}/enter-scan?patient={other.patient_id}")
    expect(page.get_by_role("region", name="Patient CHOOSE-2")).to_be_visible()
    expect(box(page, "L1")).to_have_value("")


def test_the_component_itself_drops_what_it_holds_when_its_scope_changes(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "SCOPE-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    expect(box(page, "L1")).to_be_visible()
    values = page.evaluate(
        """async () => {
            const module = await import('/_stcore/bidi-components/hepatrack.entry/entry.js');
            const parentElement = document.createElement('div');
            const rows = [{ label: 'L1', place: 'VII', roles: [], node: false, history: [] }];
            const choices = { modality: [], phase: [], count: [], statement: [], regions: [], organ: [] };
            const data = scope => ({
                scope, rows, choices, scans: [], words: [], nextNumber: 2, today: '2026-11-24', mode: 'new',
                start: { exam: { statements: {} }, rows: { L1: { text: '', suv: '', kept: '' } }, added: [] },
            });
            const sent = [];
            const run = scope => module.default({
                parentElement, data: data(scope), setStateValue: (name, value) => sent.push(value.scope),
                setTriggerValue: () => {},
            });
            run('p1-enew-v1');
            const first = parentElement.querySelector('.box');
            first.value = '45';
            first.dispatchEvent(new Event('input'));
            run('p2-enew-v1');
            const second = parentElement.querySelectorAll('.box');
            await new Promise(resolve => setTimeout(resolve, 700));
            return { count: second.length, value: second[0].value, sent };
        }"""
    )
    assert values == {"count": 1, "value": "", "sent": []}


def test_a_draft_survives_a_reload_and_another_browser(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "RELOAD-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    box(page, "L1").fill("2,1 cm")
    box(page, "L3").fill("p")
    wait_kept(page)
    page.reload()
    settle(page)
    expect(box(page, "L1")).to_have_value("2,1 cm")
    expect(date_field(page)).to_have_value("2026-07-06")
    expect(echo(page, "L1")).to_contain_text("21 mm")
    elsewhere = open_page(f"/enter-scan?patient={patient.patient_id}")
    expect(box(elsewhere, "L3")).to_have_value("p")


def test_a_second_browser_with_other_values_gets_both_side_by_side_and_overwrites_nothing(
    open_page: Open, served: Served
) -> None:
    patient = fill_patient(served.db, served.actor, "CONFLICT-1")
    address = f"/enter-scan?patient={patient.patient_id}"
    first, second = open_page(address), open_page(address)
    for page, size in ((first, "21"), (second, "24")):
        date_field(page).fill("2026-07-06")
        for label, text in (("L1", size), ("L2", "12"), ("L3", "p")):
            box(page, label).fill(text)
        wait_kept(page)
    box(first, "L3").press("Enter")
    expect(receipt(first)).to_be_visible()
    box(second, "L3").press("Enter")
    conflict = second.get_by_role("alert").filter(has_text="Two different entries")
    expect(conflict).to_be_visible()
    expect(conflict).to_contain_text("24")
    expect(conflict).to_contain_text("21")
    expect(receipt(second)).to_be_hidden()
    stored = load_record(served.db, served.actor, patient.patient_id).exams[-1]
    assert stored.observation("L1").observation.longest == Length.from_mm(21)
    assert stored.version == 1


def test_a_double_press_on_save_stores_once(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "DOUBLE-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    for label, text in (("L1", "21"), ("L2", "12"), ("L3", "p")):
        box(page, label).fill(text)
    page.get_by_role("button", name="Save scan").dblclick()
    expect(receipt(page)).to_be_visible()
    assert len(load_record(served.db, served.actor, patient.patient_id).exams) == 4


def test_a_correction_is_prefilled_needs_a_reason_and_keeps_what_was_not_touched(
    open_page: Open, served: Served
) -> None:
    patient = fill_patient(served.db, served.actor, "CORRECT-1")
    exam_id = patient.follow_up_ids[-1]
    page = open_page(f"/enter-scan?patient={patient.patient_id}&exam={exam_id}")
    expect(box(page, "L1")).to_have_value("23")
    box(page, "L1").fill("26")
    expect(preview(page)).to_contain_text("26 + 13 = 39 mm")
    box(page, "L3").press("Enter")
    expect(page.get_by_role("status").filter(has_text="a correction needs its reason")).to_be_visible()
    page.get_by_label("Reason").fill("typed 23 for 26")
    page.get_by_label("Reason").press("Enter")
    expect(receipt(page)).to_contain_text("version 2")
    expect(receipt(page)).to_contain_text("Corrected: typed 23 for 26")
    expect(receipt(page)).to_contain_text("L1: 23 mm → 26 mm")
    stored = load_record(served.db, served.actor, patient.patient_id).exam(exam_id)
    assert stored.observation("L1").observation.longest == Length.from_mm(26)
    assert stored.observation("L2").observation.longest == Length.from_mm(13)


def test_a_correction_of_a_version_that_somebody_changed_shows_both(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "CORRECT-2")
    exam_id = patient.follow_up_ids[-1]
    page = open_page(f"/enter-scan?patient={patient.patient_id}&exam={exam_id}")
    box(page, "L1").fill("26")
    page.get_by_label("Reason").fill("typed 23 for 26")
    wait_kept(page)
    mine = follow_up_draft(FOLLOW_UPS[1], 30, 13)
    exams.correct_exam(served.db, served.actor, exam_id, mine, expected_version=1, reason="read again")
    page.get_by_role("button", name="Save correction").click()
    conflict = page.get_by_role("alert").filter(has_text="Two different entries")
    expect(conflict).to_contain_text("26")
    expect(conflict).to_contain_text("30")
    stored = load_record(served.db, served.actor, patient.patient_id).exam(exam_id)
    assert stored.observation("L1").observation.longest == Length.from_mm(30)


def test_the_plain_form_stores_the_same_and_refuses_the_same(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "PLAIN-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    page.get_by_text("Plain form instead of the table").click()
    settle(page)
    page.get_by_role("spinbutton", name="year, Performed").click()
    page.keyboard.type("20260706")
    page.get_by_label("L1 · VII · target · prior 23").fill("2.1")
    page.get_by_label("L2 · IVa/IVb · target · prior 13").fill("12")
    page.get_by_label("L3 · II · non-target · prior present").fill("p")
    page.get_by_role("button", name="Save scan").click()
    settle(page)
    expect(page.get_by_role("alert")).to_contain_text("2.1 mm or 2.1 cm?")
    assert len(load_record(served.db, served.actor, patient.patient_id).exams) == 3
    page.get_by_label("L1 · VII · target · prior 23").fill("2.1 cm")
    page.get_by_role("button", name="Save scan").click()
    expect(receipt(page)).to_contain_text("21 mm")


def test_a_scan_can_be_withdrawn_with_a_reason(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "WITHDRAW-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    for label, text in (("L1", "21"), ("L2", "12"), ("L3", "p")):
        box(page, label).fill(text)
    box(page, "L3").press("Enter")
    expect(receipt(page)).to_be_visible()
    page.get_by_text("Withdraw this scan").click()
    page.get_by_label("Why is it withdrawn?").fill("report of another patient")
    page.get_by_role("button", name="Withdraw").last.click()
    settle(page)
    expect(box(page, "L1")).to_have_value("")
    assert len(load_record(served.db, served.actor, patient.patient_id).exams) == 3
