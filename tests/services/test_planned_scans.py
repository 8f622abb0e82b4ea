"""Booked scans: planned, moved, performed, taken back; audited, and never a change of the record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.builders import patient_draft
from tests.support.databases import TODAY
from tracker.db.engine import Database
from tracker.domain.schedule import PlannedScan
from tracker.domain.vocabulary import Modality
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, patients, planned_scans
from tracker.services.actors import Actor, local_actor

SOON, LATER = TODAY + timedelta(days=7), TODAY + timedelta(days=9)
AGO = TODAY - timedelta(days=2)


@pytest.fixture
def patient(store: Database) -> int:
    return patients.register_patient(store, local_actor(store), patient_draft()).patient_id


def actions(store: Database, nurse: Actor, patient: int) -> list[str]:
    return [event.action for event in audit.list_events(store, nurse, patient)][1:]


def only(store: Database, nurse: Actor, patient: int) -> PlannedScan:
    [scan] = planned_scans.list_planned(store, nurse, patient)
    return scan


def test_a_scan_is_booked_once(store: Database, nurse: Actor, patient: int) -> None:
    first = planned_scans.plan_scan(store, nurse, patient, SOON, Modality.MR, " by phone ")
    again = planned_scans.plan_scan(store, nurse, patient, SOON, Modality.MR, "by phone")
    assert again == planned_scans.ScanPlanned(first.planned_id, already_stored=True)
    assert only(store, nurse, patient) == PlannedScan(
        first.planned_id, SOON, TODAY, Modality.MR, performed_on=None, note="by phone"
    )
    assert actions(store, nurse, patient) == ["scan.plan"]
    with pytest.raises(ConflictError, match="booked for 1 Dec 2026 already"):
        planned_scans.plan_scan(store, nurse, patient, SOON, Modality.CT)


def test_booking_is_no_change_of_the_record(store: Database, nurse: Actor, patient: int) -> None:
    before = patients.patient_version(store, patient)
    planned = planned_scans.plan_scan(store, nurse, patient, SOON).planned_id
    planned_scans.move_scan(store, nurse, planned, LATER, "holiday", expected_on=SOON)
    planned_scans.mark_performed(store, nurse, patient, TODAY)
    assert patients.patient_version(store, patient) == before
    assert audit.verify(store) == ()


@pytest.mark.parametrize(
    ("day", "note", "problem"),
    [
        (TODAY - timedelta(days=1), None, "date: 23 Nov 2026 is past; a scan that was made is marked as performed"),
        (date(2030, 1, 1), None, "more than two years ahead"),
        (None, None, "date: is missing"),
        (SOON, "two\nlines", "note: must be one line"),
        (SOON, "x" * 201, "note: has 201 characters"),
    ],
)
def test_what_cannot_be_booked_is_refused(
    db: Database, actor: Actor, day: date | None, note: str | None, problem: str
) -> None:
    patient = patients.register_patient(db, actor, patient_draft()).patient_id
    with pytest.raises(InputError, match=problem):
        planned_scans.plan_scan(db, actor, patient, day, None, note)  # type: ignore[arg-type]
    assert planned_scans.list_planned(db, actor, patient) == ()


def test_a_scan_is_moved_for_a_reason(store: Database, nurse: Actor, patient: int) -> None:
    planned = planned_scans.plan_scan(store, nurse, patient, SOON).planned_id
    with pytest.raises(InputError, match="reason: is missing"):
        planned_scans.move_scan(store, nurse, planned, LATER, " ", expected_on=SOON)
    planned_scans.move_scan(store, nurse, planned, LATER, "scanner down", expected_on=SOON)
    assert only(store, nurse, patient).planned_on == LATER
    event = audit.list_events(store, nurse, patient)[-1]
    assert (event.action, event.reason) == ("scan.move", "scanner down")
    assert event.before is not None
    assert event.before["planned on"] == "2026-12-01"
    with pytest.raises(ConflictError, match="was moved to 3 Dec 2026"):
        planned_scans.move_scan(store, nurse, planned, TODAY, "again", expected_on=SOON)
    with pytest.raises(InputError, match="is past"):
        planned_scans.move_scan(store, nurse, planned, AGO, "back", expected_on=LATER)


def test_two_scans_of_one_day_are_one(store: Database, nurse: Actor, patient: int) -> None:
    planned_scans.plan_scan(store, nurse, patient, SOON)
    second = planned_scans.plan_scan(store, nurse, patient, LATER).planned_id
    with pytest.raises(ConflictError, match="Another scan is booked for 1 Dec 2026"):
        planned_scans.move_scan(store, nurse, second, SOON, "earlier", expected_on=LATER)


def test_performing_takes_the_nearest_booked_scan(store: Database, nurse: Actor, patient: int) -> None:
    near = planned_scans.plan_scan(store, nurse, patient, SOON, None, "by phone").planned_id
    planned_scans.plan_scan(store, nurse, patient, LATER)
    done = planned_scans.mark_performed(store, nurse, patient, TODAY, Modality.CT)
    assert done.planned_id == near
    scan = planned_scans.list_planned(store, nurse, patient)[0]
    assert (scan.performed_on, scan.modality, scan.note) == (TODAY, Modality.CT, "by phone")
    again = planned_scans.mark_performed(store, nurse, patient, TODAY, Modality.CT)
    assert again == planned_scans.ScanPlanned(near, already_stored=True)
    with pytest.raises(ConflictError, match="was marked as performed on 24 Nov 2026"):
        planned_scans.move_scan(store, nurse, near, LATER, "late", expected_on=SOON)


def test_a_scan_of_another_modality_or_far_away_is_another_scan(store: Database, nurse: Actor, patient: int) -> None:
    booked = planned_scans.plan_scan(store, nurse, patient, SOON, Modality.MR).planned_id
    far = planned_scans.plan_scan(store, nurse, patient, TODAY + timedelta(days=40)).planned_id
    done = planned_scans.mark_performed(store, nurse, patient, AGO, Modality.CT).planned_id
    assert done not in (booked, far)
    assert actions(store, nurse, patient) == ["scan.plan", "scan.plan", "scan.perform"]


def test_a_scan_of_tomorrow_was_not_performed(db: Database, actor: Actor) -> None:
    patient = patients.register_patient(db, actor, patient_draft()).patient_id
    with pytest.raises(InputError, match="is in the future"):
        planned_scans.mark_performed(db, actor, patient, TODAY + timedelta(days=1))


def test_a_booked_scan_is_taken_back_for_a_reason(store: Database, nurse: Actor, patient: int) -> None:
    planned = planned_scans.plan_scan(store, nurse, patient, SOON).planned_id
    with pytest.raises(InputError, match="reason: is missing"):
        planned_scans.withdraw_scan(store, nurse, planned, "", expected_on=SOON)
    planned_scans.withdraw_scan(store, nurse, planned, "double", expected_on=SOON)
    assert planned_scans.list_planned(store, nurse, patient) == ()
    with pytest.raises(ConflictError, match="was withdrawn"):
        planned_scans.withdraw_scan(store, nurse, planned, "double", expected_on=SOON)
    # the day is free again
    assert not planned_scans.plan_scan(store, nurse, patient, SOON).already_stored
    assert actions(store, nurse, patient) == ["scan.plan", "scan.unplan", "scan.plan"]


def test_who_is_not_there_is_not_found(store: Database, nurse: Actor) -> None:
    with pytest.raises(NotFoundError):
        planned_scans.plan_scan(store, nurse, 99, SOON)
    with pytest.raises(NotFoundError, match="no booked scan number 99"):
        planned_scans.withdraw_scan(store, nurse, 99, "x", expected_on=SOON)
