"""Bytes of a file to a grid of texts with their line numbers: CSV in its dialects, and workbooks.

A grid knows nothing of lesions. What cannot be read becomes a problem that says how to save the file instead.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass

from tracker.errors import InputError, Problem
from tracker.exchange.workbook import read_workbook

MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
_WORKBOOK_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: the number a person sees at its left, and its cells without blanks around them."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The header and the rows below it that hold anything. ``remarks`` say what was left out."""

    header: Line
    lines: tuple[Line, ...]
    remarks: tuple[Problem, ...] = ()


def read_grid(data: bytes) -> Grid:
    """The table in ``data``. InputError where it is no table."""
    if len(data) > MOST_BYTES:
        raise InputError(f"the file has more than {MOST_BYTES // 1_000_000} MB; split it")
    remarks: tuple[Problem, ...] = ()
    if data.startswith(_WORKBOOK_STARTS):
        sheet = read_workbook(data, MOST_ROWS, MOST_COLUMNS)
        lines = [Line(number, tuple(map(_trim, row))) for number, row in enumerate(sheet.rows, start=1)]
        if sheet.others:
            left = ", ".join(sheet.others)
            remarks = (Problem(f"sheet {sheet.name}", f"only this sheet was read; not read: {left}"),)
    else:
        lines = _read_csv(_decode(data))
    filled = [line for line in lines if any(line.cells)]
    if not filled:
        raise InputError("the file is empty; the first row names the columns")
    if len(filled) == 1:
        raise InputError("the table has no row below its header")
    return Grid(filled[0], tuple(filled[1:]), remarks)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("the file is UTF-16; save it as 'CSV UTF-8'")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        row = data.count(b"\n", 0, trouble.start) + 1
        raise InputError([Problem(f"row {row}", "a letter is not UTF-8; save the file as 'CSV UTF-8'")]) from None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise InputError([Problem(f"row {row}", "there is a zero byte, so this is no text file")])
    return text


def _read_csv(text: str) -> list[Line]:
    first = text.partition("\n")[0].strip().lower()
    skip = 0
    if first.startswith("sep=") and len(first) == 5:
        delimiter, skip = first[4], 1
    else:
        header = next((line for line in text.splitlines() if line.strip()), "")
        delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    start = 1
    try:
        for cells in reader:
            if start > skip:
                lines.append(Line(start, tuple(map(_trim, cells))))
            if len(lines) > MOST_ROWS:
                raise InputError(f"the table has more than {MOST_ROWS} rows; split it")
            if len(cells) > MOST_COLUMNS:
                raise InputError([Problem(f"row {start}", f"there are more than {MOST_COLUMNS} columns")])
            start = reader.line_num + 1
    except csv.Error as trouble:
        text = f"the quotes do not pair up, or a cell is too long ({trouble})"
        raise InputError([Problem(f"row {start}", text)]) from None
    return lines


def _trim(cell: str) -> str:
    """One spelling of a cell, as the record keeps it: composed letters, no white space around."""
    return unicodedata.normalize("NFC", cell).strip()
