"""Whatever fails, and wherever, nothing is stored in part: each service is made to fail at each statement it writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from tests.support import builders, databases
from tests.support.builders import exam_draft, follow_up_draft, lesion, measured, seen
from tracker.db import engine
from tracker.db.base import Base
from tracker.db.engine import Database
from tracker.domain.drafts import MarkerDraft, TreatmentDraft, VolumeDraft
from tracker.domain.vocabulary import Segment, State, TreatmentKind
from tracker.errors import DatabaseError
from tracker.services import audit, courses, exams, markers, note_history, patients, symptoms, treatments, volumes
from tracker.services.actors import Actor, local_actor

DAY = date(2026, 9, 1)
WRITES = ("INSERT", "UPDATE", "DELETE")

#: Each service on a patient with a course and two follow-ups.
SERVICES: dict[str, Callable[[Database, Actor, builders.Filled], object]] = {
    "register": lambda db, actor, _: patients.register_patient(db, actor, builders.patient_draft("P-9")),
    "start course": lambda db, actor, filled: courses.start_course(
        db,
        actor,
        filled.patient_id,
        builders.course_draft(
            follow_up_draft(DAY, 30, 20), name="FOLFOX", start=DAY,
            treatment=TreatmentDraft("FOLFOX", TreatmentKind.SYSTEMIC, DAY),
        ),
    ),
    "record exam": lambda db, actor, filled: exams.record_exam(
        db,
        actor,
        filled.patient_id,
        exam_draft(DAY, measured("L1", 20), seen("L4", State.UNEQUIVOCAL), lesions=(lesion("L4", Segment.V),)),
    ),
    "correct exam": lambda db, actor, filled: exams.correct_exam(
        db, actor, filled.follow_up_ids[0], follow_up_draft(DAY, 30, 20), expected_version=1, reason="date"
    ),
    "withdraw exam": lambda db, actor, filled: exams.withdraw_exam(
        db, actor, filled.follow_up_ids[1], expected_version=1, reason="wrong patient"
    ),
    "record treatment": lambda db, actor, filled: treatments.record_treatment(
        db, actor, filled.patient_id, TreatmentDraft("MWA", TreatmentKind.ABLATION, DAY, lesions=("L1", "L2"))
    ),
    "record marker": lambda db, actor, filled: markers.record_marker(
        db, actor, filled.patient_id, MarkerDraft("CEA", DAY, Decimal(4), "µg/L")
    ),
    "record symptoms": lambda db, actor, filled: symptoms.record_symptoms(
        db, actor, filled.patient_id, DAY, ["fever"]
    ),
    "record volume": lambda db, actor, filled: volumes.record_volume(
        db, actor, filled.patient_id, VolumeDraft(DAY, Decimal(420), Decimal(1500))
    ),
}  # fmt: skip
#: Services that change what stands beside the record: no version of a patient moves.
BESIDE: dict[str, Callable[[Database, Actor, builders.Filled], object]] = {
    "dismiss note": lambda db, actor, filled: note_history.dismiss(db, actor, filled.patient_id, "N05", "b2", "known"),
}


def everything(db: Database) -> list[Any]:
    with db.read() as session:
        return [
            session.execute(select(table).order_by(*table.primary_key)).all() for table in Base.metadata.sorted_tables
        ]


class Breaker:
    """Breaks the connection at the n-th statement that writes; counts them otherwise."""

    def __init__(self, db: Database) -> None:
        self.db, self.at, self.count = db, 0, 0
        event.listen(db.engine, "before_cursor_execute", self.note)

    def note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            self.count += 1
            if self.count == self.at:
                raise OperationalError(statement, {}, Exception("disk I/O error"))

    def set(self, at: int) -> None:
        self.at, self.count = at, 0

    def remove(self) -> None:
        event.remove(self.db.engine, "before_cursor_execute", self.note)


@pytest.mark.parametrize("service", [*SERVICES.values(), *BESIDE.values()], ids=[*SERVICES, *BESIDE])
def test_a_service_that_fails_at_any_statement_stores_nothing(
    store: Database, nurse: Actor, service: Callable[[Database, Actor, builders.Filled], object]
) -> None:
    filled = builders.fill_patient(store, nurse)
    before = everything(store)
    breaker = Breaker(store)
    broken_at = 0
    while True:
        broken_at += 1
        breaker.set(broken_at)
        try:
            service(store, nurse, filled)
        except DatabaseError as error:
            told = str(error)
        else:
            break
        assert told == "The disk of the database does not answer as it should. Nothing was stored."
        assert everything(store) == before
    breaker.remove()
    assert broken_at > 3
    assert everything(store) != before
    assert audit.verify(store) == ()


def test_a_commit_that_fails_stores_nothing(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    before = everything(store)

    def fail(_connection: Any) -> None:
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    event.listen(store.engine, "commit", fail)
    with pytest.raises(DatabaseError, match="disk of the database is full"):
        exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(DAY, 30, 20))
    event.remove(store.engine, "commit", fail)
    assert everything(store) == before


def test_a_full_disk_stores_nothing(db: Database, actor: Actor) -> None:
    """SQLite's own limit of pages stands for the disk."""
    filled = builders.fill_patient(db, actor)
    before = everything(db)

    def shrink(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")

    event.listen(db.engine, "begin", shrink)
    long = follow_up_draft(DAY, 30, 20, report_text="No new lesion. " * 5_000)
    with pytest.raises(DatabaseError, match="disk of the database is full"):
        exams.record_exam(db, actor, filled.patient_id, long)
    event.remove(db.engine, "begin", shrink)
    assert everything(db) == before


def test_a_database_that_is_held_by_another_is_said_to_be_busy(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A nurse's entry waits for twenty seconds; the test's for a tenth of one."""
    monkeypatch.setattr(engine, "BUSY_MS", 100)
    db = databases.copy_sqlite(sqlite_template, tmp_path)
    actor = local_actor(db)
    assert db.file is not None
    with closing(sqlite3.connect(db.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(
            DatabaseError, match=r"busy with another program\. Try again in a moment\. Nothing was stored"
        ):
            patients.register_patient(db, actor, builders.patient_draft())
    assert not patients.register_patient(db, actor, builders.patient_draft()).already_stored
    db.dispose()
