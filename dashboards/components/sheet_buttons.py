"""Buttons that print: the sheet of a case, all sheets of a meeting, the page for the patient. Nothing is set before it is asked for."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards import runtime
from tracker.domain.record import Patient
from tracker.report.case import make_meeting_sheets, make_patient_page, make_sheet, suggest_name
from tracker.report.patient_page import Contacts
from tracker.services.meeting_lists import MeetingList

_PDF = "application/pdf"


def show_sheet(patient: Patient, meeting_id: int | None) -> None:
    """The one-page sheet of this case (key P); away from a meeting also the page in plain words for the patient."""
    _download("Sheet", "sheet", suggest_name(patient.identifier), lambda: _sheet(patient.id, meeting_id), shortcut="P")
    if meeting_id is None:
        _download(
            "Page for the patient",
            "patient-page",
            suggest_name(patient.identifier, "page"),
            lambda: _patient_page(patient.id),
        )


def show_all_sheets(listed: MeetingList) -> None:
    """Every sheet of a meeting in one file, in the order of the list."""
    st.download_button(
        "All sheets",
        data=lambda: _all_sheets(listed.meeting.id),
        file_name=suggest_name(f"{listed.meeting.held_on}-{listed.meeting.name}", "sheets"),
        mime=_PDF,
        key="all-sheets",
        on_click="ignore",
        disabled=not listed.cases,
        help="One page a case, in the order of the list",
    )


def _download(label: str, key: str, name: str, make: Callable[[], bytes], shortcut: str | None = None) -> None:
    st.download_button(
        label,
        data=make,
        file_name=name,
        mime=_PDF,
        key=key,
        on_click="ignore",
        type="tertiary",
        shortcut=shortcut,
    )


def _sheet(patient_id: int, meeting_id: int | None) -> bytes:
    return make_sheet(runtime.database(), runtime.actor(), patient_id, runtime.today(), meeting_id=meeting_id)


def _patient_page(patient_id: int) -> bytes:
    settings = runtime.settings()
    contacts = Contacts(settings.phone, settings.helpline)
    return make_patient_page(runtime.database(), runtime.actor(), patient_id, runtime.today(), contacts)


def _all_sheets(meeting_id: int) -> bytes:
    return make_meeting_sheets(runtime.database(), runtime.actor(), meeting_id, runtime.today()) or b""
