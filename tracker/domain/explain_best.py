"""Why the best response is what it is: the visits that count, those that do not, and what confirms.

Source: Eisenhauer 2009, 4.4.3 (best response, minimum stable disease), 4.6 and Table 3 (confirmation). The rules are those of
``endpoints.best_response``; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.domain.assess import find_criterion
from tracker.domain.assessment import Assessment, TimePointAssessment
from tracker.domain.endpoints.admiralonco import NAME as ADMIRALONCO
from tracker.domain.endpoints.best_response import Scale, Visit, find_confirmed, visits_that_count
from tracker.domain.timeline import Settings, Timeline
from tracker.domain.treatment_lines import start_of_course
from tracker.domain.vocabulary import Response
from tracker.domain.wording import format_date


@dataclass(frozen=True, slots=True)
class BestExplained:
    """The best response of a course with its reasons, one sentence each."""

    best: Response | None
    confirmed: Response | None
    #: The visits that count, on the dates that count for them.
    counted: tuple[tuple[date, Response], ...]
    #: Time points that do not count, and why.
    left_out: tuple[tuple[date, str], ...]
    sentences: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "best_overall_response": None if self.best is None else str(self.best),
            "confirmed_best_overall_response": None if self.confirmed is None else str(self.confirmed),
            "counted": [{"date": day.isoformat(), "response": str(response)} for day, response in self.counted],
            "left_out": [{"date": day.isoformat(), "why": why} for day, why in self.left_out],
            "reasons": list(self.sentences),
        }


def explain_best(timeline: Timeline, assessment: Assessment) -> BestExplained:
    """The reasons of the best response that ``assessment`` gives."""
    scale = find_criterion(assessment.criteria).scale
    visits = visits_that_count(assessment.time_points, assessment.progression_date, scale)
    return BestExplained(
        best=assessment.best_overall_response,
        confirmed=assessment.confirmed_best_overall_response,
        counted=tuple((visit.date, visit.response) for visit in visits),
        left_out=tuple(_left_out(assessment, scale)),
        sentences=tuple(_sentences(timeline, assessment, visits, scale)),
    )


def _left_out(assessment: Assessment, scale: Scale) -> Iterator[tuple[date, str]]:
    """In the order in which ``visits_that_count`` leaves them out."""
    progression = assessment.progression_date
    for row in assessment.time_points[1:]:
        if row.after_progression:
            yield row.date, "after progression"
        elif not row.settled:
            yield row.date, "rests on values that wait for an answer"
        elif row.after_treatment_change:
            yield row.date, "behind a local treatment of a target or a new line of treatment"
        elif _shown_before(row, progression, scale):
            yield row.date, "on or after the day to which progression is dated"


def _shown_before(row: TimePointAssessment, progression: date | None, scale: Scale) -> bool:
    return progression is not None and row.date >= progression and row.overall_response not in scale.progression


def _sentences(timeline: Timeline, assessment: Assessment, visits: tuple[Visit, ...], scale: Scale) -> Iterator[str]:
    settings, start = timeline.settings, start_of_course(timeline)
    if len(assessment.time_points) == 1:
        yield "There is a baseline only: nothing can be judged yet."
        return
    if settings.best_response == ADMIRALONCO:
        yield f"By the rules of {ADMIRALONCO}, a setting to compare with that program."
        return
    if not visits:
        yield "No visit counts."
        return
    yield from _say_stable(visits, start, settings, scale)
    best = assessment.best_overall_response
    if not settings.confirmation_required and best is not None:
        first = next((visit for visit in visits if visit.response is best), None)
        if first is not None:
            number = f"the {len(visits)} visits that count" if len(visits) > 1 else "the one visit that counts"
            yield f"{best} is the best of {number}, first on {format_date(first.date)}."
    yield from _say_confirmation(visits, settings, scale)


def _say_stable(visits: tuple[Visit, ...], start: date, settings: Settings, scale: Scale) -> Iterator[str]:
    """Stable disease that came too early to count (4.4.3)."""
    for visit in visits:
        days = (visit.date - start).days
        if visit.response is scale.stable and days < settings.minimum_sd_days:
            yield (
                f"{visit.response} on {format_date(visit.date)} is day {days} from {format_date(start)}, before the "
                f"{settings.minimum_sd_days} days that stable disease has to last."
            )


def _say_confirmation(visits: tuple[Visit, ...], settings: Settings, scale: Scale) -> Iterator[str]:
    """Which visit confirms which (4.6), or that none does."""
    reached = [wanted for wanted in scale.responding if any(visit.strict is wanted for visit in visits)]
    if not reached:
        return
    wanted = (scale.complete,) if reached[0] is scale.complete else scale.responding
    pair = find_confirmed(visits, wanted, settings, scale) or find_confirmed(visits, scale.responding, settings, scale)
    if pair is None:
        first = next(visit for visit in visits if visit.strict in scale.responding)
        yield (
            f"{first.strict} of {format_date(first.date)} is not confirmed: no second response follows at least "
            f"{settings.confirmation_days} days later with at most {settings.max_between} other visit between."
        )
        return
    first, second = visits[pair[0]], visits[pair[1]]
    days = (second.date - first.date).days
    yield (
        f"{first.strict} of {format_date(first.date)} is confirmed by {second.strict} of {format_date(second.date)}, "
        f"{days} days later ({settings.confirmation_days} are needed)."
    )
