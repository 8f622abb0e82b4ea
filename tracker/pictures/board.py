"""The patient's board: all panels on one axis of time, how high each is, and the table under them.

The heights fit a screen of 1920 by 1080 without scrolling, up to ten lesions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import PatientRecord
from tracker.domain.schedule.intervals import DEFAULT, Intervals
from tracker.pictures.columns import Column, derive_columns, dividers
from tracker.pictures.counts import WithoutSum, derive_count_panel, derive_without_sum, derive_words_panel
from tracker.pictures.events import derive_events
from tracker.pictures.first_look import derive_first_look
from tracker.pictures.lanes import derive_lanes
from tracker.pictures.lesion_table import LesionTable, derive_lesion_table
from tracker.pictures.markers import derive_marker_panels, shown_markers
from tracker.pictures.shapes import Panel, TextTable, TimeAxis
from tracker.pictures.sum_chart import derive_sum_panel
from tracker.pictures.time_axis import derive_time_axis
from tracker.pictures.tracks import Track, derive_tracks
from tracker.pictures.uptake import derive_uptake_panel

#: Height of the whole left card on a screen of 1080.
CARD_HEIGHT = 872
MONTHS_HEIGHT = 24
#: Between two panels.
PANEL_GAP = 6
#: Under the panels, for the lines that lead to the columns of the table where these do not stand under their scans.
LEADERS_HEIGHT = 14
HEAD_HEIGHT = 40
#: Rows of the table while there is room, and where there are many.
ROW_HEIGHT, ROW_HEIGHT_TIGHT, ROW_HEIGHT_ROOMY = 25, 22, 29
#: The sum chart keeps this height before a second marker gets a panel; so many markers at most.
_USUAL_SUM, _MOST_MARKERS = 316, 3
#: The panel that is kept free for the words where no course has a sum.
WORDS = "words"
#: On paper the words stand above the figure.
_PAPER_WORDS = 150


@dataclass(frozen=True, slots=True)
class _Height:
    """A panel's least and greatest height, and its share of what is left."""

    least: int
    most: int
    share: float


@dataclass(frozen=True, slots=True)
class Card:
    """The place a board is made for: its height in pixels, and whether the table of lesions stands in it."""

    height: int = CARD_HEIGHT
    has_lesions: bool = True


SCREEN = Card()

_HEIGHTS = {
    "sum": _Height(240, 540, 0.0),
    "marker": _Height(44, 66, 0.15),
    "uptake": _Height(42, 54, 0.1),
    WORDS: _Height(168, 320, 0.0),
}


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the patient page draws, in order. ``without_sum`` stands where no course has a sum of targets:
    its place among the panels is kept free."""

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

    def top_of(self, panel: Panel) -> int:
        """How far below the upper edge of the figure a panel begins, in pixels."""
        above = self.panels[: self.panels.index(panel)]
        return MONTHS_HEIGHT + sum(one.height + PANEL_GAP for one in above)


def derive_board(
    record: PatientRecord,
    courses: Sequence[CourseAssessment],
    card: Card = SCREEN,
    *,
    intervals: Intervals = DEFAULT,
) -> Board | None:
    """The board of a patient, made for ``card``; None where there is no scan yet. ``intervals`` are the site's."""
    columns = derive_columns(record, courses)
    look = derive_first_look(record, columns, intervals)
    axis = derive_time_axis(record, columns, look)
    if axis is None:
        return None
    tracks = derive_tracks(courses, columns, axis, record)
    table = derive_lesion_table(record, courses, columns, axis)
    has_sum = any(track.has_percentages for track in tracks)
    lanes, events = derive_lanes(record, axis), derive_events(tracks, columns, axis)
    counts = None if has_sum else derive_count_panel(record, axis)
    tall = "sum" if has_sum else WORDS if tracks and card.has_lesions else ""
    free = card.height - MONTHS_HEIGHT - 8 - (_PAPER_WORDS if tracks and not has_sum and not tall else 0)
    free -= 0 if table.under_scans else LEADERS_HEIGHT
    free -= sum(panel.height + PANEL_GAP for panel in (lanes, events, counts) if panel is not None)
    row_height, rows = ROW_HEIGHT, table.row_count if card.has_lesions else 0
    if rows:
        free -= HEAD_HEIGHT
        least = _least(_keys(record, tall))
        if free - rows * ROW_HEIGHT_ROOMY > least + 2 * (_USUAL_SUM - _HEIGHTS["sum"].least) * (tall != WORDS):
            row_height = ROW_HEIGHT_ROOMY
        elif free - rows * row_height < least:
            row_height = ROW_HEIGHT_TIGHT
    heights = _share_out(record, free - rows * row_height, tall)
    main = derive_sum_panel(tracks, columns, axis, heights.get("sum", 0), look)
    markers = derive_marker_panels(
        record, axis, heights.get("marker", 0), most=sum(key.startswith("marker") for key in heights)
    )
    uptake = derive_uptake_panel(record, axis, heights.get("uptake", 0), dividers(courses))
    words = derive_words_panel(axis, heights[WORDS]) if tall == WORDS else None
    return Board(
        axis=axis,
        columns=columns,
        tracks=tracks,
        panels=tuple(panel for panel in (lanes, main, words, events, counts, *markers, uptake) if panel is not None),
        table=table,
        without_sum=derive_without_sum(record, tracks) if main is None and tracks else None,
        row_height=row_height,
    )


def _keys(record: PatientRecord, tall: str) -> list[str]:
    """The panels that have something to draw and share the height: one marker at first. ``tall`` takes what is left."""
    keys = [tall] if tall else []
    keys += ["marker"] if shown_markers(record) else []
    if any(seen.observation.suv_max is not None for exam in record.exams for seen in exam.observations):
        keys.append("uptake")
    return keys


def _least(keys: Sequence[str]) -> int:
    return sum(_HEIGHTS[key.partition(" ")[0]].least + PANEL_GAP for key in keys)


def _share_out(record: PatientRecord, free: int, tall: str) -> dict[str, int]:
    """Heights of the panels out of ``free`` pixels; further markers only where the sum chart keeps its usual height.

    Every panel gets its least; what is left goes by shares up to each one's most, the rest to the tall one.
    """
    keys = _keys(record, tall)
    usual = _USUAL_SUM - _HEIGHTS["sum"].least if tall == "sum" else 0
    for number in range(2, 1 + min(_MOST_MARKERS, len(shown_markers(record)))):
        if free - _least([*keys, f"marker {number}"]) < usual:
            break
        keys.insert(keys.index("marker") + number - 1, f"marker {number}")
    over = max(free - _least(keys), 0)
    heights = {}
    for key in keys:
        limits = _HEIGHTS[key.partition(" ")[0]]
        heights[key] = min(limits.least + int(over * limits.share), limits.most)
    if tall:
        used = sum(heights[key] - _HEIGHTS[key.partition(" ")[0]].least for key in keys if key != tall)
        heights[tall] = min(_HEIGHTS[tall].least + max(over - used, 0), _HEIGHTS[tall].most)
    return heights
