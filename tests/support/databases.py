"""Databases for tests: made once at the newest schema, then copied for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.support.postgres import Server
from tracker.db import migrate
from tracker.db.engine import KEY_FILE, Database, open_database

TODAY = date(2026, 11, 24)


@dataclass
class Clock:
    """A clock that stands until a test moves it."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 9, 30, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> datetime:
        """Move the clock, as ``timedelta`` says, and return the new moment."""
        self.moment += timedelta(**by)
        return self.moment


def open_for_test(url: str, data_dir: Path, clock: Clock | None = None) -> Database:
    """A database whose clock stands still, in UTC."""
    return open_database(url, data_dir=data_dir, now=clock or Clock(), timezone=UTC)


def make_sqlite_template(folder: Path) -> Path:
    """A SQLite file at the newest schema with its key beside it."""
    file = folder / "template.db"
    db = open_for_test(f"sqlite:///{file}", folder)
    migrate.upgrade(db)
    db.dispose()
    return file


def copy_sqlite(template: Path, folder: Path, clock: Clock | None = None) -> Database:
    """A copy of the template in a folder of its own."""
    file = folder / "hepatrack.db"
    shutil.copy(template, file)
    shutil.copy(template.parent / KEY_FILE, folder / KEY_FILE)
    return open_for_test(f"sqlite:///{file}", folder, clock)


def make_postgres_template(server: Server, folder: Path) -> str:
    """The name of a database on the server at the newest schema; its key lies in the folder."""
    name = server.create()
    db = open_for_test(server.url(name), folder)
    migrate.upgrade(db)
    db.dispose()
    return name


def copy_postgres(
    server: Server, template: str, key_folder: Path, folder: Path, clock: Clock | None = None
) -> Database:
    """A copy of the template, with a folder of its own for its key."""
    shutil.copy(key_folder / KEY_FILE, folder / KEY_FILE)
    return open_for_test(server.url(server.create(template)), folder, clock)
