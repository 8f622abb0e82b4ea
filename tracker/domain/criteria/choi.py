"""Choi criteria: size or attenuation of the targets.

Source: Choi H et al., J Clin Oncol 2007;25:1753-1759 (GIST on imatinib, CT in the portal venous phase). Response is counted
from the baseline; that growth counts from the smallest sum so far is a named convention.

Size alone decides where attenuation is not evaluable and the sum is 10 % below the baseline without having grown by 10 %
since its smallest value: one of the two suffices for a response. It does not decide otherwise, for a fall in attenuation
would turn stable or larger targets into a response. Attenuation alone decides where it fell by 15 %.
Where no attenuation was recorded at all, neither at the baseline nor now, the criteria are not applied: targets that shrank
would be judged by another threshold of size, and by nothing of Choi's.
"""

from __future__ import annotations

from tracker.domain.assessment import Assessment, Rule
from tracker.domain.criteria.course import Published, walk
from tracker.domain.criteria.grounds import Fired
from tracker.domain.criteria.size_and_attenuation import (
    SCALE,
    Clauses,
    Evidence,
    SizeAndAttenuation,
    say_attenuation,
    say_size,
)
from tracker.domain.timeline import Timeline
from tracker.domain.vocabulary import Response

NAME = "choi"
VERSION = "Choi 2007"

_NADIR = f"{VERSION}; growth from the smallest sum is a named convention"

CLAUSES = Clauses.of("choi", VERSION)
PR_BY_ATTENUATION = Rule("choi.target.pr_by_attenuation", Response.PR, VERSION)
PR_BY_SIZE = Rule("choi.target.pr_by_size", Response.PR, VERSION)
PD = Rule("choi.target.pd", Response.PD, _NADIR)
SD = Rule("choi.target.sd", Response.SD, _NADIR)
WITHOUT_SIZE = Rule("choi.target.ne_size", Response.NE, VERSION)
WITHOUT_ATTENUATION = Rule("choi.target.ne_attenuation", Response.NE, VERSION)
NOT_RECORDED = Rule("choi.target.ne_not_recorded", Response.NE, f"{VERSION}; only where attenuation was recorded")


def assess(timeline: Timeline) -> Assessment:
    """What Choi's criteria make of a timeline."""
    return walk(timeline, Published(NAME, VERSION, SCALE), SizeAndAttenuation(timeline, CLAUSES, judge_targets))


def judge_targets(seen: Evidence) -> Fired:
    """Size -10 % or attenuation -15 % is a response; size +10 % without such a fall in attenuation is progression."""
    rule = _rule(seen)
    return Fired(rule, _say, (rule.id, seen))


def _rule(seen: Evidence) -> Rule:
    if not seen.attenuation.recorded:
        return NOT_RECORDED
    if seen.attenuation.fell:
        return PR_BY_ATTENUATION
    if seen.grown is None:
        return WITHOUT_SIZE
    if seen.grown:
        return WITHOUT_ATTENUATION if seen.attenuation.fell is None else PD
    if seen.shrunk:
        return PR_BY_SIZE
    return WITHOUT_ATTENUATION if seen.attenuation.fell is None else SD


_MEANS = {
    PR_BY_ATTENUATION.id: "15 % or more is a response whatever the size",
    PR_BY_SIZE.id: "10 % less than the baseline is a response by size alone",
    PD.id: "10 % or more is progression unless attenuation fell by 15 %",
    SD.id: "neither size nor attenuation reaches a response, and the sum has not grown by 10 %",
    WITHOUT_SIZE.id: "without a sum of targets neither growth nor stability can be told",
    NOT_RECORDED.id: "Choi's criteria are applied only where attenuation was recorded",
    WITHOUT_ATTENUATION.id: "only a fall in attenuation could tell a response from what the size shows",
}


def _say(rule: str, seen: Evidence) -> str:
    size, attenuation = say_size(seen), say_attenuation(seen.attenuation)
    return f"{size[0].upper()}{size[1:]}; {attenuation}: {_MEANS[rule]}."
