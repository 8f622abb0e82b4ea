"""One patient as the triggers see them: the record, its courses as assessed, and today. Everything is derived, nothing kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cached_property

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.carried import NewDisease, Row, derive_rows
from tracker.domain.criteria import irecist, recist11
from tracker.domain.derivation import CourseAssessment
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.looks import appearance_at
from tracker.domain.record import Exam, MarkerResult, PatientRecord, RecordedLesion, Treatment
from tracker.domain.schedule.followed import derive_followed
from tracker.domain.schedule.situation import Situation
from tracker.domain.schedule.states import Standing, derive_standings
from tracker.domain.sums import TargetSum, compute_target_sum
from tracker.domain.vocabulary import LIVER, Appearance, LesionRole, Modality, Response, State, TreatmentKind
from tracker.domain.waiting import PROGRESSION
from tracker.domain.wording import format_date, format_percent

#: States with which a lesion is there to be seen.
SEEN = (
    State.MEASURED, State.TOO_SMALL, State.PRESENT, State.UNEQUIVOCAL_PROGRESSION, State.EQUIVOCAL, State.UNEQUIVOCAL,
    State.SPLIT, State.RECURRENCE,
)  # fmt: skip
#: Treatments of the whole person.
WHOLE_PERSON = frozenset(kind for kind in TreatmentKind if not kind.is_local)


@dataclass(frozen=True, slots=True)
class Because:
    """Why a note is shown: one sentence with this patient's data, and the date of what it speaks of."""

    text: str
    on: date
    #: The data alone, where the sentence also tells how long ago they are: what a dismissal is bound to. Empty: the sentence.
    facts: str = ""


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One time point of a course: its result, its observations with what still holds, its exams."""

    result: TimePointAssessment
    seen: Row
    exams: tuple[Exam, ...]

    @property
    def date(self) -> date:
        return self.result.date

    @property
    def observations(self) -> Mapping[str, Observation]:
        return self.seen.observations

    def state(self, label: str) -> State | None:
        observation = self.observations.get(label)
        return None if observation is None else observation.state

    def shows(self, label: str) -> bool:
        return self.state(label) in SEEN


@dataclass(frozen=True)
class Case:
    """What a trigger may look at. ``courses`` are the patient's assessed courses, ``today`` the day of looking.

    ``on_worklist`` is where the patient stands on the worklist; None: it is derived from the record alone, without what is
    booked or waits in the inbox.
    """

    record: PatientRecord
    courses: tuple[CourseAssessment, ...]
    today: date
    on_worklist: tuple[Standing, ...] | None = None

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Everything that holds on the worklist, the most urgent first."""
        if self.on_worklist is not None:
            return self.on_worklist
        return derive_standings(Situation(derive_followed(self.record, self.courses), self.today))

    @cached_property
    def exams(self) -> tuple[Exam, ...]:
        """All exams in the order of their dates."""
        return tuple(sorted(self.record.exams, key=lambda exam: (exam.performed_on, exam.id)))

    @property
    def last_exam(self) -> Exam | None:
        return self.exams[-1] if self.exams else None

    @cached_property
    def course(self) -> CourseAssessment | None:
        """The course that was started last."""
        return max(self.courses, key=lambda assessed: assessed.course.number, default=None)

    @cached_property
    def rows(self) -> tuple[CourseRow, ...]:
        """The time points of the current course, baseline first."""
        if self.course is None:
            return ()
        by_id = {exam.id: exam for exam in self.exams}
        return tuple(
            CourseRow(result, seen, tuple(by_id[exam_id] for exam_id in ids if exam_id in by_id))
            for result, seen, ids in zip(
                self.course.assessment.time_points,
                derive_rows(self.course.timeline),
                self.course.exam_ids_by_row,
                strict=True,
            )
        )

    @property
    def by_recist_sizes(self) -> bool:
        """Whether the course is judged by the sizes of RECIST 1.1, which iRECIST shares."""
        return self.course is not None and self.course.assessment.criteria in (recist11.NAME, irecist.NAME)

    @property
    def last(self) -> CourseRow | None:
        """The newest time point of the current course, unless it is the baseline."""
        return self.rows[-1] if len(self.rows) > 1 else None

    @property
    def before(self) -> CourseRow | None:
        """The time point before the newest one."""
        return self.rows[-2] if len(self.rows) > 1 else None

    @property
    def earlier_complete(self) -> CourseRow | None:
        """The latest time point before the newest one that has a complete sum."""
        return next((row for row in reversed(self.rows[:-1]) if row.result.sum is not None), None)

    @property
    def lesions(self) -> tuple[Lesion, ...]:
        """The lesions of the current course with their roles."""
        return () if self.course is None else self.course.timeline.lesions

    @property
    def liver_lesions(self) -> tuple[RecordedLesion, ...]:
        return tuple(lesion for lesion in self.record.lesions if lesion.organ == LIVER)

    def looks(self, label: str, on: date) -> Appearance | None:
        """How a lesion looked as last said up to a day."""
        return appearance_at(self.record, label, on)

    def is_in_liver(self, label: str) -> bool:
        return any(lesion.label == label for lesion in self.liver_lesions)

    def targets_at(self, row: CourseRow) -> TargetSum:
        """What each target adds to the sum, and which are missing."""
        targets = tuple(lesion for lesion in self.lesions if lesion.role is LesionRole.TARGET)
        return compute_target_sum(targets, row.observations, row.seen.time_point)

    def size(self, lesion: Lesion, row: CourseRow) -> Length | None:
        """The diameter RECIST uses of one lesion; None where it has none at that time point."""
        return compute_target_sum((lesion,), row.observations, row.seen.time_point).complete

    def new_disease(self, row: CourseRow) -> tuple[NewDisease, ...]:
        """Lesions that were not there at the baseline, certain or not; never one that was missed there."""
        return tuple(new for new in row.seen.new_disease if not new.there_at_baseline)

    def latest_observations(self) -> dict[str, tuple[date, Observation]]:
        """What was last said of each lesion, by any exam that can carry a size, with the day since when it holds."""
        latest: dict[str, tuple[date, Observation]] = {}
        for exam in self.exams:
            if not exam.modality.enters_sum:
                continue
            for seen in exam.observations:
                if seen.observation.state is State.NOT_MENTIONED:
                    continue
                known = latest.get(seen.label)
                same = known is not None and known[1].state is seen.observation.state
                latest[seen.label] = (known[0] if same and known is not None else exam.performed_on, seen.observation)
        return latest

    def ongoing(self, on: date, kinds: frozenset[TreatmentKind] = WHOLE_PERSON) -> tuple[Treatment, ...]:
        """Treatments of those kinds that had begun and not stopped on a day, in order of their start."""
        return tuple(
            sorted(
                (
                    treatment
                    for treatment in self.record.treatments
                    if treatment.kind in kinds
                    and not treatment.planned
                    and treatment.start <= on
                    and (treatment.stop is None or treatment.stop >= on)
                ),
                key=lambda treatment: (treatment.start, treatment.id),
            )
        )

    def results_of(self, *names: str) -> tuple[MarkerResult, ...]:
        """The results of a marker under any of its names, oldest first, in the unit of the newest, up to today."""
        plain = {plain_name(name) for name in names}
        found = sorted(
            (
                result
                for result in self.record.markers
                if plain_name(result.name) in plain and result.taken_on <= self.today
            ),
            key=lambda result: (result.taken_on, result.id),
        )
        return tuple(result for result in found if result.unit == found[-1].unit)

    def say(self, day: date) -> str:
        """ "9 Nov", with the year where it is not today's."""
        return format_date(day, year=day.year != self.today.year)


def is_progression(response: Response | None) -> bool:
    """Whether a response is a progression by any criterion; one that waits for its confirmation is."""
    return response in PROGRESSION


def because(text: str, on: date, facts: str = "") -> Because:
    """The sentence of a card; ``text`` has no full stop."""
    return Because(f"Shown because: {text}.", on, facts)


def say_change(now: Length, reference: Length) -> str:
    """A change in whole percent; never rounded onto −30 or +20 that were not reached. The reference is not 0."""
    exact = Decimal(100) * (now.um - reference.um) / reference.um
    whole = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if whole in (-30, 20) and abs(exact) < abs(whole):
        return format_percent(exact.quantize(Decimal("0.1"), rounding=ROUND_DOWN))
    return format_percent(whole, 0)


def say_modality(modality: Modality) -> str:
    """What people call it."""
    return {Modality.MR: "MRI", Modality.PET_MR: "PET/MRI"}.get(modality, str(modality))


def say_count(number: int, one: str, many: str | None = None) -> str:
    """ "1 scan", "3 scans"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def plain_name(name: str) -> str:
    """A marker's name without signs and capitals: "CA 19-9" and "CA19-9" are one."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
