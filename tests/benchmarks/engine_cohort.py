"""Assess a random cohort and print what it cost, as JSON. A script by itself: it imports the engine only, so that it can be
run against the engine as source and against the same engine compiled.

    python tests/benchmarks/engine_cohort.py PATIENTS [stream]
"""

from __future__ import annotations

import gc
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from tracker.domain import Timeline, TimePoint, assess
from tracker.domain import sums as compiled_or_not
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.vocabulary import LesionRole, Modality, State

TIME_POINTS, LESIONS = 8, 3
START = date(2024, 1, 1)
PRESENT = Observation(State.PRESENT)


def make_timelines(number: int, seed: int = 20261124) -> Iterator[Timeline]:
    """Two targets of the liver and a non-target or a node, eight time points, sizes that wander."""
    rng = random.Random(seed)
    for patient in range(number):
        third = ("T3", LesionRole.TARGET, "lymph node") if patient % 2 else ("NT1", LesionRole.NON_TARGET, "liver")
        lesions = (
            Lesion("T1", LesionRole.TARGET, "liver"), Lesion("T2", LesionRole.TARGET, "liver"), Lesion(*third),
        )  # fmt: skip
        sizes = [rng.randint(10, 60) * 1000 for _ in lesions]
        points = []
        for scan in range(TIME_POINTS):
            sizes = [max(5_000, int(size * rng.uniform(0.75, 1.25)) // 100 * 100) for size in sizes]
            seen = {lesion.label: observe(lesion, size) for lesion, size in zip(lesions, sizes, strict=True)}
            points.append(TimePoint(START + timedelta(days=56 * scan), Modality.CT, seen))
        yield Timeline(str(patient), lesions, tuple(points))


def observe(lesion: Lesion, size: int) -> Observation:
    if lesion.role is LesionRole.NON_TARGET:
        return PRESENT
    if lesion.is_node:
        return Observation(State.MEASURED, short=Length(size))
    return Observation(State.MEASURED, longest=Length(size))


def measure(number: int) -> dict[str, object]:
    """User CPU of assessing timelines that are ready, the least of three runs; what came out, so that builds can be compared."""
    timelines = list(make_timelines(number))
    gc.collect()
    gc.freeze()
    taken = []
    for _ in range(3):
        responses: Counter[str] = Counter()
        began = time.process_time()
        for timeline in timelines:
            result = assess(timeline)
            responses[str(result.confirmed_best_overall_response)] += len(result.time_points)
        taken.append(time.process_time() - began)
    return {"patients": number, "seconds": min(taken), "responses": dict(responses), **about()}


def stream(number: int) -> dict[str, object]:
    """Making, assessing and forgetting one timeline after the other: CPU in all, and the most memory it took."""
    before = peak_mb()
    began = time.process_time()
    for timeline in make_timelines(number):
        assess(timeline)
    return {
        "patients": number, "seconds": time.process_time() - began, "more_mb": peak_mb() - before, "peak_mb": peak_mb(),
        **about(),
    }  # fmt: skip


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def about() -> dict[str, object]:
    return {"compiled": not str(compiled_or_not.__file__).endswith(".py")}


if __name__ == "__main__":
    how = stream if sys.argv[2:] == ["stream"] else measure
    print(json.dumps(how(int(sys.argv[1]))))
