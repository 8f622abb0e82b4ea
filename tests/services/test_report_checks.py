"""A report whose header gives it to somebody else is refused by the service, whatever a page let through."""

from __future__ import annotations

import pytest

from tests.support.builders import FOLLOW_UPS, baseline_draft, fill_patient, follow_up_draft, patient_draft
from tracker.db.engine import Database
from tracker.domain.record import PatientRecord
from tracker.errors import InputError
from tracker.services import exams, patients
from tracker.services.actors import Actor

_BODY = "CT abdomen\nFindings: Liver: a metastasis in segment VII measures 21 mm, previously 23 mm.\n"


@pytest.fixture
def born(db: Database, nurse: Actor) -> int:
    draft = patient_draft("P-009", name="Ada Example", birth_year=1950)
    return patients.register_patient(db, nurse, draft).patient_id


def _store(db: Database, nurse: Actor, patient_id: int, header: str) -> None:
    exams.record_exam(db, nurse, patient_id, baseline_draft(report_text=header + _BODY))


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("Patient: Example, Ada   DOB: 03.05.1957\n", "report: its header gives the birth year 1957"),
        ("Patient: Other, Otto\n", "report: the name in its header is not the one of this patient"),
    ],
)
def test_another_patients_report_is_refused_and_not_quoted(
    db: Database, nurse: Actor, born: int, header: str, sentence: str
) -> None:
    with pytest.raises(InputError) as refusal:
        _store(db, nurse, born, header)
    assert sentence in str(refusal.value)
    assert "Otto" not in str(refusal.value)
    assert patients.load_record(db, nurse, born).exams == ()


@pytest.mark.parametrize(
    "header", ["", "Patient: Ada EXAMPLE   DOB: 03.05.1950\n", "Patient: 76-year-old woman\n", "MRN: 4711\n"]
)
def test_the_patients_own_report_and_one_without_a_header_are_stored(
    db: Database, nurse: Actor, born: int, header: str
) -> None:
    _store(db, nurse, born, header)
    record: PatientRecord = patients.load_record(db, nurse, born)
    assert record.exams[0].report_text == header + _BODY


def test_a_report_that_is_stored_is_not_asked_again_when_another_value_is_corrected(db: Database, nurse: Actor) -> None:
    filled = fill_patient(db, nurse, "P-010")
    text = "Patient: Other, Otto\n" + _BODY
    first = follow_up_draft(FOLLOW_UPS[2], 21, 12, report_text=text)
    receipt = exams.record_exam(db, nurse, filled.patient_id, first)
    again = follow_up_draft(FOLLOW_UPS[2], 22, 12, report_text=text)
    exams.correct_exam(db, nurse, receipt.exam_id, again, expected_version=1, reason="read again")
    assert patients.load_record(db, nurse, filled.patient_id).exam(receipt.exam_id).version == 2


def test_a_report_that_cannot_be_read_keeps_nobody_from_storing_a_scan(
    db: Database, nurse: Actor, born: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(text: str) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr("tracker.reading.report.read_report", fail)
    _store(db, nurse, born, "Patient: Other, Otto\n")
    assert len(patients.load_record(db, nurse, born).exams) == 1
    assert "could not be read: RuntimeError" in caplog.text
    assert "Otto" not in caplog.text
