"""Findings on a timeline: remarks on how it is built. They ask and inform; they decide nothing and refuse nothing.

Sources: RECIST 1.1 (Eisenhauer 2009) 3.1, 4.1 and 4.2 for what a baseline should be, 4.3.4 for growing non-targets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.carried import Row
from tracker.domain.criteria.recist11 import SUM_MERGER_ALONE, is_at_least_20_percent_and_5_mm_above
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.targets import Candidate, check_baseline_date, check_targets, organ_group
from tracker.domain.timeline import Timeline
from tracker.domain.treatment_lines import own_treatment
from tracker.domain.vocabulary import LYMPH_NODE, LesionRole, State
from tracker.domain.wording import format_date
from tracker.errors import Problem


@dataclass(frozen=True, slots=True, eq=False)
class CourseFindings:
    """What may be remarked on a timeline and its rows."""

    timeline: Timeline
    rows: tuple[Row, ...]
    #: Whether the criterion judges by diameters; where it does not, none is asked for.
    of_diameters: bool = True
    #: The new lesions that are measured apart; None where the criterion does not follow new lesions.
    measured_apart: frozenset[str] | None = None
    #: The rows as judged, from which is seen what counts for nothing in this course.
    judged: Sequence[TimePointAssessment] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CourseFindings) and self.problems() == other.problems()

    def __hash__(self) -> int:
        return hash(self.problems())

    def problems(self) -> tuple[Problem, ...]:
        """Looked for when asked: what the whole timeline shows, then what each row left open."""
        found = check_timeline(self.timeline) if self.of_diameters else tuple(_date_findings(self.timeline))
        grown = () if self.measured_apart is None else tuple(_growth_of_new(self.timeline, self.measured_apart))
        after = (*_mergers(self.rows, self.judged), *_behind_a_change(self.judged))
        return (*found, *grown, *after, *(problem for row in self.rows for problem in row.problems))


def check_timeline(timeline: Timeline) -> tuple[Problem, ...]:
    """All findings, in the order of the timeline."""
    return (
        *_organ_findings(timeline),
        *_baseline_findings(timeline),
        *_date_findings(timeline),
        *(finding for lesion in timeline.lesions for finding in _lesion_findings(timeline, lesion)),
    )


def _place(index: int, label: str) -> str:
    return f"time_points[{index}].observations.{label}"


def _organ_findings(timeline: Timeline) -> Iterator[Problem]:
    """Only 'lymph node' makes a lesion a node; another spelling would be judged by its longest diameter."""
    for index, lesion in enumerate(timeline.lesions):
        if organ_group(lesion.organ) == LYMPH_NODE and not lesion.is_node:
            text = f"'{lesion.organ}' is judged by its longest diameter; a node is written '{LYMPH_NODE}'"
            yield Problem(f"lesions[{index}].organ", text)


def _baseline_findings(timeline: Timeline) -> Iterator[Problem]:
    baseline = timeline.time_points[0]
    candidates = [
        Candidate(lesion.label, lesion.organ, seen.longest, seen.short, seen.state)
        for lesion in timeline.lesions
        if (seen := baseline.observations.get(lesion.label)) is not None
    ]
    roles = {lesion.label: lesion.role for lesion in timeline.lesions}
    for finding in check_targets(candidates, roles):
        place = "lesions" if finding.place == "targets" else _place(0, finding.place)
        yield Problem(place, finding.text)
    for lesion in timeline.with_role(LesionRole.NON_TARGET):
        if lesion.label not in baseline.observations:
            yield Problem(_place(0, lesion.label), f"the non-target {lesion.label} is not mentioned on the baseline")


def _mergers(rows: Sequence[Row], judged: Sequence[TimePointAssessment]) -> Iterator[Problem]:
    """Progression that rests on the merging of targets alone waits for the radiologist, at each scan where one is said."""
    for index, (row, result) in enumerate(zip(rows, judged, strict=False)):
        merged = [label for label, seen in row.time_point.observations.items() if seen.state is State.MERGED]
        if merged and any(reason.rule == SUM_MERGER_ALONE.id for reason in result.reasons):
            text = "progression rests on lesions that have merged: did they grow, or only merge? It waits for the radiologist"
            yield Problem(_place(index, merged[0]), text)


def _behind_a_change(judged: Sequence[TimePointAssessment]) -> Iterator[Problem]:
    """Once, at the first time point before progression whose response belongs to two treatments."""
    for index, row in enumerate(judged):
        if row.after_progression:
            return
        if row.after_treatment_change:
            text = (
                f"from {format_date(row.date)} on, time points lie behind a new line of treatment or a local treatment of a "
                "target and do not count for the best response: start a new course with its own baseline?"
            )
            yield Problem(f"time_points[{index}].date", text)
            return


def _date_findings(timeline: Timeline) -> Iterator[Problem]:
    for index, time_point in enumerate(timeline.time_points):
        if timeline.death is not None and time_point.date > timeline.death:
            text = f"{format_date(time_point.date)} lies after the death on {format_date(timeline.death)}: which date is right?"
            yield Problem(f"time_points[{index}].date", text)
            break
    own = own_treatment(timeline)
    if own is None:
        return
    asked = check_baseline_date(timeline.time_points[0].date, own.start)
    if asked is not None:
        yield Problem("time_points[0].date", asked)


def _lesion_findings(timeline: Timeline, lesion: Lesion) -> Iterator[Problem]:
    """What a reader would ask of one lesion's history."""
    was_absent = asked = False
    smallest: Length | None = None
    for index, time_point in enumerate(timeline.time_points):
        seen = time_point.observations.get(lesion.label)
        if seen is None or seen.state in (State.NOT_MENTIONED, State.NOT_EVALUABLE):
            continue
        place = _place(index, lesion.label)
        if lesion.role is LesionRole.TARGET:
            yield from _target_findings(lesion, seen, time_point.modality, place)
        if lesion.role is LesionRole.NON_TARGET:
            if was_absent and seen.state not in (State.ABSENT, State.TREATED, State.MERGED):
                text = f"{lesion.label} was gone before and is seen again on {format_date(time_point.date)}: is it the same lesion?"
                yield Problem(place, text)
            size = seen.diameter(node=lesion.is_node)
            grew = size is not None and smallest is not None and is_at_least_20_percent_and_5_mm_above(size, smallest)
            if grew and seen.state is State.MEASURED and not asked:
                asked = True
                text = f"{lesion.label} grew by 20 % and 5 mm or more: does the report call it unequivocal progression?"
                yield Problem(place, text)
            if size is not None and size.um > 0:
                smallest = size if smallest is None else min(smallest, size)
        was_absent = seen.state is State.ABSENT
        if lesion.role is LesionRole.NEW and _contradicts_baseline(timeline, lesion, seen):
            text = f"{lesion.label} was absent at the baseline and is said to have been there in retrospect: which of the two?"
            yield Problem(place, text)


def _growth_of_new(timeline: Timeline, measured_apart: frozenset[str]) -> Iterator[Problem]:
    """A new lesion that is not measured apart counts as grown only where the report says so (iRECIST): a size asks."""
    for lesion in timeline.with_role(LesionRole.NEW):
        if lesion.label not in measured_apart:
            yield from _ask_whether_it_grew(timeline, lesion)


def _ask_whether_it_grew(timeline: Timeline, lesion: Lesion) -> Iterator[Problem]:
    """Once, at the first size that is 20 % and 5 mm above the smallest and beside which no growth is stated."""
    smallest: Length | None = None
    for index, time_point in enumerate(timeline.time_points):
        seen = time_point.observations.get(lesion.label)
        if seen is not None and seen.state is State.ABSENT:
            smallest = None
        size = None if seen is None or seen.state is State.TREATED else seen.diameter(node=lesion.is_node)
        if seen is None or size is None:
            continue
        grew = smallest is not None and is_at_least_20_percent_and_5_mm_above(size, smallest)
        if grew and not seen.grown:
            text = (
                f"{lesion.label} grew by 20 % and 5 mm or more and is not measured as a new-lesion target: "
                "does the report say that it grew? Only stated growth of it confirms a progression (iRECIST)."
            )
            yield Problem(_place(index, lesion.label), text)
            return
        smallest = size if smallest is None else min(smallest, size)


def _contradicts_baseline(timeline: Timeline, lesion: Lesion, seen: Observation) -> bool:
    baseline = timeline.time_points[0]
    at_baseline = baseline.observations.get(lesion.label)
    first_seen = seen.first_seen or (lesion.first_seen if seen.state in (State.EQUIVOCAL, State.UNEQUIVOCAL) else None)
    stated_absent = at_baseline is not None and at_baseline.state is State.ABSENT
    return stated_absent and first_seen is not None and first_seen <= baseline.date


def _target_findings(lesion: Lesion, seen: Observation, modality: object, place: str) -> Iterator[Problem]:
    used = seen.modality or modality
    if used is not None and not getattr(used, "enters_sum", True):
        yield Problem(place, f"{lesion.label} was seen by {used}, which enters no sum (RECIST 1.1, 3.2)")
    elif seen.state in (State.MEASURED, State.PRESENT) and seen.diameter(node=lesion.is_node) is None:
        axis = "short axis" if lesion.is_node else "longest diameter"
        yield Problem(place, f"the target {lesion.label} has no {axis}: it counts as missing, not as zero")
