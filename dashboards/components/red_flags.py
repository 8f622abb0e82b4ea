"""Red flags: in the navigation of every page, never hidden by the limit of three notes."""

from __future__ import annotations

import streamlit as st

from dashboards.components.page import esc, show_html
from tracker.education.notes import RED_FLAGS, find_note
from tracker.education.shapes import Audience


def show_red_flags() -> None:
    """A button in the navigation that opens the note on red flags, for the team and for the patient."""
    note = find_note(RED_FLAGS)
    with st.container(key="red-flags"), st.popover("! Red flags"):
        parts = [f"<h2>{esc(note.title)}</h2>"]
        for audience, heading in ((Audience.NURSE, "For the team"), (Audience.PATIENT, "To say to a patient")):
            text = note.text_for(audience)
            if text is None:
                continue
            facts = "".join(f"<li>{esc(fact)}</li>" for fact in text.facts)
            parts.append(f"<h3>{heading}</h3><ul>{facts}</ul>")
            parts.append(f"<p><b>{esc(text.check)}</b> {esc(text.does_not_mean)}</p>")
        sources = "; ".join(source.cite for source in note.sources)
        parts.append(f'<p class="hp-label">Sources: {esc(sources)}. Reviewed {esc(note.reviewed)}.</p>')
        show_html(
            f'<div class="hp-flags" tabindex="0" role="region" aria-label="Red flags in full">{"".join(parts)}</div>'
        )
