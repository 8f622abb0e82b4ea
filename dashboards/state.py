"""Every key the pages keep in a session, in one place, and the patient a page stands at.

The patient is in the address (``?patient=<number>``), so a page can be linked, reloaded and bookmarked; the number is
the record's own and says nothing about the person.
"""

from __future__ import annotations

import secrets

import streamlit as st

PATIENT_PARAM = "patient"
_PATIENT = "current_patient"


def current_patient() -> int | None:
    """The patient of this page: from the address, else the one this session looked at last."""
    asked = st.query_params.get(PATIENT_PARAM)
    if asked is not None:
        if asked.isascii() and asked.isdigit() and len(asked) < 16:
            st.session_state[_PATIENT] = int(asked)
            return int(asked)
        return None
    return st.session_state.get(_PATIENT)


def choose_patient(patient_id: int | None) -> None:
    """Stand at this patient from now on, in the session and in the address."""
    if patient_id is None:
        st.session_state.pop(_PATIENT, None)
        if PATIENT_PARAM in st.query_params:
            del st.query_params[PATIENT_PARAM]
        return
    st.session_state[_PATIENT] = patient_id
    if st.query_params.get(PATIENT_PARAM) != str(patient_id):
        st.query_params[PATIENT_PARAM] = str(patient_id)


def entry_key(patient_id: int, exam_id: int | None, base_version: int, part: str) -> str:
    """The key of anything typed: it carries patient, exam and version, so nothing typed for one shows under another."""
    return f"entry-{part}-p{patient_id}-e{exam_id or 'new'}-v{base_version}"


def once(key: str) -> str:
    """A token made at the first call and kept for the session: the same form sent twice stores once."""
    return st.session_state.setdefault(key, secrets.token_urlsafe(16))
