"""The table of a site to patients, exams and lesion rows: bytes in, what they say and what is wrong with it out.

One row is a lesion at an exam. This module reads and checks what the file alone can answer; ``planning`` then lays it
beside what the record knows. Nothing here looks at a database or a clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.vocabulary import Modality
from tracker.errors import InputError, Problem
from tracker.exchange.columns import Header, Preset, find_preset, read_header
from tracker.exchange.grid import read_grid
from tracker.exchange.grouping import TablePatient, group_rows
from tracker.exchange.rows import RowReader
from tracker.exchange.values import DateOrder


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What is said beside the file."""

    #: Issuer of the identifiers where the table is silent: the site itself.
    authority: str = "local"
    #: The name of a shipped preset, or a mapping of the site's own.
    preset: str | Preset | None = None
    #: Modality where the table is silent.
    modality: Modality | None = None
    #: Order of day and month in dates that are not ISO.
    date_order: DateOrder | None = None


@dataclass(frozen=True, slots=True)
class TableReading:
    """What a table says. Where there are ``problems`` nothing of it may be stored; ``remarks`` say what was assumed."""

    name: str
    rows: int = 0
    patients: tuple[TablePatient, ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    #: Our names of columns to those of the file, for problems that are found later.
    shown: Mapping[str, str] | None = None


def read_table(data: bytes, name: str, options: TableOptions | None = None) -> TableReading:
    """Read a CSV file or a workbook. Whatever is wrong is in ``problems``; nothing is raised for a wrong file."""
    options = options or TableOptions()
    try:
        preset = find_preset(options.preset) if isinstance(options.preset, str) else options.preset
        grid = read_grid(data)
        given = ("modality",) if options.modality else ()
        header, wrong = read_header(grid.header, grid.lines, preset, given)
    except InputError as refusal:
        return TableReading(name, problems=refusal.problems)
    reader = RowReader(header, options.authority, options.modality, options.date_order)
    rows = [row for line in grid.lines if (row := reader.read(line)) is not None]
    if wrong:
        return TableReading(name, len(grid.lines), problems=(*wrong, *_of_known_columns(reader.problems, header)))
    grouped = group_rows(rows, header)
    return TableReading(
        name,
        len(grid.lines),
        grouped.patients,
        (*reader.problems, *grouped.problems),
        (*grid.remarks, *reader.remarks, *grouped.remarks),
        header.shown,
    )


def _of_known_columns(problems: Sequence[Problem], header: Header) -> Iterator[Problem]:
    """What is wrong in the cells of columns that were understood; what a missing column brings with it is not repeated."""
    known = tuple(f"column {name}" for name in header.shown.values())
    return (problem for problem in problems if problem.place.endswith(known))
