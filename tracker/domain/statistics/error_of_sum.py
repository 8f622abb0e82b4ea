"""The error of a sum of measured sizes when each is measured again: its distribution, exact and without drawing lots.

Each size's error has the tails of Student's t with four degrees of freedom (readers are usually close, sometimes far off);
a sum adds independent errors of unlike size. Such a sum is neither a t nor a normal distribution, so its distribution function
is had from its characteristic function (Gil-Pelaez 1951). That of a t with four degrees of freedom and variance 1 is
y² K₂(y) / 2 with y = √2 |u| (Hurst 1995), where K₂ is the modified Bessel function of the second kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import acosh, cosh, exp, pi, prod, sin, sinh, sqrt

#: Steps of K₂(y) = ∫ exp(−y cosh t) cosh 2t dt over t ≥ 0 by the trapezoid rule, and where exp(−y cosh t) has vanished.
_STEP = 0.2
_COSH = tuple((cosh(k * _STEP), cosh(2 * k * _STEP) * (0.5 if k == 0 else 1.0) * _STEP) for k in range(64))
_NOTHING = 45.0
_NEAR_ZERO = 1e-3
#: Distance of the points u (in 1/SD) at which the characteristic function is taken; the least value that still counts.
_DU, _LEAST = 0.1, 1e-9
#: Edges of the intervals over which an error is averaged, in SD: close together in the middle, 12 SD out.
_EDGES = tuple(sinh(k / 20) for k in range(-64, 65))


def characteristic_of_t4(u: float) -> float:
    """The characteristic function, at ``u``, of Student's t with four degrees of freedom scaled to variance 1."""
    y = sqrt(2) * abs(u)
    if y < _NEAR_ZERO:
        return 1.0 - u * u / 2
    steps = 2 + int(acosh(1 + _NOTHING / y) / _STEP)
    return y * y / 2 * sum(exp(-y * height) * weight for height, weight in _COSH[:steps])


class ErrorOfSum:
    """The error in mm of a sum of diameters, from the standard deviation of each diameter's error; symmetric about 0."""

    __slots__ = ("_waves", "sd")

    def __init__(self, sds: Sequence[float]) -> None:
        self.sd = sqrt(sum(sd * sd for sd in sds))
        self._waves = _waves(tuple(sorted(round(sd / self.sd, 6) for sd in sds))) if self.sd > 0 else ()

    def at_most(self, mm: float) -> float:
        """The probability that the error is ``mm`` or less. A sum that nobody measures has none."""
        if not self._waves:
            return 1.0 if mm >= 0 else 0.0
        x = mm / self.sd
        below = 0.5 + sum(weight * sin(u * x) for u, weight in self._waves)
        return min(1.0, max(0.0, below))

    def spread(self) -> tuple[tuple[float, float], ...]:
        """The error in intervals: the middle of each in mm, and its probability; together they are 1."""
        if not self._waves:
            return ((0.0, 1.0),)
        below = [0.0, *(self.at_most(edge * self.sd) for edge in _EDGES[1:-1]), 1.0]
        return tuple(
            ((_EDGES[k] + _EDGES[k + 1]) / 2 * self.sd, max(0.0, below[k + 1] - below[k]))
            for k in range(len(_EDGES) - 1)
        )


@lru_cache(maxsize=256)
def _waves(shares: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """Points u and weights of P(X ≤ x) = 1/2 + 1/π ∫ sin(u x) φ(u) / u du for X of variance 1, by the midpoint rule."""
    waves: list[tuple[float, float]] = []
    height = 1.0
    while height > _LEAST:
        u = (len(waves) + 0.5) * _DU
        height = prod(characteristic_of_t4(share * u) for share in shares if share > 0)
        waves.append((u, height / u * _DU / pi))
    return tuple(waves)
