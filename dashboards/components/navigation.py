"""The pages, their order and addresses, and how one page opens another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import NoReturn

import streamlit as st

from dashboards import runtime
from dashboards.state import EXAM_PARAM, INBOX_PARAM, MEETING_PARAM, PATIENT_PARAM, choose_patient

_REGISTRY = "_pages"


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page: address, title and the module whose ``show`` draws it."""

    url_path: str
    title: str
    module: str


#: What a meeting and a day's work need comes first; the others stand after it.
PAGES = (
    PageEntry("worklist", "Worklist", "dashboards.views.worklist"),
    PageEntry("enter-scan", "Enter a scan", "dashboards.views.enter_scan"),
    PageEntry("meeting", "Meeting", "dashboards.views.meeting"),
    PageEntry("cohort", "Cohort", "dashboards.views.cohort"),
    PageEntry("learn", "Learn", "dashboards.views.learn"),
    PageEntry("patient", "Patient", "dashboards.views.patient"),
    PageEntry("record", "Record", "dashboards.views.record"),
    PageEntry("inbox", "Inbox", "dashboards.views.inbox"),
    PageEntry("new-patient", "New patient", "dashboards.views.new_patient"),
    PageEntry("intervals", "Intervals", "dashboards.views.intervals"),
)


def load_views() -> None:
    """Import every page, so that no visitor waits for it and a page that cannot be loaded stops the start."""
    for entry in PAGES:
        import_module(entry.module)


def build_pages() -> list[st.Page]:
    """Streamlit's pages, in order; the first is where people arrive."""
    pages: dict[str, st.Page] = {}
    for entry in PAGES:
        show: Callable[[], None] = import_module(entry.module).show
        pages[entry.url_path] = st.Page(show, title=_title(entry), url_path=entry.url_path, default=not pages)
    st.session_state[_REGISTRY] = pages
    return list(pages.values())


def _title(entry: PageEntry) -> str:
    """The title of a page; the inbox says how many reports wait."""
    number = runtime.count_waiting() if entry.url_path == "inbox" else 0
    return f"{entry.title} ({number})" if number else entry.title


def open_page(
    url_path: str,
    patient_id: int | None = None,
    exam_id: int | None = None,
    inbox_item: int | None = None,
    meeting_id: int | None = None,
) -> NoReturn:
    """Go to another page, at a patient where one is named: at a stored exam, a report of the inbox, a meeting's case."""
    page = st.session_state[_REGISTRY][url_path]
    if patient_id is None:
        st.switch_page(page)
    choose_patient(patient_id, exam_id)
    named = ((EXAM_PARAM, exam_id), (INBOX_PARAM, inbox_item), (MEETING_PARAM, meeting_id))
    at = {name: str(number) for name, number in named if number is not None}
    st.switch_page(page, query_params={PATIENT_PARAM: str(patient_id)} | at)
