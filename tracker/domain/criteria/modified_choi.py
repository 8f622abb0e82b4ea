"""Modified Choi criteria: size and attenuation of the targets together.

Source: Nathan PD et al., Cancer Biol Ther 2010;9:15-19 (renal cell carcinoma on targeted treatment). The one change against
Choi 2007: a response needs both, the sum 10 % and the attenuation 15 % below the baseline.

Progression is Choi's: the sum 10 % above its smallest value, unless attenuation fell by 15 %; then the disease is stable.
Size alone decides where attenuation is not evaluable and the sum is neither 10 % below the baseline nor has grown by 10 %:
that is stable disease whatever the attenuation.
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

NAME = "modified-choi"
VERSION = "Nathan 2010"

_NADIR = f"{VERSION}, after Choi 2007; growth from the smallest sum is a named convention"

CLAUSES = Clauses.of("modified_choi", VERSION)
PR = Rule("modified_choi.target.pr", Response.PR, VERSION)
PD = Rule("modified_choi.target.pd", Response.PD, _NADIR)
SD = Rule("modified_choi.target.sd", Response.SD, _NADIR)
SD_LARGER_BUT_LESS_DENSE = Rule("modified_choi.target.sd_less_dense", Response.SD, _NADIR)
WITHOUT_SIZE = Rule("modified_choi.target.ne_size", Response.NE, VERSION)
WITHOUT_ATTENUATION = Rule("modified_choi.target.ne_attenuation", Response.NE, VERSION)


def assess(timeline: Timeline) -> Assessment:
    """What the modified Choi criteria make of a timeline."""
    return walk(timeline, Published(NAME, VERSION, SCALE), SizeAndAttenuation(timeline, CLAUSES, judge_targets))


def judge_targets(seen: Evidence) -> Fired:
    """Size -10 % and attenuation -15 % together are a response; size +10 % without the latter is progression."""
    rule = _rule(seen)
    return Fired(rule, _say, (rule.id, seen))


def _rule(seen: Evidence) -> Rule:
    fell = seen.attenuation.fell
    if seen.shrunk and fell:
        return PR
    if seen.grown is None:
        return WITHOUT_SIZE
    if seen.grown:
        return WITHOUT_ATTENUATION if fell is None else SD_LARGER_BUT_LESS_DENSE if fell else PD
    if seen.shrunk and fell is None:
        return WITHOUT_ATTENUATION
    return SD


_MEANS = {
    PR.id: "10 % less and 15 % less, together a response",
    PD.id: "10 % or more is progression unless attenuation fell by 15 %",
    SD.id: "size and attenuation do not reach a response together, and the sum has not grown by 10 %",
    SD_LARGER_BUT_LESS_DENSE.id: "larger, but the fall in attenuation keeps it from progression",
    WITHOUT_SIZE.id: "without a sum of targets neither growth nor stability can be told",
    WITHOUT_ATTENUATION.id: "only the attenuation could tell what the size means",
}


def _say(rule: str, seen: Evidence) -> str:
    size, attenuation = say_size(seen), say_attenuation(seen.attenuation)
    return f"{size[0].upper()}{size[1:]}; {attenuation}: {_MEANS[rule]}."
