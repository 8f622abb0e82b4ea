"""The site's table of follow-up intervals: the rows shipped are examples, and a site sets its own, one row at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.db import history, queries_schedule
from tracker.db.canonical import to_plain
from tracker.db.engine import Database
from tracker.db.models import FollowUpIntervalRow
from tracker.domain.schedule import intervals
from tracker.domain.schedule.intervals import (
    CONTEXTS,
    LEAST_WEEKS,
    MOST_GRACE,
    MOST_WEEKS,
    SHIPPED,
    Interval,
    Intervals,
)
from tracker.errors import ConflictError, InputError, NotFoundError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import check_text, check_whole, tidy_text
from tracker.services.transactions import Change, change, find_site, lock_site


@dataclass(frozen=True, slots=True)
class IntervalInForce:
    """A row of the table as it is used, beside what is shipped; who changed it and when, where a site did."""

    interval: Interval
    shipped: Interval
    changed_at: datetime | None = None
    changed_by: str | None = None


def list_intervals(db: Database, actor: Actor) -> tuple[IntervalInForce, ...]:
    """Every row in force, in the order of the table."""
    with db.read() as session:
        changed = {row.context: (row, name) for row, name in queries_schedule.changed_intervals(session)}
        return tuple(_in_force(shipped, *changed.get(shipped.context, (None, None))) for shipped in SHIPPED)


def read_intervals(session: Session) -> Intervals:
    """The table in force, for whoever derives due dates."""
    rows = [row for row, _ in queries_schedule.changed_intervals(session) if row.context in CONTEXTS]
    return Intervals(_changed(row) for row in rows)


def change_interval(
    db: Database,
    actor: Actor,
    context: str,
    weeks: int | None,
    grace_days: int | None,
    words: str | None = None,
    *,
    expected: Interval | None = None,
) -> Interval:
    """Set a row for this site, and return it. The same again changes nothing; what is shipped ends the change.

    Without ``words`` the row keeps its own while the weeks stay, and says the number of weeks where they do not.
    ``expected`` is the row that was looked at. Raises InputError with every problem, ConflictError where somebody else changed the row, NotFoundError for an unknown context.
    """
    with change(db, actor) as opened:
        row, now = _find(opened, context)
        _refuse_moved(now, expected)
        given = tidy_text(words) if isinstance(words, str) else words
        problems = tuple(_check(weeks, grace_days, given))
        if problems or weeks is None or grace_days is None:
            raise InputError(problems)
        shipped = intervals.shipped(context)
        said = given or _words(now, shipped, weeks)
        if (weeks, grace_days, said) == (now.weeks, now.grace_days, now.words):
            return now
        if (weeks, grace_days, said) == (shipped.weeks, shipped.grace_days, shipped.words):
            return _reset(opened, row, now)
        if row is None:
            row = FollowUpIntervalRow(site_id=find_site(opened.session).id, context=context)
            opened.session.add(row)
        row.weeks, row.grace_days, row.words = weeks, grace_days, said
        row.changed_at, row.changed_by = opened.at, opened.actor.user_id
        opened.session.flush()
        after = _changed(row)
        opened.audit(
            history.SYSTEM, "interval.change", "follow_up_interval", None, before=_plain(now), after=_plain(after)
        )
        return after


def reset_interval(db: Database, actor: Actor, context: str, *, expected: Interval | None = None) -> Interval:
    """Take the site's own value of a row back to the one shipped, and return that. Nothing happens where it is in force.

    Raises ConflictError where somebody else changed the row, NotFoundError.
    """
    with change(db, actor) as opened:
        row, now = _find(opened, context)
        _refuse_moved(now, expected)
        return _reset(opened, row, now)


def _reset(opened: Change, row: FollowUpIntervalRow | None, now: Interval) -> Interval:
    shipped = intervals.shipped(now.context)
    if row is not None:
        opened.session.delete(row)
        opened.session.flush()
        opened.audit(
            history.SYSTEM, "interval.reset", "follow_up_interval", None, before=_plain(now), after=_plain(shipped)
        )
    return shipped


def _find(opened: Change, context: str) -> tuple[FollowUpIntervalRow | None, Interval]:
    """The site's row of a context, held until the end of the change, and the interval in force."""
    if context not in CONTEXTS:
        raise NotFoundError(f"There is no follow-up interval '{context}'. Nothing was stored.")
    # Changes of the table follow each other, so that two first changes of one row do not race.
    row = opened.session.get(FollowUpIntervalRow, (lock_site(opened).id, context))
    return row, intervals.shipped(context) if row is None else _changed(row)


def _refuse_moved(now: Interval, expected: Interval | None) -> None:
    said = (now.weeks, now.grace_days, now.words)
    if expected is not None and (expected.weeks, expected.grace_days, expected.words) != said:
        raise ConflictError(
            f"'{now.title}' was changed while you were looking at it: it is {now.weeks} weeks and {now.grace_days} days of "
            "grace now. Nothing of yours was stored: look at the table again."
        )


def _check(weeks: object, grace_days: object, words: str | None) -> Iterator[Problem]:
    for place, number, least, most in (
        ("weeks", weeks, LEAST_WEEKS, MOST_WEEKS),
        ("days of grace", grace_days, 0, MOST_GRACE),
    ):
        if number is None:
            yield Problem(place, "is missing, or no whole number")
        yield from check_whole(place, number, least, most)
    yield from check_text("words", words, limit=80)


def _words(now: Interval, shipped: Interval, weeks: int) -> str:
    if weeks == now.weeks:
        return now.words
    return shipped.words if weeks == shipped.weeks else intervals.usual_words(weeks)


def _changed(row: FollowUpIntervalRow) -> Interval:
    return intervals.change(row.context, row.weeks, row.grace_days, row.words)


def _in_force(shipped: Interval, row: FollowUpIntervalRow | None, name: str | None) -> IntervalInForce:
    if row is None:
        return IntervalInForce(shipped, shipped)
    return IntervalInForce(_changed(row), shipped, row.changed_at, name)


def _plain(interval: Interval) -> dict[str, object]:
    kept = ("context", "weeks", "grace_days", "words")
    return {name: value for name, value in to_plain(interval).items() if name in kept}
