"""The table of a sheet: every lesion at the last three scans, the change since the one before, sums and responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.domain.derivation import CourseAssessment
from tracker.domain.vocabulary import LesionRole
from tracker.pictures.badges import Badge, BadgeKind
from tracker.pictures.board import Board
from tracker.pictures.cells import TableCell
from tracker.pictures.columns import row_of
from tracker.pictures.lesion_table import LesionRow
from tracker.pictures.shapes import Shape
from tracker.pictures.words import count_of, say_difference
from tracker.report.plain_text import shorten

#: Scans shown, and lesions: more do not fit beside the map.
SCANS, MOST_ROWS = 3, 11
#: A cell of more letters than this says it in short.
_LONG = 11

#: The sign of a response, filled where it is confirmed and open where it is computed.
_SIGNS: dict[Shape, tuple[str, str]] = {
    Shape.CIRCLE: ("●", "○"),
    Shape.STAR: ("★", "☆"),
    Shape.TRIANGLE_DOWN: ("▼", "▽"),
    Shape.SQUARE: ("■", "□"),
    Shape.TRIANGLE_UP: ("▲", "△"),
    Shape.TRIANGLE_RIGHT: ("▶", "▷"),
    Shape.CROSS: ("×", "×"),
}
_SHORT = {
    "not mentioned": "not said",
    "not evaluable": "not eval.",
    "not complete": "incomplete",
    "innumerable": "innum.",
}
_ROLES = {str(LesionRole.NON_TARGET): "non-target", str(LesionRole.TARGET): "target"}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line: label, place and role of a lesion (or only a name), one text a scan, and the change."""

    name: str
    place: str
    role: str
    cells: tuple[str, ...]
    change: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class SheetTable:
    """Dates and modalities above, the lines, and what is left to the record in words."""

    dates: tuple[str, ...]
    modalities: tuple[str, ...]
    since: str
    lesions: tuple[SheetRow, ...]
    totals: tuple[SheetRow, ...]
    more: str


def derive_sheet_table(board: Board, courses: Sequence[CourseAssessment]) -> SheetTable:
    """The last three columns of the board's table; beyond ``MOST_ROWS`` lesions the last ones are counted, not shown."""
    table = board.table
    shown = range(max(len(table.head) - SCANS, 0), len(table.head))
    rows = table.rows if len(table.rows) <= MOST_ROWS else table.rows[: MOST_ROWS - 1]
    hidden = len(table.rows) - len(rows) + _number(table.folded)
    head = [table.head[at] for at in shown]
    return SheetTable(
        dates=tuple(cell.date for cell in head),
        modalities=tuple(cell.modality for cell in head),
        since=head[-2].date if len(head) > 1 else "",
        lesions=tuple(_lesion(row, shown) for row in rows),
        totals=(
            SheetRow("Sum of targets", "", "", _texts(table.sums, shown), _sum_change(board, courses), strong=True),
            SheetRow("Liver sum (count), context", "", "", _texts(table.liver, shown)),
            *((SheetRow("Count as stated", "", "", _texts(table.counts, shown)),) if table.counts else ()),
            SheetRow(_response_name(courses), "", "", tuple(_badges(table.badges[at]) for at in shown), strong=True),
        ),
        more=f"and {count_of(hidden, 'lesion')} more in the record" if hidden else "",
    )


def say_badge(badge: Badge) -> str:
    """ "■ SD" confirmed, "□ SD" computed, "▲ PD · □ SD" confirmed otherwise, "baseline", or that it belongs to no course."""
    if badge.kind is BadgeKind.BASELINE:
        return "baseline"
    if badge.kind is BadgeKind.OUTSIDE:
        return "no course"
    filled, hollow = _SIGNS.get(Shape.of(badge.response), ("", ""))
    sign = filled if badge.kind is BadgeKind.CONFIRMED else hollow
    said = f"{sign} {badge.brief}".strip()
    if badge.beside is None:
        return said
    return f"{said} · {say_badge(replace(badge, kind=BadgeKind.COMPUTED, response=badge.beside, beside=None))}"


def _lesion(row: LesionRow, shown: range) -> SheetRow:
    cells = [row.cells[at] for at in shown]
    change = ""
    if len(cells) > 1 and (now := cells[-1].um) is not None and (before := cells[-2].um) is not None:
        change = say_difference(now - before)
    place = row.place.replace(", short axis", "")
    role = f"{_ROLES.get(row.role, row.role)}, short axis" if row.is_node else _ROLES.get(row.role, row.role)
    return SheetRow(shorten(row.label, 8), shorten(place, 16), role, tuple(_text(cell) for cell in cells), change)


def _texts(cells: Sequence[TableCell], shown: range) -> tuple[str, ...]:
    return tuple(_text(cells[at]) for at in shown)


def _text(cell: TableCell) -> str:
    """The words of a cell without the signs that only the screen draws."""
    if cell.text in _SHORT:
        return _SHORT[cell.text]
    text = _words(cell.text)
    # Where a sign is all that is said in short, the words are.
    return text if len(text) <= _LONG else _words(cell.short) or text


def _words(text: str) -> str:
    return " ".join("".join(letter for letter in text if letter not in "○▨✚↑↓→").split())


def _sum_change(board: Board, courses: Sequence[CourseAssessment]) -> str:
    """The sum of the last scan against the one before it, where both are complete and of one course."""
    columns = [board.columns[head.column] for head in board.table.head][-2:]
    if len(columns) < 2 or not columns[0].judged or not columns[1].judged:
        return ""
    before, now = columns[0].judged[-1], columns[1].judged[-1]
    sums = [row_of(courses, judged).sum for judged in (before, now)]
    if before.course != now.course or sums[0] is None or sums[1] is None:
        return ""
    return say_difference(sums[1].um - sums[0].um)


def _badges(badges: Sequence[Badge]) -> str:
    """The response of a scan; where it closes one course and opens the next, both."""
    return " | ".join(say_badge(badge) for badge in badges[-2:])


def _response_name(courses: Sequence[CourseAssessment]) -> str:
    return f"Response, course {courses[-1].course.number}" if courses else "Response"


def _number(folded: str) -> int:
    """The number of lesions that the board itself folds ("and 4 more")."""
    return next((int(word) for word in folded.split() if word.isdigit()), 0)
