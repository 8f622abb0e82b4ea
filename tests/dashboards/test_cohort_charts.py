"""The figures of the cohort follow their Pictures: traces, the focus, what is paled, and how little they weigh."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import pytest

from dashboards.charts.spider import draw_spider
from dashboards.charts.survival import draw_survival, split_at
from dashboards.charts.swimmer import draw_swimmer
from dashboards.charts.waterfall import draw_waterfall
from tests.pictures.test_cohort_pictures import PD, PR, SD, course, followed
from tests.pictures.test_waterfall import change
from tracker.pictures.cohort_spider import derive_spider
from tracker.pictures.cohort_survival import derive_survival
from tracker.pictures.cohort_swimmer import MOST_LANES, derive_swimmer
from tracker.pictures.palette import DARK, LIGHT
from tracker.pictures.shapes import Tone
from tracker.pictures.waterfall import derive_waterfall

COURSES = [
    course(1, (56, -400, PR), (112, -200, PD)),
    course(2, (60, -100, SD)),
    course(3, (56, None, PR), (99, 5, SD)),
]


def named(figure: go.Figure, name: str) -> Any:
    [trace] = [trace for trace in figure.data if trace.name == name]
    return trace


def names(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations if "P-00" in note.text]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("focused", [None, 1])
def test_every_value_of_a_figure_is_one_plotly_knows(mode: Any, focused: int | None) -> None:
    for figure in (
        draw_spider(derive_spider(COURSES, focused=focused), mode),
        draw_swimmer(derive_swimmer(COURSES, focused=focused), mode),
        draw_survival(derive_survival(COURSES, focused=focused), mode),
        draw_survival(derive_survival(followed([(9 * at, at % 3 > 0) for at in range(40)]), focused=focused), mode),
        draw_waterfall(derive_waterfall([change(1, "-20"), change(2, "30")], focused=focused), mode),
        draw_spider(derive_spider([]), mode),
        draw_swimmer(derive_swimmer([]), mode),
        draw_survival(derive_survival([]), mode),
    ):
        go.Figure(figure.to_dict())


def test_the_spider_is_quiet_and_one_patient_is_dark() -> None:
    figure = draw_spider(derive_spider(COURSES, focused=1), "light")
    assert named(figure, "courses").line.color == LIGHT.tones[Tone.QUIET]
    assert list(named(figure, "focus").y) == [0, -40, -20, None]
    assert named(figure, "focus").line.color == LIGHT.ink
    assert list(named(figure, "scans of the focus").marker.symbol) == ["triangle-down", "triangle-up"]
    assert names(figure) == ["<b>P-001</b>"]
    # the line of the third has a gap where its sum is not complete
    assert list(named(figure, "courses").x) == [0, 1.97, None, 0, None, 3.25, None]


def test_a_quiet_line_ends_in_its_progression() -> None:
    ends = named(draw_spider(derive_spider(COURSES), "dark"), "progression")
    assert (list(ends.x), list(ends.y), list(ends.customdata)) == ([3.68], [-20], [1])
    assert list(ends.marker.color) == [DARK.tones[Tone.PD]]


def test_neither_chart_of_changes_has_a_line_for_growth() -> None:
    for figure in (
        draw_spider(derive_spider(COURSES), "light"),
        draw_waterfall(derive_waterfall([change(1, "-20")]), "light"),
    ):
        assert [shape.y0 for shape in figure.layout.shapes] == [-30]


def test_lanes_carry_first_response_progression_and_an_open_arrow() -> None:
    figure = draw_swimmer(derive_swimmer(COURSES), "light")
    assert list(named(figure, "courses").customdata) == [1, 3, 2]
    assert list(named(figure, "first PR").customdata) == [1, 3]
    assert list(named(figure, "PD, or new lesion").customdata) == [1]
    going = named(figure, "course goes on")
    assert (list(going.customdata), going.marker.symbol) == ([3, 2], "triangle-right-open")


def test_lanes_that_are_not_drawn_are_counted_on_the_chart() -> None:
    many = [course(number, (10 * number, -100, SD)) for number in range(1, MOST_LANES + 8)]
    figure = draw_swimmer(derive_swimmer(many), "light")
    assert any("and 7 shorter" in note.text for note in figure.layout.annotations)


def test_the_focused_lane_is_dark_and_named() -> None:
    figure = draw_swimmer(derive_swimmer(COURSES, focused=3), "light")
    assert list(named(figure, "courses").marker.color) == [LIGHT.bar, LIGHT.ink3, LIGHT.bar]
    assert names(figure) == ["<b>P-003</b>"]


def test_the_curve_is_parted_where_few_are_at_risk() -> None:
    figure = draw_survival(derive_survival(followed([(10 * number, True) for number in range(1, 31)])), "light")
    solid, pale = named(figure, "curve"), named(figure, "curve, few at risk")
    assert (solid.opacity, solid.line.shape) == (1, "hv")
    assert pale.opacity < 0.5
    assert (solid.x[-1], solid.y[-1]) == (pale.x[0], pale.y[0])
    texts = [note.text for note in figure.layout.annotations]
    assert "fewer than 10 at risk" in texts
    assert {"at risk", "events so far", "<b>30</b>"} <= set(texts)
    assert any(text.startswith("<b>median 4.9 months</b><br>95 % interval") for text in texts)


@pytest.mark.parametrize(
    ("border", "before", "after"),
    [
        (None, [(0, 1), (2, 0.5)], []),
        (1, [(0, 1), (1, 1)], [(1, 1), (2, 0.5)]),
        (2, [(0, 1), (2, 0.5)], []),
        (-1, [], [(0, 1), (2, 0.5)]),
    ],
)
def test_a_step_line_is_parted_at_its_height(border: float | None, before: list[Any], after: list[Any]) -> None:
    solid, pale = split_at([(0, 1), (2, 0.5)], border)
    assert (list(solid), list(pale)) == (before, after)


def test_the_focused_bar_has_an_edge_and_its_name_where_no_other_bar_is() -> None:
    picture = derive_waterfall([change(number, str(-number * 5)) for number in range(9)], focused=4)
    figure = draw_waterfall(picture, "light")
    edge = figure.layout.shapes[1]
    assert (edge.x0, edge.x1, edge.y0, edge.y1) == (3.5, 4.5, 0, -20)
    [name] = [note for note in figure.layout.annotations if note.text == "<b>P-004</b>"]
    assert (name.y, name.yanchor, name.xanchor) == (0, "bottom", "left")
    rising = derive_waterfall([change(number, str(40 - number * 5)) for number in range(9)], focused=4)
    [name] = [note for note in draw_waterfall(rising, "light").layout.annotations if note.text == "<b>P-004</b>"]
    assert (name.y, name.yanchor, name.xanchor) == (20, "bottom", "left")


def test_ten_thousand_courses_stay_small() -> None:
    many = [course(at, (56, -at % 900, SD), (112 + at % 1500, at % 300, PD if at % 2 else SD)) for at in range(10_000)]
    changes = [change(at, str(-(at % 900) / 10)) for at in range(10_000)]
    figures = (
        draw_waterfall(derive_waterfall(changes), "light"),
        draw_spider(derive_spider(many), "light"),
        draw_swimmer(derive_swimmer(many), "light"),
        draw_survival(derive_survival(many), "light"),
    )
    assert sum(len(figure.to_json()) for figure in figures) < 600_000
