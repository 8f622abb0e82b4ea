"""The cohort: how deep, how often, for whom. Local audit, not evidence."""

from __future__ import annotations

import streamlit as st

from dashboards.charts.marks import CONFIG
from dashboards.components import loaded
from dashboards.components.cohort_tables import cohort_head_html, patient_table_html, response_table_html
from dashboards.components.navigation import open_page
from dashboards.components.page import esc, show_empty, show_footer, show_html
from dashboards.components.pick import show_pick
from dashboards.components.text_tables import words_html
from dashboards.components.view_styles import show_view_styles
from tracker.domain.vocabulary import Primary
from tracker.pictures.criteria import face_of
from tracker.pictures.words import count_of, join_words
from tracker.services.cohort import Cohort, write_cohort_csv

_HINT = "A bar opens its patient; a table stands behind the chart. Growth is judged from the nadir: there is no line for it here."
_GOING = "cohort-going"
_CHART = "cohort-waterfall"


def show() -> None:
    """The page."""
    show_view_styles()
    going = st.session_state.pop(_GOING, None)
    if going is not None:
        open_page("patient", going)
    everyone = loaded.cohort()
    if not everyone.rows:
        show_html("<h1 class='hp-panel-title'>Cohort</h1>")
        show_empty("No course has a baseline yet.", "With the second scan of a course its best change stands here.")
        show_footer(_HINT)
        return
    head = st.container()
    choice = _choose(everyone)
    seen = loaded.cohort(choice)
    with head:
        show_html(cohort_head_html(seen))
    if not seen.rows:
        show_empty("No course fits this choice.", "Choose another primary, treatment, course or criterion.")
        show_footer(_HINT)
        return
    with st.container(key="cohort-columns"):
        left, right = st.columns([1496, 360], gap="small")
    with left:
        _show_waterfall(choice, seen.criterion)
        show_pick("cohort-patients", patient_table_html(seen), _on_patient)
    with right:
        show_html(response_table_html(seen))
        st.download_button(
            "Take what is seen as CSV",
            # Written when somebody takes it, not at every look.
            data=lambda: write_cohort_csv(seen.rows).encode("utf-8-sig"),
            file_name="cohort.csv",
            mime="text/csv",
            key="cohort-csv",
        )
    show_footer(_HINT)


def _choose(everyone: Cohort) -> loaded.Choice:
    """The choice of primary, treatment, course and criterion; a treatment is offered only where the primary has it.

    Responses by different criteria are never counted together: where there are several, one of them is looked at.
    """
    with st.container(key="cohort-filters", horizontal=True, gap="small"):
        primary = st.selectbox(
            "Primary", [None, *everyone.primaries], format_func=_all_or, key="cohort-primary", width=220
        )
        of_primary = loaded.cohort((primary, None, None, None))
        treatment = st.selectbox(
            "Treatment", [None, *of_primary.treatments], format_func=_all_or, key="cohort-treatment", width=360
        )
        course = st.selectbox(
            "Course", [None, *of_primary.courses], format_func=_all_or, key="cohort-course", width=140
        )
        found = loaded.cohort((primary, treatment, course, None))
        criterion = _choose_criterion(found)
    others = [
        f"{count_of(number, 'course')} by {face_of(key).title}" for key, number in found.criteria if key != criterion
    ]
    if criterion is not None and others:
        show_html(
            f'<p class="hp-note">Not among them: {esc(join_words(others))}. Different criteria are never counted together.</p>'
        )
    return primary, treatment, course, criterion


def _choose_criterion(found: Cohort) -> str | None:
    """The most frequent criterion first; None where there is no choice."""
    keys = [key for key, _ in found.criteria]
    if len(keys) < 2:
        return None
    return st.selectbox(
        "Judged by", keys, format_func=lambda key: face_of(key).with_source, key="cohort-criterion", width=260
    )


def _all_or(value: Primary | str | int | None) -> str:
    return "all" if value is None else str(value)


def _show_waterfall(choice: loaded.Choice, criterion: str) -> None:
    picture = loaded.waterfall(choice)
    beside = "; sizes only, attenuation decides too" if face_of(criterion).attenuation_needs else ""
    with st.container(key="waterfall-card"):
        show_html(
            '<div class="hp-panel-head" style="padding:0"><h2 class="hp-panel-title">Best change of the target sum</h2>'
            f'<span class="hp-label">% from baseline, up to progression{beside}; a bar opens its patient</span></div>'
        )
        if not picture.bars:
            show_html(f'<p class="hp-note">{picture.sentence}</p>')
            return
        st.plotly_chart(
            loaded.waterfall_figure(picture, loaded.mode()),
            theme=None,
            config=CONFIG,
            key=_CHART,
            alt=picture.sentence,
            on_select=_on_bar,
            selection_mode="points",
        )
        with st.popover("In words", help="The chart as a sentence and a table"):
            show_html(words_html([(picture.sentence, picture.table)]))


def _on_bar() -> None:
    for point in st.session_state[_CHART].selection.points:
        if isinstance(patient := point.get("customdata"), int):
            st.session_state[_GOING] = patient
            return


def _on_patient(picked: str) -> None:
    if picked.isdigit():
        st.session_state[_GOING] = int(picked)
