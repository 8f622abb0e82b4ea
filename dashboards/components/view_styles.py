"""The styles of worklist, board, cohort and notes: one file, sent with the page that needs it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_FILE = Path(__file__).resolve().parent / "assets" / "views.css"


def show_view_styles() -> None:
    """Put the styles on the page."""
    st.html(_FILE)
