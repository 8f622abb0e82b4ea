"""The cohort is the same for the same seed, lies before today, and has the shares of its recipe."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta

import pytest

from tracker.demo import generate_cohort
from tracker.demo.cases import PLANTED
from tracker.demo.people import PRIMARY_SHARES
from tracker.demo.shapes import SyntheticPatient
from tracker.domain.vocabulary import LesionRole, Modality, Primary, Provenance, ReportStatus, Segment, Sex
from tracker.errors import InputError

TODAY = date(2026, 11, 24)


def digest(cohort: tuple[SyntheticPatient, ...]) -> str:
    return hashlib.sha256(repr(cohort).encode()).hexdigest()


@pytest.fixture(scope="module")
def cohort() -> tuple[SyntheticPatient, ...]:
    return generate_cohort(60, today=TODAY)


@pytest.fixture(scope="module")
def large() -> tuple[SyntheticPatient, ...]:
    """Only generated patients, enough of them to count shares."""
    return generate_cohort(600, seed=7, today=TODAY)[len(PLANTED) :]


def test_the_same_seed_gives_the_same_cohort_to_the_last_byte(cohort: tuple[SyntheticPatient, ...]) -> None:
    assert digest(generate_cohort(60, today=TODAY)) == digest(cohort)


def test_the_same_seed_gives_the_same_cohort_in_another_process(cohort: tuple[SyntheticPatient, ...]) -> None:
    code = (
        "import hashlib; from datetime import date; from tracker.demo import generate_cohort; "
        "print(hashlib.sha256(repr(generate_cohort(60, today=date(2026, 11, 24))).encode()).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "4242"},
    )  # fmt: skip
    assert other.stdout.strip() == digest(cohort)


def test_another_seed_gives_other_patients_and_the_same_planted_cases(cohort: tuple[SyntheticPatient, ...]) -> None:
    other = generate_cohort(60, seed=1, today=TODAY)
    assert other[: len(PLANTED)] == cohort[: len(PLANTED)]
    assert all(one != two for one, two in zip(other[len(PLANTED) :], cohort[len(PLANTED) :], strict=True))


@pytest.mark.parametrize("patients", [0, 1, 7, len(PLANTED), 35])
def test_a_smaller_cohort_is_the_beginning_of_a_larger_one(patients: int, cohort: tuple[SyntheticPatient, ...]) -> None:
    assert generate_cohort(patients, today=TODAY) == cohort[:patients]


@pytest.mark.parametrize("patients", [-1, 5001])
def test_an_impossible_number_of_patients_is_refused_in_words(patients: int) -> None:
    with pytest.raises(InputError, match="not a number of patients from 0 to 5000"):
        generate_cohort(patients, today=TODAY)


def test_everybody_is_marked_synthetic_and_nobody_has_a_name(cohort: tuple[SyntheticPatient, ...]) -> None:
    assert [patient.identifier for patient in cohort] == [f"DEMO-{number:03d}" for number in range(1, 61)]
    assert all(patient.draft.synthetic and patient.draft.name is None for patient in cohort)
    seen = [seen for patient in cohort for exam in patient.exams for seen in exam.observations]
    assert {one.provenance for one in seen} == {Provenance.SYNTHETIC}


@pytest.mark.parametrize("today", [TODAY, date(2024, 2, 29), date(2027, 1, 1), date(2026, 11, 29)])
def test_everything_lies_before_today_in_order_and_on_working_days(today: date) -> None:
    for patient in generate_cohort(60, today=today):
        days = [exam.performed_on for exam in patient.exams]
        assert days == sorted(days)
        assert len(set(days)) == len(days), patient.identifier
        assert max(days) < today
        assert all(day.weekday() < 5 for day in days)
        assert all(exam.reported_on is None or exam.performed_on <= exam.reported_on <= today for exam in patient.exams)
        assert all(marker.taken_on <= today for marker in patient.markers)
        assert all(told.told_on <= today for told in patient.symptoms)
        for course in patient.courses:
            assert all(exam.performed_on > _baseline_day(course, patient) for exam in course.follow_ups)
            treatment = course.draft.treatment
            assert treatment is None or treatment.stop is None or treatment.start <= treatment.stop <= today
            assert treatment is None or treatment.start <= today


def _baseline_day(course: object, patient: SyntheticPatient) -> date:
    for one in patient.courses:
        if one is course:
            return one.baseline_on or one.draft.baseline.performed_on  # type: ignore[union-attr]
    raise AssertionError


def test_targets_follow_recist(large: tuple[SyntheticPatient, ...]) -> None:
    """At most five targets, two an organ, 10 mm or more (nodes 15 mm) at the baseline (Eisenhauer 2009, 3.1 and 4.2)."""
    courses = [(patient, course) for patient in large for course in patient.courses]
    for patient, course in courses:
        organs = {lesion.label: lesion.organ for exam in patient.exams for lesion in exam.lesions}
        targets = [label for label, role in course.draft.roles.items() if role is LesionRole.TARGET]
        assert len(targets) <= 5
        assert all(number <= 2 for number in Counter(organs[label] for label in targets).values())
        day = _baseline_day(course, patient)
        baseline = next(exam for exam in patient.exams if exam.performed_on == day)
        sizes = {seen.label: seen.observation for seen in baseline.observations}
        for label in targets:
            size = sizes[label].diameter(node=organs[label] == "lymph node")
            assert size is not None
            assert size.um >= (15_000 if organs[label] == "lymph node" else 10_000)


def test_shares_are_those_of_the_recipe(large: tuple[SyntheticPatient, ...]) -> None:
    number = len(large)
    primaries = Counter(patient.draft.primary for patient in large)
    for primary, share in PRIMARY_SHARES:
        assert 100 * primaries[primary] / number == pytest.approx(share, abs=1), primary
    follow_ups = [exam.modality for patient in large for exam in patient.exams[1:]]
    for modality, share in ((Modality.CT, 72), (Modality.MR, 18), (Modality.PET_CT, 10)):
        assert 100 * follow_ups.count(modality) / len(follow_ups) == pytest.approx(share, abs=5), modality
    colorectal = [patient.draft for patient in large if patient.draft.primary is Primary.COLORECTAL]
    assert _percent(draft.sex is Sex.MALE for draft in colorectal) == pytest.approx(57, abs=7)
    assert _percent("RAS" in draft.biomarkers["RAS"] for draft in colorectal) == pytest.approx(45, abs=7)
    assert _percent(draft.biomarkers["BRAF"] == "V600E" for draft in colorectal) == pytest.approx(8, abs=5)
    assert _percent(draft.biomarkers["MMR"] == "deficient" for draft in colorectal) == pytest.approx(4, abs=3)
    pending = [any(exam.status is ReportStatus.PRELIMINARY for exam in patient.exams) for patient in large]
    assert _percent(pending) == pytest.approx(4, abs=2.5)


def _percent(answers: object) -> float:
    found = list(answers)  # type: ignore[call-overload]
    return 100.0 * sum(found) / len(found)


def test_lesions_lie_in_all_segments_and_some_outside_the_liver(large: tuple[SyntheticPatient, ...]) -> None:
    lesions = [lesion for patient in large for exam in patient.exams for lesion in exam.lesions]
    segments = {segment for lesion in lesions for segment in lesion.segments}
    assert segments == set(Segment) - {Segment.IV}
    outside = [any(lesion.organ != "liver" for lesion in patient.exams[0].lesions) for patient in large]
    assert _percent(outside) == pytest.approx(30, abs=6)
    assert {"lung", "lymph node", "bone", "peritoneum"} <= {lesion.organ for lesion in lesions}


def test_a_worklist_has_something_of_everything(cohort: tuple[SyntheticPatient, ...]) -> None:
    since = [(TODAY - patient.exams[-1].performed_on).days for patient in cohort]
    assert sum(days <= 14 for days in since) >= 10
    assert sum(days > 63 for days in since) >= 2
    assert max(since) < 200


def test_courses_follow_progression_and_some_share_its_scan(large: tuple[SyntheticPatient, ...]) -> None:
    second = [patient for patient in large if len(patient.courses) == 2]
    assert len(second) > 50
    shared = [patient for patient in second if patient.courses[1].baseline_on is not None]
    assert 0.2 < len(shared) / len(second) < 0.6
    for patient in shared:
        assert patient.courses[0].follow_ups[-1].performed_on == patient.courses[1].baseline_on
        assert patient.courses[1].draft.baseline is None


def test_every_planted_case_has_a_name_a_lesson_and_its_notes(cohort: tuple[SyntheticPatient, ...]) -> None:
    planted = [patient for patient in cohort if patient.case is not None]
    assert planted == list(cohort[: len(PLANTED)])
    assert len({patient.case for patient in planted}) == len(PLANTED)
    assert all(patient.teaches.endswith(".") for patient in planted)
    assert all(build.__doc__ for build in PLANTED)


def test_a_planted_case_moves_with_today() -> None:
    """A week later the planted case is the same, seven days on."""
    for now, later in zip(
        generate_cohort(len(PLANTED), today=TODAY),
        generate_cohort(len(PLANTED), today=TODAY + timedelta(days=7)),
        strict=True,
    ):
        assert [exam.observations for exam in now.exams if not _has_dates(exam)] == [
            exam.observations for exam in later.exams if not _has_dates(exam)
        ]
        moved = [exam.performed_on + timedelta(days=7) for exam in now.exams]
        assert moved == [exam.performed_on for exam in later.exams]


def _has_dates(exam: object) -> bool:
    return any(seen.observation.treated_on is not None for seen in exam.observations)  # type: ignore[attr-defined]
