"""Opening a database: SQLite in a private file by default, PostgreSQL by URL.

SQLite is opened for a shared ward, not for speed: every writing transaction begins with BEGIN IMMEDIATE (a deferred one
loses to "database is locked" when it turns from reading to writing), and a commit is on the disk before it is acknowledged.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session

from tracker.db.errors import DRIVER_ERRORS, translate
from tracker.db.files import make_private_file, make_private_folder, refuse_network_drive
from tracker.db.history import DerivedSession, RecordSession
from tracker.errors import SettingsError

BUSY_MS = 20_000
#: What is derived can be derived again: nobody waits longer than this to store it.
PATIENCE_MS = 1_000
KEY_FILE = "audit.key"
#: Any number, the same everywhere: PostgreSQL's advisory lock of those who store what is derived.
_KEEPING = 4_857_201_125
#: What every connection to PostgreSQL asks for; times in milliseconds.
POSTGRES = {
    "timezone": "UTC",
    "lock_timeout": BUSY_MS,
    "statement_timeout": 30_000,
    "idle_in_transaction_session_timeout": 60_000,
}


def utc_now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Database:
    """An open database. Its clock and the folder of its audit key come with it, so that nothing below asks the machine."""

    engine: Engine
    reader: Engine
    data_dir: Path
    now: Callable[[], datetime] = utc_now
    timezone: tzinfo | None = None

    @property
    def url_safe(self) -> str:
        """The address without its password."""
        plain = self.engine.url.set(drivername=self.engine.dialect.name)
        return plain.render_as_string(hide_password=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(self.engine.url.database or "") if self.is_sqlite else None

    @property
    def key_file(self) -> Path:
        """The file that holds the key of the audit chains."""
        return self.data_dir / KEY_FILE

    def today(self) -> date:
        """The date where the hospital is."""
        return self.now().astimezone(self.timezone).date()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the database and changes nothing."""
        with translated(), Session(self.reader, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: committed where the block ends, rolled back in full where it raises.

        A block that changes the record without an audit event is a defect and is rolled back with RuntimeError.
        """
        with translated(), RecordSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session
            session.flush()
            session.refuse_unaudited()

    @contextmanager
    def keep_derived(self) -> Iterator[Session]:
        """A short transaction for the tables of what is derived, one at a time. RuntimeError for any other table.

        It gives up soon where others write: DatabaseError, as for a database that takes no changes.
        """
        engine = self.engine.execution_options(tracker_patience=PATIENCE_MS)
        with translated(), DerivedSession(engine, autoflush=False) as session, session.begin():
            if not self.is_sqlite:
                connection = session.connection()
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
                connection.execute(select(func.pg_advisory_xact_lock(_KEEPING)))
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the driver into the tracker's own."""
    try:
        yield
    except DRIVER_ERRORS as error:
        raise translate(error) from error


def open_database(
    url: str,
    *,
    data_dir: Path | None = None,
    now: Callable[[], datetime] = utc_now,
    timezone: tzinfo | None = None,
) -> Database:
    """Open a database by URL, such as ``sqlite:////home/ward/hepatrack/hepatrack.db`` or ``postgresql://host/hepatrack``.

    ``data_dir`` holds the audit key: by default the folder of the SQLite file, for PostgreSQL ``TRACKER_DATA_DIR`` or
    the user's data folder. Folder and file are made private (0700, 0600). Raises SettingsError for a URL that cannot be used,
    DatabaseError for a file that cannot be made. The schema is not touched: see ``tracker.db.migrate``.
    """
    address = read_url(url)
    if address.get_backend_name() == "sqlite":
        file = Path(address.database or "").absolute()
        refuse_network_drive(file.resolve())
        make_private_folder(file.parent)
        make_private_file(file)
        engine = create_engine(address.set(database=str(file)), hide_parameters=True)
        listen_sqlite(engine, foreign_keys=True)
        reader = engine.execution_options(tracker_reading=True)
        return Database(engine, reader, data_dir or file.parent, now, timezone)
    options = " ".join(f"-c {name}={value}" for name, value in POSTGRES.items())
    engine = create_engine(
        address, hide_parameters=True, pool_pre_ping=True, connect_args={"options": options, "connect_timeout": 10}
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    folder = data_dir or Path(os.environ.get("TRACKER_DATA_DIR") or user_data_path("hepatrack"))
    make_private_folder(folder)
    return Database(engine, reader, folder, now, timezone)


def read_url(url: str) -> URL:
    """The address, with psycopg 3 as the driver of PostgreSQL. Raises SettingsError with what would be right."""
    right = "Right are sqlite:////folder/hepatrack.db and postgresql://user@host/database."
    try:
        address = make_url(url)
        backend = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise SettingsError(f"The database URL cannot be read. {right}") from None
    if backend == "sqlite":
        if not address.database or address.database == ":memory:" or address.query:
            raise SettingsError(f"The database URL names no file. {right}")
        if address.database.startswith("~"):
            raise SettingsError(f"The database URL has '~' for a folder: write the folder in full. {right}")
        return address.set(drivername="sqlite+pysqlite")
    if backend == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    raise SettingsError(f"The database '{backend}' is not supported. {right}")


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether SQLite of this version may use a write-ahead log.

    Before 3.51.3 (and outside its back-ports 3.44.6 and 3.50.7) a race of two connections at a checkpoint can lose
    committed rows (sqlite.org/wal.html, "the WAL-reset bug").
    """
    return version >= (3, 51, 3) or ((3, 44, 6) <= version < (3, 45)) or ((3, 50, 7) <= version < (3, 51))


def journal_mode(version: tuple[int, int, int] = sqlite3.sqlite_version_info[:3]) -> tuple[str, str]:
    """Journal mode and synchronous level under which an acknowledged commit survives a power cut."""
    return ("WAL", "FULL") if wal_is_safe(version) else ("DELETE", "EXTRA")


def listen_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    """Give every connection of the engine the tracker's pragmas, and every transaction its own BEGIN."""
    mode, synchronous = journal_mode()

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {BUSY_MS}",
            # EXTRA while the mode is being set: an un-synced unlink of the first journal could roll a new file back.
            "synchronous = EXTRA",
            f"journal_mode = {mode}",
            f"synchronous = {synchronous}",
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
            # Without this, INSERT OR REPLACE removes a row behind the back of the append-only triggers.
            "recursive_triggers = ON",
            "trusted_schema = OFF",
            "cell_size_check = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("tracker_reading", False)
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
        patience = connection.get_execution_options().get("tracker_patience", BUSY_MS)
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
