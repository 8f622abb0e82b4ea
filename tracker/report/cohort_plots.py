"""How each chart of the cohort is drawn into a card of an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.pictures.cohort_courses import MonthAxis
from tracker.pictures.cohort_spider import LATE, Spider, SpiderLine, SpiderMark
from tracker.pictures.cohort_survival import PALE_UNDER, Survival
from tracker.pictures.cohort_swimmer import Lane, LegendLine, Swimmer
from tracker.pictures.shapes import Shape, Tone, ValueAxis
from tracker.pictures.text_size import text_width
from tracker.pictures.waterfall import FLOOR, Waterfall
from tracker.report.canvas import Canvas, Point

_LEFT, _RIGHT, _TOP, _BOTTOM = 98.0, 64.0, 44.0, 34.0
_NUMBERS = 44.0
_LEAST_ROWS = 16
_QUARTERS = ((0.0, "0 %"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1.0, "100 %"))


@dataclass(frozen=True, slots=True)
class Plot:
    """A card of the drawing and the plot within it; ``below`` is room kept under the axis."""

    canvas: Canvas
    card_left: float
    card_top: float
    card_width: float
    card_height: float
    below: float = 0.0

    @property
    def left(self) -> float:
        return self.card_left + _LEFT

    @property
    def right(self) -> float:
        return self.card_left + self.card_width - _RIGHT

    @property
    def top(self) -> float:
        return self.card_top + _TOP

    @property
    def bottom(self) -> float:
        return self.card_top + self.card_height - _BOTTOM - self.below

    def x(self, share: float) -> float:
        return self.left + share * (self.right - self.left)

    def y(self, share: float) -> float:
        """Up the plot: 0 is its foot."""
        return self.bottom - share * (self.bottom - self.top)

    def title(self, words: str, beside: str) -> None:
        self.canvas.text(self.card_left + 16, self.card_top + 24, words, strong=True, size=14)
        place = self.card_left + 16 + text_width(words, 14) + 14
        self.canvas.text(place, self.card_top + 24, beside, colour=self.canvas.colours.ink3)

    def nothing(self, sentence: str) -> None:
        """Why there is no chart, in lines that fit the card."""
        line: list[str] = []
        y = self.top + 20
        for word in sentence.split():
            if line and text_width(" ".join((*line, word))) > self.card_width - 40:
                self.canvas.text(self.card_left + 16, y, " ".join(line), colour=self.canvas.colours.ink2)
                line, y = [], y + 18
            line.append(word)
        self.canvas.text(self.card_left + 16, y, " ".join(line), colour=self.canvas.colours.ink2)

    def months(self, axis: MonthAxis, *, grid: bool) -> None:
        colours = self.canvas.colours
        for value, text in axis.ticks:
            x = self.x(value / axis.end)
            if grid:
                self.canvas.path([(x, self.top), (x, self.bottom)], colours.hair)
            self.canvas.text(x, self.bottom + 18, text, anchor="center", colour=colours.ink3)
        self.canvas.text(self.right + 14, self.bottom + 18, "months", colour=colours.ink3)

    def percents(self, axis: ValueAxis, line: float | None) -> None:
        """Grid and values of change, zero, and the line of response."""
        colours = self.canvas.colours
        for value, text in axis.ticks:
            y = self.y(axis.fraction(value))
            self.canvas.path([(self.left, y), (self.right, y)], colours.hair)
            self.canvas.text(self.left - 8, y + 4, text, anchor="right", colour=colours.ink3)
        zero = self.y(axis.fraction(0))
        self.canvas.line([(self.left, zero), (self.right, zero)], Tone.ZERO)
        if line is not None:
            y = self.y(axis.fraction(line))
            self.canvas.line([(self.left, y), (self.right, y)], Tone.PR_LINE)
            self.canvas.text(self.right + 8, y + 4, f"−{abs(line):.0f} %", strong=True)


def draw_waterfall(plot: Plot, picture: Waterfall) -> None:
    """Bars in falling order, the shapes under them, an edge and a name for the focused patient."""
    if not picture.bars:
        plot.nothing(picture.sentence)
        return
    canvas, axis, number = plot.canvas, picture.axis, len(picture.bars)
    plot.percents(axis, None)
    step = (plot.right - plot.left) / number
    wide = step * (0.82 if number <= 150 else 1.0)
    zero = plot.y(axis.fraction(0))
    named = False
    for at, bar in enumerate(picture.bars):
        middle, end = plot.left + (at + 0.5) * step, plot.y(axis.fraction(bar.height))
        focused = bar.patient_id == picture.focused
        corners = [
            (middle - wide / 2, zero),
            (middle + wide / 2, zero),
            (middle + wide / 2, end),
            (middle - wide / 2, end),
        ]
        colour = canvas.colours.tones[bar.tone]
        canvas.area(corners, colour, canvas.colours.ink if focused else "none", 2 if focused else 0)
        if bar.shown:
            foot = plot.y(axis.fraction(FLOOR - 6))
            canvas.sign(middle, foot, bar.shape, colour, size=min(8.0, max(4.0, 0.72 * step)), filled=True)
        if focused and not named:
            named = True
            # Bars fall to the right: the name is free over its bar and on, that of the last ones back over zero.
            side, shift = ("left", -4) if bar.height > 0 or at < 0.75 * (number - 1) else ("right", 4)
            canvas.text(middle + shift, min(end, zero) - 5, bar.name, anchor=side, strong=True)
    if picture.line is not None:
        y = plot.y(axis.fraction(picture.line))
        canvas.line([(plot.left, y), (plot.right, y)], Tone.PR_LINE)
        canvas.text(plot.right + 8, y + 4, f"−{abs(picture.line):.0f} %", strong=True)


def draw_spider(plot: Plot, picture: Spider) -> None:
    """Quiet lines with their progression, then the focused patient's with all its marks."""
    if not picture.lines:
        plot.nothing(picture.sentence)
        return
    plot.percents(picture.axis, picture.line)
    plot.months(picture.months, grid=False)
    quiet = [line for line in picture.lines if line.patient_id != picture.focused]
    for line in quiet:
        _spider_line(plot, picture, line, plot.canvas.colours.tones[Tone.QUIET], 0.8)
    for line in quiet:
        if line.ends_in_progression:
            _spider_mark(plot, picture, line.marks[-1], 7)
    dark = [line for line in picture.lines if line.patient_id == picture.focused and line.marks]
    named = max(dark, key=lambda line: line.marks[-1].month, default=None)
    for line in picture.lines:
        if line.patient_id == picture.focused:
            _spider_line(plot, picture, line, plot.canvas.colours.ink, 2.4)
            for mark in line.marks:
                _spider_mark(plot, picture, mark, 11)
            if line is named:
                _spider_name(plot, picture, line)


def _spider_name(plot: Plot, picture: Spider, line: SpiderLine) -> None:
    """Beside the end of the line, on the side where there is room, off the line of response."""
    last = line.marks[-1]
    x, y = _spider_place(plot, picture, last.month, last.height)
    late = last.month > LATE * picture.months.end
    shift = -10 if late else 4 - picture.name_shift(last.height)
    plot.canvas.text(x + (-12 if late else 12), y + shift, line.name, strong=True, anchor="right" if late else "left")


def _spider_place(plot: Plot, picture: Spider, month: float, height: float) -> Point:
    return plot.x(month / picture.months.end), plot.y(picture.axis.fraction(height))


def _spider_line(plot: Plot, picture: Spider, line: SpiderLine, colour: str, width: float) -> None:
    for piece in line.pieces:
        if len(piece) > 1:
            plot.canvas.path([_spider_place(plot, picture, *point) for point in piece], colour, width)


def _spider_mark(plot: Plot, picture: Spider, mark: SpiderMark, size: float) -> None:
    x, y = _spider_place(plot, picture, mark.month, mark.height)
    plot.canvas.sign(x, y, mark.shape, plot.canvas.colours.tones[mark.tone], size=size, filled=mark.filled)


def draw_swimmer(plot: Plot, picture: Swimmer) -> None:
    """Lanes from above with their marks; what the marks mean stands in the free corner."""
    if not picture.lanes:
        plot.nothing(picture.sentence)
        return
    plot.months(picture.months, grid=True)
    row = (plot.bottom - plot.top) / max(len(picture.lanes), _LEAST_ROWS)
    for at, lane in enumerate(picture.lanes):
        _lane(plot, picture, lane, plot.top + (at + 0.5) * row, row)
    texts: list[LegendLine | str] = [*picture.legend]
    if picture.more:
        texts.append(f"and {picture.more:,} shorter")
    x, colours = plot.right - 136, plot.canvas.colours
    for at, line in enumerate(texts):
        y = plot.bottom - 14 - 18 * (len(texts) - 1 - at)
        if isinstance(line, str):
            plot.canvas.text(x, y + 4, line, colour=colours.ink2)
            continue
        _lane_sign(plot, x + 4, y, line, 8)
        plot.canvas.text(x + 18, y + 4, line.text, colour=colours.ink2)


def _lane(plot: Plot, picture: Swimmer, lane: Lane, y: float, row: float) -> None:
    canvas, focused = plot.canvas, lane.patient_id == picture.focused
    end, half = plot.x(lane.end / picture.months.end), 0.32 * row
    colour = canvas.colours.ink3 if focused else canvas.colours.bar
    canvas.area([(plot.left, y - half), (end, y - half), (end, y + half), (plot.left, y + half)], colour)
    responded, progressed, going = picture.legend
    size = min(9.0, max(6.0, row))
    if lane.response is not None:
        _lane_sign(plot, plot.x(lane.response / picture.months.end), y, responded, size)
    if lane.progression is not None:
        _lane_sign(plot, end, y, progressed, size)
    if lane.goes_on:
        _lane_sign(plot, end, y, going, size)
    if focused and text_width(lane.name) <= _LEFT - 20:
        canvas.text(plot.left - 8, y + 4, lane.name, anchor="right", strong=True)
    elif focused:
        canvas.text(end + 12, y + 4, lane.name, strong=True)


def _lane_sign(plot: Plot, x: float, y: float, line: LegendLine, size: float) -> None:
    colours = plot.canvas.colours
    tone = colours.ink2 if line.tone is None else colours.tones[line.tone]
    plot.canvas.sign(x, y, line.shape or Shape.TRIANGLE_RIGHT, tone, size=size, filled=line.shape is not None)


def draw_survival(plot: Plot, picture: Survival) -> None:
    """The curve, paled where few are at risk, its band, ticks, median, and the numbers under it."""
    if len(picture.curve) < 2:
        plot.nothing(picture.sentence)
        return
    plot = Plot(plot.canvas, plot.card_left, plot.card_top, plot.card_width, plot.card_height, _NUMBERS)
    canvas, colours, end = plot.canvas, plot.canvas.colours, picture.months.end
    for share, text in _QUARTERS:
        canvas.path([(plot.left, plot.y(share)), (plot.right, plot.y(share))], colours.hair)
        canvas.text(plot.left - 8, plot.y(share) + 4, text, anchor="right", colour=colours.ink3)
    plot.months(picture.months, grid=False)
    low, high = ([(month, line[at]) for month, *line in picture.band] for at in (0, 1))
    band = [*_corners(high), *reversed(_corners(low))]
    canvas.area([(plot.x(month / end), plot.y(share)) for month, share in band], colours.noise)
    border = picture.pale_from if picture.pale_from is not None else end
    solid = [(month, share) for month, share in picture.curve if month <= border]
    for points, colour in ((picture.curve, colours.tones[Tone.QUIET]), (solid, colours.ink)):
        canvas.path([(plot.x(month / end), plot.y(share)) for month, share in _corners(points)], colour, 2)
    for mark in picture.marks:
        x, y = plot.x(mark.month / end), plot.y(mark.height)
        if not mark.event:
            canvas.path([(x, y - 4), (x, y + 4)], colours.ink, 1.6)
        if mark.patient_id == picture.focused:
            canvas.add("circle", cx=x, cy=y, r=7, fill="none", stroke=colours.accent, stroke_width=2.4)
            canvas.text(x + 10, y - 8, mark.name, strong=True)
    _median(plot, picture)
    _at_risk(plot, picture)


def _corners(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    corners: list[tuple[float, float]] = []
    for at, (month, share) in enumerate(points):
        if at:
            corners.append((month, points[at - 1][1]))
        corners.append((month, share))
    return corners


def _median(plot: Plot, picture: Survival) -> None:
    canvas, colours, end = plot.canvas, plot.canvas.colours, picture.months.end
    if picture.pale_from is not None and 0 < picture.pale_from < end:
        x = plot.x(picture.pale_from / end)
        canvas.path([(x, plot.top), (x, plot.bottom)], colours.ink3, 1.0, "2,3")
        side, shift = ("right", -6) if picture.pale_from > 0.7 * end else ("left", 6)
        canvas.text(x + shift, plot.top + 10, f"fewer than {PALE_UNDER} at risk", anchor=side, colour=colours.ink3)
    if picture.median is None:
        return
    x, y = plot.x(picture.median / end), plot.y(0.5)
    canvas.path([(plot.left, y), (x, y), (x, plot.bottom)], colours.ink3, 1.2, "2,3")
    late = picture.median > 0.62 * end
    texts = [(text, at == 0) for at, text in enumerate(picture.median_words)]
    canvas.lines(x - 8 if late else x + 8, y + 24 if late else y - 24, texts, anchor="right" if late else "left")


def _at_risk(plot: Plot, picture: Survival) -> None:
    canvas, colours = plot.canvas, plot.canvas.colours
    for foot, name in ((38, "at risk"), (56, "events so far")):
        canvas.text(plot.left - 14, plot.bottom + foot, name, anchor="right", colour=colours.ink2)
        for column in picture.at_risk:
            number = column.at_risk if name == "at risk" else column.events
            canvas.text(
                plot.x(column.month / picture.months.end), plot.bottom + foot, f"{number:,}", anchor="center",
                strong=name == "at risk" and not column.is_pale, colour=colours.ink3 if column.is_pale else colours.ink,
            )  # fmt: skip
