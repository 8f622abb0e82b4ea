"""What the four charts of the cohort share: margins, axes of percent and of months, the name of the focused patient."""

from __future__ import annotations

from typing import Any

from dashboards.charts.marks import escape, layout
from tracker.pictures.cohort_courses import MonthAxis
from tracker.pictures.palette import FONT, Palette
from tracker.pictures.shapes import Tone, ValueAxis

#: Left for names and values, right for the words of lines.
MARGIN = {"l": 94, "r": 62, "t": 8, "b": 36}
#: Marks that were picked or not look the same: the focus has a look of its own.
STEADY: dict[str, Any] = {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}
_HIDDEN = {"marker": {"opacity": 0}}
#: Points that are there to be pressed and read, not seen.
UNSEEN: dict[str, Any] = {
    "mode": "markers",
    "marker": {"size": 10, "opacity": 0},
    "selected": _HIDDEN,
    "unselected": _HIDDEN,
    "hoverinfo": "text",
}


def frame(height: int, colours: Palette, **axes: Any) -> dict[str, Any]:
    """The layout of one chart; ``axes`` and whatever else plotly takes comes on top."""
    return layout(height, dict(MARGIN), colours) | axes


def months(axis: MonthAxis, colours: Palette, *, grid: bool = True) -> dict[str, Any]:
    """The axis of months from the start of each course."""
    return _axis(colours) | {
        "range": [0, axis.end],
        "tickvals": [value for value, _ in axis.ticks],
        "ticktext": [text for _, text in axis.ticks],
        "showgrid": grid,
    }


def percents(axis: ValueAxis, colours: Palette) -> dict[str, Any]:
    """An axis of change in percent with a line at zero."""
    return _axis(colours) | {
        "range": [axis.low, axis.high],
        "tickvals": [value for value, _ in axis.ticks],
        "ticktext": [text for _, text in axis.ticks],
        "zeroline": True,
        "zerolinecolor": colours.tones[Tone.ZERO],
        "zerolinewidth": 1.2,
    }


def _axis(colours: Palette) -> dict[str, Any]:
    return {
        "tickmode": "array",
        "tickfont": {"family": FONT, "size": 12, "color": colours.ink3},
        "ticks": "outside",
        "ticklen": 6,
        "tickcolor": "rgba(0,0,0,0)",
        "tickangle": 0,
        "gridcolor": colours.hair,
        "zeroline": False,
        "showline": False,
        "fixedrange": True,
        "automargin": False,
    }


def months_word(colours: Palette) -> dict[str, Any]:
    """The unit of the axis, right of its last place."""
    return words(
        "months", 1, 0, colours, xref="paper", yref="paper", xanchor="left", yanchor="top", xshift=12, yshift=-6,
        font={"family": FONT, "size": 12, "color": colours.ink3},
    )  # fmt: skip


def words(text: str, x: float, y: float, colours: Palette, **more: Any) -> dict[str, Any]:
    """An annotation without an arrow; ``text`` is plain."""
    return {
        "x": x,
        "y": y,
        "text": escape(text),
        "font": {"family": FONT, "size": 12, "color": colours.ink},
        "showarrow": False,
        "borderpad": 0,
        **more,
    }


def strong(text: str, x: float, y: float, colours: Palette, **more: Any) -> dict[str, Any]:
    """The same in bold: the name of the focused patient, the value of a line."""
    found = words(text, x, y, colours, **more)
    return found | {"text": f"<b>{found['text']}</b>"}


def level(value: float, colours: Palette) -> dict[str, Any]:
    """A line across the chart at the change from which on a course responds."""
    return {
        "type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": value, "y1": value,
        "line": {"color": colours.tones[Tone.PR_LINE], "width": 1.8},
    }  # fmt: skip


def level_word(value: float, colours: Palette) -> dict[str, Any]:
    return strong(f"−{abs(value):.0f} %", 1, value, colours, xref="paper", yref="y", xanchor="left", xshift=8)
