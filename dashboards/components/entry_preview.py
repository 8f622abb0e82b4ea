"""The live preview of a response: the record with the draft exam, judged by the same rules as when it is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from dashboards.components.entry_reading import EntryReading, EntryRow
from dashboards.components.page import shape_of
from dashboards.components.response_words import (
    ExamResponse,
    find_response,
    say_change_words,
    say_limits,
    say_sum,
)
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import ExamDraft
from tracker.domain.plausibility.dates import (
    BEFORE_BIRTH,
    FUTURE,
    SAME_SCAN,
    STORED_TWICE,
    find_against_exams,
    find_in_header,
)
from tracker.domain.record import Course, PatientRecord
from tracker.domain.vocabulary import LIVER, LYMPH_NODE, Statement
from tracker.pictures.criteria import face_of
from tracker.pictures.words import join_words, say_date, say_modality, say_response
from tracker.services.preview import DRAFT_ID, with_exam


def respond_to(record: PatientRecord, draft: ExamDraft, exam_id: int | None) -> ExamResponse | None:
    """What the draft's time point would come to; None where the exam joins no course."""
    return find_response(assess_record(with_exam(record, draft, exam_id)), DRAFT_ID if exam_id is None else exam_id)


def build_preview(
    record: PatientRecord,
    rows: tuple[EntryRow, ...],
    reading: EntryReading,
    exam_id: int | None,
    today: date | None = None,
    accepted: Collection[str] = (),
) -> dict[str, Any]:
    """What the component shows: verdict, badge, sum, sentences, and what is still missing.

    No category while a box is empty, refused or asked: only what it waits for, and the sum so far. ``accepted`` are the keys
    of findings that were accepted: a second exam of one day is one.
    """
    missing = list(_missing(reading))
    course = record.current_course
    preview: dict[str, Any] = {"course": _say_course(course) if course else None, "missing": missing}
    if reading.draft is None:
        return preview | {"verdict": "waits for the date", "sentences": ["Type the date the scan was performed."]}
    preview["missing"] = [*missing, *_against(reading.draft)]
    if why := _against_the_date(record, reading.draft, exam_id, today or reading.draft.performed_on, accepted):
        return preview | {"verdict": "no response", "sentences": [why]}
    response = respond_to(record, reading.draft, exam_id)
    if response is None:
        why = "It enters no sum, or no course has begun by its date. It is kept and shown."
        return preview | {"verdict": "no response", "sentences": [f"This scan is judged in no course. {why}"]}
    preview["course"] = _say_course(response.course.course)
    waits = [*reading.empty, *(one.place for one in reading.problems), *(one.place for one in reading.questions)]
    if waits:
        return preview | {
            "verdict": f"waits for {join_words(waits[:3])}" + (f" and {len(waits) - 3} more" if len(waits) > 3 else ""),
            "sentences": [f"So far: {say_sum(response)}."],
        }
    return preview | _verdict(response)


def _say_course(course: Course) -> str:
    """Its number, and by what it is judged where that is not the usual criterion."""
    face = face_of(course.plan.criterion)
    return f"course {course.number}" if face.is_usual else f"course {course.number}, by {face.title}"


def _against_the_date(
    record: PatientRecord, draft: ExamDraft, exam_id: int | None, today: date, accepted: Collection[str]
) -> str | None:
    """Why a scan of that day cannot be stored: it is still to come, or one of its kind is stored already."""
    others = [exam for exam in record.exams if exam.id != exam_id]
    findings = (
        *find_in_header(draft.performed_on, None, today, record.patient.birth_year),
        *find_against_exams(draft, others),
    )
    day, found = say_date(draft.performed_on, year=True), {one.rule: one for one in findings if one.key not in accepted}
    if FUTURE.id in found:
        return f"{day} is in the future. Change the date."
    if SAME_SCAN.id in found or STORED_TWICE.id in found:
        return (
            f"A scan of {day} ({say_modality(draft.modality)}) is stored already. Change the date, or open the stored "
            "scan to correct it."
        )
    if before_birth := found.get(BEFORE_BIRTH.id):
        return f"{before_birth.text}. Change the date."
    return None


def _verdict(response: ExamResponse) -> dict[str, Any]:
    result = response.result
    if response.is_baseline:
        return {"verdict": "baseline", "sum": say_sum(response), "sentences": []}
    badge = None
    if result.overall_response is not None:
        tone, shape = shape_of(result.overall_response)
        badge = {"letters": say_response(result.overall_response), "tone": tone, "shape": shape}
    change = say_change_words(response)
    sentences = [f"{change}." if change else "", *_reasons(response), say_limits(response)]
    before = response.before
    if before is not None and before.overall_response is not None:
        sentences.append(f"Scan before, {say_date(before.date)}: {say_response(before.overall_response)}.")
    return {
        "verdict": say_response(result.overall_response),
        "badge": badge,
        "sum": say_sum(response),
        "sentences": [sentence for sentence in sentences if sentence],
    }


def _reasons(response: ExamResponse) -> list[str]:
    """The rule that decided, and what stands beside it; the sum's arithmetic is said already. iRECIST joins its parts last."""
    said = [reason.text for reason in response.result.reasons]
    if response.face.has_unconfirmed_progression:
        return list(dict.fromkeys([*said[:1], *said[-1:]]))
    return said[:2]


def _missing(reading: EntryReading) -> Iterator[str]:
    if reading.empty:
        yield f"{join_words(reading.empty)}: empty"
    for one in reading.problems:
        yield str(one)


def _against(draft: ExamDraft) -> Iterator[str]:
    """What the header says against what the table says of new disease."""
    added = {lesion.organ for lesion in draft.lesions}
    places = {"liver": {LIVER}, "lymph nodes": {LYMPH_NODE}, "chest": {"lung"}, "bone": {"bone"}}
    for place, statement in draft.statements.items():
        here = added & places.get(place, {place})
        if statement is Statement.YES and not here:
            yield f"New in {place}: stated yes, no row yet (+)"
        if statement is Statement.NONE and here:
            yield f"New in {place}: stated none, but a new row says otherwise"
