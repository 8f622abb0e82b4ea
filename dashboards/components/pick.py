"""Markup whose buttons answer: tables with a button in a row, without a widget for each and without a page load.

A button carries ``data-pick``; what it names comes back once, as an event.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards.components.own_component import own_component


def show_pick(key: str, markup: str, on_pick: Callable[[str], None]) -> None:
    """Put ``markup`` on the page; everything of the record in it is already escaped.

    ``on_pick`` is called with the ``data-pick`` of the button pressed, before the page runs again.
    """

    def answer() -> None:
        state = st.session_state.get(key)
        picked = state.get("picked") if state is not None else None
        if isinstance(picked, str):
            on_pick(picked)

    own_component("pick")(key=key, data={"html": markup}, on_picked_change=answer)
