"""TR: what a visit says of one lesion, row by row, and rows of one lesion joined to one observation.

A node counts by its short axis (SAXIS, LPERP, or DIAMETER), every other lesion by its longest diameter (LDIAM, or
DIAMETER). A lesion without a row is missing, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracker.domain.lengths import Length
from tracker.domain.sums import TOO_SMALL
from tracker.domain.vocabulary import LesionRole
from tracker.errors import Problem
from tracker.exchange.sdtm.folder import Record
from tracker.exchange.sdtm.lesions import Identified, NotVerifiableError
from tracker.exchange.sdtm.values import Size, fold, read_size

_SHORT = ("SAXIS", "LPERP", "DIAMETER")
_LONGEST = ("LDIAM", "DIAMETER")
_SIZES = frozenset((*_SHORT, *_LONGEST))
_STATES = frozenset(("TUMSTATE", "LNSTATE", "LESSTATE"))
#: What of TR is read; sums, volumes and the like are derived or serve other criteria.
TESTS = _SIZES | _STATES
_GONE = frozenset(("ABSENT", "DISAPPEARED", "RESOLVED", "NOT PRESENT", "NON PATHOLOGICAL", "NONPATHOLOGICAL"))
_SEEN = frozenset(
    ("PRESENT", "STABLE", "UNCHANGED", "DECREASED", "PATHOLOGICAL", "NON CR NON PD", "Y", "YES", "PERSISTING")
)
_NOT_EVALUABLE = frozenset(
    ("NE", "ND", "NOT EVALUABLE", "NOT ASSESSABLE", "NOT EVALUATED", "NOT ASSESSED", "NOT DONE", "INEVALUABLE",
     "UNEVALUABLE", "UNABLE TO EVALUATE", "UNABLE TO MEASURE", "NOT MEASURABLE", "NON MEASURABLE", "UNKNOWN")
)  # fmt: skip
_PROGRESSION = frozenset(("PD", "PROGRESSION", "PROGRESSED", "PROGRESSIVE DISEASE"))
_GREW = ("INCREAS", "WORSE", "GROWN", "LARGER")


@dataclass(frozen=True, slots=True)
class Result:
    """One row of TR that says something of one lesion."""

    record: Record
    label: str
    test: str
    size: Size
    #: What it says in words, folded; '' where it gives a size.
    word: str
    #: Why nothing is stated; None where something is.
    not_done: str | None = None


def read_result(record: Record, problems: list[Problem]) -> Result | None:
    """A row as a result; None where it is of another kind (sums, volumes). Broken cells go to ``problems``."""
    test, label = record.get("TRTESTCD").upper(), record.get("TRLNKID")
    if not label or test not in TESTS:
        return None
    stated = record.first("TRORRES", "TRSTRESC", "TRSTRESN")
    nothing = Size(None)
    if fold(record.get("TRSTAT")) == "NOT DONE" or not stated:
        return Result(record, label, test, nothing, "", record.get("TRREASND") or "not done")
    if test in _STATES:
        return Result(record, label, test, nothing, fold(record.first("TRSTRESC", "TRORRES")))
    try:
        size = read_size(record)
    except ValueError as trouble:
        column, _, text = str(trouble).partition(": ")
        problems.append(Problem(record.at(column), text))
        return None
    collected = fold(record.get("TRORRES"))
    word = "TOO SMALL" if "TOO SMALL" in collected else "" if size.length is not None else collected
    return Result(record, label, test, size, word)


def observe(lesion: Identified, results: Sequence[Result], assumptions: list[str]) -> dict[str, Any] | None:
    """What the rows of one visit say of a target or a non-target, as ``timeline/1``; None where they say nothing.

    NotVerifiableError where two rows contradict each other or a word is not known here.
    """
    size, state = _size_row(lesion, results), _state_row(results)
    if size is None and state is None:
        reasons = [result.not_done for result in results if result.not_done is not None]
        return {"state": "not evaluable", "reason": reasons[0]} if reasons else None
    seen = {} if state is None else _state(lesion, state, assumptions)
    if size is None:
        return seen
    measured = _measured(lesion, size, assumptions)
    gone_by_size, gone_by_state = measured["state"] == "absent", seen.get("state") == "absent"
    if state is not None and gone_by_size != gone_by_state and seen["state"] != "not evaluable":
        if gone_by_state and lesion.is_node:
            return measured
        raise NotVerifiableError(f"{size.record.place}: {lesion.label} has a size that contradicts '{state.word}'")
    grew = lesion.role is LesionRole.NON_TARGET and "grown" in seen
    return measured | seen if grew or seen.get("state") == "unequivocal progression" else measured


def _size_row(lesion: Identified, results: Sequence[Result]) -> Result | None:
    """The row that gives the diameter RECIST uses."""
    done = [result for result in results if result.not_done is None]
    for test in _SHORT if lesion.is_node else _LONGEST:
        rows = [result for result in done if result.test == test]
        if rows and any((row.size.length, row.word) != (rows[0].size.length, rows[0].word) for row in rows):
            raise NotVerifiableError(f"{rows[1].record.place}: {lesion.label} has two values of {test} at one visit")
        if rows:
            if rows[0].size.doubt:
                raise NotVerifiableError(f"{rows[0].record.place}: {rows[0].size.doubt}")
            return rows[0]
    return None


def _state_row(results: Sequence[Result]) -> Result | None:
    done = [result for result in results if result.not_done is None and result.test in _STATES]
    if any(result.word != done[0].word and result.test == done[0].test for result in done):
        raise NotVerifiableError(f"{done[1].record.place}: {done[1].label} has two states at one visit")
    return min(done, key=lambda result: result.test != "TUMSTATE", default=None)


def _measured(lesion: Identified, row: Result, assumptions: list[str]) -> dict[str, Any]:
    if row.size.assumed and row.size.assumed not in assumptions:
        assumptions.append(row.size.assumed)
    axis = "short_mm" if lesion.is_node else "longest_mm"
    length = row.size.length
    if row.word == "TOO SMALL":
        # The standard value of such a row is the sponsor's convention; RECIST's own is 5 mm.
        given = {} if length is None or length in (TOO_SMALL, Length(0)) else {axis: length.mm}
        return {"state": "too small to measure"} | given
    if length is not None:
        return {"state": "absent"} if length.um == 0 else {"state": "measured", axis: length.mm}
    return _state(lesion, row, assumptions)


def _state(lesion: Identified, row: Result, assumptions: list[str]) -> dict[str, Any]:
    word, words = row.word, row.word.split()
    if word in _GONE:
        # A target node is measured also when it is normal; without a size it is missing.
        node_target = lesion.is_node and lesion.role is LesionRole.TARGET and "PATHOLOGICAL" in word
        return {"state": "present" if node_target else "absent"}
    if word in _NOT_EVALUABLE:
        return {"state": "not evaluable", "reason": word.lower()}
    if word in _SEEN:
        return {"state": "present"}
    if "TOO SMALL" in word:
        return {"state": "too small to measure"}
    if any(part.startswith("UNEQUIVOCAL") for part in words) or word in _PROGRESSION:
        non_target = lesion.role is LesionRole.NON_TARGET
        return {"state": "unequivocal progression" if non_target else "present"}
    if "EQUIVOCAL" in words or any(part in word for part in _GREW):
        text = (
            f"'{word.lower()}' of a non-target was read as growth, not as unequivocal progression (RECIST 1.1, 4.3.4)"
        )
        if lesion.role is LesionRole.NON_TARGET and text not in assumptions:
            assumptions.append(text)
        return {"state": "present", "grown": True}
    raise NotVerifiableError(f"{row.record.place}: '{word[:40].lower()}' of {lesion.label} is not known here")


def observe_new(
    lesion: Identified, results: Sequence[Result], known: bool, assumptions: list[str]
) -> dict[str, Any] | None:
    """What one visit says of a new lesion. ``known``: an earlier visit has spoken of it, and that holds.

    A reader who enters a lesion in TU as NEW has identified it: without another word it is unequivocal.
    """
    size, state = _size_row(lesion, results), _state_row(results)
    if size is None and state is None:
        return None
    given = {} if size is None else _measured(lesion, size, assumptions)
    if given.get("state") == "absent" or (state is not None and state.word in (*_GONE, "N", "NO")):
        return {"state": "absent"}
    if given.get("state") == "not evaluable" or (state is not None and state.word in _NOT_EVALUABLE):
        return {"state": "not evaluable", "reason": "as stated"}
    sized: dict[str, Any] = {key: value for key, value in given.items() if isinstance(value, Decimal)}
    words = state.word.split() if state is not None else ()
    if lesion.as_target:
        sized["as"] = "target"
    if state is not None and any(part in state.word for part in _GREW):
        sized["grown"] = True
    if "EQUIVOCAL" in words:
        return {"state": "equivocal"} | sized
    if "UNEQUIVOCAL" in words or not known:
        text = "a new lesion (TU: NEW) without a statement of certainty was taken as unequivocal"
        if "UNEQUIVOCAL" not in words and text not in assumptions:
            assumptions.append(text)
        return {"state": "unequivocal"} | sized
    return {"state": "measured" if sized.keys() - {"as", "grown"} else "present"} | sized
