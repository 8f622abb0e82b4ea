"""Worklist, patient and cohort in a real browser: found by keyboard, read by pressing, never two patients on one screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settle
from tests.support.builders import fill_patient
from tracker.services import meetings
from tracker.services.patients import load_record

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def two_patients(served: Served) -> tuple[int, int]:
    """Two patients next to each other in the order of identifiers."""
    first = fill_patient(served.db, served.actor, "BOARD-001")
    second = fill_patient(served.db, served.actor, "BOARD-002", follow_ups=1)
    return first.patient_id, second.patient_id


def test_a_patient_is_found_and_opened_by_keyboard(open_page: Open, two_patients: tuple[int, int]) -> None:
    page = open_page("/")
    expect(page.locator(".hp-work")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("board-002")
    expect(page.locator("[data-find]:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".hp-who strong")).to_have_text("BOARD-002")
    assert page.url.endswith(f"/patient?patient={two_patients[1]}")


def test_arrow_keys_walk_the_rows(open_page: Open, two_patients: tuple[int, int]) -> None:
    page = open_page("/")
    expect(page.locator(".hp-work")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("board-00")
    page.keyboard.press("ArrowDown")
    # the one that is later stands first
    expect(page.locator("[aria-label='Open BOARD-002']")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-label='Open BOARD-001']")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[aria-label='Take BOARD-001']")).to_be_focused()


def test_a_badge_shows_the_reasons_of_its_scan_and_keeps_the_focus(
    open_page: Open, two_patients: tuple[int, int]
) -> None:
    page = open_page(f"/patient?patient={two_patients[0]}")
    title = page.locator(".hp-why h2")
    page.locator("[data-pick='0:1'].hp-pick-badge").click()
    expect(title).to_have_text("Why SD on 2 Mar 2026?")
    expect(page.locator("[data-pick='0:1'].hp-pick-badge")).to_be_focused()
    expect(page.locator("[data-pick='0:1'].hp-pick-badge")).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("&course=1&date=2026-03-02")
    page.get_by_label("Reasons of the scan before").click()
    expect(title).to_have_text("Baseline of 5 Jan 2026")
    page.keyboard.press("Escape")
    expect(title).to_have_count(0)
    assert "date=" not in page.url


def test_the_scan_whose_reasons_are_read_is_opened_for_correction(
    open_page: Open, two_patients: tuple[int, int]
) -> None:
    page = open_page(f"/patient?patient={two_patients[0]}&course=1&date=2026-05-04")
    button = page.get_by_role("button", name="Correct the CT of 4 May 2026")
    expect(button).to_be_visible()
    number = str(button.get_attribute("data-pick")).partition(":")[2]
    button.click()
    expect(page.get_by_text("correcting version 1")).to_be_visible()
    assert f"/enter-scan?patient={two_patients[0]}&exam={number}" in page.url
    expect(page.get_by_text("Withdraw this scan")).to_be_visible()


def test_an_old_scan_is_withdrawn_from_the_patient_page(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "BOARD-WITHDRAW")
    page = open_page(f"/patient?patient={patient.patient_id}&date=2026-05-04")
    page.get_by_role("button", name="Correct the CT of 4 May 2026").click()
    page.get_by_text("Withdraw this scan").click()
    page.get_by_label("Why is it withdrawn?").fill("report of another patient")
    page.get_by_role("button", name="Withdraw").last.click()
    expect(page.get_by_role("status").filter(has_text="was withdrawn")).to_be_visible()
    assert len(load_record(served.db, served.actor, patient.patient_id).exams) == 2
    assert "exam=" not in page.url


def test_a_mark_of_the_chart_shows_the_reasons_of_its_scan(open_page: Open, two_patients: tuple[int, int]) -> None:
    page = open_page(f"/patient?patient={two_patients[0]}")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    settle(page)
    place = page.evaluate(
        """() => {
            const chart = document.querySelector(".js-plotly-plot");
            const marks = chart._fullData.find((one) => one.name === "sum");
            const [x, y] = [chart._fullLayout.xaxis, chart._fullLayout[marks.yaxis.replace("y", "yaxis")]];
            const box = chart.getBoundingClientRect();
            return [box.left + x._offset + x.d2p(marks.x[1]), box.top + y._offset + y.d2p(marks.y[1])];
        }"""
    )
    page.mouse.move(*place)
    page.mouse.click(*place)
    expect(page.locator(".hp-why h2")).to_have_text("Why SD on 2 Mar 2026?")


def test_the_next_patient_comes_by_key_and_takes_everything_along(
    open_page: Open, two_patients: tuple[int, int]
) -> None:
    page = open_page(f"/patient?patient={two_patients[0]}")
    expect(page.get_by_role("button", name="Why PR?")).to_be_visible()
    settle(page)
    page.keyboard.press("j")
    expect(page.locator(".hp-who strong")).to_have_text("BOARD-002")
    expect(page.get_by_role("button", name="Why SD?")).to_be_visible()
    settle(page)
    assert page.get_by_text("BOARD-001").count() == 0
    assert page.locator(".hp-pick-badge").count() == 2


def test_a_board_fits_the_screen_of_the_meeting(open_page: Open, two_patients: tuple[int, int]) -> None:
    page = open_page(f"/patient?patient={two_patients[0]}")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=20_000)
    settle(page)
    high = page.evaluate(
        "() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollHeight - main.clientHeight; }"
    )
    assert high <= 0


def test_a_case_is_decided_at_its_meeting_and_the_response_overruled(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "BOARD-MDT").patient_id
    meeting = meetings.open_meeting(served.db, served.actor, date.today() + timedelta(days=3), "board test")  # noqa: DTZ011
    meetings.ask_question(served.db, served.actor, meeting, patient, "Resection now?", asked_by="Dr Haas")
    page = open_page(f"/meeting?meeting={meeting}&patient={patient}")
    expect(page.locator(".hp-question")).to_contain_text("asked by Dr Haas")
    expect(page.locator(".hp-side")).to_contain_text("case 1 of 1")
    page.get_by_label("Outcome").fill("Resection after one more cycle")
    expect(page.locator("[data-said]")).to_contain_text("draft, saved")
    page.get_by_role("button", name="Confirm or overrule").click()
    page.locator("select[name=response]").select_option("SD")
    page.get_by_label("Why, where it is not PR").fill("L1 measured obliquely")
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.locator(".hp-decision .hp-badge-confirmed")).to_contain_text("SD")
    expect(page.get_by_label("Outcome")).to_have_value("Resection after one more cycle")
    page.get_by_label("Owner").fill("Dr Haas")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator(".hp-decision-said")).to_contain_text("Resection after one more cycle")
    [decision] = meetings.list_decisions(served.db, served.actor, patient)
    assert (decision.outcome, decision.owner) == ("Resection after one more cycle", "Dr Haas")


@pytest.mark.parametrize("address", ["/", "/patient?patient={}", "/meeting", "/cohort", "/learn"])
def test_pages_reflow_at_320_pixels(open_page: Open, two_patients: tuple[int, int], address: str) -> None:
    page = open_page(address.format(two_patients[0]), viewport={"width": 320, "height": 800})
    if "patient" in address:
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        settle(page)
    wide = page.evaluate(
        "() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth - main.clientWidth; }"
    )
    assert wide <= 0
