"""The board's tables as files: what is in words on the page is in them, and no cell becomes a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from tests.pictures.records import counts_only, simple, twelve_scans, two_courses
from tests.report.papers import TODAY
from tracker.domain.derivation import assess_record
from tracker.domain.record import PatientRecord, StatedCount
from tracker.domain.vocabulary import CountKind
from tracker.pictures.board import Board, derive_board
from tracker.report.board_files import board_csv, board_picture, board_workbook

RECORDS = {
    "two courses": two_courses(),
    "twelve scans": twelve_scans(),
    "one scan": simple([40]),
    "counts only": counts_only([StatedCount(CountKind.INNUMERABLE)]),
}


def board_of(patient: PatientRecord) -> Board:
    board = derive_board(patient, assess_record(patient))
    assert board is not None
    return board


@pytest.mark.parametrize("name", RECORDS)
def test_every_table_behind_the_charts_is_in_both_files(name: str) -> None:
    patient = RECORDS[name]
    board = board_of(patient)
    rows = list(csv.reader(io.StringIO(board_csv(patient, board))))
    assert rows[0] == ["SYNTHETIC"]
    for _, table in board.in_words:
        assert [table.caption] in rows
        assert [row[: len(table.header)] for row in rows].count(list(table.header)) >= 1
    book = CalamineWorkbook.from_filelike(io.BytesIO(board_workbook(patient, board, TODAY)))
    assert len(book.sheet_names) == len(board.in_words) + 1
    for sheet, (_, table) in zip(book.sheet_names[1:], board.in_words, strict=True):
        read = book.get_sheet_by_name(sheet).to_python()
        assert tuple(read[0]) == table.header
        assert len(read) == len(table.rows) + 1


def test_the_picture_says_whose_it_is_that_it_is_synthetic_and_what_it_is_not() -> None:
    patient = two_courses()
    svg = board_picture(patient, board_of(patient))
    assert "DEMO-017, record version 3 · SYNTHETIC" in svg
    assert "Not a medical device." in svg
    real = replace(patient, patient=replace(patient.patient, synthetic=False, name="Erika Mustermann"))
    told = board_picture(real, board_of(real))
    assert "SYNTHETIC" not in told
    assert "Mustermann" not in told


def test_no_text_of_a_person_becomes_a_formula() -> None:
    patient = two_courses()
    names = tuple(replace(one, name='=HYPERLINK("http://x","y")') for one in patient.treatments)
    tricked = replace(patient, treatments=names)
    board = board_of(tricked)
    cells = [cell for row in csv.reader(io.StringIO(board_csv(tricked, board))) for cell in row]
    assert not [cell for cell in cells if cell.startswith("=")]
    data = board_workbook(tricked, board, TODAY)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    texts = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert any(str(text).startswith("=HYPERLINK") for text in texts)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not [name for name in parts.namelist() if name.endswith(".xml") and b"<f>" in parts.read(name)]
