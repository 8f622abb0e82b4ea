"""When the next scan is due, by the usual intervals after what was done last. Examples of practice, not rules of a site.

Sources of the intervals: RECIST 1.1 (Eisenhauer 2009) for 6 to 8 weeks on systemic treatment; iRECIST protocols for
immunotherapy; NETTER-2 for radioligands; protocols of thermal ablation and radio-embolisation; NCCN and ESMO for
follow-up after resection.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.record import PatientRecord, Treatment
from tracker.domain.vocabulary import TreatmentKind
from tracker.domain.waiting import WINDOW, Waiting
from tracker.domain.wording import format_date

#: Days a scan may be late before it is called overdue.
GRACE_ON_TREATMENT, GRACE_IN_SURVEILLANCE = 7, 28
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Due:
    """The date of the next scan, the days of grace, the interval that gives it, and from where it was counted."""

    on: date
    grace_days: int
    rule: str
    since: str = ""

    @property
    def why(self) -> str:
        return f"{self.rule}; {self.since}" if self.since else self.rule

    def days_late(self, today: date) -> int:
        """Days past the due date; negative while it lies ahead."""
        return (today - self.on).days

    def is_overdue(self, today: date) -> bool:
        return self.days_late(today) > self.grace_days


def derive_due(record: PatientRecord, today: date, waiting: Waiting | None = None) -> Due | None:
    """When the next scan is due; None where no scan has been made from which to count.

    ``waiting`` is an iUPD that is open: unless a local treatment came after the scan, the next one has to confirm it.
    """
    if not record.exams:
        return None
    last = max(exam.performed_on for exam in record.exams)
    since = f"last scan {format_date(last, year=last.year != today.year)}"
    done = [one for one in record.treatments if not one.planned and one.start <= today]
    after_scan = [one for one in done if one.kind.is_local and one.start >= last]
    if after_scan:
        return _after_local(max(after_scan, key=lambda one: one.start), today)
    if waiting is not None:
        return _to_confirm(waiting, last, today)
    running = [one for one in done if not one.kind.is_local and (one.stop is None or one.stop >= today)]
    if running:
        return _on_treatment(max(running, key=lambda one: one.start), last, since)
    local = [one for one in done if one.kind.is_local]
    if local:
        return _surveillance(max(local, key=lambda one: one.start), last, since)
    rule = "every 12 weeks, no treatment recorded as going on"
    return Due(last + timedelta(weeks=12), GRACE_IN_SURVEILLANCE, rule, since)


def _to_confirm(waiting: Waiting, last: date, today: date) -> Due:
    """Four to eight weeks after the iUPD (Seymour 2017); where a later scan left it open, as long after that one."""
    when = format_date(waiting.on, year=waiting.on.year != today.year)
    first = last + WINDOW if last >= waiting.may_confirm_from else waiting.may_confirm_from
    rule = f"to confirm the iUPD of {when} (4 to 8 weeks)"
    if last >= waiting.may_confirm_from:
        rule = f"the iUPD of {when} is still open (4 to 8 weeks)"
    return Due(first, WINDOW.days, rule)


def _on_treatment(running: Treatment, last: date, since: str) -> Due:
    """Every 8 weeks; immunotherapy every 6 to week 24 and every 12 after; radioligands every 12."""
    weeks, words = 8, f"every 8 weeks on {running.name}"
    if running.kind is TreatmentKind.IMMUNOTHERAPY:
        early = (last - running.start).days < 24 * _WEEK
        weeks = 6 if early else 12
        words = f"every {weeks} weeks {'to' if early else 'after'} week 24 on {running.name}"
    elif running.kind is TreatmentKind.RADIONUCLIDE:
        weeks, words = 12, f"every 12 weeks on {running.name}"
    return Due(last + timedelta(weeks=weeks), GRACE_ON_TREATMENT, words, since)


def _after_local(local: Treatment, today: date) -> Due:
    """The scan that becomes the new baseline after a local treatment."""
    when = format_date(local.start, year=local.start.year != today.year)
    if local.kind in (TreatmentKind.SIRT, TreatmentKind.RADIOTHERAPY):
        due = local.start + timedelta(weeks=13)
        return Due(due, GRACE_ON_TREATMENT, f"first judged 2 to 3 months after {local.name} of {when}")
    if local.kind is TreatmentKind.RESECTION:
        due = local.start + timedelta(weeks=13)
        return Due(due, GRACE_IN_SURVEILLANCE, f"3 months after {local.name} of {when}")
    return Due(
        local.start + timedelta(weeks=8), GRACE_ON_TREATMENT, f"new baseline 4 to 8 weeks after {local.name} of {when}"
    )


def _surveillance(local: Treatment, last: date, since: str) -> Due:
    """After resection every 6 months for 2 years, then every 12; after other local treatments every 3 months."""
    if local.kind is TreatmentKind.RESECTION:
        early = (last - local.start).days < 730
        weeks, words = (26, "every 3 to 6 months") if early else (52, "every 6 to 12 months")
        return Due(last + timedelta(weeks=weeks), GRACE_IN_SURVEILLANCE, f"{words} after {local.name}", since)
    return Due(last + timedelta(weeks=13), GRACE_IN_SURVEILLANCE, f"every 2 to 4 months after {local.name}", since)
