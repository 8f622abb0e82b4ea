"""Sums in the table where a size is stated as a bound: no number that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.pictures.records import course, exam, record, two_courses
from tests.pictures.test_lesion_table import table_of
from tracker.domain.derivation import assess_record
from tracker.domain.record import Exam, PatientRecord, StatedCount
from tracker.domain.vocabulary import CountKind
from tracker.pictures.answer import derive_answer

FIRST, SECOND = date(2026, 1, 5), date(2026, 3, 2)


def _two(now: dict[str, object], **more: object) -> PatientRecord:
    """L1 of 30 and L2 of 20 mm, then what ``now`` says."""
    exams = [exam(1, FIRST, {"L1": 30, "L2": 20}), exam(2, SECOND, now, **more)]
    return record(exams, [course(1, {"L1": "t", "L2": "t"}, [[1], [2]], FIRST)])


def _with_sign(patient: PatientRecord, label: str, sign: str) -> PatientRecord:
    def signed(one: Exam) -> Exam:
        seen = tuple(replace(said, qualifier=sign) if said.label == label else said for said in one.observations)
        return replace(one, observations=seen)

    return replace(patient, exams=(*patient.exams[:-1], signed(patient.exams[-1])))


def test_a_size_stated_as_a_bound_stays_one_in_the_cell_the_sum_and_the_sentence() -> None:
    patient = _with_sign(_two({"L1": 24, "L2": 9}), "L2", "<")
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


def test_an_equivocal_lesion_stands_beside_the_liver_sum_and_is_no_part_of_it() -> None:
    """Three are seen and one is doubtful; the report counts four, which says no more than that."""
    patient = two_courses()
    for stated in (None, StatedCount(CountKind.EXACT, 4)):
        last = replace(patient.exams[-1], liver_count=stated)
        cell = table_of(replace(patient, exams=(*patient.exams[:-1], last))).liver[-1]
        assert cell.text == "72 (3) +1?"
        assert "and 1 equivocal, in no sum until certain" in cell.title
    last = replace(patient.exams[-1], liver_count=StatedCount(CountKind.EXACT, 6))
    assert table_of(replace(patient, exams=(*patient.exams[:-1], last))).liver[-1].text.startswith(("over", ">", "≥"))
