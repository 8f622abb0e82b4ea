"""The one patient who is looked at in every chart of the cohort: chosen by a press or by walking, opened by a second."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.components.own_component import own_component
from dashboards.components.page import esc

_KEY = "cohort-focus-keys"
FOCUS = "cohort-focus"
#: The patient whose page is opened by the next run.
GOING = "cohort-going"


def focused(walk: Sequence[int]) -> int | None:
    """The patient looked at; None where nobody is, or is not among those seen."""
    chosen = st.session_state.get(FOCUS)
    return chosen if isinstance(chosen, int) and chosen in walk else None


def press(patient_id: int) -> None:
    """A bar, a line or a lane was pressed: the patient is looked at; pressed once more, it is opened."""
    if st.session_state.get(FOCUS) == patient_id:
        st.session_state[GOING] = patient_id
    st.session_state[FOCUS] = patient_id


def show_focus(walk: Sequence[int], chosen: int | None, name: str) -> None:
    """The buttons, and the keys of the page. ``walk`` are the patients in the order of the keys."""
    place = walk.index(chosen) if chosen is not None else None
    own_component("cohort")(
        key=_KEY,
        data={
            "html": _markup(len(walk), place, name),
            "from": "" if chosen is None else str(chosen),
            "place": place,
            "number": len(walk),
        },
        on_did_change=lambda: _answer(walk),
    )


def _answer(walk: Sequence[int]) -> None:
    state = st.session_state.get(_KEY)
    did = state.get("did") if state is not None else None
    if not isinstance(did, str):
        return
    match did.split():
        case ["to", place] if place.isdigit() and int(place) < len(walk):
            st.session_state[FOCUS] = walk[int(place)]
        case ["open", patient] if patient.isdigit() and int(patient) in walk:
            st.session_state[GOING] = int(patient)
        case ["leave", *_]:
            st.session_state.pop(FOCUS, None)


def _markup(number: int, place: int | None, name: str) -> str:
    def button(do: str, text: str, label: str, *, off: bool = False) -> str:
        return (
            f'<button type="button" class="hp-step" data-do="{do}" aria-label="{esc(label)}" title="{esc(label)}"'
            f"{' disabled' if off else ''}>{esc(text)}</button>"
        )

    if place is None:
        said = '<span class="hp-label">no patient looked at: press a bar, or walk with ← →</span>'
        rest = ""
    else:
        said = f'<b>{esc(name)}</b><span class="hp-label">{place + 1} of {number}</span>'
        rest = button("open", f"Open {name}", f"Open {name} (Enter)") + button(
            "leave", "✕", "Look at all again (Escape)"
        )
    return (
        '<div class="hp-focus" role="group" aria-label="Patient looked at">'
        f"{button('previous', '‹', 'Previous patient (left arrow)', off=place == 0)}"
        f'<span class="hp-focus-who" aria-live="polite">{said}</span>'
        f"{button('next', '›', 'Next patient (right arrow)', off=place == number - 1)}{rest}</div>"
    )
