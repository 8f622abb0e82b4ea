"""Spider, swimmer and curve: every course told, nobody left out in silence, the focused patient always among those drawn."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tracker.domain.endpoints.course_path import CoursePath, PathPoint, Until
from tracker.domain.vocabulary import Response
from tracker.pictures.cohort_courses import CohortCourse, derive_month_axis
from tracker.pictures.cohort_spider import MOST_LINES, derive_spider
from tracker.pictures.cohort_survival import Event, derive_survival
from tracker.pictures.cohort_swimmer import MOST_LANES, derive_swimmer
from tracker.pictures.shapes import Shape

PD, PR, SD = Response.PD, Response.PR, Response.SD


def course(
    number: int, *scans: tuple[int, int | None, Response], goes_on: bool = True, started: int = 0, new: bool = False
) -> CohortCourse:
    """A course of scans (day, tenths of a percent, response); its time ends at its last scan, an event where that is PD."""
    points = tuple(PathPoint(*scan, new and scan == scans[-1]) for scan in scans)
    progressed = bool(scans) and scans[-1][2] is PD
    until = Until(max(0, scans[-1][0] - started) if scans else 0, progressed)
    path = CoursePath(started, until, until, until, False, goes_on and not progressed, points)
    return CohortCourse(number, f"P-{number:03}", path)


def followed(times: Sequence[tuple[int, bool]]) -> list[CohortCourse]:
    return [course(at, (days, -100, PD if event else SD)) for at, (days, event) in enumerate(times, 1)]


def test_a_line_starts_at_zero_and_ends_in_its_progression() -> None:
    picture = derive_spider([course(1, (56, -400, PR), (112, -200, PD)), course(2, (60, -100, SD))])
    assert picture.lines[0].pieces == (((0.0, 0.0), (1.84, -40.0), (3.68, -20.0)),)
    assert [line.ends_in_progression for line in picture.lines] == [True, False]
    assert picture.lines[0].marks[-1].shape is Shape.TRIANGLE_UP
    assert picture.sentence == (
        "Change of the sum of targets over up to 3.7 months in 2 courses; 1 ends in progression."
    )


def test_no_line_passes_a_scan_without_a_complete_sum() -> None:
    [line] = derive_spider([course(1, (56, -400, PR), (112, None, Response.NE), (168, -300, PR))]).lines
    assert line.pieces == (((0.0, 0.0), (1.84, -40.0)), ((5.52, -30.0),))
    missing = line.marks[1]
    assert (missing.filled, missing.height) == (False, -40.0)
    assert "no complete sum" in missing.text


def test_growth_beyond_the_scale_is_held_and_told() -> None:
    picture = derive_spider([course(1, (56, 2500, PD))])
    assert picture.lines[0].marks[0].height == 100
    assert "+250.0 %" in picture.lines[0].marks[0].text
    assert picture.axis.high == 100


def test_of_very_many_lines_the_same_draw_is_shown_and_said() -> None:
    many = [course(number, (56, -number, SD)) for number in range(1, 4 * MOST_LINES)]
    picture = derive_spider(many)
    assert len(picture.lines) == len(picture.table.rows) == MOST_LINES
    assert picture == derive_spider(many)
    assert f"{MOST_LINES} of them are drawn, taken at random, always the same ones." in picture.sentence
    left_out = {one.patient_id for one in many} - {line.patient_id for line in picture.lines}
    focused = derive_spider(many, focused=min(left_out))
    assert len(focused.lines) == MOST_LINES + 1
    assert min(left_out) in {line.patient_id for line in focused.lines}


def test_lanes_stand_longest_first_with_their_marks() -> None:
    picture = derive_swimmer(
        [
            course(1, (56, -400, PR), (112, -200, PD)),
            course(2, (300, -100, SD)),
            course(3, (90, -350, PR), goes_on=False),
            course(4, (40, 100, PD), new=True),
        ]
    )
    assert [(lane.name, lane.response, lane.progression, lane.goes_on) for lane in picture.lanes] == [
        ("P-002", None, None, True),
        ("P-001", 1.84, 3.68, False),
        ("P-003", 2.96, None, False),
        ("P-004", None, 1.31, False),
    ]
    assert [row[-1] for row in picture.table.rows] == ["goes on", "PD", "ended without PD", "PD with a new lesion"]
    assert picture.sentence == "4 courses by duration, the longest 9.9 months: 2 ended in progression, 1 goes on."


def test_lanes_count_from_the_start_of_the_course_not_from_its_baseline() -> None:
    [lane] = derive_swimmer([course(1, (56, -400, PR), started=7)]).lanes
    assert (lane.end, lane.response) == (1.61, 1.61)


def test_more_lanes_than_fit_are_counted_and_the_focused_patient_has_one() -> None:
    many = [course(number, (10 * number, -100, SD)) for number in range(1, MOST_LANES + 8)]
    picture = derive_swimmer(many)
    assert (len(picture.lanes), picture.more) == (MOST_LANES, 7)
    assert f"The {MOST_LANES} longest are drawn and 7 more are not." in picture.sentence
    focused = derive_swimmer(many, focused=2)
    assert (len(focused.lanes), focused.lanes[-1].patient_id, focused.more) == (MOST_LANES, 2, 7)
    assert derive_swimmer(many, focused=30).lanes == picture.lanes


def test_the_curve_is_that_of_kaplan_and_meier() -> None:
    """1 − 1/5; censored; × (1 − 1/3): by hand."""
    picture = derive_survival(followed([(30, True), (60, False), (90, True), (120, False), (150, False)]))
    assert picture.curve == ((0.0, 1.0), (0.99, 0.8), (2.96, 0.5333), (4.93, 0.5333))
    assert [(column.at_risk, column.events) for column in picture.at_risk[:3]] == [(5, 0), (4, 1), (3, 1)]
    assert (picture.median, picture.median_words) == (None, ())
    assert "the median is not reached" in picture.sentence
    assert [(mark.month, mark.event) for mark in picture.marks] == [
        (0.99, True), (1.97, False), (2.96, True), (3.94, False), (4.93, False),
    ]  # fmt: skip


def test_the_curve_is_paled_where_fewer_than_ten_are_at_risk() -> None:
    picture = derive_survival(followed([(10 * number, True) for number in range(1, 31)]))
    # 21 events by day 210 leave nine
    assert picture.pale_from == 6.9
    assert picture.median == 4.93
    assert picture.median_words[0] == "median 4.9 months"
    assert picture.warning == "Under 20 at risk after month 4: the right end of the curve rests on few."
    assert [column.is_pale for column in picture.at_risk] == [False, False, False, False, True, True]


def test_under_twenty_patients_there_is_a_warning() -> None:
    assert derive_survival(followed([(30, True)] * 19)).warning.startswith("Only 19 courses: under 20")
    assert "Only" not in derive_survival(followed([(30 + at, True) for at in range(20)])).warning


def test_courses_that_leave_within_a_pixel_are_one_mark_and_the_focused_has_its_own() -> None:
    many = followed([(300 + at % 2, False) for at in range(500)] + [(1500, False)])
    assert len(derive_survival(many).marks) == 2
    [theirs] = [mark for mark in derive_survival(many, focused=77).marks if mark.patient_id == 77]
    assert theirs.name == "P-077"


def test_a_cut_within_the_same_pixel_as_an_event_keeps_its_tick() -> None:
    marks = derive_survival(followed([(300, True), (300, False)])).marks
    assert sorted(mark.event for mark in marks) == [False, True]


@pytest.mark.parametrize("focused", [None, 1])
def test_one_course_and_none_are_each_a_clear_state(focused: int | None) -> None:
    alone = course(1)
    assert derive_spider([alone], focused=focused).sentence.startswith("No course has a baseline sum and a later one")
    assert derive_swimmer([alone], focused=focused).sentence.startswith("No course has a scan after its baseline")
    assert derive_survival([alone], focused=focused).sentence.startswith("No course has a scan after its baseline")
    assert derive_survival([]).curve == ((0.0, 1.0),)
    assert derive_survival(followed([(30, True)])).median == 0.99


def test_survival_counts_a_course_with_a_baseline_alone() -> None:
    assert "1 course" in derive_survival([course(1)], Event.DEATH).sentence


def test_a_course_without_targets_has_a_lane_and_no_line() -> None:
    without = course(1, (56, None, Response.NON_CR_NON_PD))
    assert derive_spider([without]).lines == ()
    assert len(derive_swimmer([without]).lanes) == 1


@pytest.mark.parametrize(("days", "end", "step"), [(0, 4, 1), (100, 4, 1), (400, 15, 3), (900, 30, 6), (9000, 300, 60)])
def test_months_are_named_in_at_most_six_steps(days: int, end: float, step: float) -> None:
    axis = derive_month_axis([days])
    assert axis.end == end
    assert axis.ticks[1][0] == step
    assert len(axis.ticks) <= 7
