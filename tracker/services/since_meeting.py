"""What changed of a patient since the meeting that decided on them last; since the newest meeting held, where none did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from tracker.db import queries, queries_schedule
from tracker.db.engine import Database
from tracker.domain.schedule.changes import Changes, Reference, derive_changes
from tracker.domain.schedule.followed import derive_followed
from tracker.domain.schedule.situation import Decision
from tracker.domain.vocabulary import Response
from tracker.services.actors import Actor


def load_changes(db: Database, actor: Actor, patient_id: int, today: date) -> Changes | None:
    """What is new of a patient; None where neither a decision was made nor a meeting held. Raises NotFoundError."""
    with db.read() as session:
        followed = derive_followed(queries.load_patient_record(session, patient_id))
        decisions = queries_schedule.decisions_of(session, patient_id, db.timezone)[patient_id]
        corrected = queries_schedule.corrected_of(session, patient_id)[patient_id]
        newest = newest_decision(decisions)
        seen = {} if newest is None else queries_schedule.responses_seen(session, [newest.id])
        held, _ = queries_schedule.meetings_around(session, today)
    return derive_changes(followed, find_reference(decisions, seen, held, db.timezone), corrected)


def newest_decision(decisions: Sequence[Decision]) -> Decision | None:
    """The decision made last; questions that wait are none. ``decisions`` are those of one patient, oldest first."""
    return next((one for one in reversed(decisions) if one.decided_at is not None), None)


def find_reference(
    decisions: Sequence[Decision], seen: Mapping[int, Response | None], held: date | None, zone: tzinfo | None
) -> Reference | None:
    """The patient's newest decision with the response it saw; else the newest meeting ``held``, at the end of its day."""
    newest = newest_decision(decisions)
    if newest is not None and newest.decided_at is not None:
        return Reference(newest.meeting_on, newest.decided_at, is_own=True, response=seen.get(newest.id))
    if held is None:
        return None
    midnight = datetime.combine(held + timedelta(days=1), time())
    # Without a zone the site is where this machine is.
    moment = midnight.astimezone() if zone is None else midnight.replace(tzinfo=zone)
    return Reference(held, moment, is_own=False)
