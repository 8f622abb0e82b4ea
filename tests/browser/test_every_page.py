"""Every page of the bar, filled with the demo: axe finds nothing in light or dark, and at 320 pixels nothing scrolls sideways.

The pages are those of the navigation, so that a page added tomorrow is looked at as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards.components.navigation import PAGES
from tests.browser.conftest import settle, start_server, stop
from tests.browser.test_shell_accessible import violations
from tests.support.databases import copy_sqlite
from tracker.demo import fill_database, generate_cohort
from tracker.services.actors import demo_actor

pytestmark = pytest.mark.browser

#: Pages about one patient; the first patient of the demo has two courses, PET, markers, notes of every kind.
_OF_A_PATIENT = {"patient", "enter-scan", "record"}
_ADDRESSES = tuple(
    f"/{'' if at == 0 else page.url_path}{'?patient=1' if page.url_path in _OF_A_PATIENT else ''}"
    for at, page in enumerate(PAGES)
)

_BOARD = "/patient?patient=1"
#: What is open on a page, and what is pressed to open it.
_OPENED: dict[str, tuple[str, tuple[str, ...]]] = {
    "every chart in words": (_BOARD, (".st-key-in-words button",)),
    "every lesion in a chart": (_BOARD, (".st-key-lesion-charts button",)),
    "the reasons of a scan": (_BOARD, (".st-key-why-now button",)),
    "the confirmation": (_BOARD, ("[data-pick='mode:confirm']",)),
    "a note that is put away": (_BOARD, (".hp-note-card summary", "[data-pick^='dismiss']")),
    "a case that cannot be decided": ("/meeting", ("[data-pick^='open:']", "[data-form=decide] [type=submit]")),
    "a case that is postponed": ("/meeting", ("[data-pick^='postpone:']",)),
    "the cohort in tables": ("/cohort", ("[data-do=next]", "label:has([aria-label='Table view'])")),
}


@pytest.fixture(scope="module")
def demo_url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on the demo's patients."""
    folder = tmp_path_factory.mktemp("demo-served")
    db = copy_sqlite(sqlite_template, folder)
    fill_database(db, demo_actor(db), generate_cohort(24, today=date(2026, 11, 24)))
    environ = {"TRACKER_DATABASE_URL": f"sqlite:///{db.file}", "TRACKER_DATA_DIR": str(folder), "TRACKER_DEMO": "1"}
    db.dispose()
    process, url, _ = start_server(folder, **environ)
    yield url
    stop(process)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(chromium: Browser, demo_url: str, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
    page = context.new_page()
    found = {}
    for address in _ADDRESSES:
        page.goto(f"{demo_url}{address}")
        settle(page)
        if wrong := violations(page):
            found[address] = wrong
    context.close()
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_something_is_open(chromium: Browser, demo_url: str, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
    page = context.new_page()
    found = {}
    for name, (address, steps) in _OPENED.items():
        page.goto(f"{demo_url}{address}")
        settle(page)
        for step in steps:
            page.locator(step).first.click()
            page.wait_for_timeout(200)
            settle(page)
        if wrong := violations(page):
            found[name] = wrong
    context.close()
    assert found == {}


def test_the_next_case_is_announced_and_a_closed_form_gives_the_focus_back(chromium: Browser, demo_url: str) -> None:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{demo_url}/patient?patient=1")
    settle(page)
    expect(page).to_have_title("Patient · Hepatrack")
    confirm = page.locator("[data-pick='mode:confirm']")
    confirm.focus()
    page.keyboard.press("Enter")
    expect(page.locator("select[name=response]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(confirm).to_be_focused()
    page.get_by_role("button", name="In words").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=stPopoverBody] :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="In words")).to_be_focused()
    page.locator(".hp-pick-badge").first.focus()
    page.keyboard.press("j")
    expect(page.locator(".st-key-place [role=status]")).to_have_text("Patient, DEMO-002")
    expect(page.get_by_role("region", name="Patient DEMO-002")).to_be_focused()
    context.close()


def test_no_page_scrolls_sideways_at_320_pixels(chromium: Browser, demo_url: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 900}, locale="en-GB")
    page = context.new_page()
    wide = {}
    for address in _ADDRESSES:
        page.goto(f"{demo_url}{address}")
        settle(page)
        if over := _overhang(page):
            wide[address] = over
    context.close()
    assert wide == {}


def _overhang(page: Page) -> int:
    """Pixels by which the page is wider than its window; a table may scroll in a frame of its own."""
    return int(
        page.evaluate("""() => {
        const main = document.querySelector('[data-testid=stMain]') ?? document.documentElement;
        return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth, 0);
    }""")
    )
