"""What a meeting decides of a case in one change: the outcome, who acts until when, and the next scan where one is named."""

from __future__ import annotations

from datetime import date

from tracker.db.engine import Database
from tracker.services import meetings, planned_scans
from tracker.services.actors import Actor
from tracker.services.meetings import DecisionSaved
from tracker.services.transactions import change


def decide_case(
    db: Database,
    actor: Actor,
    decision_id: int,
    patient_id: int,
    outcome: str,
    owner: str | None = None,
    due_on: date | None = None,
    next_scan_on: date | None = None,
    *,
    expected_version: int,
    today: date | None = None,
) -> DecisionSaved:
    """Record the decision and book the next scan: both are stored, or neither.

    ``expected_version`` is the patient's: what was looked at is what is decided on. Raises what
    :func:`tracker.services.meetings.decide` and :func:`tracker.services.planned_scans.plan_scan` raise.
    """
    with change(db, actor, today=today) as opened:
        saved = meetings.store_decision(opened, decision_id, outcome, owner, due_on, expected_version=expected_version)
        if next_scan_on is not None and not saved.already_stored:
            planned_scans.store_plan(opened, patient_id, next_scan_on)
        return saved
