"""An exam of a file beside the exam the record already holds: the same, or where it differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from tracker.domain.lesions import Observation
from tracker.domain.record import Exam, PatientRecord
from tracker.domain.vocabulary import State
from tracker.exchange.codes import shorten
from tracker.exchange.grouping import TableExam
from tracker.exchange.rows import Row

#: Fields of an observation, the column that carries each, in the order in which differences are told.
_COLUMNS = {
    "state": "state",
    "longest": "long_axis_mm",
    "short": "short_axis_mm",
    "suv_max": "suv_max",
    "sul_peak": "sul_peak",
    "attenuation_hu": "hu",
}


def find_stored(exam: TableExam, record: PatientRecord | None) -> Exam | None:
    """The stored exam of the same key: its number, else its date, modality and ordinal.

    A stored exam without a number stands for the file's numbered one where both say the same of every lesion: it was
    typed before the file came.
    """
    if record is None:
        return None
    same_day = [one for one in record.exams if one.performed_on == exam.performed_on and one.modality is exam.modality]
    if exam.accession is None:
        same_day.sort(key=lambda one: one.accession is not None)
        return next((one for one in same_day if one.ordinal == exam.ordinal), None)
    for one in record.exams:
        if one.accession == exam.accession:
            return one
    return next((one for one in same_day if one.accession is None and not any(differences(exam, one))), None)


def differences(exam: TableExam, stored: Exam) -> Iterator[tuple[int, str, str]]:
    """Where the file says something else than the record: (row, column, sentence). Silence of the file is no difference."""
    first = exam.lines[0]
    if (stored.performed_on, stored.modality) != (exam.performed_on, exam.modality):
        yield first, "accession", f"{exam.accession} is stored as the {stored.modality} of {stored.performed_on}"
        return
    of_exam: tuple[tuple[str, object, object], ...] = (
        ("report_status", exam.status, stored.status),
        ("liver_lesion_count", exam.count, stored.liver_count),
        ("phase", exam.phase, stored.phase),
        ("slice_mm", exam.slice_thickness, stored.slice_thickness),
        ("comment", exam.remark, stored.remark),
    )
    for column, said, there in of_exam:
        if said is not None and said != there:
            yield first, column, _stored(said, there)
    seen = {row.label for row in exam.rows}
    known_of = {recorded.label: recorded for recorded in stored.observations}
    for label, recorded in known_of.items():
        if label not in seen and recorded.observation.state is not State.NOT_MENTIONED:
            yield first, "lesion_id", f"the stored exam also speaks of {label} ({recorded.observation.state})"
    for row in (row for row in exam.rows if row.label and row.observation is not None):
        if row.label in known_of:
            known = known_of[row.label]
            yield from _observation_differences(row, known.observation, known.qualifier, known.comment)
        elif row.observation is not None and row.observation.state is not State.NOT_MENTIONED:
            yield row.line, "lesion_id", f"the stored exam does not speak of {row.label}"


def _observation_differences(
    row: Row, known: Observation, qualifier: str | None, comment: str | None
) -> Iterator[tuple[int, str, str]]:
    assert row.observation is not None
    said, known = _as_carried(row.observation), _as_carried(known)
    changed = [one.name for one in fields(Observation) if getattr(said, one.name) != getattr(known, one.name)]
    for name in changed:
        column = _COLUMNS.get(name)
        if column is not None:
            yield row.line, column, _stored(getattr(said, name), getattr(known, name))
    if changed and not any(name in _COLUMNS for name in changed):
        yield row.line, "state_detail", f"the stored exam has another detail of {row.label}"
    if row.qualifier != qualifier:
        yield row.line, "qualifier", _stored(row.qualifier, qualifier)
    if row.comment is not None and row.comment != comment:
        yield row.line, "comment", _stored(row.comment, comment)


def _as_carried(seen: Observation) -> Observation:
    """Without what a table has no column for, what the exam says itself, and what may stand with the lesion instead."""
    return replace(seen, tlg=None, mtv_ml=None, on=None, modality=None, first_seen=None)


def _stored(said: Any, known: Any) -> str:
    words = ["nothing" if one is None else f"'{shorten(str(one))}'" for one in (said, known)]
    return f"{words[0]} is read, {words[1]} is stored"
