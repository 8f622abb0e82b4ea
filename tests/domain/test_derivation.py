"""From the record to a timeline: courses, borders, several exams in one time point, lesions without a role."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain.derivation import assess_record, derive_timeline
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import (
    Course,
    Exam,
    MarkerResult,
    Patient,
    PatientRecord,
    Plan,
    RecordedLesion,
    RecordedObservation,
    RecordedTimePoint,
    Treatment,
)
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import CourseKind, LesionRole, Modality, State, TreatmentKind


def _seen(label: str, value: float | State, **more: Any) -> RecordedObservation:
    if isinstance(value, State):
        return RecordedObservation(label, Observation(value, **more))
    return RecordedObservation(label, Observation(State.MEASURED, longest=Length.from_mm(value), **more))


def _exam(exam_id: int, day: date, *seen: RecordedObservation, modality: Modality = Modality.CT) -> Exam:
    return Exam(exam_id, day, modality, version=1, observations=seen)


def _course(number: int, start: date, roles: dict[str, LesionRole], *groups: tuple[int, ...]) -> Course:
    points = tuple(RecordedTimePoint(order, ids) for order, ids in enumerate(groups))
    plan = Plan(number, "recist-1.1", Settings(), roles, points)
    return Course(number, number, CourseKind.SYSTEMIC, f"line {number}", start, None, plan)


def _record(exams: list[Exam], courses: list[Course], **more: Any) -> PatientRecord:
    labels = sorted({seen.label for exam in exams for seen in exam.observations})
    lesions = tuple(RecordedLesion(n, label, f"2.25.{n}", "liver") for n, label in enumerate(labels, start=1))
    return PatientRecord(Patient(1, "P-1", "site", 1), lesions, tuple(exams), tuple(courses), **more)


def test_an_exam_that_ends_a_course_by_a_new_lesion_opens_the_next_with_it_as_a_target() -> None:
    exams = [
        _exam(1, D1, _seen("L1", 50), _seen("X1", State.PRESENT)),
        _exam(2, D2, _seen("L1", 50), _seen("L2", State.UNEQUIVOCAL, longest=Length.from_mm(24)),
              _seen("X1", State.UNEQUIVOCAL_PROGRESSION, longest=Length.from_mm(20))),
        _exam(3, D3, _seen("L1", 30), _seen("L2", 12), _seen("X1", 10)),
    ]  # fmt: skip
    first = _course(1, D1, {"L1": TARGET, "X1": NON_TARGET, "L2": LesionRole.NEW}, (1,), (2,))
    second = _course(2, D2, {"L1": TARGET, "L2": TARGET, "X1": TARGET}, (2,), (3,))
    one, other = assess_record(_record(exams, [first, second]))
    assert [str(row.overall_response) for row in one.assessment.time_points[1:]] == ["PD"]
    assert [row.sum and row.sum.mm for row in other.assessment.time_points] == [Decimal(94), Decimal(52)]
    assert other.assessment.time_points[1].overall_response == "PR"


D1, D2, D3, D4 = date(2026, 1, 5), date(2026, 3, 2), date(2026, 4, 27), date(2026, 6, 22)
TARGET, NON_TARGET = LesionRole.TARGET, LesionRole.NON_TARGET


def test_each_course_has_its_own_baseline_targets_and_nadir() -> None:
    exams = [
        _exam(1, D1, _seen("L1", 50), _seen("L2", 20)),
        _exam(2, D2, _seen("L1", 30), _seen("L2", 20)),
        _exam(3, D3, _seen("L1", 45), _seen("L2", 24)),
        _exam(4, D4, _seen("L1", 30), _seen("L2", 16)),
    ]
    courses = [
        _course(1, D1, {"L1": TARGET, "L2": NON_TARGET}, (1,), (2,), (3,)),
        _course(2, D3, {"L1": TARGET, "L2": TARGET}, (3,), (4,)),
    ]
    first, second = assess_record(_record(exams, courses))
    assert [str(row.overall_response) for row in first.assessment.time_points[1:]] == ["PR", "PD"]
    assert [row.sum and row.sum.mm for row in second.assessment.time_points] == [Decimal(69), Decimal(46)]
    assert second.assessment.time_points[1].overall_response == "PR"
    assert second.exam_ids_by_row == ((3,), (4,))


def test_a_lesion_absent_at_the_baseline_is_watched_until_it_returns_as_new() -> None:
    exams = [
        _exam(1, D1, _seen("L1", 50), _seen("L4", State.ABSENT)),
        _exam(2, D2, _seen("L1", 50), _seen("L4", State.ABSENT)),
        _exam(3, D3, _seen("L1", 50), _seen("L4", State.UNEQUIVOCAL)),
    ]
    roles = {"L1": TARGET}
    watched = _record(exams[:2], [_course(1, D1, roles, (1,), (2,))])
    assert [lesion.label for lesion in derive_timeline(watched, watched.courses[0]).lesions] == ["L1"]
    returned = _record(exams, [_course(1, D1, roles, (1,), (2,), (3,))])
    responses = [str(row.overall_response) for row in assess_record(returned)[0].assessment.time_points[1:]]
    assert responses == ["SD", "PD"]


def test_where_two_exams_of_a_time_point_measure_one_lesion_the_baselines_modality_counts() -> None:
    exams = [
        _exam(1, D1, _seen("L1", 50)),
        _exam(2, D2, _seen("L1", 30)),
        _exam(3, date(2026, 3, 5), _seen("L1", 40), _seen("L2", State.EQUIVOCAL), modality=Modality.MR),
    ]
    record = _record(exams, [_course(1, D1, {"L1": TARGET, "L2": LesionRole.NEW}, (1,), (2, 3))])
    point = derive_timeline(record, record.courses[0]).time_points[1]
    assert point.date == date(2026, 3, 5)
    assert point.observations["L1"].longest == Length.from_mm(30)
    assert point.observations["L1"].on == D2
    assert point.observations["L2"].modality is Modality.MR


def _two_exams(first: RecordedObservation, second: RecordedObservation, *, modality: Modality) -> str:
    """The overall response where a CT and, three days later, another exam form the only follow-up."""
    label = first.label
    baseline = [_seen("L1", 50)] + ([_seen(label, State.PRESENT)] if label == "X1" else [])
    extra = [] if label == "L1" else [_seen("L1", 50)]
    exams = [
        _exam(1, D1, *baseline),
        _exam(2, D2, first, *extra),
        _exam(3, date(2026, 3, 5), second, modality=modality),
    ]
    roles = {"L1": TARGET, "X1": NON_TARGET, "N1": LesionRole.NEW}
    record = _record(exams, [_course(1, D1, roles, (1,), (2, 3))])
    return str(assess_record(record)[0].assessment.time_points[1].overall_response)


def test_what_one_exam_of_a_time_point_states_is_not_undone_by_another() -> None:
    unequivocal, equivocal = _seen("N1", State.UNEQUIVOCAL), _seen("N1", State.EQUIVOCAL)
    assert _two_exams(equivocal, unequivocal, modality=Modality.MR) == "PD"
    assert _two_exams(unequivocal, _seen("N1", State.ABSENT), modality=Modality.US) == "PD"
    worse = _seen("X1", State.UNEQUIVOCAL_PROGRESSION)
    assert _two_exams(_seen("X1", State.PRESENT), worse, modality=Modality.MR) == "PD"
    not_evaluable = _seen("L1", State.NOT_EVALUABLE, reason="motion")
    assert _two_exams(not_evaluable, _seen("L1", 30), modality=Modality.MR) == "PR"
    assert _two_exams(_seen("L1", 30), _seen("L1", 50), modality=Modality.US) == "PR"


def test_not_mentioned_is_missing_whether_stored_or_not() -> None:
    for second in ([], [_seen("L1", State.NOT_MENTIONED)]):
        exams = [_exam(1, D1, _seen("L1", 50)), _exam(2, D2, *second)]
        record = _record(exams, [_course(1, D1, {"L1": TARGET}, (1,), (2,))])
        assert assess_record(record)[0].assessment.time_points[1].overall_response == "NE"


def test_only_treatments_of_the_course_are_on_its_timeline() -> None:
    exams = [_exam(1, D1, _seen("L1", 50)), _exam(2, D3, _seen("L1", 70))]
    treatments = (
        Treatment(1, "FOLFIRI", TreatmentKind.SYSTEMIC, D1, D2),
        Treatment(2, "FOLFOX", TreatmentKind.SYSTEMIC, D3),
        Treatment(3, "later", TreatmentKind.SYSTEMIC, D4, planned=True),
    )
    courses = [_course(1, D1, {"L1": TARGET}, (1,), (2,)), _course(2, D3, {"L1": TARGET}, (2,))]
    record = _record(exams, courses, treatments=treatments)
    assert [t.name for t in derive_timeline(record, courses[0]).treatments] == ["FOLFIRI"]
    assert [t.name for t in derive_timeline(record, courses[1]).treatments] == ["FOLFOX"]


def _cea(number: int, day: date, value: int) -> MarkerResult:
    return MarkerResult(number, "CEA", day, Decimal(value), "µg/L", Decimal(5))


def test_a_tumour_marker_above_normal_at_the_baseline_must_become_normal_for_a_complete_response() -> None:
    exams = [_exam(1, D1, _seen("L1", 50)), _exam(2, D2, _seen("L1", State.ABSENT))]
    courses = [_course(1, D1, {"L1": TARGET}, (1,), (2,))]
    high, normal = _cea(1, D1, 80), _cea(3, D2, 3)
    for markers, expected in [
        ((), "CR"),
        ((high,), "PR"),
        ((high, _cea(2, D2, 9)), "PR"),
        ((high, normal), "CR"),
        ((normal,), "CR"),
    ]:
        record = _record(exams, courses, markers=markers)
        assert assess_record(record)[0].assessment.time_points[1].overall_response == expected, markers


def test_attenuation_of_another_contrast_phase_is_left_out() -> None:
    """Choi 2007 compares like with like. A phase that is not said is not taken for another one."""

    def phases(*words: str | None) -> list[Any]:
        exams = [
            replace(_exam(number, day, _seen("L1", 50, attenuation_hu=Decimal(90))), phase=word)
            for number, (day, word) in enumerate(zip((D1, D2, D3), words, strict=True), start=1)
        ]
        course = _course(1, D1, {"L1": TARGET}, (1,), (2,), (3,))
        timeline = derive_timeline(_record(exams, [course]), course)
        return [point.observations["L1"].attenuation_hu for point in timeline.time_points]

    assert phases("portal venous", "arterial", "Portal venous ") == [90, None, 90]
    assert phases("portal venous", None, "portal venous") == [90, 90, 90]
    assert phases(None, "arterial", "portal venous") == [90, 90, 90]
