"""A report pasted on the entry page: it stands beside the table, and every value of it is taken or refused by a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served, settle
from tests.browser.test_entry_outage import Mortal, mortal  # noqa: F401
from tests.browser.test_shell_accessible import violations
from tests.support.builders import fill_patient
from tests.support.entering import (
    REPORT,
    Keys,
    box,
    date_field,
    echo,
    header_line,
    pane,
    paste,
    paste_report,
    preview,
    receipt,
    suggestion,
    table,
    wait_kept,
)
from tracker.domain.drafts import ReportDraft
from tracker.domain.lengths import Length
from tracker.domain.vocabulary import Modality, Provenance, ReportStatus, State
from tracker.services import inbox
from tracker.services.drafts import load_draft
from tracker.services.patients import load_record

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

_NEW = (
    "CT 6 July 2026.\nFINDINGS:\nLiver: Segment VII lesion 21 mm, was 23 mm. Segment IVa/IVb lesion 12 mm, was 13 mm. "
    "Segment II lesion 11 mm. New lesion in segment VI of 9 mm.\n"
)
_APART = (
    "CT 6 July 2026.\nFINDINGS:\nLiver: Segment VII lesion 21 mm, was 23 mm. Segment IVa/IVb lesion 12 mm, was 13 mm. "
    "The segment II metastasis measures 9 mm.\nIMPRESSION: The segment II metastasis is no longer seen.\n"
)


def _enter(open_page: Open, served: Served, identifier: str, **how: object) -> tuple[Page, int]:
    patient = fill_patient(served.db, served.actor, identifier)
    page = open_page(f"/enter-scan?patient={patient.patient_id}", **how)
    expect(date_field(page)).to_be_focused()
    return page, patient.patient_id


def test_a_pasted_report_is_marked_beside_the_table_and_taken_key_by_key(open_page: Open, served: Served) -> None:
    page, patient_id = _enter(open_page, served, "REPORT-1")
    keys = Keys(page)
    paste_report(page)
    keys.pressed += 1
    marks = pane(page).locator(".text .mark")
    assert marks.filter(has_text="2.1 cm").get_attribute("class") == "mark current"
    assert "prior" in (marks.filter(has_text="23 mm").get_attribute("class") or "")
    assert "plain" in (marks.filter(has_text="8 mm").last.get_attribute("class") or "")
    assert "said" in (marks.filter(has_text="Two lesions").get_attribute("class") or "")
    expect(box(page, "L1")).to_have_value("")
    expect(box(page, "L1")).to_have_attribute("placeholder", "21")
    expect(suggestion(page, "L1")).to_contain_text("The metastasis in segment VII measures 2.1 cm, previously 23 mm.")
    expect(suggestion(page, "L1")).to_contain_text("Segment VII and the prior of 23 mm quoted.")
    expect(echo(page, "L1")).to_contain_text("suggested 21 mm → −9 %")
    expect(header_line(page)).to_contain_text("Performed 6 Jul 2026")
    keys.press("Enter")
    expect(date_field(page)).to_have_value("2026-07-06")
    expect(box(page, "L1")).to_be_focused()
    expect(pane(page).locator(".text .looked")).to_contain_text("2.1 cm")
    keys.press("Enter", "Enter", "Enter")
    expect(box(page, "L3")).to_have_value("a")
    expect(page.get_by_role("button", name="Save scan")).to_be_focused()
    expect(preview(page)).to_contain_text("21 + 12 = 33 mm")
    keys.press("Enter")
    expect(receipt(page)).to_be_visible()
    assert keys.pressed <= 12
    stored = load_record(served.db, served.actor, patient_id).exams[-1]
    assert stored.performed_on == date(2026, 7, 6)
    assert stored.report_text == REPORT
    first = stored.observation("L1")
    assert first.observation.longest == Length.from_mm(21)
    assert first.provenance is Provenance.REPORT
    assert REPORT[first.source_start : first.source_end] == "2.1 cm"
    assert first.source_text == "The metastasis in segment VII measures 2.1 cm, previously 23 mm."
    assert stored.observation("L3").observation.state is State.ABSENT


def test_nothing_of_a_report_enters_before_it_is_taken(open_page: Open, served: Served) -> None:
    page, patient_id = _enter(open_page, served, "REPORT-2")
    paste_report(page)
    page.get_by_role("button", name="Save scan").click()
    expect(page.get_by_role("status").filter(has_text="Not saved")).to_be_visible()
    date_field(page).fill("2026-07-06")
    page.get_by_role("button", name="Save scan").click()
    expect(box(page, "L1")).to_be_focused()
    expect(box(page, "L1")).to_have_value("")
    assert len(load_record(served.db, served.actor, patient_id).exams) == 3


def test_a_refused_suggestion_is_struck_and_what_is_typed_instead_counts_as_typed(
    open_page: Open, served: Served
) -> None:
    page, patient_id = _enter(open_page, served, "REPORT-3")
    paste_report(page)
    page.keyboard.press("Enter")
    expect(box(page, "L1")).to_be_focused()
    page.keyboard.press("n")
    expect(box(page, "L1")).to_have_value("")
    expect(box(page, "L1")).to_have_attribute("placeholder", "")
    expect(suggestion(page, "L1").locator(".refused")).to_be_visible()
    assert suggestion(page, "L1").locator("q").evaluate("e => getComputedStyle(e).textDecorationLine") == "line-through"
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    page.keyboard.press("y")
    expect(box(page, "L2")).to_have_value("12 x 9")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Save scan")).to_be_focused()
    page.keyboard.press("Enter")
    expect(receipt(page)).to_be_visible()
    stored = load_record(served.db, served.actor, patient_id).exams[-1]
    assert stored.observation("L1").provenance is Provenance.TYPED
    assert stored.observation("L1").observation.longest == Length.from_mm(20)
    assert stored.observation("L2").provenance is Provenance.REPORT


def test_nm_typed_at_once_over_a_suggestion_is_the_word(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "REPORT-4")
    paste_report(page)
    page.keyboard.press("Enter")
    expect(box(page, "L1")).to_be_focused()
    page.keyboard.type("nm")
    expect(box(page, "L1")).to_have_value("nm")
    expect(echo(page, "L1")).to_contain_text("not mentioned")


def test_a_value_that_was_taken_and_then_changed_is_typed(open_page: Open, served: Served) -> None:
    page, patient_id = _enter(open_page, served, "REPORT-5")
    paste_report(page)
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Enter")
    box(page, "L1").fill("22")
    expect(suggestion(page, "L1")).to_contain_text("the report says something else")
    box(page, "L1").fill("2.1 cm")
    expect(suggestion(page, "L1")).to_contain_text("typed, agrees with the report")
    page.get_by_role("button", name="Save scan").click()
    expect(receipt(page)).to_be_visible()
    assert load_record(served.db, served.actor, patient_id).exams[-1].observation("L1").provenance is Provenance.TYPED


def test_an_unsure_suggestion_looks_different_and_enter_asks_for_y(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "REPORT-6")
    paste_report(page, _APART)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(box(page, "L3")).to_be_focused()
    expect(box(page, "L3")).to_have_attribute("placeholder", "9 or a ?")
    page.keyboard.press("Enter")
    expect(box(page, "L3")).to_be_focused()
    expect(box(page, "L3")).to_have_value("")
    expect(suggestion(page, "L3")).to_contain_text("Which is L3? y takes the first, x the second, n refuses both.")


def test_two_readings_of_one_lesion_are_both_shown_and_one_is_chosen_by_key(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "REPORT-7")
    paste_report(page, _APART)
    expect(suggestion(page, "L3")).to_contain_text("The segment II metastasis measures 9 mm.")
    expect(suggestion(page, "L3")).to_contain_text("The segment II metastasis is no longer seen.")
    expect(pane(page)).to_contain_text("L3 is no longer seen in one place and 9 mm in another")
    box(page, "L3").focus()
    assert pane(page).locator(".text .looked").all_text_contents()[0].startswith("9 mm")
    page.keyboard.press("x")
    expect(box(page, "L3")).to_have_value("a")


def test_a_new_lesion_of_the_report_is_a_row_in_grey_until_it_is_taken(open_page: Open, served: Served) -> None:
    page, patient_id = _enter(open_page, served, "REPORT-8")
    paste_report(page, _NEW)
    ghost = table(page).get_by_role("group", name="New lesion in the report: liver VI · 9 · equivocal or unequivocal?")
    expect(ghost).to_be_visible()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Enter")
    expect(ghost).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="equivocal or unequivocal? e or u answers")).to_be_visible()
    page.keyboard.press("u")
    expect(ghost).to_be_hidden()
    row = table(page).get_by_role("group", name="New lesion L4")
    expect(row).to_contain_text("new, unequivocal, 9 mm")
    expect(row).to_contain_text("New lesion in segment VI of 9 mm.")
    expect(page.get_by_role("button", name="Save scan")).to_be_focused()
    page.keyboard.press("Enter")
    expect(receipt(page)).to_be_visible()
    record = load_record(served.db, served.actor, patient_id)
    assert record.lesion("L4").place == "VI"
    seen = record.exams[-1].observation("L4")
    assert seen.observation.state is State.UNEQUIVOCAL
    assert seen.provenance is Provenance.REPORT


def test_a_new_lesion_that_nobody_answered_stops_the_first_save(open_page: Open, served: Served) -> None:
    page, patient_id = _enter(open_page, served, "REPORT-9")
    paste_report(page, _NEW)
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Save scan").click()
    expect(page.get_by_role("status").filter(has_text="the report speaks of a new lesion")).to_be_visible()
    assert len(load_record(served.db, served.actor, patient_id).exams) == 3
    page.keyboard.press("n")
    expect(table(page).locator(".ghost.refused")).to_be_visible()


def test_an_uptake_is_seen_before_it_is_taken_with_its_size(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "REPORT-PET")
    said = (
        "PET/CT of 6 July 2026.\nFINDINGS:\nLiver: Segment VII metastasis 21 mm with SUVmax of 6.4, previously 23 mm.\n"
    )
    paste_report(page, said)
    uptake = table(page).get_by_label("L1, SUVmax")
    expect(uptake).to_be_hidden()
    page.keyboard.press("Enter")
    expect(box(page, "L1")).to_be_focused()
    expect(uptake).to_have_attribute("placeholder", "6.4")
    expect(echo(page, "L1")).to_contain_text("SUVmax 6.4")
    page.keyboard.press("Enter")
    expect(uptake).to_have_value("6.4")


def test_a_field_that_was_typed_is_not_overwritten_by_the_report(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "REPORT-10")
    date_field(page).fill("2026-07-07")
    box(page, "L1").focus()
    paste_report(page)
    expect(header_line(page).get_by_role("button", name="Performed")).to_contain_text("differs from what is typed")
    header_line(page).get_by_role("button", name="take these").click()
    expect(date_field(page)).to_have_value("2026-07-07")
    header_line(page).get_by_role("button", name="Performed").click()
    expect(date_field(page)).to_have_value("2026-07-06")


def test_another_birth_year_in_the_report_is_said_as_soon_as_it_is_pasted(open_page: Open, served: Served) -> None:
    from tests.support.builders import course_draft, patient_draft
    from tracker.services import courses, patients

    patient_id = patients.register_patient(
        served.db, served.actor, patient_draft("REPORT-11", birth_year=1958)
    ).patient_id
    courses.start_course(served.db, served.actor, patient_id, course_draft())
    page = open_page(f"/enter-scan?patient={patient_id}")
    expect(date_field(page)).to_be_focused()
    paste_report(page, "Patient born 3 March 1944.\n" + REPORT)
    expect(page.get_by_role("group", name="The report: Another patient")).to_contain_text("1944")
    expect(page.get_by_role("button", name="Save scan")).to_be_enabled()


def test_a_report_is_markup_nowhere(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "REPORT-12")
    evil = REPORT.replace("Partial", "<img src=x onerror=alert(1)><b>Partial</b> 😀")
    paste_report(page, evil)
    assert pane(page).locator(".text img, .text b").count() == 0
    expect(pane(page)).to_contain_text("<b>Partial</b> 😀")


def test_spans_are_right_behind_a_letter_outside_the_basic_plane(open_page: Open, served: Served) -> None:
    page, patient_id = _enter(open_page, served, "REPORT-13")
    text = "😀😀 " + REPORT
    paste_report(page, text)
    expect(pane(page).locator(".text .mark.current").first).to_contain_text("2.1 cm")
    for _ in range(4):
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(receipt(page)).to_be_visible()
    seen = load_record(served.db, served.actor, patient_id).exams[-1].observation("L1")
    assert text[seen.source_start : seen.source_end] == "2.1 cm"


def test_what_is_typed_or_dropped_into_the_pane_is_a_report_too(open_page: Open, served: Served) -> None:
    page, _ = _enter(open_page, served, "REPORT-14")
    field = page.get_by_role("textbox", name="Report text: paste it here")
    field.fill(REPORT)
    field.blur()
    expect(box(page, "L1")).to_have_attribute("placeholder", "21")
    pane(page).get_by_role("button", name="Remove").click()
    pane(page).get_by_role("button", name="Remove the text?").click()
    expect(field).to_be_visible()
    expect(box(page, "L1")).to_have_attribute("placeholder", "")


def test_a_pasted_report_survives_a_server_that_is_started_anew(mortal: Mortal, chromium: Browser) -> None:  # noqa: F811
    patient = fill_patient(mortal.db, mortal.actor, "REPORT-OUTAGE")
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(60_000)
    try:
        page = context.new_page()
        page.goto(f"{mortal.url}/enter-scan?patient={patient.patient_id}")
        settle(page)
        expect(date_field(page)).to_be_focused()
        mortal.stop()
        paste(page, REPORT)
        expect(pane(page)).to_contain_text("reading")
        box(page, "L2").fill("11")
        mortal.start()
        expect(page.get_by_text("Draft kept on the server")).to_be_visible(timeout=60_000)
        expect(box(page, "L1")).to_have_attribute("placeholder", "21")
        expect(box(page, "L2")).to_have_value("11")
        mortal.stop()
        mortal.start()
        page.reload()
        settle(page)
        expect(box(page, "L2")).to_have_value("11")
        expect(box(page, "L1")).to_have_attribute("placeholder", "21")
        expect(pane(page)).to_contain_text("Partial response of the liver metastases.")
        assert "Partial response" not in (mortal.folder / "server.log").read_text(encoding="utf-8")
    finally:
        context.close()


def test_a_report_of_the_inbox_is_opened_beside_the_table_and_taken_with_the_scan(
    open_page: Open, served: Served
) -> None:
    patient_id = fill_patient(served.db, served.actor, "REPORT-INBOX").patient_id
    draft = ReportDraft(
        "monday.hl7, message 3", "hl7", REPORT, sender="RIS", control_id="M-77", identifier="REPORT-INBOX",
        accession_authority="RIS", accession="A-77", modality=Modality.CT, performed_on=date(2026, 7, 6),
        status=ReportStatus.PRELIMINARY,
    )  # fmt: skip
    source = inbox.Source.of(b"monday", "monday.hl7", "hl7")
    (number,) = inbox.stage(served.db, served.actor, [draft], source).new
    if inbox.load_item(served.db, served.actor, number).patient is None:
        inbox.assign_patient(served.db, served.actor, number, patient_id, reason="looked up by identifier")
    page = open_page(f"/enter-scan?patient={patient_id}&inbox={number}")
    expect(page.get_by_text("From the inbox: monday.hl7, message 3")).to_be_visible()
    expect(date_field(page)).to_have_value("2026-07-06")
    expect(box(page, "L1")).to_have_value("")
    expect(box(page, "L1")).to_have_attribute("placeholder", "21")
    expect(pane(page).get_by_role("status")).to_contain_text("from the inbox")
    # What the report says of the scan itself comes first, as after pasting; nothing is passed over unseen.
    expect(page.get_by_role("button", name=re.compile("take (these|it)"))).to_be_focused()
    for label in ("L1", "L2", "L3"):
        box(page, label).focus()
        page.keyboard.press("y")
    page.keyboard.press("Enter")
    expect(receipt(page)).to_be_visible()
    stored = load_record(served.db, served.actor, patient_id).exams[-1]
    assert (stored.accession, stored.authority, stored.status) == ("A-77", "RIS", ReportStatus.PRELIMINARY)
    taken = inbox.load_item(served.db, served.actor, number)
    assert (taken.state, taken.exam_id) == (inbox.TAKEN, stored.id)
    other = fill_patient(served.db, served.actor, "REPORT-NOT-HIS").patient_id
    page.goto(f"{served.url}/enter-scan?patient={other}&inbox={number}")
    expect(page.get_by_text("This report of the inbox is assigned to another patient")).to_be_visible()
    expect(page.get_by_role("textbox", name="Report text: paste it here")).to_be_visible()


def test_a_long_report_reaches_the_draft_also_when_the_page_is_left_at_once(open_page: Open, served: Served) -> None:
    """60 kB and more: past what a browser sends with a page that goes away."""
    page, patient_id = _enter(open_page, served, "REPORT-15")
    long = REPORT + "\n".join(f"Remark {number}: the liver is otherwise unremarkable." for number in range(1500))
    assert len(long) > 65_000
    paste(page, long)
    expect(pane(page).get_by_role("status")).to_contain_text("Only the first 60,000 characters were read.")
    wait_kept(page)
    box(page, "L1").press_sequentially("20")
    page.get_by_role("link", name="Worklist").click()
    expect(box(page, "L1")).to_be_hidden()
    page.wait_for_timeout(1000)
    kept = load_draft(served.db, served.actor, patient_id)
    assert kept is not None
    assert kept.content["rows"]["L1"]["text"] == "20"
    assert kept.content["report"]["text"] == long


def test_the_report_of_one_patient_never_stands_beside_another(open_page: Open, served: Served) -> None:
    page, first = _enter(open_page, served, "REPORT-16")
    other = fill_patient(served.db, served.actor, "REPORT-17").patient_id
    paste(page, REPORT)
    page.get_by_role("link", name="wrong patient?").click()
    settle(page)
    page.goto(f"{served.url}/enter-scan?patient={other}")
    expect(page.get_by_role("region", name="Patient REPORT-17")).to_be_visible()
    expect(box(page, "L1")).to_have_value("")
    expect(page.get_by_role("textbox", name="Report text: paste it here")).to_be_visible()
    expect(page.get_by_text("Partial response of the liver")).to_have_count(0)
    assert load_draft(served.db, served.actor, other) is None
    assert "segment" not in page.url
    page.goto(f"{served.url}/enter-scan?patient={first}")
    expect(box(page, "L1")).to_have_attribute("placeholder", "21")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 800)])
def test_the_page_with_a_report_passes_axe_and_does_not_scroll_sideways(
    open_page: Open, served: Served, scheme: str, size: tuple[int, int]
) -> None:
    width, height = size
    how = {"color_scheme": scheme, "viewport": {"width": width, "height": height}}
    page, _ = _enter(open_page, served, f"REPORT-AXE-{scheme}-{width}", **how)
    paste_report(page, _NEW + _APART.split("FINDINGS:", 1)[1])
    page.keyboard.press("Enter")
    expect(box(page, "L1")).to_be_focused()
    page.keyboard.press("n")
    wait_kept(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert table(page).evaluate("table => table.scrollWidth <= table.clientWidth + 1")
    beside = pane(page).bounding_box(), table(page).bounding_box()
    assert beside[0]["x"] > beside[1]["x"] + beside[1]["width"] - 1


def test_an_enter_that_is_held_down_takes_one_suggestion_and_never_saves(open_page: Open, served: Served) -> None:
    page, patient_id = _enter(open_page, served, "REPORT-HELD")
    paste_report(page)
    page.keyboard.press("Enter")
    expect(box(page, "L1")).to_be_focused()
    for _ in range(8):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(box(page, "L1")).to_have_value("21")
    expect(box(page, "L2")).to_be_focused()
    expect(box(page, "L2")).to_have_value("")
    page.keyboard.press("Enter")
    expect(box(page, "L2")).to_have_value("12 x 9")
    assert len(load_record(served.db, served.actor, patient_id).exams) == 3


def test_a_value_that_fits_no_row_is_suggested_where_v_is_pressed_and_taken_by_y_alone(
    open_page: Open, served: Served
) -> None:
    page, patient_id = _enter(open_page, served, "REPORT-LOOSE")
    text = (
        "CT 6 July 2026.\nFINDINGS:\nLiver: Segment VII lesion 21 mm, was 23 mm. "
        "Segment VIII lesion 44 mm, previously 51 mm.\n"
    )
    paste_report(page, text)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(box(page, "L2")).to_be_focused()
    page.keyboard.press("v")
    expect(box(page, "L2")).to_have_value("")
    expect(box(page, "L2")).to_have_attribute("placeholder", "44 ?")
    expect(suggestion(page, "L2")).to_contain_text("Put here by hand")
    page.keyboard.press("Enter")
    expect(box(page, "L2")).to_have_value("")
    page.keyboard.press("y")
    expect(box(page, "L2")).to_have_value("44")
    expect(page.locator(".ghost.open")).to_have_count(0)
    wait_kept(page)
    page.reload()
    expect(box(page, "L2")).to_have_value("44")
    expect(suggestion(page, "L2")).to_contain_text("taken from the report")
    box(page, "L3").fill("p")
    box(page, "L3").press("Enter")
    expect(page.get_by_role("status").filter(has_text="a question is open at L2")).to_be_visible()
    page.get_by_role("button", name="Save scan").click()
    expect(receipt(page)).to_be_visible()
    second = load_record(served.db, served.actor, patient_id).exams[-1].observation("L2")
    assert second.provenance is Provenance.REPORT
    assert text[second.source_start : second.source_end] == "44 mm"
