"""A second person verifies what is in question and what changes the category, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support import builders
from tests.support.builders import FOLLOW_UPS, Filled, follow_up_draft
from tracker.db import history
from tracker.db.engine import Database
from tracker.db.models import UserRow
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import ExamDraft
from tracker.domain.record import AcceptedFinding, Exam, PatientRecord
from tracker.domain.second_person import CATEGORY, awaits_verification, needs_verification
from tracker.domain.vocabulary import Response
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, confirmations, exams, patients
from tracker.services.actors import Actor, system_actor
from tracker.services.transactions import change
from tracker.services.verifying import SAME_USER, verify_exam

JUMP = AcceptedFinding("plausibility.jump", "L1", "40 mm is +74 % from 23 mm: much larger?", "as the report states")
OPEN = AcceptedFinding("plausibility.interval", "performed on", "only 10 days after the scan of 4 May 2026")


@pytest.fixture
def filled(store: Database, nurse: Actor) -> Filled:
    """A course of 52, 40 (SD) and 36 mm (PR)."""
    return builders.fill_patient(store, nurse)


def add_person(store: Database, login: str) -> Actor:
    """Somebody with a login of their own."""
    with change(store, system_actor(store)) as opened:
        row = UserRow(login=login, name=login.title(), kind="person", active=True)
        opened.session.add(row)
        opened.session.flush()
        opened.audit(history.SYSTEM, "user.add", "user", row.id)
        return Actor(row.id, row.name)


def load(store: Database, nurse: Actor, filled: Filled) -> PatientRecord:
    return patients.load_record(store, nurse, filled.patient_id)


def flagged() -> ExamDraft:
    """A scan with one value to verify, one accepted finding on a cell, and one finding that nobody answered."""
    draft = follow_up_draft(FOLLOW_UPS[2], 24, 13, accepted=(JUMP, OPEN))
    first, second, third = draft.observations
    doubtful = replace(second, observation=replace(second.observation, provisional=True))
    return replace(draft, observations=(first, doubtful, third))


def why(record: PatientRecord, exam: Exam) -> list[str]:
    return [one.place for one in needs_verification(record, assess_record(record), exam)]


def test_a_plain_scan_that_changes_nothing_is_never_asked_for(store: Database, nurse: Actor, filled: Filled) -> None:
    receipt = exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(FOLLOW_UPS[2], 23, 13))
    record = load(store, nurse, filled)
    assert why(record, record.exam(receipt.exam_id)) == []
    assert why(record, record.exam(filled.baseline_id)) == []
    with pytest.raises(InputError, match="has nothing to verify"):
        verify_exam(store, nurse, receipt.exam_id, expected_version=1)


def test_a_changed_category_is_asked_for_on_its_scan_and_waits_only_on_the_newest(
    store: Database, nurse: Actor, filled: Filled
) -> None:
    record = load(store, nurse, filled)
    first, second = (record.exam(key) for key in filled.follow_up_ids)
    assert why(record, first) == []  # SD as at the baseline
    (reason,) = needs_verification(record, assess_record(record), second)
    assert (reason.place, reason.text) == (CATEGORY, "SD before, PR now")
    assert [one.exam.id for one in awaits_verification(record, assess_record(record))] == [second.id]
    exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(FOLLOW_UPS[2], 23, 13))
    later = load(store, nurse, filled)
    assert awaits_verification(later, assess_record(later)) == ()


def test_a_first_response_other_than_stable_is_a_change(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=0)
    exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(FOLLOW_UPS[0], 50, 30))
    record = load(store, nurse, filled)
    (reason,) = needs_verification(record, assess_record(record), record.exams[-1])
    assert reason.text == "the first response is PD"


def test_a_clinician_who_confirmed_the_response_is_the_second_person(
    store: Database, nurse: Actor, filled: Filled
) -> None:
    version = patients.patient_version(store, filled.patient_id)
    seen = (filled.patient_id, 1, FOLLOW_UPS[1], Response.PR)
    confirmations.confirm_response(store, nurse, *seen, expected_version=version)
    record = load(store, nurse, filled)
    assert why(record, record.exams[-1]) == [CATEGORY]  # confirmed by whoever entered it
    surgeon = add_person(store, "surgeon")
    confirmations.confirm_response(store, surgeon, *seen, expected_version=record.patient.version)
    record = load(store, nurse, filled)
    assert why(record, record.exams[-1]) == []


def test_cells_in_question_are_verified_by_somebody_else_and_then_no_longer_provisional(
    store: Database, filled: Filled, nurse: Actor
) -> None:
    one, other = add_person(store, "one"), add_person(store, "other")
    receipt = exams.record_exam(store, one, filled.patient_id, flagged())
    record = load(store, nurse, filled)
    assert why(record, record.exams[-1]) == ["L1", "performed on", "L2"]
    assert assess_record(record)[0].assessment.time_points[-1].provisional
    with pytest.raises(InputError, match="scan: was entered by you; somebody else"):
        verify_exam(store, one, receipt.exam_id, expected_version=1)
    assert load(store, nurse, filled) == record
    done = verify_exam(store, other, receipt.exam_id, expected_version=1, remark=" with the report ")
    record = load(store, nurse, filled)
    exam = record.exam(receipt.exam_id)
    assert (done.exam_version, exam.version) == (2, 2)
    assert not assess_record(record)[0].assessment.time_points[-1].provisional
    assert [said.observation.longest for said in exam.observations][:2] == [builders.mm(24), builders.mm(13)]
    assert exam.accepted == (JUMP, replace(OPEN, reason="verified by a second person"))
    (verified,) = record.verifications
    assert (verified.exam_version, verified.verified_by, verified.remark) == (2, "Other", "with the report")
    assert why(record, exam) == []
    assert verify_exam(store, other, receipt.exam_id, expected_version=2).already_stored


def test_a_verification_is_in_the_audit_with_what_was_looked_at(store: Database, filled: Filled, nurse: Actor) -> None:
    one, other = add_person(store, "one"), add_person(store, "other")
    receipt = exams.record_exam(store, one, filled.patient_id, flagged())
    verify_exam(store, other, receipt.exam_id, expected_version=1)
    corrected, verified = audit.list_events(store, nurse, filled.patient_id)[-2:]
    assert (corrected.action, corrected.reason) == ("exam.correct", "verified by a second person")
    assert (verified.action, verified.actor) == ("exam.verify", "Other")
    assert verified.after is not None
    assert verified.after["second person"] is True
    assert verified.after["looked at version"] == 1
    assert verified.after["reasons"][0] == "L1: kept: as the report states"
    assert audit.verify(store) == ()


def test_the_only_user_of_a_machine_may_verify_and_it_says_so(store: Database, nurse: Actor, filled: Filled) -> None:
    last = filled.follow_up_ids[-1]
    verify_exam(store, nurse, last, expected_version=1)
    record = load(store, nurse, filled)
    assert [one.remark for one in record.verifications] == [SAME_USER]
    # No value was in question, so the scan is still at its version.
    assert record.exam(last).version == 1
    event = audit.list_events(store, nurse, filled.patient_id)[-1]
    assert event.after is not None
    assert event.after["second person"] is False


def test_a_correction_is_a_new_version_and_is_looked_at_anew(store: Database, nurse: Actor, filled: Filled) -> None:
    last = filled.follow_up_ids[-1]
    verify_exam(store, nurse, last, expected_version=1)
    exams.correct_exam(
        store, nurse, last, follow_up_draft(FOLLOW_UPS[1], 22, 13), expected_version=1, reason="read again"
    )
    record = load(store, nurse, filled)
    assert why(record, record.exam(last)) == [CATEGORY]
    with pytest.raises(ConflictError, match="at version 2, you saw 1"):
        verify_exam(store, nurse, last, expected_version=1)
    with pytest.raises(NotFoundError):
        verify_exam(store, nurse, 999, expected_version=1)


def test_accepted_findings_are_stored_with_every_version_and_do_not_make_another_exam(
    store: Database, nurse: Actor, filled: Filled
) -> None:
    receipt = exams.record_exam(store, nurse, filled.patient_id, flagged())
    exam = load(store, nurse, filled).exam(receipt.exam_id)
    assert exam.accepted == (JUMP, OPEN)
    (version,) = audit.list_exam_versions(store, nurse, receipt.exam_id)
    assert version.exam.accepted == (JUMP, OPEN)
    again = exams.record_exam(store, nurse, filled.patient_id, replace(flagged(), accepted=()))
    assert again.already_stored
    wrong = replace(flagged(), accepted=(replace(JUMP, rule=""),))
    with pytest.raises(InputError, match="accepted finding"):
        exams.correct_exam(store, nurse, receipt.exam_id, wrong, expected_version=1, reason="x")
