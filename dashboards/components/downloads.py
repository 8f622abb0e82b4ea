"""Files to take along: a button a kind, and each file is written when somebody takes it, not at every look."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

#: Pixels across a PNG; sharp on a slide.
PNG_WIDTH = 2400
#: The ending of a file, and its type.
_KINDS = {
    "CSV": ("csv", "text/csv"),
    "Excel": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "PNG": ("png", "image/png"),
    "SVG": ("svg", "image/svg+xml"),
}


def show_downloads(prefix: str, name: str, writers: Mapping[str, Callable[[], bytes]]) -> None:
    """Buttons for the kinds of ``writers`` ("CSV", "Excel", "PNG", "SVG"); ``name`` is the file's without its ending."""
    with st.container(key=f"{prefix}-files", horizontal=True, gap="small"):
        for kind, write in writers.items():
            ending, mime = _KINDS[kind]
            st.download_button(
                kind, data=write, file_name=f"{name}.{ending}", mime=mime, key=f"{prefix}-{ending}", on_click="ignore"
            )
