"""The patient: the answer, the board on one axis of time, the reasons of every scan, the notes that fit."""

from __future__ import annotations

import streamlit as st

from dashboards import runtime
from dashboards.components.board_case import show_case
from dashboards.components.patient_choice import show_patient_choice
from dashboards.components.view_styles import show_board_styles
from dashboards.state import current_patient
from tracker.errors import NotFoundError


def show() -> None:
    """The page."""
    show_board_styles()
    patient_id = current_patient()
    if patient_id is None:
        show_patient_choice("Patient", "patient-choose")
        return
    try:
        record = runtime.load_record(patient_id)
    except NotFoundError as refusal:
        st.error(str(refusal))
        show_patient_choice("Patient", "patient-choose")
        return
    show_case(record, None)
