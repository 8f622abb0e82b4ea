"""The entry table: what the component gets, built from the record, and the component itself.

Its key carries patient, exam and version, and everything it sends names that scope again: what was typed for one patient
is never read for another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from dashboards.components.entry_findings import accepted_of
from dashboards.components.entry_look import exam_content, look_choices, look_content, looks_before, said_before
from dashboards.components.entry_reading import EntryRow
from dashboards.components.entry_report import report_of, stored_report
from dashboards.components.own_component import own_component
from tracker.domain.cells import WORDS, read_cell, write_cell
from tracker.domain.lengths import format_mm, total
from tracker.domain.record import Exam, PatientRecord, RecordedObservation
from tracker.domain.vocabulary import LYMPH_NODE, CountKind, LesionRole, Modality, State, Statement
from tracker.domain.wording import format_date

#: The word for a lesion without a role in the course.
WATCHED = "watched"
PHASES = ("unenhanced", "arterial", "portal venous", "delayed", "hepatobiliary", "diffusion", "other")
ORGANS = (
    "liver",
    "lymph node",
    "lung",
    "bone",
    "peritoneum",
    "pancreas",
    "adrenal",
    "spleen",
    "brain",
    "other",
)
REGIONS = (("liver", "New in liver"), ("lymph nodes", "New nodes"), ("chest", "New in chest"), ("bone", "New in bone"))


@dataclass(frozen=True, slots=True)
class EntryScope:
    """Whose entry this is: patient, exam that is corrected (None for a new one), version it is based on."""

    patient_id: int
    exam_id: int | None
    base_version: int

    @property
    def key(self) -> str:
        return f"p{self.patient_id}-e{self.exam_id or 'new'}-v{self.base_version}"


def followed_rows(record: PatientRecord, stored: Exam | None = None, day: date | None = None) -> tuple[EntryRow, ...]:
    """The lesions an exam is asked about: all but those merged into another, and all that a corrected exam mentions.

    Their roles are those of the course that judges an exam of ``day``; of the last course where no day is given.
    """
    begun = [(begins, roles) for begins, roles in _roles_by_course(record) if day is None or begins <= day]
    roles = begun[-1][1] if begun else {}
    rows = [
        EntryRow(lesion.label, lesion.organ == LYMPH_NODE, roles.get(lesion.label))
        for lesion in record.lesions
        if (stored is not None and stored.observation(lesion.label) is not None) or not _is_merged(record, lesion.label)
    ]
    order = {LesionRole.TARGET: 0, LesionRole.NON_TARGET: 1, LesionRole.NEW: 2, None: 3}
    return tuple(sorted(rows, key=lambda row: order[row.role]))


def _roles_by_course(record: PatientRecord) -> list[tuple[date, Mapping[str, LesionRole]]]:
    """The date of each course's baseline with the roles there, in order."""
    found = []
    for course in record.courses:
        ids = course.plan.time_points[0].exam_ids if course.plan.time_points else ()
        dates = [exam.performed_on for exam in record.exams if exam.id in ids]
        if dates:
            found.append((min(dates), course.plan.roles))
    return sorted(found, key=lambda one: one[0])


def start_content(rows: tuple[EntryRow, ...], record: PatientRecord, stored: Exam | None = None) -> dict[str, Any]:
    """What stands in the fields before anybody types: nothing, or the exam that is corrected."""
    if stored is None:
        last = max(record.exams, key=lambda exam: exam.performed_on, default=None)
        empty = {row.label: {"text": "", "suv": "", "kept": ""} for row in rows}
        modality = str(last.modality) if last else ""
        return {
            "exam": {"modality": modality, "statements": {}},
            "rows": empty,
            "added": [],
            "report": None,
            "accepted": {},
        }
    texts = {}
    for row in rows:
        seen = stored.observation(row.label)
        if seen is None:
            texts[row.label] = {"text": "nm", "suv": "", "kept": ""}
            continue
        suv = seen.observation.suv_max
        texts[row.label] = {
            "text": write_cell(seen.observation, node=row.node, qualifier=seen.qualifier),
            "suv": f"{suv:f}" if suv is not None else "",
            "kept": seen.comment or "",
        } | look_content(seen)
    count = stored.liver_count
    exam = {
        "performed_on": stored.performed_on.isoformat(),
        "modality": str(stored.modality),
        "phase": stored.phase or "",
        "slice": format_mm(stored.slice_thickness.um) if stored.slice_thickness else "",
        "reported_on": stored.reported_on.isoformat() if stored.reported_on else "",
        "count_kind": str(count.kind) if count else "",
        "count": str(count.value) if count and count.value is not None else "",
        "statements": {place: str(statement) for place, statement in stored.statements.items()},
        "remark": stored.remark or "",
        "uptake_minutes": str(stored.uptake_minutes or ""),
    } | exam_content(stored)
    accepted = accepted_of(record, stored)
    return {"exam": exam, "rows": texts, "added": [], "report": stored_report(stored), "accepted": accepted}


def entry_data(
    record: PatientRecord, scope: EntryScope, rows: tuple[EntryRow, ...], stored: Exam | None, today: date
) -> dict[str, Any]:
    """Everything the component needs but the preview: fields, choices, lesions with their history."""
    others = [exam for exam in record.exams if stored is None or exam.id != stored.id]
    scans = sorted({exam.performed_on.isoformat() for exam in others})
    phases = dict.fromkeys([*PHASES, *(exam.phase for exam in record.exams if exam.phase)])
    numbers = [int(lesion.label[1:]) for lesion in record.lesions if lesion.label[1:].isdigit()]
    return {
        "scope": scope.key,
        "mode": "new" if stored is None else "correct",
        "today": today.isoformat(),
        "scans": scans,
        "nextNumber": max(numbers, default=0) + 1,
        "words": [list(pair) for pair in WORDS],
        "choices": {
            "modality": [[word, word] for word in Modality.words()],
            "phase": [[phase, phase] for phase in phases],
            "count": [[word, word] for word in CountKind.words()],
            "statement": [[word, word] for word in Statement.words()],
            "regions": [list(pair) for pair in REGIONS],
            "organ": [[organ, organ] for organ in ORGANS],
            **look_choices(),
        },
        "before": said_before(others),
        "rows": [_row_data(record, row, others) for row in rows],
        "start": start_content(rows, record, stored),
    }


def fit_content(content: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any] | None:
    """A draft fitted to the rows of today: rows that are gone are left out, rows that came since are empty, and new
    lesions take the labels that are free now.

    None where the draft is not of this shape.
    """
    exam, rows, added = content.get("exam"), content.get("rows"), content.get("added")
    if not (isinstance(exam, Mapping) and isinstance(rows, Mapping) and isinstance(added, list)):
        return None
    start, accepted = data["start"], content.get("accepted")
    new = [row for row in added if isinstance(row, Mapping)]
    return {
        "exam": {**start["exam"], **exam},
        "rows": {label: dict(rows.get(label) or entry) for label, entry in start["rows"].items()},
        "added": [{**row, "label": f"L{data['nextNumber'] + at}"} for at, row in enumerate(new)],
        "kept": content.get("kept") or {},
        "accepted": dict(accepted) if isinstance(accepted, Mapping) else {},
        "report": report_of(content),
    }


def show_entry_table(scope: EntryScope, data: Mapping[str, Any], on: Mapping[str, Callable[[], None]]) -> None:
    """Mount the component. ``on`` maps draft, save, leave and discard to what is done then."""
    own_component("entry", styled=True, isolated=True)(
        key=component_key(scope),
        data=dict(data),
        on_draft_change=on["draft"],
        on_save_change=on["save"],
        on_leave_change=on["leave"],
        on_discard_change=on["discard"],
    )


def component_key(scope: EntryScope) -> str:
    return f"entry-table-{scope.key}"


def sent(scope: EntryScope, event: str) -> Mapping[str, Any] | None:
    """What the component of this very scope sent; None for anything else."""
    state = st.session_state.get(component_key(scope))
    value = state.get(event) if isinstance(state, Mapping) else None
    return value if isinstance(value, Mapping) and value.get("scope") == scope.key else None


def _row_data(record: PatientRecord, row: EntryRow, exams: list[Exam]) -> dict[str, Any]:
    lesion = record.lesion(row.label)
    history = [
        _history_entry(exam.performed_on, seen, row)
        for exam in sorted(exams, key=lambda exam: exam.performed_on)
        if (seen := exam.observation(row.label)) is not None and seen.observation.state is not State.NOT_MENTIONED
    ]
    return {
        "label": row.label,
        "place": lesion.place,
        "roles": [
            [begins.isoformat(), str(roles[row.label]) if row.label in roles else WATCHED]
            for begins, roles in _roles_by_course(record)
        ],
        "node": row.node,
        "history": history,
        "looks": looks_before(row.label, exams),
    }


def _history_entry(day: date, seen: RecordedObservation, row: EntryRow) -> dict[str, Any]:
    """One earlier value: its diameter in µm if it has one, its short text, its words."""
    observation = seen.observation
    size = total(observation.parts) if observation.parts else observation.diameter(node=row.node)
    written = write_cell(observation, node=row.node, qualifier=seen.qualifier)
    read = read_cell(written, node=row.node, labels=frozenset([observation.into or ""]), new=True)
    return {
        "date": day.isoformat(),
        "size": size.um if size is not None else None,
        "text": format_mm(size.um) if size is not None else read.echo.partition(",")[0],
        "words": f"{read.echo or written} on {format_date(day)}",
    }


def _is_merged(record: PatientRecord, label: str) -> bool:
    """Whether the last that was said of a lesion is that it merged into another."""
    seen = [
        one.observation.state
        for exam in sorted(record.exams, key=lambda exam: exam.performed_on)
        if (one := exam.observation(label)) is not None and one.observation.state is not State.NOT_MENTIONED
    ]
    return bool(seen) and seen[-1] is State.MERGED
