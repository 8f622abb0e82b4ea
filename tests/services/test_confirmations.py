"""A confirmed response is kept with what it rested on, refused where it rests on nothing, and shows hollow when that moves."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.test_concurrency import together
from tests.support import builders
from tests.support.builders import BASELINE, FOLLOW_UPS, Filled, follow_up_draft
from tests.support.databases import Clock
from tracker import __version__
from tracker.db.engine import Database
from tracker.db.models import ConfirmationRow
from tracker.domain import Timeline, assess
from tracker.domain.derivation import assess_record
from tracker.domain.opinions import Kind, list_disagreements, opinions_of
from tracker.domain.record import Confirmation, PatientRecord
from tracker.domain.vocabulary import Response
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, confirmations, exams, patients
from tracker.services.actors import Actor, demo_actor

FIRST, SECOND = FOLLOW_UPS[:2]


@pytest.fixture
def filled(store: Database, nurse: Actor) -> Filled:
    """A course of 52, 40 (SD) and 36 mm (PR), at version 4."""
    return builders.fill_patient(store, nurse)


def load(store: Database, nurse: Actor, filled: Filled) -> PatientRecord:
    return patients.load_record(store, nurse, filled.patient_id)


def confirm(store: Database, actor: Actor, filled: Filled, **given: Any) -> confirmations.ConfirmationSaved:
    fields: dict[str, Any] = {
        "course_number": 1, "time_point_on": SECOND, "response": Response.PR, "expected_version": 4, **given,
    }  # fmt: skip
    return confirmations.confirm_response(store, actor, filled.patient_id, **fields)


def test_a_confirmation_keeps_who_when_and_what_was_computed(
    store: Database, nurse: Actor, filled: Filled, clock: Clock
) -> None:
    saved = confirm(store, nurse, filled, remark="  seen with the surgeon ")
    record = load(store, nurse, filled)
    assert record.patient.version == saved.patient_version == 5
    (found,) = record.confirmations
    assert found == Confirmation(
        id=saved.confirmation_id,
        plan_id=record.courses[0].plan.id,
        course_number=1,
        time_point_on=SECOND,
        response=Response.PR,
        confirmed_by="Local user",
        confirmed_at=clock.moment,
        engine_version=__version__,
        computed=Response.PR,
        sum=builders.mm(36),
        patient_version=4,
        remark="seen with the surgeon",
    )
    (course,) = assess_record(record)
    assert opinions_of(record, course)[1].confirmed == found
    assert list_disagreements(record, (course,)) == ()


def test_the_timeline_that_was_looked_at_can_be_assessed_again(store: Database, nurse: Actor, filled: Filled) -> None:
    confirm(store, nurse, filled)
    exams.correct_exam(
        store, nurse, filled.follow_up_ids[1], follow_up_draft(SECOND, 25, 15), expected_version=1, reason="misread"
    )
    with store.read() as session:
        row = session.scalars(select(ConfirmationRow)).one()
        timeline = Timeline.from_dict(json.loads(row.timeline, parse_float=Decimal))
        stored = json.loads(row.assessment)
    again = assess(timeline).to_dict()
    assert stored.pop("patient_version") == 4
    assert stored == again
    assert again["time_points"][2]["sum_mm"] == 36


def test_a_confirmation_is_told_in_the_audit(store: Database, nurse: Actor, filled: Filled) -> None:
    first = confirm(store, nurse, filled)
    confirm(store, nurse, filled, response=Response.SD, remark="one plane only", expected_version=5)
    told = [event for event in audit.list_events(store, nurse, filled.patient_id) if event.entity == "confirmation"]
    assert [event.action for event in told] == ["response.confirm", "response.confirm"]
    assert told[0].entity_id == first.confirmation_id
    assert told[0].after == {
        "course": 1, "time point": "2026-05-04", "response": "PR", "computed": "PR", "remark": None,
        "patient version": 4, "engine": __version__,
    }  # fmt: skip
    assert told[1].before == {"response": "PR", "by": "Local user"}
    assert audit.verify(store) == ()


def test_a_second_confirmation_is_added_and_counts(store: Database, nurse: Actor, filled: Filled) -> None:
    confirm(store, nurse, filled)
    confirm(store, demo_actor(store), filled, response=Response.SD, remark="one plane only", expected_version=5)
    record = load(store, nurse, filled)
    assert [(one.response, one.confirmed_by) for one in record.confirmations] == [
        (Response.PR, "Local user"), (Response.SD, "Demo"),
    ]  # fmt: skip
    (found,) = list_disagreements(record, assess_record(record))
    assert (found.kind, found.settled) == (Kind.CONFIRMED_OTHERWISE, True)


def test_a_corrected_size_leaves_the_confirmation_hollow(store: Database, nurse: Actor, filled: Filled) -> None:
    confirm(store, nurse, filled)
    exams.correct_exam(
        store, nurse, filled.follow_up_ids[1], follow_up_draft(SECOND, 25, 15), expected_version=1, reason="misread"
    )
    record = load(store, nurse, filled)
    (found,) = list_disagreements(record, assess_record(record))
    assert found.kind is Kind.CONFIRMED_BEFORE
    assert found.sentence.startswith("Confirmed PR by Local user on version 4; now computes SD:")


def test_a_withdrawn_scan_leaves_the_confirmation_without_its_time_point(
    store: Database, nurse: Actor, filled: Filled
) -> None:
    confirm(store, nurse, filled)
    exams.withdraw_exam(store, nurse, filled.follow_up_ids[1], expected_version=1, reason="another patient's")
    record = load(store, nurse, filled)
    (found,) = list_disagreements(record, assess_record(record))
    assert found.kind is Kind.WITHOUT_TIME_POINT


def test_pressing_twice_stores_once(store: Database, nurse: Actor, filled: Filled) -> None:
    first = confirm(store, nurse, filled, remark="")
    again = confirm(store, nurse, filled)
    assert again == confirmations.ConfirmationSaved(first.confirmation_id, 5, already_stored=True)
    assert len(load(store, nurse, filled).confirmations) == 1


def test_of_two_people_who_confirm_at_once_one_is_told_to_look_again(
    store: Database, nurse: Actor, filled: Filled
) -> None:
    other = demo_actor(store)
    results = together(
        [
            lambda: confirm(store, nurse, filled),
            lambda: confirm(store, other, filled, response=Response.SD, remark="one plane only"),
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["ConfirmationSaved", "ConflictError"]
    assert len(load(store, nurse, filled).confirmations) == 1


def test_a_version_that_was_not_seen_is_not_confirmed(store: Database, nurse: Actor, filled: Filled) -> None:
    with pytest.raises(ConflictError, match="at version 4, you saw 3"):
        confirm(store, nurse, filled, expected_version=3)
    assert load(store, nurse, filled).confirmations == ()


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"time_point_on": date(2026, 5, 5)}, "time point", "it has 2 Mar 2026 and 4 May 2026"),
        ({"time_point_on": BASELINE}, "time point", "is the baseline of course 1"),
        ({"time_point_on": "2026-05-04"}, "time point", "must be a calendar date"),
        ({"response": Response.I_UPD}, "response", "is no response of recist-1.1; right is one of CR, PR, SD"),
        ({"response": Response.PMR}, "response", "is no response of recist-1.1"),
        ({"response": "better"}, "response", "is not known"),
        ({"response": Response.SD}, "remark", "PR is computed, so say why SD is confirmed"),
        ({"response": Response.SD, "remark": "   "}, "remark", "is missing"),
        ({"remark": "x\x00"}, "remark", "no text"),
        ({"remark": 7}, "remark", "must be a text"),
    ],
)
def test_what_cannot_be_confirmed_is_refused_by_its_place(
    store: Database, nurse: Actor, filled: Filled, given: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(InputError) as refusal:
        confirm(store, nurse, filled, **given)
    (problem,) = refusal.value.problems
    assert problem.place == place
    assert words in problem.text
    assert patients.patient_version(store, filled.patient_id) == 4


def test_a_course_or_patient_that_is_not_there_is_not_found(store: Database, nurse: Actor, filled: Filled) -> None:
    with pytest.raises(NotFoundError, match="no course number 2; this patient's courses are: 1"):
        confirm(store, nurse, filled, course_number=2)
    with pytest.raises(NotFoundError, match="no patient number 99"):
        confirmations.confirm_response(store, nurse, 99, 1, SECOND, Response.PR, expected_version=1)


def test_a_mistaken_confirmation_is_taken_back_with_a_reason(store: Database, nurse: Actor, filled: Filled) -> None:
    first = confirm(store, nurse, filled)
    second = confirm(store, demo_actor(store), filled, response=Response.SD, remark="L2 is stable", expected_version=5)
    taken = (store, nurse, second.confirmation_id)
    with pytest.raises(InputError, match="reason: is missing"):
        confirmations.withdraw_confirmation(*taken, expected_version=6, reason=" ")
    with pytest.raises(ConflictError, match="at version 6, you saw 5"):
        confirmations.withdraw_confirmation(*taken, expected_version=5, reason="other patient")
    assert confirmations.withdraw_confirmation(*taken, expected_version=6, reason=" other patient ") == 7
    record = load(store, nurse, filled)
    assert [one.id for one in record.confirmations] == [first.confirmation_id], "the one before counts again"
    with store.read() as session:
        assert len(session.scalars(select(ConfirmationRow.id)).all()) == 2, "its row stays"
    with pytest.raises(NotFoundError, match="was taken back already"):
        confirmations.withdraw_confirmation(*taken, expected_version=7, reason="again")
    with pytest.raises(NotFoundError, match="no confirmation number 99"):
        confirmations.withdraw_confirmation(store, nurse, 99, expected_version=7, reason="again")
    event = audit.list_events(store, nurse, filled.patient_id)[-1]
    assert (event.action, event.reason) == ("response.withdraw", "other patient")
    assert event.before == {"course": 1, "time point": SECOND.isoformat(), "response": "SD"}
    confirm(store, nurse, filled, response=Response.SD, remark="looked again", expected_version=7)
    assert [one.response for one in load(store, nurse, filled).confirmations] == [Response.PR, Response.SD]
    assert audit.verify(store) == ()
