"""Data frames for display: one row a thing, typed columns, missing is NaN and never 0."""

from __future__ import annotations

import math

from tests.exchange.tables import BASELINE, LATER, plain, seen, table
from tracker import frames
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.record import PatientRecord
from tracker.services import exports
from tracker.services.actors import Actor
from tracker.services.imports import import_table


def record_of(db: Database, actor: Actor) -> PatientRecord:
    rows = plain(seen(LATER, "L1", state="not evaluable"), seen(BASELINE | {"modality": "US"}, "L1", 30))
    assert not import_table(db, actor, table(*rows), "t.csv").problems
    return exports.select_records(db, actor)[0]


def test_each_observation_is_a_row(db: Database, actor: Actor) -> None:
    frame = frames.observations_frame([record_of(db, actor)])
    assert dict(frame.dtypes.astype(str)) == frames.OBSERVATION_COLUMNS
    assert len(frame) == 7
    first = frame[frame["modality"] == "CT"].iloc[0]
    assert (first["patient"], first["lesion"], first["role"], first["segments"]) == ("P1", "L1", "target", "VII")
    assert (str(first["date"].date()), first["longest_mm"], first["course"]) == ("2026-01-05", 32.0, 1)
    assert math.isnan(first["short_mm"])
    ultrasound = frame[frame["modality"] == "US"].iloc[0]
    assert ultrasound[["course", "role"]].isna().all()


def test_each_time_point_is_a_row(db: Database, actor: Actor) -> None:
    frame = frames.time_points_frame(assess_record(record_of(db, actor)))
    assert dict(frame.dtypes.astype(str)) == frames.TIME_POINT_COLUMNS
    assert frame["sum_mm"].tolist()[:2] == [52.0, 40.0]
    assert math.isnan(frame["sum_mm"].iloc[2])
    assert frame["overall_response"].isna().tolist() == [True, False, False]
    assert frame["overall_response"].tolist()[1:] == ["SD", "NE"]
    assert frame["change_from_baseline_percent"].tolist()[:2] == [0.0, -23.1]


def test_nothing_gives_the_same_columns() -> None:
    empty = frames.observations_frame([])
    assert (len(empty), dict(empty.dtypes.astype(str))) == (0, frames.OBSERVATION_COLUMNS)
    assert dict(frames.time_points_frame([]).dtypes.astype(str)) == frames.TIME_POINT_COLUMNS
