"""The strip of words under the sum chart: not seen, new, without a sum."""

from __future__ import annotations

from dashboards.charts.panel import Drawn, Spot, mark_traces, words
from tracker.pictures.shapes import Panel


def draw_events(panel: Panel, spot: Spot) -> Drawn:
    """Words, and for a scan without a sum its mark; nothing is joined, nothing is a point at zero."""
    return Drawn(mark_traces(panel.marks, panel.key, spot), [], words(panel, spot))
