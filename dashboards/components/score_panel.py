"""The scores a site has switched on, folded behind one button: each with its facts, in whom it was made, and its limits."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards import runtime
from dashboards.components.page import esc, show_html
from tracker.domain.record import PatientRecord
from tracker.domain.scores.give import give_scores
from tracker.domain.scores.model import Score


def show_scores(record: PatientRecord) -> None:
    """A button that opens them; nothing where the site has none switched on, or none applies to the patient."""
    names = runtime.settings().scores
    scores = give_scores(names, record, runtime.today()) if names else ()
    if scores:
        with st.popover("Scores", help="Published scores, with their populations and limits"):
            show_html(scores_html(scores))


def scores_html(scores: Sequence[Score]) -> str:
    """One part for each score; the limits stand with it, not behind another click."""
    return f'<div class="hp-in-words hp-scores" tabindex="0" role="region" aria-label="Scores of this patient">{"".join(map(_score_html, scores))}</div>'


def _score_html(score: Score) -> str:
    rows = "".join(
        f'<tr><th scope="row">{esc(item.asked)}</th><td>{esc(item.fact)}</td><td>{esc(item.behind)}</td></tr>'
        for item in score.items
    )
    published = score.published
    return (
        f'<h3 class="hp-panel-title">{esc(score.sentence)}</h3>'
        f"<p>Lesions by the {esc(score.reference)}.</p>"
        f'<table class="hp-table"><thead><tr><th scope="col">Fact</th><th scope="col">In the record</th>'
        f'<th scope="col">What it says</th></tr></thead><tbody>{rows}</tbody></table>'
        f"<p>{esc(published.population)} <b>{esc(published.caveat)}</b></p>"
        f'<p class="hp-label">Source: {esc(published.source)}. For colorectal liver metastases only; not for deciding alone.</p>'
    )
