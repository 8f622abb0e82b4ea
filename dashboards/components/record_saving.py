"""How a card of the record page stores: one service call, then a receipt; a refusal leaves everything that was typed.

What is typed stays in the session under the card's own prefix until it is stored. A card that stored starts anew from the
record; the other cards keep what is typed in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import runtime
from dashboards.components.form_fields import ask_text
from dashboards.components.page import esc, show_html, show_refusal
from tracker.errors import ConflictError, TrackerError

T = TypeVar("T")

#: What follows every refusal.
KEPT = "Nothing was stored. Everything you typed is still here."


@dataclass(frozen=True, slots=True)
class Card:
    """One card of one patient's record."""

    patient_id: int
    name: str

    @property
    def prefix(self) -> str:
        """The fields of one entry; after it was stored the next starts from the record."""
        return f"{self.key}-r{st.session_state.get(f'{self.key}-round', 0)}"

    @property
    def key(self) -> str:
        return f"record-{self.name}-p{self.patient_id}"

    @property
    def message_key(self) -> str:
        return f"{self.key}-said"

    def begin_anew(self) -> None:
        """Empty the fields, or fill them from the record again."""
        at = f"{self.key}-round"
        st.session_state[at] = st.session_state.get(at, 0) + 1


def show_title(card: Card, title: str, note: str = "") -> None:
    """The heading of a card, and its last receipt while nothing else was stored since."""
    small = f'<span class="hp-label">{esc(note)}</span>' if note else ""
    show_html(f'<div class="hp-panel-head"><h2 class="hp-panel-title">{esc(title)}</h2>{small}</div>')
    version, (words, *more) = st.session_state.get(card.message_key, (None, ("",)))
    if version == runtime.load_record(card.patient_id).patient.version:
        lines = "".join(f"<li>{esc(line)}</li>" for line in more)
        show_html(
            f'<div class="hp-record-said" role="status"><b>✓ {esc(words)}</b>{f"<ul>{lines}</ul>" if more else ""}</div>'
        )


def store(card: Card, message: DeltaGenerator, action: Callable[[], Sequence[str]]) -> None:
    """Store in one call and draw the page again with the receipt that ``action`` gives, line by line; else say in ``message`` why not."""
    try:
        said = tuple(action())
    except ConflictError as conflict:
        theirs = {problem.place: problem.text for problem in conflict.theirs}
        lines = [
            f"{one.place}: you typed {one.text}; the record says {theirs.get(one.place, 'nothing')}."
            for one in conflict.mine
        ]
        with message:
            show_refusal(str(conflict), lines)
        return
    except TrackerError as refusal:
        with message:
            show_refusal(KEPT, str(refusal).splitlines())
        return
    card.begin_anew()
    st.session_state[card.message_key] = (runtime.load_record(card.patient_id).patient.version, said)
    st.rerun()


def offer_withdrawal(
    card: Card, title: str, items: Sequence[T], say: Callable[[T], str], withdraw: Callable[[T, str], None]
) -> None:
    """Folded: choose one of what is stored, say why, take it out of the record. Its row stays in the history."""
    if not items:
        return
    with st.expander(title):
        chosen = st.selectbox(
            "Which",
            items,
            index=None,
            format_func=say,
            placeholder="choose",
            key=f"{card.prefix}-withdraw",
            persist_state="session",
        )
        reason = ask_text(card.prefix, "Why it is withdrawn")
        message = st.container()
        if st.button("Withdraw", key=f"{card.key}-withdraw-now"):
            if chosen is None:
                with message:
                    show_refusal(KEPT, ["Choose what is withdrawn."])
                return

            def act() -> Sequence[str]:
                withdraw(chosen, reason)
                return [f"Withdrawn: {say(chosen)}. It stays in the history with its reason."]

            store(card, message, act)
