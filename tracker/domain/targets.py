"""Which lesions to follow as targets: RECIST 1.1's baseline rules as a proposal with a reason for each lesion.

Source: Eisenhauer 2009, 3.1 (what is measurable), 4.1 (when the baseline is made) and 4.2 (at most five targets, two an
organ, the largest first); EORTC's questions and answers (all lymph nodes are one organ, paired organs are one organ).
A person chooses; departing from the proposal is a finding, never refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.lengths import Length
from tracker.domain.vocabulary import LYMPH_NODE, LesionRole, State
from tracker.domain.wording import format_date
from tracker.errors import Problem

MOST_TARGETS = 5
MOST_PER_ORGAN = 2
MEASURABLE_FROM = Length(10_000)
NODE_MEASURABLE_FROM = Length(15_000)
NODE_PATHOLOGICAL_FROM = Length(10_000)
THIN_SLICE = Length(5_000)
MOST_DAYS_BEFORE_START = 28

_PAIRED = {"lungs": "lung", "kidneys": "kidney", "ovaries": "ovary", "adrenals": "adrenal", "breasts": "breast"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lesion of the baseline exam: its organ and its two diameters (the short one is a node's short axis)."""

    label: str
    organ: str
    longest: Length | None = None
    short: Length | None = None
    state: State = State.MEASURED

    @property
    def is_node(self) -> bool:
        return self.organ.strip().lower() == LYMPH_NODE

    @property
    def diameter(self) -> Length | None:
        return self.short if self.is_node else self.longest


@dataclass(frozen=True, slots=True)
class Proposed:
    """The role proposed for one lesion; ``role`` is None for what RECIST does not record (a normal node, an absent lesion)."""

    label: str
    role: LesionRole | None
    measurable: bool
    reason: str


def organ_group(organ: str) -> str:
    """The organ under which targets are counted: "left lung" and "lungs" are "lung", every node is one organ."""
    words = organ.strip().lower()
    if "lymph node" in words or words in ("node", "nodes"):
        return LYMPH_NODE
    for side in ("left ", "right ", "bilateral "):
        words = words.removeprefix(side)
    return _PAIRED.get(words, words)


def measurable_from(*, node: bool, slice_thickness: Length | None) -> Length:
    """The smallest diameter that is measurable: 10 mm (nodes 15 mm), or twice the slice where slices are over 5 mm (3.1.1)."""
    base = NODE_MEASURABLE_FROM if node else MEASURABLE_FROM
    if slice_thickness is not None and slice_thickness > THIN_SLICE:
        return max(base, slice_thickness + slice_thickness)
    return base


def _unmeasurable_reason(candidate: Candidate, least: Length, slice_thickness: Length | None) -> str | None:
    size = candidate.diameter
    axis = "short axis" if candidate.is_node else "longest diameter"
    if candidate.state is State.TREATED:
        return "treated locally: not measurable unless it grows again"
    if size is None:
        return f"no {axis} given: not measurable"
    if size < least:
        slices = (
            f" with slices of {slice_thickness}" if slice_thickness is not None and slice_thickness > THIN_SLICE else ""
        )
        return f"{axis} {size} is under {least}{slices}: not measurable"
    return None


def propose_targets(candidates: Sequence[Candidate], slice_thickness: Length | None = None) -> tuple[Proposed, ...]:
    """A role for each lesion, in the order given: the largest measurable ones are targets, five at most and two an organ."""
    measurable: list[Candidate] = []
    proposals: dict[str, Proposed] = {}
    for candidate in candidates:
        least = measurable_from(node=candidate.is_node, slice_thickness=slice_thickness)
        size = candidate.diameter
        if candidate.state is State.ABSENT:
            proposals[candidate.label] = Proposed(
                candidate.label, None, False, "not seen at the baseline: watched, without a role"
            )
        elif candidate.is_node and size is not None and size < NODE_PATHOLOGICAL_FROM:
            text = f"short axis {size} is under {NODE_PATHOLOGICAL_FROM}: a normal node is not recorded"
            proposals[candidate.label] = Proposed(candidate.label, None, False, text)
        elif (why := _unmeasurable_reason(candidate, least, slice_thickness)) is not None:
            proposals[candidate.label] = Proposed(candidate.label, LesionRole.NON_TARGET, False, why)
        else:
            measurable.append(candidate)
    proposals.update(_choose_largest(measurable))
    return tuple(proposals[candidate.label] for candidate in candidates)


def _choose_largest(measurable: Sequence[Candidate]) -> dict[str, Proposed]:
    """Largest first; equal sizes keep the order in which they were entered."""
    chosen: dict[str, Proposed] = {}
    per_organ: Counter[str] = Counter()
    targets = 0
    by_size = sorted(measurable, key=lambda candidate: candidate.diameter or Length(0), reverse=True)
    for rank, candidate in enumerate(by_size, start=1):
        organ = organ_group(candidate.organ)
        if targets >= MOST_TARGETS:
            why = f"measurable; five targets are chosen already, this is number {rank} by size"
            chosen[candidate.label] = Proposed(candidate.label, LesionRole.NON_TARGET, True, why)
        elif per_organ[organ] >= MOST_PER_ORGAN:
            why = f"measurable; two targets are counted in one organ ({organ})"
            chosen[candidate.label] = Proposed(candidate.label, LesionRole.NON_TARGET, True, why)
        else:
            targets += 1
            per_organ[organ] += 1
            nth = "largest" if per_organ[organ] == 1 else "second largest"
            chosen[candidate.label] = Proposed(
                candidate.label,
                LesionRole.TARGET,
                True,
                f"{candidate.diameter}: {nth} measurable lesion of the {organ}",
            )
    return chosen


def check_baseline_date(baseline: date, start: date) -> str | None:
    """What is to be asked of a baseline's date beside the start of its course (4.1); None where the two go together."""
    dates = f"the baseline is of {format_date(baseline)} and the course starts on {format_date(start)}"
    days = (start - baseline).days
    if days < 0:
        return f"{dates}: the baseline lies after the start"
    if days > MOST_DAYS_BEFORE_START:
        return f"{dates}, {days} days later; RECIST 1.1 asks for four weeks at most"
    return None


def check_targets(
    candidates: Sequence[Candidate], roles: Mapping[str, LesionRole], slice_thickness: Length | None = None
) -> tuple[Problem, ...]:
    """Findings where chosen targets depart from RECIST 1.1's limits. They inform; they refuse nothing."""
    findings: list[Problem] = []
    targets = [candidate for candidate in candidates if roles.get(candidate.label) is LesionRole.TARGET]
    if len(targets) > MOST_TARGETS:
        findings.append(Problem("targets", f"{len(targets)} targets are chosen; RECIST 1.1 counts five at most"))
    for organ, number in Counter(organ_group(candidate.organ) for candidate in targets).items():
        if number > MOST_PER_ORGAN:
            findings.append(
                Problem("targets", f"{number} targets in one organ ({organ}); RECIST 1.1 counts two at most")
            )
    for candidate in targets:
        least = measurable_from(node=candidate.is_node, slice_thickness=slice_thickness)
        why = _unmeasurable_reason(candidate, least, slice_thickness)
        if why is not None:
            findings.append(Problem(candidate.label, f"chosen as a target, but {why}"))
    return tuple(findings)
