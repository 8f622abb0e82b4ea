"""What is asked of a scan as a whole: dates, count, places, technique, the report, laboratory values, the start of a course.

Each row of the design's table of entry errors and checks, with the edges of its limits.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.builders import exam_draft, lesion, measured, mm, seen
from tracker.domain.drafts import ExamDraft, MarkerDraft
from tracker.domain.lengths import Length
from tracker.domain.plausibility import CHECKS, Computed, Finding, Level, ReportSays, find_in_exam, find_in_value
from tracker.domain.plausibility.counts import find_in_quoted_prior, find_in_stated_change, find_in_stated_sum
from tracker.domain.plausibility.dates import find_comparison, find_in_header
from tracker.domain.plausibility.places import find_moved, find_wrong_side, is_neighbour
from tracker.domain.record import (
    Exam,
    MarkerResult,
    Patient,
    PatientRecord,
    RecordedLesion,
    RecordedObservation,
    StatedCount,
    Treatment,
)
from tracker.domain.vocabulary import CountKind, LesionRole, Modality, Segment, State, TreatmentKind

S = Segment
TODAY = date(2026, 11, 24)
LAST = date(2026, 5, 4)
DAY = date(2026, 6, 29)


def _exam(number: int, day: date, *observations: RecordedObservation, **given: Any) -> Exam:
    return Exam(**{"id": number, "performed_on": day, "modality": Modality.CT, "version": 1,
                   "observations": observations, **given})  # fmt: skip


BASELINE = _exam(1, date(2026, 3, 2), measured("L1", 32), measured("L2", 20), seen("L3", State.PRESENT))
BEFORE = _exam(2, LAST, measured("L1", 25), measured("L2", 15), seen("L3", State.PRESENT), phase="portal venous")
RECORD = PatientRecord(
    Patient(1, "P-001", "site", 1, birth_year=1950),
    lesions=(
        RecordedLesion(1, "L1", "2.25.1", "liver", (S.VII,)),
        RecordedLesion(2, "L2", "2.25.2", "liver", (S.IVA, S.IVB)),
        RecordedLesion(3, "L3", "2.25.3", "liver", (S.II,)),
        RecordedLesion(4, "X1", "2.25.4", "lung"),
    ),
    exams=(BASELINE, BEFORE),
)


def draft(*observations: RecordedObservation, day: date = DAY, **given: Any) -> ExamDraft:
    """A plain follow-up: 23 and 13 mm, the third lesion present."""
    said = observations or (measured("L1", 23), measured("L2", 13), seen("L3", State.PRESENT))
    return exam_draft(day, *said, **given)


def rules(found: tuple[Finding, ...]) -> list[str]:
    return [finding.rule.removeprefix("plausibility.") for finding in found]


def find(one: ExamDraft, record: PatientRecord = RECORD, **given: Any) -> list[str]:
    return rules(find_in_exam(record, one, TODAY, **given))


def test_a_plain_scan_has_no_finding() -> None:
    assert find(draft()) == []


# --- dates


@pytest.mark.parametrize(
    ("performed", "reported", "found"),
    [
        (TODAY, None, []),
        (TODAY + timedelta(days=1), None, ["future"]),
        (date(1950, 1, 1), None, []),
        (date(1949, 12, 31), None, ["before-birth"]),
        (DAY, DAY, []),
        (DAY, DAY - timedelta(days=1), ["reported-first"]),
        (DAY, TODAY + timedelta(days=1), ["future", "report-gap"]),
        (DAY, DAY + timedelta(days=30), []),
        (DAY, DAY + timedelta(days=31), ["report-gap"]),
        (date(2025, 12, 29), date(2026, 1, 4), []),  # a report of January on a scan of December
        (date(2025, 12, 29), date(2026, 1, 28), []),
        (date(2025, 12, 29), date(2026, 1, 29), ["report-year"]),
        (date(2025, 6, 29), date(2026, 6, 30), ["report-year"]),
    ],
)
def test_dates_that_cannot_be_or_are_worth_a_look(performed: date, reported: date | None, found: list[str]) -> None:
    assert rules(tuple(find_in_header(performed, reported, TODAY, 1950))) == found


@pytest.mark.parametrize(
    ("day", "modality", "found"),
    [
        (LAST - timedelta(days=20), Modality.CT, ["before-last"]),
        (LAST, Modality.CT, ["same-scan"]),
        (LAST, Modality.MR, []),
        (LAST + timedelta(days=1), Modality.MR, ["interval"]),
        (LAST + timedelta(days=1), Modality.CT, ["double-entry"]),
        (LAST - timedelta(days=7), Modality.CT, ["double-entry"]),
        (LAST + timedelta(days=7), Modality.CT, ["double-entry"]),
        (LAST + timedelta(days=7), Modality.MR, ["interval"]),
        (LAST + timedelta(days=8), Modality.CT, ["interval"]),
        (LAST + timedelta(days=13), Modality.CT, ["interval"]),
        (LAST + timedelta(days=14), Modality.CT, []),
        (LAST + timedelta(days=400), Modality.CT, []),
        (LAST + timedelta(days=401), Modality.CT, ["interval"]),
    ],
)
def test_the_date_is_held_against_the_scans_before(day: date, modality: Modality, found: list[str]) -> None:
    of_dates = {"before-last", "same-scan", "stored-twice", "double-entry", "interval"}
    later = day + timedelta(days=1000)
    said = rules(find_in_exam(RECORD, draft(day=day, modality=modality), later))
    assert [rule for rule in said if rule in of_dates] == found


def test_the_same_values_on_the_same_day_are_refused_and_other_values_named() -> None:
    same = find_in_exam(RECORD, draft(*BEFORE.observations, day=LAST), TODAY)
    assert (rules(same)[0], same[0].level) == ("stored-twice", Level.REFUSE)
    other = find_in_exam(RECORD, draft(day=LAST), TODAY)
    assert (
        other[0].text
        == "a scan of 4 May 2026 (CT) is stored already, other values for L1 and L2: a second exam of that day?"
    )


def test_a_scan_of_the_same_week_names_who_entered_it_and_what_differs() -> None:
    entered = replace(RECORD, exams=(BASELINE, replace(BEFORE, entered_by="Nurse Two")))
    found = find_in_exam(entered, draft(measured("L1", 25), measured("L2", 16), day=LAST + timedelta(days=2)), TODAY)
    assert found[0].text == (
        "a CT of 4 May 2026 was entered by Nurse Two, 2 days apart, other values for L2 and L3: the same scan?"
    )


def test_a_corrected_scan_is_not_held_against_itself() -> None:
    assert find(draft(*BEFORE.observations, day=LAST, phase="portal venous"), exam_id=BEFORE.id) == []


def test_a_comparison_with_a_scan_that_is_not_stored_is_asked() -> None:
    assert find_comparison(LAST, RECORD.exams) is None
    finding = find_comparison(LAST + timedelta(days=1), RECORD.exams)
    assert finding is not None
    assert "stored are 2 Mar 2026 and 4 May 2026" in finding.text


# --- sizes, through the whole


def test_the_prior_is_the_last_size_and_a_silent_scan_between_does_not_hide_it() -> None:
    silent = _exam(
        3, date(2026, 6, 1), seen("L1", State.NOT_MENTIONED), seen("L2", State.NOT_EVALUABLE, reason="motion")
    )
    record = replace(RECORD, exams=(*RECORD.exams, silent))
    found = find_in_exam(record, draft(measured("L1", 60), measured("L2", 40)), TODAY)
    assert rules(found) == ["jump", "jump"]
    assert found[0].text == "60 mm is +140 % from 25 mm (4 May 2026): much larger?"


def test_a_lesion_that_was_gone_has_no_prior() -> None:
    gone = _exam(3, date(2026, 6, 1), seen("L1", State.ABSENT), measured("L2", 15))
    assert find(draft(measured("L1", 60), measured("L2", 13)), replace(RECORD, exams=(*RECORD.exams, gone))) == []


def test_a_node_is_compared_by_its_short_axis_and_parts_by_their_sum() -> None:
    node = RecordedLesion(5, "N1", "2.25.5", "lymph node")
    exam = replace(BEFORE, observations=(measured("N1", 40, 18), measured("L1", 30)))
    record = replace(RECORD, lesions=(*RECORD.lesions, node), exams=(BASELINE, exam))
    found = find_in_exam(record, draft(measured("N1", 42, 30), seen("L1", State.SPLIT, parts=(mm(14), mm(16)))), TODAY)
    assert rules(found) == ["jump"]
    assert found[0].place == "N1"


def test_a_size_that_no_lesion_has_is_refused_with_the_rest() -> None:
    found = find_in_exam(RECORD, draft(measured("L1", 301), measured("L2", 13)), TODAY)
    assert rules(found) == ["bounds", "tenfold"]
    assert found[0].level is Level.REFUSE


# --- count


@pytest.mark.parametrize(
    ("count", "third", "text"),
    [
        (StatedCount(CountKind.EXACT, 3), State.PRESENT, None),
        (StatedCount(CountKind.EXACT, 4), State.PRESENT, "Count: 4 stated, 3 lesions entered"),
        (StatedCount(CountKind.EXACT, 3), State.ABSENT, "Count: 3 stated, 2 lesions entered"),
        (StatedCount(CountKind.EXACT, 3), State.NOT_MENTIONED, "Count: 3 stated, 2 lesions entered, 1 not mentioned"),
        (StatedCount(CountKind.EXACT, 2), State.PRESENT, "Count: 2 stated, 3 entered as seen"),
        (StatedCount(CountKind.AT_LEAST, 3), State.PRESENT, None),
        (StatedCount(CountKind.AT_LEAST, 2), State.PRESENT, None),
        (StatedCount(CountKind.AT_LEAST, 4), State.PRESENT, "Count: 4 or more stated, 3 lesions entered"),
        (StatedCount(CountKind.MULTIPLE), State.PRESENT, None),
        (StatedCount(CountKind.INNUMERABLE), State.ABSENT, None),
    ],
)
def test_the_stated_number_is_held_against_the_rows(count: StatedCount, third: State, text: str | None) -> None:
    one = draft(measured("L1", 23), measured("L2", 13), seen("L3", third), measured("X1", 9), liver_count=count)
    found = find_in_exam(RECORD, one, TODAY)
    assert [str(finding) for finding in found] == ([] if text is None else [text])
    assert all(finding.level is (Level.NOTE if "or more" in finding.text else Level.ASK) for finding in found)


def test_several_stated_and_one_entered_is_a_note() -> None:
    one = draft(measured("L1", 23), seen("L2", State.ABSENT), liver_count=StatedCount(CountKind.MULTIPLE))
    found = find_in_exam(RECORD, one, TODAY)
    assert [(str(finding), finding.level) for finding in found] == [
        ("Count: several stated, 1 lesion entered", Level.NOTE)
    ]


# --- what the report states


@pytest.mark.parametrize(("stated", "found"), [("38", False), ("34", False), ("38.001", True), ("33.999", True)])
def test_a_stated_sum_agrees_within_2_mm(stated: str, found: bool) -> None:
    assert (find_in_stated_sum(mm(stated), mm(36)) is not None) is found


@pytest.mark.parametrize(
    ("stated", "found"), [("-27", False), ("-33", False), ("-26.9", True), ("-33.1", True), ("30", True)]
)
def test_a_stated_change_agrees_within_3_points(stated: str, found: bool) -> None:
    assert (find_in_stated_change(Decimal(stated), mm(35), [mm(50)]) is not None) is found


def test_a_change_from_nothing_is_not_compared() -> None:
    assert find_in_stated_change(Decimal(20), mm(5), [Length(0)]) is None


@pytest.mark.parametrize(("quoted", "found"), [("27", False), ("23", False), ("27.001", True), ("22.999", True)])
def test_a_quoted_prior_agrees_within_2_mm(quoted: str, found: bool) -> None:
    assert (find_in_quoted_prior("L1", mm(quoted), mm(25)) is not None) is found


def test_what_the_report_says_is_held_against_the_record() -> None:
    report = ReportSays(
        priors={"L1": mm(29), "L2": mm(15), "L9": mm(8)},
        segments={"L1": (S.VIII,), "L2": (S.VI,), "L3": (S.II,)},
        sides={"L3": "right"},
        comparison=date(2026, 4, 1),
        sum_of_targets=mm(40),
        change=Decimal(-40),
        reference=mm(52),
    )
    assert find(draft(), report=report, computed=Computed(mm(36))) == [
        "segment-neighbour", "segment", "lobe", "quoted-prior", "comparison-date", "stated-sum", "stated-change",
    ]  # fmt: skip


# --- places


@pytest.mark.parametrize(
    ("before", "now", "level"),
    [
        ((S.VII,), (S.VII,), None),
        ((S.VII,), (S.VIII,), Level.NOTE),
        ((S.VII,), (S.V,), Level.ASK),
        ((S.II,), (S.IVA,), Level.NOTE),
        ((S.II,), (S.IVB,), Level.ASK),
        ((S.III,), (S.IVB,), Level.NOTE),
        ((S.I,), (S.IVA,), Level.NOTE),
        ((S.I,), (S.V,), Level.ASK),
        ((S.IV,), (S.IVA,), None),
        ((S.IV,), (S.V,), Level.NOTE),  # its lower part borders on V
        ((S.IV,), (S.VI,), Level.ASK),
        ((S.IVA, S.IVB), (S.IVB,), None),
        ((S.VI, S.VII), (S.VIII,), Level.NOTE),
        ((), (S.VIII,), None),
        ((S.VIII,), (), None),
    ],
)
def test_a_neighbouring_segment_is_a_note_and_any_other_a_question(
    before: tuple[Segment, ...], now: tuple[Segment, ...], level: Level | None
) -> None:
    finding = find_moved("L1", before, now)
    assert (finding.level if finding else None) is level


def test_neighbours_are_those_of_the_design_and_mutual() -> None:
    named = [segment for segment in S if segment is not S.IV]
    pairs = {f"{one}-{other}" for at, one in enumerate(named) for other in named[at + 1 :] if is_neighbour(one, other)}
    assert pairs == {
        "II-III", "II-IVa", "III-IVb", "IVa-IVb", "IVa-VIII", "IVb-V", "I-IVa", "V-VI", "V-VIII", "VI-VII", "VII-VIII",
    }  # fmt: skip
    assert all(is_neighbour(one, other) == is_neighbour(other, one) for one in S for other in S)


@pytest.mark.parametrize(
    ("segments", "side", "found"),
    [
        ((S.II,), "right", True),
        ((S.III,), "left", False),
        ((S.IV,), "right", True),
        ((S.IVB,), "left", False),
        ((S.V,), "left", True),
        ((S.VI,), "right", False),
        ((S.VII,), "left", True),
        ((S.VIII,), "left", True),
        ((S.I,), "left", False),
        ((S.I,), "right", False),
        ((S.IVA, S.VIII), "left", False),
        ((S.IVA, S.VIII), "right", False),
        ((S.II, S.III), "right", True),
        ((), "right", False),
    ],
)
def test_the_side_is_held_against_the_segment(segments: tuple[Segment, ...], side: Any, found: bool) -> None:
    assert (find_wrong_side("L1", segments, side) is not None) is found


# --- technique, new lesions, lesions that come back


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"phase": "portal venous"}, []),
        ({"phase": "Portal-venous"}, []),
        ({"phase": "arterial"}, ["technique"]),
        ({"phase": None}, []),
        ({"modality": Modality.MR}, ["technique"]),
        ({"modality": Modality.US}, []),
    ],
)
def test_another_technique_than_before_is_a_note(given: dict[str, Any], found: list[str]) -> None:
    findings = find_in_exam(RECORD, draft(**given), TODAY)
    assert rules(findings) == found
    assert all(finding.level is Level.NOTE for finding in findings)


def test_uptake_without_its_time_is_a_note() -> None:
    hot = replace(measured("L1", 23), observation=replace(measured("L1", 23).observation, suv_max=Decimal(6)))
    pet = {"modality": Modality.PET_CT}
    assert find(draft(hot, **pet)) == ["technique", "uptake-time", "glucose"]
    assert find(draft(hot, **pet, uptake_minutes=60)) == ["technique", "glucose"]
    glucose = MarkerResult(1, "Glucose", DAY, Decimal("5.4"), "mmol/L")
    assert find(draft(hot, **pet, uptake_minutes=60), replace(RECORD, markers=(glucose,))) == ["technique"]
    assert find(draft(**pet)) == ["technique"]


def test_a_new_lesion_on_another_modality_is_asked_in_retrospect_until_it_is_answered() -> None:
    new = lesion("L5", S.V)
    on_mr = draft(measured("L1", 23), seen("L5", State.UNEQUIVOCAL), lesions=(new,), modality=Modality.MR)
    found = find_in_exam(RECORD, on_mr, TODAY)
    assert [finding.place for finding in found if finding.rule == "plausibility.new-by-technique"] == ["L5"]
    answered = replace(on_mr, lesions=(replace(new, first_seen=LAST),))
    assert "new-by-technique" not in find(answered)
    assert "new-by-technique" not in find(replace(on_mr, modality=Modality.CT))
    assert "new-by-technique" not in find(on_mr, PatientRecord(RECORD.patient))


def test_a_resected_lesion_that_is_seen_again_is_always_asked() -> None:
    removed = Treatment(1, "segmentectomy", TreatmentKind.RESECTION, date(2026, 5, 20), lesions=("L2",))
    record = replace(RECORD, treatments=(removed,))
    assert find(draft(), record) == ["after-resection"]
    assert find(draft(seen("L1", State.PRESENT), seen("L2", State.TREATED)), record) == []
    assert find(draft(seen("L1", State.PRESENT), seen("L2", State.RECURRENCE)), record) == []
    assert find(draft(), replace(record, treatments=(replace(removed, planned=True),))) == []
    assert find(draft(), replace(record, treatments=(replace(removed, start=DAY),))) == []
    assert find(draft(), replace(record, treatments=(replace(removed, kind=TreatmentKind.ABLATION),))) == []
    treated = _exam(3, date(2026, 6, 1), seen("L2", State.TREATED, by="resection"))
    assert find(draft(), replace(RECORD, exams=(*RECORD.exams, treated))) == ["after-resection"]


def test_targets_beyond_the_limits_are_asked_by_the_one_rule_there_is() -> None:
    labels = ("L1", "L2", "L3")
    baseline = exam_draft(
        DAY, *(measured(label, size) for label, size in zip(labels, (30, 20, 9.9), strict=True)),
        lesions=tuple(lesion(label, role=LesionRole.TARGET) for label in labels),
    )  # fmt: skip
    found = find_in_exam(PatientRecord(RECORD.patient), baseline, TODAY)
    assert rules(found) == ["targets", "targets"]
    assert "3 targets in one organ (liver)" in found[0].text
    assert "9.9 mm is under 10 mm" in found[1].text


# --- laboratory values


def _marker(name: str, value: str, unit: str) -> MarkerDraft:
    return MarkerDraft(name, DAY, Decimal(value), unit)


@pytest.mark.parametrize(
    ("name", "value", "unit", "prior", "found"),
    [
        ("bilirubin", "1000", "µmol/L", "900", []),
        ("bilirubin", "1000.1", "umol/l", "900", ["bilirubin-bound"]),
        ("bilirubin", "1000.1", "\u03bcmol/L", "900", ["bilirubin-bound"]),
        ("Total bilirubin", "58.4", "mg/dL", "50", []),
        ("bilirubin", "58.5", "mg/dL", "50", ["bilirubin-bound"]),
        ("bilirubin", "17.1", "µmol/L", "1", ["lab-unit"]),
        ("bilirubin", "1", "µmol/L", "17.1", ["lab-unit"]),
        ("bilirubin", "30", "µmol/L", "11", []),
        ("albumin", "3.8", "g/L", "38", ["lab-unit"]),
        ("albumin", "38", "g/dL", "3.8", ["lab-unit"]),
        ("albumin", "28", "g/L", "38", []),
        ("CEA", "500", "µg/L", "50", []),
        ("ALT", "60", "U/L", "1", ["lab-unit"]),
        ("GPT", "0.8", "U/L", "48", ["lab-unit"]),
        ("GGT", "320", "U/L", "90", []),
        ("ALP", "900", "U/L", "110", []),
        ("platelets", "150000", "10^9/L", "150", ["lab-unit"]),
        ("platelets", "40", "10^9/L", "150", []),
        ("INR", "2.4", "ratio", "1.1", []),
        ("CA 19-9", "37000", "kU/L", "37", ["lab-unit"]),
    ],
)
def test_a_laboratory_value_by_the_factor_of_its_units_is_asked(
    name: str, value: str, unit: str, prior: str, found: list[str]
) -> None:
    before = MarkerResult(1, name, LAST, Decimal(prior), unit)
    assert rules(tuple(find_in_value(_marker(name, value, unit), [before]))) == found


def test_a_laboratory_value_is_compared_with_the_last_one_in_the_same_unit() -> None:
    others = [
        MarkerResult(1, "albumin", LAST, Decimal("3.9"), "g/dL"),
        MarkerResult(2, "albumin", date(2026, 3, 2), Decimal(390), "g/L"),
        MarkerResult(3, "albumin", LAST, Decimal(40), "g/L"),
        MarkerResult(4, "albumin", TODAY, Decimal("3.9"), "g/L"),
    ]
    assert list(find_in_value(_marker("albumin", "39", "g/L"), others)) == []


@pytest.mark.parametrize(
    ("name", "value", "unit", "asked"),
    [
        ("bilirubin", "1.1", "µmol/L", "2 to 1000 µmol/L"),
        ("bilirubin", "1.1", "mg/dL", None),
        ("albumin", "3.9", "g/L", "10 to 65 g/L"),
        ("albumin", "39", "g/dL", "10 to 65 g/L"),
        ("albumin", "39", "g/L", None),
        ("AST", "0.6", "U/L", "3 to 20000 U/L"),
        ("AST", "0.6", "µkat/L", None),
        ("ALP", "104", "U/l", None),
        ("GGT", "60", "IU/L", None),
        ("INR", "70", "ratio", "0.7 to 15 ratio"),
        ("INR", "1.1", "1", None),
        ("platelets", "180000", "10^9/L", "3 to 2000 10^9/L"),
        ("platelets", "180000", "/µL", None),
        ("platelets", "180", "per litre", "usually reported in 10^9/L"),
        ("LDH", "0.1", "U/L", None),
        ("CEA", "12000", "µg/L", None),
    ],
)
def test_a_first_liver_test_that_is_not_seen_in_its_unit_is_asked(
    name: str, value: str, unit: str, asked: str | None
) -> None:
    found = tuple(find_in_value(_marker(name, value, unit), []))
    assert [one.rule for one in found] == (["plausibility.lab-unit"] if asked else [])
    assert all(str(asked) in one.text for one in found)


def test_values_in_two_units_of_one_test_are_compared_as_one() -> None:
    before = [MarkerResult(1, "Bilirubin", LAST, Decimal("1.2"), "mg/dL")]
    assert list(find_in_value(_marker("bilirubin", "20", "µmol/L"), before)) == []
    (asked,) = find_in_value(_marker("bilirubin", "20", "mg/dL"), before)
    assert "20 mg/dL after 1.2 on" in asked.text
    (asked,) = find_in_value(_marker("bilirubin", "350", "µmol/L"), before)
    assert "350 µmol/L after 1.2 mg/dL on" in asked.text


# --- the findings themselves


def test_every_check_has_its_own_id_a_source_and_a_level() -> None:
    ids = [check.id for check in CHECKS]
    assert len(set(ids)) == len(ids)
    assert all(check.id.startswith("plausibility.") and len(check.source) > 15 for check in CHECKS)


def test_a_finding_reads_as_the_problem_a_service_refuses() -> None:
    (finding,) = find_in_header(TODAY + timedelta(days=1), None, TODAY)
    assert str(finding.problem) == str(finding) == "performed on: 2026-11-25 is in the future; today is 2026-11-24"
