"""How often the size checks catch a planted error, and how often they speak on a clean scan.

Patients of the demo's growth model are followed by a CT every 56 days until progression; every reading has its noise. One
error is planted in a follow-up at a time. A catch is a finding that names a lesion with the error (``at the place``); any
finding on the scan counts too in ``any``, as in the published table that stands beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations, islice
from random import Random

from tests.demo.trials import START, follow_patient
from tracker.demo.regimens import CALIBRATED
from tracker.demo.scans import SimulatedCourse
from tracker.domain.cells import LONGEST, SHORTEST
from tracker.domain.lengths import Length
from tracker.domain.plausibility import Finding, SizeAgainstPrior, Swap, find_in_sizes
from tracker.domain.plausibility.sizes import ALL_ROWS

SCANS, SEED = 24_000, 2026
#: The most clean scans that may be asked about, in percent.
MOST_CLEAN = 6.1

Scan = tuple[SizeAgainstPrior, ...]
#: A scan with one error, and the labels of the lesions that have it; None where the scan offers no place for it.
Plant = Callable[[Random, Scan], tuple[Scan, frozenset[str]] | None]


def follow_ups(number: int, seed: int = SEED) -> tuple[Scan, ...]:
    """So many follow-up scans, from patients of every fitted regimen in turn."""
    rng = Random(f"plausibility/{seed}")
    return tuple(islice(_scans(rng), number))


def _scans(rng: Random) -> Iterator[Scan]:
    while True:
        for regimen in CALIBRATED:
            yield from _against_priors(follow_patient(rng, regimen))


def _against_priors(course: SimulatedCourse) -> Iterator[Scan]:
    """Each follow-up: the lesions measured there and at the scan before."""
    before: dict[str, int | None] = {}
    day = 0
    for scan in course.scans:
        sizes = {label: reading.mm for label, reading in scan.readings.items()}
        if scan.visit.day:
            days = scan.visit.day - day
            yield tuple(
                SizeAgainstPrior(label, Length(1000 * mm), Length(1000 * prior), START + timedelta(days=day), days)
                for label, mm in sizes.items()
                if mm is not None and (prior := before.get(label)) is not None
            )
        before, day = sizes, scan.visit.day


def _change_one(changed: Callable[[Random, int], int | None]) -> Plant:
    """An error in the digits of one lesion, chosen among those whose size it changes to another one."""

    def plant(rng: Random, scan: Scan) -> tuple[Scan, frozenset[str]] | None:
        possible = [(one, mm) for one in scan if (mm := changed(rng, one.now.um // 1000)) is not None]
        if not possible:
            return None
        chosen, mm = rng.choice(possible)
        typed = replace(chosen, now=Length(1000 * mm))
        return tuple(typed if one is chosen else one for one in scan), frozenset({chosen.label})

    return plant


def _lose_last(_: Random, mm: int) -> int | None:
    return mm // 10 if mm >= 10 else None


def _add_zero(_: Random, mm: int) -> int | None:
    return 10 * mm


def _transpose(_: Random, mm: int) -> int | None:
    """32 as 23, 132 as 123: the last two digits change places. 30 as 03 is 3; 100 has nothing to exchange."""
    tens, ones = mm // 10 % 10, mm % 10
    return mm // 100 * 100 + 10 * ones + tens if mm >= 10 and tens != ones else None


def _off_by(step: int) -> Callable[[Random, int], int | None]:
    def change(rng: Random, mm: int) -> int | None:
        if mm < 10:
            return None
        down = rng.random() < 0.5 and mm > step
        return mm - step if down else mm + step

    return change


def _swap(least_ratio: tuple[int, int]) -> Plant:
    """Two different values typed in each other's row; only pairs whose larger is at least so many times the smaller."""
    over, under = least_ratio

    def plant(rng: Random, scan: Scan) -> tuple[Scan, frozenset[str]] | None:
        pairs = [
            (first, second)
            for first, second in combinations(scan, 2)
            if first.now != second.now and under * max(first.now, second.now).um >= over * min(first.now, second.now).um
        ]
        if not pairs:
            return None
        first, second = rng.choice(pairs)
        typed = {first.label: second.now, second.label: first.now}
        return tuple(replace(one, now=typed.get(one.label, one.now)) for one in scan), frozenset(typed)

    return plant


def _copy(_: Random, scan: Scan) -> tuple[Scan, frozenset[str]] | None:
    """The whole scan before typed again. With one lesion only, or with none of 8 mm, nothing tells a copy from a stable size."""
    large = [one for one in scan if one.prior is not None and one.prior >= Length(8000)]
    if len(large) < 2:
        return None
    copied = tuple(replace(one, now=one.prior) for one in scan if one.prior is not None)
    return copied, frozenset({ALL_ROWS})


@dataclass(frozen=True)
class Error:
    """A planted error, and the percentage that the table of the design catches; not asked of us where it is a figure only."""

    name: str
    plant: Plant
    table: float
    asked: bool = True


ERRORS = (
    Error("32 mm typed 3", _change_one(_lose_last), 91.7),
    Error("32 mm typed 320", _change_one(_add_zero), 99.2),
    Error("digits transposed", _change_one(_transpose), 79.4),
    Error("any two lesions swapped", _swap((1, 1)), 64.3),
    Error("swapped, size ratio 1.5 or more", _swap((3, 2)), 91.4),
    Error("whole prior scan copied", _copy, 100.0),
    Error("tens digit off by one", _change_one(_off_by(10)), 23.8, asked=False),
    Error("ones digit off by 3", _change_one(_off_by(3)), 8.0, asked=False),
)


@dataclass(frozen=True)
class Caught:
    """Of so many scans with the error: those with a finding at its place, and those with any finding."""

    scans: int
    at_place: int
    anywhere: int

    @property
    def percent(self) -> float:
        return 100 * self.at_place / self.scans

    @property
    def percent_anywhere(self) -> float:
        return 100 * self.anywhere / self.scans


def measure_catches(scans: Sequence[Scan], error: Error, seed: int = SEED) -> Caught:
    """Plant the error once in every scan that has a place for it."""
    rng = Random(f"{error.name}/{seed}")
    planted = [one for scan in scans if (one := error.plant(rng, scan)) is not None]
    at_place = anywhere = 0
    for scan, places in planted:
        findings = find_in_sizes(scan)
        refused = any(not SHORTEST <= one.now <= LONGEST for one in scan if one.label in places)
        at_place += refused or any(places & _places(finding) for finding in findings)
        anywhere += refused or bool(findings)
    return Caught(len(planted), at_place, anywhere)


def measure_clean(scans: Sequence[Scan]) -> Mapping[str, int]:
    """How many clean scans have a finding of each rule, and of any."""
    counts: dict[str, int] = {"any": 0}
    for scan in scans:
        rules = {finding.rule for finding in find_in_sizes(scan)}
        counts["any"] += bool(rules)
        for rule in rules:
            counts[rule] = counts.get(rule, 0) + 1
    return counts


def _places(finding: Finding) -> frozenset[str]:
    if isinstance(finding.repair, Swap):
        return frozenset({finding.repair.first, finding.repair.second})
    return frozenset({finding.place})


def run(show: Callable[[str, str, str], None], scans: int = SCANS) -> None:
    """Print the catch rates beside the table's, and the share of clean scans with a finding beside its bound."""
    seen = follow_ups(scans)
    for error in ERRORS:
        caught = measure_catches(seen, error)
        asked = "at least" if error.asked else "for information"
        show(
            f"caught: {error.name}",
            f"{caught.percent:.1f} %",
            f"{asked} {error.table} %; any finding on the scan {caught.percent_anywhere:.1f} %, {caught.scans:,} scans",
        )
    clean = measure_clean(seen)
    rules = ", ".join(
        f"{rule.rpartition('.')[2]} {100 * number / len(seen):.2f} %" for rule, number in clean.items() if rule != "any"
    )
    sizes = sum(len(scan) for scan in seen)
    show(
        "clean scans with any finding",
        f"{100 * clean['any'] / len(seen):.2f} %",
        f"at most {MOST_CLEAN} %; {rules}; {len(seen):,} scans, {sizes:,} sizes",
    )
