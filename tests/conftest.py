"""Fixtures every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support import databases
from tests.support.databases import Clock
from tests.support.postgres import Server, start_server
from tests.support.require import shared_folder
from tracker.db.engine import Database
from tracker.services.actors import Actor, local_actor

# A deadline would measure how busy the machine is, not whether something is true.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture
def clock() -> Clock:
    """The clock of the databases of this test; it stands until the test moves it."""
    return Clock()


@pytest.fixture(scope="session")
def published() -> Path:
    """The folder of published tables and worked examples."""
    return shared_folder("oracle") / "published"


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


@pytest.fixture
def postgres_db(
    postgres_server: Server, postgres_template: tuple[str, Path], tmp_path: Path, clock: Clock
) -> Iterator[Database]:
    """An empty PostgreSQL database at the newest schema."""
    template, key_folder = postgres_template
    database = databases.copy_postgres(postgres_server, template, key_folder, tmp_path, clock)
    yield database
    database.dispose()
    postgres_server.drop(str(database.engine.url.database))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Database:
    """An empty database at the newest schema, once on SQLite and once on PostgreSQL."""
    database: Database = request.getfixturevalue("db" if request.param == "sqlite" else "postgres_db")
    return database


@pytest.fixture
def actor(db: Database) -> Actor:
    """The local user of ``db``."""
    return local_actor(db)


@pytest.fixture
def nurse(store: Database) -> Actor:
    """The local user of ``store``."""
    return local_actor(store)
