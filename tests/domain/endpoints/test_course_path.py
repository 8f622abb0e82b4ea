"""The way of a course in a few numbers: times from its start, changes from its baseline, and back from one line of text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures.records import counts_only, simple, two_courses
from tracker.domain.derivation import assess_record
from tracker.domain.endpoints.course_path import CoursePath, PathPoint, Until, derive_path, read_path, write_path
from tracker.domain.record import PatientRecord, StatedCount
from tracker.domain.vocabulary import CountKind, Response

FIRST = date(2026, 1, 8)


def path_of(patient: PatientRecord, course: int = 0) -> CoursePath:
    return derive_path(patient, assess_record(patient)[course])


def with_facts(patient: PatientRecord, **facts: object) -> PatientRecord:
    return replace(patient, patient=replace(patient.patient, **facts))


def test_the_path_ends_with_the_first_progression() -> None:
    path = path_of(simple([100, 60, 80, 20]))
    assert path.points == (
        PathPoint(56, -400, Response.PR, False),
        PathPoint(112, -200, Response.PD, False),
    )
    assert path.progression == Until(112, True)
    assert not path.goes_on


def test_a_scan_without_a_complete_sum_has_no_change() -> None:
    assert [point.change for point in path_of(simple([100, "ne", 80])).points] == [None, -200]


def test_a_course_without_targets_has_responses_and_no_changes() -> None:
    path = path_of(counts_only([StatedCount(CountKind.INNUMERABLE)] * 3))
    assert [(point.change, point.response) for point in path.points] == [(None, Response.NON_CR_NON_PD)] * 2


def test_only_the_last_course_goes_on() -> None:
    patient = two_courses()
    assert not path_of(patient, 0).goes_on
    assert path_of(patient, 1).goes_on == (path_of(patient, 1).points[-1].response is not Response.PD)


@pytest.mark.parametrize(
    ("facts", "progression_or_death", "death", "known"),
    [
        # nothing recorded: the last scan is the last news
        ({}, Until(112, False), Until(112, False), False),
        ({"died_on": date(2026, 7, 1)}, Until(174, True), Until(174, True), True),
        ({"last_alive_on": date(2026, 9, 1)}, Until(112, False), Until(236, False), True),
        # a day alive before the last scan says nothing new
        ({"last_alive_on": date(2026, 2, 1)}, Until(112, False), Until(112, False), True),
    ],
)
def test_deaths_and_days_alive_are_told_of_the_patient(
    facts: dict[str, object], progression_or_death: Until, death: Until, known: bool
) -> None:
    path = path_of(with_facts(simple([100, 90, 80]), **facts))
    assert path.progression == Until(112, False)
    assert (path.progression_or_death, path.death, path.is_vital_status_known) == (progression_or_death, death, known)


@given(
    st.builds(
        CoursePath,
        st.integers(-400, 60),
        *[st.builds(Until, st.integers(0, 9999), st.booleans())] * 3,
        st.booleans(),
        st.booleans(),
        st.lists(
            st.builds(
                PathPoint,
                st.integers(1, 9999),
                st.none() | st.integers(-1000, 99999),
                st.none() | st.sampled_from(Response),
                st.booleans(),
            ),
            max_size=4,
        ).map(tuple),
    )
)
def test_what_is_written_is_read_back(path: CoursePath) -> None:
    assert read_path(write_path(path)) == path


@pytest.mark.parametrize("text", ["", "[]", "{}", "[1,2,3,4,5,6,7]", '[0,[1,0],[1,0],[1,0],0,0,[[1,2,"XX",0]]]'])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_path(text)
