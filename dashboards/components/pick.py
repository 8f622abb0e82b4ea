"""Markup whose buttons answer: tables with a button in a row, without a widget for each and without a page load.

A button carries ``data-pick``; what it names comes back once, as an event.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

_PROJECT = "hepatrack"
_COMPONENT = "pick"


@lru_cache(maxsize=1)
def _component(manager: BidiComponentManager) -> Callable[..., Any]:
    """Registered from its file at first use: an inline one would load from ``blob:``, which the policy of the pages forbids."""
    manifest = ComponentManifest(_PROJECT, version(_PROJECT), [ComponentConfig(_COMPONENT, f"assets/{_COMPONENT}")])
    manager.register_from_manifest(manifest, Path(__file__).resolve().parent)
    return st.components.v2.component(f"{_PROJECT}.{_COMPONENT}", js="pick.js", isolate_styles=False)


def show_pick(key: str, markup: str, on_pick: Callable[[str], None]) -> None:
    """Put ``markup`` on the page; everything of the record in it is already escaped.

    ``on_pick`` is called with the ``data-pick`` of the button pressed, before the page runs again.
    """

    def answer() -> None:
        state = st.session_state.get(key)
        picked = state.get("picked") if state is not None else None
        if isinstance(picked, str):
            on_pick(picked)

    _component(get_bidi_component_manager())(key=key, data={"html": markup}, on_picked_change=answer)
