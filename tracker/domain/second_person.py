"""Which scans a second person looks at again: those with a value in question, and those that change the category. No others.

To verify everything twice finds 7 slips in 10,000 values and costs a third more time (CAST, a randomised crossover of
double entry); so it is asked only where a slip would be likely, or would change what is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.domain.derivation import CourseAssessment
from tracker.domain.opinions import latest_confirmation
from tracker.domain.record import AcceptedFinding, Exam, PatientRecord
from tracker.domain.vocabulary import Response

#: The place of what is to verify because the computed category changed.
CATEGORY = "response"
#: Says nothing of change, so neither itself nor the next one is compared with it.
_SILENT = (None, Response.NE)
#: At the first follow-up these are what the baseline was: nothing changed.
_UNCHANGED = (
    Response.SD, Response.I_SD, Response.SMD, Response.NON_CR_NON_PD, Response.NON_ICR_NON_IUPD, Response.NED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToVerify:
    """One reason to look again: at a cell (the lesion's label), at a field of the scan, or at the whole (``CATEGORY``)."""

    place: str
    text: str
    #: What the checks asked of it, with the reason why it was kept; None for a changed category, or where nothing is known.
    finding: AcceptedFinding | None = None


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A scan that waits for a second person, and why."""

    exam: Exam
    reasons: tuple[ToVerify, ...]


def awaits_verification(record: PatientRecord, courses: Sequence[CourseAssessment]) -> tuple[Awaiting, ...]:
    """The scans of a patient that wait now: any with a value in question, and the newest where it changes the category.

    A category that changed on an older scan is past: what the newest one says is what is acted on.
    """
    waiting = []
    for exam in record.exams:
        reasons = needs_verification(record, courses, exam)
        if not is_newest(courses, exam):
            reasons = tuple(reason for reason in reasons if reason.place != CATEGORY)
        if reasons:
            waiting.append(Awaiting(exam, reasons))
    return tuple(waiting)


def needs_verification(record: PatientRecord, courses: Sequence[CourseAssessment], exam: Exam) -> tuple[ToVerify, ...]:
    """Why a second person should look at a scan; empty where its present version was verified, or nothing is in question."""
    if is_verified(record, exam):
        return ()
    return (*_find_flagged(exam), *_find_changed_category(record, courses, exam))


def is_verified(record: PatientRecord, exam: Exam) -> bool:
    """Whether the scan was verified as it is now: a correction is a new version and is looked at anew."""
    return any((one.exam_id, one.exam_version) == (exam.id, exam.version) for one in record.verifications)


def is_newest(courses: Sequence[CourseAssessment], exam: Exam) -> bool:
    """Whether the scan belongs to the last time point of the last course."""
    return bool(courses) and bool(courses[-1].exam_ids_by_row) and exam.id in courses[-1].exam_ids_by_row[-1]


def _find_flagged(exam: Exam) -> Iterator[ToVerify]:
    """Cells stored "to verify", cells with a finding that was accepted, and any finding that nobody answered."""
    labels = {said.label for said in exam.observations}
    told: set[str] = set()
    for one in exam.accepted:
        if one.place in labels or not one.reason:
            told.add(one.place)
            yield ToVerify(one.place, f"kept: {one.reason}" if one.reason else "a question was left open", one)
    for said in exam.observations:
        if said.observation.provisional and said.label not in told:
            yield ToVerify(said.label, "stored as a value to verify")


def _find_changed_category(
    record: PatientRecord, courses: Sequence[CourseAssessment], exam: Exam
) -> Iterator[ToVerify]:
    for course in courses:
        rows = course.assessment.time_points
        for at, exam_ids in enumerate(course.exam_ids_by_row):
            if at == 0 or exam.id not in exam_ids or (now := rows[at].overall_response) in _SILENT:
                continue
            earlier = [row.overall_response for row in rows[1:at] if row.overall_response not in _SILENT]
            before = earlier[-1] if earlier else None
            if now is before or (before is None and now in _UNCHANGED):
                continue
            known = latest_confirmation(record, course.course, rows[at].date)
            if known is not None and known.stands(now) and known.confirmed_by != exam.entered_by:
                # Whoever confirmed it is the second person.
                continue
            yield ToVerify(CATEGORY, f"{before} before, {now} now" if before else f"the first response is {now}")
