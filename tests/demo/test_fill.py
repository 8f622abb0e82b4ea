"""The cohort goes through the services: whole patients, audited, refused a second time, and read back as generated."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.demo.conftest import TODAY, Demo, empty_database
from tracker.demo import DemoSummary, fill_database, generate_cohort
from tracker.demo.pathway import REFERRED
from tracker.domain.derivation import assess_record
from tracker.domain.vocabulary import Response
from tracker.errors import InputError
from tracker.services import actors, patients


def test_everything_generated_is_in_the_record(demo: Demo) -> None:
    records = [record for name, record in demo.records.items() if name != REFERRED.identifier]
    assert demo.summary.patients == len(records) == len(demo.records) - 1 == 60
    assert demo.summary.courses == sum(len(record.courses) for record in records)
    assert demo.summary.exams == sum(len(record.exams) for record in records)
    assert demo.summary.treatments == sum(len(record.treatments) for record in records)
    assert demo.summary.markers == sum(len(record.markers) for record in records)
    assert demo.summary.symptoms == sum(len(record.symptoms) for record in records)
    assert demo.summary.patient_ids == {record.patient.identifier: record.patient.id for record in records}


def test_every_stored_patient_is_synthetic_and_nameless(demo: Demo) -> None:
    assert all(record.patient.synthetic and record.patient.name is None for record in demo.records.values())


def test_a_demo_patient_is_found_by_the_identifier_alone(demo: Demo) -> None:
    actor = actors.demo_actor(demo.db)
    assert patients.find_patient(demo.db, actor, "DEMO-001") == demo.summary.patient_ids["DEMO-001"]


def test_exams_are_stored_as_they_were_drawn(demo: Demo) -> None:
    for patient in demo.cohort:
        if patient.corrections:
            continue
        stored = demo.records[patient.identifier].exams
        assert [exam.performed_on for exam in stored] == [exam.performed_on for exam in patient.exams]
        for exam, draft in zip(stored, patient.exams, strict=True):
            assert exam.observations == draft.observations
            assert exam.status == draft.status


def test_a_course_the_generator_ended_ends_in_progression_by_the_engine(demo: Demo) -> None:
    """Generator and engine agree on the date: the last scan of a first course is its first PD."""
    ended = 0
    for patient in demo.cohort:
        if patient.case is not None or len(patient.courses) < 2:
            continue
        first = assess_record(demo.records[patient.identifier])[0]
        assert first.assessment.progression_date == patient.courses[0].follow_ups[-1].performed_on
        assert all(row.overall_response is not Response.PD for row in first.assessment.time_points[:-1])
        ended += 1
    assert ended >= 8


def test_progress_counts_up_to_the_last_patient(tmp_path: Path) -> None:
    db = empty_database(tmp_path)
    told: list[tuple[int, int]] = []
    cohort = generate_cohort(3, today=TODAY)
    fill_database(
        db, actors.demo_actor(db), cohort, progress=lambda done, total: told.append((done, total)), today=TODAY
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_empty_cohort_stores_nothing(tmp_path: Path) -> None:
    db = empty_database(tmp_path)
    assert fill_database(db, actors.demo_actor(db), ()) == DemoSummary(0, 0, 0, 0, 0, 0, 0, {})


def test_filling_twice_stores_nothing_twice(tmp_path: Path) -> None:
    """What is stored already is recognised by its content, exam by exam."""
    db = empty_database(tmp_path)
    actor = actors.demo_actor(db)
    cohort = generate_cohort(5, today=TODAY)
    first = fill_database(db, actor, cohort, today=TODAY)
    before = patients.load_all_records(db, actor)
    assert fill_database(db, actor, cohort, today=TODAY) == first
    assert patients.load_all_records(db, actor) == before


def test_a_patient_with_a_scan_in_the_future_is_refused_whole(tmp_path: Path) -> None:
    db = empty_database(tmp_path)
    actor = actors.demo_actor(db)
    with pytest.raises(InputError, match="in the future"):
        fill_database(db, actor, generate_cohort(1, today=TODAY), today=date(2025, 1, 1))
    assert patients.list_patients(db, actor) == ()
