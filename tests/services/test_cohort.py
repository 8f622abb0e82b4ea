"""The cohort: exact best changes, best responses, and a file of what is seen."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.pictures.records import counts_only, simple, two_courses
from tests.support.builders import fill_patient
from tests.support.criteria import store_course
from tracker.db.engine import Database
from tracker.domain.record import PatientRecord, StatedCount
from tracker.domain.vocabulary import CountKind, Primary, Response
from tracker.services.actors import Actor
from tracker.services.cohort import Cohort, derive_cohort, load_cohort, wilson_interval, write_cohort_csv


@pytest.mark.parametrize(
    ("patient", "best", "response"),
    [
        (simple([100, 70, 60, 65]), Decimal("-40.0"), Response.PR),
        # growth only: the best change is the least growth
        (simple([50, 55, 58]), Decimal("10.0"), Response.SD),
        # what comes after the first progression is no best change
        (simple([100, 60, 80, 20]), Decimal("-40.0"), Response.PR),
        # a sum that is not complete is none
        (simple([100, "ne", 80]), Decimal("-20.0"), Response.SD),
        (simple([14, "9.8"]), Decimal("-30.0"), Response.PR),
        (simple([50]), None, None),
    ],
)
def test_the_best_change_is_the_smallest_complete_sum_up_to_the_first_progression(
    patient: PatientRecord, best: Decimal | None, response: Response | None
) -> None:
    [row] = derive_cohort([patient]).rows
    assert (row.best_change, row.best_response) == (best, response)


def test_every_course_is_a_row_with_its_treatment() -> None:
    rows = derive_cohort([two_courses()]).rows
    assert [(row.course, row.treatment, row.scans) for row in rows] == [
        (1, "FOLFIRI + bevacizumab", 5),
        (2, "mFOLFOX6 + bevacizumab", 3),
    ]
    assert rows[0].progression == date(2026, 3, 26)
    assert [row.best_change for row in rows] == [Decimal("-54.9"), Decimal("-13.8")]


def test_courses_without_targets_have_a_response_but_no_change() -> None:
    [row] = derive_cohort([counts_only([StatedCount(CountKind.INNUMERABLE)] * 3)]).rows
    assert (row.baseline_um, row.best_change, row.best_response) == (None, None, Response.NON_CR_NON_PD)


def cohort() -> Cohort:
    def numbered(number: int, patient: PatientRecord, primary: Primary = Primary.COLORECTAL) -> PatientRecord:
        who = replace(patient.patient, id=number, identifier=f"P-{number:03}", primary=primary)
        return replace(patient, patient=who)

    return derive_cohort(
        [
            numbered(1, two_courses()),
            numbered(2, simple([100, 60])),
            numbered(3, simple([100]), Primary.BREAST),
            numbered(4, simple([50, 70]), Primary.BREAST),
        ]
    )


def test_responses_are_counted_once_a_course_and_baselines_are_not() -> None:
    found = cohort()
    assert dict(found.responses) == {Response.CR: 0, Response.PR: 2, Response.SD: 1, Response.PD: 1}
    assert (found.judged, len(found.rows), found.patients, found.scans) == (4, 5, 4, 13)


def test_a_rate_of_response_is_counted_of_courses_with_targets() -> None:
    found = cohort()
    without = found.rows[0]._replace(patient_id=9, has_targets=False, best_response=Response.NON_CR_NON_PD)
    found = Cohort((*found.rows, without))
    assert (found.responders, found.could_respond, found.judged) == (2, 4, 5)
    # one patient has two courses
    assert found.counted_again == 1
    assert found.only(course=1).counted_again == 0
    assert not derive_cohort([counts_only([StatedCount(CountKind.INNUMERABLE)] * 3)]).rows[0].has_targets


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # Newcombe 1998, Stat Med 17:857, Table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert wilson_interval(hits, of) == pytest.approx((low, high), abs=5e-5)


def test_an_empty_group_has_no_share() -> None:
    with pytest.raises(ValueError, match="0 of 0"):
        wilson_interval(0, 0)


def test_the_selection_narrows() -> None:
    assert {row.patient_id for row in cohort().only(primary=Primary.BREAST).rows} == {3, 4}
    assert [row.course for row in cohort().only(treatment="mFOLFOX6 + bevacizumab").rows] == [2]
    assert {row.course for row in cohort().only(course=1).rows} == {1}
    assert cohort().only() == cohort()


def test_the_file_holds_what_is_seen_and_no_name() -> None:
    rows = list(csv.DictReader(io.StringIO(write_cohort_csv(cohort().rows))))
    assert len(rows) == 5
    assert rows[0]["best change percent"] == "-54.9"
    assert rows[0]["first progression"] == "2026-03-26"
    assert rows[3]["best sum mm"] == ""
    assert set(rows[0]) & {"name", "birth year"} == set()


def test_a_text_that_a_spreadsheet_would_run_is_disarmed() -> None:
    first = cohort().rows[0]._replace(identifier="=1+1", treatment="@SUM(A1)")
    [row] = csv.DictReader(io.StringIO(write_cohort_csv([first])))
    assert (row["patient"], row["treatment"]) == ("'=1+1", "'@SUM(A1)")


def test_the_cohort_of_a_database(db: Database, actor: Actor) -> None:
    fill_patient(db, actor)
    [row] = load_cohort(db, actor).rows
    assert (row.identifier, row.treatment, row.best_change) == ("P-001", "FOLFIRI", Decimal("-30.8"))


def test_responses_by_different_criteria_are_never_counted_together() -> None:
    first = cohort().rows[0]
    mixed = Cohort((first, first._replace(criterion="irecist", best_response=Response.I_PR)))
    assert mixed.criteria == (("recist-1.1", 1), ("irecist", 1))
    for count in ("responses", "responders"):
        with pytest.raises(ValueError, match=r"never counted together: recist-1\.1, irecist"):
            getattr(mixed, count)
    one = mixed.only(criterion="irecist")
    assert one.responders == 1
    assert dict(one.responses) == {
        Response.I_CR: 0, Response.I_PR: 1, Response.I_SD: 0, Response.I_UPD: 0, Response.I_CPD: 0
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(write_cohort_csv(mixed.rows))))
    assert [(row["criterion"], row["criterion version"]) for row in rows] == [
        ("recist-1.1", "Eisenhauer 2009"),
        ("irecist", "Seymour 2017"),
    ]


def test_the_criterion_comes_back_from_the_stored_summaries(db: Database, actor: Actor) -> None:
    for criterion in ("irecist", "choi"):
        store_course(db, actor, criterion)
    derived = load_cohort(db, actor)
    assert [row.criterion for row in derived.rows] == ["irecist", "choi"]
    assert load_cohort(db, actor) == derived
