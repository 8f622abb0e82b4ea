"""The four charts of the cohort in two rows, and the same as tables."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from dashboards.charts.marks import CONFIG
from dashboards.components.cohort_focus import press
from dashboards.components.cohort_tables import MOST_LISTED
from dashboards.components.page import esc, show_html
from dashboards.components.text_tables import text_table_html
from tracker.pictures.cohort_survival import Event
from tracker.pictures.criteria import face_of
from tracker.pictures.shapes import TextTable
from tracker.services.cohort_pictures import CohortPictures
from tracker.services.cohort_regimens import Regimens

EVENT = "cohort-event"


def chosen_event(events: Sequence[Event]) -> Event:
    """What the curve counts: as chosen, where that can still be drawn."""
    chosen = st.session_state.get(EVENT)
    return next((event for event in events if event == chosen), events[0])


def show_charts(seen: CohortPictures, figures: Sequence[go.Figure], criterion: str, events: Sequence[Event]) -> None:
    """Two rows of two; a press on a bar, a line, a lane or a tick looks at its patient, a second opens it."""
    face = face_of(criterion)
    waterfall, spider, swimmer, survival = figures
    sizes_only = "; sizes only, attenuation decides too" if face.attenuation_needs else ""
    above, below = st.columns(2, gap="small"), st.columns(2, gap="small")
    with above[0], st.container(key="cohort-card-waterfall"):
        _head(
            "Best change of the target sum",
            f"% from baseline, up to {face.progression}{sizes_only}; a bar is its patient",
        )
        _show("waterfall", waterfall, seen.waterfall.sentence, bool(seen.waterfall.bars))
    with above[1], st.container(key="cohort-card-spider"):
        _head("Change over time", f"% from baseline; {face.progression} marks where a line ends")
        _show("spider", spider, seen.spider.sentence, bool(seen.spider.lines))
    with below[0], st.container(key="cohort-card-swimmer"):
        more = f"; the {len(seen.swimmer.lanes)} longest, {seen.swimmer.more:,} more" if seen.swimmer.more else ""
        _head("Courses", f"one line a course, longest first{more}")
        _show("swimmer", swimmer, seen.swimmer.sentence, bool(seen.swimmer.lanes))
    with below[1], st.container(key="cohort-card-survival"):
        _survival_head(seen, events)
        _show("survival", survival, seen.survival.sentence, len(seen.survival.curve) > 1)


def show_tables(seen: CohortPictures, regimens: Regimens) -> None:
    """Each chart as its sentence and its table, and the responses by treatment."""
    said = [(picture.sentence, picture.table) for picture in (seen.waterfall, seen.spider, seen.swimmer, seen.survival)]
    parts = "".join(f"<p>{esc(sentence)}</p>{text_table_html(_cut(table))}" for sentence, table in said)
    show_html(f'<div class="hp-card hp-in-words">{text_table_html(_cut(regimens.table))}{parts}</div>')


def _cut(table: TextTable) -> TextTable:
    """A table that a page can hold; what is left out is said in its caption, and the file has it."""
    if len(table.rows) <= MOST_LISTED:
        return table
    caption = f"{table.caption}: the first {MOST_LISTED} of {len(table.rows):,} rows, all of them in the file"
    return TextTable(caption, table.header, table.rows[:MOST_LISTED])


def _head(title: str, beside: str) -> None:
    show_html(f'<div class="hp-chart-head"><h2>{esc(title)}</h2><span class="hp-label">{esc(beside)}</span></div>')


def _survival_head(seen: CohortPictures, events: Sequence[Event]) -> None:
    event = seen.survival.event
    title = f"{str(event)[0].upper()}{str(event)[1:]}"
    if len(events) == 1:
        _head(title, "Kaplan–Meier; ticks: no PD at the last scan")
        return
    with st.container(key="cohort-survival-head", horizontal=True, gap="small", vertical_alignment="center"):
        _head(title, "Kaplan–Meier; ticks: no event at the last news")
        st.selectbox(
            "Event", events, index=events.index(event), key=EVENT, label_visibility="collapsed", width=230,
            format_func=lambda one: f"Show: {one}",
        )  # fmt: skip


def _show(name: str, figure: go.Figure, sentence: str, drawn: bool) -> None:
    """The chart, or why there is none. A press gives the chart a new key: it forgets what was pressed and can be again."""
    if not drawn:
        show_html(f'<p class="hp-note hp-nothing">{esc(sentence)}</p>')
        return
    presses = st.session_state.get(f"cohort-presses-{name}", 0)
    key = f"cohort-{name}-{presses}"
    st.plotly_chart(
        figure,
        theme=None,
        config=CONFIG,
        key=key,
        alt=sentence,
        on_select=lambda: _on_press(name, key),
        selection_mode="points",
    )


def _on_press(name: str, key: str) -> None:
    for point in st.session_state[key].selection.points:
        if isinstance(patient := point.get("customdata"), int):
            st.session_state[f"cohort-presses-{name}"] = st.session_state.get(f"cohort-presses-{name}", 0) + 1
            press(patient)
            return
