"""Which lesions are proposed as targets: RECIST 1.1, 3.1 and 4.2, lesion by lesion with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.domain.lengths import Length
from tracker.domain.targets import Candidate, check_targets, organ_group, propose_targets
from tracker.domain.vocabulary import LesionRole, State


def _liver(label: str, mm: float | None, **more: Any) -> Candidate:
    return Candidate(label, "liver", None if mm is None else Length.from_mm(mm), **more)


def _node(label: str, short: float) -> Candidate:
    return Candidate(label, "lymph node", Length.from_mm(short + 8), Length.from_mm(short))


def _organ(label: str, organ: str, mm: float) -> Candidate:
    return Candidate(label, organ, Length.from_mm(mm))


# name, candidates, slice in mm, expected roles in order, words of one reason
CASES: list[tuple[str, list[Candidate], float | None, str, str]] = [
    (
        "the two largest of the liver",
        [_liver("L1", 12), _liver("L2", 40), _liver("L3", 30)],
        None,
        "n t t",
        "two targets",
    ),
    (
        "six liver lesions only: two targets",
        [_liver(f"L{n}", 50 - n) for n in range(6)],
        None,
        "t t n n n n",
        "one organ",
    ),
    ("10 mm is measurable, 9.9 is not", [_liver("L1", 10), _liver("L2", 9.9)], None, "t n", "under 10 mm"),
    ("slices of 8 mm need 16 mm", [_liver("L1", 16), _liver("L2", 15.9)], 8, "t n", "slices of 8 mm"),
    ("slices of 5 mm change nothing", [_liver("L1", 10)], 5, "t", "largest"),
    (
        "a node is a target from 15 mm short axis",
        [_node("N1", 15), _node("N2", 14.9)],
        None,
        "t n",
        "short axis 14.9 mm",
    ),
    ("a node under 10 mm is normal and not recorded", [_node("N1", 9.9)], None, "-", "normal node"),
    ("nodes are one organ", [_node("N1", 30), _node("N2", 25), _node("N3", 20)], None, "t t n", "(lymph node)"),
    (
        "paired organs are one organ",
        [_organ("P1", "right lung", 30), _organ("P2", "left lung", 25), _organ("P3", "lung", 20)],
        None,
        "t t n",
        "(lung)",
    ),
    (
        "five at most",
        [
            _organ(f"X{n}", organ, 60 - n)
            for n, organ in enumerate(["liver", "lung", "spleen", "kidney", "bone", "skin"])
        ],
        None,
        "t t t t t n",
        "five targets",
    ),
    ("no size is not measurable", [_liver("L1", None, state=State.PRESENT)], None, "n", "no longest diameter"),
    ("an absent lesion is watched without a role", [_liver("L1", None, state=State.ABSENT)], None, "-", "watched"),
    ("a treated lesion is not measurable", [_liver("L1", 30, state=State.TREATED)], None, "n", "treated locally"),
    (
        "equal sizes keep their order",
        [_liver("L1", 20), _liver("L2", 20), _liver("L3", 20)],
        None,
        "t t n",
        "second largest",
    ),
]


@pytest.mark.parametrize(("name", "candidates", "slice_mm", "roles", "words"), CASES, ids=[case[0] for case in CASES])
def test_proposal(name: str, candidates: list[Candidate], slice_mm: float | None, roles: str, words: str) -> None:
    thickness = None if slice_mm is None else Length.from_mm(slice_mm)
    proposed = propose_targets(candidates, thickness)
    short = {LesionRole.TARGET: "t", LesionRole.NON_TARGET: "n", None: "-"}
    assert [one.label for one in proposed] == [candidate.label for candidate in candidates]
    assert " ".join(short[one.role] for one in proposed) == roles
    assert any(words in one.reason for one in proposed)


def test_departing_from_the_limits_is_a_finding() -> None:
    candidates = [_liver("L1", 40), _liver("L2", 30), _liver("L3", 9)]
    findings = check_targets(candidates, {candidate.label: LesionRole.TARGET for candidate in candidates})
    texts = [finding.text for finding in findings]
    assert any("3 targets in one organ (liver)" in text for text in texts)
    assert any("9 mm is under 10 mm" in text for text in texts)


def test_the_proposal_itself_has_no_finding() -> None:
    candidates = [_liver("L1", 40), _liver("L2", 30), _liver("L3", 20), _node("N1", 16)]
    roles = {one.label: one.role for one in propose_targets(candidates) if one.role is not None}
    assert check_targets(candidates, roles) == ()


@pytest.mark.parametrize(
    ("organ", "group"),
    [
        ("Liver", "liver"),
        ("left lung", "lung"),
        ("Lungs", "lung"),
        ("para-aortic lymph node", "lymph node"),
        ("nodes", "lymph node"),
    ],
)
def test_organs_are_grouped_as_recist_counts_them(organ: str, group: str) -> None:
    assert organ_group(organ) == group
