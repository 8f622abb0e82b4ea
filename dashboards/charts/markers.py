"""A tumour marker or a liver test: dots joined on a logarithmic scale, the upper limit dashed and named."""

from __future__ import annotations

from dashboards.charts.panel import Drawn, Spot, line_traces, mark_traces, words
from tracker.pictures.shapes import Panel, Tone


def draw_marker(panel: Panel, spot: Spot) -> Drawn:
    """The limit under the line, the line under its dots."""
    traces = line_traces(panel.lines, (Tone.LIMIT, Tone.SERIES), spot)
    return Drawn(traces + mark_traces(panel.marks, panel.key, spot), [], words(panel, spot))
