"""Entering a scan by keyboard: the promise of the entry page, in a real browser under the strict policy."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settle
from tests.support.builders import fill_patient
from tests.support.cells import cell_cases, flatten
from tests.support.entering import Keys, box, date_field, echo, preview, receipt, table, wait_kept
from tracker.domain.cells import read_cell
from tracker.domain.lengths import Length
from tracker.domain.vocabulary import State
from tracker.services.patients import load_record

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_the_browser_reads_a_box_exactly_as_the_table_of_cases_says(open_page: Open, served: Served) -> None:
    page = open_page("/")
    cases = cell_cases()
    read = page.evaluate(
        """async cases => {
            const { readCell } = await import('/_stcore/bidi-components/hepatrack.entry/cells.js');
            return cases.map(({ text, node, labels, new: isNew }) => readCell(text, { node, labels, isNew }));
        }""",
        cases,
    )
    wrong = {case["text"]: got for case, got in zip(cases, read, strict=True) if got != case["expected"]}
    assert wrong == {}


def test_both_hands_read_any_text_alike(open_page: Open, served: Served) -> None:
    """Three thousand texts put together from what people type, read by the browser and by the server."""
    dice = Random(20261124)
    pieces = ["2", "23", "0", "3.1", "2,5", "300.5", ".", ",", " ", " ", "mm", "cm", "x", "×", "*", "<", ">=", "~", "a", "ts",
              "ne", "nm", "p", "up", "m", "s", "t", "r", "eq", "uneq", "L2", "2", "+", "/", "-", "motion", "Ä", "é", "9"]  # fmt: skip
    cases = [
        {
            "text": "".join(dice.choices(pieces, k=dice.randint(1, 6))),
            "node": dice.random() < 0.3,
            "new": dice.random() < 0.3,
        }
        for _ in range(3000)
    ]
    page = open_page("/new-patient")
    read = page.evaluate(
        """async cases => {
            const { readCell } = await import('/_stcore/bidi-components/hepatrack.entry/cells.js');
            return cases.map(({ text, node, new: isNew }) => readCell(text, { node, labels: ['L1', 'L2'], isNew }));
        }""",
        cases,
    )
    labels = frozenset(("L1", "L2"))
    for case, got in zip(cases, read, strict=True):
        reading = read_cell(case["text"], node=case["node"], labels=labels, new=case["new"])
        assert got == flatten(reading), case


def test_a_follow_up_is_entered_by_keyboard_alone_and_answered_with_a_receipt(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "KEYS-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    expect(date_field(page)).to_be_focused()
    keys = Keys(page)
    keys.type("07072026")
    keys.press("Enter")
    expect(box(page, "L1")).to_be_focused()
    for text in ("21", "12,0 mm"):
        keys.type(text)
        keys.press("Enter")
    keys.type("p")
    expect(echo(page, "L2")).to_contain_text("12 mm → −8 %")
    keys.press("Enter")
    expect(receipt(page)).to_contain_text("Saved: CT of 7 July 2026, KEYS-1")
    expect(receipt(page)).to_contain_text("RECIST 1.1 arithmetic on entered data, course 1: 33 mm, −37 % from baseline")
    expect(receipt(page)).to_contain_text("Not yet confirmed by a clinician.")
    expect(receipt(page)).to_contain_text("New nadir: 33 mm.")
    assert keys.pressed <= 25
    stored = load_record(served.db, served.actor, patient.patient_id).exams[-1]
    assert stored.observation("L2").observation.longest == Length.from_mm(12)
    assert stored.observation("L3").observation.state is State.PRESENT


def test_four_lesions_take_at_most_twenty_five_keys_beyond_the_digits(open_page: Open, served: Served) -> None:
    page = open_page(f"/enter-scan?patient={_four_lesions(served, 'KEYS-4')}")
    expect(date_field(page)).to_be_focused()
    keys = Keys(page)
    keys.type("07072026")
    keys.press("Enter")
    for text in ("17", "22x18", "9", "a"):
        keys.type(text)
        keys.press("Enter")
    expect(receipt(page)).to_be_visible()
    assert keys.pressed <= 25


def test_the_echo_of_a_key_is_there_in_under_50_ms(open_page: Open, served: Served) -> None:
    page = open_page(f"/enter-scan?patient={_four_lesions(served, 'FAST-1')}")
    expect(box(page, "L1")).to_be_visible()
    took = page.evaluate(
        """() => {
            const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
            const box = root.querySelector('.box');
            box.focus();
            const times = [];
            for (let turn = 0; turn < 20; turn += 1) {
                box.value = String(20 + turn);
                const start = performance.now();
                box.dispatchEvent(new Event('input'));
                root.querySelector('.echo').getBoundingClientRect();
                times.push(performance.now() - start);
            }
            return times.sort((a, b) => a - b)[10];
        }"""
    )
    assert took < 50


def test_a_bare_decimal_is_asked_and_no_response_is_shown_while_it_is(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "ASK-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    box(page, "L1").fill("2.1")
    box(page, "L2").fill("12")
    box(page, "L3").fill("p")
    wait_kept(page)
    expect(table(page)).to_contain_text("As mm: 2.1 mm, −91 %. As cm: 21 mm, −9 %.")
    expect(preview(page)).to_contain_text("waits for 1 answer")
    expect(box(page, "L3")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Not saved")).to_contain_text("answer the question at L1 first")
    expect(box(page, "L1")).to_be_focused()
    page.keyboard.press("y")
    expect(box(page, "L1")).to_have_value("2.1 cm")
    expect(preview(page)).to_contain_text("21 + 12 = 33 mm")
    expect(preview(page)).to_contain_text("PR")


def test_a_size_far_from_the_prior_is_asked_and_kept_with_its_question_to_verify(
    open_page: Open, served: Served
) -> None:
    patient = fill_patient(served.db, served.actor, "BAND-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    box(page, "L1").fill("230")
    expect(table(page)).to_contain_text("ten times the prior?")
    box(page, "L1").press("y")
    expect(box(page, "L1")).to_have_value("23 mm")
    box(page, "L1").fill("44")
    expect(table(page)).to_contain_text("much larger?")
    box(page, "L2").fill("13")
    box(page, "L3").fill("p")
    page.keyboard.press("Enter")
    expect(box(page, "L1")).to_be_focused()
    page.get_by_role("button", name="Save scan").click()
    expect(receipt(page)).to_contain_text("to verify")
    expect(receipt(page)).to_contain_text("Provisional")
    stored = load_record(served.db, served.actor, patient.patient_id).exams[-1]
    assert stored.observation("L1").observation.provisional
    assert not stored.observation("L2").observation.provisional


def test_an_empty_box_is_never_saved(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "EMPTY-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    box(page, "L1").fill("21")
    box(page, "L3").fill("p")
    page.keyboard.press("Enter")
    expect(table(page).get_by_role("note")).to_contain_text("type nm if the report does not mention it.")
    expect(box(page, "L2")).to_be_focused()
    assert len(load_record(served.db, served.actor, patient.patient_id).exams) == 3
    page.keyboard.press("y")
    expect(box(page, "L2")).to_have_value("nm")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(receipt(page)).to_contain_text("not mentioned")
    assert (
        load_record(served.db, served.actor, patient.patient_id).exams[-1].observation("L2").observation.longest is None
    )


def test_a_refused_text_says_what_would_be_right_and_is_not_saved(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "REFUSE-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    for text, sentence in (
        ("0", "type a if the lesion is not seen"),
        ("450", "450 mm is over 300 mm"),
        ("23.5.1", "two decimal points"),
        ("<img src=x onerror=alert(1)>", "is not understood"),
    ):
        box(page, "L1").fill(text)
        expect(echo(page, "L1")).to_contain_text(sentence)
    box(page, "L2").fill("13")
    box(page, "L3").fill("p")
    page.keyboard.press("Enter")
    expect(box(page, "L1")).to_be_focused()
    assert len(load_record(served.db, served.actor, patient.patient_id).exams) == 3


def test_plus_adds_a_new_lesion_that_makes_progression(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "NEW-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    box(page, "L1").fill("21")
    box(page, "L2").fill("12")
    box(page, "L3").fill("p")
    page.keyboard.press("+")
    new = page.get_by_role("group", name="New lesion L4")
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    expect(new).to_contain_text("equivocal or unequivocal, as the report states?")
    new.get_by_label("L4: as the report states").select_option("uneq")
    new.get_by_label("L4: size, or empty").fill("11")
    expect(new).to_contain_text("new, unequivocal, 11 mm")
    expect(preview(page)).to_contain_text("PD")
    new.get_by_label("L4: since when").press("Enter")
    expect(receipt(page)).to_contain_text("PD")
    record = load_record(served.db, served.actor, patient.patient_id)
    assert record.lesion("L4").place == "VIII"
    assert str(record.current_course.plan.roles["L4"]) == "new"


def test_arrow_up_goes_back_and_escape_leaves_the_draft_for_later(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "LEAVE-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    date_field(page).fill("2026-07-06")
    box(page, "L2").fill("12")
    page.keyboard.press("ArrowUp")
    expect(box(page, "L1")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(date_field(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.wait_for_url(f"{served.url}/")
    settle(page)
    page.goto(f"{served.url}/enter-scan?patient={patient.patient_id}")
    expect(box(page, "L2")).to_have_value("12")


def test_uptake_is_asked_on_pet_ct_only(open_page: Open, served: Served) -> None:
    patient = fill_patient(served.db, served.actor, "PET-1")
    page = open_page(f"/enter-scan?patient={patient.patient_id}")
    suv = page.get_by_label("L1, SUVmax")
    expect(suv).to_be_hidden()
    date_field(page).fill("2026-07-06")
    page.get_by_label("Modality").select_option("PET/CT")
    suv.fill("6,4")
    box(page, "L1").fill("21")
    box(page, "L2").fill("12")
    box(page, "L3").fill("p")
    page.keyboard.press("Enter")
    expect(receipt(page)).to_contain_text("SUVmax 6.4")


def _four_lesions(served: Served, identifier: str) -> int:
    """A patient with a baseline of four lesions: two targets, two non-targets."""
    from datetime import date

    from tests.support.builders import course_draft, exam_draft, lesion, measured, patient_draft
    from tracker.domain.vocabulary import LesionRole, Segment
    from tracker.services import courses, patients

    patient_id = patients.register_patient(served.db, served.actor, patient_draft(identifier)).patient_id
    lesions = (lesion("L1", Segment.VII), lesion("L2", Segment.V), lesion("L3", Segment.II), lesion("L4", Segment.VIII))
    sizes = (measured("L1", 21), measured("L2", 26), measured("L3", 11), measured("L4", 9))
    baseline = exam_draft(date(2026, 5, 4), *sizes, lesions=lesions)
    roles = dict.fromkeys(("L1", "L2"), LesionRole.TARGET) | dict.fromkeys(("L3", "L4"), LesionRole.NON_TARGET)
    draft = course_draft(baseline, roles=roles, start=date(2026, 5, 11), treatment=None)
    courses.start_course(served.db, served.actor, patient_id, draft)
    return patient_id
