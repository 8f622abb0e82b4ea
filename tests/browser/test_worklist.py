"""The worklist by keyboard alone: found, booked, performed, owned, closed; filters; the table of intervals; axe, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served, settle
from tests.browser.test_shell_accessible import violations
from tests.support.builders import fill_patient, patient_draft
from tests.support.databases import TODAY
from tracker.domain.schedule import SHIPPED
from tracker.domain.vocabulary import Modality, Primary
from tracker.pictures.words import say_date
from tracker.services import intervals, meetings, patients, planned_scans
from tracker.services.worklist import list_worklist

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def named(served: Served, request: pytest.FixtureRequest) -> tuple[str, int]:
    """A patient of this test alone, whose scan is overdue."""
    number = sum(request.node.nodeid.encode()) % 100_000
    identifier = f"WORK-{number}"
    return identifier, fill_patient(served.db, served.actor, identifier).patient_id


def row(page: Page, patient: int) -> Locator:
    return page.locator(f"[data-find][data-patient='{patient}']")


def find(page: Page, identifier: str) -> None:
    """To the first button of the patient's row, by keys."""
    expect(page.locator(".hp-worklist")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(identifier.lower())
    expect(page.locator("[data-find]:visible")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"[aria-label='Open {identifier}']")).to_be_focused()


def test_a_scan_is_booked_and_performed_by_keyboard(open_page: Open, served: Served, named: tuple[str, int]) -> None:
    identifier, patient = named
    page = open_page("/")
    find(page, identifier)
    page.keyboard.press("p")
    field = page.locator("[data-panel] input[name=on]")
    expect(field).to_be_focused()
    day = served.db.today() + timedelta(days=6)
    field.fill(day.isoformat())
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=f"CT of {identifier} booked for")).to_be_visible()
    expect(page.locator("[data-panel]")).to_have_count(0)
    expect(page.locator(f"[aria-label='Open {identifier}']")).to_be_focused()
    expect(row(page, patient)).to_contain_text(f"planned for {say_date(day)}")
    page.keyboard.press("d")
    expect(page.locator("[data-panel] input[name=on]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="its report is awaited")).to_be_visible()
    expect(row(page, patient)).to_contain_text("no report yet")
    [scan] = planned_scans.list_planned(served.db, served.actor, patient)
    assert (scan.planned_on, scan.performed_on, scan.modality) == (day, served.db.today(), Modality.CT)


def test_a_form_is_left_by_escape_and_a_refusal_stays_in_it(
    open_page: Open, served: Served, named: tuple[str, int]
) -> None:
    identifier, patient = named
    page = open_page("/")
    find(page, identifier)
    page.keyboard.press("p")
    field = page.locator("[data-panel] input[name=on]")
    expect(field).to_be_focused()
    field.fill("2020-01-06")
    page.locator("[data-panel] input[name=note]").fill("by phone")
    page.keyboard.press("Enter")
    expect(page.locator("[data-panel] [role=alert]")).to_contain_text("6 Jan 2020 is past")
    expect(page.locator("[data-panel] input[name=note]")).to_have_value("by phone")
    page.keyboard.press("Escape")
    expect(page.locator("[data-panel]")).to_have_count(0)
    expect(page.locator(f"[aria-label='Open {identifier}']")).to_be_focused()
    assert planned_scans.list_planned(served.db, served.actor, patient) == ()


def test_an_owner_is_taken_and_released_by_one_key(open_page: Open, served: Served, named: tuple[str, int]) -> None:
    identifier, patient = named
    page = open_page("/")
    find(page, identifier)
    page.keyboard.press("o")
    expect(row(page, patient)).to_contain_text(served.actor.name)
    page.keyboard.press("o")
    expect(page.get_by_label(f"Take {identifier}")).to_be_visible()


def test_an_action_is_closed_by_keyboard(open_page: Open, served: Served, named: tuple[str, int]) -> None:
    identifier, patient = named
    meeting = meetings.open_meeting(served.db, served.actor, TODAY - timedelta(days=4), identifier)
    asked = meetings.ask_question(served.db, served.actor, meeting, patient, "continue?").decision_id
    version = patients.patient_version(served.db, patient)
    meetings.decide(served.db, served.actor, asked, "MRI first", "A. Weber", expected_version=version)
    page = open_page("/")
    find(page, identifier)
    expect(row(page, patient)).to_contain_text("also")
    page.keyboard.press("m")
    remark = page.locator("[data-panel] input[name=remark]")
    remark.focus()
    page.keyboard.type("done on Monday")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=f"The action of {identifier} is closed.")).to_be_visible()
    [decision] = meetings.list_decisions(served.db, served.actor, patient)
    assert decision.closed_on is not None


def test_states_owner_and_primary_are_filters_by_keyboard(open_page: Open, served: Served) -> None:
    identifier = "WORK-FILTER"
    draft = patient_draft(identifier, primary=Primary.GIST)
    patient = patients.register_patient(served.db, served.actor, draft).patient_id
    page = open_page("/")
    state = page.get_by_role("button", name="To complete")
    state.focus()
    page.keyboard.press("Enter")
    expect(state).to_have_attribute("aria-pressed", "true")
    expect(state).to_be_focused()
    expect(row(page, patient)).to_be_visible()
    expect(page.get_by_role("rowheader", name="Overdue")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Primary:").focus()
    page.get_by_label("Primary:").select_option("GIST")
    expect(page.locator("[data-find]:visible")).to_have_count(1)
    expect(page.get_by_label("Primary:")).to_be_focused()
    page.get_by_label("Owner:").select_option("me")
    expect(page.get_by_text("No patient of this list fits")).to_be_visible()
    page.get_by_label("Owner:").select_option("nobody")
    expect(row(page, patient)).to_be_visible()
    find(page, identifier)
    page.keyboard.press("Enter")
    expect(page.locator(".hp-who strong")).to_have_text(identifier)


def test_the_letter_e_enters_a_scan(open_page: Open, served: Served, named: tuple[str, int]) -> None:
    identifier, patient = named
    page = open_page("/")
    find(page, identifier)
    page.keyboard.press("e")
    expect(page.locator(".hp-who strong")).to_have_text(identifier)
    assert f"/enter-scan?patient={patient}" in page.url


def test_an_interval_is_changed_by_keyboard_and_reset(open_page: Open, served: Served, named: tuple[str, int]) -> None:
    _, patient = named
    page = open_page("/intervals")
    other = page.get_by_label("Weeks: Before a planned resection")
    other.fill("9")
    weeks = page.get_by_label("Weeks: On systemic treatment")
    weeks.focus()
    weeks.fill("11")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="On systemic treatment: 11 weeks")).to_be_visible()
    expect(page.get_by_label("Words: On systemic treatment")).to_have_value("every 11 weeks")
    expect(page.get_by_text("changed by this site").first).to_be_visible()
    expect(weeks).to_be_focused()
    # what was typed into another row and not stored stays
    expect(other).to_have_value("9")
    [listed] = [one for one in list_worklist(served.db, served.actor, TODAY).rows if one.patient_id == patient]
    assert "every 11 weeks (changed by this site) on FOLFIRI" in listed.standing.why
    page.get_by_role("button", name="Reset to the value shipped: On systemic treatment").click()
    expect(weeks).to_have_value("8")
    assert tuple(one.interval for one in intervals.list_intervals(served.db, served.actor)) == SHIPPED


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_worklist_and_intervals_pass_axe(open_page: Open, served: Served, named: tuple[str, int], scheme: str) -> None:
    identifier, patient = named
    planned_scans.plan_scan(served.db, served.actor, patient, served.db.today() + timedelta(days=3))
    page = open_page("/", color_scheme=scheme)
    assert violations(page) == []
    find(page, identifier)
    page.keyboard.press("m")
    expect(page.locator("[data-panel]")).to_be_visible()
    settle(page)
    assert violations(page) == []
    page.goto(f"{served.url}/intervals")
    settle(page)
    page.get_by_label("Weeks: On systemic treatment").fill("999")
    assert violations(page) == []


@pytest.mark.parametrize("address", ["/", "/intervals"])
@pytest.mark.parametrize("width", [1920, 1280])
def test_targets_are_24_pixels_and_text_12(
    open_page: Open, served: Served, named: tuple[str, int], address: str, width: int
) -> None:
    page = open_page(address, viewport={"width": width, "height": 900})
    if address == "/":
        find(page, named[0])
        page.keyboard.press("m")
        expect(page.locator("[data-panel]")).to_be_visible()
    small = page.evaluate(
        """() => [...document.querySelectorAll('.hp-pick button, .hp-pick input:not([type=hidden]), .hp-pick select')]
            .map(one => [one, one.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.height < 24 || box.width < 24)).map(([one]) => one.outerHTML)"""
    )
    assert small == []
    tiny = page.evaluate(
        """() => [...document.querySelectorAll('.hp-pick *')]
            .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
            .filter(one => one.getClientRects().length && parseFloat(getComputedStyle(one).fontSize) < 12)
            .map(one => one.textContent.trim())"""
    )
    assert tiny == []


@pytest.mark.parametrize("width", [1920, 1280])
def test_no_text_of_a_row_is_under_another(open_page: Open, named: tuple[str, int], width: int) -> None:
    page = open_page("/", viewport={"width": width, "height": 900})
    expect(page.locator(".hp-worklist")).to_be_visible()
    over = page.evaluate(
        """() => {
            const found = [];
            for (const row of document.querySelectorAll('.hp-worklist tr[data-find]')) {
                const cells = [...row.cells].filter(one => one.getClientRects().length);
                for (const [at, cell] of cells.entries()) {
                    const next = cells[at + 1];
                    if (!next) continue;
                    const range = document.createRange();
                    range.selectNodeContents(cell);
                    if (cell.classList.contains('hp-actions') || getComputedStyle(cell).overflow === 'hidden') continue;
                    if (range.getBoundingClientRect().right > next.getBoundingClientRect().left + 1) found.push(cell.textContent);
                }
                const buttons = row.querySelector('.hp-actions').firstElementChild.getBoundingClientRect();
                if (buttons.left < row.querySelector('.hp-actions').getBoundingClientRect().left - 1) found.push(row.textContent);
                const late = row.querySelector('.hp-late');
                if (late && late.getBoundingClientRect().right > late.closest('td').getBoundingClientRect().right) found.push(late.textContent);
            }
            return found;
        }"""
    )
    assert over == []


@pytest.mark.parametrize("address", ["/", "/intervals"])
def test_they_reflow_at_320_pixels(open_page: Open, named: tuple[str, int], address: str) -> None:
    page = open_page(address, viewport={"width": 320, "height": 800})
    settle(page)
    wide = page.evaluate(
        "(() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth - main.clientWidth; })()"
    )
    assert wide <= 0


def test_a_choice_is_kept_while_other_pages_are_looked_at(open_page: Open, named: tuple[str, int]) -> None:
    identifier, _ = named
    page = open_page("/")
    page.get_by_role("button", name="Overdue").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Overdue")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Learn").click()
    expect(page.get_by_role("heading", name="Learn")).to_be_visible()
    page.get_by_role("link", name="Worklist").click()
    expect(page.get_by_role("button", name="Overdue")).to_have_attribute("aria-pressed", "true")
    find(page, identifier)
