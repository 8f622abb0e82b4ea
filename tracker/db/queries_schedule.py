"""Reading what surrounds the record: booked scans, waiting reports, decisions, owners, the site's intervals. One query each."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from functools import cache
from typing import cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, defer

from tracker.db.models import (
    AuditEventRow,
    DecisionRow,
    ExamRow,
    ExamVerificationRow,
    ExamVersionRow,
    FollowUpIntervalRow,
    InboxItemRow,
    MeetingRow,
    PatientOwnerRow,
    PatientRow,
    PlannedScanRow,
    UserRow,
)
from tracker.db.whose import Kind, Whose, bound, kind_of, only
from tracker.domain.schedule.changes import Corrected
from tracker.domain.schedule.planned import PlannedScan, WaitingReport
from tracker.domain.schedule.situation import Decision
from tracker.domain.vocabulary import Modality, Response


def newest_event(session: Session) -> int:
    """The key of the newest audit event: it rises with every change of anything, so it is a stamp for caches of all."""
    return session.scalar(select(func.max(AuditEventRow.id))) or 0


def versions(session: Session) -> dict[int, int]:
    """The version of every patient who stands for themselves (and was not merged into another)."""
    rows = session.execute(select(PatientRow.id, PatientRow.version).where(PatientRow.merged_into.is_(None)))
    return dict(rows.all())


@cache
def _planned_query(kind: Kind) -> Select[PlannedScanRow]:
    query = select(PlannedScanRow).where(PlannedScanRow.withdrawn_at.is_(None))
    return only(query.order_by(PlannedScanRow.planned_on, PlannedScanRow.id), PlannedScanRow.patient_id, kind)


def planned_of(session: Session, whose: Whose, zone: tzinfo | None = None) -> dict[int, list[PlannedScan]]:
    """The booked scans of each patient, by date."""
    found: dict[int, list[PlannedScan]] = defaultdict(list)
    for row in session.scalars(_planned_query(kind_of(whose)), bound(whose)):
        found[row.patient_id].append(planned_from_row(row, zone))
    return found


def planned_from_row(row: PlannedScanRow, zone: tzinfo | None = None) -> PlannedScan:
    """A booked scan."""
    return PlannedScan(
        id=row.id,
        planned_on=row.planned_on,
        entered_on=row.entered_at.astimezone(zone).date(),
        modality=Modality(row.modality) if row.modality else None,
        performed_on=row.performed_on,
        note=row.report_note,
    )


#: A report that was matched has a patient.
_MATCHED = cast("InstrumentedAttribute[int]", InboxItemRow.patient_id)


@cache
def _reports_query(kind: Kind) -> Select[int, int | None, datetime, date | None, str | None]:
    query = select(
        InboxItemRow.id,
        InboxItemRow.patient_id,
        InboxItemRow.received_at,
        InboxItemRow.performed_on,
        InboxItemRow.modality,
    ).where(InboxItemRow.state == "waiting", InboxItemRow.patient_id.is_not(None))
    return only(query.order_by(InboxItemRow.id), _MATCHED, kind)


def reports_of(session: Session, whose: Whose, zone: tzinfo | None = None) -> dict[int, list[WaitingReport]]:
    """The reports of each patient that wait in the inbox; their texts stay where they are."""
    found: dict[int, list[WaitingReport]] = defaultdict(list)
    for item, patient_id, at, day, modality in session.execute(_reports_query(kind_of(whose)), bound(whose)):
        report = WaitingReport(item, at.astimezone(zone).date(), day, Modality(modality) if modality else None)
        if patient_id is not None:
            found[patient_id].append(report)
    return found


@cache
def _decisions_query(kind: Kind) -> Select[DecisionRow, date, str]:
    heavy = (DecisionRow.timeline, DecisionRow.assessment)
    query = (
        select(DecisionRow, MeetingRow.held_on, UserRow.name)
        .join(MeetingRow, MeetingRow.id == DecisionRow.meeting_id)
        .outerjoin(UserRow, UserRow.id == DecisionRow.decided_by)
        .options(*(defer(column) for column in heavy))
    )
    return only(query.order_by(MeetingRow.held_on, DecisionRow.id), DecisionRow.patient_id, kind)


def decisions_of(session: Session, whose: Whose, zone: tzinfo | None = None) -> dict[int, list[Decision]]:
    """What meetings were asked and decided of each patient, oldest meeting first; without what they saw."""
    found: dict[int, list[Decision]] = defaultdict(list)
    for row, held_on, decided_by in session.execute(_decisions_query(kind_of(whose)), bound(whose)):
        found[row.patient_id].append(
            Decision(
                id=row.id,
                meeting_on=held_on,
                question=row.question,
                outcome=row.outcome,
                owner=row.owner,
                due_on=row.due_on,
                decided_at=row.decided_at,
                closed_on=None if row.closed_at is None else row.closed_at.astimezone(zone).date(),
                decided_by=decided_by,
                meeting_id=row.meeting_id,
                asked_by=row.asked_by,
                is_postponed=row.postponed_at is not None,
            )
        )
    return found


def responses_seen(session: Session, decision_ids: Sequence[int]) -> dict[int, Response | None]:
    """The response of the newest time point as each of these decisions saw it."""
    query = select(DecisionRow.id, DecisionRow.assessment).where(DecisionRow.id.in_(decision_ids))
    return {key: _newest_response(assessment) for key, assessment in session.execute(query)}


def _newest_response(assessment: str) -> Response | None:
    points = json.loads(assessment).get("time_points", ())
    said = points[-1].get("overall_response") if points else None
    return None if said is None else Response(said)


@cache
def _corrected_query(kind: Kind) -> Select[int, int, date, str, datetime, datetime, datetime | None]:
    """Versions after the first; one that only says that a second person found the values right is none."""
    version, seen = ExamVersionRow, ExamVerificationRow
    settled = (
        (seen.exam_id == version.exam_id)
        & (seen.exam_version == version.version)
        & (seen.verified_at == version.recorded_at)
    )
    query = (
        select(
            ExamRow.patient_id, ExamRow.id, ExamRow.performed_on, ExamRow.modality, ExamRow.entered_at,
            func.max(version.recorded_at), ExamRow.withdrawn_at,
        )
        .join(version, version.exam_id == ExamRow.id)
        .outerjoin(seen, settled)
        .where(version.version > 1, seen.id.is_(None))
        .group_by(
            ExamRow.patient_id, ExamRow.id, ExamRow.performed_on, ExamRow.modality, ExamRow.entered_at, ExamRow.withdrawn_at
        )
    )  # fmt: skip
    return only(query, ExamRow.patient_id, kind)


def corrected_of(session: Session, whose: Whose) -> dict[int, list[Corrected]]:
    """The scans of each patient that were corrected or withdrawn, and when last."""
    found: dict[int, list[Corrected]] = defaultdict(list)
    rows = session.execute(_corrected_query(kind_of(whose)), bound(whose))
    for patient_id, exam_id, performed_on, modality, entered_at, at, withdrawn_at in rows:
        one = Corrected(exam_id, performed_on, Modality(modality), at, withdrawn_at is not None, entered_at)
        found[patient_id].append(one)
    return found


def owners(session: Session) -> dict[int, tuple[int, str]]:
    """Who looks after each patient: the user's key and name."""
    query = select(PatientOwnerRow.patient_id, UserRow.id, UserRow.name).join(
        UserRow, UserRow.id == PatientOwnerRow.user_id
    )
    return {patient_id: (user_id, name) for patient_id, user_id, name in session.execute(query)}


def changed_intervals(session: Session) -> tuple[tuple[FollowUpIntervalRow, str], ...]:
    """The rows of the table of intervals that the site changed, each with the name of who changed it."""
    query = select(FollowUpIntervalRow, UserRow.name).join(UserRow, UserRow.id == FollowUpIntervalRow.changed_by)
    return tuple((row, name) for row, name in session.execute(query.order_by(FollowUpIntervalRow.context)))


def meetings_around(session: Session, today: date) -> tuple[date | None, date | None]:
    """The newest meeting held before ``today``, and the next one from today on."""
    last = session.scalar(select(func.max(MeetingRow.held_on)).where(MeetingRow.held_on < today))
    coming = session.scalar(select(func.min(MeetingRow.held_on)).where(MeetingRow.held_on >= today))
    return last, coming
