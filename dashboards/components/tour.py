"""The card that leads a newcomer through the demo."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.components.page import esc


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step: the button's key and words, the page it opens, what to do there."""

    key: str
    verb: str
    page: str
    text: str


TOUR_STEPS = (
    TourStep(
        "read", "Read a case", "patient", "The answer stands before the chart. Press a badge under it to see why."
    ),
    TourStep(
        "enter",
        "Enter a scan",
        "enter-scan",
        "Numbers only: Enter goes down, the last Enter saves. The prior size stands beside each box.",
    ),
    TourStep("cohort", "See the cohort", "cohort", "Press a bar to open its patient. Local audit, not evidence."),
    TourStep("learn", "Look something up", "learn", "What a number means, and what it does not mean."),
)


def tour_html() -> str:
    """The card; every button is answered by the page."""
    steps = "".join(
        f'<div><button type="button" class="hp-link" data-pick="{step.key}">{at}. {esc(step.verb)}</button><p>{esc(step.text)}</p></div>'
        for at, step in enumerate(TOUR_STEPS, start=1)
    )
    return (
        '<section class="hp-card" aria-label="A first look"><div style="display:flex;justify-content:space-between">'
        "<h3>A first look: all patients here are invented</h3>"
        '<button type="button" class="hp-button" data-pick="close">Close</button></div>'
        f'<div class="hp-tour">{steps}</div></section>'
    )
