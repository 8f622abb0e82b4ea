"""admiralonco 1.4.0's own best and confirmed responses, row by row, and 1,000 subjects against its answers.

Source: the unit tests of pharmaverse/admiralonco 1.4.0 (Apache-2.0) as data, and its answers for synthetic subjects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from tests.domain.endpoints.given_responses import day_of, load_subjects, read_rows
from tests.domain.tables import build_timeline
from tracker.domain import Timeline, assess
from tracker.domain.endpoints.admiralonco import (
    BENEFIT,
    VALUES,
    Answer,
    Confirming,
    Given,
    compute_best,
    compute_confirmed_best,
    find_clinical_benefit,
    find_confirmed,
    find_response,
    judge_course,
    until_progression,
)
from tracker.domain.endpoints.best_response import Visit
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import Response
from tracker.errors import InputError

SETS = [f"AO{number:02}" for number in range(1, 20)]
#: Where the program's test keeps the progression apart from the responses (its file test-filter_pd.R).
PROGRESSION_ELSEWHERE = {"01-701-1015": date(2016, 2, 22), "01-701-1034": date(2016, 4, 25)}
_WORDS = {"TRUE": True, "FALSE": False, "": False}


@dataclass(frozen=True)
class Run:
    """One parameter set with its input."""

    parameters: Mapping[str, str]
    rows: tuple[dict[str, str], ...]
    references: Mapping[str, date]

    def given(self, subject: str) -> list[Given]:
        mine = (row for row in self.rows if row["USUBJID"] == subject and row["PARAMCD"] == "OVR")
        return [Given(date.fromisoformat(row["ADT"]), row["AVALC"] or None) for row in mine]

    def stated(self, subject: str, parameter: str, value: str | None) -> date | None:
        """The first date at which a parameter of the input says ``value``."""
        days = [
            date.fromisoformat(row["ADT"])
            for row in self.rows
            if row["USUBJID"] == subject and row["PARAMCD"] == parameter and row["ADT"]
            if value is None or row["AVALC"] == value
        ]
        return min(days, default=None)

    def progression(self, subject: str) -> date | None:
        source = self.parameters["source_pd"]
        if source == "NULL":
            return None
        if "adevent" in source or "adsl" in source:
            return PROGRESSION_ELSEWHERE.get(subject)
        if 'AVALC == "PD"' in source:
            return self.stated(subject, "OVR", "PD")
        return self.stated(subject, "PD", None if source == "pd_date" or "PARAMCD" in source else "Y")

    @property
    def confirming(self) -> Confirming:
        given = self.parameters
        return Confirming(int(given["ref_confirm"]), int(given["max_nr_ne"] or 1), accept_sd=_WORDS[given["accept_sd"]])

    def answer(self, subject: str) -> Answer:
        given = until_progression(self.given(subject), self.progression(subject))
        asked = self.parameters
        window = int(asked["ref_start_window"] or 0)
        missing = _WORDS[asked["missing_as_ne"]]
        match asked["fun"]:
            case "derive_param_bor":
                return compute_best(given, self.references[subject], window, missing_as_ne=missing)
            case "derive_param_confirmed_bor":
                reference = self.references[subject]
                return compute_confirmed_best(given, reference, window, self.confirming, missing_as_ne=missing)
            case "derive_param_confirmed_resp":
                return find_confirmed(given, self.confirming)
            case "derive_param_response":
                return find_response(given)
            case "derive_param_clinbenefit":
                values = ("CR", "PR", "SD") if asked["clinben_vals"] else BENEFIT
                responded = self.stated(subject, "RSP", "Y")
                return find_clinical_benefit(given, self.references[subject], window, responded, values)
        raise AssertionError(asked["fun"])


@cache
def load_run(name: str) -> Run:
    """The parameter set of that name with its input."""
    (parameters,) = (row for row in read_rows("cases_params.csv") if row["case_id"] == name)
    rows = tuple(row for row in read_rows("cases_input_adrs.csv") if row["case_id"] == name)
    of_subjects = (row for row in read_rows("cases_input_adsl.csv") if row["case_id"] == name)
    return Run(parameters, rows, {row["USUBJID"]: date.fromisoformat(row["TRTSDT"]) for row in of_subjects})


def _numbers(answer: Answer) -> set[str]:
    """The number of an answer: by the program's table, or eleven times it in its own tests; 1 and 0 for yes and no."""
    if answer.response in ("Y", "N"):
        return {"1" if answer.response == "Y" else "0"}
    value = VALUES.get(answer.response)
    return {""} if value is None else {str(value), str(11 * value)}


@pytest.mark.shared
@pytest.mark.parametrize("name", SETS)
def test_every_row_of_the_programs_own_tests_holds(name: str) -> None:
    run = load_run(name)
    expected = [row for row in read_rows("cases_expected.csv") if row["case_id"] == name]
    assert expected
    if run.parameters["fun"] == "filter_pd":
        for subject in {row["USUBJID"] for row in expected}:
            kept = until_progression(run.given(subject), run.progression(subject))
            rows = [(row["exp_ADT"], row["exp_AVALC"]) for row in expected if row["USUBJID"] == subject]
            assert [(str(visit.date), visit.response) for visit in kept] == rows
        return
    assert {row["USUBJID"] for row in expected} == set(run.references)
    for row in expected:
        answer = run.answer(row["USUBJID"])
        assert answer == Answer(row["exp_AVALC"], day_of(row["exp_ADT"])), row
        assert row["exp_AVAL"] in _numbers(answer), row


@pytest.mark.shared
def test_the_sets_hold_every_row() -> None:
    rows = read_rows("cases_expected.csv")
    assert len(rows) == 140
    assert sorted({row["case_id"] for row in rows}) == SETS == [row["case_id"] for row in read_rows("cases_params.csv")]


@pytest.mark.shared
def test_1000_of_1000_subjects_have_the_programs_answer_and_its_date() -> None:
    subjects = load_subjects()
    answers = [
        compute_confirmed_best(
            until_progression(subject.given, _first_pd(subject.given)), subject.start, 42, Confirming(28)
        )
        for subject in subjects
    ]
    agree = [
        answer == Answer(subject.confirmed, subject.confirmed_on)
        for answer, subject in zip(answers, subjects, strict=True)
    ]
    assert (sum(agree), len(agree)) == (1000, 1000)


@pytest.mark.shared
def test_a_course_under_the_named_setting_has_the_programs_answer() -> None:
    settings = Settings(best_response="admiralonco-1.4")
    for subject in load_subjects():
        assert str(judge_course(subject.visits, subject.start, settings).confirmed) == subject.confirmed, subject.name


def _first_pd(given: tuple[Given, ...]) -> date | None:
    return min((visit.date for visit in given if visit.response == "PD"), default=None)


START = date(2026, 1, 5)


def _given(*words: str) -> list[Given]:
    return [Given(START + timedelta(days=56 * number), word) for number, word in enumerate(words, start=1)]


def test_an_answer_that_no_function_reads_is_refused() -> None:
    with pytest.raises(InputError, match="'iCR'"):
        compute_best(_given("CR", "iCR"), START, 42)
    with pytest.raises(InputError, match="None"):
        find_confirmed([Given(START, None)], Confirming(28))


@pytest.mark.parametrize("words", [("NED", "NED"), ()])
def test_a_course_without_a_response_to_read_has_none(words: tuple[str, ...]) -> None:
    visits = [Visit(day, Response(word), Response(word)) for day, word in _given(*words)]  # type: ignore[call-arg]
    best = Response.NED if words else Response.NE
    assert judge_course(visits, START, Settings()) == (best, best, None)


def test_one_sd_between_is_accepted_only_where_it_is_asked_for() -> None:
    given = _given("PR", "SD", "PR")
    assert find_confirmed(given, Confirming(28)).response == "N"
    assert find_confirmed(given, Confirming(28, accept_sd=True)) == Answer("Y", given[0].date)
    assert find_confirmed(_given("PR", "SD", "SD", "PR"), Confirming(28, accept_sd=True)).response == "N"


def test_pr_after_cr_confirms_nothing() -> None:
    assert find_confirmed(_given("PR", "CR"), Confirming(28)).response == "Y"
    assert find_confirmed(_given("PR", "CR", "PR"), Confirming(100)).response == "N"


@pytest.mark.parametrize(
    ("sizes", "settings", "recist", "there"),
    [
        ([50, 35, 41, 33], {}, ("PR", "PR"), ("PR", "SD")),
        ([50, 35, 41, 33], {"confirmation_required": True}, ("PR", "PR"), ("SD", "SD")),
        ([50, 30, 29], {}, ("PR", "PR"), ("PR", "PR")),
        ([50], {}, ("NE", "NE"), ("NE", "NE")),
        ([50, 48, 80], {}, ("SD", "SD"), ("SD", "SD")),
    ],
)
def test_assess_reads_the_best_response_by_the_named_setting(
    sizes: list[int], settings: dict[str, Any], recist: tuple[str, str], there: tuple[str, str]
) -> None:
    """Each visit's response is the same; only what the course comes to is read by the other program's rules."""
    case = {"targets": {"T1": sizes}, "settings": settings}
    one = assess(Timeline.from_dict(build_timeline(case)))
    case["settings"] = settings | {"best_response": "admiralonco-1.4"}
    other = assess(Timeline.from_dict(build_timeline(case)))
    assert one.time_points == other.time_points
    assert one.progression_date == other.progression_date
    assert (one.best_overall_response, one.confirmed_best_overall_response) == recist
    assert (other.best_overall_response, other.confirmed_best_overall_response) == there
    if settings.get("confirmation_required"):
        assert other.response_start_date is None
    else:
        assert other.response_start_date == one.response_start_date
