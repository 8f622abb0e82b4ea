"""The lesion by date table says what was measured: mm, arrow, state in words, tint, sums, responses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.pictures.records import course, exam, record, seen, simple, twelve_scans, two_courses
from tracker.domain.derivation import assess_record
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import PatientRecord, RecordedObservation
from tracker.domain.vocabulary import Certainty, Modality, State
from tracker.pictures.board import derive_board
from tracker.pictures.cells import EMPTY, History, TableCell, Tint, derive_cell
from tracker.pictures.lesion_table import MOST_COLUMNS, MOST_ROWS, LesionTable


def table_of(patient: PatientRecord) -> LesionTable:
    board = derive_board(patient, assess_record(patient))
    assert board is not None
    return board.table


def cells_of(*observations: Observation | None, node: bool = False) -> list[TableCell]:
    history = History(node=node)
    history.begin_course()
    return [derive_cell(one, history) for one in observations]


@pytest.mark.parametrize(
    ("sizes", "arrows"),
    [
        ([20, 22], ["", "→"]),
        ([20, 23], ["", "↑"]),
        ([20, 18], ["", "→"]),
        ([20, 17], ["", "↓"]),
        (["20", "22.1"], ["", "↑"]),
    ],
)
def test_an_arrow_means_more_than_2_mm_against_the_scan_before(sizes: list[object], arrows: list[str]) -> None:
    assert [cell.arrow for cell in cells_of(*map(seen, sizes))] == arrows


@pytest.mark.parametrize(
    ("sizes", "tints"),
    [
        # first at −30 % full, faint while it lasts
        ([20, 14, 13, 13], [Tint.NONE, Tint.FALL_FIRST, Tint.FALL, Tint.FALL]),
        # exactly −30 % of 14.0 mm is 9.8 mm
        (["14", "9.8"], [Tint.NONE, Tint.FALL_FIRST]),
        (["14", "9.9"], [Tint.NONE, Tint.NONE]),
        # rise over the own smallest comes before fall from the baseline
        ([58, 27, 36], [Tint.NONE, Tint.FALL_FIRST, Tint.RISE_FIRST]),
        ([58, 27, 36, 37], [Tint.NONE, Tint.FALL_FIRST, Tint.RISE_FIRST, Tint.RISE]),
        # +20 % without 5 mm is no rise
        ([14, 18], [Tint.NONE, Tint.NONE]),
        # 5 mm without 20 % is none either
        ([40, 46], [Tint.NONE, Tint.NONE]),
        # seen again after it was gone: 5 mm or more above nothing
        ([20, "absent", 8], [Tint.NONE, Tint.NONE, Tint.RISE_FIRST]),
    ],
)
def test_a_tint_says_where_a_threshold_is_first_passed(sizes: list[object], tints: list[Tint]) -> None:
    assert [cell.tint for cell in cells_of(*map(seen, sizes))] == tints


@pytest.mark.parametrize(
    ("observation", "text", "short"),
    [
        (Observation(State.ABSENT), "○ not seen", "○"),
        (Observation(State.TOO_SMALL), "5 ↓ too small", "5 ts"),
        (Observation(State.TOO_SMALL, longest=Length(4_000)), "4 ↓ too small", "4 ts"),
        (Observation(State.TREATED, longest=Length(34_000), by="microwave"), "▨ zone 34", "▨ 34"),
        (Observation(State.NOT_EVALUABLE, reason="motion"), "not evaluable", "NE"),
        (Observation(State.NOT_MENTIONED), "not mentioned", "n.m."),
        (None, "not mentioned", "n.m."),
        (Observation(State.PRESENT), "seen", "seen"),
        (Observation(State.MERGED, into="L2"), "in L2", "in L2"),
        (Observation(State.SPLIT, parts=(Length(14_000), Length(9_000))), "23 split", "23"),
        (Observation(State.EQUIVOCAL, longest=Length(8_000)), "✚ 8 new?", "✚ 8?"),
        (Observation(State.UNEQUIVOCAL, longest=Length(8_000)), "✚ 8 new", "✚ 8"),
        (Observation(State.UNEQUIVOCAL_PROGRESSION), "worse", "!"),
        (Observation(State.RECURRENCE, longest=Length(12_000), certainty=Certainty.EQUIVOCAL), "✚ 12 back?", "✚ 12?"),
    ],
)
def test_every_state_is_said_in_words(observation: Observation | None, text: str, short: str) -> None:
    cell = cells_of(seen(30), observation)[1]
    assert (cell.text, cell.short) == (text, short)
    assert cell.title


def test_a_lesion_that_did_not_exist_yet_has_an_empty_cell() -> None:
    assert cells_of(None, Observation(State.EQUIVOCAL))[0] == EMPTY


def test_a_node_is_followed_by_its_short_axis() -> None:
    node = Observation(State.MEASURED, longest=Length(30_000), short=Length(20_000))
    assert cells_of(node, node=True)[0].text == "20"


def test_a_scan_that_closes_one_course_and_opens_the_next_is_tinted_by_the_one_it_closes() -> None:
    days = [date(2026, 1, 8), date(2026, 3, 5), date(2026, 5, 7), date(2026, 7, 9)]
    exams = [exam(at + 1, on, {"L1": size}) for at, (on, size) in enumerate(zip(days, (40, 28, 41, 30), strict=True))]
    roles = {"L1": "t"}
    both = [course(1, roles, [[1], [2], [3]], days[0]), course(2, roles, [[3], [4]], days[2])]
    [row] = table_of(record(exams, both)).rows
    assert [cell.tint for cell in row.cells] == [Tint.NONE, Tint.FALL_FIRST, Tint.RISE_FIRST, Tint.NONE]


def test_a_merged_mass_is_not_tinted_as_growth_of_the_lesion_that_carries_it() -> None:
    days = [date(2026, 1, 8), date(2026, 3, 5)]
    exams = [exam(1, days[0], {"L1": 36, "L2": 28}), exam(2, days[1], {"L1": 52, "L2": "absent"})]
    merged = RecordedObservation("L2", Observation(State.MERGED, into="L1"))
    exams[1] = replace(exams[1], observations=(exams[1].observations[0], merged))
    table = table_of(record(exams, [course(1, {"L1": "t", "L2": "t"}, [[1], [2]], days[0])]))
    assert [(cell.text, cell.tint) for cell in table.rows[0].cells] == [("36", Tint.NONE), ("52", Tint.NONE)]


def test_a_treated_zone_leaves_no_trace_in_arrows_and_tints() -> None:
    zone = Observation(State.TREATED, longest=Length(40_000))
    cells = cells_of(seen(15), zone, seen(16))
    assert cells[1].tint is Tint.NONE
    assert (cells[2].arrow, cells[2].tint) == ("→", Tint.NONE)


def test_the_teaching_case_reads_as_drawn() -> None:
    table = table_of(two_courses())
    rows = {row.label: row for row in table.rows}
    assert [cell.text for cell in rows["L1"].cells] == ["58", "45", "36", "27", "36", "40", "34", "36"]
    assert [str(cell.tint) for cell in rows["L3"].cells[3:5]] == ["fall-first", "rise-first"]
    assert rows["L3"].cells[5].text == "▨ zone 34"
    assert rows["L4"].role == "watched"
    assert rows["L6"].cells[0] == EMPTY
    assert rows["L6"].cells[7].text == "✚ 8 new?"
    assert [cell.text for cell in table.sums] == ["102", "79", "62", "46", "59", "65", "56", "60"]
    assert [cell.text for cell in table.liver][:2] == ["151 (5)", "120 (5)"]
    responses = [" ".join(badge.text for badge in badges) for badges in table.badges]
    assert responses == ["baseline", "SD", "PR", "PR", "PD", "baseline", "SD", "SD"]
    assert [head.modality for head in table.head][-2:] == ["CT", "MRI"]
    assert [head.begins_course for head in table.head].index(True) == 5


def test_columns_stand_under_their_scans_where_there_is_room_and_equally_where_not() -> None:
    assert table_of(two_courses()).under_scans
    assert table_of(simple([40, 39, 38], every=12)).under_scans
    days = [date(2025, 1, 6), date(2025, 1, 20), date(2026, 1, 5)]
    exams = [exam(at + 1, on, {"L1": 30}) for at, on in enumerate(days)]
    table = table_of(record(exams, [course(1, {"L1": "t"}, [[1], [2], [3]], days[0])]))
    assert not table.under_scans
    assert [head.place for head in table.head] == pytest.approx([1 / 6, 0.5, 5 / 6])


def test_the_year_stands_once_under_the_first_scan_of_it() -> None:
    head = table_of(two_courses()).head
    assert [one.year for one in head] == ["2025", "", "", "2026", "", "", "", ""]
    assert head[0].date == "10 Jul"
    assert {one.year for one in table_of(simple([40, 39])).head} == {""}


def test_many_scans_keep_baseline_nadir_progression_and_the_newest() -> None:
    sums: list[object] = [100, 90, 80, 70, 60, 50, 55, 57, 58, 59, 59, 58, 57, 58, 59, 62, 63, 64]
    table = table_of(simple(sums, every=42))
    assert len(table.head) == MOST_COLUMNS
    kept = {head.column for head in table.head}
    assert {0, 5, 15, 14, 16, 17} <= kept
    assert table.left_out == "5 scans more in the full table"
    assert len(table.full.header) == 1 + len(sums)


def test_many_lesions_keep_the_targets_and_fold_the_smallest() -> None:
    sizes = {f"L{at}": 60 - 3 * at for at in range(1, 15)}
    exams = [exam(1, date(2026, 1, 5), sizes), exam(2, date(2026, 3, 2), sizes)]
    roles = {label: "t" if label in ("L13", "L14") else "n" for label in sizes}
    table = table_of(record(exams, [course(1, roles, [[1], [2]], date(2026, 1, 5))]))
    assert len(table.rows) == MOST_ROWS - 1
    labels = [row.label for row in table.rows]
    assert {"L13", "L14", "L1", "L7"} <= set(labels)
    assert table.folded == "and 5 more"
    assert len(table.full.rows) == 14 + 3


@pytest.mark.parametrize("what", ["worse", "new 3", "new? 3", "zone 3"])
def test_a_lesion_that_a_rule_names_is_never_folded(what: str) -> None:
    sizes: dict[str, object] = {f"L{at}": 60 - 3 * at for at in range(1, 15)}
    exams = [exam(1, date(2026, 1, 5), sizes | {"L15": 4}), exam(2, date(2026, 3, 2), sizes | {"L15": what})]
    roles = {label: "t" if label == "L1" else "n" for label in (*sizes, "L15")}
    table = table_of(record(exams, [course(1, roles, [[1], [2]], date(2026, 1, 5))]))
    assert "L15" in {row.label for row in table.rows}
    assert table.folded == "and 6 more"


def test_all_lesions_that_a_rule_names_stand_there_however_many() -> None:
    sizes: dict[str, object] = {f"L{at}": 20 for at in range(1, 15)}
    worse = dict.fromkeys(sizes, "worse") | {"L1": 20}
    exams = [exam(1, date(2026, 1, 5), sizes), exam(2, date(2026, 3, 2), worse)]
    table = table_of(
        record(
            exams, [course(1, {label: "t" if label == "L1" else "n" for label in sizes}, [[1], [2]], date(2026, 1, 5))]
        )
    )
    assert (len(table.rows), table.folded) == (14, "")


def test_the_liver_sum_says_what_it_is_without() -> None:
    exams = [exam(1, date(2026, 1, 5), {"L1": 30, "L2": 20}), exam(2, date(2026, 3, 2), {"L1": 24, "L2": "ne"})]
    table = table_of(record(exams, [course(1, {"L1": "t", "L2": "n"}, [[1], [2]], date(2026, 1, 5))]))
    assert [cell.text for cell in table.liver] == ["50 (2)", "≥24 (1 of 2)"]
    assert table.liver[1].title.endswith("1 more not measured on this scan")


def test_a_node_row_says_short_axis() -> None:
    exams = [exam(1, date(2026, 1, 5), {"N1": "worse"})]
    [row] = table_of(record(exams, [course(1, {"N1": "n"}, [[1]], date(2026, 1, 5))], organs={"N1": "lymph node"})).rows
    assert row.is_node
    assert row.place.endswith(", short axis")


def test_a_missing_target_is_never_a_smaller_sum() -> None:
    table = table_of(simple([50, "ne"]))
    assert table.sums[1].text == "not complete"
    assert [badge.text for badge in table.badges[1]] == ["NE"]


def test_an_exam_outside_every_course_has_a_column_without_a_response() -> None:
    patient = simple([50, 40])
    ultrasound = exam(9, date(2026, 2, 2), {"L1": 45}, Modality.US)
    table = table_of(replace(patient, exams=(*patient.exams, ultrasound)))
    assert [head.modality for head in table.head] == ["CT", "US", "CT"]
    assert table.sums[1].text == ""
    assert table.badges[1][0].title == "this exam belongs to no course"


def test_the_full_table_holds_every_lesion_and_scan_in_words() -> None:
    full = table_of(twelve_scans()).full
    assert len(full.header) == 13
    assert full.header[1] == "6 Mar 2025, CT"
    last = {row[0].partition(",")[0]: row[-1] for row in full.rows}
    assert last["L1"] == "43 →"
    assert last["L9"] == "○ not seen"
    assert last["Response (computed)"] == "PD"
