"""From the record to its timelines: one course, its plan and its exams become a timeline that can be assessed.

Nothing derived here is stored; a corrected baseline or an exam found later re-derives everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.assess import assess
from tracker.domain.assessment import Assessment
from tracker.domain.bounds import Bounds, add_bounds, exact
from tracker.domain.lengths import Length, total
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.record import Course, Exam, MarkerResult, PatientRecord, RecordedObservation
from tracker.domain.stated import as_counted, counted_size, is_stated_in_part, say_counted, size_stated
from tracker.domain.timeline import Timeline, TimelineTreatment, TimePoint
from tracker.domain.vocabulary import LesionRole, Modality, State
from tracker.domain.within_bounds import WithinBounds, response_within_bounds
from tracker.errors import Problem

#: Markers of tumour; liver tests are none.
TUMOUR_MARKERS = ("CEA", "CA19-9", "CA15-3", "CA125", "CgA", "AFP")
#: A marker speaks for a scan this many days away at most.
_MARKER_DAYS = 28

_SAID_OF_NEW = (State.EQUIVOCAL, State.UNEQUIVOCAL)

#: How much a state says where two exams of one time point speak of a lesion.
_SAYS_MOST = {
    State.UNEQUIVOCAL: 3,
    State.UNEQUIVOCAL_PROGRESSION: 3,
    State.RECURRENCE: 3,
    State.MEASURED: 2,
    State.ABSENT: 2,
    State.TOO_SMALL: 2,
    State.SPLIT: 2,
    State.MERGED: 2,
    State.TREATED: 2,
}

#: States with which a lesion that had no role is there (again) after the baseline.
_SEEN = (
    State.MEASURED,
    State.TOO_SMALL,
    State.PRESENT,
    State.EQUIVOCAL,
    State.UNEQUIVOCAL,
    State.SPLIT,
    State.RECURRENCE,
)


@dataclass(frozen=True, slots=True)
class CourseAssessment:
    """One course with its timeline and what the criterion makes of it."""

    course: Course
    timeline: Timeline
    assessment: Assessment
    #: The exams behind each row of ``assessment.time_points``, in the same order.
    exam_ids_by_row: tuple[tuple[int, ...], ...]
    #: For each row the sizes of targets and new lesions that were stated in part ("<5", ">=23", "approx"), by label.
    stated_by_row: tuple[Mapping[str, Bounds], ...] = ()

    @property
    def within_bounds(self) -> WithinBounds | None:
        """Whether the responses stand within those bounds; None where no size was stated as a bound."""
        return response_within_bounds(self.timeline, self.stated_by_row, self.assessment)

    def stated_sum(self, row: int) -> Bounds | None:
        """What is known of a row's complete sum of targets where one is stated in part; None where all are counted whole.

        5 mm for a lesion too small to measure is the rule's own number, so it is whole (RECIST 1.1, 4.3.2).
        """
        sizes, counted = self.stated_by_row[row] if self.stated_by_row else {}, self.assessment.time_points[row].sum
        observations = self.timeline.time_points[row].observations
        bounded = [
            lesion
            for lesion in self.timeline.with_role(LesionRole.TARGET)
            if lesion.label in sizes and observations[lesion.label].state is not State.TOO_SMALL
        ]
        if counted is None or not bounded:
            return None
        numbers = [counted_size(observations[lesion.label], node=lesion.is_node) for lesion in bounded]
        whole = Length(counted.um - total(numbers).um)
        return add_bounds((exact(whole), *(sizes[lesion.label] for lesion in bounded)))

    @property
    def findings(self) -> tuple[Problem, ...]:
        """Remarks on the timeline and on the sizes that were stated in part; they ask and decide nothing."""
        return (*self.assessment.problems, *_bound_findings(self))


def assess_record(record: PatientRecord) -> tuple[CourseAssessment, ...]:
    """Every course of a patient, in order; a course without a stored baseline is left out."""
    return tuple(assess_course(record, course) for course in record.courses if course.plan.time_points)


def assess_course(record: PatientRecord, course: Course) -> CourseAssessment:
    """The course under its own plan: criterion, settings, roles, baseline."""
    timeline = derive_timeline(record, course)
    rows = tuple(point.exam_ids for point in course.plan.time_points)
    assessment = assess(timeline, course.plan.criterion)
    return CourseAssessment(course, timeline, assessment, rows, _stated_sizes(record, timeline, rows))


def derive_timeline(record: PatientRecord, course: Course) -> Timeline:
    """The timeline of one course; its id names patient and course, so that it can be checked outside."""
    groups = [tuple(record.exam(exam_id) for exam_id in point.exam_ids) for point in course.plan.time_points]
    lesions = tuple(_derive_lesions(record, course, groups))
    baseline_modality = groups[0][0].modality if groups else None
    phase = _phase_of_attenuation(groups[0]) if groups else None
    return Timeline(
        id=f"{record.patient.identifier}/course {course.number}",
        lesions=lesions,
        time_points=tuple(
            _derive_time_point([_in_phase(exam, phase) for exam in exams], lesions, baseline_modality, record)
            for exams in groups
        ),
        settings=course.plan.settings,
        treatments=tuple(_derive_treatments(record, course)),
    )


def _phase_of_attenuation(baseline: Sequence[Exam]) -> str | None:
    """The contrast phase in which attenuation was measured at the baseline; None where it is not said."""
    measured = [
        exam for exam in baseline if any(said.observation.attenuation_hu is not None for said in exam.observations)
    ]
    phases = {exam.phase.strip().casefold() for exam in measured if exam.phase}
    return phases.pop() if len(phases) == 1 else None


def _in_phase(exam: Exam, phase: str | None) -> Exam:
    """The exam without attenuation of another contrast phase than the baseline's: the two would not compare (Choi 2007)."""
    if phase is None or not exam.phase or exam.phase.strip().casefold() == phase:
        return exam
    if all(said.observation.attenuation_hu is None for said in exam.observations):
        return exam
    kept = tuple(
        replace(said, observation=replace(said.observation, attenuation_hu=None)) for said in exam.observations
    )
    return replace(exam, observations=kept)


def _derive_lesions(record: PatientRecord, course: Course, groups: Sequence[Sequence[Exam]]) -> Iterator[Lesion]:
    """Lesions with a role in the plan, and those without one that are seen after the baseline: new there, or back.

    A lesion absent or already treated at the baseline is watched, without a role, until it is seen again.
    """
    follow_ups = [exam for exams in groups[1:] for exam in exams]
    for lesion in record.lesions:
        role = course.plan.roles.get(lesion.label)
        if role is None:
            seen_at = (exam.observation(lesion.label) for exam in follow_ups)
            if not any(seen is not None and seen.observation.state in _SEEN for seen in seen_at):
                continue
            role = LesionRole.NEW
        yield Lesion(lesion.label, role, lesion.organ, lesion.segments, lesion.first_seen)


def _derive_time_point(
    exams: Sequence[Exam], lesions: Sequence[Lesion], baseline_modality: Modality | None, record: PatientRecord
) -> TimePoint:
    """Exams judged together; each lesion as the exam that counts for it saw it."""
    day = max(exam.performed_on for exam in exams)
    observations: dict[str, Observation] = {}
    for lesion in lesions:
        chosen = _choose_statement(exams, lesion, baseline_modality)
        if chosen is None:
            continue
        exam, said = chosen
        observation = _in_role(lesion.role, as_counted(said, node=lesion.is_node))
        if len(exams) > 1:
            on = exam.performed_on if exam.performed_on != day else None
            observation = replace(observation, on=on, modality=exam.modality)
        observations[lesion.label] = observation
    main = next((exam for exam in exams if exam.modality == baseline_modality), exams[0])
    markers = _markers_elevated(record, day)
    return TimePoint(date=day, modality=main.modality, observations=observations, markers_elevated=markers)


def _choose_statement(
    exams: Sequence[Exam], lesion: Lesion, baseline_modality: Modality | None
) -> tuple[Exam, RecordedObservation] | None:
    """The exam of a time point that counts for a lesion, and what it says; None where none speaks of it."""
    said = [
        (exam, found)
        for exam in exams
        if (found := exam.observation(lesion.label)) is not None and found.observation.state is not State.NOT_MENTIONED
    ]

    def precedence(pair: tuple[Exam, RecordedObservation]) -> tuple[bool, int, bool, date, int]:
        return _precedence(pair[0], _in_role(lesion.role, pair[1].observation), baseline_modality)

    return max(said, key=precedence, default=None)


def _stated_sizes(
    record: PatientRecord, timeline: Timeline, rows: Sequence[tuple[int, ...]]
) -> tuple[Mapping[str, Bounds], ...]:
    """For each row what was stated in part of a size that can decide something: a target's, a new lesion's."""
    if all(seen.qualifier is None for exam in record.exams for seen in exam.observations):
        return ()
    groups = [tuple(record.exam(exam_id) for exam_id in exam_ids) for exam_ids in rows]
    modality = groups[0][0].modality if groups else None
    deciding = [lesion for lesion in timeline.lesions if lesion.role is not LesionRole.NON_TARGET]
    found: list[Mapping[str, Bounds]] = []
    for exams in groups:
        stated: dict[str, Bounds] = {}
        if any(seen.qualifier is not None for exam in exams for seen in exam.observations):
            for lesion in deciding:
                chosen = _choose_statement(exams, lesion, modality)
                if chosen is None or not is_stated_in_part(chosen[1], node=lesion.is_node):
                    continue
                size = size_stated(chosen[1], node=lesion.is_node)
                if size is not None:
                    stated[lesion.label] = size
        found.append(stated)
    return tuple(found)


def _bound_findings(judged: CourseAssessment) -> Iterator[Problem]:
    """What was counted for a size stated in part, and where a response hangs on it."""
    timeline, within = judged.timeline, judged.within_bounds
    for at, sizes in enumerate(judged.stated_by_row):
        for label, size in sizes.items():
            lesion = timeline.lesion(label)
            if lesion.role is LesionRole.TARGET:
                seen = timeline.time_points[at].observations[label]
                text = say_counted(label, size, seen, node=lesion.is_node)
                yield Problem(f"time_points[{at}].observations.{label}", text)
        if within is not None and not within.rows[at].stands:
            yield Problem(f"time_points[{at}]", within.rows[at].sentence)


def _in_role(role: LesionRole, seen: Observation) -> Observation:
    """A statement as it reads in this course. The exam that ends one course may call a lesion new, or non-target disease
    unequivocally worse; where it opens the next, the same lesion is a target or non-target there and simply seen."""
    said_of_another_role = (role is not LesionRole.NEW and seen.state in _SAID_OF_NEW) or (
        role is not LesionRole.NON_TARGET and seen.state is State.UNEQUIVOCAL_PROGRESSION
    )
    if not said_of_another_role:
        return seen
    return replace(seen, state=State.MEASURED if seen.longest or seen.short else State.PRESENT)


def _precedence(exam: Exam, seen: Observation, baseline_modality: Modality | None) -> tuple[bool, int, bool, date, int]:
    """Which exam of a time point counts for a lesion: one that may enter a sum, then the one that says most.

    What was stated beyond doubt stands; where two exams measure, the baseline's modality counts, else the later exam.
    """
    says = 0 if seen.state is State.NOT_EVALUABLE else _SAYS_MOST.get(seen.state, 1)
    return exam.modality.enters_sum, says, exam.modality == baseline_modality, exam.performed_on, exam.id


def _markers_elevated(record: PatientRecord, day: date) -> bool | None:
    """Whether a tumour marker taken about the time of the scan is above its upper limit; None where none was taken.

    RECIST 1.1, 4.3.3: a marker that was high at the baseline must become normal before a response is complete.
    """
    latest: dict[str, MarkerResult] = {}
    for result in sorted(record.markers, key=lambda marker: marker.taken_on):
        about_then = abs((result.taken_on - day).days) <= _MARKER_DAYS
        if result.name in TUMOUR_MARKERS and result.upper_limit is not None and about_then:
            latest[result.name] = result
    if not latest:
        return None
    return any(result.value > result.upper_limit for result in latest.values() if result.upper_limit is not None)


def _derive_treatments(record: PatientRecord, course: Course) -> Iterator[TimelineTreatment]:
    """Treatments begun within the course: from its start (or shortly before its baseline) until the next course's."""
    later = [other.start for other in record.courses if other.number > course.number]
    until = min(later, default=None)
    for treatment in record.treatments:
        if treatment.planned or treatment.start < course.start or (until is not None and treatment.start >= until):
            continue
        yield TimelineTreatment(treatment.name, str(treatment.kind), treatment.start, treatment.stop)
