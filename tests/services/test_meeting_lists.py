"""The list of a meeting: order, states, postponing with a reason, and drafts of decisions."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.builders import patient_draft
from tracker.db.engine import Database
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, decision_drafts, meetings, patients
from tracker.services.actors import Actor, demo_actor

HELD = date(2026, 11, 26)


@pytest.fixture
def meeting(store: Database, nurse: Actor) -> int:
    return meetings.open_meeting(store, nurse, HELD, "liver board")


def asked(store: Database, nurse: Actor, meeting: int, *names: str) -> list[int]:
    """A question for each of these new patients."""
    ids = [patients.register_patient(store, nurse, patient_draft(name)).patient_id for name in names]
    return [
        meetings.ask_question(store, nurse, meeting, key, f"resect {name}?", asked_by="Dr Example").decision_id
        for key, name in zip(ids, names, strict=True)
    ]


def order(store: Database, nurse: Actor, meeting: int) -> list[str]:
    return [case.identifier for case in meetings.load_list(store, nurse, meeting).cases]


def test_a_list_is_in_the_order_of_asking_until_somebody_orders_it(store: Database, nurse: Actor, meeting: int) -> None:
    one, two, three = asked(store, nurse, meeting, "A", "B", "C")
    assert order(store, nurse, meeting) == ["A", "B", "C"]
    meetings.order_list(store, nurse, meeting, [three, one, two])
    assert order(store, nurse, meeting) == ["C", "A", "B"]
    (four,) = asked(store, nurse, meeting, "D")
    assert order(store, nurse, meeting) == ["C", "A", "B", "D"]
    before = len(audit.list_events(store, nurse))
    meetings.order_list(store, nurse, meeting, [three, one, two, four])
    assert len(audit.list_events(store, nurse)) == before, "the same order changes nothing"
    with pytest.raises(ConflictError, match="has other questions by now"):
        meetings.order_list(store, nurse, meeting, [one, two, three])
    with pytest.raises(InputError, match="names a question twice"):
        meetings.order_list(store, nurse, meeting, [one, one, two, three, four])
    with pytest.raises(NotFoundError, match="no meeting number 99"):
        meetings.order_list(store, nurse, 99, [])
    assert order(store, nurse, meeting) == ["C", "A", "B", "D"]
    event = audit.list_events(store, nurse)[-1]
    assert (event.action, event.after) == ("meeting.order", {"questions": [three, one, two]})


def test_a_case_says_where_it_stands(store: Database, nurse: Actor, meeting: int) -> None:
    one, two, _ = asked(store, nurse, meeting, "A", "B", "C")
    held = meetings.load_list(store, nurse, meeting)
    version = patients.patient_version(store, held.cases[0].patient_id)
    meetings.decide(store, nurse, one, "operate", "Dr Example", HELD, expected_version=version)
    meetings.postpone(store, nurse, two, " MRI is missing ")
    listed = meetings.load_list(store, nurse, meeting)
    assert (listed.meeting.held_on, listed.meeting.name) == (HELD, "liver board")
    assert [(case.position, case.state) for case in listed.cases] == [
        (1, "discussed"),
        (2, "postponed"),
        (3, "waiting"),
    ]
    first, second, third = listed.cases
    assert (first.outcome, first.owner, first.due_on, first.asked_by) == ("operate", "Dr Example", HELD, "Dr Example")
    assert (second.postponed_reason, third.question, third.synthetic) == ("MRI is missing", "resect C?", False)
    assert listed.case_of(third.patient_id) == third
    assert listed.case_of(99) is None
    (decision,) = meetings.list_decisions(store, nurse, second.patient_id)
    assert (decision.asked_by, decision.is_postponed, decision.decided_at) == ("Dr Example", True, None)
    (summary,) = meetings.list_meetings(store, nurse)
    assert (summary.questions, summary.undecided, summary.postponed) == (3, 1, 1)


def test_what_was_postponed_can_be_taken_up_again_or_decided(store: Database, nurse: Actor, meeting: int) -> None:
    one, two = asked(store, nurse, meeting, "A", "B")
    cases = meetings.load_list(store, nurse, meeting).cases
    for key in (one, two):
        meetings.postpone(store, nurse, key, "patient is ill")
    before = len(audit.list_events(store, nurse, cases[0].patient_id))
    meetings.postpone(store, nurse, one, "patient is ill")
    assert len(audit.list_events(store, nurse, cases[0].patient_id)) == before, "the same again changes nothing"
    again = meetings.ask_question(store, nurse, meeting, cases[0].patient_id, "resect A?")
    assert (again.decision_id, again.already_stored) == (one, True)
    meetings.resume(store, nurse, one)
    version = patients.patient_version(store, cases[1].patient_id)
    meetings.decide(store, nurse, two, "wait", expected_version=version)
    assert [case.state for case in meetings.load_list(store, nurse, meeting).cases] == ["waiting", "discussed"]
    with pytest.raises(InputError, match="made already"):
        meetings.postpone(store, nurse, two, "late")
    with pytest.raises(InputError, match="reason: is missing"):
        meetings.postpone(store, nurse, one, " ")
    with pytest.raises(ConflictError) as conflict:
        meetings.ask_question(store, nurse, meeting, cases[0].patient_id, "resect A?", asked_by="Dr Other")
    assert [one.text for one in conflict.value.theirs] == ["resect A?", "Dr Example"]
    actions = [event.action for event in audit.list_events(store, nurse, cases[0].patient_id)]
    assert actions[1:] == ["decision.ask", "decision.postpone", "decision.resume"]


def test_a_draft_of_a_decision_is_its_users_own_and_no_part_of_the_record(
    store: Database, nurse: Actor, meeting: int
) -> None:
    asked(store, nurse, meeting, "A")
    patient = meetings.load_list(store, nurse, meeting).cases[0].patient_id
    version, events = patients.patient_version(store, patient), len(audit.list_events(store, nurse, patient))
    for content in ({"outcome": "re"}, {"outcome": "resect"}):
        decision_drafts.save(store, nurse, patient, meeting, content)
    decision_drafts.save(store, nurse, patient, None, {"outcome": "no meeting yet"})
    found = decision_drafts.load(store, nurse, patient, meeting)
    assert found is not None
    assert (found.content, found.meeting_id) == ({"outcome": "resect"}, meeting)
    assert decision_drafts.load(store, demo_actor(store), patient, meeting) is None
    decision_drafts.discard(store, nurse, patient, meeting)
    decision_drafts.discard(store, nurse, patient, meeting)
    assert decision_drafts.load(store, nurse, patient, meeting) is None
    assert decision_drafts.load(store, nurse, patient) is not None
    assert patients.patient_version(store, patient) == version
    assert len(audit.list_events(store, nurse, patient)) == events


def test_a_draft_that_cannot_be_kept_says_so(db: Database, actor: Actor) -> None:
    patient = patients.register_patient(db, actor, patient_draft()).patient_id
    with pytest.raises(NotFoundError, match="no meeting number 9"):
        decision_drafts.save(db, actor, patient, 9, {})
    with pytest.raises(NotFoundError, match="no patient number 99"):
        decision_drafts.save(db, actor, 99, None, {})
    with pytest.raises(InputError, match="no text, number or list"):
        decision_drafts.save(db, actor, patient, None, {"outcome": object()})
    with pytest.raises(InputError, match="at most 100,000"):
        decision_drafts.save(db, actor, patient, None, {"outcome": "x" * 100_000})
