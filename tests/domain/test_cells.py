"""One entry box: every text of the table gives exactly what the table says (the browser runs the same table)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.cells import cell_cases, flatten
from tracker.domain.cells import LONGEST, SHORTEST, read_cell, write_cell
from tracker.domain.lengths import Length, format_mm
from tracker.domain.vocabulary import State

_LABELS = frozenset({"L1", "L2"})


@pytest.mark.parametrize(
    "case", cell_cases(), ids=lambda case: f"{case['text']!r:.40}{'-node' if case['node'] else ''}"
)
def test_a_box_is_understood_as_the_table_says(case: dict[str, Any]) -> None:
    reading = read_cell(case["text"], node=case["node"], labels=frozenset(case["labels"]), new=case["new"])
    assert flatten(reading) == case["expected"]


@given(st.text(max_size=120), st.booleans(), st.booleans())
def test_any_text_is_read_asked_or_refused_and_never_raises(text: str, node: bool, new: bool) -> None:
    reading = read_cell(text, node=node, labels=_LABELS, new=new)
    outcomes = [reading.observation is not None, reading.question is not None, reading.problem is not None]
    assert sum(outcomes) == (1 if text.split() else 0)


@given(st.integers(SHORTEST.um, LONGEST.um), st.booleans())
def test_a_size_written_in_mm_or_cm_with_point_or_comma_is_the_same_length(um: int, comma: bool) -> None:
    mm = format_mm(um)
    cm = format_mm(um // 10) if um % 10 == 0 else None
    for text in filter(None, (f"{mm} mm", cm and f"{cm} cm")):
        reading = read_cell(text.replace(".", ",") if comma else text, node=False, labels=_LABELS)
        assert reading.observation is not None
        assert reading.observation.longest == Length(um)


@given(st.integers(1, 300), st.integers(1, 300))
def test_of_two_diameters_the_smaller_is_the_short_axis_in_either_order(one: int, other: int) -> None:
    readings = [read_cell(f"{a} x {b}", node=True, labels=_LABELS).observation for a, b in ((one, other), (other, one))]
    assert readings[0] == readings[1]
    assert readings[0] is not None
    assert readings[0].short == Length(min(one, other) * 1000)
    assert readings[0].state is State.MEASURED


@pytest.mark.parametrize("text", ["3.1", "2.3 x 1.8", "s 1.4 0.9", "ts 0.4"])
def test_each_answer_to_mm_or_cm_is_a_text_that_is_not_asked_again(text: str) -> None:
    asked = read_cell(text, node=False, labels=_LABELS)
    assert asked.answers is not None
    for answer in asked.answers:
        assert read_cell(answer, node=False, labels=_LABELS).question is None


@pytest.mark.parametrize(
    "case", [case for case in cell_cases() if "state" in case["expected"]], ids=lambda case: f"{case['text']!r:.40}"
)
def test_what_a_box_gave_is_written_so_that_it_gives_the_same_again(case: dict[str, Any]) -> None:
    how = {"node": case["node"], "labels": frozenset(case["labels"]), "new": case["new"]}
    first = read_cell(case["text"], **how)
    assert first.observation is not None
    again = read_cell(write_cell(first.observation, node=case["node"], qualifier=first.qualifier), **how)
    assert (again.observation, again.qualifier) == (first.observation, first.qualifier)
