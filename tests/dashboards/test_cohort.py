"""The cohort page: a waterfall without a false line, counts, filters, and what is seen as a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components import cohort_tables, loaded
from dashboards.views import cohort as view
from tests.dashboards.pages import charts, html, markup, run_page
from tests.support.builders import FOLLOW_UPS, fill_patient, follow_up_draft
from tracker.db.engine import Database
from tracker.services import exams
from tracker.services.actors import Actor

__all__ = ["run_page"]

Run = Callable[..., AppTest]


def test_the_waterfall_the_counts_and_the_table_agree(run_page: Run, db: Database, actor: Actor) -> None:
    for number in (1, 2):
        fill_patient(db, actor, f"P-{number:03}")
    fill_patient(db, actor, "P-003", follow_ups=0)
    page = run_page("cohort")
    [figure] = charts(page)
    bars = next(trace for trace in figure["data"] if trace["type"] == "bar")
    assert bars["y"] == pytest.approx([-30.8, -30.8])
    assert bars["customdata"] == [1, 2]
    text = html(page)
    assert "3 patients, 3 courses, 7 scans · local audit, not evidence" in text
    assert "1 course with a baseline only is not counted." in text
    assert "CR or PR: 2 of 2 courses with targets, 100 %" in text
    assert "counts once for each" not in text
    assert "Only 2 courses: shares of so few say little." in text
    assert markup(page, "cohort-patients").count("<tr data-find") == 3


def test_growth_has_no_line_from_the_baseline(run_page: Run, db: Database, actor: Actor) -> None:
    fill_patient(db, actor)
    [figure] = charts(run_page("cohort"))
    assert [shape["y0"] for shape in figure["layout"]["shapes"]] == [-30]


def test_filters_narrow_what_is_seen(run_page: Run, db: Database, actor: Actor) -> None:
    fill_patient(db, actor)
    page = run_page("cohort")
    assert page.selectbox(key="cohort-treatment").options == ["all", "FOLFIRI"]
    page.selectbox(key="cohort-course").select(1).run()
    assert "1 patient, 1 course, 3 scans" in html(page)


def test_more_rows_than_a_page_bears_are_counted_and_left_to_the_file(
    run_page: Run, db: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        fill_patient(db, actor, f"P-{number:03}")
    monkeypatch.setattr(cohort_tables, "MOST_LISTED", 2)
    page = run_page("cohort")
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
        patched.delattr(loaded, "load_cohort")
        patched.delattr(loaded, "derive_waterfall")
        page.run()
        assert not page.exception
    exams.record_exam(db, actor, filled.patient_id, follow_up_draft(FOLLOW_UPS[2], 10, 10))
    page.run()
    [figure] = charts(page)
    assert next(trace for trace in figure["data"] if trace["type"] == "bar")["y"] == pytest.approx([-61.5])


def test_an_empty_cohort_says_what_would_fill_it(run_page: Run) -> None:
    assert "No course has a baseline yet." in html(run_page("cohort"))


def test_a_bar_opens_its_patient(run_page: Run, db: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = fill_patient(db, actor)
    opened: list[tuple[str, int]] = []
    monkeypatch.setattr(view, "open_page", lambda page, patient: opened.append((page, patient)))
    run_page("cohort", **{"cohort-going": filled.patient_id})
    assert opened == [("patient", filled.patient_id)]
