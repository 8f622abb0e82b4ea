"""Random timelines in the format ``timeline/1``, weighted to where rules begin, and the shrinking of one that fails.

``random.Random`` and a seed make each timeline; hypothesis would be too slow for a hundred thousand of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

Told = dict[str, Any]
BASELINE = date(2026, 1, 5)
#: Micrometres about which a rule begins: 4.9, 5, 9.9, 10, 14 (x 0.7 = 9.8), 15, 27 (x 1.2 = 32.4) mm.
EDGES = (
    3_200,
    4_900,
    5_000,
    8_200,
    9_800,
    9_900,
    10_000,
    10_100,
    14_000,
    15_000,
    20_000,
    27_000,
    32_400,
    50_000,
    100_000,
)
GAPS = (14, 21, 27, 28, 28, 29, 41, 42, 56, 56, 56, 84)


def make_timeline(seed: int) -> Told:
    """The timeline of that number."""
    chance = random.Random(seed)
    days = [BASELINE]
    while len(days) < chance.choice((1, 2, 3, 3, 4, 4, 5, 6, 7)):
        days.append(days[-1] + timedelta(days=chance.choice(GAPS)))
    lesions = _lesions(chance, days)
    # Most timelines are calm: one in which everything happens at once is PD or NE from the second scan on.
    mood = {"calm": chance.choice((0.5, 0.8, 0.95, 1.0)), "provisional": chance.choice((0, 0, 0.02, 0.1))}
    sizes: dict[str, list[int]] = {}
    timeline: Told = {
        "format": "timeline/1", "id": f"random {seed}", "lesions": lesions,
        "time_points": [_time_point(chance, index, days, lesions, sizes, mood) for index in range(len(days))],
    }  # fmt: skip
    if chance.random() < 0.6:
        timeline["settings"] = _settings(chance)
    if chance.random() < 0.3:
        timeline["treatments"] = [_treatment(chance) for _ in range(chance.randint(1, 3))]
    return timeline


def _lesions(chance: random.Random, days: list[date]) -> list[Told]:
    lesions: list[Told] = []
    for name, role, numbers, organs in (
        ("T", "target", (0, 1, 1, 1, 2, 2, 3, 5), ("liver", "liver", "liver", "lymph node", " Lymph Node", "lung")),
        ("NT", "non-target", (0, 0, 1, 1, 2), ("liver", "lung", "lymph node")),
        ("N", "new", (0, 0, 1, 1, 2, 3, 4), ("liver", "liver", "lung", "lymph node")),
    ):
        for number in range(chance.choice(numbers)):
            lesion: Told = {"label": f"{name}{number + 1}", "role": role, "organ": chance.choice(organs)}
            if role == "new" and chance.random() < 0.08:
                lesion["first_seen"] = chance.choice(days).isoformat()
            if role == "new" and chance.random() < 0.3:
                lesion["as"] = "target"
            lesions.append(lesion)
    chance.shuffle(lesions)
    return lesions


def _time_point(
    chance: random.Random, index: int, days: list[date], lesions: list[Told], sizes: dict[str, list[int]], mood: Told
) -> Told:
    observations = {}
    for lesion in lesions:
        seen = {"target": _target, "non-target": _non_target, "new": _new}[lesion["role"]](
            chance, index, lesion, [other["label"] for other in lesions if other is not lesion], sizes, mood, days
        )
        if seen is not None:
            observations[lesion["label"]] = _exam_of(chance, seen, index, days, mood)
    point: Told = {"date": days[index].isoformat(), "observations": observations}
    if chance.random() < 0.9:
        point["modality"] = chance.choice(("CT",) * 12 + ("MR", "PET/CT") + (("US",) if index else ()))
    if chance.random() < 0.12:
        point["markers"] = {"elevated": chance.random() < 0.6}
    if index and chance.random() < 0.12:
        point["for_symptom"] = True
    return point


def _exam_of(chance: random.Random, seen: Told, index: int, days: list[date], mood: Told) -> Told:
    if chance.random() < mood["provisional"]:
        seen["provisional"] = True
    if chance.random() < 0.05:
        seen["on"] = (days[index] + timedelta(days=chance.randint(-6, 6))).isoformat()
    if chance.random() < 0.02:
        seen["modality"] = chance.choice(("MR", "US", "NM", "PET/CT"))
    return seen


def _axis(lesion: Told) -> str:
    return "short_mm" if lesion["organ"].strip().lower() == "lymph node" else "longest_mm"


def _mm(um: int) -> float | int:
    return um // 1000 if um % 1000 == 0 else round(um / 1000, 3)


def _any_size(chance: random.Random) -> int:
    return chance.choice((chance.choice(EDGES), chance.randint(1, 60) * 1000, chance.randint(10, 1200) * 100))


def _next_size(chance: random.Random, before: list[int]) -> int:
    """A size that lies on a threshold against the first, the smallest or the last, or beside it."""
    first, least, last = before[0], min(before), before[-1]
    plain = (
        last,
        last,
        last + 1000,
        last - 1000,
        last * 9 // 10,
        last * 7 // 10,
        last // 2,
        last * 11 // 10,
        last * 3 // 2,
    )
    exact = (first * 7 // 10, least * 6 // 5, least + 5000, last + 5000, last + 4000, last + 2000, last + 4999, least)
    size = (
        chance.choice(exact) + chance.choice((0, 0, 0, 1, -1, 100, -100))
        if chance.random() < 0.5
        else chance.choice(plain)
    )
    return max(1, min(size, 400_000))


def _measured(chance: random.Random, lesion: Told, sizes: dict[str, list[int]]) -> Told:
    before = sizes.setdefault(lesion["label"], [])
    before.append(_next_size(chance, before) if before else _any_size(chance))
    seen: Told = {_axis(lesion): _mm(before[-1])}
    if _axis(lesion) == "short_mm" and chance.random() < 0.2:
        seen["longest_mm"] = _mm(before[-1] + 3000)
    return seen


def _merged(chance: random.Random, others: list[str]) -> Told:
    return {"state": "merged", "into": chance.choice(others)} if others else {"state": "absent"}


def _pick(chance: random.Random, table: dict[str, float]) -> str:
    return chance.choices(list(table), list(table.values()))[0]


def _target(
    chance: random.Random,
    index: int,
    lesion: Told,
    others: list[str],
    sizes: dict[str, list[int]],
    mood: Told,
    days: list[date],
) -> Told | None:
    axis = _axis(lesion)
    if index == 0:
        kind = _pick(chance, {"size": 94, "parts": 2, "small": 2, "present": 2})
    elif chance.random() < mood["calm"]:
        kind = _pick(chance, {"size": 88, "absent": 9, "small": 3})
    else:
        kind = _pick(chance, {
            "size": 30, "absent": 25, "small": 6, "small with size": 4, "not evaluable": 6, "": 5, "merged": 6, "parts": 6,
            "treated": 3, "recurrence": 1, "present": 2, "other axis": 2, "not mentioned": 2,
        })  # fmt: skip
    match kind:
        case "size":
            return _measured(chance, lesion, sizes)
        case "parts":
            return {"state": "split", "parts_mm": [_mm(_any_size(chance)), _mm(_any_size(chance))]}
        case "small":
            return {"state": "too small to measure"} | ({axis: 4} if index == 0 else {})
        case "small with size":
            return {"state": "too small to measure", axis: chance.choice((2, 5, 9.9))}
        case "present":
            return {"state": "present"} | ({axis: 12} if index == 0 else {})
        case "merged":
            return _merged(chance, others)
        case "treated":
            return {"state": "treated", "by": "ablation"} | ({axis: 20} if chance.random() < 0.3 else {})
        case "recurrence":
            return {"state": "recurrence at treated site", "certainty": chance.choice(("equivocal", "unequivocal"))}
        case "other axis":
            return {"longest_mm" if axis == "short_mm" else "short_mm": 12}
        case "":
            return None
    return {"state": kind}


def _non_target(
    chance: random.Random,
    index: int,
    lesion: Told,
    others: list[str],
    sizes: dict[str, list[int]],
    mood: Told,
    days: list[date],
) -> Told | None:
    axis = _axis(lesion)
    if index == 0:
        kind = _pick(chance, {"present": 68, "size": 25, "not evaluable": 2, "": 3, "absent": 2})
    elif chance.random() < mood["calm"]:
        kind = _pick(chance, {"present": 60, "size": 8, "absent": 20, "grown": 6, "unequivocal progression": 6})
    else:
        kind = _pick(chance, {
            "present": 25, "size": 10, "absent": 25, "not evaluable": 10, "": 8, "unequivocal progression": 6, "treated": 3,
            "recurrence": 3, "too small to measure": 3, "merged": 3, "parts": 2, "grown": 6, "worse and grown": 3,
        })  # fmt: skip
    match kind:
        case "size":
            return {axis: chance.choice((8, 9.9, 10, 12, 20))}
        case "grown":
            return {"state": "present", "grown": True}
        case "worse and grown":
            return {"state": "unequivocal progression", "grown": True}
        case "parts":
            return {"state": "split", "parts_mm": [3, 4]}
        case "merged":
            return _merged(chance, others)
        case "treated":
            return {"state": "treated", "by": "SIRT"}
        case "recurrence":
            certainty = chance.choice(("equivocal", "unequivocal", None))
            return {"state": "recurrence at treated site"} | ({"certainty": certainty} if certainty else {})
        case "":
            return None
    return {"state": kind}


def _new(
    chance: random.Random,
    index: int,
    lesion: Told,
    others: list[str],
    sizes: dict[str, list[int]],
    mood: Told,
    days: list[date],
) -> Told | None:
    axis = _axis(lesion)
    if index == 0:
        kind = _pick(chance, {"": 94, "absent": 2, "present": 2, "size": 2})
    elif chance.random() < mood["calm"]:
        kind = _pick(chance, {"": 60, "absent": 4, "equivocal": 6, "unequivocal": 12, "sure size": 12, "size": 6})
    else:
        kind = _pick(chance, {
            "": 35, "equivocal": 10, "unequivocal": 12, "absent": 8, "size": 8, "sure size": 12, "treated": 2, "merged": 2,
            "not evaluable": 2, "too small to measure": 2, "first seen": 2, "grown": 5, "parts": 2, "present": 2,
        })  # fmt: skip
    seen: Told | None
    match kind:
        case "size":
            seen = _measured(chance, lesion, sizes)
        case "sure size":
            seen = _measured(chance, lesion, sizes) | {"state": "unequivocal"}
        case "grown":
            seen = {"state": chance.choice(("present", "unequivocal")), "grown": True}
        case "parts":
            seen = {"state": "split", "parts_mm": [6, 5]}
        case "first seen":
            seen = {"state": "unequivocal", "first_seen": chance.choice(days[: index + 1]).isoformat()}
        case "merged":
            seen = _merged(chance, others)
        case "treated":
            seen = {"state": "treated", "by": "ablation"}
        case "":
            return None
        case _:
            seen = {"state": kind}
    if axis in seen and "as" not in lesion and chance.random() < 0.5:
        seen["as"] = "target"
    return seen


def _settings(chance: random.Random) -> Told:
    choices: dict[str, tuple[Any, ...]] = {
        "confirmation_required": (True, False), "sticky_pr": (False, True), "max_between": (0, 1, 2),
        "minimum_sd_days": (0, 28, 42, 56, 84), "confirmation_days": (0, 14, 28, 56), "nodes_new_from_mm": (8, 10, 12),
        "irecist_confirmation_days": (14, 28, 56),
    }  # fmt: skip
    return {key: chance.choice(values) for key, values in choices.items() if chance.random() < 0.35}


def _treatment(chance: random.Random) -> Told:
    start = BASELINE + timedelta(days=chance.choice((-200, -10, 0, 7, 14, 56, 60, 90, 120)))
    kind = chance.choice(("systemic", "systemic", "targeted", "immunotherapy", "maintenance", "ablation", "SIRT"))
    treatment = {"name": "treatment", "kind": kind, "start": start.isoformat()}
    if chance.random() < 0.5:
        treatment["stop"] = (start + timedelta(days=chance.choice((0, 30, 60, 150, 250)))).isoformat()
    return treatment


# --- shrinking -----------------------------------------------------------------------------------------------------


def shrink(timeline: Told, fails: Callable[[Told], bool]) -> Told:
    """The timeline with everything left out that the failure does not need."""
    smaller = True
    while smaller:
        smaller = False
        for shorter in _shorter(timeline):
            if fails(shorter):
                timeline, smaller = shorter, True
                break
    return timeline


def _shorter(timeline: Told) -> Iterator[Told]:
    for key in ("treatments", "settings"):
        if key in timeline:
            yield {kept: value for kept, value in timeline.items() if kept != key}
    for index in range(len(timeline["time_points"]) - 1, -1, -1):
        yield _without(timeline, ["time_points"], index)
    for lesion in timeline["lesions"]:
        without = deepcopy(timeline)
        without["lesions"] = [other for other in timeline["lesions"] if other["label"] != lesion["label"]]
        for point in without["time_points"]:
            point["observations"].pop(lesion["label"], None)
        yield without
    for index, point in enumerate(timeline["time_points"]):
        for key in ("markers", "for_symptom", "modality"):
            if key in point:
                yield _without(timeline, ["time_points", index], key)
        for label, seen in point["observations"].items():
            yield _without(timeline, ["time_points", index, "observations"], label)
            for key in seen:
                yield _without(timeline, ["time_points", index, "observations", label], key)
    for index, lesion in enumerate(timeline["lesions"]):
        for key in lesion.keys() & {"as", "first_seen"}:
            yield _without(timeline, ["lesions", index], key)
    for key in timeline.get("settings", {}):
        yield _without(timeline, ["settings"], key)
    for index in range(len(timeline.get("treatments", []))):
        yield _without(timeline, ["treatments"], index)


def _without(timeline: Told, path: list[Any], key: Any) -> Told:
    shorter = deepcopy(timeline)
    part: Any = shorter
    for step in path:
        part = part[step]
    del part[key]
    return shorter
