"""Uptake on PET: dots that are never joined; an open one cannot be compared, and says why."""

from __future__ import annotations

from dashboards.charts.panel import Drawn, Spot, mark_traces, words
from tracker.pictures.shapes import Panel


def draw_uptake(panel: Panel, spot: Spot) -> Drawn:
    return Drawn(mark_traces(panel.marks, panel.key, spot), [], words(panel, spot))
