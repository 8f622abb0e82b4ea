"""The few probability functions that the standard library lacks."""

from __future__ import annotations

import math

_MOST_TERMS = 10_000
_TINY = 1e-300


def student_t_two_sided(t: float, freedom: float) -> float:
    """P(|T| >= |t|) for Student's t with ``freedom`` degrees of freedom (more than 0).

    I(x; n/2, 1/2) at x = n / (n + t²): exact in the far tail, where one less a distribution function would lose all
    digits (Abramowitz and Stegun 1964, 26.7.1 and 26.5.27). 1 at 0, 0 at infinity; NaN in, NaN out.
    """
    if freedom <= 0:
        raise ValueError(f"Student's t needs more than 0 degrees of freedom, not {freedom}")
    if math.isinf(t):
        return 0.0
    if t * t < freedom:
        # Near 0 the other side, or 1 - x would lose the digits of t.
        return 1 - regularised_beta(t * t / (freedom + t * t), 0.5, freedom / 2)
    return regularised_beta(freedom / (freedom + t * t), freedom / 2, 0.5)


def regularised_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I(x; a, b), for 0 <= x <= 1 and positive a and b; about 14 digits.

    Its continued fraction (Abramowitz and Stegun 1964, 26.5.8), by Lentz's method, on the side where it converges fast.
    """
    if math.isnan(x):
        return math.nan
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    front = math.exp(log_front)
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    above = 1.0
    below = 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = below
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        factor = 1.0
        for term in (even, odd):
            below = 1 / _away_from_zero(1 + term * below)
            above = _away_from_zero(1 + term / above)
            factor = above * below
            value *= factor
        if abs(factor - 1) < 1e-15:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
