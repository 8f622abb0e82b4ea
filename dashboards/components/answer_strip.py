"""The strip over the chart: the answer before the picture."""

from __future__ import annotations

from dashboards.components.page import badge_html, esc
from tracker.pictures.answer import Answer


def answer_html(answer: Answer | None) -> str:
    """Badge, one sentence with every reference named, and what could turn it."""
    if answer is None:
        return (
            '<div class="hp-answer"><span class="hp-chip"><b>no response</b></span><p><b>No course has a baseline yet.</b> '
            "Start a course with a baseline scan: from then on each scan is compared with it.</p></div>"
        )
    badge = badge_html(None) if answer.is_baseline else badge_html(answer.response, answer.kind, alone=True)
    turns = f'<p class="hp-turns">{esc(" ".join(answer.turns))}</p>' if answer.turns else ""
    return f'<div class="hp-answer" role="status">{badge}<div><p><b>{esc(answer.lead)}</b> {esc(answer.text)}</p>{turns}</div></div>'
