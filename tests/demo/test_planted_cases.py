"""Every planted case, stored through the services and assessed by its criterion, reads as it was written to read.

Sums and responses were computed by hand from the tables of the cases: Eisenhauer 2009, 4.3; Seymour 2017, Table 2, for the
two on immunotherapy; Choi 2007 for GIST.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.demo.conftest import TODAY, Demo
from tracker.demo.cases import PLANTED
from tracker.domain.assess import assess
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.opinions import Kind, list_disagreements
from tracker.domain.record import Exam
from tracker.domain.vocabulary import CountKind, Response, State
from tracker.domain.waiting import find_waiting
from tracker.education import select_notes

CR, PR, SD, PD, NE, NED = Response.CR, Response.PR, Response.SD, Response.PD, Response.NE, Response.NED
NON = Response.NON_CR_NON_PD
I_UPD, I_SD, I_PR = Response.I_UPD, Response.I_SD, Response.I_PR

#: Case, then for each course: sums in mm (None: no complete sum) and responses, the baseline without one.
READS = [
    ("two courses", [([102, 79, 62, 46, 59], [SD, PR, PR, PD]), ([65, 56, 60], [SD, SD])]),
    ("another machine, more lesions", [([75, 61, 52, 51], [SD, PR, PR])]),
    ("ablation zone", [([55, 43, 37, 35], [SD, PR, PR])]),
    ("pseudoprogression", [([60, 74, 58, 38, 29], [I_UPD, I_SD, I_PR, I_PR])]),
    ("vanished and back", [([70, 53, 43, 41, 40, 41], [SD, PR, PR, PR, PR])]),
    ("CEA surge", [([81, 60], [SD])]),
    ("slow drift", [([72, 64, 66, 68, 71, 74, 77], [SD, SD, SD, SD, SD, PD])]),
    ("mixed response", [([75, 63, 60, 61], [SD, SD, SD])]),
    ("red flag", [([48, 40, 40], [SD, SD])]),
    ("unit slip caught", [([76, 62, 55], [SD, SD])]),
    ("joined lesions", [([64, 60, 57, 47], [SD, SD, SD])]),
    ("innumerable", [([None, None, None, None], [NON, NON, NON])]),
    ("size stable, tissue changed", [([103, 107, 105, 108], [PR, PR, PR])]),
    ("nodule after oxaliplatin", [([None] * 7, [NED] * 6)]),
    ("pseudocirrhosis", [([64, 56, 52, 49, 47], [SD, SD, SD, SD])]),
    ("quiet on PET", [([56, 53, 51], [SD, SD])]),
    ("soon after SIRT", [([97, 103], [SD])]),
    (
        "twelve scans",
        [([118, 96, 80, 71, 66, 63, 61, 63, 66, 68, 72, 76], [SD, PR, PR, PR, PR, PR, PR, PR, PR, PR, PD])],
    ),
    ("single scan", [([95], [])]),
    ("a scan that cannot be judged", [([85, 68, None, 58, 54], [SD, NE, PR, PR])]),
    ("first growth on immunotherapy", [([82, 99], [I_UPD])]),
]


def sums(course: CourseAssessment) -> list[Decimal | None]:
    return [None if row.sum is None else row.sum.mm for row in course.assessment.time_points]


def responses(course: CourseAssessment) -> list[Response | None]:
    return [row.overall_response for row in course.assessment.time_points]


def last_exam(demo: Demo, name: str) -> Exam:
    return demo.record(name).exams[-1]


@pytest.mark.parametrize(("name", "expected"), READS, ids=[name for name, _ in READS])
def test_a_case_has_its_sums_and_responses(
    name: str, expected: list[tuple[list[int | None], list[Response]]], demo: Demo
) -> None:
    found = [(sums(course), responses(course)) for course in demo.courses(name)]
    assert found == [(sizes, [None, *said]) for sizes, said in expected]


def test_no_planted_case_is_left_out(demo: Demo) -> None:
    assert {patient.case for patient in demo.cohort[: len(PLANTED)]} == {name for name, _ in READS}


def test_the_notes_of_a_case_come_up(demo: Demo) -> None:
    for patient in demo.cohort[: len(PLANTED)]:
        assert patient.case is not None
        chosen = select_notes(demo.record(patient.case), demo.courses(patient.case), TODAY, limit=99)
        ids = {one.note.id.split("-")[0] for one in chosen}
        assert set(patient.notes) <= ids, patient.case


def test_two_courses_have_their_own_nadirs_and_pet_alone_joins_none(demo: Demo) -> None:
    first, second = demo.courses("two courses")
    assert [row.nadir.mm for row in first.assessment.time_points if row.nadir] == [102, 79, 62, 46]
    assert second.assessment.time_points[-1].nadir is not None
    assert second.assessment.time_points[-1].nadir.mm == 56
    assert second.assessment.progression_date is None
    pet = [exam.id for exam in demo.record("two courses").exams if exam.modality.has_pet]
    judged = {exam for course in (first, second) for row in course.exam_ids_by_row for exam in row}
    assert len(pet) == 3
    assert judged.isdisjoint(pet)


def test_another_machine_makes_no_progression(demo: Demo) -> None:
    (course,) = demo.courses("another machine, more lesions")
    assert course.assessment.progression_date is None
    assert not any(row.new_lesions for row in course.assessment.time_points)
    states = {
        seen.label: seen.observation.state for seen in last_exam(demo, "another machine, more lesions").observations
    }
    assert states["L4"] is State.EQUIVOCAL
    assert states["L5"] is State.EQUIVOCAL


def test_an_ablation_zone_larger_than_its_lesion_is_no_progression(demo: Demo) -> None:
    (course,) = demo.courses("ablation zone")
    history = [exam.observation("L3") for exam in demo.record("ablation zone").exams]
    before, after = history[-2], history[-1]
    assert before is not None
    assert after is not None
    assert after.observation.state is State.TREATED
    assert after.observation.longest is not None
    assert before.observation.longest is not None
    assert after.observation.longest > before.observation.longest
    assert course.assessment.progression_date is None


def test_pseudoprogression_is_void_by_irecist_and_lasts_by_recist(demo: Demo) -> None:
    (course,) = demo.courses("pseudoprogression")
    rows = course.assessment.time_points
    assert course.assessment.criteria == "irecist"
    assert course.assessment.progression_date is None
    assert course.assessment.best_overall_response is I_PR
    assert not any(row.after_progression for row in rows)
    by_recist = assess(course.timeline, "recist-1.1")
    assert by_recist.progression_date == rows[1].date
    assert by_recist.best_overall_response is PD
    assert [row.after_progression for row in by_recist.time_points] == [False, False, True, True, True]


def test_a_first_growth_on_immunotherapy_waits(demo: Demo) -> None:
    (course,) = demo.courses("first growth on immunotherapy")
    rows = course.assessment.time_points
    waiting = find_waiting(rows, course.timeline.settings)
    assert waiting is not None
    assert waiting.may_confirm_from == rows[1].date + timedelta(days=28)
    assert waiting.confirmed_by is not None
    assert waiting.confirmed_by.mm == 104


def test_gist_is_sd_by_size_and_pr_by_choi(demo: Demo) -> None:
    (course,) = demo.courses("size stable, tissue changed")
    assert course.assessment.criteria == "choi"
    by_size = assess(course.timeline, "recist-1.1")
    assert [row.overall_response for row in by_size.time_points] == [None, SD, SD, SD]


def test_a_vanished_lesion_that_is_back_is_asked_about_and_no_progression(demo: Demo) -> None:
    (course,) = demo.courses("vanished and back")
    assert course.assessment.progression_date is None
    assert any("L3 was gone before" in problem.text for problem in course.assessment.problems)


def test_a_cea_surge_doubles_while_the_sum_shrinks_early(demo: Demo) -> None:
    values = [marker.value for marker in demo.record("CEA surge").markers]
    assert max(values) > 2 * values[0]
    (course,) = demo.courses("CEA surge")
    change = course.assessment.time_points[1].change_from_baseline_percent
    assert change is not None
    assert change <= -20


def test_slow_drift_is_small_at_every_step_and_progression_against_the_nadir(demo: Demo) -> None:
    (course,) = demo.courses("slow drift")
    sizes = [row.sum.um for row in course.assessment.time_points if row.sum is not None]
    steps = [(now, before) for before, now in pairwise(sizes[1:])]
    assert all(0 < now - before < 5000 and 5 * now < 6 * before for now, before in steps)
    last = course.assessment.time_points[-1]
    assert last.nadir is not None
    assert last.nadir.mm == 64
    assert last.change_from_nadir_um == 13_000
    assert last.change_from_baseline_percent is not None
    assert last.change_from_baseline_percent < 20


def test_mixed_response_hides_one_growing_lesion(demo: Demo) -> None:
    sizes = [exam.observation("L2") for exam in demo.record("mixed response").exams]
    first, last = sizes[0], sizes[-1]
    assert first is not None
    assert last is not None
    assert first.observation.longest is not None
    assert last.observation.longest is not None
    assert 5 * last.observation.longest.um >= 6 * first.observation.longest.um
    assert demo.courses("mixed response")[0].assessment.progression_date is None


def test_the_red_flag_was_told_days_ago_and_bilirubin_jumped(demo: Demo) -> None:
    record = demo.record("red flag")
    assert record.symptoms[-1].symptoms == ("fever", "jaundice")
    assert (TODAY - record.symptoms[-1].told_on).days <= 7
    bilirubin = [marker for marker in record.markers if marker.name == "bilirubin"]
    assert bilirubin[-1].upper_limit is not None
    assert bilirubin[-1].value > 2 * bilirubin[-1].upper_limit
    assert bilirubin[-1].value < 1000


def test_the_unit_slip_would_have_read_as_a_response_and_its_correction_is_version_two(demo: Demo) -> None:
    slipped = demo.case("unit slip caught").exams[-1]
    wrong = [seen.observation.longest for seen in slipped.observations if seen.label in ("L1", "L2")]
    assert sum(size.um for size in wrong if size is not None) * 10 <= 7 * 76_000
    assert last_exam(demo, "unit slip caught").version == 2
    assert demo.courses("unit slip caught")[0].assessment.best_overall_response is SD


def test_joined_lesions_count_once(demo: Demo) -> None:
    joined = last_exam(demo, "joined lesions").observation("L2")
    assert joined is not None
    assert joined.observation.state is State.MERGED
    assert joined.observation.into == "L1"


def test_innumerable_lesions_have_no_size_and_no_sum(demo: Demo) -> None:
    record = demo.record("innumerable")
    assert not any(seen.observation.has_size for exam in record.exams for seen in exam.observations)
    kinds = [exam.liver_count.kind for exam in record.exams if exam.liver_count is not None]
    assert kinds == [CountKind.INNUMERABLE, CountKind.INNUMERABLE, CountKind.AT_LEAST, CountKind.INNUMERABLE]


def test_density_falls_by_more_than_fifteen_percent_while_size_is_stable(demo: Demo) -> None:
    record = demo.record("size stable, tissue changed")
    values = [[seen.observation.attenuation_hu for seen in exam.observations] for exam in record.exams]
    assert all(
        now is not None and before is not None and now < before * Decimal("0.85")
        for before, now in zip(values[0], values[-1], strict=True)
    )


def test_a_nodule_after_oxaliplatin_stays_a_question(demo: Demo) -> None:
    (course,) = demo.courses("nodule after oxaliplatin")
    assert course.assessment.progression_date is None
    nodule = last_exam(demo, "nodule after oxaliplatin").observation("L2")
    assert nodule is not None
    assert nodule.observation.state is State.EQUIVOCAL


def test_a_missing_target_is_no_nadir(demo: Demo) -> None:
    (course,) = demo.courses("a scan that cannot be judged")
    rows = course.assessment.time_points
    assert rows[2].sum_of_measured is not None
    assert rows[2].sum_of_measured.mm == 42
    assert rows[3].nadir is not None
    assert rows[3].nadir.mm == 68


def test_quiet_lesions_are_visible_on_pet_ct(demo: Demo) -> None:
    seen = last_exam(demo, "quiet on PET").observation("L1")
    assert seen is not None
    assert seen.observation.longest is not None
    assert seen.observation.longest.mm >= 10
    assert seen.observation.suv_max is not None
    assert seen.observation.suv_max < 3


def test_a_single_scan_has_no_response_yet(demo: Demo) -> None:
    (course,) = demo.courses("single scan")
    assert len(course.assessment.time_points) == 1
    assert course.assessment.best_overall_response is NE
    assert CR not in responses(course)


def test_a_confirmation_of_a_unit_slip_is_hollow_after_its_correction(demo: Demo) -> None:
    (found,) = list_disagreements(demo.record("unit slip caught"), demo.courses("unit slip caught"))
    assert (found.kind, found.values) == (Kind.CONFIRMED_BEFORE, ("PR", "SD"))


def test_slow_drift_that_each_report_calls_unchanged_differs_from_the_arithmetic(demo: Demo) -> None:
    (found,) = list_disagreements(demo.record("slow drift"), demo.courses("slow drift"))
    assert (found.kind, found.values) == (Kind.REPORT_AND_ARITHMETIC, ("unchanged", "PD"))
    assert "Against the scan before" in found.sentence


def test_most_reports_of_the_demo_agree_with_the_arithmetic(demo: Demo) -> None:
    """The words are drawn from the sizes, so a disagreement is one that was planted, or an accident worth a look."""
    differing = [
        one
        for record in demo.records.values()
        for one in list_disagreements(record, assess_record(record))
        if one.kind is Kind.REPORT_AND_ARITHMETIC
    ]
    assert 1 <= len(differing) <= 5
