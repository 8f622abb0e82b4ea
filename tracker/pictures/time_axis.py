"""The shared axis of time: from the first to the last date that is drawn, with months named so that none touch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.domain.record import PatientRecord
from tracker.pictures.columns import Column
from tracker.pictures.first_look import FirstLook
from tracker.pictures.shapes import NARROW_PLOT, Tick, TimeAxis
from tracker.pictures.text_size import text_width
from tracker.pictures.words import say_month

#: Share of the axis kept free before the first and after the last scan.
_BEFORE, _AFTER = 0.04, 0.06
#: A treatment long before the first scan is drawn from here on.
_LOOK_BACK = timedelta(days=60)
#: What lies further behind the last scan is a slip of the year, or another story: it stands in the tables only.
_LOOK_AHEAD = timedelta(days=5 * 366)
#: With one scan the axis shows this much on both sides, so that the next one will not move it much.
_ALONE_BEFORE, _ALONE_AFTER = timedelta(days=40), timedelta(days=100)


def derive_time_axis(
    record: PatientRecord, columns: Sequence[Column], look: FirstLook | None = None
) -> TimeAxis | None:
    """The axis of a patient's board; None where there is no scan to stand on it. With one scan it reaches past the first look."""
    scans = [column.on for column in columns] or [exam.performed_on for exam in record.exams]
    if not scans:
        return None
    first, last = min(scans), max(scans)
    others = [exam.performed_on for exam in record.exams]
    others += [result.taken_on for result in record.markers]
    others += [day for treatment in record.treatments for day in (treatment.start, treatment.stop) if day is not None]
    first = min([first, *(day for day in others if day >= first - _LOOK_BACK)])
    last = max([last, *(day for day in others if day <= last + _LOOK_AHEAD)])
    if first == last or len(set(scans)) == 1:
        ahead = scans[0] + _ALONE_AFTER if look is None else look.end
        first, last = min(first, scans[0] - _ALONE_BEFORE), max(last, ahead)
    span = max((last - first).days, 30)
    start = first - timedelta(days=max(2, round(span * _BEFORE)))
    end = last + timedelta(days=max(2, round(span * _AFTER)))
    return TimeAxis(start, end, _month_ticks(start, end))


def _month_ticks(start: date, end: date) -> tuple[Tick, ...]:
    """Months, every second over 18 months, every third over 30, every sixth over 60, years beyond; January has its year."""
    months = (end - start).days / 30.44
    step = next((step for limit, step in ((18, 1), (30, 2), (48, 3), (90, 6)) if months <= limit), 12)
    ticks: list[Tick] = []
    at = date(start.year, start.month, 1)
    named_year = None
    span = max((end - start).days, 1)
    while at <= end:
        after = _next_month(at)
        seen_from, seen_to = max(at, start), min(after, end)
        wide_enough = (seen_to - seen_from).days >= 0.6 * 30 or step > 1
        if (at.month - 1) % step == 0 and wide_enough and (step == 1 or at >= start):
            with_year = at.year != named_year
            named_year = at.year
            text = str(at.year) if step == 12 else say_month(at, year=with_year)
            middle = seen_from + (seen_to - seen_from) / 2 if step == 1 else at
            ticks.append(Tick(max(at, start), middle, text, strong=with_year))
        elif step == 1 and after > end and ticks and (last := _last_month(ticks[-1], seen_from, seen_to, span)):
            ticks.append(last)
        at = after
    return tuple(ticks)


def _last_month(before: Tick, start: date, end: date, span: int) -> Tick | None:
    """The month the axis ends in, short as its part may be, unless its name would touch the one before."""
    middle = start + (end - start) / 2
    text = say_month(start, year=start.month == 1)
    apart = (middle - before.middle).days / span * NARROW_PLOT
    if apart < (text_width(before.text) + text_width(text)) / 2 + 4:
        return None
    return Tick(start, middle, text, strong=start.month == 1)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
