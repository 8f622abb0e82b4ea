"""The laboratory values of one day: stored together or not at all, and each problem is named under its test."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.support.builders import fill_patient
from tracker.db.engine import Database
from tracker.domain.drafts import MarkerDraft
from tracker.errors import InputError
from tracker.services import markers, patients
from tracker.services.actors import Actor
from tracker.services.audit import list_events

DAY = date(2026, 5, 4)


def value(name: str, number: str, unit: str, on: date = DAY) -> MarkerDraft:
    return MarkerDraft(name, on, Decimal(number), unit)


def names(db: Database, actor: Actor, patient_id: int) -> list[str]:
    return [one.name for one in patients.load_record(db, actor, patient_id).markers]


def test_a_day_of_values_is_stored_in_one_change(db: Database, actor: Actor) -> None:
    patient_id = fill_patient(db, actor).patient_id
    given = [(value("CEA", "12.4", "µg/L"), None), (value("ALT", "31", "U/L"), None)]
    keys = markers.record_markers(db, actor, patient_id, given)
    assert len(set(keys)) == 2
    assert sorted(names(db, actor, patient_id)) == ["ALT", "CEA"]
    assert markers.record_markers(db, actor, patient_id, given) == keys


def test_one_value_that_cannot_be_keeps_all_of_them_out(db: Database, actor: Actor) -> None:
    patient_id = fill_patient(db, actor).patient_id
    given = [
        (value("CEA", "12.4", "µg/L"), None),
        (value("bilirubin", "1200", "µmol/L"), None),
        (value("ALT", "3", ""), None),
    ]
    with pytest.raises(InputError) as refused:
        markers.record_markers(db, actor, patient_id, given)
    assert [one.place for one in refused.value.problems] == ["bilirubin, value", "ALT, unit"]
    assert names(db, actor, patient_id) == []


def test_a_value_asked_about_is_kept_with_its_own_reason(db: Database, actor: Actor) -> None:
    patient_id = fill_patient(db, actor).patient_id
    markers.record_marker(db, actor, patient_id, value("bilirubin", "17", "µmol/L", date(2026, 3, 2)))
    slip = value("bilirubin", "1", "µmol/L")
    with pytest.raises(InputError, match="is the unit right"):
        markers.record_markers(db, actor, patient_id, [(value("CEA", "9", "µg/L"), None), (slip, None)])
    markers.record_markers(db, actor, patient_id, [(value("CEA", "9", "µg/L"), None), (slip, "checked")])
    reasons = {event.reason for event in list_events(db, actor, patient_id) if event.action == "marker.record"}
    assert reasons == {None, "checked"}
