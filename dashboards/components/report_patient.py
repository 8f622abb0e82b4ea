"""A waiting report whose patient is not registered yet: remembered on the way from the inbox to *New patient*."""

from __future__ import annotations

import streamlit as st

from dashboards import runtime
from dashboards.components.inbox_list import say_scan
from dashboards.components.page import esc
from tracker.errors import NotFoundError
from tracker.services import inbox
from tracker.services.inbox import InboxItem

_REPORT = "new-patient-report"


def remember_report(item_id: int) -> None:
    """The patient of this report is the one to register next."""
    st.session_state[_REPORT] = item_id


def waiting_report() -> InboxItem | None:
    """The report that waits for whoever is registered; none once it has its patient or was put aside."""
    number = st.session_state.get(_REPORT)
    if number is None:
        return None
    try:
        item = inbox.load_item(runtime.database(), runtime.actor(), number)
    except NotFoundError:
        return None
    return item if item.is_waiting and item.patient is None else None


def for_report_html(item: InboxItem) -> str:
    """Which report it is, what happens with it, and its text to read from."""
    return (
        f'<div class="hp-card" role="note"><b>For the report of the inbox: {esc(say_scan(item))}</b>'
        f"<div>It waits for the patient it was sent for, and is matched when that identifier is registered.</div>"
        f'<details><summary>The report</summary><pre class="hp-report-text">{esc(item.report_text)}</pre></details></div>'
    )
