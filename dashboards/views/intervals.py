"""The follow-up intervals of this site: what each due date is counted by, its source, and the site's own value."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboards import runtime
from dashboards.components.answering_table import show_answering
from dashboards.components.interval_table import Refused, interval_table_html
from dashboards.components.page import show_footer
from dashboards.components.view_styles import show_view_styles
from tracker.domain.schedule import intervals as table
from tracker.domain.schedule.intervals import CONTEXTS, Interval
from tracker.errors import TrackerError
from tracker.pictures.words import count_of
from tracker.services import intervals

_HINT = (
    "Overdue is the due date and its days of grace. Every due date on the worklist names its interval, and says where this "
    "site changed it. Each change is kept with who made it and when."
)
_REFUSED, _SAID, _SEEN = "intervals-refused", "intervals-said", "intervals-seen"


def show() -> None:
    """The page."""
    show_view_styles()
    rows = intervals.list_intervals(runtime.database(), runtime.actor())
    st.session_state[_SEEN] = {row.interval.context: row.interval for row in rows}
    refused, said = st.session_state.get(_REFUSED), st.session_state.get(_SAID, "")
    show_answering(
        "intervals", interval_table_html(rows, refused, said, runtime.database().timezone), _on_pick, _on_send
    )
    show_footer(_HINT)


def _on_pick(picked: str) -> None:
    action, _, context = picked.partition(":")
    if action == "reset" and context in CONTEXTS:
        seen = st.session_state[_SEEN].get(context)
        try:
            row = intervals.reset_interval(runtime.database(), runtime.actor(), context, expected=seen)
        except TrackerError as refusal:
            st.session_state[_REFUSED], st.session_state[_SAID] = Refused(context, {}, str(refusal)), ""
        else:
            _told(f"{row.title}: the value shipped is in force again, {_say(row)}.")


def _on_send(fields: Mapping[str, str]) -> None:
    """One row: stored, or refused with what was typed still in it."""
    context = fields.get("form", "").partition(":")[2]
    if context not in CONTEXTS:
        return
    try:
        stored = store_row(context, fields)
    except TrackerError as refusal:
        st.session_state[_REFUSED], st.session_state[_SAID] = Refused(context, dict(fields), str(refusal)), ""
    else:
        _told(f"{stored.title}: {_say(stored)}, by {runtime.actor().name}.")


def store_row(context: str, fields: Mapping[str, str]) -> Interval:
    """Store a row as it was typed, where it still stands as it was seen. Raises TrackerError.

    Words that were left as they were follow the weeks: "every 8 weeks" does not stay beside 10.
    """
    words = fields.get("words", "")
    seen = table.change(
        context, _whole(fields, "seen-weeks") or 0, _whole(fields, "seen-grace") or 0, fields.get("seen-words", "")
    )
    own = None if words == seen.words else words
    return intervals.change_interval(
        runtime.database(), runtime.actor(), context, _whole(fields, "weeks"), _whole(fields, "grace"), own, expected=seen
    )  # fmt: skip


def _whole(fields: Mapping[str, str], name: str) -> int | None:
    text = fields.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _told(said: str) -> None:
    st.session_state[_REFUSED], st.session_state[_SAID] = None, said


def _say(row: Interval) -> str:
    return f"{count_of(row.weeks, 'week')} and {count_of(row.grace_days, 'day')} of grace"
