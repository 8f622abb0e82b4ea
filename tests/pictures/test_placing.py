"""No label crosses another, a threshold or a divider, and every label stands inside its plot."""

from __future__ import annotations

from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pictures.records import course, exam, record, simple, twelve_scans, two_courses
from tracker.domain.derivation import assess_record
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Modality
from tracker.pictures.board import derive_board
from tracker.pictures.placing import Box, Plot, Segment, Wanted, place_labels, push_apart
from tracker.pictures.shapes import NARROW_PLOT, Label, Panel, TextLine, TimeAxis, Tone
from tracker.pictures.text_size import block_size, text_width

FULL_PLOT = 964.0


def label_box(label: Label, panel: Panel, axis: TimeAxis, width: float) -> Box:
    """Where a label lies in pixels on a plot of that width."""
    wide, high = block_size(label.lines)
    if label.boxed:
        wide, high = wide + 10, high + 4
    x = axis.fraction(label.on) * width + label.dx
    y = (1 - panel.axis.fraction(label.value)) * panel.height - label.dy
    left = {"left": x, "center": x - wide / 2, "right": x - wide}[label.across]
    top = {"top": y, "middle": y - high / 2, "bottom": y - high}[label.up]
    return Box(left, top, left + wide, top + high)


def check_sum_panel(patient: PatientRecord) -> None:
    board = derive_board(patient, assess_record(patient))
    assert board is not None
    panel = board.panel("sum")
    if panel is None:
        return
    for width in (NARROW_PLOT, FULL_PLOT):
        boxes = [label_box(label, panel, board.axis, width) for label in panel.labels]
        for one, other in combinations(boxes, 2):
            assert not one.overlaps(other)
        for box in boxes:
            assert box.left >= -0.5
            assert box.top >= -0.5
            assert box.right <= width + 0.5
            assert box.bottom <= panel.height + 0.5
        zones = [(track.start, track.end) for track in board.tracks]
        for label, box in zip(panel.labels, boxes, strict=True):
            if label.boxed or not any(mark.on == label.on for mark in panel.marks):
                continue
            # the words of a scan stay in the zone of its course
            own = next(zone for zone in zones if zone[0] <= label.on <= zone[1])
            left, right = (board.axis.fraction(on) * width for on in own)
            assert left - 0.5 <= box.left
            assert box.right <= right + 0.5
        for line in panel.lines:
            if line.tone not in (Tone.PR_LINE, Tone.PD_LINE, Tone.DIVIDER):
                continue
            spots = [
                (board.axis.fraction(on) * width, (1 - panel.axis.fraction(value)) * panel.height)
                for on, value in line.points
            ]
            for (x0, y0), (x1, y1) in pairwise(spots):
                assert not any(Segment(x0, y0, x1, y1).crosses(box) for box in boxes)


sizes = st.one_of(st.integers(5, 90), st.sampled_from(["absent", "ts", "ne"]))


@settings(max_examples=120)
@given(
    st.lists(sizes, min_size=1, max_size=14),
    st.lists(sizes, max_size=6),
    st.integers(12, 120),
    st.sampled_from([Modality.CT, Modality.MR]),
)
def test_no_label_of_the_sum_chart_crosses_anything(
    first: list[object], second: list[object], every: int, other: Modality
) -> None:
    first = [40, *first]
    second = [30, *second] if second else []
    days = [date.fromordinal(date(2025, 1, 8).toordinal() + every * at) for at in range(len(first) + len(second))]
    exams = [
        exam(at + 1, on, {"L1": size}, other if at % 3 == 2 else Modality.CT)
        for at, (on, size) in enumerate(zip(days, [*first, *second], strict=True))
    ]
    courses = [course(1, {"L1": "t"}, [[at + 1] for at in range(len(first))], days[0])]
    if second:
        rows = [[at + 1] for at in range(len(first), len(days))]
        courses.append(course(2, {"L1": "t"}, rows, days[len(first)]))
    check_sum_panel(record(exams, courses))


@pytest.mark.parametrize("patient", [two_courses(), twelve_scans(), simple([71]), simple([20, 18, 30, 90])])
def test_no_label_of_the_teaching_cases_crosses_anything(patient: PatientRecord) -> None:
    check_sum_panel(patient)


def test_a_label_moves_to_the_other_side_before_it_is_shortened() -> None:
    plot = Plot(200, 100, boxes=[Box(60, 55, 140, 100)])
    long, short = (TextLine("PR −40 %"), TextLine("60 mm")), (TextLine("PR"),)
    [placed] = place_labels([Wanted((0, 0), 100, 50, (long, short), 8, 8, "below", 0)], plot)
    assert placed.lines == long
    assert placed.dy < 0


def test_a_label_without_any_place_is_left_out() -> None:
    plot = Plot(200, 100, boxes=[Box(0, 0, 200, 100)])
    assert place_labels([Wanted((0, 0), 100, 50, ((TextLine("PR"),),), 8, 8, "below", 0)], plot) == ()


def test_labels_of_less_rank_give_way() -> None:
    text = ((TextLine("PD +30 %"),),)
    wanted = [Wanted((0, at), 100, 50, text, 8, 8, "below", rank) for at, rank in enumerate((5, 0))]
    placed = {place.key: place for place in place_labels(wanted, Plot(200, 100))}
    assert placed[(0, 1)].dx == 0
    assert placed[(0, 1)].dy == pytest.approx(8 + 15.6 / 2)
    assert placed[(0, 0)].dy != placed[(0, 1)].dy


heights = st.floats(8, 50)


@given(st.lists(st.tuples(st.floats(-20, 320), heights), min_size=1, max_size=6))
def test_stacked_labels_never_overlap(wanted: list[tuple[float, float]]) -> None:
    middles = push_apart(wanted, 0, 300)
    spans = sorted(
        (middle - height / 2, middle + height / 2) for middle, (_, height) in zip(middles, wanted, strict=True)
    )
    for (_, bottom), (top, _) in pairwise(spans):
        assert top >= bottom - 1e-6
    if sum(height for _, height in wanted) <= 300:
        assert spans[0][0] >= -1e-6
        assert spans[-1][1] <= 300 + 1e-6


def test_a_label_that_has_room_stays_at_its_line() -> None:
    assert push_apart([(40.0, 30.0), (200.0, 30.0)], 0, 300) == (40.0, 200.0)


@pytest.mark.parametrize(
    ("segment", "crosses"),
    [
        (Segment(0, 5, 20, 5), True),
        (Segment(0, 30, 20, 30), False),
        (Segment(0, 0, 20, 20), True),
        (Segment(-5, 10, 0, 5), False),
        (Segment(5, -10, 5, 30), True),
    ],
)
def test_a_line_is_known_to_run_through_a_box(segment: Segment, crosses: bool) -> None:
    assert segment.crosses(Box(1, 1, 10, 10)) is crosses


def test_wider_letters_make_wider_text() -> None:
    assert text_width("PR −40 %") == pytest.approx(12 * 4.85, rel=0.02)
    assert text_width("WW") > text_width("ii")
