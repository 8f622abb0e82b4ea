"""The response of a course at a scan as its badge says it: what was computed, and whether a named clinician confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.domain.derivation import CourseAssessment
from tracker.domain.disagreement_words import say_confirmation
from tracker.domain.opinions import latest_confirmation
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Response, Term
from tracker.pictures.columns import Column, row_of
from tracker.pictures.criteria import face_of
from tracker.pictures.words import say_briefly, say_response


class BadgeKind(Term):
    """How a response came about: the three are never mixed up."""

    BASELINE = "baseline", "The scan everything is compared with."
    COMPUTED = "computed", "By the arithmetic on entered data; outlined."
    CONFIRMED = "confirmed", "Confirmed by a named clinician, and standing; filled."
    OUTSIDE = "outside", "The exam belongs to no course."


@dataclass(frozen=True, slots=True)
class Badge:
    """The response of one course at one scan."""

    kind: BadgeKind
    response: Response | None
    course: int
    row: int
    title: str
    provisional: bool = False
    #: Outside every course: the stored exam, so that it can be opened from here.
    exam: int = -1
    #: What is computed, where a clinician knowingly confirmed another response.
    beside: Response | None = None

    @property
    def text(self) -> str:
        return "baseline" if self.kind is BadgeKind.BASELINE else say_response(self.response)

    @property
    def brief(self) -> str:
        """The same in the fewest letters, where there is little room."""
        return self.text if self.kind is BadgeKind.BASELINE else say_briefly(self.response)

    @property
    def computed(self) -> Response | None:
        """The response by the arithmetic, whatever a clinician confirmed."""
        return self.response if self.beside is None else self.beside


def badges_at(record: PatientRecord, courses: Sequence[CourseAssessment], column: Column) -> tuple[Badge, ...]:
    if not column.judged:
        return tuple(
            Badge(BadgeKind.OUTSIDE, None, -1, -1, "this exam belongs to no course", exam=exam.id)
            for exam in column.exams
        )
    badges = []
    for judged in column.judged:
        row = row_of(courses, judged)
        number = courses[judged.course].course.number
        if judged.row == 0:
            badges.append(Badge(BadgeKind.BASELINE, None, judged.course, 0, f"baseline of course {number}"))
            continue
        confirmed = latest_confirmation(record, courses[judged.course].course, row.date)
        told = "not yet confirmed by a clinician" if confirmed is None else say_confirmation(confirmed, row)
        by = face_of(courses[judged.course].assessment.criteria).with_source
        title = f"course {number}: {say_response(row.overall_response)} by {by}, computed, {told[0].lower()}{told[1:]}"
        badge = Badge(BadgeKind.COMPUTED, row.overall_response, judged.course, judged.row, title, row.provisional)
        if confirmed is not None and confirmed.stands(row.overall_response):
            # As on the chart: the sign is the clinician's, what is computed stands beside it.
            beside = None if confirmed.response is row.overall_response else row.overall_response
            badge = replace(badge, kind=BadgeKind.CONFIRMED, response=confirmed.response, beside=beside)
        badges.append(badge)
    return tuple(badges)
