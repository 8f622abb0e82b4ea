"""Who looks after a patient: taken, given, released, never taken unseen."""

from __future__ import annotations

import pytest

from tests.support.builders import patient_draft
from tracker.db import history
from tracker.db.engine import Database
from tracker.db.models import UserRow
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, owners, patients
from tracker.services.actors import Actor, demo_actor, local_actor, system_actor
from tracker.services.transactions import change
from tracker.services.worklist import list_worklist


@pytest.fixture
def patient(store: Database) -> int:
    return patients.register_patient(store, local_actor(store), patient_draft()).patient_id


def owner(store: Database, nurse: Actor) -> int | None:
    [row] = list_worklist(store, nurse, store.today()).rows
    return row.owner_id


def test_a_patient_is_taken_given_and_released(store: Database, nurse: Actor, patient: int) -> None:
    colleague = demo_actor(store)
    owners.take_patient(store, nurse, patient)
    assert owner(store, nurse) == nurse.user_id
    owners.give_patient(store, nurse, patient, colleague.user_id, instead_of=nurse.user_id)
    assert owner(store, nurse) == colleague.user_id
    owners.release_patient(store, colleague, patient, instead_of=colleague.user_id)
    assert owner(store, nurse) is None
    events = audit.list_events(store, nurse, patient)[1:]
    assert [event.action for event in events] == ["owner.take", "owner.give", "owner.release"]
    assert events[1].before == {"user": nurse.user_id, "name": nurse.name}
    assert events[1].after == {"user": colleague.user_id, "name": colleague.name}
    assert patients.patient_version(store, patient) == 1
    assert audit.verify(store) == ()


def test_the_same_again_is_nothing(store: Database, nurse: Actor, patient: int) -> None:
    owners.take_patient(store, nurse, patient)
    owners.take_patient(store, nurse, patient)
    assert len(audit.list_events(store, nurse, patient)) == 2


def test_who_was_given_away_meanwhile_is_not_taken_unseen(store: Database, nurse: Actor, patient: int) -> None:
    colleague = demo_actor(store)
    owners.give_patient(store, nurse, patient, colleague.user_id)
    with pytest.raises(ConflictError, match=f"{colleague.name} looks after this patient by now"):
        owners.take_patient(store, nurse, patient)
    owners.release_patient(store, colleague, patient, instead_of=colleague.user_id)
    with pytest.raises(ConflictError, match="nobody looks after this patient by now"):
        owners.take_patient(store, nurse, patient, instead_of=colleague.user_id)


def test_a_colleague_who_left_is_followed_by_another(store: Database, nurse: Actor, patient: int) -> None:
    colleague = demo_actor(store)
    owners.give_patient(store, nurse, patient, colleague.user_id)
    with change(store, nurse) as opened:
        opened.session.get_one(UserRow, colleague.user_id).active = False
        opened.audit(history.SYSTEM, "user.leave", "user", colleague.user_id)
    owners.take_patient(store, nurse, patient, instead_of=colleague.user_id)
    assert owner(store, nurse) == nurse.user_id


def test_only_people_look_after_patients(store: Database, nurse: Actor, patient: int) -> None:
    assert system_actor(store).user_id not in [one.user_id for one in owners.list_owners(store, nurse)]
    for user in (system_actor(store).user_id, 99):
        with pytest.raises(InputError, match=f"user number {user} cannot look after a patient"):
            owners.give_patient(store, nurse, patient, user)
    with pytest.raises(NotFoundError):
        owners.take_patient(store, nurse, 99)
