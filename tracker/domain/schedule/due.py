"""When the next scan is due: by which interval, and counted from which date. Every number is a row of the table of intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.record import Treatment
from tracker.domain.schedule.intervals import Interval, Intervals
from tracker.domain.vocabulary import Primary, TreatmentKind
from tracker.domain.waiting import Waiting
from tracker.domain.wording import format_date

#: Resections are followed closely for two years; immunotherapy has its early part.
_TWO_YEARS, _EARLY = timedelta(days=730), timedelta(weeks=24)
#: A scan so long before a week of the protocol is the scan of that week.
_BEFORE_WEEK = timedelta(weeks=4)
#: Local treatments whose effect shows late.
_RADIATION = (TreatmentKind.SIRT, TreatmentKind.RADIOTHERAPY)


@dataclass(frozen=True, slots=True)
class Due:
    """The date of the next scan, the interval that gives it, the rule in words, and from where it was counted."""

    on: date
    interval: Interval
    rule: str
    since: str = ""
    #: Whether a meeting is to see each scan: before a planned resection.
    for_meeting: bool = False

    @property
    def grace_days(self) -> int:
        return self.interval.grace_days

    @property
    def why(self) -> str:
        return f"{self.rule}; {self.since}" if self.since else self.rule

    def days_late(self, today: date) -> int:
        """Days past the due date; negative while it lies ahead."""
        return (today - self.on).days

    def is_overdue(self, today: date) -> bool:
        return self.days_late(today) > self.grace_days


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the rules look at."""

    last: date
    primary: Primary
    done: tuple[Treatment, ...]
    ahead: tuple[Treatment, ...]
    intervals: Intervals
    today: date

    def say(self, day: date) -> str:
        return format_date(day, year=day.year != self.today.year)

    @property
    def since(self) -> str:
        return f"last scan {self.say(self.last)}"

    def after_last(self, context: str, what: str, *, for_meeting: bool = False) -> Due:
        """So long after the last scan."""
        row = self.intervals[context]
        return Due(self.last + row.length, row, f"{row.in_words}{what}", self.since, for_meeting)

    def after_treatment(self, context: str, treatment: Treatment) -> Due:
        """So long after a treatment."""
        row = self.intervals[context]
        when = self.say(treatment.start)
        return Due(treatment.start + row.length, row, f"{row.in_words} after {treatment.name} of {when}")


def derive_due(
    last: date | None,
    treatments: Sequence[Treatment],
    primary: Primary,
    waiting: Waiting | None,
    intervals: Intervals,
    today: date,
) -> Due | None:
    """When the scan after the one of ``last`` is due; None where no scan has been made from which to count.

    ``waiting`` is an iUPD that is open: unless a local treatment came after the scan, the next one has to confirm it.
    """
    if last is None:
        return None
    done = tuple(one for one in treatments if not one.planned and one.start <= today)
    ahead = tuple(one for one in treatments if one.planned and one.start >= last)
    ground = _Ground(last, primary, done, ahead, intervals, today)
    after_scan = [one for one in done if one.kind.is_local and one.start >= last]
    if after_scan:
        return _after_local(ground, max(after_scan, key=lambda one: one.start))
    if waiting is not None:
        return _to_confirm(ground, waiting)
    running = [one for one in done if not one.kind.is_local and (one.stop is None or one.stop >= today)]
    if running:
        return _on_treatment(ground, max(running, key=lambda one: one.start))
    local = [one for one in done if one.kind.is_local]
    if local:
        return _surveillance(ground, max(local, key=lambda one: one.start))
    return ground.after_last("no-treatment", ", no treatment recorded as going on")


def _to_confirm(ground: _Ground, waiting: Waiting) -> Due:
    """After the iUPD, and not before its plan allows; where a later scan left it open, as long after that one."""
    row, when = ground.intervals["confirm-progression"], ground.say(waiting.on)
    if ground.last >= waiting.may_confirm_from:
        return Due(ground.last + row.length, row, f"the iUPD of {when} is still open ({row.in_words})", ground.since)
    first = max(waiting.may_confirm_from, waiting.on + row.length)
    return Due(first, row, f"to confirm the iUPD of {when} ({row.in_words})")


def _on_treatment(ground: _Ground, running: Treatment) -> Due:
    """By the kind of treatment that began last; before a planned resection at its pace."""
    what = f" on {running.name}"
    resections = [one for one in ground.ahead if one.kind is TreatmentKind.RESECTION]
    if running.kind is TreatmentKind.IMMUNOTHERAPY:
        early = ground.last - running.start < _EARLY
        return ground.after_last("immunotherapy-early" if early else "immunotherapy-late", what)
    if running.kind is TreatmentKind.RADIONUCLIDE:
        return _on_radioligand(ground, running)
    if resections:
        planned = min(resections, key=lambda one: one.start)
        what += f", before {planned.name} planned for {ground.say(planned.start)}"
        return ground.after_last("conversion", what, for_meeting=True)
    if running.kind is TreatmentKind.MAINTENANCE and ground.primary is Primary.COLORECTAL:
        return ground.after_last("maintenance-colorectal", what)
    return ground.after_last("systemic", what)


def _on_radioligand(ground: _Ground, running: Treatment) -> Due:
    """Two scans at fixed weeks of the treatment, then at intervals."""
    for context in ("radioligand-first", "radioligand-second"):
        row = ground.intervals[context]
        on = running.start + row.length
        if ground.last < on - _BEFORE_WEEK:
            rule = f"{row.in_words} of {running.name}, begun {ground.say(running.start)}"
            return Due(on, row, rule, ground.since)
    return ground.after_last("radioligand-later", f" on {running.name}")


def _after_local(ground: _Ground, local: Treatment) -> Due:
    """The scan that becomes the new baseline after a local treatment."""
    if local.kind in _RADIATION:
        return ground.after_treatment("radiation-first", local)
    if local.kind is TreatmentKind.RESECTION:
        return ground.after_treatment("resection-first", local)
    return ground.after_treatment("ablation-baseline", local)


def _surveillance(ground: _Ground, local: Treatment) -> Due:
    """Without a systemic treatment, after the local one that was last."""
    what = f" after {local.name}"
    if local.kind is TreatmentKind.RESECTION:
        early = ground.last - local.start < _TWO_YEARS
        return ground.after_last("resection-early" if early else "resection-late", what)
    return ground.after_last("ablation-later", what)
