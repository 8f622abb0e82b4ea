"""Uptake of the lesions at one time point: which is hottest, what is missing, and the total lesion glycolysis of the five
hottest.

SULpeak is the mean of the hottest 1 cm3 of a lesion, corrected for lean body mass. SUVmax is another quantity and is never
put in its place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tracker.domain.carried import Row
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.timeline import TimePoint
from tracker.domain.vocabulary import LesionRole, State

#: PERCIST adds the glycolysis of as many lesions (Wahl 2009).
HOTTEST = 5


class LesionUptake(NamedTuple):
    """One lesion: its SULpeak, or gone into the background, or missing with the reason."""

    label: str
    sul_peak: Decimal | None
    tlg: Decimal | None
    is_gone: bool
    why: str

    @property
    def is_missing(self) -> bool:
        return self.sul_peak is None and not self.is_gone


class Uptake(NamedTuple):
    """The lesions of one time point. The order in which they are listed changes nothing."""

    lesions: tuple[LesionUptake, ...]

    @property
    def missing(self) -> tuple[LesionUptake, ...]:
        return tuple(lesion for lesion in self.lesions if lesion.is_missing)

    @property
    def by_heat(self) -> list[tuple[Decimal, LesionUptake]]:
        """The lesions with a SULpeak, hottest first."""
        measured = [(lesion.sul_peak, lesion) for lesion in self.lesions if lesion.sul_peak is not None]
        return sorted(measured, key=lambda pair: (-pair[0], -(pair[1].tlg or 0), pair[1].label))

    @property
    def hottest(self) -> tuple[Decimal, LesionUptake] | None:
        return self.by_heat[0] if self.by_heat else None

    @property
    def known_tlg(self) -> Fraction:
        """Glycolysis of the five hottest lesions as far as it is given: never more than the whole."""
        return sum((Fraction(lesion.tlg) for _, lesion in self.by_heat[:HOTTEST] if lesion.tlg is not None), Fraction())

    @property
    def tlg(self) -> Fraction | None:
        """Glycolysis of the five hottest lesions; None where one of them has none, or a lesion is missing."""
        hottest = self.by_heat[:HOTTEST]
        if self.missing or not hottest or any(lesion.tlg is None for _, lesion in hottest):
            return None
        return self.known_tlg


def is_pet(time_point: TimePoint) -> bool:
    """Whether uptake was looked at: the modality says so, or a value of uptake is given; not said is taken as yes."""
    if time_point.modality is None or time_point.modality.has_pet or time_point.reference is not None:
        return True
    return any(_has_uptake(seen) for seen in time_point.observations.values())


def _has_uptake(seen: Observation) -> bool:
    in_pet = seen.modality is not None and seen.modality.has_pet
    return in_pet or any(value is not None for value in (seen.sul_peak, seen.suv_max, seen.tlg, seen.mtv_ml))


def with_sul_peak(lesions: Sequence[Lesion], row: Row) -> frozenset[str]:
    """Lesions that were there at the baseline and have a SULpeak at this time point: their uptake is followed from here."""
    missed = {new.label for new in row.new_disease if new.there_at_baseline}
    return frozenset(
        lesion.label
        for lesion in lesions
        if (lesion.role is not LesionRole.NEW or lesion.label in missed)
        and (seen := row.observations.get(lesion.label)) is not None
        and seen.sul_peak is not None
        and not seen.state.is_treated
    )


def read_uptake(lesions: Sequence[Lesion], row: Row, followed: Collection[str]) -> Uptake:
    """The targets and the other lesions in ``followed``. One merged into another of them shares its uptake and is counted
    with it. A non-target that was treated locally is followed no longer; a target is missing then.
    """
    counted = {lesion.label for lesion in lesions if lesion.role is LesionRole.TARGET or lesion.label in followed}
    read = []
    for lesion in lesions:
        seen = row.observations.get(lesion.label)
        treated = seen is not None and seen.state.is_treated and lesion.role is not LesionRole.TARGET
        if lesion.label in counted and not treated and carrier_of(lesion.label, row.observations) not in counted:
            read.append(_read(lesion.label, seen))
    return Uptake(tuple(read))


def carrier_of(label: str, observations: Mapping[str, Observation]) -> str | None:
    """The lesion that a merged one is now part of; None where it is not merged."""
    seen, passed = observations.get(label), {label}
    into = None
    while seen is not None and seen.state is State.MERGED and seen.into is not None and seen.into not in passed:
        into = seen.into
        passed.add(into)
        seen = observations.get(into)
    return into


def _read(label: str, seen: Observation | None) -> LesionUptake:
    if seen is None:
        return LesionUptake(label, None, None, False, "not mentioned")
    if seen.state is State.ABSENT:
        return LesionUptake(label, None, None, True, "no longer seen")
    if seen.state.is_treated:
        return LesionUptake(label, None, None, False, "treated locally")
    if seen.state is State.MERGED:
        return LesionUptake(label, None, None, False, f"merged into {seen.into}, whose uptake is not followed")
    if seen.state is State.NOT_EVALUABLE:
        return LesionUptake(
            label, None, None, False, f"not evaluable: {seen.reason}" if seen.reason else "not evaluable"
        )
    if seen.sul_peak is None:
        why = "no SULpeak; SUVmax alone is not classified" if seen.suv_max is not None else "no SULpeak"
        return LesionUptake(label, None, None, False, why)
    return LesionUptake(label, seen.sul_peak, seen.tlg, False, "measured")
