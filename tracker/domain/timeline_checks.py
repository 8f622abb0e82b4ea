"""What must fit together in a timeline before it can be judged. These are refusals, each with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.reader import Reader
from tracker.domain.timeline import TimePoint
from tracker.domain.vocabulary import LesionRole, State
from tracker.errors import InputError

_ONLY_NON_TARGET = (State.UNEQUIVOCAL_PROGRESSION,)
_ONLY_NEW = (State.EQUIVOCAL, State.UNEQUIVOCAL)
_WITHOUT_SIZE = (State.ABSENT, State.NOT_EVALUABLE, State.NOT_MENTIONED)
_NO_BASELINE_SIZE = (State.TREATED, State.MERGED)
#: No exam of one time point lies farther from it, whatever the site's setting.
_FARTHEST_DAYS = 92


def refuse_impossible(lesions: Sequence[Lesion], points: Sequence[TimePoint]) -> None:
    """Raise InputError with every place at which lesions and time points contradict each other or themselves."""
    reader = Reader()
    check_consistency(reader, lesions, dict(enumerate(points)))
    if reader.problems:
        raise InputError(reader.problems)


def check_consistency(reader: Reader, lesions: Sequence[Lesion], points: Mapping[int, TimePoint]) -> None:
    """Dates in order, labels known, states that fit the role, a size for every target at the baseline.

    ``points`` are the time points that could be read, by their position in the input.
    """
    for index, lesion in enumerate(lesions):
        if any(lesion.label == other.label for other in lesions[:index]):
            reader.wrong(f"lesions[{index}].label", f"'{lesion.label}' is the label of another lesion too")
    if not points:
        if not any(problem.place.startswith("time_points") for problem in reader.problems):
            reader.wrong("time_points", "is empty; the first time point is the baseline")
        return
    for (_, before), (index, now) in pairwise(points.items()):
        if now.date <= before.date:
            how = "the same date as" if now.date == before.date else "before"
            text = f"{now.date} is {how} the time point before it ({before.date}); dates go up"
            reader.wrong(f"time_points[{index}].date", text)
    by_label = {lesion.label: lesion for lesion in lesions}
    all_lesions_read = not any(problem.place.startswith("lesions") for problem in reader.problems)
    for index, point in points.items():
        for label, seen in point.observations.items():
            place = f"time_points[{index}].observations.{label}"
            if not _is_of_right_types(reader, seen, place):
                continue
            if label in by_label:
                _check_observation(reader, by_label, by_label[label], seen, point, place)
                _check_exam_date(reader, seen, points, index, place)
            elif all_lesions_read:
                reader.wrong(place, f"'{label}' is not among the lesions")
    _check_merged_later(reader, points)
    if 0 in points:
        _check_baseline(reader, lesions, points[0])


def _is_of_right_types(reader: Reader, seen: Observation, place: str) -> bool:
    """A caller of the library may hand over anything; sizes are Lengths above zero, states are States."""
    before = len(reader.problems)
    if not isinstance(seen.state, State):
        reader.wrong(f"{place}.state", f"is {seen.state!r}; a State is needed")
    for name, size in (("longest", seen.longest), ("short", seen.short), *(("parts", part) for part in seen.parts)):
        if size is not None and not isinstance(size, Length):
            reader.wrong(f"{place}.{name}", f"is {size!r}; a Length is needed")
        elif size is not None and size.um == 0:
            reader.wrong(f"{place}.{name}", "is 0; where a lesion is gone, say the state 'absent'")
    return len(reader.problems) == before


def _check_merged_later(reader: Reader, points: Mapping[int, TimePoint]) -> None:
    for place, label, into in find_merge_loops([point.observations for point in points.values()]):
        index = list(points)[place]
        if not _loops_here(points[index], label):
            text = f"{into} went into {label} before: one of them carries the size of both"
            reader.wrong(f"time_points[{index}].observations.{label}.into", text)


def find_merge_loops(exams: Sequence[Mapping[str, Observation]]) -> list[tuple[int, str, str]]:
    """Where a lesion goes into one that went into it: the position, the lesion, and the one it goes into.

    A merged lesion stays merged until something else is said of it, so that two exams can make a loop together.
    """
    held: dict[str, str] = {}
    found: list[tuple[int, str, str]] = []
    for place, observations in enumerate(exams):
        for label, seen in observations.items():
            if seen.state is State.MERGED and seen.into is not None:
                held[label] = seen.into
            elif seen.state not in (State.NOT_MENTIONED, State.NOT_EVALUABLE):
                held.pop(label, None)
        if len(held) > 1:
            said = [label for label, seen in observations.items() if seen.state is State.MERGED and label in held]
            found += [(place, label, held[label]) for label in said if label in _carriers(held, label)]
    return found


def _carriers(held: Mapping[str, str], label: str) -> list[str]:
    """The lesions that the size of ``label`` went into, one after the other, each once."""
    passed: list[str] = []
    while (into := held.get(label)) is not None and into not in passed:
        passed.append(into)
        label = into
    return passed


def _loops_here(point: TimePoint, label: str) -> bool:
    """Whether this time point alone holds the loop; it is refused as such already."""
    here = {one: seen.into for one, seen in point.observations.items() if seen.state is State.MERGED and seen.into}
    return label in _carriers(here, label)


def _check_exam_date(
    reader: Reader, seen: Observation, points: Mapping[int, TimePoint], index: int, place: str
) -> None:
    """An exam of a time point lies between the time points before and after it."""
    if seen.on is None:
        return
    before, after = points.get(index - 1), points.get(index + 1)
    if (before is not None and seen.on <= before.date) or (after is not None and seen.on >= after.date):
        reader.wrong(f"{place}.on", f"{seen.on} lies in another time point's place")
    elif abs((seen.on - points[index].date).days) > _FARTHEST_DAYS:
        reader.wrong(f"{place}.on", f"{seen.on} is more than {_FARTHEST_DAYS} days from its time point")


def _check_observation(
    reader: Reader, lesions: dict[str, Lesion], lesion: Lesion, seen: Observation, point: TimePoint, place: str
) -> None:
    role = lesion.role
    if seen.state in _ONLY_NON_TARGET and role is not LesionRole.NON_TARGET:
        reader.wrong(f"{place}.state", f"'{seen.state}' is said of non-targets only; {lesion.label} is {role}")
    if seen.state in _ONLY_NEW and role is not LesionRole.NEW:
        reader.wrong(f"{place}.state", f"'{seen.state}' is said of new lesions only; {lesion.label} is {role}")
    if seen.state is State.MEASURED and seen.longest is None and seen.short is None:
        reader.wrong(place, "is 'measured' without a size")
    if seen.state in _WITHOUT_SIZE and seen.has_size:
        reader.wrong(place, f"is '{seen.state}' and has a size: one of the two is wrong")
    if seen.parts and (seen.longest is not None or seen.short is not None):
        reader.wrong(f"{place}.parts_mm", "a split lesion has its parts' diameters and no other")
    if seen.state is State.SPLIT and not seen.parts:
        reader.wrong(f"{place}.parts_mm", "a split lesion needs the diameters of its parts")
    if seen.state is not State.SPLIT and seen.parts:
        reader.wrong(f"{place}.parts_mm", "only a split lesion has parts")
    if seen.longest is not None and seen.short is not None and seen.short > seen.longest:
        reader.wrong(
            f"{place}.short_mm", f"the short axis {seen.short} is longer than the longest diameter {seen.longest}"
        )
    if seen.state is State.MERGED:
        _check_merged(reader, lesions, lesion, seen, point, place)
    elif seen.into is not None:
        reader.wrong(f"{place}.into", "only a merged lesion goes into another")
    if seen.first_seen is not None and seen.first_seen > point.date:
        reader.wrong(f"{place}.first_seen", f"{seen.first_seen} is after this time point")


def _check_merged(
    reader: Reader, lesions: dict[str, Lesion], lesion: Lesion, seen: Observation, point: TimePoint, place: str
) -> None:
    if seen.into is None:
        reader.wrong(f"{place}.into", "a merged lesion says which lesion carries the size of both")
    elif (carrier := point.observations.get(seen.into)) is not None and carrier.state is State.ABSENT:
        text = f"{seen.into} carries the size of both and is absent at the same time: one of the two is wrong"
        reader.wrong(f"{place}.into", text)
    elif seen.into == lesion.label or seen.into not in lesions:
        reader.wrong(f"{place}.into", f"'{seen.into}' is not another lesion of this timeline")
    else:
        followed, label = {lesion.label}, seen.into
        while (
            (next_seen := point.observations.get(label)) is not None
            and next_seen.state is State.MERGED
            and next_seen.into
        ):
            if label in followed:
                reader.wrong(
                    f"{place}.into", "these lesions are merged into each other; one of them carries the size of both"
                )
                return
            followed.add(label)
            label = next_seen.into


def _check_baseline(reader: Reader, lesions: Sequence[Lesion], baseline: TimePoint) -> None:
    for lesion in lesions:
        if lesion.role is not LesionRole.TARGET:
            continue
        seen = baseline.observations.get(lesion.label)
        place = f"time_points[0].observations.{lesion.label}"
        has_size = seen is not None and (seen.diameter(node=lesion.is_node) is not None or bool(seen.parts))
        if seen is not None and not has_size and (_has_uptake(seen) or seen.state is State.TOO_SMALL):
            # A PET alone measures no diameter: the criteria that need one find it missing. Too small counts 5 mm (4.3.2).
            continue
        if any(problem.place == place or problem.place.startswith(f"{place}.") for problem in reader.problems):
            continue
        if not has_size or (seen is not None and seen.state in _NO_BASELINE_SIZE):
            axis = "short axis (short_mm)" if lesion.is_node else "longest diameter (longest_mm)"
            reader.wrong(place, f"the target {lesion.label} needs its {axis} at the baseline")


def _has_uptake(seen: Observation) -> bool:
    return seen.sul_peak is not None or seen.suv_max is not None
