"""Meetings: a question, a decision with what was seen, an action until it is closed; and what changed since."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from tests.support.builders import FOLLOW_UPS, fill_patient, follow_up_draft, patient_draft
from tests.support.databases import TODAY, Clock
from tracker import __version__
from tracker.db.engine import Database
from tracker.db.models import DecisionRow
from tracker.domain.schedule import State
from tracker.domain.vocabulary import Response
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, confirmations, exams, meetings, patients, verifying
from tracker.services.actors import Actor
from tracker.services.since_meeting import load_changes
from tracker.services.worklist import list_worklist

HELD = date(2026, 11, 19)


def ask(store: Database, nurse: Actor, patient: int, question: str = "continue?", held: date = HELD) -> int:
    meeting = meetings.open_meeting(store, nurse, held, "liver board")
    return meetings.ask_question(store, nurse, meeting, patient, question).decision_id


def decide(store: Database, nurse: Actor, patient: int, **given: object) -> int:
    asked = ask(store, nurse, patient)
    version = patients.patient_version(store, patient)
    meetings.decide(store, nurse, asked, "continue", expected_version=version, **given)  # type: ignore[arg-type]
    return asked


def test_a_meeting_of_a_date_and_name_is_one(store: Database, nurse: Actor) -> None:
    first = meetings.open_meeting(store, nurse, HELD, " liver board ")
    assert meetings.open_meeting(store, nurse, HELD, "liver board") == first
    assert meetings.open_meeting(store, nurse, HELD, "lung board") != first
    assert [one.name for one in meetings.list_meetings(store, nurse)] == ["liver board", "lung board"]


@pytest.mark.parametrize(
    ("day", "name", "problem"),
    [
        (HELD, " ", "name of the meeting: is missing"),
        (date(2031, 1, 1), "board", "more than two years ahead"),
        (None, "board", "date of the meeting: is missing"),
    ],
)
def test_a_meeting_needs_a_date_and_a_name(
    db: Database, actor: Actor, day: date | None, name: str, problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        meetings.open_meeting(db, actor, day, name)  # type: ignore[arg-type]


def test_a_question_and_its_decision_keep_what_was_seen(store: Database, nurse: Actor) -> None:
    patient = fill_patient(store, nurse).patient_id
    asked = ask(store, nurse, patient)
    exams.record_exam(store, nurse, patient, follow_up_draft(FOLLOW_UPS[2], 40, 30))
    version = patients.patient_version(store, patient)
    meetings.decide(store, nurse, asked, "second line", "A. Weber", date(2026, 12, 1), expected_version=version)
    with store.read() as session:
        row = session.scalars(select(DecisionRow)).one()
        assert (row.patient_version, row.engine_version) == (version, __version__)
        assert json.loads(row.timeline)["id"] == "P-001/course 1"
        seen = json.loads(row.assessment)
        assert seen["patient_version"] == version
        assert seen["time_points"][-1]["overall_response"] == "PD"
    [decision] = meetings.list_decisions(store, nurse, patient)
    assert (decision.meeting_on, decision.outcome, decision.owner) == (HELD, "second line", "A. Weber")
    assert decision.has_open_action
    events = [event.action for event in audit.list_events(store, nurse, patient)]
    assert events[-3:] == ["decision.ask", "exam.record", "decision.decide"]
    assert audit.verify(store) == ()
    [listed] = meetings.list_meetings(store, nurse)
    assert (listed.questions, listed.undecided) == (1, 0)


def test_a_question_is_no_change_of_the_record(store: Database, nurse: Actor) -> None:
    patient = fill_patient(store, nurse).patient_id
    before = patients.patient_version(store, patient)
    decide(store, nurse, patient)
    assert patients.patient_version(store, patient) == before


def test_a_patient_without_a_course_can_be_asked_about(store: Database, nurse: Actor) -> None:
    patient = patients.register_patient(store, nurse, patient_draft()).patient_id
    decide(store, nurse, patient)
    [row] = list_worklist(store, nurse, TODAY).rows
    assert row.changes is not None
    assert not row.changes


def test_an_action_is_due_within_five_years(store: Database, nurse: Actor) -> None:
    asked = ask(store, nurse, fill_patient(store, nurse).patient_id)
    with pytest.raises(InputError, match="due: 9999-12-31 is more than five years ahead; check the year"):
        meetings.decide(store, nurse, asked, "scan again", None, date.max, expected_version=4)


def test_the_same_again_is_already_stored_and_another_is_a_conflict(store: Database, nurse: Actor) -> None:
    patient = fill_patient(store, nurse).patient_id
    asked = ask(store, nurse, patient)
    meeting = meetings.open_meeting(store, nurse, HELD, "liver board")
    assert meetings.ask_question(store, nurse, meeting, patient, "continue?").already_stored
    with pytest.raises(ConflictError, match="on the list of 19 Nov 2026 with another question"):
        meetings.ask_question(store, nurse, meeting, patient, "resect?")
    version = patients.patient_version(store, patient)
    meetings.decide(store, nurse, asked, "continue", expected_version=version)
    assert meetings.decide(store, nurse, asked, "continue", expected_version=version).already_stored
    with pytest.raises(ConflictError, match="decided with another outcome"):
        meetings.decide(store, nurse, asked, "stop", expected_version=version)
    # after a decision the patient can be asked about anew at the same meeting
    assert meetings.ask_question(store, nurse, meeting, patient, "resect?").decision_id != asked


def test_what_was_not_looked_at_is_not_decided(store: Database, nurse: Actor) -> None:
    patient = fill_patient(store, nurse).patient_id
    asked = ask(store, nurse, patient)
    version = patients.patient_version(store, patient)
    exams.record_exam(store, nurse, patient, follow_up_draft(FOLLOW_UPS[2], 40, 30))
    with pytest.raises(ConflictError, match="changed while you were working"):
        meetings.decide(store, nurse, asked, "continue", expected_version=version)


def test_an_action_is_closed_with_a_remark(store: Database, nurse: Actor) -> None:
    patient = fill_patient(store, nurse).patient_id
    asked = ask(store, nurse, patient)
    with pytest.raises(InputError, match="is not made yet"):
        meetings.close_action(store, nurse, asked, "done")
    version = patients.patient_version(store, patient)
    meetings.decide(store, nurse, asked, "ablate L2", "Dr Haas", expected_version=version)
    with pytest.raises(InputError, match="reason: is missing"):
        meetings.close_action(store, nurse, asked, " ")
    meetings.close_action(store, nurse, asked, "ablated 23 Nov")
    assert meetings.close_action(store, nurse, asked, "again").already_stored
    [decision] = meetings.list_decisions(store, nurse, patient)
    assert decision.closed_on == TODAY
    assert audit.list_events(store, nurse, patient)[-1].reason == "ablated 23 Nov"


def test_what_is_not_there_is_not_found(store: Database, nurse: Actor) -> None:
    patient = fill_patient(store, nurse).patient_id
    with pytest.raises(NotFoundError, match="no meeting number 9"):
        meetings.ask_question(store, nurse, 9, patient, "continue?")
    with pytest.raises(NotFoundError, match="no question number 9"):
        meetings.decide(store, nurse, 9, "continue", expected_version=1)
    with pytest.raises(InputError, match="question: is missing"):
        ask(store, nurse, patient, " ")


def test_everything_since_the_decision_is_told(store: Database, nurse: Actor, clock: Clock) -> None:
    filled = fill_patient(store, nurse)
    patient = filled.patient_id
    assert load_changes(store, nurse, patient, TODAY) is None
    decide(store, nurse, patient)
    changes = load_changes(store, nurse, patient, TODAY)
    assert changes is not None
    assert changes.said == ()
    clock.advance(hours=1)
    exams.record_exam(store, nurse, patient, follow_up_draft(FOLLOW_UPS[2], 40, 30))
    exams.correct_exam(
        store, nurse, filled.follow_up_ids[0], follow_up_draft(FOLLOW_UPS[0], 26, 15), expected_version=1, reason="26"
    )
    exams.withdraw_exam(store, nurse, filled.follow_up_ids[1], expected_version=1, reason="another patient")
    version = patients.patient_version(store, patient)
    confirmations.confirm_response(store, nurse, patient, 1, FOLLOW_UPS[2], Response.PD, expected_version=version)
    changes = load_changes(store, nurse, patient, TODAY)
    assert changes is not None
    assert changes.said == ("PR then, PD now", "1 new scan", "1 correction", "1 scan withdrawn", "PD confirmed")
    [row] = list_worklist(store, nurse, TODAY).rows
    assert row.changes == changes


def test_a_verification_is_no_correction(store: Database, nurse: Actor, clock: Clock) -> None:
    filled = fill_patient(store, nurse)
    decide(store, nurse, filled.patient_id)
    clock.advance(hours=1)
    verifying.verify_exam(store, nurse, filled.follow_up_ids[1], expected_version=1)
    changes = load_changes(store, nurse, filled.patient_id, TODAY)
    assert changes is not None
    assert changes.said == ()
    assert [one.state for one in list_worklist(store, nurse, TODAY).rows[0].standings] == [State.OVERDUE]


def test_without_an_own_decision_the_newest_meeting_counts(store: Database, nurse: Actor, clock: Clock) -> None:
    """A scan made and entered after the meeting is new; one that was made before it is history that came late."""
    first, second = fill_patient(store, nurse, "P-001"), fill_patient(store, nurse, "P-002")
    ask(store, nurse, first.patient_id, held=TODAY)
    clock.advance(days=1)
    exams.record_exam(store, nurse, second.patient_id, follow_up_draft(FOLLOW_UPS[2], 40, 30))
    exams.record_exam(store, nurse, second.patient_id, follow_up_draft(date(2026, 11, 25), 42, 30))
    changes = load_changes(store, nurse, second.patient_id, date(2026, 11, 25))
    assert changes is not None
    assert (changes.reference.day, changes.reference.is_own, changes.said) == (TODAY, False, ("1 new scan",))
    # on the day itself the meeting is not held yet
    assert load_changes(store, nurse, second.patient_id, TODAY) is None
