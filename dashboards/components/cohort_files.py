"""What is seen of the cohort, to take along: tables as CSV and Excel, charts as SVG and PNG."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards import runtime
from dashboards.components.cohort_filters import say_choice
from tracker.report.cohort_svg import CHARTS, cohort_svg
from tracker.report.svg import to_png
from tracker.services.cohort import Cohort, CohortChoice, write_cohort_csv
from tracker.services.cohort_pictures import CohortPictures
from tracker.services.cohort_workbook import write_workbook

_ALL = "all four"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Pixels across a PNG of one chart; sharp on a slide.
_PNG_WIDTH = 2400


def show_files(seen: Cohort, pictures: CohortPictures, choice: CohortChoice) -> None:
    """Buttons; each file is written when somebody takes it, not at every look."""
    with st.container(key="cohort-files", horizontal=True, gap="small"):
        _button("CSV", lambda: write_cohort_csv(seen.rows).encode("utf-8-sig"), "csv", "text/csv")
        _button("Excel", lambda: write_workbook(seen, pictures, say_choice(choice), runtime.today()), "xlsx", _SHEET)
        _button("PNG", lambda: to_png(_svg(seen, pictures, choice), _PNG_WIDTH), "png", "image/png")
        _button("SVG", lambda: _svg(seen, pictures, choice).encode(), "svg", "image/svg+xml")


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


def _button(label: str, write: Callable[[], bytes], ending: str, mime: str) -> None:
    st.download_button(
        label, data=write, file_name=f"cohort.{ending}", mime=mime, key=f"cohort-{ending}", on_click="ignore"
    )
