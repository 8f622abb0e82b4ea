"""Every patient of the demo fits one sheet and one page in plain words."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.demo.conftest import TODAY, Demo
from tests.education.readability import reading_grade
from tests.report.papers import is_grey, read_paper
from tracker.report.patient_page import patient_data, words_of
from tracker.report.sheet import render_meeting
from tracker.report.sheet_case import derive_case

NOW = datetime(2026, 11, 24, 13, 40, tzinfo=UTC)


def test_every_patient_of_the_demo_has_exactly_one_page_in_greys(demo: Demo) -> None:
    data = render_meeting([derive_case(record, TODAY, NOW) for record in demo.records.values()])
    assert data is not None
    paper = read_paper(data)
    assert paper.pages == len(demo.records)
    for text, identifier in zip(paper.texts, demo.records, strict=True):
        assert text.startswith(identifier)
        assert "SYNTHETIC" in text
        assert "Not a medical device" in text
    assert paper.is_universal
    assert is_grey(data)


def test_every_patient_page_of_the_demo_reads_at_grade_seven_or_below(demo: Demo) -> None:
    grades = {name: reading_grade(words_of(patient_data(record, TODAY, NOW))) for name, record in demo.records.items()}
    assert {name: grade for name, grade in grades.items() if grade > 7} == {}
