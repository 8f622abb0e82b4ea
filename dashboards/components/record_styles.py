"""The styles of the record page: one file, sent with it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_FILE = Path(__file__).resolve().parent / "assets" / "record.css"


def show_record_styles() -> None:
    """Put the styles on the page."""
    st.html(_FILE)
