"""Triggers that look at tumour markers and liver tests. Values are compared in one unit only, the newest one's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from tracker.domain.record import MarkerResult
from tracker.domain.treatment_lines import start_of_course
from tracker.domain.vocabulary import CourseKind, Response
from tracker.domain.wording import format_percent, join_words
from tracker.education.case import Because, Case, because, is_progression

#: Tumour markers under the names laboratories use.
TUMOUR_MARKERS = (
    ("CEA",),
    ("CA 19-9",),
    ("CA 15-3",),
    ("CA 125",),
    ("CgA", "chromogranin A"),
    ("AFP",),
    ("LDH",),
)
_RISE = Decimal("1.2")
_SURGE = timedelta(days=112)
_RECENT = timedelta(days=90)


def early_cea_rise(case: Case) -> Because | None:
    """The newest CEA, of the first 16 weeks of a systemic course, is 20 % or more above the last one before it; the sum is not up.

    Source: pubmed 15360055, 16446549 (surge in 11 to 15 %, over by 4 months).
    """
    last, earlier = case.last, case.earlier_complete
    if case.course is None or case.course.course.kind is not CourseKind.SYSTEMIC or last is None or earlier is None:
        return None
    sum_now, sum_then = last.result.sum, earlier.result.sum
    if is_progression(last.result.overall_response) or sum_now is None or sum_then is None or sum_now > sum_then:
        return None
    start = start_of_course(case.course.timeline)
    results = case.results_of("CEA")
    before = [result for result in results if result.taken_on <= start]
    if not before or not timedelta(0) < results[-1].taken_on - start <= _SURGE:
        return None
    then, now = before[-1], results[-1]
    # A surge below the upper limit is one too: it says as little of the treatment.
    if now.value <= then.value or now.value < then.value * _RISE:
        return None
    weeks = (now.taken_on - start).days // 7
    return because(f"{_say_step(then, now)} in week {weeks} of treatment, the sum is not up", now.taken_on)


def cea_rises_scan_quiet(case: Case) -> Because | None:
    """In surveillance the last two steps of CEA are rises while the newest time point shows no disease.

    Source: PMC2360492 (markers came first in 12 of 37 recurrences).
    """
    if case.course is None or case.course.course.kind is not CourseKind.SURVEILLANCE or not case.rows:
        return None
    last = case.rows[-1]
    if any(last.shows(lesion.label) for lesion in case.lesions):
        return None
    three = case.results_of("CEA")[-3:]
    if len(three) < 3 or not three[0].value < three[1].value < three[2].value:
        return None
    values = " → ".join(f"{result.value:f}" for result in three)
    return because(
        f"CEA {values} {three[-1].unit} up to {case.say(three[-1].taken_on)}; no lesion seen on {case.say(last.date)}",
        three[-1].taken_on,
    )


def marker_against_scan(case: Case) -> Because | None:
    """The newest value of a tumour marker is 20 % or more above its lowest one of the course while the scan is not PD.

    Source: RECIST 1.1, 4.3.3 (a marker alone never defines response). Where a closer note on CEA applies, that one is shown.
    """
    last = case.last
    response = None if last is None else last.result.overall_response
    if last is None or response in (None, Response.NE) or is_progression(response):
        return None
    if early_cea_rise(case) is not None or cea_rises_scan_quiet(case) is not None:
        return None
    for names in TUMOUR_MARKERS:
        results = [result for result in case.results_of(*names) if result.taken_on >= case.rows[0].date]
        if len(results) < 2:
            continue
        lowest, now = min(results, key=lambda result: (result.value, result.taken_on)), results[-1]
        if _has_risen(lowest, now):
            step = _say_step(lowest, now)
            return because(
                f"{step} on {case.say(now.taken_on)}, the scan is {last.result.overall_response}", now.taken_on
            )
    return None


def liver_tests_off(case: Case) -> Because | None:
    """A recent bilirubin over twice its upper limit, ALP or GGT 20 % up and not within its limit, or albumin falling twice.

    Source: clinical judgement with StatPearls on cholangitis. Recent: within 90 days of today. A limit that was not
    recorded is not guessed; a rise of 20 % then counts by itself.
    """
    said: list[str] = []
    days = []
    for names, sentence in (
        (("bilirubin", "total bilirubin"), _bilirubin_high),
        (("ALP", "alkaline phosphatase"), _above_and_rising),
        (("GGT", "gamma-GT"), _above_and_rising),
        (("albumin",), _falling_twice),
    ):
        results = case.results_of(*names)
        if results and case.today - results[-1].taken_on <= _RECENT and (text := sentence(results)) is not None:
            said.append(text)
            days.append(results[-1].taken_on)
    if not said:
        return None
    return because(f"{join_words(said)}, last on {case.say(max(days))}", max(days))


def has_flat_tumour_marker(case: Case) -> bool:
    """Whether a tumour marker was measured at least twice and the newest value of none is 20 % or more above the one before."""
    series = [results for names in TUMOUR_MARKERS if len(results := case.results_of(*names)) > 1]
    return bool(series) and not any(_has_risen(*results[-2:]) for results in series)


def _has_risen(then: MarkerResult, now: MarkerResult) -> bool:
    """At least 20 % more, and above the upper limit where one was recorded: a rise below it is no alarm."""
    if now.upper_limit is not None and now.value <= now.upper_limit:
        return False
    return now.value > then.value and now.value >= then.value * _RISE


def _bilirubin_high(results: Sequence[MarkerResult]) -> str | None:
    now = results[-1]
    if now.upper_limit is None or now.value <= 2 * now.upper_limit:
        return None
    return f"{now.name} {now.value:f} {now.unit} (over twice its upper limit)"


def _above_and_rising(results: Sequence[MarkerResult]) -> str | None:
    if len(results) < 2:
        return None
    then, now = results[-2:]
    return f"{now.name} {then.value:f} → {now.value:f} {now.unit}" if _has_risen(then, now) else None


def _falling_twice(results: Sequence[MarkerResult]) -> str | None:
    three = results[-3:]
    if len(three) < 3 or not three[0].value > three[1].value > three[2].value:
        return None
    return f"{three[-1].name} {' → '.join(f'{result.value:f}' for result in three)} {three[-1].unit}"


def _say_step(then: MarkerResult, now: MarkerResult) -> str:
    """ "CEA 24 → 31 µg/L (+29 %)"; no percentage from zero."""
    change = f" ({format_percent(100 * (now.value - then.value) / then.value, 0)})" if then.value else ""
    return f"{now.name} {then.value:f} → {now.value:f} {now.unit}{change}"
