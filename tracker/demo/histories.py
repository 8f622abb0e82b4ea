"""The history of a generated patient: one or two courses, laid out so that the last scan falls shortly before today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tracker.demo.bodies import BodyLesion, draw_elsewhere, draw_liver, find_lesions, with_roles
from tracker.demo.drafting import Calendar, as_preliminary, draft_exams, with_open_question, working_day
from tracker.demo.facts import with_drawn_history
from tracker.demo.growth import draw_biology
from tracker.demo.labs import Shedding, draw_shedding, draw_values
from tracker.demo.people import Person
from tracker.demo.regimens import Regimen, choose_regimen
from tracker.demo.scans import (
    SimulatedCourse,
    SimulatedScan,
    Visit,
    carry_over,
    draw_usual_modality,
    draw_visits,
    read_baseline,
    simulate_course,
)
from tracker.demo.shapes import SyntheticCourse, SyntheticPatient
from tracker.domain.drafts import CourseDraft, ExamDraft, MarkerDraft, TreatmentDraft
from tracker.domain.vocabulary import CourseKind, LesionRole, Modality

#: Shares of patients whose last scan has only a preliminary report, or carries a value to verify.
PENDING_SHARE, OPEN_QUESTION_SHARE = 0.04, 0.03
#: Of the patients who progress: how many start another course; of those whose last scan can be its baseline: how many use it.
SECOND_COURSE_SHARE, SAME_SCAN_SHARE = 0.65, 0.9


def draw_history(rng: Random, person: Person, today: date) -> SyntheticPatient:
    """A patient with courses, scans, treatments and markers; every scan lies before today."""
    usual = draw_usual_modality(rng)
    regimen = choose_regimen(rng, person.primary, person.biomarkers, 0)
    biology = draw_biology(rng, regimen)
    liver, more_lesions = draw_liver(rng, biology)
    bodies = (*liver, *draw_elsewhere(rng, biology))
    visits = draw_visits(rng, regimen, _follow_ups(rng), usual)
    found, hidden = find_lesions(rng, (), bodies, visits[0].modality)
    lesions, baseline = read_baseline(rng, found, visits[0])
    first = simulate_course(rng, regimen, biology, lesions, hidden, visits, baseline)
    courses = [_Laid(first, 0, rng.randint(3, 14), shares_scan=False)]
    if first.progressed and rng.random() < SECOND_COURSE_SHARE:
        courses.append(_draw_second(rng, person, first, usual))
    return _write(rng, person, tuple(courses), more_lesions, today)


@dataclass(frozen=True, slots=True)
class _Laid:
    """A simulated course laid on the patient's own days, counted from the first baseline."""

    course: SimulatedCourse
    #: The patient's day on which this course's day 0 falls.
    offset: int
    treated_from: int
    #: Whether its baseline is the scan that ended the course before.
    shares_scan: bool

    @property
    def last_day(self) -> int:
        return self.offset + self.course.last_day


def _follow_ups(rng: Random) -> int:
    """How many scans after the baseline, if the disease allows: between one and ten, four in the middle."""
    return rng.choices(range(1, 11), (8, 12, 14, 16, 14, 12, 9, 7, 5, 3))[0]


def _draw_second(rng: Random, person: Person, first: SimulatedCourse, usual: Modality) -> _Laid:
    """A course after progression: from the same scan where that can be its baseline, else from a new one weeks later."""
    regimen = _another(rng, person, first.regimen)
    biology = draw_biology(rng, regimen)
    same_scan = rng.random() < SAME_SCAN_SHARE and _can_be_baseline(first)
    wait = 0 if same_scan else rng.randint(21, 40)
    carried = carry_over(rng, first, biology, first.last_day + wait)
    visits = draw_visits(rng, regimen, max(1, _follow_ups(rng) - 2), usual)
    if same_scan:
        visits = (Visit(0, first.scans[-1].visit.modality), *visits[1:])
        lesions, baseline = _reread(carried, first.scans[-1])
        hidden = first.hidden
    else:
        found, hidden = find_lesions(rng, carried, first.hidden, visits[0].modality)
        lesions, baseline = read_baseline(rng, found, visits[0])
    course = simulate_course(rng, regimen, biology, lesions, hidden, visits, baseline)
    offset = first.last_day + wait
    return _Laid(course, offset, offset + rng.randint(6, 21), shares_scan=same_scan)


def _can_be_baseline(course: SimulatedCourse) -> bool:
    """Whether the scan that ended a course can open the next: it names no lesion as new, and none that has no role."""
    last = course.scans[-1]
    there = tuple(lesion for lesion in course.lesions if lesion.label in last.readings)
    without = [one for one in with_roles(there, last.readings) if one.role is None and last.readings[one.label].seen]
    return not last.new and not last.unsure and not without


def _another(rng: Random, person: Person, not_again: Regimen) -> Regimen:
    for _ in range(4):
        regimen = choose_regimen(rng, person.primary, person.biomarkers, 1)
        if regimen.name != not_again.name:
            return regimen
    return regimen


def _reread(lesions: tuple[BodyLesion, ...], scan: SimulatedScan) -> tuple[tuple[BodyLesion, ...], SimulatedScan]:
    """The scan that ended one course as the baseline of the next: the same readings, new roles."""
    there = tuple(lesion for lesion in lesions if lesion.label in scan.readings)
    with_role = with_roles(there, scan.readings)
    targets = [lesion.label for lesion in with_role if lesion.role is LesionRole.TARGET]
    sum_mm = sum(scan.readings[label].counted_mm for label in targets)
    return with_role, SimulatedScan(Visit(0, scan.visit.modality), scan.readings, sum_mm)


def _write(rng: Random, person: Person, laid: tuple[_Laid, ...], more_lesions: int, today: date) -> SyntheticPatient:
    pending = rng.random() < PENDING_SHARE
    days_ago = rng.randint(1, 6) if pending else _days_since_last_scan(rng, laid[-1].course)
    origin = today - timedelta(days=days_ago + laid[-1].last_day)
    known: set[str] = set()
    courses: list[SyntheticCourse] = []
    for index, part in enumerate(laid):
        calendar = Calendar(origin + timedelta(days=part.offset), today)
        exams = draft_exams(rng, part.course, calendar, known, more_lesions=more_lesions)
        following = laid[index + 1] if index + 1 < len(laid) else None
        courses.append(_course(part, exams, following, origin, today))
    courses[-1] = _with_blemish(rng, courses[-1], pending=pending)
    shedding = draw_shedding(rng, person.primary, laid[0].course)
    whole = SyntheticPatient(person.draft(), tuple(courses))
    # Of its own stream, so that what is drawn of the primary moves no scan.
    draft = with_drawn_history(
        Random(f"history/{person.number}"),  # noqa: S311 - invented patients, not secrets
        whole.draft, whole.exams, today, may_have_died=laid[-1].course.progressed
    )  # fmt: skip
    return SyntheticPatient(draft, tuple(courses), markers=_markers(rng, laid, shedding, origin) if shedding else ())


def _days_since_last_scan(rng: Random, last: SimulatedCourse) -> int:
    """Spread so that a worklist has something of everything: just scanned, on schedule, due, overdue."""
    if last.progressed:
        return rng.randint(2, 30)
    interval = last.regimen.interval_days
    kind = rng.choices(("fresh", "running", "due", "overdue"), (22, 50, 16, 12))[0]
    if kind == "fresh":
        return rng.randint(2, 9)
    if kind == "running":
        return rng.randint(10, interval - 10)
    return rng.randint(interval - 9, interval + 5) if kind == "due" else rng.randint(interval + 10, interval + 45)


def _course(
    part: _Laid, exams: tuple[ExamDraft, ...], following: _Laid | None, origin: date, today: date
) -> SyntheticCourse:
    regimen = part.course.regimen
    start = origin + timedelta(days=part.treated_from)
    stop = _stop(part, following, origin, start, today)
    until = stop or today
    treatment = TreatmentDraft(
        regimen.name, regimen.kind, start, stop, cycles=1 + max(0, (until - start).days) // regimen.cycle_days
    )
    roles = {
        lesion.label: lesion.role
        for lesion in part.course.lesions
        if lesion.role is not None and lesion.role is not LesionRole.NEW
    }
    draft = CourseDraft(CourseKind.SYSTEMIC, regimen.name, start, roles, treatment=treatment)
    if part.shares_scan:
        return SyntheticCourse(draft, exams[1:], baseline_on=exams[0].performed_on)
    return SyntheticCourse(replace(draft, baseline=exams[0]), exams[1:])


def _stop(part: _Laid, following: _Laid | None, origin: date, start: date, today: date) -> date | None:
    """The treatment ends a few days after the scan that shows progression, never after the next one begins."""
    if not part.course.progressed:
        return None
    latest = today if following is None else origin + timedelta(days=following.treated_from - 1)
    stopped = working_day(origin + timedelta(days=part.last_day)) + timedelta(days=4)
    if following is None and stopped > today:
        return None
    return max(start, min(stopped, latest))


def _with_blemish(rng: Random, course: SyntheticCourse, *, pending: bool) -> SyntheticCourse:
    """The last scan may wait for its final report, or for a second person."""
    ask = rng.random() < OPEN_QUESTION_SHARE
    if not course.follow_ups or not (pending or ask):
        return course
    last = course.follow_ups[-1]
    if pending:
        last = as_preliminary(last)
    else:
        measured = [seen.label for seen in last.observations if seen.observation.longest is not None]
        last = with_open_question(last, measured[0]) if measured else last
    return replace(course, follow_ups=(*course.follow_ups[:-1], last))


def _markers(rng: Random, laid: tuple[_Laid, ...], shedding: Shedding, origin: date) -> tuple[MarkerDraft, ...]:
    marker = shedding.marker
    found = []
    for part in laid:
        for lab in draw_values(rng, part.course, shedding, skip_first=part.shares_scan):
            taken = working_day(origin + timedelta(days=part.offset + lab.day))
            found.append(MarkerDraft(marker.name, taken, lab.value, marker.unit, marker.upper_limit))
    return tuple(found)
