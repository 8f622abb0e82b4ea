"""All notes by where they stand, red flags first: by words, audience and primary; or those that fit one patient."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards import runtime
from dashboards.components.note_cards import cards_html, matching_card_html, note_card_html
from dashboards.components.note_panel import find_notes, show_note_styles
from dashboards.components.page import esc, show_banner, show_empty, show_footer, show_html, show_refusal
from dashboards.components.pick import show_pick
from dashboards.components.view_styles import show_view_styles
from dashboards.state import PATIENT_PARAM, current_patient
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Primary
from tracker.education.notes import load_notes, search_notes
from tracker.education.select import ChosenNote
from tracker.education.shapes import Audience, Region
from tracker.errors import NotFoundError, TrackerError
from tracker.pictures.words import count_of
from tracker.services import note_history

_HINT = "Notes explain what is recorded. They give no advice for one patient and replace no clinician."
_EVERYBODY = "everybody"


def show() -> None:
    """The page: at a patient where the address names one, else all notes."""
    show_view_styles()
    show_note_styles()
    record = _patient_of_address()
    if record is not None:
        _show_at_patient(record)
    else:
        _show_all()
    show_footer(_HINT)


# --- all notes


def _show_all() -> None:
    show_html('<div class="hp-cohort-head"><h1>Learn</h1></div>')
    with st.container(key="learn-filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input("Search", placeholder="nadir, ablation, MRI …", key="learn-words", width=320)
        choice = st.segmented_control(
            "Written for", [_EVERYBODY, *Audience.words()], default=_EVERYBODY, required=True, key="learn-audience"
        )
        primary = st.selectbox(
            "Primary",
            [None, *Primary],
            format_func=lambda one: "all" if one is None else str(one),
            key="learn-primary",
            width=220,
        )
        known = current_patient()
        if known is not None and st.button("Only what fits the patient seen last", key="learn-at-patient"):
            st.query_params[PATIENT_PARAM] = str(known)
            st.rerun()
    audience = None if choice in (None, _EVERYBODY) else Audience(choice)
    found = search_notes(load_notes(), words, audience, primary)
    if not found:
        show_empty("No note holds all these words.", "Try one word, or all audiences and primaries.")
        return
    parts = [f'<p class="hp-note" role="status">{count_of(len(found), "note")}, red flags first</p>']
    red_flags = [note for note in found if note.is_red_flag]
    if red_flags:
        parts.append(
            _title("Red flags", "reachable from every page")
            + cards_html([note_card_html(note, audience) for note in red_flags])
        )
    helpline = runtime.settings().helpline
    for region in Region:
        here = [note for note in found if note.region is region and not note.is_red_flag]
        if here:
            parts.append(
                _heading(region, len(here)) + cards_html([note_card_html(note, audience, helpline) for note in here])
            )
    show_html("".join(parts))


def _heading(region: Region, number: int) -> str:
    """The part of the board its notes stand beside."""
    name = str(region)
    beside = f"{count_of(number, 'note')} · {region.meaning.rstrip('.')}"
    return (
        f'<h2 class="hp-learn-region">{esc(name[0].upper() + name[1:])}<span class="hp-label">{esc(beside)}</span></h2>'
    )


# --- the notes of one patient


def _patient_of_address() -> PatientRecord | None:
    if PATIENT_PARAM not in st.query_params:
        return None
    patient_id = current_patient()
    try:
        return None if patient_id is None else runtime.load_record(patient_id)
    except NotFoundError as refusal:
        show_refusal(str(refusal))
        return None


def _show_at_patient(record: PatientRecord) -> None:
    """Everything that fits: red flags, what stands beside the charts, the others, and what was put away."""
    show_banner(record)
    selection, dismissals = find_notes(record)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="learn-head"):
        show_html('<div class="hp-cohort-head"><h1>Notes that fit this patient</h1></div>')
        if st.button("All notes", key="learn-all"):
            st.query_params.pop(PATIENT_PARAM, None)
            st.rerun()
    put_away = {(one.note_id, one.data_key): one for one in dismissals}
    parts = [
        _part("Red flags", "never put away", selection.red_flags),
        _part("Beside the charts", "the most pressing ones", selection.shown),
        _part("Fit too", "not beside the charts, for want of room or because they are background", selection.others),
    ]
    if selection.dismissed:
        cards = [matching_card_html(one, put_away[(one.note.id, one.data_key)]) for one in selection.dismissed]
        parts.append(_title("Put away", "back as soon as their data change") + cards_html(cards))
    show_pick(f"learn-{record.patient.id}", "".join(parts), lambda picked: _on_pick(record, picked))


def _part(name: str, what: str, notes: Sequence[ChosenNote]) -> str:
    return _title(name, what) + cards_html([matching_card_html(one) for one in notes]) if notes else ""


def _title(name: str, what: str) -> str:
    return f'<h2 class="hp-learn-region">{esc(name)}<span class="hp-label">{esc(what)}</span></h2>'


def _on_pick(record: PatientRecord, picked: str) -> None:
    """ "show again" of a note that was put away."""
    what, _, note_id = picked.partition(":")
    if what != "restore":
        return
    try:
        note_history.restore(runtime.database(), runtime.actor(), record.patient.id, note_id)
    except TrackerError as refusal:
        st.toast(str(refusal))
