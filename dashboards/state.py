"""Every key the pages keep in a session, in one place, and the patient a page stands at.

The patient is in the address (``?patient=<number>``), so a page can be linked, reloaded and bookmarked; the number is
the record's own and says nothing about the person.
"""

from __future__ import annotations

import secrets
from datetime import date

import streamlit as st

PATIENT_PARAM = "patient"
EXAM_PARAM = "exam"
INBOX_PARAM = "inbox"
MEETING_PARAM = "meeting"
COURSE_PARAM = "course"
DATE_PARAM = "date"
_PATIENT = "current_patient"


def current_patient() -> int | None:
    """The patient of this page: from the address, else the one this session looked at last."""
    asked = st.query_params.get(PATIENT_PARAM)
    if asked is not None:
        number = _number(asked)
        if number is not None:
            st.session_state[_PATIENT] = number
        return number
    return st.session_state.get(_PATIENT)


def chosen_exam() -> int | None:
    """The stored exam of this page, from the address."""
    return _number(st.query_params.get(EXAM_PARAM, ""))


def chosen_inbox_item() -> int | None:
    """The report of the inbox that this page was opened from, from the address."""
    return _number(st.query_params.get(INBOX_PARAM, ""))


def choose_inbox_item(item_id: int) -> None:
    """Stand at this report of the inbox, in the address."""
    st.query_params[INBOX_PARAM] = str(item_id)


def choose_patient(patient_id: int | None, exam_id: int | None = None, inbox_item: int | None = None) -> None:
    """Stand at this patient (and exam, or report of the inbox) from now on, in the session and in the address."""
    if patient_id is None:
        st.session_state.pop(_PATIENT, None)
    else:
        st.session_state[_PATIENT] = patient_id
    forget_scan()
    for name, value in ((PATIENT_PARAM, patient_id), (EXAM_PARAM, exam_id), (INBOX_PARAM, inbox_item)):
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(value)


def asked_patient() -> int | None:
    """The patient in the address, whoever was looked at before."""
    return _number(st.query_params.get(PATIENT_PARAM, ""))


def current_meeting() -> int | None:
    """The meeting of this page, from the address."""
    return _number(st.query_params.get(MEETING_PARAM, ""))


def choose_meeting(meeting_id: int, patient_id: int | None = None) -> None:
    """Stand at the list of this meeting, or at one of its cases."""
    choose_patient(patient_id)
    st.query_params[MEETING_PARAM] = str(meeting_id)


def asked_scan() -> tuple[str, str] | None:
    """Course and date of the scan whose reasons the address asks for, as written there; None where it names neither."""
    said = (st.query_params.get(COURSE_PARAM, ""), st.query_params.get(DATE_PARAM, ""))
    return said if any(said) else None


def choose_scan(course: int, on: date) -> None:
    """Read the reasons of this scan, in the address."""
    st.query_params[COURSE_PARAM] = str(course)
    st.query_params[DATE_PARAM] = on.isoformat()


def forget_scan() -> None:
    """No scan's reasons are read any more."""
    for name in (COURSE_PARAM, DATE_PARAM):
        st.query_params.pop(name, None)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def once(key: str) -> str:
    """A token made at the first call and kept for the session: the same form sent twice stores once."""
    token: str = st.session_state.setdefault(key, secrets.token_urlsafe(16))
    return token
