"""What a plan asks of its exams: roles for what is seen at the baseline, sizes for targets, states that fit the role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tracker.domain.drafts import ExamDraft, LesionDraft
from tracker.domain.lesions import Observation
from tracker.domain.record import RecordedLesion
from tracker.domain.targets import NODE_PATHOLOGICAL_FROM
from tracker.domain.vocabulary import LYMPH_NODE, LesionRole, State
from tracker.errors import Problem

ONLY_NON_TARGET = (State.UNEQUIVOCAL_PROGRESSION,)
ONLY_NEW = (State.EQUIVOCAL, State.UNEQUIVOCAL)
#: States of a lesion that is there: at a baseline it needs a role, or it would count as new when it is seen again.
THERE = (
    State.MEASURED,
    State.TOO_SMALL,
    State.PRESENT,
    State.SPLIT,
    State.UNEQUIVOCAL,
    State.UNEQUIVOCAL_PROGRESSION,
)
#: States in which a target cannot start.
NO_TARGET = (State.TREATED, State.MERGED, State.NOT_EVALUABLE)


def check_states(draft: ExamDraft, roles: Mapping[str, LesionRole]) -> tuple[Problem, ...]:
    """States that are said of one role only. A lesion without a role counts as new."""
    return tuple(_check_roles(draft, roles))


def _check_roles(draft: ExamDraft, roles: Mapping[str, LesionRole]) -> Iterator[Problem]:
    for recorded in draft.observations:
        label, state = recorded.label, recorded.observation.state
        role = roles.get(label, LesionRole.NEW)
        if state in ONLY_NON_TARGET and role is not LesionRole.NON_TARGET:
            yield Problem(label, f"'{state}' is said of non-targets only; {label} is {role}")
        if state in ONLY_NEW and role is not LesionRole.NEW:
            yield Problem(label, f"'{state}' is said of new lesions only; {label} is {role}")


def check_baseline(
    draft: ExamDraft,
    roles: Mapping[str, LesionRole],
    lesions: Mapping[str, RecordedLesion],
    beside: Mapping[str, Observation] | None = None,
) -> tuple[Problem, ...]:
    """A baseline exam under its plan's roles: each lesion that is there has one, each target has its size.

    ``beside`` is what other exams of the same baseline saw; a target may have its size there. What the exam says of a
    lesion in the course it ends ("unequivocal" of a new one) is no contradiction here: see ``domain.derivation``.
    """
    return tuple(_check_baseline(draft, roles, lesions, beside or {}))


def _check_baseline(
    draft: ExamDraft,
    roles: Mapping[str, LesionRole],
    lesions: Mapping[str, RecordedLesion],
    beside: Mapping[str, Observation],
) -> Iterator[Problem]:
    described: dict[str, LesionDraft | RecordedLesion] = {**lesions, **{item.label: item for item in draft.lesions}}
    seen = {recorded.label: recorded.observation for recorded in draft.observations}
    for label, observation in seen.items():
        role = roles.get(label)
        if role is None and observation.state in THERE and not _is_normal_node(described.get(label), observation):
            yield Problem(label, "is seen at the baseline: say whether it is a target or a non-target")
        if role is LesionRole.NEW and observation.state in THERE:
            yield Problem(label, "is seen at the baseline, so it cannot be new in this course")
    for label, role in roles.items():
        if role is not LesionRole.TARGET or label not in described:
            continue
        node = described[label].organ.strip().lower() == LYMPH_NODE
        if not any(_starts_target(there.get(label), node=node) for there in (seen, beside)):
            axis = "short axis" if node else "longest diameter"
            yield Problem(label, f"is a target: its {axis} is needed at the baseline")


def _is_normal_node(lesion: LesionDraft | RecordedLesion | None, seen: Observation) -> bool:
    """A node under 10 mm in short axis is normal: it is not recorded as disease and needs no role (RECIST 1.1, 3.1.1)."""
    if lesion is None or lesion.organ.strip().lower() != LYMPH_NODE or seen.short is None:
        return False
    return seen.short < NODE_PATHOLOGICAL_FROM


def _starts_target(seen: Observation | None, *, node: bool) -> bool:
    """Whether a target can start from what was seen: it has the size RECIST uses (RECIST 1.1, 4.2)."""
    if seen is None or seen.state in NO_TARGET:
        return False
    return seen.diameter(node=node) is not None or bool(seen.parts)
