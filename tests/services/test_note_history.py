"""Notes: what was shown is logged once a version and never disturbs a page; what was put aside holds for its data alone."""

from __future__ import annotations

import pytest

from tests.support.builders import patient_draft
from tests.support.databases import Clock
from tracker.db.engine import Database
from tracker.errors import InputError, NotFoundError
from tracker.services import audit, note_history, patients
from tracker.services.actors import Actor


@pytest.fixture
def patient(store: Database, nurse: Actor) -> int:
    return patients.register_patient(store, nurse, patient_draft()).patient_id


def test_a_note_is_logged_once_a_version_with_the_data_that_showed_it(
    store: Database, nurse: Actor, patient: int, clock: Clock
) -> None:
    events = len(audit.list_events(store, nurse, patient))
    first = clock.moment
    assert note_history.log_shown(store, nurse, patient, 1, [("N01", "a1"), ("N05", "b2")])
    clock.advance(minutes=1)
    assert note_history.log_shown(store, nurse, patient, 1, [("N01", "a1"), ("N07", "c3")])
    assert note_history.log_shown(store, nurse, patient, 2, [("N01", "a9")])
    assert note_history.log_shown(store, nurse, patient, 2, [])
    shown = [(one.patient_version, one.note_id, one.data_key) for one in note_history.list_shown(store, patient)]
    assert shown == [(1, "N01", "a1"), (1, "N05", "b2"), (1, "N07", "c3"), (2, "N01", "a9")]
    assert note_history.list_shown(store, patient)[0].shown_at == first
    assert patients.patient_version(store, patient) == 1
    assert len(audit.list_events(store, nurse, patient)) == events
    assert audit.verify(store) == ()


def test_a_log_that_cannot_be_written_never_raises(store: Database, nurse: Actor) -> None:
    assert not note_history.log_shown(store, nurse, 99, 1, [("N01", "a1")])
    assert note_history.list_shown(store, 99) == ()


def test_what_is_put_aside_is_told_and_can_come_back(store: Database, nurse: Actor, patient: int) -> None:
    key = note_history.dismiss(store, nurse, patient, "N05", "b2", " the surgeon knows ")
    assert note_history.dismiss(store, nurse, patient, "N05", "b2", "again") == key
    other = note_history.dismiss(store, nurse, patient, "N05", "b3", "the new scan too")
    assert other != key
    found = note_history.list_dismissals(store, patient)
    assert [(one.id, one.reason, one.dismissed_by) for one in found] == [
        (key, "the surgeon knows", "Local user"),
        (other, "the new scan too", "Local user"),
    ]
    assert note_history.dismissed_keys(found) == {("N05", "b2"), ("N05", "b3")}
    assert patients.patient_version(store, patient) == 1, "nothing clinical changed"
    assert note_history.restore(store, nurse, patient, "N05") == 2
    assert note_history.list_dismissals(store, patient) == ()
    with pytest.raises(NotFoundError, match="was not put aside"):
        note_history.restore(store, nurse, patient, "N05")
    assert note_history.dismiss(store, nurse, patient, "N05", "b2", "still known") not in (key, other)
    actions = [event.action for event in audit.list_events(store, nurse, patient)]
    assert actions[1:] == ["note.dismiss", "note.dismiss", "note.restore", "note.dismiss"]


@pytest.mark.parametrize(
    ("note", "data", "reason", "place"),
    [("", "b2", "why", "note"), ("N05", "", "why", "data key"), ("N05", "b2", " ", "reason")],
)
def test_a_note_is_put_aside_with_a_reason_only(
    db: Database, actor: Actor, note: str, data: str, reason: str, place: str
) -> None:
    patient = patients.register_patient(db, actor, patient_draft()).patient_id
    with pytest.raises(InputError) as refusal:
        note_history.dismiss(db, actor, patient, note, data, reason)
    assert [problem.place for problem in refusal.value.problems] == [place]
    assert note_history.list_dismissals(db, patient) == ()
