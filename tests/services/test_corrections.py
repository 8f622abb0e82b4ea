"""Corrections and withdrawals: at the version that was seen, for a reason, with the past kept."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from tests.support import builders
from tests.support.builders import FOLLOW_UPS, baseline_draft, exam_draft, follow_up_draft, lesion, measured, seen
from tests.support.databases import Clock
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import ExamDraft, MarkerDraft, TreatmentDraft
from tracker.domain.vocabulary import LesionRole, Modality, Response, Segment, State, TreatmentKind
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, courses, exams, markers, patients, symptoms, treatments
from tracker.services.actors import Actor

LATER = date(2026, 9, 1)


def test_a_correction_derives_every_response_anew(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    corrected = exams.correct_exam(
        store,
        nurse,
        filled.baseline_id,
        baseline_draft(),
        expected_version=1,
        reason="nothing to change",
    )
    assert corrected.already_stored
    draft = dataclasses.replace(baseline_draft(), observations=(measured("L1", 22), *baseline_draft().observations[1:]))
    receipt = exams.correct_exam(store, nurse, filled.baseline_id, draft, expected_version=1, reason="32 read for 22")
    assert (receipt.exam_version, receipt.patient_version, receipt.already_stored) == (2, 5, False)
    (course,) = assess_record(patients.load_record(store, nurse, filled.patient_id))
    assert [str(row.sum) for row in course.assessment.time_points] == ["42 mm", "40 mm", "36 mm"]
    assert [row.overall_response for row in course.assessment.time_points] == [None, Response.SD, Response.SD]


def test_a_stale_correction_shows_both_values_and_overwrites_nothing(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    exam_id = filled.follow_up_ids[0]
    theirs = follow_up_draft(FOLLOW_UPS[0], 26, 15)
    exams.correct_exam(store, nurse, exam_id, theirs, expected_version=1, reason="typed 25 for 26")
    before = patients.load_record(store, nurse, filled.patient_id)
    mine = exam_draft(FOLLOW_UPS[0], measured("L1", 23), measured("L2", 15), seen("L3", State.ABSENT))
    with pytest.raises(ConflictError, match="at version 2, you saw 1") as conflict:
        exams.correct_exam(store, nurse, exam_id, mine, expected_version=1, reason="typed 25 for 23")
    assert [(item.place, item.text) for item in conflict.value.mine] == [("L1", "23 mm"), ("L3", "absent")]
    assert [(item.place, item.text) for item in conflict.value.theirs] == [("L1", "26 mm"), ("L3", "present")]
    with pytest.raises(ConflictError, match="at version 2, you saw 1"):
        exams.withdraw_exam(store, nurse, exam_id, expected_version=1, reason="wrong patient")
    assert patients.load_record(store, nurse, filled.patient_id) == before


def test_every_version_of_an_exam_can_be_shown_again(store: Database, nurse: Actor, clock: Clock) -> None:
    filled = builders.fill_patient(store, nurse)
    exam_id = filled.follow_up_ids[1]
    meeting = clock.moment
    clock.advance(days=1)
    exams.correct_exam(
        store, nurse, exam_id, follow_up_draft(FOLLOW_UPS[1], 28, 13), expected_version=1, reason="typed 23 for 28"
    )
    next_meeting = clock.moment
    clock.advance(days=1)
    exams.withdraw_exam(store, nurse, exam_id, expected_version=2, reason="report of another patient")
    sizes = []
    for moment in (meeting, next_meeting):
        version = audit.exam_as_of(store, nurse, exam_id, moment)
        assert version is not None
        seen_then = version.exam.observation("L1")
        assert seen_then is not None
        sizes.append(str(seen_then.observation.longest))
    assert sizes == ["23 mm", "28 mm"]
    assert audit.exam_as_of(store, nurse, exam_id, clock.moment) is None
    versions = audit.list_exam_versions(store, nurse, exam_id)
    assert [(version.exam.version, version.reason, version.withdrawn) for version in versions] == [
        (1, None, False),
        (2, "typed 23 for 28", False),
        (3, "report of another patient", True),
    ]
    assert versions[0].lesions[0].tracking_uid == versions[2].lesions[0].tracking_uid


def test_a_withdrawn_exam_leaves_the_record_and_keeps_its_row(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    exam_id = filled.follow_up_ids[1]
    receipt = exams.withdraw_exam(store, nurse, exam_id, expected_version=1, reason="report of another patient")
    assert (receipt.exam_version, receipt.patient_version) == (2, 5)
    record = patients.load_record(store, nurse, filled.patient_id)
    assert [exam.id for exam in record.exams] == [filled.baseline_id, filled.follow_up_ids[0]]
    assert [point.exam_ids for point in record.courses[0].plan.time_points] == [
        (filled.baseline_id,),
        (filled.follow_up_ids[0],),
    ]
    for attempt in (
        lambda: exams.withdraw_exam(store, nurse, exam_id, expected_version=2, reason="again"),
        lambda: exams.correct_exam(
            store, nurse, exam_id, follow_up_draft(FOLLOW_UPS[1]), expected_version=2, reason="again"
        ),
    ):
        with pytest.raises(NotFoundError, match="was withdrawn"):
            attempt()
    assert len(audit.list_exam_versions(store, nurse, exam_id)) == 2
    # Its key is free again: the right report of that day can be entered.
    again = exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(FOLLOW_UPS[1], 30, 20))
    assert again.exam_id != exam_id


def test_a_lesion_that_only_a_withdrawn_exam_had_goes_with_it(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    draft = exam_draft(LATER, measured("L1", 20), seen("L4", State.UNEQUIVOCAL), lesions=(lesion("L4", Segment.V),))
    receipt = exams.record_exam(store, nurse, filled.patient_id, draft)
    uid = patients.load_record(store, nurse, filled.patient_id).lesion("L4").tracking_uid
    exams.withdraw_exam(store, nurse, receipt.exam_id, expected_version=1, reason="report of another patient")
    record = patients.load_record(store, nurse, filled.patient_id)
    assert [item.label for item in record.lesions] == ["L1", "L2", "L3"]
    assert "L4" not in record.courses[0].plan.roles
    # The label is free again, for another lesion.
    exams.record_exam(store, nurse, filled.patient_id, draft)
    assert patients.load_record(store, nurse, filled.patient_id).lesion("L4").tracking_uid != uid


def test_a_lesion_another_merged_into_stays(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    first = exams.record_exam(
        store, nurse, filled.patient_id, exam_draft(LATER, measured("L4", 30), lesions=(lesion("L4"),))
    )
    exams.record_exam(
        store, nurse, filled.patient_id, exam_draft(date(2026, 10, 1), seen("L1", State.MERGED, into="L4"))
    )
    exams.withdraw_exam(store, nurse, first.exam_id, expected_version=1, reason="report of another patient")
    record = patients.load_record(store, nurse, filled.patient_id)
    merged = record.exams[-1].observation("L1")
    assert merged is not None
    assert merged.observation.into == "L4"
    assert record.lesion("L4")


def test_a_baseline_that_others_are_judged_against_stays(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    before = patients.load_record(store, nurse, filled.patient_id)
    with pytest.raises(InputError, match="baseline of course 1, which later exams are judged against"):
        exams.withdraw_exam(store, nurse, filled.baseline_id, expected_version=1, reason="wrong patient")
    assert patients.load_record(store, nurse, filled.patient_id) == before


def test_a_baseline_alone_takes_its_course_with_it(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=0)
    exams.withdraw_exam(store, nurse, filled.baseline_id, expected_version=1, reason="wrong patient")
    record = patients.load_record(store, nurse, filled.patient_id)
    assert (record.exams, record.courses, record.lesions) == ((), (), ())
    saved = courses.start_course(store, nurse, filled.patient_id, builders.course_draft(treatment=None))
    assert saved.course_id != filled.course_id
    assert patients.load_record(store, nurse, filled.patient_id).courses[0].number == 1


BASELINES: list[tuple[ExamDraft, str, str]] = [
    (
        baseline_draft(FOLLOW_UPS[0], ordinal=2),
        "performed on",
        "baseline of course 1, whose next exam is of 2026-03-02",
    ),
    (baseline_draft(modality=Modality.US), "modality", "baseline of course 1, and US without diameters enters no sum"),
    (exam_draft(builders.BASELINE, measured("L1", 32), seen("L3", State.PRESENT)), "L2", "is a target"),
    (
        exam_draft(builders.BASELINE, *baseline_draft().observations, measured("L4", 9), lesions=(lesion("L4"),)),
        "L4",
        "target or a non-target",
    ),
]


@pytest.mark.parametrize(("draft", "place", "words"), BASELINES, ids=["date", "modality", "target", "new lesion"])
def test_a_corrected_baseline_is_still_one(
    store: Database, nurse: Actor, draft: ExamDraft, place: str, words: str
) -> None:
    filled = builders.fill_patient(store, nurse)
    with pytest.raises(InputError) as refusal:
        exams.correct_exam(store, nurse, filled.baseline_id, draft, expected_version=1, reason="test")
    assert [problem.place for problem in refusal.value.problems] == [place]
    assert words in refusal.value.problems[0].text


def test_a_lesion_missed_at_the_baseline_is_added_with_its_role(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    added = lesion("L4", Segment.V, role=LesionRole.NON_TARGET)
    draft = exam_draft(builders.BASELINE, *baseline_draft().observations, measured("L4", 9), lesions=(added,))
    exams.correct_exam(store, nurse, filled.baseline_id, draft, expected_version=1, reason="missed L4")
    record = patients.load_record(store, nurse, filled.patient_id)
    assert record.courses[0].plan.roles["L4"] is LesionRole.NON_TARGET


def test_a_corrected_date_moves_the_exam(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    first, second = filled.follow_up_ids
    moved = follow_up_draft(date(2026, 8, 1), 25, 15)
    exams.correct_exam(store, nurse, first, moved, expected_version=1, reason="typed 2 March for 1 August")
    plan = patients.load_record(store, nurse, filled.patient_id).courses[0].plan
    assert [point.exam_ids for point in plan.time_points] == [(filled.baseline_id,), (second,), (first,)]
    before = follow_up_draft(date(2025, 12, 1), 25, 15)
    exams.correct_exam(store, nurse, first, before, expected_version=2, reason="last year")
    plan = patients.load_record(store, nurse, filled.patient_id).courses[0].plan
    assert [point.exam_ids for point in plan.time_points] == [(filled.baseline_id,), (second,)]


def test_a_correction_cannot_take_the_key_of_another_exam(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    taken = follow_up_draft(FOLLOW_UPS[1], 25, 15)
    with pytest.raises(ConflictError, match="Another CT of 2026-05-04 is stored"):
        exams.correct_exam(store, nurse, filled.follow_up_ids[0], taken, expected_version=1, reason="date")


def test_a_correction_may_describe_the_exams_own_lesions_again(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    lesions = (lesion("L1", Segment.VIII), *baseline_draft().lesions[1:])
    draft = dataclasses.replace(baseline_draft(), lesions=lesions)
    receipt = exams.correct_exam(store, nurse, filled.baseline_id, draft, expected_version=1, reason="segment VIII")
    assert not receipt.already_stored
    record = patients.load_record(store, nurse, filled.patient_id)
    assert record.lesion("L1").segments == (Segment.VIII,)
    before, after = audit.list_exam_versions(store, nurse, filled.baseline_id)
    assert [version.lesions[0].segments for version in (before, after)] == [(Segment.VII,), (Segment.VIII,)]


def test_a_biomarker_that_came_in_is_a_correction_of_the_patient(store: Database, nurse: Actor) -> None:
    draft = builders.patient_draft(biomarkers={"RAS": "unknown"}, ecog=1)
    saved = patients.register_patient(store, nurse, draft)
    known = dataclasses.replace(draft, biomarkers={"RAS": "wild type"})
    corrected = patients.correct_patient(
        store, nurse, saved.patient_id, known, expected_version=1, reason="report of the pathologist"
    )
    assert corrected == patients.PatientSaved(saved.patient_id, 2, already_stored=False)
    assert patients.load_record(store, nurse, saved.patient_id).patient.biomarkers == {"RAS": "wild type"}
    with pytest.raises(ConflictError, match="at version 2, you saw 1"):
        patients.correct_patient(store, nurse, saved.patient_id, draft, expected_version=1, reason="again")
    again = patients.correct_patient(store, nurse, saved.patient_id, known, expected_version=2, reason="again")
    assert again.already_stored
    other = dataclasses.replace(known, identifier="P-2", ecog=9)
    with pytest.raises(InputError) as refusal:
        patients.correct_patient(store, nurse, saved.patient_id, other, expected_version=2, reason=" ")
    assert [problem.place for problem in refusal.value.problems] == ["reason", "ECOG", "identifier"]
    event = audit.list_events(store, nurse, saved.patient_id)[-1]
    assert event.before is not None
    assert (event.action, event.reason) == ("patient.correct", "report of the pathologist")
    assert event.before["biomarkers"] == {"RAS": "unknown"}


def test_a_treatment_that_ended_is_corrected(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    (treatment,) = patients.load_record(store, nurse, filled.patient_id).treatments
    ended = TreatmentDraft(treatment.name, treatment.kind, treatment.start, date(2026, 6, 1), cycles=8)
    version = treatments.correct_treatment(
        store, nurse, treatment.id, ended, expected_version=4, reason="stopped for toxicity"
    )
    assert version == 5
    (now,) = patients.load_record(store, nurse, filled.patient_id).treatments
    assert (now.id, now.stop, now.cycles) == (treatment.id, date(2026, 6, 1), 8)
    with pytest.raises(InputError, match="reason: is missing"):
        treatments.withdraw_treatment(store, nurse, treatment.id, expected_version=5, reason="")
    with pytest.raises(ConflictError, match="at version 5, you saw 4"):
        treatments.withdraw_treatment(store, nurse, treatment.id, expected_version=4, reason="never given")
    treatments.withdraw_treatment(store, nurse, treatment.id, expected_version=5, reason="never given")
    assert patients.load_record(store, nurse, filled.patient_id).treatments == ()
    with pytest.raises(NotFoundError, match="was withdrawn"):
        treatments.correct_treatment(store, nurse, treatment.id, ended, expected_version=6, reason="again")
    actions = [event.action for event in audit.list_events(store, nurse, filled.patient_id)]
    assert actions[-2:] == ["treatment.correct", "treatment.withdraw"]


def test_a_treatment_is_not_corrected_into_another(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    (first,) = patients.load_record(store, nurse, filled.patient_id).treatments
    second = TreatmentDraft("MWA", TreatmentKind.ABLATION, LATER, LATER, lesions=("L1",))
    treatments.record_treatment(store, nurse, filled.patient_id, second)
    with pytest.raises(ConflictError, match="recorded as another treatment"):
        treatments.correct_treatment(store, nurse, first.id, second, expected_version=5, reason="test")


def test_a_wrong_marker_is_withdrawn_and_recorded_again(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    wrong = MarkerDraft("CEA", LATER, Decimal("124"), "µg/L")
    key = markers.record_marker(store, nurse, filled.patient_id, wrong)
    with pytest.raises(InputError, match="reason: is missing"):
        markers.withdraw_marker(store, nurse, key, expected_version=5, reason=" ")
    assert markers.withdraw_marker(store, nurse, key, expected_version=5, reason="comma lost") == 6
    markers.record_marker(store, nurse, filled.patient_id, dataclasses.replace(wrong, value=Decimal("12.4")))
    (result,) = patients.load_record(store, nurse, filled.patient_id).markers
    assert result.value == Decimal("12.4")
    for marker_id, words in ((key, "was withdrawn"), (99, "no laboratory value number 99")):
        with pytest.raises(NotFoundError, match=words):
            markers.withdraw_marker(store, nurse, marker_id, expected_version=7, reason="again")


def test_wrong_symptoms_are_withdrawn_and_told_again(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    key = symptoms.record_symptoms(store, nurse, filled.patient_id, LATER, ["jaundice"])
    with pytest.raises(InputError, match="reason: is missing"):
        symptoms.withdraw_symptoms(store, nurse, key, expected_version=5, reason=" ")
    assert symptoms.withdraw_symptoms(store, nurse, key, expected_version=5, reason="told by another patient") == 6
    assert patients.load_record(store, nurse, filled.patient_id).symptoms == ()
    assert symptoms.record_symptoms(store, nurse, filled.patient_id, LATER, ["fatigue"]) != key
