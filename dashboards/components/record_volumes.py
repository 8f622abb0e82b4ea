"""Volumetry: how much liver an operation would leave, with the percentage that follows from two volumes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import streamlit as st

from dashboards import runtime
from dashboards.components.form_fields import ask_date, ask_text, read_number
from dashboards.components.page import esc, show_html, show_refusal
from dashboards.components.record_saving import KEPT, Card, offer_withdrawal, show_title, store
from tracker.domain.drafts import VolumeDraft
from tracker.domain.record import PatientRecord
from tracker.domain.volumes import LiverVolume
from tracker.domain.wording import format_date
from tracker.errors import Problem
from tracker.services import volumes


def show_volumes(record: PatientRecord) -> None:
    """The card."""
    card = Card(record.patient.id, "volumes")
    show_title(card, "Future liver remnant", "volumetry")
    show_html(volumes_html(record.volumes))
    wrong: list[Problem] = []
    draft = _ask(card, wrong)
    message = st.container()
    if st.button("Save volume", type="primary", key=f"{card.key}-save"):
        if draft is None:
            with message:
                show_refusal(KEPT, [str(problem) for problem in wrong])
            return

        def act() -> list[str]:
            volumes.record_volume(runtime.database(), runtime.actor(), record.patient.id, draft)
            return [f"Stored of {format_date(draft.measured_on)}: remnant {draft.remnant_ml:f} mL."]

        store(card, message, act)
    newest = sorted(record.volumes, key=lambda one: one.measured_on, reverse=True)
    offer_withdrawal(card, "Withdraw a volume…", newest, say_volume, lambda one, why: _withdraw(record, one, why))


def volumes_html(recorded: Sequence[LiverVolume]) -> str:
    """What was measured, the newest first."""
    if not recorded:
        return '<p class="hp-note">Not recorded. It is asked for before a resection or an embolisation.</p>'
    heads = "".join(
        f'<th scope="col">{words}</th>' for words in ("Measured", "Remnant", "Of total", "Operation", "Method")
    )
    rows = "".join(
        f'<tr><th scope="row">{esc(format_date(one.measured_on))}</th><td><b>{one.remnant_ml:f} mL</b></td>'
        f"<td>{esc(_say_share(one))}</td><td>{esc(one.resection or '–')}</td><td>{esc(one.method or '–')}</td></tr>"
        for one in sorted(recorded, key=lambda one: one.measured_on, reverse=True)
    )
    return (
        '<div class="hp-scroll" tabindex="0" role="region" aria-label="Volumes recorded">'
        f'<table class="hp-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def say_volume(one: LiverVolume) -> str:
    """ "remnant 480 mL of 3 Nov 2026, right hepatectomy": no two of a record are said alike."""
    planned = f", {one.resection}" if one.resection else ""
    return f"remnant {one.remnant_ml:f} mL of {format_date(one.measured_on)}{planned}"


def _say_share(one: LiverVolume) -> str:
    if one.total_ml is None or one.remnant_percent is None:
        return "total not recorded"
    return f"{one.remnant_percent:f} % of {one.total_ml:f} mL"


def _ask(card: Card, wrong: list[Problem]) -> VolumeDraft | None:
    """The fields, and the percentage as it follows from them; None where what is needed is missing."""
    first, second = st.columns(3), st.columns(2)
    with first[0]:
        measured_on = ask_date(card.prefix, "Measured on", runtime.today())
    with first[1]:
        remnant = read_number(ask_text(card.prefix, "Remnant, mL"), "remnant", wrong)
    with first[2]:
        total = read_number(ask_text(card.prefix, "Total liver, mL"), "total liver", wrong)
    with second[0]:
        resection = ask_text(card.prefix, "Operation", placeholder="such as right hepatectomy")
    with second[1]:
        method = ask_text(card.prefix, "Method", placeholder="such as CT volumetry")
    show_html(f'<p class="hp-note" role="status">{_share_html(remnant, total)}</p>')
    if measured_on is None:
        wrong.append(Problem("measured on", "is missing"))
    if remnant is None:
        wrong.append(Problem("remnant", "is missing"))
    if wrong or measured_on is None or remnant is None:
        return None
    return VolumeDraft(measured_on, remnant, total, method or None, resection or None)


def _share_html(remnant: Decimal | None, total: Decimal | None) -> str:
    """The percentage by the record's own formula."""
    share = None if remnant is None else LiverVolume(0, date.min, remnant, total).remnant_percent
    return (
        "Remnant and total give the percentage."
        if share is None
        else f"Remnant: <b>{esc(share)} %</b> of the total, derived."
    )


def _withdraw(record: PatientRecord, one: LiverVolume, reason: str) -> None:
    volumes.withdraw_volume(
        runtime.database(), runtime.actor(), one.id, expected_version=record.patient.version, reason=reason
    )
