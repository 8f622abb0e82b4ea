"""The patient page: the answer before the chart, the reasons of every scan, one patient at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.pages import charts, html, markup, run_page
from tests.support.builders import (
    FOLLOW_UPS,
    exam_draft,
    fill_patient,
    lesion,
    measured,
    patient_draft,
    seen,
)
from tracker.db.engine import Database
from tracker.domain.drafts import CourseDraft
from tracker.domain.record import StatedCount
from tracker.domain.vocabulary import CountKind, CourseKind, LesionRole, Response, Segment, State
from tracker.services import confirmations, courses, exams, patients
from tracker.services.actors import Actor

__all__ = ["run_page"]

Run = Callable[..., AppTest]


@pytest.fixture
def read_reasons(run_page: Run) -> Run:
    """Opens the patient page at the reasons of one scan, as a link does."""

    def run(patient_id: int, on: date | str, course: int | str = 1) -> AppTest:
        return run_page("patient", patient_id, address={"course": str(course), "date": str(on)})

    return run


def test_the_answer_the_chart_and_the_reasons_of_the_newest_scan_stand_on_one_page(
    run_page: Run, db: Database, actor: Actor
) -> None:
    filled = fill_patient(db, actor)
    page = run_page("patient", filled.patient_id)
    text = html(page)
    assert "Why PR on" not in text
    page.button(key="why-now").click().run()
    assert page.query_params["course"] == "1"
    assert page.query_params["date"] == FOLLOW_UPS[1].isoformat()
    assert "RECIST 1.1 arithmetic on entered data, course 1:" in text
    assert "36 mm, −31 % from baseline (5 Jan 2026), new nadir; previous nadir 40 mm on 2 Mar 2026." in text
    assert "Not yet confirmed by a clinician." in text
    page.button(key="close-why").click().run()
    assert "Why PR on" not in html(page)
    page.button(key="why-now").click().run()
    assert "Why PR on 4 May 2026?" in markup(page, f"why-{filled.patient_id}")
    assert "recist11.target.pr, Eisenhauer 2009, 4.3.1" in markup(page, f"why-{filled.patient_id}")
    [figure] = charts(page)
    pd_line = next(trace for trace in figure["data"] if trace["name"].startswith("PD line"))
    assert pd_line["x"][0] == FOLLOW_UPS[1].isoformat()


def test_a_confirmed_response_is_filled_and_its_author_named(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    outlined = markup(run_page("patient", filled.patient_id), f"lesions-{filled.patient_id}")
    assert "hp-badge-confirmed" not in outlined
    confirmations.confirm_response(
        db, actor, filled.patient_id, 1, FOLLOW_UPS[1], Response.PR, expected_version=4
    )  # fmt: skip
    page = run_page("patient", filled.patient_id, address={"date": FOLLOW_UPS[1].isoformat()})
    assert "Confirmed PR by Local user." in html(page)
    table = markup(page, f"lesions-{filled.patient_id}")
    assert table.count("hp-badge-confirmed") == 1
    assert "course 1: PR by RECIST 1.1 (Eisenhauer 2009), computed, confirmed PR by Local user" in table
    why = markup(page, f"why-{filled.patient_id}")
    assert "Computed PR · No response reported · Confirmed PR by Local user" in why
    assert "cases or more (measurement alone; a lower bound)." in why


def test_the_reasons_of_every_scan_have_an_address(read_reasons: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    days = (date(2026, 1, 5), *FOLLOW_UPS)
    for row, title in enumerate(("Baseline of 5 Jan 2026", "Why SD on 2 Mar 2026?", "Why PR on 4 May 2026?")):
        page = read_reasons(filled.patient_id, days[row])
        assert title in markup(page, f"why-{filled.patient_id}")
        table = markup(page, f"lesions-{filled.patient_id}")
        assert f'data-pick="0:{row}" aria-pressed="true"' in table
        assert table.count('aria-pressed="true"') == 1


@pytest.mark.parametrize(
    ("on", "course", "said"),
    [
        ("2026-03-09", "1", "a scan of 9 Mar 2026 in course 1"),
        ("2026-03-02", "7", "a scan of 2 Mar 2026 in course 7"),
        ("2026-02-31", "1", "a scan of a day that is not in the calendar in course 1"),
        ("<b>x</b>", "<b>", "a scan of a day that is not in the calendar in no course"),
    ],
)
def test_an_address_that_names_no_scan_is_answered_in_a_sentence(
    read_reasons: Run, db: Database, actor: Actor, on: str, course: str, said: str
) -> None:
    filled = fill_patient(db, actor)
    text = html(read_reasons(filled.patient_id, on, course))
    assert f"The address asks for {said}, which this record does not have. The newest scan is shown." in text
    assert "Why PR on" not in text


def test_another_patient_begins_at_the_newest_scan(read_reasons: Run, db: Database, actor: Actor) -> None:
    first, _ = fill_patient(db, actor, "P-001"), fill_patient(db, actor, "P-002")
    page = read_reasons(first.patient_id, FOLLOW_UPS[0])
    page.button(key="next-patient").click().run()
    assert "date" not in page.query_params
    assert "Why" not in html(page)


def test_a_stored_scan_is_corrected_from_the_patient_page(
    run_page: Run, read_reasons: Run, db: Database, actor: Actor
) -> None:
    filled = fill_patient(db, actor)
    record = patients.load_record(db, actor, filled.patient_id)
    page = read_reasons(filled.patient_id, FOLLOW_UPS[0])
    shown = next(exam for exam in record.exams if exam.performed_on == FOLLOW_UPS[0])
    assert f'data-pick="correct:{shown.id}" aria-label="Correct the CT of 2 Mar 2026">Correct this scan…' in html(page)
    page = run_page("patient", filled.patient_id, **{"patient-correcting": shown.id})
    assert page.query_params["exam"] == str(shown.id)
    assert page.query_params["patient"] == str(filled.patient_id)


def test_the_scan_of_another_patient_is_not_opened(run_page: Run, db: Database, actor: Actor) -> None:
    filled, other = fill_patient(db, actor, "P-001"), fill_patient(db, actor, "P-002")
    strange = patients.load_record(db, actor, other.patient_id).exams[0].id
    page = run_page("patient", filled.patient_id, **{"patient-correcting": strange})
    assert "exam" not in page.query_params
    assert "P-001" in html(page)


def test_next_and_previous_walk_the_patients(run_page: Run, db: Database, actor: Actor) -> None:
    first, second = fill_patient(db, actor, "P-001"), fill_patient(db, actor, "P-002")
    page = run_page("patient", first.patient_id)
    assert page.button(key="previous-patient").disabled
    page.button(key="next-patient").click().run()
    assert page.query_params["patient"] == str(second.patient_id)
    assert "P-002" in html(page)
    assert "P-001" not in html(page)
    assert page.button(key="next-patient").disabled


def test_one_scan_is_as_clear_as_many(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor, follow_ups=0)
    page = run_page("patient", filled.patient_id)
    assert "First scan of course 1." in html(page)
    assert "PR would begin at 36.4 mm or less; PD at 62.4 mm or more, if this stays the nadir." in html(page)
    [figure] = charts(page)
    words = " ".join(label["text"] for label in figure["layout"]["annotations"])
    assert "No change to show yet: one scan." in words


def test_a_patient_without_a_scan_says_what_is_missing(run_page: Run, db: Database, actor: Actor) -> None:
    patient_id = patients.register_patient(db, actor, patient_draft()).patient_id
    page = run_page("patient", patient_id)
    assert "No scan yet." in html(page)
    assert charts(page) == []


def test_scans_without_a_course_have_no_response(run_page: Run, db: Database, actor: Actor) -> None:
    patient_id = patients.register_patient(db, actor, patient_draft()).patient_id
    exams.record_exam(
        db, actor, patient_id, exam_draft(date(2026, 3, 2), measured("L1", 30), lesions=(lesion("L1", Segment.V),))
    )
    text = html(run_page("patient", patient_id))
    assert "No course has a baseline yet." in text
    number = patients.load_record(db, actor, patient_id).exams[0].id
    assert f'data-pick="correct:{number}"' in text


def test_counts_alone_say_what_can_and_cannot_be_concluded(run_page: Run, db: Database, actor: Actor) -> None:
    patient_id = patients.register_patient(db, actor, patient_draft()).patient_id
    count = StatedCount(CountKind.INNUMERABLE)
    baseline = exam_draft(
        date(2026, 1, 5), seen("L1", State.PRESENT), lesions=(lesion("L1", Segment.V),), liver_count=count
    )
    courses.start_course(
        db,
        actor,
        patient_id,
        CourseDraft(CourseKind.SYSTEMIC, "FOLFIRI", date(2026, 1, 12), {"L1": LesionRole.NON_TARGET}, baseline),
    )
    exams.record_exam(db, actor, patient_id, exam_draft(date(2026, 3, 2), seen("L1", State.PRESENT), liver_count=count))
    text = html(run_page("patient", patient_id))
    for heading in ("Can be said", "Cannot be said", "What would help"):
        assert heading in text
    assert "No sum exists, so no percentage is shown." in text


def test_everything_is_on_the_page_in_words_too(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    page = run_page("patient", filled.patient_id)
    text = html(page)
    for caption in ("Sum of targets", "Treatments", "Lesions by date: diameter in mm"):
        assert f"<caption>{caption}</caption>" in text
    [figure] = charts(page)
    assert "sum of targets 52 mm at the baseline of 5 Jan 2026" in figure["alt"]


@pytest.mark.parametrize("patient", [99, None])
def test_without_a_known_patient_the_page_offers_a_choice(
    run_page: Run, db: Database, actor: Actor, patient: int | None
) -> None:
    filled = fill_patient(db, actor)
    page = run_page("patient", patient)
    assert [error.value for error in page.error] == ([] if patient is None else ["There is no patient number 99."])
    page.selectbox(key="patient-choose").select(filled.patient_id).run()
    assert page.button(key="why-now").label == "Why PR?"


def test_what_a_person_typed_never_becomes_markup(run_page: Run, db: Database, actor: Actor) -> None:
    patient_id = patients.register_patient(db, actor, patient_draft("<b>P</b>", name="<img src=x>")).patient_id
    baseline = exam_draft(date(2026, 1, 5), measured("L1", 30), lesions=(lesion("L1", organ="<i>odd</i>"),))
    courses.start_course(
        db,
        actor,
        patient_id,
        CourseDraft(CourseKind.SYSTEMIC, "<s>x</s>", date(2026, 1, 12), {"L1": LesionRole.TARGET}, baseline),
    )
    page = run_page("patient", patient_id)
    text = html(page)
    for raw in ("<b>P</b>", "<img src=x>", "<i>odd</i>", "<s>x</s>"):
        assert raw not in text
