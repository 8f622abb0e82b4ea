"""The strip under the sum chart: lesions no longer seen, new ones, and scans without a sum, in words.

They are words because a lesion that is not seen has no size: a point at zero would claim one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.domain.vocabulary import LesionRole, State
from tracker.pictures.columns import Column
from tracker.pictures.shapes import (
    NARROW_PLOT,
    Label,
    Mark,
    Panel,
    Shape,
    TextLine,
    TextTable,
    TimeAxis,
    Tone,
    ValueAxis,
)
from tracker.pictures.sum_chart import say_row
from tracker.pictures.text_size import text_width
from tracker.pictures.tracks import Track
from tracker.pictures.words import count_of, join_words, say_date, say_response

ROW_HEIGHT = 18


def derive_events(tracks: Sequence[Track], columns: Sequence[Column], axis: TimeAxis) -> Panel | None:
    """Rows "not seen" and "new" always; "no sum" where a scan of a course with targets has none.

    None where there is nothing to say of them yet: one scan, or no course with a sum, and no such lesion.
    """
    gone = [(column.on, _labels_in_state(column, State.ABSENT)) for column in columns]
    new = _new_lesions(tracks)
    without = [
        (track, at)
        for track in tracks
        for at, row in enumerate(track.rows)
        if row.sum is None and track.has_percentages
    ]
    can_be = len(columns) > 1 and any(track.has_percentages for track in tracks)
    if not can_be and not without and not any(words for _, words in (*gone, *new)):
        return None
    names = ["not seen", "new", *(["no sum"] if without else [])]
    labels = [*_worded(gone, 0.5, "○", axis), *_worded(new, 1.5, "✚", axis)]
    sum_marks, sum_labels = _without_sum(without, axis)
    none = [
        Label(axis.start, at + 0.5, (TextLine("none"),), dx=8, across="left")
        for at, found in enumerate((gone, new))
        if not any(words for _, words in found)
    ]
    return Panel(
        key="events",
        title="",
        subtitle="",
        height=ROW_HEIGHT * len(names),
        axis=ValueAxis(len(names), 0, tuple((at + 0.5, name) for at, name in enumerate(names))),
        sentence=_sentence(gone, new, without),
        table=_table(gone, new, without),
        marks=tuple(sum_marks),
        labels=(*labels, *sum_labels, *none),
    )


def _labels_in_state(column: Column, state: State) -> tuple[str, ...]:
    found = [seen.label for exam in column.exams for seen in exam.observations if seen.observation.state is state]
    return tuple(dict.fromkeys(found))


def _new_lesions(tracks: Sequence[Track]) -> list[tuple[date, tuple[str, ...]]]:
    """At which scan each new lesion of a course is first seen; a question mark where it is not certain."""
    found: dict[date, list[str]] = {}
    for track in tracks:
        known: set[str] = set()
        new_labels = {lesion.label for lesion in track.course.timeline.lesions if lesion.role is LesionRole.NEW}
        for at, point in enumerate(track.course.timeline.time_points):
            for label, seen in point.observations.items():
                is_new = label in new_labels and seen.state not in (
                    State.ABSENT,
                    State.NOT_MENTIONED,
                    State.NOT_EVALUABLE,
                )
                if at == 0 or label in known or not (is_new or seen.state is State.RECURRENCE):
                    continue
                known.add(label)
                sure = seen.state is State.UNEQUIVOCAL or (
                    seen.certainty is not None and str(seen.certainty) == "unequivocal"
                )
                found.setdefault(point.date, []).append(label if sure else f"{label} ?")
    return [(on, tuple(labels)) for on, labels in sorted(found.items())]


def _worded(found: Sequence[tuple[date, tuple[str, ...]]], row: float, sign: str, axis: TimeAxis) -> list[Label]:
    """A sign and the lesions' labels, centred under the scan; where neighbours are near, only how many."""
    shown = [(on, words) for on, words in found if words]
    places = [axis.fraction(on) * NARROW_PLOT for on, _ in shown]
    labels = []
    for at, (on, words) in enumerate(shown):
        near = [abs(other - places[at]) for place, other in enumerate(places) if place != at]
        room = min([*near, 2 * places[at] + 40, 2 * (NARROW_PLOT - places[at]) + 40]) - 1
        texts = (f"{sign} {', '.join(words)}", f"{sign} {' '.join(words)}", f"{sign} {len(words)}")
        text = next((text for text in texts if text_width(text) <= room), sign)
        labels.append(Label(on, row, (TextLine(text, strong=sign == "✚"),)))
    return labels


def _without_sum(without: Sequence[tuple[Track, int]], axis: TimeAxis) -> tuple[list[Mark], list[Label]]:
    marks, labels = [], []
    for track, at in without:
        row = track.rows[at]
        response = row.overall_response if at else None
        tone = Tone.of(response) if at else Tone.SERIES
        marks.append(
            Mark(row.date, 2.5, Shape.of(response), tone, say_row(track, at), column=track.columns[at], size=10)
        )
        text = TextLine(say_response(response) if response else "baseline")
        if axis.fraction(row.date) * NARROW_PLOT + 10 + text_width(text.text) <= NARROW_PLOT:
            labels.append(Label(row.date, 2.5, (text,), dx=10, across="left"))
        else:
            labels.append(Label(row.date, 2.5, (text,), dx=-10, across="right"))
    return marks, labels


def _sentence(
    gone: Sequence[tuple[date, tuple[str, ...]]],
    new: Sequence[tuple[date, tuple[str, ...]]],
    without: Sequence[tuple[Track, int]],
) -> str:
    parts = []
    for name, found in (("Not seen", gone), ("New", new)):
        words = [f"{join_words(labels)} on {say_date(on, year=True)}" for on, labels in found if labels]
        parts.append(f"{name}: {'; '.join(words) if words else 'none'}.")
    if without:
        dates = join_words(say_date(track.rows[at].date, year=True) for track, at in without)
        parts.append(f"{count_of(len(without), 'scan')} without a complete sum of targets: {dates}.")
    return " ".join(parts)


def _table(
    gone: Sequence[tuple[date, tuple[str, ...]]],
    new: Sequence[tuple[date, tuple[str, ...]]],
    without: Sequence[tuple[Track, int]],
) -> TextTable:
    rows = [(say_date(on, year=True), "not seen", join_words(labels)) for on, labels in gone if labels]
    rows += [(say_date(on, year=True), "new", join_words(labels)) for on, labels in new if labels]
    rows += [
        (
            say_date(track.rows[at].date, year=True),
            "no complete sum",
            say_response(track.rows[at].overall_response) if at else "baseline",
        )
        for track, at in without
    ]
    return TextTable("Not seen, new, without a sum", ("Date", "What", "Which"), tuple(rows))
