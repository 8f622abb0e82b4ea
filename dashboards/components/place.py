"""Where one is: told to a screen reader when another page, patient, case or panel stands there, and never without a focus.

The framework changes pages without a word, and a button that goes away takes the focus with it.
"""

from __future__ import annotations

import streamlit as st

from dashboards.components.own_component import own_component

_WORDS = "place-words"


def begin_place(title: str) -> None:
    """A page begins, under this title."""
    st.session_state[_WORDS] = [title]


def say_place(*words: str) -> None:
    """What the page shows now, beside its title: whose it is, which case, whose reasons."""
    st.session_state.setdefault(_WORDS, []).extend(words)


def show_place() -> None:
    """Tell it, where it is another place than before. The last piece of every page; nothing of it is seen."""
    own_component("place")(key="place", data={"words": st.session_state.pop(_WORDS, [])})
