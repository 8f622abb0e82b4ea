"""What the rows of the worklist do: one service each, and one sentence that says what was stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from dashboards import runtime
from tracker.domain.vocabulary import Modality
from tracker.errors import InputError, Problem
from tracker.pictures.words import say_date, say_modality
from tracker.services import meetings, owners, planned_scans
from tracker.services.worklist import WorklistRow

Fields = Mapping[str, str]


def change_owner(row: WorklistRow) -> str:
    """Take the patient, also from a colleague; release where they are the user's own. Raises TrackerError."""
    if row.owner_id == runtime.actor().user_id:
        owners.release_patient(runtime.database(), runtime.actor(), row.patient_id, instead_of=row.owner_id)
        return f"Nobody looks after {row.identifier} now."
    owners.take_patient(runtime.database(), runtime.actor(), row.patient_id, instead_of=row.owner_id)
    return f"You look after {row.identifier} now."


def send_form(row: WorklistRow, kind: str, fields: Fields) -> str:
    """Do what a form of the row asks for; the sentence says what was stored. Raises TrackerError."""
    return _FORMS[kind](row, fields)


def is_form(kind: str) -> bool:
    return kind in _FORMS


def _plan(row: WorklistRow, fields: Fields) -> str:
    day, modality = _day(fields), _modality(fields)
    planned_scans.plan_scan(runtime.database(), runtime.actor(), row.patient_id, day, modality, fields.get("note"))
    return f"{_name(modality)} of {row.identifier} booked for {say_date(day, year=True)}."


def _move(row: WorklistRow, fields: Fields) -> str:
    day = _day(fields)
    key, seen = _number(fields, "planned"), _day(fields, "expected")
    planned_scans.move_scan(runtime.database(), runtime.actor(), key, day, fields.get("reason", ""), expected_on=seen)
    return f"The scan of {row.identifier} was moved from {say_date(seen, year=True)} to {say_date(day, year=True)}."


def _withdraw(row: WorklistRow, fields: Fields) -> str:
    key, seen = _number(fields, "planned"), _day(fields, "expected")
    planned_scans.withdraw_scan(runtime.database(), runtime.actor(), key, fields.get("reason", ""), expected_on=seen)
    return f"The scan of {row.identifier} booked for {say_date(seen, year=True)} was taken back."


def _performed(row: WorklistRow, fields: Fields) -> str:
    day, modality = _day(fields), _modality(fields)
    planned_scans.mark_performed(runtime.database(), runtime.actor(), row.patient_id, day, modality, fields.get("note"))
    return f"{_name(modality)} of {row.identifier} was performed on {say_date(day, year=True)}; its report is awaited."


def _close(row: WorklistRow, fields: Fields) -> str:
    meetings.close_action(runtime.database(), runtime.actor(), _number(fields, "decision"), fields.get("remark", ""))
    return f"The action of {row.identifier} is closed."


def _give(row: WorklistRow, fields: Fields) -> str:
    seen = fields.get("instead", "")
    owners.give_patient(
        runtime.database(),
        runtime.actor(),
        row.patient_id,
        _number(fields, "owner"),
        instead_of=int(seen) if seen.isdigit() else None,
    )
    return f"{row.identifier} was given to a colleague."


_FORMS: Mapping[str, Callable[[WorklistRow, Fields], str]] = {
    "plan": _plan,
    "move": _move,
    "withdraw": _withdraw,
    "performed": _performed,
    "close": _close,
    "give": _give,
}


def _day(fields: Fields, name: str = "on") -> date:
    try:
        return date.fromisoformat(fields.get(name, ""))
    except ValueError:
        raise InputError([Problem("date", "is missing or not a calendar date")]) from None


def _number(fields: Fields, name: str) -> int:
    text = fields.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise InputError("The form is not complete; open it again. Nothing was stored.")
    return int(text)


def _modality(fields: Fields) -> Modality | None:
    return next((one for one in Modality if str(one) == fields.get("modality")), None)


def _name(modality: Modality | None) -> str:
    return say_modality(modality) or "A scan"
