"""Sheets from a stored record: the question that waits, the decision that was made, the order of a meeting's list."""

from __future__ import annotations

from datetime import date

import pytest

from tests.report.papers import NOW, TODAY, read_paper
from tests.support.builders import fill_patient
from tracker.db.engine import Database
from tracker.errors import NotFoundError
from tracker.report.case import load_case, make_meeting_sheets, make_patient_page, make_sheet, suggest_name
from tracker.services import meetings, patients, planned_scans
from tracker.services.actors import Actor

BOARD = date(2026, 11, 26)


def test_a_sheet_holds_the_question_that_waits_and_its_place_on_the_list(db: Database, actor: Actor) -> None:
    first, second = (fill_patient(db, actor, name).patient_id for name in ("P-001", "P-002"))
    meeting = meetings.open_meeting(db, actor, BOARD, "Liver board", today=TODAY)
    meetings.ask_question(db, actor, meeting, first, "Is there a place for surgery?", today=TODAY)
    meetings.ask_question(db, actor, meeting, second, "Go on?", asked_by="Dr M. Haas", today=TODAY)
    planned_scans.plan_scan(db, actor, second, date(2027, 1, 11), today=TODAY)
    case = load_case(db, actor, second, TODAY, printed_at=NOW)
    assert (case.question, case.asked_by, case.decision) == ("Go on?", "Dr M. Haas", None)
    assert case.meeting is not None
    assert (case.meeting.number, case.meeting.of, case.next_scan) == (2, 2, date(2027, 1, 11))
    paper = read_paper(make_sheet(db, actor, second, TODAY, printed_at=NOW))
    assert "Question for today · Dr M. Haas" in paper.text
    assert "11 Jan 2027" in paper.text


def test_what_a_meeting_decided_is_printed_until_a_newer_scan_asks_anew(db: Database, actor: Actor) -> None:
    patient = fill_patient(db, actor).patient_id
    meeting = meetings.open_meeting(db, actor, BOARD, "Liver board", today=TODAY)
    asked = meetings.ask_question(db, actor, meeting, patient, "Go on?", today=TODAY)
    version = patients.patient_version(db, patient)
    meetings.decide(
        db, actor, asked.decision_id, "Go on as planned.", "Dr I. Novak", None, expected_version=version, today=BOARD
    )
    case = load_case(db, actor, patient, TODAY, printed_at=NOW)
    assert case.decision is not None
    assert (case.decision.outcome, case.decision.owner) == ("Go on as planned.", "Dr I. Novak")


def test_a_patient_on_no_list_has_a_sheet_without_a_question(db: Database, actor: Actor) -> None:
    patient = fill_patient(db, actor).patient_id
    case = load_case(db, actor, patient, TODAY, printed_at=NOW)
    assert (case.meeting, case.question, case.decision) == (None, None, None)
    assert read_paper(make_sheet(db, actor, patient, TODAY, printed_at=NOW)).pages == 1
    assert "Your liver scans" in read_paper(make_patient_page(db, actor, patient, TODAY, printed_at=NOW)).text


def test_all_sheets_of_a_meeting_follow_its_list(db: Database, actor: Actor) -> None:
    meeting = meetings.open_meeting(db, actor, BOARD, "Liver board", today=TODAY)
    with pytest.raises(NotFoundError, match="Nobody"):
        make_meeting_sheets(db, actor, meeting, TODAY)
    for name in ("P-002", "P-001"):
        patient = fill_patient(db, actor, name).patient_id
        meetings.ask_question(db, actor, meeting, patient, f"Question of {name}?", today=TODAY)
    data = make_meeting_sheets(db, actor, meeting, TODAY, printed_at=NOW)
    assert data is not None
    paper = read_paper(data)
    assert [text.partition(" ")[0] for text in paper.texts] == ["P-002", "P-001"]
    assert make_meeting_sheets(db, actor, meeting, TODAY, lambda _done, _number: False) is None


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("DEMO-017", "sheet-DEMO-017.pdf"),
        ("../../etc/passwd", "sheet-etc-passwd.pdf"),
        ("a b/c\\d", "sheet-a-b-c-d.pdf"),
        ("Ü", "sheet-patient.pdf"),
        ("", "sheet-patient.pdf"),
    ],
)
def test_a_file_is_named_by_the_identifier_alone(identifier: str, name: str) -> None:
    assert suggest_name(identifier) == name
