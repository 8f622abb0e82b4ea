"""The plain form: the fallback of the entry table, with ordinary fields and one button. The server reads the same grammar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from dashboards import runtime
from dashboards.components.entry_actions import save_entry
from dashboards.components.entry_findings import show_findings
from dashboards.components.entry_look_form import ask_looks
from dashboards.components.entry_reading import read_entry, typed_day
from dashboards.components.entry_says import find_of_content
from dashboards.components.entry_table import REGIONS, EntryScope, followed_rows
from tracker.domain.record import Exam, PatientRecord

_HOW = "Sizes: 23, 23.5 mm, 2.3 cm, 23 x 18. Words: a, ts, ne and why, nm, p, up, m2, s 14 9, t. No box stays empty."


def show_entry_form(
    scope: EntryScope,
    record: PatientRecord,
    content: Mapping[str, Any],
    data: Mapping[str, Any],
    stored: Exam | None,
) -> None:
    """Draw the form with ``content`` in its fields, and save what is sent."""
    with st.form(f"form-{scope.key}", enter_to_submit=False):
        header = _ask_header(scope, content["exam"], data)
        st.caption(_HOW)
        entries = {row["label"]: _row(row, content["rows"][row["label"]], scope) for row in data["rows"]}
        answers = _answers(scope)
        added = [_new_row(index, data, content, scope) for index in range(2)]
        looks, said = ask_looks(data, content, partial(_text, scope=scope), partial(_choice, scope=scope))
        header |= said
        header["remark"] = _text("Remarks", content["exam"].get("remark"), scope)
        reason = content["exam"].get("reason")
        header["reason"] = _text("Reason of the correction", reason, scope) if stored is not None else ""
        sent = st.form_submit_button("Save correction" if stored is not None else "Save scan", type="primary")
    if not sent:
        return
    new = [row for row in added if row["certainty"] or row["text"]]
    entries = {label: row | looks[label] for label, row in entries.items()}
    entry = {"exam": header, "rows": entries, "added": new, "scope": scope.key, "report": content.get("report")}
    entry |= {"accepted": {**(content.get("accepted") or {}), **answers}, "asked": [key for key, *_ in _asked(scope)]}
    st.session_state[_asked_key(scope)] = _find_asked(entry, record, stored)
    save_entry(scope, entry, record, stored)
    st.rerun()


def _ask_header(scope: EntryScope, exam: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the exam itself."""
    choices = data["choices"]
    header: dict[str, Any] = {}
    first = st.columns(5)
    with first[0]:
        header["performed_on"] = _date("Performed", exam.get("performed_on"), data, scope)
    with first[1]:
        header["modality"] = _choice("Modality", choices["modality"], exam.get("modality"), scope)
    with first[2]:
        header["phase"] = _choice("Phase measured", choices["phase"], exam.get("phase"), scope)
    with first[3]:
        header["slice"] = _text("Slice, mm", exam.get("slice"), scope)
    with first[4]:
        header["reported_on"] = _date("Reported", exam.get("reported_on"), data, scope)
    second = st.columns(7)
    with second[0]:
        header["count_kind"] = _choice("Count as stated", choices["count"], exam.get("count_kind"), scope)
    with second[1]:
        header["count"] = _text("Number", exam.get("count"), scope)
    header["statements"] = {}
    for column, (region, words) in zip(second[2:6], REGIONS, strict=True):
        with column:
            said = _choice(words, choices["statement"], exam["statements"].get(region), scope)
            header["statements"][region] = said
    with second[6]:
        header["uptake_minutes"] = _text("Uptake, min (PET)", exam.get("uptake_minutes"), scope)
    return header


#: A question of the form: its key, what is asked where, and the reasons to choose from.
_Asked = tuple[str, str, tuple[str, ...]]


def _asked_key(scope: EntryScope) -> str:
    return f"form-asked-{scope.key}"


def _asked(scope: EntryScope) -> tuple[_Asked, ...]:
    """The questions of the last press of save."""
    asked: tuple[_Asked, ...] = st.session_state.get(_asked_key(scope), ())
    return asked


def _find_asked(entry: Mapping[str, Any], record: PatientRecord, stored: Exam | None) -> tuple[_Asked, ...]:
    """What the checks ask of the entry, the same as in the table."""
    rows = followed_rows(record, stored, typed_day(entry))
    found = find_of_content(entry, record, rows, read_entry(entry, rows, stored), stored, runtime.today())
    shown = (one for one in show_findings(found) if one["level"] == "ask")
    return tuple((one["key"], f"{one['place']}: {one['words']}", tuple(one["reasons"])) for one in shown)


def _answers(scope: EntryScope) -> dict[str, str]:
    """Each question with its reasons to choose from; returns those that were given one. The others stay open."""
    given = {}
    for key, words, reasons in _asked(scope):
        chosen = st.selectbox(
            words,
            reasons,
            index=None,
            accept_new_options=True,
            placeholder="change it, or say why it is kept; left open it is to verify",
            key=f"form-{scope.key}-{key}",
        )
        if chosen:
            given[key] = chosen
    return given


def _row(row: Mapping[str, Any], entry: Mapping[str, Any], scope: EntryScope) -> dict[str, Any]:
    prior = row["history"][-1]["text"] if row["history"] else "none"
    role = row["roles"][-1][1] if row["roles"] else "watched"
    role = f"{role}, short axis" if row["node"] else role
    box, uptake = st.columns([3, 1])
    with box:
        text = _text(f"{row['label']} · {row['place']} · {role} · prior {prior}", entry.get("text"), scope)
    with uptake:
        suv = _text(f"{row['label']} SUVmax", entry.get("suv"), scope)
    return {"text": text, "suv": suv, "kept": entry.get("kept", "")}


def _new_row(index: int, data: Mapping[str, Any], content: Mapping[str, Any], scope: EntryScope) -> dict[str, Any]:
    """A line for a lesion that is new on this scan; left empty where there is none."""
    was = content["added"][index] if index < len(content["added"]) else {}
    label = f"L{data['nextNumber'] + index}"
    columns = st.columns(5)
    with columns[0]:
        certainty = _choice(
            f"New lesion {label}", [["eq", "equivocal"], ["uneq", "unequivocal"]], was.get("certainty"), scope
        )
    with columns[1]:
        organ = _choice(f"{label} organ", data["choices"]["organ"], was.get("organ") or "liver", scope)
    with columns[2]:
        segments = _text(f"{label} segment", was.get("segments"), scope)
    with columns[3]:
        text = _text(f"{label} size", was.get("text"), scope)
    with columns[4]:
        scans = [[day, day] for day in data["scans"]]
        first_seen = _choice(f"{label} seen in retrospect on", scans, was.get("first_seen"), scope)
    return {
        "label": label, "certainty": certainty, "organ": organ, "segments": segments, "text": text,
        "first_seen": first_seen,
    }  # fmt: skip


def _text(label: str, value: str | None, scope: EntryScope) -> str:
    return st.text_input(label, value or "", max_chars=500, key=f"form-{scope.key}-{label}") or ""


def _date(label: str, value: str | None, data: Mapping[str, Any], scope: EntryScope) -> str:
    today = date.fromisoformat(data["today"])
    first = date(1970, 1, 1)
    start = date.fromisoformat(value) if value else None
    chosen = st.date_input(
        label, start, min_value=first, max_value=today, key=f"form-{scope.key}-{label}", format="YYYY-MM-DD"
    )
    return chosen.isoformat() if isinstance(chosen, date) else ""


def _choice(label: str, options: list[list[str]], value: str | None, scope: EntryScope) -> str:
    words = dict(options)
    keys = ["", *words]
    index = keys.index(value) if value in keys else 0
    return st.selectbox(
        label, keys, index=index, format_func=lambda key: words.get(key, "–"), key=f"form-{scope.key}-{label}"
    )
