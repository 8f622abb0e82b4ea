"""An iUPD waits four weeks or more for its confirmation; what becomes of it (Seymour 2017), by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.criteria import SCANS
from tracker.domain.assess import assess
from tracker.domain.criteria.size_and_attenuation import greatest_sum_of_response, least_sum_of_progression
from tracker.domain.lengths import Length
from tracker.domain.timeline import Timeline
from tracker.domain.waiting import find_waiting

DAYS = ("2026-01-05", "2026-02-16", "2026-03-30", "2026-05-11", "2026-06-22")


def timeline(*sizes: float | None, days: tuple[str, ...] = DAYS) -> Timeline:
    """One target; None is not evaluable."""
    seen = [
        {"state": "not evaluable", "reason": "motion"} if size is None else {"state": "measured", "longest_mm": size}
        for size in sizes
    ]
    points = [{"date": day, "observations": {"L1": one}} for day, one in zip(days, seen, strict=False)]
    return Timeline.from_dict(
        {
            "format": "timeline/1",
            "id": "w",
            "lesions": [{"label": "L1", "role": "target", "organ": "liver"}],
            "time_points": points,
        }
    )


@pytest.mark.parametrize(
    ("sizes", "opened"),
    [
        ((60,), None),
        ((60, 62), None),
        ((60, 74), DAYS[1]),
        # again, not evaluable: still open
        ((60, 74, 75), DAYS[1]),
        ((60, 74, None), DAYS[1]),
        # 5 mm more: confirmed
        ((60, 74, 79), None),
        # better: void, and open afresh with the next growth
        ((60, 74, 40), None),
        ((60, 74, 40, 56), DAYS[3]),
    ],
)
def test_an_iupd_is_open_until_it_is_confirmed_or_void(sizes: tuple[float | None, ...], opened: str | None) -> None:
    course = timeline(*sizes)
    waiting = find_waiting(assess(course, "irecist").time_points, course.settings)
    assert (None if waiting is None else waiting.on) == (None if opened is None else date.fromisoformat(opened))


def test_it_may_be_confirmed_from_four_weeks_on_by_five_millimetres_more() -> None:
    course = timeline(60, 74)
    waiting = find_waiting(assess(course, "irecist").time_points, course.settings)
    assert waiting is not None
    assert waiting.may_confirm_from == date(2026, 3, 16)
    assert waiting.confirmed_by == Length.from_mm(79)


def test_no_other_criterion_waits() -> None:
    for criterion in SCANS:
        if criterion != "irecist":
            course = timeline(60, 74, 75)
            assert find_waiting(assess(course, criterion).time_points, course.settings) is None


@given(st.integers(0, 400_000), st.integers(0, 400_000))
def test_choi_lines_are_ten_percent_exactly(reference: int, size: int) -> None:
    assert (size <= greatest_sum_of_response(Length(reference)).um) == (10 * size <= 9 * reference)
    grown = 10 * size >= 11 * reference and size > reference
    assert (size >= least_sum_of_progression(Length(reference)).um) == grown
