"""The keys of the entry page: their map, a column pasted from a spreadsheet, what follows the receipt, names for everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served, settle
from tests.browser.test_shell_accessible import violations
from tests.support.builders import fill_patient
from tests.support.entering import (
    REPORT,
    box,
    date_field,
    echo,
    paste,
    paste_report,
    receipt,
    table,
    wait_kept,
)
from tracker.domain.lengths import Length
from tracker.services.patients import load_record

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def _enter(open_page: Open, served: Served, identifier: str, **how: object) -> tuple[Page, int]:
    patient = fill_patient(served.db, served.actor, identifier)
    page = open_page(f"/enter-scan?patient={patient.patient_id}", **how)
    expect(date_field(page)).to_be_focused()
    return page, patient.patient_id


def _map(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Keys")


def test_the_map_of_keys_opens_by_its_key_and_esc_gives_the_focus_back(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "KEYMAP-1")
    box(page, "L2").focus()
    page.keyboard.press("?")
    expect(_map(page)).to_be_visible()
    expect(box(page, "L2")).to_have_value("")
    page.keyboard.press("Escape")
    expect(_map(page)).to_be_hidden()
    expect(box(page, "L2")).to_be_focused()
    expect(page.get_by_role("button", name="Save scan")).to_be_visible()
    page.get_by_role("button", name="? keys").click()
    expect(_map(page)).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="? keys")).to_be_focused()


def test_a_question_mark_in_a_remark_is_a_question_mark(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "KEYMAP-2")
    page.get_by_label("Remarks").press_sequentially("liver motion?")
    expect(page.get_by_label("Remarks")).to_have_value("liver motion?")
    expect(_map(page)).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_of_keys_passes_axe(open_page: Open, served: Served, scheme: str) -> None:
    page, _ = _enter(open_page, served, f"KEYMAP-{scheme}", color_scheme=scheme)
    box(page, "L1").focus()
    page.keyboard.press("?")
    expect(_map(page)).to_be_visible()
    assert violations(page) == []


def test_a_column_from_a_spreadsheet_fills_the_boxes_below_as_it_is(open_page: Open, served: Served) -> None:
    page, patient_id = _enter(open_page, served, "COLUMN-1")
    date_field(page).fill("2026-07-06")
    box(page, "L1").focus()
    paste(page, "2,1 cm\r\n12.5 mm\r\np\r\n")
    expect(box(page, "L1")).to_have_value("2,1 cm")
    expect(box(page, "L2")).to_have_value("12.5 mm")
    expect(box(page, "L3")).to_have_value("p")
    expect(page.get_by_text("Pasted into L1, L2, L3: check each against its row.")).to_be_visible()
    expect(echo(page, "L2")).to_contain_text("pasted, check it")
    box(page, "L2").focus()
    page.keyboard.press("Enter")
    expect(echo(page, "L2")).not_to_contain_text("pasted")
    page.keyboard.press("Enter")
    expect(receipt(page)).to_be_visible()
    stored = load_record(served.db, served.actor, patient_id).exams[-1]
    assert stored.observation("L2").observation.longest == Length.from_mm("12.5")


@pytest.mark.parametrize("pasted", ["450\n-3\n17,5", "450\n17.5.1\nabc"])
def test_a_pasted_number_is_never_altered(open_page: Open, served: Served, pasted: str) -> None:
    page, _ = _enter(open_page, served, f"COLUMN-{pasted[-3:]}")
    box(page, "L1").focus()
    paste(page, pasted)
    for label, text in zip(("L1", "L2", "L3"), pasted.split("\n"), strict=True):
        expect(box(page, label)).to_have_value(text)
    expect(echo(page, "L1")).to_contain_text("450 mm is over 300 mm")


def test_a_column_with_labels_goes_to_its_rows_and_overwrites_nothing(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "COLUMN-2")
    box(page, "L2").fill("11")
    box(page, "L1").focus()
    paste(page, "L3\tp\nL1\t21\nL2\t12")
    expect(box(page, "L1")).to_have_value("21")
    expect(box(page, "L2")).to_have_value("11")
    expect(box(page, "L3")).to_have_value("p")
    expect(page.get_by_text("Left as typed: L2 (not 12).")).to_be_visible()


def test_a_column_that_is_too_long_or_too_wide_is_said(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "COLUMN-3")
    box(page, "L2").focus()
    paste(page, "12\n13\n14\n15")
    expect(box(page, "L3")).to_have_value("13")
    expect(page.get_by_text("No row for 14, 15.")).to_be_visible()
    box(page, "L1").focus()
    paste(page, "21\t18\n12\t9")
    expect(box(page, "L1")).to_have_value("")
    expect(page.get_by_text("Nothing was pasted: copy one column of sizes")).to_be_visible()


def test_one_line_pasted_into_a_box_is_that_boxs_text(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "COLUMN-4")
    box(page, "L1").focus()
    paste(page, "2.1 x 1.8 cm")
    expect(box(page, "L1")).to_have_value("2.1 x 1.8 cm")
    expect(page.get_by_role("textbox", name="Report text: paste it here")).to_be_visible()


def test_a_second_report_is_asked_about_before_it_takes_the_place_of_the_first(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "PASTE-2")
    paste_report(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(box(page, "L1")).to_have_value("21")
    other = REPORT.replace("2.1 cm", "1.9 cm")
    paste(page, other)
    expect(page.get_by_text("A report stands here already. Paste again")).to_be_visible()
    expect(page.get_by_text("2.1 cm, previously").first).to_be_visible()
    page.keyboard.press("Control+v")
    expect(box(page, "L1")).to_have_value("21")
    expect(page.locator("#from-L1")).to_contain_text("1.9 cm")
    expect(page.locator("#from-L1")).to_contain_text("the report says something else")


def test_the_receipt_leads_to_the_next_patient_by_enter(open_page: Open, served: Served) -> None:
    # Both were due long ago: whoever is entered first, the other is next.
    fill_patient(served.db, served.actor, "NEXT-1")
    page, patient_id = _enter(open_page, served, "NEXT-2")
    date_field(page).fill("2026-07-06")
    for label, text in (("L1", "19.5 mm"), ("L2", "12"), ("L3", "p")):
        box(page, label).fill(text)
    box(page, "L3").press("Enter")
    expect(receipt(page)).to_be_visible()
    settle(page)
    following = page.get_by_role("button", name="Next: ")
    expect(following).to_be_visible()
    name = following.inner_text().removeprefix("Next: ").partition(",")[0]
    page.wait_for_timeout(700)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name=f"Patient {name}")).to_be_visible()
    expect(box(page, "L1")).not_to_have_value("19.5 mm")
    assert f"patient={patient_id}" not in page.url


def test_a_correction_is_undone_by_another_with_a_reason(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "UNDO-1")
    exam_id = patient.follow_up_ids[-1]
    page = open_page(f"/enter-scan?patient={patient.patient_id}&exam={exam_id}")
    box(page, "L1").fill("26")
    page.get_by_label("Reason").fill("typed 23 for 26")
    page.get_by_label("Reason").press("Enter")
    expect(receipt(page)).to_be_visible()
    page.get_by_text("Undo this correction").click()
    page.get_by_label("Why is it undone?").fill("the first value was right")
    page.get_by_role("button", name="Put the earlier values back").click()
    expect(page.get_by_text("holds the values it had before the correction")).to_be_visible()
    stored = load_record(served.db, served.actor, patient.patient_id).exam(exam_id)
    assert stored.observation("L1").observation.longest == Length.from_mm(23)
    assert stored.version == 3


def test_every_field_and_button_has_a_name(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "NAMES-1")
    paste_report(page)
    page.get_by_role("button", name="+ new lesion").click()
    box(page, "L1").fill("44")
    wait_kept(page)
    nameless = page.evaluate(
        """() => {
            const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
            const shown = [...root.querySelectorAll('input, select, textarea, button')].filter(one => one.offsetParent);
            const name = one => one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent;
            return shown.filter(one => !name(one).trim()).map(one => one.outerHTML.slice(0, 80));
        }"""
    )
    assert nameless == []
    expect(table(page).get_by_label("L1, VII, target")).to_be_visible()
