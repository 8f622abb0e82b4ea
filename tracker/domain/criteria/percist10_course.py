"""PERCIST 1.0 over a course: which lesions are followed, what each PET is compared with, and what may not be compared.

Source: Wahl 2009; O 2016. Growth counts from the baseline, or from the lowest hottest SULpeak so far where the setting
``percist_reference`` says ``nadir``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from tracker.domain.assessment import Assessment, TimePointAssessment
from tracker.domain.carried import Row
from tracker.domain.criteria import percist10
from tracker.domain.criteria.course import Published, walk
from tracker.domain.criteria.grounds import Fired, FiredRules, certain_new, tell_new_lesions
from tracker.domain.criteria.percist10 import Evidence, Point
from tracker.domain.criteria.percist10_reasons import say_as_it_is, say_extent, say_missing, say_overall, say_uptake
from tracker.domain.exact import as_decimal, change_in_percent, plain
from tracker.domain.timeline import ReferenceUptake, Timeline
from tracker.domain.uptake import Uptake, carrier_of, is_pet, read_uptake, with_sul_peak
from tracker.domain.vocabulary import LesionRole, Response, State
from tracker.domain.wording import format_date
from tracker.domain.written import number


def assess(timeline: Timeline) -> Assessment:
    """What PERCIST 1.0 makes of a timeline."""
    criterion = Published(percist10.NAME, percist10.VERSION, percist10.SCALE, of_diameters=False)
    return walk(timeline, criterion, PercistCourse(timeline))


class MeasuredUptake(NamedTuple):
    """Uptake of one row and of its baseline, as the row's own keys."""

    uptake: Uptake
    baseline: Point | None
    region: str
    mean: Decimal | None

    def to_dict(self) -> dict[str, Any]:
        hottest = self.uptake.hottest
        whole = None if self.uptake.missing or hottest is None else hottest
        now = None if whole is None else Fraction(whole[0])
        base = None if self.baseline is None else self.baseline.sul
        known = now is not None and base is not None
        tlg, base_tlg = self.uptake.tlg, None if self.baseline is None else self.baseline.tlg
        return {
            "sul_peak": None if whole is None else number(whole[0]),
            "sul_peak_of_measured": number(hottest[0]) if self.uptake.missing and hottest is not None else None,
            "hottest_lesion": None if hottest is None else hottest[1].label,
            "baseline_sul_peak": None if base is None else number(as_decimal(base)),
            "change_from_baseline_sul": number(as_decimal(now - base)) if known else None,  # type: ignore[operator]
            "change_from_baseline_sul_percent": number(change_in_percent(now, base)) if known else None,  # type: ignore[arg-type]
            "tlg": None if tlg is None else number(as_decimal(tlg)),
            "baseline_tlg": None if base_tlg is None else number(as_decimal(base_tlg)),
            "reference_region": self.region,
            "reference_sul_mean": number(self.mean),
        }


class PercistCourse:
    """The judge of a course: the baseline's hottest lesion, the lowest so far, and the lesions whose uptake is followed."""

    def __init__(self, timeline: Timeline) -> None:
        self.lesions = timeline.lesions
        self.region = percist10.choose_region(timeline)
        self.from_lowest = timeline.settings.percist_reference == "nadir"
        self.followed: frozenset[str] = frozenset()
        self.first: Row | None = None
        self.not_measurable = ""
        self.baseline_mean = Decimal(0)
        self.baseline: Point | None = None
        self.lowest: Point | None = None
        self.lowest_tlg: Point | None = None

    def open(self, row: Row) -> TimePointAssessment:
        self.first = row
        self.followed = with_sul_peak(self.lesions, row)
        uptake = read_uptake(self.lesions, row, self.followed)
        mean, sd = percist10.mean_and_sd(row.time_point.reference, self.region)
        self.not_measurable = self._why_not_measurable(row, uptake, mean, sd)
        if uptake.hottest is not None and not uptake.missing:
            self.baseline = self.lowest = self.lowest_tlg = _point(row, uptake)
        self.baseline_mean = mean or Decimal(0)
        return _row(row, self._measure(row, uptake))

    def _why_not_measurable(self, row: Row, uptake: Uptake, mean: Decimal | None, sd: Decimal | None) -> str:
        """Why nothing can be compared with this baseline; empty where it can."""
        if not is_pet(row.time_point):
            return f"The baseline of {format_date(row.time_point.date)} is no PET."
        if uptake.missing:
            return f"At the baseline SULpeak is missing: {say_missing(uptake)}. The hottest lesion is not known."
        if uptake.hottest is None:
            return "At the baseline no lesion has a SULpeak; SUVmax alone is not classified."
        if mean is None or sd is None:
            what = "the mean" if mean is None else "the standard deviation"
            return f"At the baseline {what} of the reference region ({self.region}) is not given."
        least = percist10.least_measurable(self.region, mean, sd)
        hottest, lesion = uptake.hottest
        if Fraction(hottest) < least:
            return (
                f"Not measurable at the baseline: the hottest lesion, {lesion.label}, has SULpeak {plain(hottest)}, and "
                f"{plain(least)} is needed ({plain(percist10.TIMES[self.region])} x the {self.region}'s mean {plain(mean)} "
                f"and two standard deviations of {plain(sd)})."
            )
        return ""

    def learn(self, row: Row, result: TimePointAssessment) -> None:
        self.followed |= with_sul_peak(self.lesions, row)
        uptake = read_uptake(self.lesions, row, self.followed)
        if self._why_not_judged(row) is not None or uptake.missing or not uptake.lesions:
            return
        point = _point(row, uptake)
        if self.lowest is None or point.sul < self.lowest.sul:
            self.lowest = point
        known = None if self.lowest_tlg is None else self.lowest_tlg.tlg
        if point.tlg is not None and (known is None or point.tlg < known):
            self.lowest_tlg = point

    def judge(self, row: Row) -> TimePointAssessment:
        uptake = read_uptake(self.lesions, row, self.followed | with_sul_peak(self.lesions, row))
        new, measure = certain_new(row), self._measure(row, uptake)
        if not is_pet(row.time_point):
            fired = Fired(percist10.NO_PET, say_as_it_is, (self._say_no_pet(row),))
            why = FiredRules((fired, *tell_new_lesions(row, percist10.NEW_WITHOUT_PET)))
            return _row(row, measure, new=bool(new), uptake=Response.NE, overall=Response.NE, why=why)
        extent = self._larger_extent(row)
        judged = self._why_not_judged(row) or self._judge_uptake(row, uptake)
        response = Response.PMD if new or extent else judged.response or Response.NE
        parts = (judged.response, bool(extent), bool(new), response)
        fired_rules = FiredRules(
            (
                judged,
                *((Fired(percist10.PMD_BY_EXTENT, say_extent, (extent,)),) if extent else ()),
                *tell_new_lesions(row, percist10.NEW),
                Fired(percist10.OVERALL, say_overall, parts),
            )
        )
        shown_on = row.last_date
        if response is Response.PMD:
            dates = [known.shown_on for known in new] + [row.date_of(label) for label in extent]
            if judged.response is Response.PMD and uptake.hottest is not None:
                dates.append(row.date_of(uptake.hottest[1].label))
            shown_on = min(dates)
        return _row(
            row, measure, new=bool(new), uptake=judged.response, overall=response, why=fired_rules, shown_on=shown_on
        )

    def _say_no_pet(self, row: Row) -> str:
        return f"No PET at this time point ({row.time_point.modality}): uptake was not looked at."

    def _why_not_judged(self, row: Row) -> Fired | None:
        """Why the PET is not compared with the baseline; None where it is."""
        if not is_pet(row.time_point):
            return Fired(percist10.NO_PET, say_as_it_is, (self._say_no_pet(row),))
        if self.not_measurable:
            return Fired(percist10.NOT_MEASURABLE, say_as_it_is, (self.not_measurable,))
        mean, _ = percist10.mean_and_sd(row.time_point.reference, self.region)
        if mean is None:
            text = f"The mean of the reference region ({self.region}) is not given, so this PET is not compared."
            return Fired(percist10.NOT_COMPARABLE, say_as_it_is, (text,))
        if not percist10.is_comparable(mean, self.baseline_mean):
            text = (
                f"The {self.region}'s mean is {plain(mean)}, at the baseline {plain(self.baseline_mean)}: not within 20 % "
                "and 0.3 SUL of each other, so the two PETs are not compared."
            )
            return Fired(percist10.NOT_COMPARABLE, say_as_it_is, (text,))
        return None

    def _judge_uptake(self, row: Row, uptake: Uptake) -> Fired:
        baseline, lowest, lowest_tlg = self.baseline, self.lowest, self.lowest_tlg
        if baseline is None or lowest is None or lowest_tlg is None:
            raise ValueError("a baseline that may be compared has a hottest lesion")
        reference = row.time_point.reference or ReferenceUptake()
        evidence = Evidence(
            uptake=uptake,
            baseline=baseline,
            growth_from=lowest if self.from_lowest else baseline,
            tlg_from=lowest_tlg if self.from_lowest else baseline,
            from_lowest=self.from_lowest,
            above_background=self._above_background(row, uptake, reference),
            reference=reference,
        )
        rule = percist10.judge_uptake(evidence)
        return Fired(rule, say_uptake, (rule.id, evidence))

    def _above_background(self, row: Row, uptake: Uptake, reference: ReferenceUptake) -> tuple[str, ...]:
        """Lesions that are not shown to be in the background; only then the response is not complete."""
        read = {lesion.label: lesion for lesion in uptake.lesions}
        missed = {new.label for new in row.new_disease if new.there_at_baseline}
        above = []
        for lesion in self.lesions:
            known = read.get(lesion.label)
            if known is not None:
                if not known.is_gone and (
                    known.sul_peak is None or not percist10.is_in_background(known.sul_peak, reference)
                ):
                    above.append(f"{lesion.label} is above the background")
            elif lesion.role is LesionRole.NON_TARGET or lesion.label in missed:
                above += self._unknown(row, lesion.label, read)
        return tuple(above)

    def _unknown(self, row: Row, label: str, read: dict[str, Any]) -> list[str]:
        """A lesion whose uptake is not followed: gone, part of one that is, or in the way of a complete response."""
        seen = row.observations.get(label)
        at_baseline = None if self.first is None else self.first.observations.get(label)
        was_absent = at_baseline is not None and at_baseline.state is State.ABSENT
        if (seen is None and was_absent) or (seen is not None and seen.state is State.ABSENT):
            return []
        if carrier_of(label, row.observations) in read:
            return []
        return [f"{label} has no SULpeak and is not said to be gone"]

    def _larger_extent(self, row: Row) -> tuple[str, ...]:
        """Lesions whose uptake is stated to have grown in extent, or which are stated to be worse beyond doubt."""
        grown = []
        for lesion in self.lesions:
            seen = row.observations.get(lesion.label)
            if seen is None or lesion.role is LesionRole.NEW or seen.state is State.ABSENT:
                continue
            if seen.grown or seen.state is State.UNEQUIVOCAL_PROGRESSION:
                grown.append(lesion.label)
        return tuple(grown)

    def _measure(self, row: Row, uptake: Uptake) -> MeasuredUptake:
        mean, _ = percist10.mean_and_sd(row.time_point.reference, self.region)
        return MeasuredUptake(uptake, self.baseline, self.region, mean)


#: The baseline is judged by nothing.
_NOTHING = FiredRules(())


def _point(row: Row, uptake: Uptake) -> Point:
    hottest = uptake.hottest
    if hottest is None:
        return Point(row.time_point.date, None, Fraction(), Fraction())
    return Point(row.time_point.date, hottest[1].label, Fraction(hottest[0]), uptake.tlg)


def _row(
    row: Row,
    measure: MeasuredUptake,
    *,
    new: bool = False,
    uptake: Response | None = None,
    overall: Response | None = None,
    why: FiredRules = _NOTHING,
    shown_on: date | None = None,
) -> TimePointAssessment:
    """A row without sums of diameters: they are another track."""
    return TimePointAssessment(
        date=row.time_point.date, sum=None, sum_of_measured=None, nadir=None, nadir_date=None, baseline=None,
        target_response=uptake, non_target_response=None, new_lesions=new, overall_response=overall, why=why,
        provisional=row.number == 0 and any(seen.provisional for seen in row.time_point.observations.values()),
        strict_response=overall, shown_on=shown_on, measure=measure,
    )  # fmt: skip
