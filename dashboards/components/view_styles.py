"""The styles of worklist, board, cohort and notes, sent with the page that needs them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).resolve().parent / "assets"


def show_view_styles() -> None:
    """Put the styles that several pages share on the page."""
    st.html(_ASSETS / "views.css")


def show_board_styles() -> None:
    """The same, and those of the board."""
    show_view_styles()
    st.html(_ASSETS / "board.css")
