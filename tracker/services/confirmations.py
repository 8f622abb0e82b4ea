"""Confirmed responses: what a named clinician holds a time point to be, beside what was computed and what was reported.

Nothing is overwritten. A confirmation keeps the timeline, the assessment and the version of the engine as they were, so that
what it rested on can be shown when the record has moved on. A later confirmation of the same time point is added, not exchanged;
a mistaken one is taken back with a reason, and its row stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker import __version__
from tracker.db import history, queries
from tracker.db.canonical import plain_json, to_plain
from tracker.db.engine import Database
from tracker.db.models import ConfirmationRow, ConfirmationWithdrawalRow, CourseRow, PlanRow
from tracker.domain.derivation import CourseAssessment, assess_course
from tracker.domain.opinions import latest_confirmation, responses_of
from tracker.domain.record import Confirmation, Course, PatientRecord
from tracker.domain.vocabulary import Response
from tracker.domain.wording import format_date, join_words
from tracker.errors import InputError, NotFoundError, Problem
from tracker.services.actors import Actor
from tracker.services.checks import PAGE, check_date, check_reason, check_text, check_word, tidy_text
from tracker.services.transactions import Change, bump, change, lock_patient


@dataclass(frozen=True, slots=True)
class ConfirmationSaved:
    """A confirmation that is in the record; ``already_stored`` where the same person had confirmed the same."""

    confirmation_id: int
    patient_version: int
    already_stored: bool = False


def confirm_response(
    db: Database,
    actor: Actor,
    patient_id: int,
    course_number: int,
    time_point_on: date,
    response: Response,
    remark: str | None = None,
    *,
    expected_version: int,
    today: date | None = None,
) -> ConfirmationSaved:
    """Record the response that ``actor`` confirms for one time point of one course, with what was computed for it.

    ``expected_version`` is the patient's: what was looked at is what is confirmed. The response need not be the computed one;
    where it is another, the remark says why. The same again is already stored.
    Raises InputError with every problem, ConflictError where the record has moved, NotFoundError.
    """
    with change(db, actor, today=today) as opened:
        return store_confirmation(
            opened, patient_id, course_number, time_point_on, response, remark, expected_version=expected_version
        )


def withdraw_confirmation(
    db: Database, actor: Actor, confirmation_id: int, *, expected_version: int, reason: str
) -> int:
    """Take a confirmed response back, for a reason. Its row stays; the confirmation before it counts again.

    ``expected_version`` is the patient's; returns its new one. Raises InputError, ConflictError where the record has moved,
    NotFoundError (also where it was taken back before).
    """
    with change(db, actor) as opened:
        row, patient_id, course_number = _find_confirmation(opened, confirmation_id)
        patient = lock_patient(opened, patient_id, expected_version)
        if opened.session.get(ConfirmationWithdrawalRow, confirmation_id) is not None:
            raise NotFoundError(
                f"The confirmation number {confirmation_id} was taken back already. Nothing was stored."
            )
        reason = reason.strip()
        problems = tuple(check_reason(reason))
        if problems:
            raise InputError(problems)
        opened.session.add(
            ConfirmationWithdrawalRow(
                confirmation_id=row.id, withdrawn_at=opened.at, withdrawn_by=actor.user_id, reason=reason
            )
        )
        version = bump(opened, patient)
        before = {"course": course_number, "time point": to_plain(row.time_point_on), "response": row.response}
        chain = history.patient_chain(patient_id)
        opened.audit(chain, "response.withdraw", "confirmation", row.id, before=before, reason=reason)
        return version


def _find_confirmation(change: Change, confirmation_id: int) -> tuple[ConfirmationRow, int, int]:
    """A confirmation, with its patient and the number of its course."""
    query = (
        select(ConfirmationRow, CourseRow.patient_id, CourseRow.number)
        .join(PlanRow, PlanRow.id == ConfirmationRow.plan_id)
        .join(CourseRow, CourseRow.id == PlanRow.course_id)
        .where(ConfirmationRow.id == confirmation_id, CourseRow.withdrawn_at.is_(None))
    )
    found = change.session.execute(query).one_or_none()
    if found is None:
        raise NotFoundError(f"There is no confirmation number {confirmation_id}. Nothing was stored.")
    row, patient_id, number = found
    return row, patient_id, number


def store_confirmation(
    change: Change,
    patient_id: int,
    course_number: int,
    time_point_on: date,
    response: Response,
    remark: str | None = None,
    *,
    expected_version: int,
) -> ConfirmationSaved:
    """``confirm_response`` inside a change that is open."""
    patient = lock_patient(change, patient_id)
    record = queries.load_patient_record(change.session, patient_id)
    course = _find_course(record, course_number)
    remark = tidy_text(remark) or None if isinstance(remark, str) else remark
    known = latest_confirmation(record, course, time_point_on)
    if known is not None and _is_the_same(known, change.actor, (response, remark, expected_version)):
        return ConfirmationSaved(known.id, patient.version, already_stored=True)
    lock_patient(change, patient_id, expected_version)
    judged = assess_course(record, course) if course.plan.time_points else None
    problems = tuple(_check(course, judged, time_point_on, response, remark))
    if problems or judged is None:
        raise InputError(problems)
    row = ConfirmationRow(
        plan_id=course.plan.id,
        time_point_on=time_point_on,
        response=str(response),
        remark=remark,
        timeline=plain_json(judged.timeline.to_dict()),
        assessment=plain_json({"patient_version": patient.version, **judged.assessment.to_dict()}),
        engine_version=__version__,
        confirmed_at=change.at,
        confirmed_by=change.actor.user_id,
    )
    change.session.add(row)
    change.session.flush()
    points = judged.assessment.time_points
    computed = next(point.overall_response for point in points if point.date == time_point_on)
    version = bump(change, patient)
    after = {
        "course": course_number,
        "time point": to_plain(time_point_on),
        "response": str(response),
        "computed": None if computed is None else str(computed),
        "remark": remark,
        "patient version": version - 1,
        "engine": __version__,
    }
    before = None if known is None else {"response": str(known.response), "by": known.confirmed_by}
    chain = history.patient_chain(patient_id)
    change.audit(chain, "response.confirm", "confirmation", row.id, before=before, after=after)
    return ConfirmationSaved(row.id, version)


def _find_course(record: PatientRecord, number: int) -> Course:
    for course in record.courses:
        if course.number == number:
            return course
    numbers = join_words(str(course.number) for course in record.courses) or "none"
    raise NotFoundError(
        f"There is no course number {number}; this patient's courses are: {numbers}. Nothing was stored."
    )


def _is_the_same(known: Confirmation, actor: Actor, said: tuple[Response, str | None, int]) -> bool:
    """The same person pressed twice: what was looked at, and what was said of it, is the same."""
    return known.confirmed_by == actor.name and said == (known.response, known.remark, known.patient_version)


def _check(
    course: Course, judged: CourseAssessment | None, time_point_on: date, response: Response, remark: str | None
) -> Iterator[Problem]:
    yield from check_text("remark", remark, limit=PAGE)
    allowed = responses_of(course.plan.criterion)
    if not isinstance(response, Response):
        yield from check_word("response", response, Response)
    elif response not in allowed:
        words = ", ".join(str(word) for word in allowed)
        yield Problem("response", f"'{response}' is no response of {course.plan.criterion}; right is one of {words}")
    wrong_date = tuple(check_date("time point", time_point_on))
    yield from wrong_date
    rows = () if judged is None else judged.assessment.time_points
    days = [row.date for row in rows]
    if wrong_date:
        return
    if time_point_on not in days[1:]:
        text = f"course {course.number} has no time point on {format_date(time_point_on)}"
        if time_point_on in days:
            text = (
                f"{format_date(time_point_on)} is the baseline of course {course.number}: it has no response to confirm"
            )
        elif days[1:]:
            text += f"; it has {join_words(format_date(day) for day in days[1:])}"
        yield Problem("time point", text)
        return
    computed = rows[days.index(time_point_on)].overall_response
    if response in allowed and response is not computed and not remark:
        yield Problem("remark", f"is missing: {computed} is computed, so say why {response} is confirmed")
