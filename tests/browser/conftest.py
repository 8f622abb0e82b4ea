"""A real server on a database of its own, and a real browser before it.

Every page that a test opens is watched: each request must go to the server under test, no rule of the content security
policy may be broken, and no script may fail.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.databases import copy_sqlite
from tests.support.require import lacking
from tracker.db.engine import Database
from tracker.services.actors import Actor, local_actor

_START_SECONDS = 90
# Two browsers and two servers share a small machine: what comes late is not wrong.
expect.set_options(timeout=20_000)
_WIDE = {"width": 1920, "height": 1080}

#: The same truth once more, at another size, colour, page or input: run by ``pytest -m long``. Each of the twelve injected
#: errors is also tried without a browser on every run (tests/dashboards/test_entry_checks.py).
REPEATED = frozenset(
    f"test_{name}"
    for name in (
        *(
            f"each_of_the_twelve_is_asked_about_and_answered[{error}]"
            for error in (
                "swap", "copied prior", "before the last scan", "duplicate exam", "segment to a non-neighbour",
                "stated percent against computed", "quoted prior differs", "future date",
            )
        ),
        *(
            f"the_page_with_a_report_passes_axe_and_does_not_scroll_sideways[{look}]"
            for look in ("size0-dark", "size1-light", "size1-dark")
        ),
        *(f"every_page_has_red_flags_and_the_footer_and_asks_nobody_else[/{page}]" for page in ("cohort", "new-patient", "learn")),
        *(f"leaving_for_another_page_right_after_a_key_leaves_and_keeps_what_was_typed[{wait}]" for wait in (0, 300)),
        *(f"axe_finds_nothing_where_something_is_open[{look}]" for look in ("light", "dark")),
        "the_map_of_keys_passes_axe[dark]",
        "worklist_and_intervals_pass_axe[light]",
        "worklist_and_intervals_pass_axe[dark]",
        "a_new_patient_passes_axe[light]",
        "the_record_page_passes_axe[light]",
        "entering_a_scan_passes_axe[light]",
        "a_pasted_report_survives_a_server_that_is_started_anew",
        "targets_are_24_pixels_and_text_12[1920-/]",
        "targets_are_24_pixels_and_text_12[1920-/intervals]",
        "targets_are_24_pixels_and_text_12[1280-/intervals]",
        "no_text_of_a_row_is_under_another[1920]",
        "they_reflow_at_320_pixels[/intervals]",
        "pages_reflow_at_320_pixels[/cohort]",
        "pages_reflow_at_320_pixels[/learn]",
        "entry_reflows_without_a_sideways_scroll[900]",
        "a_narrow_window_wraps_the_banner[390]",
        "hostile_text_in_a_name_is_shown_as_text[[a](javascript:1)]",
        "the_echo_of_a_key_is_there_in_under_50_ms",
        "the_published_case_is_entered_by_keyboard_and_gives_the_published_responses[liver alone]",
    )
)  # fmt: skip


#: Edges of a page, and truths that a test without a browser tells as well: run by ``pytest -m long``.
EDGES = frozenset(
    f"test_{name}"
    for name in (
        "arrow_keys_walk_the_rows",
        "an_old_scan_is_withdrawn_from_the_patient_page",
        "pages_reflow_at_320_pixels[/]",
        "pages_reflow_at_320_pixels[/patient?patient={}]",
        "pages_reflow_at_320_pixels[/meeting]",
        "a_lesion_that_carries_the_size_of_both_is_not_absent",
        "a_new_row_takes_no_plus_in_its_segment_and_answers_its_unit_by_key",
        "a_withdrawn_scan_is_said_to_stay_in_the_history",
        "what_was_typed_is_thrown_away_at_the_second_press",
        "a_narrow_window_wraps_the_banner[320]",
        "the_plain_form_asks_before_it_stores_ten_times_the_prior",
        "everything_wrong_is_named_at_once_and_nothing_is_stored",
        "a_known_patient_starts_a_new_course_on_a_stored_scan",
        "each_of_the_twelve_is_asked_about_and_answered[count mismatch]",
        "each_of_the_twelve_is_asked_about_and_answered[wrong patient]",
        "an_answer_survives_a_reload_and_can_be_taken_back",
        "a_question_of_the_scan_moves_no_box_when_it_appears",
        "what_the_server_finds_at_the_save_is_asked_once",
        "what_is_worth_a_look_in_the_dates_stands_under_them",
        "values_kept_as_typed_are_not_asked_again_and_those_left_open_are_to_verify",
        "a_question_mark_in_a_remark_is_a_question_mark",
        "the_map_of_keys_passes_axe[light]",
        "a_column_that_is_too_long_or_too_wide_is_said",
        "one_line_pasted_into_a_box_is_that_boxs_text",
        "a_second_report_is_asked_about_before_it_takes_the_place_of_the_first",
        "leaving_for_another_page_right_after_a_key_leaves_and_keeps_what_was_typed[150]",
        "nm_typed_at_once_over_a_suggestion_is_the_word",
        "a_value_that_was_taken_and_then_changed_is_typed",
        "a_refused_suggestion_is_struck_and_what_is_typed_instead_counts_as_typed",
        "an_unsure_suggestion_looks_different_and_enter_asks_for_y",
        "a_new_lesion_that_nobody_answered_stops_the_first_save",
        "an_uptake_is_seen_before_it_is_taken_with_its_size",
        "another_birth_year_in_the_report_is_said_as_soon_as_it_is_pasted",
        "spans_are_right_behind_a_letter_outside_the_basic_plane",
        "what_is_typed_or_dropped_into_the_pane_is_a_report_too",
        "a_long_report_reaches_the_draft_also_when_the_page_is_left_at_once",
        "the_page_with_a_report_passes_axe_and_does_not_scroll_sideways[size0-light]",
        "the_component_itself_drops_what_it_holds_when_its_scope_changes",
        "choosing_another_patient_in_the_same_session_starts_from_that_patients_own_boxes",
        "the_plain_form_stores_the_same_and_refuses_the_same",
        "a_scan_can_be_withdrawn_with_a_reason",
        "a_refused_text_says_what_would_be_right_and_is_not_saved",
        "arrow_up_goes_back_and_escape_leaves_the_draft_for_later",
        "uptake_is_asked_on_pet_ct_only",
        "an_empty_inbox_says_where_reports_come_from",
        "arrows_walk_the_list_and_enter_shows_the_report",
        "replaced_reports_are_seen_folded",
        "the_record_page_passes_axe[dark]",
        "every_page_has_red_flags_and_the_footer_and_asks_nobody_else[/enter-scan]",
        "every_page_has_red_flags_and_the_footer_and_asks_nobody_else[/record]",
        "every_page_has_red_flags_and_the_footer_and_asks_nobody_else[/inbox]",
        "every_page_has_red_flags_and_the_footer_and_asks_nobody_else[/intervals]",
        "a_new_patient_passes_axe[dark]",
        "entry_reflows_without_a_sideways_scroll[320]",
        "they_reflow_at_320_pixels[/]",
        "the_letter_e_enters_a_scan",
        "a_choice_is_kept_while_other_pages_are_looked_at",
        "a_form_is_left_by_escape_and_a_refusal_stays_in_it",
        "an_owner_is_taken_and_released_by_one_key",
    )
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before the long tests are left out, those of :data:`REPEATED` and :data:`EDGES` are told to be among them."""
    for item in items:
        if item.name in REPEATED | EDGES and "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.long)


@dataclass(frozen=True)
class Served:
    """A running server, and the database behind it for the test to fill and look into."""

    url: str
    db: Database
    actor: Actor
    process: subprocess.Popen[str]
    log: Path


@dataclass
class Watched:
    """What a page asked for and complained of."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(folder: Path, port: int | None = None, **environ: str) -> tuple[subprocess.Popen[str], str, Path]:
    """Start ``python -m dashboards`` in ``folder`` and wait until it is ready. Returns process, address and log."""
    port = port or free_port()
    log = folder / "server.log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboards"],
            cwd=folder,
            env={**os.environ, "TRACKER_PORT": str(port), "TRACKER_TIMEZONE": "UTC", **environ},
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with code {process.returncode}: {log.read_text(encoding='utf-8')}")
        try:
            with urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return process, url, log
        except (URLError, OSError):
            time.sleep(0.2)
    stop(process)
    raise AssertionError(f"the server was not ready in {_START_SECONDS} s: {log.read_text(encoding='utf-8')}")


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for the session; each test adds patients of its own."""
    folder = tmp_path_factory.mktemp("served")
    db = copy_sqlite(sqlite_template, folder)
    environ = {"TRACKER_DATABASE_URL": f"sqlite:///{db.file}", "TRACKER_DATA_DIR": str(folder)}
    process, url, log = start_server(folder, **environ)
    yield Served(url, db, local_actor(db), process, log)
    stop(process)
    db.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's chromium (or another named by TRACKER_TEST_CHROMIUM)."""
    named = os.environ.get("TRACKER_TEST_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        lacking("browser", "no chromium on this machine (apt-get install chromium, or set TRACKER_TEST_CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def open_page(chromium: Browser, served: Served, watched: Watched) -> Iterator[Callable[..., Page]]:
    """Opens an address of the server in a browser of its own (own cookies, own session) and waits until it is drawn."""
    contexts: list[BrowserContext] = []

    def open_address(address: str, **how: object) -> Page:
        context = chromium.new_context(**{"viewport": _WIDE, "locale": "en-GB", **how})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: watched.requests.append(request.url))
        page.on("pageerror", lambda error: watched.complaints.append(f"script failed: {error}"))
        page.on("console", lambda line: _listen(watched, line.text))
        page.goto(f"{served.url}{address}")
        settle(page)
        return page

    yield open_address
    for context in contexts:
        context.close()
    foreign = [url for url in watched.requests if not url.startswith((served.url, "data:", "blob:"))]
    assert foreign == [], "a page asked for something elsewhere"
    assert watched.complaints == []


def _listen(watched: Watched, text: str) -> None:
    if "Content Security Policy" in text or "BidiComponent Error" in text:
        watched.complaints.append(text)


def settle(page: Page) -> None:
    """Wait until the script of the page has run and nothing is stale."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function("() => !document.querySelector('[data-stale=true]')")
