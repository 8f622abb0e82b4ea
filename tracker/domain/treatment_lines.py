"""Which treatment a timeline is about: where its course starts, and whether another line began later.

Minimum stable disease is counted from the start of the course's treatment (Eisenhauer 2009, 4.4.3); what comes after a
new line of treatment never counts for the best response.
"""

from __future__ import annotations

from datetime import date

from tracker.domain.timeline import Timeline, TimelineTreatment
from tracker.domain.vocabulary import TreatmentKind

_LOCAL = {kind for kind in TreatmentKind if kind.is_local}


def own_treatment(timeline: Timeline) -> TimelineTreatment | None:
    """The treatment whose effect the timeline shows; None where it begins without one.

    The first begun from the baseline on and before the first follow-up, systemic before local; else the latest that was
    already going on at the baseline. What ended before, or a local treatment long past, belongs to an earlier course.
    """
    baseline = timeline.time_points[0].date
    follow_up = timeline.time_points[1].date if len(timeline.time_points) > 1 else date.max
    begun = [t for t in timeline.treatments if baseline <= t.start < follow_up]
    begun.sort(key=lambda treatment: (treatment.kind in _LOCAL, treatment.start))
    if begun and begun[0].kind not in _LOCAL:
        return begun[0]
    going_on = [
        t
        for t in timeline.treatments
        if t.kind not in _LOCAL and t.start < baseline and (t.stop is None or t.stop > baseline)
    ]
    going_on.sort(key=lambda treatment: treatment.start)
    return going_on[-1] if going_on else (begun[0] if begun else None)


def start_of_course(timeline: Timeline) -> date:
    """Where minimum stable disease is counted from: the start of the course's treatment, else the baseline's date."""
    own = own_treatment(timeline)
    return timeline.time_points[0].date if own is None else own.start


def new_line_before(timeline: Timeline, day: date) -> bool:
    """Whether a new line of systemic treatment began before ``day``.

    A treatment is a new line where it begins after the course's own had stopped, or after the first follow-up. A drug
    added before the first follow-up belongs to the line; so does maintenance.
    """
    own = own_treatment(timeline)
    follow_up = timeline.time_points[1].date if len(timeline.time_points) > 1 else date.max
    for treatment in timeline.treatments:
        if treatment is own or treatment.kind in _LOCAL or treatment.kind == TreatmentKind.MAINTENANCE:
            continue
        if treatment.start >= day or treatment.start < timeline.time_points[0].date:
            continue
        own_stopped = own is not None and own.stop is not None and own.stop <= treatment.start
        if treatment.start >= follow_up or (own_stopped and own is not None and treatment.start > own.start):
            return True
    return False
