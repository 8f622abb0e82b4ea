"""What a merge of two records moves, and how it is told apart again: the one list of a patient's tables, and the memory of
a merge.

Rows that others refer to keep their keys; only whose they are changes. A row that stands in both records alike (a marker of
one day, a treatment of one start) stays with the record that is merged away, where nobody sees it until it is undone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.canonical import canonical_json
from tracker.db.models import (
    CourseRow,
    DecisionRow,
    ExamRow,
    InboxItemRow,
    LesionRow,
    LiverVolumeRow,
    MarkerResultRow,
    NoteDismissalRow,
    PlannedScanRow,
    SymptomReportRow,
    TreatmentRow,
)
from tracker.domain.wording import count_of, format_date, label_order
from tracker.errors import Problem

#: The tables whose rows are a patient's own, by the word under which a merge remembers them. The log of notes that were
#: shown is not among them: it speaks of versions of the record it was written for.
OWNED: Mapping[str, Any] = {
    "lesions": LesionRow,
    "exams": ExamRow,
    "courses": CourseRow,
    "treatments": TreatmentRow,
    "markers": MarkerResultRow,
    "symptoms": SymptomReportRow,
    "volumes": LiverVolumeRow,
    "dismissed notes": NoteDismissalRow,
    "planned scans": PlannedScanRow,
    "decisions": DecisionRow,
    "inbox": InboxItemRow,
}


@dataclass(slots=True)
class Moved:
    """The memory of a merge, kept as JSON. Keys are those of rows; a change is the value before and after."""

    #: Keys of the rows that moved, by table; and of those that the kept record had.
    rows: dict[str, list[int]] = field(default_factory=dict)
    kept: dict[str, list[int]] = field(default_factory=dict)
    #: Rows that stayed behind because the kept record says the same.
    behind: dict[str, list[int]] = field(default_factory=dict)
    #: Identifiers as pairs of authority and value, in order.
    identifiers: list[list[str]] = field(default_factory=list)
    labels: dict[int, list[str]] = field(default_factory=dict)
    ordinals: dict[int, list[int]] = field(default_factory=dict)
    #: Numbers of the courses of both records.
    courses: dict[int, list[int]] = field(default_factory=dict)
    #: What the kept record lacked and took from the other: column to the values before and after.
    filled: dict[str, list[Any]] = field(default_factory=dict)
    drafts: list[int] = field(default_factory=list)
    #: Of decisions that are being written.
    decision_drafts: list[int] = field(default_factory=list)
    drafts_discarded: int = 0
    owner: bool = False

    def to_json(self) -> str:
        return canonical_json(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Moved:
        """The memory that ``to_json`` wrote: keys of rows are numbers again."""
        said = json.loads(text)
        for name in ("labels", "ordinals", "courses"):
            said[name] = {int(key): value for key, value in said[name].items()}
        return cls(**said)

    @property
    def renamed(self) -> dict[str, str]:
        """Labels that changed: before to after."""
        return {pair[0]: pair[1] for pair in self.labels.values()}


def rows_of(session: Session, kind: Any, patient_id: int) -> list[Any]:
    """All rows of a table that are a patient's, withdrawn ones too, by key."""
    return list(session.scalars(select(kind).where(kind.patient_id == patient_id).order_by(kind.id)))


def is_live(row: Any) -> bool:
    return getattr(row, "withdrawn_at", None) is None


def new_labels(mine: Iterable[LesionRow], theirs: Iterable[LesionRow]) -> dict[int, list[str]]:
    """New labels for those of ``mine`` that ``theirs`` have too, in capitals or not: the next free of L1, L2 …"""
    mine = sorted(filter(is_live, mine), key=lambda row: label_order(row.label))
    taken = {row.label.casefold() for row in theirs if is_live(row)}
    used = taken | {row.label.casefold() for row in mine}
    free = (f"L{number}" for number in range(1, 100_000))
    found = {}
    for row in mine:
        if row.label.casefold() in taken:
            label = next(one for one in free if one.casefold() not in used)
            used.add(label.casefold())
            found[row.id] = [row.label, label]
    return found


def new_ordinals(mine: Iterable[ExamRow], theirs: Iterable[ExamRow]) -> dict[int, list[int]]:
    """New ordinals for those of ``mine`` whose date, modality and ordinal an exam of ``theirs`` has too: they move up."""
    taken = {(row.performed_on, row.modality, row.ordinal) for row in theirs if is_live(row)}
    live = [row for row in mine if is_live(row)]
    used = taken | {(row.performed_on, row.modality, row.ordinal) for row in live}
    found = {}
    for row in sorted(live, key=lambda one: (one.ordinal, one.id)):
        if (row.performed_on, row.modality, row.ordinal) in taken:
            ordinal = row.ordinal
            while (row.performed_on, row.modality, ordinal) in used:
                ordinal += 1
            used.add((row.performed_on, row.modality, ordinal))
            found[row.id] = [row.ordinal, ordinal]
    return found


def new_numbers(courses: Sequence[CourseRow], order: Mapping[int, Any]) -> dict[int, list[int]]:
    """Numbers of the live courses of both records in the order of their baselines (``order``): before and after."""
    live = sorted(filter(is_live, courses), key=lambda row: order[row.id])
    return {row.id: [row.number, number] for number, row in enumerate(live, start=1) if row.number != number}


def stays_behind(
    mine: Mapping[str, list[Any]], theirs: Mapping[str, list[Any]], lesions: Mapping[int, tuple[int, ...]]
) -> tuple[dict[str, list[int]], list[Problem]]:
    """Rows of ``mine`` that ``theirs`` say already, and problems where both say something else under one key.

    ``lesions`` gives the lesions that a treatment treated.
    """
    behind: dict[str, list[int]] = {}
    problems: list[Problem] = []
    for table, key, said, words in (
        ("treatments", ("kind", "name", "start_on"), _TREATMENT, _treatment_words),
        ("markers", ("name", "taken_on"), ("value", "unit", "upper_limit"), _marker_words),
        ("symptoms", ("told_on",), ("symptoms",), _symptom_words),
        ("planned scans", ("planned_on",), (), _planned_words),
        ("volumes", ("measured_on", "resection"), ("remnant_ml", "total_ml", "method"), _volume_words),
        ("dismissed notes", ("note_id", "data_key"), (), _note_words),
    ):
        known = {tuple(getattr(row, name) for name in key): row for row in theirs[table] if is_live(row)}
        for row in filter(is_live, mine[table]):
            other = known.get(tuple(getattr(row, name) for name in key))
            if other is None:
                continue
            if any(getattr(row, name) != getattr(other, name) for name in said) or lesions.get(
                row.id if table == "treatments" else 0
            ):
                problems.append(
                    Problem(words(row), "both records have it, and differ: correct or withdraw one of them first")
                )
            else:
                behind.setdefault(table, []).append(row.id)
    return behind, problems


#: What two rows of one treatment must say alike.
_TREATMENT = ("stop_on", "planned", "cycles", "stop_reason", "dose_gy", "fractions", "residual")


def _treatment_words(row: TreatmentRow) -> str:
    return f"{row.name} from {format_date(row.start_on)}"


def _marker_words(row: MarkerResultRow) -> str:
    return f"{row.name} of {format_date(row.taken_on)}"


def _symptom_words(row: SymptomReportRow) -> str:
    return f"symptoms told on {format_date(row.told_on)}"


def _planned_words(row: PlannedScanRow) -> str:
    return f"scan planned for {format_date(row.planned_on)}"


def _volume_words(row: LiverVolumeRow) -> str:
    return f"liver volume measured on {format_date(row.measured_on)}"


def _note_words(row: NoteDismissalRow) -> str:
    return f"note {row.note_id}"


def rename_places(accepted: str, renamed: Mapping[str, str]) -> str:
    """The accepted findings of an exam with the present labels of the lesions they speak of."""
    return canonical_json([_renamed(finding, renamed) for finding in json.loads(accepted)])


def _renamed(finding: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    label, comma, rest = str(finding.get("place", "")).partition(",")
    return {**finding, "place": renamed.get(label, label) + comma + rest}


def sentences(moved: Moved) -> Iterator[str]:
    """What was renamed or counted anew, for the person who merged."""
    for before, after in moved.labels.values():
        yield f"{before} is now {after}"
    for before_number, after_number in moved.ordinals.values():
        yield f"an exam of the same date and modality has ordinal {after_number} now (was {before_number})"
    if moved.behind:
        number = sum(len(keys) for keys in moved.behind.values())
        yield f"{count_of(number, 'entry', 'entries')} that both records have alike: kept once"
    if moved.drafts_discarded:
        yield f"{count_of(moved.drafts_discarded, 'unsaved draft')} of the merged patient discarded"
