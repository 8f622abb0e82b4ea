"""Symptoms as told on a day: red flags to tick, and what they ask for is said at once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards import runtime
from dashboards.components.form_fields import ask_date, ask_text, field_key
from dashboards.components.page import esc, show_html, show_refusal
from dashboards.components.record_saving import KEPT, Card, offer_withdrawal, show_title, store
from tracker.domain.record import PatientRecord, SymptomReport
from tracker.domain.wording import format_date, join_words
from tracker.education.notes import RED_FLAGS, find_note
from tracker.education.shapes import Audience
from tracker.education.triggers.background import RED_FLAG_SYMPTOMS
from tracker.services import symptoms

_OTHERS = (
    "fatigue",
    "loss of appetite",
    "weight loss",
    "nausea",
    "itching",
    "swollen abdomen",
    "discomfort under the ribs",
)
_SHOWN = 5


def show_symptoms(record: PatientRecord) -> None:
    """The card."""
    card = Card(record.patient.id, "symptoms")
    show_title(card, "Symptoms")
    show_html(symptoms_html(record.symptoms))
    told_on = ask_date(card.prefix, "Told on", runtime.today(), start=runtime.today())
    flags = _ask(card, "Red flags", RED_FLAG_SYMPTOMS)
    if flags:
        show_html(red_flag_html(flags))
    others = _ask(card, "Other symptoms", _OTHERS)
    more = ask_text(card.prefix, "In other words", placeholder="one or more, with commas between them")
    told = [*flags, *others, *(word for part in more.split(",") if (word := part.strip()))]
    message = st.container()
    if st.button("Save symptoms", type="primary", key=f"{card.key}-save"):
        if told_on is None or not told:
            with message:
                show_refusal(KEPT, ["Say what was told, and on which day."])
            return

        def act() -> list[str]:
            symptoms.record_symptoms(runtime.database(), runtime.actor(), record.patient.id, told_on, told)
            return [f"Stored as told on {format_date(told_on)}: {join_words(told)}."]

        store(card, message, act)
    newest = sorted(record.symptoms, key=lambda one: one.told_on, reverse=True)
    offer_withdrawal(
        card, "Withdraw symptoms of a day…", newest, say_report, lambda one, why: _withdraw(record, one, why)
    )


def symptoms_html(reports: Sequence[SymptomReport]) -> str:
    """What was told last, the newest first; red flags in the colour of attention and in words."""
    if not reports:
        return '<p class="hp-note">No symptom is recorded.</p>'
    lines = []
    for report in sorted(reports, key=lambda one: one.told_on, reverse=True)[:_SHOWN]:
        words = ", ".join(
            f'<span class="hp-attention">{esc(word)} (red flag)</span>' if word in RED_FLAG_SYMPTOMS else esc(word)
            for word in report.symptoms
        )
        lines.append(f'<tr><th scope="row">{esc(format_date(report.told_on))}</th><td>{words}</td></tr>')
    return f'<table class="hp-table hp-told" aria-label="Symptoms told"><tbody>{"".join(lines)}</tbody></table>'


def red_flag_html(flags: Sequence[str]) -> str:
    """What the note on red flags asks the team to do, in its own words."""
    text = find_note(RED_FLAGS).text_for(Audience.NURSE)
    facts = "" if text is None else "".join(f"<li>{esc(fact)}</li>" for fact in text.facts)
    check = "" if text is None else f"<p>{esc(text.check)}</p>"
    return (
        f'<div class="hp-card hp-refusal hp-record-flag" role="alert"><b>Red flag: {esc(join_words(list(flags)))}.</b>'
        f"<ul>{facts}</ul>{check}</div>"
    )


def say_report(one: SymptomReport) -> str:
    """ "fever and jaundice, told on 2 Mar 2026"."""
    return f"{join_words(list(one.symptoms))}, told on {format_date(one.told_on)}"


def _ask(card: Card, label: str, words: Sequence[str]) -> list[str]:
    return st.pills(label, words, selection_mode="multi", key=field_key(card.prefix, label), persist_state="session")


def _withdraw(record: PatientRecord, one: SymptomReport, reason: str) -> None:
    symptoms.withdraw_symptoms(
        runtime.database(), runtime.actor(), one.id, expected_version=record.patient.version, reason=reason
    )
