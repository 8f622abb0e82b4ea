"""Where another named setting would change the conclusion, one line says so; where none would, none does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.domain.tables import build_timeline
from tracker.domain import Timeline, assess
from tracker.domain.conventions import find_sensitivities

#: Case, criteria, the setting that decides, and its line (sources: RECIST 1.1, 4.4.3, 4.6, Table 3; EORTC; Seymour 2017).
CASES: list[tuple[dict[str, Any], str, str, str]] = [
    (
        {"targets": {"T1": [100, 70, 70, 80, 80]}}, "recist-1.1", "sticky_pr",
        "PR under the EORTC reading (PR goes on until PD); SD if each visit is judged alone (22 Jun 2026 and 17 Aug 2026).",
    ),
    (
        {"targets": {"T1": [100, 70, 80]}, "settings": {"sticky_pr": False}}, "recist-1.1", "sticky_pr",
        "SD if each visit is judged alone; PR under the EORTC reading (PR goes on until PD) (27 Apr 2026).",
    ),
    (
        {"targets": {"T1": [100, 60, 90]}}, "recist-1.1", "confirmation_required",
        "Best response PR without confirmation; SD if a response must be confirmed after 28 days.",
    ),
    (
        {"targets": {"T1": [100, 95]}, "days": [0, 50]}, "recist-1.1", "minimum_sd_days",
        "Best response SD if stable disease counts from day 42; NE if stable disease counts from day 56.",
    ),
    (
        {"targets": {"T1": [100, 68, 72, 67]}, "settings": {"confirmation_required": True, "sticky_pr": False}},
        "recist-1.1", "max_between",
        "Best response PR with at most 1 visit between response and confirmation; SD with at most 0 visits between response and confirmation.",
    ),
    (
        {"targets": {"T1": [100, 125, 131]}, "days": [0, 42, 69]}, "irecist", "irecist_confirmation_days",
        "iUPD if an iUPD may be confirmed from day 28; iCPD if an iUPD may be confirmed from day 26 (15 Mar 2026).",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("case", "criteria", "setting", "line"), CASES, ids=[case[2] for case in CASES])
def test_the_setting_that_decides_is_named_in_one_line(
    case: dict[str, Any], criteria: str, setting: str, line: str
) -> None:
    timeline = Timeline.from_dict(build_timeline(case))
    found = {one.setting: one for one in find_sensitivities(timeline, assess(timeline, criteria))}
    assert found[setting].sentence.startswith(line)
    there = replace(timeline, settings=replace(timeline.settings, **{setting: found[setting].other}))
    other = assess(there, criteria)
    assert (found[setting].best[1], found[setting].progression[1]) == (
        other.best_overall_response,
        other.progression_date,
    )
    assert {"setting", "value", "other", "text"} <= found[setting].to_dict().keys()


def test_a_conclusion_that_no_setting_changes_has_no_line() -> None:
    timeline = Timeline.from_dict(build_timeline({"targets": {"T1": [100, 50, 50, 45]}}))
    assert find_sensitivities(timeline, assess(timeline)) == ()
