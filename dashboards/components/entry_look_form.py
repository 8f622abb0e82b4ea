"""The plain form's fields for looks, liver background and other sites: folded, and read as those of the table are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

#: A field of the form: its label and what stands in it, to what is typed; a choice has its pairs of value and words too.
AskText = Callable[[str, str | None], str]
AskChoice = Callable[[str, list[list[str]], str | None], str]


def ask_looks(
    data: Mapping[str, Any], content: Mapping[str, Any], ask_text: AskText, ask_choice: AskChoice
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """The look of each lesion by its label, and the fields of the exam; folded until it is opened."""
    choices, exam = data["choices"], content["exam"]
    with st.expander("Look, background and other sites"):
        looks = {
            row["label"]: _ask_lesion(row["label"], content["rows"][row["label"]], choices, ask_text, ask_choice)
            for row in data["rows"]
        }
        background = _ask_background(exam.get("background") or {}, choices, ask_choice)
        sites = _ask_sites(exam.get("extrahepatic") or {}, choices, ask_text, ask_choice)
    return looks, {"background": background, "extrahepatic": sites}


def _ask_lesion(
    label: str, entry: Mapping[str, Any], choices: Mapping[str, Any], ask_text: AskText, ask_choice: AskChoice
) -> dict[str, Any]:
    columns = st.columns(5)
    with columns[0]:
        appearance = ask_choice(f"{label} appearance", choices["appearance"], entry.get("appearance"))
    with columns[1]:
        enhancement = ask_choice(f"{label} enhancement", choices["enhancement"], entry.get("enhancement"))
    vessels = []
    # One contact more than is stored can be told.
    for at, one in enumerate([*(entry.get("vessels") or []), {}]):
        which = f"{label} vessel {at + 1}"
        with columns[2]:
            vessel = ask_choice(which, choices["vessel"], one.get("vessel"))
        with columns[3]:
            relation = ask_choice(f"{which}, how near", choices["relation"], one.get("relation"))
        with columns[4]:
            gap = ask_text(f"{which}, mm", one.get("mm"))
        vessels.append({"vessel": vessel, "relation": relation, "mm": gap})
    return {"appearance": appearance, "enhancement": enhancement, "vessels": [one for one in vessels if one["vessel"]]}


def _ask_background(said: Mapping[str, Any], choices: Mapping[str, Any], ask_choice: AskChoice) -> dict[str, str]:
    answers = {}
    columns = st.columns(len(choices["background"]))
    for column, (sign, words) in zip(columns, choices["background"], strict=True):
        with column:
            answers[sign] = ask_choice(f"Liver: {words}", choices["statement"], said.get(sign))
    return answers


def _ask_sites(
    said: Mapping[str, Any], choices: Mapping[str, Any], ask_text: AskText, ask_choice: AskChoice
) -> dict[str, dict[str, str]]:
    answers = {}
    for column, (site, words) in zip(st.columns(len(choices["site"])), choices["site"], strict=True):
        was = said.get(site) or {}
        with column:
            answers[site] = {
                "said": ask_choice(f"Outside: {words}", choices["site_statement"], was.get("said")),
                "count": ask_text(f"{words}, number", was.get("count")),
                "size": ask_text(f"{words}, largest, mm", was.get("size")),
            }
    return answers
