"""From simulated scans to the drafts the services take: dates, words, counts, statements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tracker.demo.bodies import BodyLesion, state_of
from tracker.demo.facts import sites_of
from tracker.demo.growth import Reading
from tracker.demo.scans import SimulatedCourse, SimulatedScan
from tracker.domain.drafts import ExamDraft, LesionDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import RecordedObservation, StatedCount
from tracker.domain.vocabulary import (
    LIVER,
    LYMPH_NODE,
    CountKind,
    LesionRole,
    Modality,
    Provenance,
    ReportStatus,
    State,
    Statement,
)

#: Chance that a follow-up report says nothing of a non-target.
UNMENTIONED_SHARE = 0.04


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns days of a course into dates. Scans are made on working days: a weekend's scan is moved to the Friday before."""

    origin: date
    today: date

    def scan_date(self, day: int) -> date:
        return working_day(self.origin + timedelta(days=day))

    def date(self, day: int) -> date:
        return self.origin + timedelta(days=day)


def working_day(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def draft_exams(
    rng: Random, course: SimulatedCourse, calendar: Calendar, known: set[str], *, more_lesions: int
) -> tuple[ExamDraft, ...]:
    """All scans of a course as exam drafts. ``known`` holds the labels already introduced, and grows."""
    by_label = {lesion.label: lesion for lesion in course.lesions}
    drafts: list[ExamDraft] = []
    for index, scan in enumerate(course.scans):
        previous = course.scans[index - 1] if index else None
        draft = _draft_exam(rng, course, scan, previous, calendar, more_lesions)
        first_seen = [seen.label for seen in draft.observations if seen.label not in known]
        known.update(first_seen)
        drafts.append(replace(draft, lesions=tuple(_introduce(by_label[label]) for label in first_seen)))
    return tuple(drafts)


def _draft_exam(
    rng: Random,
    course: SimulatedCourse,
    scan: SimulatedScan,
    previous: SimulatedScan | None,
    calendar: Calendar,
    more_lesions: int,
) -> ExamDraft:
    performed = calendar.scan_date(scan.visit.day)
    modality = scan.visit.modality
    ever_new = _labels_new_so_far(course, scan)
    # The scan that ends a course can be the next one's baseline, where every lesion is named.
    may_be_quiet = previous is not None and not scan.progressed
    observations = []
    by_label = {lesion.label: lesion for lesion in course.lesions}
    for lesion in course.lesions:
        if lesion.label not in scan.readings:
            continue
        quiet = may_be_quiet and lesion.role is LesionRole.NON_TARGET and rng.random() < UNMENTIONED_SHARE
        if not quiet:
            observations.append(_observation(rng, lesion, scan, ever_new))
    return ExamDraft(
        performed_on=performed,
        modality=modality,
        reported_on=min(calendar.today, performed + timedelta(days=rng.choice((0, 1, 1, 2, 3)))),
        phase=_phase(rng, modality),
        slice_thickness=Length.from_mm(rng.choices(("3", "5", "1.5"), (70, 20, 10))[0]),
        liver_count=_count(course, scan, more_lesions),
        statements=_statements(rng, course, scan) if previous is not None else {},
        remark=_remark(scan, previous),
        reported_response=_in_words(scan, previous),
        uptake_minutes=rng.choice((58, 60, 62, 65, None)) if modality.has_pet else None,
        extrahepatic=sites_of([(by_label[seen.label].organ, seen.observation) for seen in observations]),
        observations=tuple(observations),
    )


def _labels_new_so_far(course: SimulatedCourse, scan: SimulatedScan) -> frozenset[str]:
    found: set[str] = set()
    for earlier in course.scans:
        found |= earlier.new
        if earlier is scan:
            break
    return frozenset(found)


def _observation(rng: Random, lesion: BodyLesion, scan: SimulatedScan, ever_new: frozenset[str]) -> RecordedObservation:
    reading = scan.readings[lesion.label]
    size = Length.from_mm(reading.mm) if reading.mm is not None else None
    state = state_of(lesion, reading)
    if reading.seen and (lesion.label in scan.unsure or lesion.role is None):
        # First shown by a stronger technique, or back after it was not seen at this course's baseline: a question.
        state = State.EQUIVOCAL
    elif lesion.label in ever_new and reading.seen:
        state = State.UNEQUIVOCAL
    seen = Observation(state=state, longest=size)
    if lesion.is_node and reading.mm is not None:
        seen = Observation(state=state, short=size, longest=Length.from_mm(round(reading.mm * 1.4)))
    if scan.visit.modality.has_pet and lesion.growing is not None:
        seen = replace(seen, suv_max=_suv(rng, reading))
    return RecordedObservation(lesion.label, seen, provenance=Provenance.SYNTHETIC)


def _introduce(lesion: BodyLesion) -> LesionDraft:
    return LesionDraft(lesion.label, lesion.organ, lesion.segments, lesion.role, lesion.appearance)


def _suv(rng: Random, reading: Reading) -> Decimal | None:
    """SUVmax rises with size, because small lesions blur; none where there is nothing to see."""
    if not reading.seen:
        return None
    return Decimal(round(10 * (2.2 + 0.22 * reading.counted_mm * rng.uniform(0.7, 1.3)))) / 10


def _phase(rng: Random, modality: Modality) -> str:
    if modality is Modality.MR:
        return rng.choices(("hepatobiliary", "portal venous"), (65, 35))[0]
    return "portal venous"


def _count(course: SimulatedCourse, scan: SimulatedScan, more_lesions: int) -> StatedCount:
    """Exact up to ten liver lesions, "at least" up to 25, then innumerable."""
    seen = sum(1 for lesion in course.lesions if lesion.organ == LIVER and _is_seen(scan.readings.get(lesion.label)))
    if more_lesions and seen + more_lesions > 25:
        return StatedCount(CountKind.INNUMERABLE)
    if more_lesions:
        return StatedCount(CountKind.AT_LEAST, seen + 1)
    return StatedCount(CountKind.EXACT, seen)


def _is_seen(reading: Reading | None) -> bool:
    return reading is not None and reading.seen


def _statements(rng: Random, course: SimulatedCourse, scan: SimulatedScan) -> dict[str, Statement]:
    """What the report says of new disease by place: the liver always, other places not always."""
    organs = {lesion.organ for lesion in course.lesions if lesion.label in scan.new}

    def elsewhere(place: str) -> Statement:
        if place in organs:
            return Statement.YES
        return rng.choices((Statement.NONE, Statement.NOT_MENTIONED), (75, 25))[0]

    return {
        LIVER: Statement.YES if LIVER in organs else Statement.NONE,
        "lymph nodes": elsewhere(LYMPH_NODE),
        "chest": elsewhere("lung"),
        "bone": rng.choices((Statement.NONE, Statement.NOT_MENTIONED), (30, 70))[0],
    }


def _remark(scan: SimulatedScan, previous: SimulatedScan | None) -> str | None:
    if previous is None:
        return None
    fresh = sorted(scan.unsure - previous.unsure)
    if fresh:
        return f"{', '.join(fresh)} seen for the first time; earlier scans used another technique. Synthetic."
    return None


def _in_words(scan: SimulatedScan, previous: SimulatedScan | None) -> str | None:
    """The radiologist's impression against the scan before; a reader does not compute a category."""
    if previous is None:
        return None
    if scan.new:
        return "new lesion"
    if scan.sum_mm >= 1.1 * previous.sum_mm:
        return "larger"
    return "smaller" if scan.sum_mm <= 0.9 * previous.sum_mm else "unchanged"


def as_preliminary(exam: ExamDraft) -> ExamDraft:
    """The same scan while only a preliminary reading is in and the final report is awaited."""
    return replace(
        exam,
        status=ReportStatus.PRELIMINARY,
        reported_on=None,
        reported_response=None,
        remark="Preliminary reading; the final report is awaited. Synthetic.",
    )


def with_open_question(exam: ExamDraft, label: str) -> ExamDraft:
    """The same scan with one value that still waits for a second person."""
    observations = tuple(
        replace(seen, observation=replace(seen.observation, provisional=True), comment="to verify against the report")
        if seen.label == label
        else seen
        for seen in exam.observations
    )
    return replace(exam, observations=observations)
