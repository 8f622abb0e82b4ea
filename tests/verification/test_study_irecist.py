"""A study by iRECIST is judged anew: waiting progression, its confirmation, new lesions measured apart, row by row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.support.sdtm import READER_1, READER_2, VISITS, Row, not_done, rs, tr, tu, write_study
from tracker.verification.sheet import Section
from tracker.verification.study import run_folder

TODAY = date(2026, 11, 24)
TARGET = tu("T01", "TARGET")
LAST = {**VISITS, 5: ("WEEK 32", "2026-08-17")}


def verify(folder: Path, lesions: list[Row], results: list[Row], responses: list[Row]) -> Section:
    (section,) = run_folder(write_study(folder, lesions, results, responses), TODAY, criteria="irecist").sections
    return section


def irs(answer: str, visit: int = 2, test: str = "OVRLRESP", **more: str) -> Row:
    return rs(answer, min(visit, 4), test, RSCAT="iRECIST") | _at("RS", visit) | more


def itr(label: str, value: float | str, visit: int, **more: str) -> Row:
    return tr(label, value, min(visit, 4)) | _at("TR", visit) | more


def _at(domain: str, visit: int) -> Row:
    name, day = LAST[visit]
    return {"VISITNUM": visit, "VISIT": name, f"{domain}DTC": day}


def targets(*sizes: float) -> list[Row]:
    return [itr("T01", size, visit) for visit, size in enumerate(sizes, start=1)]


def answers(*words: str) -> list[Row]:
    return [irs(word, visit) for visit, word in enumerate(words, start=2)]


def test_a_whole_course_agrees_in_every_part(tmp_path: Path) -> None:
    """iUPD by a new lesion, void by iPR, a fresh iUPD by the targets and by a non-target, and its confirmation."""
    lesions = [
        TARGET, tu("NT01", "NON-TARGET"), tu("NEW01", "NEW TARGET", VISITNUM=2), tu("NEW02", "NEW NON-TARGET", VISITNUM=5),
    ]  # fmt: skip
    results = [
        *targets(100, 100, 60, 80, 82),
        *(
            itr("NT01", word, visit)
            for visit, word in enumerate(("PRESENT",) * 3 + ("UNEQUIVOCAL", "INCREASED"), start=1)
        ),
        *(itr("NEW01", size, visit) for visit, size in enumerate((12, 12, 13, 13), start=2)),
        itr("NEW02", "UNEQUIVOCAL", 5),
    ]
    said = {
        2: ("SD", "NON-CR/NON-PD", "Y", "iUPD"), 3: ("PR", "NON-CR/NON-PD", "Y", "iPR"),
        4: ("PD", "PD", "Y", "iUPD"), 5: ("PD", "NON-CR/NON-PD", "Y", "iCPD"),
    }  # fmt: skip
    tests = ("TRGRESP", "NTRGRESP", "NEWLPROG", "OVRLRESP")
    responses = [irs(word, visit, test) for visit, row in said.items() for test, word in zip(tests, row, strict=True)]
    section = verify(tmp_path, lesions, results, [*responses, irs("iPR", 5, "BESTRESP")])
    assert (section.differences, section.not_verified) == ((), ())
    assert (section.cases, section.rows) == (1, 17)
    assert (section.criteria, section.criteria_version) == ("irecist", "Seymour 2017")


def test_the_parts_may_carry_the_letters_of_the_response(tmp_path: Path) -> None:
    lesions = [TARGET, tu("NT01", "NON-TARGET")]
    results = [*targets(100, 70, 85), *(itr("NT01", "PRESENT", visit) for visit in (1, 2, 3))]
    responses = [
        irs("iPR", 2, "TRGRESP"), irs("NON-iCR/NON-iUPD", 2, "NTRGRESP"), irs("iUPD", 3, "TRGRESP"),
        irs("Non-iCR/Non-iUPD", 3, "NTRGRESP"), irs("iUPD", 3),
    ]  # fmt: skip
    section = verify(tmp_path, lesions, results, responses)
    assert (section.rows, section.differences, section.not_verified) == (5, (), ())


def test_only_the_wrong_row_is_shown_with_the_sum_and_the_date_that_decide(tmp_path: Path) -> None:
    section = verify(tmp_path, [TARGET], targets(100, 125, 129.9, 130), answers("iUPD", "iCPD", "iCPD"))
    (wrong,) = section.differences
    assert (wrong.place, wrong.expected, wrong.got) == (
        "rs.csv row 3, STUDY-001, INVESTIGATOR, WEEK 16, 2026-04-27", "iCPD", "iUPD",
    )  # fmt: skip
    assert any("a sum of targets of 130 mm or more" in reason for reason in wrong.reasons)
    assert any("Seymour 2017, Table 2" in reason for reason in wrong.reasons)


def test_what_is_called_pd_in_the_words_of_recist_differs(tmp_path: Path) -> None:
    section = verify(tmp_path, [TARGET], targets(100, 125, 130), answers("PD", "PD"))
    assert [(row.expected, row.got) for row in section.differences] == [("PD", "iUPD"), ("PD", "iCPD")]


def test_a_scan_within_four_weeks_confirms_nothing(tmp_path: Path) -> None:
    early = {"TRDTC": "2026-03-29"}
    results = [*targets(100, 125), itr("T01", 140, 3, **early)]
    section = verify(tmp_path, [TARGET], results, [irs("iUPD", 2), irs("iCPD", 3, RSDTC="2026-03-29")])
    (wrong,) = section.differences
    assert (wrong.expected, wrong.got) == ("iCPD", "iUPD")
    assert any("27 days before" in reason and "It takes 28 days" in reason for reason in wrong.reasons)


def test_new_lesions_are_measured_apart_and_never_enter_the_sum(tmp_path: Path) -> None:
    lesions = [TARGET, tu("NEW01", "NEW TARGET", VISITNUM=2)]
    results = [*targets(100, 100, 100, 100), *(itr("NEW01", size, n) for n, size in enumerate((10, 14, 16), start=2))]
    section = verify(tmp_path, lesions, results, answers("iUPD", "iUPD", "iCPD"))
    assert (section.rows, section.differences, section.not_verified) == (3, (), ())


@pytest.mark.parametrize("word", ["INCREASED", "UNEQUIVOCAL, INCREASED", "WORSENED"])
def test_growth_that_is_said_of_a_new_lesion_confirms(tmp_path: Path, word: str) -> None:
    lesions = [TARGET, tu("NEW01", "NEW NON-TARGET", VISITNUM=2)]
    results = [*targets(100, 100, 100), itr("NEW01", "UNEQUIVOCAL", 2), itr("NEW01", word, 3)]
    section = verify(tmp_path, lesions, results, answers("iUPD", "iCPD"))
    assert (section.rows, section.differences, section.not_verified) == (2, (), ())


def test_an_iupd_stays_open_over_a_visit_that_is_not_evaluable(tmp_path: Path) -> None:
    results = [*targets(100, 125), not_done("T01", 3), itr("T01", 130, 4)]
    section = verify(tmp_path, [TARGET], results, [*answers("iUPD", "NE", "iCPD"), irs("iCPD", 4, "BESTRESP")])
    assert (section.rows, section.differences, section.not_verified) == (4, (), ())


def test_rows_by_recist_are_left_out_and_said(tmp_path: Path) -> None:
    """One study may hold both: each is compared under its own criteria."""
    responses = [irs("iUPD", 2), rs("PD", 2), irs("iUPD", 3), rs("PD", 3), irs("iSD", 4), rs("SD", 4)]
    results = targets(100, 125, 126, 100)
    folder = write_study(tmp_path, [TARGET], results, responses)
    (immune,) = run_folder(folder, TODAY, criteria="irecist").sections
    (plain,) = run_folder(folder, TODAY).sections
    assert (immune.rows, immune.agrees) == (3, True)
    assert "rows of RS by other criteria (RSCAT) were left out: RECIST 1.1" in immune.assumptions
    assert plain.rows == 3
    assert "rows of RS by other criteria (RSCAT) were left out: iRECIST" in plain.assumptions


def test_readers_are_kept_apart(tmp_path: Path) -> None:
    lesions = [tu("T01", "TARGET", reader=reader) for reader in (READER_1, READER_2)]
    sizes = {READER_1: (100, 90, 100), READER_2: (100, 80, 100)}
    results = [
        tr("T01", size, visit, reader=reader)
        for reader, row in sizes.items()
        for visit, size in enumerate(row, start=1)
    ]
    responses = [rs("iUPD", 3, reader=reader, RSCAT="iRECIST") for reader in sizes]
    section = verify(tmp_path, lesions, results, responses)
    (wrong,) = section.differences
    assert (wrong.expected, wrong.got) == ("iUPD", "iSD")
    assert wrong.reasons[-1].startswith(
        "iUPD only against the nadir of another reader (INDEPENDENT ASSESSOR, RADIOLOGIST 2"
    )
