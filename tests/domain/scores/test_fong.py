"""Fong's clinical risk score (Fong Y, et al. Ann Surg 1999;230:309-321): one point for each of five facts, exact at the limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.domain.scores.patients import (
    OPERATION,
    chemotherapy,
    exam,
    patient,
    resection,
    with_cea,
    with_patient,
    with_tumour,
)
from tracker.domain.record import PatientRecord, StatedCount
from tracker.domain.scores.fong import compute_fong
from tracker.domain.scores.model import Fact, Score
from tracker.domain.tumour import RoughDate
from tracker.domain.vocabulary import CountKind, Modality, Precision, Primary, State


def fong(record: PatientRecord) -> Score:
    found = compute_fong(record)
    assert found is not None
    return found


def metastases_on(year: int, month: int, day: int) -> PatientRecord:
    """The primary was found on 5 March 2024."""
    return with_patient(patient(), metastases_on=RoughDate(date(year, month, day)))


#: A patient, and the points.
POINTS = [
    (patient(), 0),
    (with_tumour(patient(), n_stage="pN1b"), 1),
    (metastases_on(2025, 3, 4), 1),  # a day under twelve months
    (metastases_on(2025, 3, 5), 0),  # twelve months are not under twelve
    (metastases_on(2024, 3, 5), 1),  # synchronous
    (patient(sizes={"L1": 28, "L2": 9}), 1),
    (with_cea(patient(), "200"), 0),  # over 200, not 200
    (with_cea(patient(), "200.1"), 1),
    (with_cea(patient(), "201", "ng/mL"), 1),
    (patient(sizes={"L1": 50}), 0),  # over 5 cm, not 5 cm
    (patient(sizes={"L1": "50.001"}), 1),
    (
        with_cea(
            with_tumour(patient(sizes={"L1": 61, "L2": 9}), n_stage="ypN2a", diagnosed_on=RoughDate(date(2026, 7, 1))),
            "480",
        ),
        5,
    ),
]


@pytest.mark.parametrize(("record", "points"), POINTS)
def test_each_fact_is_one_point(record: PatientRecord, points: int) -> None:
    assert fong(record).value == f"{points} of 5"
    assert fong(record).sentence == f"Clinical risk score of Fong: {points} of 5."


#: What is taken away, and what is then said to be missing.
MISSING = [
    (with_tumour(patient(), n_stage=None), "N stage of the primary"),
    (with_tumour(patient(), n_stage="NX"), "N stage of the primary"),
    (with_patient(patient(), metastases_on=None), "months of the primary and of its metastases"),
    (
        with_patient(patient(), metastases_on=RoughDate(date(2026, 1, 1), Precision.YEAR)),
        "months of the primary and of its metastases",
    ),
    (replace(patient(), markers=()), "CEA of the three months to 1 Sep 2026"),
    (with_cea(patient(), "12", on=date(2026, 5, 31)), "CEA of the three months to 1 Sep 2026"),
    (with_cea(patient(), "12", on=date(2026, 9, 2)), "CEA of the three months to 1 Sep 2026"),
    (with_cea(patient(), "12", "U/mL"), "CEA in µg/L"),
    (patient(sizes={"L1": State.PRESENT}), "size of every metastasis"),
    (patient(sizes={"L1": 20, "L2": State.PRESENT}), "size of every metastasis"),
]


@pytest.mark.parametrize(("record", "missing"), MISSING)
def test_a_missing_fact_gives_no_score_and_is_named(record: PatientRecord, missing: str) -> None:
    found = fong(record)
    assert found.value is None
    assert found.sentence == f"Clinical risk score of Fong cannot be given: {missing} missing."


def test_twelve_months_of_the_calendar_without_days_may_be_less_than_twelve() -> None:
    by_month = with_patient(patient(), metastases_on=RoughDate(date(2025, 3, 1), Precision.MONTH))
    assert fong(by_month).value is None
    later = with_patient(patient(), metastases_on=RoughDate(date(2025, 4, 1), Precision.MONTH))
    assert fong(later).value == "0 of 5"


def test_a_count_without_lines_tells_that_there_are_more_and_not_how_large_they_are() -> None:
    many = patient(exam(1, date(2026, 9, 1), {"L1": 28}, liver_count=StatedCount(CountKind.AT_LEAST, 4)))
    facts = {item.asked: item.fact for item in fong(many).items}
    assert facts["more than one metastasis"] is Fact.MET
    assert facts["largest metastasis over 5 cm"] is Fact.NOT_RECORDED


def test_it_speaks_of_the_last_scan_before_the_operation_and_names_it() -> None:
    scans = (exam(1, date(2026, 3, 1), {"L1": 60, "L2": 20}), exam(2, date(2026, 9, 1), {"L1": 30, "L2": State.ABSENT}))
    after = exam(3, date(2026, 11, 1), {"L1": State.ABSENT})
    record = replace(
        patient(*scans, after),
        treatments=(chemotherapy(date(2026, 3, 10), date(2026, 7, 1)), resection(OPERATION)),
    )
    found = fong(record)
    assert found.reference == "CT of 1 Sep 2026, the last before right hepatectomy (20 Sep 2026)"
    assert found.value == "0 of 5"


def test_without_an_operation_it_speaks_of_the_last_scan_before_treatment() -> None:
    scans = (exam(1, date(2026, 3, 1), {"L1": 60}), exam(2, date(2026, 9, 1), {"L1": 30}))
    record = with_cea(
        replace(patient(*scans), treatments=(chemotherapy(date(2026, 3, 10)), resection(planned=True))),
        "12",
        on=date(2026, 3, 9),
    )
    found = fong(record)
    assert found.reference == "CT of 1 Mar 2026, the last before FOLFOX (10 Mar 2026)"
    assert found.value == "1 of 5"


def test_a_pet_without_diameters_is_not_the_scan_it_speaks_of() -> None:
    ct = exam(1, date(2026, 8, 20), {"L1": 28})
    pet = replace(exam(2, date(2026, 9, 1), {"L1": State.PRESENT}), modality=Modality.PET_CT)
    found = fong(patient(ct, pet))
    assert found.reference == "CT of 20 Aug 2026, the newest"


@pytest.mark.parametrize("primary", [one for one in Primary if one is not Primary.COLORECTAL])
def test_it_is_for_colorectal_metastases_only(primary: Primary) -> None:
    assert compute_fong(with_patient(patient(), primary=primary)) is None


def test_without_a_scan_of_the_liver_there_is_nothing_to_score() -> None:
    assert compute_fong(replace(patient(), exams=(), lesions=())) is None
