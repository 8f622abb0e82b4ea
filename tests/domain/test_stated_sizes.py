"""Sizes stated in part: which number a sum of targets takes, what is asked, and whether the response stands within them.

Sources: RECIST 1.1 4.3.2 (too small to measure counts 5 mm, nodes too; a node under 10 mm is normal) and 4.3.1 (30 % from
the baseline, 20 % and 5 mm from the nadir); the categories at the ends are worked beside each case.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import Timeline
from tracker.domain.bounds import say_bounds
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import (
    Course,
    Exam,
    Patient,
    PatientRecord,
    Plan,
    RecordedLesion,
    RecordedObservation,
    RecordedTimePoint,
)
from tracker.domain.stated import as_counted, size_stated
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import LYMPH_NODE, CourseKind, LesionRole, Modality, Response, State

DAYS = [date(2026, 1, 5), date(2026, 3, 2), date(2026, 5, 4), date(2026, 7, 6)]
_SIGNS = {"<": "<", ">": ">=", "~": "approx"}


def _read(label: str, entry: str, *, node: bool) -> RecordedObservation:
    if entry == "ts":
        return RecordedObservation(label, Observation(State.TOO_SMALL))
    sign = _SIGNS.get(entry[0])
    size = Length.from_mm(entry[1:] if sign else entry)
    seen = Observation(State.MEASURED, short=size) if node else Observation(State.MEASURED, longest=size)
    return RecordedObservation(label, seen, qualifier=sign)


def _course(rows: dict[str, list[str]]) -> CourseAssessment:
    """Targets by label; a label with N is a lymph node."""
    length = len(next(iter(rows.values())))
    exams = tuple(
        Exam(
            at + 1,
            DAYS[at],
            Modality.CT,
            1,
            observations=tuple(_read(label, row[at], node="N" in label) for label, row in rows.items()),
        )
        for at in range(length)
    )
    lesions = tuple(
        RecordedLesion(at, label, f"2.25.{at}", LYMPH_NODE if "N" in label else "liver")
        for at, label in enumerate(rows)
    )
    points = tuple(RecordedTimePoint(at, (exam.id,)) for at, exam in enumerate(exams))
    plan = Plan(1, "recist-1.1", Settings(), dict.fromkeys(rows, LesionRole.TARGET), points)
    course = Course(1, 1, CourseKind.SYSTEMIC, "line 1", DAYS[0], None, plan)
    return assess_record(PatientRecord(Patient(1, "P-1", "site", 1), lesions, exams, (course,)))[0]


@pytest.mark.parametrize(
    ("entry", "node", "counted", "stated", "asked"),
    [
        ("<5", False, "5 mm", "under 5 mm", "too small to measure, it counts 5 mm by convention; was a size given?"),
        ("<3", False, "5 mm", "under 3 mm", "too small to measure, it counts 5 mm by convention; was a size given?"),
        ("<10", False, "10 mm", "under 10 mm", "10 mm is counted, which it does not reach; what was measured?"),
        ("<10", True, "5 mm", "under 10 mm", "a node of that size is normal and counts 5 mm by convention; was a size given?"),
        ("<15", True, "15 mm", "under 15 mm", "15 mm is counted, which it does not reach; what was measured?"),
        (">23", False, "23 mm", "at least 23 mm", "23 mm is counted, the least it can be; what was measured?"),
        ("~23", False, "23 mm", "about 23 mm", "23 mm is counted as it stands; what was measured?"),
    ],
)  # fmt: skip
def test_the_sum_takes_the_number_rules_allow_and_the_finding_asks_for_the_size(
    entry: str, node: bool, counted: str, stated: str, asked: str
) -> None:
    label = "N2" if node else "L2"
    course = _course({"L1": ["50", "50"], label: ["30", entry]})
    total = course.assessment.time_points[1].sum
    assert total is not None
    assert str(Length(total.um - 50_000)) == counted
    assert say_bounds(course.stated_by_row[1][label]) == stated
    [finding] = [one for one in course.findings if one.place == f"time_points[1].observations.{label}"]
    assert finding.text == f"{label} is stated as {stated}: {asked}"


def test_too_small_as_a_bound_is_said_in_the_reasons() -> None:
    course = _course({"L1": ["50", "50"], "L2": ["30", "<5"]})
    reasons = [reason.text for reason in course.assessment.time_points[1].reasons]
    assert "L2 was too small to measure and counts 5 mm." in reasons


def test_a_node_stated_as_under_10_mm_is_normal_and_hinders_no_complete_response() -> None:
    course = _course({"N1": ["22", "<10"]})
    assert course.assessment.time_points[1].overall_response is Response.CR
    within = course.within_bounds
    assert within is not None
    assert within.stands


def test_what_is_stated_is_kept_beside_what_is_counted() -> None:
    said = _read("L1", "<5", node=False)
    assert as_counted(said, node=False) == Observation(State.TOO_SMALL)
    assert str(size_stated(said, node=False)) == "under 5 mm"
    plain = replace(said, qualifier=None)
    assert as_counted(plain, node=False) is plain.observation


@pytest.mark.parametrize(
    ("rows", "counted", "possible"),
    [
        # 80 to 50 + 10 = 60 (-25 %) as counted; the lesion may be almost gone: 50 of 80 is -37.5 %.
        ({"L1": ["50", "50"], "L2": ["30", "<10"]}, "SD", "PR SD"),
        # 50 + 5 = 55 of 80 is -31 %: PR at 50 and at 55 alike.
        ({"L1": ["50", "50"], "L2": ["30", "<5"]}, "PR", "PR"),
        # 80 to at least 90 (+12.5 %): progression cannot be excluded.
        ({"L1": ["50", "60"], "L2": ["30", ">30"]}, "SD", "SD PD"),
        # The nadir was stated as a bound: 40 + 10 = 50, then 40 + 20 = 60 is PD (+20 %) from 50 and from 40 alike.
        ({"L1": ["50", "40", "40"], "L2": ["30", "<10", "20"]}, "PD", "PD"),
        # 40 + 10 = 50 (-37.5 %), then 58 is +16 % from 50 and +45 % from 40: PR goes on, or PD.
        ({"L1": ["50", "40", "40"], "L2": ["30", "<10", "18"]}, "PR", "PR PD"),
        # The baseline was stated as a bound: 50 of at least 70 is -29 %, of more it is a response.
        ({"L1": ["50", "30"], "L2": [">20", "20"]}, "SD", "PR SD"),
        # Seen, so never gone: no complete response at the lower end.
        ({"L1": ["12", "<5"]}, "PR", "PR"),
    ],
)
def test_the_categories_at_both_ends_of_the_bounds(rows: dict[str, list[str]], counted: str, possible: str) -> None:
    within = _course(rows).within_bounds
    assert within is not None
    last = within.rows[-1]
    assert (str(last.counted), " ".join(str(one) for one in last.possible)) == (counted, possible)
    assert last.stands is (counted == possible)


def test_one_sentence_says_what_was_stated_and_what_could_be() -> None:
    rows = _course({"L1": ["50", "50", "50"], "L2": ["30", "<10", "9"]}).within_bounds
    assert rows is not None
    assert rows.rows[0].sentence == ""
    assert rows.rows[1].sentence == (
        "Stated only as bounds: L2 as under 10 mm (2 Mar 2026). Within them the response can be PR or SD; as counted it is SD."
    )
    settled = _course({"L1": ["50", "50"], "L2": ["30", "<5"]}).within_bounds
    assert settled is not None
    assert settled.rows[1].sentence == (
        "Stated only as bounds: L2 as under 5 mm (2 Mar 2026). At both ends of them the response is PR."
    )


@pytest.mark.parametrize(
    ("row", "known"),
    [
        (["50", "30"], None),
        # The rule's own 5 mm is whole: the sum of targets is 55 mm.
        (["50", "<5"], None),
        (["50", "<10"], "50 to 60 mm"),
        (["50", ">30"], "at least 80 mm"),
        (["50", "~30"], "about 80 mm"),
        (["<60", ">30"], "over 30 mm"),
    ],
)
def test_a_sum_of_targets_with_a_part_stated_as_a_bound_is_known_as_one(row: list[str], known: str | None) -> None:
    course = _course({"L1": ["50", row[0]], "L2": ["30", row[1]]})
    stated = course.stated_sum(1)
    assert (None if stated is None else say_bounds(stated)) == known
    assert course.stated_sum(0) is None


def test_a_finding_names_the_time_point_whose_response_hangs_on_a_bound() -> None:
    course = _course({"L1": ["50", "50"], "L2": ["30", "<10"]})
    assert [one.place for one in course.findings if "can be" in one.text] == ["time_points[1]"]
    assert not any("stated" in one.text for one in course.assessment.problems)


def test_about_has_no_ends_and_exact_sizes_have_no_bounds() -> None:
    assert _course({"L1": ["50", "~40"]}).within_bounds is None
    assert _course({"L1": ["50", "40"]}).within_bounds is None
    assert _course({"L1": ["50", "40"]}).stated_by_row == ()


def test_the_timeline_can_be_written_and_read_again_as_it_is_counted() -> None:
    course = _course({"L1": ["50", "50"], "N1": ["22", "<10"], "L2": ["30", "<5"]})
    assert Timeline.from_dict(course.timeline.to_dict()) == course.timeline


SIZES = st.integers(6, 60).map(str)


@given(
    st.lists(SIZES, min_size=4, max_size=4),
    st.lists(st.one_of(SIZES, SIZES.map("<{}".format), SIZES.map(">{}".format)), min_size=4, max_size=4),
    st.data(),
)
def test_no_size_within_the_bounds_gives_a_worse_or_better_target_response_than_the_ends(
    first: list[str], second: list[str], data: st.DataObject
) -> None:
    """Judged visit by visit, the ends are the extremes: a size between them gives no category outside theirs."""
    course = _course({"L1": first, "L2": second})
    within = course.within_bounds
    if within is None:
        return
    drawn = list(second)
    for at, sizes in enumerate(course.stated_by_row):
        if (size := sizes.get("L2")) is not None:
            um = data.draw(st.integers(size.lowest, 300_000 if size.highest is None else size.highest))
            drawn[at] = str(Length(um).mm)
    between = _course({"L1": first, "L2": drawn}).assessment.time_points
    order = [Response.CR, Response.PR, Response.SD, Response.PD]
    before_pd = True
    for row, judged in zip(within.rows[1:], between[1:], strict=True):
        possible = [order.index(one) for one in row.possible if one is not None]
        if before_pd and judged.overall_response is not None:
            assert min(possible) <= order.index(judged.overall_response) <= max(possible)
        before_pd = before_pd and Response.PD not in row.possible
