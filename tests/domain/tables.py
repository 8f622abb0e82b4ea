"""The shipped case tables and their reader, for tests."""

from __future__ import annotations

from tracker.verification.tables import BASELINE, build_timeline, load_cases, read_entry

__all__ = ["BASELINE", "build_timeline", "load_cases", "read_entry"]
