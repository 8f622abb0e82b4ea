"""The colours of the charts, light and dark, each for one meaning. A response colour stands for nothing else.

Contrast measured against the surface: text 4.5:1 or more, marks 3:1 or more; CR, PR, SD, PD differ for every kind of
colour vision, and by shape and letter as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tracker.pictures.shapes import Tone

Mode = Literal["light", "dark"]

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


def palette(mode: Mode) -> Palette:
    return DARK if mode == "dark" else LIGHT
