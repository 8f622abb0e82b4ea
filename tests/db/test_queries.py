"""Loading records: few queries, the same for one patient and for all, and nothing that loads behind one's back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.support import builders
from tracker.db import queries
from tracker.db.base import Base
from tracker.db.engine import Database
from tracker.errors import NotFoundError
from tracker.services import patients
from tracker.services.actors import Actor


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """The SELECT statements a database is sent."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_record_takes_eleven_queries_however_long_it_is(store: Database, nurse: Actor) -> None:
    short = builders.fill_patient(store, nurse, "P-1", follow_ups=0)
    long = builders.fill_patient(store, nurse, "P-2", follow_ups=3)
    for filled in (short, long):
        with counted(store) as sent, store.read() as session:
            queries.load_patient_record(session, filled.patient_id)
        assert len(sent) == 11


def test_all_records_take_the_same_eleven_queries(store: Database, nurse: Actor) -> None:
    builders.fill_database(store, 3)
    with counted(store) as sent, store.read() as session:
        records = queries.load_all_records(session)
    assert len(sent) == 11
    assert records == tuple(patients.load_record(store, nurse, record.patient.id) for record in records)
    assert len(records) == 3


def test_listing_patients_and_asking_a_version_take_one_query(store: Database, nurse: Actor) -> None:
    builders.fill_database(store, 3)
    asked: list[tuple[Callable[[], object], object]] = [
        (lambda: len(patients.list_patients(store, nurse)), 3),
        (lambda: patients.list_keys(store), tuple(one.id for one in patients.list_patients(store, nurse))),
        (lambda: patients.patient_version(store, 2), 10),
    ]
    for ask, answer in asked:
        with counted(store) as sent:
            assert ask() == answer
        assert len(sent) == 1


def test_a_patient_that_is_not_there_is_not_found(store: Database, nurse: Actor) -> None:
    for ask in (lambda: patients.load_record(store, nurse, 99), lambda: patients.patient_version(store, 99)):
        with pytest.raises(NotFoundError, match="no patient number 99"):
            ask()
    assert patients.find_patient(store, nurse, "P-99") is None
    with store.read() as session:
        assert queries.load_all_records(session) == ()


def test_rows_load_nothing_behind_ones_back() -> None:
    """Rows have no relationships that load by themselves: whatever is read was asked for."""
    lazy = [
        f"{mapper.class_.__name__}.{relationship.key}"
        for mapper in Base.registry.mappers
        for relationship in mapper.relationships
        if relationship.lazy != "raise"
    ]
    assert lazy == []
