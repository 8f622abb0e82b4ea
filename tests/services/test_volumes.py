"""Measured remnants of the liver: one a day for one operation, withdrawn with a reason, refused where they cannot be."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.builders import patient_draft
from tests.support.databases import TODAY
from tracker.db.engine import Database
from tracker.domain.drafts import VolumeDraft
from tracker.domain.volumes import LiverVolume
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, patients, volumes
from tracker.services.actors import Actor

DAY = date(2026, 10, 5)
RIGHT = VolumeDraft(DAY, Decimal("412.5"), Decimal(1500), "CT volumetry", "right hepatectomy")


@pytest.fixture
def patient(store: Database, nurse: Actor) -> int:
    return patients.register_patient(store, nurse, patient_draft()).patient_id


def test_a_remnant_is_kept_once_and_can_be_withdrawn(store: Database, nurse: Actor, patient: int) -> None:
    key = volumes.record_volume(store, nurse, patient, RIGHT)
    assert volumes.record_volume(store, nurse, patient, RIGHT) == key
    alone = VolumeDraft(DAY, Decimal(520))
    other = volumes.record_volume(store, nurse, patient, alone)
    record = patients.load_record(store, nurse, patient)
    assert record.volumes == (
        LiverVolume(key, DAY, Decimal("412.5"), Decimal(1500), "CT volumetry", "right hepatectomy"),
        LiverVolume(other, DAY, Decimal(520)),
    )
    assert (record.volumes[0].remnant_percent, record.volumes[1].remnant_percent) == (Decimal("27.5"), None)
    with pytest.raises(ConflictError, match="another remnant") as conflict:
        volumes.record_volume(store, nurse, patient, dataclasses.replace(RIGHT, remnant_ml=Decimal(400)))
    assert [one.text for one in conflict.value.theirs] == ["412.5"]
    assert volumes.withdraw_volume(store, nurse, key, expected_version=3, reason="of another patient") == 4
    with pytest.raises(NotFoundError, match="was withdrawn"):
        volumes.withdraw_volume(store, nurse, key, expected_version=4, reason="again")
    volumes.record_volume(store, nurse, patient, dataclasses.replace(RIGHT, remnant_ml=Decimal(400)))
    actions = [event.action for event in audit.list_events(store, nurse, patient)]
    assert actions[1:] == ["volume.record", "volume.record", "volume.withdraw", "volume.record"]
    assert audit.verify(store) == ()


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"measured_on": TODAY + timedelta(days=1)}, "measured on", "in the future"),
        ({"remnant_ml": None}, "remnant", "is missing"),
        ({"remnant_ml": Decimal("0.4")}, "remnant", "right is 20 to 8000"),
        ({"total_ml": Decimal("1.5")}, "total volume", "right is 300 to 8000"),
        ({"remnant_ml": Decimal(1500), "total_ml": Decimal(412)}, "remnant", "the two may be swapped"),
        ({"method": "a\nb"}, "method", "one line"),
        ({"resection": "x" * 201}, "operation", "at most 200"),
    ],
)
def test_a_wrong_remnant_is_refused_at_its_place(
    db: Database, actor: Actor, given: dict[str, Any], place: str, words: str
) -> None:
    patient = patients.register_patient(db, actor, patient_draft()).patient_id
    with pytest.raises(InputError) as refusal:
        volumes.record_volume(db, actor, patient, dataclasses.replace(RIGHT, **given))
    assert [problem.place for problem in refusal.value.problems] == [place]
    assert words in refusal.value.problems[0].text
    assert patients.load_record(db, actor, patient).volumes == ()
