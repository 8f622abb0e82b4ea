"""Roles of lesions in a table: what a baseline row gives, what a later row may say, and what is asked for instead.

Source: RECIST 1.1 (Eisenhauer 2009) 4.2 for targets and non-targets of a baseline, 4.3.5 for new lesions. Departing from
the limits on targets is a finding of the assessment, never refused here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.domain.lesions import Observation
from tracker.domain.record import PatientRecord, RecordedLesion
from tracker.domain.targets import Candidate, propose_targets
from tracker.domain.vocabulary import LIVER, LYMPH_NODE, LesionRole, State
from tracker.errors import Problem
from tracker.exchange.codes import WATCHED
from tracker.exchange.grouping import TableExam, TableLesion
from tracker.exchange.rows import Row

_CERTAIN = (State.EQUIVOCAL, State.UNEQUIVOCAL)


def joins_time_points(exam: TableExam) -> bool:
    """Whether an exam is judged at all: not ultrasound or scintigraphy, nor PET that gives nothing but uptake."""
    if not exam.modality.enters_sum:
        return False
    seen = [row.observation for row in exam.rows if row.observation is not None]
    return not (exam.modality.has_pet and all(_says_uptake_only(one) for one in seen))


def _says_uptake_only(seen: Observation) -> bool:
    if seen.state is State.NOT_MENTIONED:
        return True
    has_uptake = seen.suv_max is not None or seen.sul_peak is not None
    return seen.state is State.PRESENT and has_uptake and not seen.has_size


@dataclass(slots=True)
class CourseView:
    """A course as it stands while a file is read: its baseline, the roles in it, the new lesions whose certainty is said."""

    baseline: date
    roles: dict[str, LesionRole]
    baseline_exams: tuple[int, ...] = ()
    certain: set[str] = field(default_factory=set)
    #: Lesions a row of which could not be read: nothing is concluded about them.
    unclear: set[str] = field(default_factory=set)


def known_courses(record: PatientRecord | None) -> list[CourseView]:
    """The courses of the record."""
    views: list[CourseView] = []
    for course in record.courses if record else ():
        if not record or not course.plan.time_points:
            continue
        baseline = course.plan.time_points[0].exam_ids
        exams = [record.exam(exam_id) for point in course.plan.time_points for exam_id in point.exam_ids]
        certain = {seen.label for exam in exams for seen in exam.observations if seen.observation.state in _CERTAIN}
        start = min(record.exam(exam_id).performed_on for exam_id in baseline)
        views.append(CourseView(start, dict(course.plan.roles), baseline, certain))
    return views


class RoleReader:
    """Reads roles off rows; what is wrong or assumed goes to the lists it was given."""

    def __init__(self, place: Callable[[int, str], str], problems: list[Problem], remarks: list[Problem]) -> None:
        self.place = place
        self.problems = problems
        self.remarks = remarks
        #: Lesions whose label is a slip of another: nothing more is said of them.
        self.misspelt: set[str] = set()

    def wrong(self, line: int, column: str, text: str) -> None:
        self.problems.append(Problem(self.place(line, column), text))

    def remark(self, line: int, column: str, text: str) -> None:
        self.remarks.append(Problem(self.place(line, column), text))

    def open_course(
        self,
        exam: TableExam,
        rows: Sequence[Row],
        lesions: Mapping[str, TableLesion],
        known: Mapping[str, RecordedLesion],
        *,
        first: bool,
    ) -> CourseView:
        """The course that begins with ``exam``; ``rows`` are those of all exams of its date."""
        course = CourseView(exam.performed_on, {})
        organs = {
            row.label: known[row.label].organ if row.label in known else lesions[row.label].organ or LIVER
            for row in rows
            if row.label is not None
        }
        if not any(row.role_said for row in rows):
            self._propose(course, exam, rows, organs)
        for row in rows:
            if row.label is None:
                continue
            if not row.sound:
                course.unclear.add(row.label)
            elif row.role_said:
                self._take_baseline_role(course, row)
            elif row.label not in course.roles and any(one.role_said for one in rows) and not _is_gone(row):
                course.roles[row.label] = LesionRole.NON_TARGET
                self.remark(row.line, "role", f"{row.label} has no role on the baseline: followed as non-target")
            self._check_baseline_row(course, row, organs[row.label], first=first)
        return course

    def _propose(self, course: CourseView, exam: TableExam, rows: Sequence[Row], organs: Mapping[str, str]) -> None:
        """Roles by RECIST's own rules where the table gives none at all."""
        seen = [(row, row.observation) for row in rows if row.label is not None and row.observation is not None]
        candidates = [
            Candidate(row.label or "", organs[row.label or ""], one.longest, one.short, one.state) for row, one in seen
        ]
        for (row, _), proposed in zip(seen, propose_targets(candidates, exam.slice_thickness), strict=True):
            if proposed.role is not None:
                course.roles[proposed.label] = proposed.role
            role = proposed.role or "no role"
            self.remark(row.line, "role", f"{proposed.label}: {role} is proposed and taken ({proposed.reason})")

    def _take_baseline_role(self, course: CourseView, row: Row) -> None:
        assert row.label is not None
        if row.role is LesionRole.NEW or (row.role is None and not _is_gone(row)):
            said = "'new'" if row.role is LesionRole.NEW else f"'{WATCHED}', without a role"
            self.wrong(
                row.line, "role", f"{row.label} is seen on the baseline, so it is not {said}; say target or non-target"
            )
        elif row.role is not None:
            course.roles[row.label] = row.role

    def _check_baseline_row(self, course: CourseView, row: Row, organ: str, *, first: bool) -> None:
        seen = row.observation
        if seen is None or row.label is None:
            return
        role = course.roles.get(row.label)
        unfit = seen.state in (State.TREATED, State.MERGED, State.NOT_EVALUABLE)
        if role is LesionRole.TARGET and (unfit or not (seen.diameter(node=organ == LYMPH_NODE) or seen.parts)):
            column = "short_axis_mm" if organ == LYMPH_NODE else "long_axis_mm"
            axis = "short axis" if organ == LYMPH_NODE else "longest diameter"
            self.wrong(row.line, column, f"the target {row.label} needs its {axis} on the baseline")
        if first:
            self._check_state_fits(row, role)

    def _check_state_fits(self, row: Row, role: LesionRole | None) -> None:
        """Some states are said of one role only (timeline/1 refuses them else)."""
        if row.observation is None or role is None:
            return
        state = row.observation.state
        if state in _CERTAIN and role is not LesionRole.NEW:
            self.wrong(row.line, "state", f"'{state}' is said of new lesions only; {row.label} is {role}")
        if state is State.UNEQUIVOCAL_PROGRESSION and role is not LesionRole.NON_TARGET:
            self.wrong(row.line, "state", f"'{state}' is said of non-targets only; {row.label} is {role}")

    def close_course(self, course: CourseView, rows: Sequence[Row], met: set[str]) -> None:
        """Rows of an exam that ends a course: their roles are the next course's, so a new lesion here is told apart."""
        for row in rows:
            if row.label is None or row.observation is None or row.label in met or row.label in course.roles:
                continue
            if row.observation.state not in _CERTAIN and not _is_gone(row):
                text = (
                    f"{row.label} first appears on the exam that ends the course since {course.baseline}: "
                    "there it is new, and equivocal until the state says unequivocal"
                )
                self.remark(row.line, "state", text)

    def follow_up(self, course: CourseView, exam: TableExam, met: set[str]) -> dict[str, LesionRole]:
        """The role of each lesion of a later exam; ``met`` are the lesions seen on earlier exams."""
        at_baseline = exam.performed_on == course.baseline
        for row in exam.rows:
            if row.label is None or row.label in course.unclear or row.label in self.misspelt:
                continue
            if not row.sound:
                course.unclear.add(row.label)
                continue
            role = course.roles.get(row.label)
            if row.role_said and role is not None and row.role is not role:
                text = f"{row.label} is {role} in the course since {course.baseline}; here it is {row.role or WATCHED}"
                self.wrong(row.line, "role", text)
                continue
            if role is None:
                role = self._first_role(course, row, row.label in met, at_baseline=at_baseline)
                if role is not None:
                    course.roles[row.label] = role
            if role is LesionRole.NEW and not at_baseline:
                self._check_certainty(course, row)
            self._check_state_fits(row, role)
        return {row.label: course.roles[row.label] for row in exam.rows if row.label in course.roles}

    def _first_role(self, course: CourseView, row: Row, met: bool, *, at_baseline: bool) -> LesionRole | None:
        """The role of a lesion that has none in the course so far."""
        what = "say new, with equivocal or unequivocal as its state, or non-target"
        if row.role is LesionRole.TARGET and not at_baseline:
            text = f"{row.label} is not on the baseline of {course.baseline}, where a target is measured first; {what}"
            self.wrong(row.line, "role", text)
        if row.role_said:
            return row.role
        if not met:
            text = f"is empty, and {row.label} first appears after the baseline of {course.baseline}; {what}"
            self.wrong(row.line, "role", text)
        elif not _is_gone(row):
            text = f"{row.label} has no role in the course since {course.baseline}: seen again, it is judged as new"
            self.remark(row.line, "role", text)
        return None

    def _check_certainty(self, course: CourseView, row: Row) -> None:
        """A new lesion counts as certain only where that is stated; a table has to state it (4.3.5)."""
        assert row.label is not None
        if row.observation is None:
            return
        state = row.observation.state
        if state in _CERTAIN:
            course.certain.add(row.label)
            return
        stated = row.state_said and row.label in course.certain
        if state.shows_tumour and state is not State.RECURRENCE and not stated:
            text = f"{row.label} is a new lesion: say equivocal or unequivocal, as the report does"
            self.wrong(row.line, "state", text)


def _is_gone(row: Row) -> bool:
    return row.observation is not None and not row.observation.state.shows_tumour
