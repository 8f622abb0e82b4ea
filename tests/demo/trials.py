"""A simulated trial of one regimen: many patients, a CT every 56 days until progression, judged by the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from statistics import median

from tracker.demo.bodies import draw_liver
from tracker.demo.growth import DAYS_A_MONTH, draw_biology
from tracker.demo.regimens import Regimen
from tracker.demo.scans import SimulatedCourse, Visit, read_baseline, simulate_course
from tracker.domain import Timeline, TimePoint, assess
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.vocabulary import LesionRole, Modality, Response, State

START = date(2020, 1, 6)
SCANS = 66


@dataclass(frozen=True)
class Outcome:
    responded: bool
    shrank_early: bool
    depth_percent: float
    progression_months: float


def run_trial(regimen: Regimen, patients: int, seed: int) -> list[Outcome]:
    rng = Random(f"{regimen.name}/{seed}")
    return [_outcome(follow_patient(rng, regimen)) for _ in range(patients)]


def follow_patient(rng: Random, regimen: Regimen) -> SimulatedCourse:
    """One patient with measurable disease, scanned every 56 days until progression."""
    visits = [Visit(56 * number, Modality.CT) for number in range(SCANS)]
    while True:
        biology = draw_biology(rng, regimen)
        liver, _ = draw_liver(rng, biology)
        labelled = tuple(replace(lesion, label=f"L{rank}") for rank, lesion in enumerate(liver, start=1))
        lesions, baseline = read_baseline(rng, labelled, visits[0])
        if baseline.sum_mm:  # a trial enrols patients with measurable disease only
            return simulate_course(rng, regimen, biology, lesions, (), visits, baseline)


def targets_and_new(course: SimulatedCourse) -> Timeline:
    """The timeline of what decides: targets and new lesions."""
    kept = [lesion for lesion in course.lesions if lesion.role in (LesionRole.TARGET, LesionRole.NEW)]
    time_points = []
    for scan in course.scans:
        seen = {}
        for lesion in kept:
            reading = scan.readings.get(lesion.label)
            if reading is None:
                continue
            size = Length.from_mm(reading.mm) if reading.mm is not None else None
            if lesion.role is LesionRole.NEW:
                state = State.UNEQUIVOCAL
            elif reading.seen:
                state = State.MEASURED if size else State.TOO_SMALL
            else:
                state = State.ABSENT
            seen[lesion.label] = Observation(state, longest=size)
        time_points.append(TimePoint(START + timedelta(days=scan.visit.day), Modality.CT, seen))
    lesions = tuple(Lesion(lesion.label, lesion.role, lesion.organ) for lesion in kept if lesion.role is not None)
    return Timeline("trial", lesions, tuple(time_points))


def _outcome(course: SimulatedCourse) -> Outcome:
    result = assess(targets_and_new(course))
    sums = [row.sum.um for row in result.time_points if row.sum is not None]
    assert len(sums) == len(course.scans)
    progressed_on = result.progression_date or START + timedelta(days=56 * SCANS)
    return Outcome(
        responded=result.best_overall_response in (Response.CR, Response.PR),
        shrank_early=10 * sums[1] <= 8 * sums[0],
        depth_percent=100.0 * (min(sums[1:]) - sums[0]) / sums[0],
        progression_months=(progressed_on - START).days / DAYS_A_MONTH,
    )


def response_rate(outcomes: list[Outcome]) -> float:
    return 100.0 * sum(outcome.responded for outcome in outcomes) / len(outcomes)


def early_shrinkage(outcomes: list[Outcome]) -> float:
    return 100.0 * sum(outcome.shrank_early for outcome in outcomes) / len(outcomes)


def depth(outcomes: list[Outcome]) -> float:
    return median(outcome.depth_percent for outcome in outcomes)


def progression_free_months(outcomes: list[Outcome]) -> float:
    return median(outcome.progression_months for outcome in outcomes)
