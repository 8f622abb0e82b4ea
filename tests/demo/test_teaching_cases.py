"""The sixteen teaching cases: each brings up the note it was planted for, in the first three, and no false headline.

The list of cases is the demo's recipe (cohort recipe, last sentence). Responses were computed by hand from their tables.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.demo.conftest import TODAY, Demo
from tracker.demo.pathway import meeting_after
from tracker.domain.assess import assess
from tracker.domain.vocabulary import BackgroundSign, Response, Statement
from tracker.education import match_notes, part_notes
from tracker.pictures.answer import derive_answer
from tracker.services import actors, meetings

R = Response
#: Case, the note it was planted for, the newest computed response, and responses that no scan of the course may be given.
SIXTEEN: list[tuple[str, str, Response, set[Response]]] = [
    ("pseudoprogression", "N05", R.I_PR, {R.PD, R.I_CPD}),
    ("vanished and back", "N11", R.PR, {R.PD, R.CR}),
    ("ablation zone", "N16", R.PR, {R.PD}),
    ("CEA surge", "N22", R.SD, {R.PD}),
    ("size stable, tissue changed", "N09", R.PR, {R.PD, R.SD}),
    ("nodule after oxaliplatin", "N15", R.NED, {R.PD, R.SD, R.NON_CR_NON_PD}),
    ("mixed response", "N04", R.SD, {R.PD, R.PR}),
    ("pseudocirrhosis", "N26", R.SD, {R.PR, R.CR, R.PD}),
    ("another machine, more lesions", "N06", R.PR, {R.PD}),
    ("red flag", "N25", R.SD, {R.PD}),
    ("unit slip caught", "N42", R.SD, {R.PR, R.CR, R.PD}),
    ("joined lesions", "N13", R.SD, {R.PR, R.PD}),
    ("slow drift", "N02", R.PD, {R.PR, R.CR}),
    ("quiet on PET", "N20", R.SD, {R.CR, R.PR, R.PD}),
    ("soon after SIRT", "N17", R.SD, {R.PD}),
    ("innumerable", "N14", R.NON_CR_NON_PD, {R.PD, R.PR, R.SD, R.CR}),
]


def test_there_are_sixteen() -> None:
    assert len({name for name, *_ in SIXTEEN}) == 16


@pytest.mark.parametrize(("name", "note", "response", "never"), SIXTEEN, ids=[name for name, *_ in SIXTEEN])
def test_a_teaching_case_shows_its_note_and_no_false_headline(
    name: str, note: str, response: Response, never: set[Response], demo: Demo
) -> None:
    record, courses = demo.record(name), demo.courses(name)
    chosen = part_notes(match_notes(record, courses, TODAY))
    shown = [one.note.id for one in (*chosen.red_flags, *chosen.shown)]
    assert note in shown
    assert note in demo.case(name).notes
    rows = courses[-1].assessment.time_points
    assert rows[-1].overall_response is response
    assert never.isdisjoint({row.overall_response for row in rows})
    answer = derive_answer(courses, record)
    assert answer is not None
    assert answer.response is response


def test_pseudocirrhosis_is_recorded_as_such_beside_the_sizes_that_shrink(demo: Demo) -> None:
    last = demo.record("pseudocirrhosis").exams[-1]
    assert last.background[BackgroundSign.NODULAR_CONTOUR] is Statement.YES
    assert last.background[BackgroundSign.ASCITES] is Statement.YES
    (course,) = demo.courses("pseudocirrhosis")
    sizes = [row.sum.um for row in course.assessment.time_points if row.sum is not None]
    assert all(after < before for before, after in pairwise(sizes))


def test_every_step_of_the_slow_drift_is_sd_against_the_scan_before_and_pd_against_the_nadir(demo: Demo) -> None:
    (course,) = demo.courses("slow drift")
    sums = [row.sum for row in course.assessment.time_points]
    for before, after in pairwise(sums):
        assert before is not None
        assert after is not None
        assert not (5 * after.um >= 6 * before.um and after.um - before.um >= 5000)
    assert course.assessment.progression_date == course.assessment.time_points[-1].date


def test_the_pseudoprogression_would_have_been_a_pd_by_recist(demo: Demo) -> None:
    (course,) = demo.courses("pseudoprogression")
    assert assess(course.timeline, "recist-1.1").best_overall_response is R.PD


def test_the_next_meeting_has_eleven_cases_in_order_with_who_asks(demo: Demo) -> None:
    actor = actors.demo_actor(demo.db)
    coming = next(one for one in meetings.list_meetings(demo.db, actor) if one.held_on == meeting_after(TODAY))
    cases = meetings.load_list(demo.db, actor, coming.id).cases
    asked = sorted(
        (patient for patient in demo.cohort if patient.question is not None),
        key=lambda patient: patient.question.position if patient.question else 0,
    )
    assert [case.identifier for case in cases] == [patient.identifier for patient in asked]
    assert len(cases) == 11
    assert cases[3].identifier == "DEMO-001"
    assert all(case.asked_by and case.question.endswith("?") and case.synthetic for case in cases)
    assert [str(case.state) for case in cases].count("discussed") == 3
    assert [str(case.state) for case in cases].count("postponed") == 1


def test_named_clinicians_confirmed_and_one_overruled_with_a_reason(demo: Demo) -> None:
    confirmed = [one for record in demo.records.values() for one in record.confirmations]
    assert {"Dr M. Haas", "Dr S. Okafor"} <= {one.confirmed_by for one in confirmed}
    overruled = [one for one in confirmed if one.computed is not one.response]
    assert [(one.response, one.computed) for one in overruled] == [(R.PD, R.SD)]
    assert all(one.remark for one in overruled)


def test_the_demo_shows_the_fields_of_the_record(demo: Demo) -> None:
    planted = [demo.record(patient.case) for patient in demo.cohort if patient.case is not None]
    assert all(record.patient.tumour.histology and record.patient.metastases_on for record in planted)
    assert all(record.patient.ecog_on for record in planted)
    values = {value for record in planted for value in record.patient.biomarkers.values()}
    assert {"unknown", "pending"} <= values
    assert any(record.volumes for record in planted)
    assert any(seen.vessels for record in planted for exam in record.exams for seen in exam.observations)
    assert any(seen.appearance for record in planted for exam in record.exams for seen in exam.observations)
    assert any(seen.enhancement for record in planted for exam in record.exams for seen in exam.observations)
    assert all(
        exam.extrahepatic for record in demo.records.values() for exam in record.exams if not exam.modality.has_pet
    )
    died = [record for record in demo.records.values() if record.patient.died_on is not None]
    assert 3 <= len(died) <= 12
    assert all(
        record.exams[-1].performed_on <= record.patient.died_on <= TODAY for record in died if record.patient.died_on
    )
