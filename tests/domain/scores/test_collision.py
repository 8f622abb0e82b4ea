"""The facts of COLLISION (Puijk RS, et al. BMC Cancer 2018;18:821, table 1): met, not met, or not recorded; never a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.domain.scores.patients import (
    FREE,
    SCAN,
    TODAY,
    chemotherapy,
    exam,
    patient,
    resection,
    with_patient,
)
from tracker.domain.record import MarkerResult, PatientRecord, SiteFinding, StatedCount
from tracker.domain.scores.collision import list_collision
from tracker.domain.scores.give import give_scores
from tracker.domain.scores.model import Fact
from tracker.domain.scores.names import NAMES
from tracker.domain.vocabulary import BackgroundSign, CountKind, Primary, Site, SiteStatement, State, Statement

COUNT, SMALL, ELSEWHERE = (
    "at most 10 metastases",
    "at least one metastasis of at most 3 cm",
    "no disease outside the liver",
)
LOCAL, DRUGS = "no local treatment of liver metastases before", "no chemotherapy or immunotherapy in the last 6 weeks"
INR, PORTAL, REMNANT = (
    "INR at most 1.5 without anticoagulants",
    "no ascites and no large spleen",
    "enough liver would remain",
)


def facts(record: PatientRecord) -> dict[str, Fact]:
    found = list_collision(record, TODAY)
    assert found is not None
    return {item.asked: item.fact for item in found.items}


def test_everything_recorded_leaves_the_remnant_to_the_team() -> None:
    found = facts(patient())
    assert found.pop(REMNANT) is Fact.TO_JUDGE
    assert set(found.values()) == {Fact.MET}
    assert len(found) == 9


def scanned(sizes: dict[str, object], **more: object) -> PatientRecord:
    return patient(exam(1, SCAN, sizes, **more))


def with_inr(value: str, on: date = date(2026, 11, 2)) -> PatientRecord:
    return replace(patient(), markers=(MarkerResult(3, "INR", on, Decimal(value), ""),))


MANY = {f"L{at}": 40 for at in range(1, 12)}
YES, NO, OPEN, TEAM = Fact.MET, Fact.NOT_MET, Fact.NOT_RECORDED, Fact.TO_JUDGE
CASES = [
    (scanned(MANY), COUNT, NO),
    (scanned({"L1": 20}, liver_count=StatedCount(CountKind.MULTIPLE)), COUNT, OPEN),
    (scanned({"L1": 20}, liver_count=StatedCount(CountKind.INNUMERABLE)), COUNT, OPEN),
    (scanned({"L1": 20}, liver_count=StatedCount(CountKind.EXACT, 10)), COUNT, YES),
    (scanned({"L1": 30}), SMALL, YES),
    (scanned({"L1": 31}), SMALL, NO),
    (scanned({"L1": 31, "L2": State.PRESENT}), SMALL, OPEN),
    (scanned({"L1": 20}), ELSEWHERE, OPEN),
    (scanned({"L1": 20}, extrahepatic={**FREE, Site.LUNG: SiteFinding(SiteStatement.YES)}), ELSEWHERE, NO),
    (scanned({"L1": 20}, extrahepatic={**FREE, Site.BONE: SiteFinding(SiteStatement.NOT_IMAGED)}), ELSEWHERE, OPEN),
    (with_patient(patient(), ecog=2), "ECOG 0 to 2", YES),
    (with_patient(patient(), ecog=3), "ECOG 0 to 2", NO),
    (with_patient(patient(), ecog=None), "ECOG 0 to 2", OPEN),
    (with_patient(patient(), asa=4), "ASA 1 to 3", NO),
    (with_patient(patient(), asa=None), "ASA 1 to 3", OPEN),
    (replace(patient(), treatments=(resection(),)), LOCAL, NO),
    (replace(patient(), treatments=(resection(planned=True),)), LOCAL, YES),
    (replace(patient(), treatments=(replace(resection(), lesions=()),)), LOCAL, OPEN),
    (replace(patient(), treatments=(chemotherapy(date(2026, 9, 3)),)), DRUGS, NO),
    (replace(patient(), treatments=(chemotherapy(date(2026, 5, 1), date(2026, 10, 13)),)), DRUGS, NO),
    (replace(patient(), treatments=(chemotherapy(date(2026, 5, 1), date(2026, 10, 12)),)), DRUGS, YES),
    (with_inr("1.5"), INR, YES),
    (with_inr("1.6"), INR, TEAM),
    (with_inr("1.1", date(2026, 7, 1)), INR, OPEN),
    (scanned({"L1": 20}, background={BackgroundSign.ASCITES: Statement.YES}), PORTAL, NO),
    (scanned({"L1": 20}, background={BackgroundSign.ASCITES: Statement.NONE}), PORTAL, OPEN),
    (replace(patient(), volumes=()), REMNANT, OPEN),
]


@pytest.mark.parametrize(("record", "asked", "fact"), CASES)
def test_each_fact_is_as_the_record_has_it(record: PatientRecord, asked: str, fact: Fact) -> None:
    assert facts(record)[asked] is fact


def test_no_score_says_what_can_be_resected_or_what_to_do() -> None:
    for score in give_scores(NAMES, patient(), TODAY):
        said = " ".join(
            (score.sentence, score.published.caveat, *(item.asked + item.behind for item in score.items))
        ).lower()
        assert not any(word in said for word in ("resectable", "eligible", "recommend", "should", "safe"))
        assert score.published.source
        assert score.published.population


def test_only_the_scores_that_are_switched_on_are_given() -> None:
    assert give_scores((), patient(), TODAY) == ()
    assert [one.published.name for one in give_scores(("collision", "fong"), patient(), TODAY)] == [
        "Clinical risk score of Fong",
        "Facts of the COLLISION trial",
    ]
    assert give_scores(NAMES, with_patient(patient(), primary=Primary.LUNG), TODAY) == ()
