"""Computed, reported, confirmed side by side: what differs is named with both values, what cannot be compared is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tracker.domain.assess import CRITERIA
from tracker.domain.derivation import assess_record
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.narrative import Narrative, Trend, read_narrative
from tracker.domain.opinions import Author, Kind, Opinions, list_disagreements, opinions_of, responses_of
from tracker.domain.record import (
    Confirmation,
    Course,
    Exam,
    Patient,
    PatientRecord,
    Plan,
    RecordedLesion,
    RecordedObservation,
    RecordedTimePoint,
)
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import CourseKind, LesionRole, Modality, Response, State

PR, SD, PD, CR, NE = Response.PR, Response.SD, Response.PD, Response.CR, Response.NE
FIRST = date(2026, 1, 5)


def day(at: int) -> date:
    return FIRST + timedelta(days=56 * at)


def record(
    sizes: Sequence[float | State],
    reported: dict[int, str] | None = None,
    confirmations: Sequence[Confirmation] = (),
    new_at: int | None = None,
    settings: Settings = Settings(),
) -> PatientRecord:
    """One target through one course, a scan every eight weeks, with what the reports say by number of the scan."""
    exams = []
    for at, size in enumerate(sizes):
        seen = Observation(size) if isinstance(size, State) else Observation(State.MEASURED, Length.from_mm(size))
        said = [RecordedObservation("L1", seen)]
        if at == new_at:
            said.append(RecordedObservation("N1", Observation(State.UNEQUIVOCAL, Length.from_mm(12))))
        words = (reported or {}).get(at)
        exams.append(Exam(at + 1, day(at), Modality.CT, 1, observations=tuple(said), reported_response=words))
    points = tuple(RecordedTimePoint(at, (at + 1,)) for at in range(len(exams)))
    plan = Plan(5, "recist-1.1", settings, {"L1": LesionRole.TARGET}, points)
    course = Course(1, 1, CourseKind.SYSTEMIC, "FOLFIRI", FIRST, None, plan)
    lesions = tuple(RecordedLesion(at, label, f"2.25.{at}", "liver") for at, label in enumerate(("L1", "N1"), start=1))
    return PatientRecord(
        Patient(1, "P-1", "site", 12), lesions, tuple(exams), (course,), confirmations=tuple(confirmations)
    )


def confirmation(at: int, response: Response, computed: Response | None, **more: Any) -> Confirmation:
    given = {"patient_version": 12, "sum": None, **more}
    moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    return Confirmation(1, 5, 1, day(at), response, "Dr Example", moment, "0.1.0", computed, **given)


def opinions(patient: PatientRecord, at: int) -> Opinions:
    (course,) = assess_record(patient)
    return opinions_of(patient, course)[at - 1]


def kinds(patient: PatientRecord) -> list[Kind]:
    return [one.kind for one in list_disagreements(patient, assess_record(patient))]


# --- the words of a report -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("partial response", PR), ("PR", PR), ("Partial remission.", PR), ("RECIST 1.1: PR", PR), ("Response: PR", PR),
        ("stable disease", SD), ("SD, no new lesions", SD), ("Stable disease according to RECIST 1.1.", SD),
        ("stable disease, slightly larger", SD), ("complete response", CR), ("no evidence of disease", Response.NED),
        ("progression", PD), ("disease progression", PD), ("Progressive disease with new lesions", PD),
        ("not evaluable", NE), ("non-CR/non-PD", Response.NON_CR_NON_PD), ("iUPD", Response.I_UPD),
        ("partial metabolic response", Response.PMR),
    ],
)  # fmt: skip
def test_a_category_is_read(text: str, response: Response) -> None:
    assert read_narrative(text) == Narrative(text, response)


@pytest.mark.parametrize(
    ("text", "trend"),
    [
        ("unchanged", Trend.UNCHANGED), ("no change", Trend.UNCHANGED), ("stable", Trend.UNCHANGED),
        ("No significant interval change since the previous scan", Trend.UNCHANGED),
        ("regression", Trend.SMALLER), ("lesions smaller", Trend.SMALLER), ("decreased in size", Trend.SMALLER),
        ("larger", Trend.LARGER), ("slight progression", Trend.LARGER), ("new lesion", Trend.NEW_LESION),
        ("larger, new metastases", Trend.NEW_LESION), ("mixed response", Trend.MIXED),
    ],
)  # fmt: skip
def test_a_trend_against_the_scan_before_is_no_category(text: str, trend: Trend) -> None:
    assert read_narrative(text) == Narrative(text, trend=trend)


@pytest.mark.parametrize(
    "text",
    [
        "PD?", "possible progression", "no progression", "stable except segment VI", "CR/PR", "sd pd", "PD, smaller",
        "partial response in the liver, progression in bone", "unchanged, L3 seen again", "unchanged since baseline",
        "stable since the prior progression", "partial response with a new lesion", "no longer stable", "", "?", "…",
    ],
)  # fmt: skip
def test_what_is_not_understood_to_its_last_word_stays_text(text: str) -> None:
    assert read_narrative(text) == Narrative(text)
    assert not read_narrative(text).comparable


def test_a_mixed_response_is_known_and_never_compared() -> None:
    assert not read_narrative("mixed response").comparable
    assert kinds(record([60, 80], {1: "mixed response"})) == []


# --- report and arithmetic -------------------------------------------------------------------------------------------


def test_slow_growth_that_each_report_calls_stable_is_a_disagreement_with_its_reason() -> None:
    patient = record([60, 50, 54, 58, 62], dict.fromkeys(range(1, 5), "stable disease"))
    (course,) = assess_record(patient)
    (found,) = list_disagreements(patient, (course,))
    assert (found.kind, found.date, found.exam_ids, found.course_number) == (
        Kind.REPORT_AND_ARITHMETIC, day(4), (5,), 1,
    )  # fmt: skip
    assert found.between == (Author.REPORTED, Author.COMPUTED)
    assert found.values == ("stable disease", "PD")
    assert found.reasons[0].rule == "recist11.target.pd"
    assert not found.settled
    assert found.sentence == (
        "The report of 17 Aug 2026 calls this stable disease; the arithmetic on entered sizes is PD: 24.0 % and 12 mm above the "
        "nadir of 50 mm (2 Mar 2026). Against the scan before (22 Jun 2026) the sum changed by +6.9 %: a report compares with "
        "that scan, the criterion counts growth from the nadir. For the meeting."
    )


def test_shrinkage_in_small_steps_is_explained_by_the_baseline() -> None:
    (found,) = list_disagreements(patient := record([100, 75, 69], {2: "unchanged"}), assess_record(patient))
    assert (
        "says “unchanged”; the arithmetic on entered sizes is PR: 31.0 % below the baseline of 100 mm."
        in found.sentence
    )
    assert "the sum changed by −8.0 %" in found.sentence
    assert "counts shrinkage from the baseline" in found.sentence


def test_where_the_report_looks_at_the_same_scan_nothing_is_explained_away() -> None:
    (found,) = list_disagreements(patient := record([50, 62], {1: "SD"}), assess_record(patient))
    assert "Against the scan before" not in found.sentence
    assert "the nadir of 50 mm (5 Jan 2026)" in found.sentence


def test_progression_by_a_new_lesion_is_told_by_its_rule() -> None:
    patient = record([60, 58], {1: "stable disease"}, new_at=1)
    (found,) = list_disagreements(patient, assess_record(patient))
    assert "is PD: N1: unequivocal new lesion, first seen on 2 Mar 2026." in found.sentence


@pytest.mark.parametrize(
    ("sizes", "words", "differs"),
    [
        # A category differs where the computed one is another.
        ([60, 58], "SD", False), ([60, 40], "SD", True), ([60, 40], "PR", False), ([60, 58], "PR", True),
        ([60, 58], "PD", True), ([60, 75], "PD", False), ([60, 75], "partial response", True),
        ([60, State.ABSENT], "no evidence of disease", False), ([60, State.ABSENT], "PR", True),
        ([60, 40], "not evaluable", True),
        # What the arithmetic cannot judge contradicts nobody.
        ([60, State.NOT_EVALUABLE], "PD", False), ([60, State.NOT_EVALUABLE], "SD", False),
        # A new lesion is PD whatever the sizes are.
        ([60, 58], "new lesion", True), ([60, State.NOT_EVALUABLE], "new lesion", True),
        # A trend differs only where a category is reached against it.
        ([60, 58], "unchanged", False), ([60, 75], "unchanged", True), ([60, 40], "unchanged", True),
        ([60, 40, 41], "unchanged", False), ([60, 40, 41], "larger", False), ([60, 75, 77], "unchanged", False),
        ([60, 75, 70], "smaller", False), ([60, 75], "smaller", True), ([60, 58], "smaller", False),
        ([60, 62], "larger", False), ([60, 40], "larger", True), ([60, State.ABSENT], "larger", True),
        # A metabolic response is another finding.
        ([60, 58], "partial metabolic response", False),
    ],
)  # fmt: skip
def test_only_what_cannot_both_hold_differs(sizes: list[float | State], words: str, differs: bool) -> None:
    patient = record(sizes, {len(sizes) - 1: words})
    assert kinds(patient) == ([Kind.REPORT_AND_ARITHMETIC] if differs else [])


def test_a_kept_partial_response_that_the_report_calls_stable_is_a_remark() -> None:
    patient = record([100, 69, 72], {2: "stable disease"})
    found = opinions(patient, 2)
    assert (found.computed, found.disagreements) == (PR, ())
    assert found.remark is not None
    assert found.remark.startswith("Judged alone this visit is SD, as the report says;")
    strict = record([100, 69, 72], {2: "stable disease"}, settings=Settings(sticky_pr=False))
    assert (opinions(strict, 2).computed, opinions(strict, 2).remark) == (SD, None)


def test_without_targets_stable_disease_and_non_cr_non_pd_are_one() -> None:
    patient = record([State.PRESENT, State.PRESENT], {1: "stable disease"})
    plan = replace(patient.courses[0].plan, roles={"L1": LesionRole.NON_TARGET})
    patient = replace(patient, courses=(replace(patient.courses[0], plan=plan),))
    assert opinions(patient, 1).computed is Response.NON_CR_NON_PD
    assert kinds(patient) == []


def test_each_report_of_a_time_point_speaks_for_itself() -> None:
    patient = record([60, 75], {1: "PD"})
    second = Exam(9, day(1), Modality.MR, 1, ordinal=2, reported_response="stable disease")
    plan = patient.courses[0].plan
    points = (plan.time_points[0], RecordedTimePoint(1, (2, 9)))
    patient = replace(
        patient,
        exams=(*patient.exams, second),
        courses=(replace(patient.courses[0], plan=replace(plan, time_points=points)),),
    )
    found = opinions(patient, 1)
    assert [one.exam_id for one in found.reported] == [2, 9]
    assert [one.values for one in found.disagreements] == [("stable disease", "PD")]
    assert found.line == "Computed PD · Reported PD; stable disease · Not confirmed"


# --- confirmations ---------------------------------------------------------------------------------------------------


def test_the_three_stand_in_one_line() -> None:
    assert opinions(record([60, 75], {1: "stable disease"}), 1).line == (
        "Computed PD · Reported stable disease · Not confirmed"
    )
    assert opinions(record([60, 58]), 1).line == "Computed SD · No response reported · Not confirmed"
    standing = record([60, 58], {1: "unchanged"}, [confirmation(1, SD, SD)])
    assert opinions(standing, 1).line == "Computed SD · Reported “unchanged” · Confirmed SD by Dr Example"
    assert opinions(standing, 1).stands is True
    hollow = record([60, 58], confirmations=[confirmation(1, PR, PR)])
    assert opinions(hollow, 1).line == (
        "Computed SD · No response reported · Confirmed PR by Dr Example on version 12; now computes SD"
    )


def test_a_confirmation_of_an_older_version_is_hollow() -> None:
    patient = record([60, 58], confirmations=[confirmation(1, PR, PR)])
    (found,) = list_disagreements(patient, assess_record(patient))
    assert found.kind is Kind.CONFIRMED_BEFORE
    assert found.values == ("PR", "SD")
    assert not found.settled
    assert found.sentence == (
        "Confirmed PR by Dr Example on version 12; now computes SD: 3.3 % below the baseline of 60 mm. For the meeting."
    )


def test_what_now_computes_as_it_was_confirmed_stands() -> None:
    assert kinds(record([60, 58], confirmations=[confirmation(1, SD, PR)])) == []


def test_a_confirmation_that_knowingly_differs_is_settled_by_its_name() -> None:
    patient = record([60, 75], {1: "stable disease"}, [confirmation(1, SD, PD, remark="swelling after treatment")])
    found = list_disagreements(patient, assess_record(patient))
    assert [(one.kind, one.settled) for one in found] == [
        (Kind.CONFIRMED_OTHERWISE, True), (Kind.REPORT_AND_ARITHMETIC, True),
    ]  # fmt: skip
    assert found[0].sentence == (
        "Confirmed SD by Dr Example (“swelling after treatment”); the arithmetic on entered sizes is PD: 25.0 % and 15 mm above "
        "the nadir of 60 mm (5 Jan 2026)."
    )
    assert not found[1].sentence.endswith("For the meeting.")


def test_the_last_confirmation_of_a_time_point_counts() -> None:
    later = replace(confirmation(1, SD, SD), id=2)
    patient = record([60, 58], confirmations=[confirmation(1, PR, PR), later])
    assert opinions(patient, 1).confirmed == later
    assert kinds(patient) == []


def test_where_nothing_is_computed_report_and_confirmation_are_compared() -> None:
    patient = record([60, State.NOT_EVALUABLE], {1: "stable disease"}, [confirmation(1, PD, NE, remark="ascites")])
    found = list_disagreements(patient, assess_record(patient))
    assert [one.kind for one in found] == [Kind.CONFIRMED_OTHERWISE, Kind.REPORT_AND_CONFIRMATION]
    assert found[1].sentence == "The report of 2 Mar 2026 calls this stable disease; Dr Example confirmed PD."


def test_a_confirmed_time_point_that_was_moved_is_not_forgotten() -> None:
    moved = replace(confirmation(1, PR, PR), time_point_on=date(2026, 3, 1))
    patient = record([60, 58], confirmations=[moved])
    (found,) = list_disagreements(patient, assess_record(patient))
    assert found.kind is Kind.WITHOUT_TIME_POINT
    assert found.reasons == ()
    assert found.sentence == (
        "Confirmed PR by Dr Example on version 12 for 1 Mar 2026; course 1 has no time point of that date any more. "
        "For the meeting."
    )


def test_a_response_that_holds_on_another_sum_says_so() -> None:
    patient = record([60, 40], confirmations=[confirmation(1, PR, PR, sum=Length.from_mm(38))])
    assert opinions(patient, 1).line.endswith("Confirmed PR by Dr Example on a sum of 38 mm, now 40 mm")
    assert kinds(patient) == []


def test_disagreements_are_listed_newest_first() -> None:
    patient = record([60, 75, 77, 60], {1: "SD", 2: "SD", 3: "PR"})
    found = list_disagreements(patient, assess_record(patient))
    assert [one.date for one in found] == sorted((one.date for one in found), reverse=True)
    assert len(found) == 3


def test_every_criterion_has_its_own_words() -> None:
    assert all(responses_of(criterion) for criterion in CRITERIA)
    assert Response.PMR in responses_of("percist-1.0")
    assert PR not in responses_of("irecist")
    assert Response.I_CPD not in responses_of("recist-1.1")
    assert responses_of("who-1979") == ()
