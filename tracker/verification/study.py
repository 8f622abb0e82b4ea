"""A study in SDTM, judged anew from its measurements and compared with what its readers concluded, row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.domain import Assessment, Settings, TimePointAssessment, assess
from tracker.domain.assess import find_criterion
from tracker.domain.criteria import recist11
from tracker.domain.criteria.recist11 import is_at_least_20_percent_and_5_mm_above
from tracker.domain.lengths import Length
from tracker.domain.vocabulary import Response
from tracker.domain.waiting import PROGRESSION
from tracker.exchange.sdtm import (
    Asked,
    ReaderCourse,
    Reported,
    Study,
    find_reader,
    read_courses,
    read_reported,
    read_study,
)
from tracker.exchange.sdtm.results import TESTS
from tracker.exchange.sdtm.values import Evaluator
from tracker.verification.sheet import Difference, NotVerified, PassSheet, Section

STICKY, EACH_VISIT_ALONE = "sticky", "each-visit-alone"
_NONE = "none"


def run_folder(folder: Path, made_on: date, criteria: str = recist11.NAME, convention: str = STICKY) -> PassSheet:
    """A folder of TU, TR and RS as a sheet of one section. InputError names everything that is wrong with the folder."""
    known = find_criterion(criteria)
    study = read_study(folder)
    responses = read_reported(study.responses, criteria)
    courses = read_courses(study, responses.rows, Settings(sticky_pr=convention == STICKY))
    run = _Run(study, criteria, {(course.subject, course.reader): _judge(course, criteria) for course in courses})
    for row in responses.rows:
        run.compare(row)
    section = Section(
        name=f"Study {study.name}",
        criteria=criteria,
        criteria_version=known.version,
        cases=len(courses),
        rows=run.rows,
        differences=tuple(run.differences),
        not_verified=tuple(run.not_verified),
        assumptions=(*_left_out(study, responses.other_criteria, responses.other_tests), *run.assumed()),
        is_study=True,
        convention=convention,
    )
    return PassSheet(made_on, (section,))


def _left_out(study: Study, other_criteria: Sequence[str], other_tests: int) -> Iterator[str]:
    if study.left_out:
        yield f"files that are not TU, TR or RS were left out: {', '.join(study.left_out)}"
    others = sorted({record.get("TRTESTCD") for record in study.results.records} - TESTS)
    if others:
        yield f"rows of TR that are no size and no state of a lesion were left out: {', '.join(others)}"
    if other_criteria:
        yield f"rows of RS by other criteria (RSCAT) were left out: {', '.join(other_criteria)}"
    if other_tests:
        yield f"{other_tests} rows of RS answer something else than a response and were left out"


@dataclass(frozen=True, slots=True)
class _Judged:
    """A course and what the criteria make of it; two results where a visit has no full date."""

    course: ReaderCourse
    results: tuple[Assessment, ...]


def _judge(course: ReaderCourse, criteria: str) -> _Judged:
    return _Judged(course, tuple(assess(timeline, criteria) for timeline in course.timelines))


class _Run:
    """The comparison of one study."""

    def __init__(self, study: Study, criteria: str, judged: Mapping[tuple[str, Evaluator], _Judged]) -> None:
        self.study, self.criteria, self.judged = study, criteria, judged
        self.rows = 0
        self.differences: list[Difference] = []
        self.not_verified: list[NotVerified] = []
        self._silent: Counter[str] = Counter()
        self._readers: defaultdict[str, list[Evaluator]] = defaultdict(list)
        for subject, reader in judged:
            self._readers[subject].append(reader)

    def compare(self, row: Reported) -> None:
        """Compare one row of RS, or say why it cannot be."""
        place = _place(row)
        if row.unknown:
            self.not_verified.append(NotVerified(place, f"'{row.unknown[:40]}' is no answer known here"))
            return
        if row.answer is None:
            self._silent["rows of RS that state no response were not compared"] += 1
            return
        judged = self._judged_for(row)
        if judged is None or judged.course.not_verifiable:
            why = "TR has no row of this reader" if judged is None else judged.course.not_verifiable
            self.not_verified.append(NotVerified(place, why))
            return
        if row.asked is Asked.BEST:
            self._compare_best(row, place, judged)
            return
        index = judged.course.index_of(row)
        if index is None:
            self.not_verified.append(NotVerified(place, "no visit of TR has its VISITNUM, VISIT or date"))
        elif index == 0:
            self._silent["rows of RS at the baseline, which has no response of its own, were not compared"] += 1
        else:
            self._compare_row(row, place, judged, index)

    def _judged_for(self, row: Reported) -> _Judged | None:
        reader = find_reader(row.reader, self._readers[row.subject])
        return None if reader is None else self.judged[row.subject, reader]

    def _compare_row(self, row: Reported, place: str, judged: _Judged, index: int) -> None:
        rows = [result.time_points[index] for result in judged.results]
        answers = {_answer(found, row.asked) for found in rows}
        if len(answers) > 1:
            why = f"the answer depends on the day of a visit without a full date: {' or '.join(sorted(answers))}"
            self.not_verified.append(NotVerified(place, why))
            return
        self.rows += 1
        expected, got = _word(_as_part(row)), answers.pop()
        if expected == got:
            return
        reasons = (*_own_reasons(rows[0], row.asked), *self._remarks(row, rows[0], judged, index))
        self.differences.append(Difference(place, row.asked.value, expected, got, reasons))

    def _compare_best(self, row: Reported, place: str, judged: _Judged) -> None:
        """Unconfirmed or confirmed: RS does not say which it holds, so either agrees."""
        pairs = {
            (_word(result.best_overall_response), _word(result.confirmed_best_overall_response))
            for result in judged.results
        }
        if len(pairs) > 1:
            why = "the best response depends on the day of a visit without a full date"
            self.not_verified.append(NotVerified(place, why))
            return
        best, confirmed = pairs.pop()
        self.rows += 1
        expected = _word(row.answer)
        if expected == best:
            return
        if expected == confirmed:
            self._silent["best responses of RS that agree as confirmed ones"] += 1
            return
        got = best if best == confirmed else f"{best} (confirmed: {confirmed})"
        self.differences.append(Difference(place, row.asked.value, expected, got, tuple(_course_reasons(judged))))

    def _remarks(self, row: Reported, found: TimePointAssessment, judged: _Judged, index: int) -> Iterator[str]:
        """Where another named convention gives the expected answer, it is said."""
        expected = _word(row.answer)
        if row.asked is Asked.OVERALL and _word(found.strict_response) == expected:
            yield f"{expected} if each visit is judged alone: --convention {EACH_VISIT_ALONE}"
        if row.answer in PROGRESSION and row.asked in (Asked.OVERALL, Asked.TARGET):
            yield from self._other_nadir(row, found, index, judged)
        if found.after_progression:
            yield "this visit lies after an earlier progression"

    def _other_nadir(self, row: Reported, found: TimePointAssessment, index: int, judged: _Judged) -> Iterator[str]:
        """Whether the nadir of another reader would make it progression: readers are never mixed here."""
        now = found.sum or found.sum_of_measured
        for reader in self._readers[row.subject]:
            other = self.judged[row.subject, reader]
            if other is judged or not other.results or now is None:
                continue
            earlier = [point.sum for point in other.results[0].time_points[:index] if point.sum is not None]
            lowest: Length | None = min(earlier, default=None)
            if lowest is not None and is_at_least_20_percent_and_5_mm_above(now, lowest):
                yield f"{_word(row.answer)} only against the nadir of another reader ({reader}: {lowest}); readers are kept apart"
                return

    def assumed(self) -> Iterator[str]:
        """What was taken for granted, each once, with the courses it holds for."""
        for text, count in sorted(self._silent.items()):
            yield f"{count} {text}"
        told: dict[str, list[str]] = {}
        for (subject, reader), judged in self.judged.items():
            for text in judged.course.assumptions:
                told.setdefault(text, []).append(f"{subject}, {reader}")
        for text, courses in told.items():
            more = f" and {len(courses) - 3} more" if len(courses) > 3 else ""
            yield f"{text} [{'; '.join(courses[:3])}{more}]"


def _place(row: Reported) -> str:
    visit = row.visit_name or (f"VISITNUM {row.visit.number}" if row.visit and row.visit.number is not None else "")
    day = row.day.text if row.day is not None else ""
    return ", ".join(part for part in (row.record.place, row.subject, str(row.reader), visit, day) if part)


def _as_part(row: Reported) -> Response | bool | None:
    """By iRECIST the parts of a response keep RECIST's letters; files may give them the response's own."""
    if row.asked in (Asked.TARGET, Asked.NON_TARGET) and isinstance(row.answer, Response):
        return row.answer.in_recist_letters
    return row.answer


def _word(answer: Response | bool | None) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return _NONE if answer is None else str(answer.value)


def _answer(found: TimePointAssessment, asked: Asked) -> str:
    match asked:
        case Asked.TARGET:
            return _word(found.target_response)
        case Asked.NON_TARGET:
            return _word(found.non_target_response)
        case Asked.NEW:
            return _word(found.new_lesions)
    return _word(found.overall_response)


_RULES = {Asked.TARGET: ".target.", Asked.NON_TARGET: ".non_target.", Asked.NEW: ".new."}


def _own_reasons(found: TimePointAssessment, asked: Asked) -> Iterator[str]:
    """The computed answer's reasons: those of the part that was asked for, all where it is the overall response."""
    part = _RULES.get(asked, ".")
    any_given = False
    for reason in found.reasons:
        if part in reason.rule:
            any_given = True
            yield f"{reason.text} ({reason.source})"
    if not any_given:
        nothing = {Asked.TARGET: "targets", Asked.NON_TARGET: "non-targets", Asked.NEW: "new lesions"}
        yield f"TU and TR hold no {nothing.get(asked, 'lesions')} for this reader at this visit."


def _course_reasons(judged: _Judged) -> Iterator[str]:
    result = judged.results[0]
    rows = ", ".join(
        f"{visit.shown} {_word(found.overall_response)}"
        for visit, found in zip(judged.course.visits[1:], result.time_points[1:], strict=True)
    )
    yield f"computed at the visits: {rows}"
    if result.progression_date is not None:
        yield f"progression on {result.progression_date}; what lies behind it does not count (Eisenhauer 2009, 4.4.3)"
    settings = judged.course.timelines[0].settings
    yield f"stable disease counts from {settings.minimum_sd_days} days after the baseline (Eisenhauer 2009, 4.4.3)"
