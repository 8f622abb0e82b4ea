"""What is seen of a patient, to take along: the tables behind the charts as CSV and Excel, the charts as SVG and PNG."""

from __future__ import annotations

from dashboards import runtime
from dashboards.components.downloads import PNG_WIDTH, show_downloads
from tracker.domain.record import PatientRecord
from tracker.pictures.board import Board
from tracker.report.board_files import board_csv, board_picture, board_workbook
from tracker.report.case import suggest_name
from tracker.report.svg import to_png


def show_files(record: PatientRecord, board: Board) -> None:
    """CSV and Excel of the tables, PNG and SVG of the charts; the identifier alone names them."""
    show_downloads(
        "board",
        suggest_name(record.patient.identifier, "board").removesuffix(".pdf"),
        {
            "CSV": lambda: board_csv(record, board).encode("utf-8-sig"),
            "Excel": lambda: board_workbook(record, board, runtime.today()),
            "PNG": lambda: to_png(board_picture(record, board), PNG_WIDTH),
            "SVG": lambda: board_picture(record, board).encode(),
        },
    )
