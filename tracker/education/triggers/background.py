"""Red flags, what is waited for, and background that holds for many patients."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.domain.vocabulary import CourseKind, Primary
from tracker.domain.wording import join_words
from tracker.education.case import Because, Case, because, say_count, say_modality

#: Red-flag symptoms as a page may offer them for ticking.
RED_FLAG_SYMPTOMS = ("sudden worse abdominal pain", "jaundice", "fever", "confusion")
#: Parts of words by which a red flag is known, however it was written.
_RED_FLAG_WORDS = ("pain", "jaundice", "yellow", "fever", "temperature", "chill", "rigor", "confus", "drows", "unwell")
_RED_FLAG_DAYS = timedelta(days=42)
_REPORT_DAYS = timedelta(days=7)
#: The longest usual intervals, with their grace: 12 weeks and 7 days on treatment, 12 months and 28 days in surveillance.
_ON_TREATMENT = timedelta(weeks=12, days=7)
_SURVEILLANCE = timedelta(days=365 + 28)


def red_flag_symptom(case: Case) -> Because | None:
    """Fever, jaundice, pain, confusion or feeling unwell was told within the last six weeks. Any one is enough.

    Source: BMJ Best Practice; StatPearls 89675. Six weeks is the time a fever counts after systemic treatment. A symptom
    told earlier is history: the note stays reachable on every page, but is not shown as this patient's.
    """
    told = [
        (report.told_on, symptom)
        for report in case.record.symptoms
        if timedelta(0) <= case.today - report.told_on <= _RED_FLAG_DAYS
        for symptom in report.symptoms
        if any(word in symptom.casefold() for word in _RED_FLAG_WORDS)
    ]
    if not told:
        return None
    newest = max(day for day, _ in told)
    symptoms = list(dict.fromkeys(symptom for day, symptom in told if day == newest))
    return because(f"{join_words(symptoms)} told on {case.say(newest)}", newest)


def primary_known(case: Case) -> Because | None:
    """The primary is recorded. Source: the table of usual looks by primary; the note itself names its primary."""
    patient = case.record.patient
    if patient.primary in (Primary.UNKNOWN, Primary.OTHER):
        return None
    detail = f" ({patient.primary_detail})" if patient.primary_detail else ""
    return because(f"the recorded primary is {patient.primary}{detail}", _first_day(case))


def metastases_recorded(case: Case) -> Because | None:
    """The record holds liver lesions. Source: background for everybody (Macmillan)."""
    number = len(case.liver_lesions)
    if not number:
        return None
    return because(f"{say_count(number, 'liver lesion')} recorded", _first_day(case))


def first_scan(case: Case) -> Because | None:
    """One exam so far: time for what everybody asks at the beginning. Source: background."""
    if len(case.exams) != 1:
        return None
    exam = case.exams[0]
    return because(
        f"one scan so far, {say_modality(exam.modality)} of {case.say(exam.performed_on)}", exam.performed_on
    )


def scan_or_report_overdue(case: Case) -> Because | None:
    """A report is waited for over 7 days, or the last scan is longer ago than the longest usual interval and its grace.

    Source: Callen 2012; usual intervals up to 12 weeks on treatment (ESMO 2022) and 12 months in surveillance (NCCN). A
    site's own dates may be shorter: those are the worklist's.
    """
    exam = case.last_exam
    if exam is None:
        return None
    waited = case.today - exam.performed_on
    if _is_awaited(case) and waited > _REPORT_DAYS:
        days = say_count(waited.days, "day")
        return because(
            f"no report yet of the scan of {case.say(exam.performed_on)}, {days} ago",
            exam.performed_on,
            "no report yet",
        )
    if case.ongoing(case.today):
        limit, context = _ON_TREATMENT, "on treatment"
    elif (
        case.course is not None
        and case.course.course.kind is CourseKind.SURVEILLANCE
        and case.course.course.stop is None
    ):
        limit, context = _SURVEILLANCE, "in surveillance"
    else:
        return None
    if waited <= limit:
        return None
    weeks = say_count(waited.days // 7, "week")
    return because(f"last scan on {case.say(exam.performed_on)}, {weeks} ago, {context}", exam.performed_on, context)


def report_awaited(case: Case) -> Because | None:
    """The newest exam has neither a report date nor anything seen. Source: background on waiting."""
    exam = case.last_exam
    if exam is None or not _is_awaited(case):
        return None
    return because(f"the report of {case.say(exam.performed_on)} is not in yet", exam.performed_on)


def never(case: Case) -> Because | None:
    """Background that no field of the record can call for: shown on the Learn page only."""
    return None


def _is_awaited(case: Case) -> bool:
    exam = case.last_exam
    return exam is not None and exam.reported_on is None and not exam.observations and exam.liver_count is None


def _first_day(case: Case) -> date:
    return case.exams[0].performed_on if case.exams else case.today
