"""What a ``timeline/1`` object says, read by hand: plain dictionaries, fractions, loops.

This folder is a second implementation of the criteria, written from the published rules and the format's description and
sharing no code with the product. It is slow and simple on purpose; the differential test holds the product to it.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

Told = dict[str, Any]
#: The conventions of a timeline that names none.
DEFAULTS: Told = {
    "minimum_sd_days": 42, "confirmation_days": 28, "confirmation_required": False, "sticky_pr": True, "max_between": 1,
    "nodes_new_from_mm": 10, "irecist_confirmation_days": 28,
}  # fmt: skip


@cache
def _fraction(text: str) -> Fraction:
    return Fraction(text)


def mm(value: Any) -> Fraction:
    """A number of the format, exactly."""
    return _fraction(str(value))


@cache
def day(text: str) -> date:
    return date.fromisoformat(text)


def settings_of(timeline: Told) -> Told:
    return DEFAULTS | {key: value for key, value in (timeline.get("settings") or {}).items() if value is not None}


def labels(timeline: Told, role: str) -> list[str]:
    return [lesion["label"] for lesion in timeline["lesions"] if lesion["role"] == role]


def lesion_of(timeline: Told, label: str) -> Told:
    return next(lesion for lesion in timeline["lesions"] if lesion["label"] == label)


def is_node(timeline: Told, label: str) -> bool:
    return (lesion_of(timeline, label).get("organ") or "liver").strip().lower() == "lymph node"


def state_of(seen: Told) -> str:
    """The stated state; a size alone is 'measured', parts alone are 'split', an uptake alone is 'present'."""
    if seen.get("state") is not None:
        return str(seen["state"])
    if seen.get("parts_mm"):
        return "split"
    return "measured" if seen.get("longest_mm") is not None or seen.get("short_mm") is not None else "present"


def said(timeline: Told, index: int, label: str) -> Told | None:
    """What the exams of this time point say of the lesion; None where they do not mention it."""
    seen = (timeline["time_points"][index].get("observations") or {}).get(label)
    return None if seen is None or state_of(seen) == "not mentioned" else seen


def is_provisional(timeline: Told, index: int) -> bool:
    observations = timeline["time_points"][index].get("observations") or {}
    return any(seen.get("provisional") for seen in observations.values())


def last_word(timeline: Told, index: int, label: str) -> Told | None:
    """What holds of the lesion: this time point's word, else an earlier 'merged' or 'treated' that nothing replaced.

    A provisional word counts at its own time point only.
    """
    seen = said(timeline, index, label)
    if seen is not None:
        return seen
    for earlier in range(index - 1, -1, -1):
        seen = said(timeline, earlier, label)
        if seen is not None and not seen.get("provisional"):
            return seen if state_of(seen) in ("merged", "treated", "recurrence at treated site") else None
    return None


def was_treated(timeline: Told, index: int, label: str) -> bool:
    """Whether the lesion was treated locally by now: what remains is a zone, no tumour that can be measured.

    A recurrence that the baseline already shows is disease like any other (RECIST 1.1, 3.1).
    """
    for earlier in range(index + 1):
        seen = said(timeline, earlier, label)
        if seen is None or (seen.get("provisional") and earlier < index):
            continue
        if state_of(seen) == "treated" or (earlier > 0 and state_of(seen) == "recurrence at treated site"):
            return True
    return False


def size(timeline: Told, label: str, seen: Told) -> Fraction | None:
    """The diameter that counts: the parts' sum, a node's short axis, any other lesion's longest diameter (3.1, 4.3.2)."""
    if seen.get("parts_mm"):
        return sum((mm(part) for part in seen["parts_mm"]), Fraction(0))
    value = seen.get("short_mm" if is_node(timeline, label) else "longest_mm")
    return None if value is None else mm(value)


def carrier_of(timeline: Told, index: int, label: str) -> str | None:
    """The lesion that carries the size of a merged one, at the end of the chain; None where the chain is a loop."""
    followed: list[str] = []
    while label not in followed:
        followed.append(label)
        seen = last_word(timeline, index, label)
        if seen is None or state_of(seen) != "merged":
            return label
        label = seen["into"]
    return None


def value(timeline: Told, index: int, label: str, members: list[str]) -> Fraction | None:
    """What the lesion adds to the sum of ``members``; None is missing, never zero (RECIST 1.1, 4.3.2 and 4.4.2).

    Absent adds 0, too small to measure 5 mm or the number given, a merged lesion nothing where a member carries it.
    Ultrasound and scintigraphy never enter a sum; neither does what was treated locally.
    """
    seen = last_word(timeline, index, label)
    if seen is None or was_treated(timeline, index, label):
        return None
    if seen is said(timeline, index, label) and modality(timeline, index, seen) in ("US", "NM"):
        return None
    state = state_of(seen)
    if state == "absent":
        return Fraction(0)
    if state == "merged":
        return Fraction(0) if carrier_of(timeline, index, label) in members else None
    if state == "not evaluable":
        return None
    measured = size(timeline, label, seen)
    return Fraction(5) if measured is None and state == "too small to measure" else measured


def modality(timeline: Told, index: int, seen: Told) -> str | None:
    return seen.get("modality") or timeline["time_points"][index].get("modality")


def exam_day(timeline: Told, index: int, seen: Told | None) -> date:
    """The date of the exam that says it; the time point's own where the observation names none."""
    return day(seen["on"] if seen and seen.get("on") else timeline["time_points"][index]["date"])


def latest_exam(timeline: Told, index: int) -> date:
    """CR, PR and SD are dated to the latest exam of their time point."""
    point = timeline["time_points"][index]
    return max(
        [day(point["date"])] + [exam_day(timeline, index, seen) for seen in (point.get("observations") or {}).values()]
    )


def total(values: list[Fraction | None]) -> tuple[Fraction | None, Fraction | None]:
    """The complete sum, or the sum of what was measured: one of the two at most."""
    known = [each for each in values if each is not None]
    if known and len(known) == len(values):
        return sum(known, Fraction(0)), None
    return None, sum(known, Fraction(0)) if known else None
