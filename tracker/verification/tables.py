"""Short rows of a case table to ``timeline/1`` objects, the same shape that ``tracker assess`` reads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Any

from tracker.errors import InputError

BASELINE = date(2026, 1, 5)
_WORDS: dict[str, dict[str, Any]] = {
    "a": {"state": "absent"},
    "ts": {"state": "too small to measure"},
    "ne": {"state": "not evaluable", "reason": "motion"},
    "p": {"state": "present"},
    "up": {"state": "unequivocal progression"},
    "eq": {"state": "equivocal"},
    "un": {"state": "unequivocal"},
    "t": {"state": "treated", "by": "ablation"},
    "pg": {"state": "present", "grown": True},
    "ung": {"state": "unequivocal", "grown": True},
}
#: A new lesion beyond doubt with its size: measured as a new-lesion target, or not.
_NEW_WITH_SIZE: dict[str, dict[str, Any]] = {"nlt": {"as": "target"}, "un": {}}


def case_files() -> tuple[str, ...]:
    """The names of the case tables that are shipped."""
    folder = files("tracker.verification") / "cases"
    return tuple(sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml")))


def load_table(name: str) -> dict[str, Any]:
    """One shipped TOML file as a whole, decimals exact."""
    text = (files("tracker.verification") / "cases" / name).read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def load_cases(name: str) -> list[dict[str, Any]]:
    """The cases of one shipped TOML file, decimals exact."""
    return list(load_table(name)["case"])


def read_entry(entry: Any, *, node: bool) -> dict[str, Any] | None:
    """One cell of a case table as an observation of ``timeline/1``; None is 'not mentioned'. A table is one already."""
    if entry == "-":
        return None
    if isinstance(entry, dict):
        return dict(entry)
    if not isinstance(entry, str):
        return {"short_mm" if node else "longest_mm": entry}
    if entry in _WORDS:
        return dict(_WORDS[entry])
    if entry.startswith("m "):
        return {"state": "merged", "into": entry[2:]}
    kind, _, size = entry.partition(" ")
    try:
        if kind in _NEW_WITH_SIZE:
            return {"state": "unequivocal", "short_mm" if node else "longest_mm": Decimal(size), **_NEW_WITH_SIZE[kind]}
        return {"state": "split", "parts_mm": [Decimal(part) for part in entry.split("+")]}
    except InvalidOperation:
        raise InputError(f"'{entry}' is no word of a case table") from None


def build_timeline(case: dict[str, Any]) -> dict[str, Any]:
    """A ``timeline/1`` object of the case's rows."""
    nodes, organs = set(case.get("nodes", ())), case.get("organs", {})
    rows = {"target": case.get("targets", {}), "non-target": case.get("non_targets", {}), "new": case.get("new", {})}
    lesions = [
        {"label": label, "role": role, "organ": "lymph node" if label in nodes else organs.get(label, "liver")}
        for role, lesions in rows.items()
        for label in lesions
    ]
    length = max(len(row) for lesions in rows.values() for row in lesions.values())
    return {
        "format": "timeline/1", "id": case.get("name", "case"), "settings": case.get("settings", {}),
        "lesions": lesions, "time_points": list(_time_points(case, rows, nodes, length)),
    }  # fmt: skip


def _time_points(
    case: dict[str, Any], rows: dict[str, dict[str, list[Any]]], nodes: set[str], length: int
) -> Iterator[dict[str, Any]]:
    days = case.get("days", [56 * number for number in range(length)])
    markers, references = case.get("markers", []), case.get("references", [])
    modalities = case.get("modalities", ["PET/CT" if references else "CT"] * length)
    for number in range(length):
        observations = {
            label: seen
            for lesions in rows.values()
            for label, row in lesions.items()
            if (seen := read_entry(row[number], node=label in nodes)) is not None
        }
        point: dict[str, Any] = {
            "date": (BASELINE + timedelta(days=days[number])).isoformat(),
            "modality": modalities[number],
            "observations": observations,
        }
        if number in case.get("for_symptom", ()):
            point["for_symptom"] = True
        if number < len(markers):
            point["markers"] = {"elevated": markers[number]}
        if references and modalities[number].startswith("PET"):
            # The last one holds for the time points that follow.
            point["reference"] = dict(references[min(number, len(references) - 1)])
        yield point
