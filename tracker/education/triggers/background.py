"""Red flags, what is waited for, and background that holds for many patients."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.domain.schedule.intervals import DEFAULT
from tracker.domain.schedule.states import State
from tracker.domain.vocabulary import BackgroundSign, Primary, Statement
from tracker.domain.wording import join_words
from tracker.education.case import Because, Case, because, say_count, say_modality

#: Red-flag symptoms as a page may offer them for ticking.
RED_FLAG_SYMPTOMS = ("sudden worse abdominal pain", "jaundice", "fever", "confusion")
#: Parts of words by which a red flag is known, however it was written.
_RED_FLAG_WORDS = ("pain", "jaundice", "yellow", "fever", "temperature", "chill", "rigor", "confus", "drows", "unwell")
#: A symptom that begins so was asked for and is not there.
_ABSENT = ("no ", "without ", "denies ", "not ")
_RED_FLAG_DAYS = timedelta(days=42)
#: Answers of a report; "not mentioned" leaves the earlier one standing.
_SAID = (Statement.YES, Statement.NONE)
#: A bilirubin is a jump from twice its upper limit, or where that is not recorded from twice the value before.
_JUMP = 2


def red_flag_symptom(case: Case) -> Because | None:
    """Fever, jaundice, pain, confusion or feeling unwell was told within the last six weeks. Any one is enough.

    Source: BMJ Best Practice; StatPearls 89675. Six weeks is the time a fever counts after systemic treatment. A symptom
    told earlier is history: the note stays reachable on every page, but is not shown as this patient's. A jump of the
    bilirubin in the same weeks is said beside it.
    """
    told = [
        (report.told_on, symptom)
        for report in case.record.symptoms
        if timedelta(0) <= case.today - report.told_on <= _RED_FLAG_DAYS
        for symptom in report.symptoms
        if _is_red_flag(symptom)
    ]
    if not told:
        return None
    newest = max(day for day, _ in told)
    symptoms = list(dict.fromkeys(symptom for day, symptom in told if day == newest))
    jump = _bilirubin_jump(case)
    return because(f"{join_words(symptoms)} told on {case.say(newest)}{jump and f'; {jump}'}", newest)


def _is_red_flag(symptom: str) -> bool:
    """Whether a symptom as written is one of the signs, and is not said to be absent."""
    plain = symptom.casefold()
    return not plain.startswith(_ABSENT) and any(word in plain for word in _RED_FLAG_WORDS)


def _bilirubin_jump(case: Case) -> str:
    """A bilirubin of the last six weeks that jumped, in words; empty where there is none."""
    results = case.results_of("bilirubin", "total bilirubin")
    if len(results) < 2 or case.today - results[-1].taken_on > _RED_FLAG_DAYS:
        return ""
    before, now = results[-2:]
    least = _JUMP * (now.upper_limit or before.value)
    if now.value <= max(least, before.value):
        return ""
    return f"{now.name} {before.value:f} → {now.value:f} {now.unit}"


def primary_known(case: Case) -> Because | None:
    """The primary is recorded. Source: the table of usual looks by primary; the note itself names its primary."""
    patient = case.record.patient
    if patient.primary in (Primary.UNKNOWN, Primary.OTHER):
        return None
    detail = f" ({patient.primary_detail})" if patient.primary_detail else ""
    return because(f"the recorded primary is {patient.primary}{detail}", _first_day(case))


def everybody(case: Case) -> Because | None:
    """Every patient of a record of liver metastases. Source: background for everybody (Macmillan)."""
    number = len(case.liver_lesions)
    seen = f"{say_count(number, 'liver lesion')} recorded" if number else "the record is one of liver metastases"
    return because(seen, _first_day(case), "everybody")


def first_scan(case: Case) -> Because | None:
    """One exam so far: time for what everybody asks at the beginning. Source: background."""
    if len(case.exams) != 1:
        return None
    exam = case.exams[0]
    return because(
        f"one scan so far, {say_modality(exam.modality)} of {case.say(exam.performed_on)}", exam.performed_on
    )


def scan_or_report_overdue(case: Case) -> Because | None:
    """The worklist says that a scan is overdue or that a report is awaited; or an exam is stored whose report never came.

    Source: Callen 2012; the intervals and days of grace are the worklist's.
    """
    exam = case.last_exam
    if exam is not None and _is_awaited(case) and (case.today - exam.performed_on).days > DEFAULT.report_days:
        days = say_count((case.today - exam.performed_on).days, "day")
        said = f"no report yet of the scan of {case.say(exam.performed_on)}, {days} ago"
        return because(said, exam.performed_on, f"no report of {exam.performed_on}")
    for standing in case.standings:
        if standing.state in (State.OVERDUE, State.REPORT_AWAITED):
            on = standing.on or _first_day(case)
            return because(f"{standing.state}: {standing.why}", on, f"{standing.state} {standing.on}")
    return None


def report_awaited(case: Case) -> Because | None:
    """The newest exam has neither a report date nor anything seen. Source: background on waiting."""
    exam = case.last_exam
    if exam is None or not _is_awaited(case):
        return None
    return because(f"the report of {case.say(exam.performed_on)} is not in yet", exam.performed_on)


def fatty_or_nodular_liver(case: Case) -> Because | None:
    """The newest exam that speaks of fat in the liver, or of its outline, says yes: never the primary or the months alone.

    Source: World J Hepatol 2021;13:1936 (fat); PMC7265039 (pseudocirrhosis).
    """
    said: list[str] = []
    days: list[date] = []
    for sign in (BackgroundSign.STEATOSIS, BackgroundSign.NODULAR_CONTOUR):
        newest = next((exam for exam in reversed(case.exams) if exam.background.get(sign) in _SAID), None)
        if newest is not None and newest.background[sign] is Statement.YES:
            said.append(str(sign))
            days.append(newest.performed_on)
    if not said:
        return None
    return because(f"{join_words(said)} recorded on {case.say(max(days))}", max(days))


def _is_awaited(case: Case) -> bool:
    exam = case.last_exam
    return exam is not None and exam.reported_on is None and not exam.observations and exam.liver_count is None


def _first_day(case: Case) -> date:
    return case.exams[0].performed_on if case.exams else case.today
