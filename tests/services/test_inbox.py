"""Reports on their way into the inbox and out of it: known again, matched, superseded, assigned, refused, taken."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from tests.support import builders
from tests.support.builders import FOLLOW_UPS, fill_patient, follow_up_draft
from tests.support.databases import Clock
from tracker.db.engine import Database
from tracker.domain.drafts import ReportDraft
from tracker.domain.vocabulary import Modality, ReportStatus
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, exams, inbox, patients
from tracker.services.actors import Actor
from tracker.services.inbox import REFUSED, SUPERSEDED, TAKEN, WAITING, Source
from tracker.services.inbox_items import IN_THE_RECORD, REPLACES, TAKEN_BACK, TAKES_BACK_ANOTHERS

DAY = FOLLOW_UPS[2]
PRELIMINARY, FINAL, CORRECTED = ReportStatus.PRELIMINARY, ReportStatus.FINAL, ReportStatus.CORRECTED


@pytest.fixture
def actor(nurse: Actor) -> Actor:
    """The local user of the database of the test."""
    return nurse


def report(control: str | None = "1", **given: Any) -> ReportDraft:
    """A final CT report of P-001, accession A1."""
    fields: dict[str, Any] = {
        "place": f"reports.hl7, message {control}",
        "kind": "hl7",
        "report_text": "CT ABDOMEN\nSegment VII 20 mm, previously 23 mm.",
        "sender": "RIS|HOSPITAL",
        "control_id": control,
        "authority": "local",
        "identifier": "P-001",
        "accession_authority": "RIS",
        "accession": "A1",
        "modality": Modality.CT,
        "performed_on": DAY,
        "reported_on": DAY,
        "status": FINAL,
    }
    fields |= given
    if "identifiers" not in fields and fields["identifier"] is not None:
        fields["identifiers"] = ((fields["authority"], fields["identifier"]),)
    return ReportDraft(**fields)


def stage(db: Database, actor: Actor, *reports: ReportDraft, **given: Any) -> inbox.StageReceipt:
    return inbox.stage(db, actor, reports, Source("reports.hl7", "f" * 64, "hl7"), **given)


def states(db: Database, actor: Actor) -> list[tuple[str, str]]:
    """Status and state of every item, in the order in which they came."""
    return [(str(item.status), item.state) for item in inbox.list_items(db, actor, None)]


def test_a_report_waits_for_the_patient_its_identifier_names(store: Database, actor: Actor) -> None:
    patient = fill_patient(store, actor)
    receipt = stage(store, actor, report())
    assert receipt.summary == "staged 1"
    (item,) = inbox.list_items(store, actor)
    assert (item.state, item.patient and item.patient.id) == (WAITING, patient.patient_id)
    assert (item.performed_on, item.modality, item.accession, item.status) == (DAY, Modality.CT, "A1", FINAL)
    assert item.report_text.startswith("CT ABDOMEN")
    assert inbox.count_waiting(store) == 1
    assert patients.patient_version(store, patient.patient_id) == 4, "the record itself did not change"
    assert audit.verify(store) == ()
    assert audit.list_events(store, actor, patient.patient_id)[-1].action == "inbox.stage"


@pytest.mark.parametrize(("issuer", "sent_for"), [("local", "P-001"), (None, "P-001"), ("HOSP", "P-001")])
def test_a_report_that_came_first_finds_its_patient_at_the_registration(
    store: Database, actor: Actor, issuer: str | None, sent_for: str
) -> None:
    stage(store, actor, report(authority=issuer, identifier=sent_for), report("2", accession="A2", identifier="P-0011"))
    assert [item.patient for item in inbox.list_items(store, actor)] == [None, None]
    draft = builders.patient_draft(sent_for, authority=issuer)
    registered = patients.register_patient(store, actor, draft).patient_id
    found = [item.patient and item.patient.id for item in inbox.list_items(store, actor)]
    assert found == [registered, None], "by identifier and issuer, whole"
    assert audit.list_events(store, actor, registered)[-1].action == "inbox.match"
    assert audit.verify(store) == ()


def test_a_report_of_another_issuer_does_not_find_a_patient_of_the_same_number(store: Database, actor: Actor) -> None:
    stage(store, actor, report(authority="HOSP"))
    patients.register_patient(store, actor, builders.patient_draft("P-001"))
    assert [item.patient for item in inbox.list_items(store, actor)] == [None]


def test_the_same_again_is_already_there(store: Database, actor: Actor) -> None:
    stage(store, actor, report())
    events = len(audit.list_events(store, actor))
    again = stage(store, actor, report(), report("2"), report(place="copy.hl7, message 1"))
    assert (again.new, len(again.already), again.problems) == ((), 3, ())
    assert again.summary == "staged 0, 3 already there"
    assert len(audit.list_events(store, actor)) == events, "nothing happened, and nothing is told"


def test_the_same_file_twice_in_one_stage_is_one_item(store: Database, actor: Actor) -> None:
    receipt = stage(store, actor, report(), report())
    assert (len(receipt.new), len(receipt.already)) == (1, 1)


def test_one_message_number_for_two_reports_is_said_and_not_lost_in_silence(store: Database, actor: Actor) -> None:
    stage(store, actor, report())
    receipt = stage(store, actor, report(report_text="Another report."), report("2", accession="A2"))
    assert [problem.place for problem in receipt.problems] == ["reports.hl7, message 1"]
    assert len(receipt.new) == 1


@pytest.mark.parametrize(
    "other", [{"status": CORRECTED}, {"identifier": "P-002"}, {"cancelled": True}, {"accession": "A9"}]
)
def test_one_message_number_with_one_text_is_another_report_all_the_same(
    store: Database, actor: Actor, other: dict[str, Any]
) -> None:
    """A final report may have the words of the preliminary one: it must not pass for what is there already."""
    stage(store, actor, report())
    receipt = stage(store, actor, report(**other))
    assert (receipt.new, receipt.already) == ((), ())
    assert "came before with another report" in receipt.problems[0].text


def test_a_message_number_counts_by_its_sender(store: Database, actor: Actor) -> None:
    stage(store, actor, report())
    receipt = stage(store, actor, report(sender="OTHER|CLINIC", accession="B7", report_text="Of another house."))
    assert len(receipt.new) == 1


@pytest.mark.parametrize(
    ("arriving", "expected"),
    [
        ((PRELIMINARY, FINAL, CORRECTED), [SUPERSEDED, SUPERSEDED, WAITING]),
        ((FINAL, PRELIMINARY), [WAITING, SUPERSEDED]),
        ((CORRECTED, FINAL, PRELIMINARY), [WAITING, SUPERSEDED, SUPERSEDED]),
        ((FINAL, FINAL), [SUPERSEDED, WAITING]),
        ((CORRECTED, CORRECTED), [SUPERSEDED, WAITING]),
        ((PRELIMINARY, CORRECTED, FINAL), [SUPERSEDED, WAITING, SUPERSEDED]),
    ],
)
def test_a_later_status_replaces_the_report_whole(
    store: Database, actor: Actor, arriving: tuple[ReportStatus, ...], expected: list[str]
) -> None:
    """HL7 v2.5.1 table 0123; replacement of the whole report as senders document it. Out of order, the later one stays."""
    for number, status in enumerate(arriving):
        stage(store, actor, report(str(number), status=status, report_text=f"Text {number}."))
    items = inbox.list_items(store, actor, None)
    assert [item.state for item in items] == expected
    (waiting,) = [item for item in items if item.is_waiting]
    assert {item.superseded_by for item in items if not item.is_waiting} <= {waiting.id, items[1].id}


def test_a_final_report_dated_after_a_corrected_one_is_the_later(store: Database, actor: Actor) -> None:
    stage(store, actor, report("1", status=CORRECTED))
    stage(store, actor, report("2", report_text="Later.", reported_on=date(2026, 7, 20)))
    assert states(store, actor) == [("corrected", SUPERSEDED), ("final", WAITING)]


def test_an_earlier_final_report_does_not_replace_a_later_one(store: Database, actor: Actor) -> None:
    stage(store, actor, report("2", reported_on=date(2026, 7, 9)))
    stage(store, actor, report("1", report_text="Earlier.", reported_on=date(2026, 7, 7)))
    assert states(store, actor) == [("final", WAITING), ("final", SUPERSEDED)]


def test_another_accession_number_is_another_report(store: Database, actor: Actor) -> None:
    stage(store, actor, report("1"), report("2", accession="A2"), report("3", accession_authority="OTHER"))
    assert [state for _, state in states(store, actor)] == [WAITING] * 3


def test_one_accession_number_of_two_patients_is_asked_about(store: Database, actor: Actor) -> None:
    fill_patient(store, actor, "P-001")
    fill_patient(store, actor, "P-002")
    stage(store, actor, report("1"), report("2", identifier="P-002", status=CORRECTED))
    first, second = inbox.list_items(store, actor)
    assert (first.is_waiting, second.is_waiting) == (True, True)
    assert "its accession number came before with another patient: compare both" in second.findings


def test_a_report_without_its_exam_date_keeps_none(store: Database, actor: Actor) -> None:
    stage(store, actor, report(performed_on=None, reported_on=date(2026, 7, 20)))
    (item,) = inbox.list_items(store, actor)
    assert (item.performed_on, item.reported_on) == (None, date(2026, 7, 20))


class TestMatching:
    """By identifier and issuer, and by nothing else."""

    def test_another_issuer_is_another_patient(self, store: Database, actor: Actor) -> None:
        fill_patient(store, actor)
        stage(store, actor, report(authority="OTHER"))
        (item,) = inbox.list_items(store, actor)
        assert (item.patient, item.identifier, item.authority) == (None, "P-001", "OTHER")

    def test_without_issuer_it_is_the_sites_own(self, store: Database, actor: Actor) -> None:
        fill_patient(store, actor)
        stage(store, actor, report(authority=None))
        assert inbox.list_items(store, actor)[0].patient is not None

    def test_any_of_the_identifiers_sent_will_do(self, store: Database, actor: Actor) -> None:
        fill_patient(store, actor)
        stage(store, actor, report(authority="X", identifier="9", identifiers=(("X", "9"), ("local", "P-001"))))
        assert inbox.list_items(store, actor)[0].patient is not None

    def test_identifiers_of_two_patients_match_none(self, store: Database, actor: Actor) -> None:
        fill_patient(store, actor, "P-001")
        fill_patient(store, actor, "P-002")
        stage(store, actor, report(identifiers=(("local", "P-001"), ("local", "P-002"))))
        (item,) = inbox.list_items(store, actor)
        assert item.patient is None
        assert item.findings == (
            "the identifiers sent belong to different patients: assign the report to the right one",
        )

    def test_another_spelling_is_told_and_not_matched(self, store: Database, actor: Actor) -> None:
        fill_patient(store, actor)
        stage(store, actor, report(identifier="p-001"))
        (item,) = inbox.list_items(store, actor)
        assert item.patient is None
        assert "'P-001'" in item.findings[0]

    def test_a_name_never_matches(self, store: Database, actor: Actor) -> None:
        patients.register_patient(store, actor, builders.patient_draft("P-009", name="Test Person"))
        stage(store, actor, report(identifier=None, identifiers=(), report_text="Patient: Test Person\nCT"))
        assert inbox.list_items(store, actor)[0].patient is None


class TestAssigning:
    def test_a_person_assigns_with_a_reason(self, store: Database, actor: Actor) -> None:
        patient = fill_patient(store, actor)
        stage(store, actor, report(authority="OTHER"))
        (waiting,) = inbox.list_items(store, actor)
        with pytest.raises(InputError):
            inbox.assign_patient(store, actor, waiting.id, patient.patient_id, reason=" ")
        with pytest.raises(NotFoundError):
            inbox.assign_patient(store, actor, waiting.id, 999, reason="letter of referral")
        item = inbox.assign_patient(store, actor, waiting.id, patient.patient_id, reason="letter of referral")
        assert item.patient is not None
        assert (item.patient.id, item.reason, item.decided_by) == (
            patient.patient_id,
            "letter of referral",
            actor.name,
        )
        event = audit.list_events(store, actor, patient.patient_id)[-1]
        assert (event.action, event.reason) == ("inbox.assign", "letter of referral")
        assert audit.verify(store) == ()

    def test_later_reports_of_the_same_examination_follow(self, store: Database, actor: Actor) -> None:
        patient = fill_patient(store, actor)
        stage(store, actor, report(authority="OTHER", status=PRELIMINARY))
        inbox.assign_patient(store, actor, inbox.list_items(store, actor)[0].id, patient.patient_id, reason="referral")
        stage(store, actor, report("2", authority="OTHER", report_text="Final."))
        (item,) = inbox.list_items(store, actor)
        assert item.patient is not None
        assert item.patient.id == patient.patient_id
        assert states(store, actor) == [("preliminary", SUPERSEDED), ("final", WAITING)]


class TestRefusing:
    def test_with_a_reason_it_is_put_aside_and_can_wait_again(self, store: Database, actor: Actor) -> None:
        stage(store, actor, report())
        (waiting,) = inbox.list_items(store, actor)
        with pytest.raises(InputError):
            inbox.refuse_item(store, actor, waiting.id, "")
        item = inbox.refuse_item(store, actor, waiting.id, "no liver on it")
        assert (item.state, item.reason) == (REFUSED, "no liver on it")
        assert inbox.list_items(store, actor) == ()
        with pytest.raises(ConflictError, match="was refused"):
            inbox.refuse_item(store, actor, waiting.id, "again")
        assert inbox.reopen_item(store, actor, waiting.id, "there is").is_waiting
        assert audit.verify(store) == ()

    def test_the_same_report_again_does_not_come_back(self, store: Database, actor: Actor) -> None:
        stage(store, actor, report())
        inbox.refuse_item(store, actor, inbox.list_items(store, actor)[0].id, "no liver on it")
        assert stage(store, actor, report("2")).new == ()

    def test_a_later_report_waits_and_says_so(self, store: Database, actor: Actor) -> None:
        stage(store, actor, report())
        refused = inbox.refuse_item(store, actor, inbox.list_items(store, actor)[0].id, "no liver on it")
        stage(store, actor, report("2", status=CORRECTED))
        (item,) = inbox.list_items(store, actor)
        assert item.findings[-1] == "an earlier report of this examination was refused: no liver on it"
        with pytest.raises(ConflictError, match="a later report replaced it"):
            inbox.reopen_item(store, actor, refused.id, "after all")

    def test_what_is_not_there_is_not_found(self, store: Database, actor: Actor) -> None:
        for act in (inbox.refuse_item, inbox.reopen_item):
            with pytest.raises(NotFoundError):
                act(store, actor, 77, "why")
        with pytest.raises(NotFoundError):
            inbox.load_item(store, actor, 77)


class TestTaking:
    """The exam and the item change together or not at all."""

    def test_the_exam_marks_its_report_as_taken(self, store: Database, actor: Actor) -> None:
        patient = fill_patient(store, actor)
        stage(store, actor, report())
        (waiting,) = inbox.list_items(store, actor)
        draft = follow_up_draft(DAY, 20, 12, report_text=waiting.report_text)
        receipt = exams.record_exam(store, actor, patient.patient_id, draft, token="t", inbox_item=waiting.id)
        item = inbox.load_item(store, actor, waiting.id)
        assert (item.state, item.exam_id, item.decided_by) == (TAKEN, receipt.exam_id, actor.name)
        again = exams.record_exam(store, actor, patient.patient_id, draft, token="t", inbox_item=waiting.id)
        assert again.already_stored, "the entry was sent twice"
        assert audit.verify(store) == ()

    def test_an_item_of_nobody_or_of_another_stores_nothing(self, store: Database, actor: Actor) -> None:
        patient, other = fill_patient(store, actor), fill_patient(store, actor, "P-002")
        stage(store, actor, report(authority="OTHER"), report("2", accession="A2", identifier="P-002"))
        nobodys, others = inbox.list_items(store, actor)
        version = patients.patient_version(store, patient.patient_id)
        for item, words in ((nobodys, "assigned to no patient"), (others, "assigned to another patient")):
            with pytest.raises(ConflictError, match=words):
                exams.record_exam(store, actor, patient.patient_id, follow_up_draft(DAY), inbox_item=item.id)
        assert patients.patient_version(store, patient.patient_id) == version
        assert other.patient_id != patient.patient_id

    def test_a_report_superseded_meanwhile_stores_nothing(self, store: Database, actor: Actor) -> None:
        patient = fill_patient(store, actor)
        stage(store, actor, report("1", status=PRELIMINARY))
        (seen,) = inbox.list_items(store, actor)
        stage(store, actor, report("2"))
        with pytest.raises(ConflictError, match="replaced by a later report"):
            exams.record_exam(store, actor, patient.patient_id, follow_up_draft(DAY), inbox_item=seen.id)
        assert len(patients.load_record(store, actor, patient.patient_id).exams) == 3

    def test_a_later_report_of_an_entered_scan_waits_as_its_correction(self, store: Database, actor: Actor) -> None:
        patient = fill_patient(store, actor)
        stage(store, actor, report("1", status=PRELIMINARY))
        (first,) = inbox.list_items(store, actor)
        draft = follow_up_draft(DAY, 20, 12, accession="A1", authority="RIS", status=PRELIMINARY)
        receipt = exams.record_exam(store, actor, patient.patient_id, draft, inbox_item=first.id)
        stage(store, actor, report("2", report_text="Segment VII 21 mm."))
        (item,) = inbox.list_items(store, actor)
        assert item.corrects == receipt.exam_id
        assert REPLACES in item.findings
        stage(store, actor, report("3", status=CORRECTED, report_text="Segment VII 22 mm."))
        (item,) = inbox.list_items(store, actor)
        assert item.corrects == receipt.exam_id, "what corrects is itself replaced"
        corrected = dataclasses.replace(follow_up_draft(DAY, 22, 12, accession="A1", authority="RIS"), status=CORRECTED)
        exams.correct_exam(
            store, actor, receipt.exam_id, corrected, expected_version=1, reason="corrected report", inbox_item=item.id
        )
        assert states(store, actor) == [("preliminary", TAKEN), ("final", SUPERSEDED), ("corrected", TAKEN)]
        stage(store, actor, report("0", status=PRELIMINARY, report_text="Late.", accession="A1"))
        assert inbox.list_items(store, actor) == (), "an older one that comes last asks nobody"
        assert audit.verify(store) == ()

    def test_a_scan_typed_by_hand_before_or_after_is_pointed_at(self, store: Database, actor: Actor) -> None:
        patient = fill_patient(store, actor)
        stage(store, actor, report())
        draft = follow_up_draft(DAY, 20, 12, accession="A1", authority="RIS")
        receipt = exams.record_exam(store, actor, patient.patient_id, draft)
        (item,) = inbox.list_items(store, actor)
        assert (item.corrects, item.findings) == (receipt.exam_id, (IN_THE_RECORD,))

    def test_a_withdrawn_scan_gives_its_report_back(self, store: Database, actor: Actor) -> None:
        patient = fill_patient(store, actor)
        stage(store, actor, report())
        (waiting,) = inbox.list_items(store, actor)
        receipt = exams.record_exam(
            store, actor, patient.patient_id, follow_up_draft(DAY, 20, 12), inbox_item=waiting.id
        )
        exams.withdraw_exam(store, actor, receipt.exam_id, expected_version=1, reason="wrong patient")
        (item,) = inbox.list_items(store, actor)
        assert (item.id, item.exam_id) == (waiting.id, None)
        assert item.findings[-1] == "the scan entered from it was withdrawn: wrong patient"
        assert audit.verify(store) == ()


class TestTakenBack:
    """The sender's word that a report is void (status X, D or W)."""

    def test_of_a_report_nobody_entered_nothing_is_left_to_do(self, store: Database, actor: Actor) -> None:
        stage(store, actor, report("1"))
        stage(store, actor, report("2", status=CORRECTED, cancelled=True))
        assert states(store, actor) == [("final", SUPERSEDED), ("corrected", REFUSED)]

    def test_it_hides_no_report_that_comes_later(self, store: Database, actor: Actor) -> None:
        stage(store, actor, report("1"))
        stage(store, actor, report("2", status=CORRECTED, cancelled=True))
        stage(store, actor, report("3", report_text="The right patient's."))
        assert states(store, actor)[-1] == ("final", WAITING)

    def test_of_an_entered_scan_a_person_decides(self, store: Database, actor: Actor) -> None:
        patient = fill_patient(store, actor)
        stage(store, actor, report("1"))
        (waiting,) = inbox.list_items(store, actor)
        receipt = exams.record_exam(
            store, actor, patient.patient_id, follow_up_draft(DAY, 20, 12), inbox_item=waiting.id
        )
        stage(store, actor, report("2", status=CORRECTED, cancelled=True))
        (item,) = inbox.list_items(store, actor)
        assert item.is_taken_back
        assert (TAKEN_BACK in item.findings, item.corrects) == (True, receipt.exam_id)

    def test_a_report_without_words_takes_back_the_one_that_waits(self, store: Database, actor: Actor) -> None:
        stage(store, actor, report("1"))
        stage(store, actor, report("2", status=CORRECTED, cancelled=True, report_text=""))
        assert states(store, actor) == [("final", SUPERSEDED), ("corrected", REFUSED)]

    def test_of_another_patient_it_waits_and_says_so(self, store: Database, actor: Actor) -> None:
        fill_patient(store, actor, "P-001")
        fill_patient(store, actor, "P-002")
        stage(store, actor, report("1"))
        stage(store, actor, report("2", identifier="P-002", status=CORRECTED, cancelled=True))
        assert [state for _, state in states(store, actor)] == [WAITING, WAITING]
        assert TAKES_BACK_ANOTHERS in inbox.list_items(store, actor)[1].findings


def test_a_dry_run_says_what_would_happen_and_leaves_no_trace(store: Database, actor: Actor) -> None:
    events = audit.list_events(store, actor)
    receipt = stage(store, actor, report(), dry_run=True)
    assert receipt.summary == "would stage 1"
    assert inbox.list_items(store, actor, None) == ()
    assert audit.list_events(store, actor) == events


def test_no_audit_event_tells_what_the_report_says(store: Database, actor: Actor) -> None:
    patient = fill_patient(store, actor)
    stage(store, actor, report(report_text="SECRET WORDS"))
    told = [*audit.list_events(store, actor), *audit.list_events(store, actor, patient.patient_id)]
    assert "SECRET" not in repr(told)


def test_items_stand_in_the_order_in_which_they_came(store: Database, actor: Actor, clock: Clock) -> None:
    for number in (3, 1, 2):
        clock.advance(minutes=1)
        stage(store, actor, report(str(number), accession=f"A{number}"))
    assert [item.accession for item in inbox.list_items(store, actor)] == ["A3", "A1", "A2"]
    assert [item.accession for item in inbox.list_items(store, actor, None, most=2)] == ["A1", "A2"]
