"""Without a sum: the number of lesions as the reports state it, marks on rows of words, never joined."""

from __future__ import annotations

from dashboards.charts.panel import Drawn, Spot, mark_traces, words
from tracker.pictures.shapes import Panel


def draw_counts(panel: Panel, spot: Spot) -> Drawn:
    """A hair line a row, an open square a report, its words beside it."""
    rows = [
        {
            "type": "line", "xref": "paper", "yref": spot.ref, "x0": 0, "x1": 1, "y0": at + 0.5, "y1": at + 0.5,
            "layer": "below", "line": {"color": spot.colours.hair, "width": 1},
        }
        for at in range(int(panel.axis.low))
    ]  # fmt: skip
    return Drawn(mark_traces(panel.marks, panel.key, spot), rows, words(panel, spot))


def draw_words(panel: Panel, spot: Spot) -> Drawn:
    """The place of the sum chart, with its name and one sentence."""
    return Drawn(annotations=words(panel, spot))
