"""Fixtures every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import databases
from tests.support.databases import Clock
from tests.support.postgres import Server, start_server
from tracker.db.engine import Database
from tracker.services.actors import Actor, local_actor


@pytest.fixture
def clock() -> Clock:
    """The clock of the databases of this test; it stands until the test moves it."""
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema, to be copied."""
    return databases.make_sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server for this session (for each worker, where tests run in parallel)."""
    server = start_server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A PostgreSQL database at the newest schema, to be copied, and the folder of its key."""
    folder = tmp_path_factory.mktemp("postgres")
    return databases.make_postgres_template(postgres_server, folder), folder


@pytest.fixture
def db(sqlite_template: Path, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """An empty SQLite database at the newest schema."""
    database = databases.copy_sqlite(sqlite_template, tmp_path, clock)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """An empty database at the newest schema, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        database = databases.copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path, clock)
        yield database
        database.dispose()
        return
    server: Server = request.getfixturevalue("postgres_server")
    template, key_folder = request.getfixturevalue("postgres_template")
    database = databases.copy_postgres(server, template, key_folder, tmp_path, clock)
    yield database
    database.dispose()
    server.drop(str(database.engine.url.database))


@pytest.fixture
def actor(db: Database) -> Actor:
    """The local user of ``db``."""
    return local_actor(db)


@pytest.fixture
def nurse(store: Database) -> Actor:
    """The local user of ``store``."""
    return local_actor(store)
