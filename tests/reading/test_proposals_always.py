"""What holds of proposals whatever the report and the record are."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reading.builders import DAY, Followed, record
from tracker.domain.cells import read_cell
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import LesionRole, State
from tracker.reading.model import Change, Kind, LiverSaid, Mention, MentionType, Qualifier, Reading, SaidSpan, Time
from tracker.reading.proposals import Proposals, propose
from tracker.reading.proposals.assignment import best_assignment

SEGMENTS = ("II", "III", "IV", "IVa", "V", "VI", "VII", "VIII")
ORGANS = ("liver", "liver", "liver", "lung", "lymph node", None)


@st.composite
def readings(draw: st.DrawFn) -> tuple[str, Reading]:
    """Any mentions at all, in a text that has nothing but their words."""
    text, mentions = "", []
    for number in range(draw(st.integers(0, 10))):
        values = tuple(Decimal(one) / 2 for one in draw(st.lists(st.integers(1, 300), min_size=1, max_size=3)))
        quote = " x ".join(f"{value:f}" for value in values) + " mm"
        organ = draw(st.sampled_from(ORGANS))
        kind = Kind.NODE if organ == "lymph node" else draw(st.sampled_from([Kind.LESION, Kind.LESION, *Kind, None]))
        text += f"Sentence {number}: "
        in_liver = organ == "liver"
        mentions.append(
            Mention(
                len(text), len(text) + len(quote), quote, draw(st.sampled_from([MentionType.SIZE, MentionType.SIZE, *MentionType])),
                values, value=values[0], qualifier=draw(st.none() | st.sampled_from(Qualifier)), kind=kind,
                time=draw(st.sampled_from([Time.CURRENT, Time.CURRENT, Time.PRIOR])), organ=organ,
                segments=tuple(draw(st.lists(st.sampled_from(SEGMENTS), max_size=2, unique=True))) if in_liver else (),
                lobe=draw(st.sampled_from([None, None, "right", "left"])), new=draw(st.booleans()) and draw(st.booleans()),
                change=draw(st.none() | st.sampled_from(Change)), lesion=draw(st.none() | st.sampled_from("ABCDEF")),
                superseded=draw(st.integers(0, 9)) == 0, short_axis=draw(st.booleans()),
                sentence_start=len(text) - 12, sentence_end=len(text) + len(quote),
            )
        )  # fmt: skip
        text += f"{quote}. "
    spans = [
        SaidSpan(
            0,
            len(text),
            draw(st.sampled_from(["resolved", "no_liver_lesions", "new", "count", "no_new_lesions"])),
            ("VII",),
        )
        for _ in range(draw(st.integers(0, 2)) if text else 0)
    ]
    return text, Reading(mentions=tuple(mentions), liver=LiverSaid(spans=tuple(spans)))


@st.composite
def records(draw: st.DrawFn) -> PatientRecord:
    lesions: list[tuple[Any, ...]] = []
    for number in range(draw(st.integers(0, 7))):
        place = draw(st.sampled_from(["VII", "VII", "II", "IVa", "V/VIII", "liver", "lung", "lymph node", "other"]))
        entry = st.none() | st.integers(3, 120) | st.sampled_from([State.ABSENT, State.TOO_SMALL, State.TREATED])
        lesions.append((f"L{number + 1}", place, draw(entry), draw(entry)))
    return record(*lesions)


def _roles(of: PatientRecord, shuffle: int) -> list[Followed]:
    rows = [Followed(one.label, list(LesionRole)[one.id % 3]) for one in of.lesions]
    random.Random(shuffle).shuffle(rows)
    return rows


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(readings(), records())
def test_what_holds_of_every_proposal(report: tuple[str, Reading], of: PatientRecord) -> None:
    text, said = report
    found = propose(said, text, of, _roles(of, 0), DAY)
    _check_values(found, said)
    _check_boxes(found, of)
    _check_marks(found, text)
    json.dumps(found.to_dict())
    assert propose(said, text, of, _roles(of, 1), DAY) == found, "the order of rows says nothing"
    turned = replace(said, mentions=tuple(reversed(said.mentions)))
    assert propose(turned, text, of, _roles(of, 0), DAY) == found, "nor does the order of mentions"


def _check_values(found: Proposals, said: Reading) -> None:
    """No value in two rows; none of an earlier exam, none corrected, none that is no lesion's."""
    places = {(one.start, one.end): one for one in said.mentions}
    rows: dict[tuple[int, int], str] = {}
    for one in found.suggestions:
        mention = places.get((one.start, one.end))
        if mention is None or one.text.split(" ")[0] in ("a", "p"):
            continue
        assert mention.time is Time.CURRENT
        assert not mention.superseded
        assert mention.kind in (Kind.LESION, Kind.NODE)
        assert mention.lesion is not None
        assert rows.setdefault((one.start, one.end), one.label) == one.label
    for new in found.new:
        mention = places.get((new.start, new.end))
        if mention is not None:
            assert mention.time is Time.CURRENT
            assert not mention.superseded
            assert (new.start, new.end) not in rows
    assert len({one.id for one in found.suggestions}) == len(found.suggestions)
    assert len({one.id for one in found.new}) == len(found.new)


def _check_boxes(found: Proposals, of: PatientRecord) -> None:
    """Each text reads back without a question; of several of one row none is sure."""
    by_label: dict[str, list[bool]] = {}
    labels = frozenset(lesion.label for lesion in of.lesions)
    for one in found.suggestions:
        by_label.setdefault(one.label, []).append(one.sure)
        node = of.lesion(one.label).organ == "lymph node"
        if one.text:
            assert read_cell(one.text, node=node, labels=labels - {one.label}).observation is not None, one.text
        else:
            assert one.suv
        assert one.reason.endswith(".")
        assert one.label not in one.others
        assert not (one.sure and one.others)
    assert all(len(some) == 1 or not any(some) for some in by_label.values())
    for new in found.new:
        if new.text:
            assert read_cell(
                f"uneq {new.text}", node=new.organ == "lymph node", labels=frozenset(), new=True
            ).observation


def _check_marks(found: Proposals, text: str) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in found.marks)
    assert all(first.end <= second.start for first, second in pairwise(found.marks))


@settings(deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 4), st.integers(0, 4)) | st.tuples(st.integers(0, 4), st.integers(0, 1)),
        st.sampled_from([0.5, 1, 2, 3, 4.25, 5, 6]),
        max_size=14,
    )
)
def test_the_assignment_is_the_best_as_a_whole_and_its_margins_are_exact(points: dict[tuple[int, int], float]) -> None:
    found = best_assignment(points)
    total = sum(points[pair] for pair in found)
    assert total == pytest.approx(max(_totals(points)))
    for pair, margin in found.items():
        without = {other: value for other, value in points.items() if other != pair}
        assert total - margin == pytest.approx(max(_totals(without)))


def _totals(points: dict[tuple[int, int], float], left: int = 0, used: frozenset[int] = frozenset()) -> Iterator[float]:
    """What every assignment comes to."""
    if left > 4:
        yield 0.0
        return
    yield from _totals(points, left + 1, used)
    for right in range(5):
        if right not in used and (left, right) in points:
            yield from (points[left, right] + rest for rest in _totals(points, left + 1, used | {right}))


@pytest.mark.long
def test_twenty_lesions_without_a_place_are_matched_within_the_time_of_a_key() -> None:
    text = " ".join(f"Lesion {number}: {number + 10} mm." for number in range(20))
    mentions = []
    for number in range(20):
        quote = f"{number + 10} mm"
        start = text.index(f": {quote}") + 2
        mentions.append(
            Mention(start, start + len(quote), quote, MentionType.SIZE, (Decimal(number + 10),), kind=Kind.LESION,
                    organ="liver", lesion=chr(65 + number), sentence_start=start - 9, sentence_end=start + len(quote))
        )  # fmt: skip
    of = record(*((f"L{number + 1}", "liver", number + 10) for number in range(20)))
    rows = _roles(of, 0)
    best = min(_timed(Reading(mentions=tuple(mentions)), text, of, rows) for _ in range(3))
    assert best < 0.05


def _timed(said: Reading, text: str, of: PatientRecord, rows: list[Followed]) -> float:
    begun = time.process_time()
    propose(said, text, of, rows, DAY)
    return time.process_time() - begun


@pytest.mark.long
def test_a_text_made_to_be_slow_is_not() -> None:
    sentence = "Segment VII 23 mm lesion. "
    count = 4_000
    mentions, spans = [], []
    for number in range(count):
        start = len(sentence) * number
        mentions.append(
            Mention(start + 12, start + 17, "23 mm", MentionType.SIZE, (Decimal(23 + number % 7),), kind=Kind.LESION,
                    organ="liver", segments=("VII",), lesion=f"A{number % 200}")
        )  # fmt: skip
        spans.append(SaidSpan(start, start + 20, "resolved", ("VII",)))
    of = record(("L1", "VII", 23), ("L2", "II", 12))
    said = Reading(mentions=tuple(mentions), liver=LiverSaid(spans=tuple(spans)))
    assert _timed(said, sentence * count, of, _roles(of, 0)) < 4
