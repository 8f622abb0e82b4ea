"""What is seen of a patient, to take along: the tables behind the charts as CSV and Excel, the charts as SVG and PNG."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards import runtime
from tracker.domain.record import PatientRecord
from tracker.pictures.board import Board
from tracker.report.board_files import board_csv, board_picture, board_workbook
from tracker.report.case import suggest_name
from tracker.report.svg import to_png

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Pixels across a PNG; sharp on a slide.
_PNG_WIDTH = 2400


def show_files(record: PatientRecord, board: Board) -> None:
    """Buttons; each file is written when somebody takes it, not at every look."""
    with st.container(key="board-files", horizontal=True, gap="small"):
        _button(record, "CSV", lambda: board_csv(record, board).encode("utf-8-sig"), "csv", "text/csv")
        _button(record, "Excel", lambda: board_workbook(record, board, runtime.today()), "xlsx", _EXCEL)
        _button(record, "PNG", lambda: to_png(board_picture(record, board), _PNG_WIDTH), "png", "image/png")
        _button(record, "SVG", lambda: board_picture(record, board).encode(), "svg", "image/svg+xml")


def _button(record: PatientRecord, label: str, write: Callable[[], bytes], ending: str, mime: str) -> None:
    name = suggest_name(record.patient.identifier, "board").removesuffix("pdf") + ending
    st.download_button(label, data=write, file_name=name, mime=mime, key=f"board-{ending}", on_click="ignore")
