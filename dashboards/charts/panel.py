"""What every panel of the board is drawn from: lines, bands, marks and words, where they stand on the one axis of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards.charts.marks import SYMBOLS, annotation, escape, rich_text, stroke
from tracker.pictures.palette import FONT, Palette
from tracker.pictures.shapes import GUTTER_LEFT, Band, Line, Mark, Panel, Shape, TimeAxis, Tone

#: Free edge of the card left of the names.
EDGE = 14

Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a panel stands in the figure: its value axis ("y2"), its share of the height from below, and the axis of time."""

    ref: str
    span: tuple[float, float]
    axis: TimeAxis
    colours: Palette

    def height_of(self, share_from_top: float) -> float:
        """A height of the panel as one of the whole figure."""
        return self.span[1] - share_from_top * (self.span[1] - self.span[0])


@dataclass(frozen=True, slots=True)
class Drawn:
    """One chart as plotly takes it."""

    traces: list[Part] = field(default_factory=list)
    shapes: list[Part] = field(default_factory=list)
    annotations: list[Part] = field(default_factory=list)


def value_axis(panel: Panel, spot: Spot, *, grid: bool = True, ticks: bool = True) -> Part:
    """The panel's own axis of values; never a second one at its side."""
    return {
        "domain": [max(spot.span[0], 0.0), min(spot.span[1], 1.0)],
        "range": [panel.axis.low, panel.axis.high],
        "anchor": "x",
        "fixedrange": True,
        "zeroline": False,
        "showline": False,
        "showgrid": grid,
        "gridcolor": spot.colours.hair,
        "gridwidth": 1,
        "tickmode": "array",
        "tickvals": [value for value, _ in panel.axis.ticks] if ticks else [],
        "ticktext": [text for _, text in panel.axis.ticks] if ticks else [],
        "tickfont": {"family": FONT, "size": 12, "color": spot.colours.ink3},
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": "rgba(0,0,0,0)",
        "automargin": False,
    }


def line_traces(lines: Iterable[Line], tones: Sequence[Tone], spot: Spot) -> list[Part]:
    """The lines of these tones, in the order of the tones."""
    kept = list(lines)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": line.name,
            "x": [on.isoformat() for on, _ in line.points],
            "y": [value for _, value in line.points],
            "yaxis": spot.ref,
            "line": stroke(tone, spot.colours),
            "hoverinfo": "skip",
        }
        for tone in tones
        for line in kept
        if line.tone is tone
    ]


def band_trace(band: Band, spot: Spot) -> Part:
    there, back = list(band.points), list(reversed(band.points))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": band.name,
        "x": [on.isoformat() for on, _, _ in (*there, *back)],
        "y": [high for _, _, high in there] + [low for _, low, _ in back],
        "yaxis": spot.ref,
        "fill": "toself",
        "fillcolor": spot.colours.ahead if band.ahead else spot.colours.noise,
        "line": {"width": 0, "color": "rgba(0,0,0,0)"},
        "hoverinfo": "skip",
    }


def mark_traces(marks: Sequence[Mark], name: str, spot: Spot) -> list[Part]:
    """Marks that can be pressed and tell themselves on focus. Open: the surface inside and the colour on the edge."""
    if not marks:
        return []
    colours = spot.colours
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": [mark.on.isoformat() for mark in marks],
            "y": [mark.value for mark in marks],
            "yaxis": spot.ref,
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
                    "width": [_edge(mark) for mark in marks],
                },
            },
            "selected": {"marker": {"opacity": 1}},
            "unselected": {"marker": {"opacity": 1}},
        }
    ]


#: Signs that are nothing but strokes: filled or open, their edge draws them.
_THIN = frozenset({Shape.CROSS, Shape.BAR, Shape.PLUS})


def _edge(mark: Mark) -> float:
    if mark.shape is Shape.DIAMOND:
        return 1.6
    if mark.shape in _THIN:
        return 3.2 if mark.filled else 2.2
    return 0 if mark.filled else 2.2


def words(panel: Panel, spot: Spot) -> list[Part]:
    """Name in the left gutter, words of lines in the right one, placed labels on the plot."""
    colours = spot.colours
    said = [annotation(label, spot.ref, colours) for label in panel.labels]
    if panel.title:
        title = f"<b>{escape(panel.title)}</b><br><span style='color:{colours.ink3}'>{escape(panel.subtitle)}</span>"
        said.append(in_gutter(title, spot.span[1], colours, yanchor="top"))
    for label in panel.edge_labels:
        text = rich_text(label.lines, colours)
        y = spot.height_of(label.y / panel.height)
        said.append(on_paper(text, 1, y, colours, xshift=8, xanchor="left", yanchor="middle"))
    return said


def in_gutter(text: str, y: float, colours: Palette, yanchor: str) -> Part:
    """Words in the left gutter, at the free edge of the card."""
    return on_paper(text, 0, y, colours, xshift=EDGE - GUTTER_LEFT, xanchor="left", yanchor=yanchor)


def on_paper(text: str, x: float, y: float, colours: Palette, **more: Any) -> Part:
    font = {"family": FONT, "size": 12, "color": colours.ink}
    return {
        "x": x, "y": y, "xref": "paper", "yref": "paper", "text": text, "font": font,
        "showarrow": False, "align": "left", "borderpad": 0, **more,
    }  # fmt: skip
