"""The patient's board as one plotly figure: the charts stacked on one axis of time, fixed margins, no legend."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from dashboards.charts.counts import draw_counts, draw_words
from dashboards.charts.events import draw_events
from dashboards.charts.lanes import draw_lanes
from dashboards.charts.markers import draw_marker
from dashboards.charts.marks import figure_of, layout, stroke
from dashboards.charts.panel import Drawn, Spot, value_axis
from dashboards.charts.pet import draw_uptake
from dashboards.charts.sum_chart import draw_sum
from tracker.pictures.board import LEADERS_HEIGHT, MONTHS_HEIGHT, PANEL_GAP, Board
from tracker.pictures.palette import FONT, Mode, Palette, palette
from tracker.pictures.shapes import GUTTER_LEFT, GUTTER_RIGHT, Panel, TimeAxis, Tone

#: Each chart by the first word of its panel's key; the sum chart also takes the scan whose reasons are read.
_DRAWERS = {
    "lanes": draw_lanes,
    "events": draw_events,
    "counts": draw_counts,
    "marker": draw_marker,
    "uptake": draw_uptake,
    "words": draw_words,
}
#: Panels whose rows are words, without a grid.
_OF_WORDS = frozenset({"lanes", "events", "counts", "words"})


def draw_board(board: Board, mode: Mode, ringed: int | None = None) -> go.Figure:
    """The figure of ``board``. ``ringed`` is the column whose reasons are read: its mark gets a ring and its step."""
    colours = palette(mode)
    leaders = 0 if board.table.under_scans else LEADERS_HEIGHT
    margins = {"l": GUTTER_LEFT, "r": GUTTER_RIGHT, "t": MONTHS_HEIGHT, "b": PANEL_GAP + leaders}
    figure_layout = layout(board.height + leaders, margins, colours)
    plot_height = board.height - MONTHS_HEIGHT - PANEL_GAP
    shapes = _through_lines(board, plot_height, colours)
    if leaders:
        shapes += _leaders(board, plot_height, colours)
    traces: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    top = 0
    for at, panel in enumerate(board.panels):
        number = "" if at == 0 else str(at + 1)
        span = (1 - (top + panel.height) / plot_height, 1 - top / plot_height)
        spot = Spot(f"y{number}", span, board.axis, colours)
        kind = panel.key.partition(" ")[0]
        figure_layout[f"yaxis{number}"] = value_axis(panel, spot, grid=kind not in _OF_WORDS, ticks=kind != "lanes")
        drawn = _draw(kind, panel, spot, board, ringed)
        traces += drawn.traces
        shapes += drawn.shapes
        annotations += drawn.annotations
        top += panel.height + PANEL_GAP
    figure_layout |= {"xaxis": _time_axis(board.axis, colours), "annotations": annotations, "shapes": shapes}
    return figure_of({"data": traces, "layout": figure_layout})


def _draw(kind: str, panel: Panel, spot: Spot, board: Board, ringed: int | None) -> Drawn:
    if kind == "sum":
        return draw_sum(panel, spot, board.tracks, ringed)
    return _DRAWERS[kind](panel, spot)


def _time_axis(axis: TimeAxis, colours: Palette) -> dict[str, Any]:
    return {
        "type": "date",
        "range": [axis.start.isoformat(), axis.end.isoformat()],
        "side": "top",
        "anchor": "y",
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "tickmode": "array",
        "tickvals": [tick.middle.isoformat() for tick in axis.ticks],
        "ticktext": [f"<b>{tick.text}</b>" if tick.strong else tick.text for tick in axis.ticks],
        "tickfont": {"family": FONT, "size": 12, "color": colours.ink2},
        "tickangle": 0,
        "ticklen": 2,
        "tickcolor": "rgba(0,0,0,0)",
        "ticks": "outside",
        "minor": {
            "tickvals": [tick.on.isoformat() for tick in axis.ticks],
            "ticks": "outside",
            "ticklen": 4,
            "tickcolor": colours.ink3,
        },
        "automargin": False,
    }


def _through_lines(board: Board, plot_height: int, colours: Palette) -> list[dict[str, Any]]:
    """Scan lines and dividers run through every panel under the lanes; a hair line parts the panels."""
    lanes = board.panels[0].height + PANEL_GAP / 2
    below_lanes = 1 - lanes / plot_height
    bottom = -PANEL_GAP / plot_height
    shapes = [
        _upright(column.on.isoformat(), bottom, below_lanes, stroke(Tone.SCAN, colours)) for column in board.columns
    ]
    shapes += [
        _upright(track.end.isoformat(), bottom, 1.0, stroke(Tone.DIVIDER, colours))
        for track in board.tracks
        if not track.is_last
    ]
    top = 0.0
    for panel in board.panels:
        top += panel.height + PANEL_GAP
        y = 1 - (top - PANEL_GAP / 2) / plot_height
        if panel is not board.panels[-1] and panel.key != "sum":
            shapes.append(
                {
                    "type": "line", "xref": "paper", "yref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y,
                    "layer": "below", "line": {"color": colours.line, "width": 1},
                }
            )  # fmt: skip
    return shapes


def _leaders(board: Board, plot_height: int, colours: Palette) -> list[dict[str, Any]]:
    """From the date of each scan to its column, where the columns of the table stand at equal distances."""
    top, bottom = -PANEL_GAP / plot_height, -(PANEL_GAP + LEADERS_HEIGHT) / plot_height
    line = {"color": colours.ink3, "width": 1}
    return [
        {
            "type": "line", "xref": "paper", "yref": "paper", "x0": board.axis.fraction(board.columns[head.column].on),
            "x1": head.place, "y0": top, "y1": bottom, "line": line,
        }
        for head in board.table.head
    ]  # fmt: skip


def _upright(on: str, y0: float, y1: float, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": on, "x1": on, "y0": y0, "y1": y1,
        "layer": "below", "line": line,
    }  # fmt: skip
