"""Best and confirmed response as the R package admiralonco 1.4.0 derives them: a named setting, to compare with that program.

It starts from responses that were given at each visit. Its rules are its own and differ from RECIST 1.1's Table 3:
NON-CR/NON-PD stands above PD, a short-lived CR or PR counts as NE, one SD between two PR is refused unless it is accepted,
and responses before the reference date count.
Source: pharmaverse/admiralonco 1.4.0, the reference pages of derive_param_bor, derive_param_confirmed_bor,
derive_param_confirmed_resp, derive_param_response, derive_param_clinbenefit, filter_pd and aval_resp; filter_joined of
admiral for the confirmation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.domain.endpoints.best_response import BestResponses, Visit
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import Response
from tracker.errors import InputError

NAME = "admiralonco-1.4"

CR, PR, SD, NON, PD, NE, ND, MISSING = "CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "ND", "MISSING"
#: Responses it reads. Best first; ND, not done, stands below NE.
KNOWN = (CR, PR, SD, NON, PD, NE, ND)
#: The number of each response (aval_resp). ND has none.
VALUES = {CR: 1, PR: 2, SD: 3, NON: 4, PD: 5, NE: 6, MISSING: 7}
#: What counts as a clinical benefit unless said otherwise.
BENEFIT = (CR, PR, SD, NON)
YES, NO = "Y", "N"


class Given(NamedTuple):
    """The response of one visit as somebody gave it; None where nothing was said."""

    date: date
    response: str | None


class Answer(NamedTuple):
    """A derived response, or "Y" and "N"; the date is that of the first visit that shows it, None where none does."""

    response: str
    date: date | None


@dataclass(frozen=True, slots=True)
class Confirming:
    """When a later visit confirms a response, under the names of the program's own arguments."""

    #: Days from the response to the visit that confirms it, at least.
    ref_confirm: int
    #: How many NE may lie between.
    max_nr_ne: int = 1
    #: Whether one SD may lie between PR and its confirmation.
    accept_sd: bool = False


def until_progression(given: Iterable[Given], progression: date | None) -> tuple[Given, ...]:
    """Visits up to and with the first progression, in order; all where there was none (filter_pd, source_pd)."""
    kept = (visit for visit in given if progression is None or visit.date <= progression)
    return tuple(sorted(kept, key=lambda visit: visit.date))


def compute_best(
    given: Iterable[Given], reference: date, ref_start_window: int, *, missing_as_ne: bool = False
) -> Answer:
    """Best response without confirmation (derive_param_bor).

    SD and NON-CR/NON-PD earlier than ``ref_start_window`` days after ``reference`` are NE; CR, PR and PD count at any time,
    even before the reference date. ND never counts.
    """
    visits = _in_order(given)
    early = (SD, NON)
    shown = [
        visit._replace(response=NE)
        if visit.response in early and _is_early(visit, reference, ref_start_window)
        else visit
        for visit in visits
        if visit.response != ND
    ]
    return _select(shown, missing_as_ne)


def compute_confirmed_best(
    given: Iterable[Given],
    reference: date,
    ref_start_window: int,
    confirming: Confirming,
    *,
    missing_as_ne: bool = False,
) -> Answer:
    """Best response with confirmation (derive_param_confirmed_bor).

    A CR or PR that is not confirmed is SD from ``ref_start_window`` days after ``reference`` on, and NE before.
    """
    visits = _in_order(given)
    shown: list[Given] = []
    for number, visit in enumerate(visits):
        if _is_confirmed(visits, number, confirming) or visit.response in (PD, NE, ND):
            shown.append(visit)
        if visit.response in BENEFIT:
            late = NON if visit.response == NON else SD
            shown.append(visit._replace(response=NE if _is_early(visit, reference, ref_start_window) else late))
    return _select(shown, missing_as_ne)


def find_confirmed(given: Iterable[Given], confirming: Confirming) -> Answer:
    """Whether a response was confirmed, and the first that was (derive_param_confirmed_resp)."""
    visits = _in_order(given)
    return _first(visit.date for number, visit in enumerate(visits) if _is_confirmed(visits, number, confirming))


def find_response(given: Iterable[Given]) -> Answer:
    """Whether there was a response, and the first (derive_param_response)."""
    return _first(visit.date for visit in _in_order(given) if visit.response in (CR, PR))


def find_clinical_benefit(
    given: Iterable[Given], reference: date, ref_start_window: int, responded_on: date | None,
    values: Collection[str] = BENEFIT,
) -> Answer:  # fmt: skip
    """Whether there was a benefit (derive_param_clinbenefit): a visit with one of ``values``, ``ref_start_window`` days or more
    after ``reference``, or a response. The date is the earlier of the two."""
    late = [
        visit.date for visit in given if visit.response in values and not _is_early(visit, reference, ref_start_window)
    ]
    return _first([*late, *([] if responded_on is None else [responded_on])])


def judge_course(visits: Sequence[Visit], start: date, settings: Settings) -> BestResponses:
    """A course's best and confirmed response, under its own settings, from each visit judged alone.

    ``visits`` end with the progression. Where none counts the answer is NE, as for RECIST 1.1. The program's functions do not
    read NED, so it is left out; a course that shows nothing else stays NED.
    """
    given = [Given(visit.date, str(visit.strict)) for visit in visits if visit.strict is not Response.NED]
    if not given and visits:
        return BestResponses(Response.NED, Response.NED, None)
    window = settings.minimum_sd_days
    confirming = Confirming(settings.confirmation_days, settings.max_between)
    best = compute_best(given, start, window, missing_as_ne=True)
    confirmed = compute_confirmed_best(given, start, window, confirming, missing_as_ne=True)
    first = find_confirmed(given, confirming) if settings.confirmation_required else find_response(given)
    return BestResponses(_AS_RESPONSE[best.response], _AS_RESPONSE[confirmed.response], first.date)


_AS_RESPONSE: dict[str, Response] = {
    CR: Response.CR, PR: Response.PR, SD: Response.SD, NON: Response.NON_CR_NON_PD, PD: Response.PD, NE: Response.NE,
}  # fmt: skip


def _in_order(given: Iterable[Given]) -> list[Given]:
    visits = sorted(given, key=lambda visit: visit.date)
    unknown = sorted({repr(visit.response) for visit in visits if visit.response not in KNOWN})
    if unknown:
        raise InputError(f"Not a response that {NAME} reads: {', '.join(unknown)}; it reads {', '.join(KNOWN)}.")
    return visits


def _is_early(visit: Given, reference: date, window: int) -> bool:
    return (visit.date - reference).days < window


def _select(shown: Iterable[Given], missing_as_ne: bool) -> Answer:
    """The best response and the first visit that shows it."""
    best = min(shown, key=lambda visit: (KNOWN.index(visit.response or ND), visit.date), default=None)
    if best is None:
        return Answer(NE if missing_as_ne else MISSING, None)
    return Answer(best.response or ND, best.date)


def _first(dates: Iterable[date]) -> Answer:
    day = min(dates, default=None)
    return Answer(NO if day is None else YES, day)


def _is_confirmed(visits: Sequence[Given], number: int, confirming: Confirming) -> bool:
    """Whether the CR or PR of that visit is confirmed: by the first later visit that could, and by what lies between."""
    visit = visits[number]
    if visit.response == CR:
        following = _until_confirming(visits, number, confirming, lambda later: later == CR)
        return following is not None and set(following) <= {CR, NE} and following.count(NE) <= confirming.max_nr_ne
    if visit.response != PR:
        return False
    following = _until_confirming(visits, number, confirming, lambda later: later in (CR, PR))
    if following is None or not set(following) <= {CR, PR, SD, NE}:
        return False
    falls_back = CR in following and PR in following[following.index(CR) :]
    return (
        following.count(NE) <= confirming.max_nr_ne
        and following.count(SD) <= int(confirming.accept_sd)
        and not falls_back
    )


def _until_confirming(
    visits: Sequence[Given], number: int, confirming: Confirming, wanted: Callable[[str | None], bool]
) -> list[str | None] | None:
    """The responses after that visit, up to and with the first wanted one late enough; None where there is none."""
    following: list[str | None] = []
    for later in visits[number + 1 :]:
        following.append(later.response)
        if wanted(later.response) and (later.date - visits[number].date).days >= confirming.ref_confirm:
            return following
    return None
