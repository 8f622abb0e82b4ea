"""What a whole course comes to, in one object: times to an event, shrinkage, growth. A page or ``tracker assess`` prints it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.domain.assess import find_criterion
from tracker.domain.assessment import Assessment
from tracker.domain.endpoints.censoring import TimeRules, derive_follow_up
from tracker.domain.endpoints.growth_models import Growth, growth_of
from tracker.domain.endpoints.growth_rate import GrowthRate, compute_growth_rates
from tracker.domain.endpoints.shrinkage import (
    DepthOfResponse,
    EarlyShrinkage,
    compute_depth_of_response,
    compute_early_shrinkage,
)
from tracker.domain.endpoints.time_to_event import (
    NotApplicable,
    TimeToEvent,
    compute_duration_of_response,
    compute_duration_of_stable_disease,
    compute_progression_free_survival,
    compute_time_to_progression,
)
from tracker.domain.timeline import Timeline
from tracker.domain.written import number, write_mm


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoints of one course, with the conventions they were measured under."""

    rules: TimeRules
    progression_free_survival: TimeToEvent
    time_to_progression: TimeToEvent
    duration_of_response: TimeToEvent | NotApplicable
    duration_of_stable_disease: TimeToEvent | NotApplicable
    early_shrinkage: EarlyShrinkage
    depth_of_response: DepthOfResponse
    growth_rates: tuple[GrowthRate, ...]
    #: Growth and decay of the sum of targets over the whole course, by the best of four curves.
    growth: Growth

    def to_dict(self) -> dict[str, Any]:
        """Plain values; every key always present, null where it does not apply."""
        rules = self.rules
        return {
            "censoring": rules.censoring,
            "planned_interval_days": rules.planned_interval_days,
            "visit_tolerance_days": rules.visit_tolerance_days,
            "day_count": str(rules.day_count),
            "death_ends_response": rules.death_ends_response,
            "progression_free_survival": self.progression_free_survival.to_dict(),
            "time_to_progression": self.time_to_progression.to_dict(),
            "duration_of_response": self.duration_of_response.to_dict(),
            "duration_of_stable_disease": self.duration_of_stable_disease.to_dict(),
            "early_shrinkage": _write_early(self.early_shrinkage),
            "depth_of_response": _write_depth(self.depth_of_response),
            "growth_rates": [_write_rate(rate) for rate in self.growth_rates],
            "growth": _write_growth(self.growth),
        }


def derive_endpoints(
    timeline: Timeline,
    assessment: Assessment,
    rules: TimeRules | None = None,
    *,
    next_treatment: date | None = None,
    week: int = 8,
) -> Endpoints:
    """The endpoints of a course from what a criterion made of its timeline.

    Without ``rules`` the timeline's setting names the censoring and the other conventions are the usual ones.
    ``next_treatment`` is the start of the patient's next course; ``week`` is the one early shrinkage is asked for.
    """
    rules = rules_of(timeline) if rules is None else rules
    follow_up = derive_follow_up(timeline, assessment, next_treatment)
    scale = find_criterion(assessment.criteria).scale
    return Endpoints(
        rules=rules,
        progression_free_survival=compute_progression_free_survival(follow_up, rules),
        time_to_progression=compute_time_to_progression(follow_up, rules),
        duration_of_response=compute_duration_of_response(follow_up, assessment, rules),
        duration_of_stable_disease=compute_duration_of_stable_disease(follow_up, assessment, rules),
        early_shrinkage=compute_early_shrinkage(assessment, follow_up.start, week, scale),
        depth_of_response=compute_depth_of_response(assessment, scale),
        growth_rates=compute_growth_rates(assessment),
        growth=growth_of(assessment),
    )


def rules_of(timeline: Timeline, planned_interval_days: int | None = None) -> TimeRules:
    """The usual rules of a timeline: its own censoring, with a planned interval where one is known."""
    return TimeRules(censoring=timeline.settings.censoring, planned_interval_days=planned_interval_days)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _write_early(early: EarlyShrinkage) -> dict[str, Any]:
    return {
        "reached": early.reached,
        "asked_week": early.asked_week,
        "week": early.week,
        "date": _iso(early.date),
        "sum_mm": write_mm(early.sum),
        "percent": number(early.percent),
        "reason": early.why,
    }


def _write_depth(depth: DepthOfResponse) -> dict[str, Any]:
    return {
        "percent": number(depth.percent),
        "date": _iso(depth.date),
        "sum_mm": write_mm(depth.sum),
        "reason": depth.why,
    }


def _write_rate(rate: GrowthRate) -> dict[str, Any]:
    """Rates are statistics: four significant digits say more than they know."""
    return {
        "from": rate.first_on.isoformat(),
        "to": rate.second_on.isoformat(),
        "percent_per_month": _rounded(rate.percent_per_month),
        "specific_per_day": _rounded(rate.specific_per_day),
        "doubling_days": _rounded(rate.doubling_days),
        "unstable": rate.unstable,
        "reason": rate.why,
    }


def _write_growth(growth: Growth) -> dict[str, Any]:
    return {
        "model": None if growth.model is None else str(growth.model),
        "growth_per_day": _rounded(growth.g),
        "decay_per_day": _rounded(growth.d),
        "shrinking_part": _rounded(growth.phi),
        "doubling_days": _rounded(growth.doubling_days),
        "reason": "" if growth.no_rate is None else growth.no_rate.sentence,
    }


def _rounded(value: float | None) -> float | None:
    """Four significant digits; None where there is none or it is too large for a number."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.4g}")
