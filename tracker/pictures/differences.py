"""What moved between two versions of one record, in a sentence each: for whoever was at work on the earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tracker.domain.derivation import assess_record
from tracker.domain.record import Exam, PatientRecord
from tracker.domain.vocabulary import Response
from tracker.pictures.words import say_date, say_modality, say_response

#: What is told by its number alone: an attribute of the record, and what it is called.
_COUNTED = (
    ("treatments", "treatments"), ("markers", "laboratory values"), ("symptoms", "symptoms"), ("courses", "courses"),
    ("volumes", "liver volumes"), ("verifications", "verifications"),
)  # fmt: skip


def say_differences(before: PatientRecord, now: PatientRecord) -> tuple[str, ...]:
    """Scans, the response of the newest one, confirmations, and which other parts moved; empty where nothing did."""
    return tuple(_say(before, now))


def _say(before: PatientRecord, now: PatientRecord) -> Iterator[str]:
    then = {exam.id: exam for exam in before.exams}
    for exam in now.exams:
        known = then.pop(exam.id, None)
        if known is None:
            yield f"New: {_scan(exam)}."
        elif known.version != exam.version:
            yield f"Corrected: {_scan(exam)}."
    for exam in then.values():
        yield f"Withdrawn: {_scan(exam)}."
    was, is_now = _newest(before), _newest(now)
    if was != is_now:
        yield f"Response of the newest scan: {_letters(was)} then, {_letters(is_now)} now."
    known_ids = {one.id for one in before.confirmations}
    for one in now.confirmations:
        if one.id not in known_ids:
            on = say_date(one.time_point_on, year=True)
            yield f"{say_response(one.response)} of {on} was confirmed by {one.confirmed_by}."
    if len(now.confirmations) < len(before.confirmations):
        yield "A confirmed response was taken back."
    moved = [name for attribute, name in _COUNTED if getattr(before, attribute) != getattr(now, attribute)]
    if moved:
        yield f"Changed: {', '.join(moved)}."
    if replace(before.patient, version=0) != replace(now.patient, version=0):
        yield "What is known of the patient was changed."


def _scan(exam: Exam) -> str:
    return f"{say_modality(exam.modality)} of {say_date(exam.performed_on, year=True)}"


def _newest(record: PatientRecord) -> Response | None:
    judged = [course for course in assess_record(record) if course.assessment.time_points]
    return judged[-1].assessment.time_points[-1].overall_response if judged else None


def _letters(response: Response | None) -> str:
    return "none" if response is None else say_response(response)
