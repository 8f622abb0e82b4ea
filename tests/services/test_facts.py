"""Facts for the meeting: the primary, looks of lesions, disease outside the liver, local treatment. Stored whole, corrected
with a reason, refused at their place."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.builders import (
    FOLLOW_UPS,
    exam_draft,
    fill_patient,
    follow_up_draft,
    measured,
    mm,
    patient_draft,
    seen,
)
from tests.support.databases import TODAY
from tracker.db.engine import Database
from tracker.domain.drafts import ExamDraft, PatientDraft, TreatmentDraft
from tracker.domain.looks import appearance_at
from tracker.domain.record import RecordedObservation, SiteFinding, StatedCount, VesselContact
from tracker.domain.tumour import PrimaryTumour, RoughDate, say_timing
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    CountKind,
    Enhancement,
    Residual,
    Site,
    SiteStatement,
    State,
    Statement,
    TreatmentKind,
    Vessel,
    VesselRelation,
)
from tracker.errors import ConflictError, InputError
from tracker.services import audit, exams, patients, treatments
from tracker.services.actors import Actor

DAY = date(2026, 9, 1)
WHOLE = patient_draft(
    tumour=PrimaryTumour(
        "adenocarcinoma", "pT3", "pN1b", False, RoughDate.parse("2024-03"), RoughDate.parse("2024-04-02")
    ),
    metastases_on=RoughDate.parse("2025-06"),
    asa=2,
    comorbidity="diabetes",
    ecog=1,
    ecog_on=DAY,
    biomarkers={"RAS": "KRAS G12D", "HER2": "pending"},
    biomarkers_on={"RAS": date(2024, 5, 1)},
    last_alive_on=DAY,
)


def test_all_facts_of_a_patient_are_corrected_with_one_reason(store: Database, nurse: Actor) -> None:
    saved = patients.register_patient(store, nurse, patient_draft())
    key = saved.patient_id
    patients.correct_patient(store, nurse, key, WHOLE, expected_version=1, reason="letter of the surgeon")
    patient = patients.load_record(store, nurse, key).patient
    names = [field.name for field in dataclasses.fields(PatientDraft) if field.name not in ("identifier", "authority")]
    assert {name: getattr(patient, name) for name in names} == {name: getattr(WHOLE, name) for name in names}
    assert say_timing(patient) == "metachronous, 15 months"
    event = audit.list_events(store, nurse, key)[-1]
    assert event.after is not None
    assert event.after["tumour"]["n_stage"] == "pN1b"
    again = patients.correct_patient(store, nurse, key, WHOLE, expected_version=2, reason="again")
    assert (again.already_stored, again.version) == (True, 2)


def test_a_registration_with_another_stage_is_a_conflict(store: Database, nurse: Actor) -> None:
    patients.register_patient(store, nurse, WHOLE)
    assert patients.register_patient(store, nurse, WHOLE).already_stored
    other = dataclasses.replace(WHOLE, tumour=dataclasses.replace(WHOLE.tumour, n_stage="pN0"))
    with pytest.raises(ConflictError, match="primary tumour") as conflict:
        patients.register_patient(store, nurse, other)
    assert "pT3 pN0" in conflict.value.mine[0].text
    assert "pT3 pN1b" in conflict.value.theirs[0].text


def tumour(**given: Any) -> dict[str, Any]:
    return {"tumour": dataclasses.replace(WHOLE.tumour, **given)}


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        (tumour(t_stage="T5"), "T stage", "TX, T0, Tis or T1 to T4"),
        (tumour(t_stage="pN1"), "T stage", "as in pT3"),
        (tumour(n_stage="positive"), "N stage", "NX or N0 to N3"),
        (tumour(in_place=True), "primary in place", "was resected (2024-04-02)"),
        (tumour(resected_on=RoughDate.parse("2024-02")), "primary resected", "before its diagnosis of 2024-03"),
        (tumour(diagnosed_on=RoughDate.parse("1924"), resected_on=None), "primary diagnosed", "before 1970"),
        ({"metastases_on": RoughDate(TODAY + timedelta(days=1))}, "metastases found", "in the future"),
        ({"metastases_on": RoughDate.parse("2027")}, "metastases found", "in the future"),
        ({"metastases_on": date(2025, 6, 1)}, "metastases found", "must be a date, a month or a year"),
        ({"birth_year": 2025}, "primary diagnosed", "before the year of birth"),
        ({"asa": 6}, "ASA", "right is 1 to 5"),
        ({"ecog": None}, "ECOG", "its date is given"),
        ({"biomarkers": {"HER2": ""}, "biomarkers_on": {}}, "biomarker HER2", "'unknown' or 'pending'"),
        ({"biomarkers_on": {"BRAF": DAY}}, "date of BRAF", "has no biomarker"),
        ({"biomarkers_on": {"RAS": TODAY + timedelta(days=2)}}, "date of RAS", "in the future"),
        ({"died_on": DAY - timedelta(days=1)}, "last known alive", "after the death"),
        ({"died_on": date(2025, 1, 1), "last_alive_on": None}, "metastases found", "after the death"),
        ({"comorbidity": "a\x00b"}, "comorbidity", "no text"),
    ],
)
def test_a_wrong_fact_is_refused_at_its_place(
    db: Database, actor: Actor, given: dict[str, Any], place: str, words: str
) -> None:
    key = patients.register_patient(db, actor, patient_draft()).patient_id
    with pytest.raises(InputError) as refusal:
        patients.correct_patient(
            db, actor, key, dataclasses.replace(WHOLE, **given), expected_version=1, reason="letter"
        )
    assert place in [problem.place for problem in refusal.value.problems]
    assert words in str(refusal.value)
    assert patients.patient_version(db, key) == 1


# --- the exam

NEAR = VesselContact(Vessel.MIDDLE_HEPATIC_VEIN, VesselRelation.WITHIN_10_MM, mm(4))
LOOK = dataclasses.replace(
    measured("L1", 24), appearance=Appearance.CYSTIC, enhancement=Enhancement.RIM, vessels=(NEAR,)
)
LUNG = SiteFinding(SiteStatement.YES, StatedCount(CountKind.EXACT, 2), mm(8))
SAID: dict[str, Any] = {
    "background": {BackgroundSign.ASCITES: Statement.NONE, BackgroundSign.STEATOSIS: Statement.YES},
    "extrahepatic": {Site.LUNG: LUNG, Site.BONE: SiteFinding(SiteStatement.NOT_IMAGED)},
}


def scan(look: RecordedObservation = LOOK, **given: Any) -> ExamDraft:
    return exam_draft(DAY, look, measured("L2", 14), seen("L3", State.PRESENT), **{**SAID, **given})


def test_looks_and_sites_are_kept_compared_corrected_and_versioned(store: Database, nurse: Actor) -> None:
    filled = fill_patient(store, nurse)
    receipt = exams.record_exam(store, nurse, filled.patient_id, scan())
    record = patients.load_record(store, nurse, filled.patient_id)
    exam = record.exam(receipt.exam_id)
    assert exam.observation("L1") == LOOK
    assert (exam.background, exam.extrahepatic) == (SAID["background"], SAID["extrahepatic"])
    assert all(type(site) is Site for site in exam.extrahepatic)
    assert appearance_at(record, "L1", DAY) is Appearance.CYSTIC
    assert exams.record_exam(store, nurse, filled.patient_id, scan()).already_stored
    for other, place in (
        (scan(dataclasses.replace(LOOK, enhancement=Enhancement.NONE)), "L1"),
        (scan(background={}), "liver around the lesions"),
        (scan(extrahepatic={Site.LUNG: SiteFinding(SiteStatement.NONE)}), "disease outside the liver"),
    ):
        with pytest.raises(ConflictError) as conflict:
            exams.record_exam(store, nurse, filled.patient_id, other)
        assert [one.place for one in conflict.value.theirs] == [place]
        assert "{" not in f"{conflict.value.theirs}{conflict.value.mine}", "words, never the shape of an object"
    corrected = scan(dataclasses.replace(LOOK, appearance=Appearance.NECROTIC), background={})
    again = exams.correct_exam(store, nurse, receipt.exam_id, corrected, expected_version=1, reason="looked again")
    assert not again.already_stored
    before, after = audit.list_exam_versions(store, nurse, receipt.exam_id)
    looks = [version.exam.observation("L1") for version in (before, after)]
    assert [one.appearance for one in looks if one] == [Appearance.CYSTIC, Appearance.NECROTIC]
    assert [version.exam.background for version in (before, after)] == [SAID["background"], {}]
    assert before.exam.extrahepatic[Site.LUNG] == LUNG


def vessel(relation: VesselRelation, distance: float | None = None) -> RecordedObservation:
    contact = VesselContact(Vessel.PORTAL_BRANCH, relation, None if distance is None else mm(distance))
    return dataclasses.replace(LOOK, vessels=(contact,))


@pytest.mark.parametrize(
    ("draft", "place", "words"),
    [
        (scan(background={"fat": Statement.YES}), "liver", "'fat' is not known"),
        (scan(background={BackgroundSign.ASCITES: "maybe"}), "liver, ascites", "'maybe' is not known"),
        (scan(extrahepatic={"skin": LUNG}), "outside the liver", "'skin' is not known"),
        (
            scan(extrahepatic={Site.BONE: SiteFinding(SiteStatement.NONE, size=mm(9))}),
            "outside the liver, bone",
            "can only be 'yes'",
        ),
        (
            scan(extrahepatic={Site.LUNG: SiteFinding(SiteStatement.YES, StatedCount(CountKind.EXACT, 0))}),
            "outside the liver, lung",
            "say 'none' instead",
        ),
        (
            scan(extrahepatic={Site.LUNG: SiteFinding(SiteStatement.YES, StatedCount(CountKind.MULTIPLE, 3))}),
            "outside the liver, lung",
            "say 'at least 3'",
        ),
        (scan(dataclasses.replace(LOOK, appearance="furry")), "L1, appearance", "'furry' is not known"),
        (scan(dataclasses.replace(LOOK, enhancement="bright")), "L1, enhancement", "'bright' is not known"),
        (scan(vessel(VesselRelation.ENCASES, 2)), "L1, portal branch", "'encases' has no distance"),
        (scan(vessel(VesselRelation.CLEAR, 10)), "L1, portal branch", "is 'within 10 mm', not 'clear'"),
        (scan(vessel(VesselRelation.WITHIN_10_MM, 10.1)), "L1, portal branch", "is 'clear', not 'within 10 mm'"),
        (scan(dataclasses.replace(LOOK, vessels=(NEAR, NEAR))), "L1, vessel", "middle hepatic vein twice"),
        (
            scan(dataclasses.replace(seen("L1", State.ABSENT), appearance=Appearance.SOLID)),
            "L1",
            "its look and its vessels cannot be told",
        ),
    ],
)
def test_a_wrong_look_or_site_is_refused_at_its_place(
    db: Database, actor: Actor, draft: ExamDraft, place: str, words: str
) -> None:
    filled = fill_patient(db, actor)
    with pytest.raises(InputError) as refusal:
        exams.record_exam(db, actor, filled.patient_id, draft)
    assert [problem.place for problem in refusal.value.problems] == [place]
    assert words in refusal.value.problems[0].text
    assert patients.patient_version(db, filled.patient_id) == 4


def test_an_exam_without_the_new_facts_is_as_it_was(store: Database, nurse: Actor) -> None:
    filled = fill_patient(store, nurse)
    exam = patients.load_record(store, nurse, filled.patient_id).exams[1]
    assert (exam.background, exam.extrahepatic, exam.observations[0].vessels) == ({}, {}, ())
    assert exams.record_exam(store, nurse, filled.patient_id, follow_up_draft(FOLLOW_UPS[0], 25, 15)).already_stored


# --- local treatment


def test_details_of_local_treatment_are_kept_and_corrected(store: Database, nurse: Actor) -> None:
    filled = fill_patient(store, nurse)
    ablation = TreatmentDraft(
        "MWA", TreatmentKind.ABLATION, DAY, DAY, lesions=("L1", "L2"), margins={"L1": mm(6), "L2": mm(0)}
    )
    key = treatments.record_treatment(store, nurse, filled.patient_id, ablation)
    assert treatments.record_treatment(store, nurse, filled.patient_id, ablation) == key
    other = dataclasses.replace(ablation, margins={"L1": mm(5)})
    with pytest.raises(ConflictError, match="another margins"):
        treatments.record_treatment(store, nurse, filled.patient_id, other)
    beam = TreatmentDraft(
        "SBRT", TreatmentKind.RADIOTHERAPY, DAY, DAY, lesions=("L2",), dose_gy=Decimal("50.4"), fractions=3
    )
    surgery = TreatmentDraft("hemihepatectomy", TreatmentKind.RESECTION, DAY, DAY, residual=Residual.R1)
    for draft in (beam, surgery):
        treatments.record_treatment(store, nurse, filled.patient_id, draft)
    found = {one.name: one for one in patients.load_record(store, nurse, filled.patient_id).treatments}
    assert found["MWA"].margins == ablation.margins
    assert (found["SBRT"].dose_gy, found["SBRT"].fractions) == (Decimal("50.4"), 3)
    assert found["hemihepatectomy"].residual is Residual.R1
    ended = TreatmentDraft(
        "FOLFIRI", TreatmentKind.SYSTEMIC, found["FOLFIRI"].start, DAY, stop_reason="toxicity: neuropathy"
    )
    treatments.correct_treatment(store, nurse, found["FOLFIRI"].id, ended, expected_version=7, reason="letter")
    record = patients.load_record(store, nurse, filled.patient_id)
    assert [one.stop_reason for one in record.treatments if one.name == "FOLFIRI"] == ["toxicity: neuropathy"]


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"stop": None, "stop_reason": "toxicity"}, "reason stopped", "goes on"),
        ({"dose_gy": Decimal(50)}, "dose", "belongs to radiotherapy or SIRT"),
        ({"fractions": 3}, "fractions", "belongs to radiotherapy"),
        ({"residual": Residual.R0}, "R status", "belongs to resection"),
        ({"margins": {"L2": mm(5)}}, "margin", "L2, which is not among the lesions treated"),
        ({"margins": {"L1": mm(101)}}, "margin", "at most 100 mm"),
        ({"kind": TreatmentKind.TACE, "margins": {"L1": mm(5)}}, "margin", "belongs to ablation or resection"),
        ({"kind": TreatmentKind.RADIOTHERAPY, "dose_gy": Decimal(0)}, "dose", "right is 0.1 to 500"),
        ({"kind": TreatmentKind.RADIOTHERAPY, "fractions": 0}, "fractions", "right is 1 to 60"),
        ({"kind": TreatmentKind.RESECTION, "residual": "R9"}, "R status", "'R9' is not known"),
    ],
)
def test_a_wrong_detail_of_treatment_is_refused_at_its_place(
    db: Database, actor: Actor, given: dict[str, Any], place: str, words: str
) -> None:
    filled = fill_patient(db, actor)
    draft = dataclasses.replace(TreatmentDraft("MWA", TreatmentKind.ABLATION, DAY, DAY, lesions=("L1",)), **given)
    with pytest.raises(InputError) as refusal:
        treatments.record_treatment(db, actor, filled.patient_id, draft)
    assert [problem.place for problem in refusal.value.problems] == [place]
    assert words in refusal.value.problems[0].text
