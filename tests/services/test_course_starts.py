"""What the start of a course tells and changes: findings on its dates and targets, and the treatments it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.support import builders
from tests.support.builders import (
    BASELINE,
    FOLLOW_UPS,
    START,
    course_draft,
    exam_draft,
    lesion,
    measured,
    patient_draft,
)
from tracker.db.engine import Database
from tracker.domain.drafts import CourseDraft, TreatmentDraft
from tracker.domain.vocabulary import CourseKind, LesionRole, TreatmentKind
from tracker.errors import Problem
from tracker.services import audit, courses, patients, registration, treatments
from tracker.services.actors import Actor

K = TreatmentKind
SECOND = date(2026, 7, 13)


def register(db: Database, actor: Actor) -> int:
    return patients.register_patient(db, actor, patient_draft()).patient_id


def second_course(baseline_exam_id: int, **given: object) -> CourseDraft:
    """FOLFOX after FOLFIRI, from the last scan on."""
    fields: dict[str, object] = {
        "name": "FOLFOX",
        "start": SECOND,
        "baseline_exam_id": baseline_exam_id,
        "treatment": TreatmentDraft("FOLFOX", K.SYSTEMIC, SECOND),
    }
    return course_draft(**{**fields, **given})


def stops(db: Database, actor: Actor, patient_id: int) -> dict[str, date | None]:
    return {one.name: one.stop for one in patients.load_record(db, actor, patient_id).treatments}


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (BASELINE, None),
        (BASELINE + timedelta(days=28), None),
        (BASELINE + timedelta(days=29), "29 days later; RECIST 1.1 asks for four weeks at most"),
        (BASELINE - timedelta(days=1), "the baseline lies after the start"),
    ],
)
def test_a_start_far_from_its_baseline_is_stored_and_told(
    store: Database, nurse: Actor, start: date, told: str | None
) -> None:
    draft = course_draft(start=start, treatment=None)
    done = registration.register_with_course(store, nurse, patient_draft(), draft)
    again = courses.start_course(store, nurse, done.patient.patient_id, draft)
    assert again.already_stored
    assert again.findings == done.course.findings
    assert [finding.place for finding in again.findings] == ([] if told is None else ["course start"])
    assert all(finding.text.endswith(told or "") for finding in again.findings)
    assert patients.load_record(store, nurse, done.patient.patient_id).courses[0].start == start


def test_a_start_before_the_baseline_of_the_course_before_is_told(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=1)
    early = BASELINE - timedelta(days=7)
    draft = second_course(filled.follow_up_ids[0], start=early, treatment=None)
    saved = courses.start_course(store, nurse, filled.patient_id, draft)
    assert [finding.text.split(":")[-1].strip() for finding in saved.findings] == [
        "the baseline lies after the start",
        "29 Dec 2025 lies before the baseline of course 1 (5 Jan 2026), which comes before this one",
    ]
    assert courses.start_course(store, nurse, filled.patient_id, draft).findings == saved.findings


def test_targets_beyond_the_limits_are_stored_and_told(store: Database, nurse: Actor) -> None:
    labels = ("L1", "L2", "L3")
    baseline = exam_draft(
        BASELINE, *(measured(label, size) for label, size in zip(labels, (30, 20, 8), strict=True)),
        lesions=tuple(lesion(label) for label in labels),
    )  # fmt: skip
    draft = course_draft(baseline, roles=dict.fromkeys(labels, LesionRole.TARGET))
    saved = courses.start_course(store, nurse, register(store, nurse), draft)
    assert saved.findings == (
        Problem("targets", "3 targets in one organ (liver); RECIST 1.1 counts two at most"),
        Problem("L3", "chosen as a target, but longest diameter 8 mm is under 10 mm: not measurable"),
    )


def test_a_new_systemic_course_ends_the_systemic_treatments_that_go_on(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    begun = FOLLOW_UPS[0]
    before = [
        TreatmentDraft("bevacizumab", K.TARGETED, begun),
        TreatmentDraft("5-FU", K.MAINTENANCE, begun, date(2026, 6, 1)),
        TreatmentDraft("lutetium-177", K.RADIONUCLIDE, SECOND, planned=True),
        TreatmentDraft("SIRT", K.SIRT, begun),
        TreatmentDraft("pembrolizumab", K.IMMUNOTHERAPY, SECOND),
    ]
    for one in before:
        treatments.record_treatment(store, nurse, filled.patient_id, one)
    draft = second_course(filled.follow_up_ids[-1])
    courses.start_course(store, nurse, filled.patient_id, draft)
    expected = {
        "FOLFIRI": SECOND, "bevacizumab": SECOND, "5-FU": date(2026, 6, 1), "lutetium-177": None, "SIRT": None,
        "pembrolizumab": None, "FOLFOX": None,
    }  # fmt: skip
    assert stops(store, nurse, filled.patient_id) == expected
    event = audit.list_events(store, nurse, filled.patient_id)[-1]
    assert event.action == "course.start"
    for said, stop in ((event.before, None), (event.after, SECOND.isoformat())):
        assert said is not None
        assert [(one["name"], one.get("stop")) for one in said["treatments"]] == [
            ("FOLFIRI", stop),
            ("bevacizumab", stop),
        ]
    assert not audit.verify(store)
    for again in (course_draft(), draft):
        assert courses.start_course(store, nurse, filled.patient_id, again).already_stored
    assert stops(store, nurse, filled.patient_id) == expected


@pytest.mark.parametrize(
    "given",
    [
        {"keeps_treatments": True},
        {"treatment": None},
        {"kind": CourseKind.LOCAL, "treatment": TreatmentDraft("resection", K.RESECTION, SECOND)},
        {"kind": CourseKind.SURVEILLANCE, "treatment": None},
        {"treatment": TreatmentDraft("FOLFOX", K.SYSTEMIC, SECOND, planned=True)},
    ],
)
def test_a_treatment_goes_on_where_no_other_replaces_it(
    store: Database, nurse: Actor, given: dict[str, object]
) -> None:
    filled = builders.fill_patient(store, nurse)
    courses.start_course(store, nurse, filled.patient_id, second_course(filled.follow_up_ids[-1], **given))
    assert stops(store, nurse, filled.patient_id)["FOLFIRI"] is None
    assert audit.list_events(store, nurse, filled.patient_id)[-1].before is None


def test_a_treatment_recorded_before_its_course_is_not_ended_by_it(store: Database, nurse: Actor) -> None:
    patient_id = register(store, nurse)
    own = TreatmentDraft("FOLFIRI", K.SYSTEMIC, START - timedelta(days=1))
    treatments.record_treatment(store, nurse, patient_id, own)
    courses.start_course(store, nurse, patient_id, replace(course_draft(), treatment=own))
    assert stops(store, nurse, patient_id) == {"FOLFIRI": None}
