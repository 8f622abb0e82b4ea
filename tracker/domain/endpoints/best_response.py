"""Best response and its dates: what a whole course comes to, from the responses at its time points.

Source: Eisenhauer 2009, 4.4.3 (best response, minimum stable disease), 4.6 and Table 3 (confirmation), 4.3.5 (dating).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, final

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import Response


@dataclass(frozen=True, slots=True)
class Scale:
    """The responses of one criterion in their order, and what each means for the best response."""

    #: Best first.
    rank: tuple[Response, ...]
    complete: Response
    partial: Response
    stable: Response
    #: What stands in the place of stable disease where there are no targets.
    stable_without_targets: Response
    progression: tuple[Response, ...]
    #: Responses that may stand between a response and its confirmation.
    between: tuple[Response, ...]

    @property
    def responding(self) -> tuple[Response, Response]:
        return self.complete, self.partial

    @property
    def at_least_stable(self) -> tuple[Response, Response, Response]:
        return self.complete, self.partial, self.stable


#: RECIST 1.1, 4.4.3. NON-CR/NON-PD exists only where no target does; NED only without any disease at the baseline.
RECIST = Scale(
    rank=(Response.CR, Response.PR, Response.SD, Response.NON_CR_NON_PD, Response.NED, Response.PD, Response.NE),
    complete=Response.CR,
    partial=Response.PR,
    stable=Response.SD,
    stable_without_targets=Response.NON_CR_NON_PD,
    progression=(Response.PD,),
    between=(Response.NE, Response.SD),
)


@final
class Visit:
    """One time point after the baseline that may count for the best response."""

    __slots__ = ("date", "response", "strict")

    def __init__(
        self,
        date: date,
        response: Response,
        strict: Response,
    ) -> None:
        self.date: Final = date
        #: As shown, and as judged alone (no kept partial response).
        self.response: Final = response
        self.strict: Final = strict


class BestResponses(NamedTuple):
    """What the visits of a course come to."""

    best: Response
    confirmed: Response
    response_start: date | None


def judge_course(
    visits: Sequence[Visit], start: date, settings: Settings, *, has_targets: bool = True, scale: Scale = RECIST
) -> BestResponses:
    """A course's best and confirmed response, and where its response begins."""
    return BestResponses(
        compute_best_response(visits, start, settings, scale),
        compute_confirmed_response(visits, start, settings, has_targets=has_targets, scale=scale),
        find_response_start(visits, settings, scale),
    )


def find_progression_date(rows: Sequence[TimePointAssessment], scale: Scale = RECIST) -> date | None:
    """The earliest date that shows progression, once a time point has proved it without values still in question.

    A later time point may date it back: an equivocal lesion that became unequivocal, one seen in retrospect (4.3.5).
    """
    shown = (row.shown_on or row.date for row in rows if row.overall_response in scale.progression and row.settled)
    return min(shown, default=None)


def visits_that_count(
    rows: Sequence[TimePointAssessment], progression_date: date | None, scale: Scale = RECIST
) -> tuple[Visit, ...]:
    """Time points up to and including progression; rows from its date on, those that rest on what is provisional and
    those after a change of treatment are left out (4.4.3). Progression counts as the last visit, on its own date."""
    visits: list[Visit] = []
    for row in rows[1:]:
        if row.after_progression or not row.settled or row.after_treatment_change or row.overall_response is None:
            continue
        is_progression = row.overall_response in scale.progression
        if progression_date is not None and row.date >= progression_date and not is_progression:
            continue
        when = progression_date if is_progression and progression_date is not None else (row.shown_on or row.date)
        visits.append(Visit(when, row.overall_response, row.strict_response or row.overall_response))
    return tuple(visits)


def compute_best_response(visits: Sequence[Visit], start: date, settings: Settings, scale: Scale = RECIST) -> Response:
    """The best response without confirmation. Stable disease counts once it has lasted the minimum (4.4.3)."""
    counted = (
        visit.response
        for visit in visits
        if visit.response is not scale.stable or _lasts_minimum(visit, start, settings)
    )
    return min(counted, key=scale.rank.index, default=Response.NE)


def _lasts_minimum(visit: Visit, start: date, settings: Settings) -> bool:
    return (visit.date - start).days >= settings.minimum_sd_days


def find_confirmed(
    visits: Sequence[Visit], wanted: Sequence[Response], settings: Settings, scale: Scale = RECIST
) -> tuple[int, int] | None:
    """The first response of ``wanted`` that a later one confirms, as the two positions; None where none is (4.6).

    The second stands at least ``confirmation_days`` after the first; between them at most ``max_between`` visits are NE or
    stable.
    """
    for first, visit in enumerate(visits):
        if visit.strict not in wanted:
            continue
        between = 0
        for second in range(first + 1, len(visits)):
            later = visits[second]
            if later.strict in wanted and (later.date - visit.date).days >= settings.confirmation_days:
                return first, second
            if later.strict in scale.responding:
                continue
            if later.strict not in scale.between:
                break
            between += 1
            if between > settings.max_between:
                break
    return None


def confirms_an_earlier(visits: Sequence[Visit], settings: Settings, scale: Scale = RECIST) -> bool:
    """Whether the last visit confirms an earlier response, by the conditions of ``find_confirmed``."""
    last = visits[-1]
    if last.strict not in scale.responding:
        return False
    between = 0
    for earlier in reversed(visits[:-1]):
        if earlier.strict in scale.responding:
            if (last.date - earlier.date).days >= settings.confirmation_days:
                return True
        elif earlier.strict not in scale.between or between == settings.max_between:
            return False
        else:
            between += 1
    return False


def compute_confirmed_response(
    visits: Sequence[Visit], start: date, settings: Settings, *, has_targets: bool, scale: Scale = RECIST
) -> Response:
    """The best response with confirmation (Table 3), from the responses of each visit judged alone."""
    if find_confirmed(visits, (scale.complete,), settings, scale):
        return scale.complete
    if find_confirmed(visits, scale.responding, settings, scale):
        return scale.partial
    for number, visit in enumerate(visits):
        if visit.strict not in scale.at_least_stable:
            continue
        followed_by_sd = visit.strict is scale.partial and any(
            later.strict is scale.stable for later in visits[number + 1 :]
        )
        if _lasts_minimum(visit, start, settings) or followed_by_sd:
            return scale.stable if has_targets else scale.stable_without_targets
    rest = (visit.strict for visit in visits if visit.strict not in scale.at_least_stable)
    return min(rest, key=scale.rank.index, default=Response.NE)


def find_response_start(visits: Sequence[Visit], settings: Settings, scale: Scale = RECIST) -> date | None:
    """The first CR or PR that counts: any where no confirmation is required, else the first that was confirmed (4.7)."""
    if settings.confirmation_required:
        pair = find_confirmed(visits, scale.responding, settings, scale)
        return visits[pair[0]].date if pair else None
    return next((visit.date for visit in visits if visit.response in scale.responding), None)
