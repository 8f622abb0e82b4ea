"""A table beside the record: what is new, what is known, which exam opens a course and which role each lesion has.

Pure: the record is an argument, the plan a value. A plan with problems is never carried out, not even in part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.domain.drafts import ExamDraft, LesionDraft
from tracker.domain.record import PatientRecord, RecordedObservation
from tracker.domain.vocabulary import LIVER, LesionRole, Provenance, ReportStatus
from tracker.errors import Problem
from tracker.exchange.grouping import TableExam, TablePatient
from tracker.exchange.roles import CourseView, RoleReader, joins_time_points, known_courses
from tracker.exchange.stored import differences, find_stored
from tracker.exchange.values import Opens


@dataclass(frozen=True, slots=True)
class Opening:
    """A course that begins with an exam, and the roles of its lesions."""

    roles: Mapping[str, LesionRole]
    #: Whether the exam is also the last time point of the course before.
    closes_former: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One exam to store (or, with ``stored_id``, one that is there), and the course it opens."""

    draft: ExamDraft
    stored_id: int | None
    opening: Opening | None
    #: Roles that lesions known before get in the course this exam belongs to.
    roles: Mapping[str, LesionRole]
    #: The file's row of each lesion, and the first row of the exam under "".
    rows: Mapping[str, int]


@dataclass(slots=True)
class PatientPlan:
    """What is to be done for one patient, in order."""

    identifier: str
    authority: str
    patient_id: int | None
    #: First row of the file that speaks of the patient.
    first_row: int
    steps: list[Step] = field(default_factory=list)
    exams_known: int = 0
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


def plan_patient(table: TablePatient, record: PatientRecord | None, shown: Mapping[str, str]) -> PatientPlan:
    """Lay one patient of a table beside their record (None where there is none yet)."""
    return _Planner(table, record, shown).plan()


class _Planner:
    """Walks the exams of a file in the order of their dates, with the courses as they stand at each."""

    def __init__(self, table: TablePatient, record: PatientRecord | None, shown: Mapping[str, str]) -> None:
        self.table = table
        self.record = record
        self.shown = shown
        first_row = min(line for exam in table.exams for line in exam.lines)
        patient_id = record.patient.id if record else None
        self.plan_so_far = PatientPlan(table.identifier, table.authority, patient_id, first_row)
        self.courses: list[CourseView] = known_courses(record)
        self.known = {lesion.label: lesion for lesion in record.lesions} if record else {}
        self.introduced: set[str] = set()
        self.first_row = {label: lesion.line for label, lesion in table.lesions.items()}
        self.roles = RoleReader(self.place, self.plan_so_far.problems, self.plan_so_far.remarks)

    def place(self, line: int, column: str) -> str:
        return f"row {line}, column {self.shown.get(column, column)}"

    def wrong(self, line: int, column: str, text: str) -> None:
        self.plan_so_far.problems.append(Problem(self.place(line, column), text))

    def remark(self, line: int, column: str, text: str) -> None:
        self.plan_so_far.remarks.append(Problem(self.place(line, column), text))

    def plan(self) -> PatientPlan:
        self._check_lesions()
        opening_exams = self._opening_exams()
        for exam in self.table.exams:
            self._plan_exam(exam, opens=exam in opening_exams)
        return self.plan_so_far

    def _check_lesions(self) -> None:
        """Lesions of the record keep the organ and segment they have."""
        spelt = {label.casefold(): label for label in self.known}
        for label, lesion in self.table.lesions.items():
            stored = self.known.get(label)
            if stored is None:
                like = spelt.get(label.casefold())
                if like is not None:
                    self.wrong(lesion.line, "lesion_id", f"'{label}' is stored as '{like}'; write it so")
                    self.roles.misspelt.add(label)
                continue
            if lesion.organ is not None and lesion.organ != stored.organ:
                self.wrong(lesion.line, "organ", f"{label} is stored as a lesion of '{stored.organ}'")
            if lesion.segments is not None and lesion.segments != stored.segments:
                words = "/".join(str(segment) for segment in stored.segments) or "no segment"
                self.remark(lesion.line, "segment", f"{label} is stored with {words}; that is kept")

    def _opening_exams(self) -> tuple[TableExam, ...]:
        """The exams that open a course: those marked, else the patient's first that can be a baseline."""
        marked = tuple(exam for exam in self.table.exams if exam.is_baseline)
        if marked or self.courses:
            self._remark_before(marked)
            return marked
        for exam in self.table.exams:
            if joins_time_points(exam):
                if exam.opens is Opens.NO:
                    return ()
                self.remark(exam.lines[0], "baseline", f"the first exam ({_words(exam)}) is taken as the baseline")
                return (exam,)
        if self.table.exams:
            exam = self.table.exams[0]
            self.remark(exam.lines[0], "modality", f"{_words(exam)} cannot be a baseline, so no course is started")
        return ()

    def _remark_before(self, marked: tuple[TableExam, ...]) -> None:
        """Exams before the first baseline are stored and shown, but nothing is judged on them."""
        starts = [exam.performed_on for exam in marked] + [course.baseline for course in self.courses]
        early = [exam for exam in self.table.exams if exam.performed_on < min(starts)]
        if early:
            text = f"{_words(early[0])} lies before the first baseline ({min(starts)}): it belongs to no course"
            self.remark(early[0].lines[0], "baseline", text)

    def _plan_exam(self, exam: TableExam, *, opens: bool) -> None:
        sound = all(row.sound for row in exam.rows)
        stored = find_stored(exam, self.record)
        if stored is not None and sound:
            for line, column, text in differences(exam, stored):
                how = f"{text} ({_words(exam)}); correct the stored exam, with a reason, where it is wrong"
                self.wrong(line, column, how)
        opening = self._plan_opening(exam, stored.id if stored else None) if opens else None
        roles = self._read_roles(exam) if opening is None else {}
        if stored is not None:
            self.plan_so_far.exams_known += 1
            if opening is None:
                return
        draft = self._draft(exam, roles)
        rows = {"": exam.lines[0]} | {row.label: row.line for row in exam.rows if row.label is not None}
        held = {label: role for label, role in roles.items() if label not in {one.label for one in draft.lesions}}
        self.plan_so_far.steps.append(Step(draft, stored.id if stored else None, opening, held, rows))

    def _plan_opening(self, exam: TableExam, stored_id: int | None) -> Opening | None:
        """The course that this exam opens; None where it is open already, by this file or in the record."""
        day = exam.performed_on
        if not joins_time_points(exam):
            self.wrong(exam.lines[0], "baseline", f"{_words(exam)} cannot be a baseline: it enters no sum")
            return None
        if any(course.baseline == day or stored_id in course.baseline_exams for course in self.courses):
            return None
        rows = [
            row
            for other in self.table.exams
            if other.performed_on == day and joins_time_points(other)
            for row in other.rows
            if other is exam or row.label not in {one.label for one in exam.rows}
        ]
        first = not any(course.baseline < day for course in self.courses)
        closes = exam.opens is not Opens.ONLY and not first
        met = set(self.known) | self.introduced
        if closes:
            former = max((one for one in self.courses if one.baseline < day), key=lambda one: one.baseline)
            self.roles.close_course(former, exam.rows, met)
        course = self.roles.open_course(exam, rows, self.table.lesions, self.known, first=first)
        self.courses.append(course)
        here = {row.label for row in exam.rows} | met
        return Opening({label: role for label, role in course.roles.items() if label in here}, closes)

    def _read_roles(self, exam: TableExam) -> dict[str, LesionRole]:
        """The role each row gives its lesion, checked against the course the exam belongs to."""
        if not joins_time_points(exam):
            return {}
        begun = [course for course in self.courses if course.baseline <= exam.performed_on]
        if not begun:
            return {}
        course = max(begun, key=lambda one: one.baseline)
        met = set(self.known) | self.introduced
        return self.roles.follow_up(course, exam, met)

    def _draft(self, exam: TableExam, roles: Mapping[str, LesionRole]) -> ExamDraft:
        labels = set(self.table.lesions) | set(self.known)
        lesions: list[LesionDraft] = []
        observations: list[RecordedObservation] = []
        for row in exam.rows:
            if row.label is None or row.observation is None:
                continue
            seen = row.observation
            if seen.into is not None and (seen.into not in labels or seen.into == row.label):
                self.wrong(row.line, "state_detail", f"'{seen.into}' is not another lesion of this patient")
            if row.label not in self.known and row.label not in self.introduced:
                described = self.table.lesions[row.label]
                draft = LesionDraft(
                    row.label,
                    described.organ or LIVER,
                    described.segments or (),
                    roles.get(row.label),
                    first_seen=seen.first_seen,
                )
                lesions.append(draft)
            observations.append(
                RecordedObservation(row.label, seen, Provenance.FILE, row.source_text, row.qualifier, row.comment)
            )
        self.introduced |= {lesion.label for lesion in lesions}
        return ExamDraft(
            performed_on=exam.performed_on,
            modality=exam.modality,
            authority=self.table.authority if exam.accession is not None else None,
            accession=exam.accession,
            ordinal=exam.ordinal,
            phase=exam.phase,
            slice_thickness=exam.slice_thickness,
            status=exam.status or ReportStatus.FINAL,
            liver_count=exam.count,
            remark=exam.remark,
            observations=tuple(observations),
            lesions=tuple(lesions),
        )


def _words(exam: TableExam) -> str:
    return f"{exam.modality} of {exam.performed_on}"
