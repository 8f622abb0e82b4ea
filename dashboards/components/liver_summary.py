"""The liver at the scan whose reasons are shown: one line, and on opening it a line for each kind of lesion."""

from __future__ import annotations

from dashboards.components.page import esc
from tracker.pictures.liver import Liver


def liver_html(liver: Liver) -> str:
    """A fold with the whole in its head."""
    rows = "".join(f"<dt>{esc(line.name)}</dt><dd>{esc(line.text)}</dd>" for line in liver.lines)
    return (
        f'<details class="hp-liver"><summary><b>Liver</b> {esc(liver.summary)} '
        f'<span class="hp-label">context only</span></summary><dl class="hp-facts">{rows}</dl></details>'
    )
