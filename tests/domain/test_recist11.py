"""RECIST 1.1 case by case: every case of the table reads as its clause says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.criterion_runs import assert_case
from tests.domain.tables import build_timeline, load_cases
from tracker.domain import Timeline, assess
from tracker.domain.lengths import Length

CASES = load_cases("recist11.toml")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case_reads_as_its_clause_says(case: dict[str, Any]) -> None:
    assert_case(case, "recist-1.1")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_response_says_why(case: dict[str, Any]) -> None:
    result = assess(Timeline.from_dict(build_timeline(case)))
    for row in result.time_points[1:]:
        assert row.reasons, "a response without a reason"
        for reason in row.reasons:
            assert reason.rule.startswith("recist11.")
            assert reason.source
            assert reason.text.endswith((".", "?"))


def test_the_baseline_has_no_response_and_alone_is_not_evaluable() -> None:
    result = assess(Timeline.from_dict(build_timeline({"targets": {"T1": [30]}})))
    assert result.time_points[0].overall_response is None
    assert result.time_points[0].reasons == ()
    assert result.best_overall_response == "NE"


def _with(case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return build_timeline(case) | changes


def test_rows_after_a_new_line_of_treatment_never_count_for_the_best_response() -> None:
    case = {"targets": {"T1": [100, 100, 50]}}
    first = {"name": "FOLFIRI", "kind": "systemic", "start": "2026-01-12", "stop": "2026-03-10"}
    second = {"name": "FOLFOX", "kind": "systemic", "start": "2026-03-12", "stop": None}
    kept = {"name": "5-FU", "kind": "maintenance", "start": "2026-03-12", "stop": None}
    assert assess(Timeline.from_dict(_with(case, treatments=[first, second]))).best_overall_response == "SD"
    assert assess(Timeline.from_dict(_with(case, treatments=[first, kept]))).best_overall_response == "PR"


def test_minimum_stable_disease_is_counted_from_the_start_of_the_treatment() -> None:
    case = {"targets": {"T1": [100, 100]}, "days": [0, 50]}
    late = {"name": "FOLFIRI", "kind": "systemic", "start": "2026-01-19", "stop": None}
    assert assess(Timeline.from_dict(_with(case))).best_overall_response == "SD"
    assert assess(Timeline.from_dict(_with(case, treatments=[late]))).best_overall_response == "NE"


def test_a_provisional_value_counts_in_its_own_row_only() -> None:
    timeline = build_timeline({"targets": {"T1": [100, 50, 90]}})
    timeline["time_points"][1]["observations"]["T1"]["provisional"] = True
    result = assess(Timeline.from_dict(timeline))
    assert [str(row.overall_response) for row in result.time_points[1:]] == ["PR", "SD"]
    assert result.time_points[1].provisional
    assert result.time_points[2].nadir == Length.from_mm(100)
    assert result.best_overall_response == "SD"


@pytest.mark.parametrize(
    ("first_seen", "response", "progression"),
    [
        ("2026-01-05", "SD", None),
        ("2026-03-02", "PD", "2026-03-02"),
        ("2026-02-10", "PD", "2026-02-10"),
    ],
    ids=["at the baseline: a missed non-target", "at an earlier scan: dated there", "at a scan outside: dated there"],
)
def test_a_new_lesion_seen_in_retrospect_is_dated_to_where_it_was(
    first_seen: str, response: str, progression: str | None
) -> None:
    timeline = build_timeline({"targets": {"T1": [30, 30, 30]}, "new": {"NEW1": ["-", "-", "un"]}})
    timeline["time_points"][2]["observations"]["NEW1"]["first_seen"] = first_seen
    result = assess(Timeline.from_dict(timeline))
    assert result.time_points[2].overall_response == response
    assert result.time_points[1].overall_response == "SD"
    assert (result.progression_date and result.progression_date.isoformat()) == progression


def test_progression_is_dated_to_the_earliest_exam_that_shows_it_and_response_to_the_latest() -> None:
    timeline = build_timeline({"targets": {"T1": [30, 20, 40], "T2": [30, 20, 20]}})
    points = timeline["time_points"]
    points[1]["observations"]["T2"]["on"] = "2026-03-06"
    points[2]["observations"]["T1"]["on"] = "2026-04-20"
    result = assess(Timeline.from_dict(timeline))
    assert [str(row.overall_response) for row in result.time_points[1:]] == ["PR", "PD"]
    assert str(result.response_start_date) == "2026-03-06"
    assert str(result.progression_date) == "2026-04-20"


def test_recurrence_at_a_treated_site_is_a_new_lesion_event() -> None:
    timeline = build_timeline({"targets": {"T1": [30, 30, 30]}, "non_targets": {"NT1": [12, "t", "p"]}})
    observations = timeline["time_points"][2]["observations"]
    observations["NT1"] = {"state": "recurrence at treated site", "certainty": "unequivocal"}
    assert assess(Timeline.from_dict(timeline)).time_points[2].overall_response == "PD"
    observations["NT1"]["certainty"] = "equivocal"
    assert assess(Timeline.from_dict(timeline)).time_points[2].overall_response == "SD"


def test_a_percentage_never_reads_as_a_threshold_it_has_not_reached() -> None:
    result = assess(Timeline.from_dict(build_timeline({"targets": {"T1": [100, 70.001]}})))
    text = result.time_points[1].reasons[0].text
    assert result.time_points[1].overall_response == "SD"
    assert "29.99 %" in text
    assert "30.0 %" not in text
