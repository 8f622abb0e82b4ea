"""The meeting page: cases in order, put on the list, moved, postponed; a case is a board with its question and its decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import runtime
from dashboards.components.board_facts import CaseFacts, OpenCase, facts, meeting_list
from dashboards.components.decision_actions import act
from dashboards.components.decision_box import newest_of
from dashboards.components.decision_markup import Newest, Panel, box_html
from tests.dashboards.pages import html, markup, run_page
from tests.support.builders import FOLLOW_UPS, fill_patient, follow_up_draft
from tests.support.databases import Clock
from tracker.db.engine import Database
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Response
from tracker.pictures.answer import derive_answer
from tracker.services import decision_drafts, exams, meeting_lists, meetings, patients, planned_scans
from tracker.services.actors import Actor

__all__ = ["run_page"]

Run = Callable[..., AppTest]
Case = tuple[PatientRecord, Newest | None, CaseFacts, OpenCase]


@pytest.fixture
def held(db: Database) -> date:
    return db.today() + timedelta(days=2)


@pytest.fixture
def listed(run_page: Run, db: Database, actor: Actor, held: date) -> tuple[int, tuple[int, int]]:
    """A meeting with two cases, and their patients."""
    people = tuple(fill_patient(db, actor, name).patient_id for name in ("P-001", "P-002"))
    meeting = meetings.open_meeting(db, actor, held, "liver board")
    for patient, question in zip(people, ("Resection now?", "Next line?"), strict=True):
        meetings.ask_question(db, actor, meeting, patient, question, asked_by="Dr Haas")
    return meeting, (people[0], people[1])


def open_case(meeting: int, patient: int) -> Case:
    """A case as the board holds it."""
    record, around, on_list = runtime.load_record(patient), facts(patient), meeting_list(meeting)
    courses = runtime.assessments(patient)
    found = on_list.case_of(patient)
    assert found is not None
    case = OpenCase(on_list, on_list.cases.index(found))
    return record, newest_of(record, courses, derive_answer(courses, record)), around, case


def test_the_coming_meeting_lists_its_cases_in_order(run_page: Run, listed: tuple[int, tuple[int, int]]) -> None:
    page = run_page("meeting")
    table = markup(page, f"meeting-{listed[0]}")
    assert table.index("P-001") < table.index("P-002")
    assert "asked by Dr Haas" in table
    assert "2 cases · 2 waiting" in html(page)


def test_a_case_says_its_question_and_its_place_and_j_goes_to_the_next(
    run_page: Run, listed: tuple[int, tuple[int, int]]
) -> None:
    meeting, (first, second) = listed
    page = run_page("meeting", first, address={"meeting": str(meeting)})
    text = html(page)
    assert "Question for today · asked by Dr Haas" in text
    assert "case 1 of 2" in text
    assert page.button(key="previous-patient").disabled
    page.button(key="next-patient").click().run()
    assert page.query_params["patient"] == str(second)
    assert page.query_params["meeting"] == str(meeting)
    assert "Next line?" in html(page)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"meeting": "99"}, "There is no meeting number 99."),
        ({"patient": "77"}, "Patient number 77 is not on the list"),
    ],
)
def test_an_address_without_a_case_is_answered_in_a_sentence(
    run_page: Run, listed: tuple[int, tuple[int, int]], address: dict[str, str], said: str
) -> None:
    assert said in html(run_page("meeting", address={"meeting": str(listed[0])} | address))


def test_without_any_meeting_the_page_offers_to_open_one(run_page: Run) -> None:
    assert "There is no meeting yet." in html(run_page("meeting"))


def test_a_draft_is_kept_while_writing_and_gone_once_decided(
    run_page: Run, db: Database, actor: Actor, listed: tuple[int, tuple[int, int]]
) -> None:
    meeting, (patient, _) = listed
    case = open_case(meeting, patient)
    fields = {"outcome": "Resection", "owner": "Dr Haas", "due": "", "next": str(db.today() + timedelta(days=60))}
    kept = act(*case, Panel(), {"form": "draft", **fields})
    assert kept.kept_at is not None
    assert not kept.is_stored
    draft = decision_drafts.load(db, actor, patient, meeting)
    assert draft is not None
    assert draft.content["outcome"] == "Resection"
    assert act(*case, kept.panel, {"form": "decide", **fields}).is_stored
    assert decision_drafts.load(db, actor, patient, meeting) is None
    [decision] = meetings.list_decisions(db, actor, patient)
    assert (decision.outcome, decision.owner, decision.decided_by) == ("Resection", "Dr Haas", actor.name)
    assert [scan.planned_on for scan in planned_scans.list_planned(db, actor, patient)] == [
        db.today() + timedelta(days=60)
    ]


def test_a_decision_whose_next_scan_is_refused_is_not_stored(
    run_page: Run, db: Database, actor: Actor, listed: tuple[int, tuple[int, int]]
) -> None:
    case = open_case(listed[0], listed[1][0])
    past = str(db.today() - timedelta(days=3))
    refused = act(*case, Panel(), {"form": "decide", "outcome": "Go on", "next": past})
    assert "is past" in refused.panel.problem
    assert refused.panel.typed["outcome"] == "Go on"
    assert [one.decided_at for one in meetings.list_decisions(db, actor, listed[1][0])] == [None]


def test_a_decision_on_a_record_that_moved_is_refused_and_says_what_changed(
    run_page: Run, db: Database, actor: Actor, listed: tuple[int, tuple[int, int]]
) -> None:
    meeting, (patient, _) = listed
    case = open_case(meeting, patient)
    exams.record_exam(db, actor, patient, follow_up_draft(date(2026, 7, 6), 40, 25))
    refused = act(*case, Panel(), {"form": "decide", "outcome": "Go on"})
    assert not refused.is_stored
    assert "New: CT of 6 Jul 2026." in refused.panel.moved
    assert "Response of the newest scan: PR then, PD now." in refused.panel.moved
    shown = box_html(*open_case(meeting, patient)[1:], refused.panel, db.today())
    assert "New: CT of 6 Jul 2026." in shown
    assert ">Go on</textarea>" in shown


def test_what_was_written_stays_in_sight_where_another_person_decided_first(
    run_page: Run, db: Database, actor: Actor, listed: tuple[int, tuple[int, int]]
) -> None:
    meeting, (patient, _) = listed
    opened = open_case(meeting, patient)
    record, number = opened[0], opened[3].question.decision_id
    meetings.decide(db, actor, number, "Stop.", expected_version=record.patient.version)
    answered = act(*opened, Panel(), {"form": "decide", "outcome": "Go on with FOLFIRI."})
    assert not answered.is_stored
    record, newest, around, case = open_case(meeting, patient)
    shown = box_html(newest, around, case, answered.panel, db.today())
    assert "You wrote: outcome: Go on with FOLFIRI." in shown
    assert "Stored is: outcome: Stop." in shown


@pytest.mark.parametrize("named", ["999", "abc", "", "9" * 30])
def test_only_an_action_of_the_patient_is_closed(
    run_page: Run, listed: tuple[int, tuple[int, int]], named: str
) -> None:
    meeting, (patient, _) = listed
    answered = act(
        *open_case(meeting, patient), Panel(mode="close"), {"form": "close", "decision": named, "remark": "x"}
    )
    assert (answered.is_stored, answered.panel.problem) == (False, "decision: is none of this patient's")


def test_the_response_is_overruled_with_a_reason_and_taken_back_with_one(
    run_page: Run, db: Database, actor: Actor, listed: tuple[int, tuple[int, int]]
) -> None:
    meeting, (patient, _) = listed
    overrule = {"form": "confirm", "response": "SD"}
    refused = act(*open_case(meeting, patient), Panel("confirm"), overrule)
    assert "remark: is missing" in refused.panel.problem
    assert act(*open_case(meeting, patient), Panel("confirm"), overrule | {"remark": "read obliquely"}).is_stored
    newest = open_case(meeting, patient)[1]
    assert newest is not None
    assert newest.confirmed is not None
    assert newest.confirmed.response is Response.SD
    assert newest.computed is Response.PR
    assert act(
        *open_case(meeting, patient), Panel("take-back"), {"form": "take-back", "reason": "wrong scan"}
    ).is_stored
    assert patients.load_record(db, actor, patient).confirmations == ()


def test_a_postponed_case_says_so_and_the_list_is_ordered_anew(
    run_page: Run, db: Database, actor: Actor, listed: tuple[int, tuple[int, int]]
) -> None:
    meeting, (first, _) = listed
    assert act(*open_case(meeting, first), Panel(), {"form": "postpone", "reason": "MRI awaited"}).is_stored
    on_list = meeting_list(meeting)
    meeting_lists.order_list(db, actor, meeting, [one.decision_id for one in reversed(on_list.cases)])
    table = markup(run_page("meeting"), f"meeting-{meeting}")
    assert table.index("P-002") < table.index("P-001")
    assert "→ postponed" in table
    assert "MRI awaited" in table


def test_scans_since_the_last_meeting_are_framed_and_named(
    run_page: Run, db: Database, actor: Actor, clock: Clock, listed: tuple[int, tuple[int, int]]
) -> None:
    meeting, (patient, _) = listed
    assert act(*open_case(meeting, patient), Panel(), {"form": "decide", "outcome": "Go on"}).is_stored
    seen = html(run_page("patient", patient))
    assert "hp-frame" not in seen
    assert "no scan since<br>decision of" in seen
    assert "Agreed ahead of the meeting of" in seen
    clock.advance(hours=1)
    exams.record_exam(db, actor, patient, follow_up_draft(FOLLOW_UPS[1] + timedelta(days=60), 40, 25))
    text = html(run_page("patient", patient))
    assert text.count("hp-frame") == 1
    assert "framed: since<br>decision of" in text
    assert "PR then, PD now" in text
    assert "1 new scan" in text


def test_without_a_decision_of_their_own_the_newest_scan_is_framed(
    run_page: Run, listed: tuple[int, tuple[int, int]]
) -> None:
    meeting, (patient, other) = listed
    assert act(*open_case(meeting, other), Panel(), {"form": "decide", "outcome": "Go on"}).is_stored
    text = html(run_page("patient", patient))
    assert text.count("hp-frame") == 1
    assert "framed:<br>newest scan" in text


def test_a_confirmation_made_on_other_values_is_not_filled(
    run_page: Run, db: Database, actor: Actor, listed: tuple[int, tuple[int, int]]
) -> None:
    record, newest, around, case = open_case(listed[0], listed[1][0])
    assert newest is not None
    assert newest.computed is Response.PR
    sent = {"form": "confirm", "response": "PR"}
    assert act(record, newest, around, case, Panel("confirm"), sent).is_stored
    record, newest, around, case = open_case(listed[0], listed[1][0])
    assert newest is not None
    assert "hp-badge-confirmed" in box_html(newest, around, case, Panel(), db.today())
    moved = replace(newest, computed=Response.SD)
    shown = box_html(moved, around, case, Panel(), db.today())
    assert "hp-badge-confirmed" not in shown
    assert "PR was confirmed on other values" in shown
    assert "mode:confirm" in shown


def test_a_patient_is_put_on_a_list_from_the_board(run_page: Run, db: Database, actor: Actor, held: date) -> None:
    patient = fill_patient(db, actor, "P-009").patient_id
    record, courses = runtime.load_record(patient), runtime.assessments(patient)
    newest = newest_of(record, courses, derive_answer(courses, record))
    sent = {"form": "ask", "held": str(held), "question": "Ablation of <b>L1</b>?", "asked": "Dr Weber"}
    assert act(record, newest, facts(patient), None, Panel("ask"), sent).is_stored
    shown = box_html(newest, facts(patient), None, Panel(), db.today())
    assert "Ablation of &lt;b&gt;L1&lt;/b&gt;?" in shown
    assert "Open the case" in shown
