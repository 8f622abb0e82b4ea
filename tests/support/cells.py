"""The table of entry-box cases, read once for both hands that must agree on it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

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
