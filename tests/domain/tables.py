"""The case tables and their readers, for tests: those that are shipped, and tables in CSV."""

from __future__ import annotations

import csv
from pathlib import Path

from tracker.verification.tables import BASELINE, build_timeline, load_cases, read_entry

__all__ = ["BASELINE", "build_timeline", "load_cases", "read_entry", "read_rows"]


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table in CSV by the names of its columns."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
