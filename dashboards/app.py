"""The pages of Hepatrack: what stands on every one of them, and the navigation between them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboards.components.navigation import build_pages
from dashboards.components.page import show_styles
from dashboards.components.place import begin_place, show_place
from dashboards.components.red_flags import show_red_flags
from dashboards.errors import handle_script_error

_MARK = str(Path(__file__).resolve().parent / "components" / "assets" / "mark.svg")


def main() -> None:
    """Draw the frame, then the page that is asked for."""
    st.set_page_config(page_title="Hepatrack", page_icon=_MARK, layout="wide")
    st.logo(_MARK, size="small")
    show_styles()
    page = st.navigation(build_pages(), position="top")
    # The title names the page and no patient: a browser keeps titles in its history.
    st.set_page_config(page_title=f"{page.title} · Hepatrack")
    begin_place(page.title)
    show_red_flags()
    try:
        page.run()
    except Exception as error:  # noqa: BLE001 - one clear sentence for any page, ids only in the log
        handle_script_error(error)
    show_place()


main()
