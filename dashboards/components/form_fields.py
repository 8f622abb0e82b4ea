"""The fields all forms are made of: text, choice, date. What is typed stays in the session until it is saved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

import streamlit as st

from tracker.domain.lengths import Length
from tracker.errors import Problem
from tracker.services.checks import DIGITS, PAGE

#: Signs that begin a link, picture, colour, formula or emphasis; the hyphen of CA19-9 is none.
_MARKDOWN = re.compile(r"([\\`*_~:$<\[\]])")


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


def ask_page(prefix: str, label: str, *, start: str = "") -> str:
    """Text of any length in several lines: what is stored in full is shown and kept in full."""
    value = st.text_area(
        label, start, key=field_key(prefix, label), max_chars=PAGE, height=68, persist_state="session",
    )  # fmt: skip
    return (value or "").strip()


def plain_label(text: str) -> str:
    """Words of a person as they stand in a label, which is read as Markdown: no sign of theirs is a link, picture or colour."""
    return _MARKDOWN.sub(r"\\\1", text)


def ask_choice(
    prefix: str, label: str, words: Sequence[str], *, start: str = "", fixed: bool = False, row: bool = False
) -> str:
    options = [*words] if start or "" in words else ["", *words]
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


def read_number(text: str, place: str, wrong: list[Problem]) -> Decimal | None:
    """An exact number with a point or a comma; what is none goes to ``wrong``."""
    typed = text.replace(",", ".").replace(" ", "")
    if not typed:
        return None
    try:
        number = Decimal(typed)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        wrong.append(Problem(place, f"'{text}' is not a number; right is one such as 12.4"))
        return None
    if abs(number.adjusted()) > DIGITS or len(number.as_tuple().digits) > DIGITS:
        wrong.append(Problem(place, f"'{text}' has more than {DIGITS} digits"))
        return None
    return number


def read_whole(text: str, place: str, wrong: list[Problem]) -> int | None:
    """A whole number, such as a year; what is none goes to ``wrong``."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        wrong.append(Problem(place, f"'{text}' is not a whole number"))
        return None
    return int(text)


def read_mm(text: str, place: str, wrong: list[Problem]) -> Length | None:
    """A length in millimetres; what is none goes to ``wrong``."""
    if not text:
        return None
    try:
        return Length.from_mm(text.replace(",", ".").removesuffix("mm").strip())
    except ValueError as refusal:
        wrong.append(Problem(place, str(refusal)))
        return None


def read_day(text: str, place: str, wrong: list[Problem]) -> date | None:
    """A calendar date; what is none goes to ``wrong``."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong.append(Problem(place, f"'{text}' is not a date; right is one such as 2026-11-18"))
        return None
