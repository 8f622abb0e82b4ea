"""What an entry sends is read again on the server, and the preview is what saving comes to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.components.entry_preview import build_preview, respond_to
from dashboards.components.entry_reading import EntryReading, EntryRow, read_entry, refuse_incomplete
from dashboards.components.entry_table import EntryScope, entry_data, fit_content, followed_rows, start_content
from dashboards.components.response_words import (
    find_response,
    say_response_sentence,
)
from tests.support.builders import FOLLOW_UPS, course_draft, fill_patient
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.lengths import Length
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import CountKind, LesionRole, Modality, Segment, State, Statement
from tracker.errors import InputError
from tracker.services import exams
from tracker.services.actors import Actor
from tracker.services.courses import start_course
from tracker.services.patients import load_record

ROWS = (
    EntryRow("L1", node=False, role=LesionRole.TARGET),
    EntryRow("L2", node=False, role=LesionRole.NON_TARGET),
    EntryRow("L3", node=True, role=LesionRole.TARGET),
)


def content(*texts: str, added: list[dict[str, Any]] | None = None, **exam: Any) -> dict[str, Any]:
    header = {"performed_on": "2026-07-06", "modality": "CT", "statements": {}, **exam}
    rows = {row.label: {"text": text} for row, text in zip(ROWS, texts, strict=False)}
    return {"exam": header, "rows": rows, "added": added or []}


def test_a_whole_entry_becomes_a_draft() -> None:
    sent = content(
        "21 x 18", "up", "9",
        added=[{"label": "L4", "organ": "liver", "segments": "7/8", "certainty": "eq", "text": "8",
                "first_seen": "2026-05-04"}],
        phase="portal venous", slice="2,5", reported_on="2026-07-07", count_kind="exact", count="4",
        statements={"liver": "yes", "bone": "stated none", "chest": ""}, remark=" as told ",
    )  # fmt: skip
    draft = refuse_incomplete(read_entry(sent, ROWS))
    assert (draft.performed_on, draft.modality, draft.phase) == (date(2026, 7, 6), Modality.CT, "portal venous")
    assert draft.slice_thickness == Length.from_mm("2.5")
    assert draft.statements == {"liver": Statement.YES, "bone": Statement.NONE}
    assert (draft.liver_count.kind, draft.liver_count.value) == (CountKind.EXACT, 4)
    assert draft.remark == "as told"
    seen = {one.label: one.observation for one in draft.observations}
    assert (seen["L1"].longest, seen["L1"].short) == (Length.from_mm(21), Length.from_mm(18))
    assert seen["L2"].state is State.UNEQUIVOCAL_PROGRESSION
    assert (seen["L3"].longest, seen["L3"].short) == (None, Length.from_mm(9))
    assert (seen["L4"].state, seen["L4"].first_seen) == (State.EQUIVOCAL, date(2026, 5, 4))
    assert draft.lesions[0].segments == (Segment.VII, Segment.VIII)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (content("21", "", "9"), "L2: is empty: type nm"),
        (content("2.1", "p", "9"), "L1: 2.1 mm or 2.1 cm?"),
        (content("up", "p", "9"), "L1: up is said of non-targets only; L1 is target"),
        (content("m2", "a", "9"), "L1: L2 carries the size of both and is absent"),
        (content("eq 12", "p", "9"), "L1: eq and uneq are for a new lesion"),
        (content("21", "p", "9", performed_on="18.11.2026"), "performed: '18.11.2026' is not a date"),
        (content("21", "p", "9", performed_on=""), "the date and the modality are missing"),
        (content("21", "p", "9", modality="CAT"), "modality: 'CAT' is not known"),
        (content("21", "p", "9", slice="thick"), "slice:"),
        (content("21", "p", "9", count_kind="exact"), "'exact' needs the number"),
        (content("21", "p", "9", count_kind="exact", count="four"), "'four' is not a whole number"),
        (content("21", "p", "9", statements={"bone": "maybe"}), "new disease, bone: 'maybe' is not known"),
        (content("21", "p", "9", added=[{"label": "L4", "organ": "liver", "text": "8"}]), "equivocal or unequivocal"),
        (
            content("21", "p", "9", added=[{"label": "L4", "organ": "liver", "segments": "X", "certainty": "eq"}]),
            "L4: 'X' is no liver segment",
        ),
    ],
)
def test_what_cannot_be_stored_is_named_with_its_place(sent: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        refuse_incomplete(read_entry(sent, ROWS))
    assert sentence in str(refusal.value)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["exam", "rows", "added", "L1"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["exam", "rows", "added", "scope", "kept"]), _json))
def test_anything_a_browser_may_send_is_read_or_refused(sent: dict[str, Any]) -> None:
    reading = read_entry(sent, ROWS)
    assert isinstance(reading, EntryReading)
    with pytest.raises(InputError):
        refuse_incomplete(reading)


def test_uptake_is_read_with_comma_and_kept_apart_from_the_size() -> None:
    sent = content("21", "p", "9", modality="PET/CT", uptake_minutes="60")
    sent["rows"]["L2"]["suv"] = "6,4"
    draft = refuse_incomplete(read_entry(sent, ROWS))
    seen = {one.label: one.observation for one in draft.observations}
    assert seen["L2"].suv_max == Decimal("6.4")
    assert draft.uptake_minutes == 60


@pytest.fixture
def filled(db: Database, actor: Actor) -> PatientRecord:
    return load_record(db, actor, fill_patient(db, actor).patient_id)


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (("21", "12", "p"), FOLLOW_UPS[2]),
        (("44", "30", "up"), FOLLOW_UPS[2]),
        (("a", "a", "a"), FOLLOW_UPS[2]),
        (("ne motion", "12", "p"), FOLLOW_UPS[2]),
        (("21", "m1", "p"), FOLLOW_UPS[2]),
        (("28", "17", "p"), date(2026, 4, 1)),
        (("28", "17", "p"), date(2025, 12, 1)),
    ],
    ids=["PR", "PD", "CR", "NE", "merged", "between two scans", "before the baseline"],
)
def test_the_preview_is_what_saving_comes_to(
    db: Database, actor: Actor, filled: PatientRecord, texts: tuple[str, ...], day: date
) -> None:
    rows = followed_rows(filled)
    sent = start_content(rows, filled)
    sent["exam"] |= {"performed_on": day.isoformat(), "modality": "CT"}
    for row, text in zip(rows, texts, strict=True):
        sent["rows"][row.label]["text"] = text
    draft = refuse_incomplete(read_entry(sent, rows))
    before = respond_to(filled, draft, None)
    receipt = exams.record_exam(db, actor, filled.patient.id, draft)
    after = find_response(assess_record(load_record(db, actor, filled.patient.id)), receipt.exam_id)
    if before is None or after is None:
        assert before is after
        return
    assert before.course.assessment.time_points == after.course.assessment.time_points
    assert say_response_sentence(before) == say_response_sentence(after)


def test_the_preview_of_a_correction_is_what_correcting_comes_to(
    db: Database, actor: Actor, filled: PatientRecord
) -> None:
    stored = filled.exams[1]
    rows = followed_rows(filled, stored)
    sent = start_content(rows, filled, stored)
    sent["rows"]["L1"]["text"] = "31"
    draft = refuse_incomplete(read_entry(sent, rows, stored))
    before = respond_to(filled, draft, stored.id)
    exams.correct_exam(db, actor, stored.id, draft, expected_version=stored.version, reason="typed 25 for 31")
    after = find_response(assess_record(load_record(db, actor, filled.patient.id)), stored.id)
    assert before is not None
    assert after is not None
    assert before.course.assessment.time_points == after.course.assessment.time_points


def test_an_entry_opened_for_correction_and_not_touched_is_the_stored_exam(filled: PatientRecord) -> None:
    for stored in filled.exams:
        rows = followed_rows(filled, stored)
        draft = refuse_incomplete(read_entry(start_content(rows, filled, stored), rows, stored))
        assert draft.observations == stored.observations
        assert (draft.performed_on, draft.modality, draft.ordinal) == (
            stored.performed_on,
            stored.modality,
            stored.ordinal,
        )


@pytest.mark.parametrize("typed", ["<5", ">=23", "~23", "<23 x 18", "ts <4"])
def test_a_size_typed_with_a_sign_comes_back_with_it(
    db: Database, actor: Actor, filled: PatientRecord, typed: str
) -> None:
    rows = followed_rows(filled)
    sent = start_content(rows, filled)
    sent["exam"] |= {"performed_on": FOLLOW_UPS[2].isoformat(), "modality": "CT"}
    for row, text in zip(rows, ("21", typed, "p"), strict=True):
        sent["rows"][row.label]["text"] = text
    receipt = exams.record_exam(db, actor, filled.patient.id, refuse_incomplete(read_entry(sent, rows)))
    record = load_record(db, actor, filled.patient.id)
    stored = record.exam(receipt.exam_id)
    opened = start_content(followed_rows(record, stored), record, stored)
    assert opened["rows"]["L2"]["text"] == typed
    assert assess_record(record)[0].stated_by_row[-1].keys() == {"L2"}


def test_no_category_is_shown_before_every_box_is_filled_and_answered(filled: PatientRecord) -> None:
    rows = followed_rows(filled)
    sent = start_content(rows, filled)
    preview = build_preview(filled, rows, read_entry(sent, rows), None)
    assert preview["verdict"] == "waits for the date"
    sent["exam"]["performed_on"] = "2026-07-06"
    sent["rows"]["L1"]["text"] = "2.1"
    preview = build_preview(filled, rows, read_entry(sent, rows), None)
    assert preview["verdict"].startswith("waits for L2")
    assert "badge" not in preview
    for row, text in zip(rows, ("21", "12", "p"), strict=True):
        sent["rows"][row.label]["text"] = text
    preview = build_preview(filled, rows, read_entry(sent, rows), None)
    assert preview["verdict"] == "PR"
    assert preview["sum"] == "21 + 12 = 33 mm"
    assert preview["sentences"][0] == (
        "−37 % from baseline (52 mm, 5 Jan 2026), −8 % and 3 mm below the nadir of 4 May 2026."
    )


def test_what_the_report_says_is_held_against_the_table(filled: PatientRecord) -> None:
    rows = followed_rows(filled)
    sent = start_content(rows, filled)
    sent["exam"] |= {"performed_on": "2026-07-06", "count_kind": "exact", "count": "5", "statements": {"liver": "yes"}}
    for row, text in zip(rows, ("21", "12", "a"), strict=True):
        sent["rows"][row.label]["text"] = text
    missing = build_preview(filled, rows, read_entry(sent, rows), None)["missing"]
    assert "New in liver: stated yes, no row yet (+)" in missing


def test_the_table_offers_the_history_of_each_lesion_and_no_value_of_another(filled: PatientRecord) -> None:
    rows = followed_rows(filled)
    data = entry_data(filled, EntryScope(filled.patient.id, None, 3), rows, None, date(2026, 11, 24))
    first = data["rows"][0]
    assert [one["text"] for one in first["history"]] == ["32", "25", "23"]
    assert [one["size"] for one in first["history"]] == [32000, 25000, 23000]
    assert data["scope"] == f"p{filled.patient.id}-enew-v3"


def test_a_draft_fits_the_rows_of_today() -> None:
    start = {
        "exam": {"modality": "CT", "statements": {}},
        "rows": {"L1": {"text": ""}, "L9": {"text": ""}},
        "added": [],
    }
    data = {"start": start, "nextNumber": 10}
    new = {"label": "L5", "text": "8"}
    old = {"exam": {"performed_on": "2026-07-06"}, "rows": {"L1": {"text": "21"}, "L5": {"text": "8"}}, "added": [new]}
    fitted = fit_content(old, data)
    assert fitted is not None
    assert fitted["rows"] == {"L1": {"text": "21"}, "L9": {"text": ""}}
    assert fitted["exam"] == {"modality": "CT", "statements": {}, "performed_on": "2026-07-06"}
    assert fitted["added"] == [{"label": "L10", "text": "8"}]
    assert fit_content({"L1": "23"}, data) is None


def test_an_older_scan_is_asked_under_the_roles_of_its_own_course(db: Database, actor: Actor) -> None:
    patient = fill_patient(db, actor, "TWO-COURSES")
    roles = {"L1": LesionRole.NON_TARGET, "L2": LesionRole.TARGET, "L3": LesionRole.NON_TARGET}
    second = course_draft(
        name="FOLFOX", start=date(2026, 5, 11), roles=roles, baseline_exam_id=patient.follow_up_ids[-1], treatment=None
    )
    start_course(db, actor, patient.patient_id, second)
    record = load_record(db, actor, patient.patient_id)
    now = {row.label: row.role for row in followed_rows(record)}
    then = {row.label: row.role for row in followed_rows(record, day=date(2026, 4, 1))}
    before = {row.label: row.role for row in followed_rows(record, day=date(2025, 1, 1))}
    assert (now["L1"], then["L1"], before["L1"]) == (LesionRole.NON_TARGET, LesionRole.TARGET, None)
    data = entry_data(record, EntryScope(record.patient.id, None, 3), followed_rows(record), None, date(2026, 11, 24))
    row = next(one for one in data["rows"] if one["label"] == "L1")
    assert row["roles"] == [["2026-01-05", "target"], ["2026-05-04", "non-target"]]
