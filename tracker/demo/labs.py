"""Invented tumour markers: they follow the estimated tumour volume, with scatter, around a floor that is never zero."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import exp, log
from random import Random

from tracker.demo.scans import SimulatedCourse
from tracker.domain.vocabulary import Primary


@dataclass(frozen=True, slots=True)
class Marker:
    """A tumour marker: unit, upper limit of normal, median before treatment, floor, share of patients who shed it."""

    name: str
    unit: str
    upper_limit: Decimal
    median: float
    floor: float
    shed: float


MARKERS: dict[Primary, Marker] = {
    Primary.COLORECTAL: Marker("CEA", "µg/L", Decimal(5), 28.0, 1.8, 0.8),
    Primary.BREAST: Marker("CA15-3", "kU/L", Decimal(30), 120.0, 14.0, 0.75),
    Primary.PANCREAS: Marker("CA19-9", "kU/L", Decimal(37), 620.0, 12.0, 0.85),
    Primary.STOMACH: Marker("CA19-9", "kU/L", Decimal(37), 90.0, 10.0, 0.55),
    Primary.NEUROENDOCRINE: Marker("CgA", "µg/L", Decimal(100), 380.0, 60.0, 0.8),
    Primary.OVARY: Marker("CA125", "kU/L", Decimal(35), 340.0, 11.0, 0.9),
    Primary.MELANOMA: Marker("LDH", "U/L", Decimal(250), 330.0, 170.0, 0.7),
}


@dataclass(frozen=True, slots=True)
class LabValue:
    """One value of the marker on a day of its course."""

    day: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Shedding:
    """How much marker one patient's tumour gives: the value for a volume of 1 mm³ (it rises with the power 0.8), or none at all."""

    marker: Marker
    per_volume: float


def draw_shedding(rng: Random, primary: Primary, first: SimulatedCourse) -> Shedding | None:
    """The patient's marker, set so that the first baseline has its drawn value; None where the primary has none."""
    marker = MARKERS.get(primary)
    if marker is None:
        return None
    at_baseline = marker.median * exp(rng.gauss(0.0, 1.0)) if rng.random() < marker.shed else 0.0
    return Shedding(marker, at_baseline / max(1.0, _volume(first, 0)) ** 0.8)


def draw_values(
    rng: Random, course: SimulatedCourse, shedding: Shedding, *, skip_first: bool = False
) -> list[LabValue]:
    """A value a day or two before every scan, and one half-way between scans where the gap is nine weeks or more."""
    days: list[int] = []
    scan_days = [scan.visit.day for scan in course.scans]
    for index, day in enumerate(scan_days):
        if index and day - scan_days[index - 1] >= 63:
            days.append((day + scan_days[index - 1]) // 2)
        if index or not skip_first:
            days.append(day - rng.randint(0, 2))
    return [LabValue(day, _value(rng, course, shedding, day)) for day in days]


def _value(rng: Random, course: SimulatedCourse, shedding: Shedding, day: int) -> Decimal:
    raw = shedding.marker.floor + shedding.per_volume * _volume(course, day) ** 0.8
    return rounded(raw * exp(rng.gauss(0.0, 0.12)))


def rounded(value: float) -> Decimal:
    """As a laboratory prints it: one decimal under 100, whole above."""
    return Decimal(round(value)) if value >= 100.0 else Decimal(round(value * 10)) / 10


def _volume(course: SimulatedCourse, day: int) -> float:
    """Estimated tumour volume in mm³, summed as cubes of diameters; constant factors do not matter here."""
    total = 0.0
    for lesion in course.lesions:
        diameter = lesion.true_mm(day) if day >= lesion.since else 0.0
        total += exp(3.0 * log(diameter)) if diameter > 0.0 else 0.0
    return total
