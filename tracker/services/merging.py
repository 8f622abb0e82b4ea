"""Two records of one person become one, and the merge can be undone. One transaction, told in both chains.

Everything of the other record moves under the kept patient: identifiers, lesions, exams, courses, treatments, markers,
symptoms, liver volumes, planned scans, decisions, notes put aside, reports of the inbox. The patient merged away is no longer listed and no identifier
finds them; their row and their chain stay.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from tracker.db import history
from tracker.db.canonical import canonical_json
from tracker.db.engine import Database
from tracker.db.models import (
    CourseRow,
    DecisionDraftRow,
    DraftRow,
    ExamRow,
    PatientIdentifierRow,
    PatientMergeRow,
    PatientOwnerRow,
    PatientRow,
    PlanRow,
    TimePointExamRow,
    TimePointRow,
    TreatmentLesionRow,
)
from tracker.domain.vocabulary import Primary, Sex
from tracker.errors import InputError, Problem
from tracker.services import exam_store
from tracker.services.actors import Actor
from tracker.services.checks import check_reason
from tracker.services.merge_plan import (
    OWNED,
    Moved,
    is_live,
    new_labels,
    new_numbers,
    new_ordinals,
    rename_places,
    rows_of,
    sentences,
    stays_behind,
)
from tracker.services.transactions import Change, bump, change, lock_patient

#: Room above all numbers of courses, so that no two have one number while they change.
_ASIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class MergeReceipt:
    """A merge, or its undoing. ``said`` are sentences on what was renamed, counted anew or left out."""

    merge_id: int
    kept_id: int
    merged_id: int
    kept_version: int
    merged_version: int
    said: tuple[str, ...] = ()


def merge_patients(db: Database, actor: Actor, keep_id: int, other_id: int, *, reason: str) -> MergeReceipt:
    """Merge ``other_id`` into ``keep_id``, for a reason.

    Labels of lesions that both have are renamed in the other record, ordinals of exams of one date and modality move up,
    courses are numbered by their baselines. Raises InputError with every problem (both say something else of one marker,
    one treatment, one day), NotFoundError; nothing is changed then.
    """
    with change(db, actor) as opened:
        if keep_id == other_id:
            raise InputError("A record cannot be merged with itself: name two patients. Nothing was changed.")
        first, second = (lock_patient(opened, key) for key in sorted((keep_id, other_id)))
        keep, other = (first, second) if first.id == keep_id else (second, first)
        reason = reason.strip()
        theirs = {word: rows_of(opened.session, kind, keep_id) for word, kind in OWNED.items()}
        mine = {word: rows_of(opened.session, kind, other_id) for word, kind in OWNED.items()}
        behind, problems = stays_behind(mine, theirs, _treated(opened, [row.id for row in mine["treatments"]]))
        problems = [*check_reason(reason), *_check_patients(keep, other), *problems]
        if problems:
            raise InputError(problems)
        moved = _plan(opened, mine, theirs, behind)
        _move(opened, keep, other, mine, moved, reason)
        row = PatientMergeRow(
            kept_id=keep_id, merged_id=other_id, moved=moved.to_json(), merged_at=opened.at,
            merged_by=actor.user_id, reason=reason,
        )  # fmt: skip
        opened.session.add(row)
        other.merged_into = keep_id
        versions = bump(opened, keep), bump(opened, other)
        _audit(opened, "patient.merge", row, moved, reason)
        return MergeReceipt(row.id, keep_id, other_id, *versions, said=tuple(sentences(moved)))


def renamed_under(opened: Change, authority: str, identifier: str) -> dict[str, str]:
    """Labels that the lesions of a patient lost when the record of this identifier was merged into another: before, after.

    A file that still names that identifier may mean the labels of before.
    """
    query = select(PatientMergeRow.moved).where(PatientMergeRow.undone_at.is_(None)).order_by(PatientMergeRow.id)
    renamed: dict[str, str] = {}
    for text in opened.session.scalars(query):
        moved = Moved.from_json(text)
        if [authority, identifier] in moved.identifiers:
            renamed = {before: moved.renamed.get(after, after) for before, after in renamed.items()}
            renamed = moved.renamed | renamed
    return renamed


def _treated(opened: Change, treatment_ids: list[int]) -> dict[int, tuple[int, ...]]:
    """The lesions that each of these treatments treated."""
    query = select(TreatmentLesionRow.treatment_id, TreatmentLesionRow.lesion_id)
    found: dict[int, tuple[int, ...]] = {}
    for treatment_id, lesion_id in opened.session.execute(
        query.where(TreatmentLesionRow.treatment_id.in_(treatment_ids))
    ):
        found[treatment_id] = (*found.get(treatment_id, ()), lesion_id)
    return found


def _check_patients(keep: PatientRow, other: PatientRow) -> list[Problem]:
    problems = []
    if keep.site_id != other.site_id:
        problems.append(Problem("patients", "are of two sites"))
    if keep.synthetic != other.synthetic:
        problems.append(Problem("patients", "one is synthetic and the other is not"))
    for words, mine, theirs, unknown in (
        ("sex", other.sex, keep.sex, str(Sex.UNKNOWN)),
        ("birth year", other.birth_year, keep.birth_year, None),
        ("day of death", other.died_on, keep.died_on, None),
    ):
        if unknown not in (mine, theirs) and mine != theirs:
            problems.append(
                Problem(words, f"is {theirs} in one record and {mine} in the other: correct one of them first")
            )
    for one, alive in ((keep, other.last_alive_on), (other, keep.last_alive_on)):
        if one.died_on is not None and alive is not None and alive > one.died_on:
            problems.append(Problem("last known alive", f"{alive} in one record is after the death in the other"))
    return problems


def _plan(
    opened: Change, mine: Mapping[str, list[Any]], theirs: Mapping[str, list[Any]], behind: dict[str, list[int]]
) -> Moved:
    """Which rows move, and what changes on the way."""
    return Moved(
        rows={word: [row.id for row in rows if row.id not in behind.get(word, ())] for word, rows in mine.items()},
        kept={word: [row.id for row in rows] for word, rows in theirs.items()},
        behind=behind,
        labels=new_labels(mine["lesions"], theirs["lesions"]),
        ordinals=new_ordinals(mine["exams"], theirs["exams"]),
        courses=new_numbers(
            [*theirs["courses"], *mine["courses"]], baseline_order(opened, [*theirs["courses"], *mine["courses"]])
        ),
    )


def baseline_order(opened: Change, courses: list[CourseRow]) -> dict[int, tuple[date, int, int]]:
    """What courses are ordered by: the date of the baseline (the start where there is none), then their number and key."""
    query = (
        select(PlanRow.course_id, ExamRow.performed_on)
        .join(TimePointRow, TimePointRow.plan_id == PlanRow.id)
        .join(TimePointExamRow, TimePointExamRow.time_point_id == TimePointRow.id)
        .join(ExamRow, ExamRow.id == TimePointExamRow.exam_id)
        .where(PlanRow.course_id.in_([row.id for row in courses]))
    )
    begun: dict[int, date] = {}
    for course_id, day in opened.session.execute(query):
        begun[course_id] = min(day, begun.get(course_id, day))
    return {row.id: (begun.get(row.id, row.start_on), row.number, row.id) for row in courses}


def _move(
    opened: Change, keep: PatientRow, other: PatientRow, mine: Mapping[str, list[Any]], moved: Moved, reason: str
) -> None:
    session = opened.session
    for exam in mine["exams"]:
        # A page that was opened before the merge has the labels of before: its correction must not be taken.
        if is_live(exam) and (moved.labels or exam.id in moved.ordinals):
            exam.version += 1
            exam.ordinal = moved.ordinals.get(exam.id, [0, exam.ordinal])[1]
            exam.accepted = rename_places(exam.accepted, moved.renamed)
    number_courses(opened, {key: after for key, (_, after) in moved.courses.items()})
    for lesion in mine["lesions"]:
        lesion.label = moved.labels.get(lesion.id, [lesion.label, lesion.label])[1]
    # Label, number and patient of a row change in one statement, which no index of either patient refuses.
    with session.no_autoflush:
        for word, keys in moved.rows.items():
            wanted = set(keys)
            for row in mine[word]:
                if row.id in wanted:
                    row.patient_id = keep.id
    session.flush()
    for exam in mine["exams"]:
        if is_live(exam) and (moved.labels or exam.id in moved.ordinals):
            exam_store.finish_exam(opened, exam.id, reason=f"records merged: {reason}")
    moved.identifiers = move_identifiers(opened, other.id, keep.id)
    _move_drafts(opened, keep, other, moved)
    moved.owner = move_owner(opened, other.id, keep.id)
    _fill(keep, other, moved)
    session.flush()


def number_courses(opened: Change, numbers: Mapping[int, int]) -> None:
    """Give live courses new numbers, past the index that knows each number once."""
    rows = [opened.session.get_one(CourseRow, key) for key in numbers]
    for row in rows:
        row.number += _ASIDE
    opened.session.flush()
    for row in rows:
        row.number = numbers[row.id]


def move_identifiers(opened: Change, from_id: int, to_id: int, only: list[list[str]] | None = None) -> list[list[str]]:
    """Give a patient's identifiers (or those of ``only``) to another, behind those they have: the first is the one shown."""
    session = opened.session
    rows = rows_of(session, PatientIdentifierRow, from_id)
    pairs = [[row.authority, row.value] for row in rows if only is None or [row.authority, row.value] in only]
    for row in rows:
        if [row.authority, row.value] in pairs:
            session.delete(row)
    session.flush()
    for authority, value in pairs:
        session.add(PatientIdentifierRow(patient_id=to_id, authority=authority, value=value))
        session.flush()
    return pairs


def move_owner(opened: Change, from_id: int, to_id: int) -> bool:
    """Who looks after one patient looks after the other, where nobody does."""
    session = opened.session
    row = session.get(PatientOwnerRow, from_id)
    if row is None or session.get(PatientOwnerRow, to_id) is not None:
        return False
    session.add(PatientOwnerRow(patient_id=to_id, user_id=row.user_id, since=row.since, set_by=row.set_by))
    session.delete(row)
    session.flush()
    return True


def _move_drafts(opened: Change, keep: PatientRow, other: PatientRow, moved: Moved) -> None:
    """What is typed and not saved moves where it still means the same lesions; else it is discarded, and that is told."""
    session = opened.session
    begun = set(
        session.scalars(select(DraftRow.user_id).where(DraftRow.patient_id == keep.id, DraftRow.exam_id.is_(None)))
    )
    for row in rows_of(session, DraftRow, other.id):
        if moved.labels or (row.exam_id is None and row.user_id in begun):
            moved.drafts_discarded += 1
            session.execute(delete(DraftRow).where(DraftRow.id == row.id))
        else:
            row.patient_id = keep.id
            moved.drafts.append(row.id)
    theirs = rows_of(session, DecisionDraftRow, keep.id)
    written = {(row.user_id, row.meeting_id) for row in theirs}
    for decision in rows_of(session, DecisionDraftRow, other.id):
        if (decision.user_id, decision.meeting_id) in written:
            moved.drafts_discarded += 1
            session.delete(decision)
        else:
            decision.patient_id = keep.id
            moved.decision_drafts.append(decision.id)


#: Facts that the kept record takes where it has none, those that belong together as one: of the person, and of a primary.
_PERSON = (
    ("name",),
    ("birth_year",),
    ("ecog", "ecog_on"),
    ("asa",),
    ("comorbidity",),
    ("died_on",),
    ("last_alive_on",),
)
_TUMOUR = (
    ("histology",), ("t_stage",), ("n_stage",), ("primary_in_place", "primary_resected"), ("primary_diagnosed",),
    ("metastases_found",),
)  # fmt: skip


def _fill(keep: PatientRow, other: PatientRow, moved: Moved) -> None:
    """What the kept record does not say of the person and the primary, and the other does."""
    unknown = str(Primary.UNKNOWN)
    _take_lacking(keep, other, moved, _PERSON)
    if keep.sex == str(Sex.UNKNOWN) != other.sex:
        _take(keep, moved, "sex", other.sex)
    if keep.primary_tumour == unknown != other.primary_tumour:
        _take(keep, moved, "primary_tumour", other.primary_tumour)
        if keep.primary_detail is None and other.primary_detail is not None:
            _take(keep, moved, "primary_detail", other.primary_detail)
    # The stage of one primary says nothing of another.
    if other.primary_tumour in (keep.primary_tumour, unknown):
        _take_lacking(keep, other, moved, _TUMOUR)
    own, theirs = json.loads(keep.biomarkers), json.loads(other.biomarkers)
    days = {name: day for name, day in json.loads(other.biomarkers_on).items() if name not in own}
    for column, both in (
        ("biomarkers", {**theirs, **own}),
        ("biomarkers_on", {**days, **json.loads(keep.biomarkers_on)}),
    ):
        if both != json.loads(getattr(keep, column)):
            _take(keep, moved, column, canonical_json(both))


def _take_lacking(keep: PatientRow, other: PatientRow, moved: Moved, facts: tuple[tuple[str, ...], ...]) -> None:
    for names in facts:
        if all(getattr(keep, name) is None for name in names):
            for name in names:
                if getattr(other, name) is not None:
                    _take(keep, moved, name, getattr(other, name))


def _take(keep: PatientRow, moved: Moved, name: str, value: object) -> None:
    moved.filled[name] = [getattr(keep, name), value]
    setattr(keep, name, value)


def _audit(opened: Change, action: str, row: PatientMergeRow, moved: Moved, reason: str) -> None:
    """Tell both chains; names of people are in neither."""
    opened.session.flush()
    told = {
        "kept": row.kept_id,
        "merged": row.merged_id,
        "rows": {word: keys for word, keys in moved.rows.items() if keys},
        "labels": moved.renamed,
        "ordinals": [{"exam": key, "from": a, "to": b} for key, (a, b) in moved.ordinals.items()],
        "courses": [{"course": key, "from": a, "to": b} for key, (a, b) in moved.courses.items()],
    }
    for patient_id in (row.kept_id, row.merged_id):
        chain = history.patient_chain(patient_id)
        opened.audit(chain, action, "patient_merge", row.id, after=told, reason=reason)
