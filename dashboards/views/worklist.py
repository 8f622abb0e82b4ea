"""The worklist: who needs something, and why. The first page people see."""

from __future__ import annotations

import streamlit as st

from dashboards import runtime
from dashboards.components import loaded
from dashboards.components.navigation import open_page
from dashboards.components.page import show_empty, show_footer, show_html
from dashboards.components.pick import show_pick
from dashboards.components.tour import TOUR_STEPS, tour_html
from dashboards.components.view_styles import show_view_styles
from dashboards.components.worklist_table import worklist_html

_HINT = (
    "Press / to find, arrow keys to move, Enter to open. Intervals are examples of practice, not rules of this site."
)
_GOING = "worklist-going"
_TOUR_CLOSED = "tour-closed"


def show() -> None:
    """The page."""
    show_view_styles()
    _go()
    worklist = loaded.worklist()
    if not worklist.rows:
        show_html("<h1 class='hp-panel-title'>Worklist</h1>")
        show_empty(
            "There is no patient yet.",
            "Register the first one with the baseline scan: it then stands here with the date its next scan is due.",
        )
        if st.button("New patient", type="primary", key="first-patient"):
            open_page("new-patient")
        show_footer(_HINT)
        return
    if worklist.synthetic and not st.session_state.get(_TOUR_CLOSED, False):
        show_pick("tour", tour_html(), _on_tour)
    show_pick("worklist", worklist_html(worklist, runtime.today()), _on_pick)
    show_footer(_HINT)


def _on_pick(picked: str) -> None:
    """A button of a row: remembered here, because a page can only be left while it runs."""
    action, _, patient = picked.partition(":")
    if patient.isdigit():
        st.session_state[_GOING] = ("patient" if action == "open" else "enter-scan", int(patient))


def _on_tour(picked: str) -> None:
    if picked == "close":
        st.session_state[_TOUR_CLOSED] = True
        return
    page = next((step.page for step in TOUR_STEPS if step.key == picked), None)
    patients = loaded.worklist().rows
    if page is not None:
        first = min(patients, key=lambda row: row.identifier).patient_id if patients else None
        st.session_state[_GOING] = (page, first if page in ("patient", "enter-scan") else None)


def _go() -> None:
    going = st.session_state.pop(_GOING, None)
    if going is not None:
        open_page(*going)
