"""The sum chart draws what RECIST judges by: −30 % from the baseline, +20 % or 5 mm from the nadir, and no false line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.pictures.records import counts_only, course, exam, record, simple, twelve_scans, two_courses
from tracker.domain.derivation import assess_record
from tracker.domain.record import Confirmation, PatientRecord, StatedCount, Treatment
from tracker.domain.vocabulary import CountKind, Response, TreatmentKind
from tracker.pictures.board import Board, derive_board
from tracker.pictures.shapes import Line, Panel, Shape, Tone


def board_of(patient: PatientRecord) -> Board:
    board = derive_board(patient, assess_record(patient))
    assert board is not None
    return board


def sum_panel(patient: PatientRecord) -> Panel:
    panel = board_of(patient).panel("sum")
    assert panel is not None
    return panel


def lines(panel: Panel, tone: Tone) -> list[Line]:
    return [line for line in panel.lines if line.tone is tone]


def words(panel: Panel) -> list[str]:
    texts = [line.text for label in panel.labels for line in label.lines]
    return texts + [line.text for label in panel.edge_labels for line in label.lines]


def test_the_pd_line_starts_at_the_nadirs_date_and_ends_at_the_progression() -> None:
    first, second = lines(sum_panel(two_courses()), Tone.PD_LINE)
    assert [on for on, _ in first.points] == [date(2026, 1, 22), date(2026, 3, 26)]
    # 46 mm × 1.2 = 55.2 mm, in percent of 102 mm
    assert first.points[0][1] == pytest.approx(100 * (55.2 - 102) / 102)
    assert second.points[0][0] == date(2026, 8, 20)
    assert second.points[0][1] == pytest.approx(100 * (67.2 - 65) / 65)


@pytest.mark.parametrize(
    ("sums", "start", "height_mm", "word"),
    [
        # 20 % of 15 mm is 3 mm: the 5 mm of the rule decide, and the label says so
        ([40, 15, 16], 1, 20.0, "+5 mm, 20 mm"),
        # a new smallest sum at the last scan is the nadir of the next one
        ([100, 80, 60], 2, 72.0, "+20 %, 72 mm"),
        # growth only: the baseline stays the nadir
        ([50, 55], 0, 60.0, "+20 %, 60 mm"),
        # equal sums: the first of them
        ([60, 40, 40, 44], 1, 48.0, "+20 %, 48 mm"),
        # after nothing was left any regrowth is progression
        ([40, "absent", "absent"], 1, 0.0, "PD: any regrowth"),
    ],
)
def test_the_pd_line_is_20_percent_or_5_mm_above_the_nadir(
    sums: list[object], start: int, height_mm: float, word: str
) -> None:
    panel = sum_panel(simple(sums))
    [line] = lines(panel, Tone.PD_LINE)
    assert line.points[0][0] == date(2026, 1, 8) + timedelta(days=56 * start)
    baseline = float(str(sums[0]))
    assert line.points[0][1] == pytest.approx(100 * (height_mm - baseline) / baseline)
    assert word in words(panel)


def test_a_sum_that_is_not_complete_is_no_nadir_and_breaks_the_line() -> None:
    panel = sum_panel(simple([100, 70, "ne", 60, 65]))
    series = lines(panel, Tone.SERIES)
    assert [len(line.points) for line in series] == [2, 2]
    missing = date(2026, 1, 8) + timedelta(days=112)
    assert missing not in {on for line in series for on, _ in line.points}
    assert missing not in {mark.on for mark in panel.marks}
    assert missing not in {on for band in panel.bands for on, _, _ in band.points}


def test_a_scan_without_a_sum_stands_in_words_under_the_chart() -> None:
    events = board_of(simple([100, 70, "ne", 60])).panel("events")
    assert events is not None
    assert [name for _, name in events.axis.ticks] == ["not seen", "new", "no sum"]
    assert [mark.shape for mark in events.marks] == [Shape.CROSS]
    assert "1 scan without a complete sum of targets: 30 Apr 2026." in events.sentence


def test_no_line_and_no_noise_joins_two_courses() -> None:
    panel = sum_panel(two_courses())
    for line in lines(panel, Tone.SERIES):
        assert {on <= date(2026, 3, 26) for on, _ in line.points} in ({True}, {False})
    for band in panel.bands:
        assert {on <= date(2026, 3, 26) for on, _, _ in band.points} in ({True}, {False})
    [divider] = lines(panel, Tone.DIVIDER)
    assert date(2026, 3, 26) < divider.points[0][0] < date(2026, 5, 28)
    starts = [mark for mark in panel.marks if mark.shape is Shape.CIRCLE]
    assert [(mark.on, mark.value) for mark in starts] == [(date(2025, 7, 10), 0.0), (date(2026, 5, 28), 0.0)]


def test_the_minus_30_line_runs_over_its_own_course_with_its_mm() -> None:
    panel = sum_panel(two_courses())
    first, second = lines(panel, Tone.PR_LINE)
    assert first.points[1][0] == second.points[0][0]
    assert {value for line in (first, second) for _, value in line.points} == {-30.0}
    assert "−30 %, 71.4 mm" in words(panel)
    assert "−30 %, 45.5 mm" in words(panel)


def test_the_noise_is_minus_9_8_to_plus_13_1_percent_of_each_sum() -> None:
    panel = sum_panel(simple([100, 50]))
    [band] = panel.bands
    assert band.points[0][1:] == pytest.approx((-9.8, 13.1))
    assert band.points[1][1:] == pytest.approx((50 * 0.902 - 100, 50 * 1.131 - 100))


def test_one_scan_is_a_bar_with_the_lines_that_will_decide() -> None:
    panel = sum_panel(simple([71]))
    window, band = panel.bands
    assert band.points[0][1:] == band.points[1][1:]
    assert window.ahead
    assert not band.ahead
    assert {"No change to show yet: one scan.", "The lines say where PR and PD would begin."} <= set(words(panel))
    assert {"−30 %, 49.7 mm", "PR line", "+20 %, 85.2 mm", "PD line, if this", "stays the nadir"} <= set(words(panel))
    assert [mark.shape for mark in panel.marks] == [Shape.CIRCLE]


def test_every_response_has_its_shape_and_none_looks_confirmed() -> None:
    panel = sum_panel(two_courses())
    shapes = [mark.shape for mark in panel.marks if mark.shape not in (Shape.DIAMOND, Shape.CIRCLE)]
    down, square, up = Shape.TRIANGLE_DOWN, Shape.SQUARE, Shape.TRIANGLE_UP
    assert shapes == [square, down, down, up, square, square]
    assert not any(mark.filled for mark in panel.marks)
    cr = sum_panel(simple([40, "absent"]))
    assert [mark.shape for mark in cr.marks if mark.shape is not Shape.DIAMOND] == [Shape.CIRCLE, Shape.STAR]


def confirmed(patient: PatientRecord, on: date, response: Response, computed: Response) -> PatientRecord:
    """The record with one confirmation by a clinician who saw ``computed``."""
    then = datetime(2026, 12, 1, tzinfo=UTC)
    plan = patient.courses[0].plan.id
    one = Confirmation(1, plan, 1, on, response, "Dr M. Haas", then, "1", computed=computed)
    return replace(patient, confirmations=(one,))


@pytest.mark.parametrize(
    ("response", "computed", "shape", "filled", "said"),
    [
        # confirmed as computed: filled
        (Response.PR, Response.PR, Shape.TRIANGLE_DOWN, True, "PR −40 %"),
        # a clinician knew PR and confirmed SD: the mark is the clinician's, both are said
        (Response.SD, Response.PR, Shape.SQUARE, True, "SD confirmed"),
        # confirmed when something else was computed: it speaks of what is no more
        (Response.SD, Response.SD, Shape.TRIANGLE_DOWN, False, "PR −40 %"),
    ],
)
def test_a_mark_is_filled_while_a_named_clinicians_confirmation_stands(
    response: Response, computed: Response, shape: Shape, filled: bool, said: str
) -> None:
    on = date(2026, 3, 5)
    panel = sum_panel(confirmed(simple([100, 60, 62]), on, response, computed))
    mark = next(mark for mark in panel.marks if mark.on == on and mark.shape is not Shape.DIAMOND)
    assert (mark.shape, mark.filled) == (shape, filled)
    assert said in words(panel)
    assert ("computed PR −40 %" in words(panel)) is (said == "SD confirmed")


def test_the_window_of_the_first_look_is_counted_from_the_planned_start() -> None:
    planned = Treatment(1, "FOLFOX", TreatmentKind.SYSTEMIC, date(2026, 11, 30), planned=True)
    patient = replace(simple([71], first=date(2026, 11, 12)), treatments=(planned,))
    panel = sum_panel(patient)
    # every 8 weeks, a week of grace: 8 weeks after 30 Nov is 25 Jan
    assert [on for on, _, _ in panel.bands[0].points] == [date(2027, 1, 18), date(2027, 2, 1)]
    assert {"first look due", "18 Jan to 1 Feb 2027", "7 to 9 weeks on treatment"} <= set(words(panel))
    assert "First look due 18 Jan to 1 Feb 2027" in panel.sentence


def test_another_phase_is_marked_where_both_scans_name_theirs() -> None:
    patient = simple([40, 38, 36, 35])
    phases = ("portal venous", "arterial", None, "arterial")
    exams = tuple(replace(one, phase=phase) for one, phase in zip(patient.exams, phases, strict=True))
    panel = sum_panel(replace(patient, exams=exams))
    assert [line.name for line in lines(panel, Tone.SWITCH)] == ["portal → arterial"]


def test_the_nadir_has_its_diamond_under_its_mark() -> None:
    panel = sum_panel(two_courses())
    diamonds = [mark for mark in panel.marks if mark.shape is Shape.DIAMOND]
    assert [mark.on for mark in diamonds] == [date(2026, 1, 22), date(2026, 8, 20)]
    places = [mark.on for mark in panel.marks]
    assert places.index(date(2026, 1, 22)) == panel.marks.index(diamonds[0])


def test_after_progression_scans_are_still_drawn() -> None:
    panel = sum_panel(simple([100, 60, 80, 90, 50]))
    assert len([mark for mark in panel.marks if mark.shape is not Shape.DIAMOND]) == 5
    [line] = lines(panel, Tone.SERIES)
    assert len(line.points) == 5


def test_a_lower_nadir_after_the_progression_has_a_line_of_its_own() -> None:
    panel = sum_panel(simple([100, 60, 80, 90, 50]))
    judged, present = lines(panel, Tone.PD_LINE)
    first = date(2026, 1, 8)
    assert [on for on, _ in judged.points] == [first + timedelta(days=56), first + timedelta(days=112)]
    assert judged.points[0][1] == pytest.approx(-28)
    assert present.points[0] == (first + timedelta(days=224), pytest.approx(-40))
    assert {"+20 %, 72 mm", "+20 %, 60 mm"} <= set(words(panel))
    edge = [line.text for label in panel.edge_labels for line in label.lines]
    assert "+20 %, 60 mm" in edge
    assert "+20 %, 72 mm" not in edge
    diamonds = [mark for mark in panel.marks if mark.shape is Shape.DIAMOND]
    assert [mark.on for mark in diamonds] == [first + timedelta(days=224)]
    # growth beyond the first progression keeps its nadir and needs no second line
    assert len(lines(sum_panel(simple([100, 60, 80, 90])), Tone.PD_LINE)) == 1


def test_the_floor_is_never_cropped_and_the_ceiling_grows_with_the_data() -> None:
    assert sum_panel(simple([100, 50])).axis.high == 40
    assert sum_panel(simple([50, 65])).axis.high == 60
    high = sum_panel(simple([20, 70]))
    assert high.axis.high == 100
    assert high.axis.low <= -100
    beyond = high.marks[-1]
    assert beyond.value == 100
    assert any(text.startswith("↑ PD +250 %") for text in words(high))


def test_a_switch_of_modality_is_tagged_between_its_scans() -> None:
    panel = sum_panel(two_courses())
    [tag] = lines(panel, Tone.SWITCH)
    assert tag.name == "CT → MRI"
    assert date(2026, 8, 20) < tag.points[0][0] < date(2026, 11, 9)
    assert "CT → MRI" in words(panel)


def test_a_scan_shared_by_two_courses_shows_both_marks_beside_its_date() -> None:
    days = [date(2026, 1, 5), date(2026, 3, 2), date(2026, 5, 4), date(2026, 7, 6)]
    exams = [exam(at + 1, on, {"L1": size}) for at, (on, size) in enumerate(zip(days, (50, 30, 49, 30), strict=True))]
    courses = [
        course(1, {"L1": "t"}, [[1], [2], [3]], days[0]),
        course(2, {"L1": "t"}, [[3], [4]], days[2]),
    ]
    board = board_of(record(exams, courses))
    panel = board.panel("sum")
    assert panel is not None
    shared = [mark for mark in panel.marks if mark.column == 2 and mark.shape is not Shape.DIAMOND]
    assert [mark.shape for mark in shared] == [Shape.TRIANGLE_UP, Shape.CIRCLE]
    assert shared[0].on < days[2] < shared[1].on
    assert len(board.columns) == 4
    assert [badge.text for badge in board.table.badges[2]] == ["PD", "baseline"]


def test_without_any_target_sum_words_stand_instead_of_a_chart() -> None:
    innumerable = StatedCount(CountKind.INNUMERABLE)
    board = board_of(counts_only([innumerable, innumerable, StatedCount(CountKind.AT_LEAST, 20)]))
    assert board.panel("sum") is None
    assert board.without_sum is not None
    assert "No sum, no percentage, no PR or SD: no target has a size at the baseline." in board.without_sum.cannot
    counts = board.panel("counts")
    assert counts is not None
    assert counts.lines == ()
    assert [label.lines[0].text for label in counts.labels] == [
        "Not joined by a line: words are not measurements.",
        "innumerable",
        "innumerable",
        "at least 20",
    ]


def test_the_sentence_names_every_reference() -> None:
    sentence = sum_panel(twelve_scans()).sentence
    assert "118 mm at the baseline of 6 Mar 2025" in sentence
    assert "76 mm, −36 % from baseline, +25 %, +15 mm from the nadir of 5 Feb 2026" in sentence
    assert "The nadir is 61 mm on 5 Feb 2026." in sentence


def test_the_table_behind_the_chart_has_a_row_for_every_scan() -> None:
    table = sum_panel(two_courses()).table
    assert len(table.rows) == 8
    assert table.rows[4] == (
        "1",
        "RECIST 1.1 (Eisenhauer 2009)",
        "26 Mar 2026",
        "PD",
        "59",
        "−42.2 %",
        "+28.3 %, +13 mm",
        "46 mm, 22 Jan 2026",
    )
    assert table.rows[5] == ("2", "RECIST 1.1 (Eisenhauer 2009)", "28 May 2026", "baseline", "65", "", "", "")
