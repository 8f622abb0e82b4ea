"""Every lesion in a small chart of its own, all on one scale; what follows a local treatment is paled."""

from __future__ import annotations

import math
from collections.abc import Iterator

import plotly.graph_objects as go

from dashboards.charts.marks import escape, figure_of, layout, stroke
from dashboards.charts.panel import Part, on_paper
from tracker.pictures.lesion_panels import LesionPanel, LesionPanels, Point
from tracker.pictures.palette import FONT, Mode, Palette, palette
from tracker.pictures.shapes import Tone

#: Charts beside each other, the height of one with its heading, and the margins of the figure.
_ACROSS, _ROW, _HEADING, _UNDER = 4, 132, 38, 22
_MARGINS = {"l": 62, "r": 12, "t": _HEADING, "b": _UNDER}
_BETWEEN = 0.035
_FADED = 0.4


def draw_lesions(lesions: LesionPanels, mode: Mode) -> go.Figure:
    """The figure: targets dark and first, the gutter "not seen" under each scale, the same scale in every chart."""
    colours = palette(mode)
    across = min(_ACROSS, len(lesions.panels))
    down = math.ceil(len(lesions.panels) / across)
    height = down * _ROW + (down - 1) * (_HEADING + _UNDER) + _MARGINS["t"] + _MARGINS["b"]
    plot = height - _MARGINS["t"] - _MARGINS["b"]
    spec = layout(height, _MARGINS, colours)
    traces: list[Part] = []
    words: list[Part] = []
    shapes: list[Part] = []
    width = (1 - _BETWEEN * (across - 1)) / across
    for at, panel in enumerate(lesions.panels):
        number = "" if at == 0 else str(at + 1)
        left = (at % across) * (width + _BETWEEN)
        top = 1 - (at // across) * (_ROW + _HEADING + _UNDER) / plot
        bottom = top - _ROW / plot
        spec[f"xaxis{number}"] = _time_axis(lesions, (left, left + width), number, colours)
        spec[f"yaxis{number}"] = _value_axis(lesions, (max(bottom, 0.0), top), number, colours, named=at % across == 0)
        traces += _traces(panel, number, colours)
        words.append(_heading(panel, left, top, colours))
        shapes += [
            {
                "type": "line", "xref": f"x{number}", "yref": f"y{number} domain", "x0": on.isoformat(),
                "x1": on.isoformat(), "y0": 0, "y1": 1, "layer": "below", "line": stroke(Tone.DIVIDER, colours),
            }
            for on in lesions.dividers
        ]  # fmt: skip
    return figure_of({"data": traces, "layout": spec | {"annotations": words, "shapes": shapes}})


def _time_axis(lesions: LesionPanels, span: tuple[float, float], number: str, colours: Palette) -> Part:
    """First and last date named; months would crowd a small chart."""
    years = [tick for tick in lesions.axis.ticks if tick.strong]
    return {
        "type": "date",
        "domain": list(span),
        "range": [lesions.axis.start.isoformat(), lesions.axis.end.isoformat()],
        "anchor": f"y{number}",
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "tickmode": "array",
        "tickvals": [tick.on.isoformat() for tick in years],
        "ticktext": [str(tick.on.year) for tick in years],
        "tickfont": {"family": FONT, "size": 12, "color": colours.ink3},
        "ticks": "outside",
        "ticklen": 3,
        "tickcolor": colours.ink3,
        "automargin": False,
    }


def _value_axis(
    lesions: LesionPanels, span: tuple[float, float], number: str, colours: Palette, *, named: bool
) -> Part:
    ticks = (*lesions.values.ticks, *([(lesions.gutter, "not seen")] if lesions.any_gone else []))
    return {
        "domain": list(span),
        "range": [lesions.values.low, lesions.values.high],
        "anchor": f"x{number}",
        "fixedrange": True,
        "zeroline": False,
        "gridcolor": colours.hair,
        "tickmode": "array",
        "tickvals": [value for value, _ in ticks],
        "ticktext": [text for _, text in ticks] if named else ["" for _ in ticks],
        "tickfont": {"family": FONT, "size": 12, "color": colours.ink3},
        "ticks": "",
        "automargin": False,
    }


def _heading(panel: LesionPanel, left: float, top: float, colours: Palette) -> Part:
    quiet = f"<span style='color:{colours.ink2}'>{escape(panel.place)}<br>{escape(panel.change)}</span>"
    text = f"<b>{escape(panel.label)}</b>&nbsp; {quiet}"
    return on_paper(text, left, top, colours, xanchor="left", yanchor="bottom", yshift=2)


def _traces(panel: LesionPanel, number: str, colours: Palette) -> list[Part]:
    tone = Tone.SERIES if panel.is_target else Tone.QUIET
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": panel.label,
            "x": [point.on.isoformat() for point in run],
            "y": [point.value for point in run],
            "xaxis": f"x{number}",
            "yaxis": f"y{number}",
            "opacity": _FADED if run[0].faded else 1,
            "line": stroke(tone, colours),
            "hoverinfo": "skip",
        }
        for run in panel.runs
    ]
    return [*traces, *_points(panel, number, colours.tones[tone], colours)]


def _points(panel: LesionPanel, number: str, colour: str, colours: Palette) -> Iterator[Part]:
    """Sizes as dots, "not seen" as an open circle in the gutter."""
    groups: tuple[tuple[str, bool], ...] = (("size", True), ("not seen", False))
    for name, sized in groups:
        points: list[Point] = [point for point in panel.points if (point.mm is not None) is sized]
        if not points:
            continue
        yield {
            "type": "scatter",
            "mode": "markers",
            "name": f"{panel.label}, {name}",
            "x": [point.on.isoformat() for point in points],
            "y": [point.value for point in points],
            "xaxis": f"x{number}",
            "yaxis": f"y{number}",
            "text": [escape(point.text) for point in points],
            "hoverinfo": "text",
            "cliponaxis": False,
            "marker": {
                "symbol": "circle",
                "size": 6 if sized else 8,
                "color": colour if sized else colours.surface,
                "opacity": [_FADED if point.faded else 1 for point in points],
                "line": {"color": colour, "width": 0 if sized else 1.6},
            },
        }
