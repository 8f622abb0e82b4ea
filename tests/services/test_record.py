"""What a service stores is what it was given, once, and on both databases."""

from __future__ import annotations

from tests.support import builders
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.vocabulary import Response
from tracker.services import audit, patients
from tracker.services.actors import Actor


def test_a_course_is_judged_from_what_was_stored(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    record = patients.load_record(store, nurse, filled.patient_id)
    (course,) = assess_record(record)
    rows = course.assessment.time_points
    assert [str(row.sum) for row in rows] == ["52 mm", "40 mm", "36 mm"]
    assert [row.overall_response for row in rows] == [None, Response.SD, Response.PR]
    assert record.patient.version == 4
    assert not audit.verify(store)
