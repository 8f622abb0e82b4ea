"""What is done with a report of the inbox: entered, assigned, refused; and files that are put in from the page.

Each is one call of a service in a callback; what came of it is kept for the page to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboards import runtime
from dashboards.components.page import esc, show_html, show_refusal
from tracker.errors import InputError, Problem, TrackerError
from tracker.services import inbox
from tracker.services.bringing import bring_file
from tracker.services.inbox import InboxItem
from tracker.services.patients import PatientSummary

_SAID, _WRONG = "inbox-said", "inbox-wrong"
_FILES = "inbox-files"
#: What may be put in from the page; the bytes of each file decide what it is.
ENDINGS = ["hl7", "txt", "pdf", "csv", "tsv", "xlsx", "xls", "ods", "log", "msg"]


def show_outcome() -> None:
    """What the last action came to, once."""
    said: list[str] = st.session_state.pop(_SAID, [])
    wrong: list[str] = st.session_state.pop(_WRONG, [])
    if said:
        show_html(f'<div class="hp-card" role="status">{"<br>".join(esc(one) for one in said)}</div>')
    if wrong:
        show_refusal(wrong[0], wrong[1:])


def say(*sentences: str) -> None:
    st.session_state[_SAID] = [*st.session_state.get(_SAID, []), *sentences]


def refuse(*sentences: str) -> None:
    st.session_state[_WRONG] = [*st.session_state.get(_WRONG, []), *sentences]


def show_assign(item: InboxItem, patients: Sequence[PatientSummary]) -> None:
    """Say whose report it is: found by identifier, for a reason."""
    shown = {one.id: one for one in patients}
    with st.form(f"assign-{item.id}", border=False):
        chosen = st.selectbox(
            "Patient",
            list(shown),
            index=None,
            format_func=lambda key: " · ".join(
                filter(None, (shown[key].identifier, str(shown[key].birth_year or ""), str(shown[key].primary)))
            ),
            placeholder="Type an identifier",
            key=f"assign-patient-{item.id}",
        )
        reason = st.text_input("How do you know?", max_chars=200, key=f"assign-reason-{item.id}")
        if st.form_submit_button("Assign"):
            if chosen is None:
                refuse("Choose the patient first. Nothing was changed.")
            else:
                _do(lambda: inbox.assign_patient(runtime.database(), runtime.actor(), item.id, chosen, reason=reason),
                    "The report was assigned.")  # fmt: skip
            st.rerun()


def show_refuse(item: InboxItem) -> None:
    """Put the report aside, for a reason."""
    with st.form(f"refuse-{item.id}", border=False):
        reason = st.text_input("Why is it not entered?", max_chars=200, key=f"refuse-reason-{item.id}")
        if st.form_submit_button("Refuse"):
            _do(lambda: inbox.refuse_item(runtime.database(), runtime.actor(), item.id, reason),
                "The report was refused. It stays below, with your reason.")  # fmt: skip
            st.rerun()


def reopen(item_id: int) -> None:
    """Let a refused report wait again."""
    _do(lambda: inbox.reopen_item(runtime.database(), runtime.actor(), item_id, "looked at again on the page"),
        "The report waits again.")  # fmt: skip


def show_upload() -> None:
    """Files put in from the page go the same way as those of the folder."""
    with st.form("inbox-upload", border=False, clear_on_submit=True):
        files = st.file_uploader(
            "Reports (HL7, text, PDF with a text layer) or tables", type=ENDINGS, accept_multiple_files=True, key=_FILES
        )
        if st.form_submit_button("Bring in"):
            for file in files or ():
                _bring(file.getvalue(), file.name)
            if not files:
                refuse("Choose a file first. Nothing was stored.")
            st.rerun()


def _bring(data: bytes, name: str) -> None:
    """One file: what became of it, and each problem by its place."""
    try:
        report = bring_file(runtime.database(), runtime.actor(), data, name)
    except InputError as refusal:
        refuse(f"{refusal} Nothing of it was stored.", *_lines(refusal.problems[1:]))
        return
    except TrackerError as refusal:
        refuse(str(refusal))
        return
    say(f"{name}: {report.summary}.")
    refuse(*_lines(report.problems))


def _lines(problems: Sequence[Problem]) -> list[str]:
    return [str(problem) for problem in problems[:20]]


def _do(act: Callable[[], object], done: str) -> None:
    """Call a service; a refusal is kept for the page, in its own words."""
    try:
        act()
    except TrackerError as refusal:
        refuse(*str(refusal).splitlines())
    else:
        say(done)
