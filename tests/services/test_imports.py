"""Import of a table: whole or not at all, the same file changes nothing, and the rules decide as if it had been typed."""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.exchange.tables import BASELINE, FOLLOW_UP, LATER, Row, plain, seen, table
from tests.support import builders
from tests.support.require import shared_folder
from tracker.db.base import Base
from tracker.db.engine import Database
from tracker.db.models import ImportBatchRow
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.vocabulary import CourseKind, LesionRole, Modality, Provenance, Response, State
from tracker.exchange.columns import NAMES
from tracker.exchange.planning import plan_patient
from tracker.exchange.roles import joins_time_points
from tracker.exchange.tabular import TableOptions, read_table
from tracker.services import audit, exams, patients, time_points
from tracker.services.actors import Actor
from tracker.services.imports import ImportReport, import_table

R = Response


def run(db: Database, actor: Actor, *rows: Row, dry_run: bool = False) -> ImportReport:
    return import_table(db, actor, table(*rows), "table.csv", dry_run=dry_run)


def problems(report: ImportReport) -> list[str]:
    return [str(problem) for problem in report.problems]


def remarks(report: ImportReport) -> list[str]:
    return [str(remark) for remark in report.remarks]


def judged(db: Database, actor: Actor, identifier: str = "P1") -> tuple[CourseAssessment, ...]:
    patient_id = patients.find_patient(db, actor, identifier)
    assert patient_id is not None
    return assess_record(patients.load_record(db, actor, patient_id))


def responses(course: CourseAssessment) -> list[Response | None]:
    return [row.overall_response for row in course.assessment.time_points]


def digest(db: Database) -> str:
    """A digest of every row of every table."""
    lines: list[str] = []
    with db.read() as session:
        for sheet in Base.metadata.sorted_tables:
            lines += sorted(f"{sheet.name} {tuple(row)}" for row in session.execute(select(sheet)))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_a_table_is_judged_like_typed_exams(store: Database, nurse: Actor) -> None:
    report = run(store, nurse, *plain())
    assert not report.problems
    assert (report.patients_new, report.courses_new, report.exams_new, report.exams_known) == (1, 1, 2, 0)
    (course,) = judged(store, nurse)
    assert [str(row.sum) for row in course.assessment.time_points] == ["52 mm", "40 mm"]
    assert responses(course) == [None, R.SD]
    assert course.course.plan.roles == builders.ROLES
    assert not audit.verify(store)


def test_values_say_which_cells_they_came_from(db: Database, actor: Actor) -> None:
    run(db, actor, *plain())
    record = patients.load_record(db, actor, 1)
    first = record.exams[0].observations[0]
    assert (first.provenance, first.source_text) == (Provenance.FILE, "long_axis_mm 32")


@pytest.mark.shared
def test_the_published_example_of_pyrecist_gives_the_published_categories(db: Database, actor: Actor) -> None:
    """pyrecist 0.1.0 (MIT), its synthetic example: three targets, six dates. Its last row has no category: it is after PD."""
    folder = shared_folder("samples") / "csv"
    data = (folder / "pyrecist_synthetic_measurements.csv").read_bytes()
    options = TableOptions(preset="pyrecist", modality=Modality.CT)
    report = import_table(db, actor, data, "measurements.csv", options)
    assert not report.problems
    with (folder / "pyrecist_synthetic_evaluation_EXPECTED.csv").open(newline="") as file:
        expected = list(csv.DictReader(file))
    (course,) = judged(db, actor, "1")
    rows = course.assessment.time_points[1:]
    assert [row.date.strftime("%Y%m%d") for row in rows] == [line["current_date"] for line in expected]
    assert [str(row.sum and row.sum.mm) for row in rows] == [line["current_burden"] for line in expected]
    assert [str(row.nadir and row.nadir.mm) for row in rows] == [line["min_burden"] for line in expected]
    published = [line["classification"] for line in expected if line["classification"]]
    assert [str(row.overall_response) for row in rows if not row.after_progression] == published
    assert "3 targets in one organ (liver); RECIST 1.1 counts two at most" in [
        problem.text for problem in course.assessment.problems
    ]


def test_a_dry_run_says_what_would_change_and_changes_nothing(db: Database, actor: Actor) -> None:
    before = digest(db)
    dry = run(db, actor, *plain(), dry_run=True)
    assert digest(db) == before
    assert (dry.stored, dry.summary) == (False, "would store: 1 patient, 1 course, 2 exams")
    real = run(db, actor, *plain())
    assert real.changes == dry.changes
    assert real.changes == [
        "patient P1 (local)",
        "exam: CT of 2026-01-05, patient P1, 3 lesions",
        "course: baseline CT of 2026-01-05, patient P1: target L1, L2; non-target L3",
        "exam: CT of 2026-03-02, patient P1, 2 lesions",
    ]


def test_the_same_file_again_changes_nothing(store: Database, nurse: Actor) -> None:
    run(store, nurse, *plain())
    before = digest(store)
    for _ in range(3):
        report = run(store, nurse, *plain())
        assert not report.problems
        assert not report.stored
        assert report.summary == "already stored: 2 exams as in the file; nothing was changed"
    assert digest(store) == before


def test_a_file_is_remembered_with_its_digest(db: Database, actor: Actor) -> None:
    report = run(db, actor, *plain())
    with db.read() as session:
        (batch,) = session.scalars(select(ImportBatchRow))
    assert batch.file_sha256 == report.sha256 == hashlib.sha256(table(*plain())).hexdigest()
    assert (batch.file_name, batch.rows_read, batch.exams_new) == ("table.csv", 5, 2)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_does_not_matter(db: Database, actor: Actor, seed: int) -> None:
    rows = list(plain(seen(LATER, "L1", 40), seen(LATER, "N1", 12, role="new", state="unequivocal")))
    random.Random(seed).shuffle(rows)
    assert not run(db, actor, *rows).problems
    (course,) = judged(db, actor)
    assert responses(course) == [None, R.SD, R.PD]


def test_exams_may_come_in_several_files_and_in_one_that_repeats_them(db: Database, actor: Actor) -> None:
    rows = list(plain(seen(LATER, "L1", 40), seen(LATER, "L2", 30)))
    for day in ("2026-01-05", "2026-03-02", "2026-05-04"):
        assert not run(db, actor, *(row for row in rows if row["exam_date"] == day)).problems
    before = digest(db)
    report = run(db, actor, *rows)
    assert (report.stored, report.exams_known) == (False, 3)
    assert digest(db) == before
    assert responses(judged(db, actor)[0]) == [None, R.SD, R.PD]


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (seen(LATER, "L1", "x"), "row 7, column long_axis_mm: 'x' is not one number"),
        (seen(LATER, "L1", 20) | {"exam_date": "2027-01-01"}, "row 7, column exam_date: 2027-01-01 is in the future"),
        (seen(LATER, "L1", 20, suv_max=8), "row 7: L1: has SUVmax, but the exam is CT"),
        (seen(LATER, "L1", 20, hu=9999), "row 7: L1 (attenuation): 9999 is not possible"),
        (seen(LATER, "L1", state="merged", state_detail="into L9"), "row 7, column state_detail: 'L9' is not another lesion"),
        (seen(LATER, "L1", state="merged", state_detail="into L1"), "row 7, column state_detail: 'L1' is not another lesion"),
        (
            seen(LATER, "L1", state="treated", state_detail="ablation 2026-06-01"),
            "row 7: L1: was treated on 2026-06-01, after the exam",
        ),
        (seen(LATER, "N1", 12), "row 7, column role: is empty, and N1 first appears after the baseline of 2026-01-05"),
        (seen(LATER, "N1", 12, state="unequivocal"), "row 7, column role: is empty, and N1 first appears"),
        (seen(LATER, "N1", 12, role="new"), "row 7, column state: N1 is a new lesion: say equivocal or unequivocal"),
        (seen(LATER, "N1", 12, role="new", state="measured"), "row 7, column state: N1 is a new lesion"),
        (seen(LATER, "N1", role="new", state="present"), "row 7, column state: N1 is a new lesion"),
        (seen(LATER, "N1", 12, role="target"), "row 7, column role: N1 is not on the baseline of 2026-01-05"),
        (seen(LATER, "L1", 12, role="non-target"), "row 7, column role: L1 is target in the course since 2026-01-05"),
        (seen(LATER, "L1", 12, state="unequivocal"), "row 7, column state: 'unequivocal' is said of new lesions only"),
        (
            seen(LATER, "L1", 12, state="unequivocal progression"),
            "row 7, column state: 'unequivocal progression' is said of non-targets only",
        ),
    ],
)  # fmt: skip
def test_a_file_with_a_problem_stores_nothing(db: Database, actor: Actor, bad: Row, sentence: str) -> None:
    before = digest(db)
    report = run(db, actor, *plain(bad), *(row | {"patient_id": "P2"} for row in plain()))
    assert len(report.problems) == 1, problems(report)
    assert problems(report)[0].startswith(sentence)
    assert digest(db) == before
    assert report.summary == "nothing was stored: 1 problem"


def test_problems_of_the_file_and_of_the_record_are_named_together(db: Database, actor: Actor) -> None:
    report = run(
        db, actor,
        *plain(
            seen(LATER, "L1", "x"),
            seen(LATER, "N1", 12),
            seen(LATER, "L2", 9, role="non-target"),
            seen(LATER | {"patient_id": "P2", "exam_date": "2027-01-01"}, "L1", 9),
        ),
    )  # fmt: skip
    assert [problem.place for problem in report.problems] == [
        "row 7, column long_axis_mm", "row 8, column role", "row 9, column role", "row 10, column exam_date",
    ]  # fmt: skip


def test_a_broken_baseline_row_brings_no_second_problem(db: Database, actor: Actor) -> None:
    report = run(db, actor, seen(BASELINE, "L1", "x", role="target"), seen(FOLLOW_UP, "L1", 9, role="target"))
    assert problems(report) == [
        "row 2, column long_axis_mm: 'x' is not one number (mm); write it as 23.5 or 23,5, without unit or sign"
    ]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (seen(BASELINE, "L1", role="target", state="present"), "column long_axis_mm: the target L1 needs its longest diameter"),
        (
            seen(BASELINE, "L1", 30, role="target", organ="lymph node"),
            "column short_axis_mm: the target L1 needs its short axis",
        ),
        (
            seen(BASELINE, "L1", role="target", state="not evaluable", state_detail="motion"),
            "column long_axis_mm: the target L1 needs",
        ),
        (seen(BASELINE, "L1", 9, role="new", state="unequivocal"), "column role: L1 is seen on the baseline, so it is not 'new'"),
        (seen(BASELINE, "L1", 9, role="watched"), "column role: L1 is seen on the baseline, so it is not 'watched'"),
        (seen(BASELINE, "L1", 9, role="target", state="equivocal"), "column state: 'equivocal' is said of new lesions only"),
        (
            seen(BASELINE | {"modality": "US"}, "L1", 9, baseline="yes"),
            "column baseline: US of 2026-01-05 cannot be a baseline",
        ),
    ],
)  # fmt: skip
def test_a_baseline_that_could_not_be_judged_is_refused(db: Database, actor: Actor, row: Row, sentence: str) -> None:
    report = run(db, actor, row)
    assert any(sentence in problem for problem in problems(report)), problems(report)


def test_roles_that_nobody_states_are_proposed_and_said(db: Database, actor: Actor) -> None:
    rows = [
        seen(BASELINE, "L1", 32), seen(BASELINE, "L2", 20), seen(BASELINE, "L3", 15), seen(BASELINE, "L4", 8),
        seen(BASELINE, "L5", state="absent"), seen(BASELINE, "N1", "", short_axis_mm=18, organ="lymph node"),
    ]  # fmt: skip
    report = run(db, actor, *rows)
    assert not report.problems
    (course,) = judged(db, actor)
    target, other = LesionRole.TARGET, LesionRole.NON_TARGET
    assert course.course.plan.roles == {"L1": target, "L2": target, "L3": other, "L4": other, "N1": target}
    said = remarks(report)
    assert "row 2, column baseline: the first exam (CT of 2026-01-05) is taken as the baseline" in said
    assert (
        "row 2, column role: L1: target is proposed and taken (32 mm: largest measurable lesion of the liver)" in said
    )
    assert len([remark for remark in said if "is proposed and taken" in remark]) == 6


def test_a_lesion_without_a_role_beside_stated_ones_is_a_non_target(db: Database, actor: Actor) -> None:
    report = run(db, actor, seen(BASELINE, "L1", 32, role="target"), seen(BASELINE, "L2", 20))
    assert judged(db, actor)[0].course.plan.roles == {"L1": LesionRole.TARGET, "L2": LesionRole.NON_TARGET}
    assert "row 3, column role: L2 has no role on the baseline: followed as non-target" in remarks(report)


def test_the_first_exam_that_can_be_a_baseline_is_it(db: Database, actor: Actor) -> None:
    ultrasound = BASELINE | {"exam_date": "2025-12-20", "modality": "US"}
    report = run(db, actor, seen(ultrasound, "L1", 30), *plain())
    assert not report.problems
    (course,) = judged(db, actor)
    assert [row.date for row in course.assessment.time_points] == [date(2026, 1, 5), date(2026, 3, 2)]
    assert course.assessment.problems == ()


def test_exams_before_a_marked_baseline_belong_to_no_course(db: Database, actor: Actor) -> None:
    report = run(db, actor, *plain(seen(LATER, "L1", 40, role="target", baseline="yes")))
    assert [row.date for row in judged(db, actor)[0].assessment.time_points] == [date(2026, 5, 4)]
    assert remarks(report) == [
        "row 2, column baseline: CT of 2026-01-05 lies before the first baseline (2026-05-04): it belongs to no course"
    ]


def test_a_table_without_any_lesion_is_surveillance(db: Database, actor: Actor) -> None:
    report = run(db, actor, BASELINE | {"liver_lesion_count": "0"}, FOLLOW_UP | {"liver_lesion_count": "0"})
    assert not report.problems
    (course,) = judged(db, actor)
    assert course.course.kind is CourseKind.SURVEILLANCE
    assert responses(course) == [None, R.NED]


def test_a_new_lesion_counts_as_certain_only_where_that_is_stated(db: Database, actor: Actor) -> None:
    new = seen(FOLLOW_UP, "N1", 8, role="new", state="equivocal")
    sure = seen(LATER, "N1", 12, role="new", state="unequivocal")
    rest = [seen(LATER, "L1", 25), seen(LATER, "L2", 15), seen(LATER, "L3", state="present")]
    assert not run(db, actor, *plain(new, sure, *rest)).problems
    (course,) = judged(db, actor)
    assert responses(course) == [None, R.SD, R.PD]
    assert course.assessment.progression_date == date(2026, 3, 2)


def test_a_new_lesion_stated_once_may_be_measured_later(db: Database, actor: Actor) -> None:
    new = seen(FOLLOW_UP, "N1", 12, role="new", state="unequivocal")
    later = [seen(LATER, "N1", 15, state="measured"), seen(LATER, "L1", 25)]
    assert not run(db, actor, *plain(new, *later)).problems
    assert responses(judged(db, actor)[0]) == [None, R.PD, R.PD]


def second_course(word: str) -> Sequence[Row]:
    """A second course with its own targets, whose baseline is the last exam of the first (or, with 'only', is not)."""
    first, *others = plain()
    return (
        first | {"baseline": "yes"},
        *others,
        seen(LATER, "L1", 40, role="target", baseline=word),
        seen(LATER, "L2", state="absent", role="watched", baseline=word),
        seen(LATER, "L3", 18, role="target", baseline=word),
        seen(LATER | {"exam_date": "2026-07-06"}, "L1", 20),
        seen(LATER | {"exam_date": "2026-07-06"}, "L3", 8),
    )


def test_a_baseline_closes_a_course_and_opens_the_next(store: Database, nurse: Actor) -> None:
    report = run(store, nurse, *second_course("yes"))
    assert not report.problems
    first, second = judged(store, nurse)
    assert responses(first) == [None, R.SD, R.SD]
    assert [str(row.sum) for row in first.assessment.time_points] == ["52 mm", "40 mm", "40 mm"]
    assert responses(second) == [None, R.PR]
    assert [str(row.sum) for row in second.assessment.time_points] == ["58 mm", "28 mm"]
    assert (first.course.plan.roles["L3"], second.course.plan.roles["L3"]) == (LesionRole.NON_TARGET, LesionRole.TARGET)
    assert "L2" not in second.course.plan.roles


def test_a_baseline_may_belong_to_the_next_course_only(db: Database, actor: Actor) -> None:
    assert not run(db, actor, *second_course("only")).problems
    first, second = judged(db, actor)
    assert [row.date for row in first.assessment.time_points] == [date(2026, 1, 5), date(2026, 3, 2)]
    assert responses(second) == [None, R.PR]


def test_a_lesion_first_seen_where_a_course_ends_is_new_there(db: Database, actor: Actor) -> None:
    first, *others = plain()
    rows = [
        first | {"baseline": "yes"}, *others,
        seen(LATER, "L1", 25, role="target", baseline="yes"), seen(LATER, "L2", 15, role="target", baseline="yes"),
        seen(LATER, "L3", role="non-target", state="present", baseline="yes"),
        seen(LATER, "L4", 14, role="target", baseline="yes"),
    ]  # fmt: skip
    report = run(db, actor, *rows)
    assert not report.problems
    first, second = judged(db, actor)
    assert first.course.plan.roles["L4"] is LesionRole.NEW
    assert second.course.plan.roles["L4"] is LesionRole.TARGET
    assert any("L4 first appears on the exam that ends the course" in remark for remark in remarks(report))


def test_exams_of_one_date_form_one_baseline(db: Database, actor: Actor) -> None:
    chest = BASELINE | {"modality": "CT", "accession": "B"}
    rows = [
        seen(BASELINE | {"accession": "A"}, "L1", 32, role="target", baseline="yes"),
        seen(chest, "P1", 14, role="target", organ="lung"),
        seen(FOLLOW_UP, "L1", 20), seen(FOLLOW_UP, "P1", 10),
    ]  # fmt: skip
    report = run(db, actor, *rows)
    assert not report.problems, problems(report)
    (course,) = judged(db, actor)
    assert [str(row.sum) for row in course.assessment.time_points] == ["46 mm", "30 mm"]


def test_other_content_under_the_same_key_is_told_cell_by_cell(db: Database, actor: Actor) -> None:
    run(db, actor, *plain())
    before = digest(db)
    rows = [dict(row) for row in plain()]
    rows[3]["long_axis_mm"] = 26
    rows[4]["state"] = "absent"
    rows[4]["long_axis_mm"] = ""
    rows.append(seen(FOLLOW_UP, "L3", state="present"))
    report = run(db, actor, *rows)
    way_out = "(CT of 2026-03-02); correct the stored exam, with a reason, where it is wrong"
    assert problems(report) == [
        f"row 5, column long_axis_mm: '26 mm' is read, '25 mm' is stored {way_out}",
        f"row 6, column state: 'absent' is read, 'measured' is stored {way_out}",
        f"row 6, column long_axis_mm: nothing is read, '15 mm' is stored {way_out}",
        f"row 7, column lesion_id: the stored exam does not speak of L3 {way_out}",
    ]
    assert digest(db) == before


def test_a_lesion_left_out_of_a_stored_exam_is_noticed(db: Database, actor: Actor) -> None:
    run(db, actor, *plain())
    report = run(db, actor, *[row for row in plain() if row["lesion_id"] != "L2"])
    assert any("the stored exam also speaks of L2 (measured)" in problem for problem in problems(report))


def test_lesions_keep_the_organ_they_are_stored_with(db: Database, actor: Actor) -> None:
    run(db, actor, *plain())
    report = run(db, actor, seen(LATER, "L1", 20, organ="lung"), seen(LATER, "l2", 9))
    assert problems(report) == [
        "row 2, column organ: L1 is stored as a lesion of 'liver'",
        "row 3, column lesion_id: 'l2' is stored as 'L2'; write it so",
    ]


def test_a_typed_exam_is_known_again_when_its_file_comes(db: Database, actor: Actor) -> None:
    builders.fill_patient(db, actor, "P1", follow_ups=1)
    rows = [
        seen(BASELINE | {"accession": "A1"}, "L1", 32, role="target"), seen(BASELINE, "L2", 20, role="target"),
        seen(BASELINE, "L3", state="present", role="non-target"),
        seen(FOLLOW_UP, "L1", 25), seen(FOLLOW_UP, "L2", 15), seen(FOLLOW_UP, "L3", state="present"),
    ]  # fmt: skip
    before = digest(db)
    report = run(db, actor, *rows)
    assert not report.problems, problems(report)
    assert report.summary == "already stored: 2 exams as in the file; nothing was changed"
    assert digest(db) == before


def test_a_file_may_continue_what_was_typed(db: Database, actor: Actor) -> None:
    builders.fill_patient(db, actor, "P1", follow_ups=1)
    report = run(
        db, actor, seen(LATER, "L1", 40), seen(LATER, "L2", 15), seen(LATER, "N1", 9, role="new", state="equivocal")
    )
    assert not report.problems, problems(report)
    (course,) = judged(db, actor)
    assert responses(course) == [None, R.SD, R.PD]
    assert course.course.plan.roles["N1"] is LesionRole.NEW


def test_a_lesion_that_comes_back_gets_the_role_the_table_states(db: Database, actor: Actor) -> None:
    rows = [*second_course("yes"), seen(LATER | {"exam_date": "2026-08-03"}, "L2", 9, role="non-target")]
    rows += [seen(LATER | {"exam_date": "2026-08-03"}, "L1", 20)]
    assert not run(db, actor, *rows).problems
    assert judged(db, actor)[1].course.plan.roles["L2"] is LesionRole.NON_TARGET


def test_the_same_identifier_of_two_issuers_is_two_patients(db: Database, actor: Actor) -> None:
    rows = [seen(BASELINE, "L1", 32, authority=""), seen(BASELINE, "L1", 20, authority="UKH")]
    report = run(db, actor, *rows)
    assert report.patients_new == 2
    records = patients.load_all_records(db, actor)
    assert {record.patient.authority for record in records} == {"local", "UKH"}


def test_an_exam_number_of_another_patient_is_refused(db: Database, actor: Actor) -> None:
    run(db, actor, seen(BASELINE | {"accession": "A1"}, "L1", 32))
    report = run(db, actor, seen(BASELINE | {"accession": "A1", "patient_id": "P2"}, "L1", 32))
    assert len(report.problems) == 1
    assert "belongs to an exam of another patient" in problems(report)[0]


def test_a_withdrawn_exam_can_be_imported_again(db: Database, actor: Actor) -> None:
    run(db, actor, *plain())
    exam = patients.load_record(db, actor, 1).exams[1]
    exams.withdraw_exam(db, actor, exam.id, expected_version=exam.version, reason="wrong patient")
    report = run(db, actor, *plain())
    assert (report.exams_new, report.exams_known) == (1, 1)
    assert responses(judged(db, actor)[0]) == [None, R.SD]


def test_a_pet_exam_with_uptake_alone_joins_no_time_point(db: Database, actor: Actor) -> None:
    pet = LATER | {"modality": "PET/CT"}
    report = run(db, actor, *plain(seen(pet, "L1", suv_max="8.2")))
    assert not report.problems, problems(report)
    (course,) = judged(db, actor)
    assert len(course.assessment.time_points) == 2
    (seen_there,) = patients.load_record(db, actor, 1).exams[2].observations
    assert seen_there.observation.state is State.PRESENT


@pytest.mark.parametrize(
    "rows",
    [
        [seen(BASELINE, "L1", 9)],
        [BASELINE],
        [seen(BASELINE | {"modality": "US"}, "L1", 9)],
        [seen(BASELINE | {"modality": "NM"}, "L1", state="present")],
        [BASELINE | {"modality": "PET/CT"}],
        [seen(BASELINE | {"modality": "PET/CT"}, "L1", suv_max=8)],
        [seen(BASELINE | {"modality": "PET/CT"}, "L1", suv_max=8, state="present")],
        [seen(BASELINE | {"modality": "PET/CT"}, "L1", 9, suv_max=8)],
        [seen(BASELINE | {"modality": "PET/CT"}, "L1", state="absent")],
        [seen(BASELINE | {"modality": "PET/CT"}, "L1", state="not mentioned")],
        [seen(BASELINE | {"modality": "PET/CT"}, "L1", suv_max=8), seen(BASELINE | {"modality": "PET/CT"}, "L2", 9)],
    ],
)
def test_reader_and_record_agree_which_exams_are_judged(rows: list[Row]) -> None:
    reading = read_table(table(*rows), "t.csv")
    assert not reading.problems
    (exam,) = reading.patients[0].exams
    (step,) = plan_patient(reading.patients[0], None, {}).steps
    assert joins_time_points(exam) == time_points.joins_a_plan(step.draft)


def test_a_report_reads_as_plain_values(db: Database, actor: Actor) -> None:
    plain_values = run(db, actor, *plain(seen(LATER, "L1", "x"))).to_dict()
    assert list(plain_values["problems"]) == [
        {
            "place": "row 7, column long_axis_mm",
            "text": "'x' is not one number (mm); write it as 23.5 or 23,5, without unit or sign",
        }
    ]
    assert plain_values["summary"] == "nothing was stored: 1 problem"


_ODD = st.sampled_from(
    ["", "", "", "x", "0", "-1", "23", "2,5", "1e9", "NaN", "target", "new", "non-target", "measured", "absent", "merged",
     "into L1", "into L2", "14+9", "split", "treated", "unequivocal", "equivocal", "unequivocal progression", "yes", "only",
     "no", "CT", "US", "PET/CT", "2026-01-05", "2026-03-02", "2027-01-01", "1900-01-01", "L1", "L2", "l1", "liver",
     "lymph node", "VII", ">=7", "<", "#2", "A1", "'=1", "\t", "\u202e", "é" * 30, "local", "watched", "9" * 50]
)  # fmt: skip
_LIKELY = {
    "patient_id": st.sampled_from(["P1", "P1", "P2"]),
    "exam_date": st.sampled_from(["2026-01-05", "2026-03-02", "2026-05-04"]),
    "modality": st.sampled_from(["CT", "CT", "PET/CT", "US"]),
    "lesion_id": st.sampled_from(["L1", "L2", "N1", ""]),
    "long_axis_mm": st.sampled_from(["", "23", "0", "9.5"]),
    "baseline": st.sampled_from(["", "", "yes", "only"]),
    "role": st.sampled_from(["", "target", "non-target", "new"]),
}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_table_ends_in_a_report(db: Database, actor: Actor, data: st.DataObject) -> None:
    rows: list[Row] = []
    for _ in range(data.draw(st.integers(1, 6))):
        row: Row = {name: data.draw(likely) for name, likely in _LIKELY.items()}
        for name in data.draw(st.lists(st.sampled_from(NAMES), max_size=4)):
            row[name] = data.draw(_ODD)
        rows.append({name: row.get(name, "") for name in NAMES})
    report = run(db, actor, *rows, dry_run=True)
    assert report.problems or report.changes
    assert all(problem.place.startswith("row") and problem.text for problem in report.problems)
