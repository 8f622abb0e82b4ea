"""Measurement noise: how often a full re-read, both reads repeated, would give another category at one time point.

It is shown beside a response and decides nothing. It covers the measuring of the chosen lesions only. What makes most of the
disagreement between readers is not in it (which lesions are chosen, new lesions, non-targets, and the part of a reader's error
that all lesions share), so it is a lower bound and is called one. It is not the probability that the category is wrong: that
would need to know how often tumours really grow.

The model: one diameter d is read with a standard deviation of √(a² + (b d)²) mm and the tails of Student's t with four degrees
of freedom; lesions are independent. A re-read repeats both reads, so that each diameter moves by √2 times as much. The relative
variance of a ratio of two sums S₀ and S₁ is then 2 ((s₀ / S₀)² + (s₁ / S₁)²), each s² adding up its diameters' variances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from tracker.domain.assessment import Assessment, TimePointAssessment
from tracker.domain.criteria.recist11 import is_at_least_20_percent_and_5_mm_above, is_at_least_30_percent_below
from tracker.domain.lengths import Length
from tracker.domain.statistics.error_of_sum import ErrorOfSum
from tracker.domain.timeline import Settings, Timeline
from tracker.domain.vocabulary import LesionRole, Response, State, Term


class Reader(Term):
    """Who would read both scans again."""

    SAME = "the same reader", "The reader of the first reads, with the prior images at hand."
    DIFFERENT = "another reader", "Somebody else."


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """How far off one diameter is read: a standard deviation of √(a² + (b d)²) mm, Student's t, independent lesions."""

    a_mm: float
    b: float
    degrees_of_freedom: int = 4
    source: str = "Fitted to Huh 2018 (liver), Yoon 2016 (pooled CT) and Oxnard 2011 (two scans within minutes)"

    def sd(self, diameter_mm: float) -> float:
        """The standard deviation in mm of one read of one diameter."""
        return sqrt(self.a_mm**2 + (self.b * diameter_mm) ** 2)


MODELS = {Reader.SAME: NoiseModel(0.9, 0.03), Reader.DIFFERENT: NoiseModel(1.2, 0.07)}

#: Criteria that compare diameters with -30 % of the baseline and +20 % and 5 mm of the nadir.
_CRITERIA = ("recist-1.1", "irecist")
_NOT_MEASURED = (
    State.ABSENT, State.MERGED, State.TREATED, State.RECURRENCE, State.NOT_EVALUABLE, State.NOT_MENTIONED,
)  # fmt: skip
#: "about k of n cases"
_SHARES = (
    (2, 3), (1, 2), (2, 5), (1, 3), (1, 4), (1, 5), (1, 6), (1, 8), (1, 10), (1, 15), (1, 20), (1, 30), (1, 50), (1, 100),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadSum:
    """A sum of targets as read: its size, and the diameters in mm that were measured for it.

    A lesion that is gone, one merged into another, and the 5 mm of a lesion too small to measure are in the sum but not among
    the diameters: absence and a convention are not measured, so they carry no measurement noise.
    """

    total: Length
    diameters: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Noise:
    """How often a full re-read would give another category, with what it rests on. A lower bound; decides nothing."""

    #: Of another category than the one computed.
    probability: float
    #: What the re-reads would give, most frequent first; together 1.
    chances: tuple[tuple[Response, float], ...]
    reader: Reader
    model: NoiseModel
    sentence: str
    lower_bound: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Plain values; probabilities with four decimals."""
        return {
            "reader": str(self.reader),
            "probability_of_another_category": round(self.probability, 4),
            "is_a_lower_bound": self.lower_bound,
            "categories": {str(response): round(chance, 4) for response, chance in self.chances},
            "source": self.model.source,
            "text": self.sentence,
        }


def compute_noise(
    timeline: Timeline, assessment: Assessment, at: int, reader: Reader = Reader.DIFFERENT
) -> Noise | None:
    """The noise behind the response of row ``at``; None where no comparison of measured sums decides it.

    That is: the baseline, a row without a complete sum (NE), a complete response or progression after one (absence and its
    end are seen, not measured), progression that a new lesion or a non-target proves whatever the sum is.
    """
    row = assessment.time_points[at]
    if assessment.criteria not in _CRITERIA or not _decided_by_sums(assessment.time_points[:at], row):
        return None
    now, baseline = _read(timeline, assessment, at), _read(timeline, assessment, 0)
    nadir_at = _nadir_at(assessment.time_points[:at], row)
    if now is None or baseline is None or nadir_at is None or not now.diameters:
        return None
    nadir = _read(timeline, assessment, nadir_at) if nadir_at else None
    goes_on = _pr_goes_on(timeline.settings, assessment.time_points[:at], row)
    if _category(row, goes_on) is not row.target_response or row.target_response is None:
        return None
    chances = reread_chances(now, baseline, nadir, MODELS[reader], pr_goes_on=goes_on)
    probability = max(0.0, 1.0 - chances[row.target_response])
    ranked = tuple(sorted(chances.items(), key=lambda pair: -pair[1]))
    return Noise(probability, ranked, reader, MODELS[reader], _sentence(probability, reader))


def reread_chances(
    now: ReadSum, baseline: ReadSum, nadir: ReadSum | None, model: NoiseModel, *, pr_goes_on: bool = False
) -> dict[Response, float]:
    """How often a re-read gives PR, SD and PD. ``nadir`` None: the baseline is the nadir; its date is held as it is.

    Progression looks at the ratio to the nadir, response at the ratio to the baseline, and both ratios share the current
    read. The reads of three dates are independent, so the two are independent once the current read is given: the chances
    are taken for each possible current read and averaged over all of them. Where the baseline is the nadir both look at one
    sum and cannot both be met. ``pr_goes_on``: an earlier PR stays one unless there is progression.
    """
    s_now, s_base = now.total.um / 1000, baseline.total.um / 1000
    s_nadir = s_base if nadir is None else nadir.total.um / 1000
    error_now, error_base = _reread_error(now, model), _reread_error(baseline, model)
    error_nadir = error_base if nadir is None else _reread_error(nadir, model)
    progressing = responding = 0.0
    for error, weight in error_now.spread():
        again = s_now + error
        pd = error_nadir.at_most(min(again / 1.2, again - 5) - s_nadir)
        if pr_goes_on:
            pr = 1.0 - pd
        else:
            pr = 1.0 - error_base.at_most(again / 0.7 - s_base)
            if nadir is not None:
                pr *= 1.0 - pd
        progressing += weight * pd
        responding += weight * pr
    stable = max(0.0, 1.0 - progressing - responding)
    return {Response.PR: responding, Response.SD: stable, Response.PD: progressing}


def _reread_error(read: ReadSum, model: NoiseModel) -> ErrorOfSum:
    return ErrorOfSum([sqrt(2) * model.sd(diameter) for diameter in read.diameters])


def _decided_by_sums(before: Sequence[TimePointAssessment], row: TimePointAssessment) -> bool:
    """Whether the overall response is the targets' own, and the targets' a comparison of sums."""
    if row.sum is None or row.nadir is None or row.baseline is None or not before:
        return False
    if row.target_response not in (Response.PR, Response.SD, Response.PD):
        return False
    if row.new_lesions or row.non_target_response is Response.PD:
        return False
    if any(earlier.strict_response in (Response.CR, Response.I_CR) and earlier.settled for earlier in before):
        return False
    if any(earlier.overall_response in (Response.I_UPD, Response.I_CPD) for earlier in before):
        # iRECIST compares in another way once there was an unconfirmed progression.
        return False
    overall = row.overall_response
    return overall is not None and overall.in_recist_letters is row.target_response


def _category(row: TimePointAssessment, pr_goes_on: bool) -> Response | None:
    if row.sum is None or row.nadir is None or row.baseline is None:
        return None
    if is_at_least_20_percent_and_5_mm_above(row.sum, row.nadir):
        return Response.PD
    return Response.PR if pr_goes_on or is_at_least_30_percent_below(row.sum, row.baseline) else Response.SD


def _pr_goes_on(settings: Settings, before: Sequence[TimePointAssessment], row: TimePointAssessment) -> bool:
    """Whether an earlier response is kept until progression (EORTC). Where it has to be confirmed first, only what this row
    itself shows of it counts."""
    if not settings.sticky_pr:
        return False
    if row.target_response is Response.PR and row.strict_response in (Response.SD, Response.I_SD):
        return True
    if settings.confirmation_required:
        return False
    held = False
    for earlier in before:
        if earlier.settled and earlier.overall_response is not None:
            plain = earlier.overall_response.in_recist_letters
            held = plain is not Response.PD and (held or plain is Response.PR)
    return held


def _nadir_at(before: Sequence[TimePointAssessment], row: TimePointAssessment) -> int | None:
    """The row the nadir was reached at."""
    found = (at for at, earlier in enumerate(before) if earlier.date == row.nadir_date and earlier.sum == row.nadir)
    return next(found, None)


def _read(timeline: Timeline, assessment: Assessment, at: int) -> ReadSum | None:
    total = assessment.time_points[at].sum
    if total is None:
        return None
    point = timeline.time_points[at]
    diameters: list[Length | None] = []
    for lesion in timeline.with_role(LesionRole.TARGET):
        seen = point.observations.get(lesion.label)
        if seen is None or seen.state in _NOT_MEASURED:
            continue
        diameters += seen.parts if seen.state is State.SPLIT else (seen.diameter(node=lesion.is_node),)
    return ReadSum(total, tuple(size.um / 1000 for size in diameters if size is not None))


def _sentence(probability: float, reader: Reader) -> str:
    if probability < 0.0075:
        return (
            f"Measured again in full by {reader}, fewer than 1 of 100 cases would get another category "
            "(measurement alone; a lower bound)."
        )
    of, cases = min(_SHARES, key=lambda share: abs(share[0] / share[1] - probability))
    return (
        f"A full re-read by {reader} would give another category in about {of} of {cases} cases or more "
        "(measurement alone; a lower bound)."
    )
