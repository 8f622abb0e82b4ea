"""The liver map of a patient: a drawing and the same as a list, with the dates of all scans at hand in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from dashboards import runtime
from dashboards.components.own_component import own_component
from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import PatientRecord
from tracker.pictures.columns import derive_columns
from tracker.pictures.liver_map import CAPTION, LiverMap, derive_liver_maps
from tracker.pictures.liver_map_lesions import BubbleKind
from tracker.report.liver_map_svg import draw_liver, draw_scan, draw_sign


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A record as it was loaded; database, patient and version tell it from every other."""

    database: str
    patient_id: int
    version: int
    record: PatientRecord = field(compare=False)
    courses: tuple[CourseAssessment, ...] = field(compare=False)


def show_liver_map(
    record: PatientRecord, courses: Sequence[CourseAssessment], chosen: tuple[int, int] | None = None
) -> None:
    """The map at the scan of ``chosen`` (course and row of the board), by default the newest. Nothing without a scan."""
    patient = record.patient
    database = runtime.database().url_safe
    scans, rows = _scans(_Loaded(database, patient.id, patient.version, record, tuple(courses)))
    if not scans:
        return
    at = next((place for place, judged in enumerate(rows) if chosen in judged), len(scans) - 1)
    stamp = f"{patient.id}-{patient.version}"
    data = {**_same_for_all(), "scans": scans, "chosen": at, "scans_stamp": stamp, "stamp": f"{stamp}-{at}"}
    own_component("liver_map", styled=True)(key=f"liver-map-{patient.id}", data=data)


@lru_cache(maxsize=1)
def _same_for_all() -> dict[str, Any]:
    return {
        "liver": draw_liver("page"),
        "signs": {str(kind): draw_sign(kind, "page") for kind in BubbleKind},
        "caption": f"area ∝ diameter² · {CAPTION}",
    }


@lru_cache(maxsize=128)
def _scans(loaded: _Loaded) -> tuple[list[dict[str, Any]], tuple[frozenset[tuple[int, int]], ...]]:
    """Every scan as the browser needs it, and the course rows each one carries."""
    columns = derive_columns(loaded.record, loaded.courses)
    maps = derive_liver_maps(loaded.record, loaded.courses)
    rows = tuple(frozenset((judged.course, judged.row) for judged in column.judged) for column in columns)
    return [_scan(one) for one in maps], rows


def _scan(one: LiverMap) -> dict[str, Any]:
    return {
        "day": f"{one.day}, {one.modality}",
        "title": f"Segments, {one.day} · {one.modality}",
        "summary": one.summary,
        "sentence": one.sentence,
        "drawing": draw_scan(one, "page"),
        "rows": [[str(row.kind), row.label, row.place, row.size, row.word] for row in one.rows],
        "totals": [[total.place, total.text] for total in one.totals],
        "lines": [*one.flags, one.vessels, one.remnant],
    }
