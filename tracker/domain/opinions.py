"""Computed, reported and confirmed responses side by side: three fields with three authors, none of which overwrites another.

Where two of them differ that is an object of its own, which pages list and the meeting's agenda takes up. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.assessment import Reason, TimePointAssessment
from tracker.domain.derivation import CourseAssessment
from tracker.domain.disagreement_words import (
    say_arithmetic,
    say_confirmation,
    say_confirmed,
    say_prior,
    say_reported,
    say_response,
    say_version,
)
from tracker.domain.narrative import Narrative, Trend, read_narrative
from tracker.domain.record import Confirmation, Course, PatientRecord
from tracker.domain.vocabulary import Response, Term
from tracker.domain.wording import format_date

R = Response
_RECIST = (R.CR, R.PR, R.SD, R.NON_CR_NON_PD, R.NED, R.PD, R.NE)
_RESPONSES: dict[str, tuple[Response, ...]] = {
    "recist-1.1": _RECIST,
    "irecist": (R.I_CR, R.I_PR, R.I_SD, R.NON_ICR_NON_IUPD, R.NED, R.I_UPD, R.I_CPD, R.NE),
    "percist-1.0": (R.CMR, R.PMR, R.SMD, R.PMD, R.NE),
    "choi": (R.CR, R.PR, R.SD, R.PD, R.NE),
    "modified-choi": (R.CR, R.PR, R.SD, R.PD, R.NE),
}
_METABOLIC = {R.CMR: R.CR, R.PMR: R.PR, R.SMD: R.SD, R.PMD: R.PD}
#: Words of a report that say the same as a computed response that has no word of its own in ordinary speech.
_ALSO = {
    R.NON_CR_NON_PD: (R.SD, R.PR),
    R.NED: (R.CR, R.SD, R.NON_CR_NON_PD),
    R.CR: (R.NED,),
    R.SD: (R.NON_CR_NON_PD,),
}


def responses_of(criterion: str) -> tuple[Response, ...]:
    """The responses a criterion knows at a time point, best first; empty for a criterion that is not known."""
    return _RESPONSES.get(criterion, ())


class Author(Term):
    """Who says a response."""

    COMPUTED = "computed", "The engine, by a published rule, from the sizes entered."
    REPORTED = "reported", "The radiologist, in the report's words."
    CONFIRMED = "confirmed", "A named clinician."


class Kind(Term):
    """What differs from what."""

    REPORT_AND_ARITHMETIC = "report and arithmetic", "The report's words and the computed response."
    CONFIRMED_OTHERWISE = (
        "confirmed otherwise",
        "A clinician confirmed another response than the computed one, knowing it.",
    )
    CONFIRMED_BEFORE = "confirmed on an older version", "What a clinician confirmed is no longer what is computed."
    REPORT_AND_CONFIRMATION = (
        "report and confirmation",
        "The report's words and a confirmation, where nothing is computed.",
    )
    WITHOUT_TIME_POINT = (
        "confirmation without its time point",
        "The time point that was confirmed is not there any more.",
    )


@dataclass(frozen=True, slots=True)
class Reported:
    """What the report of one exam says of the response."""

    exam_id: int
    performed_on: date
    narrative: Narrative


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two of the three authors differ on one time point. It is for people: it decides nothing."""

    kind: Kind
    course_number: int
    date: date
    exam_ids: tuple[int, ...]
    #: The two authors, and what each says.
    between: tuple[Author, Author]
    values: tuple[str, str]
    sentence: str
    #: A named clinician has confirmed a response that still stands: known, and no longer for the meeting.
    settled: bool
    #: The computed row, whose rules are the reasons; None where there is no such row.
    row: TimePointAssessment | None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The rules behind the computed response."""
        return () if self.row is None else self.row.reasons


@dataclass(frozen=True, slots=True)
class Opinions:
    """The three responses of one time point of one course, and where they differ."""

    course_number: int
    #: Its row in the course's assessment.
    at: int
    date: date
    exam_ids: tuple[int, ...]
    computed: Response | None
    reported: tuple[Reported, ...]
    #: The last confirmation of this time point.
    confirmed: Confirmation | None
    #: Whether it still speaks of what is computed now; None where nothing was confirmed.
    stands: bool | None
    disagreements: tuple[Disagreement, ...]
    #: The three in one line, and what a reader may trip over although it is no disagreement.
    line: str
    remark: str | None = None


def opinions_of(record: PatientRecord, course: CourseAssessment) -> tuple[Opinions, ...]:
    """Every time point of a course after its baseline, in order."""
    return tuple(opinions_at(record, course, at) for at in range(1, len(course.assessment.time_points)))


def opinions_at(record: PatientRecord, course: CourseAssessment, at: int) -> Opinions:
    """The three responses of row ``at`` of a course, its baseline excepted."""
    rows = course.assessment.time_points
    row = rows[at]
    exam_ids = course.exam_ids_by_row[at]
    exams = [record.exam(exam_id) for exam_id in exam_ids]
    reported = tuple(
        Reported(exam.id, exam.performed_on, read_narrative(exam.reported_response))
        for exam in exams
        if exam.reported_response and exam.reported_response.strip()
    )
    confirmed = latest_confirmation(record, course.course, row.date)
    stands = None if confirmed is None else confirmed.stands(row.overall_response)
    found = tuple(_differences(_Point(course, at, exam_ids), reported, confirmed, stands is True))
    return Opinions(
        course.course.number, at, row.date, exam_ids, row.overall_response, reported, confirmed, stands, found,
        _line(row, reported, confirmed), _remark(row, reported),
    )  # fmt: skip


def list_disagreements(record: PatientRecord, courses: Sequence[CourseAssessment]) -> tuple[Disagreement, ...]:
    """Every disagreement of a record, newest time point first."""
    found = [
        *(one for course in courses for opinions in opinions_of(record, course) for one in opinions.disagreements),
        *_without_time_point(record, courses),
    ]
    return tuple(sorted(found, key=lambda one: (one.date, one.course_number), reverse=True))


def latest_confirmation(record: PatientRecord, course: Course, on: date) -> Confirmation | None:
    """The last confirmation of one time point; those before it stay in the record."""
    found = [one for one in record.confirmations if one.plan_id == course.plan.id and one.time_point_on == on]
    return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class _Point:
    course: CourseAssessment
    at: int
    exam_ids: tuple[int, ...]

    @property
    def rows(self) -> tuple[TimePointAssessment, ...]:
        return self.course.assessment.time_points

    @property
    def row(self) -> TimePointAssessment:
        return self.rows[self.at]

    def differ(
        self, kind: Kind, between: tuple[Author, Author], values: tuple[str, str], text: str, *, settled: bool
    ) -> Disagreement:
        sentence = text if settled else f"{text} For the meeting."
        number = self.course.course.number
        return Disagreement(
            kind, number, self.row.date, self.exam_ids, between, values, sentence, settled, self.row
        )  # fmt: skip


def _differences(
    point: _Point, reported: Iterable[Reported], confirmed: Confirmation | None, stands: bool
) -> Iterator[Disagreement]:
    row, computed = point.row, point.row.overall_response
    arithmetic = f"{say_response(computed)}{say_arithmetic(row)}"
    if confirmed is not None and computed is not confirmed.response:
        values = (str(confirmed.response), say_response(computed))
        between = (Author.CONFIRMED, Author.COMPUTED)
        if stands:
            text = f"{say_confirmed(confirmed)}; the arithmetic on entered sizes is {arithmetic}."
            yield point.differ(Kind.CONFIRMED_OTHERWISE, between, values, text, settled=True)
        else:
            text = f"{say_confirmed(confirmed)}{say_version(confirmed)}; now computes {arithmetic}."
            yield point.differ(Kind.CONFIRMED_BEFORE, between, values, text, settled=False)
    for report in reported:
        if _conflicts(report.narrative, point):
            text = (
                f"{say_reported(report.narrative, report.performed_on)}; the arithmetic on entered sizes is {arithmetic}."
                f"{say_prior(report.narrative, point.rows, point.at)}"
            )
            values = (report.narrative.text, say_response(computed))
            between = (Author.REPORTED, Author.COMPUTED)
            yield point.differ(Kind.REPORT_AND_ARITHMETIC, between, values, text, settled=stands)
        elif confirmed is not None and computed in (None, R.NE) and _says_other(report.narrative, confirmed.response):
            text = f"{say_reported(report.narrative, report.performed_on)}; {say_confirmed(confirmed, lower=True)}."
            values = (report.narrative.text, str(confirmed.response))
            between = (Author.REPORTED, Author.CONFIRMED)
            yield point.differ(Kind.REPORT_AND_CONFIRMATION, between, values, text, settled=stands)


def _conflicts(narrative: Narrative, point: _Point) -> bool:
    """Whether a report's words and the computed response cannot both hold, whatever scan the report compares with."""
    row, computed = point.row, point.row.overall_response
    if computed is None:
        return False
    if narrative.trend is not None:
        return _trend_conflicts(narrative.trend, computed, point)
    return (
        computed is not R.NE
        and _says_other(narrative, computed)
        and not (row.strict_response is not None and narrative.response is row.strict_response)
    )


def _says_other(narrative: Narrative, response: Response) -> bool:
    said = narrative.response
    if said is None or (said in _METABOLIC) != (response in _METABOLIC):
        # A metabolic response and one by size are two findings, not two opinions.
        return False
    plain, other = _plain(said), _plain(response)
    return plain is not other and plain not in _ALSO.get(other, ())


def _trend_conflicts(trend: Trend, computed: Response, point: _Point) -> bool:
    """A trend compares with the scan before, so it differs from a category only where the category is reached here."""
    row, plain = point.row, _plain(computed)
    before = point.rows[point.at - 1].overall_response
    reached = not row.after_progression and (before is None or _plain(before) is not plain)
    match trend:
        case Trend.NEW_LESION:
            return plain is not R.PD and not row.new_lesions
        case Trend.SMALLER:
            return reached and plain is R.PD
        case Trend.UNCHANGED:
            return reached and plain in (R.PD, R.PR, R.CR)
        case Trend.LARGER:
            return plain is R.CR or (reached and plain is R.PR)
    return False


def _plain(response: Response) -> Response:
    return _METABOLIC.get(response, response.in_recist_letters)


def _without_time_point(record: PatientRecord, courses: Sequence[CourseAssessment]) -> Iterator[Disagreement]:
    """The last confirmation of each time point that a correction has moved or withdrawn."""
    for course in courses:
        days = {row.date for row in course.assessment.time_points[1:]}
        of_course = (one for one in record.confirmations if one.plan_id == course.course.plan.id)
        lost = {one.time_point_on: one for one in of_course if one.time_point_on not in days}
        for confirmed in lost.values():
            text = (
                f"{say_confirmed(confirmed)}{say_version(confirmed)} for {format_date(confirmed.time_point_on)}; "
                f"course {course.course.number} has no time point of that date any more. For the meeting."
            )
            yield Disagreement(
                Kind.WITHOUT_TIME_POINT, course.course.number, confirmed.time_point_on, (),
                (Author.CONFIRMED, Author.COMPUTED), (str(confirmed.response), "no time point"), text, False, None,
            )  # fmt: skip


def _line(row: TimePointAssessment, reported: Sequence[Reported], confirmed: Confirmation | None) -> str:
    """ "Computed PD · Reported stable disease · Not confirmed"."""
    words = "; ".join(report.narrative.words for report in reported)
    report = f"Reported {words}" if words else "No response reported"
    return f"Computed {say_response(row.overall_response)} · {report} · {say_confirmation(confirmed, row)}"


def _remark(row: TimePointAssessment, reported: Sequence[Reported]) -> str | None:
    """The report judges the visit alone, the record keeps the partial response: both are right by their own convention."""
    alone = row.strict_response
    if alone is None or alone is row.overall_response:
        return None
    if not any(report.narrative.response is alone for report in reported):
        return None
    return (
        f"Judged alone this visit is {alone}, as the report says; a partial response goes on until progression (EORTC)."
    )
