"""The liver at one scan: one line for each kind of lesion, and no number that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.pictures.records import counts_only, course, exam, record, twelve_scans, two_courses
from tests.pictures.test_lesion_table import table_of
from tracker.domain.derivation import assess_record
from tracker.domain.record import Exam, PatientRecord, StatedCount
from tracker.domain.vocabulary import CountKind
from tracker.pictures.answer import derive_answer
from tracker.pictures.liver import Liver, derive_liver

FIRST, SECOND = date(2026, 1, 5), date(2026, 3, 2)


def _liver(patient: PatientRecord, row: int = -1) -> Liver:
    judged = assess_record(patient)[-1]
    found = derive_liver(patient, judged, row % len(judged.exam_ids_by_row))
    assert found is not None
    return found


def _two(now: dict[str, object], **more: object) -> PatientRecord:
    """L1 of 30 and L2 of 20 mm, then what ``now`` says."""
    exams = [exam(1, FIRST, {"L1": 30, "L2": 20}), exam(2, SECOND, now, **more)]
    return record(exams, [course(1, {"L1": "t", "L2": "t"}, [[1], [2]], FIRST)])


def _with_sign(patient: PatientRecord, label: str, sign: str) -> PatientRecord:
    def signed(one: Exam) -> Exam:
        seen = tuple(replace(said, qualifier=sign) if said.label == label else said for said in one.observations)
        return replace(one, observations=seen)

    return replace(patient, exams=(*patient.exams[:-1], signed(patient.exams[-1])))


def test_every_kind_of_lesion_has_its_line() -> None:
    liver = _liver(two_courses())
    assert liver.summary == "3 seen, 72 mm · 1 perhaps new · 1 watched · 1 treated"
    assert {line.name: line.text for line in liver.lines} == {
        "Seen": "L1, L2 and L5, sum 72 mm; the largest 36 mm",
        "Perhaps new": "L6 (8 mm) in no sum until it is certain",
        "Watched": "L4 not seen since 22 Jan 2026",
        "Treated": "L3 by microwave ablation, 16 Apr 2026: no recurrence stated",
        "By segment": "VIII 36 mm (1) · VI 24 mm (1) · III 12 mm (1)",
    }


def test_what_is_not_said_is_named_and_leaves_the_sum_open() -> None:
    liver = _liver(_two({"L1": 24, "L2": "ne"}))
    assert liver.summary == "1 seen, at least 24 mm · 1 not known"
    lines = {line.name: line.text for line in liver.lines}
    assert lines["Not known"] == "L2 not evaluable (not imaged)"
    assert lines["By segment"] == "VIII 24 mm (1) · VI (≤1), no size"


def test_a_size_stated_as_a_bound_stays_one_in_the_cell_the_sum_and_the_sentence() -> None:
    patient = _with_sign(_two({"L1": 24, "L2": 9}), "L2", "<")
    liver = _liver(patient)
    assert liver.summary == "2 seen, 24 to 33 mm"
    assert {line.name: line.text for line in liver.lines}["Bounds"] == (
        "Stated only as bounds: L2 as under 9 mm (2 Mar 2026). At both ends of them the response is PR."
    )
    table = table_of(patient)
    assert [row.cells[1].text for row in table.rows] == ["24", "<9"]
    assert table.rows[1].cells[1].title == "under 9 mm as stated, longest diameter"
    assert table.liver[1].text == "24–33 (2)"


def test_a_sum_of_targets_with_a_bound_in_it_is_no_bare_number() -> None:
    patient = _with_sign(_two({"L1": 24, "L2": 11}), "L2", "<")
    table = table_of(patient)
    assert table.sums[1].text == "24–35"
    assert table.sums[1].title == "course 1: sum of targets 35 mm counted, 24 to 35 mm as stated"
    answer = derive_answer(assess_record(patient))
    assert answer is not None
    assert answer.text.startswith("35 mm counted (24 to 35 mm as stated), −30 % from baseline")
    patient = _with_sign(_two({"L1": 24, "L2": 12}), "L2", "<")
    answer = derive_answer(assess_record(patient))
    assert answer is not None
    assert answer.turns == (
        "Stated only as bounds: L2 as under 12 mm (2 Mar 2026). Within them the response can be PR or SD; as counted it is SD.",
    )


def test_too_small_as_a_bound_says_what_it_counts() -> None:
    table = table_of(_with_sign(_two({"L1": 24, "L2": 5}), "L2", "<"))
    cell = table.rows[1].cells[1]
    assert (cell.text, cell.title) == ("<5", "under 5 mm as stated, longest diameter: counts 5 mm")
    assert table.sums[1].text == "29"


def test_a_count_that_says_more_than_the_lines_opens_the_sum() -> None:
    liver = _liver(_two({"L1": 24, "L2": 18}, liver_count=StatedCount(CountKind.AT_LEAST, 7)))
    assert liver.summary == "2 seen, over 42 mm"
    assert liver.lines[-1].text == "the report counts ≥7"
    liver = _liver(_two({"L1": 24, "L2": 18}, liver_count=StatedCount(CountKind.EXACT, 1)))
    assert liver.lines[-1].text == "the report counts 1, fewer than the 2 it shows: which is right?"


def test_many_lesions_gone_say_since_when_each() -> None:
    lines = {line.name: line.text for line in _liver(twelve_scans()).lines}
    assert lines["Watched"] == "L9 not seen since 11 Dec 2025; L10 not seen since 26 Jun 2025"


def test_without_a_size_there_is_none() -> None:
    patient = counts_only([StatedCount(CountKind.INNUMERABLE), StatedCount(CountKind.MULTIPLE)])
    liver = _liver(patient)
    assert liver.summary == "1 seen, no size"
    assert {line.name: line.text for line in liver.lines}["Seen"] == "L1 without a size"
