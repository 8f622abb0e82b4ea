"""A value keeps the sentence it was taken from, and no value keeps a sentence that it was not taken from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.components.entry_reading import EntryRow, read_entry, refuse_incomplete
from dashboards.components.entry_report import propose_from_report
from dashboards.components.entry_table import followed_rows
from dashboards.components.report_sources import quote_html, report_html, sources_html
from tests.support.builders import fill_patient
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import ExamDraft
from tracker.domain.lesions import Observation
from tracker.domain.record import Exam, PatientRecord, RecordedObservation
from tracker.domain.vocabulary import LesionRole, Modality, Provenance, State
from tracker.pictures.board import derive_board
from tracker.services import exams
from tracker.services.actors import Actor
from tracker.services.patients import load_record

ROWS = (EntryRow("L1", node=False, role=LesionRole.TARGET), EntryRow("L2", node=False, role=LesionRole.NON_TARGET))
REPORT = "CT abdomen.\nSegment VII metastasis,\n  23 x 18 mm 🙂, previously 31 mm.\nSegment II: no longer seen."


def source(text: str, quote: str, sentence: str, report: str = REPORT) -> dict[str, Any]:
    start, first = report.index(quote), report.index(sentence)
    return {
        "id": f"L1@{start}", "text": text, "start": start, "end": start + len(quote),
        "sentence_start": first, "sentence_end": first + len(sentence),
    }  # fmt: skip


SIZE = source("23 x 18", "23 x 18 mm", "Segment VII metastasis,\n  23 x 18 mm 🙂, previously 31 mm.")
GONE = source("a", "no longer seen", "Segment II: no longer seen.")


@pytest.fixture
def filled(db: Database, actor: Actor) -> PatientRecord:
    return load_record(db, actor, fill_patient(db, actor).patient_id)


def draft_of(first: dict[str, Any], report: Any = REPORT, stored: Exam | None = None, **more: Any) -> ExamDraft:
    content = {
        "exam": {"performed_on": "2026-07-06", "modality": "CT", "statements": {}},
        "rows": {"L1": first, "L2": {"text": "a", "source": GONE}},
        "added": [],
        "report": {"text": report, "taken": {}, "refused": {}, "inbox": None},
        **more,
    }
    draft = read_entry(content, ROWS, stored).draft
    assert draft is not None
    return draft


def seen(draft: ExamDraft | Exam, label: str) -> RecordedObservation:
    return next(one for one in draft.observations if one.label == label)


def test_a_value_that_was_taken_keeps_its_sentence_and_its_place() -> None:
    draft = draft_of({"text": "23 x 18", "source": SIZE})
    first, second = seen(draft, "L1"), seen(draft, "L2")
    assert draft.report_text == REPORT
    assert (first.provenance, first.source_text) == (
        Provenance.REPORT,
        "Segment VII metastasis, 23 x 18 mm 🙂, previously 31 mm.",
    )
    assert REPORT[first.source_start : first.source_end] == "23 x 18 mm"
    assert (second.provenance, second.source_text) == (Provenance.REPORT, "Segment II: no longer seen.")


@pytest.mark.parametrize(
    "entry",
    [
        {"text": "24 x 18", "source": SIZE},  # edited after it was taken
        {"text": "23 x 18"},  # typed, though the same
        {"text": "23 x 18", "source": {**SIZE, "end": len(REPORT) + 1}},
        {"text": "23 x 18", "source": {**SIZE, "start": -1}},
        {"text": "23 x 18", "source": {**SIZE, "start": SIZE["end"]}},
        {"text": "23 x 18", "source": {**SIZE, "sentence_end": SIZE["start"]}},
        {"text": "23 x 18", "source": {**SIZE, "start": True}},
        {"text": "23 x 18", "source": {**SIZE, "start": "41"}},
        {"text": "23 x 18", "source": "report"},
        {"text": "23 x 18", "source": {**SIZE, "text": None}},
    ],
)
def test_what_was_not_taken_as_it_is_was_typed(entry: dict[str, Any]) -> None:
    one = seen(draft_of(entry), "L1")
    assert (one.provenance, one.source_text, one.source_start, one.source_end) == (
        Provenance.TYPED, entry["text"], None, None,
    )  # fmt: skip


@pytest.mark.parametrize("report", [None, "", "  \n", 7])
def test_without_a_report_nothing_comes_from_it(report: Any) -> None:
    draft = draft_of({"text": "23 x 18", "source": SIZE}, report)
    assert draft.report_text is None
    assert {one.provenance for one in draft.observations} == {Provenance.TYPED}


@given(st.dictionaries(st.sampled_from(list(SIZE)), st.integers(-5, 200) | st.none() | st.text(max_size=3)))
def test_whatever_span_a_browser_sends_the_words_are_of_the_report(changed: dict[str, Any]) -> None:
    one = seen(draft_of({"text": "23 x 18", "source": SIZE | changed}), "L1")
    if one.provenance is Provenance.REPORT:
        assert one.source_start is not None
        assert one.source_text in " ".join(REPORT.split())
        assert 0 <= one.source_start < (one.source_end or 0) <= len(REPORT)


def test_a_new_lesion_keeps_its_sentence() -> None:
    report = "New 9 mm metastasis in segment V."
    added = [
        {"label": "L3", "organ": "liver", "segments": "V", "certainty": "uneq", "text": "9",
         "source": source("9", "9 mm", report, report)}
    ]  # fmt: skip
    draft = draft_of({"text": "nm"}, report, added=added)
    one = seen(draft, "L3")
    assert (one.provenance, one.source_text) == (Provenance.REPORT, report)
    assert one.observation.state is State.UNEQUIVOCAL


def test_sources_are_stored_and_survive_a_correction_of_another_value(
    db: Database, actor: Actor, filled: PatientRecord
) -> None:
    stored = draft_of({"text": "23 x 18", "source": SIZE})
    keep = replace(stored, observations=tuple(one for one in stored.observations if one.label == "L1"))
    receipt = exams.record_exam(db, actor, filled.patient.id, replace(keep, performed_on=date(2026, 7, 6)))
    exam = load_record(db, actor, filled.patient.id).exam(receipt.exam_id)
    assert exam.report_text == REPORT
    assert seen(exam, "L1") == seen(stored, "L1")

    again = draft_of({"text": "23 x 18"}, None, exam)
    assert again.report_text == REPORT
    assert seen(again, "L1") == seen(stored, "L1")
    other = draft_of({"text": "23 x 18"}, "Another report.", exam)
    assert other.report_text == "Another report."
    assert (seen(other, "L1").source_start, seen(other, "L1").source_text) == (None, seen(stored, "L1").source_text)
    assert (exam.modality, seen(again, "L1").provenance) == (Modality.CT, Provenance.REPORT)


def test_the_sentence_and_the_whole_report_are_seen_ever_after(
    db: Database, actor: Actor, filled: PatientRecord
) -> None:
    report = 'L1: 23 mm <script>alert("x")</script> in segment VII; the other 23 mm node is reactive.'
    value = source("23", "23 mm", report, report)
    second = {**value, "start": report.rindex("23 mm"), "end": report.rindex("23 mm") + 5}
    draft = draft_of({"text": "23", "source": second}, report)
    draft = replace(draft, observations=tuple(one for one in draft.observations if one.label == "L1"))
    receipt = exams.record_exam(db, actor, filled.patient.id, replace(draft, performed_on=date(2026, 7, 6)))
    record = load_record(db, actor, filled.patient.id)
    exam = record.exam(receipt.exam_id)

    shown = sources_html(record, [exam])
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "the other <b>23 mm</b> node is reactive." in shown, "the value itself is bold, not the same words before it"
    assert "the other <mark>23 mm<sup>L1</sup></mark> node" in shown
    assert "1 of 1 values were taken from it" in shown
    cells = [
        cell
        for row in derive_board(record, assess_record(record)).table.rows
        if row.label == "L1"
        for cell in row.cells
    ]
    assert "the other 23 mm node is reactive" in cells[-1].title
    assert all("From the report" not in cell.title for cell in cells[:-1])


def test_an_exam_without_a_report_shows_none(filled: PatientRecord) -> None:
    assert sources_html(filled, filled.exams) == ""


def test_a_value_whose_report_was_replaced_keeps_its_sentence_without_a_place() -> None:
    seen_ = RecordedObservation(
        "L1",
        Observation(State.ABSENT),
        Provenance.REPORT,
        "Segment II: no longer seen.",
        source_start=None,
        source_end=None,
    )
    exam = Exam(1, date(2026, 7, 6), Modality.CT, 2, report_text="Another report.", observations=(seen_,))
    assert quote_html(seen_, exam) == "“<b></b>Segment II: no longer seen.”"
    assert "<mark>" not in report_html(exam)


def test_what_a_report_proposes_is_stored_with_its_own_sentence(
    db: Database, actor: Actor, filled: PatientRecord
) -> None:
    report = (
        "CT abdomen 6 July 2026. Comparison: 4 May 2026.\nFINDINGS:\nLiver: Segment VII metastasis 2.1 x 1.8 cm, "
        "previously 23 mm. The segment IV lesion now measures 11 mm (13 mm).\nThe segment II lesion is unchanged."
    )
    rows = followed_rows(filled)
    content = {
        "exam": {"performed_on": "2026-07-06", "modality": "CT", "statements": {}},
        "rows": {row.label: {"text": "nm"} for row in rows},
        "added": [],
        "report": {"id": "r", "text": report, "taken": {}, "refused": {}, "inbox": None},
    }
    proposals = propose_from_report(content, filled, rows, date(2026, 7, 6))
    assert proposals is not None
    for one in proposals["suggestions"]:
        content["rows"][one["label"]] = {"text": one["text"], "suv": one["suv"], "source": one}
    draft = refuse_incomplete(read_entry(content, rows))
    receipt = exams.record_exam(db, actor, filled.patient.id, draft)
    exam = load_record(db, actor, filled.patient.id).exam(receipt.exam_id)
    stored = {
        one.label: (one.observation.longest and str(one.observation.longest), str(one.provenance), one.source_text)
        for one in exam.observations
    }
    assert stored == {
        "L1": ("21 mm", "report", "Segment VII metastasis 2.1 x 1.8 cm, previously 23 mm."),
        "L2": ("11 mm", "report", "The segment IV lesion now measures 11 mm (13 mm)."),
        "L3": (None, "report", "The segment II lesion is unchanged."),
    }
    assert all(one["sure"] for one in proposals["suggestions"])
