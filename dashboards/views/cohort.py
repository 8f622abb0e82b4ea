"""The cohort: how deep, how often, how long, for whom. Local audit, not evidence."""

from __future__ import annotations

import streamlit as st

from dashboards.components import cohort_loaded, loaded
from dashboards.components.cohort_charts import chosen_event, show_charts, show_tables
from dashboards.components.cohort_files import show_files, show_picture_choice
from dashboards.components.cohort_filters import choose, say_left_out
from dashboards.components.cohort_focus import GOING, focused, show_focus
from dashboards.components.cohort_side import show_cohort_styles, side_html
from dashboards.components.cohort_tables import cohort_head_html, patient_table_html
from dashboards.components.navigation import open_page
from dashboards.components.page import show_empty, show_footer, show_html
from dashboards.components.pick import show_pick
from dashboards.components.view_styles import show_view_styles
from tracker.services.cohort import Cohort, CohortChoice

_HINT = "Keys: ← → walk through the patients in every chart, Enter opens one, Escape looks at all. A table stands behind each chart."
_TABLES = "cohort-tables"


def show() -> None:
    """The page."""
    show_view_styles()
    show_cohort_styles()
    going = st.session_state.pop(GOING, None)
    if going is not None:
        open_page("patient", going)
    everyone = cohort_loaded.cohort()
    if not everyone.rows:
        show_html("<h1 class='hp-panel-title'>Cohort</h1>")
        show_empty("No course has a baseline yet.", "With the second scan of a course its best change stands here.")
        show_footer(_HINT)
        return
    head = st.container(key="cohort-head", horizontal=True, vertical_alignment="center", gap="small")
    choice = choose(everyone)
    seen = cohort_loaded.cohort(choice)
    with head:
        show_html(cohort_head_html(seen))
    if seen.rows:
        _show_seen(seen, choice, head)
    else:
        show_empty("No course fits this choice.", "Choose another primary, treatment, course, month or criterion.")
    show_footer(_HINT)


def _show_seen(seen: Cohort, choice: CohortChoice, head: st.delta_generator.DeltaGenerator) -> None:
    courses = cohort_loaded.courses(choice)
    chosen = focused(courses.walk)
    event = chosen_event(courses.events)
    pictures = cohort_loaded.pictures(choice, event, chosen)
    with head:
        show_focus(courses.walk, chosen, courses.names.get(chosen, "") if chosen is not None else "")
    with st.container(key="cohort-columns"):
        left, right = st.columns([1504, 360], gap="small")
    as_tables = bool(st.session_state.get(_TABLES))
    with left:
        if as_tables:
            show_tables(pictures, cohort_loaded.regimens(choice))
            show_pick("cohort-patients", patient_table_html(seen), _on_patient)
        else:
            figures = cohort_loaded.figures(choice, event, chosen, loaded.mode())
            show_charts(pictures, figures, seen.criterion, courses.events)
    with right, st.container(key="cohort-side"):
        scans, left_out = cohort_loaded.scans(choice), say_left_out(choice)
        show_html(side_html(seen, cohort_loaded.regimens(choice), pictures.survival, scans, left_out))
        show_html('<h3 class="hp-take">Take what is seen</h3>')
        show_files(seen, pictures, choice)
        with st.container(key="cohort-look", horizontal=True, vertical_alignment="center", gap="small"):
            show_picture_choice()
            st.toggle("Table view", key=_TABLES)


def _on_patient(picked: str) -> None:
    if picked.isdigit():
        st.session_state[GOING] = int(picked)
