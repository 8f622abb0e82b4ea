"""The worklist: every patient once, with the reason; its rows open patients and entries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.views import worklist as view
from tests.dashboards.pages import html, markup, run_page
from tests.support.builders import fill_patient, follow_up_draft, patient_draft
from tracker.db.engine import Database
from tracker.services import exams, patients
from tracker.services.actors import Actor

__all__ = ["run_page"]

Run = Callable[..., AppTest]


def test_patients_stand_in_groups_with_the_reason(run_page: Run, db: Database, actor: Actor) -> None:
    late, recent = fill_patient(db, actor, "P-001"), fill_patient(db, actor, "P-002")
    exams.record_exam(db, actor, recent.patient_id, follow_up_draft(date(2026, 11, 10), 40, 30))
    patients.register_patient(db, actor, patient_draft("P-003"))
    table = markup(run_page("worklist"), "worklist")
    assert table.index("Overdue") < table.index("To complete") < table.index("Recent")
    assert "every 8 weeks on FOLFIRI; last scan 4 May, was due 29 Jun" in table
    assert "! 148 days late" in table
    assert "category changed: PR to PD; next due 5 Jan 2027, every 8 weeks on FOLFIRI" in table
    assert "registered, no scan entered yet" in table
    assert f'data-pick="open:{late.patient_id}"' in table
    assert f'data-pick="enter:{late.patient_id}" aria-label="Enter a scan of P-001"' in table
    assert "Tuesday 24 November 2026" in table


def test_an_empty_worklist_offers_the_first_patient(run_page: Run) -> None:
    page = run_page("worklist")
    assert "There is no patient yet." in html(page)
    assert page.button(key="first-patient").label == "New patient"


def test_demo_patients_wear_synthetic_and_bring_the_tour(run_page: Run, db: Database, actor: Actor) -> None:
    patients.register_patient(db, actor, patient_draft("DEMO-001", synthetic=True))
    page = run_page("worklist")
    assert "SYNTHETIC" in markup(page, "worklist")
    assert "A first look: all patients here are invented" in markup(page, "tour")
    closed = run_page("worklist", **{"tour-closed": True})
    assert "A first look" not in html(closed)


def test_real_patients_bring_no_tour(run_page: Run, db: Database, actor: Actor) -> None:
    fill_patient(db, actor)
    page = run_page("worklist")
    assert "A first look" not in html(page)
    assert "SYNTHETIC" not in html(page)


@pytest.mark.parametrize("going", [("patient", 1), ("enter-scan", 1), ("learn", None)])
def test_a_button_of_a_row_opens_its_page(
    run_page: Run, db: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch, going: tuple[str, int | None]
) -> None:
    fill_patient(db, actor)
    opened: list[tuple[str, int | None]] = []
    monkeypatch.setattr(view, "open_page", lambda page, patient=None: opened.append((page, patient)))
    run_page("worklist", **{"worklist-going": going})
    assert opened == [going]


def test_no_name_stands_in_an_address(run_page: Run, db: Database, actor: Actor) -> None:
    patients.register_patient(db, actor, patient_draft("P-001", name="Erika Muster"))
    table = markup(run_page("worklist"), "worklist")
    assert "Erika Muster" in table
    assert "href" not in table
