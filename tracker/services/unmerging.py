"""A merge undone: what moved goes back, with what was entered since on the lesions and courses that moved.

What was entered since belongs to the side it hangs on. Where something hangs on both (an exam that observes lesions of both
records), the two cannot be told apart any more, and the undoing is refused in words that name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from tracker.db import history
from tracker.db.canonical import to_plain
from tracker.db.engine import Database
from tracker.db.models import (
    CourseRow,
    DecisionDraftRow,
    DraftRow,
    ExamRow,
    InboxItemRow,
    LesionRow,
    ObservationRow,
    PatientMergeRow,
    PatientRow,
    PlanRoleRow,
    PlanRow,
    TimePointExamRow,
    TimePointRow,
    TreatmentLesionRow,
    TreatmentRow,
)
from tracker.domain.wording import count_of, format_date
from tracker.errors import ConflictError, InputError, NotFoundError, Problem
from tracker.services import exam_store
from tracker.services.actors import Actor
from tracker.services.checks import check_reason
from tracker.services.merge_plan import OWNED, Moved, is_live, rename_places, rows_of
from tracker.services.merging import MergeReceipt, baseline_order, move_identifiers, move_owner, number_courses
from tracker.services.transactions import Change, bump, change, lock_patient

Node = tuple[str, int]
#: What hangs together: tables whose rows refer to each other.
_LINKED = ("lesions", "exams", "courses", "treatments")
KEPT, BACK = "kept", "back"


def undo_merge(db: Database, actor: Actor, merge_id: int, *, reason: str) -> MergeReceipt:
    """Undo a merge, for a reason: both records as they were, with what was entered since on the side it belongs to.

    Raises NotFoundError, InputError where the reason is missing, ConflictError where the records cannot be told apart any
    more, or where a later merge must be undone first; nothing is changed then.
    """
    with change(db, actor) as opened:
        row = opened.session.get(PatientMergeRow, merge_id)
        if row is None or row.undone_at is not None:
            raise NotFoundError(f"There is no merge number {merge_id} that could be undone.")
        keep, other = _lock_both(opened, row)
        reason = reason.strip()
        problems = tuple(check_reason(reason))
        if problems:
            raise InputError(problems)
        moved = Moved.from_json(row.moved)
        back = _tell_apart(opened, keep.id, moved)
        _move_back(opened, keep, other, moved, back, reason)
        other.merged_into = None
        row.undone_at, row.undone_by, row.undo_reason = opened.at, actor.user_id, reason
        versions = bump(opened, keep), bump(opened, other)
        after = {
            "kept": keep.id,
            "merged": other.id,
            "rows": {word: sorted(keys) for word, keys in back.items() if keys},
        }
        for patient_id in (keep.id, other.id):
            chain = history.patient_chain(patient_id)
            opened.audit(chain, "patient.unmerge", "patient_merge", row.id, after=after, reason=reason)
        return MergeReceipt(row.id, keep.id, other.id, *versions, said=tuple(_sentences(moved, back)))


def find_merge(db: Database, actor: Actor, keep_id: int, authority: str | None, identifier: str) -> int:
    """The key of the last merge into a patient that brought an identifier with it. Raises NotFoundError."""
    query = select(PatientMergeRow).where(PatientMergeRow.kept_id == keep_id, PatientMergeRow.undone_at.is_(None))
    with db.read() as session:
        for row in session.scalars(query.order_by(PatientMergeRow.id.desc())):
            for issuer, value in Moved.from_json(row.moved).identifiers:
                if value == identifier and authority in (None, issuer):
                    return row.id
    raise NotFoundError(f"No patient '{identifier}' was merged into this one. Nothing was changed.")


def _lock_both(opened: Change, row: PatientMergeRow) -> tuple[PatientRow, PatientRow]:
    """Both patients, held until the end. ConflictError where the kept one was itself merged away since."""
    into = opened.session.get_one(PatientRow, row.kept_id).merged_into
    if into is not None:
        raise ConflictError(
            f"The patient number {row.kept_id} was itself merged into patient number {into} since: undo that merge first. "
            "Nothing was changed."
        )
    first, second = (lock_patient(opened, key, even_merged=True) for key in sorted((row.kept_id, row.merged_id)))
    return (first, second) if first.id == row.kept_id else (second, first)


def _tell_apart(opened: Change, keep_id: int, moved: Moved) -> dict[str, set[int]]:
    """The keys that go back, by table. ConflictError where something hangs on both sides."""
    rows = {word: {row.id: row for row in rows_of(opened.session, kind, keep_id)} for word, kind in OWNED.items()}
    sides = _Sides(rows, moved)
    for one, other in _links(opened, keep_id):
        sides.join(one, other)
    problems = list(sides.problems())
    if problems:
        raise ConflictError(
            "The merge cannot be undone, because something that was entered since belongs to both records: "
            f"{'; '.join(str(problem) for problem in problems[:5])}. Withdraw or correct it first. Nothing was changed.",
            problems,
        )
    back = {word: sides.back(word) for word in _LINKED}
    for word in OWNED.keys() - set(_LINKED):
        back[word] = set(moved.rows.get(word, ())) & rows[word].keys()
    back["inbox"] = set(_reports_back(rows["inbox"].values(), moved, back))
    return back


def _reports_back(items: Iterable[InboxItemRow], moved: Moved, back: Mapping[str, set[int]]) -> Iterator[int]:
    """Reports that go back: with their exam, else those that moved or came since under an identifier that moved."""
    for item in items:
        if item.exam_id is not None:
            goes = item.exam_id in back["exams"]
        else:
            goes = item.id in moved.rows.get("inbox", ()) or [item.authority, item.identifier] in moved.identifiers
        if goes:
            yield item.id


class _Sides:
    """Groups of rows that refer to each other, and the side that each was on when the records were merged."""

    def __init__(self, rows: Mapping[str, Mapping[int, Any]], moved: Moved) -> None:
        self.rows = rows
        self.above: dict[Node, Node] = {}
        self.was: dict[Node, str] = {}
        for word in _LINKED:
            for side, keys in ((BACK, moved.rows.get(word, ())), (KEPT, moved.kept.get(word, ()))):
                for key in keys:
                    self.was[word, key] = side

    def root(self, node: Node) -> Node:
        while (above := self.above.get(node, node)) != node:
            self.above[node] = self.above.get(above, above)
            node = above
        return node

    def join(self, one: Node, other: Node) -> None:
        self.above[self.root(one)] = self.root(other)

    def _groups(self) -> dict[Node, set[str]]:
        found: dict[Node, set[str]] = {}
        for node, side in self.was.items():
            found.setdefault(self.root(node), set()).add(side)
        return found

    def back(self, word: str) -> set[int]:
        """The keys of a table that go back."""
        groups = self._groups()
        return {key for key in self.rows[word] if BACK in groups.get(self.root((word, key)), set())}

    def problems(self) -> Iterator[Problem]:
        """What hangs on both sides, in words; exams first, since they tie lesions together."""
        mixed = {root for root, sides in self._groups().items() if len(sides) > 1}
        if not mixed:
            return
        said = False
        for exam in self.rows["exams"].values():
            if ("exams", exam.id) not in self.was and self.root(("exams", exam.id)) in mixed:
                said = True
                what = f"{exam.modality} of {format_date(exam.performed_on)}"
                yield Problem(what, "entered since, speaks of lesions or a course of both")
        for course in self.rows["courses"].values():
            if ("courses", course.id) not in self.was and self.root(("courses", course.id)) in mixed:
                said = True
                yield Problem(f"course {course.number}", "started since, follows lesions of both")
        if not said:
            yield Problem("exams", "one was corrected since, so that it speaks of lesions of both")


def _links(opened: Change, patient_id: int) -> Iterator[tuple[Node, Node]]:
    """Every reference between live rows of a patient: exam and lesion, course and exam, course and lesion, treatment."""
    session = opened.session
    exams = (ExamRow.patient_id == patient_id, ExamRow.withdrawn_at.is_(None))
    courses = (CourseRow.patient_id == patient_id, CourseRow.withdrawn_at.is_(None))
    seen = select(ObservationRow.exam_id, ObservationRow.lesion_id, ObservationRow.into_lesion_id)
    for exam_id, lesion_id, into_id in session.execute(seen.join(ExamRow).where(*exams)):
        yield ("exams", exam_id), ("lesions", lesion_id)
        if into_id is not None:
            yield ("exams", exam_id), ("lesions", into_id)
    roles = select(PlanRow.course_id, PlanRoleRow.lesion_id).join(PlanRoleRow, PlanRoleRow.plan_id == PlanRow.id)
    for course_id, lesion_id in session.execute(roles.join(CourseRow).where(*courses)):
        yield ("courses", course_id), ("lesions", lesion_id)
    judged = (
        select(PlanRow.course_id, TimePointExamRow.exam_id)
        .join(TimePointRow, TimePointRow.plan_id == PlanRow.id)
        .join(TimePointExamRow, TimePointExamRow.time_point_id == TimePointRow.id)
        .join(CourseRow, CourseRow.id == PlanRow.course_id)
    )
    for course_id, exam_id in session.execute(judged.where(*courses)):
        yield ("courses", course_id), ("exams", exam_id)
    treated = select(TreatmentRow.id, TreatmentLesionRow.lesion_id).join(TreatmentLesionRow)
    for treatment_id, lesion_id in session.execute(
        treated.where(TreatmentRow.patient_id == patient_id, TreatmentRow.withdrawn_at.is_(None))
    ):
        yield ("treatments", treatment_id), ("lesions", lesion_id)


def _move_back(
    opened: Change, keep: PatientRow, other: PatientRow, moved: Moved, back: Mapping[str, set[int]], reason: str
) -> None:
    session = opened.session
    again = {after: before for before, after in moved.renamed.items()}
    exams = [session.get_one(ExamRow, key) for key in sorted(back["exams"])]
    touched = [exam for exam in exams if is_live(exam) and (moved.labels or exam.id in moved.ordinals)]
    for exam in touched:
        exam.version += 1
        exam.accepted = rename_places(exam.accepted, again)
    _number_apart(opened, keep.id, moved, back["courses"])
    # Label, number and patient of a row change in one statement: under one patient two would have the same.
    with session.no_autoflush:
        _restore([session.get_one(ExamRow, key) for key in back["exams"]], "ordinal", moved.ordinals)
        _restore([session.get_one(LesionRow, key) for key in back["lesions"]], "label", moved.labels)
        for word, kind in OWNED.items():
            for key in back[word]:
                session.get_one(kind, key).patient_id = other.id
    session.flush()
    for exam in touched:
        exam_store.finish_exam(opened, exam.id, reason=f"merge of records undone: {reason}")
    move_identifiers(opened, keep.id, other.id, moved.identifiers)
    if moved.owner:
        move_owner(opened, keep.id, other.id)
    _drafts_back(opened, keep.id, other.id, moved, back["exams"])
    for name, (before, after) in moved.filled.items():
        # What was corrected since stays: it was said of the kept patient.
        if to_plain(getattr(keep, name)) == after:
            setattr(keep, name, before)
    session.flush()


def _restore(rows: Iterable[Any], name: str, changed: Mapping[int, list[Any]]) -> None:
    """A column as it was before the merge, where nobody changed it since."""
    for row in rows:
        before, after = changed.get(row.id, (None, None))
        if before is not None and getattr(row, name) == after:
            setattr(row, name, before)


def _number_apart(opened: Change, patient_id: int, moved: Moved, back: set[int]) -> None:
    """The numbers of both patients' courses: those of before, and the next ones for courses started since."""
    courses = [row for row in rows_of(opened.session, CourseRow, patient_id) if is_live(row)]
    order = baseline_order(opened, courses)
    numbers: dict[int, int] = {}
    for side in (True, False):
        mine = [row for row in courses if (row.id in back) is side]
        known = {*moved.rows.get("courses", ()), *moved.kept.get("courses", ())}
        old = {row.id: moved.courses.get(row.id, [row.number])[0] for row in mine if row.id in known}
        top = max(old.values(), default=0)
        new = sorted((row for row in mine if row.id not in known), key=lambda row: order[row.id])
        numbers |= old | {row.id: number for number, row in enumerate(new, start=top + 1)}
    number_courses(opened, numbers)


def _drafts_back(opened: Change, keep_id: int, other_id: int, moved: Moved, exams: set[int]) -> None:
    """Drafts that moved go back; those of exams that go back follow them, or are discarded where labels changed again."""
    session = opened.session
    for row in rows_of(session, DraftRow, keep_id):
        if row.exam_id is not None and row.exam_id in exams:
            if moved.labels:
                session.delete(row)
            else:
                row.patient_id = other_id
        elif row.id in moved.drafts:
            row.patient_id = other_id
    for decision in rows_of(session, DecisionDraftRow, keep_id):
        if decision.id in moved.decision_drafts:
            decision.patient_id = other_id
    session.flush()


def _sentences(moved: Moved, back: Mapping[str, set[int]]) -> Iterator[str]:
    for before, after in moved.labels.values():
        yield f"{after} is {before} again"
    since = sum(len(back[word] - set(moved.rows.get(word, ()))) for word in _LINKED)
    if since:
        yield f"{count_of(since, 'entry', 'entries')} made since went along: they speak of what moved"
