"""An SVG drawing as an element tree: nothing is built from strings, so no text can become markup.

Sizes are CSS pixels. Signs are those of the Pictures, drawn as shapes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from xml.etree import ElementTree

from tracker.pictures.palette import FONT, STROKES, Palette
from tracker.pictures.shapes import LINE_HEIGHT, Shape, Tone
from tracker.pictures.text_size import text_width

Point = tuple[float, float]

_SVG = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", _SVG)

#: From the top of a line of 12 px text to the foot of its letters.
BASELINE = 11.9
#: Control signs that XML cannot carry.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLUS = "✚"
#: Room for a line of words over or under a drawing.
_FRAME = 26.0
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}


class Canvas:
    """A drawing of ``width`` by ``height``; later elements lie on earlier ones."""

    def __init__(self, width: float, height: float, colours: Palette, title: str) -> None:
        self.width, self.height, self.colours = width, height, colours
        self.root = ElementTree.Element(
            f"{{{_SVG}}}svg",
            {"width": _n(width), "height": _n(height), "viewBox": f"0 0 {_n(width)} {_n(height)}", "role": "img"},
        )
        ElementTree.SubElement(self.root, f"{{{_SVG}}}title").text = writable(title)

    def __str__(self) -> str:
        return ElementTree.tostring(self.root, encoding="unicode")

    def add(self, name: str, **attributes: str | float) -> ElementTree.Element:
        """An element; ``_`` in a name of an attribute stands for ``-``."""
        said = {
            key.replace("_", "-"): _n(value) if isinstance(value, int | float) else value
            for key, value in attributes.items()
        }
        return ElementTree.SubElement(self.root, f"{{{_SVG}}}{name}", said)

    def frame(self, above: str, below: str) -> None:
        """Lines of words over and under what is drawn; the drawing grows by them."""
        top, bottom = _FRAME if above else 0.0, _FRAME if below else 0.0
        if above:
            self.text(8, -10, above, strong=True)
        if below:
            self.text(8, self.height + 15, below, colour=self.colours.ink3)
        height = self.height + top + bottom
        self.root.set("height", _n(height))
        self.root.set("viewBox", f"0 {_n(-top)} {_n(self.width)} {_n(height)}")
        ground = self.root.find(f"{{{_SVG}}}rect")
        if ground is not None:
            ground.set("y", _n(-top))
            ground.set("height", _n(height))

    def ground(self) -> None:
        """The surface under everything, for a drawing that stands alone."""
        self.add("rect", x=0, y=0, width=self.width, height=self.height, fill=self.colours.surface)

    def line(self, points: Sequence[Point], tone: Tone) -> None:
        """A joined line with the stroke of its tone."""
        width, dash = STROKES[tone]
        self.path(points, self.colours.tones[tone], width, dash)

    def path(self, points: Sequence[Point], colour: str, width: float = 1.0, dash: str = "solid") -> None:
        look: dict[str, str] = {} if dash == "solid" else {"stroke_dasharray": dash.replace("px", "")}
        self.add(
            "polyline", points=_points(points), fill="none", stroke=colour, stroke_width=width,
            stroke_linejoin="round", **look,
        )  # fmt: skip

    def area(self, points: Sequence[Point], fill: str, edge: str = "none", width: float = 0, dash: str = "") -> None:
        look: dict[str, str] = {"stroke_dasharray": dash} if dash else {}
        self.add("polygon", points=_points(points), fill=fill, stroke=edge, stroke_width=width, **look)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "left",
        strong: bool = False,
        colour: str = "",
        size: float = 12.0,
    ) -> None:
        """One line; ``y`` is the foot of its letters, ``anchor`` the side that stands at ``x``.

        A heavy plus before the words is drawn as a shape: Inter has no such letter, and another font would take over the line.
        """
        if text.startswith(_PLUS):
            shift = {"left": 0.0, "center": text_width(text, size) / 2, "right": text_width(text, size)}[anchor]
            x, text, anchor = x - shift, text.removeprefix(_PLUS).lstrip(), "left"
            self.sign(
                x + 0.45 * size, y - 0.36 * size, Shape.PLUS, colour or self.colours.ink, size=0.66 * size, filled=True
            )
            x += text_width("✚ ", size)
        element = self.add(
            "text", x=x, y=y, fill=colour or self.colours.ink, font_family=FONT, font_size=size,
            font_weight=600 if strong else 400, text_anchor=_ANCHORS[anchor],
        )  # fmt: skip
        element.text = writable(text)

    def lines(self, x: float, middle: float, texts: Sequence[tuple[str, bool]], *, anchor: str = "left") -> None:
        """Lines of 12 px around ``middle``: (text, strong); the strong in ink, the others a step quieter."""
        top = middle - LINE_HEIGHT * len(texts) / 2
        for at, (text, strong) in enumerate(texts):
            colour = self.colours.ink if strong else self.colours.ink2
            self.text(x, top + LINE_HEIGHT * at + BASELINE, text, anchor=anchor, strong=strong, colour=colour)

    def sign(self, x: float, y: float, shape: Shape, colour: str, *, size: float, filled: bool) -> None:
        """A mark around (x, y). Open: the surface inside and the colour on the edge; thin signs have only an edge."""
        fill = colour if filled else self.colours.surface
        edge = 0.0 if filled else 1.6 if shape is Shape.DIAMOND else 2.0
        radius = size / 2
        if (outline := _outline(shape, x, y, radius)) is not None:
            self.area(outline, fill, colour if edge else "none", edge)
            return
        if shape in (Shape.CIRCLE, Shape.RINGED_CROSS):
            ring = 1.6 if shape is Shape.RINGED_CROSS else edge
            inside = self.colours.surface if shape is Shape.RINGED_CROSS else fill
            self.add("circle", cx=x, cy=y, r=radius, fill=inside, stroke=colour, stroke_width=ring)
        for stroke in _strokes(shape, x, y, radius):
            self.path(stroke, colour, 1.6 if shape is Shape.RINGED_CROSS else 2.4)


def writable(text: str) -> str:
    """The text without the control signs that no SVG can carry; each becomes the sign for a letter that is not known."""
    return _UNWRITABLE.sub("\ufffd", text)


def _outline(shape: Shape, x: float, y: float, r: float) -> list[Point] | None:
    """The corners of a shape with an inside; None for the others."""
    if shape is Shape.SQUARE:
        half = 0.86 * r
        return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    if shape is Shape.DIAMOND:
        far = 1.15 * r
        return [(x, y - far), (x + far, y), (x, y + far), (x - far, y)]
    if shape is Shape.STAR:
        return [
            (x + reach * math.sin(angle), y - reach * math.cos(angle))
            for at in range(10)
            for angle, reach in ((at * math.pi / 5, 1.1 * r if at % 2 == 0 else 0.48 * r),)
        ]
    turns = {Shape.TRIANGLE_UP: 0.0, Shape.TRIANGLE_RIGHT: math.pi / 2, Shape.TRIANGLE_DOWN: math.pi}
    if shape in turns:
        corners = [turns[shape] + at * 2 * math.pi / 3 for at in range(3)]
        return [(x + 1.12 * r * math.sin(angle), y - 1.12 * r * math.cos(angle)) for angle in corners]
    return None


def _strokes(shape: Shape, x: float, y: float, r: float) -> list[list[Point]]:
    """The strokes of a thin sign."""
    upright = [[(x - r, y), (x + r, y)], [(x, y - r), (x, y + r)]]
    if shape in (Shape.PLUS, Shape.RINGED_CROSS):
        return upright
    if shape is Shape.CROSS:
        far = 0.78 * r
        return [[(x - far, y - far), (x + far, y + far)], [(x - far, y + far), (x + far, y - far)]]
    return upright[:1] if shape is Shape.BAR else []


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
