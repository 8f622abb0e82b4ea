"""The demo shows every state of the worklist, and each of them is one that real entries would make."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.demo.conftest import TODAY, Demo, empty_database
from tracker.demo import fill_database, generate_cohort
from tracker.demo.pathway import REFERRED, meeting_after
from tracker.domain.schedule import State
from tracker.services import actors, audit, inbox, patients
from tracker.services.worklist import Worklist, list_worklist


@pytest.fixture(scope="module")
def listed(demo: Demo) -> Worklist:
    return list_worklist(demo.db, actors.demo_actor(demo.db), TODAY)


def test_every_state_is_shown(listed: Worklist) -> None:
    states = Counter(row.state for row in listed.rows)
    assert set(states) == set(State)
    assert states[State.OVERDUE] >= 2


def test_marks_owners_and_news_are_shown(listed: Worklist) -> None:
    late = {row.state for row in listed.rows if row.standing.late}
    assert {State.OVERDUE, State.REPORT_AWAITED, State.ACTION_OPEN} <= late
    assert not all(row.standing.late for row in listed.of(State.REPORT_AWAITED))
    assert {row.owner for row in listed.rows} == {None, "Demo", "Local user"}
    new = [row for row in listed.rows if row.changes]
    assert any(row.changes is not None and row.changes.reference.is_own for row in new)
    assert len(new) < len(listed.rows) / 3
    assert listed.last_meeting is not None
    assert listed.next_meeting is not None
    assert listed.last_meeting < TODAY <= listed.next_meeting


def test_the_reports_that_wait_can_be_read(demo: Demo) -> None:
    from tracker.reading.report import read_report

    items = inbox.list_items(demo.db, actors.demo_actor(demo.db), state="waiting")
    written = [item for item in items if item.kind == "text"]
    assert len(written) == 3
    for item in written:
        assert item.patient is not None
        record = demo.records[item.patient.identifier]
        reading = read_report(item.report_text)
        assert reading.to_dict()
        assert max(exam.performed_on for exam in record.exams) < (item.performed_on or date.min)


def test_a_referred_patient_has_no_scan(demo: Demo) -> None:
    assert demo.records[REFERRED.identifier].exams == ()


def test_the_audit_of_the_demo_is_whole(demo: Demo) -> None:
    assert audit.verify(demo.db) == ()


@pytest.mark.parametrize("number", [1, 2, 19, 21])
def test_a_small_demo_is_filled_as_well(tmp_path: Path, number: int) -> None:
    db = empty_database(tmp_path)
    actor = actors.demo_actor(db)
    fill_database(db, actor, generate_cohort(number, today=TODAY), today=TODAY)
    assert len(list_worklist(db, actor, TODAY).rows) == number + 1


def test_another_day_has_its_states_as_well(tmp_path: Path) -> None:
    db = empty_database(tmp_path)
    actor = actors.demo_actor(db)
    day = date(2026, 12, 24)
    fill_database(db, actor, generate_cohort(60, today=day), today=day)
    states = {row.state for row in list_worklist(db, actor, day).rows}
    assert {State.TO_ENTER, State.REPORT_AWAITED, State.PLANNED, State.TO_VERIFY, State.AWAITING_MDT} <= states
    assert len(patients.list_patients(db, actor)) == 61


@pytest.mark.parametrize(
    ("day", "meeting"),
    [
        (date(2026, 11, 25), date(2026, 11, 26)),
        (date(2026, 11, 26), date(2026, 12, 3)),
        (date(2026, 11, 27), date(2026, 12, 3)),
    ],
)
def test_boards_meet_on_thursdays(day: date, meeting: date) -> None:
    assert meeting_after(day) == meeting
    assert meeting - day <= timedelta(days=7)
