"""The sum of targets over time in percent of each course's baseline, with the lines that decide and the noise.

Each course starts again at 0 %. No line joins two courses, and none passes a scan without a complete sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.domain.disagreement_words import say_confirmation
from tracker.pictures.columns import Column, switches
from tracker.pictures.first_look import FirstLook
from tracker.pictures.shapes import (
    NARROW_PLOT,
    Band,
    Label,
    Line,
    Mark,
    Panel,
    Shape,
    TextLine,
    TextTable,
    TimeAxis,
    Tone,
    ValueAxis,
)
from tracker.pictures.sum_labels import place_sum_labels
from tracker.pictures.text_size import block_size
from tracker.pictures.tracks import NOISE_HIGH, NOISE_LOW, Track, shown_response
from tracker.pictures.words import (
    MINUS,
    count_of,
    say_change,
    say_date,
    say_difference,
    say_mm,
    say_response,
)

#: Nothing is left at -100 %; the scale goes a little further so that marks there stand free.
FLOOR = -106.0
_CEILINGS = (40.0, 60.0, 80.0, 100.0)
#: Room under the ceiling for the names of the courses, as a share of the whole range.
_HEADROOM = 0.08
#: Half the width of the bar that stands for the noise of a single scan, as a share of the axis.
_BAR = 0.011
#: Pixels between two ticks.
_TICK_ROOM = 28.0
#: With one scan: how high the window of the first look reaches, and where the words stand.
_WINDOW_TOP, _NO_CHANGE_AT, _LOOK_AT = 32.0, -46.0, -73.0


def derive_sum_panel(
    tracks: Sequence[Track], columns: Sequence[Column], axis: TimeAxis, height: int, look: FirstLook | None = None
) -> Panel | None:
    """The chart of all courses that have a baseline sum; None where none has. ``look`` is when the first look is due."""
    drawn = [track for track in tracks if track.has_percentages]
    if not drawn:
        return None
    scale = ValueAxis(FLOOR, _ceiling(drawn), ())
    scale = ValueAxis(FLOOR, scale.high, _ticks(scale.high, height))
    lines = [line for track in drawn for line in _course_lines(track, axis, scale)]
    for level, name in ((0.0, "no change from the baseline"), (-100.0, "no target left")):
        lines.append(Line(((axis.start, level), (axis.end, level)), Tone.ZERO, name))
    tags = switches(columns)
    lines += [Line(((on, FLOOR), (on, scale.high)), Tone.SWITCH, text) for on, text in tags]
    bands = tuple(band for track in drawn for band in _noise(track, axis, scale))
    marks = tuple(mark for track in drawn for mark in _marks(track, scale))
    labels, edge_labels = place_sum_labels(tracks, tags, axis, scale, height)
    sentence = say_sums(drawn)
    if sum(len(track.rows) for track in tracks) == 1:
        labels = (*labels, _no_change_yet(drawn[0], axis, look))
        if look is not None:
            bands = (_window(look, axis), *bands)
            labels = (*labels, _first_look(look, axis))
            sentence = f"{sentence} {look.sentence}"
    return Panel(
        key="sum",
        title="Sum of targets",
        subtitle="% from baseline",
        height=height,
        axis=scale,
        sentence=sentence,
        table=_table(drawn),
        lines=tuple(lines),
        bands=bands,
        marks=marks,
        labels=labels,
        edge_labels=edge_labels,
    )


def say_sums(tracks: Sequence[Track]) -> str:
    """The chart in one sentence a course: from where to where, the nadir, and what the last scan is."""
    return " ".join(_say_course(track) for track in tracks)


def say_row(track: Track, at: int) -> str:
    """One scan of a course in full: date, response, mm, change from the baseline and from the nadir."""
    row = track.rows[at]
    if at == 0:
        size = "no complete sum" if row.sum is None else f"{say_mm(row.sum.um)} mm"
        return f"{say_date(row.date, year=True)}: baseline of course {track.number}, {size}"
    by = "" if track.face.is_usual else f" by {track.face.title}"
    parts = [f"{say_date(row.date, year=True)}: {say_response(row.overall_response)}{by} (computed)"]
    if (confirmed := track.confirmation(at)) is not None:
        parts.append(say_confirmation(confirmed, row))
    if row.sum is None:
        parts.append("no complete sum of targets")
    else:
        parts.append(f"{say_mm(row.sum.um)} mm")
        if row.baseline is not None:
            parts.append(f"{say_change(row.sum.um, row.baseline.um)} from baseline")
        if row.nadir is not None and row.nadir_date is not None:
            change = f"{say_change(row.sum.um, row.nadir.um)}, {say_difference(row.sum.um - row.nadir.um)}"
            parts.append(f"{change} from the nadir of {say_date(row.nadir_date, year=True)}")
    return ", ".join(parts)


def _say_course(track: Track) -> str:
    first, _last = track.rows[0], track.rows[-1]
    if first.sum is None or len(track.rows) == 1:
        return f"Course {track.number}: one scan, {say_row(track, 0)}."
    nadirs = [f"{say_mm(nadir.sum.um)} mm on {say_date(nadir.on, year=True)}" for nadir in track.nadirs]
    low = f" The nadir is {', after the progression '.join(nadirs)}." if nadirs else ""
    start = f"{say_mm(first.sum.um)} mm at the baseline of {say_date(first.date, year=True)}"
    return (
        f"Course {track.number}, {count_of(len(track.rows), 'scan')}: sum of targets {start}; "
        f"last scan {say_row(track, len(track.rows) - 1)}.{low}"
    )


def _ceiling(tracks: Sequence[Track]) -> float:
    """+40, or as much more as the marks and the PD lines need, up to +100."""
    heights = [track.percent(row.sum.um) for track in tracks for row in track.rows if row.sum is not None]
    heights += [track.percent(line.um) for track in tracks for line in track.pd_lines]
    top = max(heights, default=0.0)
    return next((limit for limit in _CEILINGS if top <= limit - (limit - FLOOR) * _HEADROOM), _CEILINGS[-1])


def _ticks(high: float, height: int) -> tuple[tuple[float, str], ...]:
    step = 20 if 20 * height / (high - FLOOR) >= _TICK_ROOM else 40
    values = [value for value in range(-100, int(high) + 1, 20) if value % step == 0 or value == -100]
    return tuple((float(value), f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value)}") for value in values)


def _course_lines(track: Track, axis: TimeAxis, scale: ValueAxis) -> list[Line]:
    name = f"course {track.number}"
    lines = []
    if not track.is_last:
        lines.append(Line(((track.end, FLOOR), (track.end, scale.high)), Tone.DIVIDER, f"end of {name}"))
    last = track.end
    if (decides := track.face.lines) is not None:
        below = float(-decides.below)
        text = f"{MINUS}{decides.below} % from the baseline, {name}"
        lines.append(Line(((track.start, below), (last, below)), Tone.PR_LINE, text))
    for line in track.pd_lines:
        height = min(track.percent(line.um), scale.high)
        end = line.end if line.end > line.start else min(axis.end, line.start + timedelta(days=1))
        text = "PD line from the nadir" if line.confirmed_by is None else "sum that confirms the iUPD"
        lines.append(Line(((line.start, height), (end, height)), Tone.PD_LINE, f"{text}, {name}"))
    lines += [
        Line(
            tuple((track.place(at), _height(track, at, scale)) for at in run),
            Tone.SERIES,
            f"sum of targets, {name}",
        )
        for run in track.runs()
        if len(run) > 1
    ]
    return lines


def _noise(track: Track, axis: TimeAxis, scale: ValueAxis) -> list[Band]:
    """Where second reads of each sum fall in 95 of 100; a bar where the sum stands alone. Never beyond the course."""
    bands = []
    half = timedelta(days=max(1, round(axis.days * _BAR)))
    for run in track.runs():
        points: list[tuple[date, float, float]] = []
        for at in run:
            row = track.rows[at]
            if row.sum is None:
                continue
            low = min(track.percent(round(row.sum.um * NOISE_LOW)), scale.high)
            high = min(track.percent(round(row.sum.um * NOISE_HIGH)), scale.high)
            day = track.place(at)
            days = (day,) if len(run) > 1 else (max(day - half, track.start), min(day + half, track.end))
            points += [(day, low, high) for day in days]
        bands.append(Band(tuple(points), f"noise, course {track.number}"))
    return bands


def _marks(track: Track, scale: ValueAxis) -> list[Mark]:
    """The nadir's diamond first, so that the response marks lie on it."""
    marks = []
    for at, row in enumerate(track.rows):
        if row.sum is None:
            continue
        height = _height(track, at, scale)
        if track.is_nadir(at):
            text = f"nadir of course {track.number}: {say_mm(row.sum.um)} mm, {say_date(row.date, year=True)}"
            marks.append(
                Mark(track.place(at), height, Shape.DIAMOND, Tone.SERIES, text, column=track.columns[at], size=24)
            )
        response, filled = shown_response(track, at)
        tone, shape = (Tone.SERIES, Shape.CIRCLE) if at == 0 else (Tone.of(response), Shape.of(response))
        marks.append(Mark(track.place(at), height, shape, tone, say_row(track, at), filled, track.columns[at]))
    return marks


def _height(track: Track, at: int, scale: ValueAxis) -> float:
    """Where the row's mark stands: its percentage, held at the ceiling where it is beyond the scale."""
    row = track.rows[at]
    if row.sum is None:
        raise ValueError("a row without a sum has no height")
    return min(track.percent(row.sum.um), scale.high)


def _window(look: FirstLook, axis: TimeAxis) -> Band:
    """From under the names to the floor, over the days in which the first look is due."""
    start, end = max(look.start, axis.start), min(look.end, axis.end)
    return Band(((start, FLOOR, _WINDOW_TOP), (end, FLOOR, _WINDOW_TOP)), "first look due", ahead=True)


def _first_look(look: FirstLook, axis: TimeAxis) -> Label:
    """The words of the window, in its middle, kept inside the plot."""
    middle = look.start + (look.end - look.start) / 2
    lines = (TextLine("first look due", strong=True), TextLine(look.dates), *map(TextLine, look.why.split(", ")))
    half, x = block_size(lines)[0] / 2, axis.fraction(middle) * NARROW_PLOT
    inside = min(max(x, half), NARROW_PLOT - half)
    return Label(middle, _LOOK_AT, lines, dx=inside - x)


def _no_change_yet(track: Track, axis: TimeAxis, look: FirstLook | None) -> Label:
    """Right of the scan where there is room before the window, else left of it."""
    lines = (
        TextLine("No change to show yet: one scan.", strong=True),
        TextLine(f"The lines say where {track.face.response} and {track.face.progression} would begin."),
    )
    x = axis.fraction(track.rows[0].date) * NARROW_PLOT
    ahead = NARROW_PLOT if look is None else axis.fraction(look.start) * NARROW_PLOT
    width = 20 + block_size(lines)[0]
    right = x + width < ahead or x < width
    return Label(track.rows[0].date, _NO_CHANGE_AT, lines, dx=20 if right else -20, across="left" if right else "right")


def _table(tracks: Sequence[Track]) -> TextTable:
    header = ("Course", "Criterion", "Date", "Response (computed)", "Sum, mm", "From baseline", "From nadir", "Nadir")
    rows = []
    for track in tracks:
        for at, row in enumerate(track.rows):
            size = "no complete sum" if row.sum is None else say_mm(row.sum.um, 3)
            base = (
                "" if row.sum is None or row.baseline is None or at == 0 else say_change(row.sum.um, row.baseline.um, 1)
            )
            from_nadir = nadir = ""
            if at and row.nadir is not None and row.nadir_date is not None:
                nadir = f"{say_mm(row.nadir.um, 3)} mm, {say_date(row.nadir_date, year=True)}"
                if row.sum is not None:
                    change = say_change(row.sum.um, row.nadir.um, 1)
                    from_nadir = f"{change}, {say_difference(row.sum.um - row.nadir.um)}"
            response = "baseline" if at == 0 else say_response(row.overall_response)
            by = track.face.with_source
            rows.append((str(track.number), by, say_date(row.date, year=True), response, size, base, from_nadir, nadir))
    return TextTable("Sum of targets", header, tuple(rows))
