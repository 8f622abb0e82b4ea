"""The primitives every Picture is made of: an axis of time, an axis of values, lines, bands, marks, bars, labels.

Places are dates and values; sizes and shifts are CSS pixels at 100 %. Meaning is carried by ``Tone`` and ``Shape``;
colours belong to whoever draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracker.domain.vocabulary import Response, Term

#: Space left of the plot for names and right of it for the labels of lines.
GUTTER_LEFT = 146
GUTTER_RIGHT = 122
#: The narrowest plot labels are placed for; on a wider one they only move apart.
NARROW_PLOT = 740
#: Height of a line of 12 px text as drawn.
LINE_HEIGHT = 15.6
MARK_SIZE = 14.0


class Tone(Term):
    """What a line or a mark means; the palette gives it its colour."""

    SERIES = "series", "The measured course of a value."
    QUIET = "quiet", "A value of less weight, such as a non-target."
    ZERO = "zero", "The level of the baseline."
    GRID = "grid", "A help for the eye, decoration only."
    SCAN = "scan", "The date of a scan."
    DIVIDER = "divider", "Where one course ends and the next begins."
    SWITCH = "switch", "Another modality than the scan before."
    PR_LINE = "PR line", "From where on a sum is a partial response."
    PD_LINE = "PD line", "From where on a sum is a progression."
    LIMIT = "limit", "Upper limit of normal."
    CR = "CR", "Complete response."
    PR = "PR", "Partial response."
    SD = "SD", "Stable disease."
    PD = "PD", "Progressive disease."
    UPD = "UPD", "Progression that waits for its confirmation (iUPD)."
    NE = "NE", "Not evaluable, or no response of its own."

    @classmethod
    def of(cls, response: Response | None) -> Tone:
        """The tone of a response; responses without a colour of their own take the neutral one."""
        return cls.NE if response is None else _TONES.get(response, cls.NE)


class Shape(Term):
    """The shape of a mark; each response has its own, so that colour is never the only difference."""

    CIRCLE = "circle", "A baseline, or a value without a response."
    STAR = "star", "CR."
    TRIANGLE_DOWN = "triangle down", "PR."
    SQUARE = "square", "SD."
    TRIANGLE_UP = "triangle up", "PD."
    TRIANGLE_RIGHT = "triangle right", "iUPD: on to the next scan."
    CROSS = "cross", "NE."
    BAR = "bar", "Non-CR/non-PD, or no evidence of disease."
    DIAMOND = "diamond", "The nadir, around its mark."
    PLUS = "plus", "A new lesion."
    RINGED_CROSS = "ringed cross", "A local treatment."

    @classmethod
    def of(cls, response: Response | None) -> Shape:
        return _SHAPES.get(response, cls.BAR) if response is not None else cls.CIRCLE


#: The same meaning has the same look by every criterion; a progression that waits is no PD and has its own.
_TONES = {
    **dict.fromkeys((Response.CR, Response.I_CR, Response.CMR), Tone.CR),
    **dict.fromkeys((Response.PR, Response.I_PR, Response.PMR), Tone.PR),
    **dict.fromkeys((Response.SD, Response.I_SD, Response.SMD), Tone.SD),
    **dict.fromkeys((Response.PD, Response.I_CPD, Response.PMD), Tone.PD),
    Response.I_UPD: Tone.UPD,
}
_SHAPES_OF_TONES = {
    Tone.CR: Shape.STAR,
    Tone.PR: Shape.TRIANGLE_DOWN,
    Tone.SD: Shape.SQUARE,
    Tone.PD: Shape.TRIANGLE_UP,
    Tone.UPD: Shape.TRIANGLE_RIGHT,
}
_SHAPES = {
    Response.NE: Shape.CROSS,
    **{response: _SHAPES_OF_TONES[tone] for response, tone in _TONES.items()},
}


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on the axis of time: the stroke at ``on``, the text centred at ``middle``."""

    on: date
    middle: date
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The one axis of time all panels of a patient share."""

    start: date
    end: date
    ticks: tuple[Tick, ...] = ()

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def fraction(self, on: date) -> float:
        """Place along the axis, 0 at its start and 1 at its end."""
        return (on - self.start).days / self.days


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """An axis of values, linear in what the Picture holds (a logarithmic panel holds logarithms)."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...] = ()

    def fraction(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Line:
    """A joined line; ``name`` says what it is, for a reader's focus and for tests."""

    points: tuple[tuple[date, float], ...]
    tone: Tone
    name: str


@dataclass(frozen=True, slots=True)
class Band:
    """A shaded range over time: (date, low, high) in the order of dates."""

    points: tuple[tuple[date, float, float], ...]
    name: str
    #: A time that lies ahead, such as the window of the next scan; else noise.
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at a date. ``text`` is the full sentence of the point; ``column`` the scan it belongs to."""

    on: date
    value: float
    shape: Shape
    tone: Tone
    text: str
    filled: bool = False
    column: int | None = None
    size: float = MARK_SIZE


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a label; ``strong`` for what is read first."""

    text: str
    strong: bool = False
    #: What follows on the same line in the quieter colour.
    after: str = ""

    @property
    def whole(self) -> str:
        return f"{self.text}  {self.after}" if self.after else self.text


@dataclass(frozen=True, slots=True)
class Label:
    """A placed label: anchored at a date and value, shifted by pixels (``dy`` upwards), with a thin leader where it stands off."""

    on: date
    value: float
    lines: tuple[TextLine, ...]
    dx: float = 0.0
    dy: float = 0.0
    across: Literal["left", "center", "right"] = "center"
    up: Literal["top", "middle", "bottom"] = "middle"
    leader: bool = False
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class EdgeLabel:
    """A label in the right gutter, at a height of the panel (pixels from its top to the label's middle)."""

    y: float
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A treatment on a lane: its dates cut to the axis, the text inside or after it, and how it ends."""

    start: date
    end: date
    lane: int
    text: str
    inside: bool = True
    ongoing: bool = False
    planned: bool = False
    #: The whole name and dates.
    full: str = ""


@dataclass(frozen=True, slots=True)
class TextTable:
    """The table behind a chart: the same in words."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart on the shared axis of time, with its name in the left gutter and its height in pixels."""

    key: str
    title: str
    subtitle: str
    height: int
    axis: ValueAxis
    sentence: str
    table: TextTable
    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    labels: tuple[Label, ...] = ()
    edge_labels: tuple[EdgeLabel, ...] = ()
