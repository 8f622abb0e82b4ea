"""The sentence of a value is on the patient page ever after, and the whole report one press away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.support.builders import exam_draft, fill_patient, measured
from tracker.domain.record import RecordedObservation
from tracker.domain.vocabulary import Provenance
from tracker.services import exams

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
REPORT = (
    "CT abdomen, 6 July 2026. Comparison: 4 May 2026.\n\n"
    "Liver: the metastasis in segment VII measures 21 mm, previously 25 mm. <i>Segment II</i>: 12 mm.\n\n"
    "Impression: partial response, no new lesions."
)


def _taken(label: str, mm: int, quote: str, sentence: str) -> RecordedObservation:
    start = REPORT.index(quote)
    return replace(
        measured(label, mm),
        provenance=Provenance.REPORT,
        source_text=sentence,
        source_start=start,
        source_end=start + len(quote),
    )


@pytest.fixture(scope="module")
def patient(served: Served) -> int:
    patient_id = fill_patient(served.db, served.actor, "SOURCE-001").patient_id
    said = (
        _taken("L1", 21, "21 mm", "Liver: the metastasis in segment VII measures 21 mm, previously 25 mm."),
        _taken("L2", 12, "12 mm", "<i>Segment II</i>: 12 mm."),
    )
    draft = exam_draft(date(2026, 7, 6), *said, report_text=REPORT)
    exams.record_exam(served.db, served.actor, patient_id, draft)
    return patient_id


def test_the_sentence_and_the_report_are_opened_from_the_patient(open_page: Open, patient: int) -> None:
    page = open_page(f"/patient?patient={patient}")
    page.locator(".st-key-why-now button").click()
    card = page.locator(".st-key-why-card")
    fold = card.locator("details", has_text="values were taken from it").first
    fold.locator("summary").first.click()
    rows = fold.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("“Liver: the metastasis in segment VII measures 21 mm, previously 25 mm.”")
    expect(rows.nth(0).locator("b")).to_have_text("21 mm")
    expect(rows.nth(1)).to_contain_text("“<i>Segment II</i>: 12 mm.”")
    fold.locator(".hp-report summary").click()
    text = fold.locator(".hp-report-text")
    expect(text.locator("mark")).to_have_text(["21 mmL1", "12 mmL2"])
    expect(text).to_contain_text("Impression: partial response, no new lesions.")
    cell = page.locator("td.hp-at[title*='From the report']")
    expect(cell).to_have_count(2)
    assert "segment" not in page.url
