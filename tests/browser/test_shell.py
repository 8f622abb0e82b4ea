"""The frame around every page: strict headers, own address only, red flags, footer, SYNTHETIC, light and dark."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dashboards.components.navigation import PAGES
from tests.browser.conftest import Served, free_port, settle, start_server, stop
from tests.support.builders import fill_patient, patient_draft
from tests.support.databases import copy_sqlite
from tests.support.entering import box
from tracker.domain.wording import PURPOSE
from tracker.services.patients import register_patient

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

ADDRESSES = ["/", *(f"/{entry.url_path}" for entry in PAGES[1:])]


@pytest.fixture(scope="module")
def patient_id(served: Served) -> int:
    return fill_patient(served.db, served.actor, "SHELL-1").patient_id


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_red_flags_and_the_footer_and_asks_nobody_else(
    open_page: Open, served: Served, patient_id: int, address: str
) -> None:
    page = open_page(f"{address}?patient={patient_id}")
    expect(page.get_by_text(PURPOSE)).to_be_attached()
    page.get_by_role("button", name="Red flags").click()
    expect(page.get_by_text("One sign is enough").first).to_be_visible()
    expect(page.get_by_role("navigation", name="App pages")).to_be_visible()


def test_every_answer_of_a_tour_carries_the_strict_headers(chromium: Browser, served: Served, patient_id: int) -> None:
    answers: list[Response] = []
    context = chromium.new_context()
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - a bound method is refused here
    for address in ADDRESSES:
        page.goto(f"{served.url}{address}?patient={patient_id}")
        settle(page)
    expect(page.get_by_text(PURPOSE)).to_be_attached()
    seen = [(one.url, one.headers) for one in answers if one.url.startswith("http")]
    context.close()
    assert len(seen) > 50
    for url, headers in seen:
        policy = headers.get("content-security-policy", "")
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe" not in script, url
        assert "*" not in policy, url
        assert "frame-ancestors 'none'" in policy, url
        assert headers["x-content-type-options"] == "nosniff", url
        assert headers["referrer-policy"] == "no-referrer", url
        path = urlsplit(url).path
        if not path.startswith(("/static/", "/fonts/")):
            assert headers["cache-control"] == "no-store", url


def test_the_policy_is_kept_by_the_browser(chromium: Browser, served: Served) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(served.url)
    settle(page)
    broken = page.evaluate(
        """async () => {
            const seen = [];
            document.addEventListener('securitypolicyviolation', event => seen.push(event.effectiveDirective));
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
            const image = new Image();
            image.src = 'http://127.0.0.1:1/beacon.png';
            await new Promise(resolve => setTimeout(resolve, 300));
            return { seen, ran: window.ran === true };
        }"""
    )
    context.close()
    assert not broken["ran"]
    assert {"script-src-elem", "img-src"} <= set(broken["seen"])


def ask(url: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one plain request."""
    parts = urlsplit(url)
    with closing(HTTPConnection(parts.hostname or "", parts.port, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/media/x", "/_stcore/health", "/_stcore/host-config"])
def test_a_foreign_host_name_is_refused_everywhere(served: Served, path: str) -> None:
    status, headers, _ = ask(served.url, path, Host="evil.example")
    assert status == 421
    assert "content-security-policy" in headers


@pytest.mark.parametrize("origin", ["http://evil.example", None, "null"])
def test_a_websocket_from_elsewhere_or_without_origin_is_refused(served: Served, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        connect(f"ws{served.url[4:]}/_stcore/stream", origin=origin)
    assert refusal.value.response.status_code == 403


def test_alive_and_ready_say_so(served: Served) -> None:
    for path in ("/livez", "/readyz"):
        status, _, body = ask(served.url, path)
        assert (status, json.loads(body)) == (200, {"status": "ok"})


def test_the_first_page_answers_to_its_name_too(served: Served) -> None:
    status, headers, _ = ask(served.url, "/worklist?patient=3")
    assert (status, headers["location"]) == (307, "/?patient=3")


def test_only_this_machine_is_listened_to(served: Served) -> None:
    port = urlsplit(served.url).port
    table = "\n".join(
        Path(f"/proc/net/{name}").read_text() for name in ("tcp", "tcp6") if Path(f"/proc/net/{name}").exists()
    )
    listening = [line.split()[1] for line in table.splitlines() if f":{port:04X} " in line and " 0A " in line]
    if not listening:
        pytest.skip("this system has no /proc/net")
    assert {one.partition(":")[0] for one in listening} == {"0100007F"}


def test_the_font_is_served_by_us_for_a_year_and_used(open_page: Open, served: Served) -> None:
    page = open_page("/")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('14px Inter'))")
    assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).fontFamily").startswith("Inter")
    fonts = page.evaluate(
        "performance.getEntriesByType('resource').map(one => one.name).filter(name => name.includes('/fonts/'))"
    )
    assert fonts
    answer = page.request.get(fonts[0])
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(245, 246, 248)"), ("dark", "rgb(11, 17, 28)")])
def test_light_and_dark_follow_the_system(open_page: Open, scheme: str, ground: str) -> None:
    page = open_page("/learn", color_scheme=scheme)
    assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == ground
    page.wait_for_function("getComputedStyle(document.documentElement).getPropertyValue('--page').trim() !== ''")


def test_a_synthetic_patient_is_marked_and_a_real_one_is_not(open_page: Open, served: Served, patient_id: int) -> None:
    synthetic = register_patient(served.db, served.actor, patient_draft("SHELL-DEMO", synthetic=True)).patient_id
    page = open_page(f"/enter-scan?patient={synthetic}")
    expect(page.get_by_role("region", name="Patient SHELL-DEMO")).to_contain_text("SYNTHETIC")
    page.goto(f"{served.url}/enter-scan?patient={patient_id}")
    settle(page)
    expect(page.get_by_role("region", name="Patient SHELL-1")).not_to_contain_text("SYNTHETIC")


def test_the_banner_stays_in_view_while_the_page_scrolls(open_page: Open, patient_id: int) -> None:
    page = open_page(f"/enter-scan?patient={patient_id}", viewport={"width": 1280, "height": 500})
    expect(box(page, "L3")).to_be_visible()
    page.mouse.move(600, 300)
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(300)
    expect(page.get_by_role("region", name="Patient SHELL-1")).to_be_in_viewport()


def test_an_unknown_or_odd_patient_in_the_address_is_one_sentence(open_page: Open, served: Served) -> None:
    page = open_page("/enter-scan?patient=999999")
    expect(page.get_by_role("alert")).to_contain_text("There is no patient number 999999.")
    page.goto(f"{served.url}/enter-scan?patient=%3Cscript%3E")
    settle(page)
    expect(page.get_by_role("heading", name="Enter a scan")).to_be_visible()


@pytest.mark.parametrize(
    "name", ['<img src=x onerror="window.hit=1">', "![x](http://127.0.0.1:1/b.png)", "[a](javascript:1)"]
)
def test_hostile_text_in_a_name_is_shown_as_text(open_page: Open, served: Served, name: str) -> None:
    identifier = f"HOSTILE-{abs(hash(name)) % 1000}"
    patient = register_patient(served.db, served.actor, patient_draft(identifier, name=name, primary_detail=name))
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    expect(page.get_by_role("region", name=f"Patient {identifier}")).to_contain_text(name)
    assert page.evaluate("window.hit") is None


def test_keyboard_focus_is_visible(open_page: Open) -> None:
    page = open_page("/new-patient")
    field = page.get_by_label("Identifier", exact=True)
    field.focus()
    page.wait_for_timeout(300)
    ring = field.evaluate(
        """element => {
            const box = element.closest('[data-baseweb=input]') ?? element.parentElement;
            const style = [element, box, box.parentElement].map(one => getComputedStyle(one));
            return style.map(one => one.outlineStyle + one.borderColor + one.boxShadow).join(' ');
        }"""
    )
    assert "rgb(15, 118, 110)" in ring


@pytest.fixture
def folder_with_stray_settings(tmp_path: Path) -> Path:
    """A folder whose configuration file would open the server to everybody."""
    stray = tmp_path / ".streamlit"
    stray.mkdir()
    (stray / "config.toml").write_text(
        '[server]\naddress = "0.0.0.0"\nenableXsrfProtection = false\nallowedHosts = ["*"]\n'
        '[browser]\ngatherUsageStats = true\n[client]\nshowErrorDetails = "full"\n',
        encoding="utf-8",
    )
    return tmp_path


def test_a_stray_settings_file_of_the_current_folder_changes_nothing(
    folder_with_stray_settings: Path, sqlite_template: Path
) -> None:
    folder = folder_with_stray_settings
    db = copy_sqlite(sqlite_template, folder)
    db.dispose()
    environ = {"TRACKER_DATABASE_URL": f"sqlite:///{db.file}", "TRACKER_DATA_DIR": str(folder)}
    process, url, _ = start_server(folder, **environ, STREAMLIT_BROWSER_GATHER_USAGE_STATS="true")
    try:
        assert ask(url, "/livez", Host="evil.example")[0] == 421
    finally:
        stop(process)


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"TRACKER_PORT": "eighty"}, "TRACKER_PORT"),
        ({"TRACKER_DATABASE_URL": "nonsense"}, "TRACKER_DATABASE_URL"),
        ({"TRACKER_TIMEZONE": "Mars/Olympus"}, "TRACKER_TIMEZONE"),
        ({}, "tracker db upgrade"),
    ],
    ids=["port", "database", "zone", "empty database"],
)
def test_a_start_that_is_refused_says_one_sentence_and_ends_with_2(
    tmp_path: Path, environ: dict[str, str], sentence: str
) -> None:
    good = {
        "TRACKER_PORT": str(free_port()),
        "TRACKER_DATA_DIR": str(tmp_path),
        "TRACKER_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "dashboards"], cwd=tmp_path, env={**os.environ, **good, **environ}, capture_output=True,
        text=True, timeout=90, check=False,
    )  # fmt: skip
    said = ended.stdout + ended.stderr
    assert ended.returncode == 2, said
    assert sentence in said
    assert "Traceback" not in said
