"""The worklist page: every patient once, in a state with the reason; its rows open pages, and their forms store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components import worklist_table
from dashboards.components.worklist_actions import change_owner, send_form
from dashboards.components.worklist_forms import Panel
from dashboards.components.worklist_table import worklist_html
from dashboards.views import worklist as view
from tests.dashboards.pages import html, markup, run_page
from tests.support.builders import fill_patient, follow_up_draft, patient_draft
from tests.support.databases import TODAY
from tracker.db.engine import Database
from tracker.domain.schedule import State
from tracker.domain.vocabulary import Modality
from tracker.errors import ConflictError, InputError
from tracker.services import exams, meetings, owners, patients, planned_scans
from tracker.services.actors import Actor
from tracker.services.worklist import Choice, WorklistRow, list_worklist

__all__ = ["run_page"]

Run = Callable[..., AppTest]


def one_row(db: Database, actor: Actor) -> WorklistRow:
    [row] = list_worklist(db, actor, TODAY).rows
    return row


def test_patients_stand_in_groups_with_the_reason(run_page: Run, db: Database, actor: Actor) -> None:
    late, recent = fill_patient(db, actor, "P-001"), fill_patient(db, actor, "P-002")
    exams.record_exam(db, actor, recent.patient_id, follow_up_draft(date(2026, 11, 10), 40, 30))
    patients.register_patient(db, actor, patient_draft("P-003"))
    table = markup(run_page("worklist"), "worklist")
    body = table[table.index("<tbody") :]
    assert body.index("Overdue") < body.index("To complete") < body.index("To verify")
    assert "Every 8 weeks on FOLFIRI; last scan 4 May, was due 29 Jun" in table
    assert "! 148 days late" in table
    assert "CT of 10 Nov: PR before, PD now" in table
    assert "also awaiting MDT" in table
    assert "Registered, no scan entered yet" in table
    assert f'data-pick="open:{late.patient_id}"' in table
    assert f'data-pick="plan:{late.patient_id}" aria-label="Plan a scan of P-001"' in table
    assert f'data-pick="enter:{late.patient_id}" aria-label="Enter a scan of P-001"' in table
    assert "Tuesday 24 November 2026" in table
    assert "3 patients need something. 1 is overdue." in table


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


def test_text_of_the_record_is_escaped(run_page: Run, db: Database, actor: Actor) -> None:
    patient = patients.register_patient(db, actor, patient_draft('<img src="x">', name="<b>")).patient_id
    planned_scans.plan_scan(db, actor, patient, TODAY, None, "<script>'\"")
    table = markup(run_page("worklist", **{"worklist-panel": Panel(patient, "more", {"note": '"><i>'})}), "worklist")
    assert "<img" not in table
    assert "<b>·" not in table
    assert "<script>" not in table
    assert '"><i>' not in table


def test_the_states_are_filters_with_their_numbers(run_page: Run, db: Database, actor: Actor) -> None:
    fill_patient(db, actor, "P-001")
    patients.register_patient(db, actor, patient_draft("P-002"))
    table = markup(run_page("worklist", **{"worklist-choice": Choice(state=State.OVERDUE)}), "worklist")
    assert 'data-pick="state:overdue" aria-pressed="true">Overdue <b>1</b>' in table
    assert 'data-pick="state:all" aria-pressed="false">All <b>2</b>' in table
    assert "P-001" in table
    assert "P-002" not in table
    nothing = markup(run_page("worklist", **{"worklist-choice": Choice(owner=actor.user_id)}), "worklist")
    assert "data-none>No patient of this list" in nothing


def test_a_long_list_is_cut_and_says_so(db: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        patients.register_patient(db, actor, patient_draft(f"P-{number:03}"))
    listed = list_worklist(db, actor, TODAY)
    monkeypatch.setattr(worklist_table, "FEW", 3)
    monkeypatch.setattr(worklist_table, "MANY", 3)
    table = worklist_html(listed, TODAY)
    assert "data-cut" in table
    assert "P-003" not in table
    assert "and 1 more." in table
    found = worklist_html(listed, TODAY, Choice(words="p-003"))
    assert "P-003" in found
    assert "data-cut" in found  # what is typed next is looked for by the server too
    assert 'aria-label="Find a patient" value="p-003"' in found


def test_what_changed_since_the_meeting_is_marked(run_page: Run, db: Database, actor: Actor, clock: object) -> None:
    filled = fill_patient(db, actor)
    meeting = meetings.open_meeting(db, actor, date(2026, 5, 7), "liver board")
    asked = meetings.ask_question(db, actor, meeting, filled.patient_id, "continue?").decision_id
    version = patients.patient_version(db, filled.patient_id)
    meetings.decide(db, actor, asked, "continue", "A. Weber", date(2026, 11, 20), expected_version=version)
    clock.advance(hours=1)  # type: ignore[attr-defined]
    exams.record_exam(db, actor, filled.patient_id, follow_up_draft(date(2026, 11, 10), 40, 30))
    table = markup(run_page("worklist"), "worklist")
    assert "PR then, PD now since 7 May" in table
    assert 'title="Since the decision of 7 May 2026: PR then, PD now; 1 new scan"' in table


def test_a_scan_is_booked_moved_and_performed_from_its_row(run_page: Run, db: Database, actor: Actor) -> None:
    patient = fill_patient(db, actor).patient_id
    day, later = TODAY + timedelta(days=3), TODAY + timedelta(days=5)
    said = send_form(one_row(db, actor), "plan", {"on": day.isoformat(), "modality": "CT", "note": "fasting"})
    assert said == "CT of P-001 booked for 27 Nov 2026."
    row = one_row(db, actor)
    assert row.appointment is not None
    seen = {"planned": str(row.appointment.id), "expected": day.isoformat()}
    said = send_form(row, "move", {**seen, "on": later.isoformat(), "reason": "holiday"})
    assert said == "The scan of P-001 was moved from 27 Nov 2026 to 29 Nov 2026."
    with pytest.raises(ConflictError, match="was moved to 29 Nov 2026"):
        send_form(row, "withdraw", {**seen, "reason": "double"})
    said = send_form(row, "performed", {"on": TODAY.isoformat(), "modality": "CT", "note": ""})
    assert said == "CT of P-001 was performed on 24 Nov 2026; its report is awaited."
    [scan] = planned_scans.list_planned(db, actor, patient)
    assert (scan.planned_on, scan.performed_on, scan.modality) == (later, TODAY, Modality.CT)
    assert one_row(db, actor).state is State.REPORT_AWAITED


@pytest.mark.parametrize("fields", [{}, {"on": ""}, {"on": "tomorrow"}])
def test_a_form_without_a_date_is_refused(run_page: Run, db: Database, actor: Actor, fields: dict[str, str]) -> None:
    fill_patient(db, actor)
    with pytest.raises(InputError, match="date: is missing or not a calendar date"):
        send_form(one_row(db, actor), "plan", fields)


def test_an_owner_is_taken_and_released_from_its_row(run_page: Run, db: Database, actor: Actor) -> None:
    fill_patient(db, actor)
    assert change_owner(one_row(db, actor)) == "You look after P-001 now."
    assert one_row(db, actor).owner_id == actor.user_id
    assert change_owner(one_row(db, actor)) == "Nobody looks after P-001 now."
    other = next(one for one in owners.list_owners(db, actor) if one.user_id != actor.user_id)
    send_form(one_row(db, actor), "give", {"owner": str(other.user_id), "instead": ""})
    assert one_row(db, actor).owner == other.name


def test_an_action_is_closed_from_its_row(run_page: Run, db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    meeting = meetings.open_meeting(db, actor, date(2026, 5, 7), "liver board")
    asked = meetings.ask_question(db, actor, meeting, filled.patient_id, "continue?").decision_id
    version = patients.patient_version(db, filled.patient_id)
    meetings.decide(db, actor, asked, "continue", "A. Weber", expected_version=version)
    row = one_row(db, actor)
    assert row.action is not None
    said = send_form(row, "close", {"decision": str(row.action.id), "remark": "cycle 9 given"})
    assert said == "The action of P-001 is closed."
    assert one_row(db, actor).action is None


def test_a_refused_form_keeps_what_was_typed(run_page: Run, db: Database, actor: Actor) -> None:
    patient = fill_patient(db, actor).patient_id
    panel = Panel(patient, "plan", {"on": "2020-01-01", "note": "by phone"}, "date: 1 Jan 2020 is past")
    table = markup(run_page("worklist", **{"worklist-panel": panel}), "worklist")
    assert 'role="alert">date: 1 Jan 2020 is past' in table
    assert 'value="2020-01-01"' in table
    assert 'value="by phone"' in table
