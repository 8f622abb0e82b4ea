"""What is seen of the cohort, to take along: tables as CSV and Excel, charts as SVG and PNG."""

from __future__ import annotations

import streamlit as st

from dashboards import runtime
from dashboards.components.cohort_filters import say_choice
from dashboards.components.downloads import PNG_WIDTH, show_downloads
from tracker.report.cohort_svg import CHARTS, cohort_svg
from tracker.report.svg import to_png
from tracker.services.cohort import Cohort, CohortChoice, write_cohort_csv
from tracker.services.cohort_pictures import CohortPictures
from tracker.services.cohort_workbook import write_workbook

_ALL = "all four"


def show_files(seen: Cohort, pictures: CohortPictures, choice: CohortChoice) -> None:
    """CSV and Excel of the courses, PNG and SVG of the charts."""
    show_downloads(
        "cohort",
        "cohort",
        {
            "CSV": lambda: write_cohort_csv(seen.rows).encode("utf-8-sig"),
            "Excel": lambda: write_workbook(seen, pictures, say_choice(choice), runtime.today()),
            "PNG": lambda: to_png(_svg(seen, pictures, choice), PNG_WIDTH),
            "SVG": lambda: _svg(seen, pictures, choice).encode(),
        },
    )


def show_picture_choice() -> None:
    """Which charts PNG and SVG hold."""
    st.selectbox(
        "Picture of",
        [_ALL, *CHARTS],
        key="cohort-picture",
        label_visibility="collapsed",
        width=196,
        format_func=lambda name: f"Picture: {name}",
        required=True,
    )


def _svg(seen: Cohort, pictures: CohortPictures, choice: CohortChoice) -> str:
    named = st.session_state.get("cohort-picture", _ALL)
    return cohort_svg(pictures, seen, say_choice(choice), "light", None if named == _ALL else named, on=runtime.today())
