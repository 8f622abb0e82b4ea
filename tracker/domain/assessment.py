"""Assessments: what a criterion makes of a timeline, with the reasons. Frozen; the numbers are exact whole micrometres."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from tracker.domain.lengths import Length, percent_change
from tracker.domain.vocabulary import Response
from tracker.errors import Problem


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that fired: its id for a machine, its source, and one plain sentence with the numbers."""

    rule: str
    source: str
    text: str


class Rule(NamedTuple):
    """A published rule: its id for a machine, the response it gives (None where it gives none by itself), its source."""

    id: str
    response: Response | None
    source: str

    def says(self, text: str) -> Reason:
        """The rule with the sentence that says how it applied."""
        return Reason(self.id, self.source, text)


class Grounds(Protocol):
    """What a judgement rests on. Sentences are built only when somebody reads them: a cohort needs none."""

    def reasons(self) -> tuple[Reason, ...]: ...


@dataclass(frozen=True, slots=True)
class Said:
    """Grounds that are reasons already."""

    said: tuple[Reason, ...] = ()

    def reasons(self) -> tuple[Reason, ...]:
        return self.said


class Measure(Protocol):
    """What a criterion measures beside diameters: uptake or attenuation."""

    def to_dict(self) -> dict[str, Any]:
        """Keys of the row that only this criterion has; always the same ones, null where they do not apply."""


class Findings(Protocol):
    """What may be remarked on a timeline, looked for only when somebody reads it."""

    def problems(self) -> tuple[Problem, ...]: ...


class TimePointAssessment(NamedTuple):
    """One row of the result. ``None`` means 'does not apply here'; not evaluable is a response of its own."""

    date: dt.date
    #: Complete sum of the targets' diameters; None where a target is missing or there is none.
    sum: Length | None
    #: Sum of the targets that were measured, where the sum is not complete.
    sum_of_measured: Length | None
    #: Smallest complete sum of the time points before this one, baseline included.
    nadir: Length | None
    nadir_date: dt.date | None
    baseline: Length | None
    target_response: Response | None
    non_target_response: Response | None
    new_lesions: bool
    overall_response: Response | None
    #: What the response rests on; makes the reasons when they are asked for.
    why: Grounds = Said()
    #: Lies behind the first progression: computed like any row, never part of the best response.
    after_progression: bool = False
    #: Holds values that still wait for an answer or a second person.
    provisional: bool = False
    #: Whether the overall response stands without those values; only then it counts beyond its own row.
    settled: bool = True
    #: Overall response if each visit is judged alone (no kept PR); confirmation looks at this one.
    strict_response: Response | None = None
    #: Lies behind a local treatment of a target or a new line of treatment: never part of the best response.
    after_treatment_change: bool = False
    #: The non-targets that make a non-target progression.
    progressing: tuple[str, ...] = ()
    #: Which exam date shows the progression, where the time point has several exams.
    shown_on: dt.date | None = None
    #: Uptake or attenuation, where the criterion judges by it.
    measure: Measure | None = None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The rules that fired, each with its sentence; empty where there is nothing to judge."""
        return self.why.reasons()

    @property
    def change_from_baseline_percent(self) -> Decimal | None:
        return None if self.sum is None or self.baseline is None else percent_change(self.sum.um, self.baseline.um)

    @property
    def change_from_nadir_percent(self) -> Decimal | None:
        return None if self.sum is None or self.nadir is None else percent_change(self.sum.um, self.nadir.um)

    @property
    def change_from_nadir_um(self) -> int | None:
        """Signed difference to the nadir in micrometres (a Length has no sign)."""
        return None if self.sum is None or self.nadir is None else self.sum.um - self.nadir.um

    def beside_firm(self, firm: TimePointAssessment) -> TimePointAssessment:
        """This row, which holds values in question, beside the same one judged without them: settled where both come to one
        response, and then with what the firm values show."""
        if firm.overall_response is not self.overall_response:
            return self._replace(provisional=True, settled=False)
        return self._replace(provisional=True, strict_response=firm.strict_response, shown_on=firm.shown_on)

    def to_dict(self) -> dict[str, Any]:
        from tracker.domain.written import write_time_point_assessment

        return write_time_point_assessment(self)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a criterion makes of one timeline."""

    id: str
    criteria: str
    criteria_version: str
    time_points: tuple[TimePointAssessment, ...]
    best_overall_response: Response | None
    confirmed_best_overall_response: Response | None
    progression_date: dt.date | None
    response_start_date: dt.date | None
    #: Findings on the timeline, or what looks for them when they are asked for.
    findings: tuple[Problem, ...] | Findings = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Remarks on the timeline, each with its place; they decide nothing."""
        return self.findings if isinstance(self.findings, tuple) else self.findings.problems()

    def to_dict(self) -> dict[str, Any]:
        """The output of ``tracker assess``: every field always present, null where it does not apply."""
        from tracker.domain.written import write_assessment

        return write_assessment(self)
