"""Treatments: what is recorded, systemic before local, and one form that adds, corrects or withdraws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import streamlit as st

from dashboards import runtime
from dashboards.components.form_fields import (
    ask_choice,
    ask_date,
    ask_text,
    field_key,
    plain_label,
    read_mm,
    read_number,
    read_whole,
)
from dashboards.components.page import esc, show_html, show_refusal
from dashboards.components.record_saving import KEPT, Card, offer_withdrawal, show_title, store
from tracker.domain.drafts import TreatmentDraft
from tracker.domain.lengths import format_mm
from tracker.domain.record import PatientRecord, Treatment
from tracker.domain.vocabulary import Residual, TreatmentKind
from tracker.domain.wording import count_of, format_date, join_words
from tracker.errors import Problem
from tracker.services import treatments

Wrong = list[Problem]

#: No treatment has this number.
_NEW = 0


def show_treatments(record: PatientRecord) -> None:
    """The card."""
    card = Card(record.patient.id, "treatments")
    show_title(card, "Treatments", count_of(len(record.treatments), "recorded treatment"))
    show_html(treatments_html(record.treatments))
    stored = _choose(card, record.treatments)
    prefix = f"{card.prefix}-t{stored.id if stored is not None else 'new'}"
    base: Treatment | None = st.session_state.setdefault(f"{prefix}-base", stored)
    wrong: Wrong = []
    draft = _ask(prefix, record, base, wrong)
    has_moved = stored is not None and base is not None and stored != base
    if has_moved and not wrong and base is not None and draft == draft_of(base):
        # Nothing is typed here: show what the record says now.
        _forget(prefix)
        st.rerun()
    reason = ask_text(prefix, "Reason of the treatment's correction") if stored is not None else ""
    message = st.container()
    label, name = ("Save treatment", "save") if stored is None else ("Save correction", "save")
    if has_moved and stored is not None and base is not None:
        # A button of its own for each change that was shown: who pressed "Save" before the page told of it has not seen it.
        label, name = "Store mine over it", f"over-v{record.patient.version}"
        with message:
            show_refusal("The treatment was changed since you began here.", _differences(base, stored))
    if st.button(label, type="primary", key=f"{card.key}-{name}"):
        if wrong or draft is None:
            with message:
                show_refusal(KEPT, [str(problem) for problem in wrong])
        else:
            store(card, message, lambda: _store(record, stored, draft, reason))
    offer_withdrawal(
        card, "Withdraw a treatment…", record.treatments, say_treatment, lambda one, why: _withdraw(record, one, why)
    )


def treatments_html(recorded: Sequence[Treatment]) -> str:
    """The list: systemic lines first, each group in order of its start."""
    if not recorded:
        return '<p class="hp-note">No treatment is recorded. The first one gives the board its lanes.</p>'
    heads = ("Treatment", "From", "To", "Details")
    rows = []
    for words, group in (
        ("Systemic", [one for one in recorded if not one.kind.is_local]),
        ("Local", [one for one in recorded if one.kind.is_local]),
    ):
        if group:
            rows.append(f'<tr><th colspan="{len(heads)}" scope="colgroup">{words}</th></tr>')
        rows += [
            f'<tr><td><b>{esc(one.name)}</b><br><span class="hp-label">{esc(one.kind)}</span></td>'
            f"<td>{esc(format_date(one.start))}</td><td>{esc(_say_end(one))}</td><td>{esc(_say_details(one))}</td></tr>"
            for one in sorted(group, key=lambda one: one.start)
        ]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        '<div class="hp-scroll" tabindex="0" role="region" aria-label="Treatments recorded">'
        f'<table class="hp-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def say_treatment(one: Treatment) -> str:
    """ "FOLFIRI (systemic), from 12 Jan 2026": no two of a record are said alike."""
    return f"{one.name} ({one.kind}), {'planned ' if one.planned else ''}from {format_date(one.start)}"


def draft_of(one: Treatment) -> TreatmentDraft:
    """A correction that changes nothing."""
    return TreatmentDraft(**{field.name: getattr(one, field.name) for field in fields(TreatmentDraft)})


def _differences(before: Treatment, after: Treatment) -> list[str]:
    """What the two say, where they differ."""
    was, now = (
        f"{say_treatment(one)}, to {_say_end(one)}; {_say_details(one) or 'no details'}" for one in (before, after)
    )
    return [f"You began with: {was}.", f"The record says now: {now}."]


def _forget(prefix: str) -> None:
    """Empty the fields of one treatment, so that they start from the record again."""
    for key in [key for key in st.session_state if str(key).startswith(f"{prefix}-")]:
        del st.session_state[key]


def _say_end(one: Treatment) -> str:
    if one.stop is not None:
        return format_date(one.stop)
    return "planned" if one.planned else "done" if one.kind.is_local else "ongoing"


def _say_details(one: Treatment) -> str:
    parts = [count_of(one.cycles, "cycle")] if one.cycles else []
    if one.lesions:
        margins = {label: f" (margin {margin})" for label, margin in one.margins.items()}
        parts.append(join_words([f"{label}{margins.get(label, '')}" for label in one.lesions]))
    if one.dose_gy is not None:
        parts.append(f"{one.dose_gy:f} Gy" + (f" in {count_of(one.fractions, 'fraction')}" if one.fractions else ""))
    if one.residual is not None:
        parts.append(str(one.residual))
    if one.stop_reason:
        parts.append(f"stopped: {one.stop_reason}")
    return "; ".join(parts)


# --- the form


def _choose(card: Card, recorded: Sequence[Treatment]) -> Treatment | None:
    """Which treatment is corrected; None for one to add."""
    if not recorded:
        return None
    known = {one.id: one for one in recorded}
    chosen = st.selectbox(
        "Add or correct", [_NEW, *known], format_func=lambda key: "a treatment to add" if key == _NEW else say_treatment(known[key]),
        key=f"{card.prefix}-which", persist_state="session",
    )  # fmt: skip
    return known.get(chosen)


def _ask(prefix: str, record: PatientRecord, stored: Treatment | None, wrong: Wrong) -> TreatmentDraft | None:
    """The fields; which there are follows the kind. None where what is needed is missing, which ``wrong`` names."""
    first, second = st.columns([1.6, 1]), st.columns(3)
    with first[0]:
        name = ask_text(prefix, "Name", start=stored.name if stored else "", placeholder="such as FOLFOX + bevacizumab")
    with first[1]:
        word = ask_choice(
            prefix,
            "Kind of treatment",
            TreatmentKind.words(),
            start=str(stored.kind) if stored else str(TreatmentKind.SYSTEMIC),
        )
    kind = TreatmentKind(word)
    with second[0]:
        start = ask_date(prefix, "On" if kind.is_local else "Start", None, start=stored.start if stored else None)
    with second[1]:
        stop = ask_date(prefix, "Stop", None, start=stored.stop if stored else None)
    with second[2]:
        cycles = None if kind.is_local else read_whole(
            ask_text(prefix, "Cycles", start=str(stored.cycles or "") if stored else ""), "cycles", wrong
        )  # fmt: skip
    why = ""
    if stop is not None and not kind.is_local:
        why = ask_text(
            prefix,
            "Reason stopped",
            start=(stored.stop_reason or "") if stored else "",
            placeholder="such as progression, toxicity, planned end",
        )
    if not name:
        wrong.append(Problem("name", "is missing"))
    if start is None:
        wrong.append(Problem("start", "is missing"))
        return None
    draft = TreatmentDraft(
        name, kind, start, stop, planned=start > runtime.today(), cycles=cycles, stop_reason=why or None
    )  # fmt: skip
    if not kind.is_local:
        return draft
    if stored is not None and stored.kind is kind:
        # What this form does not ask of a local treatment stays as it is stored.
        draft = replace(draft, cycles=stored.cycles, stop_reason=stored.stop_reason if stop is not None else None)
    return _ask_local(prefix, record, stored, draft, wrong)


def _ask_local(
    prefix: str, record: PatientRecord, stored: Treatment | None, draft: TreatmentDraft, wrong: Wrong
) -> TreatmentDraft:
    """Which lesions were treated, and what belongs to the kind: margins, dose, what a resection left."""
    places = {lesion.label: f"{lesion.label} · {lesion.place}" for lesion in record.lesions}
    labels = st.multiselect(
        "Lesions treated", list(places), default=list(stored.lesions) if stored else [], format_func=lambda label: places[label],
        key=field_key(prefix, "lesions"), persist_state="session", placeholder="choose each",
    )  # fmt: skip
    draft = replace(draft, lesions=tuple(labels))
    if labels and (draft.kind is TreatmentKind.ABLATION or (stored is not None and stored.margins)):
        margins = {}
        columns = [column for _ in range(0, len(labels), 4) for column in st.columns(4)]
        for column, label in zip(columns, labels, strict=False):
            with column:
                was = stored.margins.get(label) if stored else None
                text = ask_text(
                    prefix, f"{plain_label(label)}: margin, mm", start=format_mm(was.um) if was is not None else ""
                )
            if (margin := read_mm(text, f"margin of {label}", wrong)) is not None:
                margins[label] = margin
        draft = replace(draft, margins=margins)
    if draft.kind in (TreatmentKind.RADIOTHERAPY, TreatmentKind.SIRT):
        dose, parts = st.columns(2)
        with dose:
            typed = ask_text(
                prefix, "Dose, Gy", start=f"{stored.dose_gy:f}" if stored and stored.dose_gy is not None else ""
            )
        fractions = ""
        if draft.kind is TreatmentKind.RADIOTHERAPY:
            with parts:
                fractions = ask_text(prefix, "Fractions", start=str(stored.fractions or "") if stored else "")
        draft = replace(
            draft, dose_gy=read_number(typed, "dose", wrong), fractions=read_whole(fractions, "fractions", wrong)
        )
    if draft.kind is TreatmentKind.RESECTION:
        words = ask_choice(
            prefix,
            "What was left (R status)",
            (*Residual.words(), ""),
            start=str(stored.residual or "") if stored else "",
        )
        draft = replace(draft, residual=Residual(words) if words else None)
    return draft


def _store(record: PatientRecord, stored: Treatment | None, draft: TreatmentDraft, reason: str) -> list[str]:
    database, actor, patient = runtime.database(), runtime.actor(), record.patient
    if stored is None:
        treatments.record_treatment(database, actor, patient.id, draft)
        return [f"Stored: {draft.name}, {'planned ' if draft.planned else ''}from {format_date(draft.start)}."]
    treatments.correct_treatment(database, actor, stored.id, draft, expected_version=patient.version, reason=reason)
    return [f"Corrected with its reason: {draft.name}, from {format_date(draft.start)}."]


def _withdraw(record: PatientRecord, one: Treatment, reason: str) -> None:
    treatments.withdraw_treatment(
        runtime.database(), runtime.actor(), one.id, expected_version=record.patient.version, reason=reason
    )
