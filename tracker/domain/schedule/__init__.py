"""When the next scan is due, where a patient stands until it is discussed, and what changed since the last meeting."""

from tracker.domain.schedule.changes import Changes, Corrected, Reference, derive_changes
from tracker.domain.schedule.due import Due, derive_due
from tracker.domain.schedule.followed import Followed, SeenExam, derive_followed
from tracker.domain.schedule.intervals import DEFAULT, SHIPPED, Interval, Intervals
from tracker.domain.schedule.planned import PlannedScan, WaitingReport
from tracker.domain.schedule.situation import Decision, Situation
from tracker.domain.schedule.states import (
    URGENCY,
    Standing,
    State,
    derive_standings,
    derive_state,
)

__all__ = [
    "DEFAULT",
    "SHIPPED",
    "URGENCY",
    "Changes",
    "Corrected",
    "Decision",
    "Due",
    "Followed",
    "Interval",
    "Intervals",
    "PlannedScan",
    "Reference",
    "SeenExam",
    "Situation",
    "Standing",
    "State",
    "WaitingReport",
    "derive_changes",
    "derive_due",
    "derive_followed",
    "derive_standings",
    "derive_state",
]
