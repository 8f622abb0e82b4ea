"""Several at once: nothing is lost, nobody is told "locked", and of two that saw the same version one wins."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.support import builders
from tests.support.builders import FOLLOW_UPS, follow_up_draft
from tests.support.databases import open_for_test
from tracker.db.engine import Database
from tracker.errors import ConflictError
from tracker.services import audit, decision_drafts, exams, patients
from tracker.services.actors import Actor, local_actor

FIRST = date(2026, 7, 1)
PROCESSES = 4
EACH = 5


def day(worker: int, turn: int) -> date:
    return FIRST + timedelta(days=worker * EACH + turn)


def record_many(url: str, folder: Path, patient_id: int, worker: int) -> None:
    """What one process does: its exams of one patient, one after the other."""
    db = open_for_test(url, folder)
    actor = local_actor(db)
    for turn in range(EACH):
        exams.record_exam(db, actor, patient_id, follow_up_draft(day(worker, turn), 20 + worker, 10 + turn))
    db.dispose()


def test_processes_that_save_the_same_patient_lose_nothing(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=0)
    before = patients.patient_version(store, filled.patient_id)
    url = store.engine.url.render_as_string(hide_password=False)
    spawn = multiprocessing.get_context("spawn")
    workers = [
        spawn.Process(target=record_many, args=(url, store.data_dir, filled.patient_id, worker))
        for worker in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    record = patients.load_record(store, nurse, filled.patient_id)
    assert len(record.exams) == 1 + PROCESSES * EACH
    assert record.patient.version == before + PROCESSES * EACH
    dates = [
        record.exam(exam_id).performed_on for point in record.courses[0].plan.time_points for exam_id in point.exam_ids
    ]
    assert dates == sorted(dates)
    assert len(dates) == len(record.exams)
    events = audit.list_events(store, nurse, filled.patient_id)
    assert [event.seq for event in events] == list(range(1, before + PROCESSES * EACH + 1))
    assert audit.verify(store) == ()


def together(actions: list[Callable[[], Any]]) -> list[Any]:
    """Run the actions at once, each in a thread, and return what each gave or raised."""

    def attempt(action: Callable[[], Any]) -> Any:
        try:
            return action()
        except Exception as error:  # noqa: BLE001 - what is raised is what the test looks at
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(attempt, actions))


def test_of_two_corrections_of_one_version_one_wins(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    exam_id = filled.follow_up_ids[0]
    for turn in range(5):
        version = patients.load_record(store, nurse, filled.patient_id).exam(exam_id).version
        answers = together(
            [
                lambda size=size, version=version: exams.correct_exam(
                    store,
                    nurse,
                    exam_id,
                    follow_up_draft(FOLLOW_UPS[0], size, 15),
                    expected_version=version,
                    reason="read again",
                )
                for size in (30 + turn, 40 + turn, 50 + turn)
            ]
        )
        refused = [answer for answer in answers if isinstance(answer, ConflictError)]
        assert len(refused) == 2
        won = next(answer for answer in answers if not isinstance(answer, Exception))
        assert won.exam_version == version + 1
        for refusal in refused:
            assert [problem.place for problem in refusal.theirs] == ["L1"]
    assert len(audit.list_exam_versions(store, nurse, exam_id)) == 6
    assert audit.verify(store) == ()


def test_one_identifier_registered_by_many_is_one_patient(store: Database, nurse: Actor) -> None:
    answers = together([lambda: patients.register_patient(store, nurse, builders.patient_draft("P-7"))] * 6)
    assert sorted(answer.already_stored for answer in answers) == [False] + [True] * 5
    assert len({answer.patient_id for answer in answers}) == 1


def test_one_exam_sent_by_many_is_one_exam(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    draft = follow_up_draft(FIRST, 30, 20)
    send = [lambda: exams.record_exam(store, nurse, filled.patient_id, draft, token="t-1")] * 6
    answers = together(send)
    assert sorted(answer.already_stored for answer in answers) == [False] + [True] * 5
    assert len({answer.exam_id for answer in answers}) == 1


def test_first_drafts_of_a_decision_from_several_tabs_follow_each_other(store: Database, nurse: Actor) -> None:
    patient = patients.register_patient(store, nurse, builders.patient_draft()).patient_id
    texts = [str(number) for number in range(6)]
    answers = together(
        [lambda text=text: decision_drafts.save(store, nurse, patient, None, {"outcome": text}) for text in texts]
    )
    assert not any(isinstance(answer, Exception) for answer in answers), answers
    kept = decision_drafts.load(store, nurse, patient)
    assert kept is not None
    assert kept.content["outcome"] in texts


def test_one_accession_number_for_two_patients_is_a_conflict(store: Database, nurse: Actor) -> None:
    filled = [builders.fill_patient(store, nurse, f"P-{number}", follow_ups=0) for number in range(4)]
    draft = follow_up_draft(FIRST, 30, 20, accession="A-1")
    answers = together([lambda one=one: exams.record_exam(store, nurse, one.patient_id, draft) for one in filled])
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 3
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert audit.verify(store) == ()


def test_readers_are_never_refused_while_others_write(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=0)

    def write() -> int:
        for turn in range(10):
            exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(day(0, turn), 20, 10))
        return 0

    def read() -> int:
        records = [patients.load_record(store, nurse, filled.patient_id) for _ in range(20)]
        # A record is of one moment: as many changes as events that made them.
        assert all(len(record.exams) == record.patient.version - 1 for record in records)
        return 0

    assert together([write, read, read]) == [0, 0, 0]
