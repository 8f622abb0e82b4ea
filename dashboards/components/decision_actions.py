"""What the decision box does: one service each, and what stays open in the box afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from dashboards import runtime
from dashboards.components.board_facts import CaseFacts, OpenCase, all_meetings
from dashboards.components.decision_markup import Newest, Panel
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Response
from tracker.errors import ConflictError, InputError, Problem, TrackerError
from tracker.pictures.differences import say_differences
from tracker.services import confirmations, decision_drafts, meeting_lists, meetings
from tracker.services.deciding import decide_case
from tracker.services.decision_drafts import DecisionDraft

Fields = Mapping[str, str]
_DRAFTED = ("outcome", "owner", "due", "next")
#: The name of a meeting where none was ever held.
_MEETING = "MDT"


@dataclass(frozen=True, slots=True)
class Answered:
    """What an action leaves: the box as it stands now, a sentence, and whether anything of the record moved."""

    panel: Panel
    said: str | None = None
    kept_at: datetime | None = None
    is_stored: bool = False
    #: A question whose meeting is to be opened.
    going: int | None = None


def load_draft(patient_id: int, case: OpenCase | None) -> DecisionDraft | None:
    """What the user wrote for this case and did not save; None where the case takes no decision."""
    if case is None:
        return None
    return decision_drafts.load(runtime.database(), runtime.actor(), patient_id, case.listed.meeting.id)


def act(
    record: PatientRecord,
    newest: Newest | None,
    facts: CaseFacts,
    case: OpenCase | None,
    before: Panel,
    fields: Fields,
) -> Answered:
    """Do what a button or a form asks for. A refusal stays in the form, with the reason and what was typed."""
    kind = fields.get("form", "")
    if kind == "pick":
        return _pick(fields, before)
    typed = {name: text for name, text in fields.items() if name != "form"}
    try:
        if kind == "draft":
            return _keep(record, case, before, typed)
        if kind == "decide" and case is not None:
            return _decide(record, case, typed)
        if kind in ("confirm", "take-back") and newest is not None:
            return _confirm(record, newest, kind, typed, before)
        if kind == "postpone" and case is not None:
            meeting_lists.postpone(
                runtime.database(), runtime.actor(), case.question.decision_id, typed.get("reason", "")
            )
            return Answered(Panel(), "postponed", is_stored=True)
        if kind == "close":
            mine = next((one.id for one in facts.decisions if str(one.id) == typed.get("decision")), None)
            if mine is None:
                raise InputError([Problem("decision", "is none of this patient's")])
            meetings.close_action(runtime.database(), runtime.actor(), mine, typed.get("remark", ""))
            return Answered(Panel(), "action closed", is_stored=True)
        if kind == "ask":
            return _ask(record, facts, typed)
    except TrackerError as refusal:
        return _refused(record, before, typed, refusal)
    return Answered(before)


def _pick(fields: Fields, before: Panel) -> Answered:
    """Open a small form, or leave one; what was written into the outcome is kept meanwhile."""
    action, _, value = fields.get("pick", "").partition(":")
    if action == "case" and value.isdigit():
        return Answered(before, going=int(value))
    typed = {name: fields[name] for name in _DRAFTED if name in fields} or dict(before.typed)
    return Answered(Panel(mode=value, typed=typed))


def _keep(record: PatientRecord, case: OpenCase | None, before: Panel, typed: Fields) -> Answered:
    if case is None:
        return Answered(before)
    kept_at = decision_drafts.save(
        runtime.database(), runtime.actor(), record.patient.id, case.listed.meeting.id, dict(typed)
    )
    return Answered(replace(before, typed=dict(typed)), kept_at=kept_at)


def _decide(record: PatientRecord, case: OpenCase, typed: Fields) -> Answered:
    db, actor = runtime.database(), runtime.actor()
    decide_case(
        db,
        actor,
        case.question.decision_id,
        record.patient.id,
        typed.get("outcome", ""),
        typed.get("owner", "").strip() or None,
        _day(typed, "due"),
        _day(typed, "next"),
        expected_version=record.patient.version,
    )
    decision_drafts.discard(db, actor, record.patient.id, case.listed.meeting.id)
    return Answered(Panel(), "decided", is_stored=True)


def _confirm(record: PatientRecord, newest: Newest, kind: str, typed: Fields, before: Panel) -> Answered:
    db, actor, seen = runtime.database(), runtime.actor(), record.patient.version
    if kind == "take-back":
        if newest.confirmed is not None:
            confirmations.withdraw_confirmation(
                db, actor, newest.confirmed.id, expected_version=seen, reason=typed.get("reason", "")
            )
        return Answered(_as_before(before), "taken back", is_stored=True)
    response = next((one for one in Response if str(one) == typed.get("response")), None)
    if response is None:
        raise InputError([Problem("response", "is missing")])
    remark = typed.get("remark", "").strip() or None
    confirmations.confirm_response(
        db, actor, record.patient.id, newest.course, newest.on, response, remark, expected_version=seen
    )
    return Answered(_as_before(before), "confirmed", is_stored=True)


def _ask(record: PatientRecord, facts: CaseFacts, typed: Fields) -> Answered:
    db, actor = runtime.database(), runtime.actor()
    number = next((one.id for one in facts.ahead if str(one.id) == typed.get("meeting")), None)
    if number is None:
        held = _day(typed, "held")
        if held is None:
            raise InputError([Problem("meeting", "needs a date")])
        known = next(iter(all_meetings()), None)
        number = meetings.open_meeting(db, actor, held, _MEETING if known is None else known.name)
    asked_by = typed.get("asked", "").strip() or None
    meetings.ask_question(db, actor, number, record.patient.id, typed.get("question", ""), asked_by=asked_by)
    return Answered(Panel(), "on the list", is_stored=True)


def _refused(record: PatientRecord, before: Panel, typed: Fields, refusal: TrackerError) -> Answered:
    """The reason, and after a conflict what moved meanwhile; what was typed stays in its fields."""
    moved: tuple[str, ...] = ()
    if isinstance(refusal, ConflictError):
        moved = say_differences(record, runtime.load_record(record.patient.id))
        moved += tuple(f"You wrote: {problem}" for problem in refusal.mine)
        moved += tuple(f"Stored is: {problem}" for problem in refusal.theirs)
    return Answered(replace(before, typed=dict(typed), problem=" ".join(str(refusal).splitlines()), moved=moved))


def _as_before(before: Panel) -> Panel:
    """The box with what was written into it before a small form was opened."""
    return Panel(typed={name: text for name, text in before.typed.items() if name in _DRAFTED})


def _day(fields: Fields, name: str) -> date | None:
    """The date of a field; None where it is empty. InputError."""
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError([Problem(name, f"'{text}' is not a date; right is 2026-11-26")]) from None
