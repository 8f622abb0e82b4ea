"""Survival without an event over time, where some are followed for less long: the estimate of Kaplan and Meier.

Sources: Kaplan EL, Meier P, J Am Stat Assoc 1958;53:457-481; Greenwood's variance (1926); the bands of Kalbfleisch JD,
Prentice RL, "The Statistical Analysis of Failure Time Data", 1980 (log-log); median with interval by Brookmeyer R,
Crowley J, Biometrics 1982;38:29-41, read off the band. Floats: statistics of a cohort, nothing of one patient is decided.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from statistics import NormalDist

from tracker.errors import InputError

#: A curve that is one half but for rounding is at one half.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Followed:
    """One patient: the time (any unit, 0 or more) of the event, or of the last news without it."""

    time: float
    event: bool


class Band(StrEnum):
    """How the interval of an estimate S is made from z and G = Σ d / (n (n − d))."""

    #: S^exp(±z √G / ln S): stays between 0 and 1, the best for small cohorts.
    LOG_LOG = "log-log"
    #: S exp(±z √G), not above 1: R's own choice.
    LOG = "log"
    #: S ± z S √G, cut at 0 and 1.
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Step:
    """The curve from one event time to the next. The band is None where nobody is left (S is 0)."""

    time: float
    #: Patients without the event just before this time; one censored at this very time is among them.
    at_risk: int
    events: int
    survival: float
    #: Greenwood: S √G; None where S is 0.
    standard_error: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Median:
    """The first time at which half or fewer are without the event; None where the curve does not come so low.

    ``low`` and ``high``: the same of the band's lower and upper line. Where the curve lies at one half exactly for a
    while, some programs give the middle of that while; this is its beginning."""

    time: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """A Kaplan–Meier curve: 1 before the first step, then each step until the next."""

    patients: int
    events: int
    band: Band
    confidence: float
    steps: tuple[Step, ...]
    #: All times in order, and the last: the curve says nothing beyond it.
    times: tuple[float, ...]

    def at(self, time: float) -> Step:
        """The step that holds at ``time``; before the first event one of survival 1. InputError beyond the last time."""
        if not self.times or time > self.times[-1] or time < 0:
            last = f"{self.times[-1]:g}" if self.times else "no time at all"
            raise InputError(f"The curve is known from 0 to {last}, not at {time:g}.")
        index = bisect_right([step.time for step in self.steps], time)
        return self.steps[index - 1] if index else Step(0.0, self.patients, 0, 1.0, 0.0, 1.0, 1.0)

    def numbers_at_risk(self, times: Iterable[float]) -> tuple[int, ...]:
        """How many are still followed and without the event just before each of ``times``."""
        return tuple(len(self.times) - bisect_left(self.times, time) for time in times)

    @property
    def median(self) -> Median:
        """The median with the interval that the band gives it."""
        return Median(
            self._first_at_half([step.survival for step in self.steps]),
            self._first_at_half([step.low for step in self.steps]),
            self._first_at_half([step.high for step in self.steps]),
        )

    def _first_at_half(self, line: Sequence[float | None]) -> float | None:
        for step, height in zip(self.steps, line, strict=True):
            if height is not None and height <= 0.5 + _ROUNDING:
                return step.time
        return None


def estimate_survival(
    followed: Iterable[Followed], band: Band = Band.LOG_LOG, confidence: float = 0.95
) -> SurvivalCurve:
    """The curve S(t) = Π (1 − d / n) over the event times up to t, with its band at ``confidence``.

    Events at one time fall together; who is censored at an event time was still at risk at it. InputError for a time
    that is negative or no number, or a confidence that is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise InputError(f"A confidence lies between 0 and 1, not at {confidence}.")
    rows = sorted(followed, key=lambda row: row.time)
    for row in rows:
        if not 0 <= row.time < math.inf:
            raise InputError(f"A time of follow-up is a number from 0 up, not {row.time}.")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    steps: list[Step] = []
    at_risk, left, anchor, anchored = len(rows), len(rows), 1.0, len(rows)
    greenwood = 0.0
    for time, group in groupby(rows, key=lambda row: row.time):
        events_here = [row.event for row in group]
        events = sum(events_here)
        if events:
            left = at_risk - events
            # Between two censored times the factors telescope: without censoring this is the plain share, exactly.
            survival = anchor * left / anchored
            greenwood = greenwood + events / (at_risk * left) if left else math.inf
            error = survival * math.sqrt(greenwood) if left else None
            steps.append(Step(time, at_risk, events, survival, error, *_interval(survival, greenwood, z, band)))
        at_risk -= len(events_here)
        if events < len(events_here):
            anchor, anchored = (steps[-1].survival if steps else 1.0), at_risk
    return SurvivalCurve(
        len(rows), sum(row.event for row in rows), band, confidence, tuple(steps), tuple(row.time for row in rows)
    )


def _interval(survival: float, greenwood: float, z: float, band: Band) -> tuple[float | None, float | None]:
    if survival == 0:
        return None, None
    width = z * math.sqrt(greenwood)
    match band:
        case Band.PLAIN:
            return max(0.0, survival * (1 - width)), min(1.0, survival * (1 + width))
        case Band.LOG:
            return survival * math.exp(-width), min(1.0, survival * math.exp(width))
        case Band.LOG_LOG:
            log = math.log(survival)
            return survival ** math.exp(-width / log), survival ** math.exp(width / log)
