"""The shipped cases, run on the installed version.

Every file ``cases/*.toml`` names its criteria at the top and holds cases in three kinds: ``[[case]]`` (rows of lesions
and what is expected of them), ``[[combination]]`` (a row of Table 1 or 2) and ``[[confirmation]]`` (a row of Table 3).
The rows of the tables are judged through measurements, as a patient's are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import Any

from tracker.domain import Assessment, Timeline, assess
from tracker.domain.assess import CRITERIA
from tracker.domain.assessment import TimePointAssessment
from tracker.errors import InputError
from tracker.verification.sheet import Difference, NotVerified, PassSheet, Section
from tracker.verification.tables import BASELINE, build_timeline, case_files, load_table

_BUILDS = frozenset(
    ("name", "source", "note", "targets", "non_targets", "new", "nodes", "organs", "days", "markers", "references",
     "modalities", "for_symptom", "settings", "timeline")
)  # fmt: skip
#: How each response is reached from 30 mm at the baseline, in a row of Table 1 or 2.
_TARGET = {"CR": "a", "PR": 20, "SD": 28, "PD": 40, "NE": "ne"}
_NON_TARGET = {"CR": "a", "NON-CR/NON-PD": "p", "PD": "up", "NE": "ne"}
#: How each is reached from 100 mm after another one, in a row of Table 3. Disease after a true CR is PD (footnote a).
_COURSE = {"CR": "a", "PR": 70, "SD": 80, "PD": 130, "NE": "ne"}
_ANY = "ANY"
_ENOUGH_DAYS, _TOO_MANY_DAYS = 42, 400


def run_cases(made_on: date, names: tuple[str, ...] | None = None) -> PassSheet:
    """All shipped tables of cases, or those named, as a sheet."""
    return PassSheet(made_on, tuple(run_table(name, load_table(name)) for name in names or case_files()))


def run_table(name: str, table: Mapping[str, Any]) -> Section:
    """One table of cases. A case that this version cannot run is said, never skipped in silence."""
    criteria = table.get("criteria")
    cases = list_cases(table)
    known = CRITERIA.get(str(criteria))
    if known is None:
        named = f"the criteria '{criteria}'" if criteria else "no criteria named"
        why = f"{named}: not known to this version, so {len(cases)} cases were not run"
        return Section(name, str(criteria or "?"), "not known", 0, 0, not_verified=(NotVerified(name, why),))
    run = _Run(name, known.name)
    for case in cases:
        run.add(case)
    return Section(
        name, known.name, known.version, len(cases), run.rows, tuple(run.differences), tuple(run.not_verified)
    )


def list_cases(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All cases of a table: those written out, and those its rows of Tables 1 to 3 stand for."""
    return [*table.get("case", ()), *_combinations(table), *_confirmations(table)]


@dataclass(slots=True)
class _Run:
    file: str
    criteria: str
    rows: int = 0
    differences: list[Difference] = field(default_factory=list)
    not_verified: list[NotVerified] = field(default_factory=list)

    def add(self, case: Mapping[str, Any]) -> None:
        place = f"{self.file}: {case.get('name', 'a case without a name')}"
        unknown = [key for key in case if key not in _BUILDS and key not in _CHECKS]
        if unknown:
            why = f"this version does not know what {', '.join(unknown)} expects"
            self.not_verified.append(NotVerified(place, why))
        try:
            result = assess(Timeline.from_dict(case.get("timeline") or build_timeline(dict(case))), self.criteria)
        except InputError as refusal:
            self.not_verified.append(NotVerified(place, f"the case was refused: {str(refusal).splitlines()[0]}"))
            return
        source = f"Source of what is expected: {case['source']}" if "source" in case else ""
        for key, read in _CHECKS.items():
            if key in case:
                self._compare(place, source, key, case[key], list(read(result)))

    def _compare(self, place: str, source: str, key: str, expected: Any, got: list[_Answer]) -> None:
        wanted = expected if isinstance(expected, list) else [expected]
        self.rows += len(wanted)
        if len(got) != len(wanted) and key != "problem":
            told = f"{len(wanted)} answers are expected and {len(got)} were given"
            self.differences.append(Difference(place, key, str(expected), str([a.value for a in got]), (told, source)))
            return
        for want, answer in zip(wanted, got, strict=False):
            if answer.value == want or (key == "problem" and str(want) in str(answer.value)):
                continue
            reasons = tuple(text for text in (*answer.reasons, source) if text)
            what = f"{key}{answer.where}"
            self.differences.append(Difference(place, what, str(want), str(answer.value), reasons))


@dataclass(frozen=True, slots=True)
class _Answer:
    value: Any
    where: str = ""
    reasons: tuple[str, ...] = ()


def _after_baseline(result: Assessment) -> Iterator[tuple[TimePointAssessment, str, tuple[str, ...]]]:
    for row in result.time_points[1:]:
        reasons = tuple(f"{reason.text} ({reason.source})" for reason in row.reasons)
        yield row, f" on day {(row.date - BASELINE).days}", reasons


def _responses(result: Assessment) -> Iterator[_Answer]:
    for row, where, reasons in _after_baseline(result):
        yield _Answer(str(row.overall_response), where, reasons)


def _targets(result: Assessment) -> Iterator[_Answer]:
    for row, where, reasons in _after_baseline(result):
        yield _Answer(str(row.target_response or "none"), where, reasons)


def _non_targets(result: Assessment) -> Iterator[_Answer]:
    for row, where, reasons in _after_baseline(result):
        yield _Answer(str(row.non_target_response or "none"), where, reasons)


def _sizes(result: Assessment, what: str, start: int) -> Iterator[_Answer]:
    for row in result.time_points[start:]:
        length = getattr(row, what)
        yield _Answer("none" if length is None else length.mm, f" on day {(row.date - BASELINE).days}")


def _progression_day(result: Assessment) -> Iterator[_Answer]:
    day = result.progression_date
    yield _Answer("none" if day is None else (day - BASELINE) // timedelta(days=1))


_CHECKS: Mapping[str, Callable[[Assessment], Iterable[_Answer]]] = {
    "expect": _responses,
    "expect_target": _targets,
    "expect_non_target": _non_targets,
    "best": lambda result: [_Answer(str(result.best_overall_response))],
    "confirmed": lambda result: [_Answer(str(result.confirmed_best_overall_response))],
    "sums": lambda result: _sizes(result, "sum", 0),
    "partial": lambda result: _sizes(result, "sum_of_measured", 1),
    "nadirs": lambda result: _sizes(result, "nadir", 1),
    "after_progression": lambda result: [_Answer(row.after_progression) for row in result.time_points[1:]],
    "provisional": lambda result: [_Answer(row.provisional) for row in result.time_points[1:]],
    "progression_day": _progression_day,
    "problem": lambda result: [_Answer(" | ".join(problem.text for problem in result.problems))],
}


def _each(word: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(values) if word == _ANY else (word,)


def _combinations(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each row of Tables 1 and 2 as cases of one baseline and one visit; ANY stands for every response."""
    for row in table.get("combination", ()):
        targets: tuple[str | None, ...] = _each(row["target"], _TARGET) if "target" in row else (None,)
        for target, non_target, new in product(
            targets, _each(row["non_target"], _NON_TARGET), _each(row["new"], {"yes": 1, "no": 0})
        ):
            said = [f"targets {target}"] if target else []
            case: dict[str, Any] = {
                "name": f"{row['table']}: {', '.join((*said, f'non-targets {non_target}', f'new lesion {new}'))}",
                "source": table["source"],
                "non_targets": {"NT1": ["p", _NON_TARGET[non_target]]},
                "new": {"NEW1": ["-", "un" if new == "yes" else "-"]},
                "expect": [row["overall"]],
                "expect_target": [target or "none"],
                "expect_non_target": [non_target],
            }
            yield case | ({"targets": {"T1": [30, _TARGET[target]]}} if target else {})


def _confirmations(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each row of Table 3 as two cases: stable disease that lasted its minimum, and that did not."""
    for row in table.get("confirmation", ()):
        for minimum, key, told in (
            (_ENOUGH_DAYS, "best", "the minimum of SD is met"),
            (_TOO_MANY_DAYS, "best_if_too_short", "the minimum of SD is not met"),
        ):
            yield {
                "name": f"Table 3: {row['first']}, then {row['then']}; {told}",
                "source": table["source"],
                "targets": {"T1": [100, _COURSE[row["first"]], _COURSE[row["then"]]]},
                "settings": {"confirmation_required": True, "minimum_sd_days": minimum},
                "best": row[key],
            }
