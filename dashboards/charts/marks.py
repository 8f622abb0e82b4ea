"""How tones and shapes of a Picture look in plotly: strokes, symbols, text. Shared by all charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from tracker.pictures.palette import FONT, STROKES, Palette
from tracker.pictures.shapes import MARK_SIZE, Label, Shape, TextLine, Tone

SYMBOLS: dict[Shape, str] = {
    Shape.CIRCLE: "circle",
    Shape.STAR: "star",
    Shape.TRIANGLE_DOWN: "triangle-down",
    Shape.SQUARE: "square",
    Shape.TRIANGLE_UP: "triangle-up",
    Shape.TRIANGLE_RIGHT: "triangle-right",
    Shape.CROSS: "x-thin",
    Shape.BAR: "line-ew",
    Shape.DIAMOND: "diamond",
    Shape.PLUS: "cross-thin",
    Shape.RINGED_CROSS: "circle-cross",
}

#: The same shapes as letters, where HTML draws them.
GLYPHS: dict[Shape, str] = {
    Shape.CIRCLE: "○",
    Shape.STAR: "★",
    Shape.TRIANGLE_DOWN: "▼",
    Shape.SQUARE: "■",
    Shape.TRIANGLE_UP: "▲",
    Shape.TRIANGLE_RIGHT: "▶",
    Shape.CROSS: "✕",
    Shape.BAR: "–",
    Shape.DIAMOND: "◇",
    Shape.PLUS: "✚",
    Shape.RINGED_CROSS: "⊕",
}

_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape(text: str) -> str:
    """Text as plotly's small markup shows it: a name typed by a person never becomes a tag."""
    return text.translate(_HTML)


def stroke(tone: Tone, colours: Palette) -> dict[str, Any]:
    width, dash = STROKES[tone]
    return {"color": colours.tones[tone], "width": width, "dash": dash}


def rich_text(lines: Sequence[TextLine], colours: Palette) -> str:
    """Lines of a label: the strong ones in ink, the others a step quieter."""
    parts = []
    for line in lines:
        text = escape(line.text)
        part = f"<b>{text}</b>" if line.strong else _quiet(text, colours)
        parts.append(f"{part}&nbsp; {_quiet(escape(line.after), colours)}" if line.after else part)
    return "<br>".join(parts)


def _quiet(text: str, colours: Palette) -> str:
    return f'<span style="color:{colours.ink2}">{text}</span>'


def annotation(label: Label, yref: str, colours: Palette) -> dict[str, Any]:
    """A placed label; a leader is plotly's arrow without a head, from the anchor to the label."""
    base: dict[str, Any] = {
        "x": label.on.isoformat(),
        "y": label.value,
        "xref": "x",
        "yref": yref,
        "text": rich_text(label.lines, colours),
        "font": {"family": FONT, "size": 12, "color": colours.ink},
        "align": label.across,
        "xanchor": label.across,
        "yanchor": label.up,
        "showarrow": False,
        "xshift": label.dx,
        "yshift": label.dy,
        "borderpad": 0,
    }
    if label.leader:
        base |= {
            "showarrow": True,
            "ax": label.dx,
            "ay": -label.dy,
            "xshift": 0,
            "yshift": 0,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": colours.ink3,
            "standoff": MARK_SIZE / 2 + 2,
        }
    if label.boxed:
        base |= {"bgcolor": colours.surface, "bordercolor": colours.line, "borderwidth": 1, "borderpad": 2}
    return base


def layout(height: int, margin: dict[str, int], colours: Palette) -> dict[str, Any]:
    """What every figure shares: fixed margins, no ground of its own, our type, no drag."""
    return {
        "template": None,
        "autosize": True,
        "height": height,
        "margin": {**margin, "pad": 0, "autoexpand": False},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": colours.ink},
        "showlegend": False,
        "hovermode": "closest",
        "hoverdistance": 14,
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": colours.surface,
            "bordercolor": colours.line,
            "font": {"family": FONT, "size": 12, "color": colours.ink},
            "align": "left",
        },
    }


def figure_of(spec: dict[str, Any]) -> go.Figure:
    """A figure from its own description. It is built by us alone and a test validates every kind of it, so the
    validation of each value, which takes two thirds of the time, is left out here.
    """
    return _SettledFigure(spec, _validate=False)


class _SettledFigure(go.Figure):  # type: ignore[misc] # plotly has no types
    """A figure that nobody changes once it is made, so that what is sent of it is copied and gone through once only."""

    def to_dict(self) -> dict[str, Any]:
        """The description of the figure, the same object at every call."""
        if not hasattr(self, "_settled"):
            self._settled: dict[str, Any] = super().to_dict()
        return self._settled


#: No bar of tools over the chart: what they do the page does with words.
CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False}
