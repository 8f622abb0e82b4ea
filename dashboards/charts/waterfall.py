"""The waterfall of best change, with the row of shapes under its bars."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from dashboards.charts.cohort_frame import STEADY, frame, level, level_word, percents, strong
from dashboards.charts.marks import SYMBOLS, escape, figure_of
from tracker.pictures.palette import Mode, Palette, palette
from tracker.pictures.shapes import Shape
from tracker.pictures.waterfall import FLOOR, Waterfall, WaterfallBar

HEIGHT = 388
#: The plot is about so wide where the page is as wide as it is drawn for.
_PLOT = 590
_THIN = (Shape.CROSS, Shape.BAR)


def draw_waterfall(picture: Waterfall, mode: Mode, height: int = HEIGHT) -> go.Figure:
    """The figure; ``customdata`` of a bar is its patient. The focused patient's bars have an edge and a name."""
    colours = palette(mode)
    shown = [(at, bar) for at, bar in enumerate(picture.bars) if bar.shown]
    tones = [colours.tones[bar.tone] for _, bar in shown]
    bars = {
        "type": "bar",
        "name": "best change",
        "x": list(range(len(picture.bars))),
        "y": [bar.height for bar in picture.bars],
        "customdata": [bar.patient_id for bar in picture.bars],
        "text": [escape(bar.text) for bar in picture.bars],
        "hoverinfo": "text",
        "textposition": "none",
        "marker": {"color": [colours.tones[bar.tone] for bar in picture.bars], "line": {"width": 0}},
        **STEADY,
    }
    shapes = {
        "type": "scatter",
        "mode": "markers",
        "name": "best response",
        "x": [at for at, _ in shown],
        "y": [FLOOR - 6] * len(shown),
        "customdata": [bar.patient_id for _, bar in shown],
        "text": [escape(bar.text) for _, bar in shown],
        "hoverinfo": "text",
        "marker": {
            "symbol": [SYMBOLS[bar.shape] for _, bar in shown],
            "size": max(4.0, min(8.0, 0.72 * _PLOT / max(len(shown), 1))),
            "color": tones,
            "line": {"color": tones, "width": [2 if bar.shape in _THIN else 0 for _, bar in shown]},
        },
        **STEADY,
    }
    return figure_of({"data": [bars, shapes], "layout": _layout(picture, colours, height)})


def _layout(picture: Waterfall, colours: Palette, height: int) -> dict[str, Any]:
    """Axes, the one line that is drawn from the baseline, and the focus."""
    lines = [] if picture.line is None else [level(picture.line, colours)]
    named = [] if picture.line is None else [level_word(picture.line, colours)]
    edges, names = _focus(picture, colours)
    found = frame(
        height,
        colours,
        bargap=0.18 if len(picture.bars) <= 150 else 0,
        xaxis={"visible": False, "fixedrange": True, "range": [-0.8, len(picture.bars) - 0.2]},
        yaxis=percents(picture.axis, colours),
        shapes=[*lines, *edges],
        annotations=[*named, *names],
    )
    found["margin"] |= {"b": 12}
    return found


def _focus(picture: Waterfall, colours: Palette) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """An edge around each bar of the patient, and the name of the first."""
    edges: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    last = max(len(picture.bars) - 1, 1)
    for at, bar in enumerate(picture.bars):
        if bar.patient_id != picture.focused:
            continue
        edges.append(
            {
                "type": "rect", "xref": "x", "yref": "y", "x0": at - 0.5, "x1": at + 0.5, "y0": 0, "y1": bar.height,
                "line": {"color": colours.ink, "width": 2},
            }
        )  # fmt: skip
        if not names:
            names.append(
                strong(bar.name, at, max(bar.height, 0), colours, bgcolor=colours.surface, **_beside(at, bar, last))
            )
    return edges, names


def _beside(at: int, bar: WaterfallBar, last: int) -> dict[str, Any]:
    """Where the name of a bar is free of others: they fall to the right, so over it and on; the last ones back over zero."""
    if bar.height > 0:
        return {"xanchor": "left", "xshift": -4, "yanchor": "bottom", "yshift": 2}
    side = "left" if at < 0.75 * last else "right"
    return {"xanchor": side, "yanchor": "bottom", "yshift": 3, "xshift": -4 if side == "left" else 4}
