"""The swimmer: one lane a course, its first response, its progression, an open arrow where it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboards.charts.cohort_frame import MARGIN, STEADY, frame, months, months_word, strong, words
from dashboards.charts.marks import GLYPHS, SYMBOLS, escape, figure_of
from tracker.pictures.cohort_swimmer import Lane, LegendLine, Swimmer
from tracker.pictures.palette import Mode, Palette, palette
from tracker.pictures.text_size import text_width

HEIGHT = 426
#: Lanes are as thick as with this many, and no thicker.
_LEAST_ROWS = 16


def draw_swimmer(picture: Swimmer, mode: Mode, height: int = HEIGHT) -> go.Figure:
    """The figure; ``customdata`` of a lane is its patient."""
    colours = palette(mode)
    places = list(range(len(picture.lanes)))
    rows = max(len(places), _LEAST_ROWS)
    size = 9 if rows <= 36 else 8
    lanes = list(enumerate(picture.lanes))
    responded, progressed, going = picture.legend
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": "courses",
        "x": [lane.end for lane in picture.lanes],
        "y": places,
        "customdata": [lane.patient_id for lane in picture.lanes],
        "text": [escape(lane.text) for lane in picture.lanes],
        "hoverinfo": "text",
        "textposition": "none",
        "marker": {
            "color": [colours.ink3 if lane.patient_id == picture.focused else colours.bar for lane in picture.lanes],
            "line": {"width": 0},
        },
        **STEADY,
    }
    traces = [
        bars,
        _marks([(at, lane, lane.response) for at, lane in lanes], responded, size, colours),
        _marks([(at, lane, lane.progression) for at, lane in lanes], progressed, size, colours),
        _marks([(at, lane, lane.end if lane.goes_on else None) for at, lane in lanes], going, size, colours),
    ]
    return figure_of({"data": traces, "layout": _layout(picture, rows, colours, height)})


def _marks(
    places: Sequence[tuple[int, Lane, float | None]], kind: LegendLine, size: int, colours: Palette
) -> dict[str, Any]:
    there = [(at, lane, month) for at, lane, month in places if month is not None]
    tone = colours.ink2 if kind.tone is None else colours.tones[kind.tone]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": kind.text,
        "x": [month for _, _, month in there],
        "y": [at for at, _, _ in there],
        "customdata": [lane.patient_id for _, lane, _ in there],
        "text": [escape(lane.text) for _, lane, _ in there],
        "hoverinfo": "text",
        "cliponaxis": False,
        "marker": _sign(kind, size, tone),
        **STEADY,
    }


def _sign(kind: LegendLine, size: int, tone: str) -> dict[str, Any]:
    if kind.shape is None:
        return {"symbol": "triangle-right-open", "size": size, "color": tone, "line": {"width": 1.4, "color": tone}}
    return {"symbol": SYMBOLS[kind.shape], "size": size, "color": tone, "line": {"width": 0}}


def _layout(picture: Swimmer, rows: int, colours: Palette, height: int) -> dict[str, Any]:
    lanes = {
        "range": [rows - 0.4, -0.6],
        "visible": False,
        "fixedrange": True,
    }
    said = [months_word(colours), *_names(picture, colours), *_legend(picture, colours)]
    return frame(
        height, colours, bargap=0.36, xaxis=months(picture.months, colours), yaxis=lanes, annotations=said
    )  # fmt: skip


def _names(picture: Swimmer, colours: Palette) -> list[dict[str, Any]]:
    """The focused patient's name left of the lane; one that is too long stands behind the lane's end."""
    named = []
    for at, lane in enumerate(picture.lanes):
        if lane.patient_id != picture.focused:
            continue
        if text_width(lane.name) <= MARGIN["l"] - 16:
            named.append(strong(lane.name, 0, at, colours, xanchor="right", xshift=-8))
        else:
            named.append(strong(lane.name, lane.end, at, colours, xanchor="left", xshift=12, bgcolor=colours.surface))
    return named


def _legend(picture: Swimmer, colours: Palette) -> list[dict[str, Any]]:
    """What the marks mean, in the corner that sorted lanes leave free; how many courses are not drawn."""
    lines = [
        f'<span style="color:{colours.ink2 if line.tone is None else colours.tones[line.tone]}">'
        f"{'▷' if line.shape is None else GLYPHS[line.shape]}</span>  {escape(line.text)}"
        for line in picture.legend
    ]
    if picture.more:
        lines.append(f"and {picture.more:,} shorter")
    return [
        words("", 1, 0, colours, xref="paper", yref="paper", xanchor="left", yanchor="bottom", xshift=-136, yshift=8)
        | {"text": "<br>".join(lines), "align": "left", "font": {"size": 12, "color": colours.ink2}}
    ]
