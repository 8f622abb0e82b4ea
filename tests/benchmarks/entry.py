"""A four-lesion follow-up played in a real browser, typed and from a pasted report: keystrokes beyond the digits, machine time,
and how soon the page answers a choice, a key and a save."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import settle, start_server, stop
from tests.support.builders import (
    BASELINE,
    FOLLOW_UPS,
    ROLES,
    course_draft,
    exam_draft,
    lesion,
    measured,
    patient_draft,
    seen,
)
from tests.support.entering import Keys, box, copy_text, date_field, pane, preview, receipt
from tracker.db import migrate
from tracker.db.engine import Database, open_database
from tracker.domain.vocabulary import LesionRole, Segment, State
from tracker.services import courses, exams, patients
from tracker.services.actors import local_actor

Show = Callable[[str, str, str], None]

MOST_TYPED, MOST_PASTED = 25, 12
ROUNDS = 3

REPORT = """CT thorax, abdomen and pelvis of 6 July 2026. Portal venous phase, slice thickness 3 mm.
COMPARISON: CT of 4 May 2026.
FINDINGS:
Liver: The metastasis in segment VII measures 17 mm, previously 20 mm. The lesion in segment IVa/IVb measures 22 x 18 mm, \
previously 25 mm. The lesion in segment VI measures 9 mm, previously 11 mm. The metastasis in segment II is no longer visible. \
In total three lesions remain. No new liver lesion. Portal vein patent.
Lungs: No pulmonary nodule.
Lymph nodes: No enlarged lymph nodes.
IMPRESSION: Decrease of the liver metastases.
"""

_WATCH_KEYS = """() => {
    window.answered = [];
    document.addEventListener('keydown', event => {
        requestAnimationFrame(() => setTimeout(() => window.answered.push(performance.now() - event.timeStamp)));
    }, true);
}"""
_WATCH_SAVE = """() => {
    document.addEventListener('keydown', event => { window.pressed = event.timeStamp; }, true);
    const look = new MutationObserver(() => {
        if (!document.querySelector('.hp-receipt') || window.saved) return;
        requestAnimationFrame(() => setTimeout(() => { window.saved ??= performance.now() - window.pressed; }));
    });
    look.observe(document.body, { childList: true, subtree: true });
}"""


def run(show: Show) -> None:
    """Play and print; says so where there is no chromium."""
    path = os.environ.get("TRACKER_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if path is None:
        show("a follow-up in the browser", "not measured", "no chromium on this machine")
        return
    with _served() as (url, db), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="en-GB")
        page = context.new_page()
        ready, typed, pasted = [], [], []
        for number in range(ROUNDS):
            ready.append(_choose(page, url, _four_lesions(db, f"CHOICE-{number}")))
            typed.append(_play(page, url, _four_lesions(db, f"TYPED-{number}"), _type))
            pasted.append(_play(page, url, _four_lesions(db, f"PASTED-{number}"), _paste))
        busy = f"{os.getloadavg()[0]:.1f} programs running on {os.cpu_count()} processors"
        show("entry page ready after the patient is chosen", f"{_ms(ready)} ms", f"at most 1,000 ms; {busy}")
        for what, played, most in (("typed", typed, MOST_TYPED), ("from a pasted report", pasted, MOST_PASTED)):
            keys, seconds, answers, saves = zip(*played, strict=True)
            every = sorted(one for answer in answers for one in answer)
            show(f"a four-lesion follow-up, {what}", f"{max(keys)} keys", f"beyond the digits; at most {most}")
            show("  from the page to the receipt", f"{statistics.median(seconds):.1f} s", "of machine time")
            typical, slow = every[len(every) // 2], every[len(every) * 95 // 100]
            show("  a key answered: the median, the 95th of 100", f"{typical:.0f}, {slow:.0f} ms", "at most 50 ms")
            show("  save to receipt", f"{_ms(saves)} ms", "at most 500 ms")
        browser.close()


def _ms(values: list[float] | tuple[float, ...]) -> str:
    return f"{statistics.median(values):,.0f}"


@contextmanager
def _served() -> Iterator[tuple[str, Database]]:
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{folder}/entry.sqlite3")
        migrate.upgrade(db)
        environ = {"TRACKER_DATABASE_URL": f"sqlite:///{db.file}", "TRACKER_DATA_DIR": folder}
        process, url, _ = start_server(Path(folder), **environ)
        try:
            yield url, db
        finally:
            stop(process)
            db.dispose()


def _four_lesions(db: Database, identifier: str) -> tuple[int, str]:
    """A patient with four liver lesions, a baseline and a follow-up."""
    actor = local_actor(db)
    patient_id = patients.register_patient(db, actor, patient_draft(identifier)).patient_id
    where = {"L1": (Segment.VII,), "L2": (Segment.IVA, Segment.IVB), "L3": (Segment.VI,), "L4": (Segment.II,)}
    lesions = tuple(lesion(label, *segments) for label, segments in where.items())
    first = (measured("L1", 25), measured("L2", 30), measured("L3", 12), seen("L4", State.PRESENT))
    roles = {**ROLES, "L3": LesionRole.NON_TARGET, "L4": LesionRole.NON_TARGET}
    courses.start_course(
        db, actor, patient_id, course_draft(exam_draft(BASELINE, *first, lesions=lesions), roles=roles)
    )
    second = (measured("L1", 20), measured("L2", 25), measured("L3", 11), seen("L4", State.PRESENT))
    exams.record_exam(db, actor, patient_id, exam_draft(FOLLOW_UPS[1], *second))
    return patient_id, identifier


def _choose(page: Page, url: str, patient: tuple[int, str]) -> float:
    """Milliseconds from the choice of a patient to the first field that waits for a key."""
    page.context.clear_cookies()
    page.goto(f"{url}/enter-scan")
    settle(page)
    page.get_by_role("combobox").fill(patient[1])
    page.get_by_role("option", name=patient[1]).wait_for()
    began = time.perf_counter()
    page.keyboard.press("Enter")
    expect(date_field(page)).to_be_focused()
    return (time.perf_counter() - began) * 1000


def _play(
    page: Page, url: str, patient: tuple[int, str], enter: Callable[[Page], int]
) -> tuple[int, float, list[float], float]:
    """Keys beyond the digits, seconds, milliseconds of every key answered, milliseconds from the last key to the receipt."""
    copy_text(page, REPORT)
    page.goto(f"{url}/enter-scan?patient={patient[0]}")
    settle(page)
    expect(date_field(page)).to_be_focused()
    page.evaluate(_WATCH_KEYS)
    began = time.perf_counter()
    keys = enter(page)
    answers = page.evaluate("window.answered")
    page.evaluate(_WATCH_SAVE)
    page.keyboard.press("Enter")
    expect(receipt(page)).to_be_visible()
    seconds = time.perf_counter() - began
    page.wait_for_function("() => window.saved")
    return keys + 1, seconds, answers, float(page.evaluate("window.saved"))


def _type(page: Page) -> int:
    """Everything but the last Enter."""
    keys = Keys(page)
    keys.type("07072026")
    keys.press("Enter")
    for text in ("17", "22x18", "9"):
        keys.type(text)
        keys.press("Enter")
    keys.type("a")
    expect(preview(page)).to_contain_text("17 + 22 = 39 mm")
    return keys.pressed


def _paste(page: Page) -> int:
    """Ctrl+V, the scan's own fields, four rows; the last Enter, on the save button, is not pressed here."""
    keys = Keys(page)
    keys.press("Control+v")
    expect(pane(page).get_by_role("status")).to_contain_text("suggests")
    keys.press("Enter")
    for label, text in (("L1", "17"), ("L2", "22 x 18"), ("L3", "9"), ("L4", "a")):
        keys.press("Enter")
        expect(box(page, label)).to_have_value(text)
    expect(page.get_by_role("button", name="Save scan")).to_be_focused()
    return keys.pressed
