"""An exam's draft on its way into the record: made ready, checked against what is stored and against the plans it joins."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.db.models import ExamRow, PlanRoleRow
from tracker.domain.drafts import ExamDraft
from tracker.domain.lesions import Observation
from tracker.domain.record import Exam, PatientRecord
from tracker.domain.timeline_checks import find_merge_loops
from tracker.domain.vocabulary import LesionRole, State
from tracker.domain.wording import format_date
from tracker.errors import ConflictError, InputError, Problem
from tracker.services import exam_store, time_points
from tracker.services.checks import tidy
from tracker.services.exam_checks import check_exam, check_header
from tracker.services.exam_content import as_problems, differences, give_labels
from tracker.services.plan_checks import check_baseline, check_states
from tracker.services.report_checks import check_report
from tracker.services.time_points import PlanTimes
from tracker.services.transactions import Change, find_site


@dataclass(frozen=True, slots=True)
class ExamReceipt:
    """An exam that is in the record; ``already_stored`` where nothing had to change."""

    exam_id: int
    exam_version: int
    patient_id: int
    patient_version: int
    already_stored: bool


def site_authority(change: Change) -> str:
    """Who issues identifiers and accession numbers where a draft does not say."""
    return find_site(change.session).authority


def prepare(
    change: Change, record: PatientRecord, draft: ExamDraft, stored: ExamRow | None = None
) -> tuple[ExamDraft, Exam | None]:
    """A draft made ready to store, and the exam that is stored under its key already (or as ``stored``).

    Raises InputError with every problem of the draft, ConflictError where the key belongs to another patient's exam.
    """
    draft = tidy(draft)
    if draft.accession is not None and draft.authority is None:
        draft = dataclasses.replace(draft, authority=site_authority(change))
    if stored is None and not tuple(check_header(draft, change.today)):
        stored = exam_store.find_exam(change, record.patient.id, draft)
    if stored is not None and stored.patient_id != record.patient.id:
        raise ConflictError(
            f"The accession number {draft.accession} belongs to an exam of another patient. Nothing was stored."
        )
    lesions = {lesion.label: lesion for lesion in record.lesions}
    exam = None if stored is None else record.exam(stored.id)
    own = frozenset() if exam is None else frozenset(seen.label for seen in exam.observations)
    draft = give_labels(draft, frozenset(lesions), own)
    problems = check_exam(draft, lesions, change.today, own=own, birth_year=record.patient.birth_year)
    problems = problems or (*check_merges(record, draft, exam), *check_report(record, draft, exam))
    if problems:
        raise InputError(problems)
    return draft, exam


def check_merges(record: PatientRecord, draft: ExamDraft | None, exam: Exam | None) -> Iterator[Problem]:
    """Lesions that would carry each other over several exams, once ``draft`` stands in the place of ``exam``."""
    told = [(one.performed_on, one.id, one.observations) for one in record.exams if one is not exam]
    if draft is not None:
        told.append((draft.performed_on, 0 if exam is None else exam.id, draft.observations))
    told.sort(key=lambda one: one[:2])
    for place, label, into in find_merge_loops([{seen.label: seen.observation for seen in one[2]} for one in told]):
        day, _, seen = told[place]
        if any(other.label == into and other.observation.state is State.MERGED for other in seen):
            yield Problem(label, "is merged in a circle; one of the lesions carries the size of both")
        else:
            text = f"goes into {into} on {format_date(day)}, and {into} into {label} before: one of them carries the size of both"
            yield Problem(label, text)


def refuse_other_content(draft: ExamDraft, stored: Exam, record: PatientRecord) -> None:
    """Raise ConflictError where the stored exam says anything else than the draft, what was asked and accepted aside."""
    lesions = {lesion.label: lesion for lesion in record.lesions}
    found = differences(dataclasses.replace(draft, accepted=stored.accepted), stored, lesions)
    if not found:
        return
    mine, theirs = as_problems(found)
    places = ", ".join(difference.place for difference in found)
    raise ConflictError(
        f"The {stored.modality} of {stored.performed_on} is stored already with another content ({places}). Nothing was "
        f"stored: correct the stored exam, or give this one ordinal {stored.ordinal + 1} if it is a second exam.",
        mine,
        theirs,
    )


def plans_to_join(change: Change, patient_id: int, draft: ExamDraft) -> tuple[PlanTimes, ...]:
    """The plans that will judge an exam; none where it enters no sum."""
    if not time_points.joins_a_plan(draft):
        return ()
    return time_points.plans_for(time_points.load_plans(change, patient_id), draft.performed_on)


def check_plan(times: PlanTimes, record: PatientRecord, draft: ExamDraft, exam_id: int | None = None) -> list[Problem]:
    """What an exam of a plan may not say, given the roles there and whether it is of the baseline.

    ``exam_id`` is the exam's key where it is corrected.
    """
    stated = {lesion.label: lesion.role for lesion in draft.lesions if lesion.role is not None}
    roles = dict(plan_roles(times, record)) | stated
    if not is_of_baseline(times, draft, exam_id):
        assumed = {lesion.label: LesionRole.NEW for lesion in draft.lesions}
        return list(check_states(draft, assumed | roles))
    others = [record.exam(other) for other in times.baseline_exams if other != exam_id]
    beside: dict[str, Observation] = {seen.label: seen.observation for other in others for seen in other.observations}
    return list(check_baseline(draft, roles, {lesion.label: lesion for lesion in record.lesions}, beside))


def is_of_baseline(times: PlanTimes, draft: ExamDraft, exam_id: int | None = None) -> bool:
    """Whether the exam is one of the plan's baseline, or will be because of its date."""
    return exam_id in times.baseline_exams if exam_id is not None else draft.performed_on == times.baseline_on


def plan_roles(times: PlanTimes, record: PatientRecord) -> Mapping[str, LesionRole]:
    """The roles of a plan as the record holds them."""
    return next((course.plan.roles for course in record.courses if course.plan.id == times.plan.id), {})


def join_plans(change: Change, plans: tuple[PlanTimes, ...], exam: ExamRow, draft: ExamDraft) -> None:
    """Make the exam a time point of each plan, and give the lesions it shows first their roles there."""
    for times in plans:
        time_points.join(change, times, exam.id, exam.performed_on)
        set_roles(change, times, exam.patient_id, draft)


def set_roles(change: Change, times: PlanTimes, patient_id: int, draft: ExamDraft) -> None:
    """Give the lesions a draft describes their roles in a plan: as stated, else new where they have none yet."""
    ids = exam_store.lesion_ids(change, patient_id)
    for lesion in draft.lesions:
        lesion_id = ids[lesion.label]
        time_points.set_role(change, times.plan.id, lesion_id, lesion.role or LesionRole.NEW)
        if lesion.role is not None:
            change.session.get_one(PlanRoleRow, (times.plan.id, lesion_id)).role = str(lesion.role)
    change.session.flush()
