"""The patient's board: all panels on one axis of time, how high each is, and the table under them.

The heights fit a screen of 1920 by 1080 without scrolling, up to ten lesions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import PatientRecord
from tracker.pictures.columns import Column, derive_columns
from tracker.pictures.counts import WithoutSum, derive_count_panel, derive_without_sum
from tracker.pictures.events import derive_events
from tracker.pictures.lanes import derive_lanes
from tracker.pictures.lesion_panel import derive_lesion_panel
from tracker.pictures.lesion_table import LesionTable, derive_lesion_table
from tracker.pictures.markers import derive_marker_panels
from tracker.pictures.shapes import Panel, TextTable, TimeAxis
from tracker.pictures.sum_chart import derive_sum_panel
from tracker.pictures.time_axis import derive_time_axis
from tracker.pictures.tracks import Track, derive_tracks
from tracker.pictures.uptake import derive_uptake_panel

#: Height of the whole left card on a screen of 1080.
CARD_HEIGHT = 872
MONTHS_HEIGHT = 24
#: Between two panels.
PANEL_GAP = 10
#: Under the panels, for the lines that lead to the columns of the table where these do not stand under their scans.
LEADERS_HEIGHT = 14
HEAD_HEIGHT = 40
#: Rows of the table while there is room, and where there are many.
ROW_HEIGHT, ROW_HEIGHT_TIGHT = 25, 22
_ROOMY_ROWS = 10
#: The words that stand where no course has a sum.
_WORDS_HEIGHT = 150


@dataclass(frozen=True, slots=True)
class _Height:
    """A panel's least and greatest height, and its share of what is left."""

    least: int
    most: int
    share: float


@dataclass(frozen=True, slots=True)
class Card:
    """The place a board is made for: its height in pixels, and whether the lesions stand in it (their panel and the table)."""

    height: int = CARD_HEIGHT
    has_lesions: bool = True


SCREEN = Card()

_HEIGHTS = {
    "sum": _Height(176, 330, 0.55),
    "lesions": _Height(48, 116, 0.25),
    "marker": _Height(44, 66, 0.1),
    "uptake": _Height(42, 58, 0.1),
}


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the patient page draws, in order. ``without_sum`` stands where no course has a sum of targets."""

    axis: TimeAxis
    columns: tuple[Column, ...]
    tracks: tuple[Track, ...]
    panels: tuple[Panel, ...]
    table: LesionTable
    without_sum: WithoutSum | None
    row_height: int

    @property
    def sentence(self) -> str:
        """The whole figure in words."""
        return " ".join(panel.sentence for panel in self.panels)

    @property
    def in_words(self) -> tuple[tuple[str, TextTable], ...]:
        """Every panel as a sentence and the table behind it, and the full table of lesions."""
        lesions = ("Every lesion at every scan.", self.table.full)
        return (*((panel.sentence, panel.table) for panel in self.panels), lesions)

    @property
    def height(self) -> int:
        """Height of the figure in pixels: the months and all panels with their gaps."""
        return MONTHS_HEIGHT + sum(panel.height + PANEL_GAP for panel in self.panels)

    def panel(self, key: str) -> Panel | None:
        return next((panel for panel in self.panels if panel.key == key), None)


def derive_board(record: PatientRecord, courses: Sequence[CourseAssessment], card: Card = SCREEN) -> Board | None:
    """The board of a patient, made for ``card``; None where there is no scan yet."""
    columns = derive_columns(record, courses)
    axis = derive_time_axis(record, columns)
    if axis is None:
        return None
    tracks = derive_tracks(courses, columns, axis)
    table = derive_lesion_table(record, courses, columns, axis)
    has_sum = any(track.has_percentages for track in tracks)
    lanes, events = derive_lanes(record, axis), derive_events(tracks, columns, axis)
    counts = None if has_sum else derive_count_panel(record, axis)
    rows = len(table.rows) + bool(table.folded or table.left_out) + bool(table.counts) + 3
    row_height = ROW_HEIGHT if rows <= _ROOMY_ROWS else ROW_HEIGHT_TIGHT
    free = card.height - MONTHS_HEIGHT - 8 - (0 if has_sum or not tracks else _WORDS_HEIGHT)
    free -= HEAD_HEIGHT + rows * row_height if card.has_lesions else 0
    free -= 0 if table.under_scans else LEADERS_HEIGHT
    free -= sum(panel.height + PANEL_GAP for panel in (lanes, events, counts) if panel is not None)
    heights = _share_out(record, free, has_sum=has_sum, has_lesions=card.has_lesions)
    main = derive_sum_panel(tracks, columns, axis, heights.get("sum", 0))
    lesions = derive_lesion_panel(record, courses, columns, axis, heights["lesions"]) if card.has_lesions else None
    markers = derive_marker_panels(
        record, axis, heights.get("marker", 0), most=sum(key.startswith("marker") for key in heights)
    )
    uptake = derive_uptake_panel(record, axis, heights.get("uptake", 0))
    return Board(
        axis=axis,
        columns=columns,
        tracks=tracks,
        panels=tuple(panel for panel in (lanes, main, events, counts, lesions, *markers, uptake) if panel is not None),
        table=table,
        without_sum=derive_without_sum(record, tracks) if main is None and tracks else None,
        row_height=row_height,
    )


def _share_out(record: PatientRecord, free: int, *, has_sum: bool, has_lesions: bool) -> dict[str, int]:
    """Heights of the panels that have something to draw, out of ``free`` pixels; a second marker only where there is room.

    Every panel gets its least; what is left goes by shares up to each one's most, the rest to the sum chart.
    """
    keys = ["sum"] if has_sum else []
    keys += ["lesions"] if has_lesions else []
    names = {result.name for result in record.markers}
    keys += ["marker"] if names else []
    if any(seen.observation.suv_max is not None for exam in record.exams for seen in exam.observations):
        keys.append("uptake")

    def left(chosen: list[str]) -> int:
        return free - sum(_HEIGHTS[key.partition(" ")[0]].least + PANEL_GAP for key in chosen)

    if len(names) > 1 and left([*keys, "marker 2"]) > _HEIGHTS["marker"].least:
        keys.append("marker 2")
    over = max(left(keys), 0)
    heights = {}
    for key in keys:
        limits = _HEIGHTS[key.partition(" ")[0]]
        heights[key] = min(limits.least + int(over * limits.share), limits.most)
    if has_sum:
        rest = left(keys) - sum(heights[key] - _HEIGHTS[key.partition(" ")[0]].least for key in keys)
        heights["sum"] = min(heights["sum"] + max(rest, 0), _HEIGHTS["sum"].most)
    return heights
