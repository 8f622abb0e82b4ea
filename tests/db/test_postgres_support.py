"""The tests' own PostgreSQL starts where the machine makes it hard, and says why where it cannot."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tests.support import postgres


def test_a_folder_nobody_may_enter_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(closed))
    folder = postgres.make_folder("nobody" if os.geteuid() == 0 else None)
    if os.geteuid() == 0:
        assert not folder.is_relative_to(closed)
        assert folder.owner() == "nobody"
    assert folder.stat().st_mode & 0o077 == 0
    assert len(str(folder)) < 80
    folder.rmdir()


def test_a_long_temporary_folder_is_too_long_for_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 80)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    folder = postgres.make_folder(None)
    assert len(str(folder)) < 80
    folder.rmdir()


def test_programs_that_are_not_there_skip_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_TEST_PG_BIN", str(tmp_path))
    monkeypatch.delenv("TRACKER_TEST_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="holds no PostgreSQL server"):
        postgres.find_programs()
    monkeypatch.setenv("TRACKER_TEST_REQUIRE", "postgres")
    with pytest.raises(pytest.fail.Exception, match="postgres is required here"):
        postgres.find_programs()
