"""Whatever the record: labels meet nothing and stay on the map, centres stay in their segments, the list is complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pictures.records import record
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import Exam, PatientRecord, RecordedObservation, StatedCount
from tracker.domain.vocabulary import CountKind, Modality, Segment, State
from tracker.pictures.liver_map import LiverMap, derive_liver_maps
from tracker.pictures.liver_map_geometry import HEIGHT, SLOTS, WIDTH, is_inside, polygon_of
from tracker.pictures.liver_map_lesions import BubbleKind
from tracker.pictures.liver_map_places import TYPE, Box, box_of, corner_boxes
from tracker.pictures.text_size import text_width

_PLACES = st.lists(st.sampled_from(Segment), max_size=3, unique=True).map(tuple)
_SIZED = (State.MEASURED, State.TREATED, State.UNEQUIVOCAL, State.EQUIVOCAL, State.RECURRENCE, State.SPLIT)


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    state = draw(st.sampled_from(State))
    if state is State.SPLIT:
        parts = draw(st.lists(st.integers(1, 60), min_size=2, max_size=4))
        return Observation(state, parts=tuple(Length.from_mm(part) for part in parts))
    size = draw(st.integers(1, 250)) if state in _SIZED else None
    into = "L1" if state is State.MERGED else None
    return Observation(state, None if size is None else Length.from_mm(size), into=into)


@st.composite
def records(draw: st.DrawFn) -> PatientRecord:
    """Up to 25 liver lesions anywhere, up to three scans that say anything of them."""
    labels = [f"L{number}" for number in range(1, draw(st.integers(1, 25)) + 1)]
    exams = []
    for number in range(draw(st.integers(1, 3))):
        said = [RecordedObservation(label, draw(observations())) for label in labels if draw(st.booleans())]
        count = StatedCount(CountKind.INNUMERABLE) if draw(st.booleans()) else None
        on = date(2026, 1, 5) + timedelta(days=56 * number)
        exams.append(Exam(number + 1, on, Modality.CT, 1, observations=tuple(said), liver_count=count))
    patient = record(exams, [])
    lesions = tuple(replace(lesion, segments=draw(_PLACES)) for lesion in patient.lesions)
    return replace(patient, lesions=lesions)


def texts_of(found: LiverMap) -> Sequence[Box]:
    inside = (
        box_of(one.inside, one.circles[0].x - text_width(one.inside, TYPE) / 2, one.circles[0].y)
        for one in found.bubbles
        if one.inside and one.kind is not BubbleKind.REST
    )
    return [*corner_boxes(), *(text.box for text in found.texts), *inside]


@settings(max_examples=25)
@given(records())
def test_no_label_meets_another_text_or_leaves_the_map(patient: PatientRecord) -> None:
    for found in derive_liver_maps(patient, ()):
        names = [one.name for one in found.bubbles if one.name is not None]
        for name in names:
            assert name.box.is_on_map
        boxes = [text.box for text in found.texts]
        assert not any(one.meets(other) for one, other in combinations(boxes, 2))
        for name in names:
            assert sum(name.box.meets(other) for other in texts_of(found)) == 1  # itself


@settings(max_examples=25)
@given(records())
def test_a_bubble_of_one_segment_has_its_centre_in_it(patient: PatientRecord) -> None:
    segments = {lesion.label: lesion.segments for lesion in patient.lesions}
    for found in derive_liver_maps(patient, ()):
        for bubble in found.bubbles:
            left = min(one.x - one.r for one in bubble.circles)
            right = max(one.x + one.r for one in bubble.circles)
            centre = ((left + right) / 2, bubble.circles[0].y)
            assert is_inside(centre, polygon_of(None))
            own = segments.get(bubble.label, ())
            if len(own) == 1 and own[0] is not Segment.IV:
                assert is_inside(centre, polygon_of(own[0]))


@settings(max_examples=25)
@given(records())
def test_every_lesion_that_exists_has_one_line_and_the_map_never_more_bubbles_than_places(
    patient: PatientRecord,
) -> None:
    for found in derive_liver_maps(patient, ()):
        labels = [row.label.split(" + ")[0] for row in found.rows]
        assert len(labels) == len(set(labels))
        assert {one.label for one in found.bubbles if one.label} <= set(labels)
        for segment in SLOTS:
            alone = [one.label for one in patient.lesions if one.segments == (segment,)]
            assert sum(one.label in alone for one in found.bubbles) <= 3
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in found.dots)
