"""The demo's cohort, read from its stored summaries, is the cohort derived from its records."""

from __future__ import annotations

import pytest

from tests.demo.conftest import Demo
from tracker.db import queries
from tracker.services import actors
from tracker.services.cohort import derive_cohort, load_cohort, write_cohort_csv


def test_the_demo_reads_as_it_derives(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = derive_cohort(sorted(demo.records.values(), key=lambda record: record.patient.id))
    actor = actors.demo_actor(demo.db)
    assert load_cohort(demo.db, actor) == plain
    # From here on nothing is derived.
    monkeypatch.delattr(queries, "load_some_records")
    read = load_cohort(demo.db, actor)
    assert read == plain
    assert len(read.rows) > 60
    assert (read.criteria, read.could_respond, read.counted_again, read.scans) == (
        plain.criteria, plain.could_respond, plain.counted_again, plain.scans,
    )  # fmt: skip
    for criterion, _ in plain.criteria:
        mine, theirs = read.only(criterion=criterion), plain.only(criterion=criterion)
        assert (mine.responses, mine.responders) == (theirs.responses, theirs.responders)
    assert write_cohort_csv(read.rows) == write_cohort_csv(plain.rows)
