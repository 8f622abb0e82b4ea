"""The record of a patient beside the scans: who and primary, treatments, laboratory values, symptoms, volumes.

Each card is a part of the page of its own: what is typed in one draws that one again, and stores by one call.
"""

from __future__ import annotations

import streamlit as st

from dashboards import runtime
from dashboards.components.navigation import open_page
from dashboards.components.page import show_banner, show_footer, show_html, show_refusal
from dashboards.components.patient_choice import show_patient_choice
from dashboards.components.record_labs import show_labs
from dashboards.components.record_styles import show_record_styles
from dashboards.components.record_symptoms import show_symptoms
from dashboards.components.record_treatments import show_treatments
from dashboards.components.record_volumes import show_volumes
from dashboards.components.record_who import show_who
from dashboards.components.view_styles import show_view_styles
from dashboards.state import current_patient
from tracker.domain.record import PatientRecord
from tracker.errors import NotFoundError

_HINT = "Each card is stored by itself. A correction keeps what was there before: who, when, why."
#: Left to right, each column from the top.
_COLUMNS = (("who", "volumes"), ("symptoms", "treatments"), ("labs",))


def show() -> None:
    """The page."""
    show_view_styles()
    show_record_styles()
    patient_id = current_patient()
    if patient_id is None:
        show_patient_choice("Record", "record-choose")
        return
    try:
        record = runtime.load_record(patient_id)
    except NotFoundError as refusal:
        show_refusal(str(refusal))
        show_patient_choice("Record", "record-choose")
        return
    show_banner(record)
    _show_links(record)
    cards = {
        "who": _card_who, "treatments": _card_treatments, "labs": _card_labs, "symptoms": _card_symptoms, "volumes": _card_volumes,
    }  # fmt: skip
    with st.container(key="record-columns"):
        columns = st.columns(len(_COLUMNS), gap="small")
    for column, names in zip(columns, _COLUMNS, strict=True):
        with column:
            for name in names:
                with st.container(key=f"record-card-{name}"):
                    cards[name](patient_id)
    show_footer(_HINT)


@st.fragment
def _card_who(patient_id: int) -> None:
    show_who(runtime.load_record(patient_id))


@st.fragment
def _card_treatments(patient_id: int) -> None:
    show_treatments(runtime.load_record(patient_id))


@st.fragment
def _card_labs(patient_id: int) -> None:
    show_labs(runtime.load_record(patient_id))


@st.fragment
def _card_symptoms(patient_id: int) -> None:
    show_symptoms(runtime.load_record(patient_id))


@st.fragment
def _card_volumes(patient_id: int) -> None:
    show_volumes(runtime.load_record(patient_id))


def _show_links(record: PatientRecord) -> None:
    """What is entered elsewhere: scans with their looks, courses, the date of the next scan."""
    with st.container(key="record-links", horizontal=True, vertical_alignment="center", gap="small"):
        show_html(
            '<span class="hp-note">Sizes, looks and other sites belong to a scan; courses and booked scans have their own place:</span>'
        )
        if st.button("Board"):
            open_page("patient", record.patient.id)
        if st.button("Enter a scan"):
            open_page("enter-scan", record.patient.id)
        if st.button("Start a course"):
            open_page("new-patient", record.patient.id)
        if st.button("Book a scan (worklist)"):
            open_page("worklist")
