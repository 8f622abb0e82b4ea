"""The charts of the cohort as SVG and PNG: what the Pictures say, SYNTHETIC where it is, text as text, no browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from tests.pictures.records import simple, two_courses
from tracker.domain.record import PatientRecord
from tracker.pictures.palette import Look
from tracker.report.cohort_svg import CHARTS, cohort_svg
from tracker.report.svg import to_png
from tracker.services.cohort import Cohort, derive_cohort
from tracker.services.cohort_pictures import CohortCourses

ON = date(2026, 11, 24)


def numbered(number: int, patient: PatientRecord) -> PatientRecord:
    who = replace(patient.patient, id=number, identifier=f"P-{number:03}")
    return replace(patient, patient=who)


def cohort() -> Cohort:
    sums = ([100, 60, 40, 70], [80, 75, 70], [50, 52], [40, 30, "ne", 20], [30])
    return derive_cohort([numbered(1, two_courses()), *(numbered(at, simple(row)) for at, row in enumerate(sums, 2))])


def svg_of(seen: Cohort, only: str | None = None, focused: int | None = None, look: Look = "light") -> str:
    return cohort_svg(CohortCourses(seen).draw(focused=focused), seen, ("Primary: all",), look, only, on=ON)


def texts_of(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("}text")]


@pytest.mark.parametrize("look", ["light", "dark", "grey"])
def test_all_four_say_what_is_seen_and_that_it_is_synthetic(look: Look) -> None:
    texts = texts_of(svg_of(cohort(), focused=2, look=look))
    assert {"Best change of the target sum", "Change over time", "Courses", "Time to PD"} <= set(texts)
    assert texts[0].startswith("Cohort · SYNTHETIC · 6 patients")
    assert "local audit, not evidence; RECIST 1.1 (Eisenhauer 2009); Primary: all; 24 Nov 2026" in texts
    assert texts.count("P-002") == 4
    assert texts.count("−30 %") == 2
    assert "+20 %" not in texts
    assert texts[-1].endswith("Not a medical device.")


@pytest.mark.parametrize("only", CHARTS)
def test_one_chart_stands_alone_and_becomes_a_png(only: str) -> None:
    svg = svg_of(cohort(), only)
    assert (
        sum(
            text in ("Best change of the target sum", "Change over time", "Courses", "Time to PD")
            for text in texts_of(svg)
        )
        == 1
    )
    assert to_png(svg, 800).startswith(b"\x89PNG")


def test_a_group_without_anything_to_draw_says_so_on_its_cards() -> None:
    texts = " ".join(texts_of(svg_of(derive_cohort([simple([30])]))))
    for said in ("No course has a baseline sum and a later one", "No course has a scan after its baseline"):
        assert said in texts


def test_no_text_of_the_record_becomes_markup() -> None:
    seen = Cohort(tuple(row._replace(identifier="<script>&") for row in cohort().rows[2:4]))
    assert "<script>" not in svg_of(seen, focused=2)
    assert "<script>&" in texts_of(svg_of(seen, "waterfall", focused=2))


def test_an_unknown_chart_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no chart 'pie'"):
        svg_of(cohort(), "pie")
