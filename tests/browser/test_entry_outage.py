"""What is typed outlives a server that stops, a connection that is lost, and a page that is left at once."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served, free_port, settle, start_server, stop
from tests.support.builders import fill_patient
from tests.support.databases import copy_sqlite
from tests.support.entering import box, date_field, echo, receipt, wait_kept
from tracker.db.engine import Database
from tracker.domain.lengths import Length
from tracker.services.actors import Actor, local_actor
from tracker.services.drafts import load_draft
from tracker.services.patients import load_record

pytestmark = pytest.mark.browser


@dataclass
class Mortal:
    """A server that a test may stop and start again, on the same database and port."""

    folder: Path
    db: Database
    actor: Actor
    port: int
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environ = {"TRACKER_DATABASE_URL": f"sqlite:///{self.db.file}", "TRACKER_DATA_DIR": str(self.folder)}
        self.process, _, _ = start_server(self.folder, self.port, **environ)

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process)
            self.process = None


@pytest.fixture
def mortal(sqlite_template: Path, tmp_path: Path) -> Iterator[Mortal]:
    db = copy_sqlite(sqlite_template, tmp_path)
    server = Mortal(tmp_path, db, local_actor(db), free_port())
    server.start()
    yield server
    server.stop()
    db.dispose()


def test_a_server_that_is_started_anew_mid_entry_loses_nothing(mortal: Mortal, chromium: Browser) -> None:
    patient = fill_patient(mortal.db, mortal.actor, "OUTAGE-1")
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="en-GB")
    context.set_default_timeout(60_000)
    try:
        page = context.new_page()
        page.goto(f"{mortal.url}/enter-scan?patient={patient.patient_id}")
        settle(page)
        date_field(page).fill("2026-07-06")
        box(page, "L1").fill("21")
        wait_kept(page)
        mortal.stop()
        box(page, "L2").fill("12")
        box(page, "L3").fill("p")
        box(page, "L3").press("Enter")
        expect(page.get_by_text("Saving…")).to_be_visible()
        expect(page.get_by_text("Not saved yet: no answer from the server.")).to_be_visible(timeout=15_000)
        expect(page.get_by_role("button", name="Save scan")).to_be_enabled()
        assert len(load_record(mortal.db, mortal.actor, patient.patient_id).exams) == 3
        mortal.start()
        expect(page.get_by_text("Draft kept on the server")).to_be_visible(timeout=60_000)
        expect(box(page, "L1")).to_have_value("21")
        expect(box(page, "L2")).to_have_value("12")
        page.reload()
        settle(page)
        expect(box(page, "L2")).to_have_value("12")
        expect(echo(page, "L3")).to_contain_text("present")
        page.get_by_role("button", name="Save scan").click()
        expect(receipt(page)).to_be_visible()
        stored = load_record(mortal.db, mortal.actor, patient.patient_id).exams[-1]
        assert stored.observation("L2").observation.longest == Length.from_mm(12)
    finally:
        context.close()


@pytest.mark.parametrize("wait", [0, 150, 300])
def test_leaving_for_another_page_right_after_a_key_leaves_and_keeps_what_was_typed(
    open_page: Callable[..., Page], served: Served, wait: int
) -> None:
    patient = fill_patient(served.db, served.actor, f"LEAVE-{wait}")
    address = f"/enter-scan?patient={patient.patient_id}"
    page = open_page(address)
    date_field(page).fill("2026-07-06")
    wait_kept(page)
    box(page, "L1").press_sequentially("21")
    page.wait_for_timeout(wait)
    page.get_by_role("link", name="Worklist").click()
    expect(box(page, "L1")).to_be_hidden()
    page.wait_for_timeout(2500)
    expect(box(page, "L1")).to_be_hidden()
    expect(page.get_by_role("heading", name="Enter a scan")).to_be_hidden()
    page.goto(f"{served.url}{address}")
    expect(box(page, "L1")).to_have_value("21")


def _post(served: Served, body: object, origin: str | None) -> int:
    headers = {"Content-Type": "application/json"} | ({"Origin": origin} if origin else {})
    request = Request(f"{served.url}/entry-draft", json.dumps(body).encode(), headers, method="POST")
    try:
        with urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


def test_a_draft_sent_past_the_page_is_kept_only_from_a_page_of_this_server(served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "POST-1")
    version = load_record(served.db, served.actor, patient.patient_id).patient.version
    sent = {"scope": f"p{patient.patient_id}-enew-v{version}", "mark": "a.2", "exam": {}, "rows": {}, "added": []}
    assert _post(served, sent, None) == 403
    assert _post(served, sent, "http://elsewhere.example") == 403
    assert _post(served, {"scope": "p1"}, served.url) == 422
    assert _post(served, ["scope"], served.url) == 422
    assert _post(served, {**sent, "scope": "p999999-enew-v1"}, served.url) == 409
    assert load_draft(served.db, served.actor, patient.patient_id) is None
    assert _post(served, sent, served.url) == 204
    assert _post(served, {**sent, "mark": "a.1", "added": [1]}, served.url) == 204
    kept = load_draft(served.db, served.actor, patient.patient_id)
    assert kept is not None
    assert kept.content == sent
