"""Growth and decay rates: the g and d models of Stein, fitted to sizes over time.

A tumour under treatment is read as two parts, one that shrinks by d and one that grows by g, each a part of its size
a day. With f = size / size at the start and t in days, the start being day 1 (``DAY_OF_START``):

    gd     f = exp(-d t) + exp(g t) - 1
    dx     f = exp(-d t)                               only shrinking
    gx     f = exp(g t)                                only growing
    gdphi  f = (1 - p) exp(g t) + p exp(-d t)          a part p of the tumour shrinks, the rest grows

Chosen is the model of the least AIC among those whose every parameter has p < 0.10; where none has, there is no rate.
Sources: Stein WD et al., Oncologist 2008;13:1046-1054 and Clin Cancer Res 2011;17:907-917; Wilkerson J et al.,
Lancet Oncol 2017;18:143-154; data preparation, bounds, starts and selection as in its program, tumgr 0.0.5
(github.com/wilkersj/tumgr), whose results on its 68 sample patients are a test of this module.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tracker.domain.assessment import Assessment
from tracker.domain.statistics.distributions import student_t_two_sided
from tracker.domain.statistics.least_squares import (
    Curve,
    Fit,
    fit_within_bounds,
    hold_at_upper_bound,
    hold_where_pushed_outward,
    invert_normal_matrix,
)
from tracker.errors import InputError

#: tumgr counts the first measurement as day 1: a curve is 1 one day before it, not on it.
DAY_OF_START = 1
#: Every parameter of a chosen model has a p value under this (tumgr's ``pval`` in its published use).
SIGNIFICANT_BELOW = 0.10
_START_RATE = 0.00511
_START_PART = 0.9
_BOUNDS = (0.0, 1.0)
_FIRST_RADIUS = 0.01
#: nlsLM's tolerance in tumgr: the square root of the machine's precision.
_TOLERANCE = 2.0**-26
_FINE_TOLERANCE = 1e-12


class GrowthModel(StrEnum):
    """The four curves, by tumgr's names."""

    GD = "gd"
    DX = "dx"
    GX = "gx"
    GDPHI = "gdphi"


class NoRate(StrEnum):
    """Why a course has no rate, in tumgr's words."""

    NO_DATA = "No measurement data"
    ONE_EVALUATION = "only 1 eval"
    ALL_EQUAL = "error data"
    TWO_ALIKE = "2 evals not 20% diff"
    NOT_FIT = "not fit"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    NoRate.NO_DATA: "There is no size at the start, or it is 0: sizes cannot be compared with it.",
    NoRate.ONE_EVALUATION: "There is only one measurement.",
    NoRate.ALL_EQUAL: "All measurements are the same size.",
    NoRate.TWO_ALIKE: "There are two measurements and they differ by less than 20 %.",
    NoRate.NOT_FIT: "No model has every parameter significantly different from 0.",
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One size, in any unit that stays the same (mm of a sum, a marker's concentration); ``day`` counts from any day."""

    day: int
    size: Decimal


@dataclass(frozen=True, slots=True)
class Parameter:
    """One fitted parameter: rates a day, ``p`` (of gdphi) a part of 1. ``p_value`` is two-sided, of estimate / error."""

    name: str
    estimate: float
    standard_error: float
    t: float
    p_value: float


@dataclass(frozen=True, slots=True)
class ModelFit:
    """One model's fit. ``parameters`` is empty where it could not be fitted, ``why_not`` then says why."""

    model: GrowthModel
    parameters: tuple[Parameter, ...] = ()
    aic: float | None = None
    sum_of_squares: float | None = None
    why_not: str | None = None

    def significant(self, below: float) -> bool:
        return bool(self.parameters) and all(parameter.p_value < below for parameter in self.parameters)


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth of one course. ``g`` and ``d`` are rates a day; where ``model`` is None, ``no_rate`` says why.

    Of gdphi, ``g`` is tumgr's: the fitted rate times the root of the growing part, gt √(1 - p).
    """

    evaluations: int
    model: GrowthModel | None
    no_rate: NoRate | None
    g: float | None = None
    d: float | None = None
    phi: float | None = None
    fits: tuple[ModelFit, ...] = ()

    @property
    def doubling_days(self) -> float | None:
        """ln 2 / g: days in which the growing part doubles; None without a growing part."""
        return math.log(2) / self.g if self.g else None


def fit_growth(evaluations: Sequence[Evaluation], significant_below: float = SIGNIFICANT_BELOW) -> Growth:
    """The growth and decay rates of one course, from its sizes in any order. InputError for a negative size or NaN."""
    rows = sorted(evaluations, key=lambda row: row.day)
    for row in rows:
        if not row.size.is_finite() or row.size < 0:
            raise InputError(f"A size is a number from 0 up; on day {row.day} it is {row.size}.")
    no_rate = _exclude(rows)
    if no_rate is not None:
        return Growth(len(rows), None, no_rate)
    days = [row.day - rows[0].day + DAY_OF_START for row in rows]
    first = Fraction(rows[0].size)
    sizes = [float(Fraction(row.size) / first) for row in rows]
    fits = tuple(fit_model(model, days, sizes) for model in GrowthModel)
    chosen = [fit for fit in fits if fit.aic is not None and fit.significant(significant_below)]
    if not chosen:
        return Growth(len(rows), None, NoRate.NOT_FIT, fits=fits)
    return _with_rates(min(chosen, key=lambda fit: fit.aic or 0.0), len(rows), fits)


def growth_of(assessment: Assessment) -> Growth:
    """Growth of the sum of targets of one course: every complete, settled sum under its treatment, baseline included."""
    rows = [
        row
        for row in assessment.time_points
        if row.sum is not None and row.settled and not row.provisional and not row.after_treatment_change
    ]
    return fit_growth([Evaluation(row.date.toordinal(), row.sum.mm) for row in rows if row.sum is not None])


def _exclude(rows: Sequence[Evaluation]) -> NoRate | None:
    """tumgr's exclusions before any fit, in its order; 20 % is compared exactly."""
    if not rows or rows[0].size == 0:
        return NoRate.NO_DATA
    if len(rows) == 1:
        return NoRate.ONE_EVALUATION
    first, last = rows[0].size, rows[-1].size
    if len(rows) == 2:
        return NoRate.TWO_ALIKE if 4 * first < 5 * last < 6 * first else None
    return NoRate.ALL_EQUAL if len({row.size for row in rows}) == 1 else None


def _with_rates(fit: ModelFit, evaluations: int, fits: tuple[ModelFit, ...]) -> Growth:
    values = [parameter.estimate for parameter in fit.parameters]
    g: float | None = None
    d: float | None = None
    phi: float | None = None
    match fit.model:
        case GrowthModel.GD:
            g, d = values
        case GrowthModel.DX:
            d = values[0]
        case GrowthModel.GX:
            g = values[0]
        case GrowthModel.GDPHI:
            phi, rate, d = values
            g = rate * math.sqrt(1 - phi)
    return Growth(evaluations, fit.model, None, g, d, phi, fits)


# --- the curves ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shape:
    """A model: its parameters with their starts, its value at a day, and its slope by each parameter there."""

    names: tuple[str, ...]
    start: tuple[float, ...]
    value: Callable[[Sequence[float], int], float]
    slopes: Callable[[Sequence[float], int], list[float]]


def _exp(x: float) -> float:
    """exp, flat where its square would leave the floats: no tumour grows by e to the 300."""
    return math.exp(min(x, 300.0))


def _gdphi_slopes(x: Sequence[float], t: int) -> list[float]:
    part, growing, shrinking = x[0], _exp(x[1] * t), _exp(-x[2] * t)
    return [shrinking - growing, (1 - part) * t * growing, -part * t * shrinking]


_SHAPES = {
    GrowthModel.GD: _Shape(
        ("g", "d"), (_START_RATE, _START_RATE),
        lambda x, t: _exp(-x[1] * t) + _exp(x[0] * t) - 1,
        lambda x, t: [t * _exp(x[0] * t), -t * _exp(-x[1] * t)],
    ),
    GrowthModel.DX: _Shape(
        ("dx",), (_START_RATE,), lambda x, t: _exp(-x[0] * t), lambda x, t: [-t * _exp(-x[0] * t)]
    ),
    GrowthModel.GX: _Shape(("gx",), (_START_RATE,), lambda x, t: _exp(x[0] * t), lambda x, t: [t * _exp(x[0] * t)]),
    GrowthModel.GDPHI: _Shape(
        ("p", "gt", "dt"), (_START_PART, _START_RATE, _START_RATE),
        lambda x, t: (1 - x[0]) * _exp(x[1] * t) + x[0] * _exp(-x[2] * t),
        _gdphi_slopes,
    ),
}  # fmt: skip


def curve_value(model: GrowthModel, parameters: Sequence[float], day: int) -> float:
    """The curve's size as a part of the first, at a day counted from ``DAY_OF_START``; parameters in ``ModelFit``'s order."""
    return _SHAPES[model].value(parameters, day)


# --- the fit -------------------------------------------------------------------------------------------------------


def fit_model(model: GrowthModel, days: Sequence[int], sizes: Sequence[float]) -> ModelFit:
    """One model's fit to ``sizes``, parts of the first, at ``days`` counted from ``DAY_OF_START``."""
    shape = _SHAPES[model]
    if len(days) <= len(shape.names):
        return ModelFit(model, why_not=f"{len(days)} measurements are too few for {len(shape.names)} parameters")
    curve = Curve(
        lambda x: [size - shape.value(x, day) for size, day in zip(sizes, days, strict=True)],
        lambda x: [[-slope for slope in shape.slopes(x, day)] for day in days],
    )
    bounds = (_BOUNDS,) * len(shape.names)
    fit = fit_within_bounds(
        curve, shape.start, bounds, hold=hold_at_upper_bound, tolerance=_TOLERANCE, first_radius=_FIRST_RADIUS
    )
    inverse = invert_normal_matrix(fit.slopes)
    if inverse is None and model is GrowthModel.GDPHI:
        # As tumgr does with another solver: the first search may stick at p = 1, where the growing part has no slope.
        fit = fit_within_bounds(
            curve, shape.start, bounds,
            hold=hold_where_pushed_outward, tolerance=_FINE_TOLERANCE, first_radius=_FIRST_RADIUS,
        )  # fmt: skip
        inverse = invert_normal_matrix(fit.slopes)
    if inverse is None:
        return ModelFit(model, why_not="one parameter makes another meaningless (p is 0 or 1)")
    if not fit.converged:
        return ModelFit(model, why_not="the search did not converge")
    return ModelFit(model, *_summarise(shape, fit, inverse, len(days)))


def _summarise(
    shape: _Shape, fit: Fit, inverse: list[list[float]], evaluations: int
) -> tuple[tuple[Parameter, ...], float, float]:
    """Parameters, AIC and sum of squares: errors from the slopes at the end, σ²(J'J)⁻¹ with σ² = RSS / (N - k); AIC = N (ln 2π + 1 + ln(RSS / N)) + 2 k."""
    freedom = evaluations - len(shape.names)
    variance = fit.sum_of_squares / freedom
    parameters = []
    for index, name in enumerate(shape.names):
        estimate, error = fit.parameters[index], math.sqrt(variance * inverse[index][index])
        t = estimate / error if error else math.copysign(math.inf, estimate) if estimate else 0.0
        parameters.append(Parameter(name, estimate, error, t, student_t_two_sided(t, freedom)))
    log_variance = math.log(fit.sum_of_squares / evaluations) if fit.sum_of_squares else -math.inf
    aic = evaluations * (math.log(2 * math.pi) + 1 + log_variance) + 2 * len(shape.names)
    return tuple(parameters), aic, fit.sum_of_squares
