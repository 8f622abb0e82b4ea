"""How much the sum of targets shrank: early tumour shrinkage and depth of response.

Sources: Piessevaux H et al., J Clin Oncol 2013;31:3764-3775 (20 % at week 8); Modest DP et al. (AIO KRK0104),
Eur J Cancer 2013;49:3361-3368 (week 6); Heinemann V et al., Eur J Cancer 2015;51:1927-1936 (depth of response).

Only firm sums count: complete, without a provisional value, and under the course's treatment. That is stricter than for
the best response, where a provisional row may count if its response stands anyway: here the number itself is the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from tracker.domain.assessment import Assessment, TimePointAssessment
from tracker.domain.endpoints.best_response import RECIST, Scale
from tracker.domain.lengths import Length, percent_change
from tracker.domain.wording import format_date, format_percent, mm
from tracker.errors import InputError

#: Early means here: not before the end of week 6 and not after the end of week 10 from the start of the treatment.
FIRST_WEEK, LAST_WEEK = 6, 10
#: How many weeks a scan may lie from the week it stands for.
TOLERANCE_WEEKS = 2
_DAYS = 7
_ALL_GONE = Decimal(-100)


@dataclass(frozen=True, slots=True)
class EarlyShrinkage:
    """Early tumour shrinkage. ``reached`` is None where it was not computed; ``why`` is the sentence in either case."""

    reached: bool | None
    #: The week it was asked for, and the one it was judged at (whole weeks from the start, the nearest).
    asked_week: int
    week: int | None
    date: date | None
    sum: Length | None
    baseline: Length | None
    why: str

    @property
    def percent(self) -> Decimal | None:
        """Change from the baseline, for display."""
        return None if self.sum is None or self.baseline is None else _shown_percent(self.sum, self.baseline)


@dataclass(frozen=True, slots=True)
class DepthOfResponse:
    """The most negative change of the sum from the baseline, in percent; positive where it never was below.

    −100 is shown only for a sum of 0: nodes that became normal keep their short axes in the sum.
    """

    percent: Decimal | None
    date: date | None
    sum: Length | None
    baseline: Length | None
    why: str


def is_at_least_20_percent_below(now: Length, baseline: Length) -> bool:
    """Early tumour shrinkage: the sum is at least 20 % below its baseline (Piessevaux 2013). Exact: 5 S <= 4 B."""
    return 5 * now.um <= 4 * baseline.um


def compute_early_shrinkage(
    assessment: Assessment, start: date, week: int = 8, scale: Scale = RECIST
) -> EarlyShrinkage:
    """Early tumour shrinkage at ``week`` (8, or 6) after ``start``, the start of the course.

    Judged at the firm sum nearest to that week, at most two weeks away and within weeks 6 to 10; of two as near, the
    earlier. ``scale`` names the responses of the criterion that judged. InputError for a week outside 6 to 10.
    """
    if not FIRST_WEEK <= week <= LAST_WEEK:
        raise InputError(f"Early shrinkage is judged in week {FIRST_WEEK} to {LAST_WEEK}, not in week {week}.")
    baseline = _baseline(assessment)
    if isinstance(baseline, str):
        return EarlyShrinkage(None, week, None, None, None, None, baseline)
    first = _DAYS * max(FIRST_WEEK, week - TOLERANCE_WEEKS)
    last = _DAYS * min(LAST_WEEK, week + TOLERANCE_WEEKS)
    rows = [row for row in assessment.time_points[1:] if first <= (row.date - start).days <= last]
    firm = [row for row in _until_progression(assessment, rows, scale) if row.sum is not None]
    if not firm:
        why = _why_no_sum(assessment, rows, first, last)
        return EarlyShrinkage(None, week, None, None, None, baseline, why)
    row = min(firm, key=lambda row: (abs((row.date - start).days - _DAYS * week), row.date))
    now = row.sum or Length(0)
    days = (row.date - start).days
    reached = is_at_least_20_percent_below(now, baseline)
    change = format_percent(_shown_percent(now, baseline))
    why = (
        f"{mm(now)} on {format_date(row.date)}, day {days} of the course, is {change} against the baseline of"
        f" {mm(baseline)} (−20 % or less is early shrinkage)."
    )
    return EarlyShrinkage(reached, week, (2 * days + _DAYS) // (2 * _DAYS), row.date, now, baseline, why)


def compute_depth_of_response(assessment: Assessment, scale: Scale = RECIST) -> DepthOfResponse:
    """Depth of response: 100 (smallest sum − baseline) / baseline, up to and with the first progression."""
    baseline = _baseline(assessment)
    if isinstance(baseline, str):
        return DepthOfResponse(None, None, None, None, baseline)
    rows = _until_progression(assessment, assessment.time_points[1:], scale)
    firm = [(row.sum, row.date) for row in rows if row.sum is not None]
    if not firm:
        why = "There is no complete sum after the baseline and before or at progression."
        return DepthOfResponse(None, None, None, baseline, why)
    smallest, day = min(firm)
    percent = _shown_percent(smallest, baseline)
    why = (
        f"The smallest sum up to progression is {mm(smallest)} on {format_date(day)},"
        f" {format_percent(percent)} against the baseline of {mm(baseline)}."
    )
    return DepthOfResponse(percent, day, smallest, baseline, why)


def _baseline(assessment: Assessment) -> Length | str:
    """The baseline sum, or why there is none to compare with."""
    first = assessment.time_points[0]
    if first.baseline is None:
        missing = first.sum_of_measured is not None
        return "The baseline sum is not complete." if missing else "There are no measured targets at the baseline."
    if first.provisional:
        return "The baseline holds values that are still in question."
    return first.baseline if first.baseline.um else "The baseline sum is 0."


def _until_progression(
    assessment: Assessment, rows: Sequence[TimePointAssessment], scale: Scale
) -> tuple[TimePointAssessment, ...]:
    """Rows before or at the first progression, as for the best response, without provisional ones. Where a later scan
    dated the progression back, rows from that date on are left out, but the one that proved it stays."""
    progression = assessment.progression_date
    return tuple(
        row
        for row in rows
        if not (row.provisional or row.after_progression or row.after_treatment_change)
        and (progression is None or row.date < progression or row.overall_response in scale.progression)
    )


def _why_no_sum(assessment: Assessment, rows: Sequence[TimePointAssessment], first: int, last: int) -> str:
    if not rows:
        return f"There is no scan from day {first} to day {last} of the course."
    row = rows[0]
    day = format_date(row.date)
    if row.after_treatment_change:
        return f"The scan on {day} lies behind a change of treatment."
    if row.provisional:
        return f"The scan on {day} holds values that are still in question."
    if row.sum is None:
        return f"The sum on {day} is not complete."
    progression = assessment.progression_date
    return f"The course had progressed{f' on {format_date(progression)}' if progression else ''}, before the scan on {day}."


def _shown_percent(now: Length, baseline: Length) -> Decimal:
    """One decimal; a sum that is not 0 is never rounded to −100 %."""
    percent = percent_change(now.um, baseline.um) or Decimal(0)
    if percent == _ALL_GONE and now.um:
        exact = Decimal(100) * (now.um - baseline.um) / baseline.um
        return exact.quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return percent
