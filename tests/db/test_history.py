"""The audit chain: every change tells of itself, and whatever is done to its rows shows."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.pool import NullPool

from tests.support import builders
from tracker.db import history
from tracker.db.engine import Database
from tracker.db.models import AuditEventRow, PatientRow
from tracker.errors import DatabaseError
from tracker.services import audit, drafts
from tracker.services.actors import Actor


def past_the_triggers(db: Database, *statements: str) -> None:
    """What somebody with the file, or the rights of the database's owner, can do."""
    engine = create_engine(db.engine.url, poolclass=NullPool)
    with engine.begin() as connection:
        lift_triggers(connection)
        for statement in statements:
            connection.execute(text(statement))


def lift_triggers(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for action in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER audit_event_no_{action}"))
    else:
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))


def test_each_service_writes_one_event_in_the_chain_of_its_patient(store: Database, nurse: Actor) -> None:
    (filled,) = builders.fill_database(store, 1)
    events = audit.list_events(store, nurse, filled.patient_id)
    assert [(event.seq, event.action) for event in events] == list(
        enumerate(
            [
                "patient.register", "course.start", "exam.record", "exam.record", "exam.correct", "exam.withdraw",
                "treatment.record", "marker.record", "symptoms.record", "response.confirm",
            ],
            start=1,
        )
    )  # fmt: skip
    assert {event.actor for event in events} == {nurse.name}
    assert [event.action for event in audit.list_events(store, nurse)] == ["schema.upgrade"]
    assert audit.verify(store) == ()


def test_an_event_says_before_after_and_why(store: Database, nurse: Actor) -> None:
    (filled,) = builders.fill_database(store, 1)
    corrected, withdrawn = audit.list_events(store, nurse, filled.patient_id)[4:6]
    assert corrected.reason == "typed 25 for 26"
    assert corrected.before is not None
    assert corrected.after is not None
    sizes = [
        event["exam"]["observations"][0]["observation"]["longest"] for event in (corrected.before, corrected.after)
    ]
    assert sizes == [25_000, 26_000]
    assert (withdrawn.entity, withdrawn.entity_id) == ("exam", filled.follow_up_ids[1])
    assert withdrawn.reason == "report of another patient"


def test_events_are_canonical_json(store: Database, nurse: Actor) -> None:
    builders.fill_database(store, 1)
    with store.read() as session:
        texts = [said for row in session.scalars(select(AuditEventRow)) for said in (row.before, row.after) if said]
    assert len(texts) > 9
    for said in texts:
        assert said == json.dumps(json.loads(said), sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        ("UPDATE audit_event SET after = '{}' WHERE chain = 'patient:1' AND seq = 3", "patient:1, event 3"),
        ("UPDATE audit_event SET reason = 'none' WHERE chain = 'patient:1' AND seq = 5", "patient:1, event 5"),
        ("UPDATE audit_event SET actor_id = 1 WHERE chain = 'patient:1' AND seq = 1", "patient:1, event 1"),
        ("UPDATE audit_event SET entity_id = 9 WHERE chain = 'patient:1' AND seq = 4", "patient:1, event 4"),
        ("UPDATE audit_event SET at = '2026-11-23 09:30:00+00:00' WHERE chain = 'patient:1' AND seq = 2", "patient:1, event 2"),
        ("UPDATE audit_event SET prev_hash = hash WHERE chain = 'patient:1' AND seq = 6", "patient:1, event 6"),
        ("DELETE FROM audit_event WHERE chain = 'patient:1' AND seq = 1", "patient:1, event 2"),
        ("DELETE FROM audit_event WHERE chain = 'patient:1' AND seq = 4", "patient:1, event 5"),
        ("DELETE FROM audit_event WHERE chain = 'patient:1' AND seq = 10", "patient:1"),
        ("DELETE FROM audit_event WHERE chain = 'patient:1' AND seq > 4", "patient:1"),
        ("DELETE FROM audit_event WHERE chain = 'patient:1'", "patient:1"),
        ("DELETE FROM audit_event WHERE chain = 'system'", "system"),
        ("UPDATE audit_head SET seq = 9 WHERE chain = 'patient:1'", "patient:1"),
        ("UPDATE audit_event SET chain = 'patient:2', seq = 99 WHERE chain = 'patient:1' AND seq = 10", "patient:2, event 99"),
        (
            "INSERT INTO audit_event (chain, seq, at, actor_id, action, entity, prev_hash, hash) "
            "SELECT chain, 11, at, actor_id, action, entity, hash, hash FROM audit_event WHERE chain = 'patient:1' AND seq = 10",
            "patient:1, event 11",
        ),
    ],
)  # fmt: skip
def test_whatever_is_done_to_a_chain_shows(filled: Database, damage: str, place: str) -> None:
    assert audit.verify(filled) == ()
    past_the_triggers(filled, damage)
    assert place in [problem.place for problem in audit.verify(filled)]


def test_a_chain_removed_with_its_head_shows_by_its_patient(filled: Database) -> None:
    past_the_triggers(
        filled, "DELETE FROM audit_event WHERE chain = 'patient:2'", "DELETE FROM audit_head WHERE chain = 'patient:2'"
    )
    assert [problem.place for problem in audit.verify(filled)] == ["patient:2"]


def test_a_chain_sealed_again_without_the_key_shows(store: Database) -> None:
    """Who can edit rows can compute hashes, but not with a key that lies outside the database."""
    builders.fill_database(store, 1)
    engine = create_engine(store.engine.url, poolclass=NullPool)
    with engine.begin() as connection:
        lift_triggers(connection)
    from sqlalchemy.orm import Session

    with Session(engine) as session, session.begin():
        last = history.START
        for row in session.scalars(
            select(AuditEventRow).where(AuditEventRow.chain == "patient:1").order_by(AuditEventRow.seq)
        ):
            row.reason, row.prev_hash = "forged", last
            row.hash = last = history.seal(b"a guess", row)
        session.execute(text(f"UPDATE audit_head SET hash = '{last}' WHERE chain = 'patient:1'"))
    assert [problem.place for problem in audit.verify(store)] == ["patient:1, event 1"]


def test_a_change_without_its_event_is_not_stored(store: Database) -> None:
    builders.fill_database(store, 1)

    def orm() -> None:
        with store.write() as session:
            session.get_one(PatientRow, 1).name = "changed"

    def bulk() -> None:
        from sqlalchemy import update

        with store.write() as session:
            session.execute(update(PatientRow).values(name="changed"))

    for silent in (orm, bulk):
        with pytest.raises(RuntimeError, match="without an audit event"):
            silent()
    with store.read() as session:
        assert session.get_one(PatientRow, 1).name is None


def test_a_draft_is_no_part_of_the_record_and_leaves_no_event(store: Database, nurse: Actor) -> None:
    (filled,) = builders.fill_database(store, 1)
    before = len(audit.list_events(store, nurse, filled.patient_id))
    drafts.save_draft(store, nurse, filled.patient_id, None, 1, {"L1": "2"})
    drafts.discard_draft(store, nurse, filled.patient_id)
    assert len(audit.list_events(store, nurse, filled.patient_id)) == before


def spoil(db: Database, content: str | None) -> None:
    if content is None:
        db.key_file.unlink()
    else:
        db.key_file.write_text(content)


@pytest.mark.parametrize("content", [None, "", "not hex", "ab" * 31, "ab" * 33])
def test_without_its_key_nothing_is_stored(db: Database, actor: Actor, content: str | None) -> None:
    spoil(db, content)
    refused: list[Callable[[], object]] = [
        lambda: builders.fill_patient(db, actor),
        lambda: audit.verify(db),
    ]
    for action in refused:
        with pytest.raises(DatabaseError, match="key of the audit is missing or damaged"):
            action()


def test_a_key_that_is_there_is_never_overwritten(db: Database) -> None:
    before = db.key_file.read_text()
    history.make_key(db.key_file)
    assert db.key_file.read_text() == before
