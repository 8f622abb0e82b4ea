"""A table whose buttons, choices and small forms answer: the server makes the markup, the page sends what was done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from dashboards.components.own_component import own_component


def show_answering(
    key: str,
    markup: str,
    on_pick: Callable[[str], None],
    on_send: Callable[[Mapping[str, str]], None],
    *,
    found: str = "",
    focus: int = 0,
) -> None:
    """Put ``markup`` on the page; everything of the record in it is already escaped.

    ``on_pick`` is called with what was pressed or chosen ("plan:12"), ``on_send`` with the fields of a form and its name under
    "form", each before the page runs again. ``found`` are the words the server looked for; a new number in ``focus`` moves the
    focus to what wants it.
    """

    def picked() -> None:
        value = _value(key, "picked")
        if isinstance(value, str):
            on_pick(value)

    def sent() -> None:
        value = _value(key, "sent")
        if isinstance(value, Mapping):
            on_send({str(name): str(text) for name, text in value.items()})

    data = {"html": markup, "found": found, "focus": focus}
    own_component("answering")(key=key, data=data, on_picked_change=picked, on_sent_change=sent)


def _value(key: str, name: str) -> object:
    state = st.session_state.get(key)
    return None if state is None else state.get(name)
