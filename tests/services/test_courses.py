"""Which exams a course judges: joined by date, taken over by the next course, left out where they enter no sum."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from tests.support import builders
from tests.support.builders import (
    FOLLOW_UPS,
    baseline_draft,
    course_draft,
    exam_draft,
    follow_up_draft,
    lesion,
    measured,
    seen,
)
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import CourseDraft, ExamDraft, TreatmentDraft
from tracker.domain.vocabulary import CourseKind, LesionRole, Modality, Response, Segment, State, TreatmentKind
from tracker.errors import ConflictError, InputError
from tracker.services import audit, courses, exams, patients, treatments
from tracker.services.actors import Actor

SECOND = date(2026, 8, 3)


def second_course(**given: object) -> CourseDraft:
    """FOLFOX, with the same lesions, from August on."""
    fields = {
        "name": "FOLFOX",
        "start": SECOND,
        "treatment": TreatmentDraft("FOLFOX", TreatmentKind.SYSTEMIC, SECOND),
        "roles": {"L1": LesionRole.TARGET, "L2": LesionRole.TARGET, "L3": LesionRole.NON_TARGET},
    }
    return course_draft(**{**fields, **given})


def judged(db: Database, actor: Actor, patient_id: int) -> list[list[tuple[int, ...]]]:
    """For each course, the exams of each of its time points."""
    record = patients.load_record(db, actor, patient_id)
    return [[point.exam_ids for point in course.plan.time_points] for course in record.courses]


def test_a_course_has_its_roles_treatment_and_baseline(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=0)
    record = patients.load_record(store, nurse, filled.patient_id)
    (course,) = record.courses
    assert (course.number, course.kind, course.name, course.start, course.stop) == (
        1, CourseKind.SYSTEMIC, "FOLFIRI", builders.START, None,
    )  # fmt: skip
    assert course.plan.roles == builders.ROLES
    assert course.plan.criterion == "recist-1.1"
    assert not course.plan.targets_chosen_afterwards
    assert [point.exam_ids for point in course.plan.time_points] == [(filled.baseline_id,)]
    assert [item.name for item in record.treatments] == ["FOLFIRI"]
    assert [event.action for event in audit.list_events(store, nurse, filled.patient_id)] == [
        "patient.register", "course.start",
    ]  # fmt: skip


def test_the_same_course_again_is_already_stored(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=2)
    version = patients.patient_version(store, filled.patient_id)
    again = courses.start_course(store, nurse, filled.patient_id, course_draft(), expected_version=1)
    assert again == courses.CourseSaved(filled.course_id, filled.baseline_id, version, already_stored=True)


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"roles": {**builders.ROLES, "L2": LesionRole.NON_TARGET}}, ["L2, role"]),
        ({"settings": dataclasses.replace(course_draft().settings, minimum_sd_days=56)}, ["settings"]),
        ({"baseline": baseline_draft(date(2026, 1, 6))}, ["L1", "L2", "L3"]),
    ],
)
def test_the_same_course_with_another_content_is_refused(
    store: Database, nurse: Actor, given: dict[str, object], places: list[str]
) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=1)
    before = patients.load_record(store, nurse, filled.patient_id)
    with pytest.raises((ConflictError, InputError)) as refusal:
        courses.start_course(store, nurse, filled.patient_id, dataclasses.replace(course_draft(), **given))
    told = refusal.value.mine if isinstance(refusal.value, ConflictError) else refusal.value.problems
    assert [problem.place for problem in told] == places
    assert patients.load_record(store, nurse, filled.patient_id) == before


def test_a_course_with_another_treatment_is_refused(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=0)
    other = dataclasses.replace(
        course_draft(), treatment=TreatmentDraft("5-FU", TreatmentKind.SYSTEMIC, builders.START)
    )
    with pytest.raises(ConflictError, match="without the treatment 5-FU"):
        courses.start_course(store, nurse, filled.patient_id, other)


def test_a_treatment_recorded_before_becomes_the_courses(store: Database, nurse: Actor) -> None:
    patient = patients.register_patient(store, nurse, builders.patient_draft())
    draft = course_draft()
    assert draft.treatment is not None
    treatments.record_treatment(store, nurse, patient.patient_id, draft.treatment)
    courses.start_course(store, nurse, patient.patient_id, draft)
    assert len(patients.load_record(store, nurse, patient.patient_id).treatments) == 1


def test_a_course_is_not_started_on_a_record_that_moved(store: Database, nurse: Actor) -> None:
    patient = patients.register_patient(store, nurse, builders.patient_draft())
    treatments.record_treatment(
        store, nurse, patient.patient_id, TreatmentDraft("5-FU", TreatmentKind.SYSTEMIC, date(2025, 1, 6))
    )
    with pytest.raises(ConflictError, match="at version 2, you saw 1"):
        courses.start_course(store, nurse, patient.patient_id, course_draft(), expected_version=1)
    assert patients.load_record(store, nurse, patient.patient_id).courses == ()


def test_an_older_exam_found_later_is_inserted(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    older = exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(date(2026, 4, 1), 24, 14))
    first, second = filled.follow_up_ids
    assert judged(store, nurse, filled.patient_id) == [[(filled.baseline_id,), (first,), (older.exam_id,), (second,)]]


def test_exams_of_one_date_form_one_time_point(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=1)
    beside = exam_draft(FOLLOW_UPS[0], measured("L1", 24), modality=Modality.MR)
    receipt = exams.record_exam(store, nurse, filled.patient_id, beside)
    (first,) = filled.follow_up_ids
    assert judged(store, nurse, filled.patient_id) == [[(filled.baseline_id,), (first, receipt.exam_id)]]


def test_an_exam_beside_the_baseline_cannot_show_new_lesions(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=1)
    beside = exam_draft(builders.BASELINE, measured("L4", 9), lesions=(lesion("L4"),), modality=Modality.MR)
    with pytest.raises(InputError, match="L4: is seen at the baseline: say whether it is a target or a non-target"):
        exams.record_exam(store, nurse, filled.patient_id, beside)
    stated = dataclasses.replace(beside, lesions=(lesion("L4", role=LesionRole.NON_TARGET),))
    receipt = exams.record_exam(store, nurse, filled.patient_id, stated)
    record = patients.load_record(store, nurse, filled.patient_id)
    assert record.courses[0].plan.roles["L4"] is LesionRole.NON_TARGET
    assert record.courses[0].plan.time_points[0].exam_ids == (filled.baseline_id, receipt.exam_id)


@pytest.mark.parametrize(
    "draft",
    [
        exam_draft(date(2026, 9, 1), measured("L1", 20), modality=Modality.US),
        exam_draft(date(2026, 9, 1), seen("L1", State.PRESENT), modality=Modality.NM),
        exam_draft(date(2026, 9, 1), modality=Modality.PET_CT),
        exam_draft(date(2026, 9, 1), seen("L1", State.PRESENT, suv_max=Decimal(7)), modality=Modality.PET_CT),
        exam_draft(date(2026, 9, 1), seen("L1", State.MEASURED, sul_peak=Decimal(7)), modality=Modality.PET_MR),
        exam_draft(date(2026, 9, 1), seen("L1", State.NOT_MENTIONED), modality=Modality.PET_CT),
        exam_draft(date(2025, 12, 1), measured("L1", 20)),
    ],
    ids=["ultrasound", "scintigraphy", "PET, nothing said", "PET, uptake", "PET/MR, uptake", "PET, silent", "before"],
)
def test_an_exam_that_cannot_be_judged_joins_none(store: Database, nurse: Actor, draft: ExamDraft) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=1)
    before = judged(store, nurse, filled.patient_id)
    exams.record_exam(store, nurse, filled.patient_id, draft)
    assert judged(store, nurse, filled.patient_id) == before
    assert len(patients.load_record(store, nurse, filled.patient_id).exams) == 3


@pytest.mark.parametrize(
    "draft",
    [
        exam_draft(date(2026, 9, 1)),
        exam_draft(date(2026, 9, 1), measured("L1", 20), seen("L2", State.PRESENT, suv_max=Decimal(7)), modality=Modality.PET_CT),
        exam_draft(date(2026, 9, 1), seen("L1", State.ABSENT), modality=Modality.PET_CT),
        exam_draft(date(2026, 9, 1), seen("L3", State.PRESENT), modality=Modality.PET_CT),
        exam_draft(date(2026, 9, 1), measured("L1", 20), modality=Modality.XR),
    ],
    ids=["CT, nothing said", "PET/CT, a diameter", "PET/CT, absent", "PET/CT, present", "radiograph"],
)  # fmt: skip
def test_an_exam_that_can_be_judged_joins(store: Database, nurse: Actor, draft: ExamDraft) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=1)
    receipt = exams.record_exam(store, nurse, filled.patient_id, draft)
    assert judged(store, nurse, filled.patient_id)[0][-1] == (receipt.exam_id,)


def test_an_exam_may_close_a_course_and_open_the_next(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    first, second = filled.follow_up_ids
    saved = courses.start_course(store, nurse, filled.patient_id, second_course(baseline_exam_id=second))
    assert saved.exam_id == second
    later = exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(date(2026, 9, 1), 30, 20))
    assert judged(store, nurse, filled.patient_id) == [
        [(filled.baseline_id,), (first,), (second,)],
        [(second,), (later.exam_id,)],
    ]
    record = patients.load_record(store, nurse, filled.patient_id)
    assert [(course.number, course.stop) for course in record.courses] == [(1, SECOND), (2, None)]
    assert record.current_course is not None
    assert record.current_course.id == saved.course_id
    one, two = assess_record(record)
    assert [str(row.sum) for row in one.assessment.time_points] == ["52 mm", "40 mm", "36 mm"]
    assert [str(row.sum) for row in two.assessment.time_points] == ["36 mm", "50 mm"]


def test_a_new_baseline_belongs_to_the_new_course_only(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=1)
    baseline = follow_up_draft(SECOND, 30, 20)
    saved = courses.start_course(store, nurse, filled.patient_id, second_course(baseline=baseline))
    assert judged(store, nurse, filled.patient_id) == [
        [(filled.baseline_id,), filled.follow_up_ids],
        [(saved.exam_id,)],
    ]


def test_exams_after_a_new_baseline_are_judged_in_the_new_course(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    first, second = filled.follow_up_ids
    courses.start_course(store, nurse, filled.patient_id, second_course(baseline_exam_id=first, start=date(2026, 3, 9)))
    assert judged(store, nurse, filled.patient_id) == [
        [(filled.baseline_id,), (first,)],
        [(first,), (second,)],
    ]
    assert patients.load_record(store, nurse, filled.patient_id).courses[1].plan.targets_chosen_afterwards


def test_an_exam_between_two_baselines_joins_the_earlier_course(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=1)
    courses.start_course(store, nurse, filled.patient_id, second_course(baseline=follow_up_draft(SECOND, 30, 20)))
    between = exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(date(2026, 6, 1), 28, 18))
    assert judged(store, nurse, filled.patient_id)[0][-1] == (between.exam_id,)


def test_a_course_goes_on_where_the_next_is_withdrawn(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=1)
    saved = courses.start_course(
        store, nurse, filled.patient_id, second_course(baseline=follow_up_draft(SECOND, 30, 20))
    )
    exams.withdraw_exam(store, nurse, saved.exam_id, expected_version=1, reason="report of another patient")
    (course,) = patients.load_record(store, nurse, filled.patient_id).courses
    assert (course.id, course.stop) == (filled.course_id, None)


def test_an_exam_that_shows_progression_may_open_the_next_course(store: Database, nurse: Actor) -> None:
    """What closes one course as a new lesion is there at the baseline of the next, and needs its role there."""
    filled = builders.fill_patient(store, nurse)
    draft = exam_draft(
        SECOND, measured("L1", 30), measured("L2", 20), seen("L3", State.PRESENT),
        seen("L4", State.UNEQUIVOCAL, longest=builders.mm(14)), lesions=(lesion("L4", Segment.V),),
    )  # fmt: skip
    receipt = exams.record_exam(store, nurse, filled.patient_id, draft)
    with pytest.raises(InputError, match="L4: is seen at the baseline: say whether"):
        courses.start_course(store, nurse, filled.patient_id, second_course(baseline_exam_id=receipt.exam_id))
    roles = {**builders.ROLES, "L4": LesionRole.TARGET}
    courses.start_course(store, nurse, filled.patient_id, second_course(baseline_exam_id=receipt.exam_id, roles=roles))
    one, two = assess_record(patients.load_record(store, nurse, filled.patient_id))
    assert one.assessment.time_points[-1].overall_response is Response.PD
    assert str(two.assessment.time_points[0].sum) == "64 mm"
    corrected = dataclasses.replace(draft, lesions=(), phase="portal venous")
    assert (
        exams.correct_exam(
            store, nurse, receipt.exam_id, corrected, expected_version=1, reason="phase was missing"
        ).exam_version
        == 2
    )


def test_courses_are_entered_in_their_order(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=1)
    early = second_course(baseline=follow_up_draft(date(2025, 12, 1), 30, 20), start=date(2025, 12, 8))
    with pytest.raises(InputError, match="courses are entered in their order"):
        courses.start_course(store, nurse, filled.patient_id, early)


def test_a_lesion_new_in_one_course_is_followed_in_the_next(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    draft = exam_draft(
        SECOND, measured("L1", 30), measured("L2", 20), seen("L3", State.PRESENT), measured("L4", 14),
        lesions=(lesion("L4", Segment.V),),
    )  # fmt: skip
    receipt = exams.record_exam(store, nurse, filled.patient_id, draft)
    roles = {**builders.ROLES, "L4": LesionRole.TARGET}
    with pytest.raises(InputError, match="L4: is seen at the baseline"):
        courses.start_course(store, nurse, filled.patient_id, second_course(baseline_exam_id=receipt.exam_id))
    courses.start_course(store, nurse, filled.patient_id, second_course(baseline_exam_id=receipt.exam_id, roles=roles))
    record = patients.load_record(store, nurse, filled.patient_id)
    assert [course.plan.roles["L4"] for course in record.courses] == [LesionRole.NEW, LesionRole.TARGET]


def test_a_role_is_taken_from_the_lesion_where_the_course_says_none(store: Database, nurse: Actor) -> None:
    patient = patients.register_patient(store, nurse, builders.patient_draft())
    baseline = exam_draft(builders.BASELINE, measured("L1", 20), lesions=(lesion("L1", role=LesionRole.TARGET),))
    courses.start_course(store, nurse, patient.patient_id, course_draft(baseline, roles={}))
    assert patients.load_record(store, nurse, patient.patient_id).courses[0].plan.roles == {"L1": LesionRole.TARGET}


def test_surveillance_may_start_without_disease(store: Database, nurse: Actor) -> None:
    patient = patients.register_patient(store, nurse, builders.patient_draft())
    draft = course_draft(
        exam_draft(builders.BASELINE), kind=CourseKind.SURVEILLANCE, name="Follow-up", roles={}, treatment=None
    )
    courses.start_course(store, nurse, patient.patient_id, draft)
    (course,) = assess_record(patients.load_record(store, nurse, patient.patient_id))
    assert course.timeline.lesions == ()
