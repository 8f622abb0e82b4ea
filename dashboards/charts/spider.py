"""The spider: every course as a quiet line, the focused patient's dark with its marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboards.charts.cohort_frame import (
    STEADY,
    UNSEEN,
    frame,
    level,
    level_word,
    months,
    months_word,
    percents,
    strong,
)
from dashboards.charts.marks import SYMBOLS, escape, figure_of
from tracker.pictures.cohort_spider import LATE, Spider, SpiderLine, SpiderMark
from tracker.pictures.palette import Mode, Palette, palette
from tracker.pictures.shapes import Shape, Tone

HEIGHT = 388


def draw_spider(picture: Spider, mode: Mode, height: int = HEIGHT) -> go.Figure:
    """The figure; ``customdata`` of a point is its patient. A line that ends in progression ends in its mark."""
    colours = palette(mode)
    dark = [line for line in picture.lines if line.patient_id == picture.focused]
    quiet = [line for line in picture.lines if line.patient_id != picture.focused]
    ends = [(line, line.marks[-1]) for line in quiet if line.ends_in_progression]
    traces = [
        _lines(quiet, "courses", colours.tones[Tone.QUIET], 1.0 if len(quiet) < 100 else 0.6),
        _points([(line, mark) for line in quiet for mark in line.marks if mark.filled]),
        _marks(ends, "progression", 8, colours),
        _lines(dark, "focus", colours.ink, 2.4),
        _marks([(line, mark) for line in dark for mark in line.marks], "scans of the focus", 11, colours),
    ]
    # Where a patient has several courses the one that lasts is named: two names would lie on each other.
    longest = sorted(dark, key=lambda line: -line.marks[-1].month if line.marks else 0)[:1]
    names = [_name(line, picture, colours) for line in longest]
    line = picture.line
    return figure_of(
        {
            "data": traces,
            "layout": frame(
                height,
                colours,
                xaxis=months(picture.months, colours, grid=False),
                yaxis=percents(picture.axis, colours),
                shapes=[] if line is None else [level(line, colours)],
                annotations=[months_word(colours), *([] if line is None else [level_word(line, colours)]), *names],
            ),
        }
    )


def _lines(lines: Sequence[SpiderLine], name: str, colour: str, width: float) -> dict[str, Any]:
    """All lines as one trace, parted by gaps: a hundred traces would take plotly a hundred times as long."""
    x: list[float | None] = []
    y: list[float | None] = []
    for line in lines:
        for piece in line.pieces:
            x += [month for month, _ in piece]
            y += [height for _, height in piece]
            x.append(None)
            y.append(None)
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": x, "y": y, "hoverinfo": "skip",
        "line": {"color": colour, "width": width}, "connectgaps": False,
    }  # fmt: skip


def _points(marks: Sequence[tuple[SpiderLine, SpiderMark]]) -> dict[str, Any]:
    """A line is pressed and read at its scans."""
    return {
        **UNSEEN,
        "type": "scatter",
        "name": "scans",
        "x": [mark.month for _, mark in marks],
        "y": [mark.height for _, mark in marks],
        "customdata": [line.patient_id for line, _ in marks],
        "text": [escape(mark.text) for _, mark in marks],
    }


def _marks(marks: Sequence[tuple[SpiderLine, SpiderMark]], name: str, size: int, colours: Palette) -> dict[str, Any]:
    thin = (Shape.CROSS, Shape.BAR)
    tones = [colours.tones[mark.tone] for _, mark in marks]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [mark.month for _, mark in marks],
        "y": [mark.height for _, mark in marks],
        "customdata": [line.patient_id for line, _ in marks],
        "text": [escape(mark.text) for _, mark in marks],
        "hoverinfo": "text",
        "cliponaxis": False,
        "marker": {
            "symbol": [SYMBOLS[mark.shape] for _, mark in marks],
            "size": size,
            "color": [tone if mark.filled else colours.surface for tone, (_, mark) in zip(tones, marks, strict=True)],
            "line": {"color": tones, "width": [2 if mark.shape in thin or not mark.filled else 0 for _, mark in marks]},
        },
        **STEADY,
    }


def _name(line: SpiderLine, picture: Spider, colours: Palette) -> dict[str, Any]:
    """The name beside the end of the line, on the side where there is room."""
    month, height = (line.marks[-1].month, line.marks[-1].height) if line.marks else (0.0, 0.0)
    late = month > LATE * picture.months.end
    return strong(
        line.name, month, height, colours, xanchor="right" if late else "left", xshift=-12 if late else 12,
        yshift=12 if late else picture.name_shift(height), bgcolor=colours.surface,
    )  # fmt: skip
