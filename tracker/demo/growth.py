"""How invented lesions shrink and grow, and how a reader measures them.

A diameter follows d(t) = d0 · (e^(−ks·t) + e^(kg·t) − 1): one part dies at rate ks, another grows at rate kg (both per
day). The form is Stein's tumour growth model; the spreads between patients and lesions are assumptions of this demo.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from random import Random

from tracker.demo.regimens import Regimen

#: Standard deviation of ln(rate) between the lesions of one patient.
LESION_SPREAD = 0.35
#: Diameters at baseline: median in mm, standard deviation of ln(d), limits in mm.
MEDIAN_MM, SIZE_SPREAD, SMALLEST_MM, LARGEST_MM = 20.0, 0.6, 5.0, 150.0
#: One reading: relative and absolute standard deviation (mm).
READING_RELATIVE, READING_MM = 0.075, 1.2
#: Below the first a lesion is not seen; below the second it is seen but too small to measure (mm).
SEEN_FROM_MM, MEASURED_FROM_MM = 2.5, 5.0
#: Primary-refractory disease: shrinkage and growth rates are multiplied by these, the hazard of new lesions by the third.
REFRACTORY_SHRINK, REFRACTORY_GROW, REFRACTORY_HAZARD = 0.05, 2.0, 4.0
#: The hazard of new lesions while the sum of targets grows again.
REGROWTH_HAZARD = 3.0
DAYS_A_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Biology:
    """One patient under one regimen: rates per day, the monthly hazard of new lesions, refractory or not."""

    shrink: float
    grow: float
    hazard: float
    refractory: bool


@dataclass(frozen=True, slots=True)
class GrowingLesion:
    """A lesion with its diameter at day 0 (mm) and its own rates (per day)."""

    start_mm: float
    shrink: float
    grow: float

    def diameter(self, days: float) -> float:
        """True diameter in mm after so many days."""
        return self.start_mm * (exp(-self.shrink * days) + exp(self.grow * days) - 1.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one lesion: whole mm, or None with ``seen`` False (not seen) or True (too small to measure)."""

    mm: int | None
    seen: bool

    @property
    def counted_mm(self) -> int:
        """What it adds to a sum: its size, 5 mm where seen but too small, else 0 (Eisenhauer 2009, 4.3.2)."""
        if self.mm is not None:
            return self.mm
        return 5 if self.seen else 0


def draw_biology(rng: Random, regimen: Regimen) -> Biology:
    """The patient's own rates under the regimen."""
    refractory = rng.random() < regimen.refractory
    shrink = regimen.shrink * exp(rng.gauss(0.0, regimen.shrink_spread))
    grow = regimen.grow * exp(rng.gauss(0.0, regimen.grow_spread))
    if refractory:
        return Biology(shrink * REFRACTORY_SHRINK, grow * REFRACTORY_GROW, regimen.hazard * REFRACTORY_HAZARD, True)
    return Biology(shrink, grow, regimen.hazard, False)


def draw_lesion(rng: Random, start_mm: float, biology: Biology) -> GrowingLesion:
    """A lesion of that diameter with rates around the patient's."""
    return GrowingLesion(
        start_mm,
        biology.shrink * exp(rng.gauss(0.0, LESION_SPREAD)),
        biology.grow * exp(rng.gauss(0.0, LESION_SPREAD)),
    )


def draw_size(rng: Random) -> float:
    """A baseline diameter in mm."""
    return min(LARGEST_MM, max(SMALLEST_MM, MEDIAN_MM * exp(rng.gauss(0.0, SIZE_SPREAD))))


def draw_count(rng: Random) -> int:
    """Number of liver lesions at the first baseline: one, and a Poisson number of others around a median of 3."""
    return 1 + _poisson(rng, exp(rng.gauss(log(3.0), 0.8)))


def read_diameter(rng: Random, true_mm: float, *, node: bool = False) -> Reading:
    """One reading with its noise. A node is always measured, also when it is normal again (Eisenhauer 2009, 4.3.2)."""
    noisy = true_mm * exp(rng.gauss(0.0, READING_RELATIVE)) + rng.gauss(0.0, READING_MM)
    if node:
        return Reading(max(4, round(noisy)), seen=True)
    if noisy < SEEN_FROM_MM:
        return Reading(None, seen=False)
    if noisy < MEASURED_FROM_MM:
        return Reading(None, seen=True)
    return Reading(round(noisy), seen=True)


def new_lesion_appears(rng: Random, biology: Biology, days: float, *, regrowing: bool) -> bool:
    """Whether a new lesion shows itself in an interval of so many days."""
    monthly = biology.hazard * (REGROWTH_HAZARD if regrowing else 1.0)
    return rng.random() < 1.0 - exp(-monthly * days / DAYS_A_MONTH)


def _poisson(rng: Random, mean: float) -> int:
    """A Poisson number by counting arrivals (Knuth); a mean beyond 60 is cut, the list of lesions is not longer."""
    floor, count, product = exp(-min(mean, 60.0)), 0, rng.random()
    while product > floor:
        count += 1
        product *= rng.random()
    return count
