"""When a time to an event is cut short (censored) instead of ended: named rules, and what a course gives them to judge.

RECIST 1.1 says nothing of censoring. Two rules are in use:
"fda-2018": FDA 2018, Clinical Trial Endpoints for the Approval of Cancer Drugs and Biologics, example tables for
progression-free survival: a new treatment before progression, and an event after two or more missed visits, cut the time at
the last adequate assessment before them;
"ema-2012": EMA/CHMP/27994/2008/Rev.1 (2012), appendix on progression-free survival: events count on their own date,
whatever came before them.
Under both, a course without an event is cut at its last adequate assessment, and one without any at its start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracker.domain.assessment import Assessment
from tracker.domain.timeline import SETTING_WORDS, Timeline
from tracker.domain.treatment_lines import LOCAL_KINDS, own_treatment, start_of_course, start_of_new_line
from tracker.domain.vocabulary import LesionRole, Response, Term
from tracker.domain.wording import format_date
from tracker.errors import InputError, Problem

#: Days; what is planned less often is no follow-up of metastases.
_LONGEST_INTERVAL = 730


@dataclass(frozen=True, slots=True)
class Censoring:
    """One published rule: its name, its source, and what cuts a time before its event."""

    name: str
    source: str
    at_new_treatment: bool
    after_missed_visits: bool


FDA_2018 = Censoring("fda-2018", "FDA 2018, Clinical Trial Endpoints, example tables for PFS", True, True)
EMA_2012 = Censoring("ema-2012", "EMA/CHMP/27994/2008/Rev.1, 2012", False, False)
CENSORING = {rule.name: rule for rule in (FDA_2018, EMA_2012)}


class DayCount(Term):
    """How days are counted."""

    ELAPSED = "elapsed", "End minus start: an event on the day of the start comes after 0 days."
    CDISC = "cdisc", "End minus start plus one, as CDISC's ADaM counts: the day of the start is day 1."

    @property
    def added(self) -> int:
        return 1 if self is DayCount.CDISC else 0


@dataclass(frozen=True, slots=True)
class TimeRules:
    """The named conventions of times to an event. InputError where one is none that is known."""

    censoring: str = FDA_2018.name
    #: Days between planned scans. Without it nobody can say which visits were missed, so none are judged.
    planned_interval_days: int | None = None
    #: How many days late a planned scan may be before it counts as missed.
    visit_tolerance_days: int = 7
    day_count: DayCount = DayCount.ELAPSED
    #: Whether death ends a response like progression; RECIST 1.1 (4.7) knows progression only.
    death_ends_response: bool = False

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if problems:
            raise InputError(problems)

    def _problems(self) -> Iterator[Problem]:
        if self.censoring not in CENSORING:
            known = ", ".join(SETTING_WORDS["censoring"])
            yield Problem("censoring", f"'{self.censoring}' is not known; known are: {known}")
        interval = self.planned_interval_days
        if interval is not None and not 1 <= interval <= _LONGEST_INTERVAL:
            yield Problem("planned interval", f"is {interval} days; 1 to {_LONGEST_INTERVAL} are right")
        if not 0 <= self.visit_tolerance_days <= _LONGEST_INTERVAL:
            yield Problem("visit tolerance", f"is {self.visit_tolerance_days} days; 0 to {_LONGEST_INTERVAL} are right")

    @property
    def rule(self) -> Censoring:
        return CENSORING[self.censoring]

    @property
    def missed_visits_unknown(self) -> bool:
        """Whether the rule asks for missed visits, and no planned interval says which were."""
        return self.rule.after_missed_visits and self.planned_interval_days is None

    def two_visits_missed(self, since: date, until: date) -> bool:
        """Whether two planned scans or more were missed between an adequate assessment and an event.

        The second scan after ``since`` is due after two intervals; it is missed once the tolerance has passed too.
        """
        if self.planned_interval_days is None:
            return False
        return (until - since).days > 2 * self.planned_interval_days + self.visit_tolerance_days


@dataclass(frozen=True, slots=True)
class TreatmentChange:
    """A new treatment that began before the course's own follow-up was over."""

    date: date
    #: What began, as a clause: "a new line of treatment began on 4 May 2026".
    text: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a course gives to measure times by."""

    start: date
    baseline: date
    #: Dates of the adequate assessments after the baseline, in order: judged, not NE, and settled.
    assessed: tuple[date, ...]
    progression: date | None
    death: date | None
    change: TreatmentChange | None

    def last_assessed(self, *, before: date | None = None, until: date | None = None) -> date | None:
        """The last adequate assessment before a date, or up to and with one."""
        return max(
            (day for day in self.assessed if (before is None or day < before) and (until is None or day <= until)),
            default=None,
        )


def derive_follow_up(timeline: Timeline, assessment: Assessment, next_treatment: date | None = None) -> FollowUp:
    """The follow-up of one course. ``next_treatment`` is the start of the patient's next course, a new treatment too."""
    assessed = (
        row.shown_on or row.date
        for row in assessment.time_points[1:]
        if row.settled and row.overall_response not in (None, Response.NE)
    )
    changes = [*_changes(timeline, assessment)]
    if next_treatment is not None:
        changes.append(TreatmentChange(next_treatment, f"the next course began on {format_date(next_treatment)}"))
    return FollowUp(
        start=start_of_course(timeline),
        baseline=timeline.time_points[0].date,
        assessed=tuple(sorted(assessed)),
        progression=assessment.progression_date,
        death=timeline.death,
        change=min(changes, key=lambda change: change.date, default=None),
    )


def _changes(timeline: Timeline, assessment: Assessment) -> Iterator[TreatmentChange]:
    """A new line of systemic treatment, and a local treatment of a target that was not the course's own."""
    new_line = start_of_new_line(timeline)
    if new_line is not None:
        yield TreatmentChange(new_line, f"a new line of treatment began on {format_date(new_line)}")
    own = own_treatment(timeline)
    if own is not None and own.kind in LOCAL_KINDS:
        return
    rows = assessment.time_points
    changed = next((number for number, row in enumerate(rows) if number and row.after_treatment_change), None)
    if changed is None or (new_line is not None and new_line <= rows[changed - 1].date):
        return
    targets = [lesion.label for lesion in timeline.with_role(LesionRole.TARGET)]
    seen = [timeline.time_points[changed].observations.get(label) for label in targets]
    treated = [one for one in seen if one is not None and one.state.is_treated and not one.provisional]
    if not treated:
        return
    # Without a date of its own the treatment lies somewhere between this scan and the one before, which is untouched by it.
    before = rows[changed - 1].date
    dates = [max(one.treated_on, before) for one in treated if one.treated_on is not None]
    text = f"on {format_date(min(dates))}" if dates else f"after the scan of {format_date(before)}"
    yield TreatmentChange(min(dates, default=before), f"a target was treated locally {text}")
