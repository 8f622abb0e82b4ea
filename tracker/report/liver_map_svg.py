"""The liver map as SVG: for the sheet in colours or greys, for the page in its custom properties.

The liver itself is the same for every scan; a page gets it once, and for each scan only what lies on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from tracker.domain.vocabulary import Segment
from tracker.pictures.liver_map import Bubble, LiverMap
from tracker.pictures.liver_map_geometry import (
    BEHIND,
    EDGES,
    HEIGHT,
    PIECES,
    SLOTS,
    WIDTH,
    outline,
    path_data,
    ring_of,
)
from tracker.pictures.liver_map_lesions import BubbleKind
from tracker.pictures.liver_map_places import SIDES, TYPE, Circle, PlacedText
from tracker.pictures.palette import FONT
from tracker.report.canvas import writable

#: ``page``: the custom properties of the page, so that one drawing serves light and dark.
MapLook = Literal["light", "dark", "grey", "page"]

_HATCH = "liver-hatch"
#: From the middle of a line to the foot of its letters.
_FOOT = 0.36 * TYPE


@dataclass(frozen=True, slots=True)
class _Colours:
    """Liver in two tones and segment I, its edge and numerals; lesions in one neutral; no colour of a response."""

    ground: str
    tone_a: str
    tone_b: str
    behind: str
    edge: str
    numeral: str
    lesion: str
    inside: str
    ink: str
    quiet: str
    vein: str
    portal: str
    bladder: str


_LIGHT = _Colours(
    ground="#FFFFFF", tone_a="#F4ECE7", tone_b="#EBDFD7", behind="#DCCBC0", edge="#9A8478", numeral="#58483E",
    lesion="#3B4656", inside="#FFFFFF", ink="#111827", quiet="#5F6875", vein="#B4C2D6", portal="#CBB8C8",
    bladder="#DFE4CE",
)  # fmt: skip
_DARK = _Colours(
    ground="#111827", tone_a="#3A3432", tone_b="#47403D", behind="#5A504B", edge="#8C7B71", numeral="#DDD0C6",
    lesion="#D5DBE4", inside="#111827", ink="#F3F4F6", quiet="#98A3B3", vein="#5C6C88", portal="#6E5A6E",
    bladder="#4E5640",
)  # fmt: skip
_GREY = replace(
    _LIGHT, tone_a="#F3F3F3", tone_b="#E6E6E6", behind="#D2D2D2", edge="#7A7A7A", numeral="#333333", lesion="#333333",
    ink="#000000", quiet="#555555", vein="#BDBDBD", portal="#C4C4C4", bladder="#E2E2E2",
)  # fmt: skip
_PAGE = _Colours(
    ground="var(--surface)", tone_a="var(--liver-a)", tone_b="var(--liver-b)", behind="var(--liver-i)",
    edge="var(--liver-edge)", numeral="var(--liver-numeral)", lesion="var(--lesion)", inside="var(--lesion-inside)",
    ink="var(--ink)", quiet="var(--ink3)", vein="var(--liver-vein)", portal="var(--liver-portal)",
    bladder="var(--liver-bladder)",
)  # fmt: skip
_LOOKS: dict[MapLook, _Colours] = {"light": _LIGHT, "dark": _DARK, "grey": _GREY, "page": _PAGE}


def draw(liver_map: LiverMap, look: MapLook) -> str:
    """The whole map of one scan, 540 by 360 map units, with its sentence as its title."""
    root = _root(liver_map.sentence)
    _draw_liver(root, _LOOKS[look])
    _draw_scan(SubElement(root, "g"), liver_map, _LOOKS[look])
    return ElementTree.tostring(root, encoding="unicode")


def draw_liver(look: MapLook) -> str:
    """The liver without a scan; what lies on it goes into its last group, ``data-scan``."""
    root = _root("Liver, front view, segments of Couinaud")
    _draw_liver(root, _LOOKS[look])
    SubElement(root, "g", {"data-scan": ""})
    return ElementTree.tostring(root, encoding="unicode")


def draw_scan(liver_map: LiverMap, look: MapLook) -> str:
    """What lies on the liver at one scan: the inside of the group ``data-scan``."""
    group = Element("g")
    _draw_scan(group, liver_map, _LOOKS[look])
    return "".join(ElementTree.tostring(child, encoding="unicode") for child in group)


def draw_sign(kind: BubbleKind, look: MapLook) -> str:
    """How a kind of lesion is drawn, as a small sign of 16 units for a list."""
    root = Element("svg", {"viewBox": "0 0 16 16", "width": "14", "height": "14", "aria-hidden": "true"})
    radius = 4.0 if kind is BubbleKind.SMALL else 6.0
    _draw_bubble(root, Bubble("", kind, (Circle(8, 8, radius),)), _LOOKS[look])
    return ElementTree.tostring(root, encoding="unicode")


def _root(title: str) -> Element:
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}",
            "width": f"{WIDTH:g}",
            "height": f"{HEIGHT:g}",
            "role": "img",
            "font-family": FONT,
            "font-size": f"{TYPE:g}",
        },
    )
    SubElement(root, "title").text = writable(title)
    return root


# --- the liver


def _draw_liver(root: Element, colours: _Colours) -> None:
    """Vessels behind, the segments, segment I dashed because it lies behind them, veins on the scissurae, the edge."""
    _hatch(root, colours)
    around = SubElement(root, "g", {"fill": "none", "stroke-linecap": "round"})
    SubElement(around, "path", {"d": "M283,4 L283,58", "stroke": colours.vein, "stroke-width": "19", "stroke-linecap": "butt"})  # fmt: skip
    SubElement(around, "path", {"d": "M297,226 C300,258 305,284 316,322", "stroke": colours.portal, "stroke-width": "12"})  # fmt: skip
    SubElement(
        root,
        "path",
        {
            "d": "M247,268 C234,284 226,304 231,318 C236,331 252,330 259,316 C265,302 262,284 255,268 Z",
            "fill": colours.bladder, "stroke": colours.edge, "stroke-width": "1",
        },
    )  # fmt: skip
    pieces = SubElement(root, "g", {"stroke": colours.ground, "stroke-width": "2.5", "stroke-linejoin": "round"})
    tones = (Segment.II, Segment.IVB, Segment.VI, Segment.VIII)
    for piece in PIECES:
        _segment(pieces, piece, path_data(ring_of(piece), closed=True), colours.tone_a if piece in tones else colours.tone_b)  # fmt: skip
    veins = SubElement(root, "g", {"fill": "none", "stroke": colours.vein, "stroke-linecap": "round"})
    for name, width in _VEINS.items():
        SubElement(veins, "path", {"d": path_data(EDGES[name]), "stroke-width": width})
    behind = SubElement(root, "g", {"stroke": colours.edge, "stroke-width": "1.2", "stroke-dasharray": "4 3"})
    _segment(behind, Segment.I, path_data(BEHIND, closed=True), colours.behind)
    edge = {"d": path_data(outline(), closed=True), "fill": "none", "stroke": colours.edge, "stroke-width": "1.4"}
    SubElement(root, "path", edge)
    for (word, (x, y)), anchor in zip(SIDES, ("start", "end"), strict=True):
        said = {"x": f"{x:g}", "y": f"{y + _FOOT:g}", "fill": colours.quiet, "text-anchor": anchor}
        SubElement(root, "text", said).text = word


_VEINS = {
    "right vein, upper": "4.5", "right vein, lower": "2.2", "middle vein, upper": "4.5", "middle vein, lower": "2.2",
    "left vein": "4.5",
}  # fmt: skip


def _segment(parent: Element, segment: Segment, path: str, fill: str) -> None:
    slots = " ".join(f"{x:g},{y:g}" for x, y in SLOTS[segment])
    drawn = SubElement(parent, "path", {"id": f"seg-{segment}", "data-slots": slots, "d": path, "fill": fill})
    SubElement(drawn, "title").text = f"Segment {segment}"


def _hatch(root: Element, colours: _Colours) -> None:
    defs = SubElement(root, "defs")
    pattern = SubElement(
        defs,
        "pattern",
        {
            "id": _HATCH, "width": "5", "height": "5", "patternUnits": "userSpaceOnUse",
            "patternTransform": "rotate(45)",
        },
    )  # fmt: skip
    SubElement(pattern, "rect", {"width": "5", "height": "5", "fill": colours.inside})
    SubElement(pattern, "path", {"d": "M0,0 V5", "stroke": colours.lesion, "stroke-width": "3"})


# --- what lies on it


def _draw_scan(group: Element, liver_map: LiverMap, colours: _Colours) -> None:
    if liver_map.dots:
        dots = SubElement(group, "g", {"fill": "none", "stroke": colours.lesion, "stroke-width": "1.2"})
        for x, y in liver_map.dots:
            SubElement(dots, "circle", {"cx": f"{x:g}", "cy": f"{y:g}", "r": "3"})
    for bubble in liver_map.bubbles:
        _draw_bubble(group, bubble, colours)
    numerals = SubElement(group, "g", {"fill": colours.numeral})
    for numeral in liver_map.numerals:
        _draw_text(numerals, numeral)
    names = SubElement(
        group,
        "g",
        {
            "fill": colours.ink, "font-weight": "600", "paint-order": "stroke", "stroke": colours.tone_a,
            "stroke-width": "3", "stroke-linejoin": "round",
        },
    )  # fmt: skip
    for bubble in liver_map.bubbles:
        if bubble.name is not None:
            _draw_leader(group, bubble.name, colours)
            _draw_text(names, bubble.name)
    # The names lie above the leaders, whatever the order they were made in.
    group.remove(names)
    group.append(names)


def _draw_leader(group: Element, name: PlacedText, colours: _Colours) -> None:
    if name.leader is not None:
        (x0, y0), (x1, y1) = name.leader
        line = {"x1": _n(x0), "y1": _n(y0), "x2": _n(x1), "y2": _n(y1), "stroke": colours.ink, "stroke-width": "1"}
        SubElement(group, "line", line)


def _draw_text(parent: Element, text: PlacedText) -> None:
    SubElement(parent, "text", {"x": _n(text.x), "y": _n(text.y + _FOOT)}).text = writable(text.text)


def _draw_bubble(parent: Element, bubble: Bubble, colours: _Colours) -> None:
    filled = bubble.kind is BubbleKind.TARGET
    for circle in bubble.circles:
        place = {"cx": _n(circle.x), "cy": _n(circle.y)}
        if bubble.kind is BubbleKind.UNKNOWN:
            SubElement(parent, "circle", {**place, "r": "2.5", "fill": colours.quiet})
            continue
        look = {"r": _n(circle.r), "stroke": colours.lesion, "stroke-width": "2", "fill": colours.inside}
        if filled:
            look |= {"fill": colours.lesion, "stroke": colours.inside, "stroke-width": "1"}
        elif bubble.kind is BubbleKind.TREATED:
            look["fill"] = f"url(#{_HATCH})"
        elif bubble.kind is BubbleKind.NOT_SEEN:
            look |= {"fill": "none", "stroke-dasharray": "3.5 3"}
        SubElement(parent, "circle", {**place, **look})
        if bubble.kind is BubbleKind.NEW:
            inner = {"r": _n(max(1.5, circle.r - 4)), "fill": "none", "stroke": colours.lesion, "stroke-width": "1.6"}
            SubElement(parent, "circle", {**place, **inner})
    if bubble.inside:
        first = bubble.circles[0]
        fill = colours.inside if filled else colours.ink
        said = {"x": _n(first.x), "y": _n(first.y + _FOOT), "fill": fill, "font-weight": "600", "text-anchor": "middle"}
        SubElement(parent, "text", said).text = writable(bubble.inside)


def _n(value: float) -> str:
    return f"{round(value, 1):g}"
