"""The curve of Kaplan and Meier with its band, ticks, median, and the numbers that carry it beneath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboards.charts.cohort_frame import UNSEEN, frame, months, months_word, strong, words
from dashboards.charts.marks import escape, figure_of
from tracker.pictures.cohort_survival import PALE_UNDER, Survival, SurvivalMark
from tracker.pictures.palette import FONT, Mode, Palette, palette

HEIGHT = 426
#: Room for the axis and the two rows of numbers.
_BELOW = 76
_PALE = 0.45
_TICKS = ((0.0, "0 %"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1.0, "100 %"))


def draw_survival(picture: Survival, mode: Mode, height: int = HEIGHT) -> go.Figure:
    """The figure: solid while ``PALE_UNDER`` or more are at risk, paled after; ``customdata`` of a point is its patient."""
    colours = palette(mode)
    solid, pale = split_at(picture.curve, picture.pale_from)
    low, high = [(x, y) for x, y, _ in picture.band], [(x, y) for x, _, y in picture.band]
    (low_solid, low_pale), (high_solid, high_pale) = (split_at(line, picture.pale_from) for line in (low, high))
    cuts = [mark for mark in picture.marks if not mark.event]
    traces = [
        _band(low_solid, high_solid, "95 % band", 1, colours),
        _band(low_pale, high_pale, "95 % band, few at risk", _PALE, colours),
        _curve(solid, "curve", 1, colours),
        _curve(pale, "curve, few at risk", _PALE, colours),
        {
            **_places(cuts),
            "mode": "markers",
            "name": "cut",
            "marker": {
                "symbol": "line-ns",
                "size": 9,
                "color": colours.ink,
                "line": {"width": 1.6, "color": colours.ink},
            },
            "selected": {"marker": {"opacity": 1}},
            "unselected": {"marker": {"opacity": 1}},
        },
        {**UNSEEN, **_places([mark for mark in picture.marks if mark.event]), "name": "events"},
        _focus([mark for mark in picture.marks if mark.patient_id == picture.focused], colours),
    ]
    return figure_of({"data": traces, "layout": _layout(picture, colours, height)})


def split_at(
    points: Sequence[tuple[float, float]], border: float | None
) -> tuple[Sequence[tuple[float, float]], Sequence[tuple[float, float]]]:
    """The points of a step line up to ``border`` and from it on; both hold the height at the border."""
    if border is None or not points:
        return points, ()
    before = [point for point in points if point[0] <= border]
    after = [point for point in points if point[0] > border]
    if not before:
        return (), points
    at = (border, before[-1][1])
    return ([*before, at] if after else before), ([at, *after] if after else ())


def _curve(points: Sequence[tuple[float, float]], name: str, opacity: float, colours: Palette) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": name, "opacity": opacity, "hoverinfo": "skip",
        "x": [month for month, _ in points], "y": [share for _, share in points],
        "line": {"color": colours.ink, "width": 2, "shape": "hv"},
    }  # fmt: skip


def _band(
    low: Sequence[tuple[float, float]], high: Sequence[tuple[float, float]], name: str, opacity: float, colours: Palette
) -> dict[str, Any]:
    """The outline of the band, its steps spelt out: a filled shape of plotly's own steps would be shut aslant."""
    there, back = _corners(high), _corners(low)[::-1]
    return {
        "type": "scatter", "mode": "lines", "name": name, "opacity": opacity, "hoverinfo": "skip",
        "x": [month for month, _ in (*there, *back)], "y": [share for _, share in (*there, *back)],
        "fill": "toself", "fillcolor": colours.noise, "line": {"width": 0, "color": "rgba(0,0,0,0)"},
    }  # fmt: skip


def _corners(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A step line as its corners: flat to the next place, then up or down."""
    corners: list[tuple[float, float]] = []
    for at, (month, share) in enumerate(points):
        if at:
            corners.append((month, points[at - 1][1]))
        corners.append((month, share))
    return corners


def _places(marks: Sequence[SurvivalMark]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [mark.month for mark in marks],
        "y": [mark.height for mark in marks],
        "customdata": [mark.patient_id for mark in marks],
        "text": [escape(mark.text) for mark in marks],
        "hoverinfo": "text",
    }


def _focus(marks: Sequence[SurvivalMark], colours: Palette) -> dict[str, Any]:
    return {
        **_places(marks),
        "mode": "markers",
        "name": "focus",
        "cliponaxis": False,
        "marker": {"symbol": "circle-open", "size": 15, "color": colours.accent, "line": {"width": 2.4}},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _layout(picture: Survival, colours: Palette, height: int) -> dict[str, Any]:
    values = months(picture.months, colours) | {
        "range": [-0.02, 1.04],
        "tickvals": [value for value, _ in _TICKS],
        "ticktext": [text for _, text in _TICKS],
        "showgrid": True,
    }
    shapes, said = _median(picture, colours)
    if picture.pale_from is not None and 0 < picture.pale_from < picture.months.end:
        shapes.append(_line(picture.pale_from, 0, picture.pale_from, 1, "2px,3px", colours))
        late = picture.pale_from > 0.7 * picture.months.end
        # A focused patient at the head of the curve has a name there too.
        high = any(mark.patient_id == picture.focused and mark.height > 0.88 for mark in picture.marks)
        said.append(
            words(
                f"fewer than {PALE_UNDER} at risk", picture.pale_from, 1.02, colours, xanchor="right" if late else "left",
                xshift=-6 if late else 6, yshift=-34 if high else 0, yanchor="top",
                font={"size": 12, "color": colours.ink3},
            )
        )  # fmt: skip
    found = frame(
        height,
        colours,
        xaxis=months(picture.months, colours, grid=False),
        yaxis=values,
        shapes=shapes,
        annotations=[months_word(colours), *said, *_names(picture, colours), *_numbers(picture, colours)],
    )
    found["margin"] |= {"b": _BELOW}
    return found


def _median(picture: Survival, colours: Palette) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Dashed from the axis to the curve at one half, and the words right of it, above the curve."""
    if picture.median is None:
        return [], []
    lines = [
        _line(0, 0.5, picture.median, 0.5, "2px,3px", colours),
        _line(picture.median, 0, picture.median, 0.5, "2px,3px", colours),
    ]
    first, *rest = picture.median_words
    text = f"<b>{escape(first)}</b>" + "".join(f"<br>{escape(line)}" for line in rest)
    right = picture.median > 0.62 * picture.months.end
    said = words(
        "", picture.median, 0.5, colours, xanchor="right" if right else "left", xshift=-8 if right else 8,
        yanchor="top" if right else "bottom", yshift=-6 if right else 6, align="left", bgcolor=colours.surface,
    ) | {"text": text}  # fmt: skip
    return lines, [said]


def _line(x0: float, y0: float, x1: float, y1: float, dash: str, colours: Palette) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "yref": "y", "x0": x0, "x1": x1, "y0": y0, "y1": y1,
        "line": {"color": colours.ink3, "width": 1.2, "dash": dash},
    }  # fmt: skip


def _names(picture: Survival, colours: Palette) -> list[dict[str, Any]]:
    theirs = [mark for mark in picture.marks if mark.patient_id == picture.focused]
    return [
        strong(mark.name, mark.month, mark.height, colours, xanchor="left", yanchor="bottom", xshift=8, yshift=6)
        for mark in theirs[:1]
    ]


def _numbers(picture: Survival, colours: Palette) -> list[dict[str, Any]]:
    """Who is at risk and how many events there were, under each named month; paled where few are left."""
    rows: list[dict[str, Any]] = []
    for shift, name in ((-30, "at risk"), (-48, "events so far")):
        rows.append(
            words(
                name, 0, 0, colours, xref="paper", yref="paper", xanchor="right", yanchor="top", xshift=-14, yshift=shift,
                font={"family": FONT, "size": 12, "color": colours.ink2},
            )
        )  # fmt: skip
        for column in picture.at_risk:
            number = column.at_risk if name == "at risk" else column.events
            draw = strong if name == "at risk" and not column.is_pale else words
            colour = colours.ink3 if column.is_pale else colours.ink
            rows.append(
                draw(
                    f"{number:,}", column.month, 0, colours, yref="paper", yanchor="top", yshift=shift,
                    font={"family": FONT, "size": 12, "color": colour},
                )
            )  # fmt: skip
    return rows
