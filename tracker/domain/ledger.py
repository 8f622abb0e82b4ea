"""The liver ledger: for every exam, where each liver lesion stands, and what liver sum and count are known to be.

The sum of targets decides a response (at most two targets of an organ, RECIST 1.1, 4.2); a liver may hold ten lesions.
What stands here is the context of that sum and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tracker.domain.bounds import Measure, unknown
from tracker.domain.derivation import CourseAssessment
from tracker.domain.ledger_entry import LedgerEntry, LedgerLine, LocalTreatment, Standing
from tracker.domain.lengths import Length
from tracker.domain.record import Exam, PatientRecord, RecordedLesion, RecordedObservation, Treatment
from tracker.domain.stated import size_stated
from tracker.domain.vocabulary import LIVER, Certainty, State, TreatmentKind

#: Treatments after which a lesion is not there to be followed, though no report repeats it.
_REMOVING = (TreatmentKind.ABLATION, TreatmentKind.RESECTION)
_SAYS_NOTHING = (None, State.NOT_MENTIONED, State.NOT_EVALUABLE)


@dataclass(slots=True)
class _Memory:
    """What the exams so far have said of one lesion."""

    #: The last state that says something of it.
    said: State | None = None
    last_seen: date | None = None
    absent_since: date | None = None
    silent_since: date | None = None
    treatment: LocalTreatment | None = None
    into: str | None = None


@dataclass(slots=True)
class _Followed:
    """A liver lesion with its local treatments."""

    lesion: RecordedLesion
    treatments: tuple[Treatment, ...]
    memory: _Memory = field(default_factory=_Memory)


def derive_ledger(record: PatientRecord, course: CourseAssessment | None = None) -> tuple[LedgerEntry, ...]:
    """One entry for each exam of the record, in the order of their dates; ``course`` adds its sum of targets."""
    followed = [
        _Followed(lesion, _local_treatments(record, lesion.label)) for lesion in record.lesions if lesion.organ == LIVER
    ]
    rows = {} if course is None else _rows_by_exam(course)
    entries = []
    for exam in sorted(record.exams, key=lambda exam: (exam.performed_on, exam.id)):
        lines = tuple(_derive_line(one, exam) for one in followed)
        row = rows.get(exam.id)
        sums = (None, None) if course is None or row is None else _target_sums(course, row)
        entries.append(LedgerEntry(exam.id, exam.performed_on, exam.modality, lines, exam.liver_count, *sums))
    return tuple(entries)


def _rows_by_exam(course: CourseAssessment) -> dict[int, int]:
    return {exam_id: row for row, exam_ids in enumerate(course.exam_ids_by_row) for exam_id in exam_ids}


def _target_sums(course: CourseAssessment, row: int) -> tuple[Length | None, Length | None]:
    judged = course.assessment.time_points[row]
    return judged.sum, judged.sum_of_measured


def _local_treatments(record: PatientRecord, label: str) -> tuple[Treatment, ...]:
    local = (one for one in record.treatments if one.kind.is_local and not one.planned and label in one.lesions)
    return tuple(sorted(local, key=lambda one: one.start))


def _derive_line(one: _Followed, exam: Exam) -> LedgerLine:
    """Where the lesion stands at this exam, after what the exams before have said; what it says now is remembered."""
    memory, day = one.memory, exam.performed_on
    said = exam.observation(one.lesion.label)
    state = None if said is None or said.observation.state is State.NOT_MENTIONED else said.observation.state
    done = [treatment for treatment in one.treatments if treatment.start <= day]
    if done:
        memory.treatment = LocalTreatment(done[-1].name, done[-1].start)
    removed = any(
        treatment.kind in _REMOVING and memory.last_seen is not None and treatment.start >= memory.last_seen
        for treatment in done
    )
    standing = _standing(one, state, removed=removed, on=day)
    line = _line(one, said, state, standing, day)
    _remember(memory, said, state, day)
    return line


def _standing(one: _Followed, state: State | None, *, removed: bool, on: date) -> Standing:
    memory = one.memory
    if state is State.EQUIVOCAL:
        return Standing.UNCERTAIN
    if state in (State.TREATED, State.RECURRENCE):
        return Standing.TREATED
    if state is State.MERGED:
        return Standing.MERGED
    if state is not None and state.shows_tumour:
        return Standing.SEEN
    in_retrospect = one.lesion.first_seen is not None and one.lesion.first_seen <= on
    was_there = memory.last_seen is not None or in_retrospect
    if removed or memory.said is State.TREATED:
        return Standing.TREATED
    if state is State.ABSENT or memory.said is State.ABSENT:
        # Reports seldom repeat that a vanished lesion is still not there; their silence is no return and no shrinkage.
        return Standing.WATCHED if was_there else Standing.NOT_YET
    if memory.said is State.MERGED:
        return Standing.MERGED
    return Standing.MISSING if was_there or state is State.NOT_EVALUABLE else Standing.NOT_YET


def _line(
    one: _Followed, said: RecordedObservation | None, state: State | None, standing: Standing, day: date
) -> LedgerLine:
    memory, lesion = one.memory, one.lesion
    seen = None if said is None else said.observation
    size = None if said is None else size_stated(said, node=False)
    recurrence = None
    if state is State.RECURRENCE and seen is not None:
        recurrence = seen.certainty or Certainty.UNEQUIVOCAL
    if standing is Standing.MISSING:
        size = unknown(Measure.LENGTH)
    elif standing is Standing.TREATED and recurrence is None:
        size = None
    since = {
        Standing.WATCHED: memory.absent_since or day,
        Standing.MISSING: memory.silent_since or day,
    }.get(standing)
    return LedgerLine(
        label=lesion.label,
        segments="/".join(str(segment) for segment in lesion.segments) or LIVER,
        standing=standing,
        said=state,
        size=size,
        since=since,
        last_seen=memory.last_seen,
        treatment=_treatment(one, said, standing),
        recurrence=recurrence,
        into=(seen.into if seen is not None and state is State.MERGED else memory.into)
        if standing is Standing.MERGED
        else None,
        reason=seen.reason if seen is not None and state is State.NOT_EVALUABLE else None,
    )


def _treatment(one: _Followed, said: RecordedObservation | None, standing: Standing) -> LocalTreatment | None:
    """By the exam where it says, else by the treatments of the record, else as an earlier exam said."""
    seen, known = None if said is None else said.observation, one.memory.treatment
    if seen is not None and (seen.by is not None or seen.treated_on is not None):
        before = known or LocalTreatment(None, None)
        one.memory.treatment = LocalTreatment(seen.by or before.method, seen.treated_on or before.on)
    elif standing is Standing.TREATED and known is None:
        one.memory.treatment = LocalTreatment(None, None)
    return one.memory.treatment


def _remember(memory: _Memory, said: RecordedObservation | None, state: State | None, day: date) -> None:
    if state in _SAYS_NOTHING:
        memory.silent_since = memory.silent_since or day
        return
    memory.silent_since = None
    memory.said = state
    memory.absent_since = (memory.absent_since or day) if state is State.ABSENT else None
    if state is State.MERGED and said is not None:
        memory.into = said.observation.into
    if state is not None and state.shows_tumour:
        memory.last_seen = day
