"""The fields all forms are made of: text, choice, date. What is typed stays in the session until it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st


def field_key(prefix: str, name: str) -> str:
    return f"{prefix}-{name}"


def ask_text(
    prefix: str, label: str, *, start: str = "", placeholder: str | None = None, fixed: bool = False, row: bool = False
) -> str:
    """A line of text. ``row``: a cell of a table, whose heading stands above it."""
    value = st.text_input(
        label, start, key=field_key(prefix, label), max_chars=200, placeholder=placeholder, disabled=fixed,
        persist_state="session", label_visibility="collapsed" if row else "visible",
    )  # fmt: skip
    return (value or "").strip()


def ask_choice(
    prefix: str, label: str, words: Sequence[str], *, start: str = "", fixed: bool = False, row: bool = False
) -> str:
    options = [*words] if start else ["", *words]
    if start not in options:
        options = [start, *options]
    return st.selectbox(
        label, options, index=options.index(start), format_func=lambda word: word or "–",
        key=field_key(prefix, label), disabled=fixed, persist_state="session",
        label_visibility="collapsed" if row else "visible",
    )  # fmt: skip


def ask_date(prefix: str, label: str, latest: date | None, *, start: date | None = None) -> date | None:
    chosen = st.date_input(
        label, start, min_value=date(1970, 1, 1), max_value=latest or date(2100, 1, 1),
        key=field_key(prefix, label), format="YYYY-MM-DD", persist_state="session",
    )  # fmt: skip
    return chosen if isinstance(chosen, date) else None
