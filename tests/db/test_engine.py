"""Opening a database: private files, safe pragmas, addresses that can be used, errors in a person's words."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support import builders
from tests.support.databases import TODAY, Clock, open_for_test
from tracker.db import engine, files, migrate
from tracker.db.engine import Database, open_database
from tracker.db.errors import translate
from tracker.db.models import SiteRow
from tracker.errors import DatabaseError, SettingsError
from tracker.services import patients
from tracker.services.actors import Actor, local_actor


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_file_and_key_are_private_from_the_start(tmp_path: Path) -> None:
    file = tmp_path / "ward" / "hepatrack.db"
    db = open_for_test(f"sqlite:///{file}", file.parent)
    assert mode_of(file.parent) == 0o700
    assert mode_of(file) == 0o600
    migrate.upgrade(db)
    db.dispose()
    assert {path.name: mode_of(path) for path in file.parent.iterdir() if mode_of(path) != 0o600} == {}
    assert db.key_file == file.parent / "audit.key"


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        # sqlite.org/wal.html, "the WAL-reset bug": mended in 3.51.3, and in 3.44.6 and 3.50.7.
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 4), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 0), "DELETE"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 54, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_a_write_ahead_log_is_used_only_where_it_loses_nothing(version: tuple[int, int, int], mode: str) -> None:
    found, synchronous = engine.journal_mode(version)
    assert (found, synchronous) == (mode, "FULL" if mode == "WAL" else "EXTRA")


def test_every_connection_has_the_safe_pragmas(db: Database) -> None:
    mode, synchronous = engine.journal_mode()
    with db.read() as session:
        values = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in (
                "journal_mode", "synchronous", "foreign_keys", "busy_timeout", "trusted_schema",
                "cell_size_check", "recursive_triggers",
            )
        }  # fmt: skip
    assert values == {
        "journal_mode": mode.lower(),
        "synchronous": {"FULL": 2, "EXTRA": 3}[synchronous],
        "foreign_keys": 1,
        "busy_timeout": engine.BUSY_MS,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "recursive_triggers": 1,
    }


def test_tables_are_strict(db: Database) -> None:
    with db.read() as session:
        loose = session.execute(
            text("SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'")
        ).scalars()
        assert set(loose) == {"alembic_version"}


@pytest.mark.parametrize(
    "url",
    [
        "", "hepatrack.db", "sqlite://", "sqlite:///:memory:", "sqlite:////tmp/a.db?mode=ro", "mysql://host/db",
        "nonsense://host/db", "postgresql://host:port/db",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_refused_with_one_that_can(url: str) -> None:
    with pytest.raises(SettingsError, match=r"sqlite:////folder/hepatrack\.db"):
        open_database(url)


def test_the_address_shows_no_password(tmp_path: Path) -> None:
    db = open_database("postgresql://ward:s3cret@127.0.0.1/hepatrack", data_dir=tmp_path)
    assert "s3cret" not in db.url_safe
    assert db.engine.dialect.driver == "psycopg"
    db.dispose()


def test_a_server_that_is_gone_is_one_sentence_without_the_password(tmp_path: Path) -> None:
    db = open_database("postgresql://ward:s3cret@127.0.0.1:9/hepatrack", data_dir=tmp_path)
    with pytest.raises(DatabaseError, match=r"does not answer\. Nothing was stored\.") as refusal:
        migrate.current(db)
    assert "s3cret" not in str(refusal.value)
    db.dispose()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match="cannot be made"):
        open_database(f"sqlite:///{tmp_path}/file/ward/hepatrack.db")


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("a shopping list, " * 100)
    db = open_database(f"sqlite:///{tmp_path}/notes.txt")
    with pytest.raises(DatabaseError, match="not a database of the tracker"):
        migrate.current(db)
    db.dispose()


def test_a_database_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(DatabaseError, match="tracker db upgrade"), db.read() as session:
        session.get(SiteRow, 1)
    db.dispose()


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("database is locked", "busy with another program"),
        ("database or disk is full", "disk of the database is full"),
        ("attempt to write a readonly database", "may not be written"),
        ("unable to open database file", "cannot be opened"),
        ("file is not a database", "not a database of the tracker"),
        ("database disk image is malformed", "damaged"),
        ("something nobody thought of", "does not answer"),
    ],
)
def test_each_driver_error_has_a_sentence(message: str, sentence: str) -> None:
    error = DBAPIError.instance("INSERT", {"name": "Ada"}, sqlite3.OperationalError(message), sqlite3.Error)
    told = str(translate(error))
    assert sentence in told
    assert told.endswith("Nothing was stored.")
    assert "Ada" not in told


def test_values_never_reach_an_error_of_the_driver(store: Database, nurse: Actor) -> None:
    assert store.engine.hide_parameters
    with pytest.raises(DatabaseError) as refusal, store.read() as session:
        session.execute(text("SELECT :name FROM nowhere"), {"name": "Ada Example"})
    chain: BaseException | None = refusal.value
    while chain is not None:
        assert "Ada" not in str(chain)
        chain = chain.__cause__


def test_a_reading_session_changes_nothing(store: Database) -> None:
    def change() -> None:
        with store.read() as session:
            session.execute(text("UPDATE site SET authority = 'changed'"))
            session.commit()

    with pytest.raises(DatabaseError, match=r"may not be written|takes no changes"):
        change()
    with store.read() as session:
        assert session.get_one(SiteRow, 1).authority == "local"


@pytest.mark.postgres
def test_a_reader_sees_one_moment(postgres_db: Database) -> None:
    """SQLite without a write-ahead log keeps the writer waiting instead."""
    nurse = local_actor(postgres_db)
    patients.register_patient(postgres_db, nurse, builders.patient_draft("P-1"))
    with postgres_db.read() as session:
        before = session.execute(text("SELECT count(*) FROM patient")).scalar_one()
        patients.register_patient(postgres_db, nurse, builders.patient_draft("P-2"))
        assert session.execute(text("SELECT count(*) FROM patient")).scalar_one() == before == 1


def test_an_error_in_a_writing_block_leaves_nothing(store: Database) -> None:
    def fail_half_way() -> None:
        with store.write() as session:
            session.add(SiteRow(name="Elsewhere", authority="elsewhere"))
            session.flush()
            raise KeyError("anything")

    with pytest.raises(KeyError):
        fail_half_way()
    with store.read() as session:
        assert session.execute(text("SELECT count(*) FROM site")).scalar_one() == 1


def test_today_is_the_date_where_the_hospital_is(tmp_path: Path, clock: Clock) -> None:
    from datetime import timedelta, timezone

    clock.advance(hours=14)
    late = open_database(f"sqlite:///{tmp_path}/a.db", now=clock, timezone=timezone(timedelta(hours=2)))
    early = open_database(f"sqlite:///{tmp_path}/a.db", now=clock, timezone=timezone(timedelta(hours=-2)))
    assert (early.today(), late.today()) == (TODAY, TODAY + timedelta(days=1))
    late.dispose()
    early.dispose()


MOUNTS = """\
/dev/vda1 / ext4 rw 0 0
proc /proc proc rw 0 0
server:/export /mnt/ward\\040disk nfs4 rw 0 0
//nas/share /mnt/nas cifs rw 0 0
tmpfs /mnt/nas/local tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/home/ward/hepatrack.db", "ext4"),
        ("/mnt/ward disk/hepatrack.db", "nfs4"),
        ("/mnt/nas/a/b/hepatrack.db", "cifs"),
        ("/mnt/nas/local/hepatrack.db", "tmpfs"),
        ("/mnt/nasty/hepatrack.db", "ext4"),
    ],
)
def test_the_drive_of_a_file_is_found_by_the_deepest_mount(file: str, kind: str) -> None:
    assert files.kind_of_drive(Path(file), MOUNTS) == kind


def test_a_network_drive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"nas:/x {tmp_path} nfs rw 0 0\n")
    monkeypatch.setattr(files, "MOUNTS", table)
    with pytest.raises(SettingsError, match="network drive"):
        open_database(f"sqlite:///{tmp_path}/hepatrack.db")
