"""The site's table of intervals: changed one row at a time, checked, audited, and back to what is shipped."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.builders import fill_patient
from tests.support.databases import TODAY
from tracker.db.engine import Database
from tracker.domain.schedule import SHIPPED, State
from tracker.domain.schedule.intervals import shipped
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, intervals
from tracker.services.actors import Actor
from tracker.services.worklist import list_worklist


def test_a_new_site_has_what_is_shipped(store: Database, nurse: Actor) -> None:
    rows = intervals.list_intervals(store, nurse)
    assert tuple(row.interval for row in rows) == SHIPPED
    assert all(row.changed_at is None for row in rows)


def test_a_change_is_in_force_with_who_and_when(store: Database, nurse: Actor) -> None:
    row = intervals.change_interval(store, nurse, "systemic", 10, 14)
    assert (row.weeks, row.grace_days, row.words, row.changed_by_site) == (10, 14, "every 10 weeks", True)
    [listed] = [one for one in intervals.list_intervals(store, nurse) if one.interval.context == "systemic"]
    assert (listed.interval, listed.shipped, listed.changed_by) == (row, shipped("systemic"), nurse.name)
    assert listed.changed_at == store.now()
    [event] = [one for one in audit.list_events(store, nurse) if one.action == "interval.change"]
    assert event.before == {"context": "systemic", "grace_days": 7, "weeks": 8, "words": "every 8 weeks"}
    assert event.after == {"context": "systemic", "grace_days": 14, "weeks": 10, "words": "every 10 weeks"}


@pytest.mark.parametrize(
    ("weeks", "grace", "words", "said"),
    [
        # words follow the weeks unless they are given
        (10, 7, None, "every 10 weeks"),
        (8, 14, None, "every 8 weeks"),
        (10, 7, " every ten weeks ", "every ten weeks"),
        (10, 7, "", "every 10 weeks"),
        (1, 7, None, "every week"),
    ],
)
def test_the_words_fit_the_weeks(
    db: Database, actor: Actor, weeks: int, grace: int, words: str | None, said: str
) -> None:
    assert intervals.change_interval(db, actor, "systemic", weeks, grace, words).words == said


def test_a_due_date_moves_with_the_table_and_says_so(store: Database, nurse: Actor) -> None:
    patient = fill_patient(store, nurse)  # last scan 4 May, on FOLFIRI
    day = date(2026, 7, 5)  # 6 days after the due date of 8 weeks
    [row] = [one for one in list_worklist(store, nurse, day).rows if one.patient_id == patient.patient_id]
    assert [one.why for one in row.standings if one.state is State.DUE] == [
        "every 8 weeks on FOLFIRI; last scan 4 May, was due 29 Jun"
    ]
    intervals.change_interval(store, nurse, "systemic", 6, 7)
    [row] = list_worklist(store, nurse, day).rows
    assert row.state is State.OVERDUE
    assert row.standing.why == "every 6 weeks (changed by this site) on FOLFIRI; last scan 4 May, was due 15 Jun"
    assert row.standing.days == (day - date(2026, 6, 15)) // timedelta(days=1)


def test_reset_brings_the_shipped_row_back(store: Database, nurse: Actor) -> None:
    intervals.change_interval(store, nurse, "systemic", 10, 14)
    assert intervals.reset_interval(store, nurse, "systemic") == shipped("systemic")
    assert tuple(row.interval for row in intervals.list_intervals(store, nurse)) == SHIPPED
    events = [one.action for one in audit.list_events(store, nurse) if one.action.startswith("interval")]
    assert events == ["interval.change", "interval.reset"]
    # the shipped numbers typed in are a reset as well; a reset of what is shipped is nothing
    intervals.change_interval(store, nurse, "systemic", 10, 14)
    assert not intervals.change_interval(store, nurse, "systemic", 8, 7).changed_by_site
    intervals.reset_interval(store, nurse, "systemic")
    events = [one.action for one in audit.list_events(store, nurse) if one.action.startswith("interval")]
    assert events == ["interval.change", "interval.reset"] * 2


def test_the_same_again_changes_nothing(store: Database, nurse: Actor) -> None:
    intervals.change_interval(store, nurse, "systemic", 10, 14)
    intervals.change_interval(store, nurse, "systemic", 10, 14)
    assert sum(one.action == "interval.change" for one in audit.list_events(store, nurse)) == 1


@pytest.mark.parametrize(
    ("weeks", "grace", "words", "problem"),
    [
        (0, 7, None, "weeks: 0 is not possible; right is 1 to 260"),
        (261, 7, None, "weeks: 261 is not possible"),
        (8, -1, None, "days of grace: -1 is not possible; right is 0 to 180"),
        (8, 181, None, "days of grace: 181 is not possible"),
        (8.5, 7, None, "weeks: must be a whole number"),
        (None, 7, None, "weeks: is missing"),
        (True, 7, None, "weeks: must be a whole number"),
        (10, 7, "x" * 81, "words: has 81 characters"),
        (10, 7, "two\nlines", "words: must be one line"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_stored(
    db: Database, actor: Actor, weeks: object, grace: int, words: str | None, problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        intervals.change_interval(db, actor, "systemic", weeks, grace, words)  # type: ignore[arg-type]
    assert tuple(row.interval for row in intervals.list_intervals(db, actor)) == SHIPPED


def test_a_row_changed_meanwhile_is_not_overwritten(store: Database, nurse: Actor) -> None:
    seen = shipped("systemic")
    intervals.change_interval(store, nurse, "systemic", 10, 14)
    with pytest.raises(ConflictError, match="it is 10 weeks and 14 days of grace now"):
        intervals.change_interval(store, nurse, "systemic", 9, 7, expected=seen)
    with pytest.raises(ConflictError):
        intervals.reset_interval(store, nurse, "systemic", expected=seen)


def test_an_unknown_row_is_not_found(db: Database, actor: Actor) -> None:
    with pytest.raises(NotFoundError, match="no follow-up interval 'weekly'"):
        intervals.change_interval(db, actor, "weekly", 1, 0)


def test_a_report_is_missed_after_the_days_of_the_site(store: Database, nurse: Actor) -> None:
    from tracker.services import planned_scans

    patient = fill_patient(store, nurse).patient_id
    planned_scans.mark_performed(store, nurse, patient, TODAY - timedelta(days=8))
    [row] = list_worklist(store, nurse, TODAY).rows
    assert (row.state, row.standing.late) == (State.REPORT_AWAITED, True)
    intervals.change_interval(store, nurse, "report-awaited", 1, 3)
    [row] = list_worklist(store, nurse, TODAY).rows
    assert not row.standing.late
