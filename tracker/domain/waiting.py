"""A progression that waits: by iRECIST a first one is unconfirmed until a later scan, four weeks after it or more.

Source: Seymour 2017, confirmation of progression: at the next time point, four to eight weeks after the iUPD.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.criteria.irecist import BAR_RESET
from tracker.domain.lengths import Length
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import Response

#: From four weeks on, and within eight.
WINDOW = timedelta(weeks=4)

#: Progression of any criterion; an unconfirmed one waits.
CERTAIN_PROGRESSION = (Response.PD, Response.I_CPD, Response.PMD)
PROGRESSION = (*CERTAIN_PROGRESSION, Response.I_UPD)

_VOID_BY = (Response.I_CR, Response.I_PR, Response.I_SD, Response.NON_ICR_NON_IUPD, Response.NED)
_FURTHER_GROWTH_UM = 5_000


class Waiting(NamedTuple):
    """An iUPD that is open: the row that opened it, its date, and from when on a scan may confirm it."""

    at: int
    on: date
    may_confirm_from: date
    #: From where on the sum of targets would confirm it; None where the targets did not make it or had no complete sum.
    confirmed_by: Length | None


def find_waiting(rows: Sequence[TimePointAssessment], settings: Settings) -> Waiting | None:
    """The iUPD that is open after the last of ``rows``; None where there is none, or it was confirmed or became void.

    A row that is not evaluable leaves it open; one that rests on provisional values decides nothing beyond itself, so an
    iUPD stands in its own row even then.
    """
    opened: int | None = None
    for at, row in enumerate(rows):
        is_last = at == len(rows) - 1
        if not row.settled and not is_last:
            continue
        response = row.overall_response
        if response is Response.I_CPD:
            return None
        if response is Response.I_UPD:
            again = opened is not None and not any(reason.rule == BAR_RESET.id for reason in row.reasons)
            opened = opened if again else at
        elif response in _VOID_BY:
            opened = None
    if opened is None:
        return None
    row = rows[opened]
    by_targets = row.sum is not None and row.target_response is Response.PD
    return Waiting(
        opened,
        row.date,
        row.date + timedelta(days=settings.irecist_confirmation_days),
        Length(row.sum.um + _FURTHER_GROWTH_UM) if by_targets and row.sum is not None else None,
    )
