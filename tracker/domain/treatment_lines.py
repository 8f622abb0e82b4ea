"""Which treatment a timeline is about: where its course starts, and whether another line began later.

Minimum stable disease is counted from the start of the course's treatment (Eisenhauer 2009, 4.4.3); what comes after a
new line of treatment never counts for the best response.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.domain.carried import Row
from tracker.domain.timeline import Timeline, TimelineTreatment
from tracker.domain.vocabulary import CourseKind, LesionRole, TreatmentKind

#: What treats named lesions: which way is known, or only that it was local.
LOCAL_KINDS = frozenset((*(kind.value for kind in TreatmentKind if kind.is_local), CourseKind.LOCAL.value))


def own_treatment(timeline: Timeline) -> TimelineTreatment | None:
    """The treatment whose effect the timeline shows; None where it begins without one.

    The first begun from the baseline on and before the first follow-up, systemic before local; else the latest that was
    already going on at the baseline. What ended before, or a local treatment long past, belongs to an earlier course.
    """
    if not timeline.treatments:
        return None
    baseline = timeline.time_points[0].date
    follow_up = timeline.time_points[1].date if len(timeline.time_points) > 1 else date.max
    begun = [t for t in timeline.treatments if baseline <= t.start < follow_up]
    begun.sort(key=lambda treatment: (treatment.kind in LOCAL_KINDS, treatment.start))
    if begun and begun[0].kind not in LOCAL_KINDS:
        return begun[0]
    going_on = [
        t
        for t in timeline.treatments
        if t.kind not in LOCAL_KINDS and t.start < baseline and (t.stop is None or t.stop > baseline)
    ]
    going_on.sort(key=lambda treatment: treatment.start)
    return going_on[-1] if going_on else (begun[0] if begun else None)


def start_of_course(timeline: Timeline) -> date:
    """Where minimum stable disease is counted from: the start of the course's treatment, else the baseline's date."""
    own = own_treatment(timeline)
    return timeline.time_points[0].date if own is None else own.start


def changes_of_treatment(timeline: Timeline, rows: Sequence[Row]) -> list[bool]:
    """For each row, whether it lies behind a local treatment of a target or a new line of treatment.

    The response of such a row belongs to both treatments, so it never counts for the best response.
    """
    new_line = start_of_new_line(timeline)
    changed, after = False, []
    for row in rows:
        if not changed and row.number > 0:
            changed = (new_line is not None and new_line < row.time_point.date) or _target_treated(timeline, row)
        after.append(changed)
    return after


def _target_treated(timeline: Timeline, row: Row) -> bool:
    """Whether a target stands treated; what is only in question does not."""
    observations = (row.firm or row).observations
    if observations is row.time_point.observations:
        # Nothing is carried here, and what is said is read as it stands.
        return False
    for lesion in timeline.lesions:
        seen = observations.get(lesion.label)
        if seen is not None and lesion.role is LesionRole.TARGET and seen.state.is_treated:
            return True
    return False


def start_of_new_line(timeline: Timeline) -> date | None:
    """When a new line of systemic treatment began; None where none did.

    A treatment is a new line where it begins after the course's own had stopped, or after the first follow-up. A drug
    added before the first follow-up belongs to the line; so does maintenance.
    """
    if not timeline.treatments:
        return None
    own = own_treatment(timeline)
    baseline = timeline.time_points[0].date
    follow_up = timeline.time_points[1].date if len(timeline.time_points) > 1 else date.max
    starts = [
        treatment.start
        for treatment in timeline.treatments
        if treatment is not own
        and treatment.kind not in LOCAL_KINDS
        and treatment.kind != TreatmentKind.MAINTENANCE
        and treatment.start >= baseline
        and (treatment.start >= follow_up or _after_own(treatment, own))
    ]
    return min(starts, default=None)


def _after_own(treatment: TimelineTreatment, own: TimelineTreatment | None) -> bool:
    if own is None or own.stop is None:
        return False
    return own.stop <= treatment.start and treatment.start > own.start
