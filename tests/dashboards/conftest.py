"""What running a page in this process must not leave behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def keep_main_module() -> Iterator[None]:
    """A page that runs in this process takes the place of the main module; a process started later would run it again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
