"""Where a patient stands between two scans, and why: one rule a state, each with its sentence.

Several rules may hold at once (a report to enter, and an action still open). The most urgent one is where the patient stands
on the worklist; the others are said beside it. Source of the states: the pathway from the booked scan to the closed action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.schedule.followed import SeenExam
from tracker.domain.schedule.intervals import GRACE_ON_TREATMENT
from tracker.domain.schedule.planned import PlannedScan
from tracker.domain.schedule.situation import Decision, Situation
from tracker.domain.vocabulary import ReportStatus, Term
from tracker.domain.wording import name_modality

#: The window before a due date in which a scan is to be booked.
WINDOW_OPENS = timedelta(days=14)


class State(Term):
    """The states in the order in which a scan passes through them; the meaning is what the worklist says of a group."""

    TO_COMPLETE = "to complete", "no scan, or no course with a baseline yet"
    PLANNED = "scan planned", "a scan is booked and lies ahead"
    DUE = "scan due", "due within 14 days, or within the days of grace"
    OVERDUE = "overdue", "past the due date and its grace"
    REPORT_AWAITED = "report awaited", "the scan was performed"
    TO_ENTER = "to enter", "the report is in"
    TO_VERIFY = "to verify", "only values in question, or a changed category"
    AWAITING_MDT = "awaiting MDT", "a scan or a change that no meeting has seen"
    ACTION_OPEN = "action open", "discussed; what was decided is not closed yet"
    CLOSED = "closed", "nothing is open, and the next scan is not due yet"


#: The states by how soon somebody has to act.
URGENCY = (
    State.OVERDUE, State.REPORT_AWAITED, State.TO_ENTER, State.TO_COMPLETE, State.TO_VERIFY, State.AWAITING_MDT,
    State.ACTION_OPEN, State.DUE, State.PLANNED, State.CLOSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One state that holds, the sentence that says why, and the date it hangs on.

    ``days`` counts from that date to today: past it where positive. ``late`` is what is marked and wants somebody at once.
    """

    state: State
    why: str
    on: date | None = None
    days: int | None = None
    late: bool = False


def derive_state(situation: Situation) -> Standing:
    """Where the patient stands: the most urgent of what holds."""
    return derive_standings(situation)[0]


def derive_standings(situation: Situation) -> tuple[Standing, ...]:
    """Everything that holds, the most urgent first; never empty, for where nothing else holds the case is closed.

    Nothing is due, awaited or asked of a patient who has died.
    """
    died = situation.followed.patient.died_on
    if died is not None:
        return (Standing(State.CLOSED, f"died {situation.say(died)}", died),)
    found = tuple(_holding(situation))
    return found or (_closed(situation),)


def _holding(situation: Situation) -> Iterator[Standing]:
    for state in URGENCY:
        rule = RULES.get(state)
        standing = rule(situation) if rule is not None else None
        if standing is not None:
            yield standing


def _overdue(case: Situation) -> Standing | None:
    """The day of the appointment, or the due date, is past by more than its grace, and no scan was made."""
    if case.is_made:
        return None
    grace = case.due.grace_days if case.due is not None else GRACE_ON_TREATMENT
    booked = case.appointment
    if booked is not None:
        late = (case.today - booked.planned_on).days
        return (
            _stand(case, State.OVERDUE, _say_missed(case, booked), booked.planned_on, late=True)
            if late > grace
            else None
        )
    if case.due is None or not case.due.is_overdue(case.today):
        return None
    return _stand(case, State.OVERDUE, f"{case.due.why}, was due {case.say(case.due.on)}", case.due.on, late=True)


def _due(case: Situation) -> Standing | None:
    """Within two weeks before the due date and within the grace after it; an appointment on its day and in its grace."""
    if case.is_made or _overdue(case) is not None:
        return None
    booked = case.appointment
    if booked is not None:
        if booked.planned_on > case.today:
            return None
        missed = booked.planned_on < case.today
        why = _say_missed(case, booked) if missed else f"{_name(booked)} booked for today{_beside(case, booked)}"
        return _stand(case, State.DUE, why, booked.planned_on, late=missed)
    due = case.due
    if due is None or due.on - WINDOW_OPENS > case.today:
        return None
    return _stand(
        case, State.DUE, f"{due.why}, {'was due' if due.on < case.today else 'due'} {case.say(due.on)}", due.on
    )


def _planned(case: Situation) -> Standing | None:
    """A scan is booked for a day that lies ahead."""
    booked = case.appointment
    if case.is_made or booked is None or booked.planned_on <= case.today:
        return None
    return _stand(case, State.PLANNED, f"{_name(booked)} booked{_beside(case, booked)}", booked.planned_on)


def _report_awaited(case: Situation) -> Standing | None:
    """A scan was performed and nothing has come of it, or only a preliminary reading; marked after the days of the table."""
    limit = case.intervals.report_days
    made = case.performed
    if made is not None and made.performed_on is not None:
        why = f"{_name(made)} performed {case.say(made.performed_on)}, no report yet{_note(made)}"
        late = (case.today - made.performed_on).days > limit
        return _stand(case, State.REPORT_AWAITED, why, made.performed_on, late=late)
    last = case.followed.last
    if last is None or last.status is not ReportStatus.PRELIMINARY or case.reports:
        return None
    why = f"preliminary reading of the {_scan(case, last)} is entered, the final report is awaited"
    late = (case.today - last.performed_on).days > limit
    return _stand(case, State.REPORT_AWAITED, why, last.performed_on, late=late)


def _to_enter(case: Situation) -> Standing | None:
    """A report waits in the inbox."""
    if not case.reports:
        return None
    first = min(case.reports, key=lambda one: (one.received_on, one.id))
    scan = "a scan" if first.modality is None else f"the {name_modality(first.modality)}"
    made = "" if first.performed_on is None else f" of {case.say(first.performed_on)}"
    more = f", and {len(case.reports) - 1} more" if len(case.reports) > 1 else ""
    return _stand(
        case, State.TO_ENTER, f"report of {scan}{made} came {case.say(first.received_on)}{more}", first.received_on
    )


def _to_complete(case: Situation) -> Standing | None:
    """No scan yet and none booked, or scans that no course can judge."""
    if not case.followed.exams:
        if case.appointment is not None or case.is_made:
            return None
        return Standing(State.TO_COMPLETE, "registered, no scan entered yet")
    if case.followed.has_baseline:
        return None
    why = "scans are entered, but no course has a baseline: no response can be computed"
    return Standing(State.TO_COMPLETE, why)


def _to_verify(case: Situation) -> Standing | None:
    """A stored scan with a value in question, or one that changed the category, waits for a second person."""
    if not case.followed.to_verify:
        return None
    scan = case.followed.to_verify[-1]
    more = len(case.followed.to_verify) - 1
    rest = f"; and {more} older {'scan' if more == 1 else 'scans'}" if more else ""
    since = case.day_of(scan.entered_at) or scan.performed_on
    return _stand(
        case,
        State.TO_VERIFY,
        f"{name_modality(scan.modality)} of {case.say(scan.performed_on)}: {scan.why}{rest}",
        since,
    )


def _awaiting_mdt(case: Situation) -> Standing | None:
    """A question waits; or something is new since the newest decision; or a change of category was never discussed."""
    asked, decided = case.asked, case.decided
    if asked is not None:
        past = asked.meeting_on < case.today
        when = f"{'was on the list' if past else 'on the list'} of {case.say(asked.meeting_on)}"
        outcome = ", postponed" if asked.is_postponed else ", no outcome recorded" if past else ""
        why = f"{when}{outcome}: {asked.question}"
        return _stand(case, State.AWAITING_MDT, why, asked.meeting_on, late=past)
    if decided is not None:
        return _new_since(case, decided)
    last = case.followed.last
    if last is None or not case.followed.has_baseline:
        return None
    if case.due is not None and case.due.for_meeting:
        return _stand(
            case,
            State.AWAITING_MDT,
            "each scan before a planned resection is discussed; never discussed yet",
            last.performed_on,
        )
    if case.followed.calls_for_meeting:
        return _stand(case, State.AWAITING_MDT, f"{case.followed.category}; never discussed yet", last.performed_on)
    return None


def _new_since(case: Situation, decided: Decision) -> Standing | None:
    """A scan that was entered, corrected or withdrawn after the decision."""
    changes = case.changes
    if changes is None or not changes.reference.is_own:
        return None
    when = f"the decision of {case.say(decided.meeting_on)}"
    response = f"; {changes.response_then} then, {changes.response_now} now" if changes.category_changed else ""
    if changes.entered:
        scan = changes.entered[-1]
        day = case.day_of(scan.entered_at) or scan.performed_on
        return _stand(case, State.AWAITING_MDT, f"the {_scan(case, scan)} was entered after {when}{response}", day)
    touched = (*changes.withdrawn, *changes.corrected)
    if not touched:
        return None
    newest = max(touched, key=lambda one: one.at)
    name = f"{name_modality(newest.modality)} of {case.say(newest.performed_on)}"
    done = "withdrawn" if newest.withdrawn else "corrected"
    return _stand(
        case, State.AWAITING_MDT, f"the {name} was {done} after {when}{response}", case.day_of(newest.at) or case.today
    )


def _action_open(case: Situation) -> Standing | None:
    """Something was decided that has an owner or a date, and nobody closed it; the oldest counts."""
    open_ = next((one for one in case.decisions if one.has_open_action), None)
    if open_ is None:
        return None
    who = f"; {open_.owner}" if open_.owner else ""
    due = f"; by {case.say(open_.due_on)}" if open_.due_on else ""
    why = f"decided {case.say(open_.meeting_on)}: {open_.outcome or open_.question}{who}{due}"
    late = open_.due_on is not None and open_.due_on < case.today
    return _stand(case, State.ACTION_OPEN, why, open_.due_on or open_.meeting_on, late=late)


def _closed(case: Situation) -> Standing:
    """Nothing else holds."""
    decided = case.decided
    said = [case.followed.category]
    if decided is not None:
        closed = "" if decided.closed_on is None else f", closed {case.say(decided.closed_on)}"
        said.insert(0, f"discussed {case.say(decided.meeting_on)}{closed}")
    if case.due is None:
        return Standing(State.CLOSED, "; ".join(said))
    said.append(f"next due {case.say(case.due.on)}, {case.due.rule}")
    return _stand(case, State.CLOSED, "; ".join(said), case.due.on)


#: One rule a state; the last one holds where no other does.
RULES: dict[State, Callable[[Situation], Standing | None]] = {
    State.OVERDUE: _overdue,
    State.REPORT_AWAITED: _report_awaited,
    State.TO_ENTER: _to_enter,
    State.TO_COMPLETE: _to_complete,
    State.TO_VERIFY: _to_verify,
    State.AWAITING_MDT: _awaiting_mdt,
    State.ACTION_OPEN: _action_open,
    State.DUE: _due,
    State.PLANNED: _planned,
}


def _stand(case: Situation, state: State, why: str, on: date, *, late: bool = False) -> Standing:
    return Standing(state, why, on, (case.today - on).days, late)


def _name(planned: PlannedScan) -> str:
    return "scan" if planned.modality is None else name_modality(planned.modality)


def _scan(case: Situation, exam: SeenExam) -> str:
    return f"{name_modality(exam.modality)} of {case.say(exam.performed_on)}"


def _note(planned: PlannedScan) -> str:
    return f" ({planned.note})" if planned.note else ""


def _say_missed(case: Situation, booked: PlannedScan) -> str:
    return f"{_name(booked)} was booked for {case.say(booked.planned_on)} and is not marked as performed{_beside(case, booked)}"


def _beside(case: Situation, booked: PlannedScan) -> str:
    """What the table of intervals says beside an appointment, and whether it lies later than that allows."""
    if case.due is None:
        what = "" if case.followed.exams else "; registered, no scan entered yet"
        return f"{_note(booked)}{what}"
    over = (booked.planned_on - case.due.on).days
    later = f", {over} days after it" if over > case.due.grace_days else ""
    return f"{_note(booked)}; {case.due.why}, due {case.say(case.due.on)}{later}"
