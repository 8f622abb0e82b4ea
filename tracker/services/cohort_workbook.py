"""What is seen of a cohort as an Excel workbook: true dates and numbers, every text a text and never a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.domain.endpoints.course_path import read_path
from tracker.domain.wording import PURPOSE
from tracker.pictures.criteria import face_of
from tracker.pictures.shapes import TextTable
from tracker.services.cohort import Cohort
from tracker.services.cohort_pictures import CohortPictures
from tracker.services.cohort_regimens import derive_regimens
from tracker.services.cohort_rows import CohortRow

_HEAD = (
    "patient", "primary", "course", "treatment", "course start", "scans", "baseline sum mm", "best sum mm",
    "best change percent", "best response", "first progression", "last scan", "days to progression or last scan",
    "progression counted", "synthetic",
)  # fmt: skip
_WIDTHS = (14, 14, 8, 30, 12, 8, 12, 12, 12, 16, 12, 12, 14, 12, 10)
#: A sheet holds no more letters of one text.
_LONGEST = 32_000

Cell = str | int | float | Decimal | date | None


def write_workbook(cohort: Cohort, pictures: CohortPictures, seen: Sequence[str], on: date) -> bytes:
    """Sheets: what it is, the courses, responses by treatment, and the curve. ``seen`` are the choices made, in words.

    A text that begins like a formula is stored as the text it is. No name and no birth year is in it.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    head, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    _write_about(book.add_worksheet("About"), cohort, pictures, seen, on, day)
    sheet = book.add_worksheet("Courses")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _write(sheet, [_HEAD, *map(_course, cohort.rows)], head, day)
    sheet.freeze_panes(1, 1)
    _write_table(book.add_worksheet("Responses"), derive_regimens(cohort).table, head, day)
    _write_table(book.add_worksheet("Time to event"), pictures.survival.table, head, day)
    book.close()
    return out.getvalue()


def _write_about(
    sheet: Worksheet, cohort: Cohort, pictures: CohortPictures, seen: Sequence[str], on: date, day: Format
) -> None:
    sheet.set_column(0, 0, 110)
    synthetic = ["SYNTHETIC: demo patients are among them."] if cohort.synthetic else []
    lines: list[str] = [
        f"Local audit, not evidence. {PURPOSE}",
        *synthetic,
        f"{cohort.patients} patients, {len(cohort.rows)} courses, {cohort.scans} scans; "
        f"responses by {face_of(cohort.criterion).with_source}, computed.",
        *seen,
        pictures.waterfall.sentence,
        pictures.swimmer.sentence,
        pictures.survival.sentence,
    ]
    _write(sheet, [(line,) for line in lines], None, day)
    _put(sheet, len(lines), 0, on, day)


def _course(row: CohortRow) -> tuple[Cell, ...]:
    until = read_path(row.path).progression if row.path else None
    return (
        row.identifier,
        str(row.primary),
        row.course,
        row.treatment,
        row.start,
        row.scans,
        None if row.baseline_um is None else row.baseline_um / 1000,
        None if row.best_um is None else row.best_um / 1000,
        row.best_change,
        None if row.best_response is None else str(row.best_response),
        row.progression,
        row.last_scan,
        None if until is None else until.days,
        None if until is None else "yes" if until.event else "no",
        "yes" if row.synthetic else "no",
    )


def _write_table(sheet: Worksheet, table: TextTable, head: Format, day: Format) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(table.header), 16)
    _write(sheet, [table.header, *table.rows], head, day)


def _write(sheet: Worksheet, rows: Sequence[Sequence[Cell]], head: Format | None, day: Format) -> None:
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if at == 0 and head is not None:
                sheet.write_string(at, column, str(cell), head)
            else:
                _put(sheet, at, column, cell, day)


def _put(sheet: Worksheet, row: int, column: int, cell: Cell, day: Format) -> None:
    """One cell by the type of its value; nothing is guessed from a text."""
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, cell[:_LONGEST])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    else:
        sheet.write_number(row, column, float(cell))
