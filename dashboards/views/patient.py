"""The patient: the answer, the board on one axis of time, the reasons of every scan, the notes that fit."""

from __future__ import annotations

import streamlit as st

from dashboards import runtime
from dashboards.components.board_case import show_case
from dashboards.components.navigation import open_page
from dashboards.components.page import show_empty, show_footer
from dashboards.components.view_styles import show_board_styles
from dashboards.state import choose_patient, current_patient
from tracker.errors import NotFoundError


def show() -> None:
    """The page."""
    show_board_styles()
    patient_id = current_patient()
    if patient_id is None:
        _choose_patient()
        return
    try:
        record = runtime.load_record(patient_id)
    except NotFoundError as refusal:
        st.error(str(refusal))
        _choose_patient()
        return
    show_case(record, None)


def _choose_patient() -> None:
    patients = {summary.id: summary for summary in runtime.list_patients()}
    st.header("Patient")
    if not patients:
        show_empty("There is no patient yet.", "Register the first one with the baseline scan.")
        if st.button("New patient", type="primary"):
            open_page("new-patient")
        show_footer()
        return
    chosen = st.selectbox(
        "Patient",
        list(patients),
        index=None,
        format_func=lambda key: f"{patients[key].identifier} · {patients[key].primary}",
        placeholder="Type an identifier",
        key="patient-choose",
    )
    if chosen is not None:
        choose_patient(chosen)
        st.rerun()
    show_footer()
