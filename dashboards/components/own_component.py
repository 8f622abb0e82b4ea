"""Components of our own, from their files: an inline one would load from ``blob:``, which the policy of the pages forbids."""

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
_HERE = Path(__file__).resolve().parent
#: Each folder of ``assets`` with a script of its name.
_NAMES = tuple(
    sorted(script.parent.name for script in _HERE.glob("assets/*/*.js") if script.stem == script.parent.name)
)


def register_components() -> None:
    """Make all components known to the running server. Its registry has no public name: a browser test holds it."""
    _register(get_bidi_component_manager())


def own_component(name: str, *, styled: bool = False, isolated: bool = False) -> Callable[..., Any]:
    """What mounts the component of ``assets/name/name.js``.

    ``styled``: ``name.css`` comes with it. ``isolated``: it stands in a shadow tree of its own, apart from the page's styles.
    """
    register_components()
    return _component(get_bidi_component_manager(), name, styled, isolated)


@lru_cache(maxsize=4)
def _register(manager: BidiComponentManager) -> None:
    """Once for each manager: a page under test has one of its own."""
    folders = [ComponentConfig(name, f"assets/{name}") for name in _NAMES]
    manifest = ComponentManifest(_PROJECT, version(_PROJECT), folders)
    manager.register_from_manifest(manifest, _HERE)


@lru_cache(maxsize=4 * len(_NAMES))
def _component(_manager: BidiComponentManager, name: str, styled: bool, isolated: bool) -> Callable[..., Any]:
    css = f"{name}.css" if styled else None
    return st.components.v2.component(f"{_PROJECT}.{name}", js=f"{name}.js", css=css, isolate_styles=isolated)
