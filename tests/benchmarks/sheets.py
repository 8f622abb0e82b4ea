"""The sheet of a meeting: the first one of a process, the next ones, all of a meeting, and a picture as PNG (aim: 300 ms a sheet)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from tests.pictures.records import twelve_scans, two_courses
from tracker.report.patient_page import render_patient_page
from tracker.report.sheet import render_meeting, render_sheet
from tracker.report.sheet_case import SheetCase, derive_case
from tracker.report.svg import board_svg, to_png

TODAY = date(2026, 11, 24)
CASES = 11
Show = Callable[[str, str, str], None]


def run(show: Show) -> None:
    """Print CPU milliseconds: two courses of eight scans, and twelve scans of ten lesions."""
    first = _milliseconds(lambda: render_sheet(_case(0)))
    derived = statistics.median(_milliseconds(lambda at=at: _case(at)) for at in range(2, 12))
    whole = [_milliseconds(lambda at=at: render_sheet(_case(at))) for at in range(2, 22)]
    show("sheet: the first of a process", f"{first:.0f} ms", "CPU, fonts and template read")
    show(
        "sheet: each next one", f"{statistics.median(whole):.0f} ms", f"CPU, {derived:.0f} ms of it derived; aim 300 ms"
    )
    cases = [_case(at) for at in range(CASES)]
    show(f"sheets of a meeting of {CASES}", f"{_milliseconds(lambda: render_meeting(cases)):.0f} ms", "CPU, one file")
    page = [_milliseconds(lambda at=at: render_patient_page(two_courses(), TODAY, _now(at))) for at in range(10)]
    show("page for a patient", f"{statistics.median(page):.0f} ms", "CPU")
    board = _case(0).board
    if board is not None:
        png = _milliseconds(lambda: to_png(board_svg(board, "light"), 1600))
        show("board as PNG, 1600 pixels wide", f"{png:.0f} ms", "CPU, no browser")


def _case(at: int) -> SheetCase:
    """Another case each time, so that nothing of the last page can be used again."""
    record = twelve_scans() if at % 2 else two_courses()
    return derive_case(record, TODAY, _now(at), question=f"Question number {at}?")


def _now(at: int) -> datetime:
    return datetime(2026, 11, 24, 13, at, tzinfo=UTC)


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)
