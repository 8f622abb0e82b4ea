"""The sum of targets, drawn in its order: zero, noise, thresholds, series, nadir, marks, labels."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.charts.panel import Drawn, Part, Spot, band_trace, line_traces, mark_traces, words
from tracker.pictures.shapes import Panel, Shape, Tone
from tracker.pictures.tracks import Track

_UNDER = (Tone.ZERO, Tone.SWITCH)
_OVER = (Tone.PR_LINE, Tone.PD_LINE, Tone.SERIES)


def draw_sum(panel: Panel, spot: Spot, tracks: Iterable[Track] = (), ringed: int | None = None) -> Drawn:
    """The chart. ``ringed`` is the column whose reasons are read: a ring around its mark, and the step from the nadir."""
    traces = line_traces(panel.lines, _UNDER, spot)
    traces += [band_trace(band, spot) for band in panel.bands]
    traces += line_traces(panel.lines, _OVER, spot)
    for name, around in (("nadir", True), ("sum", False)):
        traces += mark_traces([mark for mark in panel.marks if (mark.shape is Shape.DIAMOND) is around], name, spot)
    if ringed is not None:
        traces += _ring(panel, spot, tracks, ringed)
    return Drawn(traces, [], words(panel, spot))


def _ring(panel: Panel, spot: Spot, tracks: Iterable[Track], column: int) -> list[Part]:
    marks = [mark for mark in panel.marks if mark.column == column and mark.shape is not Shape.DIAMOND]
    if not marks:
        return []
    ring = {
        "type": "scatter",
        "mode": "markers",
        "name": "read now",
        "x": [mark.on.isoformat() for mark in marks],
        "y": [mark.value for mark in marks],
        "yaxis": spot.ref,
        "hoverinfo": "skip",
        "marker": {"symbol": "circle-open", "size": 27, "color": spot.colours.accent, "line": {"width": 2.4}},
    }
    return [*(step for track in tracks for step in _steps(track, panel, spot, column)), ring]


def _steps(track: Track, panel: Panel, spot: Spot, column: int) -> list[Part]:
    """From the nadir along its level to the scan, then up or down to its sum: what the scan was judged by."""
    steps = []
    for at, row in enumerate(track.rows):
        if track.columns[at] != column or at == 0 or not track.has_percentages:
            continue
        if row.sum is None or row.nadir is None or row.nadir_date is None:
            continue
        low = track.percent(row.nadir.um)
        high = min(track.percent(row.sum.um), panel.axis.high)
        steps.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": "step from the nadir",
                "x": [row.nadir_date.isoformat(), *[track.place(at).isoformat()] * 2],
                "y": [low, low, high],
                "yaxis": spot.ref,
                "line": {"color": spot.colours.accent, "width": 1.6, "dash": "1px,3px"},
                "hoverinfo": "skip",
            }
        )
    return steps
