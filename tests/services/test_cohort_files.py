"""Beside the charts of the cohort: responses by treatment, scans of the group, what is chosen, and the workbook of it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert

from tests.pictures.records import counts_only, simple
from tests.services.test_cohort import cohort
from tests.support.builders import fill_patient
from tracker.db.engine import Database
from tracker.db.models import SiteRow
from tracker.domain.record import StatedCount
from tracker.domain.schedule.followed import derive_followed
from tracker.domain.schedule.states import Standing, State
from tracker.domain.vocabulary import CountKind, Primary, Response
from tracker.services.actors import Actor
from tracker.services.cohort import Cohort, CohortChoice, derive_cohort, load_cohort
from tracker.services.cohort_pictures import CohortCourses
from tracker.services.cohort_regimens import ScanCounts, count_scans, derive_regimens
from tracker.services.cohort_workbook import write_workbook
from tracker.services.worklist import WorklistRow

ON = date(2026, 11, 24)


def book_of(seen: Cohort, *said: str) -> tuple[CalamineWorkbook, bytes]:
    file = write_workbook(seen, CohortCourses(seen).draw(), said, ON)
    return CalamineWorkbook.from_filelike(io.BytesIO(file)), file


def test_each_treatment_has_its_responses_and_its_rate() -> None:
    table = derive_regimens(cohort()).table
    assert table.header == ("Treatment", "CR", "PR", "SD", "PD", "NE", "n", "CR or PR", "95 % interval")
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["FOLFIRI + bevacizumab"] == ("0", "1", "0", "0", "0", "1", "1 of 1, 100 %", "21 to 100 %")
    assert rows["mFOLFOX6 + bevacizumab"] == ("0", "0", "1", "0", "0", "1", "0 of 1, 0 %", "0 to 79 %")
    assert sum(int(row[6]) for row in table.rows) == cohort().judged


def test_a_treatment_without_targets_has_no_rate() -> None:
    seen = derive_cohort([counts_only([StatedCount(CountKind.INNUMERABLE)] * 3)])
    [row] = derive_regimens(seen).rows
    assert (row.judged, row.interval) == (1, None)
    assert derive_regimens(seen).table.rows[0][-2:] == ("no targets", "")


@pytest.mark.parametrize(
    ("choice", "patients"),
    [
        (CohortChoice(first_month=date(2026, 1, 1)), {1, 2, 3, 4}),
        (CohortChoice(first_month=date(2026, 2, 1)), {1}),
        (CohortChoice(last_month=date(2025, 12, 1)), {1}),
        (CohortChoice(primary=Primary.BREAST, last_month=date(2026, 1, 1)), {3, 4}),
        (CohortChoice(site="elsewhere"), set()),
    ],
)
def test_months_count_at_both_ends(choice: CohortChoice, patients: set[int]) -> None:
    assert {row.patient_id for row in cohort().only(**choice._asdict()).rows} == patients


def test_sites_are_told_only_where_there_are_several(db: Database, actor: Actor) -> None:
    filled = fill_patient(db, actor)
    assert load_cohort(db, actor).site_names == ()
    with db.engine.begin() as connection:
        connection.execute(insert(SiteRow).values(name="Second site", authority="second"))
    seen = load_cohort(db, actor)
    [name] = seen.site_names
    assert {row.patient_id for row in seen.only(site=name).rows} == {filled.patient_id}
    assert seen.only(site="Second site").rows == ()


def test_each_patient_of_the_group_is_counted_once_by_the_most_urgent() -> None:
    def standing(patient_id: int, *states: State) -> WorklistRow:
        record = simple([100, 80])
        record = replace(record, patient=replace(record.patient, id=patient_id))
        return WorklistRow(derive_followed(record), tuple(Standing(state, "why") for state in states))

    rows = [
        standing(1, State.OVERDUE, State.REPORT_AWAITED),
        standing(2, State.ACTION_OPEN, State.REPORT_AWAITED),
        standing(3, State.DUE),
        standing(4, State.CLOSED),
        standing(5, State.OVERDUE),
    ]
    assert count_scans(rows, {1, 2, 3, 4}) == ScanCounts(on_time=2, overdue=1, report_awaited=1)
    assert count_scans(rows, set()) == ScanCounts(0, 0, 0)


def test_the_workbook_holds_true_dates_and_numbers() -> None:
    book, _ = book_of(cohort(), "Primary: all")
    assert book.sheet_names == ["About", "Courses", "Responses", "Time to event"]
    head, first, *rest = book.get_sheet_by_name("Courses").to_python()
    row = dict(zip(head, first, strict=True))
    assert (row["patient"], row["best change percent"], row["first progression"]) == ("P-001", -54.9, date(2026, 3, 26))
    assert (row["days to progression or last scan"], row["progression counted"]) == (248.0, "yes")
    assert len(rest) == 4
    about = [line[0] for line in book.get_sheet_by_name("About").to_python()]
    assert about[0].startswith("Local audit, not evidence.")
    assert about[1] == "SYNTHETIC: demo patients are among them."
    assert "Primary: all" in about
    assert about[-1] == ON


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "https://example.org", "007"])
def test_no_text_of_the_record_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    first = cohort().rows[0]._replace(identifier=text, treatment=text)
    book, file = book_of(Cohort((first,)), text)
    row = book.get_sheet_by_name("Courses").to_python()[1]
    assert (row[0], row[3]) == (text, text)
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        assert not any(b"<f>" in parts.read(name) or b"hyperlink" in parts.read(name) for name in sheets)


def test_an_empty_selection_is_a_workbook_too() -> None:
    book, _ = book_of(Cohort(()))
    assert len(book.get_sheet_by_name("Courses").to_python()) == 1


def test_the_walk_goes_along_the_bars_and_then_to_those_without_one() -> None:
    courses = CohortCourses(cohort())
    # +40 of patient 4, −13.8 of the second course of 1, −40 of 2; 3 has a baseline only
    assert courses.walk == (4, 1, 2, 3)
    assert [course.name for course in courses.courses[:3]] == ["P-001, course 1", "P-001, course 2", "P-002"]


def test_survival_is_offered_only_where_deaths_or_days_alive_are_recorded() -> None:
    plain = simple([100, 80])
    died = replace(plain, patient=replace(plain.patient, died_on=date(2026, 9, 1)))
    assert [str(event) for event in CohortCourses(derive_cohort([plain])).events] == ["time to PD"]
    assert [str(event) for event in CohortCourses(derive_cohort([died])).events] == [
        "time to PD", "progression-free survival", "overall survival",
    ]  # fmt: skip
    assert Response.PD not in {row.best_response for row in derive_cohort([died]).rows}
