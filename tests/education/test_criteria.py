"""Notes of courses that are not judged by RECIST 1.1: a progression that waits is one, RECIST's own lines are not said of Choi."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.pictures.records import simple
from tracker.domain.derivation import assess_record
from tracker.domain.record import PatientRecord, Treatment
from tracker.domain.vocabulary import TreatmentKind
from tracker.education import select_notes

TODAY = date(2026, 11, 24)


def judged_by(criterion: str, patient: PatientRecord) -> PatientRecord:
    [course] = patient.courses
    given = Treatment(1, "nivolumab", TreatmentKind.IMMUNOTHERAPY, date(2026, 1, 12))
    judged = replace(course, plan=replace(course.plan, criterion=criterion))
    return replace(patient, courses=(judged,), treatments=(given,))


def notes_of(patient: PatientRecord) -> dict[str, str]:
    chosen = select_notes(patient, assess_record(patient), TODAY, limit=99)
    return {one.note.id: str(one.because) for one in chosen}


@pytest.mark.parametrize(("criterion", "letters"), [("recist-1.1", "PD"), ("irecist", "iUPD")])
def test_growth_on_immunotherapy_is_told_in_the_letters_of_the_criterion(criterion: str, letters: str) -> None:
    told = notes_of(judged_by(criterion, simple([60, 74])))
    assert f"first {letters} computed on 5 Mar" in told["N05"]


def test_a_growth_that_was_void_is_followed_by_shrinkage() -> None:
    assert "was followed by shrinkage" in notes_of(judged_by("irecist", simple([60, 74, 40])))["N05"]


@pytest.mark.parametrize(("criterion", "is_told"), [("recist-1.1", True), ("irecist", True), ("choi", False)])
def test_the_lines_of_recist_are_said_of_its_own_sizes_only(criterion: str, is_told: bool) -> None:
    # 46 mm lies above the nadir of 40 mm, which lies below the baseline; 19 mm is 5 mm short
    assert ("N02" in notes_of(judged_by(criterion, simple([60, 40, 46])))) is is_told
    assert ("N03" in notes_of(judged_by(criterion, simple([16, 15, 19])))) is is_told


def test_a_small_change_is_no_note_of_a_progression_that_waits() -> None:
    patient = judged_by("irecist", simple([60, 74, 75]))
    assert "N01" not in notes_of(patient)
