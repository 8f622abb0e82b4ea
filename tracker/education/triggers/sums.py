"""Triggers that look at the sum of targets and at the response of the current course."""

from __future__ import annotations

from tracker.domain.lengths import Length
from tracker.domain.treatment_lines import start_of_course
from tracker.domain.vocabulary import LIVER, LesionRole, Primary, Response, State
from tracker.domain.wording import join_words, mm
from tracker.education.case import Because, Case, because, is_progression, say_change, say_count

_FIVE_MM = 5_000
#: Rises in a row that make a drift.
_DRIFT_STEPS = 3


def small_change(case: Case) -> Because | None:
    """The sum moved by less than 10 %, or by less than 20 % if two people read, since the complete sum before it; no PD.

    Source: Oxnard 2011, Yoon 2016. The record does not hold who read a scan: under 10 % a change may be noise whoever
    read, and from there to 20 % the sentence says that this holds for two readers.
    """
    last, earlier = case.last, case.earlier_complete
    if last is None or earlier is None or is_progression(last.result.overall_response):
        return None
    now, then = last.result.sum, earlier.result.sum
    if now is None or then is None or now == then:
        return None
    moved = abs(now.um - then.um)
    if 5 * moved >= then.um:
        return None
    within = "" if 10 * moved < then.um else ", within the 20 % of two readers"
    return because(
        f"the sum moved by {say_change(now, then)} since {case.say(earlier.date)} ({mm(then)} to {mm(now)}){within}",
        last.date,
    )


def growth_from_the_nadir(case: Case) -> Because | None:
    """A scan after a nadir that lies below the baseline, no smaller than it: the two references then say different things.

    Not where a progression rests on something else and the sum is still at its nadir. Source: RECIST 1.1, 4.3.1. It is as new as the scan where that is PD; else as old as the nadir, so that what the
    newest scan brought comes before it.
    """
    last = case.last
    if last is None or not case.by_recist_sizes:
        return None
    result = last.result
    now, nadir, baseline = result.sum, result.nadir, result.baseline
    if (
        now is None
        or nadir is None
        or baseline is None
        or result.nadir_date is None
        or not nadir < baseline
        or now < nadir
        or (now == nadir and is_progression(result.overall_response))
    ):
        return None
    above = f"{say_change(now, nadir)} from" if nadir.um else f"{mm(now)} above"
    return because(
        f"{mm(now)} is {say_change(now, baseline)} from baseline ({case.say(case.rows[0].date)}), "
        f"{above} the nadir of {case.say(result.nadir_date)}",
        last.date if is_progression(result.overall_response) else result.nadir_date,
    )


def twenty_percent_under_five_mm(case: Case) -> Because | None:
    """The sum is 20 % or more above the nadir but less than 5 mm above it, so the targets are not PD.

    Source: RECIST 1.1, 4.3.1.
    """
    last = case.last
    if last is None or last.result.target_response in (None, Response.PD, Response.CR) or not case.by_recist_sizes:
        return None
    now, nadir = last.result.sum, last.result.nadir
    if now is None or nadir is None or not nadir.um or last.result.nadir_date is None:
        return None
    more = now.um - nadir.um
    if 5 * now.um < 6 * nadir.um or more >= _FIVE_MM:
        return None
    return because(
        f"{mm(now)} is {say_change(now, nadir)} but only {mm(Length(more))} above the nadir of "
        f"{case.say(last.result.nadir_date)}",
        last.date,
    )


def mixed_response(case: Case) -> Because | None:
    """A target or non-target is 20 % and 5 mm above its own smallest size of the course while the targets are SD or PR.

    Source: the idea of oligoprogression, Guckenberger 2020. A lesion that another has just merged into is left out: its
    size is that of both.
    """
    last = case.last
    if last is None or last.result.target_response not in (Response.SD, Response.PR):
        return None
    carries_another = {seen.into for seen in last.observations.values() if seen.state is State.MERGED}
    grown: list[str] = []
    for lesion in case.lesions:
        if lesion.role is LesionRole.NEW or lesion.label in carries_another:
            continue
        now = case.size(lesion, last)
        sizes = [size for row in case.rows[:-1] if (size := case.size(lesion, row)) is not None and size.um]
        if now is None or not sizes:
            continue
        least = min(sizes)
        if 5 * now.um >= 6 * least.um and now.um - least.um >= _FIVE_MM:
            grown.append(f"{lesion.label} grew from {mm(least)} to {mm(now)}")
    if not grown:
        return None
    return because(f"{join_words(grown)} while the targets are {last.result.target_response}", last.date)


def early_shrinkage(case: Case) -> Because | None:
    """Colorectal primary, newest scan in weeks 6 to 10 of the course, sum at least 20 % below baseline.

    Source: ARCAD pooled analysis (at least 20 % at 8 ± 2 weeks). Not computed outside that window.
    """
    last = case.last
    if last is None or case.course is None or case.record.patient.primary is not Primary.COLORECTAL:
        return None
    days = (last.date - start_of_course(case.course.timeline)).days
    now, baseline = last.result.sum, last.result.baseline
    if now is None or baseline is None or not 42 <= days <= 70 or 5 * now.um > 4 * baseline.um:
        return None
    return because(f"{say_change(now, baseline)} from baseline in week {days // 7}", last.date)


def slow_drift(case: Case) -> Because | None:
    """Three or more rises in a row, each under 10 %, that together make 5 mm or more.

    Source: limits of one reader, Yoon 2016; the 5 mm of RECIST 1.1, 4.3.1, as the least whole worth a word.
    """
    last = case.last
    if last is None or last.result.sum is None:
        return None
    complete = [(row, row.result.sum) for row in case.rows if row.result.sum is not None]
    first = len(complete) - 1
    while first > 0 and _is_small_rise(complete[first - 1][1], complete[first][1]):
        first -= 1
    rises = len(complete) - 1 - first
    start, least = complete[first]
    more = last.result.sum.um - least.um
    if rises < _DRIFT_STEPS or more < _FIVE_MM:
        return None
    return because(
        f"{say_count(rises, 'scan')} in a row rose a little, {mm(Length(more))} together since {case.say(start.date)}",
        last.date,
    )


def _is_small_rise(before: Length, after: Length) -> bool:
    return before < after and 10 * (after.um - before.um) < before.um


def target_without_size(case: Case) -> Because | None:
    """A target has no size on the newest scan, for another reason than local treatment, so there is no sum.

    Source: RECIST 1.1, 4.4.2.
    """
    last = case.last
    if last is None:
        return None
    missing = [
        f"{value.label} ({value.why})" for value in case.targets_at(last).missing if value.why != "treated locally"
    ]
    if not missing:
        return None
    return because(f"no size on {case.say(last.date)} for {join_words(missing)}", last.date)


def new_course(case: Case) -> Because | None:
    """A second or later course that has its baseline, or one scan more.

    Source: a baseline for each line of treatment (RECIST 1.1, 3.1 and 4.2).
    """
    if case.course is None or case.course.course.number < 2 or not 1 <= len(case.rows) <= 2:
        return None
    course, baseline = case.course.course, case.rows[0]
    return because(
        f"course {course.number} ({course.name}) has its own baseline of {case.say(baseline.date)}", baseline.date
    )


def provisional_result(case: Case) -> Because | None:
    """The newest response rests on values that wait for an answer or for a second person.

    Source: this record's convention; such values count in their own row only.
    """
    last = case.rows[-1] if case.rows else None
    if last is None or not last.result.provisional:
        return None
    waiting = [label for label, seen in last.seen.time_point.observations.items() if seen.provisional]
    what = f"{join_words(waiting)} of {case.say(last.date)}" if waiting else f"a value of {case.say(last.date)}"
    return because(f"{what} still {'waits' if len(waiting) < 2 else 'wait'} to be verified", last.date)


def more_lesions_than_targets(case: Case) -> Because | None:
    """The course follows liver lesions that are not among its targets, beside some that are.

    Source: RECIST 1.1, 4.2 (two targets an organ, five in all).
    """
    liver = [lesion for lesion in case.lesions if lesion.organ == LIVER and lesion.role is not LesionRole.NEW]
    targets = [lesion for lesion in liver if lesion.role is LesionRole.TARGET]
    if not case.rows or not targets or len(targets) == len(liver):
        return None
    names = join_words([lesion.label for lesion in targets])
    verb = "is a target" if len(targets) == 1 else "are targets"
    return because(f"{names} of {len(liver)} liver lesions {verb}", case.rows[0].date)
