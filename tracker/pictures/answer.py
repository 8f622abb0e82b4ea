"""The answer that stands before the chart: one response, its numbers with their references, and what could turn it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.domain.assessment import Reason, TimePointAssessment
from tracker.domain.bounds import say_bounds
from tracker.domain.carried import derive_rows
from tracker.domain.criteria.irecist import IUPD
from tracker.domain.criteria.size_and_attenuation import MeasuredAttenuation
from tracker.domain.derivation import CourseAssessment
from tracker.domain.disagreement_words import say_confirmation
from tracker.domain.exact import as_decimal, plain
from tracker.domain.opinions import latest_confirmation
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import LesionRole, Response, State
from tracker.domain.waiting import CERTAIN_PROGRESSION, PROGRESSION, WINDOW, find_waiting
from tracker.pictures.criteria import Face, face_of
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
        "new.unequivocal",
        "new.recurrence",
        "surveillance.recurrence",
        "non_target.pd",
        "non_target.recurrence_after_cr",
        "target.nodule",
    }
)

#: Rules by which a tumour marker stands between disease that is gone and CR.
_MARKER_RULES = frozenset({"overall.markers", "non_target.markers"})
#: What iRECIST makes of a progression: it waits, is confirmed, or did not last.
_WAITING_RULES = ("irecist.iupd", "irecist.icpd", "irecist.bar_reset", "irecist.ne")

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
    #: Another response that a named clinician confirmed knowing this one, while that stands.
    confirmed_otherwise: Response | None = None

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
    lead = f"{say_lead(course)}:"
    confirmed = None if record is None else latest_confirmation(record, course.course, row.date)
    told = UNCONFIRMED if confirmed is None else f"{say_confirmation(confirmed, row)}."
    text = f"{_say_numbers(course, row_at)} {told}"
    said = confirmed.response if confirmed is not None and confirmed.stands(row.overall_response) else None
    holds = said is not None and said is row.overall_response
    other = None if holds else said
    return Answer(row.overall_response, False, lead, text, _turns(course, row_at), course_at, row_at, holds, other)


def say_lead(course: CourseAssessment) -> str:
    """By which published rules, on what, in which course: the words before every response.

    A criterion named with its paper leaves "arithmetic" out, so that the strip stays on its two lines.
    """
    face = face_of(course.assessment.criteria)
    what = " on entered data" if face.title.endswith(")") else " arithmetic on entered data"
    return f"{face.title}{what}, course {course.course.number}"


def _baseline_answer(course: CourseAssessment, course_at: int) -> Answer:
    row = course.assessment.time_points[0]
    number = len(course.timeline.with_role(LesionRole.TARGET))
    face = face_of(course.assessment.criteria)
    lead = f"First scan of course {course.course.number}."
    if number == 0 and not course.timeline.with_role(LesionRole.NON_TARGET):
        text = "Nothing is there to follow: later scans are looked at for new lesions."
    elif number == 0:
        text = "No target is chosen: there will be no sum, and no percentage."
    elif face.lines is None:
        text = f"It is judged by {face.title}, by uptake and not by sizes."
    elif row.sum is None:
        text = f"{in_words(number)} {'target' if number == 1 else 'targets'}, but the baseline sum is not complete: no percentage can follow."
    else:
        text = (
            f"{in_words(number)} {'target' if number == 1 else 'targets'}, {_say_sum(course, 0)}. "
            f"{face.response} would begin at {say_pr_limit(row.sum.um, face.lines)} mm or less{_or(face.beside_response)}; "
            f"{face.progression} at {say_pd_limit(row.sum.um, face.lines)} mm or more{_or(face.beside_progression)}, "
            "if this stays the nadir."
        )
    if not face.is_usual:
        text = f"{text} Judged by {face.title}."
    turns = (
        ("Targets were chosen after later scans had been seen.",)
        if course.course.plan.targets_chosen_afterwards
        else ()
    )
    return Answer(None, True, lead, text, turns, course_at, 0)


def _or(beside: str) -> str:
    return f" {beside}" if beside else ""


def _say_sum(course: CourseAssessment, row_at: int) -> str:
    """The sum as it is counted; with what was stated where that is only a bound."""
    counted, stated = course.assessment.time_points[row_at].sum, course.stated_sum(row_at)
    text = "" if counted is None else f"{say_mm(counted.um)} mm"
    return text if stated is None else f"{text} counted ({say_bounds(stated)} as stated)"


def _say_numbers(course: CourseAssessment, row_at: int) -> str:
    """mm, percent from the baseline (date), percent and mm from the nadir (date)."""
    row = course.assessment.time_points[row_at]
    if face_of(course.assessment.criteria).lines is None:
        return row.reasons[0].text if row.reasons else "judged by uptake, not by sizes."
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
    if (density := say_attenuation(row)) is not None:
        parts.append(density)
    if row.new_lesions:
        parts.append("new lesion")
    return f"{', '.join(parts)}."


def say_attenuation(row: TimePointAssessment) -> str | None:
    """ "attenuation 32.5 HU, −55 % from baseline (72 HU)" where the criterion judges by it; None where it does not."""
    if not isinstance(row.measure, MeasuredAttenuation):
        return None
    change = row.measure.change
    if change.why_not or change.now is None or change.baseline is None:
        return f"attenuation not evaluable ({change.why_not})" if change.why_not else "no attenuation"
    now, base = as_decimal(change.now), as_decimal(change.baseline)
    percent = say_change(round(now * 1000), round(base * 1000))
    return f"attenuation {plain(change.now, 1)} HU, {percent} from baseline ({plain(change.baseline, 1)} HU)"


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
    if row.overall_response in PROGRESSION or not any(_clause(reason) in _MARKER_RULES for reason in row.reasons):
        return None
    gone = {Response.CR: "All targets are gone", None: "All non-targets are gone"}.get(row.target_response)
    return None if gone is None else f"{gone}; the tumour marker holds CR back: stated normal, it would be CR."


def _clause(reason: Reason) -> str:
    """The rule without the name of its criterion: "recist11.new.unequivocal" and "choi.new.unequivocal" say the same."""
    return reason.rule.partition(".")[2]


def say_waiting(course: CourseAssessment, row_at: int) -> str | None:
    """What an iUPD that is open at this row waits for; None where none is."""
    waiting = find_waiting(course.assessment.time_points[: row_at + 1], course.timeline.settings)
    if waiting is None:
        return None
    since, start = say_date(waiting.on, year=True), say_date(waiting.may_confirm_from, year=True)
    if course.assessment.time_points[row_at].date >= waiting.may_confirm_from:
        when = "waits for the next scan, which can confirm it at any time"
    else:
        weeks = say_date(waiting.on + 2 * WINDOW, year=True)
        when = f"waits for the next scan, from {start}, best by {weeks}"
    more = "" if waiting.confirmed_by is None else f"; {say_mm(waiting.confirmed_by.um)} mm or more would confirm it"
    return f"Not a confirmed progression: the iUPD of {since} {when}{more}."


def _merged_targets(course: CourseAssessment, row_at: int) -> tuple[tuple[str, str], ...]:
    """The targets that have merged into another by this scan, with the one that carries them."""
    seen = derive_rows(course.timeline)[row_at].observations
    return tuple(
        (lesion.label, found.into or "another lesion")
        for lesion in course.timeline.with_role(LesionRole.TARGET)
        if (found := seen.get(lesion.label)) is not None and found.state is State.MERGED
    )


def _say_progression(course: CourseAssessment, row_at: int, face: Face) -> Iterator[str]:
    """What makes it a progression beside the sum; by iRECIST whether it waits, is confirmed, or did not last."""
    row = course.assessment.time_points[row_at]
    if row.overall_response in PROGRESSION:
        yield from (reason.text for reason in row.reasons if _clause(reason) in _PROGRESSION_RULES)
    if face.has_unconfirmed_progression:
        told = (reason for reason in row.reasons if reason.rule.startswith(_WAITING_RULES))
        yield from (reason.text for reason in told if reason.rule != IUPD.id)
        if (waiting := say_waiting(course, row_at)) is not None:
            yield waiting


def _turns(course: CourseAssessment, row_at: int) -> tuple[str, ...]:
    """What could turn the answer: open questions first, then another reading, then what was not looked at."""
    row = course.assessment.time_points[row_at]
    point = course.timeline.time_points[row_at]
    face = face_of(course.assessment.criteria)
    turns = list(_say_progression(course, row_at, face))
    turns += [
        f"{label} has merged into {into}: whether that alone moved the sum is for the radiologist."
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
    if equivocal and row.overall_response not in PROGRESSION:
        what = f"{in_words(len(equivocal))} equivocal new {'lesion' if len(equivocal) == 1 else 'lesions'} ({join_words(equivocal)})"
        turns.append(f"{what}: if new, {face.progression}, dated to the first scan that shows it.")
    if row.overall_response is Response.NE or row.sum is None:
        turns += [reason.text for reason in row.reasons if _clause(reason).startswith("target.ne")]
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
        rows = course.assessment.time_points
        first = next((one.date for one in rows if one.overall_response in CERTAIN_PROGRESSION), row.date)
        which = "confirmed" if face.has_unconfirmed_progression else "first"
        turns.append(
            f"After the {which} progression ({say_date(first, year=True)}): computed like any scan, no part of the best response."
        )
    elif row.after_treatment_change:
        turns.append("After a change of treatment in this course: no part of its best response.")
    return tuple(turns)
