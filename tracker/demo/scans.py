"""One course as its scans see it, in days from the baseline: lesions grow, are read, and progression ends the course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from tracker.demo.bodies import BodyLesion, draw_segments, is_found, next_label, with_roles
from tracker.demo.growth import Biology, GrowingLesion, Reading, draw_lesion, new_lesion_appears
from tracker.demo.regimens import Regimen
from tracker.domain.vocabulary import LIVER, LesionRole, Modality

#: Share of scans that come late, and by how many days more than planned.
LATE_SHARE, LATE_DAYS = 0.08, (22, 45)
INTERVAL_SPREAD_DAYS = 7.0


@dataclass(frozen=True, slots=True)
class Visit:
    """A scan to make: day of the course and modality."""

    day: int
    modality: Modality


@dataclass(frozen=True, slots=True)
class SimulatedScan:
    """What one scan reads. ``unsure`` holds labels a stronger technique shows for the first time."""

    visit: Visit
    readings: dict[str, Reading]
    sum_mm: int
    new: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    progressed: bool = False


@dataclass(frozen=True, slots=True)
class SimulatedCourse:
    """A course: its regimen, its lesions with roles, its scans (the first is the baseline)."""

    regimen: Regimen
    biology: Biology
    lesions: tuple[BodyLesion, ...]
    #: Small lesions that the baseline's technique missed and no later scan has shown.
    hidden: tuple[BodyLesion, ...]
    scans: tuple[SimulatedScan, ...]

    @property
    def progressed(self) -> bool:
        return self.scans[-1].progressed

    @property
    def last_day(self) -> int:
        return self.scans[-1].visit.day


def draw_visits(rng: Random, regimen: Regimen, number: int, usual: Modality) -> tuple[Visit, ...]:
    """A baseline and so many follow-ups: the regimen's interval with a week's spread, some late, some by another modality."""
    visits = [Visit(0, usual if usual is not Modality.PET_CT else Modality.CT)]
    for _ in range(number):
        gap = max(regimen.interval_days - 21, round(rng.gauss(regimen.interval_days, INTERVAL_SPREAD_DAYS)))
        if rng.random() < LATE_SHARE:
            gap += rng.randint(*LATE_DAYS)
        modality = usual
        if rng.random() < 0.12:
            modality = rng.choices((Modality.MR, Modality.PET_CT), (45, 55))[0]
        visits.append(Visit(visits[-1].day + gap, modality))
    return tuple(visits)


def draw_usual_modality(rng: Random) -> Modality:
    """What most of a patient's scans are. With the exceptions it gives about 72 % CT, 18 % MRI, 10 % PET/CT."""
    return rng.choices((Modality.CT, Modality.MR, Modality.PET_CT), (80, 14, 6))[0]


def read_baseline(
    rng: Random, lesions: Sequence[BodyLesion], visit: Visit
) -> tuple[tuple[BodyLesion, ...], SimulatedScan]:
    """Read the lesions at the baseline and give roles; a node that is normal there is not recorded."""
    readings = {lesion.label: lesion.read(rng, visit.day) for lesion in lesions}
    recorded = tuple(
        lesion for lesion in with_roles(tuple(lesions), readings) if lesion.role or not readings[lesion.label].seen
    )
    readings = {lesion.label: readings[lesion.label] for lesion in recorded}
    return recorded, SimulatedScan(visit, readings, _sum_of_targets(recorded, readings))


def simulate_course(
    rng: Random,
    regimen: Regimen,
    biology: Biology,
    lesions: tuple[BodyLesion, ...],
    hidden: tuple[BodyLesion, ...],
    visits: Sequence[Visit],
    baseline: SimulatedScan,
) -> SimulatedCourse:
    """Follow the lesions over the visits (the first is the baseline), until progression or the last visit."""
    scans = [baseline]
    everyone, still_hidden = list(lesions), list(hidden)
    unsure: set[str] = set()
    cleared = False  # everything was gone at a scan; any return is progression then
    nadir, before_mm, regrowing = baseline.sum_mm, _true_sum(everyone, 0), False
    for earlier, visit in pairwise(visits):
        shown = _first_shown(rng, everyone, still_hidden, visit)
        everyone += shown
        unsure |= {lesion.label for lesion in shown}
        new: list[BodyLesion] = []
        # What shows itself now was sown before: the sum's growth up to the visit before raises the hazard.
        if new_lesion_appears(rng, biology, visit.day - earlier.day, regrowing=regrowing):
            new = [_new_lesion(rng, biology, everyone, visit.day)]
            everyone += new
        true_mm = _true_sum(everyone, visit.day)
        regrowing, before_mm = true_mm > before_mm, true_mm
        seen_here = [lesion for lesion in everyone if lesion.label not in unsure or visit.modality is Modality.MR]
        readings = {lesion.label: lesion.read(rng, visit.day) for lesion in seen_here}
        readings.update({lesion.label: _at_least(readings[lesion.label], 5) for lesion in (*new, *shown)})
        total_mm = _sum_of_targets(everyone, readings)
        grown = 5 * total_mm >= 6 * nadir and total_mm - nadir >= 5
        has_targets = any(lesion.role is LesionRole.TARGET for lesion in everyone)
        left = any(_is_left(lesion, readings[lesion.label]) for lesion in everyone if lesion.label in readings)
        progressed = bool(new) or (has_targets and grown) or (cleared and left)
        cleared = cleared or not left
        names = frozenset(lesion.label for lesion in new)
        scans.append(SimulatedScan(visit, readings, total_mm, names, frozenset(unsure), progressed))
        nadir = min(nadir, total_mm)
        if progressed:
            break
    return SimulatedCourse(regimen, biology, tuple(everyone), tuple(still_hidden), tuple(scans))


def carry_over(rng: Random, course: SimulatedCourse, biology: Biology, day: int) -> tuple[BodyLesion, ...]:
    """The lesions as they enter the next course on that day of this one: new rates, new day 0, no role yet."""
    carried = []
    for lesion in course.lesions:
        growing = None
        if lesion.growing is not None:
            true_mm = lesion.true_mm(day)
            growing = draw_lesion(rng, true_mm, biology) if true_mm >= 2.5 else GrowingLesion(0.0, 0.0, 0.0)
        carried.append(replace(lesion, growing=growing, role=None, since=0))
    return tuple(carried)


def _first_shown(
    rng: Random, everyone: Sequence[BodyLesion], still_hidden: list[BodyLesion], visit: Visit
) -> list[BodyLesion]:
    """Lesions the baseline missed and this MRI shows, while they can be measured; they leave ``still_hidden``."""
    shown: list[BodyLesion] = []
    if visit.modality is not Modality.MR:
        return shown
    for lesion in tuple(still_hidden):
        if lesion.true_mm(visit.day) >= 5.0 and is_found(rng, lesion, visit.modality):
            still_hidden.remove(lesion)
            shown.append(replace(lesion, label=next_label("L", [*everyone, *shown]), role=LesionRole.NEW))
    return shown


def _new_lesion(rng: Random, biology: Biology, others: Sequence[BodyLesion], day: int) -> BodyLesion:
    """A lesion that was not there: in the liver in three of four, else in the lung; 7 to 15 mm when first seen."""
    growing = draw_lesion(rng, rng.uniform(7.0, 15.0), biology)
    if rng.random() < 0.75:
        return BodyLesion(next_label("L", others), LIVER, draw_segments(rng), growing, LesionRole.NEW, since=day)
    return BodyLesion(next_label("X", others), "lung", (), growing, LesionRole.NEW, since=day)


def _is_left(lesion: BodyLesion, reading: Reading) -> bool:
    """Whether a lesion of the baseline is still there; a node under 10 mm is normal (Eisenhauer 2009, 4.3.1)."""
    if lesion.role not in (LesionRole.TARGET, LesionRole.NON_TARGET):
        return False
    return reading.counted_mm >= 10 if lesion.is_node else reading.seen


def _at_least(reading: Reading, mm: int) -> Reading:
    return Reading(max(mm, reading.counted_mm), seen=True)


def _true_sum(lesions: Sequence[BodyLesion], day: int) -> float:
    return sum(lesion.true_mm(day) for lesion in lesions if lesion.role is LesionRole.TARGET)


def _sum_of_targets(lesions: Sequence[BodyLesion], readings: dict[str, Reading]) -> int:
    """Sum of targets in whole mm, as the generator needs it to end a course; the engine judges on its own."""
    return sum(readings[lesion.label].counted_mm for lesion in lesions if lesion.role is LesionRole.TARGET)
