"""Why a response: the lesions added, the nadir, the arithmetic that decides, the rule with its source, what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracker.domain.assessment import Reason
from tracker.domain.carried import derive_rows
from tracker.domain.conventions import Sensitivity, find_sensitivities
from tracker.domain.derivation import CourseAssessment
from tracker.domain.explain import Share, explain
from tracker.domain.lesions import Observation
from tracker.domain.noise import compute_noise
from tracker.domain.opinions import opinions_at
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import LesionRole, State
from tracker.pictures.answer import Answer, answer_for, say_held_back, say_waiting
from tracker.pictures.criteria import face_of
from tracker.pictures.tracks import NOISE_HIGH, NOISE_LOW, is_after_cr, nadir_after
from tracker.pictures.why_steps import Step, derive_steps
from tracker.pictures.words import (
    in_sentence,
    say_date,
    say_mm,
    say_modality,
    say_pd_limit,
    say_response,
)

#: Scans beside each other in the table of sums: baseline, nadir and this one always among them.
_MOST = 5


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
    #: How the two lines are called.
    pd_name: str = "PD"
    pr_name: str = "PR"


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
    #: By which published rules, with their paper.
    criterion: str = ""
    #: Where another named setting would change this row or what the course comes to; empty where none would.
    depends_on: str = ""


def derive_why(
    record: PatientRecord,
    courses: Sequence[CourseAssessment],
    course_at: int,
    row_at: int,
    sensitivities: Sequence[Sensitivity] | None = None,
) -> Why:
    """The derivation of row ``row_at`` of the course at ``course_at``; ``sensitivities`` are the course's, if known already."""
    course = courses[course_at]
    if sensitivities is None:
        sensitivities = find_sensitivities(course.timeline, course.assessment)
    row = course.assessment.time_points[row_at]
    answer = answer_for(courses, course_at, row_at, record)
    columns, sums = _sums(record, course, row_at)
    when = say_date(row.date, year=True)
    return Why(
        title=f"Baseline of {when}" if row_at == 0 else f"Why {say_response(row.overall_response)} on {when}?",
        answer=answer,
        columns=columns,
        sums=sums,
        steps=derive_steps(course, row_at),
        ruler=_ruler(course, row_at) if row_at else None,
        would_change=_would_change(course, row_at),
        reasons=tuple(replace(reason, text=in_sentence(reason.text)) for reason in row.reasons),
        reported=_reported(record, course.exam_ids_by_row[row_at]),
        conventions=_conventions(course),
        criterion=face_of(course.assessment.criteria).with_source,
        depends_on=_depends_on(sensitivities, course, row_at) if row_at else "",
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
    shares = {at: explain(course.timeline, course.assessment, at).shares for at in order}
    columns = tuple(
        SumColumn(say_date(rows[at].date, year=True), _column_note(at, row_at, nadir_at), at == nadir_at, at == row_at)
        for at in order
    )
    body = [
        SumRow(
            lesion.label,
            f"{record.lesion(lesion.label).place}{', short axis' if lesion.is_node else ''}",
            tuple(_value_words(shares[at][place], seen[at].observations.get(lesion.label)) for at in order),
        )
        for place, lesion in enumerate(targets)
    ]
    total = tuple("not complete" if (size := rows[at].sum) is None else say_mm(size.um, 3) for at in order)
    return columns, (*body, SumRow("Sum of targets", "", total))


def _value_words(share: Share, seen: Observation | None) -> str:
    """Its mm; "not seen" or where it has gone to where it adds nothing; why it is missing."""
    if share.now is None:
        return share.why
    if seen is not None and seen.state is State.MERGED:
        return f"in {seen.into}"
    return "not seen" if seen is not None and seen.state is State.ABSENT else say_mm(share.now.um, 3)


def _column_note(at: int, row_at: int, nadir_at: int | None) -> str:
    notes = []
    if at == 0:
        notes.append("baseline")
    if at == nadir_at:
        notes.append("◇ nadir")
    if at == row_at and at:
        notes.append("this scan")
    return ", ".join(notes)


def _ruler(course: CourseAssessment, row_at: int) -> Ruler | None:
    """None where there is nothing to lay a ruler on: no sum, a sum of 0, or any regrowth is PD."""
    row, face = course.assessment.time_points[row_at], face_of(course.assessment.criteria)
    if row.sum is None or row.nadir is None or row.baseline is None or row.sum.um == 0 or face.lines is None:
        return None
    if is_after_cr(course.assessment.time_points[:row_at]):
        return None
    now, nadir = row.sum.um / 1000, row.nadir.um / 1000
    pd = face.lines.least_of_progression(row.nadir).um / 1000
    pr = face.lines.greatest_of_response(row.baseline).um / 1000
    noise = (now * NOISE_LOW, now * NOISE_HIGH)
    places = [now, nadir, pd, pr, *noise]
    spread = max(places) - min(places)
    low, high = max(0.0, min(places) - spread * 0.1), max(places) + spread * 0.1
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if (high - low) / step <= 8)
    first = int(low // step + 1) * step
    ticks = tuple(float(tick) for tick in range(first, int(high) + 1, step))
    crossed = [name for name, place in ((face.progression, pd), (face.response, pr)) if noise[0] <= place <= noise[1]]
    touch = {0: "No line lies", 1: f"The {''.join(crossed)} line lies", 2: "Both lines lie"}[len(crossed)]
    sentence = f"Shaded: {noise[0]:.1f} to {noise[1]:.1f} mm, 95 % of second reads of this sum by the same reader. {touch} inside it."
    return Ruler(low, high, ticks, now, nadir, pd, pr, noise, sentence, face.progression, face.response)


def _would_change(course: CourseAssessment, row_at: int) -> tuple[str, ...]:
    """How far this sum is from the lines, and where the next scan would meet them."""
    rows, face = course.assessment.time_points, face_of(course.assessment.criteria)
    changes = explain(course.timeline, course.assessment, row_at).changes
    said = [change.text for change in changes]
    if (held := say_held_back(rows[row_at])) is not None:
        said.append(held)
    if row_at < len(rows) - 1 or face.lines is None:
        return tuple(said)
    if (waiting := say_waiting(course, row_at)) is not None:
        said.append(waiting)
    elif is_after_cr(rows):
        said.append(f"At the next scan any target that is seen again would be {face.progression}.")
    elif (low := nadir_after(rows)) is not None:
        beside = f" {face.beside_progression}" if face.beside_progression else ""
        limit = say_pd_limit(low.sum.um, face.lines)
        said.append(f"At the next scan {face.progression} would begin at {limit} mm{beside}.")
    return tuple(said)


def _depends_on(found: Sequence[Sensitivity], course: CourseAssessment, row_at: int) -> str:
    """Where another named setting would change this row; at the newest scan also what the course comes to. Else empty."""
    rows = course.assessment.time_points
    on, is_last = rows[row_at].date, row_at == len(rows) - 1
    said = [one.sentence for one in found if any(day == on for day, _, _ in one.rows) or (is_last and not one.rows)]
    return in_sentence(" ".join(said))


def _reported(record: PatientRecord, exam_ids: Sequence[int]) -> str:
    """What the radiologist's report says of the response, in quotation marks; empty where it says nothing."""
    said = [exam.reported_response for exam_id in exam_ids if (exam := record.exam(exam_id)).reported_response]
    return "; ".join(f"“{text}”" for text in said)


def _conventions(course: CourseAssessment) -> str:
    """The named settings under which the course is judged."""
    settings, face = course.course.plan.settings, face_of(course.assessment.criteria)
    said = []
    if face.keeps_response:
        kept = f"{'a' if face.is_usual else 'an'} {face.response} goes on until progression (EORTC reading)"
        said.append(kept if settings.sticky_pr else "each visit is judged alone")
    if face.has_unconfirmed_progression:
        said.append(f"an iUPD may be confirmed from day {settings.irecist_confirmation_days}")
    said.append(
        f"confirmed after {settings.confirmation_days} days"
        if settings.confirmation_required
        else "no confirmation asked"
    )
    said.append(f"SD counts from {settings.minimum_sd_days} days")
    if face.lines is not None:
        said.append("nadir: lowest complete earlier sum, baseline included")
    return "; ".join(said)
