"""Visits of one reader in their order: what was read at one visit is one time point, also over several exam dates.

A partial date orders nothing. A visit without any full date is placed by its VISITNUM between its neighbours, at the
earliest and at the latest day it can have; what depends on the day is then known to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from tracker.errors import Problem
from tracker.exchange.sdtm.folder import Record
from tracker.exchange.sdtm.lesions import NotVerifiableError
from tracker.exchange.sdtm.results import Result
from tracker.exchange.sdtm.values import Day, read_day, read_decimal

_BASELINE_FLAGS = ("TRLOBXFL", "TRBLFL")
_DAY = timedelta(days=1)
#: How far beyond its only neighbour a visit without any date is looked for.
_FAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class VisitKey:
    """What makes rows one visit: VISITNUM, else VISIT, else the date."""

    number: Decimal | None
    text: str = ""


@dataclass(slots=True)
class Visit:
    """One visit of one reader and its rows."""

    key: VisitKey
    name: str = ""
    groups: set[str] = field(default_factory=set)
    days: list[Day] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    flagged_baseline: bool = False
    dated_by_response: bool = False

    @property
    def exact(self) -> tuple[date, ...]:
        return tuple(sorted({day.exact for day in self.days if day.exact is not None}))

    @property
    def shown(self) -> str:
        number = f"VISITNUM {self.key.number}" if self.key.number is not None else ""
        return self.name or number or self.key.text or "a visit without a name"


@dataclass(frozen=True, slots=True)
class Placed:
    """A visit with the first and the last day it can stand at; the same where it has a full date."""

    visit: Visit
    first: date
    last: date


def visit_key(record: Record, prefix: str, problems: list[Problem]) -> VisitKey | None:
    """The visit of a row; None where it names none."""
    if number := record.get("VISITNUM"):
        try:
            return VisitKey(read_decimal(number).normalize())
        except ValueError as trouble:
            problems.append(Problem(record.at("VISITNUM"), str(trouble)))
            return None
    text = record.get("VISIT").upper() or record.get(f"{prefix}DTC")[:10]
    return VisitKey(None, text) if text else None


def day_of(record: Record, column: str, problems: list[Problem]) -> Day | None:
    text = record.get(column)
    if not text:
        return None
    try:
        return read_day(text)
    except ValueError as trouble:
        problems.append(Problem(record.at(column), str(trouble)))
        return None


def is_flagged(record: Record) -> bool:
    """Whether the row is flagged as the baseline."""
    return any(record.get(flag).upper() == "Y" for flag in _BASELINE_FLAGS)


def join_baseline(visits: Sequence[Visit], assumptions: list[str]) -> list[Visit]:
    """Visits with rows that are flagged as baseline are one time point; where one lesion was read at several of them,
    its flagged rows count."""
    parts = [visit for visit in visits if visit.flagged_baseline]
    if len(parts) < 2:
        return list(visits)
    assumptions.append(f"{', '.join(visit.shown for visit in parts)}: joined to one baseline by its flags")
    last = max(parts, key=lambda visit: (visit.exact[-1:] or (date.min,), visit.key.number or 0))
    rows = [result for visit in parts for result in visit.results]
    decided = {result.label for result in rows if is_flagged(result.record)}
    rows = [row for row in rows if is_flagged(row.record) or (row.label not in decided and row in last.results)]
    days = [day for row in rows if (day := day_of(row.record, "TRDTC", [])) is not None]
    groups = {group for visit in parts for group in visit.groups}
    joined = Visit(last.key, last.name, groups, days, rows, flagged_baseline=True)
    return [joined, *(visit for visit in visits if not visit.flagged_baseline)]


def from_baseline(placed: list[Placed], assumptions: list[str]) -> list[Placed]:
    """The visits from the flagged baseline on; without a flag the first one with a row of TR is the baseline."""
    flagged = next((index for index, row in enumerate(placed) if row.visit.flagged_baseline), None)
    start = flagged or next((index for index, row in enumerate(placed) if row.visit.results), 0)
    if start:
        names = ", ".join(row.visit.shown for row in placed[:start])
        assumptions.append(f"{names}: before the baseline, left out")
    return placed[start:]


def days_in_question(placed: Sequence[Placed]) -> list[tuple[date, ...]]:
    """The dates of the visits: once where all are known, else at both ends and mixed, as long as they go up."""
    ends = [(row.first, row.last) for row in placed]
    mixed = ([pair[(number + start) % 2] for number, pair in enumerate(ends)] for start in (0, 1))
    chosen = ([first for first, _ in ends], [last for _, last in ends], *mixed)
    return list(dict.fromkeys(tuple(days) for days in chosen if all(a < b for a, b in pairwise(days))))


def place_visits(visits: Sequence[Visit], assumptions: list[str]) -> list[Placed]:
    """The visits in their order, each with the days it can stand at. NotVerifiableError where they have no order."""
    if all(visit.exact for visit in visits):
        ordered = sorted(visits, key=lambda visit: visit.exact[0])
    else:
        ordered = _by_number(visits)
    windows = [_window(visit) for visit in ordered]
    firsts: list[date] = []
    for first, _ in windows:
        at_least = firsts[-1] + _DAY if firsts else None
        known = first or at_least or (min(x for pair in windows for x in pair if x) - _FAR)
        firsts.append(max(known, at_least) if at_least else known)
    lasts: list[date] = []
    for (_, last), earliest in zip(reversed(windows), reversed(firsts), strict=True):
        at_most = lasts[-1] - _DAY if lasts else None
        known = last or at_most or earliest + _FAR
        lasts.append(min(known, at_most) if at_most else known)
    placed = [Placed(*row) for row in zip(ordered, firsts, reversed(lasts), strict=True)]
    for row in placed:
        if row.first > row.last:
            raise NotVerifiableError(_no_place(row.visit, placed))
        if row.visit.dated_by_response:
            assumptions.append(f"{row.visit.shown} has no full date in TR: dated by RS, {row.first}")
        if not row.visit.exact:
            stated = ", ".join(sorted({day.text for day in row.visit.days})) or "no date"
            span = f"between {row.first} and {row.last}"
            assumptions.append(f"{row.visit.shown} has no full date ({stated}): placed by VISITNUM {span}")
    return placed


def _by_number(visits: Sequence[Visit]) -> list[Visit]:
    unnumbered = next((visit for visit in visits if visit.key.number is None), None)
    open_visit = next(visit for visit in visits if not visit.exact)
    if unnumbered is not None:
        text = f"{open_visit.shown} has no full date, and {unnumbered.shown} no VISITNUM: they have no order"
        raise NotVerifiableError(text)
    ordered = sorted(visits, key=lambda visit: visit.key.number or Decimal(0))
    for before, after in pairwise([visit for visit in ordered if visit.exact]):
        if before.exact[0] >= after.exact[0]:
            text = f"{open_visit.shown} has no full date, and VISITNUM does not tell its place"
            raise NotVerifiableError(f"{text}: {before.shown} and {after.shown} go another way by their dates")
    return ordered


def _window(visit: Visit) -> tuple[date | None, date | None]:
    if visit.exact:
        return visit.exact[0], visit.exact[0]
    firsts = [day.first for day in visit.days if day.first is not None]
    lasts = [day.last for day in visit.days if day.last is not None]
    return max(firsts, default=None), min(lasts, default=None)


def _no_place(visit: Visit, placed: Sequence[Placed]) -> str:
    stated = ", ".join(sorted({day.text for day in visit.days}))
    same = next(
        (row.visit for row in placed if row.visit is not visit and visit.exact[:1] == row.visit.exact[:1]), None
    )
    if visit.exact and same is not None:
        return f"{visit.shown} and {same.shown} have the same date ({visit.exact[0]})"
    return f"{visit.shown} ({stated}) does not fit between the visits before and after it"
