"""How wide a text will be: the advance widths of Inter, semi-bold, in thousandths of the type size.

Measured on the font the pages serve, rounded up by groups of letters.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.pictures.shapes import LINE_HEIGHT, TextLine

_OTHER = 700
#: All figures take the width of the widest: figures are tabular everywhere.
_FIGURE = 666
_WIDTHS = {
    **dict.fromkeys("0123456789", _FIGURE),
    **dict.fromkeys(" ", 270),
    **dict.fromkeys("ijl’", 262),
    **dict.fromkeys(".,·", 319),
    **dict.fromkeys("IfrtJ()/", 397),
    **dict.fromkeys("-“”", 507),
    **dict.fromkeys("sxzk?", 570),
    **dict.fromkeys("LFceavy", 592),
    **dict.fromkeys("bdghnopquETPR", 660),
    **dict.fromkeys("+−≥<>&BZSX✚", 680),
    **dict.fromkeys("ADKVYCGHNU", 760),
    **dict.fromkeys("OQwm", 900),
    **dict.fromkeys("MW○▲▨→↑↓", 1030),
    "%": 1004,
}


def text_width(text: str, size: float = 12.0) -> float:
    """Width in pixels of ``text`` at ``size`` pixels."""
    return sum(_WIDTHS.get(letter, _OTHER) for letter in text) * size / 1000


def block_size(lines: Iterable[TextLine]) -> tuple[float, float]:
    """Width and height in pixels of a label of 12 px lines."""
    texts = [line.whole for line in lines]
    return max((text_width(text) for text in texts), default=0.0), LINE_HEIGHT * len(texts)
