"""The list of a meeting as a table: cases in order, each with its question, its state, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.components.page import esc, synthetic_chip
from tracker.pictures.words import count_of, say_date
from tracker.services.meeting_lists import CaseState, MeetingCase, MeetingList
from tracker.services.meetings import MeetingSummary

_STATES: dict[CaseState, tuple[str, str]] = {
    "waiting": ("○ waiting", ""),
    "discussed": ("✓ discussed", ""),
    "postponed": ("→ postponed", " hp-chip-unknown"),
}
#: Key (the style sheet has its width) and name; who asks stands under the question where the page is narrow.
_COLUMNS = (
    ("place", ""), ("patient", "Patient"), ("question", "Question"), ("asked", "Asked by"), ("state", "State"),
    ("outcome", "Outcome"), ("owner", "Owner"), ("due", "Due"),
)  # fmt: skip
_WIDE_ONLY = "asked"
KEYS = "o open · u up · d down · p postpone"


@dataclass(frozen=True, slots=True)
class Postponing:
    """The question whose postponing asks for a reason; what was typed, and why it was not stored."""

    decision_id: int
    reason: str = ""
    problem: str = ""


def meeting_html(listed: MeetingList, postponing: Postponing | None, said: str) -> str:
    """The table, or what is missing; ``said`` is what was stored last."""
    told = f'<p class="hp-told" role="status">{esc(said)}</p>'
    if not listed.cases:
        return (
            f'<div class="hp-meeting">{told}<div class="hp-card"><h3>No case is on this list yet.</h3><div class="hp-note">'
            "Put a patient on it with a question: here, or from the board of the patient.</div></div></div>"
        )
    widths = "".join(f'<col class="hp-col-{key}{_only(key)}">' for key, _ in _COLUMNS)
    head = "".join(
        f'<th scope="col" class="{_only(key).strip()}">{name or "<span class=hp-unseen>Case</span>"}</th>'
        for key, name in _COLUMNS
    )
    last = len(listed.cases) - 1
    rows = "".join(_row(case, at, last, postponing) for at, case in enumerate(listed.cases))
    return (
        f'<div class="hp-meeting">{told}<div class="hp-work hp-worklist"><table aria-label="Cases of the meeting in order">'
        f"<colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></div>"
    )


def say_counts(cases: Sequence[MeetingCase]) -> str:
    """ "11 cases · 4 discussed · 6 waiting · 1 postponed"."""
    parts = [count_of(len(cases), "case")]
    for state in ("discussed", "waiting", "postponed"):
        number = sum(case.state == state for case in cases)
        if number:
            parts.append(f"{number} {state}")
    return " · ".join(parts)


def say_meeting(meeting: MeetingSummary) -> str:
    """A meeting as the choice names it."""
    return f"{say_date(meeting.held_on, year=True)} · {meeting.name} · {count_of(meeting.questions, 'case')}"


def _row(case: MeetingCase, at: int, last: int, postponing: Postponing | None) -> str:
    text, look = _STATES[case.state]
    why = f'<span class="hp-label">{esc(case.postponed_reason)}</span>' if case.postponed_reason else ""
    by = f'<span class="hp-narrow-only">asked by {esc(case.asked_by)}</span>' if case.asked_by else ""
    mark = synthetic_chip() if case.synthetic else ""
    due = say_date(case.due_on, year=True) if case.due_on is not None else ""
    keys = f"o=open u=up d=down{' p=postpone' if case.state == 'waiting' else ''}"
    number = case.decision_id
    opened = _postponing(case, postponing) if postponing is not None and postponing.decision_id == number else ""
    return (
        f'<tr data-find="{esc(case.identifier.lower())}" data-keys="{keys}" data-patient="{number}">'
        f'<th scope="row" class="hp-place"><div><span>{case.position}</span>{_moves(case, at, last)}</div></th>'
        f'<td><div><button type="button" class="hp-link" data-pick="open:{number}" aria-label="Open the case of {esc(case.identifier)}">'
        f"{esc(case.identifier)}</button>{mark}</div></td>"
        f'<td class="hp-text" title="{esc(case.question)}"><bdi>{esc(case.question)}</bdi> {by}</td>'
        f'<td class="hp-text{_only(_WIDE_ONLY)}">{esc(case.asked_by or "")}</td>'
        f'<td class="hp-text"><div><span class="hp-chip{look}"><b>{text}</b></span>{_change(case)}</div>{why}</td>'
        f'<td class="hp-text" title="{esc(case.outcome or "")}">{esc(case.outcome or "")}</td><td class="hp-text">{esc(case.owner or "")}</td><td>{esc(due)}</td></tr>{opened}'
    )


def _only(key: str) -> str:
    return " hp-wide-only" if key == _WIDE_ONLY else ""


def _moves(case: MeetingCase, at: int, last: int) -> str:
    def button(way: str, sign: str, stuck: bool) -> str:
        disabled = " disabled" if stuck else ""
        return (
            f'<button type="button" class="hp-button" data-pick="{way}:{case.decision_id}"{disabled} '
            f'aria-label="Move {esc(case.identifier)} {way}">{sign}</button>'
        )

    return button("up", "↑", at == 0) + button("down", "↓", at == last)


def _change(case: MeetingCase) -> str:
    number, who = case.decision_id, esc(case.identifier)
    if case.state == "waiting":
        return f'<button type="button" class="hp-button" data-pick="postpone:{number}" aria-label="Postpone {who}">Postpone…</button>'
    if case.state == "postponed":
        return f'<button type="button" class="hp-button" data-pick="resume:{number}" aria-label="Take {who} up again">Take up again</button>'
    return ""


def _postponing(case: MeetingCase, asked: Postponing) -> str:
    problem = f'<p class="hp-attention" role="alert">{esc(asked.problem)}</p>' if asked.problem else ""
    return (
        f'<tr data-panel data-patient="{case.decision_id}"><td colspan="{len(_COLUMNS)}"><div role="group" aria-label="For {esc(case.identifier)}">{problem}'
        f'<form data-form="postpone:{case.decision_id}"><label>Why is it postponed?'
        f'<input type="text" name="reason" data-focus required maxlength="10000" size="48" value="{esc(asked.reason)}"></label>'
        '<button type="submit" class="hp-button hp-do">Postpone</button></form>'
        '<button type="button" class="hp-button" data-pick="close-panel">Cancel</button></div></td></tr>'
    )
