"""The small forms of a row of the worklist: book a scan, move it, say that it was performed, close an action, hand over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dashboards.components.page import esc
from tracker.domain.vocabulary import Modality
from tracker.pictures.words import say_date, say_modality
from tracker.services.owners import Owner
from tracker.services.worklist import WorklistRow


@dataclass(frozen=True, slots=True)
class Panel:
    """What is open under a row: one form by name, or "more" for all; what was typed, and why it was not stored."""

    patient_id: int
    kind: str
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def panel_html(
    row: WorklistRow, panel: Panel, today: date, owners: Sequence[Owner], me: int, columns: int, spare: str = ""
) -> str:
    """The row under a patient's row, over so many columns and a ``spare`` cell; its first field takes the focus."""
    forms = {
        "plan": _plan(row, panel, today),
        "move": _move(row, panel),
        "performed": _performed(row, panel, today),
        "withdraw": _withdraw(row, panel),
        "close": _close(row, panel),
        "give": _give(row, owners),
    }
    wanted = forms if panel.kind == "more" else {panel.kind: forms.get(panel.kind, "")}
    shown = [form for form in wanted.values() if form]
    if panel.kind == "more":
        shown.insert(0, _buttons(row, me))
    problem = f'<p class="hp-attention" role="alert">{esc(panel.problem)}</p>' if panel.problem else ""
    body = _with_focus("".join(shown))
    close = '<button type="button" class="hp-button" data-pick="close-panel">Cancel</button>'
    return (
        f'<tr data-panel data-patient="{row.patient_id}"><td colspan="{columns}"><div role="group" '
        f'aria-label="For {esc(row.identifier)}">{problem}{body}{close}</div></td>{spare}</tr>'
    )


def _with_focus(body: str) -> str:
    """The first field that is seen, else the first button, takes the focus."""
    return re.sub(r'<(input type="(?:date|text)"|select|button) ', r"<\1 data-focus ", body, count=1)


def _plan(row: WorklistRow, panel: Panel, today: date) -> str:
    due = row.standing.on if row.appointment is None else None
    start = due.isoformat() if due is not None and due >= today else ""
    fields = f"{_date('on', 'Date', panel, start)}{_modality(row, panel)}{_text('note', 'Note', panel)}"
    return _form("plan", row, "Book a scan", fields, "Book")


def _move(row: WorklistRow, panel: Panel) -> str:
    booked = row.appointment
    if booked is None:
        return ""
    fields = (
        f"{_hidden('planned', booked.id)}{_hidden('expected', booked.planned_on)}"
        f"{_date('on', 'New date', panel, booked.planned_on.isoformat())}{_text('reason', 'Why', panel, needed=True)}"
    )
    return _form("move", row, f"Move the {_name(row)} of {say_date(booked.planned_on, year=True)}", fields, "Move")


def _withdraw(row: WorklistRow, panel: Panel) -> str:
    booked = row.appointment
    if booked is None:
        return ""
    fields = f"{_hidden('planned', booked.id)}{_hidden('expected', booked.planned_on)}{_text('reason', 'Why', panel, needed=True)}"
    return _form(
        "withdraw", row, f"Take back the {_name(row)} of {say_date(booked.planned_on, year=True)}", fields, "Take back"
    )


def _performed(row: WorklistRow, panel: Panel, today: date) -> str:
    booked = row.appointment
    day = today if booked is None else min(booked.planned_on, today)
    fields = (
        f"{_date('on', 'Performed on', panel, day.isoformat())}{_modality(row, panel)}{_text('note', 'Note', panel)}"
    )
    return _form("performed", row, "A scan was performed, its report is awaited", fields, "Performed")


def _close(row: WorklistRow, panel: Panel) -> str:
    action = row.action
    if action is None:
        return ""
    fields = f"{_hidden('decision', action.id)}{_text('remark', 'What was done', panel, needed=True)}"
    title = f"Close: {action.outcome or action.question}"
    return _form("close", row, title, fields, "Close the action")


def _give(row: WorklistRow, owners: Sequence[Owner]) -> str:
    others = [owner for owner in owners if owner.user_id != row.owner_id]
    if len(owners) < 2 or not others:
        return ""
    options = "".join(f'<option value="{owner.user_id}">{esc(owner.name)}</option>' for owner in others)
    seen = _hidden("instead", "" if row.owner_id is None else row.owner_id)
    return _form("give", row, "Give to", f'{seen}<label>Owner<select name="owner">{options}</select></label>', "Give")


def _buttons(row: WorklistRow, me: int) -> str:
    """What needs no form."""
    key = row.patient_id
    owner = "Release" if row.owner_id == me else "Take over" if row.owner_id is not None else "Take"
    shown = [("open", "Open the board"), ("enter", "Enter a scan"), ("owner", f"{owner} the patient")]
    return "".join(
        f'<button type="button" class="hp-button" data-pick="{pick}:{key}">{esc(said)}</button>' for pick, said in shown
    )


def _form(kind: str, row: WorklistRow, title: str, fields: str, verb: str) -> str:
    return (
        f'<form data-form="{kind}:{row.patient_id}" aria-label="{esc(title)}"><b>{esc(title)}</b>{fields}'
        f'<button type="submit" class="hp-button hp-do">{esc(verb)}</button></form>'
    )


def _typed(panel: Panel, name: str, start: str) -> str:
    return esc(panel.typed.get(name, start))


def _date(name: str, label: str, panel: Panel, start: str) -> str:
    return f'<label>{esc(label)}<input type="date" name="{name}" required value="{_typed(panel, name, start)}"></label>'


def _text(name: str, label: str, panel: Panel, *, needed: bool = False) -> str:
    must = " required" if needed else ""
    return (
        f'<label>{esc(label)}<input type="text" name="{name}" maxlength="200" autocomplete="off"{must} '
        f'value="{_typed(panel, name, "")}"></label>'
    )


def _modality(row: WorklistRow, panel: Panel) -> str:
    usual = (
        row.appointment.modality if row.appointment is not None else row.last.modality if row.last is not None else None
    )
    chosen = panel.typed.get("modality", str(usual or ""))
    options = "".join(
        f'<option value="{esc(one)}"{" selected" if str(one) == chosen else ""}>{esc(say_modality(one))}</option>'
        for one in Modality
    )
    return f'<label>Modality<select name="modality"><option value="">not said</option>{options}</select></label>'


def _hidden(name: str, value: object) -> str:
    return f'<input type="hidden" name="{name}" value="{esc(value)}">'


def _name(row: WorklistRow) -> str:
    booked = row.appointment
    return say_modality(booked.modality) if booked is not None and booked.modality is not None else "scan"
