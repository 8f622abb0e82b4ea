"""A folder of SDTM is read whole or refused with file, row and column; three file formats give one study."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.sdtm import (
    INVESTIGATOR,
    READER_1,
    READER_2,
    Row,
    csv_bytes,
    ibm_float,
    json_bytes,
    ndjson_bytes,
    not_done,
    rs,
    tr,
    tu,
    write_study,
    xpt_bytes,
)
from tracker.domain import Settings, Timeline
from tracker.errors import InputError
from tracker.exchange.sdtm import ReaderCourse, read_courses, read_reported, read_study
from tracker.exchange.sdtm.values import read_day
from tracker.exchange.sdtm.xport import read_number, read_transport

LESIONS = [tu("T01", "TARGET"), tu("N01", "TARGET", "LYMPH NODE"), tu("NT01", "NON-TARGET", "LUNG")]
RESULTS = [
    tr("T01", 30.5), tr("N01", 22, test="LPERP"), tr("N01", 30, test="LDIAM"), tr("NT01", "PRESENT"),
    tr("T01", 0, 2), tr("N01", 8.4, 2, "LPERP"), tr("N01", 26, 2, "LDIAM"), tr("NT01", "ABSENT", 2),
]  # fmt: skip
RESPONSES = [rs("CR", test="TRGRESP"), rs("CR", test="NTRGRESP"), rs("CR")]


def courses(folder: Path) -> tuple[ReaderCourse, ...]:
    study = read_study(folder)
    return read_courses(study, read_reported(study.responses, "recist-1.1").rows, Settings())


def course(tmp_path: Path, lesions: list[Row], results: list[Row], responses: list[Row] | None = None) -> ReaderCourse:
    found = courses(write_study(tmp_path, lesions, results, [rs("SD")] if responses is None else responses))
    assert len(found) == 1
    return found[0]


def timeline(tmp_path: Path, lesions: list[Row], results: list[Row]) -> Timeline:
    found = course(tmp_path, lesions, results)
    assert found.not_verifiable == ""
    return found.timelines[0]


def seen(found: Timeline, index: int, label: str) -> dict[str, Any] | None:
    return found.to_dict()["time_points"][index]["observations"].get(label)


@pytest.mark.parametrize("kind", ["csv", "xpt", "json", "ndjson"])
def test_every_format_gives_the_same_timeline(tmp_path: Path, kind: str) -> None:
    found = courses(write_study(tmp_path, LESIONS, RESULTS, RESPONSES, kind))
    assert [str(one.reader) for one in found] == ["INVESTIGATOR"]
    points = found[0].timelines[0].to_dict()["time_points"]
    assert [point["date"] for point in points] == ["2026-01-05", "2026-03-02"]
    ct = {"modality": "CT"}
    assert points[0]["observations"] == {
        "T01": {"longest_mm": 30.5} | ct, "N01": {"short_mm": 22.0} | ct, "NT01": {"state": "present"} | ct,
    }  # fmt: skip
    assert points[1]["observations"] == {
        "T01": {"state": "absent"} | ct, "N01": {"short_mm": 8.4} | ct, "NT01": {"state": "absent"} | ct,
    }  # fmt: skip


def test_columns_in_small_letters_old_names_and_values_that_r_writes_are_read(tmp_path: Path) -> None:
    """write.csv numbers its rows in a column without a name and writes NA where there is no value."""
    folder = write_study(tmp_path, LESIONS, RESULTS, RESPONSES)
    for name in ("tu", "tr", "rs"):
        lines = (folder / f"{name}.csv").read_text().splitlines()
        cells = [line.split(",") for line in lines]
        head = ",".join(["", *(column.lower().replace("lnkid", "linkid") for column in cells[0])])
        body = [",".join([str(number), *(cell or "NA" for cell in row)]) for number, row in enumerate(cells[1:], 1)]
        (folder / f"{name}.csv").unlink()
        (folder / f"{name}_onco_recist.csv").write_text("\n".join([head, *body]) + "\n")
    found = courses(folder)[0]
    assert found.not_verifiable == ""
    assert str(found.reader) == "INVESTIGATOR"
    assert seen(found.timelines[0], 1, "N01") == {"short_mm": 8.4, "modality": "CT"}


# --- sizes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"TRORRES": "3.2", "TRORRESU": "cm", "TRSTRESC": "", "TRSTRESN": None, "TRSTRESU": ""}, 32.0),
        ({"TRORRES": "3.2 cm", "TRORRESU": "", "TRSTRESC": "", "TRSTRESN": None, "TRSTRESU": ""}, 32.0),
        ({"TRORRES": "3.24", "TRORRESU": "cm", "TRSTRESN": 32}, 32.0),
        ({"TRORRES": "3.2", "TRORRESU": "cm", "TRSTRESC": "3.2", "TRSTRESN": 3.2, "TRSTRESU": "cm"}, 32.0),
        ({"TRORRES": "3.2", "TRORRESU": "cm", "TRSTRESC": "3.2", "TRSTRESN": 3.2, "TRSTRESU": ""}, 32.0),
        ({"TRORRES": "32", "TRORRESU": "", "TRSTRESC": "32", "TRSTRESN": None, "TRSTRESU": ""}, 32.0),
        ({"TRORRES": "24.96", "TRSTRESC": "24.96", "TRSTRESN": "24.959999999999997"}, 24.96),
    ],
    ids=["cm as collected", "unit in the text", "rounded", "cm as standard", "no standard unit", "no unit", "noise"],
)
def test_sizes_are_read_in_their_units(tmp_path: Path, changed: Row, expected: float) -> None:
    found = timeline(tmp_path, [tu("T01", "TARGET")], [tr("T01", 30) | changed])
    assert seen(found, 0, "T01") == {"longest_mm": expected, "modality": "CT"}


def test_a_size_that_differs_from_its_standard_value_is_not_trusted(tmp_path: Path) -> None:
    slip = {"TRORRES": "3.2", "TRORRESU": "cm", "TRSTRESC": "3.2", "TRSTRESN": 3.2, "TRSTRESU": "mm"}
    found = course(tmp_path, [tu("T01", "TARGET")], [tr("T01", 30) | slip])
    assert "TRORRES is 32 mm and TRSTRESN is 3.2 mm" in found.not_verifiable


def test_a_node_is_measured_in_its_short_axis_and_any_other_lesion_in_its_longest_diameter(tmp_path: Path) -> None:
    lesions = [
        tu("T01", "TARGET"), tu("N01", "TARGET", "AXILLARY LYMPH NODE"), tu("N02", "TARGET", "LYMPH NODES"),
        tu("N03", "TARGET", "LYMPH NODE"),
    ]  # fmt: skip
    results = [
        tr("T01", 30), tr("T01", 12, test="LPERP"), tr("N01", 30), tr("N01", 16, test="SAXIS"),
        tr("N02", 17, test="DIAMETER"), tr("N03", 18, test="LPERP"), tr("N03", 40, test="DIAMETER"),
    ]  # fmt: skip
    found = timeline(tmp_path, lesions, results).to_dict()["time_points"][0]["observations"]
    assert {label: value for label, said in found.items() for value in said.values() if value != "CT"} == {
        "T01": 30.0, "N01": 16.0, "N02": 17.0, "N03": 18.0,
    }  # fmt: skip


def test_a_target_with_a_short_axis_alone_and_no_location_is_a_node(tmp_path: Path) -> None:
    found = course(tmp_path, [tu("N01", "TARGET", "")], [tr("N01", 16, test="LPERP")])
    assert found.timelines[0].lesions[0].is_node
    assert "taken as a lymph node" in found.assumptions[0]


def test_too_small_to_measure_is_a_state_and_a_stated_size_counts(tmp_path: Path) -> None:
    small = {"TRORRES": "TOO SMALL TO MEASURE", "TRSTRESC": "5", "TRSTRESN": 5, "TRORRESU": ""}
    results = [tr("T01", 30), tr("T01", 5, 2) | small, tr("T01", 4, 3)]
    found = timeline(tmp_path, [tu("T01", "TARGET")], results)
    assert seen(found, 1, "T01") == {"state": "too small to measure", "modality": "CT"}
    assert seen(found, 2, "T01") == {"longest_mm": 4.0, "modality": "CT"}


def test_what_is_missing_is_missing_and_what_was_not_done_is_not_evaluable(tmp_path: Path) -> None:
    lesions = [tu("T01", "TARGET"), tu("T02", "TARGET"), tu("NT01", "NON-TARGET")]
    results = [tr("T01", 30), tr("T02", 20), tr("NT01", "PRESENT"), tr("T01", 30, 2), not_done("T02", 2, TRDTC="")]
    found = timeline(tmp_path, lesions, results)
    assert seen(found, 1, "T02") == {"state": "not evaluable", "reason": "SCAN NOT PERFORMED", "modality": "CT"}
    assert seen(found, 1, "NT01") is None


def test_a_size_by_ultrasound_keeps_its_method(tmp_path: Path) -> None:
    found = timeline(
        tmp_path, [tu("T01", "TARGET")], [tr("T01", 30), tr("T01", 20, 2, TRMETHOD="ULTRASOUND")]
    )  # fmt: skip
    assert seen(found, 1, "T01") == {"longest_mm": 20.0, "modality": "US"}


# --- states --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("PRESENT", {"state": "present"}),
        ("ABSENT", {"state": "absent"}),
        ("UNEQUIVOCAL", {"state": "unequivocal progression"}),
        ("UNEQUIVOCAL PROGRESSION", {"state": "unequivocal progression"}),
        ("Unequivocally increased", None),
        ("UNEQUIVOCAL INCREASE", {"state": "unequivocal progression"}),
        ("INCREASED", {"state": "present", "grown": True}),
        ("EQUIVOCAL", {"state": "present", "grown": True}),
        ("NOT EVALUABLE", {"state": "not evaluable", "reason": "not evaluable"}),
    ],
)
def test_states_of_non_targets(tmp_path: Path, word: str, expected: Row | None) -> None:
    expected = {"state": "unequivocal progression"} if expected is None else expected
    found = timeline(tmp_path, [tu("NT01", "NON-TARGET")], [tr("NT01", "PRESENT"), tr("NT01", word, 2)])
    assert seen(found, 1, "NT01") == expected | {"modality": "CT"}


def test_a_node_that_is_no_target_is_gone_when_it_is_not_pathological(tmp_path: Path) -> None:
    results = [tr("NT01", "PATHOLOGICAL", test="LNSTATE"), tr("NT01", "NON-PATHOLOGICAL", 2, test="LNSTATE")]
    found = timeline(tmp_path, [tu("NT01", "NON-TARGET", "LYMPH NODE")], results)
    assert [seen(found, index, "NT01")["state"] for index in (0, 1)] == ["present", "absent"]  # type: ignore[index]


def test_new_lesions_are_as_certain_as_the_reader_says(tmp_path: Path) -> None:
    lesions = [
        tu("T01", "TARGET"), tu("NEW01", "NEW"), tu("NEW02", "NEW"),
        tu("NEW03", "NEW", VISITNUM=3, VISIT="WEEK 16", TUDTC="2026-04-27"),
    ]  # fmt: skip
    results = [
        tr("T01", 30), tr("T01", 30, 2), tr("T01", 30, 3), tr("NEW01", "EQUIVOCAL", 2), tr("NEW01", "UNEQUIVOCAL", 3),
        tr("NEW02", 4, 2), tr("NEW02", 6, 3),
    ]  # fmt: skip
    found = course(tmp_path, lesions, results)
    points = found.timelines[0].to_dict()["time_points"]
    states = [{label: said.get("state") for label, said in point["observations"].items()} for point in points]
    assert states == [
        {"T01": None}, {"T01": None, "NEW01": "equivocal", "NEW02": "unequivocal"},
        {"T01": None, "NEW01": "unequivocal", "NEW02": None, "NEW03": "unequivocal"},
    ]  # fmt: skip
    assert any("NEW03 is new in TU and has no row in TR" in text for text in found.assumptions)
    assert any("taken as unequivocal" in text for text in found.assumptions)


def test_the_parts_of_a_lesion_that_fell_apart_are_added(tmp_path: Path) -> None:
    lesions = [tu("T01", "TARGET"), *(tu(part, "TARGET", TUTESTCD="TUSPLIT", VISITNUM=2) for part in ("T01.1", "T01.2"))]  # fmt: skip
    found = timeline(tmp_path, lesions, [tr("T01", 30), tr("T01.1", 14, 2), tr("T01.2", 9, 2)])
    assert seen(found, 1, "T01") == {"state": "split", "parts_mm": [14.0, 9.0]}


@pytest.mark.parametrize(
    ("lesions", "results", "why"),
    [
        ([tu("T01", "TARGET")], [tr("T01", 30), tr("T01", 31)], "two values of LDIAM at one visit"),
        ([tu("T01", "TARGET")], [tr("T01", 30), tr("T01", "ABSENT")], "a size that contradicts 'ABSENT'"),
        ([tu("T01", "TARGET")], [tr("T01", 30), tr("T01", 10, 2), tr("T01", "FOGGY", 3)], "'foggy' of T01 is not known"),
        ([tu("T01", "TARGET")], [not_done("T01", 1), tr("T01", 10, 2)], "needs its longest diameter"),
        ([tu("T01", "TARGET"), tu("T01", "NON-TARGET")], [tr("T01", 30)], "one lesion has one role"),
        ([tu("T01", "TARGET")], [tr("T01", 30), tr("X9", 12, TRGRPID="")], "X9 is not in TU for this reader"),
        ([tu("T01", "TARGET"), tu("T9", "TARGET", TUTESTCD="TUMERGE")], [tr("T01", 30)], "is a merger (TUMERGE)"),
    ],
    ids=["twice", "contradiction", "unknown word", "no baseline", "two roles", "not in TU", "merger"],
)  # fmt: skip
def test_what_cannot_be_judged_says_why(tmp_path: Path, lesions: list[Row], results: list[Row], why: str) -> None:
    found = course(tmp_path, lesions, results)
    assert why in found.not_verifiable
    assert found.timelines == ()


# --- readers -------------------------------------------------------------------------------------------------------


def test_readers_are_kept_apart(tmp_path: Path) -> None:
    readers = (INVESTIGATOR, READER_1, READER_2)
    lesions = [tu("T01", "TARGET", reader=reader) for reader in readers]
    results = [tr("T01", 30 + number, reader=reader) for number, reader in enumerate(readers)]
    found = courses(write_study(tmp_path, lesions, results, RESPONSES))
    assert [str(one.reader) for one in found] == [
        "INDEPENDENT ASSESSOR, RADIOLOGIST 1", "INDEPENDENT ASSESSOR, RADIOLOGIST 2", "INVESTIGATOR",
    ]  # fmt: skip
    assert [seen(one.timelines[0], 0, "T01")["longest_mm"] for one in found] == [31.0, 32.0, 30.0]  # type: ignore[index]


def test_lesions_without_a_reader_are_those_of_every_reader(tmp_path: Path) -> None:
    lesions = [tu("T01", "TARGET", "LYMPH NODE", reader=("", ""))]
    results = [tr("T01", 20, test="LPERP", reader=reader) for reader in (READER_1, READER_2)]
    found = courses(write_study(tmp_path, lesions, results, RESPONSES))
    assert [one.timelines[0].lesions[0].is_node for one in found] == [True, True]


# --- dates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02-13", "2026-02-13", "2026-02-13"), ("2026-02-13T10:30", "2026-02-13", "2026-02-13"),
        ("2026-02", "2026-02-01", "2026-02-28"), ("2026", "2026-01-01", "2026-12-31"),
        ("2026---13", "2026-01-01", "2026-12-31"), ("2024-02--", "2024-02-01", "2024-02-29"), ("--02-13", None, None),
    ],
)  # fmt: skip
def test_partial_dates_are_spans(text: str, first: str | None, last: str | None) -> None:
    day = read_day(text)
    assert (day.first and day.first.isoformat(), day.last and day.last.isoformat()) == (first, last)


def test_a_partial_date_takes_the_day_of_its_visits_other_rows(tmp_path: Path) -> None:
    lesions = [tu("T01", "TARGET"), tu("T02", "TARGET")]
    results = [tr("T01", 30), tr("T02", 20), tr("T01", 30, 2, TRDTC="2026-03"), tr("T02", 20, 2, TRDTC="2026-03-04")]
    found = course(tmp_path, lesions, results)
    assert len(found.timelines) == 1
    assert found.timelines[0].time_points[1].date.isoformat() == "2026-03-04"
    assert found.assumptions == ()


def test_a_visit_without_a_full_date_is_placed_by_its_number_and_said_so(tmp_path: Path) -> None:
    results = [tr("T01", 30), tr("T01", 29, 2, TRDTC="2026-03"), tr("T01", 28, 3)]
    found = course(tmp_path, [tu("T01", "TARGET")], results, [])
    dates = [[point.date.isoformat() for point in one.time_points] for one in found.timelines]
    assert dates == [["2026-01-05", "2026-03-01", "2026-04-27"], ["2026-01-05", "2026-03-31", "2026-04-27"]]
    assert "placed by VISITNUM between 2026-03-01 and 2026-03-31" in found.assumptions[0]


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ([tr("T01", 30), tr("T01", 29, 2, TRDTC="2026-06"), tr("T01", 28, 3)], "does not fit between the visits"),
        ([tr("T01", 30, VISITNUM=3), tr("T01", 29, 2, TRDTC="2026"), tr("T01", 2, 3, VISITNUM=1)], "go another way"),
        ([tr("T01", 30, VISITNUM=""), tr("T01", 29, 2, TRDTC="2026-03")], "have no order"),
        ([tr("T01", 30), tr("T01", 29, 2, TRDTC="2026-01-05")], "have the same date (2026-01-05)"),
    ],
    ids=["outside its neighbours", "numbers against dates", "no number", "one date twice"],
)
def test_visits_that_have_no_order_are_not_verifiable(tmp_path: Path, results: list[Row], why: str) -> None:
    assert why in course(tmp_path, [tu("T01", "TARGET")], results, []).not_verifiable


def test_several_exam_dates_of_one_visit_are_one_time_point(tmp_path: Path) -> None:
    lesions = [tu("T01", "TARGET"), tu("T02", "TARGET")]
    results = [tr("T01", 30), tr("T02", 20), tr("T01", 30, 2), tr("T02", 20, 2, TRDTC="2026-03-06")]
    found = timeline(tmp_path, lesions, results)
    assert [point.date.isoformat() for point in found.time_points] == ["2026-01-05", "2026-03-02"]
    assert seen(found, 1, "T02") == {"longest_mm": 20.0, "on": "2026-03-06", "modality": "CT"}


def test_a_visit_dated_by_its_response_alone_says_so(tmp_path: Path) -> None:
    results = [tr("T01", 30), tr("T01", 29, 2, TRDTC="2026-03")]
    found = course(tmp_path, [tu("T01", "TARGET")], results, [rs("SD", 2)])
    assert [point.date.isoformat() for point in found.timelines[0].time_points] == ["2026-01-05", "2026-03-02"]
    assert found.assumptions == ("WEEK 8 has no full date in TR: dated by RS, 2026-03-02",)


def test_a_visit_of_rs_before_the_first_measurement_is_no_baseline(tmp_path: Path) -> None:
    early = rs("NED", 1, VISITNUM=0, VISIT="DAY -30", RSDTC="2025-12-06")
    found = course(tmp_path, [tu("T01", "TARGET")], [tr("T01", 30), tr("T01", 29, 2)], [early, rs("SD", 2)])
    assert [visit.shown for visit in found.visits] == ["SCREENING", "WEEK 8"]


def test_visits_without_a_date_are_tried_at_both_ends_and_mixed(tmp_path: Path) -> None:
    results = [tr("T01", 30), *(tr("T01", 29, visit, TRDTC="") for visit in (2, 3)), tr("T01", 28, 4)]
    found = course(tmp_path, [tu("T01", "TARGET")], results, [])
    dates = [[point.date.isoformat() for point in one.time_points[1:3]] for one in found.timelines]
    assert dates == [
        ["2026-01-06", "2026-01-07"], ["2026-06-20", "2026-06-21"], ["2026-01-06", "2026-06-21"],
    ]  # fmt: skip


def test_rows_flagged_as_baseline_are_one_baseline(tmp_path: Path) -> None:
    lesions = [tu("T01", "TARGET"), tu("T02", "TARGET")]
    results = [
        tr("T01", 30, TRLOBXFL="Y", VISITNUM=1.1, TRDTC="2026-01-02"), tr("T02", 20, TRLOBXFL="Y"),
        tr("T02", 99, VISITNUM=0.5, TRDTC="2025-12-01"), tr("T01", 15, 2), tr("T02", 10, 2),
    ]  # fmt: skip
    found = course(tmp_path, lesions, results)
    assert [len(point.observations) for point in found.timelines[0].time_points] == [2, 2]
    assert any("joined to one baseline" in text for text in found.assumptions)
    assert any("before the baseline" in text for text in found.assumptions)


# --- refusals ------------------------------------------------------------------------------------------------------


def refusal(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        courses(folder)
    return [str(problem) for problem in caught.value.problems]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    assert "there is no such folder" in refusal(tmp_path / "nowhere")[0]
    folder = write_study(tmp_path / "study", LESIONS, RESULTS, RESPONSES)
    assert "this is a file" in refusal(folder / "tr.csv")[0]
    (folder / "tr.csv").unlink()
    (folder / "dm.csv").write_text("USUBJID\n1\n")
    assert refusal(folder) == [
        "study: there is no TR (tumour results); a file named tr with one of .csv, .xpt, .json, .ndjson is needed"
    ]
    (folder / "tr.csv").write_text("USUBJID,TRTESTCD,TRORRES\nS,LDIAM,30\n")
    assert refusal(folder) == [
        "tr.csv: there is no column TRLNKID", "tr.csv: there is no column VISITNUM or TRDTC",
    ]  # fmt: skip


def test_a_domain_in_two_files_is_refused(tmp_path: Path) -> None:
    folder = write_study(tmp_path, LESIONS, RESULTS, RESPONSES)
    (folder / "TR.xpt").write_bytes(xpt_bytes("TR", RESULTS))
    assert refusal(folder) == ["tr.csv, TR.xpt: each holds TR; leave one of them in the folder"]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (tr("T01", 30, TRDTC="13FEB2026"), "column TRDTC: '13FEB2026' is no date by ISO 8601"),
        (tr("T01", 30, TRDTC="2026-02-30"), "column TRDTC: '2026-02-30' is no date"),
        (tr("T01", 30, VISITNUM="two"), "column VISITNUM: 'two' is no number"),
        (tr("T01", 30, TRSTRESN="thirty"), "column TRSTRESN: 'thirty' is no number"),
        (tr("T01", -3), "column TRSTRESN: -3 is negative"),
        (tr("T01", 30, TRSTRESU="in"), "column TRSTRESN: the unit 'in' is not known"),
        (tr("T01", 3000), "column TRSTRESN: 3000 mm is longer than a person"),
        (tr("T01", 30, USUBJID=""), "column USUBJID: is empty"),
        (tr("T01", 30, VISITNUM="", VISIT="", TRDTC=""), "names neither VISITNUM nor VISIT nor TRDTC"),
    ],
)
def test_broken_cells_are_named_with_file_row_and_column(tmp_path: Path, row: Row, line: str) -> None:
    lines = refusal(write_study(tmp_path, LESIONS, [*RESULTS, row], RESPONSES))
    assert len(lines) == 1
    assert lines[0].replace(",", "").startswith("tr.csv row 10")
    assert line in lines[0]


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("tr.csv", b"", "tr.csv: the file is empty"),
        ("tr.csv", b"USUBJID\n\xff\n", "tr.csv, row 2: a letter is not UTF-8"),
        ("tr.csv", b"A,B\n1,2,3\n", "tr.csv, row 2: holds 3 values for 2 columns"),
        ("tr.csv", b'A,B\n"1,2\n', "tr.csv, row 2: the quotes do not pair up"),
        ("tr.csv", b"A,A\n1,2\n", "tr.csv: two columns are named A"),
        ("tr.csv", csv_bytes("TR", [tr("T01", 1, DOMAIN="TU")]), "tr.csv, row 2, column DOMAIN: holds the domain TU"),
        ("tr.xpt", b"no transport file", "tr.xpt: this is no SAS transport file"),
        ("tr.xpt", b"HEADER RECORD*******LIBV8   HEADER", "tr.xpt: this is a SAS transport file of version 8"),
        ("tr.xpt", xpt_bytes("TR", RESULTS)[:-90], "tr.xpt: the SAS transport file is cut off"),
        ("tr.xpt", xpt_bytes("TR", RESULTS)[:900], "tr.xpt: the SAS transport file is cut off"),
        ("tr.json", b"{", "tr.json, line 1, column 2: this is no JSON"),
        ("tr.json", b"[]", "tr.json: this is no Dataset-JSON"),
        ("tr.json", b'{"clinicalData": {}}', "tr.json: this is no Dataset-JSON 1.1"),
        (
            "tr.json",
            json_bytes("TR", RESULTS).replace(b'"records": 8', b'"records": 9'),
            "states 9 records and holds 8",
        ),
        ("tr.ndjson", ndjson_bytes("TR", RESULTS).rsplit(b"[", 1)[0], "states 8 records and holds 7"),
        ("tr.ndjson", ndjson_bytes("TR", RESULTS) + b"{\n", "tr.ndjson, line 10: this is no JSON"),
    ],
)
def test_files_that_cannot_be_read_are_named(tmp_path: Path, name: str, data: bytes, line: str) -> None:
    folder = write_study(tmp_path, LESIONS, RESULTS, RESPONSES)
    (folder / "tr.csv").unlink()
    (folder / name).write_bytes(data)
    lines = refusal(folder)
    assert any(line in text for text in lines), lines
    assert not any("there is no TR" in text for text in lines)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), kind=st.sampled_from(["csv", "xpt", "json", "ndjson"]), start=st.integers(0, 900))
def test_no_bytes_do_more_than_be_refused(tmp_path: Path, data: bytes, kind: str, start: int) -> None:
    folder = write_study(tmp_path / kind, LESIONS, RESULTS, RESPONSES, kind)
    file = folder / f"tr.{kind}"
    file.write_bytes(file.read_bytes()[:start] + data)
    with contextlib.suppress(InputError):
        courses(folder)


# --- SAS transport files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 20.37, 0.1, 1e-9, 24.959999999999997, 1e10, 0.5, 255.9375, 99.0])
def test_ibm_floats_are_exact(value: float) -> None:
    assert float(read_number(ibm_float(value))) == value


def test_missing_numbers_are_empty_and_short_numbers_are_read() -> None:
    assert [read_number(bytes([letter]) + bytes(7)) for letter in b"._AZ"] == [""] * 4
    assert read_number(ibm_float(30.0)[:3]) == "30"


def test_a_transport_file_reads_as_pandas_reads_it_but_for_zeros() -> None:
    """pandas 3.1 gives 5.4e-79 for a zero."""
    rows = [tr("T01", 20.37), tr("NT01", "PRESENT"), tr("T02", 0, 3)]
    data = xpt_bytes("TR", rows)
    frame = pd.read_sas(io.BytesIO(data), format="xport", encoding="utf-8")
    (member,) = read_transport(data)
    assert list(frame.columns) == list(member.columns)
    for number, row in enumerate(member.rows):
        for column, cell in zip(member.columns, row, strict=True):
            other = frame.iloc[number][column]
            if isinstance(other, str):
                assert cell == other
            else:
                assert (cell == "") == bool(pd.isna(other))
                assert cell in ("", "0") or float(cell) == other


def test_the_last_row_of_a_narrow_file_is_no_padding() -> None:
    """A row of 16 bytes whose second half is blank is a row; a whole row of blanks behind the last one is padding."""
    rows = [{"A": f"row {number}", "B": "" if number == 5 else "text"} for number in range(6)]
    (member,) = read_transport(xpt_bytes("X", rows, widths=8))
    assert [row[0] for row in member.rows] == [f"row {number}" for number in range(6)]
