"""The colours of the charts, light, dark and grey for paper, each for one meaning. A response colour stands for nothing else.

Contrast measured against the surface: text 4.5:1 or more, marks 3:1 or more; CR, PR, SD, PD differ for every kind of
colour vision, and by shape and letter as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tracker.pictures.shapes import Tone

Mode = Literal["light", "dark"]
#: The modes of the screen, and grey for paper.
Look = Literal["light", "dark", "grey"]

FONT = "Inter, system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """One mode's colours as CSS colours."""

    surface: str
    line: str
    hair: str
    ink: str
    ink2: str
    ink3: str
    accent: str
    noise: str
    #: A time that lies ahead.
    ahead: str
    bar: str
    tones: Mapping[Tone, str]


LIGHT = Palette(
    surface="#FFFFFF",
    line="#DFE3E8",
    hair="#EBEEF1",
    ink="#111827",
    ink2="#434D5B",
    ink3="#5F6875",
    accent="#0F766E",
    noise="rgba(17, 24, 39, 0.08)",
    ahead="rgba(15, 118, 110, 0.08)",
    bar="#CBD5E1",
    tones={
        Tone.SERIES: "#111827",
        Tone.QUIET: "#7A8594",
        Tone.ZERO: "#7A8594",
        Tone.GRID: "#EBEEF1",
        Tone.SCAN: "#EBEEF1",
        Tone.DIVIDER: "#5F6875",
        Tone.SWITCH: "#5F6875",
        Tone.PR_LINE: "#3182BD",
        Tone.PD_LINE: "#8E0F3C",
        Tone.LIMIT: "#5F6875",
        Tone.CR: "#08306B",
        Tone.PR: "#3182BD",
        Tone.SD: "#A67C00",
        Tone.PD: "#8E0F3C",
        Tone.UPD: "#7A5468",
        Tone.NE: "#757575",
    },
)

DARK = Palette(
    surface="#111827",
    line="#2A3546",
    hair="#1E2838",
    ink="#F3F4F6",
    ink2="#C4CCD8",
    ink3="#98A3B3",
    accent="#4FD1C0",
    noise="rgba(243, 244, 246, 0.13)",
    ahead="rgba(79, 209, 192, 0.12)",
    bar="#334155",
    tones={
        Tone.SERIES: "#F3F4F6",
        Tone.QUIET: "#8793A5",
        Tone.ZERO: "#8793A5",
        Tone.GRID: "#1E2838",
        Tone.SCAN: "#1E2838",
        Tone.DIVIDER: "#98A3B3",
        Tone.SWITCH: "#98A3B3",
        Tone.PR_LINE: "#4A9BD9",
        Tone.PD_LINE: "#FF5C7A",
        Tone.LIMIT: "#98A3B3",
        Tone.CR: "#BFE3F7",
        Tone.PR: "#4A9BD9",
        Tone.SD: "#E6B800",
        Tone.PD: "#FF5C7A",
        Tone.UPD: "#D9B3C4",
        Tone.NE: "#9CA3AF",
    },
)

#: For paper: every tone a grey, so that shape, fill and letters carry the category on any printer.
GREY = Palette(
    surface="#FFFFFF",
    line="#9A9A9A",
    hair="#E2E2E2",
    ink="#000000",
    ink2="#333333",
    ink3="#555555",
    accent="#000000",
    noise="rgba(0, 0, 0, 0.11)",
    ahead="rgba(0, 0, 0, 0.06)",
    bar="#DADADA",
    tones={
        Tone.SERIES: "#000000",
        Tone.QUIET: "#7A7A7A",
        Tone.ZERO: "#7A7A7A",
        Tone.GRID: "#E2E2E2",
        Tone.SCAN: "#E2E2E2",
        Tone.DIVIDER: "#333333",
        Tone.SWITCH: "#555555",
        Tone.PR_LINE: "#000000",
        Tone.PD_LINE: "#000000",
        Tone.LIMIT: "#555555",
        Tone.CR: "#000000",
        Tone.PR: "#555555",
        Tone.SD: "#777777",
        Tone.PD: "#000000",
        Tone.UPD: "#333333",
        Tone.NE: "#777777",
    },
)

#: Width and dash of each kind of line, as CSS writes them.
STROKES: Mapping[Tone, tuple[float, str]] = {
    Tone.SERIES: (2.2, "solid"),
    Tone.QUIET: (1.3, "solid"),
    Tone.ZERO: (1.2, "solid"),
    Tone.GRID: (1.0, "solid"),
    Tone.SCAN: (1.0, "solid"),
    Tone.DIVIDER: (1.2, "2px,3px"),
    Tone.SWITCH: (1.2, "1px,4px"),
    Tone.PR_LINE: (1.8, "solid"),
    Tone.PD_LINE: (1.8, "7px,4px"),
    Tone.LIMIT: (1.2, "4px,3px"),
}


def palette(mode: Look) -> Palette:
    return {"dark": DARK, "grey": GREY}.get(mode, LIGHT)
