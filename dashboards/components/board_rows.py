"""Which scan's reasons are read: the address says it (``?course=2&date=2026-11-09``), so it can be linked and reloaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboards.state import asked_scan, choose_scan, forget_scan
from tracker.domain.derivation import CourseAssessment
from tracker.pictures.board import Board
from tracker.pictures.words import say_date

#: Position of a course, and of a row in it.
Row = tuple[int, int]


def read_row(courses: Sequence[CourseAssessment]) -> tuple[Row | None, str]:
    """The row that the address names, and a sentence where it names none of this record. A date alone is the later course's."""
    asked = asked_scan()
    if asked is None:
        return None, ""
    number, day = asked
    rows = [
        (at, row_at)
        for at, course in enumerate(courses)
        for row_at, row in enumerate(course.assessment.time_points)
        if (number in ("", str(course.course.number))) and (day in ("", row.date.isoformat()))
    ]
    if rows:
        return rows[-1], ""
    return None, f"The address asks for {_say(number, day)}, which this record does not have. The newest scan is shown."


def _say(number: str, day: str) -> str:
    try:
        scan = f"a scan of {say_date(date.fromisoformat(day), year=True)}" if day else "a scan"
    except ValueError:
        scan = "a scan of a day that is not in the calendar"
    if not number:
        return scan
    return (
        f"{scan} in course {number}"
        if number.isascii() and number.isdigit() and len(number) < 5
        else f"{scan} in no course"
    )


def all_rows(courses: Sequence[CourseAssessment]) -> list[Row]:
    """Every row of every course, in the order of reading."""
    return [(at, row) for at, course in enumerate(courses) for row in range(len(course.assessment.time_points))]


def open_row(courses: Sequence[CourseAssessment], row: Row) -> None:
    """Read the reasons of this row from now on; one that is not there changes nothing."""
    at, row_at = row
    if at < len(courses) and row_at < len(courses[at].assessment.time_points):
        choose_scan(courses[at].course.number, courses[at].assessment.time_points[row_at].date)


def close_row() -> None:
    """Read no scan's reasons any more."""
    forget_scan()


def row_words(row: Row) -> str:
    """A row as a button names it: "0:3"."""
    return f"{row[0]}:{row[1]}"


def row_of_words(words: str) -> Row | None:
    """The row that a button named; None for any other button."""
    course, _, row = words.partition(":")
    return (int(course), int(row)) if course.isdigit() and row.isdigit() else None


def column_of(board: Board, chosen: Row | None) -> int | None:
    """The column of the board that stands for a row."""
    if chosen is None:
        return None
    found = (
        at
        for at, column in enumerate(board.columns)
        for judged in column.judged
        if (judged.course, judged.row) == chosen
    )
    return next(found, None)
