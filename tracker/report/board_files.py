"""What the board of a patient shows, to take along: its picture, and every table behind its charts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

import xlsxwriter

from tracker.domain.record import PatientRecord
from tracker.domain.wording import PURPOSE
from tracker.exchange.guard import guard
from tracker.pictures.board import Board
from tracker.pictures.shapes import TextTable
from tracker.report.svg import board_svg

#: Pixels of the plot on a screen.
_PLOT = 964
#: A whole cell that is a number; anything else stays the text it is.
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,9})?")
#: What Excel refuses in the name of a sheet, and how long one may be; a cell holds no more letters than that.
_UNFIT, _LONGEST_NAME, _LONGEST = re.compile(r"[\[\]:*?/\\']"), 31, 32_000


def board_picture(record: PatientRecord, board: Board) -> str:
    """The figure of a screen as SVG, with whose it is above and what it is not below."""
    who, *rest = reversed([line for line in _about(record, None) if line != PURPOSE])
    return board_svg(board, "light", plot=_PLOT, above=" · ".join((who, *rest)), below=PURPOSE)


def board_csv(record: PatientRecord, board: Board) -> str:
    """All tables below each other, each under its name. A cell that begins like a formula is made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in _about(record, None):
        writer.writerow([guard(line)])
    for _, table in board.in_words:
        writer.writerow([])
        for row in ((table.caption,), table.header, *table.rows):
            writer.writerow([guard(cell) for cell in row])
    return out.getvalue()


def board_workbook(record: PatientRecord, board: Board, on: date) -> bytes:
    """A sheet for each table; numbers are numbers, every other cell is a text and never a formula or an address."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    head = book.add_format({"bold": True, "bottom": 1})
    first = book.add_worksheet("About")
    first.set_column(0, 0, 110)
    sentences = [sentence for sentence, _ in board.in_words]
    for at, line in enumerate((*_about(record, on), *sentences)):
        first.write_string(at, 0, line[:_LONGEST])
    for name, table in _named(board):
        sheet = book.add_worksheet(name)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, max(len(table.header) - 1, 1), 16)
        for column, text in enumerate(table.header):
            sheet.write_string(0, column, text[:_LONGEST], head)
        for row, cells in enumerate(table.rows, start=1):
            for column, cell in enumerate(cells):
                if _NUMBER.fullmatch(cell):
                    sheet.write_number(row, column, float(cell))
                elif cell:
                    sheet.write_string(row, column, cell[:_LONGEST])
        sheet.freeze_panes(1, 1)
    book.close()
    return out.getvalue()


def _about(record: PatientRecord, on: date | None) -> Iterator[str]:
    """Who it is by the identifier alone, of which version, and what it is not."""
    if record.patient.synthetic:
        yield "SYNTHETIC"
    day = f", written {on.isoformat()}" if on is not None else ""
    yield f"{record.patient.identifier}, record version {record.patient.version}{day}"
    yield PURPOSE


def _named(board: Board) -> Iterator[tuple[str, TextTable]]:
    """Each table with a name that Excel takes, no two alike."""
    known: set[str] = {"about"}
    for _, table in board.in_words:
        plain = _UNFIT.sub(" ", table.caption).strip() or "Table"
        names = (f"{plain[: _LONGEST_NAME - len(end)]}{end}" for end in ("", *(f" {at}" for at in range(2, 99))))
        name = next(name for name in names if name.casefold() not in known)
        known.add(name.casefold())
        yield name, table
