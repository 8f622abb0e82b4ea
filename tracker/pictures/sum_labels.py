"""The words of the sum chart and their places: what each mark is, what each line means in mm."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracker.domain.vocabulary import LesionRole
from tracker.domain.waiting import PROGRESSION
from tracker.pictures.placing import GAP, Box, Fence, Placed, Plot, Segment, Wanted, place_labels, push_apart
from tracker.pictures.shapes import (
    LINE_HEIGHT,
    MARK_SIZE,
    NARROW_PLOT,
    EdgeLabel,
    Label,
    TextLine,
    TimeAxis,
    ValueAxis,
)
from tracker.pictures.text_size import block_size, text_width
from tracker.pictures.tracks import NOISE_HIGH, NOISE_LOW, PdLine, Track
from tracker.pictures.words import (
    MINUS,
    say_change,
    say_date,
    say_difference,
    say_mm,
    say_pd_limit,
    say_pr_limit,
    say_response,
)

_MARK = MARK_SIZE / 2 + 2
_DIAMOND = 14.0
#: Free space between the name of a course and the labels of its marks.
_UNDER_NAME = 6.0
#: Heights of a tag's middle over the floor.
_LIFTS = (13.0, 37.0, 61.0, 85.0)


@dataclass(frozen=True, slots=True)
class _Places:
    """Pixels of dates and values on the narrowest plot."""

    axis: TimeAxis
    scale: ValueAxis
    height: int

    def x(self, on: date) -> float:
        return self.axis.fraction(on) * NARROW_PLOT

    def y(self, value: float) -> float:
        return (1 - self.scale.fraction(min(value, self.scale.high))) * self.height


def place_sum_labels(
    tracks: Sequence[Track], tags: Sequence[tuple[date, str]], axis: TimeAxis, scale: ValueAxis, height: int
) -> tuple[tuple[Label, ...], tuple[EdgeLabel, ...]]:
    """All labels of the sum chart: names of courses, tags of modality, words of lines, then the marks by their weight."""
    places = _Places(axis, scale, height)
    plot = Plot(NARROW_PLOT, height)
    everyone, tracks = tracks, [track for track in tracks if track.has_percentages]
    for y in map(places.y, (0.0, -100.0)):
        plot.boxes.append(Box(0, y - 1.5, NARROW_PLOT, y + 1.5))
    for track in everyone:
        _take_divider(track, places, plot, height)
    for track in tracks:
        _take_lines(track, places, plot)
    plot.soft += [Segment(places.x(on), 0, places.x(on), height) for on, _ in tags]
    labels = [label for track in everyone for label in _course_name(track, places, plot)]
    labels += _switch_tags(tags, places, plot, height)
    wanted = [want for track in tracks for want in _wanted(track, places)]
    first = [want for want in wanted if want.rank < 4]
    placed = list(place_labels(first, plot))
    labels += [label for track in tracks for label in _line_labels(track, places, plot)]
    placed += place_labels([want for want in wanted if want.rank >= 4], plot)
    by_key = {(track.number, at): (track, at) for track in tracks for at in range(len(track.rows))}
    labels += [_label(place, *by_key[place.key], scale) for place in placed]
    last = next((track for track in tracks if track.is_last), None)
    return tuple(labels), () if last is None else _edge_labels(last, places, height)


def _take_divider(track: Track, places: _Places, plot: Plot, height: int) -> None:
    if not track.is_last:
        right = places.x(track.end)
        plot.boxes.append(Box(right - GAP, 0, right + GAP, height))


def _take_lines(track: Track, places: _Places, plot: Plot) -> None:
    """Marks, thresholds and the series are taken before any label is placed."""
    left, right = places.x(track.start), places.x(track.end)
    if (decides := track.face.lines) is not None:
        y = places.y(float(-decides.below))
        plot.fences.append(Fence(left, right, y))
        plot.boxes.append(Box(left, y - 1.5, right, y + 1.5))
    for line in track.pd_lines:
        y = places.y(track.percent(line.um))
        plot.boxes.append(Box(places.x(line.start), y - 1.5, places.x(line.end), y + 1.5))
        plot.fences.append(Fence(places.x(line.start), places.x(line.end), y))
    for at, row in enumerate(track.rows):
        if row.sum is not None:
            x, y, r = places.x(track.place(at)), places.y(track.percent(row.sum.um)), _radius(track, at)
            plot.boxes.append(Box(x - r, y - r, x + r, y + r))
    for run in track.runs():
        spots = [(places.x(track.place(at)), places.y(_percent(track, at))) for at in run]
        plot.segments += [Segment(*one, *other) for one, other in itertools.pairwise(spots)]


def _percent(track: Track, at: int) -> float:
    row = track.rows[at]
    if row.sum is None:
        raise ValueError("a row without a sum has no height")
    return track.percent(row.sum.um)


def _radius(track: Track, at: int) -> float:
    return _DIAMOND if track.is_nadir(at) else _MARK


def _wanted(track: Track, places: _Places) -> list[Wanted]:
    """Baseline, nadir, progression and last scan have the first choice of place."""
    wanted = []
    for at, row in enumerate(track.rows):
        if row.sum is None:
            continue
        percent = _percent(track, at)
        x, y = places.x(track.place(at)), places.y(percent)
        scale = 1 + percent / 100
        reach = _radius(track, at)
        above = max(reach, y - places.y(100 * (scale * NOISE_HIGH - 1))) + 3
        below = max(reach, places.y(100 * (scale * NOISE_LOW - 1)) - y) + 3
        is_nadir = track.is_nadir(at)
        rank = 5
        if at == 0:
            rank = 0
        elif is_nadir:
            rank = 1
        elif at == track.progression:
            rank = 2
        elif at == len(track.rows) - 1:
            rank = 3
        wanted.append(
            Wanted(
                (track.number, at),
                x,
                y,
                _versions(track, at, is_nadir=is_nadir),
                above,
                below,
                _side(track, at),
                rank,
                (places.x(track.start), places.x(track.end)),
            )
        )
    return wanted


def _side(track: Track, at: int) -> Literal["above", "below"]:
    """Away from the series: below a low point, above a high one, below on a slope."""
    here = _percent(track, at)
    around = [
        _percent(track, near) for near in (at - 1, at + 1) if 0 <= near < len(track.rows) and track.rows[near].sum
    ]
    if at == 0 or not around:
        return "above"
    return "above" if sum(around) / len(around) < here else "below"


def _versions(track: Track, at: int, *, is_nadir: bool) -> tuple[tuple[TextLine, ...], ...]:
    """From the full text to letter and percent alone."""
    row = track.rows[at]
    if row.sum is None or row.baseline is None:
        return ()
    size = f"{say_mm(row.sum.um)} mm"
    if len(track.rows) == 1:
        targets = " + ".join(lesion.label for lesion in track.course.timeline.with_role(LesionRole.TARGET))
        alone = TextLine(size, strong=True)
        return ((alone, TextLine(f"baseline, {targets}")), (alone, TextLine("baseline")), (alone,))
    if at == 0:
        return ((TextLine(f"{size} · nadir" if is_nadir else size, strong=True),), (TextLine(size, strong=True),))
    beyond = "↑ " if _percent(track, at) > 100 else ""
    change = say_change(row.sum.um, row.baseline.um)
    first = TextLine(f"{beyond}{say_response(row.overall_response)} {change}", strong=True)
    confirmed = track.confirmation(at)
    if confirmed is not None and confirmed.response is not row.overall_response:
        # Two authors, both said: the mark is the clinician's, the arithmetic stands under it.
        said = TextLine(f"{beyond}{confirmed.response} confirmed", strong=True)
        return (said, TextLine(f"computed {first.text}")), (said,)
    second = TextLine(f"{size} · nadir" if is_nadir else size)
    short: tuple[tuple[TextLine, ...], ...] = ((first, second), (first,))
    if row.overall_response not in PROGRESSION:
        return short
    if row.target_response in PROGRESSION and row.nadir is not None:
        growth = say_change(row.sum.um, row.nadir.um) if row.nadir.um else "0 mm"
        why = f"nadir {growth}, {say_difference(row.sum.um - row.nadir.um)}"
    elif row.new_lesions:
        why = "new lesion"
    else:
        why = "non-targets"
    return ((first, second, TextLine(why)), (first, TextLine(why)), *short)


def _label(place: Placed, track: Track, at: int, scale: ValueAxis) -> Label:
    height = min(_percent(track, at), scale.high)
    return Label(track.place(at), height, place.lines, dx=place.dx, dy=-place.dy, leader=place.leader)


def _course_name(track: Track, places: _Places, plot: Plot) -> list[Label]:
    """ "Course 2  baseline 28 May 2026" at the top of its zone, as much of it as fits."""
    left, right = places.x(track.start), places.x(track.end)
    by = "" if track.face.is_usual else f" · {track.face.name}"
    name, when = f"Course {track.number}", f"baseline {say_date(track.rows[0].date, year=True)}"
    if not track.has_percentages:
        when = "no target sum"
    for line in (
        TextLine(f"{name}{by}", strong=True, after=when),
        *(TextLine(text, strong=True) for text in (f"{name}{by}", name, str(track.number))),
    ):
        width = text_width(line.whole)
        box = Box(left + 8, 3, left + 8 + width, 3 + LINE_HEIGHT)
        if box.right <= right and plot.is_free(box):
            plot.take(Box(box.left, box.top, box.right, box.bottom + _UNDER_NAME))
            top = places.scale.high
            return [Label(track.start, top, (line,), dx=8, dy=-3, across="left", up="top")]
    return []


def _switch_tags(tags: Sequence[tuple[date, str]], places: _Places, plot: Plot, height: int) -> list[Label]:
    """A small framed tag on its dotted line or beside it, near the floor or a step higher where that is taken; else left out."""
    labels = []
    for on, text in tags:
        x = places.x(on)
        tried = ((words, lift) for words in (text, f"→ {text.rpartition('→ ')[2]}") for lift in _LIFTS)
        found = next((spot for words, lift in tried for spot in _tag_spots(words, x, height - lift, plot)), None)
        if found is not None:
            words, middle, box = found
            plot.take(box)
            lift = height - (box.top + box.bottom) / 2
            labels.append(Label(on, places.scale.low, (TextLine(words),), dx=middle - x, dy=lift, boxed=True))
    return labels


def _tag_spots(text: str, x: float, y: float, plot: Plot) -> Iterator[tuple[str, float, Box]]:
    """The free places of a tag at a height: on its line, right of it, left of it."""
    half = text_width(text) / 2 + 5
    for middle in (min(max(x, half), plot.width - half), x + half + 3, x - half - 3):
        box = Box(middle - half, y - 11, middle + half, y + 11)
        if plot.is_free(box):
            yield text, middle, box


def _line_labels(track: Track, places: _Places, plot: Plot) -> list[Label]:
    """Words of lines that have ended, on the lines themselves, at the first free end."""
    labels = []
    if track.baseline is not None and not track.is_last and (decides := track.face.lines) is not None:
        text = f"{MINUS}{decides.below} %, {say_pr_limit(track.baseline.um, decides)} mm"
        labels += _on_line(track, track.start, track.end, -decides.below, text, places, plot, sides=("below", "above"))
    for line in track.pd_lines:
        if not track.is_current(line):
            height, text = track.percent(line.um), pd_words(line, beside="")[0]
            for words in dict.fromkeys((text, text.rpartition(", ")[2])):
                found = _on_line(track, line.start, line.end, height, words, places, plot, sides=("above", "below"))
                labels += found
                if found:
                    break
    return labels


def _on_line(
    track: Track, start: date, end: date, value: float, text: str, places: _Places, plot: Plot, sides: tuple[str, ...]
) -> list[Label]:
    """At an end of the line, over or under it or beside it, and never in another course's zone."""
    width, height = block_size((TextLine(text),))
    y, zone = places.y(value), (places.x(track.start), places.x(track.end))
    left, right = places.x(start), places.x(end)
    ends = ((start, left, 6 + width / 2), (end, right, -6 - width / 2))
    beside = ((end, right, width / 2 + 13), (start, left, -width / 2 - 13))
    spots = [
        (on, x, dx, -(height / 2 + 3) if side == "above" else height / 2 + 3) for side in sides for on, x, dx in ends
    ]
    for on, x, dx, dy in (*spots, *((on, x, dx, 0.0) for on, x, dx in beside)):
        box = Box(x + dx - width / 2, y + dy - height / 2, x + dx + width / 2, y + dy + height / 2)
        if zone[0] <= box.left and box.right <= zone[1] and plot.is_free(box):
            plot.take(box)
            return [Label(on, value, (TextLine(text),), dx=dx, dy=-dy)]
    return []


def pd_words(line: PdLine, *, beside: str) -> tuple[str, ...]:
    """What the PD line means: "+20 %, 67.2 mm", or "+5 mm, 29 mm" where 20 % of the nadir is less; after CR any growth.

    ``beside`` is what else the criterion asks ("unless −15 % HU"); empty where only the sum decides.
    """
    nadir_um, lines = line.nadir.sum.um, line.lines
    if line.confirmed_by is not None:
        return (f"iCPD: {say_mm(line.confirmed_by.um)} mm", "iUPD +5 mm")
    if line.after_cr:
        return ("PD: any regrowth", "after CR")
    limit = say_pd_limit(nadir_um, lines)
    if nadir_um == 0:
        return (f"PD: {limit} mm or more", "after 0 mm")
    if lines.least_decides(nadir_um):
        return (f"+{lines.least_mm} mm, {limit} mm", f"from nadir; {lines.above} %", f"is under {lines.least_mm} mm")
    return (f"+{lines.above} %, {limit} mm", "from nadir", *([beside] if beside else []))


def _edge_labels(track: Track, places: _Places, height: int) -> tuple[EdgeLabel, ...]:
    """The running course's lines, named in the right gutter and pushed apart."""
    blocks: list[tuple[float, tuple[str, ...]]] = []
    alone, face = len(track.rows) == 1, track.face
    for line in track.pd_lines:
        if not track.is_current(line):
            continue
        words = pd_words(line, beside=face.beside_progression)
        if alone:
            small: tuple[str, ...] = (f"{line.lines.above} % is under {line.lines.least_mm} mm",)
            small = small if line.lines.least_decides(line.nadir.sum.um) and line.nadir.sum.um else ()
            words = (words[0], *small, f"{face.progression} line, if this", "stays the nadir")
        blocks.append((places.y(track.percent(line.um)), words))
    if track.baseline is not None and (decides := face.lines) is not None:
        name = f"{face.response} line" if alone else "from baseline"
        words = (f"{MINUS}{decides.below} %, {say_pr_limit(track.baseline.um, decides)} mm", name)
        words = (*words, face.beside_response) if face.beside_response else words
        blocks.append((places.y(-decides.below), words))
    middles = push_apart([(y, LINE_HEIGHT * len(words)) for y, words in blocks], 0, height)
    return tuple(
        EdgeLabel(y, tuple(TextLine(text, strong=place == 0) for place, text in enumerate(words)))
        for y, (_, words) in zip(middles, blocks, strict=True)
    )
