"""Bad drafts: every problem is named at its place, all of them at once, and nothing is stored."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.builders import (
    BASELINE,
    ROLES,
    baseline_draft,
    course_draft,
    exam_draft,
    fill_patient,
    follow_up_draft,
    lesion,
    measured,
    patient_draft,
    seen,
)
from tests.support.databases import TODAY
from tracker.db.engine import Database
from tracker.domain.drafts import ExamDraft, MarkerDraft, TreatmentDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import RecordedObservation, StatedCount
from tracker.domain.vocabulary import (
    Certainty,
    CountKind,
    LesionRole,
    Modality,
    Segment,
    State,
    TreatmentKind,
)
from tracker.errors import InputError
from tracker.services import courses, exams, markers, patients, symptoms, treatments
from tracker.services.actors import Actor

TOMORROW = TODAY + timedelta(days=1)
DAY = date(2026, 9, 1)
mm = Length.from_mm


def exam(*observations: RecordedObservation, **given: Any) -> ExamDraft:
    return exam_draft(given.pop("performed_on", DAY), *observations, **given)


# The patient has L1 and L2 (targets) and L3 (non-target); the baseline is of 2026-01-05. Each row: a draft, the place of its
# one problem, and words of its sentence.
EXAMS: list[tuple[str, ExamDraft, str, str]] = [
    ("future", exam(performed_on=TOMORROW), "performed on", "in the future"),
    ("long ago", exam(performed_on=date(26, 9, 1)), "performed on", "before 1970"),
    ("with a time", exam(performed_on=datetime(2026, 9, 1, 8)), "performed on", "calendar date"),  # noqa: DTZ001
    ("as text", exam(performed_on="2026-09-01"), "performed on", "calendar date"),  # type: ignore[arg-type]
    ("reported first", exam(reported_on=DAY - timedelta(days=1)), "reported on", "before the exam"),
    ("reported in the future", exam(reported_on=TOMORROW), "reported on", "in the future"),
    ("modality", exam(modality="XYZ"), "modality", "right is one of CT, MR, PET/CT"),
    ("ordinal 0", exam(ordinal=0), "ordinal", "right is 1 to 20"),
    ("slice 0", exam(slice_thickness=Length(0)), "slice thickness", "more than 0"),
    ("slice 60 mm", exam(slice_thickness=mm(60)), "slice thickness", "at most 50 mm"),
    ("status", exam(status="draft"), "report status", "preliminary, final, corrected"),
    ("count without number", exam(liver_count=StatedCount(CountKind.EXACT)), "number of liver lesions", "needs the number"),
    ("count below 0", exam(liver_count=StatedCount(CountKind.EXACT, -1)), "number of liver lesions", "0 to 1000"),
    ("many, with number", exam(liver_count=StatedCount(CountKind.MULTIPLE, 7)), "number of liver lesions", "at least 7"),
    ("statement", exam(statements={"bone": "perhaps"}), "new disease, bone", "stated none, not mentioned, yes"),
    ("two lines", exam(phase="portal\nvenous"), "phase", "one line"),
    ("long phase", exam(phase="x" * 201), "phase", "at most 200"),
    ("NUL", exam(remark="a\x00b"), "remark", "no text"),
    ("half a character", exam(remark="a\ud800"), "remark", "no text"),
    ("long report", exam(report_text="x" * 200_001), "report", "at most 200,000"),
    ("uptake minutes", exam(uptake_minutes=0), "uptake minutes", "1 to 600"),
    ("unknown label", exam(measured("L9", 10)), "L9", "not a lesion of this patient; known are L1, L2, L3"),
    ("other case", exam(measured("l1", 10)), "l1", "not a lesion of this patient"),
    ("entered twice", exam(measured("L1", 10), measured("L1", 11)), "L1", "entered twice"),
    ("state", exam(seen("L1", "gone")), "L1", "'gone' is not known"),  # type: ignore[arg-type]
    ("no size", exam(seen("L1", State.MEASURED)), "L1", "'measured' but has no size"),
    ("0.9 mm", exam(measured("L1", "0.9")), "L1", "under 1 mm"),
    ("0 mm", exam(measured("L1", 0)), "L1", "no longer seen is 'absent'"),
    ("301 mm", exam(measured("L1", 301)), "L1", "over 300 mm"),
    ("short over long", exam(measured("L1", 10, 11)), "L1", "longer than the longest diameter"),
    ("part 0.5 mm", exam(seen("L1", State.SPLIT, parts=(mm(9), Length(500)))), "L1", "part 0.5 mm is under 1 mm"),
    ("absent with size", exam(seen("L1", State.ABSENT, longest=mm(9))), "L1", "one of the two"),
    ("not mentioned with size", exam(seen("L1", State.NOT_MENTIONED, longest=mm(9))), "L1", "one of the two"),
    ("no reason", exam(seen("L1", State.NOT_EVALUABLE)), "L1", "without a reason"),
    ("blank reason", exam(seen("L1", State.NOT_EVALUABLE, reason="  ")), "L1", "without a reason"),
    ("merged into nothing", exam(seen("L2", State.MERGED)), "L2", "into which lesion is not said"),
    ("merged into unknown", exam(seen("L2", State.MERGED, into="L8")), "L2", "'L8', which is not a lesion"),
    ("merged into itself", exam(seen("L2", State.MERGED, into="L2")), "L2", "into itself"),
    ("into but not merged", exam(seen("L2", State.ABSENT, into="L1")), "L2", "its state is 'absent'"),
    ("split in one", exam(seen("L1", State.SPLIT, parts=(mm(9),))), "L1", "no two parts"),
    ("parts but not split", exam(seen("L1", State.MEASURED, longest=mm(9), parts=(mm(5), mm(4)))), "L1", "has parts"),
    ("recurrence, how sure", exam(seen("L1", State.RECURRENCE)), "L1", "equivocal or unequivocal"),
    ("treated later", exam(seen("L1", State.TREATED, treated_on=DAY + timedelta(days=1))), "L1", "after the exam"),
    ("dated otherwise", exam(seen("L1", State.PRESENT, on=DAY - timedelta(days=1))), "L1", "the exam was performed on"),
    ("another modality", exam(seen("L1", State.PRESENT, modality=Modality.MR)), "L1", "but the exam is CT"),
    ("uptake on CT", exam(seen("L1", State.PRESENT, suv_max=Decimal(4))), "L1", "belongs to PET/CT"),
    ("qualifier", exam(dataclasses.replace(measured("L1", 9), qualifier="~")), "L1", "one of <, >=, approx"),
    ("qualifier of nothing", exam(dataclasses.replace(seen("L1", State.ABSENT), qualifier="<")), "L1", "but no size"),
    ("attenuation", exam(seen("L1", State.PRESENT, attenuation_hu=Decimal(9000))), "L1, attenuation", "-1100 to 4000"),
    ("not a number", exam(seen("L1", State.PRESENT, attenuation_hu=Decimal("NaN"))), "L1, attenuation", "must be a number"),
    ("target said to progress", exam(seen("L1", State.UNEQUIVOCAL_PROGRESSION)), "L1", "said of non-targets only"),
    ("target said to be new", exam(seen("L1", State.UNEQUIVOCAL)), "L1", "said of new lesions only"),
    ("new, label taken in other case", exam(measured("l1", 9), lesions=(lesion("l1"),)), "l1", "recorded already"),
    ("new, not observed", exam(lesions=(lesion("L4"),)), "L4", "the exam says nothing of it"),
    ("new, long label", exam(measured("L" * 21, 9), lesions=(lesion("L" * 21),)), "L" * 21, "at most 20"),
    (
        "segment of the lung",
        exam(measured("L4", 9), lesions=(lesion("L4", Segment.II, organ="lung"),)),
        "L4",
        "belong to the liver only",
    ),
    ("segment twice", exam(measured("L4", 9), lesions=(lesion("L4", Segment.II, Segment.II),)), "L4", "twice"),
    ("segment XI", exam(measured("L4", 9), lesions=(lesion("L4", "XI"),)), "L4, segment", "not known"),  # type: ignore[arg-type]
    ("no organ", exam(measured("L4", 9), lesions=(lesion("L4", organ=" "),)), "L4, organ", "is missing"),
    ("role", exam(measured("L4", 9), lesions=(lesion("L4", role="main"),)), "L4, role", "not known"),
    (
        "first seen later",
        exam(measured("L4", 9), lesions=(lesion("L4", first_seen=DAY + timedelta(days=1)),)),
        "L4",
        "after the exam",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("draft", "place", "words"), [row[1:] for row in EXAMS], ids=[row[0] for row in EXAMS])
def test_a_bad_exam_is_refused_at_its_place(
    db: Database, actor: Actor, draft: ExamDraft, place: str, words: str
) -> None:
    filled = fill_patient(db, actor)
    before = patients.load_record(db, actor, filled.patient_id)
    with pytest.raises(InputError) as refusal:
        exams.record_exam(db, actor, filled.patient_id, draft)
    assert [problem.place for problem in refusal.value.problems] == [place]
    assert words in refusal.value.problems[0].text
    with pytest.raises(InputError) as refusal:
        exams.correct_exam(db, actor, filled.follow_up_ids[0], draft, expected_version=1, reason="test")
    assert place in [problem.place for problem in refusal.value.problems]
    assert patients.load_record(db, actor, filled.patient_id) == before


def test_a_new_lesion_has_a_label_of_its_own(db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    with pytest.raises(InputError, match="L1: is the label of a lesion that is recorded already; known are L1, L2, L3"):
        exams.record_exam(db, actor, filled.patient_id, exam(measured("L1", 9), lesions=(lesion("L1"),)))


def test_all_problems_are_named_at_once(store: Database, nurse: Actor) -> None:
    filled = fill_patient(store, nurse)
    draft = exam(
        measured("L1", 400),
        measured("L1", 10, 12),
        seen("L2", State.MERGED, into="L7"),
        seen("L9", State.NOT_EVALUABLE),
        performed_on=TOMORROW,
        reported_on=DAY,
        lesions=(lesion("L3", Segment.I, organ="bone"), lesion("L5"), lesion("L5")),
    )
    with pytest.raises(InputError) as refusal:
        exams.record_exam(store, nurse, filled.patient_id, draft)
    told = {(problem.place, problem.text.split(";")[0].split(",")[0]) for problem in refusal.value.problems}
    assert {
        ("performed on", "2026-11-25 is in the future"),
        ("reported on", "2026-09-01 is before the exam of 2026-11-25"),
        ("L1", "longest diameter 400 mm is over 300 mm"),
        ("L1", "is entered twice"),
        ("L1", "short axis 12 mm is longer than the longest diameter 10 mm"),
        ("L2", "is merged into 'L7'"),
        ("L9", "is not a lesion of this patient"),
        ("L9", "is 'not evaluable' without a reason"),
        ("L3", "is the label of a lesion that is recorded already"),
        ("L3", "lies in 'bone'"),
        ("L5", "is described twice"),
        ("L5", "is new but the exam says nothing of it: give its size or its state"),
    } <= told


def test_lesions_merged_in_a_circle_are_refused(db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    circle = exam(seen("L1", State.MERGED, into="L2"), seen("L2", State.MERGED, into="L1"))
    with pytest.raises(InputError, match="merged in a circle"):
        exams.record_exam(db, actor, filled.patient_id, circle)


def test_nothing_is_merged_into_a_lesion_that_is_absent(store: Database, nurse: Actor) -> None:
    filled = fill_patient(store, nurse)
    gone = exam(seen("L1", State.MERGED, into="L2"), seen("L2", State.ABSENT))
    with pytest.raises(InputError, match="L2 carries the size of both and is absent at the same time") as refusal:
        exams.record_exam(store, nurse, filled.patient_id, gone)
    assert [problem.place for problem in refusal.value.problems] == ["L1"]
    assert len(patients.load_record(store, nurse, filled.patient_id).exams) == 3


def test_a_scan_before_the_patients_birth_is_refused(store: Database, nurse: Actor) -> None:
    born = patient_draft("BORN", birth_year=1990)
    patient_id = patients.register_patient(store, nurse, born).patient_id
    with pytest.raises(InputError, match="performed on: 1989-12-31 is before the patient's birth in 1990"):
        exams.record_exam(store, nurse, patient_id, exam(performed_on=date(1989, 12, 31)))
    exams.record_exam(store, nurse, patient_id, exam(performed_on=date(1990, 1, 1)))
    assert len(patients.load_record(store, nurse, patient_id).exams) == 1


@pytest.mark.parametrize("size", [1, 300])
def test_the_smallest_and_the_largest_size_are_stored(db: Database, actor: Actor, size: int) -> None:
    filled = fill_patient(db, actor)
    exams.record_exam(db, actor, filled.patient_id, exam(measured("L1", size)))
    assert patients.load_record(db, actor, filled.patient_id).exams[-1].observations == (measured("L1", size),)


def test_a_pet_exam_may_measure_uptake_only(db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    pet = exam(seen("L1", State.MEASURED, sul_peak=Decimal("4.1")), modality=Modality.PET_CT)
    assert not exams.record_exam(db, actor, filled.patient_id, pet).already_stored
    mixed = exam(
        seen("L1", State.MEASURED, sul_peak=Decimal("4.1")), measured("L2", 9), modality=Modality.PET_CT, ordinal=2
    )
    with pytest.raises(InputError, match="L1: is 'measured' but has no size"):
        exams.record_exam(db, actor, filled.patient_id, mixed)


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_correction_and_a_withdrawal_need_a_reason(db: Database, actor: Actor, reason: str) -> None:
    filled = fill_patient(db, actor)
    before = patients.load_record(db, actor, filled.patient_id)
    exam_id = filled.follow_up_ids[1]
    draft = follow_up_draft(date(2026, 5, 4), 24, 13)
    with pytest.raises(InputError, match="reason: is missing"):
        exams.correct_exam(db, actor, exam_id, draft, expected_version=1, reason=reason)
    with pytest.raises(InputError, match="reason: is missing"):
        exams.withdraw_exam(db, actor, exam_id, expected_version=1, reason=reason)
    assert patients.load_record(db, actor, filled.patient_id) == before


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"identifier": ""}, "identifier", "is missing"),
        ({"identifier": " \t"}, "identifier", "is missing"),
        ({"identifier": "P\u200b1"}, "identifier", "plain text"),
        ({"birth_year": 1850}, "birth year", "1906 to 2026"),
        ({"birth_year": 2027}, "birth year", "1906 to 2026"),
        ({"birth_year": True}, "birth year", "whole number"),
        ({"sex": "f"}, "sex", "female, male, other, unknown"),
        ({"primary": "bowel"}, "primary", "colorectal"),
        ({"ecog": 5}, "ECOG", "0 to 4"),
        ({"biomarkers": {"RAS": " "}}, "biomarker RAS", "is missing"),
        ({"name": "x" * 201}, "name", "at most 200"),
    ],
)
def test_a_bad_patient_is_refused_at_its_place(
    db: Database, actor: Actor, given: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(InputError) as refusal:
        patients.register_patient(db, actor, patient_draft(**given))
    assert [problem.place for problem in refusal.value.problems] == [place]
    assert words in refusal.value.problems[0].text
    assert patients.list_patients(db, actor) == ()


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"name": ""}, "course", "is missing"),
        ({"kind": "drug"}, "kind of course", "systemic, local, surveillance"),
        ({"start": date(2027, 6, 1)}, "course start", "in the future"),
        ({"criterion": "recist-2"}, "criterion", "right is recist-1.1"),
        ({"criterion": "mRECIST"}, "criterion", "enhances in the arterial phase"),
        ({"baseline_exam_id": 1}, "baseline", "one of the two"),
        ({"baseline": None, "baseline_exam_id": 77}, "baseline", "not in this patient's record"),
        ({"roles": {**ROLES, "L9": LesionRole.TARGET}}, "L9", "not a lesion of this patient"),
        ({"roles": {"L1": LesionRole.TARGET, "L3": LesionRole.NON_TARGET}}, "L2", "say whether it is a target"),
        ({"roles": {**ROLES, "L2": LesionRole.NEW}}, "L2", "cannot be new in this course"),
        ({"roles": {**ROLES, "L3": LesionRole.TARGET}}, "L3", "its longest diameter is needed"),
        ({"baseline": baseline_draft(TOMORROW)}, "performed on", "in the future"),
        ({"baseline": baseline_draft(modality=Modality.US)}, "baseline", "nothing that enters a sum"),
        (
            {"treatment": TreatmentDraft("", TreatmentKind.SYSTEMIC, BASELINE)},
            "treatment",
            "is missing",
        ),
        (
            {"treatment": TreatmentDraft("MWA", TreatmentKind.ABLATION, BASELINE, lesions=("L1", "L7"))},
            "treatment",
            "'L7' is not a lesion",
        ),
    ],
)
def test_a_bad_course_is_refused_at_its_place(
    db: Database, actor: Actor, given: dict[str, Any], place: str, words: str
) -> None:
    patient = patients.register_patient(db, actor, patient_draft())
    before = patients.load_record(db, actor, patient.patient_id)
    draft = dataclasses.replace(course_draft(), **given)
    with pytest.raises(InputError) as refusal:
        courses.start_course(db, actor, patient.patient_id, draft)
    assert [problem.place for problem in refusal.value.problems] == [place]
    assert words in refusal.value.problems[0].text
    assert patients.load_record(db, actor, patient.patient_id) == before


def test_the_target_of_a_node_needs_its_short_axis(db: Database, actor: Actor) -> None:
    patient = patients.register_patient(db, actor, patient_draft())
    baseline = exam_draft(BASELINE, measured("N1", 22), lesions=(lesion("N1", organ="lymph node"),))
    with pytest.raises(InputError, match="N1: is a target: its short axis is needed"):
        courses.start_course(db, actor, patient.patient_id, course_draft(baseline, roles={"N1": LesionRole.TARGET}))


def test_six_targets_three_an_organ_are_stored(db: Database, actor: Actor) -> None:
    """Five targets and two an organ (RECIST 1.1, 3.1.2) are limits to remark on, not to refuse."""
    patient = patients.register_patient(db, actor, patient_draft())
    labels = [f"L{number}" for number in range(1, 7)]
    baseline = exam_draft(
        BASELINE, *(measured(label, 20) for label in labels), lesions=tuple(lesion(label) for label in labels)
    )
    roles = dict.fromkeys(labels, LesionRole.TARGET)
    saved = courses.start_course(db, actor, patient.patient_id, course_draft(baseline, roles=roles))
    record = patients.load_record(db, actor, patient.patient_id)
    assert record.courses[0].id == saved.course_id
    assert record.courses[0].plan.roles == roles


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"name": ""}, "marker", "is missing"),
        ({"taken_on": TOMORROW}, "taken on", "in the future"),
        ({"value": Decimal(-1)}, "value", "not possible"),
        ({"value": Decimal("Infinity")}, "value", "must be a number"),
        ({"value": Decimal("1e999999")}, "value", "1E+999999 is not possible"),
        ({"value": 3.5}, "value", "must be a number"),
        ({"value": Decimal("1.1234567890123")}, "value", "more than 12 digits"),
        ({"unit": ""}, "unit", "is missing"),
        ({"upper_limit": Decimal(-5)}, "upper limit", "not possible"),
        ({"name": "bilirubin", "value": Decimal(1001), "unit": "µmol/L"}, "value", "over 1000 µmol/L"),
    ],
)
def test_a_bad_marker_is_refused_at_its_place(
    db: Database, actor: Actor, given: dict[str, Any], place: str, words: str
) -> None:
    patient = patients.register_patient(db, actor, patient_draft())
    draft = dataclasses.replace(MarkerDraft("CEA", DAY, Decimal(4), "µg/L"), **given)
    with pytest.raises(InputError) as refusal:
        markers.record_marker(db, actor, patient.patient_id, draft)
    assert [problem.place for problem in refusal.value.problems] == [place]
    assert words in refusal.value.problems[0].text


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"name": " "}, "treatment", "is missing"),
        ({"kind": "drug"}, "kind of treatment", "not known"),
        ({"start": TOMORROW}, "treatment start", "in the future"),
        ({"stop": DAY - timedelta(days=1)}, "treatment stop", "before its start"),
        ({"stop": date.max}, "treatment stop", "more than five years ahead"),
        ({"start": date.max, "planned": True}, "treatment start", "more than five years ahead"),
        ({"cycles": -1}, "cycles", "0 to 200"),
        ({"lesions": ("L1", "L1")}, "treatment", "names L1 twice"),
        ({"lesions": ("L8",)}, "treatment", "'L8' is not a lesion"),
    ],
)
def test_a_bad_treatment_is_refused_at_its_place(
    db: Database, actor: Actor, given: dict[str, Any], place: str, words: str
) -> None:
    filled = fill_patient(db, actor)
    draft = dataclasses.replace(TreatmentDraft("MWA", TreatmentKind.ABLATION, DAY, lesions=("L1",)), **given)
    with pytest.raises(InputError) as refusal:
        treatments.record_treatment(db, actor, filled.patient_id, draft)
    assert [problem.place for problem in refusal.value.problems] == [place]
    assert words in refusal.value.problems[0].text


@pytest.mark.parametrize(
    ("told_on", "told", "place"),
    [(TOMORROW, ["fever"], "told on"), (DAY, [], "symptoms"), (DAY, ["fever", " "], "symptoms")],
)
def test_bad_symptoms_are_refused_at_their_place(
    db: Database, actor: Actor, told_on: date, told: list[str], place: str
) -> None:
    patient = patients.register_patient(db, actor, patient_draft())
    with pytest.raises(InputError) as refusal:
        symptoms.record_symptoms(db, actor, patient.patient_id, told_on, told)
    assert [problem.place for problem in refusal.value.problems] == [place]


def test_a_recurrence_says_how_sure_it_is(db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    sure = RecordedObservation("L1", Observation(State.RECURRENCE, certainty=Certainty.UNEQUIVOCAL))
    assert exams.record_exam(db, actor, filled.patient_id, exam(sure)).exam_version == 1


def test_today_can_be_given(db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    with pytest.raises(InputError, match="today is 2026-08-31"):
        exams.record_exam(db, actor, filled.patient_id, exam(measured("L1", 9)), today=date(2026, 8, 31))
    assert exams.record_exam(db, actor, filled.patient_id, exam(measured("L1", 9)), today=DAY).exam_version == 1
