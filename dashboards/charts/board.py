"""The patient's board as one plotly figure: stacked panels on one axis of time, fixed margins, no legend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import plotly.graph_objects as go

from dashboards.charts.marks import SYMBOLS, annotation, escape, figure_of, layout, rich_text, stroke
from tracker.pictures.board import LEADERS_HEIGHT, MONTHS_HEIGHT, PANEL_GAP, Board
from tracker.pictures.palette import FONT, Mode, Palette, palette
from tracker.pictures.shapes import GUTTER_LEFT, GUTTER_RIGHT, Bar, Mark, Panel, Shape, TimeAxis, Tone

#: Free edge of the card left of the names.
_EDGE = 14


def draw_board(board: Board, mode: Mode, ringed: int | None = None) -> go.Figure:
    """The figure of ``board``. ``ringed`` is the column whose reasons are read: its mark gets a ring and its step."""
    colours = palette(mode)
    height = board.height
    leaders = 0 if board.table.under_scans else LEADERS_HEIGHT
    margins = {"l": GUTTER_LEFT, "r": GUTTER_RIGHT, "t": MONTHS_HEIGHT, "b": PANEL_GAP + leaders}
    figure_layout = layout(height + leaders, margins, colours)
    plot_height = height - MONTHS_HEIGHT - PANEL_GAP
    traces: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    shapes = _through_lines(board, plot_height, colours)
    if leaders:
        shapes += _leaders(board, plot_height, colours)
    top = 0
    for at, panel in enumerate(board.panels):
        ref = "y" if at == 0 else f"y{at + 1}"
        span = (1 - (top + panel.height) / plot_height, 1 - top / plot_height)
        figure_layout["yaxis" if at == 0 else f"yaxis{at + 1}"] = _value_axis(panel, span, colours)
        traces += _panel_traces(panel, ref, colours)
        annotations += _panel_words(panel, ref, span, colours)
        for bar in panel.bars:
            shapes.append(_bar_shape(bar, board.axis, ref, colours))
            annotations += _bar_words(bar, ref, colours)
        if panel.key == "sum" and ringed is not None:
            traces += _ring(board, panel, ringed, ref, colours)
        top += panel.height + PANEL_GAP
    figure_layout |= {"xaxis": _time_axis(board.axis, colours), "annotations": annotations, "shapes": shapes}
    return figure_of({"data": traces, "layout": figure_layout})


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


def _value_axis(panel: Panel, span: tuple[float, float], colours: Palette) -> dict[str, Any]:
    words = panel.key in ("lanes", "events", "counts")
    in_gutter = panel.key == "lanes"
    return {
        "domain": [max(span[0], 0.0), min(span[1], 1.0)],
        "range": [panel.axis.low, panel.axis.high],
        "anchor": "x",
        "fixedrange": True,
        "zeroline": False,
        "showline": False,
        "showgrid": not words,
        "gridcolor": colours.hair,
        "gridwidth": 1,
        "tickmode": "array",
        "tickvals": [] if in_gutter else [value for value, _ in panel.axis.ticks],
        "ticktext": [] if in_gutter else [text for _, text in panel.axis.ticks],
        "tickfont": {"family": FONT, "size": 12, "color": colours.ink3},
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": "rgba(0,0,0,0)",
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


def _panel_traces(panel: Panel, ref: str, colours: Palette) -> list[dict[str, Any]]:
    """In the order of drawing: zero, noise, thresholds, series, nadir, marks."""
    order = (Tone.ZERO, Tone.LIMIT, Tone.SWITCH, None, Tone.PR_LINE, Tone.PD_LINE, Tone.QUIET, Tone.SERIES)
    traces: list[dict[str, Any]] = []
    for tone in order:
        if tone is None:
            traces += [_band(band.points, band.name, ref, colours) for band in panel.bands]
            continue
        traces += [
            {
                "type": "scatter",
                "mode": "lines",
                "name": line.name,
                "x": [on.isoformat() for on, _ in line.points],
                "y": [value for _, value in line.points],
                "yaxis": ref,
                "line": stroke(tone, colours),
                "hoverinfo": "skip",
            }
            for line in panel.lines
            if line.tone is tone
        ]
    around = [mark for mark in panel.marks if mark.shape is Shape.DIAMOND]
    others = [mark for mark in panel.marks if mark.shape is not Shape.DIAMOND]
    traces += [
        _mark_trace(marks, ref, name, colours) for marks, name in ((around, "nadir"), (others, panel.key)) if marks
    ]
    return traces


def _band(points: Sequence[tuple[Any, float, float]], name: str, ref: str, colours: Palette) -> dict[str, Any]:
    there, back = list(points), list(reversed(points))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [on.isoformat() for on, _, _ in (*there, *back)],
        "y": [high for _, _, high in there] + [low for _, low, _ in back],
        "yaxis": ref,
        "fill": "toself",
        "fillcolor": colours.noise,
        "line": {"width": 0, "color": "rgba(0,0,0,0)"},
        "hoverinfo": "skip",
    }


def _mark_trace(marks: Sequence[Mark], ref: str, name: str, colours: Palette) -> dict[str, Any]:
    """Open marks carry the surface inside and the colour on the edge; thin signs have only an edge."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [mark.on.isoformat() for mark in marks],
        "y": [mark.value for mark in marks],
        "yaxis": ref,
        "text": [escape(mark.text) for mark in marks],
        "hoverinfo": "text",
        "customdata": [mark.column for mark in marks],
        "cliponaxis": False,
        "marker": {
            "symbol": [SYMBOLS[mark.shape] for mark in marks],
            "size": [mark.size for mark in marks],
            "color": [colours.tones[mark.tone] if mark.filled else colours.surface for mark in marks],
            "opacity": 1,
            "line": {
                "color": [colours.tones[mark.tone] for mark in marks],
                "width": [0 if mark.filled else 1.6 if mark.shape is Shape.DIAMOND else 2.2 for mark in marks],
            },
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _panel_words(panel: Panel, ref: str, span: tuple[float, float], colours: Palette) -> list[dict[str, Any]]:
    """Name in the left gutter, words of lines in the right one, placed labels on the plot."""
    words = [annotation(label, ref, colours) for label in panel.labels]
    if panel.key == "lanes":
        words = [{**word, "bgcolor": colours.surface} for word in words]
    if panel.title:
        title = f"<b>{escape(panel.title)}</b><br><span style='color:{colours.ink3}'>{escape(panel.subtitle)}</span>"
        words.append(
            _paper_words(title, 0, span[1], colours, xshift=_EDGE - GUTTER_LEFT, xanchor="left", yanchor="top")
        )
    if panel.key == "lanes":
        for value, text in panel.axis.ticks:
            y = span[1] - (value / panel.axis.low) * (span[1] - span[0])
            words.append(
                _paper_words(text, 0, y, colours, xshift=_EDGE - GUTTER_LEFT, xanchor="left", yanchor="middle")
            )
    for label in panel.edge_labels:
        y = span[1] - (label.y / panel.height) * (span[1] - span[0])
        text = rich_text(label.lines, colours)
        words.append(_paper_words(text, 1, y, colours, xshift=8, xanchor="left", yanchor="middle"))
    return words


def _paper_words(text: str, x: float, y: float, colours: Palette, **more: Any) -> dict[str, Any]:
    font = {"family": FONT, "size": 12, "color": colours.ink}
    return {
        "x": x, "y": y, "xref": "paper", "yref": "paper", "text": text, "font": font,
        "showarrow": False, "align": "left", "borderpad": 0, **more,
    }  # fmt: skip


def _bar_shape(bar: Bar, axis: TimeAxis, ref: str, colours: Palette) -> dict[str, Any]:
    """A bar on its lane; what goes on ends in a point, what is planned has a dashed outline."""
    top, bottom, middle = bar.lane + 0.2, bar.lane + 0.8, bar.lane + 0.5
    start, end = bar.start.isoformat(), bar.end.isoformat()
    if bar.ongoing or (bar.planned and bar.end == axis.end):
        neck = max(bar.start, bar.end - timedelta(days=max(1, round(axis.days * 0.009)))).isoformat()
        outline = f"M {start},{top} L {neck},{top} L {end},{middle} L {neck},{bottom} L {start},{bottom} Z"
    else:
        outline = f"M {start},{top} L {end},{top} L {end},{bottom} L {start},{bottom} Z"
    look = (
        {"color": colours.ink2, "width": 1.2, "dash": "4px,3px"}
        if bar.planned
        else {"color": colours.surface, "width": 2}
    )
    fill = "rgba(0,0,0,0)" if bar.planned else colours.bar
    return {
        "type": "path",
        "path": outline,
        "xref": "x",
        "yref": ref,
        "fillcolor": fill,
        "line": look,
        "layer": "below",
    }


def _bar_words(bar: Bar, ref: str, colours: Palette) -> list[dict[str, Any]]:
    if not bar.text:
        return []
    return [
        {
            "x": (bar.start if bar.inside else bar.end).isoformat(),
            "y": bar.lane + 0.5,
            "xref": "x",
            "yref": ref,
            "text": escape(bar.text),
            "font": {"family": FONT, "size": 12, "color": colours.ink},
            "showarrow": False,
            "xanchor": "left",
            "xshift": 7,
            "borderpad": 0,
            "hovertext": escape(bar.full),
        }
    ]


def _ring(board: Board, panel: Panel, column: int, ref: str, colours: Palette) -> list[dict[str, Any]]:
    """A ring around the scan whose reasons are read, and the step up or down from the nadir it was judged by."""
    marks = [mark for mark in panel.marks if mark.column == column and mark.shape is not Shape.DIAMOND]
    if not marks:
        return []
    ring = {
        "type": "scatter",
        "mode": "markers",
        "name": "read now",
        "x": [mark.on.isoformat() for mark in marks],
        "y": [mark.value for mark in marks],
        "yaxis": ref,
        "hoverinfo": "skip",
        "marker": {"symbol": "circle-open", "size": 27, "color": colours.accent, "line": {"width": 2.4}},
    }
    steps = []
    for track in board.tracks:
        for at, row in enumerate(track.rows):
            if track.columns[at] != column or at == 0 or not track.has_percentages:
                continue
            if row.sum is None or row.nadir is None or row.nadir_date is None:
                continue
            low = track.percent(row.nadir.um)
            high = min(track.percent(row.sum.um), panel.axis.high)
            steps.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": "step from the nadir",
                    "x": [row.nadir_date.isoformat(), *[track.place(at).isoformat()] * 2],
                    "y": [low, low, high],
                    "yaxis": ref,
                    "line": {"color": colours.accent, "width": 1.6, "dash": "1px,3px"},
                    "hoverinfo": "skip",
                }
            )
    return [*steps, ring]
