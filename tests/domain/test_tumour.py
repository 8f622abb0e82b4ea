"""The primary: stages as TNM writes them, dates known to a month or a year, synchronous or metachronous."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.record import Patient
from tracker.domain.tumour import (
    PrimaryTumour,
    RoughDate,
    disease_free_months,
    is_n_stage,
    is_node_positive,
    is_pending,
    is_t_stage,
    is_unknown,
    say_timing,
)
from tracker.domain.vocabulary import Precision


@pytest.mark.parametrize(
    "text", ["T1", "pT3", "cT2a", "ypT0", "Tis", "pTis", "TX", "rT2", "rpT4b", "aT1", "pT1mi", "ycT4"]
)
def test_a_t_stage_is_known_with_its_prefix(text: str) -> None:
    assert is_t_stage(text)
    assert not is_n_stage(text)


@pytest.mark.parametrize("text", ["", "3", "T5", "pt3", "T", "xT3", "pN1", "T3 ", "T3e", "T3, probably"])
def test_what_is_no_t_stage_is_seen(text: str) -> None:
    assert not is_t_stage(text)


@pytest.mark.parametrize(
    ("text", "positive"),
    [
        ("N0", False), ("pN0", False), ("cN0", False), ("pN0(i+)", False), ("pN0(sn)", False), ("pN1b", True), ("N1c", True),
        ("ypN2a", True), ("pN1mi", True), ("N3", True), ("NX", None), (None, None), ("positive", None), ("N4", None),
    ],
)  # fmt: skip
def test_nodes_are_positive_from_n1_on(text: str | None, positive: bool | None) -> None:
    assert is_node_positive(text) is positive


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-10", date(2024, 2, 10), date(2024, 2, 10)),
    ],
)
def test_a_rough_date_says_no_more_than_is_known(text: str, first: date, last: date) -> None:
    day = RoughDate.parse(text)
    assert (str(day), day.first, day.last) == (text, first, last)
    assert RoughDate(last, day.precision) == day, "what is not known does not tell two dates apart"


@pytest.mark.parametrize("text", ["24", "2024-13", "2024-02-30", "March 2024", "2024-2", ""])
def test_what_is_no_date_is_refused_with_what_is_right(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        RoughDate.parse(text)


# Synchronous is within six months of the primary; months are whole ones.
@pytest.mark.parametrize(
    ("primary", "metastases", "months", "said"),
    [
        ("2024-01-15", "2024-01-15", 0, "synchronous (within 6 months of the primary)"),
        ("2024-01-15", "2024-07-15", 6, "synchronous (within 6 months of the primary)"),
        ("2024-01-15", "2024-07-16", 6, "metachronous, 6 months"),
        ("2024-08-31", "2025-02-28", 6, "synchronous (within 6 months of the primary)"),
        ("2024-01-15", "2025-03-14", 13, "metachronous, 13 months"),
        ("2024-01-15", "2025-03-15", 14, "metachronous, 14 months"),
        ("2024-06-01", "2024-02-01", 0, "synchronous (within 6 months of the primary)"),
        ("2024-01", "2025-03", 14, "metachronous, 14 months"),
        ("2024-01-31", "2024-07", 6, "synchronous (within 6 months of the primary)"),
        ("2024", "2024", None, None),
        ("2023", "2024", None, None),
        ("2022", "2024", None, "metachronous (more than 6 months after the primary)"),
        ("2024", "2022", None, "synchronous (within 6 months of the primary)"),
        ("2023-01", "2024", None, "metachronous (more than 6 months after the primary)"),
        ("2024-01", None, None, None),
        (None, "2024-01", None, None),
    ],
)
def test_timing_names_the_definition_or_the_months(
    primary: str | None, metastases: str | None, months: int | None, said: str | None
) -> None:
    found, later = (None if text is None else RoughDate.parse(text) for text in (primary, metastases))
    tumour = PrimaryTumour(diagnosed_on=found)
    assert disease_free_months(tumour, later) == months
    assert say_timing(Patient(1, "P", "local", 1, tumour=tumour, metastases_on=later)) == said


def test_the_primary_counts_from_its_diagnosis_else_from_its_resection() -> None:
    later = RoughDate(date(2025, 3, 1))
    resected = PrimaryTumour(resected_on=RoughDate(date(2024, 3, 1)))
    both = PrimaryTumour(diagnosed_on=RoughDate(date(2024, 1, 1), Precision.MONTH), resected_on=resected.resected_on)
    assert disease_free_months(resected, later) == 12
    assert disease_free_months(both, later) == 14


def test_a_primary_reads_as_one_line() -> None:
    whole = PrimaryTumour(
        "adenocarcinoma", "pT3", "pN1b", False, RoughDate.parse("2024-03"), RoughDate.parse("2024-04-02")
    )
    said = "adenocarcinoma, pT3 pN1b, no longer in place, diagnosed 2024-03, resected 2024-04-02"
    assert (str(whole), str(PrimaryTumour())) == (said, "not given")


def test_a_biomarker_without_a_result_is_seen() -> None:
    assert is_pending(" Pending ")
    assert is_unknown("Unknown")
    assert not any(check("wild type") for check in (is_pending, is_unknown))
