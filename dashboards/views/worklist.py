"""The worklist: who needs something, and why. The first page people see."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import streamlit as st

from dashboards import runtime
from dashboards.components import loaded
from dashboards.components.answering_table import show_answering
from dashboards.components.navigation import open_page
from dashboards.components.page import show_empty, show_footer, show_html
from dashboards.components.pick import show_pick
from dashboards.components.tour import TOUR_STEPS, tour_html
from dashboards.components.view_styles import show_view_styles
from dashboards.components.worklist_actions import change_owner, is_form, send_form
from dashboards.components.worklist_forms import Panel
from dashboards.components.worklist_table import worklist_html
from tracker.domain.schedule.states import State
from tracker.domain.vocabulary import Primary
from tracker.errors import TrackerError
from tracker.services.worklist import EVERYBODY, Choice, WorklistRow

_HINT = "Press / to find, arrow keys to move, Enter to open. Intervals are examples of practice, not rules."
_FIRST = "The first list since the start: every record is read once. The next ones come at once."
_GOING = "worklist-going"
_TOUR_CLOSED = "tour-closed"
_CHOICE, _PANEL, _SAID, _FOCUS = "worklist-choice", "worklist-panel", "worklist-said", "worklist-focus"
#: Actions of a row that open a form under it.
_OPENING = ("plan", "performed", "close", "more")
#: Actions that leave the page, and for which one.
_LEAVING = {"open": "patient", "enter": "enter-scan", "verify": "patient"}


def show() -> None:
    """The page."""
    show_view_styles()
    _go()
    with nullcontext() if loaded.is_worklist_at_hand() else st.spinner(_FIRST, show_time=True):
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
    markup = worklist_html(
        worklist,
        runtime.today(),
        _choice(),
        runtime.actor().user_id,
        st.session_state.get(_PANEL),
        loaded.owners(),
        st.session_state.get(_SAID, ""),
    )
    focus = st.session_state.get(_FOCUS, 0)
    show_answering("worklist", markup, _on_pick, _on_send, found=_choice().words, focus=focus)
    show_footer(_HINT)


def _choice() -> Choice:
    chosen: Choice = st.session_state.get(_CHOICE, EVERYBODY)
    return chosen


def _on_pick(picked: str) -> None:
    """A button, a key or a choice: remembered here, because a page can only be left while it runs."""
    action, _, value = picked.partition(":")
    if action == "state":
        _choose(state=next((one for one in State if str(one) == value), None))
    elif action == "by-owner":
        _choose(owner=int(value) if value.isdigit() else None)
    elif action == "by-primary":
        _choose(primary=next((one for one in Primary if str(one) == value), None))
    elif action == "find":
        _choose(words=value[:100])
    elif action == "close-panel":
        _show_panel(None)
    elif (row := _row(value)) is not None:
        _act(action, row)


def _choose(**changed: Any) -> None:
    st.session_state[_CHOICE] = _choice()._replace(**changed)


def _act(action: str, row: WorklistRow) -> None:
    if action in _LEAVING:
        st.session_state[_GOING] = (_LEAVING[action], row.patient_id)
        if action == "enter" and row.report is not None:
            st.session_state[_GOING] += (None, row.report.id)
    elif action in _OPENING:
        _show_panel(Panel(row.patient_id, action))
    elif action == "owner":
        try:
            st.session_state[_SAID] = change_owner(row)
        except TrackerError as refusal:
            st.session_state[_SAID] = str(refusal)


def _on_send(fields: Mapping[str, str]) -> None:
    """A form of a row: one service, then what was stored; what was refused stays in the form with the reason."""
    kind, _, value = fields.get("form", "").partition(":")
    row = _row(value)
    if row is None or not is_form(kind):
        return
    try:
        st.session_state[_SAID] = send_form(row, kind, fields)
    except TrackerError as refusal:
        opened = st.session_state.get(_PANEL)
        _show_panel(Panel(row.patient_id, opened.kind if opened is not None else kind, dict(fields), str(refusal)))
    else:
        _show_panel(None)


def _show_panel(panel: Panel | None) -> None:
    """Open a form under a row, or close it; either way the focus moves."""
    st.session_state[_PANEL] = panel
    st.session_state[_FOCUS] = st.session_state.get(_FOCUS, 0) + 1


def _row(patient: str) -> WorklistRow | None:
    """The row of a patient by their number, as the list stands now."""
    return next((row for row in loaded.worklist().rows if str(row.patient_id) == patient), None)


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
