"""The sheet of a meeting: one page of greys whatever it holds, with every text as text and every figure in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.pictures.records import counts_only, record, simple, twelve_scans, two_courses
from tests.report.papers import HOSTILE, NOW, TODAY, is_grey, read_paper
from tracker.domain.derivation import assess_record
from tracker.domain.record import Confirmation, PatientRecord, StatedCount, Verification
from tracker.domain.vocabulary import CountKind, Response
from tracker.pictures.badges import Badge, BadgeKind
from tracker.report.plain_text import one_line, printable, shorten
from tracker.report.sheet import render_meeting, render_sheet
from tracker.report.sheet_case import MeetingPlace, SheetCase, SheetDecision, derive_case
from tracker.report.sheet_data import sheet_data
from tracker.report.sheet_table import derive_sheet_table, say_badge
from tracker.report.typesetting import name_letters

RECORDS = {
    "two courses": two_courses(),
    "twelve scans and ten lesions": twelve_scans(),
    "one scan": simple([40]),
    "counts only": counts_only([StatedCount(CountKind.INNUMERABLE), StatedCount(CountKind.AT_LEAST, 20)]),
    "no scan": record((), ()),
}
MEETING = MeetingPlace(TODAY, "Liver board", 4, 11)


def case_of(patient: PatientRecord, **more: Any) -> SheetCase:
    return derive_case(patient, TODAY, NOW, **{"meeting": MEETING, "question": "Is L6 new?", **more})


@pytest.mark.parametrize("name", RECORDS)
def test_a_sheet_is_one_landscape_page_by_the_standard_of_accessible_pdf(name: str) -> None:
    case = case_of(RECORDS[name])
    paper = read_paper(render_sheet(case))
    assert (paper.pages, paper.size_mm) == (1, (297, 210))
    assert (paper.is_tagged, paper.is_universal) == (True, True)
    drawn = [one for one in (case.board, case.liver_map) if one is not None]
    assert list(paper.alternatives) == [" ".join(one.sentence.split()) for one in drawn]
    for words in ("DEMO-017", "SYNTHETIC", "Liver board 24 November 2026", "case 4 of 11", "Is L6 new?", "Decision"):
        assert words in paper.text
    assert "Not a medical device." in paper.text
    assert "record version 3" in paper.text
    assert "page 1 of 1" in paper.text
    assert all(flag in paper.text for flag in ("fever", "jaundice", "sudden pain", "confusion"))


def test_nothing_on_paper_has_a_colour() -> None:
    cases = [case_of(patient) for patient in RECORDS.values()]
    data = render_meeting(cases)
    assert data is not None
    assert is_grey(data)


def test_text_of_a_person_stands_as_it_is() -> None:
    code, _right_to_left, turned = HOSTILE
    decision = SheetDecision(code, TODAY, code, None)
    case = case_of(two_courses(), question=" ".join(HOSTILE[:2]), asked_by=turned, decision=decision)
    paper = read_paper(render_sheet(case))
    assert (paper.pages, paper.is_universal) == (1, True)
    assert paper.text.count('#read("/etc/passwd") $x^2$ *bold* _under_ `code` <script>alert(1)</script>') == 2
    assert "· abc" in paper.text
    assert any("\u0590" <= letter <= "\u06ff" for letter in paper.text)


def test_an_identifier_of_two_hundred_wide_letters_keeps_the_page_one() -> None:
    patient = two_courses()
    who = replace(patient.patient, identifier="W" * 200, primary_detail="M" * 200)
    paper = read_paper(render_sheet(case_of(replace(patient, patient=who))))
    assert paper.pages == 1
    assert "W" * 27 in paper.text.replace("\u200b", "")


def test_letters_that_no_font_has_are_named_and_signs_that_turn_others_are_left_out() -> None:
    assert name_letters("🧬") == "[dna double helix]"
    assert name_letters("👩\u200d⚕\ufe0f") == "[woman][staff of aesculapius]"
    assert printable("a\x00b\u202ec\ud800\nd") == "abc d"
    paper = read_paper(render_sheet(case_of(two_courses(), question="Is this \U0001fae8 new?")))
    assert (paper.pages, paper.is_universal) == (1, True)
    assert "Is this" in paper.text


@pytest.mark.parametrize("long", ["word " * 900, "W" * 4000, "😀" * 300], ids=["words", "one word", "signs"])
def test_a_long_text_is_cut_and_said_to_be(long: str) -> None:
    decision = SheetDecision(long, TODAY, long, None)
    paper = read_paper(render_sheet(case_of(twelve_scans(), question=long, asked_by=long, decision=decision)))
    assert paper.pages == 1
    assert paper.text.count("the whole text is in the record") >= 3
    assert "page 1 of 1" in paper.text


def test_more_biomarkers_than_two_lines_hold_are_counted_and_the_rest_of_the_chips_stand() -> None:
    patient = two_courses()
    many = {f"Marker {number}": "unknown" for number in range(40)}
    crowded = replace(patient, patient=replace(patient.patient, biomarkers=many))
    paper = read_paper(render_sheet(case_of(crowded)))
    assert paper.pages == 1
    assert " more " in paper.text
    assert "Extrahepatic" in paper.text
    assert "confusion" in paper.text


def test_without_an_answer_the_box_is_ruled_and_with_one_it_holds_the_decision() -> None:
    patient = two_courses()
    blank, made = (
        sheet_data(case_of(patient, decision=decision))["decision"]
        for decision in (None, SheetDecision("Go on.", TODAY, "Dr I. Novak", TODAY))
    )
    assert blank is None
    assert made == {"outcome": "Go on.", "owner": "Dr I. Novak", "due": "24 Nov 2026", "on": "decided 24 Nov 2026"}


def test_the_patients_name_is_neither_on_the_sheet_nor_in_what_the_file_tells_of_itself() -> None:
    patient = two_courses()
    named = replace(patient, patient=replace(patient.patient, name="Erika Mustermann"))
    data = render_sheet(case_of(named))
    paper = read_paper(data)
    assert "Mustermann" not in paper.text
    assert b"Mustermann" not in data
    assert paper.metadata["Title"] == "Meeting sheet, DEMO-017"
    assert "Mustermann" not in str(paper.metadata)


def test_who_entered_and_who_verified_the_newest_scan_is_said() -> None:
    patient = two_courses()
    *before, last = patient.exams
    seen = Verification(1, last.id, last.version, "B. Kurt", NOW)
    entered = replace(patient, exams=(*before, replace(last, entered_by="A. Weber")))
    assert sheet_data(case_of(entered))["entered"] == "entered by A. Weber, not verified by a second person"
    verified = replace(entered, verifications=(seen,))
    assert sheet_data(case_of(verified))["entered"] == "entered by A. Weber, verified by B. Kurt"
    corrected = replace(verified, exams=(*before, replace(last, entered_by="A. Weber", version=last.version + 1)))
    assert sheet_data(case_of(corrected))["entered"].endswith("not verified by a second person")


def test_the_last_three_scans_stand_with_the_change_since_the_one_before() -> None:
    patient = two_courses()
    courses = assess_record(patient)
    board = case_of(patient).board
    assert board is not None
    table = derive_sheet_table(board, courses)
    assert (len(table.dates), table.since) == (3, table.dates[-2])
    by_label = {row.name: row for row in table.lesions}
    assert by_label["L1"].cells[-1] == "36"
    assert by_label["L1"].change == "+2 mm"
    assert by_label["L3"].change == ""  # a treated zone is no tumour size
    assert by_label["L4"].cells[-1] == "not seen"
    sums = table.totals[0]
    assert (sums.name, sums.cells[-1], sums.change) == ("Sum of targets", "60", "+4 mm")


@pytest.mark.parametrize(
    ("kind", "response", "said"),
    [
        (BadgeKind.BASELINE, None, "baseline"),
        (BadgeKind.OUTSIDE, None, "no course"),
        (BadgeKind.COMPUTED, Response.SD, "□ SD"),
        (BadgeKind.CONFIRMED, Response.SD, "■ SD"),
        (BadgeKind.COMPUTED, Response.PD, "△ PD"),
        (BadgeKind.CONFIRMED, Response.CR, "★ CR"),
        (BadgeKind.COMPUTED, Response.NON_CR_NON_PD, "nCR/nPD"),
    ],
)
def test_a_response_is_filled_where_a_clinician_confirmed_it(
    kind: BadgeKind, response: Response | None, said: str
) -> None:
    assert say_badge(Badge(kind, response, 0, 1, "")) == said


def test_what_was_confirmed_otherwise_stands_before_what_is_computed() -> None:
    badge = Badge(BadgeKind.CONFIRMED, Response.PD, 0, 1, "", beside=Response.SD)
    assert say_badge(badge) == "▲ PD · □ SD"


def test_who_confirmed_the_newest_response_is_on_the_sheet() -> None:
    patient = two_courses()
    course = assess_record(patient)[-1]
    row = course.assessment.time_points[-1]
    said = Confirmation(
        1, course.course.plan.id, 2, row.date, Response.SD, "Dr M. Haas", NOW, "1", computed=row.overall_response
    )
    assert "Dr M. Haas" in sheet_data(case_of(replace(patient, confirmations=(said,))))["confirmed"]["by"]
    assert sheet_data(case_of(patient))["confirmed"]["by"] == ""
    overruled = replace(said, response=Response.PD, remark="the whole picture is judged as progression")
    data = sheet_data(case_of(replace(patient, confirmations=(overruled,))))
    assert data["confirmed"]["by"] == "Confirmed PD by Dr M. Haas"
    assert "the whole picture is judged as progression" in data["answer"]["text"]


# --- all of a meeting


def test_all_sheets_of_a_meeting_stand_in_one_file_in_the_order_of_the_list() -> None:
    told: list[tuple[int, int]] = []

    def tell(done: int, number: int) -> None:
        told.append((done, number))

    cases = [case_of(patient, question=name) for name, patient in RECORDS.items()]
    data = render_meeting(iter(cases), tell, number=len(cases))
    assert data is not None
    paper = read_paper(data)
    assert paper.pages == len(cases)
    for at, name in enumerate(RECORDS):
        assert name in paper.texts[at]
        assert f"page {at + 1} of {len(cases)}" in paper.texts[at]
    assert told == [(number, len(cases)) for number in range(1, len(cases) + 1)]
    assert paper.metadata["Title"] == "Meeting sheets, Liver board 24 November 2026"


def test_a_meeting_can_be_stopped_after_any_case() -> None:
    asked = []

    def cases() -> Iterator[SheetCase]:
        for patient in RECORDS.values():
            asked.append(patient)
            yield case_of(patient)

    assert render_meeting(cases(), lambda done, _number: done < 2, number=5) is None
    assert len(asked) == 2


def test_a_meeting_without_a_case_has_no_file() -> None:
    with pytest.raises(ValueError, match="without a case"):
        render_meeting([])


def test_a_long_word_may_be_broken_and_a_short_text_is_left_alone() -> None:
    assert one_line("a  b\nc") == "a b c"
    assert one_line("x" * 30) == "x" * 28 + "\u200b" + "xx"
    assert (shorten("abc", 3), shorten("abcd", 3)) == ("abc", "ab…")


@pytest.mark.parametrize(
    "text", ["e" + "\u0301" * 40, "a\ufe0f\ufe0e", "\U000e0041"], ids=["marks", "variations", "tags"]
)
def test_marks_that_no_font_can_set_do_not_keep_a_sheet_from_the_meeting(text: str) -> None:
    paper = read_paper(render_sheet(case_of(two_courses(), question=text * 40)))
    assert (paper.pages, "Decision" in paper.text) == (1, True)
