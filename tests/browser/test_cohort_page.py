"""The cohort in a real browser: one screen, one patient in four charts, by pointer and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settle
from tests.support.builders import fill_patient

pytestmark = pytest.mark.browser

Open = Callable[..., Page]

_BAR = """(patient) => {
    const chart = document.querySelector(".st-key-cohort-card-waterfall .js-plotly-plot");
    const bars = chart._fullData.find((one) => one.type === "bar");
    const at = bars.customdata.indexOf(patient);
    const [x, y] = [chart._fullLayout.xaxis, chart._fullLayout.yaxis];
    const box = chart.getBoundingClientRect();
    return [box.left + x._offset + x.d2p(bars.x[at]), box.top + y._offset + y.d2p(bars.y[at] / 2)];
}"""


@pytest.fixture(scope="module")
def group(served: Served) -> list[int]:
    """Three patients, and whoever the other tests of this server have left."""
    return [fill_patient(served.db, served.actor, f"GROUP-{number}").patient_id for number in (1, 2, 3)]


def press_bar(page: Page, patient: int) -> None:
    place = page.evaluate(_BAR, patient)
    page.mouse.move(*place)
    page.mouse.click(*place)


def test_a_bar_pressed_looks_at_its_patient_in_every_chart_and_pressed_again_opens_it(
    open_page: Open, group: list[int]
) -> None:
    page = open_page("/cohort")
    charts = page.locator(".js-plotly-plot .main-svg:first-child")
    expect(charts).to_have_count(4)
    settle(page)
    main = page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollHeight - m.clientHeight; })()"
    )
    assert main <= 0, "the charts do not fit one screen"
    press_bar(page, group[1])
    expect(page.locator(".hp-focus-who b")).to_have_text("GROUP-2")
    settle(page)
    for name in ("waterfall", "spider", "swimmer", "survival"):
        expect(
            page.locator(f".st-key-cohort-card-{name} .js-plotly-plot text", has_text="GROUP-2").first
        ).to_be_visible()
    press_bar(page, group[1])
    expect(page).to_have_url(f"{page.url.split('/cohort')[0]}/patient?patient={group[1]}")


def test_the_keys_walk_through_the_patients_and_enter_opens_one(open_page: Open, group: list[int]) -> None:
    page = open_page("/cohort")
    expect(page.locator(".hp-focus")).to_be_visible()
    settle(page)
    page.keyboard.press("ArrowRight")
    who = page.locator(".hp-focus-who")
    expect(who).to_contain_text("1 of ")
    page.keyboard.press("ArrowRight")
    expect(who).to_contain_text("2 of ")
    # a key held down loses no step and none counts twice; the walk ends at its first patient
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    settle(page)
    expect(who).to_contain_text("2 of ")
    page.keyboard.press("Escape")
    expect(who).to_contain_text("no patient looked at")
    page.keyboard.press("ArrowLeft")
    expect(who.locator("b")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".hp-who strong")).to_be_visible()
