"""The pages of entry pass axe's rules (WCAG 2 A and AA) in light and dark, and have names and targets for everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settle
from tests.support.builders import fill_patient
from tests.support.entering import box, date_field, receipt, wait_kept

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    page.wait_for_timeout(300)
    found = Axe().run(page, options=_RULES).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_entering_a_scan_passes_axe(open_page: Open, served: Served, scheme: str) -> None:
    patient = fill_patient(served.db, served.actor, f"AXE-{scheme}")
    page = open_page(f"/enter-scan?patient={patient.patient_id}", color_scheme=scheme)
    date_field(page).fill("2026-07-06")
    box(page, "L1").fill("2.1")
    box(page, "L2").fill("0")
    page.get_by_role("button", name="new lesion").click()
    wait_kept(page)
    assert violations(page) == []
    page.get_by_role("button", name="remove").click()
    for label, text in (("L1", "21"), ("L2", "12"), ("L3", "p")):
        box(page, label).fill(text)
    box(page, "L3").press("Enter")
    expect(receipt(page)).to_be_visible()
    settle(page)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_new_patient_passes_axe(open_page: Open, scheme: str) -> None:
    page = open_page("/new-patient", color_scheme=scheme)
    page.get_by_label("L1 size", exact=True).fill("2.1")
    page.get_by_label("L2 size", exact=True).fill("32")
    page.get_by_label("L2 size", exact=True).press("Tab")
    settle(page)
    page.get_by_role("button", name="Save patient and baseline").click()
    settle(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []


def test_the_red_flags_pass_axe_and_open_and_close_by_key(open_page: Open) -> None:
    page = open_page("/new-patient")
    page.get_by_role("button", name="Red flags").focus()
    page.keyboard.press("Enter")
    note = page.get_by_text("One sign is enough").first
    expect(note).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()


def test_every_target_of_the_entry_table_is_24_pixels_or_more(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "TARGETS-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    expect(box(page, "L1")).to_be_visible()
    small = page.evaluate(
        """() => {
            const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
            return [...root.querySelectorAll('button, input, select')]
                .map(one => [one, one.getBoundingClientRect()])
                .filter(([, box]) => box.width && (box.height < 24 || box.width < 24))
                .map(([one]) => one.outerHTML);
        }"""
    )
    assert small == []


@pytest.mark.parametrize("width", [320, 900])
def test_entry_reflows_without_a_sideways_scroll(open_page: Open, served: Served, width: int) -> None:
    patient = fill_patient(served.db, served.actor, f"REFLOW-{width}")
    page = open_page(f"/enter-scan?patient={patient.patient_id}", viewport={"width": width, "height": 800})
    expect(box(page, "L1")).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_no_text_of_the_entry_pages_is_under_12_pixels(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "SMALL-1")
    for address in (f"/enter-scan?patient={patient.patient_id}", "/new-patient"):
        page = open_page(address)
        page.wait_for_timeout(500)
        small = page.evaluate(
            """() => {
                const found = [];
                const look = root => {
                    for (const one of root.querySelectorAll('*')) {
                        if (one.shadowRoot) look(one.shadowRoot);
                        const says = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
                        if (says && one.getClientRects().length && parseFloat(getComputedStyle(one).fontSize) < 12)
                            found.push(one.textContent.trim());
                    }
                };
                look(document.body);
                return found;
            }"""
        )
        assert small == [], address
