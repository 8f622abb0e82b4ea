"""Findings of an entry: where each stands, what mends it, and what the answers make of what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dashboards.components.entry_findings import READY, TITLES, accepted_of, answer_findings, show_findings
from dashboards.components.entry_reading import read_entry, refuse_incomplete
from dashboards.components.entry_says import find_of_content
from dashboards.components.entry_table import EntryScope, entry_data, fit_content, followed_rows, start_content
from tests.support.builders import fill_patient, follow_up_draft
from tracker.db.engine import Database
from tracker.domain.drafts import ExamDraft
from tracker.domain.plausibility import CHECKS, Finding
from tracker.domain.record import AcceptedFinding, Exam, PatientRecord
from tracker.errors import InputError
from tracker.services import exams
from tracker.services.actors import Actor
from tracker.services.patients import load_record

TODAY = date(2026, 11, 24)
JUMP = "plausibility.jump|L1|now_um=40000;prior_um=23000"


@pytest.fixture
def filled(db: Database, actor: Actor) -> PatientRecord:
    """Last seen with 23 and 13 mm and the third present, on 4 May 2026."""
    return load_record(db, actor, fill_patient(db, actor).patient_id)


def typed(record: PatientRecord, *texts: str, stored: Exam | None = None, **exam: Any) -> dict[str, Any]:
    rows = followed_rows(record, stored)
    sent = start_content(rows, record, stored)
    sent["exam"] |= {"performed_on": "2026-07-06", "modality": "CT", **exam}
    for row, text in zip(rows, texts, strict=False):
        sent["rows"][row.label]["text"] = text
    return sent


def found(record: PatientRecord, sent: dict[str, Any], stored: Exam | None = None) -> tuple[Finding, ...]:
    rows = followed_rows(record, stored)
    return find_of_content(sent, record, rows, read_entry(sent, rows, stored), stored, TODAY)


def answered(record: PatientRecord, sent: dict[str, Any], stored: Exam | None = None) -> ExamDraft:
    draft = refuse_incomplete(read_entry(sent, followed_rows(record, stored), stored))
    return answer_findings(found(record, sent, stored), draft, sent)


def test_every_check_has_a_name_on_the_page() -> None:
    assert set(TITLES) == {check.id.removeprefix("plausibility.") for check in CHECKS}


def test_nothing_is_found_on_a_plain_scan_or_before_the_date(filled: PatientRecord) -> None:
    assert found(filled, typed(filled, "21", "12", "p")) == ()
    assert found(filled, typed(filled, "230", performed_on="")) == ()


def test_a_finding_names_its_place_its_repair_and_the_size_it_is_about(filled: PatientRecord) -> None:
    (shown,) = show_findings(found(filled, typed(filled, "230", "12", "p")))
    assert shown == {
        "key": "plausibility.tenfold|L1|now_um=230000;prior_um=23000",
        "rule": "plausibility.tenfold",
        "place": "L1",
        "level": "ask",
        "title": "A slip by ten?",
        "words": "230 mm is +900 % from 23 mm (4 May 2026): ten times the prior?",
        "repair": {"kind": "text", "label": "L1", "text": "23 mm", "words": "23 mm"},
        "about": {"L1": 230_000},
        "reasons": list(READY),
    }


def test_two_values_in_each_others_row_are_offered_to_be_swapped(filled: PatientRecord) -> None:
    shown = {one["rule"]: one for one in show_findings(found(filled, typed(filled, "13", "22", "p")))}
    swapped = shown["plausibility.swapped"]
    assert swapped["repair"] == {"kind": "swap", "labels": ["L1", "L2"], "words": "swap L1 and L2"}
    assert swapped["about"] == {"L1": 13_000, "L2": 22_000}


def test_dates_and_technique_stand_at_their_fields_and_a_note_asks_nothing(filled: PatientRecord) -> None:
    sent = typed(filled, "21", "12", "p", performed_on="2026-05-14", modality="MR", phase="arterial")
    shown = [(one["place"], one["level"]) for one in show_findings(found(filled, sent))]
    assert shown == [("performed on", "ask"), ("modality", "note")]
    accepted = {one.key: "planned early" for one in found(filled, sent) if one.place == "performed on"}
    draft = answered(filled, sent | {"accepted": accepted})
    assert [(one.place, one.reason) for one in draft.accepted] == [("performed on", "planned early")]


def test_a_question_is_shown_before_it_is_left_open_and_then_its_value_is_to_verify(filled: PatientRecord) -> None:
    sent = typed(filled, "40", "12", "p", performed_on="2026-06-08")
    with pytest.raises(InputError, match=r"^L1: .* much larger[?] Answer it, or save again"):
        answered(filled, sent)
    draft = answered(filled, sent | {"asked": [JUMP]})
    assert [said.observation.provisional for said in draft.observations] == [True, False, False]
    assert [(one.rule, one.place, one.reason) for one in draft.accepted] == [("plausibility.jump", "L1", "")]


def test_an_accepted_finding_is_stored_with_its_reason_and_its_value_counts(filled: PatientRecord) -> None:
    sent = typed(filled, "40", "12", "p", performed_on="2026-06-08") | {"accepted": {JUMP: " measured again "}}
    draft = answered(filled, sent)
    assert not any(said.observation.provisional for said in draft.observations)
    assert draft.accepted == (
        AcceptedFinding(
            "plausibility.jump", "L1", "40 mm is +74 % from 23 mm (4 May 2026): much larger?", "measured again"
        ),
    )


def test_another_number_is_another_finding(filled: PatientRecord) -> None:
    sent = typed(filled, "41", "12", "p", performed_on="2026-06-08") | {"accepted": {JUMP: "measured again"}}
    with pytest.raises(InputError, match="Answer it, or save again"):
        answered(filled, sent)


@pytest.mark.parametrize("accepted", [None, [], {JUMP: ""}, {JUMP: "  "}, {JUMP: 3}, {3: "x"}])
def test_what_a_browser_sends_in_place_of_a_reason_answers_nothing(filled: PatientRecord, accepted: object) -> None:
    sent = typed(filled, "40", "12", "p", performed_on="2026-06-08") | {"accepted": accepted, "asked": "all"}
    with pytest.raises(InputError, match="Answer it, or save again"):
        answered(filled, sent)


def test_a_copied_scan_left_open_is_to_verify_in_every_size(filled: PatientRecord) -> None:
    sent = typed(filled, "23", "13", "p")
    (finding,) = found(filled, sent)
    draft = answered(filled, sent | {"asked": [finding.key]})
    assert [said.observation.provisional for said in draft.observations] == [True, True, False]


def test_what_cannot_be_true_is_refused_whatever_the_browser_accepted(filled: PatientRecord) -> None:
    sent = typed(filled, "21", "12", "p", performed_on="2026-12-01")
    accepted = {one.key: "as the report states" for one in found(filled, sent)}
    with pytest.raises(InputError, match="is in the future"):
        answered(filled, sent | {"accepted": accepted})


def test_a_second_exam_of_one_day_is_stored_beside_the_first_where_it_is_accepted(
    db: Database, actor: Actor, filled: PatientRecord
) -> None:
    sent = typed(filled, "21", "12", "p", performed_on="2026-05-04")
    (finding,) = found(filled, sent)
    assert show_findings([finding])[0]["reasons"][0] == "another exam of that day"
    draft = answered(filled, sent | {"accepted": {finding.key: "another exam of that day"}})
    assert draft.ordinal == 2
    exams.record_exam(db, actor, filled.patient.id, draft)
    assert [exam.ordinal for exam in load_record(db, actor, filled.patient.id).exams][-2:] == [1, 2]


def test_a_correction_asks_of_what_it_changes_and_starts_with_the_answers_given(
    db: Database, actor: Actor, filled: PatientRecord
) -> None:
    draft = answered(
        filled, typed(filled, "40", "12", "p", performed_on="2026-06-08") | {"accepted": {JUMP: "measured again"}}
    )
    receipt = exams.record_exam(db, actor, filled.patient.id, draft)
    record = load_record(db, actor, filled.patient.id)
    stored = record.exam(receipt.exam_id)
    assert accepted_of(record, stored) == {JUMP: "measured again"}
    untouched = typed(record, stored=stored, performed_on="2026-06-08")
    assert answered(record, untouched, stored).accepted == stored.accepted
    changed = typed(record, "42", stored=stored, performed_on="2026-06-08")
    with pytest.raises(InputError, match="Answer it, or save again"):
        answered(record, changed, stored)


def test_a_stored_scan_that_nobody_asked_about_is_not_asked_about_when_another_value_is_mended(
    db: Database, actor: Actor, filled: PatientRecord
) -> None:
    receipt = exams.record_exam(db, actor, filled.patient.id, follow_up_draft(date(2026, 6, 8), 40, 12))
    record = load_record(db, actor, filled.patient.id)
    stored = record.exam(receipt.exam_id)
    sent = typed(record, "40", "11", stored=stored, performed_on="2026-06-08")
    assert found(record, sent, stored) == ()


def test_a_draft_keeps_its_answers(filled: PatientRecord) -> None:
    rows = followed_rows(filled)
    data = entry_data(filled, EntryScope(filled.patient.id, None, 3), rows, None, TODAY)
    kept = fit_content(typed(filled, "40") | {"accepted": {JUMP: "measured again"}}, data)
    assert kept is not None
    assert kept["accepted"] == {JUMP: "measured again"}


def test_a_value_that_was_to_verify_counts_once_its_question_is_answered(
    db: Database, actor: Actor, filled: PatientRecord
) -> None:
    sent = typed(filled, "40", "12", "p", performed_on="2026-06-08") | {"asked": [JUMP]}
    receipt = exams.record_exam(db, actor, filled.patient.id, answered(filled, sent))
    record = load_record(db, actor, filled.patient.id)
    stored = record.exam(receipt.exam_id)
    assert stored.observations[0].observation.provisional
    again = typed(record, stored=stored, performed_on="2026-06-08")
    assert [one.key for one in found(record, again, stored)] == [JUMP]
    mended = answered(record, again | {"accepted": {JUMP: "checked with the radiologist"}}, stored)
    assert mended.observations[0] == replace(
        stored.observations[0], observation=replace(stored.observations[0].observation, provisional=False)
    )


@pytest.mark.parametrize(
    ("texts", "day", "asked"),
    [
        (("21", "12", "p"), date(2026, 7, 6), []),
        (("230", "12", "p"), date(2026, 7, 6), ["L1: 230 mm is +900 % from 23 mm (4 May 2026): ten times the prior?"]),
        (
            ("2.3 mm", "12", "p"),
            date(2026, 7, 6),
            ["L1: 2.3 mm is −90 % from 23 mm (4 May 2026): a tenth of the prior?"],
        ),
        (("40", "12", "p"), date(2026, 11, 1), []),
        (("40", "12", "p"), date(2026, 6, 1), ["L1: 40 mm is +74 % from 23 mm (4 May 2026): much larger?"]),
        (("9", "12", "p"), date(2026, 6, 1), ["L1: 9 mm is −61 % from 23 mm (4 May 2026): much smaller?"]),
        (("23", "13", "p"), date(2026, 6, 1), ["all rows: All 2 sizes are those of 4 May 2026: copied?"]),
        (("ts", "a", "p"), date(2026, 7, 6), []),
        (
            ("13", "22", "p"),
            date(2026, 6, 1),
            [
                "L2: 22 mm is +69 % from 13 mm (4 May 2026): much larger?",
                "L1: 13 mm for L1 (prior 23 mm) and 22 mm for L2 (prior 13 mm) fit the scan before better the other way "
                "round: swap L1 and L2?",
            ],
        ),
    ],
)
def test_what_is_asked_of_the_sizes_of_an_entry(
    filled: PatientRecord, texts: tuple[str, ...], day: date, asked: list[str]
) -> None:
    sent = typed(filled, *texts, performed_on=day.isoformat())
    assert [str(one) for one in found(filled, sent)] == asked
