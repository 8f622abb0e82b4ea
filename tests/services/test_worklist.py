"""The worklist of a database: every patient once, in the most urgent state, with the reason; only what changed is read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from tests.pictures.records import exam, record, simple
from tests.support.builders import fill_patient, follow_up_draft, patient_draft
from tests.support.databases import TODAY, Clock
from tracker.db.engine import Database
from tracker.domain.record import PatientRecord, Treatment
from tracker.domain.schedule import State
from tracker.domain.vocabulary import Modality, Primary, Response, TreatmentKind
from tracker.services import exams, meetings, owners, patients, planned_scans
from tracker.services.actors import Actor, demo_actor
from tracker.services.worklist import Choice, Memory, WorklistRow, derive_worklist, find_text, list_worklist, stamp

FOLFIRI = Treatment(1, "FOLFIRI", TreatmentKind.SYSTEMIC, date(2026, 1, 12))


def numbered(number: int, patient: PatientRecord) -> PatientRecord:
    return replace(patient, patient=replace(patient.patient, id=number, identifier=f"P-{number:03}"))


def on_treatment(*sizes: object) -> PatientRecord:
    return replace(simple(sizes), treatments=(FOLFIRI,))


def row_of(store: Database, nurse: Actor, patient_id: int, memory: Memory | None = None) -> WorklistRow:
    rows = list_worklist(store, nurse, TODAY, memory).rows
    return next(row for row in rows if row.patient_id == patient_id)


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(*args: object) -> None:
        statements.append(str(args[2]))

    event.listen(db.reader, "before_cursor_execute", count)
    yield statements
    event.remove(db.reader, "before_cursor_execute", count)


def test_the_most_urgent_stand_first() -> None:
    late = numbered(1, on_treatment(50, 48))  # due 30 April
    later = numbered(2, simple([50, 48]))  # due 28 May, 28 days of grace
    very_late = numbered(3, simple([50, 48], first=date(2025, 6, 1)))
    nobody = numbered(4, record([], []))
    rows = derive_worklist([later, nobody, late, very_late], date(2026, 5, 15)).rows
    assert [(row.patient_id, row.state) for row in rows] == [
        (3, State.OVERDUE), (1, State.OVERDUE), (4, State.TO_COMPLETE), (2, State.DUE),
    ]  # fmt: skip


def test_the_reason_of_a_closed_case_names_the_category() -> None:
    [same] = derive_worklist([on_treatment(50, 48, 47, 46)], date(2026, 6, 25)).rows
    assert same.standing.why == "SD as before; next due 20 Aug, every 8 weeks on FOLFIRI"
    [baseline] = derive_worklist([on_treatment(50)], date(2026, 1, 14)).rows
    assert baseline.followed.is_baseline
    assert baseline.standing.why == "baseline of course 1; next due 5 Mar, every 8 weeks on FOLFIRI"


def by_irecist(*sizes: object) -> PatientRecord:
    patient = simple(sizes)
    [course] = patient.courses
    given = Treatment(1, "nivolumab", TreatmentKind.IMMUNOTHERAPY, date(2026, 1, 12))
    judged = replace(course, plan=replace(course.plan, criterion="irecist"))
    return replace(patient, courses=(judged,), treatments=(given,))


@pytest.mark.parametrize(
    ("record", "today", "due", "why"),
    [
        # an open iUPD: from 4 weeks after it, late after 8 (Seymour 2017)
        (by_irecist(60, 74), date(2026, 4, 20), date(2026, 4, 2), "to confirm the iUPD of 5 Mar (4 to 8 weeks), was due 2 Apr"),
        (by_irecist(60, 74), date(2026, 5, 1), date(2026, 4, 2), "to confirm the iUPD of 5 Mar (4 to 8 weeks), was due 2 Apr"),
        # open still after a second look
        (by_irecist(60, 74, 75), date(2026, 5, 15), date(2026, 5, 28),
         "the iUPD of 5 Mar is still open (4 to 8 weeks); last scan 30 Apr, due 28 May"),
        # void: the usual interval
        (by_irecist(60, 74, 40), date(2026, 6, 1), date(2026, 6, 11),
         "every 6 weeks to week 24 on nivolumab; last scan 30 Apr, due 11 Jun"),
    ],
)  # fmt: skip
def test_an_open_iupd_is_due_for_its_confirmation(record: PatientRecord, today: date, due: date, why: str) -> None:
    [row] = derive_worklist([record], today).rows
    [scan] = [one for one in row.standings if one.state in (State.DUE, State.OVERDUE)]
    assert (scan.on, scan.why, row.followed.criterion) == (due, why, "irecist")


def test_a_scan_without_a_course_has_no_response() -> None:
    [row] = derive_worklist([record([exam(1, date(2026, 3, 2), {"L1": 30})], [])], date(2026, 3, 10)).rows
    assert (row.state, row.followed.response) == (State.TO_COMPLETE, None)


def test_the_number_of_queries_does_not_grow_with_the_patients(store: Database, nurse: Actor) -> None:
    fill_patient(store, nurse, "P-001")
    with counted(store) as statements:
        list_worklist(store, nurse, TODAY)
        one = len(statements)
    for number in range(2, 6):
        fill_patient(store, nurse, f"P-{number:03}")
    with counted(store) as statements:
        list_worklist(store, nurse, TODAY)
        assert len(statements) == one
    [row, *_] = list_worklist(store, nurse, TODAY).rows
    assert (row.state, row.followed.response) == (State.OVERDUE, Response.PR)
    assert row.last is not None
    assert row.last.performed_on == date(2026, 5, 4)


def test_only_a_record_that_changed_is_read_again(store: Database, nurse: Actor) -> None:
    first, second = fill_patient(store, nurse, "P-001"), fill_patient(store, nurse, "P-002")
    memory = Memory()
    list_worklist(store, nurse, TODAY, memory)
    kept = memory.followed[first.patient_id]
    before = stamp(store)
    exams.record_exam(store, nurse, second.patient_id, follow_up_draft(date(2026, 11, 10), 40, 30))
    assert stamp(store) > before
    row = row_of(store, nurse, second.patient_id, memory)
    assert row.followed.response is Response.PD
    assert memory.followed[first.patient_id] is kept
    assert list_worklist(store, nurse, TODAY, memory).rows == list_worklist(store, nurse, TODAY).rows


def test_what_surrounds_the_record_is_seen_without_reading_it(store: Database, nurse: Actor) -> None:
    filled = fill_patient(store, nurse)
    memory = Memory()
    list_worklist(store, nurse, TODAY, memory)
    stamps = [stamp(store)]
    planned_scans.plan_scan(store, nurse, filled.patient_id, TODAY + timedelta(days=9), Modality.CT)
    stamps.append(stamp(store))
    owners.take_patient(store, nurse, filled.patient_id)
    stamps.append(stamp(store))
    assert len(set(stamps)) == 3
    with counted(store) as statements:
        row = row_of(store, nurse, filled.patient_id, memory)
        assert not any("FROM observation" in statement for statement in statements)
    assert row.state is State.TO_VERIFY  # the second scan is the first response
    assert State.PLANNED in [one.state for one in row.standings]
    assert row.appointment is not None
    assert (row.owner_id, row.owner) == (nurse.user_id, nurse.name)


def test_a_scan_entered_after_the_decision_is_new(store: Database, nurse: Actor, clock: Clock) -> None:
    filled = fill_patient(store, nurse)
    meeting = meetings.open_meeting(store, nurse, date(2026, 5, 7), "liver board")
    asked = meetings.ask_question(store, nurse, meeting, filled.patient_id, "continue?").decision_id
    version = patients.patient_version(store, filled.patient_id)
    meetings.decide(store, nurse, asked, "continue", expected_version=version)
    memory = Memory()
    row = row_of(store, nurse, filled.patient_id, memory)
    assert row.changes is not None
    assert not row.changes
    clock.advance(hours=1)
    exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(date(2026, 11, 10), 40, 30))
    row = row_of(store, nurse, filled.patient_id, memory)
    assert row.changes is not None
    assert row.changes.said == ("PR then, PD now", "1 new scan")
    [waits] = [one for one in row.standings if one.state is State.AWAITING_MDT]
    assert waits.why == "the CT of 10 Nov was entered after the decision of 7 May; PR then, PD now"


def test_the_rows_of_a_choice(store: Database, nurse: Actor) -> None:
    first = fill_patient(store, nurse, "P-001").patient_id
    second = patients.register_patient(
        store, nurse, patient_draft("Q-002", primary=Primary.BREAST, name="Muster")
    ).patient_id
    owners.give_patient(store, nurse, second, demo_actor(store).user_id)
    listed = list_worklist(store, nurse, TODAY)

    def found(**chosen: object) -> list[int]:
        return [row.patient_id for row in listed.only(Choice(**chosen))]  # type: ignore[arg-type]

    assert found() == [first, second]
    assert found(state=State.TO_COMPLETE) == [second]
    assert found(owner=0) == [first]
    assert found(owner=demo_actor(store).user_id) == [second]
    assert found(primary=Primary.BREAST) == [second]
    assert found(words="MUST") == [second]
    assert found(words="folfiri") == [first]
    assert found(words="nothing like it") == []
    assert "q-002" in find_text(listed.only(Choice(owner=demo_actor(store).user_id))[0])
