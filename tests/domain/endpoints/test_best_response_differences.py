"""RECIST 1.1's best response beside admiralonco 1.4.0's: every difference belongs to a class whose clause decides it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.domain.endpoints.given_responses import load_subjects, read_rows, visits_until_progression
from tests.domain.endpoints.test_admiralonco import SETS, load_run
from tracker.domain.endpoints.admiralonco import (
    Confirming,
    Given,
    compute_best,
    compute_confirmed_best,
    until_progression,
)
from tracker.domain.endpoints.best_response import compute_best_response, compute_confirmed_response
from tracker.domain.timeline import Settings

_FILE = Path(__file__).resolve().parents[2] / "cases" / "best_response_differences.toml"
CLASSES = tomllib.loads(_FILE.read_text(encoding="utf-8"))["class"]
START = date(2026, 1, 5)
WINDOW, CONFIRM = 42, 28


def ours(given: Sequence[Given], start: date, settings: Settings, *, confirmed: bool) -> str:
    """RECIST 1.1's answer to given responses, with targets."""
    visits = visits_until_progression(tuple(given))
    if confirmed:
        return str(compute_confirmed_response(visits, start, settings, has_targets=True))
    return str(compute_best_response(visits, start, settings))


def theirs(given: Sequence[Given], start: date, window: int, confirming: Confirming, *, confirmed: bool) -> str:
    if confirmed:
        return compute_confirmed_best(given, start, window, confirming).response
    return compute_best(given, start, window).response


@pytest.mark.parametrize("case", CLASSES, ids=[case["name"] for case in CLASSES])
def test_each_class_has_an_example_and_its_clause(case: dict[str, Any]) -> None:
    assert case["clause"].startswith("Eisenhauer 2009, ")
    days = case.get("days", [56 * number for number in range(1, len(case["given"]) + 1)])
    given = [Given(START + timedelta(days=day), word) for day, word in zip(days, case["given"], strict=True)]
    progression = min((visit.date for visit in given if visit.response == "PD"), default=None)
    read = until_progression(given, progression) if case.get("until_progression", True) else given
    confirmed = case.get("confirmed", True)
    assert ours(given, START, Settings(), confirmed=confirmed) == case["ours"]
    confirming = Confirming(CONFIRM, **case.get("theirs_settings", {}))
    assert theirs(read, START, WINDOW, confirming, confirmed=confirmed) == case["theirs"]


@pytest.mark.shared
@pytest.mark.parametrize("confirmed", [True, False])
def test_the_1000_subjects_differ_in_these_classes_only(confirmed: bool) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for subject in load_subjects():
        given = [Given(visit.date, str(visit.response)) for visit in subject.visits]
        there = theirs(given, subject.start, WINDOW, Confirming(CONFIRM), confirmed=confirmed)
        here = ours(given, subject.start, Settings(), confirmed=confirmed)
        if here == there:
            continue
        found[here, there] += 1
        words = [visit.response for visit in given]
        match here, there:
            case "PR", "SD":
                accepting = Confirming(CONFIRM, accept_sd=True)
                assert theirs(given, subject.start, WINDOW, accepting, confirmed=confirmed) == "PR", subject
            case "CR", "SD" | "PR":
                assert "SD" in words[words.index("CR") :], subject
            case "NON-CR/NON-PD", "PD":
                assert theirs(given, subject.start, 0, Confirming(CONFIRM), confirmed=confirmed) == here, subject
    listed = {
        (case["ours"], case["theirs"]): case["subjects"]
        for case in CLASSES
        if "subjects" in case and case.get("confirmed", True) is confirmed
    }
    assert found == listed
    assert sum(listed.values()) == (81 if confirmed else 3)


@pytest.mark.shared
def test_the_rows_of_the_programs_own_tests_differ_in_these_classes_only() -> None:
    found: dict[str, tuple[str, str]] = {}
    for name in SETS:
        run = load_run(name)
        asked = run.parameters
        if asked["fun"] not in ("derive_param_bor", "derive_param_confirmed_bor"):
            continue
        settings = Settings(
            minimum_sd_days=int(asked["ref_start_window"]), confirmation_days=int(asked["ref_confirm"] or CONFIRM)
        )
        for row in (row for row in read_rows("cases_expected.csv") if row["case_id"] == name):
            subject = row["USUBJID"]
            given = until_progression(run.given(subject), run.progression(subject))
            confirmed = asked["fun"] == "derive_param_confirmed_bor"
            here = ours(given, run.references[subject], settings, confirmed=confirmed)
            if here != row["exp_AVALC"]:
                found[f"{name}/{subject}"] = here, row["exp_AVALC"]
    listed = {row: (case["ours"], case["theirs"]) for case in CLASSES for row in case.get("rows", ())}
    assert found == listed
