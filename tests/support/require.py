"""Skip where a fresh machine lacks something, fail where the run says that it must be there.

``TRACKER_TEST_REQUIRE`` lists what must be there, by comma: browser, postgres, shared.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


def lacking(what: str, reason: str) -> None:
    """Skip the test with the reason, or fail where ``what`` is required."""
    required = {word.strip() for word in os.environ.get("TRACKER_TEST_REQUIRE", "").split(",") if word.strip()}
    if what in required:
        pytest.fail(f"{what} is required here: {reason}", pytrace=False)
    pytest.skip(reason)


def shared_folder(name: str) -> Path:
    """The folder of shared test data (oracle, samples, seed): ``TRACKER_ORACLE`` and so on, else beside the checkout."""
    folder = Path(os.environ.get(f"TRACKER_{name.upper()}", _ROOT.parent / "shared" / name))
    if not folder.is_dir():
        lacking("shared", f"no folder of shared test data '{name}' (set TRACKER_{name.upper()})")
    return folder
