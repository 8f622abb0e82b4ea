"""A database filled with the demo once, for all tests that read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tracker.db.engine import Database, open_database
from tracker.db.migrate import upgrade
from tracker.demo import DemoSummary, SyntheticPatient, fill_database, generate_cohort
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.record import PatientRecord
from tracker.services import actors, patients

TODAY = date(2026, 11, 24)


def empty_database(folder: Path) -> Database:
    db = open_database(f"sqlite:///{folder / 'demo.db'}")
    upgrade(db)
    return db


@dataclass(frozen=True)
class Demo:
    """The stored demo: what was generated, and what the record says of each patient."""

    db: Database
    cohort: tuple[SyntheticPatient, ...]
    summary: DemoSummary
    records: dict[str, PatientRecord]

    def case(self, name: str) -> SyntheticPatient:
        return next(patient for patient in self.cohort if patient.case == name)

    def record(self, name: str) -> PatientRecord:
        return self.records[self.case(name).identifier]

    def courses(self, name: str) -> tuple[CourseAssessment, ...]:
        return assess_record(self.record(name))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The default cohort of 60 patients as of 24 November 2026."""
    db = empty_database(tmp_path_factory.mktemp("demo"))
    actor = actors.demo_actor(db)
    cohort = generate_cohort(60, today=TODAY)
    summary = fill_database(db, actor, cohort, today=TODAY)
    records = {record.patient.identifier: record for record in patients.load_all_records(db, actor)}
    yield Demo(db, cohort, summary, records)
    db.dispose()
