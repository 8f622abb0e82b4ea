"""Traps of the time axis: several exams, retrospect, treatments, values in question. Each was once wrong somewhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.tables import build_timeline
from tracker.domain import Assessment, Timeline, assess
from tracker.domain.lengths import Length


def _read(case: dict[str, Any], **changes: Any) -> Assessment:
    """``changes`` are observations by position and label, or ``treatments``."""
    timeline = build_timeline(case)
    for key, value in changes.items():
        if key == "treatments":
            timeline["treatments"] = value
            continue
        label, position = key.rsplit("_", 1)
        timeline["time_points"][int(position)]["observations"][label] = value
    return assess(Timeline.from_dict(timeline))


def _responses(result: Assessment) -> list[str]:
    return [str(row.overall_response) for row in result.time_points[1:]]


def _treatment(name: str, start: str, stop: str | None = None, kind: str = "systemic") -> dict[str, Any]:
    return {"name": name, "kind": kind, "start": start, "stop": stop}


# --- treatments ----------------------------------------------------------------------------------------------------


def test_the_line_that_ended_about_the_baseline_is_not_the_courses_own() -> None:
    lines = [_treatment("FOLFIRI", "2025-06-01", "2026-01-08"), _treatment("FOLFOX", "2026-01-15")]
    result = _read({"targets": {"T1": [100, 40, 35]}}, treatments=lines)
    assert (str(result.best_overall_response), str(result.response_start_date)) == ("PR", "2026-03-02")


def test_an_operation_long_ago_does_not_start_the_course() -> None:
    past = [_treatment("resection", "2023-06-01", kind="resection"), _treatment("FOLFOX", "2026-01-15")]
    assert _read({"targets": {"T1": [100, 100]}, "days": [0, 28]}, treatments=past).best_overall_response == "NE"


def test_a_treatment_after_the_scans_does_not_move_the_start() -> None:
    late = [_treatment("ablation", "2026-06-20", kind="ablation")]
    assert _read({"targets": {"T1": [100, 100, 100]}}, treatments=late).best_overall_response == "SD"


def test_systemic_treatment_begun_after_a_local_course_is_a_new_line() -> None:
    lines = [_treatment("SIRT", "2026-01-12", kind="SIRT"), _treatment("FOLFIRI", "2026-03-10")]
    result = _read({"targets": {"T1": [100, 100, 50]}}, treatments=lines)
    assert result.best_overall_response == "SD"


def test_a_drug_added_before_the_first_follow_up_belongs_to_the_line() -> None:
    lines = [_treatment("FOLFIRI", "2026-01-12"), _treatment("bevacizumab", "2026-01-26")]
    assert _read({"targets": {"T1": [100, 100, 50]}}, treatments=lines).best_overall_response == "PR"


# --- values in question --------------------------------------------------------------------------------------------


def test_a_provisional_new_lesion_is_no_firm_progression_later() -> None:
    case = {"targets": {"T1": [30, 30, 30]}, "new": {"NEW1": ["-", "un", "-"]}}
    result = _read(case, NEW1_1={"state": "unequivocal", "provisional": True})
    assert _responses(result) == ["PD", "SD"]
    assert result.progression_date is None
    assert result.best_overall_response == "SD"


def test_a_provisional_merger_or_treatment_is_not_carried() -> None:
    case = {"targets": {"T1": [30, 30, 30], "T2": [20, 20, 20]}}
    merged = _read(case | {"targets": {"T1": [30, 30, 30], "T2": [20, 20, "-"]}},
                   T2_1={"state": "merged", "into": "T1", "provisional": True})  # fmt: skip
    assert _responses(merged)[1] == "NE"
    treated = _read(case, T1_1={"state": "treated", "by": "ablation", "provisional": True})
    assert _responses(treated) == ["NE", "SD"]
    assert treated.best_overall_response == "SD"


def test_a_response_that_stands_without_the_value_in_question_counts() -> None:
    case = {"targets": {"T1": [30, 60]}, "non_targets": {"NT1": ["p", "p"]}}
    result = _read(case, NT1_1={"state": "present", "provisional": True})
    assert result.time_points[1].provisional
    assert str(result.progression_date) == "2026-03-02"


# --- several exams in one time point -------------------------------------------------------------------------------


def test_progression_of_targets_is_dated_to_an_exam_that_shows_growth() -> None:
    case = {"targets": {"T1": [30, 20], "T2": [30, 80]}}
    result = _read(case, T1_1={"longest_mm": 20, "on": "2026-02-20"})
    assert str(result.progression_date) == "2026-03-02"
    result = _read(case, T1_1={"state": "not evaluable", "reason": "motion", "on": "2026-02-20"})
    assert str(result.progression_date) == "2026-03-02"


def test_a_merger_seen_by_another_modality_is_carried_as_a_merger() -> None:
    case = {"targets": {"T1": [30, 40, 40], "T2": [20, 20, "-"]}}
    result = _read(case, T2_1={"state": "merged", "into": "T1", "modality": "MR"})
    assert result.time_points[2].sum == Length.from_mm(40)


# --- retrospect ----------------------------------------------------------------------------------------------------


def test_a_lesion_stated_absent_at_the_baseline_is_new_when_it_returns_whatever_came_before_the_course() -> None:
    case = {"targets": {"T1": [30, 30, 30]}, "new": {"NEW1": ["a", "a", "un"]}}
    result = _read(case, NEW1_2={"state": "unequivocal", "first_seen": "2025-10-01"})
    assert _responses(result) == ["SD", "PD"]
    assert str(result.progression_date) == "2026-04-27"


def test_a_lesion_missed_at_the_baseline_is_followed_as_a_non_target() -> None:
    case = {"targets": {"T1": [30, "a", "a", "a"]}, "new": {"NEW1": ["-", "-", "un", "a"]}}
    result = _read(case, NEW1_2={"state": "unequivocal", "first_seen": "2026-01-05"})
    assert _responses(result) == ["CR", "PR", "CR"]
    assert result.progression_date is None


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [({"state": "unequivocal", "short_mm": 8}, {"state": "unequivocal", "short_mm": 12}, "2026-04-27"),
     ({"state": "equivocal", "short_mm": 12}, {"state": "unequivocal", "short_mm": 13}, "2026-03-02")],
    ids=["normal before", "10 mm or more before"],
)  # fmt: skip
def test_a_new_node_is_dated_to_the_scan_where_it_is_10_mm_or_more(
    first: dict[str, Any], second: dict[str, Any], shown: str
) -> None:
    case = {"targets": {"T1": [30, 30, 30]}, "new": {"N1": ["-", "-", "-"]}, "nodes": ["N1"]}
    assert str(_read(case, N1_1=first, N1_2=second).progression_date) == shown


def test_regrowth_at_a_treated_site_when_the_course_begins_is_baseline_disease() -> None:
    case = {"targets": {"T1": [30, 10]}, "non_targets": {"NT1": ["p", "p"]}}
    again = {"state": "recurrence at treated site", "certainty": "unequivocal", "longest_mm": 30}
    result = _read(case, T1_0=again, NT1_0={"state": "recurrence at treated site", "certainty": "unequivocal"})
    assert result.time_points[0].sum == Length.from_mm(30)
    assert _responses(result) == ["PR"]


def test_certainty_may_be_said_beside_a_size() -> None:
    case = {"targets": {"T1": [30, 30]}, "new": {"NEW1": ["-", "-"]}}
    result = _read(case, NEW1_1={"longest_mm": 12, "certainty": "unequivocal"})
    assert _responses(result) == ["PD"]
    assert result.problems == ()


@pytest.mark.parametrize(
    ("others", "says"),
    [([12, 12, 12], True), ([12, 12, 40], False)],
    ids=["nothing else grew", "a third target progresses by itself"],
)
def test_a_progression_that_rests_on_the_merging_alone_says_so_and_waits(others: list[int], says: bool) -> None:
    case = {"targets": {"T1": [30, 20, "m T2"], "T2": [20, 15, 48], "T3": others}}
    row = assess(Timeline.from_dict(build_timeline(case))).time_points[2]
    assert row.overall_response == "PD"
    said = [reason.text for reason in row.reasons if reason.rule == "recist11.sum.merger_alone"]
    assert bool(said) is says
    if says:
        assert "T1 and T2, which have merged (35 mm apart at the nadir, 48 mm merged)" in said[0]
        assert "without their change the sum would be 47 mm" in said[0]


# --- what a finding says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("criterion", ["recist-1.1", "irecist"])
def test_what_lies_behind_another_treatment_is_said_once_and_a_course_is_offered(criterion: str) -> None:
    timeline = build_timeline({"targets": {"T1": [30, 29, 15, 14]}})
    timeline["treatments"] = [_treatment("FOLFIRI", "2026-01-06", "2026-03-10"), _treatment("FOLFOX", "2026-03-20")]
    result = assess(Timeline.from_dict(timeline), criterion)
    assert result.best_overall_response in ("SD", "iSD")
    (finding,) = result.problems
    assert finding.place == "time_points[2].date"
    assert "a new line of treatment" in finding.text
    assert finding.text.endswith("start a new course with its own baseline?")


def test_the_next_line_after_progression_is_no_finding() -> None:
    lines = [_treatment("FOLFIRI", "2026-01-06", "2026-03-10"), _treatment("FOLFOX", "2026-03-20")]
    assert _read({"targets": {"T1": [30, 40, 20]}}, treatments=lines).problems == ()


def test_a_scan_after_the_death_is_asked_about() -> None:
    timeline = build_timeline({"targets": {"T1": [30, 29, 28]}})
    timeline["death"] = "2026-03-01"
    (finding,) = assess(Timeline.from_dict(timeline)).problems
    assert finding.place == "time_points[1].date"
    assert "lies after the death on 1 Mar 2026" in finding.text


def test_progression_by_a_merger_alone_is_asked_about() -> None:
    case = {"targets": {"T1": [20, 50, 51], "T2": [16, "-", "-"]}}
    (finding,) = _read(case, T2_1={"state": "merged", "into": "T1"}).problems
    assert finding.place == "time_points[1].observations.T2"
    assert "did they grow, or only merge?" in finding.text
    assert _read({"targets": {"T1": [20, 41], "T2": [16, "-"]}}, T2_1={"state": "merged", "into": "T1"}).problems == ()
