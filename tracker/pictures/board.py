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
CARD_HEIGHT = 844
MONTHS_HEIGHT = 24
#: Between two panels.
PANEL_GAP = 10
HEAD_HEIGHT = 40
ROW_HEIGHT = 25
_SUM_LEAST, _SUM_MOST = 200, 330
_MARKER_HEIGHT, _PET_HEIGHT = 58, 52
_LESIONS_LEAST, _LESIONS_MOST = 64, 112


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the patient page draws, in order. ``without_sum`` stands where no course has a sum of targets."""

    axis: TimeAxis
    columns: tuple[Column, ...]
    tracks: tuple[Track, ...]
    panels: tuple[Panel, ...]
    table: LesionTable
    without_sum: WithoutSum | None

    @property
    def sentence(self) -> str:
        """The whole figure in words."""
        return " ".join(panel.sentence for panel in self.panels)

    @property
    def tables(self) -> tuple[TextTable, ...]:
        """The tables behind the panels, and the full table of lesions."""
        return (*(panel.table for panel in self.panels), self.table.full)

    @property
    def height(self) -> int:
        """Height of the figure in pixels: the months and all panels with their gaps."""
        return MONTHS_HEIGHT + sum(panel.height + PANEL_GAP for panel in self.panels)

    def panel(self, key: str) -> Panel | None:
        return next((panel for panel in self.panels if panel.key == key), None)


def derive_board(record: PatientRecord, courses: Sequence[CourseAssessment]) -> Board | None:
    """The board of a patient; None where there is no scan yet."""
    columns = derive_columns(record, courses)
    axis = derive_time_axis(record, columns)
    if axis is None:
        return None
    tracks = derive_tracks(courses, columns, axis)
    table = derive_lesion_table(record, courses, columns, axis)
    lanes, events = derive_lanes(record, axis), derive_events(tracks, columns, axis)
    rows = len(table.rows) + (1 if table.folded or table.left_out else 0) + (1 if table.counts else 0) + 3
    free = CARD_HEIGHT - MONTHS_HEIGHT - HEAD_HEIGHT - rows * ROW_HEIGHT
    free -= sum(panel.height + PANEL_GAP for panel in (lanes, events))
    has_sum = any(track.has_percentages for track in tracks)
    uptake = derive_uptake_panel(record, axis, _PET_HEIGHT)
    spare = free - (_SUM_LEAST if has_sum else 170) - _LESIONS_LEAST - 2 * PANEL_GAP
    spare -= 0 if uptake is None else _PET_HEIGHT + PANEL_GAP
    markers = derive_marker_panels(
        record, axis, _MARKER_HEIGHT, most=2 if spare > 2 * (_MARKER_HEIGHT + PANEL_GAP) + 40 else 1
    )
    fixed = [*markers, *([uptake] if uptake else [])]
    free -= sum(panel.height + PANEL_GAP for panel in fixed)
    sum_height, lesion_height = _share(free - 2 * PANEL_GAP)
    main = derive_sum_panel(tracks, columns, axis, sum_height)
    lesions = derive_lesion_panel(record, courses, columns, axis, lesion_height)
    counts = None if main is not None else derive_count_panel(record, axis)
    panels = [lanes, main, events, counts, lesions, *fixed]
    return Board(
        axis=axis,
        columns=columns,
        tracks=tracks,
        panels=tuple(panel for panel in panels if panel is not None),
        table=table,
        without_sum=derive_without_sum(record, tracks) if main is None else None,
    )


def _share(free: int) -> tuple[int, int]:
    """What the sum chart and the lesion panel get of the height that is left: the sum first, both within their limits."""
    lesions = min(max(_LESIONS_LEAST, free // 4), _LESIONS_MOST)
    return min(max(_SUM_LEAST, free - lesions), _SUM_MOST), lesions
