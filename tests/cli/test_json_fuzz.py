"""Whatever stands in the JSON: a result or a typed refusal with its places, never a traceback and no half output."""

from __future__ import annotations

import json
import math
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import Outcome, Tracker
from tests.naive.timelines import make_timeline
from tracker.domain import Timeline, assess
from tracker.domain.assess import CRITERIA
from tracker.errors import InputError, Problem

#: The fixture runs the command anew for every example, so that one for all of them is as good.
through_command = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)

DEEP: Any = []
for _ in range(200):
    DEEP = [DEEP]
#: Values that stand where another is meant; all of them can be written as JSON, though not all by its standard.
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 0.5, -0.0, 2.0004, 1e308, 5e-324, math.nan, math.inf, -math.inf, 10**12, 10**30, 10**400,
    "", " ", "x", "T1", "target", "liver", "20", "NaN", "two\nlines", "\r", "\u2028", "\x00", "\x1b[31m", "e\u0301",
    "\ud800", "\U0001f9ea", "a" * 5_000, "2026-13-01", "2026-02-30", "0001-01-01", "9999-12-31", "2026-03-02T00:00", "２０２６-03-02",
    [], {}, [[]], [None], {"a": {}}, {"": 1}, DEEP,
)  # fmt: skip
#: Values that only a caller of the library can give.
PYTHON_JUNK: tuple[Any, ...] = (
    Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+999999"), Decimal("1E-999999"), Decimal("-0"),
    Decimal("9.8"), b"bytes", (1,), frozenset(), object(), 1j, range(3), {1: 2}, {None: None}, float,
)  # fmt: skip
WORDS = (
    "state", "longest_mm", "short_mm", "parts_mm", "into", "on", "as", "date", "observations", "label", "role", "organ",
    "segments", "first_seen", "format", "id", "settings", "lesions", "time_points", "treatments", "death", "markers",
    "reference", "certainty", "grown", "provisional", "sul_peak", "attenuation_hu", "colour", "", "Ünïcode", "two\nlines",
)  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key in it."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    found = [(value, key) for key in keys]
    for key in keys:
        found += places(value[key])
    return found


@st.composite
def broken_timelines(draw: st.DrawFn, junk: tuple[Any, ...] = JUNK) -> Any:
    """A right timeline in which up to five things were left out, doubled, renamed, swapped or replaced."""
    timeline = make_timeline(draw(st.integers(0, 100_000)))
    for _ in range(draw(st.integers(1, 5))):
        found = places(timeline)
        if not found:
            break
        part, key = draw(st.sampled_from(found))
        match draw(st.sampled_from(["leave out", "double", "rename", "swap", "replace", "replace", "add"])):
            case "leave out":
                del part[key]
            case "double" if isinstance(part, list):
                part.insert(key, deepcopy(part[key]))
            case "rename" if isinstance(part, dict):
                part[draw(st.sampled_from(WORDS))] = part.pop(key)
            case "swap":
                other, there = draw(st.sampled_from(found))
                part[key] = deepcopy(other[there])
            case "add" if isinstance(part, dict):
                part[draw(st.sampled_from(WORDS))] = deepcopy(draw(st.sampled_from(junk)))
            case _:
                part[key] = deepcopy(draw(st.sampled_from(junk)))
    return timeline


values = st.recursive(
    st.sampled_from(JUNK) | st.text(max_size=8) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


def judge(obj: Any, criterion: str) -> None:
    """Read and assess; only an InputError whose problems have a sentence may come out, and no result may be half."""
    problems: tuple[Problem, ...] | None = None
    try:
        timeline = Timeline.from_dict(obj)
        result = assess(timeline, criterion)
    except InputError as refusal:
        problems = refusal.problems
    if problems is not None:
        assert problems
        assert all(problem.text for problem in problems)
        return
    written = result.to_dict()
    assert len(written["time_points"]) == len(timeline.time_points)
    json.dumps(written)
    assert Timeline.from_dict(timeline.to_dict()) == timeline


@given(st.sampled_from(sorted(CRITERIA)), values)
def test_any_value_is_judged_or_refused(criterion: str, value: Any) -> None:
    judge(value, criterion)


@settings(max_examples=400)
@given(st.sampled_from(sorted(CRITERIA)), broken_timelines((*JUNK, *PYTHON_JUNK)))
def test_a_broken_timeline_is_judged_or_refused(criterion: str, timeline: Any) -> None:
    judge(timeline, criterion)


def hold_to_the_contract(outcome: Outcome, *, many: bool) -> None:
    """Exit 0 with no word on standard error, or 2 with one line a problem; the output is whole JSON or nothing."""
    assert outcome.code in (0, 2)
    if not outcome.out:
        assert outcome.code == 2
        assert len(outcome.lines) == 1
        return
    results = json.loads(outcome.out)
    told = sum(len(result["problems"]) for result in (results if many else [results]) if not result["time_points"])
    assert outcome.err.count("\n") == told
    assert (outcome.code == 2) == (told > 0)


@through_command
@given(content=broken_timelines(), criterion=st.sampled_from(sorted(CRITERIA)))
def test_the_command_answers_a_broken_timeline(tracker: Tracker, tmp_path: Path, content: Any, criterion: str) -> None:
    file = tmp_path / "timeline.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    hold_to_the_contract(tracker("assess", file, "--criteria", criterion), many=isinstance(content, list))


@through_command
@given(content=st.lists(broken_timelines() | values, max_size=4))
def test_the_command_answers_a_list_with_broken_timelines(tracker: Tracker, tmp_path: Path, content: list[Any]) -> None:
    file = tmp_path / "timeline.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    hold_to_the_contract(tracker("assess", file), many=True)


@through_command
@given(data=st.data())
def test_the_command_answers_cut_and_garbled_text(tracker: Tracker, tmp_path: Path, data: st.DataObject) -> None:
    """Text that is no JSON any more prints nothing on standard output and one line on standard error."""
    whole = json.dumps(make_timeline(data.draw(st.integers(0, 1_000)))).encode()
    place = data.draw(st.integers(0, len(whole) - 1))
    garbage = data.draw(
        st.binary(min_size=1, max_size=4) | st.sampled_from([b"", b"[", b"{", b'"', b",", b"NaN", b"\xff"])
    )
    content = whole[:place] + garbage + whole[place + data.draw(st.integers(0, 40)) :]
    file = tmp_path / "timeline.json"
    file.write_bytes(content)
    outcome = tracker("assess", file)
    try:
        json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        assert (outcome.code, outcome.out, len(outcome.lines)) == (2, "", 1)
    else:
        hold_to_the_contract(outcome, many=False)


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _point(day: str, **observations: Any) -> dict[str, Any]:
    return {"date": day, "observations": observations}


SIZE = {"longest_mm": 20}
BASELINE = _point("2026-01-05", T1=SIZE, T2=SIZE, N1={"short_mm": 18})
IMPOSSIBLE: dict[str, tuple[list[dict[str, Any]], str]] = {
    "dates out of order": ([BASELINE, _point("2025-12-01", T1=SIZE)], "time_points[1].date"),
    "one date twice": ([BASELINE, _point("2026-01-05", T1=SIZE)], "time_points[1].date"),
    "a lesion measured and absent": (
        [BASELINE, _point("2026-03-02", T1={"state": "absent", "longest_mm": 5})],
        "time_points[1].observations.T1",
    ),
    "a node target without a short axis": (
        [_point("2026-01-05", T1=SIZE, T2=SIZE, N1=SIZE)],
        "time_points[0].observations.N1",
    ),
    "a follow-up of an unknown lesion": ([BASELINE, _point("2026-03-02", T9=SIZE)], "time_points[1].observations.T9"),
    "a merge loop": (
        [BASELINE, _point("2026-03-02", T1={"state": "merged", "into": "T2"}, T2={"state": "merged", "into": "T1"})],
        "time_points[1].observations.T1.into",
    ),
    "a merge loop over two time points": (
        [
            BASELINE, _point("2026-03-02", T1={"state": "merged", "into": "T2"}, T2=SIZE),
            _point("2026-05-04", T2={"state": "merged", "into": "T1"}),
        ],
        "time_points[2].observations.T2.into",
    ),
    "a lesion merged into itself": (
        [BASELINE, _point("2026-03-02", T1={"state": "merged", "into": "T1"})],
        "time_points[1].observations.T1.into",
    ),
    "a target without a size at the baseline": (
        [_point("2026-01-05", T1=SIZE, N1={"short_mm": 18})],
        "time_points[0].observations.T2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_timeline_is_refused_with_its_place(name: str) -> None:
    points, place = IMPOSSIBLE[name]
    lesions = [{"label": label, "role": "target", "organ": "liver"} for label in ("T1", "T2")]
    lesions.append({"label": "N1", "role": "target", "organ": "lymph node"})
    with pytest.raises(InputError) as refusal:
        Timeline.from_dict({"format": "timeline/1", "id": "x", "lesions": lesions, "time_points": points})
    assert place in [problem.place for problem in refusal.value.problems]
