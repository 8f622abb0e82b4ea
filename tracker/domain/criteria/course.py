"""A course walked for a criterion that judges each visit alone: no response is kept from one visit to the next.

What is the same for each of them stands here: what is provisional counts in its own row only, rows behind progression or
a change of treatment never count for the best response, and the best response is found among the visits that do
(Eisenhauer 2009, 4.4.3, 4.6 and Table 3, used for every criterion with its own words).
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from tracker.domain.assessment import Assessment, TimePointAssessment
from tracker.domain.carried import Row, derive_rows
from tracker.domain.endpoints import best_response
from tracker.domain.endpoints.best_response import Scale
from tracker.domain.findings import CourseFindings
from tracker.domain.timeline import Timeline
from tracker.domain.treatment_lines import changes_of_treatment, start_of_course


class Judge(Protocol):
    """One criterion on one course: what it has learnt so far, and how it judges the next time point by it."""

    def open(self, row: Row) -> TimePointAssessment:
        """The baseline's row; it has no response of its own."""

    def judge(self, row: Row) -> TimePointAssessment:
        """One later row against what is known. Learns nothing."""

    def learn(self, row: Row, result: TimePointAssessment) -> None:
        """Remember a row without its provisional values; ``result`` stands if it is settled."""


class Published(NamedTuple):
    """A published criterion by its name and version, with the words of its responses."""

    name: str
    version: str
    scale: Scale
    #: Whether it judges by diameters, so that a missing one is a finding.
    of_diameters: bool = True


def walk(timeline: Timeline, criterion: Published, judge: Judge) -> Assessment:
    """Every time point in order, then what the course comes to. A later time point never changes an earlier one."""
    rows = derive_rows(timeline)
    scale, settings = criterion.scale, timeline.settings
    judged = [judge.open(rows[0])]
    progressed = False
    for row, changed in zip(rows[1:], changes_of_treatment(timeline, rows)[1:], strict=True):
        result = judge.judge(row)._replace(after_progression=progressed, after_treatment_change=changed)
        if row.firm is not None:
            result = result.beside_firm(judge.judge(row.firm))
        judged.append(result)
        judge.learn(row.firm or row, result)
        progressed = progressed or (result.settled and result.overall_response in scale.progression)
    progression_date = best_response.find_progression_date(judged, scale)
    start = start_of_course(timeline)
    visits = best_response.visits_that_count(judged, progression_date, scale)
    best, confirmed, response_start = best_response.judge_course(visits, start, settings, scale=scale)
    return Assessment(
        id=timeline.id,
        criteria=criterion.name,
        criteria_version=criterion.version,
        time_points=tuple(judged),
        best_overall_response=confirmed if settings.confirmation_required else best,
        confirmed_best_overall_response=confirmed,
        progression_date=progression_date,
        response_start_date=response_start,
        findings=CourseFindings(timeline, rows, criterion.of_diameters, judged=judged),
    )
