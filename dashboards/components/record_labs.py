"""Markers and liver tests: the recent values, and the values of one day entered at once, a line a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import streamlit as st

from dashboards import runtime
from dashboards.components.form_fields import ask_date, ask_text, plain_label, read_number
from dashboards.components.page import esc, show_html, show_refusal
from dashboards.components.record_saving import KEPT, Card, offer_withdrawal, show_title, store
from tracker.domain.drafts import MarkerDraft
from tracker.domain.plausibility import Level, find_in_value
from tracker.domain.record import MarkerResult, PatientRecord
from tracker.domain.vocabulary import Primary
from tracker.domain.wording import count_of, format_date, join_words
from tracker.errors import Problem
from tracker.services import markers

#: Tumour markers by primary, and the liver tests of everybody, with the units they are usually reported in.
_MARKERS: Mapping[Primary, tuple[tuple[str, str], ...]] = {
    Primary.COLORECTAL: (("CEA", "µg/L"), ("CA19-9", "kU/L")),
    Primary.BREAST: (("CA15-3", "kU/L"), ("CEA", "µg/L")),
    Primary.PANCREAS: (("CA19-9", "kU/L"),),
    Primary.STOMACH: (("CEA", "µg/L"), ("CA19-9", "kU/L")),
    Primary.NEUROENDOCRINE: (("CgA", "µg/L"),),
    Primary.OVARY: (("CA125", "kU/L"),),
    Primary.MELANOMA: (("LDH", "U/L"),),
}
_LIVER_TESTS = (
    ("bilirubin", "µmol/L"), ("ALT", "U/L"), ("AST", "U/L"), ("ALP", "U/L"), ("GGT", "U/L"), ("albumin", "g/L"),
    ("INR", "ratio"), ("platelets", "10^9/L"),
)  # fmt: skip
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class _Line:
    """A test of the form: its name (None for one to name), usual unit and upper limit."""

    name: str | None
    unit: str
    upper_limit: Decimal | None


def show_labs(record: PatientRecord) -> None:
    """The card."""
    card = Card(record.patient.id, "labs")
    show_title(card, "Markers and liver tests", count_of(len(record.markers), "recorded value"))
    show_html(labs_html(record.markers))
    taken_on = ask_date(card.prefix, "Values of the day", runtime.today(), start=runtime.today())
    wrong: list[Problem] = []
    drafts = _ask(card, record, taken_on, wrong)
    kept = _ask_why_kept(card, record, drafts)
    message = st.container()
    if st.button("Save values", type="primary", key=f"{card.key}-save"):
        asked = [draft.name for draft in drafts if draft.name in kept and not kept[draft.name]]
        wrong += [Problem(name, "looks like another unit: change it, or say why it is kept") for name in asked]
        if not drafts and not wrong:
            wrong.append(Problem("values", "type at least one"))
        if wrong:
            with message:
                show_refusal(KEPT, [str(problem) for problem in wrong])
        else:
            store(card, message, lambda: _store(record, drafts, kept))
    newest = sorted(record.markers, key=lambda one: one.taken_on, reverse=True)
    offer_withdrawal(card, "Withdraw a value…", newest, say_value, lambda one, why: _withdraw(record, one, why))


def labs_html(results: Sequence[MarkerResult]) -> str:
    """The newest values, a row a test, the newest at the right; over the upper limit it is said in words."""
    if not results:
        return '<p class="hp-note">No value is recorded. Values give the board its panel of markers.</p>'
    rows = []
    for name, unit in dict.fromkeys((one.name, one.unit) for one in results):
        series = sorted((one for one in results if (one.name, one.unit) == (name, unit)), key=lambda one: one.taken_on)
        shown = series[-_SHOWN:]
        limit = next((one.upper_limit for one in reversed(series) if one.upper_limit is not None), None)
        cells = "".join(f"<td>{_cell_html(one)}</td>" for one in shown) + "<td></td>" * (_SHOWN - len(shown))
        rows.append(
            f'<tr><th scope="row">{esc(name)}</th><td>{esc(unit)}</td><td>{esc(_plain(limit)) or "–"}</td>{cells}</tr>'
        )
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Test", "Unit", "Upper limit"))
    return (
        '<div class="hp-scroll" tabindex="0" role="region" aria-label="Recent values">'
        f'<table class="hp-table hp-labs"><thead><tr>{heads}<th scope="colgroup" colspan="{_SHOWN}">Values, oldest first</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def say_value(one: MarkerResult) -> str:
    """ "CEA 12.4 µg/L of 2 Mar 2026"."""
    return f"{one.name} {_plain(one.value)} {one.unit} of {format_date(one.taken_on)}"


def _cell_html(one: MarkerResult) -> str:
    is_over = one.upper_limit is not None and one.value > one.upper_limit
    said = '<span class="hp-label"> above limit</span>' if is_over else ""
    return f'<b>{esc(_plain(one.value))}</b>{said}<br><span class="hp-label">{esc(format_date(one.taken_on))}</span>'


def _lines(record: PatientRecord) -> list[_Line]:
    """The tests to offer: those of the primary, those recorded before with their last unit and limit, the liver tests."""
    last = {one.name: one for one in sorted(record.markers, key=lambda one: one.taken_on)}
    usual = dict((*_MARKERS.get(record.patient.primary, (("CEA", "µg/L"),)), *_LIVER_TESTS))
    first = [name for name in last if name not in dict(_LIVER_TESTS)]
    names = dict.fromkeys([*first, *usual])
    return [
        _Line(name, last[name].unit if name in last else usual[name], last[name].upper_limit if name in last else None)
        for name in names
    ] + [_Line(None, "", None)]


def _ask(card: Card, record: PatientRecord, taken_on: date | None, wrong: list[Problem]) -> list[MarkerDraft]:
    """The lines; those with a value as drafts."""
    widths = [1.3, 1, 1, 1]
    for column, words in zip(st.columns(widths, wrap=False), ("Test", "Value", "Unit", "Upper limit"), strict=True):
        with column:
            show_html(f'<span class="hp-label">{words}</span>')
    drafts = []
    lines = _lines(record)
    named = {line.name.casefold() for line in lines if line.name is not None}
    for line in lines:
        columns = st.columns(widths, vertical_alignment="center", wrap=False)
        place = plain_label(line.name or "Another test")
        # The name of a test may be any words, those of the line that has none yet too.
        prefix = f"{card.prefix}-{'new' if line.name is None else 'of'}"
        with columns[0]:
            if line.name is None:
                name = ask_text(prefix, "Another test, name", placeholder="another", row=True)
            else:
                name = line.name
                show_html(f'<span class="hp-record-name">{esc(name)}</span>')
        with columns[1]:
            value = ask_text(prefix, f"{place}, value", row=True)
        with columns[2]:
            unit = ask_text(prefix, f"{place}, unit", start=line.unit, row=True)
        with columns[3]:
            limit = ask_text(prefix, f"{place}, upper limit", start=_plain(line.upper_limit), row=True)
        if not value:
            continue
        number, most = read_number(value, place, wrong), read_number(limit, f"{place}, upper limit", wrong)
        if not name:
            wrong.append(Problem("another test", f"the value {value} has no name"))
        if line.name is None and name.casefold() in named:
            wrong.append(Problem("another test", f"{name} has a line of its own above: type its value there"))
            continue
        if taken_on is None:
            wrong.append(Problem("day", "is missing"))
        if number is not None and name and taken_on is not None:
            drafts.append(MarkerDraft(name, taken_on, number, unit, most))
    return drafts


def _ask_why_kept(card: Card, record: PatientRecord, drafts: Sequence[MarkerDraft]) -> dict[str, str]:
    """What is asked of the values, each with a place for the reason to keep it; the reasons given so far, by test."""
    kept = {}
    for draft in drafts:
        for finding in find_in_value(draft, record.markers):
            show_html(f'<div class="hp-record-asks" role="note"><b>{esc(draft.name)}?</b> {esc(finding.text)}</div>')
            if finding.level is Level.REFUSE:
                continue
            kept[draft.name] = ask_text(
                card.prefix,
                f"{plain_label(draft.name)}: keep it, because…",
                placeholder="or change value or unit above",
            )
    return kept


def _store(record: PatientRecord, drafts: Sequence[MarkerDraft], kept: Mapping[str, str]) -> list[str]:
    values = [(draft, kept.get(draft.name)) for draft in drafts]
    markers.record_markers(runtime.database(), runtime.actor(), record.patient.id, values)
    said = [f"{one.name} {_plain(one.value)} {one.unit}" for one in drafts]
    return [f"Stored of {format_date(drafts[0].taken_on)}: {join_words(said)}."]


def _withdraw(record: PatientRecord, one: MarkerResult, reason: str) -> None:
    markers.withdraw_marker(
        runtime.database(), runtime.actor(), one.id, expected_version=record.patient.version, reason=reason
    )


def _plain(number: Decimal | None) -> str:
    """A number without zeros that say nothing; empty for none."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
