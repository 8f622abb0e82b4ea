"""The map of the liver at each scan: which segment holds what, with the list that says the same.

Schematic and never a finding: a bubble stands for a size in the record, its place for the segment the report names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.derivation import CourseAssessment
from tracker.domain.ledger_entry import LedgerEntry
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import LesionRole, Segment
from tracker.pictures.columns import Column, derive_columns
from tracker.pictures.liver_map_geometry import Point
from tracker.pictures.liver_map_lesions import (
    BubbleKind,
    LesionMemory,
    MapLesion,
    MapRow,
    entry_of,
    greatest_radius,
    ledger_by_exam,
    lesions_at,
    liver_lesions,
)
from tracker.pictures.liver_map_places import (
    TYPE,
    Box,
    Circle,
    PlacedText,
    Wanted,
    box_of,
    corner_boxes,
    even_dots,
    find_homes,
    place_label,
    place_numerals,
)
from tracker.pictures.liver_map_words import (
    MapTotal,
    is_innumerable,
    say_flags,
    say_remnant,
    say_summary,
    say_totals,
    say_vessels,
)
from tracker.pictures.text_size import text_width
from tracker.pictures.words import say_date

CAPTION = "schematic, not for surgical planning"
#: A bubble of this radius or more (15 px on the page) holds its size.
_HOLDS_SIZE = 19.0
_REST_RADIUS = 14.0
_WITH_SIZE_INSIDE = (BubbleKind.TARGET, BubbleKind.NON_TARGET, BubbleKind.NEW)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One lesion on the map: a circle, or one for each part. ``inside`` stands in the first."""

    label: str
    kind: BubbleKind
    circles: tuple[Circle, ...]
    inside: str = ""
    #: None where it stands inside or has no room; the list says it.
    name: PlacedText | None = None


@dataclass(frozen=True, slots=True)
class LiverMap:
    """The liver at one scan, in map units (``liver_map_geometry``)."""

    on: date
    #: "9 Nov 2026", "MRI", and the whole in one line: "bilobar · 3 segments · 4 measured · 1 ablated".
    day: str
    modality: str
    summary: str
    bubbles: tuple[Bubble, ...]
    numerals: tuple[PlacedText, ...]
    #: The even pattern of "innumerable"; empty where it is not stated.
    dots: tuple[Point, ...]
    rows: tuple[MapRow, ...]
    totals: tuple[MapTotal, ...]
    #: Sentences of what the map cannot show: a count, disease elsewhere, lesions without a segment.
    flags: tuple[str, ...]
    #: Contact with vessels, and the future liver remnant; "not recorded" in words.
    vessels: str
    remnant: str
    sentence: str
    caption: str = CAPTION

    @property
    def is_innumerable(self) -> bool:
        return bool(self.dots)

    @property
    def texts(self) -> tuple[PlacedText, ...]:
        """Every text on the map but the sizes inside bubbles and the words in the corners."""
        return (*self.numerals, *(one.name for one in self.bubbles if one.name is not None))


def derive_liver_map(record: PatientRecord, course: CourseAssessment | None, row: int = -1) -> LiverMap | None:
    """The map at one row of a course (the last by default), or without a course at the newest scan; None without a scan."""
    courses = () if course is None else (course,)
    maps = derive_liver_maps(record, courses)
    if course is None or not maps:
        return maps[-1] if maps else None
    at = row % len(course.exam_ids_by_row)
    columns = derive_columns(record, courses)
    return next(
        found for found, column in zip(maps, columns, strict=True) if any(judged.row == at for judged in column.judged)
    )


def derive_liver_maps(record: PatientRecord, courses: Sequence[CourseAssessment]) -> tuple[LiverMap, ...]:
    """One map for each column of the board (``derive_columns``), each lesion in the same place on all of them."""
    columns = derive_columns(record, courses)
    wanted = [
        Wanted(lesion.label, frozenset(lesion.segments), greatest_radius(record, lesion.label))
        for lesion in liver_lesions(record)
        if lesion.segments
    ]
    homes, ledger, memory = find_homes(wanted), ledger_by_exam(record), LesionMemory()
    maps = []
    for column in columns:
        entry = entry_of(ledger, column)
        lesions = tuple(lesions_at(record, entry, column, _roles(courses, column), memory))
        maps.append(_map(record, column, entry, lesions, homes))
    return tuple(maps)


def _roles(courses: Sequence[CourseAssessment], column: Column) -> Mapping[str, LesionRole]:
    """The roles in the later course of the scan; outside every course, in the newest one begun before."""
    if column.judged:
        course = courses[column.judged[-1].course]
    else:
        begun = [one for one in courses if one.timeline.time_points and one.timeline.time_points[0].date <= column.on]
        if not begun:
            return {}
        course = begun[-1]
    return {lesion.label: lesion.role for lesion in course.timeline.lesions}


def _map(
    record: PatientRecord,
    column: Column,
    entry: LedgerEntry,
    lesions: Sequence[MapLesion],
    homes: Mapping[str, Point],
) -> LiverMap:
    bubbles = tuple(_bubbles(lesions, homes))
    circles = [circle for bubble in bubbles for circle in bubble.circles]
    numerals = place_numerals(circles)
    texts = [*corner_boxes(), *(one.box for one in numerals), *_inside_boxes(bubbles)]
    named = tuple(_named(bubbles, lesions, circles, texts))
    day = say_date(column.on, year=True)
    summary = say_summary(entry, lesions)
    rows = tuple(lesion.row for lesion in lesions)
    said = "; ".join(" ".join(part for part in (row.label, row.place, row.size, row.word) if part) for row in rows)
    return LiverMap(
        on=column.on,
        day=day,
        modality=column.modality,
        summary=summary,
        bubbles=named,
        numerals=numerals,
        dots=even_dots(circles, texts) if is_innumerable(entry) else (),
        rows=rows,
        totals=tuple(say_totals(entry)),
        flags=tuple(say_flags(record, column, entry, lesions)),
        vessels=say_vessels(column),
        remnant=say_remnant(record, column.on),
        sentence=f"Liver on {day}, {column.modality}: {summary}. {said + '. ' if said else ''}{CAPTION.capitalize()}.",
    )


# --- bubbles


def _bubbles(lesions: Sequence[MapLesion], homes: Mapping[str, Point]) -> Iterator[Bubble]:
    """Largest first, so that a small one is never hidden; beyond three of a segment the last place is a ring of the rest."""
    by_label = {lesion.label: lesion for lesion in lesions if lesion.radii}
    groups: dict[frozenset[Segment], list[str]] = {}
    spots: dict[frozenset[Segment], list[Point]] = {}
    segments = {lesion.label: lesion.segments for lesion in lesions}
    for label, home in homes.items():  # in the order of the greatest size ever
        if label not in segments:
            continue
        if label in by_label:
            groups.setdefault(segments[label], []).append(label)
        if home not in spots.setdefault(segments[label], []):
            spots[segments[label]].append(home)
    drawn = []
    for group, labels in groups.items():
        free = list(spots[group])
        own = labels if len(labels) <= len(free) else labels[: len(free) - 1]
        for label in own:
            place = homes[label] if homes[label] in free else free[0]
            free.remove(place)
            drawn.append(_bubble(by_label[label], place))
        if rest := len(labels) - len(own):
            drawn.append(Bubble("", BubbleKind.REST, (Circle(*free[0], _REST_RADIUS),), f"+{rest}"))
    yield from sorted(drawn, key=lambda one: -max(circle.r for circle in one.circles))


def _bubble(lesion: MapLesion, place: Point) -> Bubble:
    """A circle at its place; the parts of a split lesion side by side about it."""
    left = place[0] - sum(lesion.radii)
    circles = []
    for radius in lesion.radii:
        circles.append(Circle(left + radius, place[1], radius))
        left += 2 * radius
    holds = len(circles) == 1 and circles[0].r >= _HOLDS_SIZE and lesion.kind in _WITH_SIZE_INSIDE
    return Bubble(lesion.label, lesion.kind, tuple(circles), lesion.size if holds else "")


def _named(
    bubbles: Sequence[Bubble], lesions: Sequence[MapLesion], circles: Sequence[Circle], texts: list[Box]
) -> Iterator[Bubble]:
    """The bubbles with their labels; ``texts`` grows by each label placed."""
    by_label = {lesion.label: lesion for lesion in lesions}
    for bubble in bubbles:
        if bubble.kind is BubbleKind.REST:
            yield bubble
            continue
        lesion = by_label[bubble.label]
        name = place_label(lesion.row.label if bubble.inside else lesion.text, bubble.circles, circles, texts)
        if name is not None:
            texts.append(name.box)
        yield replace(bubble, name=name)


def _inside_boxes(bubbles: Sequence[Bubble]) -> Iterator[Box]:
    for bubble in bubbles:
        if bubble.inside:
            circle = bubble.circles[0]
            yield box_of(bubble.inside, circle.x - text_width(bubble.inside, TYPE) / 2, circle.y)
