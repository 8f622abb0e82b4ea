"""The table of sizes against the scan before, read once for both hands that must ask the same."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tracker.domain.lengths import Length
from tracker.domain.plausibility import SizeAgainstPrior

_TABLE = Path(__file__).resolve().parents[1] / "cases" / "sizes.toml"
PERFORMED = date(2026, 7, 6)


def size_cases() -> list[dict[str, Any]]:
    """Each case with all its fields: now, prior, days, rule ("" for none), meant (None for none)."""
    cases = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["case"]
    return [{"days": 56, "rule": "", "meant": None, **case} for case in cases]


def against(
    label: str, now: int | float, prior: int | float | None, days: int = 56, *, measured: bool = True
) -> SizeAgainstPrior:
    """A size beside its prior, both in mm."""
    before = None if prior is None else Length.from_mm(prior)
    prior_on = None if prior is None else PERFORMED - timedelta(days=days)
    return SizeAgainstPrior(label, Length.from_mm(now), before, prior_on, None if prior is None else days, measured)
