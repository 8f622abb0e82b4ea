"""What was said of a lesion holds until something else is said.

A merged lesion stays merged, a treated one stays treated, a new one stays there, though later reports do not repeat it.
Nothing else is carried: a target that is not mentioned is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.lesions import Lesion, Observation
from tracker.domain.timeline import Timeline, TimePoint
from tracker.domain.vocabulary import Certainty, LesionRole, State
from tracker.errors import Problem


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


@dataclass(frozen=True, slots=True)
class Row:
    """One time point as the rules see it: observations with what still holds, and the new disease known by then."""

    index: int
    time_point: TimePoint
    observations: Mapping[str, Observation]
    new_disease: tuple[NewDisease, ...]
    markers_elevated: bool
    problems: tuple[Problem, ...]

    def date_of(self, label: str) -> date:
        """The exam that shows the lesion: its own date where the time point has several exams."""
        seen = self.time_point.observations.get(label)
        return seen.on if seen is not None and seen.on is not None else self.time_point.date

    @property
    def last_date(self) -> date:
        dates = [seen.on for seen in self.time_point.observations.values() if seen.on is not None]
        return max([self.time_point.date, *dates])

    @property
    def provisional(self) -> bool:
        return any(seen.provisional for seen in self.time_point.observations.values())


def derive_rows(timeline: Timeline) -> tuple[Row, ...]:
    """The rows of a timeline in order. Each depends on the time points up to itself only."""
    held: dict[str, Observation] = {}
    new: dict[str, NewDisease] = {}
    markers_at_baseline = bool(timeline.time_points and timeline.time_points[0].markers_elevated)
    markers_now = markers_at_baseline
    rows: list[Row] = []
    for index, time_point in enumerate(timeline.time_points):
        problems: list[Problem] = []
        observations: dict[str, Observation] = {}
        for lesion in timeline.lesions:
            said = time_point.observations.get(lesion.label)
            if said is None or said.state is State.NOT_MENTIONED:
                said = None
            now = _holding(lesion, held.get(lesion.label), said, _place(index, lesion.label), problems)
            if now is not None:
                observations[lesion.label] = now
                if now.state in (State.MERGED, State.TREATED, State.RECURRENCE):
                    held[lesion.label] = now
                elif said is not None:
                    held.pop(lesion.label, None)
            _follow_new(timeline, lesion, said, index, new, problems)
        if time_point.markers_elevated is not None:
            markers_now = time_point.markers_elevated
        rows.append(
            Row(
                index,
                time_point,
                observations,
                tuple(new.values()),
                markers_at_baseline and markers_now,
                tuple(problems),
            )
        )
    return tuple(rows)


def _place(index: int, label: str) -> str:
    return f"time_points[{index}].observations.{label}"


def _holding(
    lesion: Lesion, held: Observation | None, said: Observation | None, place: str, problems: list[Problem]
) -> Observation | None:
    """What holds of the lesion now. A treated lesion stays treated: a size given later is the zone's (4.4.2)."""
    if said is None:
        return held
    if held is not None and held.state in (State.TREATED, State.RECURRENCE):
        if said.state in (State.TREATED, State.RECURRENCE):
            return said
        if said.has_size:
            text = (
                f"{lesion.label} was treated locally ({held.by or 'method not given'}): its size is the zone's and enters no sum. "
                "If tumour is back there, say 'recurrence at treated site'."
            )
            problems.append(Problem(place, text))
        return replace(said, state=held.state, by=held.by, treated_on=held.treated_on, certainty=held.certainty)
    return said


def _follow_new(
    timeline: Timeline,
    lesion: Lesion,
    said: Observation | None,
    index: int,
    new: dict[str, NewDisease],
    problems: list[Problem],
) -> None:
    """Update what is known of new disease by what is said of one lesion at one time point (4.3.5)."""
    if said is None:
        return
    recurrence = said.state is State.RECURRENCE
    if said.state is State.ABSENT:
        new.pop(lesion.label, None)
        return
    if lesion.role is not LesionRole.NEW and not recurrence:
        return
    if said.state in (State.NOT_EVALUABLE, State.MERGED, State.TREATED):
        return
    if _is_normal_node(timeline, lesion, said) and said.state in (State.MEASURED, State.TOO_SMALL):
        return
    place = _place(index, lesion.label)
    known = new.get(lesion.label)
    certainty = _certainty(lesion, said, known, place, problems)
    time_point = timeline.time_points[index]
    shown_on = known.shown_on if known is not None else (said.on or time_point.date)
    retrospect = said.first_seen or lesion.first_seen
    baseline = timeline.time_points[0].date
    if retrospect is not None:
        shown_on = min(shown_on, retrospect)
    at_baseline = (
        index == 0 or (retrospect is not None and retrospect <= baseline) or bool(known and known.there_at_baseline)
    )
    if index == 0 and not recurrence:
        text = f"{lesion.label} is called new but is on the baseline: it is judged as a non-target that was missed"
        problems.append(Problem(place, text))
    if _is_normal_node(timeline, lesion, said) and certainty is Certainty.UNEQUIVOCAL:
        text = (
            f"{lesion.label} has a short axis of {said.short}: a node counts as new from {timeline.settings.nodes_new_from_mm} mm, "
            "so it is followed as equivocal"
        )
        problems.append(Problem(place, text))
        certainty = Certainty.EQUIVOCAL
    new[lesion.label] = NewDisease(lesion.label, certainty, shown_on, recurrence, at_baseline and not recurrence)


def _certainty(
    lesion: Lesion, said: Observation, known: NewDisease | None, place: str, problems: list[Problem]
) -> Certainty:
    """Only a stated 'unequivocal' is certain; a size alone leaves the lesion equivocal and asks."""
    if said.state is State.UNEQUIVOCAL:
        return Certainty.UNEQUIVOCAL
    if said.state is State.EQUIVOCAL:
        return Certainty.EQUIVOCAL
    if said.state is State.RECURRENCE and said.certainty is not None:
        return said.certainty
    if known is not None:
        return known.certainty
    what = "recurrence at a treated site" if said.state is State.RECURRENCE else "new lesion"
    text = f"{lesion.label} is a {what} whose certainty is not stated: is it equivocal or unequivocal? Until then it is equivocal."
    problems.append(Problem(place, text))
    return Certainty.EQUIVOCAL


def _is_normal_node(timeline: Timeline, lesion: Lesion, said: Observation) -> bool:
    """A node counts as new from 10 mm in short axis (4.3.5; a named setting); under that it is a normal node."""
    return lesion.is_node and said.short is not None and said.short.um < timeline.settings.nodes_new_from_mm * 1000
