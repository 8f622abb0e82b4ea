"""Every lesion in a small chart of its own, in a panel that is drawn only while it is open: linear, or in doublings."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from dashboards.charts.lesions import draw_lesions
from dashboards.charts.marks import CONFIG
from dashboards.components import loaded
from dashboards.components.page import show_html
from dashboards.components.text_tables import words_html
from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import PatientRecord
from tracker.pictures.lesion_panels import Scale, derive_lesion_panels

_WIDTH = 900
_NAMES: dict[Scale, str] = {"linear": "mm", "log2": "doublings (log2)"}


def show_lesion_charts(record: PatientRecord, courses: tuple[CourseAssessment, ...]) -> None:
    """The button of the panel, and the panel while it is open."""
    key = f"lesion-charts-{record.patient.id}"
    with st.container(key="lesion-charts"):
        panel = st.popover("Lesions", help="Each lesion in a chart of its own", key=key, on_change="rerun")
    if not panel.open:
        return
    with panel:
        scale = st.segmented_control(
            "Scale", get_args(Scale), default="linear", format_func=lambda one: _NAMES[one], key=f"{key}-scale"
        )
        lesions = derive_lesion_panels(record, courses, scale or "linear")
        if lesions is None:
            show_html("<p>No lesion has a size yet.</p>")
            return
        figure = draw_lesions(lesions, loaded.mode())
        st.plotly_chart(figure, theme=None, config=CONFIG, width=_WIDTH, key=f"{key}-chart", alt=lesions.sentence)
        show_html(words_html(((lesions.sentence, lesions.table),)))
