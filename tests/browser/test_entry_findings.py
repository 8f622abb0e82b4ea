"""What is asked and shown of a scan as it is typed: the browser asks what the rules say, and offers what repairs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dashboards.components.entry_findings import show_findings
from tests.browser.conftest import Served
from tests.support.builders import fill_patient
from tests.support.entering import box, date_field, preview, receipt, table, wait_kept
from tests.support.sizes import PERFORMED, size_cases
from tracker.domain.lengths import Length
from tracker.domain.plausibility import SizeAgainstPrior, find_in_sizes
from tracker.services.patients import load_record

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_the_browser_asks_of_a_size_what_the_server_says_in_its_words(open_page: Open, served: Served) -> None:
    cases = size_cases()
    asked = open_page("/").evaluate(
        """async cases => {
            const { rowFindings } = await import('/_stcore/bidi-components/hepatrack.entry/findings.js');
            return cases.map(({ now, prior, date, days }) => {
                const reading = { size: now, state: "measured", interval: days, prior: { size: prior, date } };
                const [first] = rowFindings({ label: "L1" }, reading);
                return first ? [first.key, first.rule, first.title, first.words, first.repair, first.reasons] : null;
            });
        }""",
        [case | {"date": (PERFORMED - timedelta(days=case["days"])).isoformat()} for case in cases],
    )
    for case, said in zip(cases, asked, strict=True):
        one = SizeAgainstPrior(
            "L1", Length(case["now"]), Length(case["prior"]), PERFORMED - timedelta(days=case["days"]), case["days"]
        )
        shown = show_findings(find_in_sizes([one]))
        fields = ("key", "rule", "title", "words", "repair", "reasons")
        assert said == ([shown[0][name] for name in fields] if case["rule"] else None), case


def test_values_in_each_others_row_are_swapped_at_one_press(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "SWAP-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    box(page, "L1").fill("14")
    box(page, "L2").fill("19")
    box(page, "L3").fill("p")
    wait_kept(page)
    expect(table(page)).to_contain_text("14 mm for L1 (prior 23 mm) and 19 mm for L2 (prior 13 mm)")
    expect(preview(page)).to_contain_text("Open: the table")
    table(page).get_by_role("button", name="swap L1 and L2").click()
    expect(box(page, "L1")).to_have_value("19")
    expect(box(page, "L2")).to_have_value("14")
    expect(table(page)).not_to_contain_text("Swapped?")
    expect(preview(page)).to_contain_text("19 + 14 = 33 mm")


def test_values_kept_as_typed_are_not_asked_again_and_those_left_open_are_to_verify(
    open_page: Open, served: Served
) -> None:
    patient = fill_patient(served.db, served.actor, "SWAP-2")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    box(page, "L1").fill("14")
    box(page, "L2").fill("19")
    box(page, "L3").fill("p")
    expect(table(page)).to_contain_text("Swapped?")
    table(page).get_by_role("button", name="keep, because").click()
    table(page).get_by_role("button", name="as the report states").click()
    expect(table(page)).to_contain_text("✓ kept")
    expect(table(page).get_by_text("Swapped?")).to_be_hidden()
    box(page, "L2").fill("18")
    expect(table(page)).to_contain_text("18 mm for L2")
    page.get_by_role("button", name="Save scan").click()
    expect(page.get_by_role("status").filter(has_text="Not saved yet")).to_contain_text("the table")
    page.get_by_role("button", name="Save scan").click()
    expect(receipt(page)).to_contain_text("to verify")
    stored = load_record(served.db, served.actor, patient.patient_id).exams[-1]
    open_rows = [seen.label for seen in stored.observations if seen.observation.provisional]
    assert open_rows == ["L1", "L2"]


def test_what_is_worth_a_look_in_the_dates_stands_under_them(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "LOOK-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-05-14")
    box(page, "L1").fill("21")
    box(page, "L2").fill("12")
    box(page, "L3").fill("p")
    asked = page.get_by_role("group", name="Performed: The interval")
    expect(asked).to_contain_text("only 10 days after the scan of 4 May 2026")
    expect(preview(page)).to_contain_text("21 + 12 = 33 mm")
    date_field(page).fill("2026-07-06")
    expect(asked).to_be_hidden()
