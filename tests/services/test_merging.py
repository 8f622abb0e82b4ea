"""Two records of one person become one, and two again: nothing is lost, nothing is mixed up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.services.test_inbox import report, stage
from tests.support import builders
from tests.support.builders import (
    BASELINE,
    FOLLOW_UPS,
    Filled,
    exam_draft,
    fill_patient,
    follow_up_draft,
    lesion,
    measured,
)
from tracker.db import migrate
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import MarkerDraft, TreatmentDraft, VolumeDraft
from tracker.domain.record import PatientRecord
from tracker.domain.tumour import PrimaryTumour, RoughDate
from tracker.domain.vocabulary import Modality, Primary, Segment, Sex, TreatmentKind
from tracker.errors import ConflictError, InputError, NotFoundError
from tracker.exchange.tabular import TableOptions
from tracker.services import (
    audit,
    cohort,
    decision_drafts,
    drafts,
    exams,
    imports,
    inbox,
    markers,
    meetings,
    merging,
    note_history,
    patients,
    symptoms,
    treatments,
    unmerging,
    volumes,
)
from tracker.services.actors import Actor, local_actor

WHY = "registered twice"


@pytest.fixture
def actor(nurse: Actor) -> Actor:
    """The local user of the database of the test."""
    return nurse


def record(db: Database, actor: Actor, patient_id: int) -> PatientRecord:
    return patients.load_record(db, actor, patient_id)


def plain(one: PatientRecord) -> Any:
    """A record without its versions: what a merge and its undoing must give back."""
    return replace(
        one,
        patient=replace(one.patient, version=0),
        exams=tuple(replace(exam, version=0) for exam in one.exams),
    )


def two(db: Database, actor: Actor) -> tuple[Filled, Filled]:
    """Two patients of the same labels, dates and course."""
    return fill_patient(db, actor, "P-001"), fill_patient(db, actor, "P-002", follow_ups=1)


def merge(db: Database, actor: Actor, keep: Filled, other: Filled) -> merging.MergeReceipt:
    return merging.merge_patients(db, actor, keep.patient_id, other.patient_id, reason=WHY)


class TestMerging:
    def test_everything_of_the_other_stands_in_the_kept_record(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)
        before = [record(store, actor, one.patient_id) for one in (keep, other)]
        receipt = merge(store, actor, keep, other)
        after = record(store, actor, keep.patient_id)
        assert after.patient.identifier == "P-001", "the kept patient's own identifier stays the one shown"
        assert [item.label for item in after.lesions] == ["L1", "L2", "L3", "L4", "L5", "L6"]
        assert len(after.exams) == sum(len(one.exams) for one in before)
        assert [course.number for course in after.courses] == [1, 2]
        assert len(after.treatments) == 1, "what both have alike stands once"
        assert receipt.said[0] == "L1 is now L4"
        assert (receipt.kept_version, receipt.merged_version) == (
            before[0].patient.version + 1,
            before[1].patient.version + 1,
        )
        assert migrate.check(store) == ()
        assert audit.verify(store) == ()

    def test_values_keep_their_lesions(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)
        before = record(store, actor, other.patient_id)
        merge(store, actor, keep, other)
        after = record(store, actor, keep.patient_id)
        for exam in before.exams:
            seen = {one.label: one.observation for one in exam.observations}
            now = {one.label: one.observation for one in after.exam(exam.id).observations}
            assert now == {f"L{int(label[1:]) + 3}": value for label, value in seen.items()}
        by_uid = {one.tracking_uid: one.label for one in after.lesions}
        assert {by_uid[one.tracking_uid] for one in before.lesions} == {"L4", "L5", "L6"}

    def test_both_courses_are_judged_as_before(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)

        def answers(patient_id: int) -> list[Any]:
            courses = assess_record(record(store, actor, patient_id))
            return [[(point.sum, point.overall_response) for point in one.assessment.time_points] for one in courses]

        before = answers(keep.patient_id) + answers(other.patient_id)
        merge(store, actor, keep, other)
        assert answers(keep.patient_id) == before

    def test_who_was_merged_away_is_neither_listed_nor_matched(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)
        merge(store, actor, keep, other)
        assert [one.identifier for one in patients.list_patients(store, actor)] == ["P-001"]
        assert patients.list_keys(store) == (keep.patient_id,)
        assert patients.find_patient(store, actor, "P-002") == keep.patient_id
        assert [one.patient.id for one in patients.load_all_records(store, actor)] == [keep.patient_id]
        assert {row.patient_id for row in cohort.load_cohort(store, actor).rows} == {keep.patient_id}
        with pytest.raises(NotFoundError, match=f"merged into that of patient number {keep.patient_id}"):
            patients.patient_version(store, other.patient_id)
        with pytest.raises(NotFoundError, match="was merged into"):
            exams.record_exam(store, actor, other.patient_id, follow_up_draft(date(2026, 9, 7)))
        stage(store, actor, report(identifier="P-002"))
        (item,) = inbox.list_items(store, actor)
        assert item.patient is not None
        assert item.patient.id == keep.patient_id

    def test_exams_of_one_date_and_modality_are_counted_on(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)
        merge(store, actor, keep, other)
        of_the_day = [one for one in record(store, actor, keep.patient_id).exams if one.performed_on == BASELINE]
        assert [one.ordinal for one in of_the_day] == [1, 2]
        versions = audit.list_exam_versions(store, actor, other.baseline_id)
        assert [one.exam.ordinal for one in versions] == [1, 2]
        assert versions[-1].reason == f"records merged: {WHY}"

    def test_a_page_opened_before_the_merge_corrects_nothing(self, store: Database, actor: Actor) -> None:
        """Its L1 is the L1 of the other record, which is L4 now."""
        keep, other = two(store, actor)
        merge(store, actor, keep, other)
        stale = follow_up_draft(FOLLOW_UPS[0], 99, 15)
        with pytest.raises(ConflictError, match="changed this exam"):
            exams.correct_exam(store, actor, other.follow_up_ids[0], stale, expected_version=1, reason="typing error")

    def test_a_table_under_the_old_identifier_meets_no_lesion_of_the_kept(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)
        merge(store, actor, keep, other)
        table = b"patient_id,exam_date,modality,lesion_id,long_axis_mm\nP-002,2026-09-07,CT,L1,30\n"
        found = imports.import_table(store, actor, table, "t.csv", TableOptions())
        assert not found.stored
        assert "'L1' of P-002 is 'L4'" in str(found.problems[0])

    def test_what_only_the_other_says_of_the_person_is_taken_over(self, store: Database, actor: Actor) -> None:
        keep = patients.register_patient(store, actor, builders.patient_draft("A", biomarkers={"RAS": "wild type"}))
        other = patients.register_patient(
            store,
            actor,
            builders.patient_draft("B", sex=Sex.FEMALE, birth_year=1960, biomarkers={"RAS": "x", "BRAF": "V600E"}),
        )
        merging.merge_patients(store, actor, keep.patient_id, other.patient_id, reason=WHY)
        who = record(store, actor, keep.patient_id).patient
        assert (who.sex, who.birth_year, who.biomarkers) == (
            Sex.FEMALE,
            1960,
            {"RAS": "wild type", "BRAF": "V600E"},
        )


class TestRefusals:
    """In words, with nothing changed."""

    @pytest.mark.parametrize(
        ("reason", "said"), [("", "reason: is missing"), ("why", "sex: is male in one record and female in the other")]
    )
    def test_reason_and_person(self, store: Database, actor: Actor, reason: str, said: str) -> None:
        keep = patients.register_patient(store, actor, builders.patient_draft("A", sex=Sex.MALE))
        other = patients.register_patient(store, actor, builders.patient_draft("B", sex=Sex.FEMALE))
        with pytest.raises(InputError, match=said):
            merging.merge_patients(store, actor, keep.patient_id, other.patient_id, reason=reason)
        assert len(patients.list_patients(store, actor)) == 2

    def test_a_patient_with_itself(self, store: Database, actor: Actor) -> None:
        with pytest.raises(InputError, match="with itself"):
            merging.merge_patients(store, actor, 1, 1, reason=WHY)

    def test_one_marker_of_one_day_with_two_values(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)
        for one, value in ((keep, 12), (other, 13)):
            markers.record_marker(
                store, actor, one.patient_id, MarkerDraft("CEA", FOLLOW_UPS[0], Decimal(value), "µg/L")
            )
        with pytest.raises(InputError, match="CEA of 2 Mar 2026: both records have it, and differ"):
            merge(store, actor, keep, other)

    def test_an_undo_of_nothing(self, store: Database, actor: Actor) -> None:
        with pytest.raises(NotFoundError):
            unmerging.undo_merge(store, actor, 5, reason="why")


def busy(db: Database, actor: Actor, one: Filled, number: int) -> None:
    """A little of everything, different for each patient but for what stands once."""
    day = FOLLOW_UPS[0]
    markers.record_marker(db, actor, one.patient_id, MarkerDraft("CEA", day, Decimal("12.4"), "µg/L"))
    markers.record_marker(db, actor, one.patient_id, MarkerDraft("AFP", date(2026, 3, number), Decimal(3), "µg/L"))
    symptoms.record_symptoms(db, actor, one.patient_id, day, ["fatigue"])
    ablation = TreatmentDraft(
        "MWA", TreatmentKind.ABLATION, date(2026, 8, number), date(2026, 8, number), lesions=("L2",)
    )
    treatments.record_treatment(db, actor, one.patient_id, ablation)
    drafts.save_draft(db, actor, one.patient_id, None, 3, {"L1": str(number)})


class TestUndoing:
    def test_both_records_are_as_they_were(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)
        busy(store, actor, keep, 1)
        busy(store, actor, other, 2)
        stage(store, actor, report("1"), report("2", identifier="P-002", accession="A2"))
        before = [plain(record(store, actor, one.patient_id)) for one in (keep, other)]
        receipt = merge(store, actor, keep, other)
        undone = unmerging.undo_merge(store, actor, receipt.merge_id, reason="two persons after all")
        assert [plain(record(store, actor, one.patient_id)) for one in (keep, other)] == before
        assert undone.said == ("L4 is L1 again", "L5 is L2 again", "L6 is L3 again")
        assert [item.patient.id for item in inbox.list_items(store, actor) if item.patient] == [
            keep.patient_id,
            other.patient_id,
        ]
        assert [event.action for event in audit.list_events(store, actor, other.patient_id)][-2:] == [
            "patient.merge",
            "patient.unmerge",
        ]
        assert migrate.check(store) == ()
        assert audit.verify(store) == ()
        with pytest.raises(NotFoundError):
            unmerging.undo_merge(store, actor, receipt.merge_id, reason="again")

    def test_it_can_be_merged_and_undone_again(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)
        before = [plain(record(store, actor, one.patient_id)) for one in (keep, other)]
        for _ in range(2):
            receipt = merge(store, actor, keep, other)
            unmerging.undo_merge(store, actor, receipt.merge_id, reason="two persons")
        receipt = merge(store, actor, other, keep)
        unmerging.undo_merge(store, actor, receipt.merge_id, reason="two persons")
        assert [plain(record(store, actor, one.patient_id)) for one in (keep, other)] == before

    def test_an_exam_of_lesions_of_both_is_named_and_keeps_them_together(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)
        receipt = merge(store, actor, keep, other)
        mixed = exam_draft(date(2026, 9, 7), measured("L1", 20), measured("L4", 19))
        exam = exams.record_exam(store, actor, keep.patient_id, mixed)
        with pytest.raises(ConflictError, match="CT of 7 Sep 2026: entered since, speaks of lesions"):
            unmerging.undo_merge(store, actor, receipt.merge_id, reason="two persons")
        assert patients.find_patient(store, actor, "P-002") == keep.patient_id
        exams.withdraw_exam(store, actor, exam.exam_id, expected_version=1, reason="of two persons")
        unmerging.undo_merge(store, actor, receipt.merge_id, reason="two persons")
        assert patients.find_patient(store, actor, "P-002") == other.patient_id

    def test_what_was_entered_since_goes_with_the_lesions_it_speaks_of(self, store: Database, actor: Actor) -> None:
        keep = fill_patient(store, actor, "P-001")
        other = patients.register_patient(store, actor, builders.patient_draft("P-002")).patient_id
        first = exam_draft(
            date(2026, 2, 2), measured("L1", 11), lesions=(lesion("L1", Segment.V),), modality=Modality.US
        )
        exams.record_exam(store, actor, other, first)
        receipt = merging.merge_patients(store, actor, keep.patient_id, other, reason=WHY)
        later = exam_draft(
            date(2026, 4, 2),
            measured("L4", 12),
            measured("L5", 9),
            lesions=(lesion("L5", Segment.VI),),
            modality=Modality.US,
        )
        theirs = exams.record_exam(store, actor, keep.patient_id, later)
        mine = exams.record_exam(store, actor, keep.patient_id, follow_up_draft(date(2026, 9, 7)))
        unmerging.undo_merge(store, actor, receipt.merge_id, reason="two persons")
        assert {exam.id for exam in record(store, actor, other).exams} >= {theirs.exam_id}
        assert [one.label for one in record(store, actor, other).lesions] == ["L1", "L5"]
        assert mine.exam_id in {exam.id for exam in record(store, actor, keep.patient_id).exams}
        assert audit.verify(store) == ()

    def test_merges_upon_merges_are_undone_from_the_last(self, store: Database, actor: Actor) -> None:
        first, second = two(store, actor)
        third = fill_patient(store, actor, "P-003", follow_ups=0)
        before = [plain(record(store, actor, one.patient_id)) for one in (first, second, third)]
        one = merge(store, actor, second, third)
        two_ = merge(store, actor, first, second)
        with pytest.raises(ConflictError, match="undo that merge first"):
            unmerging.undo_merge(store, actor, one.merge_id, reason="no")
        assert unmerging.find_merge(store, actor, first.patient_id, None, "P-003") == two_.merge_id
        unmerging.undo_merge(store, actor, two_.merge_id, reason="no")
        unmerging.undo_merge(store, actor, one.merge_id, reason="no")
        assert [plain(record(store, actor, one.patient_id)) for one in (first, second, third)] == before

    def test_a_draft_is_never_read_under_other_labels(self, store: Database, actor: Actor) -> None:
        keep, other = two(store, actor)
        drafts.save_draft(store, actor, other.patient_id, None, 3, {"L1": "23"})
        receipt = merge(store, actor, keep, other)
        assert drafts.load_draft(store, actor, keep.patient_id) is None
        assert receipt.said[-1] == "1 unsaved draft of the merged patient discarded"

    def test_a_draft_moves_where_labels_stay(self, store: Database, actor: Actor) -> None:
        keep = patients.register_patient(store, actor, builders.patient_draft("P-001")).patient_id
        other = fill_patient(store, actor, "P-002").patient_id
        drafts.save_draft(store, actor, other, None, 3, {"L1": "23"})
        receipt = merging.merge_patients(store, actor, keep, other, reason=WHY)
        assert drafts.load_draft(store, actor, keep) is not None
        unmerging.undo_merge(store, actor, receipt.merge_id, reason="no")
        assert drafts.load_draft(store, actor, other) is not None

    def test_what_was_corrected_of_the_person_since_stays(self, store: Database, actor: Actor) -> None:
        keep = patients.register_patient(store, actor, builders.patient_draft("A"))
        other = patients.register_patient(store, actor, builders.patient_draft("B", birth_year=1960, ecog=1))
        receipt = merging.merge_patients(store, actor, keep.patient_id, other.patient_id, reason=WHY)
        corrected = builders.patient_draft("A", birth_year=1961, ecog=1)
        patients.correct_patient(
            store, actor, keep.patient_id, corrected, expected_version=2, reason="letter of the ward"
        )
        unmerging.undo_merge(store, actor, receipt.merge_id, reason="no")
        who = record(store, actor, keep.patient_id).patient
        assert (who.birth_year, who.ecog) == (1961, None)


def test_facts_for_the_meeting_move_with_a_merge_and_come_back(store: Database, actor: Actor) -> None:
    """Remnants, dismissed notes, drafts of decisions, margins of ablation, and what is known of one primary."""
    keep, other = two(store, actor)
    day = date(2026, 9, 1)
    for one in (keep, other):
        volumes.record_volume(store, actor, one.patient_id, VolumeDraft(day, Decimal(500)))
        note_history.dismiss(store, actor, one.patient_id, "N05", "b2", "known")
        decision_drafts.save(store, actor, one.patient_id, None, {"outcome": str(one.patient_id)})
    meeting = meetings.open_meeting(store, actor, day, "board")
    decision_drafts.save(store, actor, other.patient_id, meeting, {"outcome": "resect"})
    volumes.record_volume(store, actor, other.patient_id, VolumeDraft(day, Decimal(420), resection="right"))
    note_history.dismiss(store, actor, other.patient_id, "N07", "c3", "known too")
    ablation = TreatmentDraft("MWA", TreatmentKind.ABLATION, day, day, lesions=("L1",), margins={"L1": builders.mm(6)})
    treatments.record_treatment(store, actor, other.patient_id, ablation)
    facts = builders.patient_draft(
        "P-002",
        tumour=PrimaryTumour(t_stage="pT3", n_stage="pN0", diagnosed_on=RoughDate.parse("2025-01")),
        ecog=1,
        ecog_on=day,
        biomarkers={"RAS": "wild type"},
        biomarkers_on={"RAS": day},
        died_on=day,
    )
    version = patients.patient_version(store, other.patient_id)
    patients.correct_patient(store, actor, other.patient_id, facts, expected_version=version, reason="letter")
    before = [plain(record(store, actor, one.patient_id)) for one in (keep, other)]
    notes = [note_history.list_dismissals(store, one.patient_id) for one in (keep, other)]
    receipt = merge(store, actor, keep, other)
    merged = record(store, actor, keep.patient_id)
    assert [one.remnant_ml for one in merged.volumes] == [500, 420]
    assert [one.note_id for one in note_history.list_dismissals(store, keep.patient_id)] == ["N05", "N07"]
    assert (merged.patient.tumour, merged.patient.died_on) == (facts.tumour, day)
    assert (merged.patient.ecog_on, merged.patient.biomarkers_on) == (day, {"RAS": day})
    assert next(one for one in merged.treatments if one.name == "MWA").margins == {"L4": builders.mm(6)}
    drafted = [decision_drafts.load(store, actor, keep.patient_id, key) for key in (None, meeting)]
    assert [one and one.content["outcome"] for one in drafted] == [str(keep.patient_id), "resect"]
    assert "unsaved draft" in " ".join(receipt.said)
    unmerging.undo_merge(store, actor, receipt.merge_id, reason="no")
    assert [plain(record(store, actor, one.patient_id)) for one in (keep, other)] == before
    assert [note_history.list_dismissals(store, one.patient_id) for one in (keep, other)] == notes
    assert decision_drafts.load(store, actor, other.patient_id, meeting) is not None


def test_the_stage_of_another_primary_is_not_taken(store: Database, actor: Actor) -> None:
    keep, other = two(store, actor)
    facts = builders.patient_draft("P-002", primary=Primary.BREAST, tumour=PrimaryTumour(n_stage="pN1"), asa=2)
    patients.correct_patient(store, actor, other.patient_id, facts, expected_version=3, reason="letter")
    merge(store, actor, keep, other)
    who = record(store, actor, keep.patient_id).patient
    assert (who.primary, who.tumour.n_stage, who.asa) == (Primary.COLORECTAL, None, 2)


def test_two_records_that_cannot_be_one_life_are_not_merged(store: Database, actor: Actor) -> None:
    keep, other = two(store, actor)
    for one, version, said in (
        (keep, 4, {"last_alive_on": date(2026, 9, 2)}),
        (other, 3, {"died_on": date(2026, 9, 1)}),
    ):
        identifier = record(store, actor, one.patient_id).patient.identifier
        draft = builders.patient_draft(identifier, **said)
        patients.correct_patient(store, actor, one.patient_id, draft, expected_version=version, reason="registry")
    with pytest.raises(InputError, match="last known alive: 2026-09-02 in one record is after the death in the other"):
        merge(store, actor, keep, other)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[date, tuple[int, ...], Modality]]:
    """The exams of a patient: dates, sizes of up to three lesions, modality."""
    days = draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 3, 31)), min_size=0, max_size=4, unique=True))
    sizes = st.lists(st.integers(10, 90), min_size=1, max_size=3).map(tuple)
    return [(day, draw(sizes), draw(st.sampled_from([Modality.CT, Modality.MR]))) for day in sorted(days)]


def enter(db: Database, actor: Actor, identifier: str, history: list[tuple[date, tuple[int, ...], Modality]]) -> int:
    """A patient of that history, with a marker for every exam; a course where there is an exam."""
    patient_id = patients.register_patient(db, actor, builders.patient_draft(identifier)).patient_id
    known: set[str] = set()
    for number, (day, sizes, modality) in enumerate(history):
        labels = [f"L{at}" for at in range(1, len(sizes) + 1)]
        fresh = tuple(lesion(label, Segment.V) for label in labels if label not in known)
        known |= set(labels)
        seen = [measured(label, size) for label, size in zip(labels, sizes, strict=True)]
        exams.record_exam(db, actor, patient_id, exam_draft(day, *seen, lesions=fresh, modality=modality))
        markers.record_marker(db, actor, patient_id, MarkerDraft(f"M{number}", day, Decimal(number), "U/L"))
    return patient_id


@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(mine=histories(), theirs=histories())
def test_merge_then_undo_gives_back_both_records(
    db: Database,
    mine: list[tuple[date, tuple[int, ...], Modality]],
    theirs: list[tuple[date, tuple[int, ...], Modality]],
) -> None:
    """Whatever two records hold: merged, all of both is there; undone, each is what it was, versions aside."""
    actor = local_actor(db)
    number = len(patients.list_patients(db, actor))
    ids = enter(db, actor, f"K-{number}", mine), enter(db, actor, f"O-{number}", theirs)
    before = [plain(record(db, actor, key)) for key in ids]
    try:
        receipt = merging.merge_patients(db, actor, *ids, reason=WHY)
    except InputError as refusal:
        assert "both records have it, and differ" in str(refusal)  # noqa: PT017 - a refusal is an answer too
        return
    merged = record(db, actor, ids[0])
    assert len(merged.exams) == sum(len(one.exams) for one in before)
    assert len({one.label.casefold() for one in merged.lesions}) == len(merged.lesions)
    assert sorted(one.tracking_uid for one in merged.lesions) == sorted(
        item.tracking_uid for one in before for item in one.lesions
    )
    unmerging.undo_merge(db, actor, receipt.merge_id, reason="no")
    assert [plain(record(db, actor, key)) for key in ids] == before
    with db.read() as session:
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
