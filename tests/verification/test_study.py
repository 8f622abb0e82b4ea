"""A study is judged anew and compared row by row: exactly the rows that differ are shown, with the reasons beside them."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.sdtm import INVESTIGATOR, READER_1, READER_2, Row, not_done, rs, tr, tu, write_study
from tracker.errors import InputError
from tracker.verification.sheet import Section
from tracker.verification.study import EACH_VISIT_ALONE, STICKY, run_folder

TODAY = date(2026, 11, 24)
TARGET = [tu("T01", "TARGET")]


def verify(
    folder: Path, lesions: list[Row], results: list[Row], responses: list[Row], convention: str = STICKY
) -> Section:
    (section,) = run_folder(write_study(folder, lesions, results, responses), TODAY, convention=convention).sections
    return section


def sums(*sizes: float, reader: tuple[str, str] = INVESTIGATOR) -> list[Row]:
    """One target at the visits 1, 2, 3 …"""
    return [tr("T01", size, visit, reader=reader) for visit, size in enumerate(sizes, start=1)]


def test_a_whole_study_agrees(tmp_path: Path) -> None:
    lesions = [
        tu("T01", "TARGET"), tu("N01", "TARGET", "LYMPH NODE"), tu("NT01", "NON-TARGET"), tu("NEW01", "NEW", VISITNUM=4),
    ]  # fmt: skip
    results = [
        *sums(30, 20, 0, 0),
        *(tr("N01", size, visit, "LPERP") for visit, size in enumerate((20, 14, 8, 8), start=1)),
        *(tr("N01", 60, visit, "LDIAM") for visit in (1, 2, 3, 4)),
        *(tr("NT01", word, visit) for visit, word in enumerate(("PRESENT", "PRESENT", "ABSENT", "ABSENT"), start=1)),
        tr("NEW01", "UNEQUIVOCAL", 4),
    ]  # fmt: skip
    answers = {2: ("PR", "NON-CR/NON-PD", "N", "PR"), 3: ("CR", "CR", "N", "CR"), 4: ("CR", "CR", "Y", "PD")}
    tests = ("TRGRESP", "NTRGRESP", "NEWLPROG", "OVRLRESP")
    responses = [
        rs(answer, visit, test) for visit, row in answers.items() for test, answer in zip(tests, row, strict=True)
    ]
    section = verify(tmp_path, lesions, results, [*responses, rs("CR", 4, "BESTRESP")])
    assert (section.cases, section.rows, section.differences, section.not_verified) == (1, 13, (), ())
    assert section.agrees
    assert (section.criteria, section.criteria_version) == ("recist-1.1", "Eisenhauer 2009")


def test_a_row_that_is_wrong_is_the_only_one_shown(tmp_path: Path) -> None:
    responses = [rs("SD", 2), rs("PR", 3), rs("PD", 4)]
    section = verify(tmp_path, TARGET, sums(30, 29, 21.1, 35), responses)
    assert (section.rows, len(section.differences), section.agrees) == (3, 1, False)
    wrong = section.differences[0]
    assert wrong.place == "rs.csv row 3, STUDY-001, INVESTIGATOR, WEEK 16, 2026-04-27"
    assert (wrong.what, wrong.expected, wrong.got) == ("overall response", "PR", "SD")
    assert "21.1 mm is 29.7 % below the baseline sum of 30.0 mm" in wrong.reasons[0]


def test_each_part_of_an_answer_is_compared_and_shows_its_own_reasons(tmp_path: Path) -> None:
    lesions = [*TARGET, tu("NT01", "NON-TARGET")]
    results = [*sums(30, 29), tr("NT01", "PRESENT"), tr("NT01", "UNEQUIVOCAL", 2)]
    responses = [
        rs("PR", 2, "TRGRESP"), rs("NON-CR/NON-PD", 2, "NTRGRESP"), rs("Y", 2, "NEWLIND"), rs("SD", 2),
    ]  # fmt: skip
    section = verify(tmp_path, lesions, results, responses)
    told = {row.what: (row.expected, row.got, row.reasons[0]) for row in section.differences}
    assert {what: row[:2] for what, row in told.items()} == {
        "target response": ("PR", "SD"), "non-target response": ("NON-CR/NON-PD", "PD"), "new lesions": ("yes", "no"),
        "overall response": ("SD", "PD"),
    }  # fmt: skip
    assert "baseline sum" in told["target response"][2]
    assert told["non-target response"][2].startswith("Unequivocal progression of non-target disease")
    assert told["new lesions"][2] == "TU and TR hold no new lesions for this reader at this visit."


def test_another_convention_that_gives_the_answer_is_named(tmp_path: Path) -> None:
    responses = [rs("PR", 2), rs("SD", 3)]
    sticky = verify(tmp_path / "a", TARGET, sums(100, 70, 80), responses)
    assert [(row.expected, row.got) for row in sticky.differences] == [("SD", "PR")]
    assert any("SD if each visit is judged alone: --convention each-visit-alone" in r for r in sticky.differences[0].reasons)  # fmt: skip
    assert verify(tmp_path / "b", TARGET, sums(100, 70, 80), responses, EACH_VISIT_ALONE).agrees


def test_no_reader_is_judged_against_the_nadir_of_another(tmp_path: Path) -> None:
    lesions = [tu("T01", "TARGET", reader=reader) for reader in (READER_1, READER_2)]
    results = [*sums(30, 29, 30, reader=READER_1), *sums(30, 24, 25, reader=READER_2)]
    responses = [rs("SD", 2, reader=READER_1), rs("PD", 3, reader=READER_1), rs("SD", 3, reader=READER_2)]
    section = verify(tmp_path, lesions, results, responses)
    assert (section.cases, section.rows) == (2, 3)
    (wrong,) = section.differences
    assert (wrong.expected, wrong.got) == ("PD", "SD")
    assert wrong.reasons[-1] == (
        "PD only against the nadir of another reader (INDEPENDENT ASSESSOR, RADIOLOGIST 2: 24 mm); readers are kept apart"
    )


@pytest.mark.parametrize("answer", ["NE", "ND", "NOT DONE", "Not evaluable"])
def test_a_missing_lesion_is_not_evaluable_whatever_the_file_calls_it(tmp_path: Path, answer: str) -> None:
    lesions = [*TARGET, tu("T02", "TARGET")]
    results = [*sums(30, 10, 10), tr("T02", 20), tr("T02", 20, 3)]
    assert verify(tmp_path, lesions, results, [rs(answer, 2)]).agrees


def test_a_missing_lesion_does_not_hide_progression_that_the_others_prove(tmp_path: Path) -> None:
    lesions = [*TARGET, tu("T02", "TARGET"), tu("T03", "TARGET")]
    results = [tr("T01", 20), tr("T02", 20), tr("T03", 10), tr("T01", 40, 2), tr("T02", 40, 2), not_done("T03", 2)]
    assert verify(tmp_path, lesions, results, [rs("PD", 2)]).agrees


def test_a_visit_that_rs_speaks_of_and_tr_does_not_is_not_evaluable(tmp_path: Path) -> None:
    results = [*sums(30, 29), tr("T01", 28, 4)]
    section = verify(tmp_path, TARGET, results, [rs("SD", 2), rs("NE", 3), rs("SD", 4)])
    assert (section.rows, section.agrees) == (3, True)


def test_a_disappeared_lesion_with_a_non_target_that_is_not_evaluable_is_a_partial_response(tmp_path: Path) -> None:
    lesions = [*TARGET, tu("NT01", "NON-TARGET")]
    results = [*sums(30, 0), tr("NT01", "PRESENT"), not_done("NT01", 2, TRTESTCD="TUMSTATE")]
    responses = [rs("CR", 2, "TRGRESP"), rs("NE", 2, "NTRGRESP"), rs("PR", 2)]
    assert verify(tmp_path, lesions, results, responses).agrees


def test_disease_without_targets_is_non_cr_non_pd(tmp_path: Path) -> None:
    results = [tr("NT01", "PRESENT"), tr("NT01", "PRESENT", 2)]
    responses = [rs("NON-CR/NON-PD", 2), rs("Non-CR/Non-PD", 2, "NTRGRESP"), rs("NA", 2, "TRGRESP")]
    section = verify(tmp_path, [tu("NT01", "NON-TARGET")], results, responses)
    assert (section.rows, section.agrees) == (2, True)
    assert "1 rows of RS that state no response were not compared" in section.assumptions


# --- dates ---------------------------------------------------------------------------------------------------------


def test_a_partial_date_is_placed_and_its_visit_compared(tmp_path: Path) -> None:
    results = [tr("T01", 30), tr("T01", 20, 2, TRDTC="2026-03"), tr("T01", 24, 3)]
    section = verify(tmp_path, TARGET, results, [rs("PR", 2, RSDTC="2026-03"), rs("PD", 3, RSDTC="2026-04")])
    assert (section.rows, [row.got for row in section.differences]) == (2, ["PR"])
    assert any("placed by VISITNUM" in text and "STUDY-001, INVESTIGATOR" in text for text in section.assumptions)


def test_a_best_response_that_depends_on_the_missing_day_is_not_verified(tmp_path: Path) -> None:
    """Stable disease counts from day 42: on the 1st of February not yet, on the 28th it does."""
    results = [tr("T01", 30), tr("T01", 29, 2, TRDTC="2026-02")]
    responses = [rs("SD", 2, RSDTC=""), rs("SD", 2, "BESTRESP", RSDTC="")]
    section = verify(tmp_path, TARGET, results, responses)
    assert (section.rows, section.differences) == (1, ())
    assert section.not_verified[0].why == "the best response depends on the day of a visit without a full date"
    assert section.agrees


def test_a_reader_whose_visits_have_no_order_is_not_verified_and_says_why(tmp_path: Path) -> None:
    lesions = [tu("T01", "TARGET", reader=reader) for reader in (READER_1, READER_2)]
    results = [*sums(30, 29, reader=READER_1), *sums(30, 29, reader=READER_2)]
    results[1] |= {"TRDTC": "2026-03", "VISITNUM": ""}
    responses = [rs("SD", 2, reader=READER_1), rs("SD", 2, reader=READER_2)]
    section = verify(tmp_path, lesions, results, responses)
    assert section.rows == 1
    (missed,) = section.not_verified
    assert "RADIOLOGIST 1" in missed.place
    assert "no full date" in missed.why


def test_rows_are_matched_by_date_or_link_group_where_rs_has_no_visit(tmp_path: Path) -> None:
    results = [tr("T01", 30, TRLNKGRP="A1"), tr("T01", 20, 2, TRLNKGRP="A2"), tr("T01", 40, 3, TRLNKGRP="A3")]
    nameless = {"VISITNUM": "", "VISIT": ""}
    responses = [
        rs("PR", 2, RSDTC="2026-03-09", **nameless), rs("PD", 3, RSDTC="", RSLNKGRP="A3", **nameless),
        rs("PD", 4, **nameless),
    ]  # fmt: skip
    section = verify(tmp_path, TARGET, results, responses)
    assert (section.rows, section.differences) == (2, ())
    assert [missed.why for missed in section.not_verified] == ["no visit of TR has its VISITNUM, VISIT or date"]


# --- what is not compared ------------------------------------------------------------------------------------------


def test_a_best_response_agrees_unconfirmed_or_confirmed_and_shows_its_visits_where_it_does_not(tmp_path: Path) -> None:
    results, visits = sums(100, 60, 90, 90), [rs("PR", 2), rs("PD", 3)]
    for number, answer in enumerate(("PR", "SD")):
        folder = tmp_path / str(number)
        assert verify(folder, TARGET, results, [*visits, rs(answer, 3, "BESTRESP")]).agrees
    section = verify(tmp_path / "c", TARGET, results, [rs("CR", 3, "BESTRESP")])
    (wrong,) = section.differences
    assert (wrong.what, wrong.expected, wrong.got) == ("best overall response", "CR", "PR (confirmed: SD)")
    assert wrong.reasons[0] == "computed at the visits: WEEK 8 PR, WEEK 16 PD, WEEK 24 PD"


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    responses = [
        rs("SD", 2), rs("iSD", 2, RSCAT="iRECIST 2017"), rs("Y", 2, "SYMPTDET"), rs("SD", 1), rs("FINE", 2),
        rs("SD", 2, reader=READER_2),
    ]  # fmt: skip
    (tmp_path / "dm.csv").write_text("USUBJID\nS\n")
    section = verify(tmp_path, TARGET, [*sums(30, 29), tr("", 29, 2, "SUMDIAM")], responses)
    assert (section.rows, section.differences) == (1, ())
    said = " | ".join(section.assumptions)
    for text in (
        "files that are not TU, TR or RS were left out: dm.csv", "left out: iRECIST 2017", "left out: SUMDIAM", "1 rows of RS answer something else",
        "at the baseline, which has no response",
    ):  # fmt: skip
        assert text in said
    assert [missed.why for missed in section.not_verified] == [
        "'FINE' is no answer known here", "TR has no row of this reader",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("measured_by", "answered_by"),
    [(("", ""), INVESTIGATOR), (INVESTIGATOR, ("", "")), (READER_1, ("", "")), (("", ""), ("", ""))],
)
def test_a_reader_without_a_name_is_the_investigator_or_the_only_one(
    tmp_path: Path, measured_by: tuple[str, str], answered_by: tuple[str, str]
) -> None:
    lesions = [tu("T01", "TARGET", reader=measured_by)]
    section = verify(tmp_path, lesions, sums(30, 29, reader=measured_by), [rs("SD", 2, reader=answered_by)])
    assert (section.rows, section.agrees) == (1, True)


def test_a_study_without_a_row_to_compare_does_not_pass(tmp_path: Path) -> None:
    assert not verify(tmp_path, TARGET, sums(30, 29), [rs("SD", 2, reader=READER_1)]).agrees


def test_unknown_criteria_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'mine': not known here"):
        run_folder(tmp_path, TODAY, criteria="mine")


@pytest.mark.parametrize("kind", ["csv", "xpt", "json", "ndjson"])
def test_every_format_is_compared_alike(tmp_path: Path, kind: str) -> None:
    folder = write_study(tmp_path, TARGET, sums(14, 9.8, 12.6, 15), [rs("PR", 2), rs("SD", 3), rs("PD", 4)], kind)
    (section,) = run_folder(folder, TODAY).sections
    assert (section.rows, [(row.expected, row.got) for row in section.differences]) == (3, [("SD", "PR")])
    place = "rs.csv row 3" if kind == "csv" else f"rs.{kind} record 2"
    assert section.differences[0].place.startswith(place)


# --- odd cells -----------------------------------------------------------------------------------------------------

_ODD = st.sampled_from(
    ["", "NA", "0", "-1", "5", "1e9", "3.25", "cm", "mm", "Y", "NOT DONE", "TOO SMALL TO MEASURE", "ABSENT", "PRESENT",
     "UNEQUIVOCAL", "EQUIVOCAL", "TARGET", "NON-TARGET", "NEW", "NEW TARGET", "TUSPLIT", "T01", "T02", "T01.1", "NEW01",
     "LDIAM", "LPERP", "DIAMETER", "TUMSTATE", "LNSTATE", "LYMPH NODE", "2026", "2026-03", "2026-03-02", "2026---02", "--03",
     "1", "2", "3", "2.5", "PR", "NE", "iUPD", "BESTRESP", "RADIOLOGIST 1", "\u00b5", " "]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_odd_cells_are_compared_or_not_verified_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    domains = (
        [tu("T01", "TARGET"), tu("T02", "TARGET", "LYMPH NODE"), tu("NT01", "NON-TARGET"), tu("NEW01", "NEW", VISITNUM=3)],
        [tr("T01", 30), tr("T02", 20, test="LPERP"), tr("NT01", "PRESENT"), *sums(30, 20, 25)[1:], tr("NEW01", "UNEQUIVOCAL", 3)],
        [rs("NE", 2), rs("PD", 3), rs("NE", 3, "BESTRESP"), rs("Y", 3, "NEWLPROG")],
    )  # fmt: skip
    for _ in range(data.draw(st.integers(1, 4))):
        rows = data.draw(st.sampled_from(domains))
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.sampled_from(sorted(row)))] = data.draw(_ODD)
    with contextlib.suppress(InputError):
        section = verify(tmp_path, *(list(rows) for rows in domains))
        assert all(missed.why for missed in section.not_verified)
        assert all(wrong.reasons for wrong in section.differences)
