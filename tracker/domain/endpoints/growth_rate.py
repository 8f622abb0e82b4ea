"""How fast the sum of targets grew or shrank between two scans: tumour growth rate, specific growth rate, doubling time.

The sum of diameters stands for a diameter, its cube for a volume. New lesions are in no sum and so in no rate.
Sources: Ferté C et al., Clin Cancer Res 2014;20:246-252 (tumour growth rate); Mehrara E et al., Cancer Res
2007;67:3970-3975 (specific growth rate). Context for a reader: no response is decided by a rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tracker.domain.assessment import Assessment, TimePointAssessment
from tracker.domain.lengths import Length
from tracker.domain.wording import format_date

DAYS_A_MONTH = 30.44
#: The group that published the rate counts the day of the first scan and the day of the second.
DAYS_ADDED = 1
#: Under four weeks a millimetre of reading error is a large monthly rate.
STABLE_FROM_DAYS = 28
_LARGEST_EXPONENT = 700


@dataclass(frozen=True, slots=True)
class GrowthRate:
    """The rate between two scans; numbers are None where it is undefined, ``why`` then says so."""

    first_on: date
    second_on: date
    #: (days + 1) / 30.44
    months: float
    #: Change of the volume a month in percent: 100 (exp(TG) − 1), TG = 3 ln(D2 / D1) / months.
    percent_per_month: float | None = None
    #: ln(V2 / V1) / days, with V = D³: a part of the volume a day.
    specific_per_day: float | None = None
    #: Days in which the volume doubles, ln 2 / specific rate; negative: in which it halves; None where nothing changed.
    doubling_days: float | None = None
    #: Under four weeks apart: the rate is unstable.
    unstable: bool = False
    why: str = ""


def months_between(first: date, second: date) -> float:
    """(days + 1) / 30.44, as Ferté's group counts. ValueError where the second is not later."""
    days = (second - first).days
    if days <= 0:
        raise ValueError(f"the second scan ({second}) is not later than the first ({first})")
    return (days + DAYS_ADDED) / DAYS_A_MONTH


def growth_percent_per_month(first: Length, second: Length, months: float) -> float:
    """100 (exp(3 ln(D2 / D1) / months) − 1). ValueError for a sum of 0 or no time between.

    Infinite where it is too large for a number: thousandfold growth from one day to the next is an error of entry."""
    if not first.um or not second.um:
        raise ValueError("a rate is undefined where a sum is 0")
    if months <= 0:
        raise ValueError(f"a rate needs time between two scans, not {months} months")
    growth = 3 * math.log(second.um / first.um) / months
    return 100 * math.expm1(growth) if growth < _LARGEST_EXPONENT else math.inf


def compute_growth_rate(first: Length | None, first_on: date, second: Length | None, second_on: date) -> GrowthRate:
    """The rate between two sums of the same targets; None is a sum that is not complete. ValueError for dates out of
    order."""
    months = months_between(first_on, second_on)
    days = (second_on - first_on).days
    unstable = days < STABLE_FROM_DAYS
    if first is None or second is None:
        why = f"The sum on {format_date(first_on if first is None else second_on)} is not complete."
        return GrowthRate(first_on, second_on, months, unstable=unstable, why=why)
    if not first.um or not second.um:
        zero = format_date(second_on if first.um else first_on)
        why = f"The sum on {zero} is 0: nothing grows from 0, and no rate leads to it."
        return GrowthRate(first_on, second_on, months, unstable=unstable, why=why)
    specific = 3 * math.log(second.um / first.um) / days
    return GrowthRate(
        first_on,
        second_on,
        months,
        growth_percent_per_month(first, second, months),
        specific,
        math.log(2) / specific if specific else None,
        unstable,
        f"The scans are {days} days apart; under {STABLE_FROM_DAYS} days a rate is unstable." if unstable else "",
    )


def compute_growth_rates(assessment: Assessment) -> tuple[GrowthRate, ...]:
    """The rate of each time point against the firm one before it, under one treatment.

    Rows with values in question and rows after a change of treatment are left out; an incomplete sum stays as a gap.
    """
    rows: list[TimePointAssessment] = [
        row for row in assessment.time_points if not (row.provisional or row.after_treatment_change)
    ]
    return tuple(
        compute_growth_rate(first.sum, first.date, second.sum, second.date) for first, second in pairwise(rows)
    )
