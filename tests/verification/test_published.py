"""The shipped cases run on this version, every table in its turn, and a case that cannot be run is said."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.domain.tables import read_rows
from tracker.verification.published import run_cases, run_table
from tracker.verification.sheet import PassSheet, Section, join_sheets
from tracker.verification.tables import case_files, load_table

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("name", case_files())
def test_every_shipped_table_names_its_criteria_and_its_sources(name: str) -> None:
    table = load_table(name)
    assert table["criteria"]
    rows = table.get("case", [])
    assert rows or table["source"]
    assert all(case.get("source") or table.get("source") for case in rows)


def test_the_shipped_tables_of_recist_agree() -> None:
    names = tuple(name for name in case_files() if name.startswith("recist11"))
    assert {"recist11.toml", "recist11_tables.toml", "recist11_worked.toml"} <= set(names)
    sheet = run_cases(TODAY, names)
    assert (sheet.differences, sheet.not_verified) == ((), ())
    assert sheet.agrees
    assert sheet.rows > 300


def test_the_tables_are_where_the_package_is() -> None:
    assert (files("tracker.verification") / "cases" / "recist11.toml").is_file()


def run(**table: Any) -> Section:
    return run_table("mine.toml", {"criteria": "recist-1.1"} | table)


CASE = {"name": "shrinks", "source": "here", "targets": {"T1": [30, 20]}}


@pytest.mark.parametrize(
    ("expected", "what", "wanted", "got"),
    [
        ({"expect": ["SD"]}, "expect on day 56", "SD", "PR"),
        ({"best": "SD"}, "best", "SD", "PR"),
        ({"sums": [30, 21]}, "sums on day 56", "21", "20"),
        ({"expect": ["PR", "PR"]}, "expect", "['PR', 'PR']", "['PR']"),
        ({"problem": "odd"}, "problem", "odd", ""),
    ],
)
def test_a_case_that_differs_is_shown_with_its_source(
    expected: dict[str, Any], what: str, wanted: str, got: str
) -> None:
    section = run(case=[CASE | expected])
    (wrong,) = section.differences
    assert (wrong.place, wrong.what, wrong.expected, wrong.got) == ("mine.toml: shrinks", what, wanted, got)
    assert wrong.reasons[-1] == "Source of what is expected: here"
    assert not section.agrees


def test_what_cannot_be_run_is_said_and_fails() -> None:
    unknown = run_table("mine.toml", {"criteria": "of-tomorrow", "case": [CASE]})
    assert (
        unknown.not_verified[0].why == "the criteria 'of-tomorrow': not known to this version, so 1 cases were not run"
    )
    refused = run(case=[CASE | {"targets": {"T1": ["a", 20]}, "expect": ["PR"]}])
    assert "the case was refused" in refused.not_verified[0].why
    word = run(case=[CASE | {"targets": {"T1": [30, "abs"]}, "expect": ["CR"]}])
    assert word.not_verified[0].why == "the case was refused: 'abs' is no word of a case table"
    key = run(case=[CASE | {"expect": ["PR"], "aura": "blue"}])
    assert key.not_verified[0].why == "this version does not know what aura expects"
    assert not any(section.agrees for section in (unknown, refused, word, key))


def test_a_wrong_row_of_a_combination_table_differs_in_each_of_its_cases() -> None:
    row = {"table": "Table 1", "target": "PD", "non_target": "ANY", "new": "no", "overall": "SD"}
    section = run(source="here", combination=[row])
    assert section.cases == 4
    assert {(wrong.what, wrong.got) for wrong in section.differences} == {("expect on day 56", "PD")}
    assert len(section.differences) == 4


def test_a_sheet_is_dated_and_names_its_versions() -> None:
    sheet = run_cases(TODAY, ("recist11.toml",))
    wrong = PassSheet(TODAY, (run(case=[CASE | {"expect": ["SD"]}]),))
    text = join_sheets([sheet, wrong]).to_text()
    assert text.startswith(
        f"Pass sheet of 2026-11-24: hepatrack {sheet.program_version}, Python {sheet.python_version}\n"
    )
    assert "recist11.toml: recist-1.1 (Eisenhauer 2009)" in text
    assert (
        "  DIFFERS  mine.toml: shrinks\n    expect on day 56: expected SD, computed PR\n    - 20 mm is 33.3 %" in text
    )
    assert text.endswith(f"Result: NOT PASSED. 1 of {sheet.rows + 1} rows differ.\n")
    assert sheet.to_text().endswith(f"Result: PASS. All {sheet.rows} rows agree.\n")
    assert not PassSheet(TODAY, ()).agrees


# --- the typed facts are those of the oracle ---------------------------------------------------------------------


@pytest.mark.shared
def test_the_shipped_tables_are_the_published_ones(published: Path) -> None:
    table = load_table("recist11_tables.toml")
    new = {"yes": "Y", "no": "N", "ANY": "ANY"}
    typed = [
        {"target": row.get("target", "-"), "nontarget": row["non_target"], "new_lesion": new[row["new"]], "overall": row["overall"]}
        for row in table["combination"]
    ]  # fmt: skip
    first = read_rows(published / "recist11_table1_timepoint_target.csv")
    second = read_rows(published / "recist11_table2_timepoint_nontarget_only.csv")
    assert typed == [*first, *({"target": "-"} | row for row in second)]
    third = [
        (row["first"], row["subsequent"], row["bor_if_min_SD_met"], row["bor_if_min_SD_not_met"])
        for row in read_rows(published / "recist11_table3_bor_confirmation_required.csv")
    ]
    assert [tuple(row.values()) for row in table["confirmation"]] == third


@pytest.mark.shared
def test_the_worked_examples_hold_every_published_threshold(published: Path) -> None:
    typed = {
        tuple(float(size) for size in case["targets"]["T1"]): case["expect"]
        for case in load_table("recist11_worked.toml")["case"]
        if list(case["targets"]) == ["T1"] and all(not isinstance(size, str) for size in case["targets"]["T1"])
    }
    for case in json.loads((published / "recist_tracker_cases.json").read_text(encoding="utf-8"))["target"]:
        nadir = [case["nadir"]] if case.get("nadir", case["baseline"]) != case["baseline"] else []
        expected = typed[float(case["baseline"]), *map(float, nadir), float(case["value"])][-1]
        assert expected == case["expect"] if "expect" in case else expected != case["expect_not"]
    for case in json.loads((published / "worked_examples.json").read_text(encoding="utf-8")):
        if "visits" in case:
            row = (float(case["baseline_sum"]), *(float(visit["sum"]) for visit in case["visits"]))
            assert typed[row] == case["expect"]
