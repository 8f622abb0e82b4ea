"""The columns of the table, once: their names, meanings, and which may not be missing. And the presets, as data."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.errors import InputError, Problem
from tracker.exchange.codes import shorten
from tracker.exchange.grid import Line


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table. ``number`` marks those whose cells are numbers when they are written."""

    name: str
    meaning: str
    needed: bool = False
    number: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("patient_id", "the site's identifier of the patient", needed=True),
    Column("exam_date", "2026-03-02, or the stated order of day and month", needed=True),
    Column("modality", "CT, MR, PET/CT, PET/MR, US, NM or XR", needed=True),
    Column("accession", "number of the exam; #2 for the second one of its date and modality that has no number"),
    Column("report_status", "preliminary, final or corrected"),
    Column("lesion_id", "label of the lesion, the same on every exam; empty on a row that speaks of the exam only"),
    Column("organ", "liver where nothing is said; lymph node is the one that changes a rule"),
    Column("segment", "I to VIII, IVa or IVb; several as V/VI"),
    Column("role", "target, non-target or new; on a baseline row the role in the course that starts"),
    Column("state", "measured where a size is given; absent, too small to measure, not evaluable, present …"),
    Column("long_axis_mm", "longest diameter in mm", number=True),
    Column("short_axis_mm", "short axis in mm; the one that counts for a lymph node", number=True),
    Column("suv_max", "SUVmax", number=True),
    Column("sul_peak", "SULpeak", number=True),
    Column("hu", "mean attenuation in HU", number=True),
    Column("liver_lesion_count", "as stated: 4, >=7, multiple, innumerable"),
    Column("baseline", "yes on the rows of the exam that opens a course; only, where it does not close the one before"),
    Column("state_detail", "into L2; 14+9; ablation 2026-04-16; a reason"),
    Column("qualifier", "<, >= or approx of a size"),
    Column("authority", "who issued patient_id; the site itself where nothing is said"),
    Column("phase", "contrast phase as reported"),
    Column("slice_mm", "slice thickness in mm", number=True),
    Column("comment", "free text"),
)
NAMES = tuple(column.name for column in COLUMNS)


#: What a preset maps a column to that is there and is not read.
IGNORED = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """How another program's table is read: its column names to ours, or to ``IGNORED``."""

    name: str
    meaning: str
    columns: Mapping[str, str]


PRESETS: Mapping[str, Preset] = {
    "pyrecist": Preset(
        "pyrecist",
        "the measurement table of the program pyrecist; it has no modality, so say --modality",
        {
            "patient_id": "patient_id",
            "study_date": "exam_date",
            "measurement": "long_axis_mm",
            "lesion_label_alias": "lesion_id",
            "lesion_category": "role",
        },
    ),
}


def find_preset(name: str) -> Preset:
    """The preset of that name. InputError that lists the known ones."""
    if name not in PRESETS:
        raise InputError(f"there is no preset '{shorten(name)}'; known are: {', '.join(PRESETS)}")
    return PRESETS[name]


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column stands: our name to its index, and to the name the file uses."""

    index: Mapping[str, int]
    shown: Mapping[str, str]
    width: int

    def text(self, line: Line, name: str) -> str:
        """The cell of a column, empty where the table or the row has none."""
        place = self.index.get(name)
        return line.cells[place] if place is not None and place < len(line.cells) else ""

    def place(self, line_number: int | str, name: str) -> str:
        return f"row {line_number}, column {self.shown.get(name, name)}"


def read_header(
    line: Line, lines: Sequence[Line], preset: Preset | None, given: Sequence[str]
) -> tuple[Header, tuple[Problem, ...]]:
    """Match the header's names to ours, and name every unknown, doubled and missing column.

    ``given`` are the columns that an option fills where the table lacks them.
    """
    names = {name: name for name in NAMES} | dict(preset.columns if preset else {})
    problems: list[Problem] = []
    index: dict[str, int] = {}
    shown: dict[str, str] = {}
    for number, cell in enumerate(line.cells):
        key = fold_header(cell)
        place = f"row {line.number}, column {shorten(cell) or number + 1}"
        if not key:
            if any(number < len(row.cells) and row.cells[number] for row in lines):
                problems.append(Problem(place, "the column holds values and has no name"))
        elif key not in names:
            problems.append(Problem(place, f"there is no column '{shorten(cell)}'; {_nearest(key, names)}"))
        elif names[key] == IGNORED:
            continue
        elif names[key] in index:
            problems.append(Problem(place, f"the column stands twice (also as '{shown[names[key]]}')"))
        else:
            index[names[key]] = number
            shown[names[key]] = shorten(cell)
    theirs = {ours: name for name, ours in preset.columns.items() if ours != IGNORED} if preset else {}
    for column in COLUMNS:
        if column.needed and column.name not in index and column.name not in given:
            way_out = "; give it by --modality" if column.name == "modality" else ""
            name = theirs.get(column.name, column.name)
            problems.append(Problem(f"row {line.number}", f"the column '{name}' is missing{way_out}"))
    return Header(index, shown, len(line.cells)), tuple(problems)


def fold_header(cell: str) -> str:
    """A column's name as names are compared: small letters, one underscore for spaces, hyphens and underscores."""
    return "_".join(cell.lower().replace("-", " ").replace("_", " ").split())


def _nearest(key: str, names: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(key, list(names), 1, 0.5)
    return f"the nearest is '{near[0]}'" if near else f"known are: {', '.join(names)}"
