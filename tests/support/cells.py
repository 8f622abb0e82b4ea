"""The table of entry-box cases, read once for both hands that must agree on it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tracker.domain.cells import CellReading

_TABLE = Path(__file__).resolve().parents[1] / "cases" / "cells.toml"


def cell_cases() -> list[dict[str, Any]]:
    """Each case as text, node, new, labels and ``expected`` (what the table names, nothing else)."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    cases = []
    for written in table["case"]:
        given = {"text": "", "node": False, "new": False, "labels": table["defaults"]["labels"]}
        cases.append(
            {name: written.get(name, default) for name, default in given.items()}
            | {"expected": {name: value for name, value in written.items() if name not in given}}
        )
    return cases


def flatten(reading: CellReading) -> dict[str, Any]:
    """A reading as the table writes it: only what is set."""
    seen = reading.observation
    out: dict[str, Any] = {
        "question": reading.question,
        "answers": list(reading.answers) if reading.answers else None,
        "problem": reading.problem,
        "qualifier": reading.qualifier,
    }
    if seen is not None:
        out |= {
            "echo": reading.echo,
            "state": str(seen.state),
            "longest": seen.longest.um if seen.longest else None,
            "short": seen.short.um if seen.short else None,
            "parts": [part.um for part in seen.parts] or None,
            "into": seen.into,
            "by": seen.by,
            "reason": seen.reason,
            "certainty": str(seen.certainty) if seen.certainty else None,
        }
    return {name: value for name, value in out.items() if value is not None}
