"""Why a response: the lesions added, the nadir, the arithmetic that decides, the rule with its source, what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracker.domain.assessment import Reason
from tracker.domain.carried import derive_rows
from tracker.domain.criteria.recist11 import (
    greatest_sum_of_response,
    is_at_least_30_percent_below,
    least_sum_of_progression,
)
from tracker.domain.derivation import CourseAssessment
from tracker.domain.explain import explain
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.noise import compute_noise
from tracker.domain.opinions import opinions_at
from tracker.domain.record import PatientRecord
from tracker.domain.sums import TargetValue, compute_target_sum
from tracker.domain.vocabulary import LesionRole, Response, State
from tracker.pictures.answer import Answer, answer_for, say_held_back
from tracker.pictures.tracks import NOISE_HIGH, NOISE_LOW, is_after_cr, nadir_after
from tracker.pictures.words import (
    exact_percent,
    in_sentence,
    say_change,
    say_date,
    say_difference,
    say_mm,
    say_modality,
    say_pd_limit,
    say_response,
)

#: Scans beside each other in the table of sums: baseline, nadir and this one always among them.
_MOST = 5
#: The half of PD that is said in mm: over a nadir of 0 it is all that the rule asks. The verdict is the rule's, never ours.
_FIVE_MM = least_sum_of_progression(Length(0)).um


@dataclass(frozen=True, slots=True)
class SumColumn:
    """One scan in the table of sums."""

    date: str
    note: str
    is_nadir: bool
    is_this: bool


@dataclass(frozen=True, slots=True)
class SumRow:
    """One target, or the sum, with its mm at each scan of the table (words where it is missing)."""

    label: str
    place: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic: from what, how, the result, what is needed, and whether it is met."""

    name: str
    how: str
    result: str
    needs: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Ruler:
    """A ruler in mm with nadir, thresholds, this sum and the noise around it."""

    low: float
    high: float
    ticks: tuple[float, ...]
    now: float
    nadir: float
    pd: float
    pr: float
    noise: tuple[float, float]
    sentence: str


@dataclass(frozen=True, slots=True)
class Why:
    """The whole derivation of one scan in one course."""

    title: str
    answer: Answer
    columns: tuple[SumColumn, ...]
    sums: tuple[SumRow, ...]
    steps: tuple[Step, ...]
    ruler: Ruler | None
    would_change: tuple[str, ...]
    reasons: tuple[Reason, ...]
    reported: str
    conventions: str
    #: The stored exams judged together here: their number in the record, and what they are called.
    exams: tuple[tuple[int, str], ...] = ()
    #: Computed, reported and confirmed in one line; what two of them differ in; how steady the sum is. Empty at a baseline.
    opinions: str = ""
    differences: tuple[str, ...] = ()
    noise: str = ""


def derive_why(record: PatientRecord, courses: Sequence[CourseAssessment], course_at: int, row_at: int) -> Why:
    """The derivation of row ``row_at`` of the course at ``course_at``."""
    course = courses[course_at]
    row = course.assessment.time_points[row_at]
    answer = answer_for(courses, course_at, row_at, record)
    columns, sums = _sums(record, course, row_at)
    when = say_date(row.date, year=True)
    return Why(
        title=f"Baseline of {when}" if row_at == 0 else f"Why {say_response(row.overall_response)} on {when}?",
        answer=answer,
        columns=columns,
        sums=sums,
        steps=_steps(course, row_at),
        ruler=_ruler(course, row_at) if row_at else None,
        would_change=_would_change(course, row_at),
        reasons=tuple(replace(reason, text=in_sentence(reason.text)) for reason in row.reasons),
        reported=_reported(record, course.exam_ids_by_row[row_at]),
        conventions=_conventions(course),
        exams=tuple(
            (exam.id, f"{say_modality(exam.modality)} of {say_date(exam.performed_on, year=True)}")
            for exam in map(record.exam, course.exam_ids_by_row[row_at])
        ),
        **(_opinions(record, course, row_at) if row_at else {}),
    )


def _opinions(record: PatientRecord, course: CourseAssessment, row_at: int) -> dict[str, Any]:
    """The three responses beside each other, and the noise where a sum decides."""
    found = opinions_at(record, course, row_at)
    noise = compute_noise(course.timeline, course.assessment, row_at)
    said = [*(one.sentence for one in found.disagreements), *([found.remark] if found.remark else [])]
    return {
        "opinions": in_sentence(found.line),
        "differences": tuple(in_sentence(text) for text in said),
        "noise": "" if noise is None else noise.sentence,
    }


def _sums(
    record: PatientRecord, course: CourseAssessment, row_at: int
) -> tuple[tuple[SumColumn, ...], tuple[SumRow, ...]]:
    """The targets' diameters at the baseline, the nadir, this scan, and the scans just before."""
    targets = course.timeline.with_role(LesionRole.TARGET)
    if not targets:
        return (), ()
    rows = course.assessment.time_points
    this = rows[row_at]
    nadir_at = next((at for at, row in enumerate(rows[:row_at]) if row.date == this.nadir_date), None)
    shown = {0, row_at} | ({nadir_at} if nadir_at is not None else set())
    shown |= set([at for at in range(row_at - 1, 0, -1) if at not in shown][: _MOST - len(shown)])
    order = sorted(shown)
    seen = derive_rows(course.timeline)
    values = {at: compute_target_sum(targets, seen[at].observations, course.timeline.time_points[at]) for at in order}
    columns = tuple(
        SumColumn(say_date(rows[at].date, year=True), _column_note(at, row_at, nadir_at), at == nadir_at, at == row_at)
        for at in order
    )
    body = [
        SumRow(
            lesion.label,
            f"{record.lesion(lesion.label).place}{', short axis' if lesion.is_node else ''}",
            tuple(_value_words(values[at].values[place], seen[at].observations.get(lesion.label)) for at in order),
        )
        for place, lesion in enumerate(targets)
    ]
    total = tuple("not complete" if (size := rows[at].sum) is None else say_mm(size.um, 3) for at in order)
    return columns, (*body, SumRow("Sum of targets", "", total))


def _value_words(value: TargetValue, seen: Observation | None) -> str:
    """Its mm; "not seen" or where it has gone to where it adds nothing; why it is missing."""
    if value.value is None:
        return value.why
    if seen is not None and seen.state is State.MERGED:
        return f"in {seen.into}"
    return "not seen" if seen is not None and seen.state is State.ABSENT else say_mm(value.value.um, 3)


def _column_note(at: int, row_at: int, nadir_at: int | None) -> str:
    notes = []
    if at == 0:
        notes.append("baseline")
    if at == nadir_at:
        notes.append("◇ nadir")
    if at == row_at and at:
        notes.append("this scan")
    return ", ".join(notes)


def _steps(course: CourseAssessment, row_at: int) -> tuple[Step, ...]:
    """Growth from the nadir in mm and percent, change from the baseline, new lesions, non-targets."""
    rows = course.assessment.time_points
    row = rows[row_at]
    if row_at == 0:
        return ()
    steps = []
    if row.sum is not None and row.nadir is not None and row.baseline is not None:
        now, low, base = row.sum.um, row.nadir.um, row.baseline.um
        minus = f"{say_mm(now)} − {say_mm(low)}"
        if is_after_cr(rows[:row_at]):
            again = row.target_response is Response.PD
            steps.append(Step("From the nadir", minus, say_difference(now - low), "after CR any regrowth is PD", again))
        else:
            enough = now - low >= _FIVE_MM
            steps.append(Step("From the nadir", minus, say_difference(now - low), "PD needs 5 mm or more", enough))
            if (percent := exact_percent(now, low)) is not None:
                how = f"{say_mm(now - low)} ÷ {say_mm(low)}"
                steps.append(Step("in percent", how, say_change(now, low, 1), "and 20 % or more", percent >= 20))
        if base:
            how = f"({say_mm(now)} − {say_mm(base)}) ÷ {say_mm(base)}"
            fallen = is_at_least_30_percent_below(row.sum, row.baseline)
            first = row.target_response is Response.PD and fallen
            needs, met = ("PD is judged first", None) if first else ("PR needs −30 % or less", fallen)
            steps.append(Step("From baseline", how, say_change(now, base, 1), needs, met))
    if row.target_response is not None:
        steps.append(Step("Targets", "", say_response(row.target_response), "", None))
    steps.append(Step("New lesions", "", "yes" if row.new_lesions else "none certain", "PD needs one", row.new_lesions))
    if row.non_target_response is not None:
        worse = row.non_target_response is Response.PD
        steps.append(Step("Non-targets", "", say_response(row.non_target_response), "PD only if unequivocal", worse))
    return tuple(steps)


def _ruler(course: CourseAssessment, row_at: int) -> Ruler | None:
    """None where there is nothing to lay a ruler on: no sum, a sum of 0, or any regrowth is PD."""
    row = course.assessment.time_points[row_at]
    if row.sum is None or row.nadir is None or row.baseline is None or row.sum.um == 0:
        return None
    if is_after_cr(course.assessment.time_points[:row_at]):
        return None
    now, nadir = row.sum.um / 1000, row.nadir.um / 1000
    pd = least_sum_of_progression(row.nadir).um / 1000
    pr = greatest_sum_of_response(row.baseline).um / 1000
    noise = (now * NOISE_LOW, now * NOISE_HIGH)
    places = [now, nadir, pd, pr, *noise]
    spread = max(places) - min(places)
    low, high = max(0.0, min(places) - spread * 0.1), max(places) + spread * 0.1
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if (high - low) / step <= 8)
    first = int(low // step + 1) * step
    ticks = tuple(float(tick) for tick in range(first, int(high) + 1, step))
    crossed = [name for name, place in (("PD", pd), ("PR", pr)) if noise[0] <= place <= noise[1]]
    touch = {0: "No line lies", 1: f"The {''.join(crossed)} line lies", 2: "Both lines lie"}[len(crossed)]
    sentence = f"Shaded: {noise[0]:.1f} to {noise[1]:.1f} mm, 95 % of second reads of this sum by the same reader. {touch} inside it."
    return Ruler(low, high, ticks, now, nadir, pd, pr, noise, sentence)


def _would_change(course: CourseAssessment, row_at: int) -> tuple[str, ...]:
    """How far this sum is from the lines, and where the next scan would meet them."""
    rows = course.assessment.time_points
    row = rows[row_at]
    said = [change.text for change in explain(course.timeline, course.assessment, row_at).changes]
    if (held := say_held_back(row)) is not None:
        said.append(held)
    if row_at == len(rows) - 1 and is_after_cr(rows):
        said.append("At the next scan any target that is seen again would be PD.")
    elif row_at == len(rows) - 1 and (low := nadir_after(rows)) is not None:
        said.append(f"At the next scan PD would begin at {say_pd_limit(low.sum.um)} mm.")
    if row.strict_response is not None and row.strict_response is not row.overall_response:
        said.append(
            f"If each visit is judged alone, not by the EORTC reading, it is {say_response(row.strict_response)}."
        )
    return tuple(said)


def _reported(record: PatientRecord, exam_ids: Sequence[int]) -> str:
    """What the radiologist's report says of the response, in quotation marks; empty where it says nothing."""
    said = [exam.reported_response for exam_id in exam_ids if (exam := record.exam(exam_id)).reported_response]
    return "; ".join(f"“{text}”" for text in said)


def _conventions(course: CourseAssessment) -> str:
    """The named settings under which the course is judged."""
    settings = course.course.plan.settings
    kept = "a PR goes on until progression (EORTC reading)" if settings.sticky_pr else "each visit is judged alone"
    confirmed = (
        f"confirmed after {settings.confirmation_days} days"
        if settings.confirmation_required
        else "no confirmation asked"
    )
    return f"{kept}; {confirmed}; SD counts from {settings.minimum_sd_days} days; nadir: lowest complete earlier sum, baseline included"
