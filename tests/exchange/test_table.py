"""The table of a site: what each column says, and every problem at its row and column, all at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.exchange.tables import BASELINE, FOLLOW_UP, Row, seen, table
from tests.exchange.workbooks import xlsx
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import StatedCount
from tracker.domain.vocabulary import Certainty, CountKind, LesionRole, Modality, ReportStatus, Segment, State
from tracker.exchange.columns import COLUMNS
from tracker.exchange.tabular import TableOptions, TableReading, read_table
from tracker.exchange.values import DateOrder, Opens
from tracker.exchange.workbook_child import cell_text


def read(*rows: Row, options: TableOptions | None = None) -> TableReading:
    return read_table(table(*rows), "table.csv", options)


def lines(reading: TableReading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def test_every_column_is_read() -> None:
    reading = read(
        {
            "patient_id": "0042", "exam_date": "2026-01-05", "modality": "PET/CT", "accession": "A-17",
            "report_status": "preliminary", "lesion_id": "L1", "organ": "liver", "segment": "V/VI", "role": "target",
            "state": "measured", "long_axis_mm": "23,5", "short_axis_mm": "18", "suv_max": "8.2", "sul_peak": "5.1",
            "hu": "-12.5", "liver_lesion_count": ">=7", "baseline": "yes", "state_detail": "provisional",
            "qualifier": "approx", "authority": "UKH", "phase": "portal venous", "slice_mm": "2.5", "comment": "'=a",
        }
    )  # fmt: skip
    assert not reading.problems
    assert set(reading.shown or {}) == {column.name for column in COLUMNS}
    (patient,) = reading.patients
    (exam,) = patient.exams
    (row,) = exam.rows
    assert (patient.identifier, patient.authority) == ("0042", "UKH")
    assert (exam.performed_on, exam.modality, exam.accession) == (date(2026, 1, 5), Modality.PET_CT, "A-17")
    assert (exam.status, exam.phase, exam.slice_thickness) == (ReportStatus.PRELIMINARY, "portal venous", Length(2_500))
    assert (exam.count, exam.opens) == (StatedCount(CountKind.AT_LEAST, 7), Opens.YES)
    assert (row.label, row.role, row.qualifier, row.comment) == ("L1", LesionRole.TARGET, "approx", "=a")
    assert patient.lesions["L1"].segments == (Segment.V, Segment.VI)
    assert row.observation == Observation(
        State.MEASURED, Length(23_500), Length(18_000), provisional=True,
        suv_max=Decimal("8.2"), sul_peak=Decimal("5.1"), attenuation_hu=Decimal("-12.5"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"long_axis_mm": "23"}, Observation(State.MEASURED, Length(23_000))),
        ({"short_axis_mm": "12"}, Observation(State.MEASURED, short=Length(12_000))),
        ({"long_axis_mm": "0"}, Observation(State.ABSENT)),
        ({"long_axis_mm": "0", "short_axis_mm": "0,0"}, Observation(State.ABSENT)),
        ({"long_axis_mm": "0", "state": "measured"}, Observation(State.ABSENT)),
        ({"long_axis_mm": "0", "state": "absent"}, Observation(State.ABSENT)),
        ({"state": "absent"}, Observation(State.ABSENT)),
        ({"state": "too small to measure"}, Observation(State.TOO_SMALL)),
        ({"state": "too small to measure", "long_axis_mm": "3"}, Observation(State.TOO_SMALL, Length(3_000))),
        ({"state": "not evaluable", "state_detail": "motion"}, Observation(State.NOT_EVALUABLE, reason="motion")),
        ({"state": "not evaluable"}, Observation(State.NOT_EVALUABLE, reason="reason not given")),
        ({"state": "not mentioned"}, Observation(State.NOT_MENTIONED)),
        ({"state": "present"}, Observation(State.PRESENT)),
        ({"state": "present", "state_detail": "grown"}, Observation(State.PRESENT, grown=True)),
        ({"suv_max": "8"}, Observation(State.PRESENT, suv_max=Decimal(8))),
        ({"state": "unequivocal progression"}, Observation(State.UNEQUIVOCAL_PROGRESSION)),
        ({"state": "equivocal", "long_axis_mm": "7"}, Observation(State.EQUIVOCAL, Length(7_000))),
        (
            {"state": "unequivocal", "state_detail": "first seen 2025-11-03"},
            Observation(State.UNEQUIVOCAL, first_seen=date(2025, 11, 3)),
        ),
        ({"state": "merged", "state_detail": "into L2"}, Observation(State.MERGED, into="L2")),
        ({"state": "split", "state_detail": "14+9"}, Observation(State.SPLIT, parts=(Length(14_000), Length(9_000)))),
        (
            {"state": "treated", "state_detail": "ablation 2025-04-16"},
            Observation(State.TREATED, by="ablation", treated_on=date(2025, 4, 16)),
        ),
        (
            {"state": "recurrence at treated site", "state_detail": "unequivocal"},
            Observation(State.RECURRENCE, certainty=Certainty.UNEQUIVOCAL),
        ),
    ],
)  # fmt: skip
def test_a_row_says_what_was_seen(cells: Row, expected: Observation) -> None:
    reading = read(BASELINE | {"lesion_id": "L1"} | cells)
    assert not reading.problems
    assert reading.patients[0].exams[0].rows[0].observation == expected


def test_a_zero_is_read_as_absent_and_said() -> None:
    reading = read(seen(BASELINE, "L1", "0"))
    assert [str(remark) for remark in reading.remarks] == [
        "row 2, column long_axis_mm: 0 is read as 'absent': looked for and no longer seen"
    ]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({}, "row 2, column state: is empty and there is no size"),
        ({"patient_id": "", "state": "absent"}, "row 2, column patient_id: is empty"),
        ({"exam_date": "", "state": "absent"}, "row 2, column exam_date: is empty"),
        ({"modality": "", "state": "absent"}, "row 2, column modality: is empty"),
        ({"exam_date": "2026-13-01", "state": "absent"}, "row 2, column exam_date: '2026-13-01' is not in the calendar"),
        ({"modality": "XT", "state": "absent"}, "row 2, column modality: 'XT' is not known"),
        ({"long_axis_mm": "2.3 cm"}, "row 2, column long_axis_mm: '2.3 cm' carries a unit"),
        ({"long_axis_mm": "18", "short_axis_mm": "23"}, "row 2, column short_axis_mm: 23 mm is longer"),
        ({"long_axis_mm": "0", "short_axis_mm": "4"}, "row 2, column long_axis_mm: is 0, and the other axis is 4 mm"),
        ({"long_axis_mm": "0", "state": "present"}, "row 2, column long_axis_mm: is 0 beside the state 'present'"),
        ({"long_axis_mm": "9", "state": "absent"}, "row 2, column state: is 'absent' beside a size"),
        ({"long_axis_mm": "9", "state": "not evaluable"}, "row 2, column state: is 'not evaluable' beside a size"),
        ({"state": "measured"}, "row 2, column long_axis_mm: is empty, but the state is 'measured'"),
        ({"state": "absent", "qualifier": "<"}, "row 2, column qualifier: belongs to a size"),
        ({"state": "merged"}, "row 2, column state_detail: is empty; say into which lesion"),
        ({"state": "split"}, "row 2, column state_detail: is empty; say the diameters"),
        ({"state": "recurrence at treated site"}, "row 2, column state_detail: is empty; say equivocal"),
        ({"state": "present", "state_detail": "odd"}, "row 2, column state_detail: 'odd' says nothing"),
        ({"long_axis_mm": "9", "segment": "X"}, "row 2, column segment: 'X' is no liver segment"),
        ({"long_axis_mm": "9", "role": "targte"}, "row 2, column role: 'targte' is not known; did you mean 'target'?"),
        ({"long_axis_mm": "9", "organ": "lung", "segment": "II"}, "row 2, column segment: liver segments belong"),
        ({"long_axis_mm": "9", "liver_lesion_count": "lots"}, "row 2, column liver_lesion_count: 'lots' is no count"),
        ({"long_axis_mm": "9", "baseline": "maybe"}, "row 2, column baseline: 'maybe' is neither"),
        ({"long_axis_mm": "9", "slice_mm": "80"}, "row 2, column slice_mm: 80 mm is no slice"),
        ({"long_axis_mm": "9", "suv_max": "x"}, "row 2, column suv_max: 'x' is not one number"),
        ({"lesion_id": "", "long_axis_mm": "9"}, "row 2, column lesion_id: is empty, but the row has a value"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_row_and_column(cells: Row, sentence: str) -> None:
    problems = lines(read(BASELINE | {"lesion_id": "L1"} | cells))
    assert len(problems) == 1, problems
    assert problems[0].startswith(sentence)


def test_all_problems_of_all_rows_are_named_at_once() -> None:
    reading = read(
        seen(BASELINE, "L1", "2.3 cm", role="taget", modality="XT"),
        seen(FOLLOW_UP, "L1", "abc", exam_date="soon"),
        seen(BASELINE, "L2", "12"),
    )
    assert [problem.place for problem in reading.problems] == [
        "row 2, column modality", "row 2, column long_axis_mm", "row 2, column role",
        "row 3, column exam_date", "row 3, column long_axis_mm",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "place", "sentence"),
    [
        (
            [seen(BASELINE, "L1", 9, phase="arterial"), seen(BASELINE, "L2", 9, phase="portal venous")],
            "rows 2 and 3, column phase", "two answers: arterial and portal venous",
        ),
        (
            [seen(BASELINE, "L1", 9, liver_lesion_count=4), seen(BASELINE, "L2", 9, liver_lesion_count=5)],
            "rows 2 and 3, column liver_lesion_count", "two answers: 4 and 5",
        ),
        (
            [seen(BASELINE, "L1", 9, baseline="yes"), seen(BASELINE, "L2", 9, baseline="no")],
            "rows 2 and 3, column baseline", "two answers",
        ),
        (
            [seen(BASELINE, "L1", 9, slice_mm=5), seen(BASELINE, "L2", 9, slice_mm="2.5")],
            "rows 2 and 3, column slice_mm", "two answers: 5 mm and 2.5 mm",
        ),
        (
            [seen(BASELINE, "L1", 9, report_status="F"), seen(BASELINE, "L2", 9, report_status="P")],
            "rows 2 and 3, column report_status", "two answers: final and preliminary",
        ),
        (
            [seen(BASELINE, "L1", 9), seen(BASELINE, "L1", 8)],
            "rows 2 and 3, column lesion_id", "L1 stands twice on one exam (CT of 2026-01-05)",
        ),
        (
            [seen(BASELINE, "L1", 9), seen(FOLLOW_UP, "l1", 8)],
            "rows 2 and 3, column lesion_id", "differ in capitals only",
        ),
        (
            [seen(BASELINE, "L1", 9, organ="liver"), seen(FOLLOW_UP, "L1", 8, organ="lung")],
            "rows 2 and 3, column organ", "two organs: liver and lung",
        ),
        (
            [seen(BASELINE, "L1", 9, accession="A1"), seen(FOLLOW_UP, "L1", 8, accession="A1")],
            "rows 2 and 3, column accession", "one exam number, two exams",
        ),
        (
            [
                seen(BASELINE, "L1", 9, accession="A1"), seen(BASELINE, "L1", 8, accession="A2"),
                seen(BASELINE, "L2", 8, accession=""),
            ],
            "row 4, column accession", "2 exams of this date and modality; say which",
        ),
    ],
)  # fmt: skip
def test_rows_that_contradict_each_other_are_named(rows: list[Row], place: str, sentence: str) -> None:
    (problem,) = read(*rows).problems
    assert problem.place == place
    assert sentence in problem.text


def test_silent_cells_of_an_exam_contradict_nothing() -> None:
    reading = read(
        seen(BASELINE, "L1", 9, accession="A1", phase="portal venous", segment="V"),
        seen(BASELINE, "L2", 9, accession="", phase="", segment=""),
        seen(FOLLOW_UP, "L1", 8, accession="", phase="", segment="VI"),
    )
    assert not reading.problems
    first, second = reading.patients[0].exams
    assert (first.accession, first.phase, len(first.rows)) == ("A1", "portal venous", 2)
    assert (second.accession, second.phase) == (None, None)
    assert [str(remark) for remark in reading.remarks] == [
        "row 4, column segment: L1 is in V in row 2; that is kept, not VI"
    ]


def test_a_row_without_a_lesion_speaks_of_the_exam() -> None:
    reading = read(BASELINE | {"lesion_id": "", "liver_lesion_count": "0", "comment": "no metastasis"})
    (exam,) = reading.patients[0].exams
    assert not reading.problems
    assert (exam.rows, exam.remark, exam.count) == ((), "no metastasis", StatedCount(CountKind.EXACT, 0))


def test_the_second_exam_of_a_date_is_told_apart() -> None:
    reading = read(seen(BASELINE, "L1", 9, accession=""), seen(BASELINE, "L1", 8, accession="#2"))
    assert [(exam.ordinal, exam.accession) for exam in reading.patients[0].exams] == [(1, None), (2, None)]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "patient_id,exam_date,modality,longaxis_mm",
            ["row 1, column longaxis_mm: there is no column 'longaxis_mm'; the nearest is 'long_axis_mm'"],
        ),
        (
            "patient_id,exam_date,modality,zzz",
            ["row 1, column zzz: there is no column 'zzz'; known are: " + ", ".join(one.name for one in COLUMNS)],
        ),
        ("patient_id,exam_date", ["row 1: the column 'modality' is missing; give it by --modality"]),
        (
            "patient_id,exam_date,modality,exam_date",
            ["row 1, column exam_date: the column stands twice (also as 'exam_date')"],
        ),
        (
            "foo,bar",
            [
                "row 1, column foo: there is no column 'foo'",
                "row 1, column bar: there is no column 'bar'",
                "row 1: the column 'patient_id' is missing",
                "row 1: the column 'exam_date' is missing",
                "row 1: the column 'modality' is missing; give it by --modality",
            ],
        ),
        ("patient_id,exam_date,modality,", ["row 1, column 4: the column holds values and has no name"]),
    ],
)  # fmt: skip
def test_a_wrong_header_is_named_with_the_nearest_column(header: str, expected: list[str]) -> None:
    problems = lines(read_table(f"{header}\n1,2026-01-05,CT,9\n".encode(), "table.csv"))
    assert len(problems) == len(expected)
    for problem, beginning in zip(problems, expected, strict=True):
        assert problem.startswith(beginning)


def test_a_wrong_header_does_not_hide_what_is_wrong_below_it() -> None:
    text = b"patient_id,exam_date,modality,lesion,long_axis_mm\n1,2026-13-01,CT,L1,12\n1,2026-01-05,CTT,L1,12\n"
    problems = lines(read_table(text, "t"))
    assert [problem.split(":")[0] for problem in problems] == [
        "row 1, column lesion",
        "row 2, column exam_date",
        "row 3, column modality",
    ]


def test_names_of_columns_may_be_written_freely() -> None:
    reading = read_table(b"Patient ID;Exam-Date;MODALITY;Lesion_id;Long axis mm\n1;2026-01-05;ct;L1;9,5\n", "table.csv")
    assert not reading.problems
    assert reading.patients[0].exams[0].rows[0].observation == Observation(State.MEASURED, Length(9_500))


@pytest.mark.parametrize(
    "row",
    ["1,2026-01-05,CT,L1,23,5,8", "1,2026-01-05,CT,L1,23,5,", "1,2026-01-05,CT,L1,2"],
    ids=["a decimal comma", "a decimal comma before an empty cell", "a file that was cut"],
)
def test_a_row_with_other_cells_than_the_header_is_refused(row: str) -> None:
    header = "patient_id,exam_date,modality,lesion_id,long_axis_mm,short_axis_mm"
    reading = read_table(f"{header}\n{row}\n".encode(), "t.csv")
    (problem,) = lines(reading)
    assert problem == (
        f"row 2: the row has {row.count(',') + 1} cells, the header 6; "
        "a decimal comma needs quotes, or semicolons between cells"
    )


def test_long_numbers_of_a_sheet_keep_their_digits() -> None:
    assert cell_text(1234567890123457.0) == "1234567890123457"
    assert cell_text(12.3) == "12.3"
    assert cell_text(4711.0) == "4711"


def test_dates_follow_the_stated_order() -> None:
    rows = [seen(BASELINE | {"exam_date": "05.01.2026"}, "L1", 9)]
    assert "two ways" in lines(read(*rows))[0]
    reading = read(*rows, options=TableOptions(date_order=DateOrder.DMY))
    assert reading.patients[0].exams[0].performed_on == date(2026, 1, 5)


def test_a_workbook_reads_like_the_csv_file() -> None:
    book = xlsx(
        [
            ["patient_id", "exam_date", "modality", "lesion_id", "long_axis_mm", "segment"],
            [1, date(2026, 1, 5), "CT", "L1", 23.5, "V"],
            [1, 20260302, "CT", "L1", "17,5", None],
        ]
    )
    text = b'patient_id,exam_date,modality,lesion_id,long_axis_mm,segment\n1,2026-01-05,CT,L1,23.5,V\n1,20260302,CT,L1,"17,5",\n'
    assert read_table(book, "t") == read_table(text, "t")


def test_a_preset_maps_columns_and_names_them_as_the_file_does() -> None:
    options = TableOptions(preset="pyrecist", modality=Modality.CT)
    text = b"patient_id,study_date,measurement,lesion_label_alias,lesion_category\n1,20220601,10,A,target\n1,20220901,x,A,target\n"
    reading = read_table(text, "t", options)
    assert lines(reading) == [
        "row 3, column measurement: 'x' is not one number (mm); write it as 23.5 or 23,5, without unit or sign"
    ]
    assert reading.patients[0].exams[0].modality is Modality.CT
    missing = read_table(text, "t", TableOptions(preset="pyrecist"))
    assert lines(missing) == ["row 1: the column 'modality' is missing; give it by --modality", *lines(reading)]
    unknown = read_table(text, "t", TableOptions(preset="foo"))
    assert lines(unknown) == ["there is no preset 'foo'; known are: pyrecist"]
