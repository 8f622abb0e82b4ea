"""The notes beside the charts of a patient: chosen from the data, put away with a reason, and remembered as shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import streamlit as st

from dashboards import runtime
from dashboards.components import loaded
from dashboards.components.note_cards import Card, lay_out, panel_html
from dashboards.components.page import esc, show_html, show_refusal
from dashboards.components.pick import show_pick
from tracker.domain.record import PatientRecord
from tracker.domain.schedule.states import Standing
from tracker.education.select import ChosenNote, NoteSelection, match_notes, part_notes
from tracker.errors import TrackerError
from tracker.services import note_history

_STYLES = Path(__file__).resolve().parent / "assets" / "notes.css"
_SHOWN = "notes-shown"
#: Offered when a note is put away; any other words may be typed.
REASONS = ("known to the team", "does not apply to this patient", "looked into already", "being looked into")


def show_note_styles() -> None:
    """Put the styles of notes on the page."""
    st.html(_STYLES)


def find_notes(record: PatientRecord) -> tuple[NoteSelection, tuple[note_history.Dismissal, ...]]:
    """All notes that match a patient today, parted by where they stand, and what was put away."""
    dismissals = note_history.list_dismissals(runtime.database(), record.patient.id)
    matching = _matching_at(
        runtime.database().url_safe, record.patient.id, record.patient.version, runtime.today(), _standings(record)
    )
    return part_notes(matching, note_history.dismissed_keys(dismissals)), dismissals


def show_notes(record: PatientRecord) -> None:
    """The card with the notes of a patient; what it shows is logged once for each version of the record."""
    show_note_styles()
    selection, _ = find_notes(record)
    cards = lay_out(selection)
    patient_id = record.patient.id
    with st.container(key="notes-card"):
        asked = _asked(record, selection)
        if asked is not None:
            _show_dismissal(record, asked)
        show_pick(
            f"notes-{patient_id}", panel_html(selection, cards, patient_id), lambda picked: _on_pick(record, picked)
        )
    _log(record, cards)


def _on_pick(record: PatientRecord, picked: str) -> None:
    what, _, note_id = picked.partition(":")
    if what == "dismiss":
        st.session_state[_asking_key(record)] = note_id


def _asking_key(record: PatientRecord) -> str:
    return f"note-to-dismiss-{record.patient.id}"


def _asked(record: PatientRecord, selection: NoteSelection) -> ChosenNote | None:
    """The note whose "dismiss…" was pressed, while it is shown."""
    wanted = st.session_state.get(_asking_key(record))
    return next((one for one in selection.shown if one.note.id == wanted), None)


def _show_dismissal(record: PatientRecord, one: ChosenNote) -> None:
    """Why the note is put away: it comes back with other data, and stays on the Learn page."""
    key = f"{record.patient.id}-{one.note.id}"
    with st.container(key="note-dismissal"):
        show_html(
            f'<p class="hp-dismissal"><b>Put away: {esc(one.note.title)}</b> It is back as soon as its data change; '
            "“all notes” keeps it.</p>"
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            reason = st.selectbox(
                "Why?", REASONS, index=None, accept_new_options=True, placeholder="Choose, or type a reason",
                key=f"dismiss-reason-{key}", width=300,
            )  # fmt: skip
            put_away = st.button("Put away", key=f"dismiss-{key}", disabled=not reason)
            keep = st.button("Keep", key=f"keep-{key}")
    if keep or (put_away and reason and _dismiss(record, one, reason)):
        st.session_state.pop(_asking_key(record), None)
        st.rerun()


def _dismiss(record: PatientRecord, one: ChosenNote, reason: str) -> bool:
    try:
        note_history.dismiss(
            runtime.database(), runtime.actor(), record.patient.id, one.note.id, one.data_key, reason
        )  # fmt: skip
    except TrackerError as refusal:
        show_refusal("The note was not put away.", [str(refusal)])
        return False
    return True


def _log(record: PatientRecord, cards: Sequence[Card]) -> None:
    """Remember which notes were shown beside which version: one statement, and only for what is new to this session."""
    patient = record.patient
    logged: set[tuple[int, int, str]] = st.session_state.setdefault(_SHOWN, set())
    fresh = [one for one in (card.chosen for card in cards) if (patient.id, patient.version, one.note.id) not in logged]
    if not fresh:
        return
    pairs = [(one.note.id, one.data_key) for one in fresh]
    if note_history.log_shown(runtime.database(), runtime.actor(), patient.id, patient.version, pairs):
        logged.update((patient.id, patient.version, one.note.id) for one in fresh)


def _standings(record: PatientRecord) -> tuple[Standing, ...] | None:
    """Where the patient stands on the worklist, where it is at hand: bookings and the inbox are not in the record."""
    if not loaded.is_worklist_at_hand():
        return None
    return next((row.standings for row in loaded.worklist().rows if row.patient_id == record.patient.id), None)


@lru_cache(maxsize=128)
def _matching_at(
    _url: str, patient_id: int, version: int, today: date, standings: tuple[Standing, ...] | None
) -> tuple[ChosenNote, ...]:
    return match_notes(
        runtime.load_record(patient_id), runtime.assessments(patient_id, version), today, on_worklist=standings
    )  # fmt: skip
