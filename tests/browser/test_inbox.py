"""The Inbox page in a browser: a report is looked at, assigned, refused, put in, and taken to the entry page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settle
from tests.browser.test_entry_baseline import fill, type_date
from tests.exchange.messages import header, message, order, pdf, text_result
from tests.support.builders import fill_patient
from tracker.services import inbox, patients
from tracker.services.bringing import bring_file

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
_NUMBERS = count(1)


@pytest.fixture
def empty(served: Served) -> Iterator[None]:
    """Nothing waits before the test, and nothing afterwards."""
    clear(served)
    yield
    clear(served)


def clear(served: Served) -> None:
    for item in inbox.list_items(served.db, served.actor):
        inbox.refuse_item(served.db, served.actor, item.id, "cleared")


def sent(identifier: str, issuer: str = "local", **given: str) -> bytes:
    """A report of its own message number and accession number."""
    number = next(_NUMBERS)
    pid = f"PID|1||{identifier}^^^{issuer}^MR"
    text = text_result(("CT ABDOMEN", f"FINDINGS: report {number}.", "Segment VII metastasis 20 mm, previously 23 mm."))
    return message(header(f"B{number}"), pid, order(f"BACC{number}", **{"performed": "20260907", **given}), text)


def bring(served: Served, data: bytes) -> int:
    report = bring_file(served.db, served.actor, data, "reports.hl7")
    assert report.reports is not None
    return report.reports.new[0]


@pytest.mark.usefixtures("empty")
def test_an_empty_inbox_says_where_reports_come_from(open_page: Open) -> None:
    page = open_page("/inbox")
    expect(page.get_by_text("No report waits.")).to_be_visible()
    expect(page.get_by_text("Reports (HL7, text, PDF with a text layer) or tables")).to_be_visible()
    expect(page.get_by_role("link", name="Inbox", exact=True)).to_be_visible()


@pytest.mark.usefixtures("empty")
def test_a_report_goes_to_the_entry_page_and_no_name_into_the_address(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "INBOX-1")
    item = bring(served, sent("INBOX-1"))
    page = open_page("/inbox")
    expect(page.get_by_role("link", name="Inbox (1)")).to_be_visible()
    expect(page.get_by_role("region", name="Text of the report")).to_contain_text("previously 23 mm")
    page.get_by_role("button", name="Enter this scan").click()
    page.wait_for_url(re.compile("/enter-scan"))
    settle(page)
    assert page.url.endswith(f"/enter-scan?patient={patient.patient_id}&inbox={item}")
    expect(page.get_by_text("INBOX-1").first).to_be_visible()


@pytest.mark.usefixtures("empty")
def test_arrows_walk_the_list_and_enter_shows_the_report(open_page: Open, served: Served) -> None:
    fill_patient(served.db, served.actor, "INBOX-2")
    bring(served, sent("INBOX-2"))
    second = bring(served, sent("INBOX-2", performed="20260908"))
    page = open_page("/inbox")
    rows = page.get_by_role("button", name=re.compile("Show the report of"))
    expect(rows).to_have_count(2)
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="The chosen report")).to_contain_text("CT of 8 Sep 2026")
    assert page.url.endswith(f"?inbox={second}")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("e")
    page.wait_for_url(re.compile(f"inbox={second}"))


@pytest.mark.usefixtures("empty")
def test_an_unmatched_report_is_assigned_by_identifier_with_a_reason(open_page: Open, served: Served) -> None:
    fill_patient(served.db, served.actor, "INBOX-3")
    item = bring(served, sent("9999", "ELSEWHERE"))
    page = open_page("/inbox")
    expect(page.get_by_text("Not matched", exact=True)).to_be_visible()
    expect(page.get_by_text("9999 of ELSEWHERE").first).to_be_visible()
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("Choose the patient first. Nothing was changed.")).to_be_visible()
    page.get_by_role("combobox", name=re.compile("Patient")).fill("INBOX-3")
    page.keyboard.press("Enter")
    page.get_by_label("How do you know?").fill("letter of referral")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("The report was assigned.")).to_be_visible()
    expect(page.get_by_role("button", name="Enter this scan")).to_be_visible()
    found = inbox.load_item(served.db, served.actor, item)
    assert (found.patient and found.patient.identifier, found.reason) == ("INBOX-3", "letter of referral")


@pytest.mark.usefixtures("empty")
def test_a_report_is_refused_with_a_reason_and_waits_again(open_page: Open, served: Served) -> None:
    item = bring(served, sent("8888", "ELSEWHERE"))
    page = open_page("/inbox")
    page.get_by_text("Refuse", exact=True).first.click()
    page.get_by_role("button", name="Refuse", exact=True).last.click()
    expect(page.get_by_text("reason: is missing")).to_be_visible()
    page.get_by_label("Why is it not entered?").fill("no liver on it")
    page.get_by_role("button", name="Refuse", exact=True).last.click()
    expect(page.get_by_text("The report was refused.")).to_be_visible()
    assert inbox.load_item(served.db, served.actor, item).state == inbox.REFUSED
    page.get_by_text("Entered, refused or replaced").click()
    expect(page.get_by_text("no liver on it")).to_be_visible()
    page.get_by_role("button", name="Let the report of 8888 of ELSEWHERE wait again").click()
    expect(page.get_by_text("The report waits again.")).to_be_visible()


@pytest.mark.usefixtures("empty")
def test_files_are_put_in_on_the_page_and_wrong_ones_are_named(open_page: Open, served: Served, tmp_path: Path) -> None:
    fill_patient(served.db, served.actor, "INBOX-4")
    good, scan = tmp_path / "good.hl7", tmp_path / "scan.pdf"
    good.write_bytes(sent("INBOX-4"))
    scan.write_bytes(pdf(()))
    page = open_page("/inbox")
    page.locator("input[type=file]").set_input_files([good, scan])
    expect(page.get_by_text("scan.pdf").first).to_be_visible()
    page.get_by_role("button", name="Bring in").click()
    expect(page.get_by_text("good.hl7: staged 1.")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("scan.pdf: the PDF has no text, only pictures")
    expect(page.get_by_role("link", name="Inbox (1)")).to_be_visible()
    assert "20 mm" not in served.log.read_text(encoding="utf-8"), "no report text in a log"


@pytest.mark.usefixtures("empty")
def test_replaced_reports_are_seen_folded(open_page: Open, served: Served) -> None:
    number = next(_NUMBERS)
    for status, words in (("P", "first"), ("F", "second")):
        data = message(
            header(f"R{number}{status}"), "PID|1||7777^^^ELSEWHERE^MR", order(f"RACC{number}", status=status),
            text_result((f"CT ABDOMEN {words} words.",)),
        )  # fmt: skip
        bring(served, data)
    page = open_page("/inbox")
    expect(page.get_by_role("region", name="Text of the report")).to_contain_text("second words")
    page.get_by_text("Entered, refused or replaced").click()
    expect(page.get_by_text("replaced by a later report").first).to_be_visible()


@pytest.mark.usefixtures("empty")
def test_a_report_without_its_patient_leads_to_the_registration_and_finds_the_patient_there(
    open_page: Open, served: Served
) -> None:
    item = bring(served, sent("INBOX-NEW-1", issuer="HOSP"))
    page = open_page("/inbox")
    page.get_by_role("button", name="New patient").click()
    page.wait_for_url(re.compile("/new-patient"))
    expect(page.get_by_label("Identifier")).to_have_value("INBOX-NEW-1")
    expect(page.get_by_text("For the report of the inbox")).to_be_visible()
    page.get_by_text("Register only, the baseline comes later").click()
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_text("INBOX-NEW-1 is in the record")).to_be_visible()
    found = inbox.load_item(served.db, served.actor, item)
    assert found.patient is not None
    assert (found.patient.identifier, found.patient.authority) == ("INBOX-NEW-1", "HOSP")


@pytest.mark.usefixtures("empty")
def test_the_baseline_of_a_new_patient_is_entered_from_the_report_that_waits(open_page: Open, served: Served) -> None:
    item = bring(served, sent("INBOX-NEW-2", performed="20260302"))
    page = open_page("/inbox")
    page.get_by_role("button", name="New patient").click()
    page.wait_for_url(re.compile("/new-patient"))
    settle(page)
    expect(page.get_by_text("The report is of this baseline scan")).to_be_visible()
    fill(page, "Name of the course", "FOLFOX")
    type_date(page, "Start", "2026-03-10")
    fill(page, "L1 segment", "VII")
    fill(page, "L1 size", "20 mm")
    page.get_by_role("button", name="Save patient and baseline").click()
    expect(page.get_by_text("INBOX-NEW-2 is in the record")).to_be_visible()
    taken = inbox.load_item(served.db, served.actor, item)
    assert (taken.state, taken.patient and taken.patient.identifier) == (inbox.TAKEN, "INBOX-NEW-2")
    assert taken.patient is not None
    record = patients.load_record(served.db, served.actor, taken.patient.id)
    (exam,) = record.exams
    assert (exam.id, exam.performed_on.isoformat(), exam.accession) == (taken.exam_id, "2026-03-02", taken.accession)
    assert exam.report_text == taken.report_text
