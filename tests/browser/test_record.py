"""The record page by keyboard, and the fields beyond sizes on the entry page, which are never in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settle
from tests.browser.test_shell_accessible import violations
from tests.support.builders import fill_patient
from tests.support.entering import box, date_field, receipt, wait_kept
from tracker.domain.lengths import Length
from tracker.domain.record import SiteFinding, StatedCount, VesselContact
from tracker.domain.vocabulary import Appearance, CountKind, Site, SiteStatement, Vessel, VesselRelation
from tracker.services.patients import load_record

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def _type(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")
    settle(page)


def test_the_record_is_kept_by_keyboard_and_nothing_typed_is_lost(open_page: Open, served: Served) -> None:
    patient_id = fill_patient(served.db, served.actor, "RECORD-1").patient_id
    page = open_page(f"/record?patient={patient_id}")
    expect(page.get_by_role("heading", name="Who, and the primary")).to_be_visible()
    _type(page, "Histology", "mucinous")
    _type(page, "CEA, value", "12,4")
    page.get_by_role("button", name="Save values").press("Enter")
    expect(page.get_by_text("CEA 12.4 µg/L.")).to_be_visible()
    expect(page.get_by_label("Histology", exact=True)).to_have_value("mucinous")
    page.get_by_role("button", name="fever", exact=True).press("Space")
    expect(page.get_by_role("alert").filter(has_text="Red flag: fever.")).to_contain_text("24-hour line")
    page.get_by_role("button", name="Save who and primary").press("Enter")
    expect(page.get_by_text("reason: is missing")).to_be_visible()
    _type(page, "Reason of the correction", "histology came in")
    page.get_by_role("button", name="Save who and primary").press("Enter")
    expect(page.get_by_text("histology: not recorded → mucinous.")).to_be_visible()
    record = load_record(served.db, served.actor, patient_id)
    assert record.patient.tumour.histology == "mucinous"
    assert [str(one.value.normalize()) for one in record.markers] == ["12.4"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_record_page_passes_axe(open_page: Open, served: Served, scheme: str) -> None:
    patient_id = fill_patient(served.db, served.actor, f"RECORD-AXE-{scheme}").patient_id
    page = open_page(f"/record?patient={patient_id}", color_scheme=scheme)
    page.get_by_role("button", name="fever", exact=True).press("Space")
    page.get_by_role("button", name="Save treatment").press("Enter")
    expect(page.get_by_text("name: is missing")).to_be_visible()
    assert violations(page) == []


def test_looks_and_other_sites_are_folded_until_their_key_and_are_kept(open_page: Open, served: Served) -> None:
    patient_id = fill_patient(served.db, served.actor, "LOOK-1").patient_id
    page = open_page(f"/enter-scan?patient={patient_id}")
    date_field(page).fill("2026-07-06")
    panel = page.get_by_role("group", name="Look, background and other sites")
    expect(panel).to_be_hidden()
    box(page, "L2").focus()
    page.keyboard.press("Alt+l")
    expect(page.get_by_label("L2: appearance")).to_be_focused()
    page.get_by_label("L2: appearance").select_option("cystic")
    page.get_by_label("L2: vessel").first.select_option("right hepatic vein")
    page.get_by_label("L2: how near the vessel").first.select_option("within 10 mm")
    page.get_by_label("L2: distance to the vessel, mm").first.fill("4")
    page.get_by_label("lung", exact=True).select_option("yes")
    page.get_by_label("lung, number").fill("1")
    wait_kept(page)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(box(page, "L2")).to_be_focused()
    expect(page.get_by_role("button", name="look, background, other sites")).to_contain_text("3 said")
    page.reload()
    box(page, "L1").focus()
    page.keyboard.type("21")
    page.keyboard.press("Enter")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    page.keyboard.type("p")
    page.keyboard.press("Enter")
    expect(receipt(page)).to_be_visible()
    exam = load_record(served.db, served.actor, patient_id).exams[-1]
    assert exam.performed_on == date(2026, 7, 6)
    seen = exam.observation("L2")
    assert seen is not None
    assert seen.appearance is Appearance.CYSTIC
    assert seen.vessels == (
        VesselContact(Vessel.RIGHT_HEPATIC_VEIN, VesselRelation.WITHIN_10_MM, Length.from_mm(4)),
    )  # fmt: skip
    assert exam.extrahepatic == {Site.LUNG: SiteFinding(SiteStatement.YES, StatedCount(CountKind.EXACT, 1))}
