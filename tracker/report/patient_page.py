"""A page for the patient in plain words: what was scanned, what was seen, what to ask, when to call.

It says nothing of outlook or treatment, and how a scan compares with earlier ones only where a named clinician confirmed it.
Reading grade 7 at most (tested).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.ledger import derive_ledger
from tracker.domain.ledger_entry import LedgerEntry, Standing
from tracker.domain.opinions import latest_confirmation
from tracker.domain.record import Exam, PatientRecord
from tracker.domain.vocabulary import CountKind, Response
from tracker.domain.waiting import CERTAIN_PROGRESSION
from tracker.domain.wording import PURPOSE, format_long_date
from tracker.education.notes import RED_FLAGS, find_note
from tracker.education.select import match_notes
from tracker.education.shapes import PATIENT_CLOSING, Audience, NoteText
from tracker.pictures.answer import derive_answer
from tracker.pictures.criteria import RESPONDING
from tracker.pictures.words import say_date
from tracker.report.plain_text import one_line, shorten
from tracker.report.sheet_data import say_moment
from tracker.report.typesetting import set_pdf

TITLE = "Your liver scans"
#: Facts are taken from so many notes, and so many scans are listed: more do not fit one page in this type.
_NOTES, _SCANS = 3, 6
#: Notes that tell how a scan compares before a clinician has said so.
_AFTER_CONFIRMATION = frozenset({"growth_from_the_nadir", "equivocal_new_lesion", "scanner_type_changed"})
_SCAN_NAMES = {
    "CT": "CT scan", "MR": "MRI scan", "PET/CT": "PET/CT scan", "PET/MR": "PET/MRI scan", "US": "ultrasound scan",
}  # fmt: skip
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_STABLE = (Response.SD, Response.I_SD, Response.SMD)


@dataclass(frozen=True, slots=True)
class Contacts:
    """Whom a patient may call: the 24-hour line of the site, and a helpline to talk to; empty where the site names none."""

    phone: str = ""
    helpline: str = ""


NOBODY = Contacts()


def render_patient_page(record: PatientRecord, today: date, printed_at: datetime, contacts: Contacts = NOBODY) -> bytes:
    """The PDF: one A4 page, tagged. Without a 24-hour line there is a ruled line to write it on.

    Raises TypesettingError.
    """
    return set_pdf("patient.typ", patient_data(record, today, printed_at, contacts), printed_at)


def patient_data(
    record: PatientRecord, today: date, printed_at: datetime, contacts: Contacts = NOBODY
) -> dict[str, Any]:
    """The words of the page."""
    courses = assess_record(record)
    notes = _notes(record, courses, today, confirmed=_confirmed(record, courses) is not None)
    flags = find_note(RED_FLAGS).text_for(Audience.PATIENT)
    return {
        "title": TITLE,
        "description": PURPOSE,
        "identifier": one_line(record.patient.identifier),
        "synthetic": record.patient.synthetic,
        "scanned": list(_scanned(record)),
        "scans": [_scan(exam) for exam in _newest_first(record)[:_SCANS]],
        "older": max(len(record.exams) - _SCANS, 0),
        "seen": list(_seen(record, courses)),
        "notes": [" ".join((*text.facts, _meaning(text))) for text in notes],
        "questions": [text.check for text in notes],
        "flags": [] if flags is None else list(flags.facts),
        "phone": one_line(contacts.phone),
        "helpline": one_line(contacts.helpline),
        "closing": PATIENT_CLOSING,
        "footer": PURPOSE,
        "printed": f"printed {say_moment(printed_at)}",
    }


def words_of(data: dict[str, Any]) -> str:
    """All sentences of the page, for its reading grade."""
    parts = [*data["scanned"], *data["seen"], *data["notes"], *data["questions"], *data["flags"], data["closing"]]
    return " ".join(parts)


# --- what was scanned and seen


def _newest_first(record: PatientRecord) -> list[Exam]:
    return sorted(record.exams, key=lambda exam: (exam.performed_on, exam.ordinal), reverse=True)


def _scan(exam: Exam) -> str:
    return f"{say_date(exam.performed_on, year=True)}: {_name(exam)}"


def _name(exam: Exam) -> str:
    return _SCAN_NAMES.get(str(exam.modality), "scan")


def _scanned(record: PatientRecord) -> Iterator[str]:
    scans = _newest_first(record)
    if not scans:
        yield "No scan is noted yet."
        return
    name = _name(scans[0])
    article = "an" if name[0] in "aeiouM" else "a"
    yield f"Your last scan was {article} {name} on {format_long_date(scans[0].performed_on)}."
    if len(scans) > 1:
        yield f"So far {_number(len(scans))} scans are noted here."


def _seen(record: PatientRecord, courses: Sequence[CourseAssessment]) -> Iterator[str]:
    """What the newest scan that speaks of the liver shows, in counts; then the comparison, where it is confirmed."""
    scans = _newest_first(record)
    entries = {entry.exam_id: entry for entry in derive_ledger(record)}
    spoken = next((exam for exam in scans if _speaks(exam)), None)
    if spoken is None:
        if scans:
            yield "What was seen is not noted here yet."
        return
    if spoken is not scans[0]:
        yield f"The scan of {format_long_date(spoken.performed_on)} tells about the liver:"
    yield from _counts(spoken, entries[spoken.id])
    yield from _comparison(record, courses)


def _speaks(exam: Exam) -> bool:
    return exam.liver_count is not None or bool(exam.observations)


def _counts(exam: Exam, entry: LedgerEntry) -> Iterator[str]:
    stated = exam.liver_count
    there = len(entry.there)
    if stated is not None and stated.kind in (CountKind.INNUMERABLE, CountKind.MULTIPLE):
        yield "There are many spots in the liver. They are not counted one by one."
    elif stated is not None and stated.kind is CountKind.AT_LEAST:
        yield f"There are {stated.value} spots in the liver, or more."
    elif there == 0 and not (stated is not None and stated.value):
        yield "No spot in the liver is noted for this scan."
    else:
        number = there if stated is None or stated.value is None else max(there, stated.value)
        yield f"There {'is one spot' if number == 1 else f'are {_number(number)} spots'} in the liver."
    gone = len(entry.standing(Standing.WATCHED))
    if gone:
        which = "One spot from before does" if gone == 1 else f"{_number(gone).capitalize()} spots from before do"
        yield f"{which} not show on this scan. The team keeps looking there."
    if treated := len(entry.standing(Standing.TREATED)):
        which = "One spot has" if treated == 1 else f"{_number(treated).capitalize()} spots have"
        yield f"{which} had a treatment of its own." if treated == 1 else f"{which} had treatments of their own."


def _comparison(record: PatientRecord, courses: Sequence[CourseAssessment]) -> Iterator[str]:
    answer = derive_answer(courses, record)
    if answer is None or answer.is_baseline:
        if answer is not None:
            yield "The next scans will be held against this one."
        return
    since = courses[answer.course].assessment.time_points[0].date
    response = _confirmed(record, courses)
    if response in RESPONDING:
        yield f"Your doctors have compared the scans. The spots are smaller than at the start, on {format_long_date(since)}."
    elif response in _STABLE:
        yield f"Your doctors have compared the scans. The spots are about the same as at the start, on {format_long_date(since)}."
    elif response in CERTAIN_PROGRESSION:
        yield "Your doctors have compared the scans. There is more to see than before: spots grew, or a new one came."
    elif response is not None:
        yield "Your doctors have compared the scans. They will tell you what they found."
    else:
        yield "How this scan compares with the ones before is not signed off here yet. Your doctors will tell you."


def _confirmed(record: PatientRecord, courses: Sequence[CourseAssessment]) -> Response | None:
    """The response of the newest scan as a named clinician confirmed it; None where nobody did, or it is computed anew since."""
    answer = derive_answer(courses, record)
    if answer is None or answer.is_baseline:
        return None
    course = courses[answer.course]
    row = course.assessment.time_points[answer.row]
    said = latest_confirmation(record, course.course, row.date)
    return said.response if said is not None and said.stands(row.overall_response) else None


# --- notes


def _notes(
    record: PatientRecord, courses: Sequence[CourseAssessment], today: date, *, confirmed: bool
) -> tuple[NoteText, ...]:
    """The texts for a patient that fit the data; those that tell of a comparison wait for a clinician."""
    matching = [
        one
        for one in match_notes(record, courses, today, Audience.PATIENT)
        if not one.note.is_red_flag and (confirmed or one.note.trigger not in _AFTER_CONFIRMATION)
    ]
    return tuple(one.text for one in matching[:_NOTES])


def _meaning(text: NoteText) -> str:
    """What it does not mean; the sentence that closes every text closes the page once."""
    return text.does_not_mean.removesuffix(PATIENT_CLOSING).strip()


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else shorten(str(number), 4)
