"""The best assignment of two sides as a whole, and by how much each of its pairs is better than the best without it.

The Hungarian method (Kuhn 1955) in its shortest augmenting path form: each left one is added at least cost, so that what
one forbidden pair costs is one more path, not the whole again. Whole numbers throughout: the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping

Pair = tuple[int, int]
_SCALE = 10_000
_NEVER = 10**12


def best_assignment(points: Mapping[Pair, float]) -> dict[Pair, float]:
    """The pairs that together have the most points, each with the points lost by the best assignment without it.

    Only pairs in ``points`` are made; either side may stay alone. Equal assignments: the lower numbers.
    """
    points = _worth_looking_at(points)
    lefts = sorted({left for left, _ in points})
    rights = sorted({right for _, right in points})
    # A square: each side may also take one of the places for staying alone, which cost nothing. So nobody is ever free,
    # and what a forbidden pair costs is one path from the one to the other.
    alone = [0] * len(lefts)
    costs = [[_cost(points.get((left, right))) for right in rights] + alone for left in lefts]
    costs += [[0] * (len(rights) + len(lefts)) for _ in rights]
    solved = _Solver(costs)
    for row in range(len(costs)):
        solved.add(row)
    total = solved.total()
    return {
        (lefts[row], rights[column]): (solved.without(row, column) - total) / _SCALE
        for row, column in sorted(solved.pairs())
        if row < len(lefts) and column < len(rights)
    }


def _worth_looking_at(points: Mapping[Pair, float]) -> dict[Pair, float]:
    """The pairs that can matter: of each one of the fewer side, the best of the many.

    As many as there are on the fewer side: were one given a worse, a better would be free; and one more for the pair
    that is forbidden.
    """
    lefts, rights = ({pair[side] for pair in points} for side in (0, 1))
    fewer = 0 if len(lefts) < len(rights) else 1
    most = min(len(lefts), len(rights)) + 1
    by_one: dict[int, list[tuple[float, Pair]]] = {}
    for pair, value in points.items():
        by_one.setdefault(pair[fewer], []).append((-value, pair))
    kept = {pair for some in by_one.values() for _, pair in sorted(some)[:most]}
    return {pair: value for pair, value in sorted(points.items()) if pair in kept}


def _cost(points: float | None) -> int:
    return _NEVER if points is None else -round(points * _SCALE)


class _Solver:
    """An assignment in the making: potentials and, for each column, the row that has it (-1: none yet)."""

    def __init__(self, costs: list[list[int]]) -> None:
        self.costs = costs
        self.rows = [-1] * len(costs)
        self.of_row = [0] * len(costs)
        self.of_column = [0] * len(costs)

    def pairs(self) -> list[tuple[int, int]]:
        """Row and column of each pair made."""
        return [(row, column) for column, row in enumerate(self.rows) if row >= 0]

    def total(self) -> int:
        """What all pairs cost together."""
        return sum(self.costs[row][column] for row, column in self.pairs())

    def add(self, row: int) -> None:
        """Give one more row its column, moving others along the cheapest path."""
        size = len(self.rows)
        least = [_NEVER * 4] * size
        before = [-1] * size
        open_columns = list(range(size))
        path: list[int] = []
        at_row, at_column = row, -1
        while at_row >= 0:
            line, base = self.costs[at_row], self.of_row[at_row]
            for column in open_columns:
                slack = line[column] - base - self.of_column[column]
                if slack < least[column]:
                    least[column], before[column] = slack, at_column
            to = min(open_columns, key=least.__getitem__)
            step = least[to]
            self.of_row[row] += step
            for column in path:
                self.of_column[column] -= step
                self.of_row[self.rows[column]] += step
            for column in open_columns:
                least[column] -= step
            open_columns.remove(to)
            path.append(to)
            at_row, at_column = self.rows[to], to
        while at_column >= 0:
            previous = before[at_column]
            self.rows[at_column] = self.rows[previous] if previous >= 0 else row
            at_column = previous

    def without(self, row: int, column: int) -> int:
        """The cost of the best assignment that does not have this pair."""
        costs = list(self.costs)
        costs[row] = [*costs[row][:column], _NEVER, *costs[row][column + 1 :]]
        other = _Solver(costs)
        other.rows = [-1 if held == row else held for held in self.rows]
        other.of_row, other.of_column = list(self.of_row), list(self.of_column)
        other.add(row)
        return other.total()
