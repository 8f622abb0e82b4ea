"""The stored summaries: always what deriving would give, ignored once anything they rest on moved, never in the way."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text, update

import tracker
from tests.services.test_concurrency import together
from tests.services.test_faults import SERVICES
from tests.support import builders
from tests.support.builders import exam_draft, fill_patient, follow_up_draft, measured, patient_draft, seen
from tests.support.databases import open_for_test
from tracker.db import engine as engines
from tracker.db import queries, summaries
from tracker.db.canonical import canonical_json
from tracker.db.engine import Database
from tracker.db.models import CourseSummaryRow, PatientRow, PlanRow
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.drafts import CourseDraft, MarkerDraft, TreatmentDraft
from tracker.domain.record import PatientRecord
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import CourseKind, LesionRole, Primary, Response, State, TreatmentKind
from tracker.services import audit, cohort_cache, confirmations, courses, exams, markers, patients, symptoms, treatments
from tracker.services.actors import Actor, local_actor
from tracker.services.cohort import derive_cohort, load_cohort
from tracker.services.engine import ENGINE, name_engine

Filled = builders.Filled
Read = tuple[int, ...]
DAY = date(2026, 9, 1)


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> list[Read]:
    """The patients whose records are read to derive them, batch by batch."""
    batches: list[Read] = []
    load = queries.load_some_records

    def note(session: Any, patient_ids: Sequence[int]) -> tuple[PatientRecord, ...]:
        batches.append(tuple(patient_ids))
        return load(session, patient_ids)

    monkeypatch.setattr(queries, "load_some_records", note)
    return batches


def agrees(db: Database, actor: Actor) -> bool:
    """Whether the cohort is what deriving all records gives: while summaries are filled, and read from them."""
    plain = derive_cohort(patients.load_all_records(db, actor))
    return load_cohort(db, actor) == plain and load_cohort(db, actor) == plain


def stored(db: Database) -> list[tuple[int, int, int]]:
    """Patient, version and course of every summary, whether it holds or not."""
    query = select(CourseSummaryRow.patient_id, CourseSummaryRow.patient_version, CourseSummaryRow.course)
    with db.read() as session:
        return sorted((row[0], row[1], row[2]) for row in session.execute(query))


def test_what_is_stored_is_read_and_not_derived_again(store: Database, nurse: Actor, derived: list[Read]) -> None:
    builders.fill_database(store, 3)
    derived.clear()
    assert agrees(store, nurse)
    assert derived == []
    assert len(load_cohort(store, nurse).rows) == 3


def test_a_patient_without_a_baseline_is_remembered_too(store: Database, nurse: Actor, derived: list[Read]) -> None:
    patients.register_patient(store, nurse, patient_draft("P-001"))
    fill_patient(store, nurse, "P-002")
    assert agrees(store, nurse)
    assert derived == [(1, 2)]
    assert stored(store) == [(1, 1, 0), (2, 4, 1)]
    assert [row.patient_id for row in load_cohort(store, nurse).rows] == [2]


def test_records_are_derived_in_batches(
    store: Database, nurse: Actor, derived: list[Read], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        fill_patient(store, nurse, f"P-{number}", follow_ups=number % 3)
    monkeypatch.setattr(cohort_cache, "BATCH", 2)
    assert agrees(store, nurse)
    assert derived == [(1, 2), (3, 4), (5,)]


def random_scan(rng: Random, day: date) -> Any:
    """Both targets and the non-target in any state they may have."""
    said = []
    for label in ("L1", "L2"):
        draw = rng.random()
        if draw < 0.7:
            said.append(measured(label, rng.randrange(5, 60)))
        elif draw < 0.9:
            said.append(seen(label, rng.choice([State.ABSENT, State.TOO_SMALL])))
    said.append(seen("L3", rng.choice([State.PRESENT, State.ABSENT, State.UNEQUIVOCAL_PROGRESSION])))
    return exam_draft(day, *said)


def test_random_records_read_as_they_derive(store: Database, nurse: Actor) -> None:
    rng = Random(20261124)
    for number in range(12):
        patient = patient_draft(f"P-{number:03}", primary=rng.choice(list(Primary)), synthetic=rng.random() < 0.5)
        patient_id = patients.register_patient(store, nurse, patient).patient_id
        settings = rng.choice([Settings(), Settings(confirmation_required=True), Settings(sticky_pr=False)])
        roles = rng.choice([builders.ROLES, dict.fromkeys(("L1", "L2", "L3"), LesionRole.NON_TARGET)])
        courses.start_course(store, nurse, patient_id, builders.course_draft(settings=settings, roles=roles))
        for month in range(3, 3 + rng.randrange(6)):
            exams.record_exam(store, nurse, patient_id, random_scan(rng, date(2026, month, 2)))
    assert agrees(store, nurse)
    assert len({row.best_response for row in load_cohort(store, nurse).rows}) > 3


def second_course(baseline_exam_id: int) -> CourseDraft:
    return CourseDraft(
        CourseKind.SYSTEMIC, "FOLFOX", DAY, builders.ROLES, None, baseline_exam_id,
        TreatmentDraft("FOLFOX", TreatmentKind.SYSTEMIC, DAY),
    )  # fmt: skip


def treatment_of(db: Database, actor: Actor, patient_id: int) -> int:
    return patients.load_record(db, actor, patient_id).treatments[0].id


def confirm(db: Database, actor: Actor, one: Filled, version: int) -> None:
    confirmations.confirm_response(
        db, actor, one.patient_id, 1, builders.FOLLOW_UPS[0], Response.SD, expected_version=version
    )


def withdraw_confirmation(db: Database, actor: Actor, one: Filled, version: int) -> None:
    confirm(db, actor, one, version)
    (confirmed,) = patients.load_record(db, actor, one.patient_id).confirmations
    confirmations.withdraw_confirmation(db, actor, confirmed.id, expected_version=version + 1, reason="another patient")


def withdraw_marker(db: Database, actor: Actor, one: Filled, _: int) -> None:
    draft = MarkerDraft("CEA", builders.FOLLOW_UPS[0], Decimal(400), "µg/L", Decimal(5))
    key = markers.record_marker(db, actor, one.patient_id, draft)
    assert agrees(db, actor)
    version = patients.patient_version(db, one.patient_id)
    markers.withdraw_marker(db, actor, key, expected_version=version, reason="another patient")


def withdraw_symptoms(db: Database, actor: Actor, one: Filled, _: int) -> None:
    key = symptoms.record_symptoms(db, actor, one.patient_id, DAY, ["fever"])
    version = patients.patient_version(db, one.patient_id)
    symptoms.withdraw_symptoms(db, actor, key, expected_version=version, reason="another patient")


def withdraw_all(db: Database, actor: Actor, one: Filled, _: int) -> None:
    """With its baseline the course goes too."""
    for exam_id in (*reversed(one.follow_up_ids), one.baseline_id):
        exams.withdraw_exam(db, actor, exam_id, expected_version=1, reason="another patient")


#: Every other way a service changes a record, beside those of ``test_faults``.
WRITES: dict[str, Callable[[Database, Actor, Filled, int], object]] = {
    "the last scan opens a second course": lambda db, actor, one, _: courses.start_course(
        db, actor, one.patient_id, second_course(one.follow_up_ids[-1])
    ),
    "correct the primary": lambda db, actor, one, version: patients.correct_patient(
        db, actor, one.patient_id, patient_draft(primary=Primary.BREAST), expected_version=version, reason="histology"
    ),
    "correct a treatment": lambda db, actor, one, version: treatments.correct_treatment(
        db, actor, treatment_of(db, actor, one.patient_id),
        TreatmentDraft("FOLFIRI + cetuximab", TreatmentKind.SYSTEMIC, builders.START),
        expected_version=version, reason="typed",
    ),
    "withdraw a treatment": lambda db, actor, one, version: treatments.withdraw_treatment(
        db, actor, treatment_of(db, actor, one.patient_id), expected_version=version, reason="never given"
    ),
    "withdraw all scans": withdraw_all,
    "correct the baseline": lambda db, actor, one, _: exams.correct_exam(
        db, actor, one.baseline_id, replace(builders.baseline_draft(), observations=(
            measured("L1", 90), measured("L2", 20), seen("L3", State.PRESENT))), expected_version=1, reason="typed",
    ),
    "confirm": confirm,
    "take a confirmation back": withdraw_confirmation,
    "withdraw a marker": withdraw_marker,
    "withdraw symptoms": withdraw_symptoms,
}  # fmt: skip


@pytest.mark.parametrize("write", [*SERVICES, *WRITES])
def test_after_every_kind_of_write_only_that_patient_is_derived(
    store: Database, nurse: Actor, derived: list[Read], write: str
) -> None:
    other = fill_patient(store, nurse, "P-002")
    one = fill_patient(store, nurse)
    assert agrees(store, nurse)
    before = patients.stamp_of_all(store)
    derived.clear()
    if write in WRITES:
        WRITES[write](store, nurse, one, patients.patient_version(store, one.patient_id))
    else:
        SERVICES[write](store, nurse, one)
    assert patients.stamp_of_all(store) != before
    assert agrees(store, nurse)
    read = {patient_id for batch in derived for patient_id in batch}
    assert len(read) == 1
    assert other.patient_id not in read
    # What rested on the earlier version is gone, and what stands is of the version that stands.
    versions = {patient_id: version for patient_id, version, _ in stored(store)}
    assert all(patients.patient_version(store, key) == version for key, version in versions.items())
    assert len(versions) == len(patients.list_patients(store, nurse))


def test_another_engine_ignores_what_this_one_stored(
    store: Database, nurse: Actor, derived: list[Read], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_patient(store, nurse)
    assert agrees(store, nurse)
    monkeypatch.setattr(cohort_cache, "ENGINE", "0.2.0+another")
    assert agrees(store, nurse)
    assert derived == [(1,), (1,)]
    assert len(stored(store)) == 1


def test_an_edited_rule_gives_the_engine_another_name(tmp_path: Path) -> None:
    home = Path(tracker.__file__).parent
    shutil.copytree(home / "domain", tmp_path / "domain", ignore=shutil.ignore_patterns("__pycache__"))
    before = name_engine(tmp_path)
    assert before == name_engine(tmp_path)
    rule = tmp_path / "domain" / "criteria" / "recist11.py"
    rule.write_text(rule.read_text().replace("RECIST 1.1", "RECIST 1.2", 1))
    assert name_engine(tmp_path) != before
    assert ENGINE.startswith(f"{tracker.__version__}+")


def test_a_program_without_its_sources_is_known_by_its_version(tmp_path: Path) -> None:
    assert name_engine(tmp_path) == tracker.__version__


@pytest.mark.parametrize(
    "changed",
    [
        {"settings": canonical_json(asdict(Settings(sticky_pr=False)))},
        {"settings": json.dumps({"minimum_sd_days": 400})},
        {"criterion": "irecist"},
    ],
    ids=str,
)
def test_a_plan_changed_past_the_services_is_judged_anew(
    store: Database, nurse: Actor, derived: list[Read], changed: dict[str, str]
) -> None:
    one = fill_patient(store, nurse)
    courses.start_course(store, nurse, one.patient_id, second_course(one.follow_up_ids[-1]))
    assert agrees(store, nurse)
    with store.engine.begin() as connection:
        connection.execute(update(PlanRow).where(PlanRow.id == 1).values(**changed))
    assert agrees(store, nurse)
    assert derived == [(1,), (1,)]


def test_the_usual_settings_are_known_in_any_spelling(store: Database, nurse: Actor, derived: list[Read]) -> None:
    """A setting that a later version brings is not in the settings stored before it: they mean the same."""
    fill_patient(store, nurse)
    assert agrees(store, nurse)
    with store.engine.begin() as connection:
        connection.execute(update(PlanRow).values(settings="{}"))
    assert agrees(store, nurse)
    assert derived == [(1,)]


def test_all_summaries_may_be_deleted_at_any_time(store: Database, nurse: Actor, derived: list[Read]) -> None:
    builders.fill_database(store, 2)
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM course_summary"))
    assert agrees(store, nurse)
    assert derived[-1] == (1, 2)
    assert audit.verify(store) == ()


def test_what_is_stored_too_late_is_never_read(store: Database, nurse: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan is saved between the reading of the record and the storing of what was derived from it."""
    one = fill_patient(store, nurse)
    store_rows = cohort_cache._store
    before = derive_cohort(patients.load_all_records(store, nurse))
    version = patients.patient_version(store, one.patient_id)

    def overtaken(db: Database, batch: Any) -> bool:
        exams.record_exam(db, nurse, one.patient_id, follow_up_draft(DAY, 5, 5))
        return store_rows(db, batch)

    with monkeypatch.context() as patched:
        patched.setattr(cohort_cache, "_store", overtaken)
        assert load_cohort(store, nurse) == before
    assert stored(store) == [(1, version, 1)]
    assert load_cohort(store, nurse) != before
    assert agrees(store, nurse)


def test_an_older_reader_takes_nothing_from_a_newer_one(store: Database, nurse: Actor, derived: list[Read]) -> None:
    one = fill_patient(store, nurse)
    load_cohort(store, nurse)
    with store.read() as session:
        [old] = [dict(row) for row in session.execute(select(CourseSummaryRow.__table__)).mappings()]
    exams.record_exam(store, nurse, one.patient_id, follow_up_draft(DAY, 5, 5))
    load_cohort(store, nurse)
    with store.keep_derived() as session:
        summaries.replace_summaries(session, [old])
    derived.clear()
    assert agrees(store, nurse)
    assert derived == []


@contextmanager
def held(db: Database) -> Iterator[None]:
    """Somebody else writes and does not end: the file on SQLite, the lock of those who store on PostgreSQL."""
    if db.file is not None:
        with closing(sqlite3.connect(db.file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with db.engine.begin() as other:
        other.execute(select(func.pg_advisory_xact_lock(engines._KEEPING)))
        yield


def test_a_database_that_others_hold_is_read_all_the_same(
    store: Database, nurse: Actor, derived: list[Read], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        fill_patient(store, nurse, f"P-{number}")
    monkeypatch.setattr(engines, "PATIENCE_MS", 50)
    monkeypatch.setattr(cohort_cache, "BATCH", 1)
    plain = derive_cohort(patients.load_all_records(store, nurse))
    with held(store):
        began = time.monotonic()
        assert load_cohort(store, nurse) == plain
        # It waited once, not for every batch.
        assert time.monotonic() - began < 5
    assert stored(store) == []
    assert agrees(store, nurse)
    assert len(stored(store)) == 3


def refuse_writes(engine: Engine) -> Callable[[Any], None]:
    """Make every transaction of the engine one that may not write, as on a read-only disk or replica."""
    query = "PRAGMA query_only = ON" if engine.dialect.name == "sqlite" else "SET TRANSACTION READ ONLY"

    def refuse(connection: Any) -> None:
        connection.exec_driver_sql(query)

    event.listen(engine, "begin", refuse)
    return refuse


def test_a_database_that_takes_no_changes_is_read_all_the_same(store: Database, nurse: Actor) -> None:
    fill_patient(store, nurse)
    refuse = refuse_writes(store.engine)
    assert agrees(store, nurse)
    event.remove(store.engine, "begin", refuse)
    assert stored(store) == []
    assert agrees(store, nurse)
    assert len(stored(store)) == 1


def test_nothing_but_what_is_derived_is_written_without_an_audit(store: Database, nurse: Actor) -> None:
    one = fill_patient(store, nurse)
    for statement in (update(PatientRow).values(version=99), text("UPDATE patient SET version = 99")):
        with pytest.raises(RuntimeError, match="without an audit event"), store.keep_derived() as session:
            session.execute(statement)
    with store.keep_derived() as session:
        session.get_one(PatientRow, one.patient_id).version = 99
        with pytest.raises(RuntimeError, match="written by statements"):
            session.flush()
        session.expunge_all()
    assert patients.patient_version(store, one.patient_id) == 4


def test_readers_that_fill_at_once_and_a_writer_between_them(store: Database, nurse: Actor) -> None:
    filled = [fill_patient(store, nurse, f"P-{number}") for number in range(6)]

    def read() -> int:
        return min(len(load_cohort(store, nurse).rows) for _ in range(4))

    def write() -> int:
        for turn in range(3):
            for one in filled:
                day = date(2026, 8, 1 + 7 * turn)
                exams.record_exam(store, nurse, one.patient_id, follow_up_draft(day, 20 + turn, 10))
        return 6

    assert together([read, read, write, read]) == [6] * 4
    assert agrees(store, nurse)


def slowly(record: PatientRecord) -> tuple[CourseAssessment, ...]:
    time.sleep(0.05)
    return assess_record(record)


def fill_slowly(url: str, folder: Path) -> None:
    """What a process does that is killed while it fills: one patient a transaction."""
    db = open_for_test(url, folder)
    cohort_cache.BATCH = 1
    cohort_cache.assess_record = slowly  # type: ignore[attr-defined]
    load_cohort(db, local_actor(db))


def test_a_reader_killed_while_it_fills_leaves_whole_summaries(store: Database, nurse: Actor) -> None:
    for number in range(12):
        one = fill_patient(store, nurse, f"P-{number:02}")
        courses.start_course(store, nurse, one.patient_id, second_course(one.follow_up_ids[-1]))
    url = store.engine.url.render_as_string(hide_password=False)
    worker = multiprocessing.get_context("spawn").Process(target=fill_slowly, args=(url, store.data_dir))
    worker.start()
    until = time.monotonic() + 30
    while len(stored(store)) < 4 and time.monotonic() < until:
        time.sleep(0.01)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    found = stored(store)
    assert 4 <= len(found) < 24
    # Both courses of a patient, or none.
    assert len(found) == 2 * len({patient_id for patient_id, _, _ in found})
    assert agrees(store, nurse)
    assert len(stored(store)) == 24
