"""The patient's board as SVG: the same Picture that the screen draws, with its labels where the Picture has put them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.pictures.badges import Badge, BadgeKind
from tracker.pictures.board import MONTHS_HEIGHT, PANEL_GAP, Board
from tracker.pictures.palette import Look, palette
from tracker.pictures.shapes import (
    GUTTER_LEFT,
    GUTTER_RIGHT,
    LINE_HEIGHT,
    MARK_SIZE,
    NARROW_PLOT,
    Bar,
    Label,
    Panel,
    Shape,
    TimeAxis,
    Tone,
)
from tracker.pictures.text_size import block_size, text_width
from tracker.report.canvas import BASELINE, Canvas, Point
from tracker.report.typesetting import set_png

#: The rows under the figure: date, modality and response of every scan.
SCAN_ROWS_HEIGHT = 58
#: On paper the free edge left of the names is the card's own.
_EDGE = 8
_PAPER_RIGHT = 112
#: Letters of responses in short, where columns are nearer than this.
_NEAR = 74.0
_SIZE = re.compile(r"<svg [^>]*?\bwidth=\"(?P<width>[\d.]+)\" height=\"(?P<height>[\d.]+)\"")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the plot lies: pixels from left, its width, and the axis of time across it."""

    axis: TimeAxis
    left: float
    width: float

    def x(self, on: date) -> float:
        return self.left + self.axis.fraction(on) * self.width


def board_svg(board: Board, look: Look, *, plot: float = NARROW_PLOT, above: str = "", below: str = "") -> str:
    """The whole figure, ``plot`` pixels wide between its gutters, the scans and their responses under it.

    ``above`` and ``below`` are words for a drawing that stands alone: whose it is, and what it is not.
    """
    width = GUTTER_LEFT - _EDGE + plot + _PAPER_RIGHT
    canvas = Canvas(width, board.height + SCAN_ROWS_HEIGHT, palette(look), board.sentence)
    canvas.ground()
    frame = _Frame(board.axis, GUTTER_LEFT - _EDGE, plot)
    _months(canvas, frame)
    bottom = float(board.height)
    _through_lines(canvas, frame, board, bottom)
    top = float(MONTHS_HEIGHT)
    for panel in board.panels:
        _panel(canvas, frame, panel, top)
        top += panel.height + PANEL_GAP
    _scan_rows(canvas, frame, board, bottom)
    canvas.frame(above, below)
    return str(canvas)


def panel_svg(panel: Panel, axis: TimeAxis, look: Look, *, plot: float = NARROW_PLOT) -> str:
    """One panel under its months."""
    canvas = Canvas(
        GUTTER_LEFT + plot + GUTTER_RIGHT, MONTHS_HEIGHT + panel.height + PANEL_GAP, palette(look), panel.sentence
    )
    canvas.ground()
    frame = _Frame(axis, GUTTER_LEFT, plot)
    _months(canvas, frame)
    _panel(canvas, frame, panel, MONTHS_HEIGHT)
    return str(canvas)


def to_png(svg: str, width: int) -> bytes:
    """An SVG of ours as PNG of ``width`` pixels, without a browser. Raises ValueError where the drawing has no size."""
    # A point for each pixel of the drawing; 72 of them are an inch.
    drawn_width, drawn_height = size_of(svg)
    data = {"svg": svg, "width": drawn_width, "height": drawn_height}
    return set_png("picture.typ", data, 72 * width / drawn_width)


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of an SVG of ours in pixels. Raises ValueError where it does not begin with them."""
    found = _SIZE.match(svg)
    if found is None:
        raise ValueError("the drawing does not begin with its size")
    return float(found["width"]), float(found["height"])


def _months(canvas: Canvas, frame: _Frame) -> None:
    for tick in frame.axis.ticks:
        colour = canvas.colours.ink if tick.strong else canvas.colours.ink2
        canvas.text(frame.x(tick.middle), 14, tick.text, anchor="center", strong=tick.strong, colour=colour)
        x = frame.x(tick.on)
        canvas.path([(x, MONTHS_HEIGHT - 5), (x, MONTHS_HEIGHT - 1)], canvas.colours.ink3)


def _through_lines(canvas: Canvas, frame: _Frame, board: Board, bottom: float) -> None:
    """Scan lines and dividers run through every panel; a hair line parts the panels."""
    below_lanes = MONTHS_HEIGHT + board.panels[0].height + PANEL_GAP / 2
    for column in board.columns:
        canvas.line([(frame.x(column.on), below_lanes), (frame.x(column.on), bottom)], Tone.SCAN)
    top = float(MONTHS_HEIGHT)
    for panel in board.panels[:-1]:
        top += panel.height + PANEL_GAP
        if panel.key != "sum":
            y = top - PANEL_GAP / 2
            canvas.path([(frame.left, y), (frame.left + frame.width, y)], canvas.colours.line, 0.8)
    for track in board.tracks:
        if not track.is_last:
            canvas.line([(frame.x(track.end), MONTHS_HEIGHT), (frame.x(track.end), bottom)], Tone.DIVIDER)


def _panel(canvas: Canvas, frame: _Frame, panel: Panel, top: float) -> None:
    """In the order of drawing: grid, zero, noise, thresholds, series, nadir, marks, labels, names."""

    def y(value: float) -> float:
        return top + (1 - panel.axis.fraction(value)) * panel.height

    if panel.key not in ("lanes", "events", "counts", "words"):
        for value, _ in panel.axis.ticks:
            canvas.line([(frame.left, y(value)), (frame.left + frame.width, y(value))], Tone.GRID)
    for bar in panel.bars:
        _bar(canvas, frame, bar, y)
    _lines(canvas, frame, panel, y)
    for mark in sorted(panel.marks, key=lambda mark: mark.shape is not Shape.DIAMOND):
        colour = canvas.colours.tones[mark.tone]
        canvas.sign(frame.x(mark.on), y(mark.value), mark.shape, colour, size=mark.size, filled=mark.filled)
    for label in panel.labels:
        _label(canvas, frame, label, y(label.value), covered=panel.key == "lanes")
    _gutters(canvas, frame, panel, top)


def _lines(canvas: Canvas, frame: _Frame, panel: Panel, y: Callable[[float], float]) -> None:
    order = (Tone.ZERO, Tone.LIMIT, Tone.SWITCH, None, Tone.PR_LINE, Tone.PD_LINE, Tone.QUIET, Tone.SERIES)
    for tone in order:
        if tone is None:
            for band in panel.bands:
                there = [(frame.x(on), y(high)) for on, _, high in band.points]
                back = [(frame.x(on), y(low)) for on, low, _ in reversed(band.points)]
                canvas.area([*there, *back], canvas.colours.ahead if band.ahead else canvas.colours.noise)
            continue
        for line in panel.lines:
            if line.tone is tone:
                canvas.line([(frame.x(on), y(value)) for on, value in line.points], tone)


def _bar(canvas: Canvas, frame: _Frame, bar: Bar, y: Callable[[float], float]) -> None:
    """A bar on its lane; what goes on ends in a point, what is planned has a dashed outline."""
    left, right = frame.x(bar.start), frame.x(bar.end)
    top, bottom, middle = y(bar.lane + 0.2), y(bar.lane + 0.8), y(bar.lane + 0.5)
    outline: list[Point] = [(left, top), (right, top), (right, bottom), (left, bottom)]
    if bar.ongoing or (bar.planned and bar.end == frame.axis.end):
        neck = max(left, right - 9)
        outline = [(left, top), (neck, top), (right, middle), (neck, bottom), (left, bottom)]
    if bar.planned:
        canvas.area(outline, "none", canvas.colours.ink2, 1.2, "4,3")
    else:
        canvas.area(outline, canvas.colours.bar)
    if bar.text:
        canvas.text((left if bar.inside else right) + 7, middle - LINE_HEIGHT / 2 + BASELINE, bar.text)


def _label(canvas: Canvas, frame: _Frame, label: Label, value_y: float, *, covered: bool) -> None:
    """A label at its place; a thin leader from the mark where it stands off, a box where it is a tag."""
    x, anchor_y = frame.x(label.on) + label.dx, value_y - label.dy
    width, height = block_size(label.lines)
    middle = anchor_y + {"top": height / 2, "middle": 0.0, "bottom": -height / 2}[label.up]
    left = x - {"left": 0.0, "center": width / 2, "right": width}[label.across]
    if label.leader:
        far = abs(middle - value_y)
        if far > MARK_SIZE / 2 + 2 + height / 2:
            way = 1 if middle > value_y else -1
            start = (frame.x(label.on), value_y + way * (MARK_SIZE / 2 + 2))
            canvas.path([start, (x, middle - way * height / 2)], canvas.colours.ink3)
    if label.boxed or covered:
        edge = canvas.colours.line if label.boxed else "none"
        canvas.add(
            "rect", x=left - 5, y=middle - height / 2 - 1.5, width=width + 10, height=height + 3, rx=3,
            fill=canvas.colours.surface, stroke=edge, stroke_width=1,
        )  # fmt: skip
    canvas.lines(x, middle, [(line.text, line.strong) for line in label.lines], anchor=label.across)
    for at, line in enumerate(label.lines):
        if line.after:
            foot = middle - LINE_HEIGHT * len(label.lines) / 2 + LINE_HEIGHT * at + BASELINE
            canvas.text(left + text_width(f"{line.text}  "), foot, line.after, colour=canvas.colours.ink2)


def _gutters(canvas: Canvas, frame: _Frame, panel: Panel, top: float) -> None:
    """Name and ticks in the left gutter, the words of lines in the right one."""
    edge = frame.left - GUTTER_LEFT + 14
    if panel.title:
        canvas.text(edge, top + BASELINE, panel.title, strong=True)
        canvas.text(edge, top + LINE_HEIGHT + BASELINE, panel.subtitle, colour=canvas.colours.ink3)
    for value, text in panel.axis.ticks:
        middle = top + (1 - panel.axis.fraction(value)) * panel.height
        foot = middle - LINE_HEIGHT / 2 + BASELINE
        if panel.key == "lanes":
            canvas.text(edge, foot, text)
        else:
            canvas.text(frame.left - 6, foot, text, anchor="right", colour=canvas.colours.ink3)
    for label in panel.edge_labels:
        texts = [(line.text, line.strong) for line in label.lines]
        canvas.lines(frame.left + frame.width + 7, top + label.y, texts)


def _scan_rows(canvas: Canvas, frame: _Frame, board: Board, top: float) -> None:
    """Date, modality and response of each scan, joined to its line; filled: confirmed, open: computed."""
    colours, table = canvas.colours, board.table
    foot = top + 16
    canvas.path([(0, top), (canvas.width, top)], colours.line, 1)
    edge = frame.left - GUTTER_LEFT + 14
    canvas.text(edge, foot + 6, "Scan", strong=True)
    canvas.text(edge, foot + 36, "Response", strong=True)
    places = [frame.left + head.place * frame.width for head in table.head]
    room = min([*(b - a for a, b in itertools.pairwise(places)), 200.0])
    for at, (head, badges, x) in enumerate(zip(table.head, table.badges, places, strict=True)):
        last = at == len(table.head) - 1
        on = frame.x(board.columns[head.column].on)
        if abs(on - x) > 1:
            canvas.path([(on, top - 5), (x, top + 5)], colours.ink3)
        canvas.text(x, foot + 1, head.date, anchor="center", strong=last)
        modality = head.modality if text_width(head.modality) < room else head.modality.replace(" + ", "+")
        canvas.text(x, foot + 16, modality, anchor="center", colour=colours.ink2)
        _badges(canvas, x, foot + 36, badges, room)


def _badges(canvas: Canvas, x: float, foot: float, badges: Sequence[Badge], room: float) -> None:
    shown = badges[-1] if badges else None
    if shown is None:
        return
    if shown.kind in (BadgeKind.BASELINE, BadgeKind.OUTSIDE):
        words = "baseline" if shown.kind is BadgeKind.BASELINE else "no course"
        if len(badges) > 1 and badges[0].kind not in (BadgeKind.BASELINE, BadgeKind.OUTSIDE):
            shown = badges[0]  # the scan that closes one course opens the next: its response is what is read
        else:
            short = words if text_width(words) < room else words[:4]
            canvas.text(x, foot, short, anchor="center", colour=canvas.colours.ink2)
            return
    text = shown.brief if room < 2 * _NEAR else shown.text
    if shown.beside is not None:
        text = f"{text} (computed {shown.beside})" if room > 3 * _NEAR else f"{text} ({shown.beside})"
    shape = Shape.of(shown.response)
    if shape is Shape.BAR:  # these letters have no sign of their own
        canvas.text(x, foot, text, anchor="center", strong=True)
        return
    width = 13 + text_width(text)
    colour = canvas.colours.tones[Tone.of(shown.response)]
    filled = shown.kind is BadgeKind.CONFIRMED
    canvas.sign(x - width / 2 + 4.5, foot - 4.3, shape, colour, size=9, filled=filled)
    canvas.text(x - width / 2 + 13, foot, text, strong=True)
