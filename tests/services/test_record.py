"""What a service stores is what it was given, once, and on both databases."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from tests.support import builders
from tests.support.builders import exam_draft, follow_up_draft, lesion, measured, seen
from tests.support.databases import Clock
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import MarkerDraft, TreatmentDraft
from tracker.domain.vocabulary import LesionRole, Response, Segment, State, TreatmentKind
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.services import audit, drafts, exams, markers, patients, symptoms, treatments
from tracker.services.actors import Actor, demo_actor, system_actor

DAY = date(2026, 9, 1)


def test_a_course_is_judged_from_what_was_stored(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    record = patients.load_record(store, nurse, filled.patient_id)
    (course,) = assess_record(record)
    rows = course.assessment.time_points
    assert [str(row.sum) for row in rows] == ["52 mm", "40 mm", "36 mm"]
    assert [row.overall_response for row in rows] == [None, Response.SD, Response.PR]
    assert record.patient.version == 4
    assert audit.verify(store) == ()


def test_three_users_exist_before_anybody_logs_in(store: Database, nurse: Actor) -> None:
    names = [actor.name for actor in (nurse, demo_actor(store), system_actor(store))]
    assert names == ["Local user", "Demo", "Hepatrack"]


def test_the_same_patient_again_is_already_stored(store: Database, nurse: Actor) -> None:
    draft = builders.patient_draft(name="Ada Example", biomarkers={"RAS": "wild type"}, ecog=1)
    first = patients.register_patient(store, nurse, draft)
    again = patients.register_patient(store, nurse, dataclasses.replace(draft, identifier=" P-001 "))
    assert again == patients.PatientSaved(first.patient_id, 1, already_stored=True)
    with pytest.raises(ConflictError, match="another ECOG") as conflict:
        patients.register_patient(store, nurse, dataclasses.replace(draft, ecog=2))
    assert [(problem.place, problem.text) for problem in conflict.value.mine] == [("ECOG", "2")]
    assert [(problem.place, problem.text) for problem in conflict.value.theirs] == [("ECOG", "1")]
    assert "Ada" not in str(conflict.value)


def test_an_identifier_belongs_to_its_authority(store: Database, nurse: Actor) -> None:
    here = patients.register_patient(store, nurse, builders.patient_draft("7"))
    there = patients.register_patient(store, nurse, builders.patient_draft("7", authority="UKX"))
    assert here.patient_id != there.patient_id
    assert patients.find_patient(store, nurse, "7") == here.patient_id
    assert patients.find_patient(store, nurse, " 7", "UKX") == there.patient_id
    assert patients.find_patient(store, nurse, "7", "UKY") is None
    assert [summary.identifier for summary in patients.list_patients(store, nurse)] == ["7", "7"]
    assert patients.list_keys(store) == tuple(summary.id for summary in patients.list_patients(store, nurse))


def test_the_same_exam_again_is_already_stored(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    draft = follow_up_draft(DAY, 30, 20)
    first = exams.record_exam(store, nurse, filled.patient_id, draft)
    again = exams.record_exam(store, nurse, filled.patient_id, draft)
    assert again == dataclasses.replace(first, already_stored=True)
    assert patients.patient_version(store, filled.patient_id) == first.patient_version


def test_the_same_exam_with_another_content_is_a_conflict_that_names_the_difference(
    store: Database, nurse: Actor
) -> None:
    filled = builders.fill_patient(store, nurse)
    exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(DAY, 23, 20))
    before = patients.load_record(store, nurse, filled.patient_id)
    other = exam_draft(DAY, measured("L1", 23, 18), seen("L2", State.ABSENT), phase="portal venous")
    with pytest.raises(ConflictError, match="ordinal 2 if it is a second exam") as conflict:
        exams.record_exam(store, nurse, filled.patient_id, other)
    mine, theirs = ([(item.place, item.text) for item in side] for side in (conflict.value.mine, conflict.value.theirs))
    assert mine == [("phase", "portal venous"), ("L1", "23 x 18 mm"), ("L2", "absent"), ("L3", "not mentioned")]
    assert theirs == [("phase", "not given"), ("L1", "23 mm"), ("L2", "20 mm"), ("L3", "present")]
    assert patients.load_record(store, nurse, filled.patient_id) == before
    second = dataclasses.replace(other, ordinal=2)
    assert not exams.record_exam(store, nurse, filled.patient_id, second).already_stored


def test_an_accession_number_is_one_exam(store: Database, nurse: Actor) -> None:
    one = builders.fill_patient(store, nurse, "P-1")
    two = builders.fill_patient(store, nurse, "P-2")
    draft = follow_up_draft(DAY, accession="A-77")
    stored = exams.record_exam(store, nurse, one.patient_id, draft)
    assert exams.record_exam(store, nurse, one.patient_id, draft).exam_id == stored.exam_id
    with pytest.raises(ConflictError, match="A-77 belongs to an exam of another patient"):
        exams.record_exam(store, nurse, two.patient_id, draft)
    with pytest.raises(ConflictError, match="accession"):
        exams.record_exam(store, nurse, one.patient_id, follow_up_draft(DAY))
    with pytest.raises(ConflictError, match="performed on"):
        exams.record_exam(store, nurse, one.patient_id, follow_up_draft(date(2026, 9, 2), accession="A-77"))
    other = follow_up_draft(DAY, accession="A-78")
    assert exams.record_exam(store, nurse, one.patient_id, other).exam_id != stored.exam_id


def test_a_double_click_stores_once(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    draft = follow_up_draft(DAY, 30, 20)
    first = exams.record_exam(store, nurse, filled.patient_id, draft, token="t-1")
    again = exams.record_exam(store, nurse, filled.patient_id, draft, token="t-1")
    assert again == dataclasses.replace(first, already_stored=True)
    changed = dataclasses.replace(draft, performed_on=date(2026, 9, 2))
    with pytest.raises(ConflictError) as conflict:
        exams.record_exam(store, nurse, filled.patient_id, changed, token="t-1")
    assert [problem.text for problem in conflict.value.theirs] == ["2026-09-01"]
    other = builders.fill_patient(store, nurse, "P-2")
    with pytest.raises(ConflictError, match="sent before"):
        exams.record_exam(store, nurse, other.patient_id, draft, token="t-1")


def test_new_lesions_without_a_label_get_the_next_free_one(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    draft = exam_draft(
        DAY,
        measured("L1", 20),
        measured("", 12),
        seen("", State.EQUIVOCAL),
        lesions=(lesion("", Segment.V), lesion("", Segment.VI)),
    )
    receipt = exams.record_exam(store, nurse, filled.patient_id, draft)
    assert exams.record_exam(store, nurse, filled.patient_id, draft).already_stored
    record = patients.load_record(store, nurse, filled.patient_id)
    assert [item.label for item in record.exam(receipt.exam_id).observations] == ["L1", "L4", "L5"]
    assert record.lesion("L4").segments == (Segment.V,)
    assert record.courses[0].plan.roles["L4"] is record.courses[0].plan.roles["L5"] is LesionRole.NEW
    uids = {item.tracking_uid for item in record.lesions}
    assert len(uids) == 5
    assert all(uid.startswith("2.25.") and len(uid) <= 64 for uid in uids)


def test_a_treatment_is_stored_once(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    draft = TreatmentDraft("MWA", TreatmentKind.ABLATION, DAY, DAY, lesions=("L1", "L2"))
    key = treatments.record_treatment(store, nurse, filled.patient_id, draft)
    for again in (draft, dataclasses.replace(draft, lesions=("L2", "L1"))):
        assert treatments.record_treatment(store, nurse, filled.patient_id, again) == key
    record = patients.load_record(store, nurse, filled.patient_id)
    assert [(item.name, item.lesions) for item in record.treatments] == [("FOLFIRI", ()), ("MWA", ("L1", "L2"))]
    assert record.patient.version == 5
    with pytest.raises(ConflictError, match="another lesions") as conflict:
        treatments.record_treatment(store, nurse, filled.patient_id, dataclasses.replace(draft, lesions=("L1",)))
    assert [problem.text for problem in conflict.value.theirs] == ["L1, L2"]


def test_a_treatment_may_be_planned(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    planned = TreatmentDraft("Resection", TreatmentKind.RESECTION, date(2027, 1, 11), planned=True)
    treatments.record_treatment(store, nurse, filled.patient_id, planned)
    assert patients.load_record(store, nurse, filled.patient_id).treatments[-1].planned


def test_a_slip_between_two_units_of_a_marker_is_asked_and_kept_for_a_reason(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    first = MarkerDraft("bilirubin", date(2026, 3, 2), Decimal(1), "µmol/L")
    with pytest.raises(InputError, match="1 µmol/L of bilirubin is outside 2 to 1000 µmol/L"):
        markers.record_marker(store, nurse, filled.patient_id, first)
    markers.record_marker(store, nurse, filled.patient_id, first, reason="as the laboratory sent it")
    slipped = MarkerDraft("bilirubin", date(2026, 5, 4), Decimal("17.1"), "µmol/L")
    with pytest.raises(InputError, match=r"is the unit right[?]"):
        markers.record_marker(store, nurse, filled.patient_id, slipped)
    markers.record_marker(store, nurse, filled.patient_id, slipped, reason="the first one was in mg/dL")
    event = audit.list_events(store, nurse, filled.patient_id)[-1]
    assert (event.action, event.reason) == ("marker.record", "the first one was in mg/dL")


def test_a_marker_has_one_value_a_day(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    draft = MarkerDraft("CEA", DAY, Decimal("12.40"), "µg/L", Decimal("5"))
    key = markers.record_marker(store, nurse, filled.patient_id, draft)
    assert markers.record_marker(store, nurse, filled.patient_id, draft) == key
    (result,) = patients.load_record(store, nurse, filled.patient_id).markers
    assert (result.value, result.unit, result.upper_limit) == (Decimal("12.4"), "µg/L", 5)
    with pytest.raises(ConflictError, match="another value"):
        markers.record_marker(store, nurse, filled.patient_id, dataclasses.replace(draft, value=Decimal("12.5")))


def test_symptoms_of_a_day_are_added_up(store: Database, nurse: Actor) -> None:
    filled = builders.fill_patient(store, nurse)
    key = symptoms.record_symptoms(store, nurse, filled.patient_id, DAY, ["fever", "pain"])
    assert symptoms.record_symptoms(store, nurse, filled.patient_id, DAY, ["pain"]) == key
    assert symptoms.record_symptoms(store, nurse, filled.patient_id, DAY, ["jaundice"]) == key
    (report,) = patients.load_record(store, nurse, filled.patient_id).symptoms
    assert report.symptoms == ("fever", "pain", "jaundice")
    assert patients.patient_version(store, filled.patient_id) == 6


def test_a_draft_waits_for_its_user_patient_and_exam(store: Database, nurse: Actor) -> None:
    one = builders.fill_patient(store, nurse, "P-1")
    two = builders.fill_patient(store, nurse, "P-2")
    drafts.save_draft(store, nurse, one.patient_id, None, 4, {"L1": "23"})
    drafts.save_draft(store, nurse, one.patient_id, None, 4, {"L1": "23", "L2": "17,5"})
    drafts.save_draft(store, nurse, one.patient_id, one.baseline_id, 1, {"L1": "32"})
    found = drafts.load_draft(store, nurse, one.patient_id)
    assert found is not None
    assert (found.content, found.base_version, found.exam_id) == ({"L1": "23", "L2": "17,5"}, 4, None)
    correction = drafts.load_draft(store, nurse, one.patient_id, one.baseline_id)
    assert correction is not None
    assert correction.content == {"L1": "32"}
    assert drafts.load_draft(store, nurse, two.patient_id) is None
    assert drafts.load_draft(store, demo_actor(store), one.patient_id) is None
    drafts.discard_draft(store, nurse, one.patient_id)
    drafts.discard_draft(store, nurse, one.patient_id)
    assert drafts.load_draft(store, nurse, one.patient_id) is None
    assert drafts.load_draft(store, nurse, one.patient_id, one.baseline_id) is not None


def test_a_draft_says_when_it_overwrites_what_another_window_typed(store: Database, nurse: Actor, clock: Clock) -> None:
    patient_id = builders.fill_patient(store, nurse).patient_id

    def keep(mark: str | None, based_on: str | None = None) -> str | None:
        content = {"L1": "23"} if mark is None else {"L1": "23", "mark": mark}
        kept = drafts.save_draft(store, nurse, patient_id, None, 4, content, based_on=based_on)
        assert kept.saved_at == clock.moment
        clock.advance(minutes=1)
        return kept.overwrote

    assert [keep("a.1"), keep("a.2")] == [None, None]
    assert keep("b.1", based_on="a.2") is None, "the second window was opened with the first one's draft"
    assert keep("b.2", based_on="a.2") is None
    assert keep("a.3") == "09:33", "the first window has not seen what the second typed"
    assert keep("a.4") is None
    assert keep("b.3", based_on="a.2") == "09:35"
    assert [keep(None), keep("c.1")] == [None, None], "without a mark nobody can tell"
    clock.advance(days=1)
    assert keep("d.1") == "09:38 on 24 Nov 2026"


def test_a_draft_that_cannot_be_kept_is_refused(db: Database, actor: Actor) -> None:
    one = builders.fill_patient(db, actor, "P-1")
    two = builders.fill_patient(db, actor, "P-2")
    with pytest.raises(InputError, match="no text, number or list"):
        drafts.save_draft(db, actor, one.patient_id, None, 1, {"L1": object()})
    with pytest.raises(InputError, match="at most 1,000,000"):
        drafts.save_draft(db, actor, one.patient_id, None, 1, {"report": "x" * 1_000_000})
    with pytest.raises(NotFoundError, match="no patient number 99"):
        drafts.save_draft(db, actor, 99, None, 1, {})
    with pytest.raises(NotFoundError, match="of this patient"):
        drafts.save_draft(db, actor, one.patient_id, two.baseline_id, 1, {})


def test_nothing_is_stored_for_a_patient_that_is_not_there(store: Database, nurse: Actor) -> None:
    for attempt in (
        lambda: exams.record_exam(store, nurse, 99, follow_up_draft(DAY)),
        lambda: symptoms.record_symptoms(store, nurse, 99, DAY, ["fever"]),
        lambda: exams.withdraw_exam(store, nurse, 99, expected_version=1, reason="none"),
    ):
        with pytest.raises(NotFoundError, match="number 99"):
            attempt()
    with pytest.raises(NotFoundError):
        audit.list_exam_versions(store, nurse, 99)
