"""Which patient a page is about, where its address names none."""

from __future__ import annotations

import streamlit as st

from dashboards import runtime
from dashboards.components.navigation import open_page
from dashboards.components.page import show_empty, show_footer
from dashboards.state import choose_patient


def show_patient_choice(title: str, key: str) -> None:
    """The page, while nobody is chosen: all patients by their identifier, or the way to the first one."""
    patients = {summary.id: summary for summary in runtime.list_patients()}
    st.header(title)
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
        format_func=lambda number: f"{patients[number].identifier} · {patients[number].primary}",
        placeholder="Type an identifier",
        key=key,
    )
    if chosen is not None:
        choose_patient(chosen)
        st.rerun()
    show_footer()
