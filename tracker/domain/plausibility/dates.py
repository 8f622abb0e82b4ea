"""Checks of a scan's dates: against today, the patient, the scans before and the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tracker.domain.drafts import ExamDraft
from tracker.domain.plausibility.finding import Check, Finding, Level
from tracker.domain.record import Exam
from tracker.domain.wording import format_date, join_words, label_order

_FORMS = "BMC Medical Research Methodology 2008: checks at entry find more errors than later searches of charts"
FUTURE = Check("plausibility.future", Level.REFUSE, _FORMS)
BEFORE_BIRTH = Check("plausibility.before-birth", Level.REFUSE, _FORMS)
REPORTED_FIRST = Check("plausibility.reported-first", Level.REFUSE, _FORMS)
SAME_SCAN = Check("plausibility.same-scan", Level.ASK, _FORMS)
STORED_TWICE = Check("plausibility.stored-twice", Level.REFUSE, _FORMS)
BEFORE_LAST = Check("plausibility.before-last", Level.ASK, _FORMS)
INTERVAL = Check("plausibility.interval", Level.ASK, _FORMS)
REPORT_YEAR = Check("plausibility.report-year", Level.ASK, _FORMS)
_LOST = "Callen 2012: up to 36 % of radiology results are not followed up; a late report is worth a look"
REPORT_GAP = Check("plausibility.report-gap", Level.ASK, _LOST)
DOUBLE_ENTRY = Check(
    "plausibility.double-entry",
    Level.ASK,
    "CAST trial: two people who enter the same record differ in 15 to 22 of 10,000 fields",
)
OTHER_DATE = Check("plausibility.other-date", Level.ASK, _FORMS)

PERFORMED, REPORTED = "performed on", "reported on"
_SHORTEST_DAYS, _LONGEST_DAYS, _REPORT_DAYS, _TWICE_DAYS = 14, 400, 30, 7


def find_in_header(
    performed_on: date, reported_on: date | None, today: date, birth_year: int | None = None
) -> Iterator[Finding]:
    """The dates of a scan by themselves: those that cannot be, and those that are worth a look."""
    if performed_on > today:
        yield FUTURE.finds(PERFORMED, f"{performed_on} is in the future; today is {today}")
    if birth_year is not None and performed_on.year < birth_year:
        text = f"{performed_on} is before the patient's birth in {birth_year}"
        yield BEFORE_BIRTH.finds(PERFORMED, text, {"birth_year": birth_year})
    if reported_on is None:
        return
    if reported_on > today:
        yield FUTURE.finds(REPORTED, f"{reported_on} is in the future; today is {today}")
    if reported_on < performed_on:
        text = f"{reported_on} is before the exam of {performed_on}"
        yield REPORTED_FIRST.finds(REPORTED, text)
    else:
        yield from _find_in_gap(performed_on, reported_on)


def _find_in_gap(performed_on: date, reported_on: date) -> Iterator[Finding]:
    """A report long after its scan. A scan of late December that is reported in January has the usual gap."""
    days = (reported_on - performed_on).days
    if days <= _REPORT_DAYS:
        return
    between = f"performed on {format_date(performed_on)}, reported on {format_date(reported_on)}, {days} days later"
    if performed_on.year != reported_on.year:
        yield REPORT_YEAR.finds(PERFORMED, f"{between}: is the year right?", {"days": days})
    else:
        yield REPORT_GAP.finds(REPORTED, f"{between}: is it the report of this scan?", {"days": days})


def find_against_exams(draft: ExamDraft, others: Iterable[Exam]) -> Iterator[Finding]:
    """The scan's date against the other scans of the patient: stored already, twice, out of order, near or far."""
    others = sorted(others, key=lambda exam: (exam.performed_on, exam.id))
    day = draft.performed_on
    same = [exam for exam in others if (exam.performed_on, exam.modality) == (day, draft.modality)]
    if same:
        yield _find_same(draft, max(same, key=lambda exam: exam.ordinal))
        return
    near = [exam for exam in others if exam.modality is draft.modality and _apart(exam, day) <= _TWICE_DAYS]
    if near:
        yield _find_twice(draft, near[-1])
    elif others:
        yield from _find_in_order(day, others)


def _find_same(draft: ExamDraft, stored: Exam) -> Finding:
    """The same date and modality; a second exam of that day has its own accession or ordinal."""
    what = f"a scan of {format_date(stored.performed_on)} ({stored.modality})"
    if _sizes(draft) == _sizes(stored):
        return STORED_TWICE.finds(PERFORMED, f"{what} is stored already with the same values", {"exam": stored.id})
    text = f"{what} is stored already{_differing(draft, stored)}: a second exam of that day?"
    return SAME_SCAN.finds(PERFORMED, text, {"exam": stored.id, "ordinal": stored.ordinal})


def _find_twice(draft: ExamDraft, stored: Exam) -> Finding:
    """A scan of the same modality within a week is rare in follow-up; one scan entered by two people is not."""
    apart = _apart(stored, draft.performed_on)
    by = f" by {stored.entered_by}" if stored.entered_by else ""
    text = (
        f"a {stored.modality} of {format_date(stored.performed_on)} was entered{by}, {_days(apart)} apart"
        f"{_differing(draft, stored)}: the same scan?"
    )
    return DOUBLE_ENTRY.finds(PERFORMED, text, {"exam": stored.id, "days": apart})


def _find_in_order(day: date, others: list[Exam]) -> Iterator[Finding]:
    last = others[-1].performed_on
    if day < last:
        text = f"{format_date(day)} lies before the last scan of {format_date(last)}: an older scan?"
        yield BEFORE_LAST.finds(PERFORMED, text, {"days": (last - day).days})
        return
    days = (day - last).days
    # Two modalities on one day are one visit.
    if 0 < days < _SHORTEST_DAYS:
        text = f"only {_days(days)} after the scan of {format_date(last)}: is the date right?"
    elif days > _LONGEST_DAYS:
        text = f"{_days(days)} after the scan of {format_date(last)}: is the date right, or is a scan between missing?"
    else:
        return
    yield INTERVAL.finds(PERFORMED, text, {"days": days})


def find_comparison(comparison: date, exams: Iterable[Exam]) -> Finding | None:
    """The date that a report compares with is that of a stored scan; else an exam is missing, or it is another patient's."""
    known = sorted({exam.performed_on for exam in exams})
    if comparison in known:
        return None
    scans = f"stored are {join_words(format_date(day) for day in known)}" if known else "none is stored"
    text = f"the report compares with {format_date(comparison)}, which is no scan here ({scans}): add it first, or another patient?"
    return COMPARISON.finds("comparison", text)


COMPARISON = Check(
    "plausibility.comparison-date",
    Level.ASK,
    "Fortman 2020: the right patient was verified in 62 % of simulated orders",
)


def find_other_date(draft: ExamDraft, said: date | None) -> Finding | None:
    """The date that the report gives the examination is the one typed."""
    if said is None or said == draft.performed_on:
        return None
    text = f"the report gives {format_date(said)} as the date of the scan, typed is {format_date(draft.performed_on)}: which is right?"
    return OTHER_DATE.finds(PERFORMED, text)


def _sizes(exam: ExamDraft | Exam) -> dict[str, tuple[object, ...]]:
    """What an exam says of each lesion, as far as two entries of one scan would agree on it."""
    return {
        said.label: (said.observation.state, said.observation.longest, said.observation.short, said.observation.parts)
        for said in exam.observations
    }


def _differing(draft: ExamDraft, stored: Exam) -> str:
    mine, theirs = _sizes(draft), _sizes(stored)
    labels = sorted({*mine, *theirs}, key=label_order)
    other = [label for label in labels if mine.get(label) != theirs.get(label)]
    return f", other values for {join_words(other)}" if other else ", with the same values"


def _apart(exam: Exam, day: date) -> int:
    return abs((exam.performed_on - day).days)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


CHECKS = (
    FUTURE, BEFORE_BIRTH, REPORTED_FIRST, SAME_SCAN, STORED_TWICE, BEFORE_LAST, INTERVAL, REPORT_YEAR, REPORT_GAP,
    DOUBLE_ENTRY, COMPARISON, OTHER_DATE,
)  # fmt: skip
