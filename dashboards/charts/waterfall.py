"""The waterfall of best change, with the row of shapes under its bars."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from dashboards.charts.marks import SYMBOLS, escape, figure_of, layout
from tracker.pictures.palette import FONT, Mode, Palette, palette
from tracker.pictures.shapes import Shape, Tone
from tracker.pictures.waterfall import FLOOR, Waterfall

HEIGHT = 380


def draw_waterfall(picture: Waterfall, mode: Mode) -> go.Figure:
    """The figure; ``customdata`` of a bar is the patient it opens."""
    colours = palette(mode)
    tones = [colours.tones[bar.tone] for bar in picture.bars]
    common: dict[str, Any] = {
        "x": list(range(len(picture.bars))),
        "customdata": [bar.patient_id for bar in picture.bars],
        "text": [escape(bar.text) for bar in picture.bars],
        "hoverinfo": "text",
    }
    bars = {
        **common,
        "type": "bar",
        "name": "best change",
        "y": [bar.height for bar in picture.bars],
        "textposition": "none",
        "marker": {"color": tones, "line": {"width": 0}},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
    thin = (Shape.CROSS, Shape.BAR)
    shapes = {
        **common,
        "type": "scatter",
        "mode": "markers",
        "name": "best response",
        "y": [FLOOR - 6] * len(picture.bars),
        "marker": {
            "symbol": [SYMBOLS[bar.shape] for bar in picture.bars],
            "size": 8,
            "color": tones,
            "line": {"color": tones, "width": [2 if bar.shape in thin else 0 for bar in picture.bars]},
        },
    }
    return figure_of({"data": [bars, shapes], "layout": _layout(picture, colours)})


def _layout(picture: Waterfall, colours: Palette) -> dict[str, Any]:
    """Axes and the one line that is drawn from the baseline."""
    value_axis = {
        "range": [picture.axis.low, picture.axis.high],
        "tickmode": "array",
        "tickvals": [value for value, _ in picture.axis.ticks],
        "ticktext": [text for _, text in picture.axis.ticks],
        "tickfont": {"family": FONT, "size": 12, "color": colours.ink3},
        "gridcolor": colours.hair,
        "zeroline": True,
        "zerolinecolor": colours.tones[Tone.ZERO],
        "zerolinewidth": 1.2,
        "fixedrange": True,
        "automargin": False,
    }
    line = {
        "type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": picture.line, "y1": picture.line,
        "line": {"color": colours.tones[Tone.PR_LINE], "width": 1.8},
    }  # fmt: skip
    words = {
        "x": 1, "y": picture.line, "xref": "paper", "yref": "y", "text": f"<b>−{abs(picture.line or 0):.0f} %</b>", "showarrow": False,
        "xanchor": "left", "xshift": 8, "font": {"family": FONT, "size": 12, "color": colours.ink},
    }  # fmt: skip
    return layout(HEIGHT, {"l": 52, "r": 64, "t": 12, "b": 12}, colours) | {
        "bargap": 0.18,
        "xaxis": {"visible": False, "fixedrange": True, "range": [-0.8, len(picture.bars) - 0.2]},
        "yaxis": value_axis,
        "shapes": [] if picture.line is None else [line],
        "annotations": [] if picture.line is None else [words],
    }
