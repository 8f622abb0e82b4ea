"""The schema: bring it to the newest version, and check that a database is sound.

A migration runs in one transaction under a lock, with SQLite's foreign keys off and checked afterwards (a table that is
rebuilt would otherwise delete its children by cascade).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tracker.db import history
from tracker.db.base import Base
from tracker.db.engine import BUSY_MS, Database, journal_mode, listen_sqlite, translated
from tracker.db.files import make_private_file
from tracker.db.models import APPEND_ONLY, UserRow
from tracker.errors import DatabaseError, Problem

_NEWER = "The database is at revision {}, of a newer version of the program: install that version."
#: Any number, the same everywhere: PostgreSQL's advisory lock of migrations.
_LOCK = 4_857_201_124


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration: the revisions that are installed with the program, whatever the current folder."""
    config = Config()
    config.set_main_option("script_location", "migrations:")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision the program knows."""
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    if revision is None:
        raise DatabaseError("The program was installed without its migrations.")
    return revision


def current(db: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    with translated(), db.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(db: Database, revision: str = "head") -> None:
    """Bring the schema to the newest revision (or to one named). Nothing happens where it is there already.

    Raises DatabaseError; then the database is as it was.
    """
    if current(db) == (head() if revision == "head" else revision):
        return
    with migrating(db) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        _refuse_strange(connection, before)
        if before is None:
            history.make_key(db.key_file)
        key = history.read_key(db.key_file)
        command.upgrade(configuration(connection), revision)
        after = MigrationContext.configure(connection).get_current_revision()
        if before != after:
            _record_upgrade(db, connection, key, before, after)


def downgrade(db: Database, revision: str) -> None:
    """Take the schema back to a revision ("base" removes it with all its data). For tests and repairs."""
    with migrating(db) as connection:
        command.downgrade(configuration(connection), revision)


def check(db: Database) -> tuple[Problem, ...]:
    """What is wrong with a database: schema, integrity, foreign keys, append-only triggers, files. Empty where it is sound."""
    revision, newest = current(db), head()
    if revision is None:
        return (Problem("schema", "the database is empty: run 'tracker db upgrade'"),)
    problems = []
    if not is_known(revision):
        problems.append(Problem("schema", _NEWER.format(revision)))
    elif revision != newest:
        problems.append(Problem("schema", f"at {revision}, the program needs {newest}: run 'tracker db upgrade'"))
    with translated(), db.reader.connect() as connection:
        problems += _check_schema(connection) if revision == newest else []
        problems += _check_sqlite(connection) if db.is_sqlite else []
        # An older schema lacks some of the tables, and says so above.
        tables = tuple(table for table in APPEND_ONLY if inspect(connection).has_table(table))
        missing = set(trigger_names(db.is_sqlite, tables)) - _triggers(connection)
        problems += [
            Problem("triggers", f"{name} is missing: rows could be changed unseen") for name in sorted(missing)
        ]
    for file in (db.file, db.key_file):
        if file is None:
            continue
        if not file.exists():
            problems.append(Problem(str(file), "is missing"))
        elif file.stat().st_mode & 0o077:
            problems.append(Problem(str(file), "may be read by other users of this machine: chmod 600"))
    return tuple(problems)


def trigger_names(sqlite: bool, tables: Iterable[str] = APPEND_ONLY) -> tuple[str, ...]:
    """The triggers that keep append-only tables so."""
    actions = ("update", "delete") if sqlite else ("update", "delete", "truncate")
    return tuple(f"{table}_no_{action}" for table in tables for action in actions)


def is_known(revision: str) -> bool:
    """Whether the program knows a revision; one it does not know comes from a newer program."""
    script = ScriptDirectory.from_config(configuration())
    return revision in {known.revision for known in script.walk_revisions()}


def _refuse_strange(connection: Connection, revision: str | None) -> None:
    """Raise DatabaseError for a database of another program, or of a newer version of this one."""
    if revision is not None and not is_known(revision):
        raise DatabaseError(f"{_NEWER.format(revision)} Nothing was changed.")
    tables = set(inspect(connection).get_table_names())
    if revision is None and tables & set(Base.metadata.tables):
        raise DatabaseError("The database holds tables of another program. Name an empty one. Nothing was changed.")


def _record_upgrade(db: Database, connection: Connection, key: bytes, before: str | None, after: str | None) -> None:
    """Tell the system's chain of the new schema, in the transaction of the migration."""
    tables = set(inspect(connection).get_table_names())
    if "audit_event" not in tables:
        return
    with Session(connection) as session:
        actor = session.scalars(select(UserRow.id).where(UserRow.kind == "system")).first()
        assert actor is not None, "the first revision makes the system's user"
        history.record_event(
            session,
            key,
            chain=history.SYSTEM,
            at=db.now(),
            actor_id=actor,
            action="schema.upgrade",
            entity="schema",
            entity_id=None,
            before={"revision": before},
            after={"revision": after},
        )
        session.commit()


@contextmanager
def migrating(db: Database) -> Iterator[Connection]:
    """A connection in one transaction, alone, with foreign keys off on SQLite and checked before the commit."""
    engine = create_engine(db.engine.url, poolclass=NullPool, hide_parameters=True)
    if db.is_sqlite:
        listen_sqlite(engine, foreign_keys=False)
    with translated(), _side_lock(db.file), engine.connect() as connection, connection.begin():
        if not db.is_sqlite:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        yield connection
        if db.is_sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise DatabaseError(
                    f"The migration would leave {len(broken)} rows without their parents. Nothing changed."
                )


@contextmanager
def _side_lock(file: Path | None) -> Iterator[None]:
    """On SQLite, a lock in a file of its own: the database itself may be rebuilt while it is held."""
    if file is None:
        yield
        return
    side = file.with_name(file.name + ".migrating")
    make_private_file(side)
    with closing(sqlite3.connect(side, isolation_level=None, timeout=BUSY_MS / 1000)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        yield


def _check_schema(connection: Connection) -> list[Problem]:
    """Tables, columns, constraints and indexes that are missing or changed. What a hospital added is its own."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    problems = []
    for difference in compare_metadata(context, Base.metadata):
        # Changes of one column come as a list of their own.
        if isinstance(difference, list):
            _, _, table, column = difference[0][:4]
            problems.append(Problem("schema", f"column {table}.{column} is not as the program left it"))
        elif difference[0].startswith("add_"):
            what = difference[0].removeprefix("add_").replace("_", " ")
            problems.append(Problem("schema", f"the {what} {getattr(difference[-1], 'name', '')} is missing"))
    return problems


def _check_sqlite(connection: Connection) -> list[Problem]:
    problems = []
    for (answer,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if answer != "ok":
            problems.append(Problem("integrity", str(answer)))
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        problems.append(Problem(f"{table}, row {row}", f"its {parent} is missing"))
    mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())
    wanted = journal_mode()[0]
    if mode.upper() != wanted:
        problems.append(Problem("journal", f"is {mode}; SQLite {sqlite3.sqlite_version} needs {wanted}"))
    return problems


def _triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    return {str(name) for (name,) in connection.exec_driver_sql(query)}
