"""The schema up, down and up on filled databases; what a check finds; migrations that meet."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.pool import NullPool

from tests.support import builders
from tests.support.databases import open_for_test
from tests.support.postgres import Server
from tracker.db import migrate, models
from tracker.db.base import Base
from tracker.db.engine import Database, open_database
from tracker.db.models import APPEND_ONLY, DERIVED
from tracker.errors import ConflictError, DatabaseError
from tracker.services import audit, cohort, patients
from tracker.services.actors import local_actor

ROOT = Path(__file__).resolve().parents[2]
TABLES = Base.metadata.sorted_tables
NEW_IN_0003 = {
    "exam_verification",
    "follow_up_interval",
    "import_preset",
    "inbox_item",
    "patient_merge",
    "patient_owner",
    "planned_scan",
}
NEW_IN_0004 = {"confirmation_withdrawal", "decision_draft", "liver_volume", "note_dismissal", "note_shown"}


def dump(db: Database) -> dict[str, list[Mapping[str, Any]]]:
    """Every row of every table, by table."""
    with db.read() as session:
        return {
            table.name: [dict(row) for row in session.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in TABLES
        }


def digest(rows: Mapping[str, list[Mapping[str, Any]]]) -> str:
    """One hash of all rows."""
    return hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()


def count_rows(db: Database, names: Iterable[str] | None = None) -> dict[str, int]:
    tables = [table for table in TABLES if names is None or table.name in names]
    with db.read() as session:
        return {table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def test_filled_means_rows_in_every_table_a_service_writes(filled: Database) -> None:
    empty = {name for name, count in count_rows(filled).items() if count == 0}
    assert empty == {"decision", "import_batch", "meeting", "membership", *NEW_IN_0003, *NEW_IN_0004}


def test_down_and_up_gives_the_same_house_for_the_same_rows(filled: Database) -> None:
    before = dump(filled)
    counts = count_rows(filled)
    migrate.downgrade(filled, "base")
    assert migrate.current(filled) is None
    with filled.reader.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    migrate.upgrade(filled)
    assert migrate.check(filled) == ()
    give_back(filled, before)
    assert count_rows(filled) == counts
    assert digest(dump(filled)) == digest(before)
    assert audit.verify(filled) == ()
    refuse_changes_of_the_past(filled)


def test_the_second_revision_goes_and_comes_over_a_filled_record(filled: Database) -> None:
    """Down and up touch nothing but the summaries, which are derived again."""
    actor = local_actor(filled)
    before = dump(filled)
    kept = {name: rows for name, rows in before.items() if name not in (*DERIVED, "audit_event", "audit_head")}
    past = ("exam_version", "audit_event")
    found = cohort.load_cohort(filled, actor)
    assert before["course_summary"]
    migrate.downgrade(filled, "0001")
    assert [problem.place for problem in migrate.check(filled)] == ["schema"]
    with filled.reader.connect() as connection:
        assert not inspect(connection).has_table("course_summary")
    refuse_changes_of_the_past(filled, past)
    migrate.upgrade(filled)
    assert migrate.check(filled) == ()
    after = dump(filled)
    assert after["course_summary"] == []
    assert digest({name: after[name] for name in kept}) == digest(kept)
    assert [event.after for event in audit.list_events(filled, actor)][-1] == {"revision": "0004"}
    assert audit.verify(filled) == ()
    refuse_changes_of_the_past(filled)
    assert cohort.load_cohort(filled, actor) == found
    assert dump(filled)["course_summary"] == before["course_summary"]


def fill_new_tables(db: Database) -> None:
    """A row in every table of the third revision, past the services, and a value in every column it added."""
    at, day = db.now(), date(2026, 9, 7)
    with db.engine.begin() as connection:
        patient_id, other_id = connection.scalars(select(models.PatientRow.id).order_by(models.PatientRow.id).limit(2))
        exam_id = connection.scalars(select(models.ExamRow.id).where(models.ExamRow.patient_id == patient_id)).first()
        user_id = connection.scalars(select(models.UserRow.id)).first()
        item = {
            "site_id": 1, "place": "one.hl7, message 1", "kind": "hl7", "content_sha256": "ab", "sender": "RIS",
            "control_id": "7", "status": "final", "report_text": "CT abdomen", "findings": "[]", "state": "taken",
            "exam_id": exam_id, "received_at": at, "performed_on": day, "patient_id": patient_id,
        }  # fmt: skip
        merge = {"kept_id": patient_id, "merged_id": other_id, "moved": "{}", "reason": "one person"}
        planned = {"patient_id": patient_id, "planned_on": day, "entered_at": at, "entered_by": user_id}
        interval = {"site_id": 1, "context": "systemic", "weeks": 9, "grace_days": 7, "words": "nine weeks"}
        rows: tuple[tuple[type[Base], dict[str, Any]], ...] = (
            (models.InboxItemRow, item),
            (
                models.ImportPresetRow,
                {"site_id": 1, "name": "ours", "mapping": "{}", "saved_at": at, "saved_by": user_id},
            ),
            (models.PatientMergeRow, {**merge, "merged_at": at, "merged_by": user_id}),
            (models.PlannedScanRow, planned),
            (models.FollowUpIntervalRow, {**interval, "changed_at": at, "changed_by": user_id}),
            (models.PatientOwnerRow, {"patient_id": patient_id, "user_id": user_id, "since": at, "set_by": user_id}),
            (
                models.ExamVerificationRow,
                {"exam_id": exam_id, "exam_version": 1, "verified_at": at, "verified_by": user_id, "remark": "seen"},
            ),
        )
        for kind, row in rows:
            connection.execute(insert(kind), [row])
        connection.execute(
            update(models.PatientRow).where(models.PatientRow.id == other_id).values(merged_into=patient_id)
        )
        connection.execute(update(models.ObservationRow).values(source_start=3, source_end=8))


def test_the_third_revision_goes_and_comes_over_a_filled_record(filled: Database) -> None:
    """Down loses the new tables and columns and nothing else; up again gives them back empty, triggers and all."""
    fill_new_tables(filled)
    before = dump(filled)
    assert not {name for name in NEW_IN_0003 if not before[name]}
    refuse_changes_of_the_past(filled)
    migrate.downgrade(filled, "0002")
    with filled.reader.connect() as connection:
        assert not NEW_IN_0003 & set(inspect(connection).get_table_names())
        assert "merged_into" not in {column["name"] for column in inspect(connection).get_columns("patient")}
    refuse_changes_of_the_past(filled, ("exam_version", "audit_event"))
    migrate.upgrade(filled)
    assert migrate.check(filled) == ()
    assert audit.verify(filled) == ()
    refuse_changes_of_the_past(filled)
    after = dump(filled)
    assert {name for name in NEW_IN_0003 if after[name]} == set()
    added = {"merged_into", "accepted", "source_start", "source_end", "closed_at", "path"}
    for name in before.keys() - NEW_IN_0003 - {"audit_event", "audit_head"}:
        assert without(before[name], added) == without(after[name], added), name
    assert {row["accepted"] for row in after["exam"]} == {"[]"}


def without(rows: list[Mapping[str, Any]], columns: set[str]) -> list[dict[str, Any]]:
    """The rows without some of their columns."""
    return [{key: value for key, value in row.items() if key not in columns} for row in rows]


#: A value for every column that the fourth revision added, by table.
FACTS: Mapping[type[Base], Mapping[str, Any]] = {
    models.PatientRow: {
        "histology": "adenocarcinoma", "t_stage": "pT3", "n_stage": "pN1b", "primary_in_place": False,
        "primary_diagnosed": "2024-03", "primary_resected": "2024-04-02", "metastases_found": "2025", "asa": 2,
        "comorbidity": "diabetes", "ecog_on": date(2026, 1, 5), "biomarkers_on": '{"RAS":"2024-05-01"}',
        "died_on": date(2026, 9, 1), "last_alive_on": date(2026, 8, 1),
    },
    models.ExamRow: {"background": '{"ascites":"yes"}', "extrahepatic": '{"lung":{"said":"yes"}}'},
    models.ObservationRow: {
        "appearance": "cystic", "enhancement": "rim", "vessels": '[{"relation":"abuts","vessel":"portal branch"}]',
    },
    models.TreatmentRow: {"stop_reason": "toxicity", "dose_gy": Decimal("50.4"), "fractions": 28, "residual": "R1"},
    models.TreatmentLesionRow: {"margin_um": 5000},
    models.CourseSummaryRow: {"path": "[]"},
}  # fmt: skip


def fill_fourth_tables(db: Database) -> None:
    """A row in every table of the fourth revision, past the services, and a value in every column it added."""
    at, day = db.now(), date(2026, 9, 7)
    with db.engine.begin() as connection:
        patient_id = connection.scalars(select(models.PatientRow.id)).first()
        user_id = connection.scalars(select(models.UserRow.id)).first()
        confirmed = connection.scalars(select(models.ConfirmationRow.id)).first()
        meeting = connection.execute(
            insert(models.MeetingRow).values(site_id=1, held_on=day, name="board").returning(models.MeetingRow.id)
        ).scalar_one()
        note = {"patient_id": patient_id, "note_id": "N03", "data_key": "ab12"}
        rows: tuple[tuple[type[Base], dict[str, Any]], ...] = (
            (
                models.ConfirmationWithdrawalRow,
                {"confirmation_id": confirmed, "withdrawn_at": at, "withdrawn_by": user_id, "reason": "wrong patient"},
            ),
            (
                models.LiverVolumeRow,
                {"patient_id": patient_id, "measured_on": day, "remnant_ml": Decimal("412.5"), "resection": ""},
            ),
            (
                models.DecisionRow,
                {
                    "meeting_id": meeting, "patient_id": patient_id, "patient_version": 1, "question": "resect?",
                    "timeline": "{}", "assessment": "{}", "engine_version": "1", "asked_by": "surgery", "position": 2,
                    "postponed_at": at, "postponed_reason": "MRI is missing",
                },
            ),
            (
                models.DecisionDraftRow,
                {"user_id": user_id, "patient_id": patient_id, "meeting_id": meeting, "content": "{}", "saved_at": at},
            ),
            (models.NoteDismissalRow, {**note, "reason": "known", "dismissed_at": at, "dismissed_by": user_id}),
            (models.NoteShownRow, {**note, "patient_version": 3, "shown_at": at}),
        )  # fmt: skip
        for kind, row in rows:
            connection.execute(insert(kind), [row])
        for kind, values in FACTS.items():
            connection.execute(update(kind).values(**values))


def test_the_fourth_revision_goes_and_comes_over_a_filled_record(filled: Database) -> None:
    """Down loses the new tables and columns and nothing else; up again gives them back empty, checks and triggers too."""
    fill_fourth_tables(filled)
    before = dump(filled)
    refuse_changes_of_the_past(filled)
    migrate.downgrade(filled, "0003")
    with filled.reader.connect() as connection:
        assert not NEW_IN_0004 & set(inspect(connection).get_table_names())
        checks = {check["name"] for check in inspect(connection).get_check_constraints("patient")}
        assert "ck_patient_asa_scale" not in checks
    refuse_changes_of_the_past(filled, ("exam_version", "audit_event"))
    migrate.upgrade(filled)
    assert migrate.check(filled) == ()
    assert audit.verify(filled) == ()
    after = dump(filled)
    assert {name for name in NEW_IN_0004 if after[name]} == set()
    added = {column for values in FACTS.values() for column in values}
    added |= {"asked_by", "position", "postponed_at", "postponed_reason"}
    for name in before.keys() - NEW_IN_0004 - {"audit_event", "audit_head"}:
        kept = {"position"} if name == "observation" else set()
        gone = added - kept - ({"appearance"} if name == "lesion" else set())
        assert without(before[name], gone) == without(after[name], gone), name
    assert {row["vessels"] for row in after["observation"]} == {"[]"}
    with pytest.raises(ConflictError), filled.write() as session:
        session.execute(update(models.PatientRow).values(asa=6))


def give_back(db: Database, rows: Mapping[str, list[Mapping[str, Any]]]) -> None:
    """Put rows into an empty schema. What the first revision and the upgrade wrote goes first, past the triggers."""
    engine = create_engine(db.engine.url, poolclass=NullPool)
    with engine.begin() as connection:
        for name in migrate.trigger_names(sqlite=False):
            table = name.split("_no_")[0]
            if db.is_sqlite and not name.endswith("truncate"):
                connection.execute(text(f"DROP TRIGGER {name}"))
            elif not db.is_sqlite:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {name}"))
        for table in reversed(TABLES):
            connection.execute(table.delete())
        for table in TABLES:
            if rows[table.name]:
                connection.execute(table.insert(), [dict(row) for row in rows[table.name]])
        for name in migrate.trigger_names(db.is_sqlite):
            table, action = name.split("_no_")
            if db.is_sqlite:
                connection.execute(
                    text(
                        f"CREATE TRIGGER {name} BEFORE {action} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )
                )
            else:
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {name}"))


def refuse_changes_of_the_past(db: Database, tables: tuple[str, ...] = APPEND_ONLY) -> None:
    """No row of an append-only table is changed, removed, replaced or truncated. A trigger needs a row to fire."""
    counts = count_rows(db, tables)
    tables = tuple(table for table in tables if counts[table])
    words = {table: "remark" if table == "exam_verification" else "reason" for table in tables}
    statements = [f"UPDATE {table} SET {words[table]} = 'x'" for table in tables]
    statements += [f"DELETE FROM {table}" for table in tables]
    if db.is_sqlite:
        statements += [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" for table in tables]
    else:
        statements += [f"TRUNCATE {table} CASCADE" for table in tables]

    def run(statement: str) -> None:
        with db.write() as session:
            session.execute(text(statement))

    for statement in statements:
        with pytest.raises(DatabaseError, match="append-only"):
            run(statement)


def test_the_past_cannot_be_changed(filled: Database) -> None:
    before = digest(dump(filled))
    refuse_changes_of_the_past(filled)
    assert digest(dump(filled)) == before


def test_upgrading_again_changes_nothing(filled: Database) -> None:
    before = digest(dump(filled))
    migrate.upgrade(filled)
    assert digest(dump(filled)) == before
    assert migrate.current(filled) == migrate.head()


def test_a_table_that_is_rebuilt_keeps_its_children(filled: Database) -> None:
    """A rebuilt parent would take its children with it by cascade, were foreign keys on while it is rebuilt."""
    before = count_rows(filled)
    with migrate.migrating(filled) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("patient", recreate="always" if filled.is_sqlite else "auto") as batch:
            batch.add_column(Column("ward", Text))
    assert count_rows(filled) == before
    assert migrate.check(filled) == ()


def test_a_migration_that_orphans_rows_is_rolled_back(db: Database) -> None:
    """PostgreSQL refuses at once: there foreign keys stay on."""
    builders.fill_database(db)
    before = digest(dump(db))

    def orphan() -> None:
        with migrate.migrating(db) as connection:
            connection.execute(text("DELETE FROM patient WHERE id = 1"))

    with pytest.raises(DatabaseError, match="without their parents"):
        orphan()
    assert digest(dump(db)) == before


def test_a_migration_that_fails_leaves_the_old_schema(store: Database) -> None:
    def fail() -> None:
        with migrate.migrating(store) as connection:
            connection.execute(text("CREATE TABLE half (id INTEGER)"))
            raise KeyError("anything")

    with pytest.raises(KeyError):
        fail()
    with store.reader.connect() as connection:
        assert "half" not in inspect(connection).get_table_names()


def test_the_program_and_its_revisions_say_the_same(store: Database) -> None:
    """Autogenerate does not see a changed CHECK or trigger: here the made and the migrated schema are laid side by side."""
    twin = store.engine.url
    with store.reader.connect() as connection:
        migrated = described(connection)
    if store.is_sqlite:
        other = create_engine("sqlite://")
    else:
        other = create_engine(twin.update_query_dict({"options": "-csearch_path=twin"}), poolclass=NullPool)
        with store.engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA twin"))
    with other.begin() as connection:
        Base.metadata.create_all(connection)
        made = described(connection)
    other.dispose()
    assert migrated == made


def described(connection: Connection) -> dict[str, Any]:
    """Every table's columns, checks, indexes and keys as the database tells them."""
    seen = inspect(connection)
    found: dict[str, Any] = {}
    for table in TABLES:
        reflected = Table(table.name, MetaData(), autoload_with=connection)
        found[table.name] = {
            "columns": [(column.name, str(column.type), column.nullable) for column in reflected.columns],
            "checks": sorted((check["name"], check["sqltext"]) for check in seen.get_check_constraints(table.name)),
            "unique": sorted((key["name"], key["column_names"]) for key in seen.get_unique_constraints(table.name)),
            "foreign": sorted(
                (key["name"], key["constrained_columns"], key["referred_table"])
                for key in seen.get_foreign_keys(table.name)
            ),
            "indexes": sorted(
                (
                    index["name"],
                    index["column_names"],
                    bool(index["unique"]),
                    sorted((key, str(value)) for key, value in index.get("dialect_options", {}).items()),
                )
                for index in seen.get_indexes(table.name)
            ),
        }
    return found


def test_every_constraint_has_a_name(store: Database) -> None:
    with store.reader.connect() as connection:
        for name, table in described(connection).items():
            for kind in ("checks", "unique", "foreign", "indexes"):
                assert all(item[0] for item in table[kind]), (name, kind)


def upgrade_in_a_process(url: str, folder: Path) -> None:
    db = open_for_test(url, folder)
    migrate.upgrade(db)
    db.dispose()


def upgrade_together(url: str, folder: Path, count: int = 4) -> None:
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=upgrade_in_a_process, args=(url, folder)) for _ in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * count
    db = open_for_test(url, folder)
    assert migrate.check(db) == ()
    assert [event.action for event in audit.list_events(db, local_actor(db))] == ["schema.upgrade"]
    db.dispose()


def test_upgrades_that_meet_run_once_on_sqlite(tmp_path: Path) -> None:
    upgrade_together(f"sqlite:///{tmp_path}/hepatrack.db", tmp_path)


@pytest.mark.postgres
def test_upgrades_that_meet_run_once_on_postgresql(tmp_path: Path, postgres_server: Server) -> None:
    name = postgres_server.create()
    upgrade_together(postgres_server.url(name), tmp_path)
    postgres_server.drop(name)


def test_a_database_of_a_newer_program_is_refused(store: Database) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer version of the program"):
        migrate.upgrade(store)
    assert [problem.place for problem in migrate.check(store)] == ["schema"]


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path}/other.db")
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE patient (id INTEGER)"))
    with pytest.raises(DatabaseError, match="tables of another program"):
        migrate.upgrade(db)
    db.dispose()


def test_without_its_key_a_database_takes_no_change(tmp_path: Path) -> None:
    db = open_for_test(f"sqlite:///{tmp_path}/hepatrack.db", tmp_path)
    migrate.upgrade(db)
    db.key_file.unlink()
    assert [problem.text for problem in migrate.check(db)] == ["is missing"]
    with pytest.raises(DatabaseError, match="key of the audit is missing"):
        patients.register_patient(db, local_actor(db), builders.patient_draft())
    assert not db.key_file.exists()
    db.dispose()


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        ("DROP TRIGGER audit_event_no_update", "triggers"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM patient WHERE id = 1", "patient_identifier, row 1"),
        ("DROP INDEX uq_exam_accession_live", "schema"),
        ("ALTER TABLE exam DROP COLUMN remark", "schema"),
        ("DROP TABLE symptom_report", "schema"),
    ],
)
def test_a_check_names_what_is_wrong(db: Database, damage: str, place: str) -> None:
    patients.register_patient(db, local_actor(db), builders.patient_draft())
    assert migrate.check(db) == ()
    engine = create_engine(db.engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in damage.split("; "):
            connection.execute(text(statement))
    assert place in [problem.place for problem in migrate.check(db)]


def test_a_check_sees_a_file_that_others_may_read(db: Database) -> None:
    assert db.file is not None
    db.file.chmod(0o644)
    db.key_file.chmod(0o640)
    assert [problem.place for problem in migrate.check(db)] == [str(db.file), str(db.key_file)]


def alembic(*arguments: str, url: str | None, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "TRACKER_DATABASE_URL"}
    if url is not None:
        environ["TRACKER_DATABASE_URL"] = url
    command = [sys.executable, "-m", "alembic", *arguments]
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)


def test_alembic_check_passes_at_the_root_of_the_repository(store: Database) -> None:
    # As a string that keeps the password; here there is none.
    answer = alembic("check", url=store.engine.url.render_as_string(hide_password=False))
    assert answer.returncode == 0, answer.stderr
    assert "No new upgrade operations detected" in answer.stdout


def test_alembic_without_an_address_says_what_to_set() -> None:
    answer = alembic("current", url=None)
    assert answer.returncode == 1
    assert answer.stderr.strip() == "Set TRACKER_DATABASE_URL to the database, such as sqlite:////tmp/hepatrack.db."


def test_migrations_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    db = open_for_test(f"sqlite:///{tmp_path}/hepatrack.db", tmp_path)
    migrate.upgrade(db)
    assert migrate.current(db) == migrate.head() == "0004"
    db.dispose()


def test_revisions_import_alembic_and_sqlalchemy_only() -> None:
    for file in (ROOT / "migrations" / "versions").glob("*.py"):
        lines = [line.split() for line in file.read_text().splitlines() if line.startswith(("import ", "from "))]
        assert {line[1].split(".")[0] for line in lines} <= {"__future__", "alembic", "sqlalchemy"}, file.name
