"""Figures follow their Pictures: the same dates and values, fixed margins, colours of their own in light and dark."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboards.charts.board import draw_board
from dashboards.charts.waterfall import draw_waterfall
from tests.pictures.records import simple, twelve_scans, two_courses
from tracker.domain.derivation import assess_record
from tracker.domain.record import Confirmation, PatientRecord, Treatment
from tracker.domain.vocabulary import Response, TreatmentKind
from tracker.pictures.board import Board, derive_board
from tracker.pictures.palette import DARK, LIGHT, Mode, palette
from tracker.pictures.shapes import Tone
from tracker.pictures.waterfall import BestChange, derive_waterfall


def board_of(patient: PatientRecord) -> Board:
    board = derive_board(patient, assess_record(patient))
    assert board is not None
    return board


def traces(figure: go.Figure, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name.startswith(name)]


@pytest.mark.parametrize("patient", [two_courses(), twelve_scans(), simple([71]), simple([40, "ne", 60])])
def test_every_value_of_a_figure_is_one_plotly_knows(patient: PatientRecord) -> None:
    for mode in ("light", "dark"):
        go.Figure(draw_board(board_of(patient), mode, ringed=0).to_dict())


def test_the_pd_line_begins_at_the_nadir() -> None:
    figure = draw_board(board_of(two_courses()), "light")
    first, second = traces(figure, "PD line from the nadir")
    assert list(first.x) == ["2026-01-22", "2026-03-26"]
    assert second.x[0] == "2026-08-20"
    assert first.line.dash == "7px,4px"


def test_computed_marks_are_open() -> None:
    figure = draw_board(board_of(twelve_scans()), "light")
    [marks] = traces(figure, "sum")[-1:]
    assert set(marks.marker.color) == {LIGHT.surface}
    assert marks.marker.symbol[:3] == ("circle", "square", "triangle-down")
    assert marks.marker.line.color[-1] == LIGHT.tones[Tone.PD]
    assert marks.customdata == tuple(range(12))


@pytest.mark.parametrize(("mode", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_a_confirmed_mark_is_filled_with_its_responses_colour(mode: Mode, colours: Any) -> None:
    patient = two_courses()
    then = datetime(2026, 4, 2, tzinfo=UTC)
    on, plan = date(2026, 3, 26), patient.courses[0].plan.id
    one = Confirmation(1, plan, 1, on, Response.PD, "Dr M. Haas", then, "1", computed=Response.PD)
    figure = draw_board(board_of(replace(patient, confirmations=(one,))), mode)
    [marks] = traces(figure, "sum")[-1:]
    at = list(marks.x).index("2026-03-26")
    filled = [colour != colours.surface for colour in marks.marker.color]
    assert filled == [place == at for place in range(len(filled))]
    assert marks.marker.color[at] == colours.tones[Tone.PD]
    assert "Dr M. Haas" in marks.text[at]


def test_the_window_of_the_first_look_is_no_noise() -> None:
    figure = draw_board(board_of(simple([71])), "light")
    [window] = traces(figure, "first look due")
    [noise] = traces(figure, "noise")
    assert (window.fillcolor, noise.fillcolor) == (LIGHT.ahead, LIGHT.noise)


def test_markers_are_joined_and_uptake_is_not() -> None:
    figure = draw_board(board_of(two_courses()), "light")
    [line] = [trace for trace in figure.data if trace.name == "CEA"]
    assert line.mode == "lines"
    [limit] = traces(figure, "upper limit of CEA")
    assert limit.line.dash == "4px,3px"
    assert limit.y[0] == limit.y[1] == pytest.approx(math.log10(5))


def test_margins_are_fixed_and_nothing_resizes_itself() -> None:
    layout = draw_board(board_of(two_courses()), "light").layout
    assert (layout.margin.l, layout.margin.r) == (146, 122)
    assert layout.margin.autoexpand is False
    axes = [axis for name, axis in layout.to_plotly_json().items() if name.startswith(("xaxis", "yaxis"))]
    assert len(axes) == 5
    assert all(axis["automargin"] is False and axis["fixedrange"] for axis in axes)
    assert layout.showlegend is False


def test_panels_stand_one_under_the_other() -> None:
    layout = draw_board(board_of(two_courses()), "light").layout.to_plotly_json()
    domains = [layout[name]["domain"] for name in ("yaxis", "yaxis2", "yaxis3", "yaxis4")]
    for above, below in itertools.pairwise(domains):
        assert above[0] > below[1]
    assert domains[0][1] == 1.0


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_colour_is_the_modes_own(mode: Mode) -> None:
    text = draw_board(board_of(two_courses()), mode).to_json()
    other = palette("dark" if mode == "light" else "light")
    own = palette(mode)
    foreign = {
        colour
        for colour in (*other.tones.values(), other.ink)
        if colour not in {*own.tones.values(), own.ink, own.surface, own.ink2, own.ink3, own.bar}
    }
    assert not [colour for colour in foreign if colour in text]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_text_and_marks_stand_off_the_ground(colours: Any) -> None:
    for text in (colours.ink, colours.ink2, colours.ink3):
        assert contrast(text, colours.surface) >= 4.5
    decoration = (Tone.GRID, Tone.SCAN)
    for tone, colour in colours.tones.items():
        if tone not in decoration:
            assert contrast(colour, colours.surface) >= 3, tone


def test_the_scan_whose_reasons_are_read_has_a_ring_and_its_step_from_the_nadir() -> None:
    figure = draw_board(board_of(two_courses()), "light", ringed=4)
    [ring] = traces(figure, "read now")
    assert list(ring.x) == ["2026-03-26"]
    [step] = traces(figure, "step from the nadir")
    assert list(step.x) == ["2026-01-22", "2026-03-26", "2026-03-26"]
    assert not traces(draw_board(board_of(two_courses()), "light"), "read now")


def test_columns_at_equal_distances_are_led_to_from_their_dates() -> None:
    crowded = board_of(simple([40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 30, 31], every=56))
    assert not crowded.table.under_scans
    figure = draw_board(crowded, "light")
    leaders = [shape for shape in figure.layout.shapes if shape.xref == "paper" and shape.y0 != shape.y1]
    assert len(leaders) == 13
    assert leaders[0].x1 == pytest.approx(crowded.table.head[0].place)


def test_a_typed_name_never_becomes_markup_in_the_chart() -> None:
    odd = Treatment(1, "<a href=x>drug</a>", TreatmentKind.SYSTEMIC, date(2026, 1, 10))
    text = draw_board(board_of(replace(simple([50, 40, 30]), treatments=(odd,))), "light").to_json()
    assert "<a href=x>" not in text


def test_the_waterfall_has_its_shape_row_and_only_the_minus_30_line() -> None:
    from decimal import Decimal

    picture = derive_waterfall(
        [
            BestChange(1, "P-001", 1, Decimal("-54.9"), Response.PR),
            BestChange(2, "P-002", 1, Decimal("26.0"), Response.PD),
        ]
    )
    figure = draw_waterfall(picture, "dark")
    go.Figure(figure.to_dict())
    bars, shapes = figure.data
    assert list(bars.y) == [26.0, -54.9]
    assert list(bars.customdata) == [2, 1]
    assert list(bars.marker.color) == [DARK.tones[Tone.PD], DARK.tones[Tone.PR]]
    assert list(shapes.marker.symbol) == ["triangle-up", "triangle-down"]
    assert [shape.y0 for shape in figure.layout.shapes] == [-30]
