"""What the charts of a cohort share: the courses they draw, and an axis of months from the start of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.endpoints.course_path import CoursePath, PathPoint
from tracker.domain.endpoints.growth_rate import DAYS_A_MONTH
from tracker.domain.waiting import PROGRESSION
from tracker.pictures.criteria import RESPONDING

#: Fewer courses than this and a curve or a share says little.
SMALL_GROUP = 20

#: Months between two named places of the axis, the closest first.
_STEPS = (1, 2, 3, 4, 6, 12, 24, 36, 60)
_MOST_STEPS = 6


@dataclass(frozen=True, slots=True)
class CohortCourse:
    """One course as the charts of a cohort name and draw it."""

    patient_id: int
    #: The identifier, with the number of the course where several of one patient are drawn.
    name: str
    path: CoursePath

    @property
    def first_response(self) -> PathPoint | None:
        """The first scan with CR or PR, by whatever name the criterion has for them."""
        return next((point for point in self.path.points if point.response in RESPONDING), None)

    @property
    def end(self) -> PathPoint | None:
        """The last scan that is drawn; that of the progression where there is one."""
        return self.path.points[-1] if self.path.points else None

    @property
    def progressed(self) -> bool:
        """Whether its last scan shows progression; one that waits for its confirmation (iUPD) is one too."""
        return self.end is not None and self.end.response in PROGRESSION

    @property
    def days(self) -> int:
        """Days from the start of the course to its last scan; 0 for a baseline alone."""
        return 0 if self.end is None else max(0, self.end.day - self.path.started)


@dataclass(frozen=True, slots=True)
class MonthAxis:
    """Months from a start: 0 to ``end``, with the places that are named."""

    end: float
    ticks: tuple[tuple[float, str], ...]


def in_months(days: float) -> float:
    """Days as months of 30.44 days, to a hundredth: less than a day, and a chart stays small."""
    return round(days / DAYS_A_MONTH, 2)


def say_months(days: float) -> str:
    """ "9.0 months" without the unit: one decimal."""
    return f"{days / DAYS_A_MONTH:.1f}"


def derive_month_axis(days: Iterable[float]) -> MonthAxis:
    """An axis that holds all ``days``, named at whole months in at most six steps; four months where there are none."""
    longest = max((*days, 3.5 * DAYS_A_MONTH)) / DAYS_A_MONTH
    step = next((step for step in _STEPS if longest <= step * _MOST_STEPS), _STEPS[-1])
    count = int(-(-longest // step))
    return MonthAxis(float(count * step), tuple((float(at * step), str(at * step)) for at in range(count + 1)))
