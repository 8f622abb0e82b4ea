"""Databases with rows in every table a service writes: filled once, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import builders, databases
from tests.support.databases import Clock
from tests.support.postgres import Server
from tracker.db.engine import Database


@pytest.fixture(scope="session")
def filled_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with two patients, to be copied."""
    db = databases.copy_sqlite(sqlite_template, tmp_path_factory.mktemp("filled-sqlite"))
    builders.fill_database(db, 2)
    db.dispose()
    assert db.file is not None
    return db.file


@pytest.fixture(scope="session")
def filled_postgres(
    postgres_server: Server, postgres_template: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """A PostgreSQL database with two patients, to be copied, and the folder of its key."""
    folder = tmp_path_factory.mktemp("filled-postgres")
    db = databases.copy_postgres(postgres_server, *postgres_template, folder)
    builders.fill_database(db, 2)
    db.dispose()
    return str(db.engine.url.database), folder


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def filled(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """A copy of the filled database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        db = databases.copy_sqlite(request.getfixturevalue("filled_sqlite"), tmp_path, clock)
        yield db
        db.dispose()
        return
    server: Server = request.getfixturevalue("postgres_server")
    template, key_folder = request.getfixturevalue("filled_postgres")
    db = databases.copy_postgres(server, template, key_folder, tmp_path, clock)
    yield db
    db.dispose()
    server.drop(str(db.engine.url.database))
