"""Several courses of one patient: each has endpoints of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tracker.domain.derivation import assess_record
from tracker.domain.endpoints.courses import derive_endpoints_of_courses, next_treatment
from tracker.domain.endpoints.time_to_event import TimeToEvent
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
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import CourseKind, LesionRole, Modality, State

DAYS = (date(2026, 1, 5), date(2026, 3, 2), date(2026, 4, 27), date(2026, 6, 22))


def _record(sizes: tuple[int, ...], second: date, kind: CourseKind, censoring: str) -> PatientRecord:
    """Two courses on one liver target, the first with the first three scans, the second from the third on."""
    exams = tuple(
        Exam(number, day, Modality.CT, version=1, observations=(_size(size),))
        for number, (day, size) in enumerate(zip(DAYS, sizes, strict=True), start=1)
    )

    def course(number: int, start: date, kind: CourseKind, *exam_ids: int) -> Course:
        points = tuple(RecordedTimePoint(order, (exam_id,)) for order, exam_id in enumerate(exam_ids))
        settings = Settings(censoring=censoring)
        plan = Plan(number, "recist-1.1", settings, {"L1": LesionRole.TARGET}, points)
        return Course(number, number, kind, f"course {number}", start, None, plan)

    courses = (course(1, DAYS[0], CourseKind.SYSTEMIC, 1, 2, 3), course(2, second, kind, 3, 4))
    return PatientRecord(Patient(1, "P-1", "site", 1), (RecordedLesion(1, "L1", "2.25.1", "liver"),), exams, courses)


def _size(size: int) -> RecordedObservation:
    return RecordedObservation("L1", Observation(State.MEASURED, longest=Length.from_mm(size)))


def _survivals(record: PatientRecord) -> list[tuple[date, date, bool]]:
    endpoints = derive_endpoints_of_courses(record, assess_record(record))
    times = [one.progression_free_survival for one in endpoints]
    assert all(isinstance(time, TimeToEvent) for time in times)
    return [(time.start, time.end, time.event) for time in times]


def test_each_course_is_measured_from_its_own_baseline_to_its_own_end() -> None:
    record = _record((50, 30, 45, 30), DAYS[2], CourseKind.SYSTEMIC, "fda-2018")
    assert _survivals(record) == [(DAYS[0], DAYS[2], True), (DAYS[2], DAYS[3], False)]


def test_the_next_course_cuts_the_one_before_where_it_began_before_progression() -> None:
    early = date(2026, 4, 1)
    assert _survivals(_record((50, 30, 45, 30), early, CourseKind.SYSTEMIC, "fda-2018"))[0] == (DAYS[0], DAYS[1], False)
    assert _survivals(_record((50, 30, 45, 30), early, CourseKind.SYSTEMIC, "ema-2012"))[0] == (DAYS[0], DAYS[2], True)


def test_follow_up_without_treatment_cuts_nothing() -> None:
    record = _record((50, 30, 45, 30), date(2026, 4, 1), CourseKind.SURVEILLANCE, "fda-2018")
    assert _survivals(record)[0] == (DAYS[0], DAYS[2], True)
    assert next_treatment(record, record.courses[0]) is None


def test_a_course_without_a_baseline_is_still_the_next_treatment() -> None:
    record = _record((50, 30, 45, 30), date(2026, 4, 1), CourseKind.SYSTEMIC, "fda-2018")
    first, second = record.courses
    bare = replace(record, courses=(first, replace(second, plan=replace(second.plan, time_points=()))))
    assert _survivals(bare) == [(DAYS[0], DAYS[1], False)]
