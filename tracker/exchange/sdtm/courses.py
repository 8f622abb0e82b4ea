"""What one reader read of one subject, as a timeline that can be assessed.

Each reader has timelines of their own, so no reader's baseline or nadir meets another's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.domain.timeline import Settings, Timeline
from tracker.domain.vocabulary import LYMPH_NODE, LesionRole
from tracker.domain.written import write_settings
from tracker.errors import InputError, Problem
from tracker.exchange.sdtm.folder import Study
from tracker.exchange.sdtm.lesions import (
    Identified,
    NotVerifiableError,
    Readings,
    read_identifications,
    read_organ,
    read_role,
)
from tracker.exchange.sdtm.reported import Asked, Reported
from tracker.exchange.sdtm.results import Result, observe, observe_new, read_result
from tracker.exchange.sdtm.values import Day, Evaluator, read_method
from tracker.exchange.sdtm.visits import (
    Placed,
    Visit,
    VisitKey,
    day_of,
    days_in_question,
    from_baseline,
    is_flagged,
    join_baseline,
    place_visits,
    visit_key,
)

_NODE_AXES = frozenset(("LPERP", "SAXIS"))


@dataclass(frozen=True, slots=True)
class ReaderCourse:
    """One reader of one subject. Two timelines where a visit has no full date: at its earliest and at its latest day."""

    subject: str
    reader: Evaluator
    timelines: tuple[Timeline, ...]
    #: The visits of the time points, in their order.
    visits: tuple[Visit, ...]
    assumptions: tuple[str, ...]
    #: Why there is no timeline to assess.
    not_verifiable: str = ""

    def index_of(self, row: Reported) -> int | None:
        """The time point a row of RS speaks of: by VISITNUM or VISIT, by link group, or by its date."""
        for index, visit in enumerate(self.visits):
            if row.visit is not None and visit.key == row.visit:
                return index
        for index, visit in enumerate(self.visits):
            named = row.visit_name and visit.name.upper() == row.visit_name.upper()
            if named or (row.group and row.group in visit.groups):
                return index
        day = row.day.exact if row.day is not None else None
        return None if day is None else self._index_by_date(day)

    def _index_by_date(self, day: date) -> int | None:
        """The visit read on that day, or the last one in the two weeks before it: responses follow the scans."""
        for index, visit in enumerate(self.visits):
            if day in visit.exact:
                return index
        before = [index for index, visit in enumerate(self.visits) if visit.exact and visit.exact[-1] <= day]
        if before and (day - self.visits[before[-1]].exact[-1]).days <= self.timelines[0].settings.time_point_days:
            return before[-1]
        return None


def read_courses(study: Study, reported: Iterable[Reported], settings: Settings) -> tuple[ReaderCourse, ...]:
    """The course of each subject and reader. InputError names every broken cell of TU and TR.

    A visit that RS speaks of and TR does not is a time point at which nothing was measured.
    """
    problems: list[Problem] = []
    visits: defaultdict[tuple[str, Evaluator], dict[VisitKey, Visit]] = defaultdict(dict)
    for record in study.results.records:
        subject, reader = record.get("USUBJID"), Evaluator.of(record, "TR")
        result = read_result(record, problems)
        if result is None:
            continue
        key = visit_key(record, "TR", problems)
        day = day_of(record, "TRDTC", problems)
        if key is None:
            if not record.get("VISITNUM"):
                problems.append(Problem(record.place, "names neither VISITNUM nor VISIT nor TRDTC"))
            continue
        visit = visits[subject, reader].setdefault(key, Visit(key))
        visit.name = visit.name or record.get("VISIT")
        visit.results.append(result)
        visit.flagged_baseline |= is_flagged(record)
        if day is not None:
            visit.days.append(day)
        if group := record.get("TRLNKGRP"):
            visit.groups.add(group)
    if problems:
        raise InputError(problems)
    _add_visits_of_responses(visits, reported)
    identified = read_identifications(study.lesions)
    return tuple(
        _Builder(subject, reader, identified.of(subject, reader), settings).build(tuple(of_reader.values()))
        for (subject, reader), of_reader in sorted(visits.items())
    )


def _add_visits_of_responses(
    visits: Mapping[tuple[str, Evaluator], dict[VisitKey, Visit]], reported: Iterable[Reported]
) -> None:
    readers: defaultdict[str, list[Evaluator]] = defaultdict(list)
    for subject, measured_by in visits:
        readers[subject].append(measured_by)
    for row in reported:
        reader = find_reader(row.reader, readers[row.subject])
        of_reader = visits[row.subject, reader] if reader is not None else None
        if of_reader is None or row.asked is Asked.BEST or row.visit is None or row.visit.number is None:
            continue
        known = of_reader.get(row.visit)
        if known is None:
            if any(visit.key.number is None for visit in of_reader.values()):
                continue
            known = of_reader[row.visit] = Visit(row.visit, row.visit_name)
        day = row.day.exact if row.day is not None else None
        if row.day is not None and day is not None and not known.exact and _may_be(day, known.days):
            known.dated_by_response = bool(known.results)
            known.days.append(row.day)
        if row.group:
            known.groups.add(row.group)


def _may_be(day: date, stated: Iterable[Day]) -> bool:
    """Whether a day lies within every partial date of its visit."""
    return all((one.first or day) <= day <= (one.last or day) for one in stated)


def find_reader(reader: Evaluator, known: Sequence[Evaluator]) -> Evaluator | None:
    """Whose measurements a response rests on: the same reader's. A reader without a name is the investigator, or the
    only reader there is."""
    if reader in known:
        return reader
    if reader == Evaluator("INVESTIGATOR") and Evaluator("") in known:
        return Evaluator("")
    return known[0] if reader == Evaluator("") and len(known) == 1 else None


@dataclass(slots=True)
class _Builder:
    subject: str
    reader: Evaluator
    readings: Readings
    settings: Settings

    def build(self, visits: Sequence[Visit]) -> ReaderCourse:
        assumptions: list[str] = []
        try:
            if self.readings.doubts:
                raise NotVerifiableError(self.readings.doubts[0])
            placed = from_baseline(place_visits(join_baseline(visits, assumptions), assumptions), assumptions)
            lesions = self._lesions(placed, assumptions)
            timelines = self._timelines(placed, lesions, assumptions)
        except NotVerifiableError as refusal:
            return ReaderCourse(self.subject, self.reader, (), (), tuple(assumptions), str(refusal))
        except InputError as refusal:
            reason = "; ".join(map(_plain, refusal.problems))
            return ReaderCourse(self.subject, self.reader, (), (), tuple(assumptions), reason)
        return ReaderCourse(
            self.subject, self.reader, timelines, tuple(row.visit for row in placed), tuple(assumptions)
        )

    def _lesions(self, placed: Sequence[Placed], assumptions: list[str]) -> list[Identified]:
        """TU's lesions, and those that only TR speaks of, by the group it puts them in."""
        tests: defaultdict[str, set[str]] = defaultdict(set)
        groups: dict[str, Result] = {}
        for row in placed:
            for result in row.visit.results:
                tests[result.label].add(result.test)
                groups.setdefault(result.label, result)
        lesions: list[Identified] = []
        for label, lesion in self.readings.lesions.items():
            node_by_axis = lesion.organ == "not stated" and tests[label] and tests[label] <= _NODE_AXES
            if node_by_axis:
                assumptions.append(f"{label} has no TULOC and a short axis alone: taken as a lymph node")
            organ = LYMPH_NODE if node_by_axis else lesion.organ
            lesions.append(Identified(label, lesion.role, organ, lesion.record, lesion.as_target, lesion.part_of))
        named_apart = {text.split(": ", 1)[1].split(" is ", 1)[0] for text in self.readings.left_out}
        for label, result in groups.items():
            if label in self.readings.lesions or label in named_apart:
                continue
            role = read_role(result.record.get("TRGRPID"))
            if role is None:
                text = f"{label} is not in TU for this reader, and TRGRPID names no role"
                raise NotVerifiableError(f"{result.record.place}: {text}")
            assumptions.append(f"{label} is not in TU for this reader: {role[0]} by TRGRPID, no node by what is known")
            lesions.append(Identified(label, role[0], read_organ(result.record.get("TRLOC")), None, role[1]))
        return lesions

    def _timelines(
        self, placed: Sequence[Placed], lesions: Sequence[Identified], assumptions: list[str]
    ) -> tuple[Timeline, ...]:
        known = {lesion.label for lesion in lesions}
        lost = next((lesion for lesion in lesions if lesion.part_of and lesion.part_of not in known), None)
        if lost is not None:
            raise NotVerifiableError(f"{lost.label} is a part (TUSPLIT) of {lost.part_of}, which is not in TU")
        whole = [lesion for lesion in lesions if lesion.part_of is None]
        points = self._observe(placed, lesions, whole, assumptions)
        settings = write_settings(self.settings)
        return tuple(
            Timeline.from_dict(
                {
                    "format": "timeline/1",
                    "id": f"{self.subject}, {self.reader}",
                    "settings": settings,
                    "lesions": [_written(lesion) for lesion in whole],
                    "time_points": [
                        {"date": day.isoformat(), "observations": seen}
                        for day, seen in zip(chosen, points, strict=True)
                    ],
                }
            )
            for chosen in days_in_question(placed)
        )

    def _observe(
        self,
        placed: Sequence[Placed],
        lesions: Sequence[Identified],
        whole: Sequence[Identified],
        assumptions: list[str],
    ) -> list[dict[str, dict[str, Any]]]:
        """The observations of each visit by label."""
        told: set[str] = set()
        points: list[dict[str, dict[str, Any]]] = []
        measured = {result.label for row in placed for result in row.visit.results}
        for row in placed:
            of_label: defaultdict[str, list[Result]] = defaultdict(list)
            for result in row.visit.results:
                of_label[result.label].append(result)
            point: dict[str, dict[str, Any]] = {}
            for lesion in whole:
                results = of_label[lesion.label]
                parts = [part for part in lesions if part.part_of == lesion.label and of_label[part.label]]
                if lesion.role is LesionRole.NEW:
                    seen = observe_new(lesion, results, lesion.label in told, assumptions)
                    if lesion.label not in measured:
                        seen = _identified_at(lesion, row.visit, assumptions) or seen
                    if seen is not None and seen["state"] not in ("absent", "not evaluable"):
                        told.add(lesion.label)
                elif parts:
                    seen = _split(parts, of_label, assumptions)
                else:
                    seen = observe(lesion, results, assumptions)
                if seen is not None:
                    point[lesion.label] = seen | _where(results, row)
            points.append(point)
        return points


def _plain(problem: Problem) -> str:
    """A refusal of the timeline without its place, which no study knows; the lesion is named."""
    label = problem.place.partition(".observations.")[2].partition(".")[0]
    return problem.text if not label or label in problem.text else f"{label}: {problem.text}"


def _identified_at(lesion: Identified, visit: Visit, assumptions: list[str]) -> dict[str, Any] | None:
    """A new lesion that TU identifies and TR never speaks of: unequivocal at the visit of its identification."""
    record = lesion.record
    if record is None or visit_key(record, "TU", []) != visit.key:
        return None
    assumptions.append(f"{lesion.label} is new in TU and has no row in TR: taken as unequivocal at {visit.shown}")
    return {"state": "unequivocal"}


def _split(
    parts: Sequence[Identified], results: Mapping[str, Sequence[Result]], assumptions: list[str]
) -> dict[str, Any]:
    """The parts' longest diameters are added (RECIST 1.1, 4.3.2); one that is not measured leaves the whole missing."""
    seen = [(part.label, observe(part, results[part.label], assumptions)) for part in parts]
    sizes = [said["longest_mm"] for _, said in seen if said is not None and "longest_mm" in said]
    unmeasured = [
        label for label, said in seen if said is None or ("longest_mm" not in said and said["state"] != "absent")
    ]
    if unmeasured:
        return {"state": "not evaluable", "reason": f"its part {unmeasured[0]} has no size"}
    return {"state": "split", "parts_mm": sizes} if sizes else {"state": "absent"}


def _where(results: Sequence[Result], row: Placed) -> dict[str, Any]:
    """The exam of the lesion, where it is not that of the time point, and how it was made."""
    found: dict[str, Any] = {}
    days = [day.exact for result in results if (day := day_of(result.record, "TRDTC", [])) and day.exact is not None]
    if row.visit.exact and days and min(days) != row.first:
        found["on"] = min(days).isoformat()
    method = next((method for result in results if (method := read_method(result.record.get("TRMETHOD")))), None)
    return found | ({"modality": str(method)} if method is not None else {})


def _written(lesion: Identified) -> dict[str, Any]:
    written = {"label": lesion.label, "role": str(lesion.role), "organ": lesion.organ}
    return written | ({"as": "target"} if lesion.as_target else {})
