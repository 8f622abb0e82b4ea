"""The meeting: its cases in order, put on the list, moved, postponed, and each opened as a board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import streamlit as st

from dashboards import runtime
from dashboards.components.answering_table import show_answering
from dashboards.components.board_case import show_case
from dashboards.components.board_facts import OpenCase, all_meetings, meeting_list, next_meeting
from dashboards.components.meeting_table import KEYS, Postponing, meeting_html, say_counts, say_meeting
from dashboards.components.page import esc, show_empty, show_footer, show_html, show_refusal
from dashboards.components.sheet_buttons import show_all_sheets
from dashboards.components.view_styles import show_board_styles
from dashboards.state import asked_patient, choose_meeting, current_meeting
from tracker.errors import NotFoundError, TrackerError
from tracker.pictures.words import say_date
from tracker.services import meeting_lists, meetings
from tracker.services.meeting_lists import MeetingList

_POSTPONING, _SAID, _REFUSED = "meeting-postponing", "meeting-said", "meeting-refused"
_FOCUS = "meeting-focus"
#: The name of a meeting where none was held before.
_NAME = "MDT"


def show() -> None:
    """The page: a case where the address names a patient, else the list."""
    show_board_styles()
    meeting_id = current_meeting()
    if meeting_id is None:
        coming = next_meeting(runtime.today())
        if coming is None:
            _show_first()
            return
        meeting_id = coming.id
    try:
        listed = meeting_list(meeting_id)
    except NotFoundError as refusal:
        show_refusal(str(refusal), ["Choose a meeting from the list."])
        if all_meetings():
            _show_choice(None)
        _show_opening()
        show_footer()
        return
    patient_id = asked_patient()
    if patient_id is None:
        _show_list(listed)
    else:
        _show_board(listed, patient_id)


def _show_board(listed: MeetingList, patient_id: int) -> None:
    """The board of a case; a patient who is not on the list is said so, above the list."""
    case = listed.case_of(patient_id)
    if case is None:
        held = say_date(listed.meeting.held_on, year=True)
        show_refusal(f"Patient number {patient_id} is not on the list of {held}.")
        _show_list(listed)
        return
    show_case(runtime.load_record(patient_id), OpenCase(listed, listed.cases.index(case)))


def _show_list(listed: MeetingList) -> None:
    meeting = listed.meeting
    with st.container(key="meeting-head", horizontal=True, vertical_alignment="bottom", gap="small"):
        show_html(
            f'<div class="hp-find"><h1>Meeting of {esc(say_date(meeting.held_on, year=True))}</h1>'
            f"<p>{esc(meeting.name)} · {esc(say_counts(listed.cases))}</p></div>"
        )
        _show_choice(meeting.id)
        with st.popover("Put a patient on the list", key="meeting-ask"):
            _show_asking(listed)
        show_all_sheets(listed)
        with st.popover("Open a meeting", key="meeting-open"):
            _show_opening()
    refused = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        show_refusal(refused)
    show_answering(
        f"meeting-{meeting.id}",
        meeting_html(listed, st.session_state.get(_POSTPONING), st.session_state.get(_SAID, "")),
        _on_pick(listed),
        _on_send(listed),
        focus=st.session_state.get(_FOCUS, 0),
    )
    show_footer(f"In a row: {KEYS}.")


def _show_choice(meeting_id: int | None) -> None:
    known = {one.id: one for one in all_meetings()}
    chosen = st.selectbox(
        "Meeting",
        list(known),
        index=list(known).index(meeting_id) if meeting_id in known else None,
        format_func=lambda key: say_meeting(known[key]),
        key=f"meeting-choose-{meeting_id}",
        width=330,
    )
    if chosen is not None and chosen != meeting_id:
        choose_meeting(chosen)
        st.rerun()


def _show_asking(listed: MeetingList) -> None:
    """A patient, a question, and who asks it."""
    patients = {summary.id: summary.identifier for summary in runtime.list_patients()}
    with st.form(f"meeting-asking-{listed.meeting.id}", clear_on_submit=False, border=False):
        patient_id = st.selectbox(
            "Patient", list(patients), index=None, format_func=lambda key: patients[key], key="meeting-patient"
        )
        question = st.text_input("Question for the meeting", max_chars=500, key="meeting-question")
        asked_by = st.text_input("Asked by", max_chars=200, key="meeting-asked-by")
        sent = st.form_submit_button("Put on the list", type="primary")
    if not sent:
        return
    if patient_id is None:
        show_refusal("Choose a patient. Nothing was stored.")
        return
    db, actor = runtime.database(), runtime.actor()
    try:
        meetings.ask_question(db, actor, listed.meeting.id, patient_id, question, asked_by=asked_by.strip() or None)
    except TrackerError as refusal:
        show_refusal("Not put on the list.", str(refusal).splitlines())
        return
    _say(f"{patients[patient_id]} is on the list.")
    for key in ("meeting-patient", "meeting-question", "meeting-asked-by"):
        st.session_state.pop(key, None)
    st.rerun()


def _show_opening() -> None:
    """A meeting of another date, under the name of the last one."""
    known = next(iter(all_meetings()), None)
    with st.form("meeting-opening", border=False):
        held_on = st.date_input("Date of the meeting", value=None, format="DD/MM/YYYY", key="meeting-date")
        name = st.text_input("Name", value=_NAME if known is None else known.name, max_chars=80, key="meeting-name")
        sent = st.form_submit_button("Open the meeting", type="primary")
    if not sent:
        return
    if not isinstance(held_on, date):
        show_refusal("Give the date of the meeting. Nothing was stored.")
        return
    try:
        opened = meetings.open_meeting(runtime.database(), runtime.actor(), held_on, name)
    except TrackerError as refusal:
        show_refusal("The meeting was not opened.", str(refusal).splitlines())
        return
    choose_meeting(opened)
    st.rerun()


def _show_first() -> None:
    show_empty("There is no meeting yet.", "Open the first one by its date; its list then fills with questions.")
    _show_opening()
    show_footer()


# --- what a row does


def _on_pick(listed: MeetingList) -> Callable[[str], None]:
    def act(picked: str) -> None:
        action, _, value = picked.partition(":")
        at = next((at for at, case in enumerate(listed.cases) if str(case.decision_id) == value), None)
        if action == "close-panel":
            _postpone(None)
        elif at is None:
            return
        elif action == "open":
            choose_meeting(listed.meeting.id, listed.cases[at].patient_id)
        elif action == "postpone":
            _postpone(Postponing(listed.cases[at].decision_id))
        elif action in ("up", "down"):
            _try(lambda: _move(listed, at, -1 if action == "up" else 1))
        elif action == "resume":
            case = listed.cases[at]
            _try(lambda: meeting_lists.resume(runtime.database(), runtime.actor(), case.decision_id))

    return act


def _on_send(listed: MeetingList) -> Callable[[Mapping[str, str]], None]:
    def act(fields: Mapping[str, str]) -> None:
        kind, _, value = fields.get("form", "").partition(":")
        case = next((case for case in listed.cases if str(case.decision_id) == value), None)
        if kind != "postpone" or case is None:
            return
        reason = fields.get("reason", "")
        try:
            meeting_lists.postpone(runtime.database(), runtime.actor(), case.decision_id, reason)
        except TrackerError as refusal:
            _postpone(Postponing(case.decision_id, reason, str(refusal)))
            return
        _postpone(None)
        _say(f"{case.identifier} is postponed.")

    return act


def _move(listed: MeetingList, at: int, step: int) -> None:
    """Change places with the neighbour; at an end nothing moves."""
    order = [case.decision_id for case in listed.cases]
    to = at + step
    if not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    meeting_lists.order_list(runtime.database(), runtime.actor(), listed.meeting.id, order)
    _say(f"{listed.cases[at].identifier} is case {to + 1} of {len(order)}.")


def _try(act: Callable[[], None]) -> None:
    try:
        act()
    except TrackerError as refusal:
        st.session_state[_REFUSED] = str(refusal)


def _say(text: str) -> None:
    st.session_state[_SAID] = text


def _postpone(asked: Postponing | None) -> None:
    """Ask for the reason in the row, or no more; either way the focus moves."""
    st.session_state[_POSTPONING] = asked
    st.session_state[_FOCUS] = st.session_state.get(_FOCUS, 0) + 1
