"""Times to an event of one course: progression-free survival, time to progression, duration of response and of stable disease.

Sources: Eisenhauer 2009, 4.7 (durations); FDA 2018, Clinical Trial Endpoints for the Approval of Cancer Drugs and Biologics
(progression-free survival counts progression and death, time to progression counts progression only). How a time is cut
short stands in ``censoring``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.domain.assessment import Assessment, Reason
from tracker.domain.endpoints.censoring import FollowUp, TimeRules
from tracker.domain.vocabulary import Response, Term
from tracker.domain.wording import format_date

_DURATIONS = "Eisenhauer 2009, 4.7"
_DEFINITIONS = "FDA 2018, Clinical Trial Endpoints"
_STABLE = (
    Response.SD, Response.NON_CR_NON_PD, Response.I_SD, Response.NON_ICR_NON_IUPD, Response.SMD,
)  # fmt: skip


class Endpoint(Term):
    """What is measured."""

    PFS = "progression-free survival", "From the start of the course to progression or death."
    TTP = "time to progression", "From the start of the course to progression; death cuts it."
    DOR = "duration of response", "From the first CR or PR that counts to progression (RECIST 1.1, 4.7)."
    DOSD = (
        "duration of stable disease",
        "From the start of the course to progression, where stable disease is the best.",
    )


@dataclass(frozen=True, slots=True)
class TimeToEvent:
    """A time with its end: an event, or the day up to which there was none (censored)."""

    endpoint: Endpoint
    start: date
    end: date
    #: As the rules count: end − start, or one more.
    days: int
    event: bool
    reason: Reason

    def to_dict(self) -> dict[str, Any]:
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "days": self.days,
            "event": self.event,
            "reason": _plain(self.reason),
        }


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A time that this course does not have, and why."""

    endpoint: Endpoint
    reason: Reason

    def to_dict(self) -> dict[str, Any]:
        return {"start": None, "end": None, "days": None, "event": None, "reason": _plain(self.reason)}


def compute_progression_free_survival(follow_up: FollowUp, rules: TimeRules) -> TimeToEvent:
    """From the start of the course to progression or death, whichever comes first."""
    return _measure(_Time(Endpoint.PFS, follow_up.start, _DEFINITIONS, death_counts=True), follow_up, rules)


def compute_time_to_progression(follow_up: FollowUp, rules: TimeRules) -> TimeToEvent:
    """From the start of the course to progression; a death before it is no event."""
    return _measure(_Time(Endpoint.TTP, follow_up.start, _DEFINITIONS, death_counts=False), follow_up, rules)


def compute_duration_of_response(
    follow_up: FollowUp, assessment: Assessment, rules: TimeRules
) -> TimeToEvent | NotApplicable:
    """From the first CR or PR that counts to progression (4.7), where the rules say so also to death."""
    first = assessment.response_start_date
    if first is None:
        text = "There was no complete or partial response that counts."
        return NotApplicable(Endpoint.DOR, Reason("endpoint.no-response", _DURATIONS, text))
    return _measure(_Time(Endpoint.DOR, first, _DURATIONS, rules.death_ends_response), follow_up, rules)


def compute_duration_of_stable_disease(
    follow_up: FollowUp, assessment: Assessment, rules: TimeRules
) -> TimeToEvent | NotApplicable:
    """From the start of the course to progression (4.7), for a course whose best response is stable disease."""
    best = assessment.best_overall_response
    if best not in _STABLE:
        text = f"The best response is {best}, not stable disease."
        return NotApplicable(Endpoint.DOSD, Reason("endpoint.not-stable", _DURATIONS, text))
    return _measure(_Time(Endpoint.DOSD, follow_up.start, _DURATIONS, death_counts=False), follow_up, rules)


@dataclass(frozen=True, slots=True)
class _Time:
    """What is to be measured: from when, by which definition, and whether death ends it."""

    endpoint: Endpoint
    start: date
    source: str
    death_counts: bool

    def ended(self, end: date, rules: TimeRules, *, event: bool, reason: Reason) -> TimeToEvent:
        """The result; nothing ends before it starts."""
        end = max(self.start, end)
        return TimeToEvent(
            self.endpoint, self.start, end, (end - self.start).days + rules.day_count.added, event, reason
        )


def _measure(time: _Time, follow_up: FollowUp, rules: TimeRules) -> TimeToEvent:
    """The event, unless something cuts the time before it; else the last adequate assessment."""
    event = _first_event(time, follow_up)
    change = follow_up.change
    if rules.rule.at_new_treatment and change is not None and (event is None or change.date < event.date):
        last = follow_up.last_assessed(until=change.date)
        return _cut(time, last, rules, "censored.new-treatment", f"{_capital(change.text)}, before {_missing(time)}")
    if event is None:
        last = follow_up.last_assessed(until=follow_up.death)
        died = follow_up.death is not None
        seen = (
            f"Death on {format_date(follow_up.death)} is no progression"
            if follow_up.death
            else "No progression was seen"
        )
        return _cut(time, last, rules, "censored.death" if died else "censored.last-assessment", seen)
    last = follow_up.last_assessed(before=event.date)
    # A course whose treatment was going on before its baseline has its first planned scan after the baseline.
    since = max(time.start, follow_up.baseline, last or time.start)
    if rules.rule.after_missed_visits and rules.two_visits_missed(since, event.date):
        gap = (event.date - since).days
        text = (
            f"{event.what} on {format_date(event.date)} came after two or more missed visits ({gap} days without an adequate"
            f" assessment, where one is planned every {rules.planned_interval_days} days and may be"
            f" {rules.visit_tolerance_days} days late)"
        )
        return _cut(time, last, rules, "censored.missed-visits", text)
    text = f"{event.what} on {format_date(event.date)} ends it{_from_start(time, event.date)}."
    if rules.missed_visits_unknown:
        text += " Missed visits were not judged: no planned interval is given."
    return time.ended(event.date, rules, event=True, reason=Reason(event.rule, time.source, text))


@dataclass(frozen=True, slots=True)
class _Event:
    date: date
    what: str
    rule: str


def _first_event(time: _Time, follow_up: FollowUp) -> _Event | None:
    events: list[_Event] = []
    if follow_up.progression is not None:
        events.append(_Event(follow_up.progression, "Progression", "endpoint.progression"))
    if time.death_counts and follow_up.death is not None:
        events.append(_Event(follow_up.death, "Death", "endpoint.death"))
    return min(events, key=lambda event: event.date, default=None)


def _cut(time: _Time, last: date | None, rules: TimeRules, rule: str, because: str) -> TimeToEvent:
    """Censored at an adequate assessment, or at the start where none came after it."""
    if last is None or last < time.start:
        rule = "censored.no-assessment" if rule == "censored.last-assessment" else rule
        end, where = time.start, f"its start, {format_date(time.start)}: no adequate assessment followed"
    elif last == time.start:
        end, where = last, f"its start, {format_date(last)}, the last adequate assessment"
    else:
        end, where = last, f"the last adequate assessment, {format_date(last)}"
        if rule in ("censored.new-treatment", "censored.missed-visits"):
            where = f"the last adequate assessment before, {format_date(last)}"
    text = f"{because}; the time is cut (censored) at {where}."
    return time.ended(end, rules, event=False, reason=Reason(rule, rules.rule.source, text))


def _missing(time: _Time) -> str:
    return "progression or death" if time.death_counts else "progression"


def _from_start(time: _Time, end: date) -> str:
    if end < time.start:
        return f", and lies before its start on {format_date(time.start)}: the time is none"
    return f", {(end - time.start) // timedelta(days=1)} days after its start on {format_date(time.start)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(reason: Reason) -> dict[str, str]:
    return {"rule": reason.rule, "source": reason.source, "text": reason.text}
