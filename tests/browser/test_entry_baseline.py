"""A new patient with course and baseline; then the published four-date case, entered from nothing to its responses.

Case: longest diameters in cm on CT of 2008-04-03, 2008-06-06, 2008-08-06 and 2008-10-09, published with the categories
SD, PD, PD for the liver targets alone and SD, SD, SD for all three.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settle
from tests.support.builders import fill_patient
from tests.support.entering import box, date_field, receipt
from tracker.domain.derivation import assess_record
from tracker.domain.lengths import Length
from tracker.domain.vocabulary import LesionRole
from tracker.services.patients import find_patient, load_record

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

DATES = ("2008-04-03", "2008-06-06", "2008-08-06", "2008-10-09")
LIVER_A = ("2.9167", "1.7596", "3.4174", "3.2063")
LIVER_B = ("4.3382", "3.3843", "2.9090", "3.4795")
PANCREAS = ("5.5811", "7.6673", "7.3701", "7.2457")


def type_date(page: Page, label: str, iso: str) -> None:
    page.get_by_role("spinbutton", name=f"year, {label}").click()
    page.keyboard.type(iso.replace("-", ""))
    page.keyboard.press("Tab")


def fill(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")
    settle(page)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def enter_baseline(page: Page, identifier: str, *, pancreas: bool) -> None:
    """Register the patient of the published case with the first scan as baseline."""
    fill(page, "Identifier", identifier)
    fill(page, "Name of the course", "published case")
    type_date(page, "Start", "2008-04-10")
    type_date(page, "Performed", DATES[0])
    fill(page, "L1 segment", "VII")
    fill(page, "L1 size", f"{LIVER_A[0]} cm")
    fill(page, "L2 segment", "II")
    fill(page, "L2 size", f"{LIVER_B[0]} cm")
    if pancreas:
        page.get_by_label("L3 organ", exact=True).click()
        page.get_by_role("option", name="pancreas", exact=True).click()
        settle(page)
        fill(page, "L3 size", f"{PANCREAS[0]} cm")
    page.get_by_role("button", name="Save patient and baseline").click()
    settle(page)
    expect(page.get_by_role("status").filter(has_text="Saved")).to_contain_text(identifier)


@pytest.mark.parametrize(
    ("pancreas", "published"),
    [(False, ["SD", "PD", "PD"]), (True, ["SD", "SD", "SD"])],
    ids=["liver alone", "all three"],
)
def test_the_published_case_is_entered_by_keyboard_and_gives_the_published_responses(
    open_page: Open, served: Served, pancreas: bool, published: list[str]
) -> None:
    identifier = "PUBLISHED-3" if pancreas else "PUBLISHED-2"
    page = open_page("/new-patient")
    enter_baseline(page, identifier, pancreas=pancreas)
    patient_id = find_patient(served.db, served.actor, identifier)
    page.get_by_role("button", name="Enter a scan").click()
    settle(page)
    for scan in (1, 2, 3):
        expect(date_field(page)).to_be_focused()
        date_field(page).fill(DATES[scan])
        page.keyboard.press("Enter")
        expect(box(page, "L1")).to_be_focused()
        for sizes in (LIVER_A, LIVER_B, PANCREAS)[: 3 if pancreas else 2]:
            page.keyboard.type(f"{sizes[scan]} cm")
            page.keyboard.press("Enter")
        if receipt(page).is_hidden() and page.get_by_role("status").filter(has_text="Not saved yet").is_visible():
            # A size far from the prior is asked once; it is as published.
            page.keyboard.press("k")
            page.keyboard.press("1")
            page.get_by_role("button", name="Save scan").click()
        expect(receipt(page)).to_contain_text(published[scan - 1])
        page.get_by_role("button", name="Enter another scan").click()
        settle(page)
    page.goto(f"{served.url}/patient?patient={patient_id}")
    settle(page)
    responses = page.get_by_role("row").filter(
        has=page.get_by_role("rowheader", name="Response RECIST 1.1", exact=True)
    )
    badges = responses.get_by_role("cell").get_by_role("button")
    expect(badges).to_have_count(4)
    read = [badges.nth(number).inner_text().split()[-1] for number in range(4)]
    assert read == ["baseline", *published]
    (course,) = assess_record(load_record(served.db, served.actor, patient_id))
    assert [str(point.overall_response) for point in course.assessment.time_points[1:]] == published


def test_targets_are_proposed_with_the_reason_and_the_choice_is_stored(open_page: Open, served: Served) -> None:
    page = open_page("/new-patient")
    fill(page, "Identifier", "CHOICE-1")
    fill(page, "Name of the course", "FOLFIRI")
    type_date(page, "Start", "2026-01-12")
    type_date(page, "Performed", "2026-01-05")
    for label, segment, size in (("L1", "VII", "32"), ("L2", "IVa", "27"), ("L3", "II", "21"), ("L4", "V", "9")):
        fill(page, f"{label} segment", segment)
        fill(page, f"{label} size", size)
    expect(page.get_by_role("main")).to_contain_text("measurable; two targets are counted in one organ (liver)")
    expect(page.get_by_role("main")).to_contain_text("longest diameter 9 mm is under 10 mm: not measurable")
    choose(page, "L3 role", "target")
    expect(page.get_by_role("alert")).to_contain_text("RECIST 1.1 counts two at most")
    page.get_by_role("button", name="Save patient and baseline").click()
    settle(page)
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    record = load_record(served.db, served.actor, find_patient(served.db, served.actor, "CHOICE-1"))
    roles = record.current_course.plan.roles
    assert {label for label, role in roles.items() if role is LesionRole.TARGET} == {"L1", "L2", "L3"}
    assert roles["L4"] is LesionRole.NON_TARGET
    assert record.exams[0].observation("L1").observation.longest == Length.from_mm(32)
    assert record.treatments[0].name == "FOLFIRI"


def test_everything_wrong_is_named_at_once_and_nothing_is_stored(open_page: Open, served: Served) -> None:
    page = open_page("/new-patient")
    fill(page, "Identifier", "WRONG-1")
    fill(page, "L1 segment", "IX")
    fill(page, "L1 size", "32")
    fill(page, "L2 size", "4.2")
    page.get_by_role("button", name="Save patient and baseline").click()
    settle(page)
    alert = page.get_by_role("alert")
    for sentence in (
        "Nothing was stored",
        "name of the course: is missing",
        "start: is missing",
        "performed: is missing",
        "no liver segment",
        "4.2 mm or 4.2 cm?",
    ):
        expect(alert).to_contain_text(sentence)
    assert find_patient(served.db, served.actor, "WRONG-1") is None
    expect(page.get_by_label("L1 size", exact=True)).to_have_value("32")


def test_a_known_patient_starts_a_new_course_on_a_stored_scan(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "COURSE-2")
    page = open_page(f"/new-patient?patient={patient.patient_id}")
    page.get_by_role("button", name="New course for a known patient").or_(
        page.get_by_role("radio", name="New course for a known patient")
    ).first.click()
    settle(page)
    expect(page.get_by_role("region", name="Patient COURSE-2")).to_be_visible()
    fill(page, "Name of the course", "FOLFOX")
    type_date(page, "Start", "2026-05-11")
    page.get_by_role("button", name="Start the course").click()
    settle(page)
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    record = load_record(served.db, served.actor, patient.patient_id)
    assert [course.name for course in record.courses] == ["FOLFIRI", "FOLFOX"]
    assert record.courses[1].plan.time_points[0].exam_ids == (patient.follow_up_ids[-1],)
    assert record.courses[1].plan.roles["L1"] is LesionRole.TARGET
