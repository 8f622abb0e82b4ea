"""Fit a curve with a few parameters to a few points: least squares within bounds, by Levenberg and Marquardt.

Source: Moré JJ, "The Levenberg-Marquardt algorithm: implementation and theory", Lecture Notes in Mathematics
1978;630:105-116 (the damping is found from a trust radius, the scale of each parameter from its slopes). Bounds are
kept as R's nlsLM keeps them: a trial point outside is moved onto the bound. Statistics only: floats, nothing clinical
is decided here. Written for one to three parameters; the cost grows with the cube of their number.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Vector = list[float]
#: One row a point, one column a parameter.
Matrix = list[Vector]
Bounds = Sequence[tuple[float, float]]
#: Which parameters stay where they are, from the parameters, the gradient of the sum of squares, and the bounds.
Hold = Callable[[Sequence[float], Sequence[float], Bounds], frozenset[int]]

_MOST_ITERATIONS = 1000
_MOST_DAMPINGS_TRIED = 10
_SMALLEST = sys.float_info.min


@dataclass(frozen=True, slots=True)
class Curve:
    """What is fitted: the residuals (observed less predicted) at parameters, and their slopes by each parameter.

    Both are finite everywhere within the bounds."""

    residuals: Callable[[Sequence[float]], Vector]
    slopes: Callable[[Sequence[float]], Matrix]


@dataclass(frozen=True, slots=True)
class Fit:
    """Where the search ended. ``converged`` is False where it was stopped by the number of its iterations."""

    parameters: tuple[float, ...]
    sum_of_squares: float
    slopes: tuple[tuple[float, ...], ...]
    converged: bool


def hold_at_upper_bound(parameters: Sequence[float], gradient: Sequence[float], bounds: Bounds) -> frozenset[int]:
    """nlsLM's way: its forward differences see no slope beyond an upper bound, so what has reached it stays there."""
    del gradient
    return frozenset(index for index, value in enumerate(parameters) if value >= bounds[index][1])


def hold_where_pushed_outward(parameters: Sequence[float], gradient: Sequence[float], bounds: Bounds) -> frozenset[int]:
    """The condition of a minimum within bounds: held only on a bound beyond which the sum of squares would fall."""
    return frozenset(
        index
        for index, value in enumerate(parameters)
        if (value <= bounds[index][0] and gradient[index] >= 0) or (value >= bounds[index][1] and gradient[index] <= 0)
    )


def fit_within_bounds(
    curve: Curve, start: Sequence[float], bounds: Bounds, *, hold: Hold, tolerance: float, first_radius: float
) -> Fit:
    """The parameters of a least sum of squares near ``start``.

    ``tolerance`` is relative, for the sum of squares and for the parameters; ``first_radius`` is the length of the
    first step as a part of the scaled start. A local minimum: another start may find another one.
    """
    search = _Search(curve, bounds, list(start), first_radius)
    converged = False
    for _ in range(_MOST_ITERATIONS):
        end = search.advance(hold, tolerance)
        if end is not None:
            converged = end
            break
    slopes = curve.slopes(search.at)
    return Fit(tuple(search.at), search.norm**2, tuple(map(tuple, slopes)), converged)


class _Search:
    """The state between two iterations: where it is, how far a step may reach, how strongly it is damped."""

    def __init__(self, curve: Curve, bounds: Bounds, start: Vector, first_radius: float) -> None:
        self.curve, self.bounds, self.at = curve, bounds, start
        self.residuals = curve.residuals(start)
        self.norm = _norm(self.residuals)
        self.scale = [column or 1.0 for column in _column_norms(curve.slopes(start))]
        self.radius = first_radius * (self._scaled(start) or 1.0)
        self.damping = 0.0
        self.moved = False

    def advance(self, hold: Hold, tolerance: float) -> bool | None:
        """One iteration, which ends with a better point. True where the search has converged, False where it cannot
        go on, None where it goes on."""
        slopes = self.curve.slopes(self.at)
        gradient = _times_transposed(slopes, self.residuals)
        held = hold(self.at, gradient, self.bounds)
        columns = _column_norms(slopes)
        self.scale = [max(pair) for pair in zip(self.scale, columns, strict=True)]
        free = [index for index, column in enumerate(columns) if column and index not in held]
        if self.norm == 0 or not any(gradient[index] for index in free):
            return True
        linear = _Linear([[row[index] for index in free] for row in slopes], self.residuals)
        while self.radius > sys.float_info.epsilon * self._scaled(self.at):
            better, converged = self._try_step(linear, free, tolerance)
            if better or converged:
                return True if converged else None
        return False

    def _try_step(self, linear: _Linear, free: Sequence[int], tolerance: float) -> tuple[bool, bool]:
        """Try one step within the radius; whether it is better, and whether the search has converged with it."""
        scale = [self.scale[index] for index in free]
        step, self.damping = linear.step_within(self.radius, scale, self.damping)
        length = _norm([factor * part for factor, part in zip(scale, step, strict=True)])
        if not self.moved:
            self.radius = min(self.radius, length)
        trial = list(self.at)
        for index, part in zip(free, step, strict=True):
            low, high = self.bounds[index]
            trial[index] = min(max(trial[index] + part, low), high)
        residuals = self.curve.residuals(trial)
        norm = _norm(residuals)
        actual = 1.0 - (norm / self.norm) ** 2 if norm < 10 * self.norm else -1.0
        linear_part = (linear.predict(step) / self.norm) ** 2
        damped_part = self.damping * (length / self.norm) ** 2
        predicted = linear_part + 2 * damped_part
        ratio = actual / predicted if predicted else 0.0
        self._adapt(ratio, actual, -(linear_part + damped_part), length, too_far=norm >= 10 * self.norm)
        better = ratio >= 1e-4
        if better:
            self.at, self.residuals, self.norm, self.moved = trial, residuals, norm, True
        settled = abs(actual) <= tolerance and predicted <= tolerance and ratio <= 2
        return better, settled or self.radius <= tolerance * self._scaled(self.at)

    def _adapt(self, ratio: float, actual: float, slope: float, length: float, *, too_far: bool) -> None:
        """Shrink the radius where the straight-line prediction was poor, widen it where it was good."""
        if ratio <= 0.25:
            factor = 0.5 if actual >= 0 else 0.5 * slope / (slope + 0.5 * actual)
            factor = 0.1 if too_far else max(factor, 0.1)
            self.radius = factor * min(self.radius, 10 * length)
            self.damping /= factor
        elif self.damping == 0 or ratio >= 0.75:
            self.radius = 2 * length
            self.damping *= 0.5

    def _scaled(self, point: Sequence[float]) -> float:
        return _norm([factor * value for factor, value in zip(self.scale, point, strict=True)])


class _Linear:
    """The straight-line problem of one iteration: minimise |residuals + slopes · step|, with the step's length bounded."""

    def __init__(self, slopes: Matrix, residuals: Sequence[float]) -> None:
        size = len(slopes[0])
        triangle, image = _triangular(slopes, [-value for value in residuals])
        self.triangle, self.image = triangle[:size], image[:size]

    def predict(self, step: Sequence[float]) -> float:
        """Length of slopes · step."""
        return _norm([sum(map(_product, row, step)) for row in self.triangle])

    def step_within(self, radius: float, scale: Sequence[float], damping: float) -> tuple[Vector, float]:
        """The step whose scaled length is the radius (within a tenth), and its damping; undamped where that is shorter."""
        step, excess, newton = self._damped(0.0, scale, radius)
        if excess <= 0.1 * radius:
            return step, 0.0
        steepest = _norm(
            [
                sum(map(_product, column, self.image)) / factor
                for column, factor in zip(zip(*self.triangle, strict=True), scale, strict=True)
            ]
        )
        low, high = newton, steepest / radius or _SMALLEST / min(radius, 0.1)
        damping = min(max(damping, low), high) or steepest / (excess + radius)
        for _ in range(_MOST_DAMPINGS_TRIED):
            damping = damping or max(_SMALLEST, 0.001 * high)
            before = excess
            step, excess, newton = self._damped(damping, scale, radius)
            if abs(excess) <= 0.1 * radius or (low == 0 and excess <= before < 0):
                break
            if excess > 0:
                low = max(low, damping)
            else:
                high = min(high, damping)
            tried, damping = damping, max(low, damping + newton)
        else:
            damping = tried
        return step, damping

    def _damped(self, damping: float, scale: Sequence[float], radius: float) -> tuple[Vector, float, float]:
        """The step under one damping, how far its scaled length exceeds the radius, and Newton's change of damping."""
        size = len(scale)
        triangle, image = self.triangle, self.image
        if damping > 0:
            root = math.sqrt(damping)
            ridge = [[root * scale[row] if row == column else 0.0 for column in range(size)] for row in range(size)]
            triangle, image = _triangular([*triangle, *ridge], [*image, *([0.0] * size)])
        step = _solve_upper(triangle, image[:size])
        scaled = [factor * part for factor, part in zip(scale, step, strict=True)]
        length = _norm(scaled)
        excess = length - radius
        if length == 0 or any(triangle[index][index] == 0 for index in range(size)):
            return step, excess, 0.0
        direction = _solve_transposed(
            triangle, [factor * part / length for factor, part in zip(scale, scaled, strict=True)]
        )
        return step, excess, excess / radius / sum(part * part for part in direction)


def invert_normal_matrix(slopes: Sequence[Sequence[float]], tolerance: float = 1e-7) -> Matrix | None:
    """(slopes' · slopes)⁻¹, the covariance of the parameters for residuals of variance one.

    None where a column is a combination of the others to within ``tolerance`` of its length, as R's ``qr`` judges rank.
    """
    size = len(slopes[0])
    triangle, _ = _triangular([list(row) for row in slopes], [0.0] * len(slopes))
    columns = _column_norms(slopes)
    if any(abs(triangle[index][index]) <= tolerance * columns[index] for index in range(size)):
        return None
    units = [[1.0 if row == column else 0.0 for row in range(size)] for column in range(size)]
    inverse = [_solve_upper(triangle, unit) for unit in units]
    return [
        [sum(inverse[k][row] * inverse[k][column] for k in range(size)) for column in range(size)]
        for row in range(size)
    ]


def _triangular(matrix: Matrix, image: Vector) -> tuple[Matrix, Vector]:
    """Householder's reflections: an upper triangle in the first rows, and the right-hand side turned with it."""
    rows, image = [list(row) for row in matrix], list(image)
    height, width = len(rows), len(rows[0])
    for pivot in range(min(width, height)):
        mirror = [rows[index][pivot] for index in range(pivot, height)]
        length = _norm(mirror)
        if length == 0:
            continue
        mirror[0] += math.copysign(length, mirror[0])
        weight = 2 / sum(part * part for part in mirror)
        for column in range(pivot, width):
            share = weight * sum(part * rows[pivot + k][column] for k, part in enumerate(mirror))
            for k, part in enumerate(mirror):
                rows[pivot + k][column] -= share * part
        share = weight * sum(part * image[pivot + k] for k, part in enumerate(mirror))
        for k, part in enumerate(mirror):
            image[pivot + k] -= share * part
        for index in range(pivot + 1, height):
            rows[index][pivot] = 0.0
    return rows, image


def _solve_upper(triangle: Matrix, image: Sequence[float]) -> Vector:
    """Backward substitution; a part that nothing determines is zero."""
    solved = [0.0] * len(image)
    for row in reversed(range(len(image))):
        if triangle[row][row]:
            known = sum(triangle[row][column] * solved[column] for column in range(row + 1, len(image)))
            solved[row] = (image[row] - known) / triangle[row][row]
    return solved


def _solve_transposed(triangle: Matrix, image: Sequence[float]) -> Vector:
    """Forward substitution with the triangle turned over."""
    solved: Vector = []
    for row, value in enumerate(image):
        known = sum(triangle[column][row] * part for column, part in enumerate(solved))
        solved.append((value - known) / triangle[row][row])
    return solved


def _norm(vector: Sequence[float]) -> float:
    return math.sqrt(sum(part * part for part in vector))


def _column_norms(matrix: Sequence[Sequence[float]]) -> Vector:
    return [_norm(column) for column in zip(*matrix, strict=True)]


def _times_transposed(matrix: Matrix, vector: Sequence[float]) -> Vector:
    return [sum(map(_product, column, vector)) for column in zip(*matrix, strict=True)]


def _product(left: float, right: float) -> float:
    return left * right
