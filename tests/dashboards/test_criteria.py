"""Every page for a course of every criterion: its name beside every response, its own words, letters and lines."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.entry_preview import _verdict
from dashboards.components.receipt import _response_block
from dashboards.components.response_words import (
    find_response,
    say_limits,
    say_response_sentence,
    say_what_changed,
)
from tests.dashboards.pages import charts, html, markup, run_page
from tests.support.criteria import SCANS, store_course
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.vocabulary import Response
from tracker.pictures.answer import derive_answer, say_lead
from tracker.pictures.criteria import face_of
from tracker.pictures.words import say_response
from tracker.services import patients
from tracker.services.actors import Actor

__all__ = ["run_page"]

Run = Callable[..., AppTest]
R = Response

#: By criterion: the responses of the five scans, worked out by hand from ``tests.support.criteria``.
RESPONSES = {
    "recist-1.1": (R.SD, R.PD, R.PR, R.PD),
    "irecist": (R.I_UPD, R.I_PR, R.I_UPD, R.I_CPD),
    "choi": (R.PR, R.PR, R.NE, R.PD),
    "modified-choi": (R.PR, R.SD, R.NE, R.PD),
    "percist-1.0": (R.NE, R.NE, R.NE, R.NE),
}
LINES = {"recist-1.1": [-30.0], "irecist": [-30.0], "choi": [-10.0], "modified-choi": [-10.0], "percist-1.0": []}

every_criterion = pytest.mark.parametrize("criterion", SCANS)


def response_lines(figure: dict[str, object]) -> list[float]:
    traces = figure["data"]
    assert isinstance(traces, list)
    return [trace["y"][0] for trace in traces if "% from the baseline" in str(trace.get("name"))]


@every_criterion
def test_the_patient_page_names_the_criterion_beside_every_response(
    criterion: str, run_page: Run, db: Database, actor: Actor
) -> None:
    patient_id = store_course(db, actor, criterion)
    [course] = assess_record(patients.load_record(db, actor, patient_id))
    assert tuple(row.overall_response for row in course.assessment.time_points[1:]) == RESPONSES[criterion]
    page = run_page("patient", patient_id)
    text, face = html(page), face_of(criterion)
    assert f"{say_lead(course)}:" in text
    table = markup(page, f"lesions-{patient_id}")
    # Once for the eye that rests on the badge, once for the ear.
    for said in ("title", "aria-label"):
        assert len(re.findall(f'{said}="[^"]* by {re.escape(face.with_source)}, computed', table)) == 4
    assert f"<span>{face.name}</span>" in table
    [figure] = charts(page)
    assert response_lines(figure) == LINES[criterion]
    for row in course.assessment.time_points:
        address = {"course": str(course.course.number), "date": row.date.isoformat()}
        why = markup(run_page("patient", patient_id, address), f"why-{patient_id}")
        assert f"Judged by</dt><dd>{face.with_source}" in why


@every_criterion
@pytest.mark.parametrize("scans", [1, 2, 3])
def test_all_pages_open_with_few_scans(criterion: str, scans: int, run_page: Run, db: Database, actor: Actor) -> None:
    patient_id = store_course(db, actor, criterion, scans)
    run_page("patient", patient_id)
    for view in ("worklist", "cohort", "learn", "new_patient"):
        run_page(view)


@every_criterion
def test_the_receipt_and_the_preview_speak_by_the_criterion(criterion: str, db: Database, actor: Actor) -> None:
    record = patients.load_record(db, actor, store_course(db, actor, criterion))
    courses, face = assess_record(record), face_of(criterion)
    for exam in record.exams:
        response = find_response(courses, exam.id)
        assert response is not None
        assert say_response_sentence(response).startswith(f"{say_lead(courses[0])}: ")
        preview = _verdict(response)
        if not response.is_baseline:
            letters = say_response(response.result.overall_response)
            assert preview["badge"]["letters"] == letters
            assert f"by {face.with_source}</span>" in _response_block(record, exam, response)
            assert say_what_changed(response, None, "")


def test_limits_are_those_of_the_criterion(db: Database, actor: Actor) -> None:
    def limits(criterion: str, scans: int) -> str:
        record = patients.load_record(db, actor, store_course(db, actor, criterion, scans))
        response = find_response(assess_record(record), record.exams[-1].id)
        assert response is not None
        return say_limits(response)

    assert limits("recist-1.1", 2) == "PR begins at 42 mm or less; after this scan PD would begin at 72 mm."
    assert limits("choi", 3) == (
        "PR begins at 54 mm or less or −15 % HU; after this scan PD would begin at 57.2 mm unless −15 % HU."
    )
    assert limits("irecist", 2).startswith("iPR begins at 42 mm or less. Not a confirmed progression: the iUPD of")
    assert limits("percist-1.0", 2) == ""


def test_an_open_iupd_says_what_it_waits_for(run_page: Run, db: Database, actor: Actor) -> None:
    patient_id = store_course(db, actor, "irecist", 2)
    text = html(run_page("patient", patient_id))
    waits = (
        "Not a confirmed progression: the iUPD of 16 Feb 2026 waits for the next scan, from 16 Mar 2026, best by "
        "13 Apr 2026; 79 mm or more would confirm it."
    )
    assert waits in text
    assert "hp-UPD" in text
    assert "hp-PD" not in text
    answer = derive_answer(assess_record(patients.load_record(db, actor, patient_id)))
    assert answer is not None
    assert answer.question == "Why iUPD?"
    work = html(run_page("worklist"))
    assert "to confirm the iUPD of 16 Feb (4 to 8 weeks)" in work
    assert ">iRECIST</span>" in work


def test_a_void_iupd_is_said_and_the_line_goes_on(run_page: Run, db: Database, actor: Actor) -> None:
    patient_id = store_course(db, actor, "irecist", 3)
    page = run_page("patient", patient_id)
    assert "is void: " in html(page)
    assert "hp-iPR" not in html(page)
    assert "waits for the next scan" not in html(page)


def test_a_cohort_of_several_criteria_counts_one_and_says_which(run_page: Run, db: Database, actor: Actor) -> None:
    for criterion in SCANS:
        store_course(db, actor, criterion)
    page = run_page("cohort")
    assert page.selectbox(key="cohort-criterion").value == "recist-1.1"
    text = html(page)
    assert "RECIST 1.1 (Eisenhauer 2009), computed" in text
    assert "CR or PR: 0 of 1 course with targets" in text
    assert "Not among them: 1 course by iRECIST (Seymour 2017), 1 course by Choi (2007)" in text
    page.selectbox(key="cohort-criterion").select("irecist").run()
    assert not page.exception
    text = html(page)
    assert "iCR or iPR: 1 of 1 course with targets" in text
    assert "iRECIST (Seymour 2017), computed" in text
    page.selectbox(key="cohort-criterion").select("choi").run()
    waterfall, *_ = charts(page)
    assert [shape["y0"] for shape in waterfall["layout"]["shapes"]] == [-10]
    page.selectbox(key="cohort-criterion").select("percist-1.0").run()
    assert not page.exception


def test_a_course_is_offered_what_the_record_can_feed(run_page: Run) -> None:
    page = run_page("new_patient")
    [choice] = [box for box in page.selectbox if box.label == "Judged by"]
    assert choice.value == "recist-1.1"
    assert choice.options == [
        "RECIST 1.1 (Eisenhauer 2009)",
        "iRECIST (Seymour 2017)",
        "Choi (2007)",
        "modified Choi (Nathan 2010)",
    ]
    choice.select("choi").run()
    assert "needs the mean attenuation (HU) of every target at every scan" in html(page)
    choice = next(box for box in page.selectbox if box.label == "Judged by")
    assert choice.value == "choi"
