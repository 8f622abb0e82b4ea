"""The inbox: reports that came from outside, each waiting for a person to enter it, to assign it or to refuse it."""

from __future__ import annotations

import streamlit as st

from dashboards import runtime
from dashboards.components.entry_inbox import corrected_exam
from dashboards.components.inbox_actions import reopen, show_assign, show_outcome, show_refuse, show_upload
from dashboards.components.inbox_list import inbox_html, item_html, put_aside_html
from dashboards.components.navigation import open_page
from dashboards.components.page import esc, show_empty, show_footer, show_html
from dashboards.components.pick import show_pick
from dashboards.components.report_patient import remember_report
from dashboards.components.view_styles import show_view_styles
from dashboards.state import choose_inbox_item, chosen_inbox_item
from tracker.pictures.words import count_of
from tracker.services import inbox
from tracker.services.inbox import WAITING, InboxItem

_HINT = (
    "Up and down walk the list, Enter shows a report, E enters it. A patient is matched by identifier and issuer only, never "
    "by name."
)
#: How many of those that wait no longer are shown.
_ASIDE = 50


def show() -> None:
    """The page."""
    show_view_styles()
    waiting = inbox.list_items(runtime.database(), runtime.actor())
    said = f"{count_of(len(waiting), 'report')} wait{'s' if len(waiting) == 1 else ''}." if waiting else ""
    show_html(f'<div class="hp-find"><h1>Inbox</h1><p>{esc(said)}</p></div>')
    # Always there, so that what is open below stays open when a word comes above it.
    with st.container(key="inbox-outcome"):
        show_outcome()
    if waiting:
        _show_waiting(waiting)
    else:
        show_empty(
            "No report waits.",
            "Reports come from the folder that 'tracker inbox' passes over, from 'tracker import', or are put in below.",
        )
    with st.expander("Put in files", expanded=not waiting):
        show_upload()
    _show_aside()
    show_footer(_HINT)


def _show_waiting(waiting: tuple[InboxItem, ...]) -> None:
    """The list, and beside it the report that is chosen: the one in the address, else the one that waits longest."""
    number = chosen_inbox_item()
    item = next((one for one in waiting if one.id == number), waiting[0])
    left, right = st.columns([5, 6], gap="medium")
    with left:
        show_pick("inbox", inbox_html(waiting, item.id, runtime.database().timezone), _on_pick)
    with right:
        _show_item(item)


def _show_item(item: InboxItem) -> None:
    """One report with what can be done with it."""
    show_html(item_html(item, runtime.database().timezone))
    with st.container(horizontal=True, key="inbox-actions"):
        if item.patient is None:
            if st.button("New patient", key=f"new-{item.id}"):
                remember_report(item.id)
                open_page("new-patient")
        elif _enter_button(item):
            open_page("enter-scan", item.patient.id, inbox_item=item.id)
    with st.expander(
        "Assign to a patient" if item.patient is None else "Another patient", expanded=item.patient is None
    ):
        show_assign(item, runtime.list_patients())
    with st.expander("Refuse"):
        show_refuse(item)


def _enter_button(item: InboxItem) -> bool:
    """The way to the entry page; a report that replaces an entered one opens the correction of that scan."""
    assert item.patient is not None
    corrects = corrected_exam(runtime.load_record(item.patient.id), item) is not None
    if item.is_taken_back:
        words = "Open the scan to withdraw or correct it"
    else:
        words = "Correct the scan" if corrects else "Enter this scan"
    return st.button(words, type="primary", shortcut="E", key=f"enter-{item.id}")


def _show_aside() -> None:
    """Reports that were entered, refused or replaced, folded."""
    items = inbox.list_items(runtime.database(), runtime.actor(), None, most=4 * _ASIDE)
    aside = [item for item in items if item.state != WAITING][-_ASIDE:]
    if aside:
        with st.expander(f"Entered, refused or replaced ({len(aside)})"):
            show_pick("inbox-aside", put_aside_html(aside, runtime.database().timezone), _on_pick)


def _on_pick(picked: str) -> None:
    action, _, number = picked.partition(":")
    if not number.isdigit():
        return
    if action == "item":
        choose_inbox_item(int(number))
    elif action == "reopen":
        reopen(int(number))
