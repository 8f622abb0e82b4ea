"""What judgement needs beside the lesions: new disease so far, the marker, the course's treatment."""

from __future__ import annotations

from datetime import date

from tests.naive.reading import Told, day, exam_day, is_node, labels, lesion_of, mm, said, settings_of, state_of

LOCAL = ("local", "ablation", "resection", "TACE", "SIRT", "HAI", "radiotherapy")


def new_disease(timeline: Told, index: int) -> dict[str, Told]:
    """New lesions known at this time point: ``sure``, ``shown`` (first exam that showed it), ``missed`` at the baseline.

    What was said holds until something else is said; 'absent' ends it (RECIST 1.1, 4.3.5). A provisional word counts at
    its own time point only, one at the baseline always: every time point is compared with it.
    """
    known: dict[str, Told] = {}
    for at in range(index + 1):
        for lesion in timeline["lesions"]:
            seen = said(timeline, at, lesion["label"])
            if seen is not None and (at in (0, index) or not seen.get("provisional")):
                _hear(timeline, at, lesion["label"], seen, known)
    return known


def _hear(timeline: Told, at: int, label: str, seen: Told, known: dict[str, Told]) -> None:
    state, before = state_of(seen), known.get(label)
    recurrence = state == "recurrence at treated site"
    is_new = lesion_of(timeline, label)["role"] == "new"
    if state == "absent" or (is_new and _is_normal_node(timeline, label, seen)):
        known.pop(label, None)
        if before and before["missed"]:  # it was disease of the baseline, and stays one that is followed
            known[label] = before | {"sure": False}
        return
    if state in ("not evaluable", "merged", "treated") or not (recurrence or is_new):
        return
    word = seen.get("certainty") if recurrence else state
    sure = word == "unequivocal" or (word != "equivocal" and before is not None and before["sure"])
    retrospect = seen.get("first_seen") or lesion_of(timeline, label).get("first_seen")
    shown = before["shown"] if before else exam_day(timeline, at, seen)
    baseline, looked_for = day(timeline["time_points"][0]["date"]), said(timeline, 0, label)
    was_absent = looked_for is not None and state_of(looked_for) == "absent"
    if retrospect and not (was_absent and day(retrospect) <= baseline):
        shown = min(shown, day(retrospect))
    retrospective = shown <= baseline
    missed = not recurrence and (at == 0 or retrospective or bool(before and before["missed"]))
    known[label] = {"sure": sure, "shown": shown, "missed": missed}


def _is_normal_node(timeline: Told, label: str, seen: Told) -> bool:
    """A node under 10 mm (or the setting) is no new lesion, whatever it is called (EORTC, abnormal lymph node)."""
    least = settings_of(timeline)["nodes_new_from_mm"]
    return is_node(timeline, label) and seen.get("short_mm") is not None and mm(seen["short_mm"]) < least


def unequivocal(known: dict[str, Told]) -> dict[str, Told]:
    """The new lesions that are beyond doubt and were not there at the baseline."""
    return {label: what for label, what in known.items() if what["sure"] and not what["missed"]}


def marker_is_high(timeline: Told, index: int) -> bool:
    """A marker high at the baseline and not said to be normal since stands against CR (RECIST 1.1, 4.3.3)."""
    told = [(point.get("markers") or {}).get("elevated") for point in timeline["time_points"][: index + 1]]
    said_so = [word for word in told if word is not None]
    return told[0] is True and said_so[-1] is True


def own_treatment(timeline: Told) -> Told | None:
    """The course's treatment: systemic begun between baseline and first follow-up, else the latest systemic one that was
    going on at the baseline, else a local one begun in between."""
    points, treatments = timeline["time_points"], timeline.get("treatments") or []
    baseline = day(points[0]["date"])
    follow_up = day(points[1]["date"]) if len(points) > 1 else date.max
    between = sorted((t for t in treatments if baseline <= day(t["start"]) < follow_up), key=lambda t: day(t["start"]))
    systemic = [t for t in between if t.get("kind", "systemic") not in LOCAL]
    if systemic:
        return systemic[0]
    ongoing = [
        t for t in treatments
        if t.get("kind", "systemic") not in LOCAL and day(t["start"]) < baseline and (not t.get("stop") or day(t["stop"]) > baseline)
    ]  # fmt: skip
    if ongoing:
        return max(ongoing, key=lambda t: day(t["start"]))
    return between[0] if between else None


def start_of(timeline: Told) -> date:
    """Where the least time of stable disease is counted from (RECIST 1.1, 4.4.3)."""
    own = own_treatment(timeline)
    return day(own["start"] if own else timeline["time_points"][0]["date"])


def treatment_changed(timeline: Told, index: int) -> bool:
    """Whether this time point lies after local treatment of a target or after a new line: it counts for no best response."""
    for at in range(1, index + 1):
        for label in labels(timeline, "target"):
            seen = said(timeline, at, label)
            if seen is None or (seen.get("provisional") and at < index):
                continue
            if state_of(seen) in ("treated", "recurrence at treated site"):
                return True
    return _new_line_before(timeline, day(timeline["time_points"][index]["date"]))


def _new_line_before(timeline: Told, when: date) -> bool:
    points, own = timeline["time_points"], own_treatment(timeline)
    baseline, follow_up = day(points[0]["date"]), day(points[1]["date"]) if len(points) > 1 else date.max
    for treatment in timeline.get("treatments") or []:
        begun = day(treatment["start"])
        if (
            treatment is own
            or treatment.get("kind", "systemic") in (*LOCAL, "maintenance")
            or not baseline <= begun < when
        ):
            continue
        after_own = own is not None and own.get("stop") and day(own["start"]) < begun and day(own["stop"]) <= begun
        if begun >= follow_up or after_own:
            return True
    return False
