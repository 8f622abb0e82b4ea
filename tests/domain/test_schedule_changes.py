"""What changed since the meeting that saw a patient last."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.pictures.records import simple
from tracker.domain.schedule import Corrected, Followed, Reference, SeenExam, derive_changes, derive_followed
from tracker.domain.schedule.followed import Confirmed
from tracker.domain.vocabulary import Modality, Response

MOMENT = datetime(2026, 3, 12, 14, tzinfo=UTC)
BEFORE, AFTER = MOMENT - timedelta(days=1), MOMENT + timedelta(days=1)
OWN = Reference(date(2026, 3, 12), MOMENT, is_own=True, response=Response.SD)


def patient(*entered: datetime | None, response: Response = Response.SD, **given: object) -> Followed:
    base = derive_followed(simple([50, 48]))
    exams = tuple(SeenExam(at, date(2026, 1, 8), Modality.CT, entered_at=moment) for at, moment in enumerate(entered))
    return replace(base, exams=exams, response=response, **given)  # type: ignore[arg-type]


def corrected(at: datetime, *, withdrawn: bool = False, entered_at: datetime | None = BEFORE) -> Corrected:
    return Corrected(1, date(2026, 1, 8), Modality.CT, at, withdrawn, entered_at)


@pytest.mark.parametrize(
    ("followed", "touched", "said"),
    [
        (patient(BEFORE), [], ()),
        (patient(None), [], ()),
        (patient(BEFORE, AFTER), [], ("1 new scan",)),
        (patient(AFTER, AFTER), [], ("2 new scans",)),
        (patient(AFTER, response=Response.PD), [], ("SD then, PD now", "1 new scan")),
        (patient(BEFORE), [corrected(AFTER)], ("1 correction",)),
        (patient(BEFORE), [corrected(AFTER, withdrawn=True)], ("1 scan withdrawn",)),
        (patient(BEFORE), [corrected(BEFORE)], ()),
        # entered and corrected since: new, not corrected; entered and withdrawn since: never seen
        (patient(AFTER), [corrected(AFTER, entered_at=AFTER)], ("1 new scan",)),
        (patient(BEFORE), [corrected(AFTER, withdrawn=True, entered_at=AFTER)], ()),
        (patient(BEFORE, confirmed=(Confirmed(date(2026, 3, 5), Response.SD, AFTER),)), [], ("SD confirmed",)),
        (patient(BEFORE, confirmed=(Confirmed(date(2026, 3, 5), Response.SD, BEFORE),)), [], ()),
    ],
)
def test_what_is_new_is_said(followed: Followed, touched: list[Corrected], said: tuple[str, ...]) -> None:
    changes = derive_changes(followed, OWN, touched)
    assert changes is not None
    assert changes.said == said
    assert bool(changes) == bool(said)


def test_without_a_meeting_nothing_is_compared() -> None:
    assert derive_changes(patient(AFTER), None, ()) is None


@pytest.mark.parametrize(("day", "said"), [(date(2026, 3, 12), ()), (date(2026, 3, 13), ("1 new scan",))])
def test_where_the_meeting_did_not_decide_what_was_made_after_it_is_new(day: date, said: tuple[str, ...]) -> None:
    """A history that was imported after the meeting is not news."""
    followed = patient(AFTER, response=Response.PD)
    followed = replace(followed, exams=(replace(followed.exams[0], performed_on=day),))
    changes = derive_changes(followed, replace(OWN, is_own=False, response=None), ())
    assert changes is not None
    assert changes.said == said
