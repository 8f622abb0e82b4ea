"""Treatment lanes: bars with their names inside, an arrow where it goes on, a dashed outline where it is planned."""

from __future__ import annotations

from datetime import timedelta

from dashboards.charts.marks import escape
from dashboards.charts.panel import Drawn, Part, Spot, in_gutter, mark_traces, words
from tracker.pictures.palette import FONT
from tracker.pictures.shapes import Bar, Panel

#: Length of an arrow's point, as a share of the axis.
_POINT = 0.009


def draw_lanes(panel: Panel, spot: Spot) -> Drawn:
    """Bars are shapes under everything; local treatments are marks that can be pointed at."""
    said = [{**word, "bgcolor": spot.colours.surface} for word in words(panel, spot)]
    said += [
        in_gutter(text, spot.height_of(value / panel.axis.low), spot.colours, "middle")
        for value, text in panel.axis.ticks
    ]
    said += [word for bar in panel.bars if (word := _name(bar, spot)) is not None]
    return Drawn(mark_traces(panel.marks, panel.key, spot), [_bar(bar, spot) for bar in panel.bars], said)


def _bar(bar: Bar, spot: Spot) -> Part:
    top, bottom, middle = bar.lane + 0.2, bar.lane + 0.8, bar.lane + 0.5
    start, end = bar.start.isoformat(), bar.end.isoformat()
    if bar.ongoing or (bar.planned and bar.end == spot.axis.end):
        point = timedelta(days=max(1, round(spot.axis.days * _POINT)))
        neck = max(bar.start, bar.end - point).isoformat()
        outline = f"M {start},{top} L {neck},{top} L {end},{middle} L {neck},{bottom} L {start},{bottom} Z"
    else:
        outline = f"M {start},{top} L {end},{top} L {end},{bottom} L {start},{bottom} Z"
    colours = spot.colours
    look = (
        {"color": colours.ink2, "width": 1.2, "dash": "4px,3px"}
        if bar.planned
        else {"color": colours.surface, "width": 2}
    )
    return {
        "type": "path",
        "path": outline,
        "xref": "x",
        "yref": spot.ref,
        "fillcolor": "rgba(0,0,0,0)" if bar.planned else colours.bar,
        "line": look,
        "layer": "below",
    }


def _name(bar: Bar, spot: Spot) -> Part | None:
    if not bar.text:
        return None
    return {
        "x": (bar.start if bar.inside else bar.end).isoformat(),
        "y": bar.lane + 0.5,
        "xref": "x",
        "yref": spot.ref,
        "text": escape(bar.text),
        "font": {"family": FONT, "size": 12, "color": spot.colours.ink},
        "showarrow": False,
        "xanchor": "left",
        "xshift": 7,
        "borderpad": 0,
        "hovertext": escape(bar.full),
    }
