"""The published combination tables, every row, and worked sums that others published."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.domain.tables import build_timeline, read_rows
from tracker.domain import Settings, Timeline, assess
from tracker.domain.criteria.recist11 import combine_table_1, combine_table_2
from tracker.domain.endpoints.best_response import Visit, compute_confirmed_response
from tracker.domain.vocabulary import Response

pytestmark = pytest.mark.shared


def _each(word: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return values if word == "ANY" else (word,)


TARGETS = ("CR", "PR", "SD", "PD", "NE")
NON_TARGETS = ("CR", "NON-CR/NON-PD", "PD", "NE")
TARGET_ROW = {"CR": "a", "PR": 20, "SD": 28, "PD": 40, "NE": "ne"}
NON_TARGET_ROW = {"CR": "a", "NON-CR/NON-PD": "p", "PD": "up", "NE": "ne"}
NEW_ROW = {"Y": "un", "N": "-"}


def test_table_1_holds_in_every_row(published: Path) -> None:
    rows = read_rows(published / "recist11_table1_timepoint_target.csv")
    assert len(rows) == 15
    for row in rows:
        for target in _each(row["target"], TARGETS):
            for non_target in _each(row["nontarget"], NON_TARGETS):
                for new in _each(row["new_lesion"], ("Y", "N")):
                    combined = combine_table_1(Response(target), Response(non_target), new_lesion=new == "Y")  # type: ignore[call-arg]
                    assert combined == row["overall"], row
                    case: dict[str, Any] = {
                        "targets": {"T1": [30, TARGET_ROW[target]]},
                        "non_targets": {"NT1": ["p", NON_TARGET_ROW[non_target]]},
                        "new": {"NEW1": ["-", NEW_ROW[new]]},
                    }
                    seen = assess(Timeline.from_dict(build_timeline(case))).time_points[1]
                    assert (str(seen.target_response), str(seen.non_target_response)) == (target, non_target)
                    assert seen.overall_response == row["overall"], row


def test_table_2_holds_in_every_row(published: Path) -> None:
    rows = read_rows(published / "recist11_table2_timepoint_nontarget_only.csv")
    assert len(rows) == 5
    for row in rows:
        for non_target in _each(row["nontarget"], NON_TARGETS):
            for new in _each(row["new_lesion"], ("Y", "N")):
                assert combine_table_2(Response(non_target), new_lesion=new == "Y") == row["overall"]  # type: ignore[call-arg]
                case = {
                    "non_targets": {"NT1": ["p", NON_TARGET_ROW[non_target]]},
                    "new": {"NEW1": ["-", NEW_ROW[new]]},
                }
                seen = assess(Timeline.from_dict(build_timeline(case))).time_points[1]
                assert seen.target_response is None
                assert seen.overall_response == row["overall"], row


def test_table_3_holds_in_every_row(published: Path) -> None:
    """Confirmation required. CR then PR or SD cannot come from measurements: disease after a true CR is PD (footnote a)."""
    rows = read_rows(published / "recist11_table3_bor_confirmation_required.csv")
    start = date(2026, 1, 5)
    for minimum, column in ((42, "bor_if_min_SD_met"), (400, "bor_if_min_SD_not_met")):
        settings = Settings(minimum_sd_days=minimum, confirmation_required=True)
        for row in rows:
            second = "PD" if row["first"] == "CR" and row["subsequent"] in ("PR", "SD") else row["subsequent"]
            visits = [
                Visit(start + timedelta(days=56 * number), Response(word), Response(word))  # type: ignore[call-arg]
                for number, word in enumerate((row["first"], second), start=1)
            ]
            best = compute_confirmed_response(visits, start, settings, has_targets=True)
            assert best == row[column], (row, column)


def test_worked_sums_of_the_eortc_questions(published: Path) -> None:
    cases = json.loads((published / "worked_examples.json").read_text(encoding="utf-8"))
    sums = [case for case in cases if "visits" in case]
    assert len(sums) >= 2
    for case in sums:
        row = [case["baseline_sum"], *(visit["sum"] for visit in case["visits"])]
        result = assess(Timeline.from_dict(build_timeline({"targets": {"T1": row}})))
        assert [str(point.overall_response) for point in result.time_points[1:]] == case["expect"], case["id"]


def test_thresholds_of_another_programs_published_cases(published: Path) -> None:
    cases = json.loads((published / "recist_tracker_cases.json").read_text(encoding="utf-8"))["target"]
    assert len(cases) == 10
    for case in cases:
        row = [case["baseline"], *([case["nadir"]] if "nadir" in case else []), case["value"]]
        last = assess(Timeline.from_dict(build_timeline({"targets": {"T1": row}}))).time_points[-1]
        if "expect" in case:
            assert last.target_response == case["expect"], case
        else:
            assert last.target_response != case["expect_not"], case
