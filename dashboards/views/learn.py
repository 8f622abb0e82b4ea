"""All notes: red flags first, by words, audience and primary, each with its sources and the date it was reviewed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.components.note_panel import note_card_html
from dashboards.components.page import show_empty, show_footer, show_html
from dashboards.components.view_styles import show_view_styles
from dashboards.state import current_patient
from tracker.domain.vocabulary import Primary
from tracker.education.notes import load_notes, search_notes
from tracker.education.shapes import Audience, Note
from tracker.pictures.words import count_of

_HINT = "Notes explain what is recorded. They give no advice for one patient and replace no clinician."
_EVERYBODY = "everybody"


def show() -> None:
    """The page."""
    show_view_styles()
    show_html('<div class="hp-cohort-head"><h1>Learn</h1></div>')
    with st.container(key="learn-filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input("Search", placeholder="nadir, ablation, MRI …", key="learn-words", width=320)
        choice = st.segmented_control(
            "Written for", [_EVERYBODY, *Audience.words()], default=_EVERYBODY, required=True, key="learn-audience"
        )
        primary = st.selectbox(
            "Primary",
            [None, *Primary],
            format_func=lambda one: "all" if one is None else str(one),
            key="learn-primary",
            width=220,
        )
    audience = None if choice in (None, _EVERYBODY) else Audience(choice)
    found = search_notes(load_notes(), words, audience, primary)
    _show_cards(found, audience)
    if current_patient() is not None:
        show_html(
            '<p class="hp-note">The notes that fit the patient you looked at last stand beside the charts of the Patient page.</p>'
        )
    show_footer(_HINT)


def _show_cards(found: Sequence[Note], audience: Audience | None) -> None:
    """Red flags first, then as found."""
    if not found:
        show_empty("No note holds all these words.", "Try one word, or all audiences and primaries.")
        return
    ordered = sorted(found, key=lambda note: not note.is_red_flag)
    cards = "".join(note_card_html(note, audience) for note in ordered)
    show_html(
        f'<p class="hp-note" role="status">{count_of(len(found), "note")}, red flags first</p><div class="hp-learn-grid">{cards}</div>'
    )
