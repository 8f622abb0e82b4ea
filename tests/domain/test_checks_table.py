"""The design's table of entry errors and checks, row by row: which check fires, and whether it stops, asks or only notes.

A hard stop is a finding that a service refuses, or a text that is not read as a size at all; an ask is answered with a reason
or mended; a note asks nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.domain.test_plausibility import BEFORE, DAY, LAST, RECORD, TODAY, draft
from tests.support.builders import exam_draft, lesion, measured, mm, seen
from tracker.domain.cells import read_cell
from tracker.domain.drafts import ExamDraft, MarkerDraft
from tracker.domain.plausibility import (
    CHECKS,
    Computed,
    Finding,
    Level,
    ReportSays,
    find_in_exam,
    find_in_value,
)
from tracker.domain.record import MarkerResult, PatientRecord, StatedCount, Treatment
from tracker.domain.vocabulary import CountKind, LesionRole, Modality, Primary, Segment, State, TreatmentKind
from tracker.exchange.codes import read_segments

S = Segment
HARD, ASK, NOTE = Level.REFUSE, Level.ASK, Level.NOTE


@dataclass(frozen=True)
class Row:
    """One cell of the table: the error, the entry that has it, and the finding it must have."""

    error: str
    level: Level
    rule: str
    draft: ExamDraft
    record: PatientRecord = RECORD
    says: ReportSays | None = None
    computed: Computed | None = None

    def found(self) -> tuple[Finding, ...]:
        return find_in_exam(self.record, self.draft, TODAY, report=self.says, computed=self.computed)


def _new(label: str, *segments: Segment, state: State = State.UNEQUIVOCAL, **given: object) -> ExamDraft:
    said = (measured("L1", 23), measured("L2", 13), seen("L3", State.PRESENT), seen(label, state))
    return draft(*said, lesions=(lesion(label, *segments),), **given)


_RESECTED = replace(
    RECORD, treatments=(Treatment(1, "resection", TreatmentKind.RESECTION, date(2026, 5, 20), lesions=("L2",)),)
)
_BORN = replace(RECORD, patient=replace(RECORD.patient, name="Ada Example", birth_year=1950))
_HOT = replace(measured("L1", 23), observation=replace(measured("L1", 23).observation, suv_max=Decimal(6)))
_BASELINE = exam_draft(
    DAY, measured("L1", 30), measured("L2", "9.9"), measured("L3", 20), measured("N1", 30, "14.9"),
    lesions=(
        *(lesion(label, role=LesionRole.TARGET) for label in ("L1", "L2", "L3")),
        lesion("N1", organ="lymph node", role=LesionRole.TARGET),
    ),
)  # fmt: skip
_NOBODY = PatientRecord(RECORD.patient)


TABLE = (
    # cm or mm, digits
    Row("cm/mm slip: over 300 mm", HARD, "bounds", draft(measured("L1", 301), measured("L2", 13))),
    Row("cm/mm slip: under 1 mm", HARD, "bounds", draft(measured("L1", "0.9"), measured("L2", 13))),
    Row("cm/mm slip: tenfold", ASK, "tenfold", draft(measured("L1", 230), measured("L2", 13))),
    Row("cm/mm slip: a tenth", ASK, "tenfold", draft(measured("L1", "2.3"), measured("L2", 13))),
    Row("digit slip: far from the prior", ASK, "jump", draft(measured("L1", 52), measured("L2", 13))),
    Row("swapped lesions", ASK, "swapped", draft(measured("L1", 14), measured("L2", 24))),
    # a scan copied
    Row("prior copied: the same scan twice", HARD, "stored-twice", draft(*BEFORE.observations, day=LAST)),
    Row("prior copied: all values as before", ASK, "copied", draft(measured("L1", 25), measured("L2", 15))),
    # dates
    Row("wrong date: in the future", HARD, "future", draft(day=TODAY + timedelta(days=1))),
    Row("wrong date: before the birth", HARD, "before-birth", draft(day=date(1949, 12, 31))),
    Row("wrong date: before the last scan", ASK, "before-last", draft(day=LAST - timedelta(days=20))),
    Row("wrong date: that day and modality exist", ASK, "same-scan", draft(day=LAST)),
    Row("wrong date: under 14 days", ASK, "interval", draft(day=LAST + timedelta(days=13), modality=Modality.MR)),
    Row("wrong date: over 400 days", ASK, "interval", draft(day=date(2025, 6, 1)), replace(RECORD, exams=(
        replace(BEFORE, performed_on=date(2024, 4, 1)),))),
    Row("wrong date: another year than the report", ASK, "report-year", draft(
        day=date(2025, 6, 29), reported_on=date(2026, 6, 30))),
    Row("wrong date: another than in the report", ASK, "other-date", draft(), says=ReportSays(
        performed_on=DAY - timedelta(days=1))),
    Row("reported before performed", HARD, "reported-first", draft(reported_on=DAY - timedelta(days=1))),
    Row("reported over 30 days later", ASK, "report-gap", draft(reported_on=DAY + timedelta(days=31))),
    # what the report quotes, and whose it is
    Row("quoted prior over 2 mm off", ASK, "quoted-prior", draft(), says=ReportSays(priors={"L1": mm("27.1")})),
    Row("comparison date unknown here", ASK, "comparison-date", draft(), says=ReportSays(comparison=date(2026, 4, 1))),
    Row("wrong patient: birth year", HARD, "wrong-patient", draft(), _BORN, ReportSays(birth_year=1957)),
    Row("wrong patient: name", HARD, "wrong-patient", draft(), _BORN, ReportSays(name="Otto Other")),
    Row("wrong patient: number", ASK, "other-number", draft(), says=ReportSays(identifiers=("P-002",))),
    Row("wrong patient: primary", ASK, "other-primary", draft(), replace(RECORD, patient=replace(
        RECORD.patient, primary=Primary.COLORECTAL)), ReportSays(primary="breast")),
    Row("wrong patient: no lesion where one was", ASK, "no-place", draft(), replace(
        RECORD, lesions=RECORD.lesions[:1]), ReportSays(places=((S.III,), (S.II,)))),
    # places
    Row("right/left contradicts the segment", ASK, "lobe", draft(), says=ReportSays(sides={"L3": "right"})),
    Row("another segment", ASK, "segment", draft(), says=ReportSays(segments={"L1": (S.II,)})),
    Row("the neighbouring segment", NOTE, "segment-neighbour", draft(), says=ReportSays(segments={"L1": (S.VIII,)})),
    # what is stated
    Row("stated count against the rows", ASK, "count", draft(liver_count=StatedCount(CountKind.EXACT, 5))),
    Row("count of the report against the rows", ASK, "count", draft(), says=ReportSays(
        count=StatedCount(CountKind.EXACT, 4))),
    Row("at least so many", NOTE, "count-at-least", draft(liver_count=StatedCount(CountKind.AT_LEAST, 5))),
    Row("count typed against the report's", ASK, "count", draft(liver_count=StatedCount(CountKind.EXACT, 3)),
        says=ReportSays(count=StatedCount(CountKind.EXACT, 4))),
    Row("stated sum over 2 mm off", ASK, "stated-sum", draft(), says=ReportSays(sum_of_targets=mm("38.1")),
        computed=Computed(mm(36))),
    Row("stated change over 3 points off", ASK, "stated-change", draft(), says=ReportSays(change=Decimal(-20)),
        computed=Computed(mm(36), (mm(52), mm(40)))),
    Row("no new lesion stated, one entered", ASK, "no-new", _new("L9", S.V), says=ReportSays(no_new_lesions=True)),
    # lesions that come and come back
    Row("seen again after resection", ASK, "after-resection", draft(), _RESECTED),
    Row("new after a switch of modality", ASK, "new-by-technique", _new("L9", S.V, modality=Modality.MR)),
    # targets
    Row("target under 10 mm, node under 15 mm", ASK, "targets", _BASELINE, _NOBODY),
    Row("over two targets in one organ", ASK, "targets", _BASELINE, _NOBODY),
    # technique
    Row("another phase", NOTE, "technique", draft(phase="arterial")),
    Row("another modality", NOTE, "technique", draft(modality=Modality.MR)),
    Row("PET/CT coded as CT", ASK, "other-modality", draft(), says=ReportSays(modality=Modality.PET_CT)),
    Row("PET without its uptake time", NOTE, "uptake-time", draft(_HOT, modality=Modality.PET_CT)),
    Row("PET without glucose", NOTE, "glucose", draft(_HOT, modality=Modality.PET_CT, uptake_minutes=60)),
    Row("entered by two within a week", ASK, "double-entry", draft(day=LAST + timedelta(days=2))),
)  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.error)
def test_every_row_of_the_table_has_its_check(row: Row) -> None:
    found = [one for one in row.found() if one.rule == f"plausibility.{row.rule}"]
    assert found, [str(one) for one in row.found()]
    assert {one.level for one in found} == {row.level}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.error)
def test_every_finding_has_one_key_that_stays_while_its_numbers_do(row: Row) -> None:
    keys = [one.key for one in row.found()]
    assert keys == [one.key for one in row.found()]
    assert len(set(keys)) == len(keys)
    assert all(key.count("|") == 2 and len(key) < 300 for key in keys)


def test_the_same_question_on_another_day_has_the_same_key_and_about_another_size_another() -> None:
    def keys(size: int, day: date) -> set[str]:
        found = find_in_exam(RECORD, draft(measured("L1", size), measured("L2", 13), day=day), TODAY)
        return {one.key for one in found if one.place == "L1"}

    assert keys(60, DAY) == keys(60, DAY + timedelta(days=1)) != keys(61, DAY)


@pytest.mark.parametrize("text", ["2.3.4", "23..5", "abc", "301", "0.4 mm", "2,3,4", "23 x x 18"])
def test_what_is_no_size_is_not_read_as_one(text: str) -> None:
    reading = read_cell(text, node=False, labels=frozenset())
    assert reading.observation is None
    assert reading.problem


@pytest.mark.parametrize("text", ["2.3", "14.9", "1,5"])
def test_a_bare_decimal_under_15_asks_for_its_unit_first(text: str) -> None:
    reading = read_cell(text, node=False, labels=frozenset())
    assert reading.observation is None
    assert reading.question


@pytest.mark.parametrize("text", ["IX", "9", "0", "VIIII", "left"])
def test_a_segment_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_segments(text)


def test_what_is_asked_of_targets_explains_the_limit_and_names_the_place() -> None:
    asked = {one.text for one in find_in_exam(_NOBODY, _BASELINE, TODAY) if one.rule == "plausibility.targets"}
    assert any("9.9 mm is under 10 mm" in text for text in asked)
    assert any("14.9 mm" in text for text in asked)
    assert any("3 targets in one organ (liver)" in text for text in asked)


@pytest.mark.parametrize(
    ("value", "unit", "prior", "rule", "level"),
    [
        ("1001", "µmol/L", "20", "bilirubin-bound", HARD),
        ("17.1", "µmol/L", "1", "lab-unit", ASK),
    ],
)
def test_a_slip_of_the_unit_of_bilirubin(value: str, unit: str, prior: str, rule: str, level: Level) -> None:
    before = MarkerResult(1, "bilirubin", LAST, Decimal(prior), unit)
    (finding,) = find_in_value(MarkerDraft("bilirubin", DAY, Decimal(value), unit), [before])
    assert (finding.rule, finding.level) == (f"plausibility.{rule}", level)


def test_a_slip_of_the_unit_of_albumin_is_asked() -> None:
    before = MarkerResult(1, "albumin", LAST, Decimal(38), "g/L")
    (finding,) = find_in_value(MarkerDraft("albumin", DAY, Decimal("3.8"), "g/L"), [before])
    assert (finding.rule, finding.level) == ("plausibility.lab-unit", ASK)


# --- what must not be asked


@pytest.mark.parametrize(
    "says",
    [
        ReportSays(),
        ReportSays(birth_year=1950, name="Example, Ada M.", identifiers=("4711", "p-001")),
        ReportSays(name="ADA EXAMPLE-NEW"),
        ReportSays(primary="unknown primary"),
        ReportSays(places=((S.VIII,), (S.VI,))),
        ReportSays(performed_on=DAY, modality=Modality.CT, comparison=LAST),
        ReportSays(priors={"L1": mm("24"), "L2": mm(15)}, change=Decimal(-31), sum_of_targets=mm(37)),
    ],
    ids=["nothing", "the same patient", "a married name", "no primary", "neighbours", "the same scan", "rounded"],
)
def test_a_report_that_agrees_asks_nothing(says: ReportSays) -> None:
    computed = Computed(mm(36), (mm(52), mm(40)))
    assert find_in_exam(_BORN, draft(), TODAY, report=says, computed=computed) == ()


def test_a_header_never_enters_a_sentence() -> None:
    says = ReportSays(name="Otto Other", identifiers=("99-SECRET",))
    found = find_in_exam(_BORN, draft(), TODAY, report=says)
    assert len(found) == 2
    assert not any("Otto" in one.text or "SECRET" in one.text for one in found)


def test_every_check_is_in_the_table_or_of_a_course_or_a_laboratory() -> None:
    elsewhere = {"baseline-date", "course-order", "bilirubin-bound", "lab-unit"}
    assert {check.id.removeprefix("plausibility.") for check in CHECKS} == {row.rule for row in TABLE} | elsewhere
