"""The sentences of disagreements: what was reported, what was confirmed, what the arithmetic rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.criteria.recist11 import is_at_least_20_percent_and_5_mm_above, is_at_least_30_percent_below
from tracker.domain.lengths import Length
from tracker.domain.narrative import Narrative, Trend
from tracker.domain.record import Confirmation
from tracker.domain.vocabulary import Response
from tracker.domain.waiting import PROGRESSION
from tracker.domain.wording import format_date, format_percent, mm, percent_against

#: What a sum of targets decides, by its size.
_BY_SIZE = (Response.PR, Response.SD, Response.I_PR, Response.I_SD)
_SIDE_BY_SIDE = {
    Response.PD: "growth from the nadir",
    Response.PR: "shrinkage from the baseline",
    Response.SD: "shrinkage from the baseline and growth from the nadir",
}


def say_response(response: Response | None) -> str:
    """The letters of a response; words where there is none."""
    return "no response" if response is None else str(response)


def say_reported(narrative: Narrative, on: date) -> str:
    """ "The report of 9 Nov 2026 calls this stable disease", or says "unchanged"."""
    if narrative.response is None:
        return f"The report of {format_date(on)} says “{narrative.text}”"
    meaning = narrative.response.meaning.split(":")[0].rstrip(".").split(",")[0]
    if narrative.response is Response.NON_CR_NON_PD:
        return f"The report of {format_date(on)} calls this {narrative.response}"
    return f"The report of {format_date(on)} calls this {meaning[0].lower()}{meaning[1:]}"


def say_confirmed(confirmed: Confirmation, *, lower: bool = False) -> str:
    """ "Confirmed PR by Dr Example"; as the second half of a sentence "Dr Example confirmed PR"."""
    if lower:
        return f"{confirmed.confirmed_by} confirmed {confirmed.response}"
    remark = f" (“{confirmed.remark}”)" if confirmed.remark else ""
    return f"Confirmed {confirmed.response} by {confirmed.confirmed_by}{remark}"


def say_version(confirmed: Confirmation) -> str:
    """Which version of the record was looked at."""
    return "" if confirmed.patient_version is None else f" on version {confirmed.patient_version}"


def say_confirmation(confirmed: Confirmation | None, row: TimePointAssessment) -> str:
    """ "Not confirmed", "Confirmed PR by Dr Example", with the sum it rested on where that has moved; or that it stands no more."""
    if confirmed is None:
        return "Not confirmed"
    said = say_confirmed(confirmed)
    if not confirmed.stands(row.overall_response):
        return f"{said}{say_version(confirmed)}; now computes {say_response(row.overall_response)}"
    if confirmed.sum is None or row.sum is None or confirmed.sum == row.sum:
        return said
    return f"{said} on a sum of {mm(confirmed.sum)}, now {mm(row.sum)}"


def say_arithmetic(row: TimePointAssessment) -> str:
    """What the computed response rests on: ": 24.0 % and 9 mm above the nadir of 37 mm (9 Nov 2026)"; empty for none."""
    response = row.overall_response
    if response in PROGRESSION and row.target_response is Response.PD and (grown := _above_nadir(row)) is not None:
        return f": {grown}"
    if response in _BY_SIZE and row.sum is not None and row.baseline is not None and row.baseline.um > 0:
        return f": {_against_baseline(row.sum, row.baseline)}"
    part = ".new." if row.new_lesions else ".non_target." if row.non_target_response is Response.PD else ".target."
    reasons = row.reasons
    told = next((reason for reason in reasons if part in reason.rule), reasons[0] if reasons else None)
    return "" if told is None else f": {told.text.rstrip('.')}"


def _above_nadir(row: TimePointAssessment) -> str | None:
    if row.sum is None or row.nadir is None or row.nadir.um == 0 or row.nadir_date is None:
        return None
    more = Length(row.sum.um - row.nadir.um) if row.sum.um > row.nadir.um else None
    if more is None:
        return None
    nadir = f"the nadir of {mm(row.nadir)} ({format_date(row.nadir_date)})"
    return f"{percent_against(row.sum, row.nadir, 20)} and {mm(more)} above {nadir}"


def _against_baseline(now: Length, baseline: Length) -> str:
    if now == baseline:
        return f"{mm(now)}, as at the baseline"
    side = "below" if now < baseline else "above"
    return f"{percent_against(now, baseline, 30)} {side} the baseline of {mm(baseline)}"


def say_prior(narrative: Narrative, rows: Sequence[TimePointAssessment], at: int) -> str:
    """Where the change from the scan before explains what the report says, and the rule looks at another scan; else empty."""
    row = rows[at]
    before = next((one for one in reversed(rows[:at]) if one.sum is not None), None)
    if row.sum is None or before is None or before.sum is None or before.sum.um == 0 or row.overall_response is None:
        return ""
    looked_at = row.nadir_date if row.overall_response in PROGRESSION else rows[0].date
    change = Decimal(100) * (row.sum.um - before.sum.um) / before.sum.um
    if before.date == looked_at or not _explains(narrative, row.sum, before.sum):
        return ""
    rule = _SIDE_BY_SIDE.get(row.overall_response.in_recist_letters)
    if rule is None:
        return ""
    return (
        f" Against the scan before ({format_date(before.date)}) the sum changed by {format_percent(change)}: a report compares "
        f"with that scan, the criterion counts {rule}."
    )


def _explains(narrative: Narrative, now: Length, before: Length) -> bool:
    """Whether the report's words fit the change from the scan before, by the same thresholds the categories have."""
    grown = is_at_least_20_percent_and_5_mm_above(now, before)
    shrunk = is_at_least_30_percent_below(now, before)
    if narrative.trend is Trend.UNCHANGED or narrative.response in (Response.SD, Response.I_SD):
        return not grown and not shrunk
    if narrative.trend is Trend.SMALLER or narrative.response in (Response.PR, Response.I_PR):
        return now < before
    if narrative.trend is Trend.LARGER or narrative.response in PROGRESSION:
        return now > before
    return False
