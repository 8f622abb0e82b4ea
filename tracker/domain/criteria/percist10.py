"""PERCIST 1.0: the response of the hottest lesion on FDG PET.

Source: Wahl RL et al., J Nucl Med 2009;50 Suppl 1:122S-150S, with the clarifications of O JH et al., Radiology
2016;280:576-584. What is compared is the SULpeak of the hottest lesion of each PET, which need not be the same lesion.
Thresholds are met where they are reached (Wahl's text; several tables print "more than").

One rule is one function. Order of judgement: what is seen without numbers (a new lesion, a visibly larger extent); the
baseline and the reference region; CMR; progression that the measured lesions prove; completeness; PMR; SMD.
The sentences are in ``percist10_reasons``, the walk over a course in ``percist10_course``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tracker.domain.assessment import Rule
from tracker.domain.criteria.grounds import NewLesionRules
from tracker.domain.endpoints.best_response import Scale
from tracker.domain.targets import organ_group
from tracker.domain.timeline import ReferenceUptake, Timeline
from tracker.domain.uptake import Uptake
from tracker.domain.vocabulary import LIVER, LesionRole, Response

NAME = "percist-1.0"
VERSION = "Wahl 2009"

SCALE = Scale(
    rank=(Response.CMR, Response.PMR, Response.SMD, Response.PMD, Response.NE),
    complete=Response.CMR,
    partial=Response.PMR,
    stable=Response.SMD,
    stable_without_targets=Response.SMD,
    progression=(Response.PMD,),
    between=(Response.NE, Response.SMD),
)

_MEASURABLE = "Wahl 2009, measurability of lesions at baseline"
_COMPARABLE = "Wahl 2009, normalisation of uptake; O 2016"
_RESPONSE = "Wahl 2009, objective response"

CMR = Rule("percist10.uptake.cmr", Response.CMR, _RESPONSE)
PMR = Rule("percist10.uptake.pmr", Response.PMR, _RESPONSE)
SMD = Rule("percist10.uptake.smd", Response.SMD, _RESPONSE)
PMD = Rule("percist10.uptake.pmd", Response.PMD, _RESPONSE)
PMD_BY_TLG = Rule("percist10.tlg.pmd", Response.PMD, _RESPONSE)
PMD_BY_EXTENT = Rule("percist10.extent.pmd", Response.PMD, _RESPONSE)
NO_PET = Rule("percist10.pet.ne", Response.NE, _RESPONSE)
NOT_MEASURABLE = Rule("percist10.baseline.ne", Response.NE, _MEASURABLE)
NOT_COMPARABLE = Rule("percist10.reference.ne", Response.NE, _COMPARABLE)
MISSING = Rule("percist10.uptake.ne", Response.NE, _RESPONSE)
OVERALL = Rule("percist10.overall", None, _RESPONSE)
NEW = NewLesionRules(
    Rule("percist10.new.unequivocal", Response.PMD, _RESPONSE),
    Rule("percist10.new.equivocal", None, _RESPONSE),
    Rule("percist10.new.missed_at_baseline", None, _RESPONSE),
)
#: What is called new without a PET: PERCIST counts a new lesion that takes up the tracer.
NEW_WITHOUT_PET = NEW._replace(certain=Rule("percist10.new.without_pet", None, _RESPONSE))

BLOOD_POOL = "blood pool"
#: How many times the mean of the reference region a lesion must reach, before two standard deviations are added.
TIMES = {LIVER: Fraction(3, 2), BLOOD_POOL: Fraction(2)}
_LEAST_CHANGE = Fraction(8, 10)


class Point(NamedTuple):
    """The hottest lesion of one PET: its SULpeak, 0 where every lesion is gone, and the glycolysis of the five hottest."""

    date: date
    label: str | None
    sul: Fraction
    tlg: Fraction | None


class Evidence(NamedTuple):
    """What one PET shows, and what it is compared with."""

    uptake: Uptake
    baseline: Point
    #: What growth is counted from, its glycolysis from its own point: the baseline, or the lowest by the setting.
    growth_from: Point
    tlg_from: Point
    from_lowest: bool
    #: Lesions that are not shown to be in the background.
    above_background: tuple[str, ...]
    reference: ReferenceUptake

    @property
    def hottest(self) -> Fraction:
        """The hottest measured SULpeak; 0 where none was, for what is gone is in the background."""
        return Fraction(self.uptake.hottest[0]) if self.uptake.hottest else Fraction()


def choose_region(timeline: Timeline) -> str:
    """The reference region: as set, else the blood pool where a lesion lies in the liver, else the liver (Wahl 2009).

    The lesions of the baseline decide, so that a later one changes no earlier result.
    """
    if timeline.settings.percist_region is not None:
        return timeline.settings.percist_region
    roles = (LesionRole.TARGET, LesionRole.NON_TARGET)
    diseased = any(lesion.role in roles and organ_group(lesion.organ) == LIVER for lesion in timeline.lesions)
    return BLOOD_POOL if diseased else LIVER


def mean_and_sd(reference: ReferenceUptake | None, region: str) -> tuple[Decimal | None, Decimal | None]:
    """Mean and standard deviation of the region; a mean of zero is no measurement."""
    if reference is None:
        return None, None
    mean, sd = reference.liver_sul_mean, reference.liver_sul_sd
    if region == BLOOD_POOL:
        mean, sd = reference.blood_pool_sul_mean, reference.blood_pool_sul_sd
    return mean or None, sd


def least_measurable(region: str, mean: Decimal, sd: Decimal) -> Fraction:
    """The SULpeak from which a lesion is measurable at the baseline: 1.5 times the liver's mean, or twice the blood
    pool's, and two standard deviations."""
    return TIMES[region] * Fraction(mean) + 2 * Fraction(sd)


def is_comparable(now: Decimal, baseline: Decimal) -> bool:
    """Two PETs are compared where the reference region's means lie within 20 % and within 0.3 SUL of each other."""
    apart = abs(Fraction(now) - Fraction(baseline))
    return 10 * apart <= 2 * Fraction(baseline) and 10 * apart <= 3


def is_in_background(sul: Decimal, reference: ReferenceUptake) -> bool:
    """Below the liver's mean and not above the blood pool's, as far as they were measured; one of the two always was."""
    liver, blood_pool = reference.liver_sul_mean, reference.blood_pool_sul_mean
    return (liver is None or sul < liver) and (blood_pool is None or sul <= blood_pool)


def is_at_least_30_percent_and_08_below(now: Fraction, baseline: Fraction) -> bool:
    """Partial metabolic response: SULpeak at least 30 % and at least 0.8 below the baseline. Exact: 10 S <= 7 B."""
    return 10 * now <= 7 * baseline and baseline - now >= _LEAST_CHANGE


def is_at_least_30_percent_and_08_above(now: Fraction, reference: Fraction) -> bool:
    """Progressive metabolic disease: SULpeak at least 30 % and at least 0.8 above. Exact: 10 S >= 13 R."""
    return 10 * now >= 13 * reference and now - reference >= _LEAST_CHANGE


def is_glycolysis_at_least_75_percent_above(seen: Evidence) -> bool:
    """Progressive metabolic disease: glycolysis of the five hottest lesions at least 75 % above, with no decline in SUL.

    What is known now is at most the whole, so it proves growth by itself. Exact: 4 G >= 7 R.
    """
    then = seen.tlg_from.tlg
    return bool(then) and 4 * seen.uptake.known_tlg >= 7 * (then or 0) and seen.hottest >= seen.growth_from.sul


def judge_uptake(seen: Evidence) -> Rule:
    """The response of the lesions there were at the baseline, where baseline and reference allow it.

    A lesion without a SULpeak could be the hottest: nothing but progression can be told without it.
    """
    if not seen.uptake.missing and not seen.above_background:
        return CMR
    if is_at_least_30_percent_and_08_above(seen.hottest, seen.growth_from.sul):
        return PMD
    if is_glycolysis_at_least_75_percent_above(seen):
        return PMD_BY_TLG
    if seen.uptake.missing:
        return MISSING
    return PMR if is_at_least_30_percent_and_08_below(seen.hottest, seen.baseline.sul) else SMD
