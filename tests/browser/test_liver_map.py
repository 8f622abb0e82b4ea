"""The liver map in a browser: dates by button, slider and arrow keys without the server, and the list always says the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.support.builders import fill_patient

pytestmark = pytest.mark.browser


def test_dates_move_by_buttons_and_keys_and_the_list_says_what_the_map_shows(
    open_page: Callable[..., Page], served: Served
) -> None:
    patient = fill_patient(served.db, served.actor, "LIVER-MAP", follow_ups=2).patient_id
    page = open_page(f"/patient?patient={patient}")
    here = page.locator(".hp-map")
    title, table, slider = here.get_by_role("heading"), here.locator("tbody tr"), here.get_by_role("slider")

    def is_at(day: str, *sizes: str) -> None:
        expect(title).to_contain_text(day)
        expect(table).to_contain_text(sizes)
        expect(slider).to_have_attribute("aria-valuetext", f"{day}, CT")
        # The bubble is as large as the size in the list: 0.8 map units for a millimetre.
        radii = here.locator("[data-scan] circle").evaluate_all("all => all.map(one => Number(one.getAttribute('r')))")
        assert max(radii) == pytest.approx(0.8 * float(sizes[0].split()[0]), abs=0.05)

    is_at("4 May 2026", "23 →", "13 →", "no size")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    here.get_by_role("button", name="Scan before").click()
    is_at("2 Mar 2026", "25 ↓", "15 ↓", "no size")
    expect(here.get_by_role("status")).to_contain_text("2 Mar 2026, CT: bilobar")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    is_at("5 Jan 2026", "32", "20", "no size")
    here.locator(".hp-map-list").focus()
    page.keyboard.press("End")
    is_at("4 May 2026", "23 →", "13 →", "no size")
    assert here.locator("[id='seg-IVa']").get_attribute("data-slots")
    assert requests == [], "moving through the dates asks the server for nothing"
    page.set_viewport_size({"width": 320, "height": 800})
    expect(here.locator(".hp-map-drawing")).to_be_hidden()
    expect(table).to_have_count(3)
