"""The cohort page: four charts of one group with one patient in them, counts, filters, and what is seen as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from dashboards.components import cohort_files, cohort_focus, cohort_loaded, cohort_tables
from dashboards.components.cohort_focus import FOCUS, GOING, press
from dashboards.views import cohort as view
from tests.dashboards.pages import charts, html, markup, run_page
from tests.support.builders import FOLLOW_UPS, fill_patient, follow_up_draft
from tracker.db.engine import Database
from tracker.db.models import PatientRow
from tracker.pictures.cohort_survival import Event
from tracker.services import exams
from tracker.services.actors import Actor

__all__ = ["run_page"]

Run = Callable[..., AppTest]


def test_the_waterfall_the_counts_and_the_table_agree(run_page: Run, db: Database, actor: Actor) -> None:
    for number in (1, 2):
        fill_patient(db, actor, f"P-{number:03}")
    fill_patient(db, actor, "P-003", follow_ups=0)
    page = run_page("cohort")
    bars = bars_of(charts(page)[0])
    assert bars["y"] == pytest.approx([-30.8, -30.8])
    assert bars["customdata"] == [1, 2]
    text = html(page)
    assert "3 patients, 3 courses, 7 scans · local audit, not evidence" in text
    assert "1 course with a baseline only is not counted." in text
    assert "CR or PR: 2 of 2 courses with targets, 100 %" in text
    assert "counts once for each" not in text
    assert "Only 2 courses: shares of so few say little." in text
    page.toggle(key="cohort-tables").set_value(True).run()
    assert markup(page, "cohort-patients").count("<tr data-find") == 3
    assert charts(page) == []


def bars_of(figure: dict[str, Any]) -> dict[str, Any]:
    return next(trace for trace in figure["data"] if trace["type"] == "bar")


def test_growth_has_no_line_from_the_baseline(run_page: Run, db: Database, actor: Actor) -> None:
    fill_patient(db, actor)
    waterfall, spider, *_ = charts(run_page("cohort"))
    assert [shape["y0"] for shape in waterfall["layout"]["shapes"]] == [-30]
    assert [shape["y0"] for shape in spider["layout"]["shapes"]] == [-30]


def test_filters_narrow_what_is_seen(run_page: Run, db: Database, actor: Actor) -> None:
    fill_patient(db, actor)
    page = run_page("cohort")
    assert page.selectbox(key="cohort-treatment").options == ["Treatment: all", "Treatment: FOLFIRI"]
    assert page.selectbox(key="cohort-from").options == ["Started from: all", "Started from: Jan 2026"]
    assert not any(box.key == "cohort-site" for box in page.selectbox)
    page.selectbox(key="cohort-course").select(1).run()
    assert "1 patient, 1 course, 3 scans" in html(page)


def test_more_rows_than_a_page_bears_are_counted_and_left_to_the_file(
    run_page: Run, db: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        fill_patient(db, actor, f"P-{number:03}")
    monkeypatch.setattr(cohort_tables, "MOST_LISTED", 2)
    page = run_page("cohort", **{"cohort-tables": True})
    listed = markup(page, "cohort-patients")
    assert listed.count("<tr data-find") == 2
    assert "The first 2 of 3 courses are listed" in listed
    assert "3 patients, 3 courses, 9 scans" in html(page)


def test_a_rerun_derives_nothing_and_a_saved_scan_does(
    run_page: Run, db: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = fill_patient(db, actor)
    page = run_page("cohort")
    with monkeypatch.context() as patched:
        for name in ("load_cohort", "CohortCourses", "draw_waterfall", "draw_spider", "draw_swimmer", "draw_survival"):
            patched.delattr(cohort_loaded, name)
        page.run()
        assert not page.exception
    exams.record_exam(db, actor, filled.patient_id, follow_up_draft(FOLLOW_UPS[2], 10, 10))
    page.run()
    assert bars_of(charts(page)[0])["y"] == pytest.approx([-61.5])


def test_a_group_with_baselines_only_says_what_is_missing_on_every_card(
    run_page: Run, db: Database, actor: Actor
) -> None:
    fill_patient(db, actor, follow_ups=0)
    page = run_page("cohort")
    assert charts(page) == []
    text = html(page)
    assert text.count("No course has a scan after its baseline") == 2
    assert "No course has a baseline sum and a later one." in text
    assert "No course with targets: no rate of response." in text


def test_survival_can_be_chosen_where_a_death_is_recorded(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    assert not any(box.key == "cohort-event" for box in run_page("cohort").selectbox)
    with db.engine.begin() as connection:
        died = update(PatientRow).where(PatientRow.id == filled.patient_id)
        connection.execute(died.values(died_on=date(2026, 10, 1), version=PatientRow.version + 1))
    page = run_page("cohort")
    assert page.selectbox(key="cohort-event").options == [
        "Show: time to PD",
        "Show: progression-free survival",
        "Show: overall survival",
    ]
    page.selectbox(key="cohort-event").select(Event.DEATH).run()
    assert not page.exception
    assert "Overall survival" in html(page)
    assert "deaths without PD are not in these numbers" not in html(page)


def test_an_empty_cohort_says_what_would_fill_it(run_page: Run) -> None:
    assert "No course has a baseline yet." in html(run_page("cohort"))


def test_a_first_press_looks_at_a_patient_and_a_second_opens_it(
    run_page: Run, db: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = fill_patient(db, actor)
    opened: list[tuple[str, int]] = []
    monkeypatch.setattr(view, "open_page", lambda page, patient: opened.append((page, patient)))
    state: dict[str, Any] = {}
    monkeypatch.setattr(cohort_focus.st, "session_state", state)
    press(filled.patient_id)
    assert state == {FOCUS: filled.patient_id}
    press(filled.patient_id)
    assert state[GOING] == filled.patient_id
    monkeypatch.undo()


def test_the_focused_patient_is_the_same_in_all_four_charts(run_page: Run, db: Database, actor: Actor) -> None:
    fill_patient(db, actor, "P-001")
    second = fill_patient(db, actor, "P-002", follow_ups=1)
    waterfall, spider, swimmer, survival = charts(run_page("cohort", **{FOCUS: second.patient_id}))
    for figure in (waterfall, spider, swimmer, survival):
        assert [note["text"] for note in figure["layout"]["annotations"] if "P-00" in note["text"]] == ["<b>P-002</b>"]


def test_a_patient_who_is_not_seen_is_not_focused(run_page: Run, db: Database, actor: Actor) -> None:
    fill_patient(db, actor)
    page = run_page("cohort", **{FOCUS: 99})
    assert not any("P-001" in note["text"] for figure in charts(page) for note in figure["layout"]["annotations"])


def test_only_patients_who_are_seen_are_walked_to_or_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {}
    monkeypatch.setattr(cohort_focus.st, "session_state", state)
    walk = (7, 3, 9)

    def did(what: str) -> int | None:
        state["cohort-focus-keys"] = {"did": what}
        cohort_focus._answer(walk)
        return cohort_focus.focused(walk)

    assert did("to 1") == 3
    assert did("to 2") == 9
    for nonsense in ("to 3", "to -1", "to x", "to", "open 5", "open x", "", "anything else at all"):
        assert did(nonsense) == 9
    assert GOING not in state
    did("open 7")
    assert state[GOING] == 7
    assert did("leave 9") is None


def test_every_file_is_written_of_what_is_seen(
    run_page: Run, db: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_patient(db, actor)
    written: dict[str, bytes] = {}
    monkeypatch.setattr(
        cohort_files.st,
        "download_button",
        lambda label, data, **_: written.update({label: data()}),
    )
    run_page("cohort")
    assert sorted(written) == ["CSV", "Excel", "PNG", "SVG"]
    assert written["PNG"].startswith(b"\x89PNG")
    assert b"<svg" in written["SVG"]
    assert b"SYNTHETIC" not in written["SVG"]
    assert written["Excel"].startswith(b"PK")
