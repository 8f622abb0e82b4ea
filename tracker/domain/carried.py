"""What was said of a lesion holds until something else is said.

A merged lesion stays merged, a treated one stays treated, a new one stays there, though later reports do not repeat it.
Nothing else is carried: a target that is not mentioned is missing. What is provisional counts in its own row only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, final

from tracker.domain.lesions import Lesion, Observation
from tracker.domain.timeline import Timeline, TimePoint
from tracker.domain.vocabulary import Certainty, LesionRole, State
from tracker.domain.wording import format_date
from tracker.errors import Problem

_CARRIED = (State.MERGED, State.TREATED, State.RECURRENCE)
#: What may be said of a treated lesion and stands as it is said.
_OF_TREATED = (State.TREATED, State.RECURRENCE, State.UNEQUIVOCAL_PROGRESSION)
#: States that speak of one exam only: nothing of them is carried on, none of them is new disease.
_OF_NOW = frozenset(
    {State.MEASURED, State.ABSENT, State.PRESENT, State.TOO_SMALL, State.NOT_EVALUABLE, State.SPLIT,
     State.UNEQUIVOCAL_PROGRESSION}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewDisease:
    """One lesion that was not there at the baseline (or tumour back at a treated site), as far as one row knows of it."""

    label: str
    certainty: Certainty
    #: The scan that first showed it without a break since, or the one that shows it in retrospect.
    shown_on: date
    recurrence: bool = False
    #: Seen in retrospect at the baseline: a missed non-target, not new at all.
    there_at_baseline: bool = False


@final
class Row:
    """One time point as the rules see it: observations with what still holds, and the new disease known by then."""

    __slots__ = ("firm", "markers_elevated", "new_disease", "number", "observations", "problems", "time_point")

    def __init__(
        self,
        number: int,
        time_point: TimePoint,
        observations: Mapping[str, Observation],
        new_disease: tuple[NewDisease, ...],
        markers_elevated: bool,
        problems: tuple[Problem, ...],
        firm: Row | None = None,
    ) -> None:
        self.number: Final = number
        self.time_point: Final = time_point
        self.observations: Final = observations
        self.new_disease: Final = new_disease
        self.markers_elevated: Final = markers_elevated
        self.problems: Final = problems
        #: The same time point without what is provisional; None where nothing is.
        self.firm: Final = firm

    def date_of(self, label: str) -> date:
        """The exam that shows the lesion: its own date where the time point has several exams."""
        seen = self.time_point.observations.get(label)
        return seen.on if seen is not None and seen.on is not None else self.time_point.date

    @property
    def last_date(self) -> date:
        latest = self.time_point.date
        for seen in self.time_point.observations.values():
            if seen.on is not None and seen.on > latest:
                latest = seen.on
        return latest

    @property
    def provisional(self) -> bool:
        return self.firm is not None


class _Memory:
    """What earlier time points have established and still holds."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.held: dict[str, Observation] = {}
        self.new: dict[str, NewDisease] = {}
        self.markers_elevated: bool | None = None
        self.markers_at_baseline = timeline.time_points[0].markers_elevated is True
        self.may_be_new = frozenset(lesion.label for lesion in timeline.lesions if lesion.role is LesionRole.NEW)

    def copy(self) -> _Memory:
        other = _Memory(self.timeline)
        other.held, other.new = dict(self.held), dict(self.new)
        other.markers_elevated = self.markers_elevated
        return other


def derive_rows(timeline: Timeline) -> tuple[Row, ...]:
    """The rows of a timeline in order. Each depends on the time points up to itself only."""
    memory = _Memory(timeline)
    rows: list[Row] = []
    for index, time_point in enumerate(timeline.time_points):
        if index > 0 and _holds_provisional(time_point):
            before = memory.copy()
            settled = {label: seen for label, seen in time_point.observations.items() if not seen.provisional}
            firm = _read(timeline, index, replace(time_point, observations=settled), memory)
            rows.append(_read(timeline, index, time_point, before, firm))
        else:
            rows.append(_read(timeline, index, time_point, memory))
    return tuple(rows)


def _holds_provisional(time_point: TimePoint) -> bool:
    for seen in time_point.observations.values():  # noqa: SIM110 - asked of every row of a cohort
        if seen.provisional:
            return True
    return False


def _read(timeline: Timeline, index: int, time_point: TimePoint, memory: _Memory, firm: Row | None = None) -> Row:
    """Read one time point; ``memory`` then knows what holds after it."""
    problems: list[Problem] = []
    if not memory.held and _speaks_of_now_only(time_point, memory):
        observations = time_point.observations
    else:
        observations = _read_closely(timeline, index, time_point, memory, problems)
    if time_point.markers_elevated is not None:
        memory.markers_elevated = time_point.markers_elevated
    markers = memory.markers_at_baseline and bool(memory.markers_elevated)
    return Row(index, time_point, observations, tuple(memory.new.values()), markers, tuple(problems), firm)


def _speaks_of_now_only(time_point: TimePoint, memory: _Memory) -> bool:
    """Whether every statement is of what is seen now: nothing that is carried on, nothing new. Most exams are so."""
    followed = bool(memory.may_be_new) or bool(memory.new)
    for label, seen in time_point.observations.items():
        if seen.state not in _OF_NOW or (followed and (label in memory.may_be_new or label in memory.new)):
            return False
    return True


def _read_closely(
    timeline: Timeline, index: int, time_point: TimePoint, memory: _Memory, problems: list[Problem]
) -> dict[str, Observation]:
    """The observations of a time point with what earlier ones said and still holds."""
    observations: dict[str, Observation] = {}
    for lesion in timeline.lesions:
        said = time_point.observations.get(lesion.label)
        if said is not None and said.state is State.NOT_MENTIONED:
            said = None
        if said is not None and index == 0 and said.state is State.RECURRENCE:
            # Regrowth that is there when a course begins is measurable disease of its baseline, nothing new (3.1.3).
            said = replace(said, state=State.MEASURED if said.has_size else State.PRESENT)
        held = memory.held.get(lesion.label)
        now = _holding(lesion, held, said, _place(index, lesion.label), problems)
        if now is not None:
            observations[lesion.label] = now
            if now.state in _CARRIED:
                memory.held[lesion.label] = replace(now, on=None, modality=None)
            elif now.state is not State.NOT_EVALUABLE and (held is None or not held.state.is_treated):
                memory.held.pop(lesion.label, None)
        if said is not None:
            _follow_new(_Statement(timeline, lesion, said, index), memory.new, problems)
    return observations


def _place(index: int, label: str) -> str:
    return f"time_points[{index}].observations.{label}"


def _holding(
    lesion: Lesion, held: Observation | None, said: Observation | None, place: str, problems: list[Problem]
) -> Observation | None:
    """What holds of the lesion now. A treated lesion stays treated: a size given later is the zone's (4.4.2).

    Unequivocal progression that is stated after the treatment stands as it was stated, at that exam.
    """
    if said is None:
        return held
    if held is None or not held.state.is_treated or said.state in _OF_TREATED:
        return said
    if said.has_size:
        text = (
            f"{lesion.label} was treated locally ({held.by or 'method not given'}): its size is the zone's and enters no sum. "
            "If tumour is back there, say 'recurrence at treated site'."
        )
        problems.append(Problem(place, text))
    return replace(said, state=held.state, by=held.by, treated_on=held.treated_on, certainty=held.certainty)


@dataclass(frozen=True, slots=True)
class _Statement:
    """What one time point says of one lesion."""

    timeline: Timeline
    lesion: Lesion
    said: Observation
    index: int

    @property
    def place(self) -> str:
        return _place(self.index, self.lesion.label)

    @property
    def shown_on(self) -> date:
        return self.said.on or self.timeline.time_points[self.index].date

    @property
    def retrospect(self) -> date | None:
        """The scan that shows it in retrospect. What was stated absent at the baseline was not there."""
        seen_before = self.said.first_seen or self.lesion.first_seen
        baseline = self.timeline.time_points[0]
        at_baseline = baseline.observations.get(self.lesion.label)
        stated_absent = at_baseline is not None and at_baseline.state is State.ABSENT
        if seen_before is not None and seen_before <= baseline.date and stated_absent:
            return None
        return seen_before

    @property
    def is_normal_node(self) -> bool:
        """A node counts as new from 10 mm in short axis (4.3.5; a named setting); under that it is a normal node."""
        short = self.said.short
        return self.lesion.is_node and short is not None and short.um < self.timeline.settings.nodes_new_from_mm * 1000


def _follow_new(stated: _Statement, new: dict[str, NewDisease], problems: list[Problem]) -> None:
    """Update what is known of new disease by what is said of one lesion at one time point (4.3.5)."""
    lesion, said = stated.lesion, stated.said
    known = new.get(lesion.label)
    recurrence = said.state is State.RECURRENCE
    if said.state is State.ABSENT and known is not None and not known.there_at_baseline:
        del new[lesion.label]
    if said.state in (State.ABSENT, State.NOT_EVALUABLE, State.MERGED, State.TREATED):
        return
    if lesion.role is not LesionRole.NEW and not recurrence:
        return
    if stated.is_normal_node and not (known is not None and known.there_at_baseline):
        new.pop(lesion.label, None)
        if said.state in (State.UNEQUIVOCAL, State.EQUIVOCAL):
            least = stated.timeline.settings.nodes_new_from_mm
            text = f"{lesion.label} has a short axis of {said.short}: a node counts as new from {least} mm"
            problems.append(Problem(stated.place, text))
        return
    certainty = _certainty(stated, known, problems)
    shown_on = stated.shown_on if known is None else known.shown_on
    retrospect = stated.retrospect
    if retrospect is not None:
        shown_on = min(shown_on, retrospect)
    baseline = stated.timeline.time_points[0].date
    at_baseline = not recurrence and (
        stated.index == 0
        or (retrospect is not None and retrospect <= baseline)
        or (known is not None and known.there_at_baseline)
    )
    if stated.index == 0:
        text = (
            f"{lesion.label} is called new but is on the baseline of {format_date(baseline)}: "
            "it is judged as a non-target that was missed"
        )
        problems.append(Problem(stated.place, text))
    new[lesion.label] = NewDisease(lesion.label, certainty, shown_on, recurrence, at_baseline)


def _certainty(stated: _Statement, known: NewDisease | None, problems: list[Problem]) -> Certainty:
    """Only a stated 'unequivocal' is certain; a size alone leaves the lesion equivocal and asks."""
    said = stated.said
    if said.state is State.UNEQUIVOCAL:
        return Certainty.UNEQUIVOCAL
    if said.state is State.EQUIVOCAL:
        return Certainty.EQUIVOCAL
    if said.certainty is not None:
        return said.certainty
    if known is not None:
        return known.certainty
    what = "recurrence at a treated site" if said.state is State.RECURRENCE else "new lesion"
    text = (
        f"{stated.lesion.label} is a {what} whose certainty is not stated: is it equivocal or unequivocal? "
        "Until then it is equivocal."
    )
    problems.append(Problem(stated.place, text))
    return Certainty.EQUIVOCAL
