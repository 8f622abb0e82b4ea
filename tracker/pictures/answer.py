"""The answer that stands before the chart: one response, its numbers with their references, and what could turn it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.bounds import say_bounds
from tracker.domain.carried import derive_rows
from tracker.domain.derivation import CourseAssessment
from tracker.domain.disagreement_words import say_confirmation
from tracker.domain.opinions import latest_confirmation
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import LesionRole, Response, State
from tracker.pictures.words import (
    count_of,
    in_words,
    join_words,
    say_change,
    say_date,
    say_mm,
    say_pd_limit,
    say_pr_limit,
    say_response,
)

#: Rules that make a progression without the sum of targets.
_PROGRESSION_RULES = frozenset(
    {
        "recist11.new.unequivocal",
        "recist11.new.recurrence",
        "recist11.surveillance.recurrence",
        "recist11.non_target.pd",
        "recist11.non_target.recurrence_after_cr",
    }
)

#: Rules by which a tumour marker stands between disease that is gone and CR.
_MARKER_RULES = frozenset({"recist11.overall.markers", "recist11.non_target.markers"})

UNCONFIRMED = "Not yet confirmed by a clinician."


@dataclass(frozen=True, slots=True)
class Answer:
    """The strip: ``lead`` in bold, ``text`` after it, ``turns`` for what could change it; which row it speaks of."""

    response: Response | None
    is_baseline: bool
    lead: str
    text: str
    turns: tuple[str, ...]
    course: int = -1
    row: int = -1
    #: A named clinician has confirmed this response, and it is still what is computed.
    is_confirmed: bool = False

    @property
    def kind(self) -> str:
        """The word beside the badge: outlined where it is computed only, filled where it is confirmed."""
        return "confirmed" if self.is_confirmed else "computed"

    @property
    def question(self) -> str:
        """The words of the button that opens the reasons."""
        return "The baseline" if self.is_baseline else f"Why {say_response(self.response)}?"

    @property
    def sentence(self) -> str:
        return " ".join((self.lead, self.text, *self.turns))


def derive_answer(courses: Sequence[CourseAssessment], record: PatientRecord | None = None) -> Answer | None:
    """The answer of the newest scan of the running course; None where no course has a baseline yet."""
    standing = [at for at, course in enumerate(courses) if course.assessment.time_points]
    if not standing:
        return None
    return answer_for(courses, standing[-1], len(courses[standing[-1]].assessment.time_points) - 1, record)


def answer_for(
    courses: Sequence[CourseAssessment], course_at: int, row_at: int, record: PatientRecord | None = None
) -> Answer:
    """The answer of any scan of any course. Confirmations are those of the record; without it nothing is confirmed."""
    course = courses[course_at]
    row = course.assessment.time_points[row_at]
    if row_at == 0:
        return _baseline_answer(course, course_at)
    lead = f"RECIST 1.1 arithmetic on entered data, course {course.course.number}:"
    confirmed = None if record is None else latest_confirmation(record, course.course, row.date)
    told = UNCONFIRMED if confirmed is None else f"{say_confirmation(confirmed, row)}."
    text = f"{_say_numbers(course, row_at)} {told}"
    holds = confirmed is not None and confirmed.response is row.overall_response
    return Answer(row.overall_response, False, lead, text, _turns(course, row_at), course_at, row_at, holds)


def _baseline_answer(course: CourseAssessment, course_at: int) -> Answer:
    row = course.assessment.time_points[0]
    number = len(course.timeline.with_role(LesionRole.TARGET))
    lead = f"First scan of course {course.course.number}."
    if number == 0 and not course.timeline.with_role(LesionRole.NON_TARGET):
        text = "Nothing is there to follow: later scans are looked at for new lesions."
    elif number == 0:
        text = "No target is chosen: there will be no sum, and no percentage."
    elif row.sum is None:
        text = f"{in_words(number)} {'target' if number == 1 else 'targets'}, but the baseline sum is not complete: no percentage can follow."
    else:
        text = (
            f"{in_words(number)} {'target' if number == 1 else 'targets'}, {_say_sum(course, 0)}. "
            f"PR would begin at {say_pr_limit(row.sum.um)} mm or less; PD at {say_pd_limit(row.sum.um)} mm or more, "
            "if this stays the nadir."
        )
    turns = (
        ("Targets were chosen after later scans had been seen.",)
        if course.course.plan.targets_chosen_afterwards
        else ()
    )
    return Answer(None, True, lead, text, turns, course_at, 0)


def _say_sum(course: CourseAssessment, row_at: int) -> str:
    """The sum as it is counted; with what was stated where that is only a bound."""
    counted, stated = course.assessment.time_points[row_at].sum, course.stated_sum(row_at)
    text = "" if counted is None else f"{say_mm(counted.um)} mm"
    return text if stated is None else f"{text} counted ({say_bounds(stated)} as stated)"


def _say_numbers(course: CourseAssessment, row_at: int) -> str:
    """mm, percent from the baseline (date), percent and mm from the nadir (date)."""
    row = course.assessment.time_points[row_at]
    if not course.timeline.with_role(LesionRole.TARGET):
        followed = course.timeline.with_role(LesionRole.NON_TARGET)
        disease = "non-target disease only" if followed else "nothing was there to follow at the baseline"
        return f"{disease}. No sum exists, so no percentage is shown."
    if row.sum is None:
        measured = "" if row.sum_of_measured is None else f" {say_mm(row.sum_of_measured.um)} mm were measured."
        return f"a target is missing, so there is no complete sum.{measured}"
    parts = [_say_sum(course, row_at)]
    first = course.assessment.time_points[0]
    if row.baseline is not None:
        parts.append(f"{say_change(row.sum.um, row.baseline.um)} from baseline ({say_date(first.date, year=True)})")
    if row.nadir is not None and row.nadir_date is not None:
        if row.sum < row.nadir and not row.provisional:
            before = f"{say_mm(row.nadir.um)} mm on {say_date(row.nadir_date, year=True)}"
            parts.append("new nadir" if row.nadir_date == first.date else f"new nadir; previous nadir {before}")
        elif row.nadir_date == first.date:
            parts.append("which is the nadir")
        else:
            parts.append(say_from_nadir(row))
    if row.new_lesions:
        parts.append("new lesion")
    return f"{', '.join(parts)}."


def say_from_nadir(row: TimePointAssessment) -> str:
    """ "+7 % and 4 mm above the nadir (20 Aug 2026)"."""
    if row.sum is None or row.nadir is None or row.nadir_date is None:
        return ""
    when = f"({say_date(row.nadir_date, year=True)})"
    more = row.sum.um - row.nadir.um
    if more == 0:
        return f"equal to the nadir {when}"
    side = "above" if more > 0 else "below"
    percent = f"{say_change(row.sum.um, row.nadir.um)} and " if row.nadir.um else ""
    return f"{percent}{say_mm(abs(more))} mm {side} the nadir {when}"


def say_held_back(row: TimePointAssessment) -> str | None:
    """Where everything is gone and only a tumour marker stands against CR; None elsewhere."""
    if not any(reason.rule in _MARKER_RULES for reason in row.reasons) or row.overall_response is Response.PD:
        return None
    gone = {Response.CR: "All targets are gone", None: "All non-targets are gone"}.get(row.target_response)
    return None if gone is None else f"{gone}; the tumour marker holds CR back: stated normal, it would be CR."


def _merged_targets(course: CourseAssessment, row_at: int) -> tuple[tuple[str, str], ...]:
    """The targets that have merged into another by this scan, with the one that carries them."""
    seen = derive_rows(course.timeline)[row_at].observations
    return tuple(
        (lesion.label, found.into or "another lesion")
        for lesion in course.timeline.with_role(LesionRole.TARGET)
        if (found := seen.get(lesion.label)) is not None and found.state is State.MERGED
    )


def _turns(course: CourseAssessment, row_at: int) -> tuple[str, ...]:
    """What could turn the answer: open questions first, then another reading, then what was not looked at."""
    row = course.assessment.time_points[row_at]
    point = course.timeline.time_points[row_at]
    turns = []
    if row.overall_response is Response.PD:
        turns += [reason.text for reason in row.reasons if reason.rule in _PROGRESSION_RULES]
    turns += [
        f"{label} has merged into {into}: whether a larger sum is growth or the merging itself is for the radiologist."
        for label, into in _merged_targets(course, row_at)
    ]
    if (held := say_held_back(row)) is not None:
        turns.append(held)
    if row.provisional:
        turns.append("Provisional: it rests on values that wait for an answer.")
    within = course.within_bounds
    if within is not None and not within.rows[row_at].stands:
        turns.append(within.rows[row_at].sentence)
    equivocal = [label for label, seen in point.observations.items() if seen.state is State.EQUIVOCAL]
    if equivocal and row.overall_response is not Response.PD:
        what = f"{in_words(len(equivocal))} equivocal new {'lesion' if len(equivocal) == 1 else 'lesions'} ({join_words(equivocal)})"
        turns.append(f"{what}: if new, PD, dated to the first scan that shows it.")
    if row.overall_response is Response.NE or row.sum is None:
        turns += [reason.text for reason in row.reasons if reason.rule == "recist11.target.ne"]
    if row.strict_response is not None and row.strict_response is not row.overall_response:
        turns.append(
            f"{say_response(row.overall_response)} under the EORTC reading; "
            f"{say_response(row.strict_response)} if each visit is judged alone."
        )
    missing = [
        lesion.label
        for lesion in course.timeline.lesions
        if lesion.role is LesionRole.NON_TARGET
        and (seen := point.observations.get(lesion.label)) is not None
        and seen.state is State.NOT_EVALUABLE
    ]
    if missing:
        turns.append(f"{count_of(len(missing), 'non-target')} not evaluable at this scan: {join_words(missing)}.")
    if row.after_progression:
        first = next(
            (one.date for one in course.assessment.time_points if one.overall_response is Response.PD), row.date
        )
        turns.append(
            f"After the first progression ({say_date(first, year=True)}): computed like any scan, no part of the best response."
        )
    elif row.after_treatment_change:
        turns.append("After a change of treatment in this course: no part of its best response.")
    return tuple(turns)
