"""What is stored leaves as it is: the table reads back to the same record, the timelines to the same responses."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.tables import BASELINE, FOLLOW_UP, Row, plain, seen, table
from tests.support import builders, databases
from tracker.db.engine import Database
from tracker.demo import fill_database, generate_cohort
from tracker.domain import Timeline, assess
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import VolumeDraft
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Appearance, BackgroundSign, Statement
from tracker.errors import NotFoundError
from tracker.exchange.columns import NAMES
from tracker.exchange.jsontext import read_json, write_json
from tracker.services import exams, exports, patients, volumes
from tracker.services.actors import Actor, local_actor
from tracker.services.imports import import_table


@contextmanager
def another_database(template: Path) -> Iterator[tuple[Database, Actor]]:
    """An empty database beside the one of the test."""
    with tempfile.TemporaryDirectory() as folder:
        db = databases.copy_sqlite(template, Path(folder))
        try:
            yield db, local_actor(db)
        finally:
            db.dispose()


def records_of(db: Database, actor: Actor) -> tuple[PatientRecord, ...]:
    return exports.select_records(db, actor)


def results_of(records: tuple[PatientRecord, ...]) -> list[list[dict[str, Any]]]:
    return [[course.assessment.to_dict() for course in assess_record(record)] for record in records]


_SIZES = st.integers(10, 1_500).map(lambda tenths: f"{tenths / 10:g}")
_TEXTS = st.text(st.sampled_from("=+-@'\"\n\t,;aÄ1 "), max_size=8).map(str.strip)
_BASELINE_STATES = {"target": ["measured"], "non-target": ["present", "measured", "too small to measure"]}
_STATES = {
    "target": ["measured", "measured", "absent", "too small to measure", "not evaluable", "split", "merged", "treated"],
    "non-target": ["present", "measured", "absent", "not evaluable", "unequivocal progression", "treated"],
    "new": ["equivocal", "unequivocal", "absent"],
}


@st.composite
def _cells(draw: st.DrawFn, state: str, others: list[str], day: date) -> Row:
    """The cells of one row in a state."""
    cells: Row = {"state": state}
    if state == "measured" or (state in ("equivocal", "unequivocal", "too small to measure") and draw(st.booleans())):
        sizes = sorted((draw(_SIZES), draw(_SIZES)), key=float)
        cells |= {"long_axis_mm": sizes[1], "short_axis_mm": sizes[0]}
        cells["qualifier"] = draw(st.sampled_from(["", "<", ">=", "approx"]))
    match state:
        case "not evaluable":
            cells["state_detail"] = draw(st.sampled_from(["", "motion", "no contrast; late"]))
        case "split":
            cells["state_detail"] = f"{draw(_SIZES)}+{draw(_SIZES)}"
        case "merged":
            cells["state_detail"] = f"into {others[0]}"
        case "treated":
            cells["state_detail"] = draw(st.sampled_from(["", "ablation", f"ablation {day - timedelta(days=9)}"]))
        case "present":
            cells["state_detail"] = draw(st.sampled_from(["", "grown", "provisional"]))
    return cells


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """A patient with one or two courses: roles, states, texts and counts of every kind the table has."""
    rows: list[Row] = []
    labels = [f"L{number}" for number in range(1, draw(st.integers(2, 4)) + 1)]
    organs = {label: draw(st.sampled_from(["liver", "liver", "lymph node", "lung"])) for label in labels}
    roles = {label: draw(st.sampled_from(["target", "non-target"])) for label in labels}
    day = date(2025, 1, 6)
    second = draw(st.integers(0, 4))
    for number in range(draw(st.integers(1, 5))):
        opens = number in (0, second) if second else number == 0
        exam: Row = {
            "patient_id": "P1", "exam_date": str(day), "modality": draw(st.sampled_from(["CT", "MR"])),
            "accession": draw(st.sampled_from(["", f"A{number}"])), "phase": draw(st.sampled_from(["", "portal venous"])),
            "slice_mm": draw(st.sampled_from(["", "2.5", "8"])), "baseline": "yes" if opens else "",
            "report_status": draw(st.sampled_from(["", "preliminary", "corrected"])),
            "liver_lesion_count": draw(st.sampled_from(["", "4", ">=7", "multiple", "innumerable"])),
        }  # fmt: skip
        if draw(st.booleans()):
            rows.append(exam | {"comment": draw(_TEXTS)})
        if number and opens:
            roles = {label: draw(st.sampled_from(["target", "non-target"])) for label in labels}
        for label in labels:
            states = _BASELINE_STATES[roles[label]] if opens else [*_STATES[roles[label]], ""]
            state = draw(st.sampled_from(states))
            if state:
                cells = draw(_cells(state, [other for other in labels if other != label], day))
                organ = {"organ": organs[label], "segment": "V/VI" if organs[label] == "liver" else ""}
                texts = {"role": roles[label], "comment": draw(_TEXTS)}
                rows.append(exam | {"lesion_id": label} | organ | texts | cells)
        if number and not opens and draw(st.booleans()):
            new = f"N{number}"
            cells = draw(_cells(draw(st.sampled_from(["equivocal", "unequivocal"])), labels, day))
            rows.append(exam | {"lesion_id": new, "organ": "bone", "role": "new"} | cells)
        day += timedelta(days=draw(st.integers(20, 90)))
    return rows


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_a_table_comes_back_to_the_same_record(sqlite_template: Path, rows: list[Row]) -> None:
    with another_database(sqlite_template) as (first, nurse), another_database(sqlite_template) as (second, other):
        report = import_table(first, nurse, table(*rows), "first.csv")
        refused = ("merged in a circle", "is absent at the same time")
        if any(words in problem.text for problem in report.problems for words in refused):
            return
        assert not report.problems
        mine = records_of(first, nurse)
        text = exports.export_table(mine)
        again = import_table(second, other, text.encode(), "second.csv")
        assert not again.problems
        theirs = records_of(second, other)
        assert exports.export_table(theirs) == text
        assert exports.export_timelines(theirs) == exports.export_timelines(mine)
        assert results_of(theirs) == results_of(mine)
        known = import_table(first, nurse, text.encode(), "again.csv")
        assert not known.problems
        assert not known.stored


def test_the_demo_cohort_comes_back_with_the_same_sums_and_responses(
    db: Database, actor: Actor, sqlite_template: Path
) -> None:
    fill_database(db, actor, generate_cohort(26, today=db.today()))
    mine = records_of(db, actor)
    with another_database(sqlite_template) as (second, other):
        report = import_table(second, other, exports.export_table(mine).encode(), "demo.csv")
        assert not report.problems
        theirs = records_of(second, other)
    scanned = [record for record in mine if record.exams]
    told = exports.without_scans(mine)
    assert told == "Patients without a scan are not in the table: DEMO-R01."
    assert len(scanned) == len(mine) - 1
    for one, two in zip(scanned, theirs, strict=True):
        rows = [
            [
                # The table holds no criterion: what it brings back is judged by RECIST 1.1.
                [(row.date, row.sum, row.nadir, row.strict_response) for row in assess(course.timeline).time_points]
                for course in assess_record(record)
            ]
            for record in (one, two)
        ]
        assert rows[0] == rows[1], one.patient.identifier


def test_exported_timelines_are_assessed_outside_as_they_are_inside(db: Database, actor: Actor) -> None:
    fill_database(db, actor, generate_cohort(26, today=db.today()))
    records = records_of(db, actor)
    courses = [course for record in records for course in assess_record(record)]
    inside = {course.timeline.id: course.assessment.to_dict() for course in courses}
    criteria = {course.timeline.id: course.course.plan.criterion for course in courses}
    exported = read_json(write_json(exports.export_timelines(records)).encode())
    outside = {one["id"]: assess(Timeline.from_dict(one), criteria[one["id"]]).to_dict() for one in exported}
    assert outside == inside
    assert all("/course " in name for name in outside)


def test_the_table_has_the_columns_of_the_format_and_no_names(db: Database, actor: Actor) -> None:
    draft = builders.patient_draft("P9", name="Doe^Jane")
    patients.register_patient(db, actor, draft)
    import_table(db, actor, table(*(row | {"patient_id": "P9"} for row in plain())), "t.csv")
    text = exports.export_table(records_of(db, actor))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert tuple(rows[0]) == NAMES
    assert "Doe" not in text
    assert [(row["lesion_id"], row["role"], row["state"], row["long_axis_mm"]) for row in rows] == [
        ("L1", "target", "measured", "32"),
        ("L2", "target", "measured", "20"),
        ("L3", "non-target", "present", ""),
        ("L1", "target", "measured", "25"),
        ("L2", "target", "measured", "15"),
    ]
    assert [row["baseline"] for row in rows] == ["yes", "yes", "yes", "", ""]


def test_formulas_leave_as_texts_and_numbers_as_numbers(db: Database, actor: Actor) -> None:
    row = seen(BASELINE | {"patient_id": "=cmd|' /C calc'!A0"}, "L1", 23, comment="@SUM(1+1)", hu="-12", phase="+late")
    import_table(db, actor, table(row), "t.csv")
    (written,) = csv.DictReader(io.StringIO(exports.export_table(records_of(db, actor)), newline=""))
    assert written["patient_id"] == "'=cmd|' /C calc'!A0"
    assert (written["comment"], written["phase"], written["hu"]) == ("'@SUM(1+1)", "'+late", "-12")
    assert records_of(db, actor)[0].patient.identifier == "=cmd|' /C calc'!A0"


def test_withdrawn_exams_stay_at_home(db: Database, actor: Actor) -> None:
    import_table(db, actor, table(*plain()), "t.csv")
    exam = records_of(db, actor)[0].exams[1]
    exams.withdraw_exam(db, actor, exam.id, expected_version=exam.version, reason="wrong patient")
    assert str(FOLLOW_UP["exam_date"]) not in exports.export_table(records_of(db, actor))


def test_one_patient_is_chosen_by_identifier(db: Database, actor: Actor) -> None:
    for name in ("P1", "P2"):
        import_table(db, actor, table(*(row | {"patient_id": name} for row in plain())), "t.csv")
    assert [one.patient.identifier for one in exports.select_records(db, actor, "P2")] == ["P2"]
    with pytest.raises(NotFoundError, match="no patient 'P3'"):
        exports.select_records(db, actor, "P3")


def test_an_empty_record_gives_a_header_and_an_empty_list(db: Database, actor: Actor) -> None:
    assert exports.export_table(records_of(db, actor)) == ",".join(NAMES) + "\r\n"
    assert json.loads(write_json(exports.export_timelines(records_of(db, actor)))) == []


def test_what_an_export_cannot_hold_is_said(db: Database, actor: Actor) -> None:
    fill_database(db, actor, generate_cohort(26, today=db.today()))
    records = records_of(db, actor)
    others = [
        f"{record.patient.identifier}/course {course.number}"
        for record in records for course in record.courses if course.plan.criterion != "recist-1.1"
    ]  # fmt: skip
    said = exports.other_criteria(records)
    assert others
    assert said is not None
    assert all(name in said for name in (*others, "irecist", "tracker assess --criteria"))
    assert (
        exports.other_criteria([record for record in records if f"{record.patient.identifier}/course 1" not in others])
        is None
    )


def test_what_the_table_has_no_column_for_is_said(db: Database, actor: Actor) -> None:
    import_table(db, actor, table(*plain()), "t.csv")
    assert exports.not_in_table(records_of(db, actor)) is None
    (record,) = records_of(db, actor)
    look = dataclasses.replace(builders.measured("L1", 24), appearance=Appearance.CYSTIC)
    draft = builders.exam_draft(date(2026, 10, 5), look, background={BackgroundSign.ASCITES: Statement.YES})
    exams.record_exam(db, actor, record.patient.id, draft)
    volumes.record_volume(db, actor, record.patient.id, VolumeDraft(date(2026, 10, 5), Decimal(500)))
    assert exports.not_in_table(records_of(db, actor)) == (
        "The table has no column for, and so leaves out: liver volumes; how lesions look and what they touch; "
        "the liver around the lesions."
    )
    again = import_table(db, actor, exports.export_table(records_of(db, actor)).encode(), "again.csv")
    assert (again.problems, again.stored) == ((), False), "what the table cannot hold is not taken for a difference"
